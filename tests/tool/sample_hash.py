# SPDX-License-Identifier: Apache-2.0
"""Rows for src/scan/sample.c: `VALUE<tab>SOURCE` lines in, the hash of each value with its source out.

The values themselves are in public documents, but not in this repository: each looks like a secret.
"""
import sys


def fnv1a(data):
    h = 0xcbf29ce484222325
    for b in data:
        h = (h ^ b) * 0x100000001b3 & 0xffffffffffffffff
    return h


rows = {}
for line in sys.stdin:
    value, _, source = line.rstrip("\n").partition("\t")
    if value:
        rows.setdefault(fnv1a(value.encode()), source)
for h in sorted(rows):
    print("\t0x%016xu, /* %s */" % (h, rows[h]))
