# SPDX-License-Identifier: Apache-2.0
"""An image that is not what it should be: oddimage.py FILE CODE. CODE fills `files`, each a name, bytes, a mode and, of a
symbolic link, its target; `hard`, pairs of a name and the file that it is another name of; and `config` and `history`.
It may set `raw`, which changes the layer's bytes; mode() writes any bytes into the mode of a header.
"""
import hashlib
import io
import json
import random
import sys
import tarfile

NOISE = random.Random(7).randbytes(5000)


def member(name, data=b"", mode=0o644, target="", kind=tarfile.REGTYPE):
    m = tarfile.TarInfo(name)
    m.size, m.mode, m.linkname = len(data), mode, target
    m.type = tarfile.SYMTYPE if target and kind == tarfile.REGTYPE else kind
    return m, io.BytesIO(data)


def tar(members):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as t:
        for m in members:
            t.addfile(*m)
    return out.getvalue()


def mode(layer, at, field):
    head = bytearray(layer[at:at + 512])
    head[100:108], head[148:156] = field, b" " * 8
    head[148:156] = b"%06o\0 " % sum(head)
    return layer[:at] + bytes(head) + layer[at + 512:]


def main():
    given = {"files": [], "hard": [], "config": {}, "history": [], "raw": lambda layer: layer, "noise": NOISE, "mode": mode, "json": json}
    exec(sys.argv[2], given)  # pylint: disable=exec-used
    layer = given["raw"](tar([member(*f) for f in given["files"]] +
                             [member(name, target=target, kind=tarfile.LNKTYPE) for name, target in given["hard"]]))
    config = json.dumps({"os": "linux", "architecture": "amd64", "config": {"User": "1001", **given["config"]}, "history": given["history"],
                         "rootfs": {"type": "layers", "diff_ids": ["sha256:" + hashlib.sha256(layer).hexdigest()]}}).encode()
    name = hashlib.sha256(config).hexdigest() + ".json"
    manifest = json.dumps([{"Config": name, "Layers": ["l"]}]).encode()
    with open(sys.argv[1], "wb") as f:
        f.write(tar([member("l", layer), member(name, config), member("manifest.json", manifest)]))


if __name__ == "__main__":
    main()
