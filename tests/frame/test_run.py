#!/usr/bin/python3
"""What run.py does with stories that go wrong, each beside one that goes well."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

from replay import answer_joined
from run import EDITS, RESTS_FOR_S, Live, Proxy, Recording, SOURCE, panes

HERE = Path(__file__).resolve().parent
LIVE, PRINTED, LAST = "filter_nothing", "calm", "unreachable"     # in another order than they run
BOUND = "to come to rest"       # what is said when a bound against hanging ended the wait


class Stories(unittest.TestCase):
    """Copies of three stories: of the live program, of --screenshot, and one that runs last."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="ragtop frames ")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        for name in (LIVE, PRINTED, LAST):
            shutil.copytree(HERE / name, self.folder / name)
            self.tell(name, sizes=["80x24"])

    def golden(self, name):
        return self.folder / name / "80x24.txt"

    def spoil(self, name):
        """Makes the golden frame another one; returns it as it was."""
        good = self.golden(name).read_text(encoding="utf-8")
        self.golden(name).write_text(good.replace("HISTORY", "history", 1), encoding="utf-8")
        return good

    def tell(self, name, **changes):
        path = self.folder / name / "story.json"
        story = json.loads(path.read_text(encoding="utf-8")) | changes
        path.write_text(json.dumps(story), encoding="utf-8")

    def run_stories(self, *arguments, **environment):
        """(exit status, what was printed)"""
        ended = subprocess.run([sys.executable, HERE / "run.py", "--stories", self.folder, *arguments],
                               env=os.environ | environment, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, encoding="utf-8", check=False)
        self.assertNotIn(BOUND, ended.stdout)
        return ended.returncode, ended.stdout

    def program(self, script):
        """A program in ragtop's place."""
        path = self.folder / "program"
        path.write_text("#!/bin/sh\n" + script, encoding="utf-8")
        path.chmod(0o755)
        return {"RAGTOP": str(path)}

    def test_what_is_compared(self):
        """The first line only where it names pages, and keys only where they are a page's own."""
        screen = [" ragtop  1 incident  2 stage", " !! it is slow", " q quit  Tab 2 more panes  a note",
                  "", "aa", "bb", "cc", "", "a bold"]
        self.assertEqual(panes(screen, 3),
                         [screen[1], " Tab 2 more panes  a note", "", "bb", "", "a bold"])
        self.assertEqual(panes([" ragtop  wall", "x", " Enter ask"], 3),
                         [" ragtop  wall", "x", " Enter ask"])

    def test_all_is_well(self):
        self.assertEqual(self.run_stories(), (0, "3 of 3 stories are as they should be\n"))

    def test_a_frame_that_differs_is_one_failure(self):
        for name in (LIVE, PRINTED):
            with self.subTest(name):
                good = self.spoil(name)
                status, said = self.run_stories()
                self.assertEqual(status, 1)
                at_once, _, again = said.partition("Once more")
                for part in (at_once, again):
                    self.assertIn(f"--- {name}/80x24.txt\n+++ now\n", part)
                    self.assertIn("\n- history", part)
                    self.assertIn("\n+ HISTORY", part)
                    self.assertEqual(part.count("--- "), 1)
                self.assertIn("\n2 of 3 stories are as they should be\n"
                              f"  not: {name}/80x24.txt\n", said)
                self.golden(name).write_text(good, encoding="utf-8")

    def test_every_frame_that_differs_is_listed(self):
        for name in (LIVE, PRINTED, LAST):
            self.spoil(name)
        status, said = self.run_stories()
        self.assertEqual(status, 1)
        self.assertIn("\n0 of 3 stories are as they should be\n  not: calm/80x24.txt\n"
                      "  not: filter_nothing/80x24.txt\n  not: unreachable/80x24.txt\n", said)

    def test_words_that_never_come(self):
        self.tell(LIVE, ready="words that never come")
        status, said = self.run_stories()
        self.assertEqual(status, 1)
        self.assertIn("['words that never come'] did not appear", said)
        self.assertIn("+++ now", said)
        self.assertIn("\n2 of 3 stories", said)

    def test_a_program_that_exits(self):
        for script, fate in (("echo no luck today >&2; exit 7", "exited with 7"),
                             ("echo no luck today >&2; kill -SEGV $$", "was killed by SIGSEGV")):
            with self.subTest(fate):
                status, said = self.run_stories(**self.program(script))
                self.assertEqual(status, 1)
                at_once = said.partition("Once more")[0]
                self.assertEqual(at_once.count(f"the program {fate}\nno luck today\n"), 3)
                self.assertIn("\n0 of 3 stories", said)

    def test_a_program_that_exits_while_keys_are_pressed(self):
        self.tell(LIVE, keys="q")
        status, said = self.run_stories(LIVE)
        self.assertEqual(status, 1)
        self.assertIn("the program exited with 0\n", said)

    def test_a_locale_that_cannot_say_it(self):
        self.spoil(PRINTED)
        plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
        self.assertIn("2 of 3 stories", self.run_stories(**plain)[1])
        self.assertIn("+ HISTORY", self.run_stories(PRINTED, **plain)[1])

    def test_a_story_that_is_none(self):
        self.tell(LIVE, recording="of nothing")
        status, said = self.run_stories()
        self.assertEqual(status, 1)
        self.assertIn("FileNotFoundError", said)
        self.assertIn("\n2 of 3 stories", said)

    def test_update(self):
        good = {name: self.spoil(name) for name in (LIVE, PRINTED)}
        status, said = self.run_stories("--update")
        self.assertEqual(status, 0)
        self.assertIn(f"{LIVE}/80x24.txt is written:\n--- ", said)
        self.assertIn("2 golden frames are written", said)
        for name, frame in good.items():
            self.assertEqual(self.golden(name).read_text(encoding="utf-8"), frame)
        self.assertEqual(self.run_stories("--update")[1], "3 of 3 stories are as they should be\n")

    def test_no_update_to_what_is_no_frame(self):
        good = self.golden(LIVE).read_text(encoding="utf-8")
        self.tell(LIVE, ready="words that never come")
        self.assertEqual(self.run_stories("--update")[0], 1)
        self.assertEqual(self.run_stories("--update", **self.program("exit 7"))[0], 1)
        self.assertEqual(self.golden(LIVE).read_text(encoding="utf-8"), good)

    def test_names(self):
        self.assertEqual(self.run_stories(LIVE, "unreach*"),
                         (0, "2 of 2 stories are as they should be\n"))
        status, said = self.run_stories("filter_nothin")
        self.assertEqual(status, 2)
        self.assertIn("there is no story filter_nothin; did you mean filter_nothing?", said)


