# SPDX-License-Identifier: Apache-2.0
"""Values for planted secrets: what machines make, and what people make up. All from one seeded generator."""
import base64
import binascii
import hashlib
import json
import random
import string
import subprocess

B62 = string.digits + string.ascii_uppercase + string.ascii_lowercase
ALPHABETS = {
    "b62": B62, "hex": "0123456789abcdef", "HEX": "0123456789ABCDEF", "digit": string.digits,
    "lower": string.ascii_lowercase, "upper": string.ascii_uppercase, "letter": string.ascii_letters,
    "b64u": B62 + "-_", "b64": B62 + "+/", "b36": string.digits + string.ascii_lowercase,
    "B36": string.digits + string.ascii_uppercase, "B32": string.ascii_uppercase + "234567",
    "b32": string.ascii_lowercase + "234567",
}
WORDS = """summer winter autumn dragon monkey tiger eagle falcon orange purple silver golden river mountain ocean
forest thunder lightning coffee chocolate banana cherry pepper garlic rocket planet saturn jupiter mercury comet
castle knight wizard shadow phantom ranger hunter sailor captain pirate violin guitar piano trumpet London Berlin
Paris Madrid Oslo Boston Denver Austin Sydney Munich soccer hockey tennis cricket boxing baker farmer doctor lawyer
welcome sunshine starlight moonbeam blossom maple willow cedar copper cobalt granite marble velvet cotton linen
Monday Friday January October puzzle anchor bridge harbor lantern candle mirror window garden meadow""".split()
SYMBOLS = "!@#$%^&*?+-_=."


class Maker(random.Random):
    """Characters and values that depend on the seed only."""

    def of(self, kind, n):
        return "".join(self.choice(ALPHABETS[kind]) for _ in range(n))

    def token(self):
        return self.of("b62", self.randint(24, 44))

    def hexadecimal(self):
        return self.of("hex", self.choice((32, 40, 48, 64)))

    def base64(self):
        return base64.b64encode(self.randbytes(self.choice((24, 32, 33, 48)))).decode()

    def url_safe(self):
        return base64.urlsafe_b64encode(self.randbytes(self.choice((24, 30, 33)))).decode()

    def uuid(self):
        h = self.of("hex", 32)
        return "-".join((h[:8], h[8:12], "4" + h[13:16], "a" + h[17:20], h[20:]))

    def random_password(self):
        """As a password manager makes it, without what quoting would change."""
        n = self.randint(12, 20)
        kinds = [self.choice(string.ascii_lowercase), self.choice(string.ascii_uppercase), self.choice(string.digits),
                 self.choice("!@*?+-_=.")]
        body = kinds + [self.choice(B62 + "!@*?+-_=.") for _ in range(n - 4)]
        self.shuffle(body)
        while not body[0].isalnum() or not body[-1].isalnum():
            self.shuffle(body)
        return "".join(body)

    def human_password(self):
        """Word, number, symbol: Falcon2019!, c0ffee_77 …"""
        word = self.choice(WORDS)
        number = self.choice((str(self.randint(1970, 2025)), str(self.randint(10, 9999))))
        symbol = self.choice("!@*?+-_=.")
        form = self.randrange(5)
        if form == 0:
            return word.capitalize() + number + symbol
        if form == 1:
            return word.capitalize() + symbol + number
        if form == 2:
            return word.lower().replace("o", "0").replace("e", "3").replace("i", "1") + symbol + number
        if form == 3:
            return word.capitalize() + self.choice(WORDS).capitalize() + number
        return number[:2] + word.capitalize() + symbol + self.choice(WORDS).lower()

    def passphrase(self):
        """Four words and blanks, as people are told to."""
        return " ".join(self.choice(WORDS).lower() for _ in range(4)) + " " + str(self.randint(10, 99))

    def dashed_phrase(self):
        return "-".join(self.choice(WORDS).capitalize() for _ in range(3)) + "-" + str(self.randint(10, 999))

    # --- formats with structure ---

    def crc62(self, body=30):
        s = self.of("b62", body)
        return s + self.base62(binascii.crc32(s.encode()), 6)

    @staticmethod
    def base62(value, width):
        out = ""
        for _ in range(width):
            value, rest = divmod(value, 62)
            out = B62[rest] + out
        return out

    def crc_hex(self, prefix, body):
        return "%08x" % binascii.crc32((prefix + body).encode())

    def jwt(self, **claims):
        def part(b):
            return base64.urlsafe_b64encode(b).decode().rstrip("=")
        head = part(json.dumps({"alg": self.choice(("HS256", "RS256", "ES256")), "typ": "JWT"}).encode())
        body = {"sub": self.of("digit", 9), "iss": "https://login." + self.of("lower", 8) + ".net", "iat": 1760000000,
                "exp": 2060000000, "role": "service", **claims}
        return ".".join((head, part(json.dumps(body).encode()), part(self.randbytes(32))))

    def pem(self, kind="ec"):
        """A real key. `ec` depends on the seed; the others are made by openssl and ssh-keygen."""
        if kind == "ec":
            number = (b"\0" + self.randbytes(31)).hex()
            der = bytes.fromhex("303102010104" + "20" + number + "a00a06082a8648ce3d030107")
            out = subprocess.run(["openssl", "ec", "-inform", "DER"], input=der, capture_output=True, check=True)
            return out.stdout.decode()
        if kind == "pkcs8":
            out = subprocess.run(["openssl", "pkcs8", "-topk8", "-nocrypt"], input=self.pem().encode(),
                                 capture_output=True, check=True)
            return out.stdout.decode()
        if kind == "rsa":
            out = subprocess.run(["openssl", "genrsa", "-traditional", "2048"], capture_output=True, check=True)
            return out.stdout.decode()
        if kind == "ed25519":
            out = subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519"], capture_output=True, check=True)
            return out.stdout.decode()
        raise ValueError(kind)

    def openssh(self):
        """An Ed25519 key in OpenSSH's format; the public part is only claimed."""
        def string(b):
            return len(b).to_bytes(4, "big") + b
        der = bytes.fromhex("302e020100300506032b657004220420") + (seed := self.randbytes(32))
        out = subprocess.run(["openssl", "pkey", "-inform", "DER", "-pubout", "-outform", "DER"], input=der,
                             capture_output=True, check=True).stdout
        public = out[-32:]
        check = self.randbytes(4)
        blob = string(b"ssh-ed25519") + string(public)
        private = check + check + blob + string(seed + public) + string(b"app@host")
        private += bytes(range(1, 1 + -len(private) % 8))
        body = b"openssh-key-v1\0" + string(b"none") + string(b"none") + string(b"") + (1).to_bytes(4, "big")
        body += string(blob) + string(private)
        text = base64.b64encode(body).decode()
        lines = [text[i:i + 70] for i in range(0, len(text), 70)]
        label = "OPENSSH PRIVATE " + "KEY"
        return "\n".join(["-----BEGIN " + label + "-----"] + lines + ["-----END " + label + "-----", ""])

    def sha(self, n=64):
        return hashlib.sha512(self.randbytes(16)).hexdigest()[:n]
