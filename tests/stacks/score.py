#!/usr/bin/python3
"""How often ragtop, with nothing configured, finds the culprit of an incident in a whole stack.

    RAGTOP=build/src/ragtop tests/stacks/score.py [--seeds N [--first N]] [--least SHARE]
        [STACK[.INCIDENT]...]

Each incident is one run of `ragtop report` on a Prometheus of its own. Right is a culprit whose
metric is one of the component's; of tools, the one that is at fault. Prints a line for
each run, and the share of those that are right; the status is 1 where it is below --least.
"""

import argparse
import sys

from judged import culprit, is_right, listed, report


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, metavar="N", help="the first seed")
    parser.add_argument("--least", type=float, default=0.95)
    parser.add_argument("only", nargs="*", metavar="STACK[.INCIDENT]")
    options = parser.parse_args()
    right = runs = 0
    for stack, incidents in listed().items():
        for incident, truth in incidents.items():
            if options.only and not {stack, f"{stack}.{incident}"} & set(options.only):
                continue
            for seed in range(options.first, options.first + options.seeds):
                said = report("--stack", stack, "--incident", incident, "--seed", str(seed))
                row = culprit(said)
                good = is_right(said, truth)
                right, runs = right + good, runs + 1
                print("ok  " if good else "BAD ", f"{stack}.{incident}", seed,
                      f"{truth['component']}/{truth['inside']}:", row and row["stage"],
                      "|", said["verdict"]["summary"], flush=True)
    print(f"{right} of {runs} are right")
    return 0 if runs and right / runs >= options.least else 1


if __name__ == "__main__":
    sys.exit(main())
