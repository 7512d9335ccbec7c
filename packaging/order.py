"""The order of the file: what every run needs stands together.

The kernel maps 64 KiB around whatever runs or is read, so that code and tables that wait would be in
memory beside what does not. first.txt names the functions, and tests/bench/first_functions.py writes
it.
"""

import re
import subprocess
from pathlib import Path

from sources import Problem

FIRST = Path(__file__).resolve().parent / "first.txt"
# The texts of other languages, and what the libraries have that a server without TLS does not need. A
# section of its own, as the linker takes the end of one string for another within a section.
SELDOM = "".join(["  .seldom : {\n", "    *(.rodata.*_texts .rodata.*_entries)\n",
                  *(f"    *lib{name}.a:*(.rodata .rodata.*)\n"
                    for name in ("crypto", "ssl", "sqlite3", "nghttp2")), "  }\n"])


def insert(text, where, script):
    """SCRIPT with TEXT behind the start of a line WHERE, a pattern with two groups, between them."""
    changed, count = re.subn(f"^{where}", lambda m: m[1] + text + m[2], script, count=1, flags=re.M)
    if not count:
        raise Problem(f"the linker's own script has no line {where} any more: see packaging/order.py")
    return changed


def script(command):
    """What the linker would follow for COMMAND, which links, but in that order."""
    said = subprocess.run([*command, "-Wl,--verbose"], capture_output=True, encoding="utf-8",
                          check=False).stdout
    parts = re.split(r"^=+$", said, flags=re.M)
    if len(parts) < 3:
        raise Problem(f"the linker does not show its script: {' '.join(command)} -Wl,--verbose")
    names = [line for line in FIRST.read_text("utf-8").splitlines() if not line.startswith("#")]
    functions = "\n    *(" + " ".join(f".text.{name}" for name in names) + ")"
    return insert(SELDOM, r"()(  \.rodata\s*:)",
                  insert(functions, r"(  \.text\s*:\s*\{)(.*)", parts[1]))
