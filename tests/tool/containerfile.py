# SPDX-License-Identifier: Apache-2.0
"""Turns a docker-archive into what buildah makes the same image of, so that its config,
history and layers are written by a tool that people build with.

    containerfile.py ARCHIVE DIR

DIR gets a Containerfile, layer N as N.tar, and `deleted`, a line for each path that the
last layer removes: no instruction does that in an image without a shell, so it is for the caller.
"""
import io
import json
import os
import sys
import tarfile


def split(data, out):
    """The entries of a layer but its whiteouts, written to `out`; the paths that those remove."""
    deleted = []
    with tarfile.open(fileobj=io.BytesIO(data)) as layer, tarfile.open(out, "w") as kept:
        for entry in layer:
            head, slash, name = entry.name.rpartition("/")
            if name.startswith(".wh."):
                deleted.append(head + slash + name[4:])
            else:
                kept.addfile(entry, layer.extractfile(entry) if entry.isreg() else None)
    return deleted


def instructions(config):
    for pair in config.get("Env", []):
        key, _, value = pair.partition("=")
        yield "ENV %s=%s" % (key, json.dumps(value))
    for key, value in config.get("Labels", {}).items():
        yield "LABEL %s=%s" % (key, json.dumps(value))
    for port in config.get("ExposedPorts", {}):
        yield "EXPOSE " + port
    for key, word in (("WorkingDir", "WORKDIR"), ("User", "USER"), ("StopSignal", "STOPSIGNAL")):
        if config.get(key):
            yield word + " " + config[key]
    if "Healthcheck" in config:
        test = config["Healthcheck"]["Test"]
        yield "HEALTHCHECK --interval=30s CMD " + (json.dumps(test[1:]) if test[0] == "CMD" else test[1])
    if config.get("Cmd", [])[:2] == ["/bin/sh", "-c"]:
        yield "CMD " + config["Cmd"][2]
    elif "Cmd" in config:
        yield "CMD " + json.dumps(config["Cmd"])


def main(archive, out):
    os.makedirs(out, exist_ok=True)
    lines, deleted = ["FROM scratch"], []
    with tarfile.open(archive) as t:
        manifest = json.load(t.extractfile("manifest.json"))[0]
        document = json.load(t.extractfile(manifest["Config"]))
        for i, name in enumerate(manifest["Layers"]):
            deleted = split(t.extractfile(name).read(), "%s/%d.tar" % (out, i))
            if not deleted:
                lines.append("ADD %d.tar /" % i)
    lines += instructions(document["config"])
    for name, text in (("Containerfile", lines), ("deleted", deleted)):
        with open(os.path.join(out, name), "w") as f:
            f.writelines(line + "\n" for line in text)


if __name__ == "__main__":
    main(*sys.argv[1:])
