# SPDX-License-Identifier: Apache-2.0
"""Writes the images of a recipe (tests/tool/recipe.py) as one of the tools that
save images would, so that one content can be audited in every dialect.

    mkimage.py [-l none|gzip|zstd|mixed] [-s FILE] DIALECT RECIPE OUT
    mkimage.py --list

DIALECT `recipe` is the one that the recipe names, docker24 if it names none. OUT ending in / is a directory. -l is the compression of layers in dialects that
have a choice. -s writes the planted secrets, one per line (a private key without
its line breaks is several lines).
"""
import argparse
import gzip
import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile

import recipe

OCI = "application/vnd.oci.image."
DIALECTS = {}


def dialect(f):
    DIALECTS[f.__name__.replace("_", "-")] = f
    return f


def sha(data):
    return hashlib.sha256(data).hexdigest()


def packed(data, how):
    if how == "gzip":
        return gzip.compress(data, compresslevel=6, mtime=0)
    if how == "zstd":
        return subprocess.run(["zstd", "-q", "-c"], input=data, capture_output=True, check=True).stdout
    return data


class Out:
    """Members in their order. A name may come twice where it is asked for."""

    def __init__(self, how):
        self.members, self.names, self.how = [], set(), how

    def put(self, name, data, twice=False):
        if twice or name not in self.names:
            self.members.append((name, tarfile.REGTYPE, data, ""))
            self.names.add(name)

    def link(self, name, target, kind=tarfile.SYMTYPE):
        if name not in self.names:
            self.members.append((name, kind, b"", target))
            self.names.add(name)

    def dir(self, name):
        if name not in self.names:
            self.members.append((name, tarfile.DIRTYPE, b"", ""))
            self.names.add(name)

    def json(self, name, value):
        self.put(name, json.dumps(value).encode())

    def layer_codec(self, i, default):
        if self.how == "mixed":
            return ("gzip", "zstd", "none")[i % 3]
        return self.how or default

    def change(self, changes):
        """What a recipe wants of the archive once it is made: pairs of a verb and its two arguments."""
        for verb, one, two in changes:
            if verb == "file":
                self.put(one.decode(), two, True)
            elif verb == "link":
                self.link(one.decode(), two.decode())
            elif verb == "sized":
                self.members.append((one.decode(), tarfile.SYMTYPE, two, "x"))
            else:
                found = sum(one in m[2] for m in self.members)
                if not found or verb not in ("swap", "drop"):
                    raise SystemExit(f"recipe: cannot {verb} {one!r}")
                self.members = [(m[0], m[1], m[2].replace(one, two), m[3]) for m in self.members
                                if verb == "swap" or one not in m[2]]

    def save(self, path):
        if path.endswith("/"):
            return self.save_dir(path)
        with tarfile.open(path, "w", format=tarfile.USTAR_FORMAT) as tar:
            for name, kind, data, target in self.members:
                info = tarfile.TarInfo(name)
                info.type, info.size, info.linkname = kind, len(data), target
                info.mode = 0o755 if kind == tarfile.DIRTYPE else 0o644
                tar.addfile(info, io.BytesIO(data))

    def save_dir(self, path):
        for name, kind, data, target in self.members:
            at = os.path.join(path, name)
            os.makedirs(at if kind == tarfile.DIRTYPE else os.path.dirname(at), exist_ok=True)
            if kind == tarfile.SYMTYPE:
                os.symlink(target, at)
            elif kind == tarfile.LNKTYPE:
                os.link(os.path.join(path, target), at)
            elif kind == tarfile.REGTYPE:
                with open(at, "wb") as f:
                    f.write(data)


# --- docker-archive ------------------------------------------------------------


def item(image, config, layers, **more):
    return {"Config": config, "RepoTags": image.names or None, "Layers": layers, **more}


def v1_ids(image):
    ids, parent = [], ""
    for layer in image.layers:
        parent = sha((parent + layer.diff_id).encode())
        ids.append(parent)
    return ids


def repositories(images, top):
    out = {}
    for image in images:
        for name in image.names:
            repo, _, tag = name.rpartition(":")
            out.setdefault(repo, {})[tag] = top(image)
    return out


def v1_json(image, ids, i, whole):
    doc = {"id": ids[i], "created": "2024-01-01T00:00:00Z", "container_config": {"Cmd": [image.layers[i].made_by]}}
    if i:
        doc["parent"] = ids[i - 1]
    if i + 1 == len(ids) or whole:
        doc.update({"config": image.run, "os": "linux", "architecture": image.platform.split("/")[1]})
    return doc


