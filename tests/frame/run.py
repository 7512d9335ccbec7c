#!/usr/bin/python3
"""Frame stories: what is on the screen, character by character.

    run.py [--update] [STORY...]    default: all; 'query*' is every story whose name begins so.
                                    The program is the one in RAGTOP

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
    whole       true: the first line, which names the pages, and the keys in the last one are
                compared as well; they have stories of their own, so that a new page or command
                changes these alone

The frame must match the golden file. A frame that does not is shown as a diff as soon as the
program has come to rest, and once more when all stories have run. --update accepts the frames as
they are now: it writes the golden files that differ, and shows what it changed.
"""

import argparse
import contextlib
import difflib
import fnmatch
import json
import re
import subprocess
import sys
import traceback
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))

from edits import EDITS                     # pylint: disable=wrong-import-position
from live import Live, Missed               # pylint: disable=wrong-import-position
from program import fate, run               # pylint: disable=wrong-import-position
from replay import SOURCE, Proxy, Recording # pylint: disable=wrong-import-position

SOURCE_LOST = "http://127.0.0.1:1"      # nobody listens at port 1, so it refuses
AT_LOST = "2026-02-04T09:00:00Z"
PAUSES_FOR_S = 0.2      # more than it takes to gather answers for one frame
RESTS_FOR_S = 8         # more than any of its timers, and than a busy machine pauses
STATUSES = range(4)     # of --screenshot: how the service is
COMMANDS = HERE.parent.parent / "src/bind/command.def"
FOOTER = HERE.parent.parent / "src/pages/footer.c"
LABELS = set(re.findall(r'^COMMAND\("[^"]*", "[^"]*", \w+, "[^"]*", "([^"]+)"',
                        COMMANDS.read_text(encoding="utf-8"), re.M)) | \
    set(re.findall(r'\{"[^"]*", N_\("([^"]+)"\)', FOOTER.read_text(encoding="utf-8")))
LABELS |= {translated for po in (HERE.parent.parent / "po").glob("*.po")
           for label, translated in re.findall(r'^msgid "(.+)"\nmsgstr "(.+)"$', po.read_text(encoding="utf-8"), re.M)
           if label in LABELS}


class Trouble(Exception):
    """Why there is no frame to compare."""


@dataclass
class Outcome:
    """What came of one size of a story."""
    name: str               # of the golden file, in the folder of stories
    remarks: list = field(default_factory=list)
    diff: list = field(default_factory=list)
    written: bool = False

    @property
    def good(self):
        return not self.remarks and (self.written or not self.diff)

    def show(self):
        """Its remarks and its diff; of a frame that is as it should be there are none."""
        if self.remarks:
            print(f"{self.name}:", *self.remarks, sep="\n  ")
        if self.written:
            print(f"{self.name} is written:")
        sys.stdout.writelines(self.diff)
        sys.stdout.flush()


