# SPDX-License-Identifier: Apache-2.0
"""A registry to push to, as much of the OCI distribution specification as a push
needs, on a port of the local machine that the system chooses.

    registry.py FOLDER      writes its port to FOLDER/port; blobs go to
                            FOLDER/sha256/…, manifests to FOLDER/NAME/TAG
"""
import hashlib
import http.server
import os
import re
import sys
import urllib.parse

ROOT = sys.argv[1]
UPLOADS = {}


def blob(digest):
    return os.path.join(ROOT, *digest.split(":", 1))


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def answer(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def body(self):
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        data = b""
        while True:
            size = int(self.rfile.readline(), 16)
            data += self.rfile.read(size)
            self.rfile.readline()
            if not size:
                return data

    def serve(self):
        url = urllib.parse.urlsplit(self.path)
        digest = urllib.parse.parse_qs(url.query).get("digest", [""])[0]
        what = re.fullmatch(r"/v2/(?:(.+)/(blobs|manifests)/(.*))?", url.path)
        if not what or not what.group(1):
            self.answer(200 if what else 404)
        elif what.group(2) == "blobs" and what.group(3).startswith("uploads/"):
            self.upload(what.group(1), what.group(3), digest)
        elif what.group(2) == "blobs":
            self.show(blob(what.group(3)))
        elif self.command == "PUT":
            self.take_manifest(what.group(1), what.group(3))
        else:
            path = blob(what.group(3)) if ":" in what.group(3) else os.path.join(ROOT, what.group(1), what.group(3))
            self.show(path)

    do_GET = do_HEAD = do_POST = do_PATCH = do_PUT = serve

    def show(self, path):
        if not os.path.isfile(path):
            return self.answer(404)
        with open(path, "rb") as f:
            self.answer(200, f.read())

    def upload(self, name, part, digest):
        if self.command == "POST":
            part = "uploads/%d" % (len(UPLOADS) + 1)
            UPLOADS[part] = b""
        UPLOADS[part] += self.body()
        if self.command != "PUT":
            return self.answer(202, Location="/v2/%s/blobs/%s" % (name, part), Range="0-%d" % max(len(UPLOADS[part]) - 1, 0))
        if digest != "sha256:" + hashlib.sha256(UPLOADS[part]).hexdigest():
            return self.answer(400)
        self.write(blob(digest), UPLOADS[part])
        self.answer(201, Location="/v2/%s/blobs/%s" % (name, digest), Docker_Content_Digest=digest)

    def take_manifest(self, name, tag):
        data = self.body()
        digest = "sha256:" + hashlib.sha256(data).hexdigest()
        self.write(blob(digest), data)
        if ":" not in tag:
            self.write(os.path.join(ROOT, name, tag), data)
        self.answer(201, Location="/v2/%s/manifests/%s" % (name, digest), Docker_Content_Digest=digest)

    def write(self, path, data):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as f:
            f.write(data)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
with open(os.path.join(ROOT, "port.new"), "w") as port:
    port.write(str(server.server_port))
os.rename(os.path.join(ROOT, "port.new"), os.path.join(ROOT, "port"))
server.serve_forever()