def v1_dirs(out, images, layer_link):
    """<id>/VERSION, <id>/json and <id>/layer.tar in lexical order, as a directory that was packed."""
    for image in images:
        ids = v1_ids(image)
        for i in sorted(range(len(ids)), key=lambda n: ids[n]):
            out.dir(ids[i] + "/")
            out.put(ids[i] + "/VERSION", b"1.0")
            out.json(ids[i] + "/json", v1_json(image, ids, i, False))
            layer_link(ids[i] + "/layer.tar", image.layers[i])


def docker_old(out, images, link_kind):
    first = {}

    def layer_link(name, layer):
        if link_kind and layer.diff_id in first:
            target = first[layer.diff_id]
            out.link(name, "../" + target if link_kind == tarfile.SYMTYPE else target, link_kind)
        else:
            first.setdefault(layer.diff_id, name)
            out.put(name, layer.tar())

    v1_dirs(out, images, layer_link)
    for image in images:
        out.put(sha(image.config()) + ".json", image.config())
    out.json("manifest.json", [item(im, sha(im.config()) + ".json", [i + "/layer.tar" for i in v1_ids(im)])
                               for im in images])
    out.json("repositories", repositories(images, lambda im: v1_ids(im)[-1]))


@dialect
def docker24(out, images):
    docker_old(out, images, tarfile.SYMTYPE)


@dialect
def docker10(out, images):
    docker_old(out, images, None)


@dialect
def hard_linked(out, images):
    docker_old(out, images, tarfile.LNKTYPE)


@dialect
def symlinked(out, images):
    """Every layer.tar is a link, and stands before what it names."""
    v1_dirs(out, images, lambda name, layer: out.link(name, "../layers/" + layer.diff_id + ".tar"))
    for image in images:
        for layer in image.layers:
            out.put("layers/" + layer.diff_id + ".tar", layer.tar())
        out.put(sha(image.config()) + ".json", image.config())
    out.json("manifest.json", [item(im, sha(im.config()) + ".json", [i + "/layer.tar" for i in v1_ids(im)])
                               for im in images])


@dialect
def dot_slash(out, images):
    for image in images:
        for layer in image.layers:
            out.put("./" + layer.diff_id + "/layer.tar", layer.tar())
        out.put("./" + sha(image.config()) + ".json", image.config())
    out.json("./manifest.json", [item(im, sha(im.config()) + ".json", [l.diff_id + "/layer.tar" for l in im.layers])
                                 for im in images])


@dialect
def podman(out, images):
    for image in images:
        for layer in image.layers:
            out.put(layer.diff_id + ".tar", layer.tar())
        out.put(sha(image.config()) + ".json", image.config())
        ids = v1_ids(image)
        for i, v1 in enumerate(ids):
            out.link(v1 + "/layer.tar", "../" + image.layers[i].diff_id + ".tar")
            out.put(v1 + "/VERSION", b"1.0")
            out.json(v1 + "/json", v1_json(image, ids, i, False))
    out.json("manifest.json", [item(im, sha(im.config()) + ".json", [l.diff_id + ".tar" for l in im.layers])
                               for im in images])
    out.json("repositories", repositories(images, lambda im: v1_ids(im)[-1]))


def compressed_archive(out, images, config_name, layer_name, twice=False, fold=False):
    items = []
    for image in images:
        config = image.config()
        names = []
        out.put(config_name(config), config)
        for i, layer in enumerate(image.layers):
            data = packed(layer.tar(), out.layer_codec(i, "gzip"))
            names.append(layer_name(data))
            out.put(names[-1], data, twice)
        items.append(item(image, config_name(config), names))
    if fold:
        items = [{"config": i["Config"], "repoTags": i["RepoTags"], "layers": i["Layers"]} for i in items]
    out.json("manifest.json", items)


@dialect
def kaniko(out, images):
    compressed_archive(out, images, lambda c: "sha256:" + sha(c), lambda d: sha(d) + ".tar.gz")


@dialect
def jib(out, images):
    compressed_archive(out, images, lambda c: "config.json", lambda d: sha(d) + ".tar.gz", fold=True)


@dialect
def bazel(out, images):
    compressed_archive(out, images, lambda c: "blobs/sha256/" + sha(c), lambda d: "blobs/sha256/" + sha(d) + ".tar.gz",
                       twice=True)


@dialect
def nix(out, images):
    compressed_archive(Out_plain(out), images, lambda c: sha(c) + ".json", lambda d: sha(d) + "/layer.tar")


