#!/usr/bin/python3
"""Rewrites packaging/first.txt: the functions that run until a dashboard is on the screen.

    first_functions.py build-static/amd64/ragtop-*/src/ragtop

That is the static program before it is stripped. It runs under valgrind, with the demo's incident, and
with nothing configured as well as with a profile named.
"""

import re
from pathlib import Path

from harness import ROOT, VERDICT, clean_environment, demo, main
from terminal import Terminal, pump

FIRST = ROOT / "packaging/first.txt"
SLOW = 120  # seconds that it may take to the verdict
AFTER = 12  # from there on, so that the next polls are in it
HEAD = """\
# The functions that run until a dashboard is on the screen, written by tests/bench/first_functions.py.
"""


def functions_run(command, environment):
    """The names of the functions of which COMMAND runs any."""
    told = Path(environment["HOME"]) / "callgrind"
    valgrind = ["valgrind", "--quiet", "--tool=callgrind", f"--callgrind-out-file={told}"]
    with Terminal(valgrind + command, environment) as terminal:
        terminal.wait_for(VERDICT, SLOW)
        pump([terminal], AFTER)
        terminal.press("q")
        terminal.wait_for_end(SLOW)
    text = told.read_text()
    # a function is named where it comes first, be it as one called, and then by its number
    names = dict(re.findall(r"^c?fn=(\(\d+\)) (.+)$", text, re.M))
    ran = {names[number] for number in re.findall(r"^fn=(\(\d+\))", text, re.M)}
    # the second time that a recursive one is in is counted apart
    return {name for name in (re.sub(r"'\d+$", "", name) for name in ran)
            if re.fullmatch(r"[A-Za-z_][\w.]*", name)}


def measure(ragtop):
    with clean_environment() as environment, demo(2) as stack:
        command = [ragtop, "--no-cache", stack.url]
        bare = environment | {"XDG_CONFIG_HOME": environment["HOME"]}
        names = functions_run(command, environment) | functions_run(command, bare)
    FIRST.write_text(HEAD + "".join(f"{name}\n" for name in sorted(names)), "utf-8")
    print(f"{FIRST.relative_to(ROOT)}: {len(names)} functions")


if __name__ == "__main__":
    main(measure, "valgrind")