class Story:
    """The one of a folder."""

    def __init__(self, folder):
        self._folder = folder
        self._told = json.loads((folder / "story.json").read_text(encoding="utf-8"))

    def run(self, update):
        """The outcome of each size, one after the other."""
        with self._played() as (arguments, proxy):
            for size in self._told["sizes"]:
                yield self._run_size(size, arguments, proxy, update)

    @contextlib.contextmanager
    def _played(self):
        """(options for the program, the proxy that answers it or None)."""
        if "sources" in self._told:
            answer, hosts, at, named = None, *self._sources()
        elif "recording" in self._told:
            recording = Recording.load(self._told["recording"])
            edit = self._told.get("edit")
            answer, hosts = EDITS[edit](recording) if edit else recording.answer, None
            at, named = recording.at, [SOURCE]
        else:
            yield ["--at", AT_LOST, SOURCE_LOST], None
            return
        with Proxy(answer, hosts) as proxy:
            yield ["--at", at, "--proxy", proxy.url, "--timeout", "10m", *named], proxy

    def _sources(self):
        """Several at the moment of the first one's recording, each a host of its own."""
        sources = self._told["sources"]
        recordings = {name: name and Recording.load(name) for name in sources.values()}
        at = next(r.at for r in recordings.values() if r)
        answers = {f"{name}.example": recordings[told].at_moment(at) if told else unavailable
                   for name, told in sources.items()}
        return answers, at, [word for name in sources
                             for word in ("--source", f"{name}=http://{name}.example:9090")]

    def _run_size(self, size, arguments, proxy, update):
        path = self._folder / f"{size}.txt"
        outcome = Outcome(f"{self._folder.name}/{path.name}")
        golden = path.read_text(encoding="utf-8") if path.exists() else ""
        unknown = proxy.unknown if proxy else []
        arguments = [*map(self._absolute, self._told.get("arguments", [])), *arguments]
        try:
            frame = self._frame(size, arguments, golden, proxy, outcome.remarks)
            outcome.diff = list(difflib.unified_diff(golden.splitlines(True), frame.splitlines(True),
                                                     outcome.name, "now"))
        except (Trouble, Missed) as trouble:
            outcome.remarks.append(str(trouble))
        # in passing, while half of the answers are there, it may ask what nobody recorded
        if unknown and (update or outcome.diff or outcome.remarks):
            outcome.remarks.append(
                "\n    ".join(["the recording has no answer to", *dict.fromkeys(unknown)]) +
                "\n  If the program is right to ask that: record.py --again, then --update")
        unknown.clear()
        if update and outcome.diff and not outcome.remarks:
            path.write_text(frame, encoding="utf-8")
            outcome.written = True
        return outcome

    def _absolute(self, argument):
        file = self._folder / argument
        return str(file) if argument and file.is_file() else argument

    def _frame(self, size, arguments, expected, proxy, remarks):
        extra = {"LC_ALL": self._told.get("locale", "C.UTF-8"),
                 **self._told.get("environment", {})}
        if "keys" in self._told:
            columns, rows = map(int, size.split("x"))
            with Live(*arguments, size=(columns, rows), **extra) as live:
                frame = self._live_frame(live, expected, proxy, remarks, size)
                if live.ended is not None:
                    raise Trouble(f"the program {fate(live.ended)}\n{live.errors()}")
                return frame
        try:
            ended = run("--screenshot", "--size", size, *arguments, **extra)
        except subprocess.TimeoutExpired as error:
            raise Trouble(f"{error}\n{(error.stderr or b'').decode()}") from error
        if ended.status not in STATUSES:
            raise Trouble(f"the program {fate(ended.status)}\n{ended.err}")
        return trimmed(self._compared(ended.out.splitlines(), size)) + ended.err

    def _compared(self, lines, size):
        """What of the screen is compared."""
        return lines if self._told.get("whole") else panes(lines, int(size.split("x")[1]))

    def _live_frame(self, live, expected, proxy, remarks, size):
        """The screen once it is as expected, or once the program has come to rest."""
        traffic = {"traffic": proxy.traffic} if proxy else {}

        def rest(seconds, condition=lambda: False):
            return live.come_to_rest(seconds, condition, **traffic)

        def see(words):
            if not rest(RESTS_FOR_S, lambda: all(word in live.words() for word in words)):
                remarks.append(f"{words} did not appear")
            rest(PAUSES_FOR_S)

        ready, keys = self._told["ready"], self._told["keys"]
        see([ready] if isinstance(ready, str) else ready)
        for step in [keys] if isinstance(keys, str) else keys:
            if live.ended is not None or remarks:
                break       # keys would be about another screen
            if isinstance(step, list):
                see(step)
            else:
                live.press(step)
        rest(PAUSES_FOR_S)
        def seen():
            lines = live.looks() if self._told.get("colors") else live.lines()
            return trimmed(self._compared(lines, size))

        rest(RESTS_FOR_S, lambda: seen() == expected)
        return seen() + live.errors()


