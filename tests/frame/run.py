#!/usr/bin/python3
"""Frame stories: what is on the screen, character by character.

    run.py [--update] [STORY...]    default: all; the program is the one in RAGTOP

A story is a folder with a story.json:

    recording   the answers to play (see replay.py); without it nobody answers, at SOURCE_LOST
    edit        a function of edits.py that changes them
    sources     in place of a recording: {name: recording, or null for a server that answers 503}
    arguments   more options for the program; a path is relative to the story
    locale      default C.UTF-8
    environment more variables; NO_COLOR has heatmaps drawn in shades
    sizes       one golden frame for each, as "80x24.txt"
    ready       words, or a list of them, that must be on the screen before the keys are pressed
    keys        what is pressed; or a list of what is pressed and, in lists of their own, words
                that must be on the screen before it goes on; the frame is then the live program's,
                else --screenshot's
    colors      below the frame a letter for the look of each cell, and what the letters mean

The frame must be as the golden file. --update writes the golden files anew; read the diff.
"""

import argparse
import difflib
import json
import re
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))

from edits import EDITS                     # pylint: disable=wrong-import-position
from live import Live                       # pylint: disable=wrong-import-position
from program import run                     # pylint: disable=wrong-import-position
from replay import SOURCE, Proxy, Recording # pylint: disable=wrong-import-position

SOURCE_LOST = "http://127.0.0.1:1"      # nobody listens at port 1, so it refuses
AT_LOST = "2026-02-04T09:00:00Z"
SETTLES_WITHIN_S = 30
STAYS_FOR_S = 3


class Story:
    """A folder of this one."""

    def __init__(self, name):
        self.name = name
        self._folder = HERE / name
        self._told = json.loads((self._folder / "story.json").read_text(encoding="utf-8"))

    def run(self, update):
        """Compares every size with its golden frame; returns whether all are as they should."""
        if "sources" in self._told:
            return self._run_sources(update)
        if "recording" not in self._told:
            return self._run_sizes(["--at", AT_LOST, SOURCE_LOST], [], update)
        recording = Recording.load(self._told["recording"])
        edit = EDITS[self._told["edit"]](recording) if "edit" in self._told else recording.answer
        with Proxy(edit) as proxy:
            return self._run_sizes(["--at", recording.at, "--proxy", proxy.url,
                                    "--timeout", "60s", SOURCE], proxy.unknown, update)

    def _run_sources(self, update):
        """Several at the moment of the first one's recording, each a host of its own."""
        sources = self._told["sources"]
        recordings = {name: name and Recording.load(name) for name in sources.values()}
        at = next(r.at for r in recordings.values() if r)
        answers = {f"{name}.example": recordings[told].at_moment(at) if told else unavailable
                   for name, told in sources.items()}
        with Proxy(None, answers) as proxy:
            named = [word for name in sources
                     for word in ("--source", f"{name}=http://{name}.example:9090")]
            return self._run_sizes([*named, "--at", at, "--proxy", proxy.url, "--timeout", "60s"],
                                   proxy.unknown, update)

    def _run_sizes(self, arguments, unknown, update):
        # every size is looked at, also after one that failed
        return all([self._run_size(size, arguments, unknown, update)
                    for size in self._told["sizes"]])

    def _run_size(self, size, arguments, unknown, update):
        path = self._folder / f"{size}.txt"
        golden = path.read_text(encoding="utf-8") if path.exists() else ""
        arguments = [*map(self._absolute, self._told.get("arguments", [])), *arguments]
        frame = self._frame(size, arguments, None if update else golden)
        # in passing, while half of the answers are there, it may ask what nobody recorded
        if unknown and (update or frame != golden):
            print(f"{self.name}: the recording has no answer to\n  " +
                  "\n  ".join(dict.fromkeys(unknown)) +
                  "\nIf the program is right to ask that: record.py --again, then --update")
        if update and not unknown:
            path.write_text(frame, encoding="utf-8")
        elif frame != golden:
            sys.stdout.writelines(difflib.unified_diff(
                golden.splitlines(True), frame.splitlines(True),
                f"{self.name}/{path.name}", "now"))
        good = frame == golden or (update and not unknown)
        unknown.clear()
        return good

    def _absolute(self, argument):
        file = self._folder / argument
        return str(file) if argument and file.is_file() else argument

    def _frame(self, size, arguments, expected):
        extra = {"LC_ALL": self._told.get("locale", "C.UTF-8"),
                 **self._told.get("environment", {})}
        if "keys" in self._told:
            return self._live_frame(size, arguments, extra, expected)
        ended = run("--screenshot", "--size", size, *arguments, **extra)
        return trimmed(ended.out.splitlines()) + ended.err

    def _live_frame(self, size, arguments, extra, expected):
        """The screen once it is as expected, or once it is clear that it will not be."""
        columns, rows = map(int, size.split("x"))
        with Live(*arguments, size=(columns, rows), **extra) as live:
            ready = self._told["ready"]
            live.wait_for(*([ready] if isinstance(ready, str) else ready))
            live.wait_quiet()
            told = self._told["keys"]
            for keys in [told] if isinstance(told, str) else told:
                if isinstance(keys, list):
                    live.wait_for(*keys)
                else:
                    live.press(keys)
            deadline = time.monotonic() + SETTLES_WITHIN_S
            live.wait_quiet()
            if expected is None:
                live.stay(STAYS_FOR_S)      # what is written down is where it came to rest
            seen = live.looks if self._told.get("colors") else live.lines
            while expected and trimmed(seen()) != expected and time.monotonic() < deadline:
                live.wait_quiet()
            return trimmed(seen()) + live.errors()


def unavailable(_path, _parameters):
    return 503, b""


def trimmed(lines):
    """The lines as they are compared: how long an answer took is not."""
    return "".join(re.sub(r" in \d+ ms\b", " in 5 ms", line).rstrip() + "\n" for line in lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--update", action="store_true", help="write the golden frames anew")
    parser.add_argument("stories", nargs="*", metavar="STORY")
    options = parser.parse_args()
    names = options.stories or sorted(path.parent.name for path in HERE.glob("*/story.json"))
    failed = [name for name in names if not Story(name).run(options.update)]
    outcome = "written" if options.update else "as they should be"
    print(f"{len(names) - len(failed)} of {len(names)} stories are {outcome}"
          + "".join(f"\n  not: {name}" for name in failed))
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