def Out_plain(out):
    out.how = "none"
    return out


@dialect
def v1(out, images):
    v1_dirs(out, images, lambda name, layer: out.put(name, layer.tar()))
    out.json("repositories", repositories(images, lambda im: v1_ids(im)[-1]))


@dialect
def v1_untagged(out, images):
    v1_dirs(out, images, lambda name, layer: out.put(name, layer.tar()))


# --- OCI -----------------------------------------------------------------------


def blob(out, data):
    out.put("blobs/sha256/" + sha(data), data)
    return {"digest": "sha256:" + sha(data), "size": len(data)}


def oci_manifest(out, image, default):
    config = blob(out, image.config())
    layers = []
    for i, layer in enumerate(image.layers):
        how = out.layer_codec(i, default)
        suffix = "" if how == "none" else "+" + how
        layers.append({"mediaType": OCI + "layer.v1.tar" + suffix, **blob(out, packed(layer.tar(), how)),
                       **image.descriptors.get(i, {})})
    doc = {"schemaVersion": 2, "mediaType": OCI + "manifest.v1+json",
           "config": {"mediaType": OCI + "config.v1+json", **config}, "layers": layers}
    return {"mediaType": OCI + "manifest.v1+json", **blob(out, json.dumps(doc).encode())}, layers


def with_platform(descriptor, platform):
    parts = platform.split("/")
    return {**descriptor, "platform": {"os": parts[0], "architecture": parts[1]}}


def named(descriptor, image, full):
    out = []
    for name in image.names or [None]:
        notes = {}
        if name and full:
            notes["io.containerd.image.name"] = "docker.io/library/" + name
        if name:
            notes["org.opencontainers.image.ref.name"] = name.rpartition(":")[2] if full else name
        out.append({**descriptor, **({"annotations": notes} if notes else {})})
    return out


def index_of(out, entries, **more):
    doc = {"schemaVersion": 2, "mediaType": OCI + "index.v1+json", "manifests": entries, **more}
    return {"mediaType": OCI + "index.v1+json", **blob(out, json.dumps(doc).encode())}


def layout(out, entries):
    out.json("index.json", {"schemaVersion": 2, "mediaType": OCI + "index.v1+json", "manifests": entries})
    out.put("oci-layout", b'{"imageLayoutVersion":"1.0.0"}')


def absent(arch):
    return {"mediaType": OCI + "manifest.v1+json", "digest": "sha256:" + sha(arch.encode()), "size": 500,
            "platform": {"os": "linux", "architecture": arch}}


def attestation(out, of):
    statement = blob(out, json.dumps({"_type": "https://in-toto.io/Statement/v0.1", "subject": []}).encode())
    config = blob(out, json.dumps({"architecture": "unknown", "os": "unknown", "config": {},
                                   "rootfs": {"type": "layers", "diff_ids": [statement["digest"]]}}).encode())
    doc = {"schemaVersion": 2, "mediaType": OCI + "manifest.v1+json",
           "config": {"mediaType": OCI + "config.v1+json", **config},
           "layers": [{"mediaType": "application/vnd.in-toto+json", **statement}]}
    return {"mediaType": OCI + "manifest.v1+json", **blob(out, json.dumps(doc).encode()),
            "annotations": {"vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": of},
            "platform": {"os": "unknown", "architecture": "unknown"}}


def artifact(out):
    body = blob(out, b"apiVersion: v2\nname: chart\n")
    empty = blob(out, b"{}")
    doc = {"schemaVersion": 2, "mediaType": OCI + "manifest.v1+json",
           "artifactType": "application/vnd.cncf.helm.config.v1+json",
           "config": {"mediaType": "application/vnd.oci.empty.v1+json", **empty},
           "layers": [{"mediaType": "application/vnd.cncf.helm.chart.content.v1.tar+gzip", **body}]}
    return {"mediaType": OCI + "manifest.v1+json", **blob(out, json.dumps(doc).encode()),
            "artifactType": "application/vnd.cncf.helm.config.v1+json"}


@dialect
def docker25(out, images):
    out.dir("blobs/")
    out.dir("blobs/sha256/")
    entries, items = [], []
    for image in images:
        ids = v1_ids(image)
        descriptor, layers = oci_manifest(Out_plain(out), image, "none")
        for i in range(len(ids)):
            blob(out, json.dumps(v1_json(image, ids, i, False)).encode())
        entries += named(descriptor, image, True)
        sources = {"sha256:" + l.diff_id: d for l, d in zip(image.layers, layers)}
        items.append(item(image, "blobs/sha256/" + sha(image.config()),
                          ["blobs/sha256/" + l.diff_id for l in image.layers], LayerSources=sources))
    layout(out, entries)
    out.json("manifest.json", items)
    out.json("repositories", repositories(images, lambda im: im.layers[-1].diff_id))


