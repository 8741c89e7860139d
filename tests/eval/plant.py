# SPDX-License-Identifier: Apache-2.0
"""An image with planted secrets and with what only looks like them; all of it depends on the seed.

    plant.py [--seed N] [--each N] [--only CATEGORY] OUT.tar TRUTH.json

TRUTH has an entry for each: category, name, whether it is a secret, and where a finding must be.
"""
import argparse
import json
import os
import sys
import tarfile

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tool"))

import assign  # noqa: E402
import credfiles  # noqa: E402
import formats  # noqa: E402
import hiding  # noqa: E402
import mkimage  # noqa: E402
import negatives  # noqa: E402
import recipe  # noqa: E402
import values  # noqa: E402


class Builder:
    """Layers of one image; what a hiding place needs besides its own content."""

    def __init__(self, m):
        self.m, self.image, self.late, self.at = m, recipe.Image(), [], None
        self.layers = [recipe.Layer("RUN step %d" % i) for i in range(4)]
        for layer in self.layers:
            self.image.add_layer(layer)
        self.truth = []

    def add(self, layer, path, body, kind=tarfile.REGTYPE, target="", pax=None):
        self.layers[layer].add(path, kind, body, target=target, pax=pax)

    def later(self, *args, **more):
        """After all that is added now."""
        self.late.append((args, more))

    def whiteout(self, layer, path):
        head, _, tail = path.rpartition("/")
        self.add(layer, head + "/.wh." + tail, b"")

    def tell(self, category, name, path, secret=True, **more):
        self.truth.append({"category": category, "name": name, "secret": secret, "path": path and "/" + path, **more})

    def file(self, category, name, path, body, secret=True, layer=3):
        body = body.encode() if isinstance(body, str) else body
        self.add(layer, path, body)
        self.tell(category, name, path, secret, layer=layer, state="live" if secret else None)


def hide(b, fast):
    for name, path, layer, state, via, where, make, is_fast in hiding.PLACES:
        if fast and not is_fast:
            continue
        b.at = None
        body = make(b, path)
        if body is None and where == "file" and not any(i.name == path for i, _ in b.layers[layer].entries):
            print("skip hiding place:", name, "(no program here makes it)")
            continue
        if where == "file" and body is not None:
            path = b.at or path
            b.add(layer, path, body)
        b.tell("hiding place", name, path if where.startswith("file") else None, layer=layer if where.startswith("file") else None,
               state=state if where == "file" else None, via=via, where=where)


def plant(b, each, only):
    want = lambda c: not only or c == only  # noqa: E731
    if want("hiding place"):
        hide(b, False)
    if want("token"):
        for i, (name, text) in enumerate(formats.all_tokens(b.m, each)):
            b.file("token", name, "srv/t/t%d.txt" % i if i % 2 else "srv/t/t%d.conf" % i, text)
    if want("assignment"):
        for fmt, concept, kind, path, text in assign.all_assignments(b.m, each):
            b.file("assignment", fmt, path, text)
            b.truth[-1]["concept"], b.truth[-1]["value"] = concept, kind
    for category, rows in (("connection", assign.CONNECTIONS), ("command", assign.COMMANDS)):
        for i, (name, line) in enumerate((rows if want(category) else []) * each):
            path = "srv/c/%s%d.%s" % (category, i, "conf" if category == "connection" else "sh")
            b.file(category, name, path, assign.fill(line, b.m) + "\n")
    if want("file"):
        for name, path, text in credfiles.all_files(b.m):
            b.file("file", name, path, text)
    if want("negative"):
        for kind, path, text in negatives.all_negatives(b.m, each):
            b.file("negative", kind, path, text, secret=False)
    for args, more in b.late:
        b.add(*args, **more)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--each", type=int, default=3)
    p.add_argument("--only", default="")
    p.add_argument("out")
    p.add_argument("truth")
    a = p.parse_args()
    b = Builder(values.Maker(a.seed))
    b.image.names, b.image.run["User"] = ["eval/planted:1"], "1000"
    plant(b, a.each, a.only)
    out = mkimage.Out(None)
    mkimage.DIALECTS["docker10"](out, [b.image])
    out.save(a.out)
    with open(a.truth, "w", encoding="utf-8") as f:
        json.dump(b.truth, f, indent=1)


if __name__ == "__main__":
    main()
