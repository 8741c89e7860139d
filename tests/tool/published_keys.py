#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes data/published-keys.spki8 (see data/README.md).

usage: published_keys.py OUT [LIST...] [-- FILE...]

LISTs are files of sorted 8-byte entries that are merged. From FILEs (programs, libraries, sources of public
packages) every PEM private key is taken: its entry is the first 8 bytes of the SHA-256 of its public part
(DER SubjectPublicKeyInfo), or of its own DER where OpenSSL does not know its algorithm.
"""
import base64
import hashlib
import re
import subprocess
import sys

BLOCK = re.compile(rb"-----BEGIN ([A-Z0-9 ]{0,20}PRIVATE KEY)-----(.{20,20000}?)-----END \1-----", re.S)


def der(body):
    """The bytes of a PEM body; None if it is no base64."""
    text = re.sub(rb'\\[nr]|["\'\s\0]', b"", body)
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return None


def public_part(label, raw):
    pem = b"-----BEGIN %s-----\n%s-----END %s-----\n" % (label, base64.encodebytes(raw), label)
    done = subprocess.run(["openssl", "pkey", "-pubout", "-outform", "DER"], input=pem, capture_output=True)
    return done.stdout if done.returncode == 0 else None


def entries(path):
    with open(path, "rb") as file:
        data = file.read()
    for label, body in BLOCK.findall(data):
        raw = der(body)
        if raw:
            yield hashlib.sha256(public_part(label, raw) or raw).digest()[:8]


def main():
    args = sys.argv[1:]
    cut = args.index("--") if "--" in args else len(args)
    out, lists, files = args[0], args[1:cut], args[cut + 1:]
    found = set()
    for name in lists:
        with open(name, "rb") as file:
            data = file.read()
        found |= {data[i:i + 8] for i in range(0, len(data), 8)}
    before = len(found)
    for name in files:
        found |= set(entries(name))
    with open(out, "wb") as file:
        file.write(b"".join(sorted(found)))
    print(f"{before} entries from lists, {len(found) - before} more from files")


if __name__ == "__main__":
    main()
