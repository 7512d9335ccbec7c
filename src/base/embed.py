#!/usr/bin/env python3
"""Writes a C file with an array of files as text, struct embedded_file ARRAY[].

    embed.py OUT.c ARRAY FILE...

An entry is named after its file without folder and extension; `default` comes first, then A-Z.
"""
import sys
from pathlib import Path

PLAIN = {ord(" ")} | set(range(0x21, 0x7F)) - set(b'"\\?')
NAMED = {ord('"'): '\\"', ord("\\"): "\\\\", ord("\n"): "\\n", ord("\t"): "\\t"}


def literal(line):
    """One line as a C string literal; octal escapes take three digits, so no digit joins them."""
    return '"' + "".join(
        chr(b) if b in PLAIN else NAMED.get(b) or f"\\{b:03o}" for b in line) + '"'


def entry(path):
    lines = path.read_bytes().splitlines(keepends=True) or [b""]
    text = "\n".join("        " + literal(line) for line in lines)
    return f"    {{{literal(path.stem.encode())},\n{text}}},\n"


def main(out, array, *files):
    paths = sorted(map(Path, files), key=lambda p: (p.stem != "default", p.stem))
    stems = [p.stem for p in paths]
    if len(set(stems)) != len(stems):
        sys.exit(f"embed.py: two files for {array} have the same name")
    Path(out).write_text(
        "/* Written by src/base/embed.py. */\n"
        '#include "base/embedded.h"\n\n#include <stddef.h>\n\n'
        "// compilers need not take more than 4095 bytes, but gcc and clang do\n"
        '#pragma GCC diagnostic ignored "-Woverlength-strings"\n\n'
        f"extern const struct embedded_file {array}[];\n"
        f"const struct embedded_file {array}[] = {{\n" + "".join(map(entry, paths))
        + "    {NULL, NULL},\n};\n",
        encoding="ascii")


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
