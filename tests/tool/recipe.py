# SPDX-License-Identifier: Apache-2.0
"""Recipes: an image in a few lines of text.

    image                       a further image begins (the first one needs no line)
    name app:1                  a tag; several are allowed
    platform linux/arm64/v8
    user NAME                   config: user, env, label (K=V), cmd, entrypoint, shell, healthcheck,
                                onbuild, author, comment, workdir; cmd, entrypoint, shell and healthcheck
                                may be JSON arrays
    run JSON                    anything else to merge into the config's object `config`
    key JSON                    anything else to merge into the config document
    raw TEXT                    members of the config document, as they are
    history TEXT                an instruction that made no layer
    layer TEXT                  a layer begins, made by the instruction TEXT
    again N                     layer N of this image once more
    share N                     layer N of the first image
    file PATH [TEXT]            entries of the layer; TEXT may have \\n, \\t, \\xNN and {KIND:N}, a secret of
    utf16 PATH TEXT             tests/tool/tokens.py; UTF-16, little endian
    base64 PATH TEXT
    pad N PATH TEXT             N bytes of noise, TEXT, more noise
    gzip PATH TEXT
    rpmdb KIND PATH TEXT        rpm's database (tests/tool/rpmdb.py): sqlite or ndb
    crates KIND PATH TEXT       a program with the crates that it was built of (tests/tool/elf.py): plain, narrow ...
    nest CHAIN PATH TEXT        TEXT inside containers (tests/tool/containers.py): zip:a.yml, gzip+tar:etc/a.conf
    large N CHAIN PATH TEXT     the same behind N bytes of noise in the innermost one
    pax KEY PATH TEXT           an empty file with TEXT in an extended header
    xattr KEY PATH TEXT
    owned UID PATH [TEXT]       a file that is this user's
    dir PATH, link PATH TARGET, hard PATH TARGET, fifo PATH, device MAJOR,MINOR PATH
    mode OCTAL PATH [TEXT]      a PATH that ends in / is a directory
    made KIND PATH [PASSWORD]   a file of keys (tests/tool/keyfiles.py)
    zeros N PATH                N bytes of nothing
    tree PATH DIR               a folder of this machine as it is
    whiteout PATH, opaque DIR
    sized PATH TEXT             a link whose header claims a size, with TEXT behind it
    patch OFFSET TEXT           other bytes in the header of the entry before, with a checksum that fits
    tail TEXT                   bytes behind the end of the layer's tar
    cut N                       of the layer's tar only the first N bytes
    bytes TEXT                  the layer is this instead of a tar

And of the archive:

    dialect NAME [CODEC]        who writes it (mkimage.py --list), and how layers are compressed
    descriptor N JSON           keys of layer N's descriptor (OCI)
    archive file PATH TEXT      a further member, also: link PATH TARGET, sized PATH TEXT
    archive swap OLD NEW        other bytes in every member that has OLD, after names and digests were made
    archive drop TEXT           no member that has TEXT
"""
import base64
import gzip
import hashlib
import io
import json
import os
import re
import tarfile

import containers
import keyfiles
import elf
import rpmdb
import tokens

MTIME = 1700000000


