"""What the benchmarks share: the demo's servers, a clean environment, figures in aligned lines.

Nothing here has an opinion on what is fast: a benchmark prints, and fails only when it could not
measure.
"""

import contextlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import textwrap
import urllib.error
import urllib.request
from pathlib import Path

BENCH = Path(__file__).resolve().parent
ROOT = BENCH.parent.parent
sys.path.insert(0, str(ROOT / "demo"))

from processes import die_with_parent, end    # noqa: E402
from stack import DIRECT, Stack, answers    # noqa: E402

TWELVE = BENCH / "twelve.yaml"
MISBEHAVE = ROOT / "tests/http/misbehave.py"
COLUMNS, ROWS = 120, 40
SKIPPED = 77    # meson's exit status for "could not be run here"
VERDICT = "CULPRIT"

__all__ = ["BENCH", "COLUMNS", "DIRECT", "MISBEHAVE", "ROWS", "TWELVE", "VERDICT", "Figures",
           "answers", "clean_environment", "demo", "die_with_parent", "end", "ask", "main",
           "median", "milliseconds", "number", "serving", "times"]


def main(measure, *needed):
    """Runs MEASURE(path of ragtop) if the programs NEEDED are there."""
    if len(sys.argv) != 2:
        sys.exit(f"usage: {sys.argv[0]} RAGTOP")
    missing = [program for program in needed if not shutil.which(program)]
    if missing:
        print(f"not measured: {', '.join(missing)} is not installed")
        sys.exit(SKIPPED)
    measure(str(Path(sys.argv[1]).resolve()))


@contextlib.contextmanager
def demo(days):
    """The demo's incident with DAYS of history, silently."""
    with open(os.devnull, "w") as silence, Stack(history_days=days, log=silence) as stack:
        yield stack


@contextlib.contextmanager
def serving(program, *arguments):
    """A Python server that prints its port and ends with its stdin; yields its URL."""
    server = subprocess.Popen(["/usr/bin/python3", program, *arguments], encoding="utf-8",
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        yield f"http://127.0.0.1:{int(server.stdout.readline())}"
    finally:
        end(server)
        server.stdin.close()
        server.stdout.close()


@contextlib.contextmanager
def clean_environment():
    """An environment in which no setting of whoever runs this reaches the programs measured."""
    with tempfile.TemporaryDirectory(prefix="ragtop-bench-") as home:
        yield {"HOME": home, "PATH": os.environ["PATH"], "TERM": "xterm-256color",
               "XDG_CONFIG_HOME": str(ROOT / "tests" / "e2e" / "config"),
               "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}


def ask(url, path, form=""):
    """The `data` of an answer of the Prometheus API; a FORM is posted. None: it was refused."""
    data = form.encode() if form else None
    try:
        with DIRECT.open(urllib.request.Request(url + path, data=data), timeout=30) as answer:
            return json.load(answer)["data"]
    except urllib.error.HTTPError:
        return None


median = statistics.median


def number(value):
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def milliseconds(seconds):
    return f"{seconds * 1000:.{2 if seconds < 0.01 else 1 if seconds < 0.1 else 0}f} ms"


def times(ratio):
    return f"{ratio:,.0f}" if ratio >= 10 else f"{ratio:.1f}"


class Figures:
    """Prints a title, lines of name and figures in columns, the ratio, and how it was measured."""

    def __init__(self, title):
        print(f"\n{title}")
        self._rows = []

    def row(self, name, *figures):
        self._rows.append((name, *figures))

    def finish(self, *ratios, how):
        columns = max(len(row) for row in self._rows)
        widths = [max(len(row[i]) for row in self._rows if i < len(row)) for i in range(columns)]
        for name, *figures in self._rows:
            cells = "".join(f"   {figure:>{width}}" for figure, width in zip(figures, widths[1:]))
            print(f"  {name:<{widths[0]}}{cells}")
        for ratio in ratios:
            print(f"  = {ratio}")
        for line in textwrap.wrap(" ".join(how.split()), 100, initial_indent="  how: ",
                                  subsequent_indent=" " * 7):
            print(line)
        sys.stdout.flush()
