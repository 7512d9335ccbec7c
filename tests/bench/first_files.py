#!/usr/bin/python3
"""Rewrites src/first.txt: the functions that run until the first frame, by file.

    first_files.py BUILD/src/ragtop

The program runs under valgrind, which tells of each function that ran in which file it stands, so
that it has to be built with debug information and optimized as it will be; and without the order,
as valgrind knows no code beside .text: `CC_LD=gold meson setup BUILD` leaves it out.
"""

import re
import socket
import sys
from pathlib import Path

from harness import ROOT, clean_environment, main
from terminal import Terminal, pump

FIRST = ROOT / "src/first.txt"
AFTER = 3   # seconds from the first frame on, so that the requests are under way
HEAD = """\
# The functions that run until the first frame, by file; tests/bench/first_files.py writes this.
"""


def functions_run(command, environment, told):
    """Of each file of src, without extension, the functions of which COMMAND runs any."""
    valgrind = ["valgrind", "--quiet", "--tool=callgrind", f"--callgrind-out-file={told}"]
    with Terminal(valgrind + command, environment) as terminal:
        terminal.wait_for("ragtop", 60)
        pump([terminal], AFTER)
        terminal.press("q")
        terminal.wait_for_end(30)
    text = told.read_text()
    # files and functions are named where they come first, be it as those called, and then by number
    names = {(kind, number): name for kind, number, name in
             re.findall(r"^c?(f)[lie]=(\(\d+\)) (.+)$", text, re.M)
             + re.findall(r"^c?(fn)=(\(\d+\)) (.+)$", text, re.M)}
    ran, file = set(), None
    for key, number in re.findall(r"^(fl|fn)=(\(\d+\))", text, re.M):
        if key == "fl":
            file = re.search(r"\bsrc/([\w/]+)\.c$", names["f", number])
        elif file:
            ran.add((file[1], re.match(r"\w+", names["fn", number])[0]))
    return ran


def measure(ragtop):
    with clean_environment() as environment, socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        told = Path(environment["HOME"]) / "callgrind"
        ran = functions_run([ragtop, url], environment, told)
        bare = environment | {"XDG_CONFIG_HOME": environment["HOME"]}
        ran |= functions_run([ragtop, "--no-cache", url], bare, told)
    if not any(function == "main" for _, function in ran):
        sys.exit("valgrind did not tell of main(): first_files.py says how to build")
    files = {}
    for file, function in sorted(ran):
        files.setdefault(file, []).append(function)
    FIRST.write_text(HEAD + "".join(f"{file} {' '.join(names)}\n" for file, names in files.items()), "ascii")


if __name__ == "__main__":
    main(measure, "valgrind")
