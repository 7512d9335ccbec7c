#!/usr/bin/python3
"""usage: tests/po/pseudo.py [--unsaid] [--worlds PROGRAM] PROGRAM...

Runs unit tests that are linked with pseudo.c, which says all that they say in a language of other
letters, each text in brackets and its arguments in the reverse order. Whatever is English or outside
the brackets was not given to _(), or put together from pieces. Each signal that is judged has to be
blamed once. --worlds names a program that makes random worlds, see tests/property. With --unsaid,
prints the texts of src/words that none of them says.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import extract

ROOT = Path(__file__).resolve().parents[2]
SAID = re.compile(r"\x1d([^\x1c]*)\x1c")
WORD = re.compile(r"[A-Za-z]{2,}")
YAML = re.compile(r"latency: \{[^}]*\}")       # as it is to be written
JUDGED = re.compile(r"^SIGNAL\((\w+),", re.M)


def outside(text):
    """What of TEXT is in no brackets; None: they do not match."""
    depth, out = 0, []
    for letter in text:
        if letter == "⟦":
            depth += 1
        elif letter == "⟧":
            depth -= 1
            if depth < 0:
                return None
        elif depth == 0:
            out.append(letter)
    return "".join(out) if depth == 0 else None


def faults_of(names, given, said):
    """What is wrong with SAID, in which NAMES may stand, and what others have GIVEN."""
    for text in sorted(given, key=len, reverse=True):
        said = said.replace(text, "") if text else said
    said = YAML.sub("", said)
    rest = outside(said)
    if rest is None:
        yield "its brackets do not match"
    elif rest.strip():
        yield f"'{rest.strip()}' is outside of every text"
    known = {word.lower() for word in WORD.findall(names)}
    for word in WORD.findall(said):
        if word.lower() not in known:
            yield f"'{word}' is English"


def unsaid(made):
    """(place, text) of each text of src/words that is not MADE."""
    with tempfile.TemporaryDirectory() as folder:
        pot = Path(folder) / "ragtop.pot"
        list(extract.extract(pot))
        for place, text in extract.messages(pot):
            if re.search(r"src/words/", place) and text not in made:
                yield place, text


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", 1)[1])
    parser.add_argument("--unsaid", action="store_true")
    parser.add_argument("--worlds", metavar="PROGRAM")
    parser.add_argument("program", nargs="+")
    options = parser.parse_args()
    blamed, made, wrong, count = set(), set(), {}, 0
    programs = [[program] for program in options.program]
    for command in programs + ([[options.worlds, "1", "300"]] if options.worlds else []):
        ended = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                               encoding="utf-8", errors="replace", check=False)
        if ended.returncode:
            print(ended.stdout[-2000:])
            return 1
        for signal, names, given, texts, said in (found.split("\x1e") for found in SAID.findall(ended.stdout)):
            count += 1
            blamed.add(signal)
            made.update(texts.split("\x1f"))
            for fault in faults_of(names, given.split("\x1f"), said):
                wrong.setdefault(fault, said)
    for fault, said in sorted(wrong.items()):
        print(f"{fault}: {said}")
    signals = set(JUDGED.findall((ROOT / "src/config/signal.def").read_text(encoding="utf-8"))) | {"DECLARED"}
    for signal in sorted(signals - blamed):
        print(f"{signal}: nothing blames it")
    if options.unsaid:
        print("\n".join(f"{place}: {text}" for place, text in unsaid(made)))
    print(f"{count} sentences of {len(made)} texts")
    return 1 if wrong or signals - blamed or not count else 0


if __name__ == "__main__":
    sys.exit(main())