class Layer:
    def __init__(self, made_by):
        self.made_by, self.entries, self.data, self.tail, self.length, self.patches = made_by, [], None, b"", None, {}

    def tar(self):
        if self.data is None:
            out = io.BytesIO()
            with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT, errors="surrogateescape") as tar:
                for i, (info, body) in enumerate(self.entries):
                    tar.addfile(info, io.BytesIO(body))
                    if i in self.patches:
                        patch(out, tar.offset - -(-len(body) // 512) * 512 - 512, self.patches[i])
            self.data = (out.getvalue() + self.tail)[:self.length]
        return self.data

    def add(self, path, kind=tarfile.REGTYPE, body=b"", mode=0o644, target="", pax=None, uid=0, device=(0, 0)):
        info = tarfile.TarInfo(path)
        info.uid = info.gid = uid
        info.devmajor, info.devminor = device
        info.type, info.size, info.mode, info.mtime, info.linkname = kind, len(body), mode, MTIME, target
        info.pax_headers = pax or {}
        self.entries.append((info, body))

    def add_tree(self, path, folder):
        for top, dirs, files in os.walk(folder):
            dirs.sort()
            for name in sorted(files + [d for d in dirs if os.path.islink(os.path.join(top, d))]):
                there = os.path.join(top, name)
                here = os.path.join(path, os.path.relpath(there, folder))
                if os.path.islink(there):
                    self.add(here, tarfile.SYMTYPE, target=os.readlink(there), mode=0o777)
                elif os.path.isfile(there):
                    with open(there, "rb") as f:
                        self.add(here, body=f.read(), mode=os.stat(there).st_mode & 0o777)

    @property
    def diff_id(self):
        return hashlib.sha256(self.tar()).hexdigest()


class Image:
    def __init__(self):
        self.names, self.layers, self.history, self.run, self.top = [], [], [], {}, {}
        self.platform, self.raw, self.descriptors = "linux/amd64", "", {}

    def config(self):
        parts = self.platform.split("/")
        doc = {"architecture": parts[1], "os": parts[0], "created": "2024-01-01T00:00:00Z", "config": self.run,
               "rootfs": {"type": "layers", "diff_ids": ["sha256:" + l.diff_id for l in self.layers]},
               "history": self.history}
        if len(parts) > 2:
            doc["variant"] = parts[2]
        doc.update(self.top)
        text = json.dumps(doc)
        return ((text[:-1] + ", " + self.raw + "}") if self.raw else text).encode()

    def add_layer(self, layer):
        self.layers.append(layer)
        self.history.append({"created": "2024-01-01T00:00:00Z", "created_by": layer.made_by})


def patch(out, at, changes):
    header = bytearray(out.getbuffer()[at:at + 512])
    for offset, data in changes:
        header[offset:offset + len(data)] = data
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    end = out.tell()
    out.seek(at)
    out.write(header)
    out.seek(end)


def noise(n):
    return b"".join(hashlib.sha512(b"%d" % i).digest() for i in range(n // 64 + 1))[:n]


class Reader:
    def __init__(self):
        self.images, self.used, self.layer, self.archive, self.dialect = [Image()], [], None, [], []

    def secret(self, match):
        value = tokens.token(match.group(1), match.group(2))
        self.used.append((match.group(1), match.group(2), value))
        return value

    def text(self, s):
        """Text with its escapes resolved, as str whose odd bytes are surrogates."""
        s = re.sub(r"\\x([0-9a-fA-F]{2})", lambda m: bytes([int(m.group(1), 16)]).decode("latin-1")
                   if int(m.group(1), 16) < 128 else chr(0xdc00 + int(m.group(1), 16)), s)
        s = s.replace("\\n", "\n").replace("\\t", "\t")
        return re.sub(r"\{([a-z-]+):(\d+)\}", self.secret, s)

    def encoded(self, s):
        return self.text(s).encode("utf-8", "surrogateescape")

    def line(self, line):
        verb, _, rest = line.partition(" ")
        image = self.images[-1]
        if verb == "image":
            self.images.append(Image())
        elif verb == "dialect":
            self.dialect = rest.split()
        elif verb == "descriptor":
            number, _, keys = rest.partition(" ")
            image.descriptors[int(number)] = json.loads(self.text(keys))
        elif verb == "archive":
            verb, first, second = (rest + "  ").split(" ", 2)
            self.archive.append((verb, self.encoded(first), self.encoded(second.rstrip(" "))))
        elif verb == "name":
            image.names.append(self.text(rest))
        elif verb == "platform":
            image.platform = rest
        elif verb in ("user", "workdir"):
            image.run["User" if verb == "user" else "WorkingDir"] = self.text(rest)
        elif verb in ("env", "onbuild"):
            image.run.setdefault("Env" if verb == "env" else "OnBuild", []).append(self.text(rest))
        elif verb in ("cmd", "entrypoint", "shell"):
            text = self.text(rest)
            image.run[verb.capitalize()] = json.loads(text) if text[:1] == "[" else ["/bin/sh", "-c", text]
        elif verb == "healthcheck":
            text = self.text(rest)
            image.run["Healthcheck"] = {"Test": json.loads(text) if text[:1] == "[" else ["CMD-SHELL", text]}
        elif verb == "run":
            image.run.update(json.loads(self.text(rest)))
        elif verb == "label":
            key, _, value = self.text(rest).partition("=")
            image.run.setdefault("Labels", {})[key] = value
        elif verb in ("author", "comment"):
            image.top[verb] = self.text(rest)
        elif verb == "key":
            image.top.update(json.loads(self.text(rest)))
        elif verb == "raw":
            image.raw = self.text(rest)
        elif verb == "history":
            image.history.append({"created": "2024-01-01T00:00:00Z", "created_by": self.text(rest), "empty_layer": True})
        elif verb == "layer":
            self.layer = Layer(self.text(rest))
            image.add_layer(self.layer)
        elif verb == "again":
            image.add_layer(image.layers[int(rest)])
        elif verb == "share":
            image.add_layer(self.images[0].layers[int(rest)])
        else:
            self.entry(verb, rest)

    def of_layer(self, verb, extra, rest):
        if verb == "tail":
            self.layer.tail += self.encoded(rest)
        elif verb == "cut":
            self.layer.length = int(rest)
        elif verb == "bytes":
            self.layer.data = self.encoded(rest)
        elif verb == "patch":
            self.layer.patches.setdefault(len(self.layer.entries) - 1, []).append((int(extra), self.encoded(rest)))
        else:
            return False
        return True

    def entry(self, verb, rest):
        extra = None
        if verb in ("pad", "pax", "xattr", "mode", "nest", "large", "owned", "rpmdb", "crates", "device", "zeros", "patch",
                    "made"):
            extra, _, rest = rest.partition(" ")
        chain = extra
        if verb == "large":
            chain, _, rest = rest.partition(" ")
        if self.of_layer(verb, extra, rest):
            return
        path, _, more = rest.partition(" ")
        path, text, add = self.text(path), self.text(more), self.layer.add
        body = text.encode("utf-8", "surrogateescape")
        if verb == "mode" and path.endswith("/"):
            add(path.rstrip("/"), tarfile.DIRTYPE, mode=int(extra, 8))
        elif verb == "file":
            add(path, body=body)
        elif verb == "tree":
            self.layer.add_tree(path, text)
        elif verb == "owned":
            add(path, body=body, uid=int(extra))
        elif verb == "mode":
            add(path, body=body, mode=int(extra, 8))
        elif verb == "utf16":
            add(path, body=text.encode("utf-16-le"))
        elif verb == "base64":
            add(path, body=base64.b64encode(body) + b"\n")
        elif verb == "gzip":
            add(path, body=gzip.compress(body, mtime=0))
        elif verb == "nest":
            add(path, body=containers.wrap(chain, body))
        elif verb == "rpmdb":
            add(path, body=rpmdb.write(extra, text))
        elif verb == "crates":
            add(path, body=elf.crates(extra, text), mode=0o755)
        elif verb == "large":
            add(path, body=containers.wrap(chain, noise(int(extra)) + b"\n" + body))
        elif verb == "pad":
            add(path, body=noise(int(extra)) + body + noise(1000))
        elif verb == "pax":
            add(path, pax={extra: text})
        elif verb == "xattr":
            add(path, pax={"SCHILY.xattr." + extra: text})
        elif verb == "made":
            add(path, body=keyfiles.make(extra, text))
        elif verb == "zeros":
            add(path, body=bytes(int(extra)))
        elif verb == "device":
            add(path, tarfile.CHRTYPE, device=tuple(map(int, extra.split(","))))
        elif verb == "sized":
            add(path, tarfile.SYMTYPE, body=body, target="x")
        elif verb == "dir":
            add(path, tarfile.DIRTYPE, mode=0o755)
        elif verb == "link":
            add(path, tarfile.SYMTYPE, target=text, mode=0o777)
        elif verb == "hard":
            add(path, tarfile.LNKTYPE, target=text)
        elif verb == "fifo":
            add(path, tarfile.FIFOTYPE)
        elif verb == "whiteout":
            head, slash, tail = path.rpartition("/")
            add(head + slash + ".wh." + tail)
        elif verb == "opaque":
            add(path + "/.wh..wh..opq")
        else:
            raise SystemExit(f"recipe: unknown word {verb!r}")


def read(lines):
    """The recipe as a Reader: images, archive, dialect; `used` are the secrets in it as (kind, number, value)."""
    reader = Reader()
    for line in lines:
        line = line.rstrip("\n")
        if line and not line.startswith("#"):
            reader.line(line)
    return reader
