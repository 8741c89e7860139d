# SPDX-License-Identifier: Apache-2.0
"""Files of keys and passwords that are no text, made anew each time: keyfiles.make(KIND, PASSWORD) gives the bytes.

What ends in -public has no secret in it: a public key, certificates alone, a head without a key.
"""
import hashlib
import struct
import subprocess


def openssl(*args, data=b""):
    return subprocess.run(("openssl",) + args, input=data, capture_output=True, check=True).stdout


def counted(data, form=">H"):
    return struct.pack(form, len(data)) + data


def ec_key():
    return openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout")


def certificate(key):
    return openssl("req", "-new", "-x509", "-key", "/dev/stdin", "-subj", "/CN=test", "-days", "3650", data=key)


def pem_body(text):
    return openssl("x509", "-outform", "DER", data=text)


def rsa_blob():
    return openssl("rsa", "-outform", "MSBLOB", data=openssl("genrsa", "2048"))


def rsa_numbers(blob):
    """e, n, d, p, q of a PRIVATEKEYBLOB, whose numbers are little-endian."""
    n, at, out = struct.unpack("<I", blob[12:16])[0] // 8, 20, []
    for size in (n, n // 2, n // 2, n // 2, n // 2, n // 2, n):
        out.append(int.from_bytes(blob[at:at + size], "little"))
        at += size
    return struct.unpack("<I", blob[16:20])[0], out[0], out[6], out[1], out[2]


def der_value(tag, body):
    n = len(body)
    size = bytes([n]) if n < 128 else bytes([0x82]) + struct.pack(">H", n)
    return bytes([tag]) + size + body


def wide(password):
    return password.encode("utf-16-be")


def jks_box(key, password):
    """The key's protection of JKS: a salt, the key under a chain of SHA-1, SHA-1 of password and key."""
    salt = link = b"saltsaltsaltsaltsalt"
    stream = b""
    while len(stream) < len(key):
        link = hashlib.sha1(wide(password) + link).digest()
        stream += link
    box = salt + bytes(a ^ b for a, b in zip(key, stream)) + hashlib.sha1(wide(password) + key).digest()
    algorithm = bytes.fromhex("300e060a2b060104012a021101010500")
    return der_value(0x30, algorithm + der_value(0x04, box))


def jks(password, secret):
    key = ec_key()
    cert = counted(b"X.509") + counted(pem_body(certificate(key)), ">I")
    pkcs8 = openssl("pkcs8", "-topk8", "-nocrypt", "-outform", "DER", data=key)
    head = counted(b"entry") + bytes(8)
    entry = struct.pack(">I", 2) + head + cert
    if secret:
        entry = struct.pack(">I", 1) + head + counted(jks_box(pkcs8, password), ">I") + struct.pack(">I", 1) + cert
    store = bytes.fromhex("feedfeed00000002") + struct.pack(">I", 1) + entry
    return store + hashlib.sha1(wide(password) + b"Mighty Aphrodite" + store).digest()


def pkcs12(password, secret):
    key = ec_key()
    extra = () if secret else ("-nokeys",)
    return openssl("pkcs12", "-export", "-passout", "pass:" + password, *extra, data=key + certificate(key))


def dropbear():
    key = openssl("genpkey", "-algorithm", "ed25519", "-outform", "DER")
    public = openssl("pkey", "-inform", "DER", "-pubout", "-outform", "DER", data=key)
    return counted(b"ssh-" + b"ed25519", ">I") + counted(key[-32:] + public[-32:], ">I")


def openpgp():
    def mpi(n):
        return struct.pack(">H", n.bit_length()) + n.to_bytes((n.bit_length() + 7) // 8, "big")

    e, n, d, p, q = rsa_numbers(rsa_blob())
    p, q = min(p, q), max(p, q)
    private = mpi(d) + mpi(p) + mpi(q) + mpi(pow(p, -1, q))
    body = b"\x04" + struct.pack(">I", 1700000000) + b"\x01" + mpi(n) + mpi(e) + b"\0" + private
    return b"\x95" + counted(body + struct.pack(">H", sum(private) % 65536))


def git_crypt(secret):
    key = struct.pack(">III", 1, 4, 0) + struct.pack(">II", 3, 32) + hashlib.sha256(b"1").digest() + struct.pack(">II", 5, 64)
    return b"\0GITCRYPTKEY" + struct.pack(">II", 2, 0) + (key + hashlib.sha512(b"1").digest() + bytes(4) if secret else b"")


def keytab(secret):
    entry = struct.pack(">H", 2) + counted(b"EXAMPLE.ORG") + counted(b"host") + counted(b"a.example.org")
    entry += struct.pack(">IIBH", 1, 1700000000, 1, 18) + counted(hashlib.sha256(b"2").digest())
    return b"\x05\x02" + (counted(entry, ">i") if secret else b"")


def mylogin(password, secret):
    seed = bytes(range(1, 21))
    key = bytearray(16)
    for i, byte in enumerate(seed):
        key[i % 16] ^= byte
    out = bytes(4) + seed
    for line in ("[client]\n", "user = app\n") + (('password = "%s"\n' % password,) if secret else ()):
        out += counted(openssl("enc", "-aes-128-ecb", "-K", key.hex(), data=line.encode()), "<I")
    return out


def dbeaver(password, secret):
    text = '{"c1": {"#connection": {"user": "app", "%s": "%s"}}}' % ("password" if secret else "driver", password)
    iv = bytes(range(16))
    # The key stands in DBeaver's sources (DefaultValueEncryptor).
    key = "babb4a9f774ab853" + "c96c2d653dfe544a"
    return iv + openssl("enc", "-aes-128-cbc", "-K", key, "-iv", iv.hex(), data=text.encode())


def xauthority(name):
    return b"\x01\0" + counted(b"host") + counted(b"0") + counted(name) + counted(hashlib.md5(b"3").digest())


KINDS = {
    "der": lambda p: openssl("ec", "-outform", "DER", data=ec_key()),
    "der-public": lambda p: openssl("ec", "-pubout", "-outform", "DER", data=ec_key()),
    "certificate": lambda p: pem_body(certificate(ec_key())),
    "pkcs12": lambda p: pkcs12(p, True),
    "pkcs12-public": lambda p: pkcs12(p, False),
    "jks": lambda p: jks(p, True),
    "jks-public": lambda p: jks(p, False),
    "blob": lambda p: rsa_blob(),
    "blob-public": lambda p: openssl("rsa", "-pubout", "-outform", "MSBLOB", data=openssl("genrsa", "2048")),
    "dropbear": lambda p: dropbear(),
    "dropbear-public": lambda p: counted(b"ssh-" + b"ed25519", ">I") + counted(hashlib.sha256(b"4").digest(), ">I"),
    "openpgp": lambda p: openpgp(),
    "git-crypt": lambda p: git_crypt(True),
    "git-crypt-public": lambda p: git_crypt(False),
    "keytab": lambda p: keytab(True),
    "keytab-public": lambda p: keytab(False),
    "mylogin": lambda p: mylogin(p, True),
    "mylogin-public": lambda p: mylogin(p, False),
    "dbeaver": lambda p: dbeaver(p, True),
    "dbeaver-public": lambda p: dbeaver(p, False),
    "xauthority": lambda p: xauthority(b"MIT-MAGIC-" + b"COOKIE-1"),
    "xauthority-public": lambda p: xauthority(b"SUN-DES-1"),
}


def make(kind, password):
    return KINDS[kind](password)