@dialect
def containerd(out, images):
    """One index per image, with a manifest of a platform that was not saved, and an attestation."""
    entries, items = [], []
    for image in images:
        descriptor, layers = oci_manifest(out, image, "gzip")
        index = index_of(out, [with_platform(descriptor, image.platform), absent("s390x"), absent("ppc64le"),
                               attestation(out, descriptor["digest"])])
        entries += named(index, image, True)
        items.append(item(image, "blobs/sha256/" + sha(image.config()),
                          ["blobs/sha256/" + d["digest"][7:] for d in layers]))
    out.members.sort(key=lambda m: m[0])
    out.json("index.json", {"schemaVersion": 2, "manifests": entries})
    out.json("manifest.json", items)
    out.put("oci-layout", b'{"imageLayoutVersion":"1.0.0"}')


@dialect
def oci(out, images):
    layout(out, [d for im in images for d in named(oci_manifest(out, im, "gzip")[0], im, False)])


@dialect
def buildx(out, images):
    """As oci, but the index comes first."""
    oci(out, images)
    out.members.reverse()


@dialect
def nested(out, images):
    entries = []
    for image in images:
        inner = index_of(out, [with_platform(oci_manifest(out, image, "gzip")[0], image.platform)])
        entries += named(index_of(out, [inner]), image, False)
    layout(out, entries)


@dialect
def multi(out, images):
    """All images are platforms of one index."""
    inner = [with_platform(oci_manifest(out, im, "gzip")[0], im.platform) for im in images]
    layout(out, named(index_of(out, inner), images[0], False))


@dialect
def attested(out, images):
    entries = []
    for image in images:
        descriptor = oci_manifest(out, image, "gzip")[0]
        entries += named(index_of(out, [with_platform(descriptor, image.platform),
                                        attestation(out, descriptor["digest"])]), image, False)
    layout(out, entries)


@dialect
def with_artifact(out, images):
    entries = [d for im in images for d in named(oci_manifest(out, im, "gzip")[0], im, False)]
    layout(out, entries + [artifact(out)])


@dialect
def docker_dir(out, images):
    """skopeo's dir: transport, which holds one image."""
    image = images[0]
    config, layers = image.config(), []
    for i, layer in enumerate(image.layers):
        data = packed(layer.tar(), out.layer_codec(i, "gzip"))
        out.put(sha(data), data)
        layers.append({"mediaType": "application/vnd.docker.image.rootfs.diff.tar.gzip",
                       "digest": "sha256:" + sha(data), "size": len(data)})
    out.put(sha(config), config)
    out.json("manifest.json", {"schemaVersion": 2,
                               "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
                               "config": {"mediaType": "application/vnd.docker.container.image.v1+json",
                                          "digest": "sha256:" + sha(config), "size": len(config)}, "layers": layers})
    out.put("version", b"Directory Transport Version: 1.1\n")


def write(made, path, dialect=None, how=None):
    """The images of a recipe as one archive."""
    said = made.dialect + ["", ""]
    out = Out(how or said[1] or None)
    DIALECTS[dialect or said[0] or "docker24"](out, made.images)
    out.change(made.archive)
    out.save(path)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--list", action="store_true")
    ap.add_argument("-l", dest="how", choices=["none", "gzip", "zstd", "mixed"])
    ap.add_argument("-s", dest="secrets")
    ap.add_argument("args", nargs="*")
    o = ap.parse_args()
    if o.list:
        print("\n".join(DIALECTS))
        return
    name, source, path = o.args
    with sys.stdin if source == "-" else open(source, encoding="utf-8") as f:
        made = recipe.read(f)
    if name == "all":
        # PATH is a directory of tars, one per dialect, and of layouts.
        for each in DIALECTS:
            write(made, os.path.join(path, each + ".tar"), each, o.how)
    else:
        write(made, path, None if name == "recipe" else name, o.how)
    if o.secrets:
        with open(o.secrets, "w", encoding="utf-8") as f:
            for kind, number, value in made.used:
                f.write(f"{kind} {number} " + value.replace("\n", " ") + "\n")


if __name__ == "__main__":
    main()
