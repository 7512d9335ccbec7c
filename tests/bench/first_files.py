#!/usr/bin/python3
"""Rewrites the dictionary `first` of src/meson.build: the files whose code runs until the first frame.

    first_files.py BUILD/src/ragtop

The program runs under valgrind, which tells of each function that ran in which file it stands, so
that it has to be built with debug information and optimized as it will be.
"""

import re
import socket
import textwrap
from pathlib import Path

from harness import ROOT, clean_environment, main
from terminal import Terminal, pump

AFTER = 3   # seconds from the first frame on, so that the requests are under way


def files_run(command, environment, told):
    """The folder and name of each file of src of which COMMAND runs a function."""
    valgrind = ["valgrind", "--quiet", "--tool=callgrind", f"--callgrind-out-file={told}"]
    with Terminal(valgrind + command, environment) as terminal:
        terminal.wait_for("ragtop", 60)
        pump([terminal], AFTER)
        terminal.press("q")
        terminal.wait_for_end(30)
    text = told.read_text()
    # a file is named where it comes first, be it as that of a function called, and then by its number
    names = dict(re.findall(r"^c?f[lie]=(\(\d+\)) (.+)$", text, re.M))
    ran = {names[number] for number in re.findall(r"^fl=(\(\d+\))", text, re.M)}
    return {match.groups() for name in ran if (match := re.search(r"\bsrc/(\w+)/(\w+)\.c$", name))}


def measure(ragtop):
    with clean_environment() as environment, socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        told = Path(environment["HOME"]) / "callgrind"
        files = files_run([ragtop, url], environment, told)
        bare = environment | {"XDG_CONFIG_HOME": environment["HOME"]}
        files |= files_run([ragtop, "--no-cache", url], bare, told)
    rows = ""
    for folder in sorted({folder for folder, _ in files}):
        names = ", ".join(f"'{name}'" for name in sorted(n for f, n in files if f == folder))
        rows += textwrap.fill(f"'{folder}': [{names}],", 98, initial_indent="  ",
                              subsequent_indent="    ") + "\n"
    build = ROOT / "src/meson.build"
    text = build.read_text(encoding="utf-8")
    build.write_text(re.sub(r"^first = \{\n.*?^\}", f"first = {{\n{rows}}}", text, count=1,
                            flags=re.M | re.S), encoding="utf-8")


if __name__ == "__main__":
    main(measure, "valgrind")
