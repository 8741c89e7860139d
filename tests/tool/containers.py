# SPDX-License-Identifier: Apache-2.0
"""Files inside files, for recipes: wrap("gzip+tar:etc/a.conf", b"...") is a gzip file that holds a
tar that holds etc/a.conf. Outermost first; a container whose files have names takes one behind the
colon. Each is written here by hand or by Python's own library, so that no reader under test has made it.
"""
import bz2
import gzip
import hashlib
import io
import lzma
import os
import sqlite3
import struct
import subprocess
import tarfile
import tempfile
import zipfile
import zlib

TIME = (2024, 1, 1, 0, 0, 0)


def zipped(how):
    def make(name, body):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", how) as z:
            z.writestr(zipfile.ZipInfo("META-INF/MANIFEST.MF", TIME), b"Manifest-Version: 1.0\n", how)
            z.writestr(zipfile.ZipInfo(name, TIME), body, how)
        return out.getvalue()
    return make


def zip_stream(name, body):
    """As a pipe writes it: sizes behind the data."""
    class Pipe(io.RawIOBase):
        def __init__(self):
            super().__init__()
            self.data = b""

        def writable(self):
            return True

        def write(self, b):
            self.data += bytes(b)
            return len(b)
    out = Pipe()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr(zipfile.ZipInfo(name, TIME), body, zipfile.ZIP_DEFLATED)
    return out.data


def zip_encrypted(name, body):
    """The flag says so; the bytes are what they are."""
    data = bytearray(zipped(zipfile.ZIP_STORED)(name, body))
    for at in range(len(data) - 4):
        if data[at:at + 4] == b"PK\3\4":
            data[at + 6] |= 1
        if data[at:at + 4] == b"PK\1\2":
            data[at + 8] |= 1
    return bytes(data)


def tar(name, body):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as t:
        info = tarfile.TarInfo(name)
        info.size = len(body)
        t.addfile(info, io.BytesIO(body))
    return out.getvalue()


def ar(name, body):
    out = b"!<arch>\n"
    for n, b in (("debian-binary", b"2.0\n"), (name, body)):
        out += f"{n:<16}{0:<12}{0:<6}{0:<6}{'100644':<8}{len(b):<10}`\n".encode() + b + b"\n" * (len(b) % 2)
    return out


def cpio(name, body):
    out = b""
    for n, b in ((name, body), ("TRAILER!!!", b"")):
        n = n.encode() + b"\0"
        fields = (1, 0o100644, 0, 0, 1, 0, len(b), 0, 0, 0, 0, len(n), 0)
        out += b"070701" + "".join(f"{f:08x}" for f in fields).encode() + n
        out += b"\0" * (-len(out) % 4) + b
        out += b"\0" * (-len(out) % 4)
    return out


def rpm(body):
    def header(text):
        return struct.pack(">4s4xIIIIII", b"\x8e\xad\xe8\x01", 1, len(text), 1000, 6, 0, 1) + text
    lead = struct.pack(">4sBBHH66sHH16x", b"\xed\xab\xee\xdb", 3, 0, 0, 1, b"name", 1, 5)
    signature = header(b"signature\0")
    return lead + signature + b"\0" * (-len(signature) % 8) + header(b"name\0") + body


def git_object(body):
    return zlib.compress(b"blob %d\0" % len(body) + body)


def git_number(n):
    out = b""
    while n > 0x7f:
        out, n = out + bytes([0x80 | n & 0x7f]), n >> 7
    return out + bytes([n])


def git_entry(kind, body, back=None):
    head = git_number(len(body) >> 4) if len(body) > 15 else b""
    where = b""
    if back is not None:
        where, back = bytes([back & 0x7f]), back >> 7
        while back:
            back -= 1
            where, back = bytes([0x80 | back & 0x7f]) + where, back >> 7
    return bytes([(0x80 if head else 0) | kind << 4 | len(body) & 15]) + head + where + zlib.compress(body)


def git_pack(name, body):
    """The body is a delta of a blob with its first half, and a tree has it under its name."""
    base, rest = body[:len(body) // 2], body[len(body) // 2:]
    insert = b"".join(bytes([len(p)]) + p for p in (rest[i:i + 127] for i in range(0, len(rest), 127)))
    delta = git_number(len(base)) + git_number(len(body)) + bytes([0xb0, len(base) & 255, len(base) >> 8]) + insert
    tree = b"100644 " + name.encode() + b"\0" + hashlib.sha1(b"blob %d\0" % len(body) + body).digest()
    out = b"PACK" + struct.pack(">II", 2, 3)
    first = git_entry(3, base)
    out += first + git_entry(6, delta, len(first)) + git_entry(2, tree)
    return out + hashlib.sha1(out).digest()


def sqlite_of(statements, values):
    with tempfile.TemporaryDirectory() as d:
        path = os.path.join(d, "db")
        db = sqlite3.connect(path)
        for s in statements[:-1]:
            db.execute(s)
        db.execute(statements[-1], values)
        db.commit()
        db.close()
        with open(path, "rb") as f:
            return f.read()


def sqlite_utf16(table, body):
    return sqlite_of(["PRAGMA encoding='UTF-16le'", f"CREATE TABLE {table}(name, password)",
                      f"INSERT INTO {table} VALUES('ann', ?)"], (body.decode(),))


def sqlite_settings(table, body):
    return sqlite_of(["PRAGMA journal_mode=wal", f"CREATE TABLE {table}(name, value)",
                      f"INSERT INTO {table} VALUES('smtp_password', ?)"], (body.decode(),))


def sqlite_blob(table, body):
    return sqlite_of([f"CREATE TABLE {table}(content)", f"INSERT INTO {table} VALUES(?)"], (body,))


NAMED = {"zip": zipped(zipfile.ZIP_DEFLATED), "zip-stored": zipped(zipfile.ZIP_STORED), "zip-bzip2": zipped(zipfile.ZIP_BZIP2),
         "zip-lzma": zipped(zipfile.ZIP_LZMA), "zip-stream": zip_stream, "zip-encrypted": zip_encrypted, "tar": tar, "ar": ar,
         "cpio": cpio, "git-pack": git_pack, "sqlite-utf16": sqlite_utf16, "sqlite-settings": sqlite_settings, "sqlite-blob": sqlite_blob,
         "zipapp": lambda name, body: b"#!/usr/bin/env python3\n" + zipped(zipfile.ZIP_DEFLATED)(name, body),
         "zip-script": lambda name, body: b"#!/bin/sh\n" + b"# start it\n" * 1500 + zipped(zipfile.ZIP_DEFLATED)(name, body)}
UNNAMED = {"gzip": lambda b: gzip.compress(b, mtime=0), "bzip2": bz2.compress, "xz": lzma.compress, "lzma": lambda b: lzma.compress(b, lzma.FORMAT_ALONE), "rpm": rpm,
           "zstd-long": lambda b: subprocess.run(["zstd", "-q", "-c", "--long=27"], input=b, capture_output=True, check=True).stdout,
           "zstd": lambda b: subprocess.run(["zstd", "-q", "-c"], input=b, capture_output=True, check=True).stdout,
           "gzip-cut": lambda b: gzip.compress(b, mtime=0)[:-9], "gzip-trailing": lambda b: gzip.compress(b, mtime=0) + b"trailing",
           "git-object": git_object, "zlib": zlib.compress}


def wrap(chain, body):
    for step in reversed(chain.split("+")):
        kind, colon, name = step.partition(":")
        body = NAMED[kind](name, body) if colon else UNNAMED[kind](body)
    return body
