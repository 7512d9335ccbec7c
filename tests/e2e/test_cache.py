"""The cache of history, against a real Prometheus and against one that cannot be what it was."""

import json
import os
import re
import resource
import signal
import stat
import subprocess
import tempfile
import unittest
import urllib.error
import urllib.parse
import urllib.request
from datetime import datetime, timedelta, timezone
from pathlib import Path

import servers
from live import Live
from program import PROGRAM, check_sane, environment, main_directory, run
from report_schema import parse

main_directory("tests/frame")
from replay import SOURCE, Proxy    # pylint: disable=wrong-import-position

CRITICAL = 2
REQUEST = re.compile(r"^\S+ (\w+) +\d+ +[\d.]+ ms", re.M)
KEPT = re.compile(r"^\S+ kept ", re.M)
HISTORY = ("day", "recent")


def setUpModule():      # pylint: disable=invalid-name
    servers.article()


class Passing(Proxy):
    """A proxy that passes all on, and knows what was asked: one server, or another."""

    def __init__(self):
        super().__init__(self._answer, live=True)
        self.asked = []
        self.traffic = 1    # as many times more of it was there
        self.refuses = lambda parameters: False

    def proofs(self):
        """The range queries for proofs, several joined: each is within one day."""
        return [p for p in self.asked if p.get("step") == "300.000" and p["query"].startswith("((")]

    def spans(self):
        """The seconds from start to end of every other range query for history."""
        return [float(p["end"]) - float(p["start"]) for p in self.asked
                if p.get("step") == "300.000" and not p["query"].startswith("((")]

    def _answer(self, path, parameters):
        self.asked.append(dict(parameters))
        if self.refuses(dict(parameters)):
            return 422, {"status": "error", "errorType": "execution", "error": "too many samples"}
        form = urllib.parse.urlencode(parameters)
        posted = re.search("/query(_range)?$", path)
        request = urllib.request.Request(
            servers.url("article") + path + ("" if posted else f"?{form}"),
            form.encode() if posted else None)
        try:
            with servers.DIRECT.open(request) as answer:
                body = answer.read()
                return answer.status, self._other(json.loads(body)) if posted else body
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def _other(self, body):
        for series in body["data"]["result"]:
            series.update({"values": [[at, str(float(value) * self.traffic)]
                                      for at, value in series["values"]]}
                          if "values" in series else {})
        return body


