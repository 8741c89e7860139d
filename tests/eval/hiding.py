# SPDX-License-Identifier: Apache-2.0
"""Hiding places: one secret each, where it is and how it got there. Layers: 0 base, 1 build, 2 clean-up, 3 application."""
import base64
import html
import re
import tarfile
import urllib.parse
import zlib

import archives as ar

PLACES = []


def place(name, path=None, layer=0, state="live", via=False, where="file", fast=True):
    """The function gets the builder and the path; what it returns is the file's content, None: there is no way to make it here."""
    def add(f):
        PLACES.append((name, path or "srv/h/" + name.replace(" ", "-"), layer, state, via, where, f, fast))
        return f
    return add


def token(b):
    return "gh" + "p_" + b.m.crc62()


def line(b):
    return ("GITHUB_TOKEN=" + token(b) + "\n").encode()


# --- nested ---
def simple(name, path, make):
    place(name, path, via=True)(lambda b, p: make(line(b)))


simple("zip", "srv/h/a.zip", lambda d: ar.zipped("conf/app.env", d))
simple("zip stored", "srv/h/b.zip", lambda d: ar.zipped("conf/app.env", d, 0))
simple("jar", "srv/h/app.jar", lambda d: ar.zipped("BOOT-INF/classes/application.properties", d))
simple("wheel", "srv/h/app-1.0-py3-none-any.whl", lambda d: ar.zipped("app/settings.py", d))
simple("no extension", "srv/h/blob", lambda d: ar.zipped("a", d))
simple("docx", "srv/h/a.docx", lambda d: ar.zipped("word/document.xml", b"<w:t>" + d.strip() + b"</w:t>"))
simple("gzip", "srv/h/a.sql.gz", lambda d: ar.gz(b"-- dump\n" + d))
simple("bzip2", "srv/h/a.bz2", ar.bz)
simple("xz", "srv/h/a.xz", ar.xz)
simple("lzma alone", "srv/h/a.lzma", lambda d: ar.lzma.compress(d, ar.lzma.FORMAT_ALONE))
simple("zstd", "srv/h/a.zst", ar.zstd)
simple("tar", "srv/h/a.tar", lambda d: ar.tarred("x/app.env", d))
simple("tar.gz", "srv/h/a.tar.gz", lambda d: ar.gz(ar.tarred("x/app.env", d)))
simple("tar.xz", "srv/h/a.tar.xz", lambda d: ar.xz(ar.tarred("x/app.env", d)))
simple("tar.bz2", "srv/h/a.tar.bz2", lambda d: ar.bz(ar.tarred("x/app.env", d)))
simple("tar.zst", "srv/h/a.tar.zst", lambda d: ar.zstd(ar.tarred("x/app.env", d)) if ar.zstd(d) else None)
simple("ar", "srv/h/liba.a", lambda d: ar.ar(("a.o", ar.elf([d.strip()]))))
simple("deb xz", "var/cache/apt/archives/a.deb", lambda d: ar.deb("etc/app.env", d))
simple("deb zst", "var/cache/apt/archives/b.deb", lambda d: ar.deb("etc/app.env", d, ar.zstd, "zst"))
simple("deb gz", "var/cache/apt/archives/c.deb", lambda d: ar.deb("etc/app.env", d, ar.gz, "gz"))
simple("cpio gz", "boot/initrd.img", lambda d: ar.gz(ar.cpio("etc/app.env", d)))
simple("rpm", "srv/h/a.rpm", lambda d: ar.rpm("etc/app.env", d))
simple("7z", "srv/h/a.7z", lambda d: ar.seven_zip("app.env", d))
for depth in (2, 3, 5, 8):
    simple("depth %d" % depth, "srv/h/d%d" % depth, lambda d, n=depth: ar.nested("app.env", d, n)[1])
simple("jar in war", "srv/h/a.war", lambda d: ar.zipped("WEB-INF/lib/a.jar", ar.zipped("a.properties", d)))
simple("zip behind a shell script", "srv/h/install.run", lambda d: b"#!/bin/sh\nexit 0\n" + b"\0" * 4000 + ar.zipped("a.env", d))
simple("zlib stream", "srv/h/a.zlib", lambda d: zlib.compress(d * 3))


