# SPDX-License-Identifier: Apache-2.0
"""rpm's database of installed packages, for recipes: write("sqlite", "name /path=SHA256 /path=SHA256").
One package a line; it is written as rpm does, in SQLite or in its own format.
"""
import os
import sqlite3
import struct
import tempfile

STRING, STRINGS, NUMBERS = 6, 8, 4


def header(name, files):
    """files: (path, digest in hexadecimal)."""
    dirs = sorted({p.rpartition("/")[0] + "/" for p, _ in files})
    tags = [(1000, STRING, [name]), (1001, STRING, ["1.0"]), (1002, STRING, ["1"]), (1022, STRING, ["noarch"]),
            (1035, STRINGS, [d for _, d in files]), (1037, NUMBERS, [0] * len(files)),
            (1116, NUMBERS, [dirs.index(p.rpartition("/")[0] + "/") for p, _ in files]),
            (1117, STRINGS, [p.rpartition("/")[2] for p, _ in files]), (1118, STRINGS, dirs), (5011, NUMBERS, [8])]
    index, data = b"", b""
    for tag, kind, values in tags:
        if kind == NUMBERS:
            data += b"\0" * (-len(data) % 4)
        index += struct.pack(">4I", tag, kind, len(data), len(values))
        for v in values:
            data += struct.pack(">I", v) if kind == NUMBERS else v.encode() + b"\0"
    return struct.pack(">2I", len(tags), len(data)) + index + data


def in_sqlite(headers):
    with tempfile.TemporaryDirectory() as d:
        path = os.path.join(d, "rpmdb.sqlite")
        db = sqlite3.connect(path)
        db.execute("PRAGMA journal_mode=wal")
        db.execute("CREATE TABLE Packages (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL)")
        db.executemany("INSERT INTO Packages(blob) VALUES(?)", [(h,) for h in headers])
        db.commit()
        db.close()
        with open(path, "rb") as f:
            return f.read()


def in_ndb(headers):
    slots, blobs, at = [], b"", 4096
    for i, h in enumerate(headers, 1):
        blob = struct.pack("<4s3I", b"BlbS", i, 1, len(h)) + h
        blob += b"\0" * (-(len(blob) + 12) % 16) + struct.pack("<II4s", 0, len(h), b"BlbE")
        slots.append((i, at // 16, len(blob) // 16))
        blobs, at = blobs + blob, at + len(blob)
    slots += [(0, 0, 0)] * (254 - len(slots))
    return struct.pack("<4s7I", b"RpmP", 0, 1, 1, len(headers) + 1, 0, 0, 0) + \
        b"".join(struct.pack("<4s3I", b"Slot", *s) for s in slots) + blobs


def write(kind, text):
    headers = []
    for line in text.splitlines():
        name, *files = line.split()
        headers.append(header(name, [tuple(f.rsplit("=", 1)) for f in files]))
    return {"sqlite": in_sqlite, "ndb": in_ndb}[kind](headers)
