#!/usr/bin/python3
"""Every component with its incident, alone in a namespace: found, its tree, calm, its culprit.

    RAGTOP=build/src/ragtop tests/stacks/each.py [--seed N] [--renamed] [COMPONENT...]

All are in one Prometheus, each in a namespace of its own, and `ragtop report -n NAMESPACE` is asked
for the moments before the incident and for now. A column says what is as `expected.py` has it; the
last line is the score. --renamed: copies under names that nobody knows, of which none may be found
and each has to have rows all the same.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

# pylint: disable=wrong-import-position
from components import COMPONENTS                       # noqa: E402
from expected import BESIDE, EXPECTED, NOTHING_TO_GUESS  # noqa: E402
from exposition import SLOT_S                           # noqa: E402
from judged import is_of                                # noqa: E402
from places import Placing, word                        # noqa: E402
from stack import WARM_UP_S, Stack                      # noqa: E402

PAST_S = 4 * 3600           # enough for "usual"
FINER = ((30, 2400),)
SINCE_S = 20 * 60           # the incident
BEFORE_S = 1, 1200, 2400    # the moments before it at which all is calm
AT_ONCE = os.cpu_count() or 1
CALM = ("ok", "unknown")


@dataclass(frozen=True)
class Said:
    """The reports on a component: before its incident, and in it."""
    name: str
    calm: list
    wrong: dict

    @property
    def found(self):
        return any(is_of(row, self.name) for row in self.wrong["rows"])

    @property
    def tree(self):
        return tree(self.wrong["rows"])

    @property
    def alarms(self):
        return [said["verdict"]["summary"] for said in self.calm
                if said["verdict"]["severity"] not in CALM]

    @property
    def blamed(self):
        return self.wrong["verdict"]["stage"]

    @property
    def is_guessed(self):
        return bool(self.wrong["rows"]) and any("no component that ragtop knows" in note
                                                for note in self.wrong["warnings"])

    def checks_of_copy(self):
        """The same of a copy under names that nobody knows."""
        nothing = "no component that ragtop knows, and nothing that looks like a latency"
        return {"not found": not self.found, "live": self.is_guessed or (
            self.name in NOTHING_TO_GUESS and nothing in self.wrong["verdict"]["summary"])}

    def checks(self):
        """{what: whether it is as expected}"""
        known = EXPECTED[self.name]
        return {"found": self.found, "tree": self.tree == known.tree, "calm": not self.alarms,
                "culprit": self.blamed in known.blamed}


def tree(rows):
    """The tree of ROWS, as expected.py has it."""
    parts = {}
    for row in rows:
        its = parts.setdefault(row["parent"], [])
        if row["stage"] not in its:
            its.append(row["stage"])

    def written(parent):
        return " ".join((stage.rpartition("/")[2] if parent else stage) +
                        (f"({written(stage)})" if stage in parts else "")
                        for stage in parts.get(parent, []))
    return written(None)


def report(url, namespace, *arguments):
    ended = subprocess.run(
        [os.environ["RAGTOP"], "report", "--no-cache", "--format", "json", "-n", namespace,
         *arguments, url], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60, check=False,
        encoding="utf-8")
    try:
        return json.loads(ended.stdout)
    except ValueError as error:
        raise AssertionError(f"{namespace}: no report\n{ended.stderr}") from error


def names_of(chosen=()):
    """Those that this version of Prometheus takes."""
    return [name for name, component in COMPONENTS.items()
            if not component.dotted and (not chosen or name in chosen)]


def placed(placing, names, renamed):
    """{key: Target} of all, each in a namespace of its own."""
    targets = {}
    for name in names:
        targets.update(placing.alone(name, True)[0])
        if EXPECTED[name].generic and not renamed:
            beside, = placing.alone(BESIDE, namespace=name)[0].values()
            targets[f"{BESIDE}.{name}"] = beside
    return targets


def ask(names, seed="each", renamed=False, log=sys.stderr):
    """[Said] of NAMES; of renamed copies there is no moment before."""
    now = int(time.time())
    start = (now - PAST_S - WARM_UP_S) // SLOT_S * SLOT_S
    onset = (now - SINCE_S) // SLOT_S * SLOT_S
    placing = Placing(seed, start, onset, renamed)
    with Stack(placed(placing, names, renamed), start + WARM_UP_S, at_once=True, log=log,
               finer=FINER) as stack:
        def said(name):
            namespace = f"team-{word(name)}" if renamed else name
            return Said(name, [] if renamed else [
                report(stack.url, namespace, "--at", str(onset - before)) for before in BEFORE_S],
                        report(stack.url, namespace))
        with ThreadPoolExecutor(AT_ONCE) as threads:
            return list(threads.map(said, names))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", default="each")
    parser.add_argument("--renamed", action="store_true")
    parser.add_argument("only", nargs="*", metavar="COMPONENT")
    options = parser.parse_args()
    right = asked = 0
    for said in ask(names_of(options.only), options.seed, options.renamed):
        checks = said.checks_of_copy() if options.renamed else said.checks()
        not_yet = not options.renamed and EXPECTED[said.name].not_yet
        if not not_yet:
            right, asked = right + sum(checks.values()), asked + len(checks)
        print(f"{said.name:24}", *(what if good else f"NO {what.upper()}"
                                   for what, good in checks.items()),
              f"not yet: {not_yet}" if not_yet else "", "|", said.tree, "|", said.blamed, "|",
              said.wrong["verdict"]["summary"], *said.alarms, sep="  ", flush=True)
    print(f"{right} of {asked} are as expected")
    return 0 if right == asked else 1


if __name__ == "__main__":
    sys.exit(main())
