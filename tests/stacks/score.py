#!/usr/bin/python3
"""How often ragtop, with nothing configured, finds the culprit of an incident in a whole stack.

    RAGTOP=build/src/ragtop tests/stacks/score.py [--seeds N] [--least SHARE] [STACK[.INCIDENT]...]

Each incident is one run of `ragtop report` on a Prometheus of its own. Right is a culprit whose
metric is one of the component's. Prints a line for each run, and the share of those that are
right; the status is 1 where it is below --least.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
TAKES_S = 240


def report(arguments):
    """What `ragtop report` says, as JSON."""
    ended = subprocess.run(
        [sys.executable, HERE / "stack.py", "--at-once", *arguments, "--",
         os.environ["RAGTOP"], "report", "--no-cache", "--format", "json"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=TAKES_S, check=False,
        encoding="utf-8")
    try:
        return json.loads(ended.stdout)
    except ValueError as error:
        raise SystemExit(f"{' '.join(arguments)}: no report\n{ended.stderr}") from error


def culprit(said):
    """The stage that is blamed, or None."""
    name = (said["verdict"].get("culprit") or {}).get("stage") or said["verdict"].get("stage")
    return next((stage for stage in said["rows"] if stage["stage"] == name), None)


def is_right(stage, truth):
    """Whether STAGE is of the component that is at fault, at its place."""
    words = truth["component"].replace("tei-", "").replace("otel-", "")
    return stage is not None and (words.split("-")[0] in stage["stage"]
                                  or truth["component"].split("-")[0] in (stage["metric"] or ""))


def listed():
    """{stack: {incident: truth}}"""
    told = subprocess.run([sys.executable, HERE / "stack.py", "--list"], check=True,
                          stdout=subprocess.PIPE, encoding="utf-8")
    return json.loads(told.stdout)["stacks"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--least", type=float, default=0.95)
    parser.add_argument("only", nargs="*", metavar="STACK[.INCIDENT]")
    options = parser.parse_args()
    right = runs = 0
    for stack, incidents in listed().items():
        for incident, truth in incidents.items():
            if options.only and not {stack, f"{stack}.{incident}"} & set(options.only):
                continue
            for seed in range(options.seeds):
                said = report(["--stack", stack, "--incident", incident, "--seed", str(seed)])
                stage = culprit(said)
                good = is_right(stage, truth)
                right, runs = right + good, runs + 1
                print("ok  " if good else "BAD ", f"{stack}.{incident}", seed,
                      f"{truth['component']}/{truth['inside']}:",
                      stage["stage"] if stage else None, "|", said["verdict"]["summary"],
                      flush=True)
    print(f"{right} of {runs} are right")
    return 0 if runs and right / runs >= options.least else 1


if __name__ == "__main__":
    sys.exit(main())
