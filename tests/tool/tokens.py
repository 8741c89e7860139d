# SPDX-License-Identifier: Apache-2.0
"""Secrets for tests, made at run time and the same each time.

tokens.token(KIND, N) is the N-th secret of a kind, with a valid checksum where
the kind has one. `tokens.py KIND [N]` prints one, `tokens.py -l` the kinds.
No prefix stands in one piece here, so that no scanner takes this file for a leak.
"""
import base64
import binascii
import hashlib
import json
import subprocess
import sys

BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
UPPER32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
HEX = "0123456789abcdef"
URL64 = BASE62 + "-_"


class Stream:
    """Characters that depend on the seed only."""

    def __init__(self, seed):
        self.seed, self.n, self.pool = seed, 0, b""

    def byte(self):
        if not self.pool:
            self.pool = hashlib.sha256(f"{self.seed}/{self.n}".encode()).digest()
            self.n += 1
        first, self.pool = self.pool[0], self.pool[1:]
        return first

    def of(self, alphabet, n):
        return "".join(alphabet[self.byte() % len(alphabet)] for _ in range(n))


def base62(value, width):
    out = ""
    for _ in range(width):
        value, rest = divmod(value, 62)
        out = BASE62[rest] + out
    return out


def crc62(s):
    body = s.of(BASE62, 30)
    return body + base62(binascii.crc32(body.encode()), 6)


def url64(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def jwt(s):
    header = url64(json.dumps({"alg": "HS" + "256", "typ": "JWT"}).encode())
    payload = url64(json.dumps({"sub": s.of(HEX, 12), "role": "admin", "iat": 1700000000}).encode())
    return ".".join((header, payload, s.of(URL64, 43)))


def pypi(s):
    body = b"\x02\x01\x08" + b"pypi" + b".org\x02\x24" + s.of(HEX, 36).encode()
    body += b"\x00\x02\x39" + s.of(BASE62, 57).encode() + b"\x00\x00\x06\x20" + bytes(s.byte() for _ in range(32))
    return "py" + "pi-" + url64(body)


def pem(s):
    """A real EC key: its number is the seed's."""
    number = "".join("%02x" % s.byte() for _ in range(31)).rjust(64, "0")
    der = bytes.fromhex("303102010104" + "20" + number + "a00a06082a8648ce3d030107")
    text = subprocess.run(["openssl", "ec", "-inform", "DER"], input=der, capture_output=True, check=True).stdout
    return text.decode().strip()


KINDS = {
    "github": lambda s: "gh" + "p_" + crc62(s),
    "github-oauth": lambda s: "gh" + "o_" + crc62(s),
    "github-server": lambda s: "gh" + "s_" + crc62(s),
    "npm": lambda s: "np" + "m_" + crc62(s),
    "aws-id": lambda s: "AK" + "IA" + "I" + s.of(UPPER32, 15),
    "aws-secret": lambda s: s.of(BASE62 + "+/", 40),
    "gitlab": lambda s: "gl" + "pat-" + s.of(BASE62, 20),
    "slack-bot": lambda s: "xo" + "xb-" + s.of("123456789", 12) + "-" + s.of("123456789", 12) + "-" + s.of(BASE62, 24),
    "stripe": lambda s: "sk" + "_live_" + s.of(BASE62, 24),
    "google": lambda s: "AI" + "zaSy" + s.of(URL64, 33),
    "openai": lambda s: "sk" + "-" + s.of(BASE62, 20) + "T3Blbk" + "FJ" + s.of(BASE62, 20),
    "anthropic": lambda s: "sk" + "-ant-" + "api03-" + s.of(URL64, 93) + "AA",
    "huggingface": lambda s: "hf" + "_" + s.of(BASE62[10:], 34),
    "sendgrid": lambda s: "S" + "G." + s.of(URL64, 22) + "." + s.of(URL64, 43),
    "digitalocean": lambda s: "do" + "p_v1_" + s.of(HEX, 64),
    "vault": lambda s: "hv" + "s." + s.of(BASE62, 95),
    "telegram": lambda s: s.of("123456789", 10) + ":" + "AA" + s.of(BASE62, 33),
    "pypi": pypi,
    "jwt": jwt,
    "pem": pem,
    # Inside JSON: without a first character that stands as \\u0067, and with line breaks as \\n.
    "github-escaped": lambda s: "h" + "p_" + crc62(s),
    "pem-escaped": lambda s: pem(s).replace("\n", "\\n"),
    "hex": lambda s: s.of(HEX, 32),
    "hex-long": lambda s: s.of(HEX, 256),
    "wireguard": lambda s: base64.b64encode(bytes(s.byte() for _ in range(32))).decode(),
    "password": lambda s: s.of(BASE62, 18),
}


def token(kind, n=0):
    return KINDS[kind](Stream(f"{kind}/{n}"))


if __name__ == "__main__":
    if sys.argv[1:] == ["-l"]:
        print("\n".join(KINDS))
    else:
        print(token(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else 0))
