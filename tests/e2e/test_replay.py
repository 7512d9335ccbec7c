"""Recordings: what was on the screen of one person is on that of another, without the server."""

import gzip
import json
import re
import tempfile
import unittest
from pathlib import Path

import servers
from live import Live
from program import run

SECRETS = ("gruffalo", "s3cr3t-header", "b3ar3r")


def setUpModule():      # pylint: disable=invalid-name
    servers.article()


class Recorded(unittest.TestCase):
    """One recording of a few polls, for all tests."""

    @classmethod
    def setUpClass(cls):
        cls._folder = tempfile.TemporaryDirectory()     # pylint: disable=consider-using-with
        cls.addClassCleanup(cls._folder.cleanup)
        cls.file = Path(cls._folder.name) / "incident.rec"
        url = servers.article().url
        with Live("--no-cache", "-r", "1s", "-H", f"X-Key: {SECRETS[1]}", "-u",
                  f"someone:{SECRETS[0]}", "--record", cls.file, url, size=(120, 40)) as live:
            live.wait_settled("CULPRIT", "vector_db")
            for _ in range(3):
                live.wait_quiet(1)
            live.press("q")
            live.wait_end()

    def report(self, *arguments):
        ended = run("report", "--format", "json", *arguments)
        return json.loads(ended.out)

    def test_the_report_is_that_of_the_server(self):
        played = self.report("--replay", self.file)
        asked = self.report("--no-cache", "--at", played["at"], servers.article().url)
        self.assertEqual(played["verdict"]["stage"], asked["verdict"]["stage"])
        self.assertEqual(played["verdict"]["summary"], asked["verdict"]["summary"])
        self.assertEqual(played["baseline"], asked["baseline"])
        self.assertEqual([s["stage"] for s in played["rows"]], [s["stage"] for s in asked["rows"]])

    def test_nothing_that_says_who_asks_is_in_it(self):
        text = gzip.decompress(self.file.read_bytes())
        for secret in SECRETS[:2]:
            self.assertNotIn(secret.encode(), text)
        self.assertNotIn(b"someone", text)
        self.assertNotIn(b"Authorization", text)
        self.assertEqual(self.file.stat().st_mode & 0o777, 0o600)

    def test_every_page_is_in_it(self):
        with Live("--replay", self.file, "--speed", "0.1", size=(120, 40)) as live:
            live.wait_for("CULPRIT", "vector_db")
            live.wait_for("Replay of")
            for key, words in (("2", "P99"), ("5", "pods of"), ("7", " alert"),
                               ("9", "kotaemon-agent")):
                live.press(key)
                live.wait_for(words)
                self.assertNotIn("not asked while", live.text())

    def test_it_is_stepped_through_and_ends(self):
        with Live("--replay", self.file, "--speed", "0.1", size=(120, 40)) as live:
            live.wait_for("CULPRIT", "vector_db")
            live.press(".")
            live.wait_for("PAUSED")
            for _ in range(3):
                live.press(".")
            live.press(" ")
            live.press(":speed 1000\r")
            live.wait_for("at its end")
            live.press(":speed x\r")
            live.wait_for("not a speed")

    def test_nothing_is_sent_and_nothing_changed(self):
        with Live("--replay", self.file, "--log", Path(self._folder.name) / "log",
                  size=(120, 40)) as live:
            live.wait_for("CULPRIT", "vector_db")
            live.press("z")
            live.wait_for("this is a recording: nothing can be changed")

    def test_what_cannot_be_played(self):
        foreign = Path(self._folder.name) / "foreign"
        foreign.write_text("not a recording\n")
        cut = Path(self._folder.name) / "cut"
        cut.write_bytes(self.file.read_bytes()[:-2000])
        ended = run("report", "--replay", foreign)
        self.assertIn("not a recording", ended.said)
        ended = run("report", "--replay", cut)
        self.assertIn("the recording was cut off: nothing after", ended.said)
        ended = run("report", "--replay", self.file, "http://127.0.0.1:1")
        self.assertIn("leave the URL out", ended.said)
        ended = run("report", "--record", self.file, servers.article().url)
        self.assertIn("exists already", ended.said)

    def test_of_another_version(self):
        """What was asked in other words then is unknown, and it is said who knows it."""
        text = gzip.decompress(self.file.read_bytes())
        head, rest = text.split(b"\n", 1)
        name = re.fullmatch(rb"ragtop recording 1 (\S+)", head)[1]
        self.assertEqual(run("version").out.splitlines()[0].encode(), b"ragtop " + name)
        # as many bytes, so that the lengths hold
        other = rest.replace(b"%28rate%28", b"%28xxxx%28")
        self.assertNotEqual(other, rest)
        file = Path(self._folder.name) / "other.rec"
        for made_by, said in (
                (name, "this was not asked while the recording was made"),
                (b"0.0.1", "ragtop 0.0.1 made this recording and did not ask what "
                           f"{name.decode()} asks here; replay it with ragtop 0.0.1"),
                (b"\x1b[31m", "ragtop \ufffd[31m made this recording"),
                (b"", f"an older ragtop made this recording and did not ask what {name.decode()} "
                      "asks here; replay it with the version that made it")):
            with self.subTest(made_by):
                file.write_bytes(gzip.compress(b"ragtop recording 1 " + made_by + b"\n" + other))
                ended = run("report", "--replay", file)
                self.assertIn(said, " ".join((ended.out + ended.said).split()))

    def test_settings_of_another_version(self):
        _, line, rest = gzip.decompress(self.file.read_bytes()).split(b"\n", 2)
        moment, length = line.split()
        file = Path(self._folder.name) / "newer.rec"
        settings = b"made_later: 3\n"
        for made_by, said in ((b"9.0.0", "ragtop 9.0.0 made this recording: replay it with that version"),
                              (b"", "an older ragtop made this recording")):
            head = b"ragtop recording 1 %s\n%s %d\n" % (made_by, moment, len(settings))
            file.write_bytes(gzip.compress(head + settings + rest[int(length):]))
            ended = run("report", "--replay", file)
            self.assertIn("unknown key 'made_later'", ended.said)
            self.assertIn(said, ended.said)
            ended = run("report", "--replay", file, "--bogus")      # which no version knows
            self.assertIn("--bogus", ended.said)
            self.assertNotIn("made this recording", ended.said)

    def test_of_another_configuration(self):
        """The settings that shape the queries come from the recording."""
        config = Path(self._folder.name) / "own.yaml"
        config.write_text("selector: 'job=\"kotaemon-agent\"'\nwindow: 10m\nstages:\n"
                          "  - name: chat\n    latency: kotaemon_retrieval_latency_seconds\n")
        file = Path(self._folder.name) / "own.rec"
        url = servers.article().url
        run("report", "--no-cache", "-c", config, "--record", file, url)
        played = self.report("--replay", file)
        self.assertEqual([s["stage"] for s in played["rows"] if s["signal"] == "latency"], ["chat"])
        self.assertEqual(played["window_seconds"], 600)
        self.assertNotEqual(played["verdict"]["condition"], "unreachable")


if __name__ == "__main__":
    unittest.main()