@place("gzip comment", "srv/h/comment.gz")
def _(b, p):
    return ar.gz(b"nothing", comment=token(b).encode())


@place("gzip extra field", "srv/h/extra.gz")
def _(b, p):
    data = token(b).encode()
    return ar.gz(b"nothing", extra=b"AB" + len(data).to_bytes(2, "little") + data)


@place("gzip of two members", "srv/h/two.gz", via=True)
def _(b, p):
    return ar.gz(b"nothing\n") + ar.gz(line(b))


@place("behind a zip's end", "srv/h/behind.zip")
def _(b, p):
    return ar.zipped("a", b"nothing") + line(b)


@place("zip comment", "srv/h/note.zip")
def _(b, p):
    data = token(b).encode()
    return ar.zipped("a", b"nothing")[:-2] + len(data).to_bytes(2, "little") + data


# --- git ---
@place("git loose object", via=True)
def _(b, p):
    text = line(b)
    loose, _ = ar.git([{"app.env": text}])
    name, data = next((n, d) for n, d in loose if ar.has_blob(d, text))
    b.at = "srv/h/.git/" + name
    return data


@place("git pack", via=True)
def _(b, p):
    _, packed = ar.git([{"app.env": line(b), "b": b"x" * 300}])
    name, data = next((n, d) for n, d in packed if n.endswith(".pack"))
    b.at = "srv/p/.git/" + name
    return data


@place("git pack delta", via=True)
def _(b, p):
    body = b"".join(b"setting_%d = value %d\n" % (i, i * 7919) for i in range(3000))
    secret = line(b)
    _, packed = ar.git([{"app.env": body[:20000] + secret + body[20000:]}, {"app.env": body + b"more = 1\n"}])
    name, data = next((n, d) for n, d in packed if n.endswith(".pack"))
    b.at = "srv/q/.git/" + name
    return data


# --- binaries and databases ---
@place("sqlite row", "srv/h/a.db")
def _(b, p):
    return ar.sqlite(line(b).decode())


@place("sqlite overflow page", "srv/h/overflow.db")
def _(b, p):
    """The row goes on in other pages; the secret stands across an edge of two."""
    secret = line(b).decode()
    for before in range(3900, 4200, 4):
        data = ar.sqlite(secret, before)
        if secret.strip().encode() not in data:
            return data
    return None


@place("pyc", "srv/h/__pycache__/a.cpython-311.pyc")
def _(b, p):
    return ar.pyc("def f():\n    return call('" + token(b) + "')\n")


@place("elf string", "usr/local/bin/h-app")
def _(b, p):
    return ar.elf([token(b).encode()])


@place("java class", "srv/h/A.class")
def _(b, p):
    return ar.java_class([token(b).encode()])


@place("glued to text", "usr/local/bin/h-go")
def _(b, p):
    return ar.elf([b"expected operand" + token(b).encode() + b"invalid argument"])


@place("der key", "srv/h/key.der")
def _(b, p):
    return base64.b64decode("".join(b.m.pem().split("\n")[1:-2]))


# --- encodings ---
def text(name, path, make):
    place(name, path)(lambda b, p: make(b))


