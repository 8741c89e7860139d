# SPDX-License-Identifier: Apache-2.0
"""Minimal ELF programs with the section .dep-v0 of cargo-auditable behind what is loaded."""
import struct
import zlib

NAMES = b"\0.dep-v0\0.shstrtab\0"


def program(section, wide=True, order="<", before=0, behind=0):
    """`section` behind one segment of 8 KiB, with so many bytes before and behind it, as information for debuggers is."""
    loaded = 8192
    at = loaded + before
    names = at + len(section) + behind
    table = names + len(NAMES)
    head_size, part_size, row_size = (64, 56, 64) if wide else (52, 32, 40)
    word = "Q" if wide else "I"
    head = struct.pack(order + "HHI" + 3 * word + "I6H", 2, 62, 1, 0, head_size, table, 0, head_size, part_size, 1, row_size, 3, 2)
    if wide:
        part = struct.pack(order + "II6Q", 1, 5, 0, 0, 0, loaded, loaded, 4096)
        row = order + "II4QIIQQ"
    else:
        part = struct.pack(order + "8I", 1, 0, 0, 0, loaded, loaded, 5, 4096)
        row = order + "10I"
    rows = [struct.pack(row, *[0] * 10), struct.pack(row, 1, 1, 0, 0, at, len(section), 0, 0, 1, 0),
            struct.pack(row, 9, 3, 0, 0, names, len(NAMES), 0, 0, 1, 0)]
    ident = b"\x7fELF" + bytes([2 if wide else 1, 1 if order == "<" else 2, 1]) + bytes(9)
    start = ident + head + part
    return start + bytes(loaded - len(start)) + bytes(before) + section + bytes(behind) + NAMES + b"".join(rows)


def crates(kind, text):
    """A program of a kind: how its section is broken, or where it stands."""
    packed = zlib.compress(text.encode())
    kinds = {
        "plain": lambda: program(packed),
        "narrow": lambda: program(packed, wide=False),
        "big-endian": lambda: program(packed, order=">"),
        "before-symbols": lambda: program(packed, before=20 << 20, behind=1 << 20),
        "before-debug": lambda: program(packed, behind=20 << 20),
        "amid-debug": lambda: program(packed, before=8 << 20, behind=20 << 20),
        "cut": lambda: program(packed[:-8]),
        "text": lambda: program(text.encode()),
        "bomb": lambda: program(zlib.compress(b" " * (64 << 20))),
    }
    return kinds[kind]()
