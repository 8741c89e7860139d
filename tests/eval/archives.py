# SPDX-License-Identifier: Apache-2.0
"""Containers of files, as bytes: what nested content comes in. NAME, DATA in; what needs a program gives None without it."""
import bz2
import gzip
import io
import lzma
import os
import shutil
import sqlite3
import struct
import subprocess
import sys
import tarfile
import tempfile
import zipfile
import zlib

MTIME = 1700000000


def zipped(name, data, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as z:
        z.writestr(zipfile.ZipInfo("META/"), b"")
        info = zipfile.ZipInfo(name)
        info.compress_type = method
        z.writestr(info, data)
    return out.getvalue()


def tarred(name, data):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        info = tarfile.TarInfo(name)
        info.size, info.mtime = len(data), MTIME
        tar.addfile(info, io.BytesIO(data))
    return out.getvalue()


def gz(data, **header):
    """With a comment, a name or an extra field in the header, if asked for."""
    out = gzip.compress(data, mtime=0)
    flags, more = 0, b""
    if "extra" in header:
        flags, more = flags | 4, more + struct.pack("<H", len(header["extra"])) + header["extra"]
    if "comment" in header:
        flags, more = flags | 16, more + header["comment"] + b"\0"
    return out[:3] + bytes([flags]) + out[4:10] + more + out[10:]


def zstd(data):
    if not shutil.which("zstd"):
        return None
    return subprocess.run(["zstd", "-q", "-c"], input=data, capture_output=True, check=True).stdout


xz, bz = lzma.compress, bz2.compress


def ar(*members):
    out = b"!<arch>\n"
    for name, data in members:
        out += b"%-16s%-12d%-6d%-6d%-8s%-10d`\n" % (name.encode(), MTIME, 0, 0, b"100644", len(data)) + data + b"\n" * (len(data) % 2)
    return out


def deb(name, data, pack=xz, suffix="xz"):
    body = pack(tarred("./" + name, data))
    if body is None:
        return None
    return ar(("debian-binary", b"2.0\n"), ("control.tar.gz", gz(tarred("./control", b"Package: x\n"))), ("data.tar." + suffix, body))


def cpio(name, data):
    out = b""
    for n, d in ((name, data), ("TRAILER!!!", b"")):
        fields = (1, 0o100644 if d else 0, 0, 0, 1, MTIME, len(d), 0, 0, 0, 0, len(n) + 1, 0)
        out += b"070701" + b"".join(b"%08x" % f for f in fields) + n.encode() + b"\0"
        out += b"\0" * (-len(out) % 4) + d
        out += b"\0" * (-len(out) % 4)
    return out + b"\0" * (-len(out) % 512)


def rpm(name, data):
    def header(tags):
        index = b"".join(struct.pack(">IIII", tag, 6, at, 1) for tag, at in tags)
        return b"\x8e\xad\xe8\x01\0\0\0\0" + struct.pack(">II", len(tags), 8) + index + b"x-1-1\0\0\0"
    lead = b"\xed\xab\xee\xdb\x03\0\0\0\0\x01" + b"x-1-1".ljust(66, b"\0") + b"\0\x01\0\x05" + b"\0" * 16
    return lead + header([(1000, 0)]) + header([(1000, 0)]) + gz(cpio("./" + name, data))


def seven_zip(name, data):
    """One file, LZMA (7zFormat.txt of the LZMA SDK)."""
    def number(n):
        return bytes([n]) if n < 0x80 else bytes([0x80 | n >> 8, n & 255])
    filters = [{"id": lzma.FILTER_LZMA1, "dict_size": 1 << 16}]
    packed = lzma.compress(data, lzma.FORMAT_RAW, filters=filters)
    streams = b"\x06" + number(0) + number(1) + b"\x09" + number(len(packed)) + b"\0"
    streams += b"\x07\x0b\x01\0" + b"\x01\x23\x03\x01\x01\x05\x5d" + struct.pack("<I", 1 << 16) + b"\x0c" + number(len(data)) + b"\0"
    streams += b"\x08\x0a\x01" + struct.pack("<I", zlib.crc32(data)) + b"\0"
    names = b"\0" + name.encode("utf-16-le") + b"\0\0"
    header = b"\x01\x04" + streams + b"\0" + b"\x05\x01\x11" + number(len(names)) + names + b"\0\0"
    start = struct.pack("<QQI", len(packed), len(header), zlib.crc32(header))
    return b"7z\xbc\xaf\x27\x1c\0\x04" + struct.pack("<I", zlib.crc32(start)) + start + packed + header


def nested(name, data, depth):
    """zip in tar.gz in zip in …"""
    for i in range(depth):
        name, data = ("a.zip", zipped(name, data)) if i % 2 == 0 else ("a.tar.gz", gz(tarred(name, data)))
    return name, data


def sqlite(text, before=0):
    """A table with `text` in a row, behind so many bytes."""
    with tempfile.TemporaryDirectory() as d:
        path = os.path.join(d, "a.db")
        db = sqlite3.connect(path)
        db.execute("create table settings (name text, value text)")
        db.execute("insert into settings values (?, ?)", ("note", "x" * before + "\n" + text + "\n" + "y" * before))
        db.commit()
        db.close()
        with open(path, "rb") as f:
            return f.read()


def pyc(source):
    with tempfile.TemporaryDirectory() as d:
        path = os.path.join(d, "a.py")
        with open(path, "w", encoding="utf-8") as f:
            f.write(source)
        subprocess.run([sys.executable, "-c", "import py_compile,sys; py_compile.compile(sys.argv[1], sys.argv[2])", path,
                        path + "c"], check=True)
        with open(path + "c", "rb") as f:
            return f.read()


def elf(strings):
    head = b"\x7fELF\x02\x01\x01" + b"\0" * 9 + struct.pack("<HHIQQQIHHHHHH", 3, 62, 1, 0x1000, 64, 0, 0, 64, 56, 0, 64, 0, 0)
    return head + b"\0" * 4096 + b"\x90\xc3\xf3\x0f\x1e\xfa" * 50 + b"\0".join([b"main", b"%s: failed\n"] + strings + [b"libc.so.6"]) + b"\0" * 64


def java_class(strings):
    pool = b"".join(b"\x01" + struct.pack(">H", len(s)) + s for s in [b"Code", b"java/lang/Object", b"<init>"] + strings)
    return b"\xca\xfe\xba\xbe\0\0\0\x3d" + struct.pack(">H", len(strings) + 4) + pool + b"\0\x21\0\x01\0\x02\0\0\0\0\0\0\0\0"


def git(files):
    """(path below .git, bytes) of a repository with one commit for each dict of files; loose and packed."""
    def run(*args):
        env = dict(os.environ, GIT_CONFIG_GLOBAL="/dev/null", GIT_CONFIG_SYSTEM="/dev/null", GIT_AUTHOR_DATE="1700000000 +0000",
                   GIT_COMMITTER_DATE="1700000000 +0000")
        subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@b", "-c", "init.defaultBranch=main", *args], cwd=d,
                       env=env, capture_output=True, check=True)
    with tempfile.TemporaryDirectory() as d:
        run("init")
        for commit in files:
            for name, data in commit.items():
                with open(os.path.join(d, name), "wb") as f:
                    f.write(data)
            run("add", "-A")
            run("commit", "-m", "x")
        loose = list(read(d))
        run("repack", "-adf", "--depth=50", "--window=50")
        run("prune-packed")
        return loose, list(read(d))


def read(d):
    top = os.path.join(d, ".git")
    for at, dirs, names in os.walk(os.path.join(top, "objects")):
        dirs.sort()
        for name in sorted(names):
            with open(os.path.join(at, name), "rb") as f:
                yield os.path.relpath(os.path.join(at, name), top), f.read()


def has_blob(loose, data):
    return zlib.decompress(loose).startswith(b"blob") and data in zlib.decompress(loose)
