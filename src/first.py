#!/usr/bin/env python3
"""Writes the linker script that puts the functions which run first, and their texts, next to each other.

    first.py OUT.ld LIST...

The kernel maps 64 KiB around whatever runs or is read. With what every run needs in one place, code that
is needed later takes no memory. Each line of a list is a file of src with its functions, or just a
function, of any file.
"""
import sys
from pathlib import Path

SRC = Path(__file__).resolve().parent
# What these have is for servers with TLS and for the history on disk.
SELDOM = "crypto", "ssl", "sqlite3", "nghttp2"


def object_of(file):
    """As meson names it: app_action.c.o."""
    return f"*{file.replace('/', '_')}.c.o"


def main(out, *lists):
    lines = [line.split() for listed in lists
             for line in Path(listed).read_text("ascii").splitlines() if not line.startswith("#")]
    own = {file: names for file, *names in lines if names}
    gone = [file for file in own if not (SRC / f"{file}.c").is_file()]
    if gone:
        sys.exit(f"no file of src any more: {', '.join(gone)}; see tests/bench/first_files.py")
    # compilers add to the names of functions of which they make variants
    code = [f"    {object_of(file)}({' '.join(f'.text.{name} .text.{name}.*' for name in names)})\n"
            for file, names in own.items()]
    code += [f"    *(.text.{line[0]})\n" for line in lines if len(line) == 1]
    texts = [f"    {object_of(file)}(.rodata.*.str*)\n" for file in own]
    libraries = [f"    *lib{name}.a:*(.rodata .rodata.*)\n" for name in SELDOM]
    # Within a section the linker takes the end of one text for another, so that each kind has its own.
    Path(out).write_text(f"""\
SECTIONS {{
  .text.first : {{
    *(.text.startup.*)
{"".join(code)}  }}
}} INSERT BEFORE .text;
SECTIONS {{
  .rodata.first : {{
{"".join(texts)}  }}
  .rodata.seldom : {{
    *embedded_profiles.c.o(.rodata.str1.8)
    *.a.p/*(.rodata.*.str*)
    *(.rodata.*_texts .rodata.*_entries)
{"".join(libraries)}  }}
}} INSERT AFTER .rodata;
""", "ascii")


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
