#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes src/scan/bigrams.h (see data/README.md): how seldom one character follows another in what people name things.

usage: bigrams.py OUT DIR...

Every word of 4 to 40 characters that at least three of the text files below DIR have counts once, however often it stands
there. Words with more digits than letters, or more than 16 of hexadecimal digits only, are no names.
"""
import math
import os
import re
import sys

WORD = re.compile(rb"(?<![A-Za-z0-9_.-])[A-Za-z0-9_.-]{4,40}(?![A-Za-z0-9_.-])")
HEX = re.compile(rb"[0-9a-fA-F-]{16,}")
SUFFIXES = (".py", ".c", ".h", ".pm", ".pl", ".sh", ".js", ".go", ".rs", ".txt", ".md", ".rst", ".html", ".conf", ".json",
            ".yaml", ".yml", "copyright", "README", "changelog.Debian")
FILE_MAX = 1 << 18
FILES_MIN = 3
LETTERS, DIGIT, SEPARATOR, EDGE = 26, 26, 27, 28
SYMBOLS = 29


def files(top):
    for folder, folders, names in os.walk(top):
        folders.sort()
        for name in sorted(names):
            path = os.path.join(folder, name)
            if name.endswith(SUFFIXES) and os.path.isfile(path) and not os.path.islink(path):
                yield path


def words(tops):
    seen = {}
    for top in tops:
        for path in files(top):
            with open(path, "rb") as file:
                found = set(WORD.findall(file.read(FILE_MAX)))
            for word in found:
                seen[word] = seen.get(word, 0) + 1
    for word, count in sorted(seen.items()):
        letters = len(re.findall(rb"[A-Za-z]", word))
        if count >= FILES_MIN and letters * 2 >= len(word) and not HEX.fullmatch(word):
            yield word


def symbol(char):
    if chr(char).isalpha():
        return (char | 0x20) - ord("a")
    return DIGIT if chr(char).isdigit() else SEPARATOR


def count(tops):
    pairs = [[1] * SYMBOLS for _ in range(SYMBOLS)]
    cases = [[1, 1], [1, 1]]
    total = 0
    for word in words(tops):
        total += 1
        before = EDGE
        for at, char in enumerate(word):
            now = symbol(char)
            pairs[before][now] += 1
            if now < LETTERS and before < LETTERS:
                cases[chr(word[at - 1]).isupper()][chr(char).isupper()] += 1
            before = now
        pairs[before][EDGE] += 1
    return total, pairs, cases


def bits(row, limit):
    """Sixteenths of a bit that each costs, where the digits share theirs."""
    total = sum(row[:limit])
    return [min(255, round(-16 * math.log2(n / total))) for n in row[:limit]]


def main():
    out, tops = sys.argv[1], sys.argv[2:]
    total, pairs, cases = count(tops)
    with open(out, "w", encoding="ascii") as file:
        print("/* SPDX-License-Identifier: Apache-2.0 */", file=file)
        print("#ifndef TSR_SCAN_BIGRAMS_H\n#define TSR_SCAN_BIGRAMS_H\n", file=file)
        print("/*\n * Made by tests/tool/bigrams.py from %d words: what a character costs behind another," % total, file=file)
        print(" * in sixteenths of a bit. Rows and columns: a to z in either case, digit, separator; the", file=file)
        print(" * last row: at the beginning.\n */\n/* clang-format off */", file=file)
        print("static const unsigned char bigram_bits[%d][%d] = {" % (SYMBOLS, SYMBOLS - 1), file=file)
        for row in pairs:
            cells = list(map(str, bits(row, SYMBOLS - 1)))
            print("\t{ " + ", ".join(cells[:14]) + ",", file=file)
            print("\t  " + ", ".join(cells[14:]) + " },", file=file)
        print("};\n\n/* [upper][upper]: the case of a letter behind a letter. */", file=file)
        print("static const unsigned char case_bits[2][2] = {", file=file)
        for row in cases:
            print("\t{ " + ", ".join(map(str, bits(row, 2))) + " },", file=file)
        print("};\n/* clang-format on */\n\n#endif", file=file)


main()