def unavailable(_path, _parameters):
    return 503, b""


def is_key(words):
    """Whether WORDS are a key and the label of a command."""
    return words.partition(" ")[2] in LABELS


def panes(lines, rows):
    """The LINES of a screen of ROWS, which looks may follow, without the names of the pages, and
    without the keys of commands in its last line."""
    kept = list(lines)
    words = [words for words in re.split(r"  +", kept[rows - 1].strip()) if not is_key(words)]
    gone = set()
    if "  ".join(words) != "  ".join(re.split(r"  +", kept[rows - 1].strip())):
        kept[rows - 1] = " " + "  ".join(words)
        gone.add(2 * rows)          # how the last line looks
    if kept[0].startswith(" ragtop  1 "):
        gone |= {0, rows + 1}
    return [line for i, line in enumerate(kept) if i not in gone]


def five_ms(match):
    """How long an answer took, always as 5 ms; what stands behind the blanks stays where it is."""
    return f" in 5 ms{match[2]}" + " " * (len(match[1]) - 1)


def trimmed(lines):
    """The lines as they are compared: how long an answer took is not."""
    return "".join(re.sub(r" in (\d+) ms\b(.*?)(?=  |$)", five_ms, line).rstrip() + "\n" for line in lines)


def run_story(folder, update):
    """Its outcomes, each shown as it comes, also when the story itself is no good."""
    outcomes = []
    try:
        for outcome in Story(folder).run(update):
            outcome.show()
            outcomes.append(outcome)
    except Exception:       # pylint: disable=broad-exception-caught
        outcomes.append(Outcome(folder.name, [traceback.format_exc()]))
        outcomes[-1].show()
    return outcomes


def chosen(stories, wanted, parser):
    """The folders of the stories with the names that are WANTED, all when none is."""
    folders = {path.parent.name: path.parent for path in sorted(stories.glob("*/story.json"))}
    names = {}      # in order, and each once
    for pattern in wanted or ["*"]:
        found = fnmatch.filter(folders, Path(pattern).name)
        if not found:
            near = difflib.get_close_matches(Path(pattern).name, folders)
            parser.error(f"there is no story {pattern}" +
                         (f"; did you mean {' or '.join(near)}?" if near else ""))
        names.update(dict.fromkeys(found))
    return [folders[name] for name in names]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--update", action="store_true", help="accept the frames as they are now")
    parser.add_argument("--stories", type=Path, default=HERE, metavar="FOLDER",
                        help="where they are; default: where this program is")
    parser.add_argument("names", nargs="*", metavar="STORY")
    options = parser.parse_args()
    sys.stdout.reconfigure(encoding="utf-8")    # whatever the locale: frames are not ASCII
    folders = chosen(options.stories, options.names, parser)
    stories = {folder.name: run_story(folder, options.update) for folder in folders}
    failed = [one for outcomes in stories.values() for one in outcomes if not one.good]
    if failed and len(stories) > 1:
        print("\nOnce more, all that is not as it should be:\n")
        for outcome in failed:
            outcome.show()
    summarise(stories, failed)
    sys.exit(bool(failed))


def summarise(stories, failed):
    """The last lines: how many are good, and which are not."""
    written = [one for outcomes in stories.values() for one in outcomes if one.written]
    bad = [name for name, outcomes in stories.items() if any(not one.good for one in outcomes)]
    if written:
        print(f"{len(written)} golden frames are written; git diff shows them")
    print(f"{len(stories) - len(bad)} of {len(stories)} stories are as they should be")
    print("".join(f"  not: {one.name}\n" for one in failed), end="")
    if any(one.diff and not one.remarks for one in failed):
        print(f"If that is what the program should show: {sys.argv[0]} --update {' '.join(bad)}")


if __name__ == "__main__":
    main()
