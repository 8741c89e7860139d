# SPDX-License-Identifier: Apache-2.0
"""Writes a directory as an image of one layer (docker-archive), as it goes: roots may have gigabytes.

    pack.py DIR OUT
"""
import hashlib
import io
import json
import os
import sys
import tarfile


class Hashed(io.RawIOBase):
    """A file that is written and hashed."""

    def __init__(self, f):
        self.f, self.sha = f, hashlib.sha256()

    def writable(self):
        return True

    def write(self, data):
        self.sha.update(data)
        return self.f.write(data)


def plain(info):
    info.mtime, info.uid, info.gid, info.uname, info.gname = 1700000000, 0, 0, "", ""
    return info


def walk(root, tar):
    for at, dirs, names in os.walk(root):
        dirs.sort()
        for name in sorted(names + [d for d in dirs if os.path.islink(os.path.join(at, d))]):
            path = os.path.join(at, name)
            tar.add(path, os.path.relpath(path, root), recursive=False, filter=plain)


def member(tar, name, data):
    info = tarfile.TarInfo(name)
    info.size = len(data)
    tar.addfile(info, io.BytesIO(data))


def pack(root, out):
    with open(out + ".layer", "wb") as f:
        hashed = Hashed(f)
        with tarfile.open(fileobj=hashed, mode="w|", format=tarfile.PAX_FORMAT) as tar:
            walk(root, tar)
    diff_id = hashed.sha.hexdigest()
    config = json.dumps({"architecture": "amd64", "os": "linux", "config": {"User": "1000"},
                         "rootfs": {"type": "layers", "diff_ids": ["sha256:" + diff_id]},
                         "history": [{"created_by": "COPY / /"}]}).encode()
    name = hashlib.sha256(config).hexdigest() + ".json"
    with tarfile.open(out + ".part", "w") as tar:
        tar.add(out + ".layer", diff_id + "/layer.tar", filter=plain)
        member(tar, name, config)
        member(tar, "manifest.json", json.dumps([{"Config": name, "RepoTags": ["eval/clean:1"],
                                                  "Layers": [diff_id + "/layer.tar"]}]).encode())
    os.remove(out + ".layer")
    os.rename(out + ".part", out)


if __name__ == "__main__":
    pack(sys.argv[1], sys.argv[2])
