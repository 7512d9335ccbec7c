#!/usr/bin/python3
"""Runs suites of a build folder, all at the same time, and shows their progress.

usage: tests/suites.py BUILD COUNTS FAILURES SUITE...

Prints a line when a suite starts and one with its tally when it ends; the tally also goes to the
file COUNTS, as `PASSED FAILED`, and failures with their output to the file FAILURES. A skipped test
counts as failed, and so does a suite without tests, as something kept it from being set up.
"""

import collections
import json
import os
import re
import subprocess
import sys
from pathlib import Path

TIMEOUT_MULTIPLIER = 4
TAIL_LINES = 60     # of the output of a failed test
# the lines of `meson test --verbose` at the start and the end of a test
STEP = re.compile(r"^\s*\d+/\d+ (?:[^ ]+:)?(?P<suite>[^ :]+) / (?P<name>.*?)\s+"
                  r"(?P<state>RUNNING|OK|FAIL|TIMEOUT|SKIP|ERROR|INTERRUPT|EXPECTEDFAIL|"
                  r"UNEXPECTEDPASS)(?:\s|$)")


def tests_of(build):
    """{suite: how many tests}"""
    listed = subprocess.run(["meson", "introspect", "--tests", build], capture_output=True,
                            check=True).stdout
    return collections.Counter(suite.split(":")[-1] for test in json.loads(listed)
                               for suite in test["suite"])


class Progress:
    """What has started and ended. On a terminal, the last line shows what is still running."""

    def __init__(self, totals, counts):
        self._totals, self._counts = totals, counts
        self._running, self._ended = {}, collections.defaultdict(list)
        self._is_terminal = sys.stdout.isatty()

    def begin(self, suite, name):
        if suite not in self._ended and suite not in self._running.values():
            self._say(f"{suite:16} started, {self._totals[suite]} tests")
        self._running[name] = suite
        self._draw()

    def end(self, suite, name, passed, seconds):
        self._running.pop(name, None)
        self._ended[suite].append((passed, seconds))
        if len(self._ended[suite]) == self._totals[suite]:
            self.tally(suite)
        self._draw()

    def tally(self, suite):
        """The line of a suite that has ended, whether or not all of its tests have run."""
        ended = self._ended[suite]
        passed = sum(good for good, _ in ended)
        failed = max(self._totals[suite], 1) - passed
        self._say(f"{suite:16} {passed:3} passed, {failed} failed  "
                  f"({sum(seconds for _, seconds in ended):.0f} s)")
        with open(self._counts, "a", encoding="utf-8") as file:
            file.write(f"{passed} {failed}\n")

    def finish(self):
        """The tallies of the suites that did not finish."""
        self._running.clear()
        for suite, total in self._totals.items():
            if not total or len(self._ended[suite]) < total:
                self.tally(suite)
        self._say("")

    def _say(self, line):
        if self._is_terminal:
            print(end="\r\x1b[K")
        if line:
            print(line, flush=True)

    def _draw(self):
        if self._is_terminal and self._running:
            done = sum(map(len, self._ended.values()))
            names = ", ".join(self._running)
            width = os.get_terminal_size(1).columns - 1
            line = f"[{done}/{sum(self._totals.values())}] {names}"
            print(f"\r{line[:width]}\x1b[K", end="", flush=True)


def run(build, progress, suites):
    """Runs the suites, and returns the output of meson."""
    process = subprocess.Popen(
        ["meson", "test", "-C", build, "--no-rebuild", "--verbose",
         "--num-processes", str((os.cpu_count() or 1) + 1),
         "--timeout-multiplier", str(TIMEOUT_MULTIPLIER),
         *(word for suite in suites for word in ("--suite", suite))],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        encoding="utf-8", errors="replace")
    said = []
    for line in process.stdout:
        said.append(line)
        step = STEP.match(line)
        if not step or step["suite"] not in suites:
            continue
        name = step["name"].strip()
        if step["state"] == "RUNNING":
            progress.begin(step["suite"], name)
        else:
            took = re.search(r"([\d.]+)s", line[step.end("state"):])
            progress.end(step["suite"], name, step["state"] == "OK", float(took[1]) if took else 0)
    process.wait()
    return "".join(said)


def reasons(log):
    """The failed tests in meson's log, with the end of their output."""
    for line in log.read_text(encoding="utf-8").splitlines() if log.exists() else ():
        test = json.loads(line)
        if test["result"] != "OK":
            said = (test["stdout"] + test.get("stderr", "")).rstrip().splitlines()
            yield "\n".join([f"{test['name'].split(':')[-1]}: {test['result']}, "
                             f"status {test['returncode']}", *said[-TAIL_LINES:], ""])


def main():
    build, counts, failures, *suites = sys.argv[1:]
    found = tests_of(build)
    progress = Progress({suite: found[suite] for suite in suites}, counts)
    log = Path(build) / "meson-logs" / "testlog.json"
    log.unlink(missing_ok=True)
    said = run(build, progress, suites)
    progress.finish()
    failed = list(reasons(log))
    failed += [f"{suite}: has no tests; see {build}/meson-logs/meson-log.txt\n"
               for suite in suites if not found[suite]]
    if not log.exists():
        failed.append(said)
    elif failed:
        failed.append(f"full log: {log.with_suffix('.txt')}\n")
    Path(failures).write_text("\n".join(failed), encoding="utf-8")


if __name__ == "__main__":
    main()