class Rest(unittest.TestCase):
    """When there is nothing more to come."""

    def test_an_answer_that_takes_long(self):
        """The program sleeps as if it was at rest; it is not, as long as an answer is to come."""
        recording = Recording.load("article")
        given = threading.Event()
        self.addCleanup(given.set)

        def late(path, parameters):
            if "generation" in dict(parameters).get("query", ""):
                given.wait()
            return recording.answer(path, parameters)

        with Proxy(late) as proxy, Live("--at", recording.at, "--proxy", proxy.url,
                                        "--timeout", "10m", SOURCE) as live:
            def comes(**options):
                return live.come_to_rest(
                    RESTS_FOR_S, lambda: "generation (normal)" in live.words(), **options)
            self.assertFalse(comes())
            threading.Timer(2 * RESTS_FOR_S, given.set).start()
            self.assertTrue(comes(traffic=proxy.traffic))


class Joined(unittest.TestCase):
    """A proxy that is slow to answer seems far away, and is asked several things in one request."""

    def test_each_of_them_is_answered(self):
        """By an edit as well, which knows questions one by one."""
        recording = Recording.load("article")
        edited = EDITS["failing_tool"](recording)
        asked = []

        def late(path, parameters):
            asked.append(path)
            time.sleep(0.05)
            return edited(path, parameters)
        with Proxy(late) as proxy:
            ended = subprocess.run(
                [os.environ["RAGTOP"], "report", "--profile", "kotaemon", "--no-cache", "--at",
                 recording.at, "--proxy", proxy.url, SOURCE], stdout=subprocess.PIPE, encoding="utf-8", check=False)
            self.assertLess(proxy.traffic()[0], len(asked))     # some requests were several
        self.assertEqual(proxy.unknown, [])
        said = " ".join(ended.stdout.split())
        self.assertIn("vector_db is the culprit", said)
        self.assertIn("18 % of tool sql_query's calls fail", said)
        self.assertIn("Generation is normal", said)

    def test_as_many_as_there_can_be(self):
        arms = [f'label_replace(m{i},"ragtop_arm","{i}","","")' for i in range(12)]
        asked = []

        def answer(_path, parameters):
            asked.append(dict(parameters)["query"])
            return 200, {"data": {"resultType": "vector", "result": [{"metric": {}}]}}
        _, body = answer_joined(answer, "/api/v1/query", [("query", " or ".join(arms))])
        self.assertEqual(asked, [f"m{i}" for i in range(12)])
        self.assertEqual([one["metric"]["ragtop_arm"] for one in body["data"]["result"]],
                         [str(i) for i in range(12)])


if __name__ == "__main__":
    unittest.main()