class Cache(unittest.TestCase):
    """Each test with a directory of its own, and one moment for all of its reports."""

    def setUp(self):
        home = tempfile.TemporaryDirectory(prefix="ragtop-cache-")
        self.addCleanup(home.cleanup)
        self.home = Path(home.name)
        self.folder = self.home / "cache" / "ragtop"
        self.at = (datetime.now(timezone.utc) - timedelta(seconds=30)).isoformat(timespec="seconds")

    def report(self, *arguments, url=None, status=CRITICAL, **environment):
        """(the document, how many requests for history there were, how many were not needed)"""
        log = self.home / "log"
        log.unlink(missing_ok=True)
        environment = {"XDG_CACHE_HOME": str(self.home / "cache"), **environment}
        ended = run("report", "--format", "json", "--log", log, *arguments,
                    url or servers.url("article"), **environment)
        check_sane(self, ended, "\t\r")
        self.assertEqual(ended.status, status, ended.said)
        text = log.read_text(encoding="utf-8")
        purposes = REQUEST.findall(text)
        asked = [purpose for purpose in purposes if purpose in HISTORY]
        self.text, self.proofs, self.requests = text, purposes.count("proof"), len(purposes)
        return parse(self, ended.out), len(asked), len(KEPT.findall(text))

    def first(self):
        document, asked, kept = self.report("--at", self.at)
        self.assertGreater(asked, 40)
        self.assertEqual(kept, 0)
        return document, asked

    def files(self):
        return sorted(self.folder.glob("*.day"))

    def test_a_second_start_asks_for_proofs_alone(self):
        before, asked = self.first()
        after, again, kept = self.report("--at", self.at)
        self.assertEqual((again, kept), (0, asked))
        self.assertGreater(self.proofs, 0)
        # where one window of one signal was asked again for all of them
        self.assertLessEqual(self.requests, 1.2 * (self.requests - self.proofs + 1))
        self.assertEqual(after["rows"], before["rows"])
        self.assertEqual(after["baseline"], before["baseline"])

    def test_another_hour_asks_for_half_a_window(self):
        with Passing() as server:
            self.report("--at=-1h", "--proxy", server.url, url=SOURCE, status=0)
            spans = set(server.spans())
            self.assertEqual(spans, {7200})
            server.asked.clear()
            self.report("--at=-5s", "--proxy", server.url, url=SOURCE)
            for proof in server.proofs():      # whole, unless the day is too young
                whole = float(proof["end"]) - float(proof["start"]) == 7200
                self.assertTrue(whole or float(proof["start"]) % 86400 == 0, proof)
            # what the hour before did not ask for, the recent hours, is whole
            spans = [span for span in server.spans() if span < 2 * 3600]
            self.assertEqual(set(spans), {3600 - 300})
            self.assertGreater(len(spans), 10)

    def test_no_cache(self):
        _, asked = self.first()
        names = [(path.name, path.stat().st_mtime_ns) for path in self.files()]
        _, again, kept = self.report("--no-cache", "--at", self.at)
        self.assertEqual((again, kept), (asked, 0))
        self.assertEqual(names, [(p.name, p.stat().st_mtime_ns) for p in self.files()])

    def test_files_are_private_and_tell_nothing(self):
        self.first()
        secret = "hunter2-Zx9"
        self.report("-u", f"alice:{secret}", "-H", f"X-Api-Key: {secret}", "--tenant", "team-blue")
        self.assertEqual(stat.S_IMODE(self.folder.stat().st_mode), 0o700)
        self.assertGreater(len(self.files()), 20)
        for path in self.folder.iterdir():
            self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)
            text = path.name.encode() + path.read_bytes()
            for word in (secret, "alice", "team-blue", "127.0.0.1", "kotaemon", "rate("):
                self.assertNotIn(word.encode(), text)

    def test_another_tenant_is_another_source(self):
        _, asked = self.first()
        _, again, kept = self.report("--at", self.at, "--tenant", "team-blue")
        self.assertEqual((again, kept), (asked, 0))

    def test_damaged_files_are_asked_for_again(self):
        before, asked = self.first()
        for i, path in enumerate(self.files()):
            if i % 4 == 0:
                path.write_bytes(path.read_bytes()[:-9])
            elif i % 4 == 1:
                path.write_bytes(b"\0" * 5000)
            elif i % 4 == 2:
                path.unlink()
                path.symlink_to("/etc/passwd")
        after, again, kept = self.report("--at", self.at)
        self.assertGreater(again, asked / 2)
        self.assertEqual(again + kept, asked)
        self.assertEqual(after["rows"], before["rows"])
        self.assertEqual(self.report("--at", self.at)[1], 0)
        self.assertFalse([path for path in self.files() if path.is_symlink()])

    def test_another_server_at_the_same_address(self):
        """Behind a forwarded port there may be another cluster today."""
        self.first()
        with Passing() as server:
            def report(**options):
                return self.report("--at", self.at, "--proxy", server.url, url=SOURCE, **options)

            _, asked, _ = report()
            self.assertEqual(report()[1], 0)
            server.traffic = 1.01
            other, again, kept = report()
            self.assertEqual((again, kept), (asked, 0))
            self.assertIn(" differs ", self.text)
            self.assertEqual(report()[1], 0)
            fresh, again, kept = self.report("--no-cache", "--at", self.at, "--proxy", server.url,
                                             url=SOURCE)
            self.assertEqual((again, kept), (asked, 0))
            self.assertEqual(other["rows"], fresh["rows"])

    def test_a_refused_day_is_asked_for_again(self):
        with Passing() as server:
            def report():
                return self.report("--at", self.at, "--proxy", server.url, url=SOURCE)

            yesterday = datetime.fromisoformat(self.at).timestamp() - 86400
            server.refuses = lambda p: "start" in p and float(p["start"]) < yesterday < float(p["end"])
            document, asked, _ = report()
            self.assertEqual(document["verdict"]["stage"], "vector_db")     # by the other days
            self.assertIn("history is unavailable: too many samples",
                          "\n".join(document["warnings"]))
            server.refuses = lambda p: False
            document, again, kept = report()
            self.assertEqual(document["warnings"], [])
            self.assertEqual(again, 8)      # one of each signal
            self.assertEqual(again + kept, asked - 8)   # the recent hours had stood in for it

    def test_places_that_cannot_be_used(self):
        self.first()
        file = self.home / "file"
        file.touch()
        link = self.home / "linked"
        link.mkdir()
        (link / "ragtop").symlink_to(self.home)
        for place in (str(file), "/nonexistent/cache", "/proc", str(link)):
            with self.subTest(place=place):
                _, asked, kept = self.report("--at", self.at, XDG_CACHE_HOME=place)
                self.assertGreater(asked, 40)
                self.assertEqual(kept, 0)
                self.assertIn("no cache of history in", self.text)
        self.assertFalse(os.path.exists("/nonexistent"))
        _, asked, _ = self.report("--at", self.at, XDG_CACHE_HOME=None, HOME=None)
        self.assertGreater(asked, 40)

    def test_full_disk(self):
        """No file may grow: every write fails."""
        def forbid():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))

        ended = subprocess.run([PROGRAM, "report", servers.url("article")], check=False,
                               env=environment(XDG_CACHE_HOME=str(self.home / "cache")),
                               capture_output=True, encoding="utf-8", preexec_fn=forbid)
        self.assertEqual((ended.returncode, ended.stderr), (CRITICAL, ""))
        self.assertIn("is the fault", ended.stdout)
        self.assertEqual(self.files(), [])

    def test_live(self):
        self.first()
        log = self.home / "log"
        log.unlink()
        with Live("--log", str(log), servers.url("article"),
                  XDG_CACHE_HOME=str(self.home / "cache")) as live:
            live.wait_for("is the fault")
            # it is judged before all that the cache has is read
            live.wait(lambda: len(KEPT.findall(log.read_text(encoding="utf-8"))) > 40,
                      "more than 40 answers of the cache")
            self.assertEqual(live.quit(), 0)


if __name__ == "__main__":
    unittest.main()