text("utf-16le with bom", "srv/h/u1.reg", lambda b: b"\xff\xfe" + line(b).decode().encode("utf-16-le"))
text("utf-16be with bom", "srv/h/u2.txt", lambda b: b"\xfe\xff" + line(b).decode().encode("utf-16-be"))
text("utf-16le without bom", "srv/h/u3.ini", lambda b: line(b).decode().encode("utf-16-le"))
text("utf-16 password", "srv/h/u4.ini", lambda b: b"\xff\xfe" + ("[db]\r\npassword=" + b.m.random_password() + "\r\n").encode("utf-16-le"))
text("base64", "srv/h/b1.yml", lambda b: b"data:\n  env: " + base64.b64encode(b"A=1\n" + line(b)) + b"\n")
text("base64 url", "srv/h/b2.json", lambda b: b'{"state":"' + base64.urlsafe_b64encode(b"\xff\xfeA=1\n" + line(b)).rstrip(b"=") + b'"}')
text("base64 wrapped", "srv/h/b3.txt", lambda b: base64.encodebytes(b"# settings of the application\nA=1\n" + line(b) + b"B=2\n" * 20))
text("base64 twice", "srv/h/b4.yml", lambda b: b"data: " + base64.b64encode(base64.b64encode(b"A=1\n" + line(b))) + b"\n")
text("base64 of a key", "srv/h/b5.yml", lambda b: b"tls.key: " + base64.b64encode(b.m.pem("pkcs8").encode()) + b"\n")
text("base64 of a gzip", "srv/h/b6.yml", lambda b: b"data: " + base64.b64encode(ar.gz(line(b))) + b"\n")
text("percent", "srv/h/p1.txt", lambda b: b"next=" + urllib.parse.quote("postgres://app:" + b.m.token() + "@db1.internal/app", safe="").encode() + b"\n")
text("percent token", "srv/h/p2.txt", lambda b: b"q=" + token(b).replace("_", "%5F").encode() + b"\n")
text("hex escapes", "srv/h/x1.py", lambda b: b's = "' + "".join("\\x%02x" % ord(c) for c in token(b)).encode() + b'"\n')
text("unicode escapes", "srv/h/x2.js", lambda b: b's = "' + "".join("\\u%04x" % ord(c) for c in token(b)).encode() + b'";\n')
text("unicode escape of one", "srv/h/x3.json", lambda b: b'{"s": "' + token(b).replace("_", "\\u005f").encode() + b'"}\n')
text("html entities", "srv/h/e1.html", lambda b: b"<p>" + "".join("&#%d;" % ord(c) for c in token(b)).encode() + b"</p>\n")
text("html entities of a key", "srv/h/e2.xml", lambda b: b"<key>" + b.m.pem().replace("\n", "&#10;").encode() + b"</key>\n")
text("html escaped url", "srv/h/e3.xml", lambda b: b"<v>" + html.escape("postgres://app:" + b.m.token() + "@db1/x?a=1&b=2").encode() + b"</v>\n")
text("hex of a key", "srv/h/k0.txt", lambda b: b.m.pem().encode().hex().encode() + b"\n")
text("hex of a token", "srv/h/k9.txt", lambda b: line(b).hex().encode() + b"\n")
text("key escaped", "srv/h/k1.json", lambda b: b'{"key": "' + b.m.pem("pkcs8").replace("\n", "\\n").encode() + b'"}\n')
text("key escaped twice", "srv/h/k2.json", lambda b: b'{"key": "{\\"k\\": \\"' + b.m.pem().replace("\n", "\\\\n").encode() + b'\\"}"}\n')
text("key on one line", "srv/h/k3.env", lambda b: b"KEY=" + b.m.pem().replace("\n", " ").encode() + b"\n")
text("key indented", "srv/h/k4.yml", lambda b: b"tls:\n  key: |\n" + re.sub("(?m)^(?=.)", "    ", b.m.pem("pkcs8")).encode())
text("key in pieces", "srv/h/k5.js", lambda b: b"var k = " + " +\n  ".join("'%s\\n'" % x for x in b.m.pem().strip().split("\n")).encode() + b";\n")
text("openssh key", "root/.ssh/id_ed25519", lambda b: b.m.openssh().encode())
text("key with crlf", "srv/h/k6.pem", lambda b: b.m.pem("ed25519").replace("\n", "\r\n").encode())
text("rsa key", "etc/ssl/private/h.pem", lambda b: b.m.pem("rsa").encode())
text("pem behind a certificate", "etc/ssl/private/h2.pem", lambda b: b"subject=x\n" + b.m.pem().encode())

# --- the layers ---


@place("deleted", "srv/l/deleted.env", 1, "deleted")
def _(b, p):
    b.whiteout(2, p)
    return line(b)


@place("deleted with its folder", "srv/gone/sub/a.env", 1, "deleted")
def _(b, p):
    b.whiteout(2, "srv/gone")
    return line(b)


@place("overwritten", "srv/l/over.env", 1, "overwritten")
def _(b, p):
    b.add(2, p, b"nothing\n")
    return line(b)


@place("opaque folder", "srv/opaque/a.env", 1, "deleted")
def _(b, p):
    b.add(2, "srv/opaque/.wh..wh..opq", b"")
    b.add(2, "srv/opaque/b.env", b"nothing\n")
    return line(b)


@place("twice in a layer", "srv/l/twice.env", 1, "overwritten")
def _(b, p):
    b.later(1, p, b"nothing\n")
    return line(b)


@place("hard link lives on", "srv/l/hard.env", 1, None)
def _(b, p):
    b.later(1, "srv/l/other.env", b"", kind=tarfile.LNKTYPE, target=p)
    b.whiteout(2, p)
    return line(b)


@place("behind a linked folder", "srv/real/a.env", 1, "live")
def _(b, p):
    b.add(1, "srv/link", b"", kind=tarfile.SYMTYPE, target="real")
    return line(b)


@place("replaced by a folder", "srv/l/file", 1, None)
def _(b, p):
    b.add(2, p + "/x", b"nothing\n")
    return line(b)


@place("deleted and nested", "srv/l/deleted.zip", 1, "deleted", via=True)
def _(b, p):
    b.whiteout(2, p)
    return ar.zipped("a.env", line(b))


@place("whiteout in the same layer", "srv/l/same.env", 1, None)
def _(b, p):
    b.add(1, "srv/l/.wh.same.env", b"")
    return line(b)


@place("pax header", "srv/l/pax", 1, None, where="file or header")
def _(b, p):
    b.add(1, p, b"x", pax={"comment": token(b)})


@place("xattr", "srv/l/xattr", 1, None, where="file or header")
def _(b, p):
    b.add(1, p, b"x", pax={"SCHILY.xattr.user.note": token(b)})


@place("link target", "srv/l/target", 1, None, where="file or header")
def _(b, p):
    b.add(1, p, b"", kind=tarfile.SYMTYPE, target="/x/" + token(b))


@place("large offset", "srv/l/large", 1, "live")
def _(b, p):
    return b.m.randbytes(3 << 20) + b"\n" + line(b) + b.m.randbytes(100000)


@place("across a chunk", "srv/l/chunk", 1, "live")
def _(b, p):
    return (b"0123456789abcde\n" * 16384)[:-20] + line(b) + b"x\n" * 200000


@place("long line", "srv/l/long.js", 1, "live")
def _(b, p):
    return b"var a=[" + b"1,2,3," * 100000 + b'"' + token(b).encode() + b'"' + b",4,5" * 100000 + b"];\n"


@place("behind the archive's end", None, 3, None, where="any layer")
def _(b, p):
    b.layers[3].tail += b"\0" * 1024 + line(b)


@place("env", where="/config/Env")
def _(b, p):
    b.image.run.setdefault("Env", []).append("API_TOKEN=" + b.m.token())


@place("command", where="/config/Cmd")
def _(b, p):
    b.image.run["Cmd"] = ["/bin/app", "--db-password=" + b.m.random_password()]


@place("label", where="/config/Labels")
def _(b, p):
    b.image.run.setdefault("Labels", {})["build.token"] = token(b)


@place("health check", where="/config/Healthcheck")
def _(b, p):
    b.image.run["Healthcheck"] = {"Test": ["CMD-SHELL", "curl -u app:" + b.m.token() + " http://localhost/"]}


@place("on build", where="/config/OnBuild")
def _(b, p):
    b.image.run["OnBuild"] = ["RUN PGPASSWORD=" + b.m.token() + " psql -h db1 -c x"]


@place("history argument", where="history")
def _(b, p):
    b.image.history.append({"created_by": "RUN |1 NPM_TOKEN=" + "np" + "m_" + b.m.crc62() + " /bin/sh -c npm ci # buildkit", "empty_layer": True})


@place("history command", where="history")
def _(b, p):
    b.image.history.append({"created_by": "/bin/sh -c curl -u deploy:" + b.m.token() + " https://api1.internal/", "empty_layer": True})
