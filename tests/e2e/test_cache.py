"""The cache of history, against a real Prometheus and against one that cannot be what it was."""

import contextlib
import json
import os
import re
import resource
import signal
import socket
import sqlite3
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
from program import (PROGRAM, check_sane, environment, main_directory, obey_permissions,
                     run)
from report_schema import parse

main_directory("tests/frame")
from replay import SOURCE, Proxy    # pylint: disable=wrong-import-position

CRITICAL = 2
REQUEST = re.compile(r"^\S+ (\w+) +\d+ +[\d.]+ ms", re.M)
KEPT = re.compile(r"^\S+ kept ", re.M)
EMPTY = re.compile(r"^\S+ empty ", re.M)    # of which the server said that it has nothing
NONE = re.compile(r"^\S+ no cache of history in .*$", re.M)
HISTORY = re.compile(r"^\S+ (?:day|recent) +\d+ +[\d.]+ ms.*$", re.M)


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
        return [float(p["end"]) - float(p["start"]) for p in self.history()]

    def history(self):
        """The questions for it."""
        return [p for p in self.asked
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
        """(the document, how many stretches of history the server told of, how many were known)"""
        log = self.home / "log"
        log.unlink(missing_ok=True)
        environment = {"XDG_CACHE_HOME": str(self.home / "cache"), **environment}
        ended = run("report", "--format", "json", "--log", log, *arguments,
                    url or servers.url("article"), **environment)
        check_sane(self, ended, "\t\r")
        self.assertEqual(ended.status, status, ended.said)
        text = log.read_text(encoding="utf-8")
        purposes = REQUEST.findall(text)
        asked = sum(max(line.count("ragtop_arm"), 1) for line in HISTORY.findall(text))
        self.text, self.proofs, self.requests = text, purposes.count("proof"), len(purposes)
        found = asked + len(EMPTY.findall(text))
        return parse(self, ended.out), found, len(KEPT.findall(text))

    def first(self):
        document, asked, kept = self.report("--at", self.at)
        self.assertGreater(asked, 40)
        self.assertEqual(kept, 0)
        return document, asked

    @property
    def file(self):
        return self.folder / "history.db"

    def ask(self, sql):
        """The only number that SQL gives."""
        with contextlib.closing(sqlite3.connect(f"file:{self.file}?mode=ro", uri=True)) as database:
            return database.execute(sql).fetchone()[0]

    def pages(self):
        return self.ask("SELECT count(*) FROM page")

    def check_no_cache(self, why, **environment):
        """It goes without a cache, and says so once."""
        document, asked, kept = self.report("--at", self.at, **environment)
        self.assertGreater(asked, 40)
        self.assertEqual(kept, 0)
        said = NONE.findall(self.text)
        self.assertEqual(len(said), 1, said)
        self.assertIn(why, said[0])
        return document

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
            # (of what reaches back over midnight the rest is another day's)
            spans = [float(p["end"]) - float(p["start"]) for p in server.history()
                     if float(p["start"]) % 86400 != 0]
            spans = [span for span in spans if span < 2 * 3600]
            self.assertEqual(set(spans), {3600 - 300})
            self.assertGreater(len(spans), 10)

    def test_no_cache(self):
        _, asked = self.first()
        before = self.file.read_bytes()
        _, again, kept = self.report("--no-cache", "--at", self.at)
        self.assertEqual((again, kept), (asked, 0))
        self.assertEqual(before, self.file.read_bytes())

    def test_the_file_is_private_and_tells_nothing(self):
        self.first()
        secret = "hunter2-Zx9"
        self.report("-u", f"alice:{secret}", "-H", f"X-Api-Key: {secret}", "--tenant", "team-blue")
        self.assertEqual(stat.S_IMODE(self.folder.stat().st_mode), 0o700)
        self.assertEqual(list(self.folder.iterdir()), [self.file])
        self.assertGreater(self.pages(), 20)
        self.assertEqual(stat.S_IMODE(self.file.stat().st_mode), 0o600)
        text = self.file.read_bytes()
        for word in (secret, "alice", "team-blue", "127.0.0.1", "kotaemon", "rate("):
            self.assertNotIn(word.encode(), text)

    def test_another_tenant_is_another_source(self):
        _, asked = self.first()
        _, again, kept = self.report("--at", self.at, "--tenant", "team-blue")
        self.assertEqual((again, kept), (asked, 0))

    def test_damaged_pages_are_asked_for_again(self):
        before, asked = self.first()
        with contextlib.closing(sqlite3.connect(self.file)) as database, database:
            database.execute("UPDATE page SET bytes = zeroblob(5000) WHERE rowid % 3 = 0")
            database.execute("UPDATE page SET bytes = substr(bytes, 1, 900) WHERE rowid % 3 = 1")
        after, again, kept = self.report("--at", self.at)
        self.assertGreater(again, asked / 3)
        self.assertEqual(again + kept, asked)
        self.assertEqual(after["rows"], before["rows"])
        self.assertEqual(self.report("--at", self.at)[1], 0)

    def test_a_damaged_file_begins_afresh(self):
        before, asked = self.first()
        size = self.file.stat().st_size
        for damage in (lambda: self.file.write_bytes(b"\0" * 20000),
                       lambda: os.truncate(self.file, size // 3)):
            damage()
            after = self.check_no_cache("history.db is damaged, and was removed")
            self.assertEqual(after["rows"], before["rows"])
            self.assertFalse(self.file.exists())
            self.assertEqual(self.report("--at", self.at)[1:], (asked, 0))
            self.assertEqual(self.report("--at", self.at)[1:], (0, asked))

    def test_a_later_version_is_left_alone(self):
        self.first()
        with contextlib.closing(sqlite3.connect(self.file)) as database:
            database.execute("PRAGMA user_version = 2")
        before = self.file.read_bytes()
        self.check_no_cache("history.db is of a later version of ragtop")
        self.assertEqual(before, self.file.read_bytes())

    def test_a_locked_file_is_not_waited_for(self):
        _, asked = self.first()
        with contextlib.closing(sqlite3.connect(self.file)) as database:
            database.execute("BEGIN EXCLUSIVE")
            self.check_no_cache("another program has history.db locked")
        self.assertEqual(self.report("--at", self.at)[1:], (0, asked))

    def test_a_link_is_not_followed(self):
        self.first()
        precious = self.home / "precious"
        self.file.rename(precious)
        self.file.symlink_to(precious)
        before = precious.read_bytes()
        self.check_no_cache("history.db cannot be opened")
        self.assertEqual(before, precious.read_bytes())
        self.assertTrue(self.file.is_symlink())

    def test_several_at_once(self):
        """All begin the file, write it and read it at the same time."""
        def start(name):
            log = self.home / name
            return log, subprocess.Popen(
                [PROGRAM, "report", "--format", "json", "--at", self.at, "--log", log,
                 servers.url("article")],
                env=environment(XDG_CACHE_HOME=str(self.home / "cache")),
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8")

        for _ in range(2):
            documents = []
            for log, process in [start(f"log-{i}") for i in range(4)]:
                out, err = process.communicate(timeout=120)
                self.assertEqual((process.returncode, err), (CRITICAL, ""))
                documents.append(parse(self, out)["rows"])
                self.assertEqual(NONE.findall(log.read_text(encoding="utf-8")), [])
                log.unlink()
            for document in documents:
                self.assertEqual(document, documents[0])
        self.assertEqual(self.report("--at", self.at)[1], 0)
        self.assertEqual(self.ask("SELECT count(*) FROM pragma_integrity_check"
                                  " WHERE integrity_check = 'ok'"), 1)

    def test_what_earlier_versions_kept_goes(self):
        self.folder.mkdir(parents=True, mode=0o700)
        for i in range(100):
            (self.folder / f"{i:016x}-{i:016x}-020500.day").write_bytes(b"ragtop history 2\n")
        (self.folder / "key").write_bytes(bytes(16))
        (self.folder / "notes.txt").touch()
        self.first()
        self.assertEqual({path.name for path in self.folder.iterdir()}, {"history.db", "notes.txt"})

    def test_the_first_frame_does_not_wait_for_it(self):
        """Nothing of it is touched before the server has answered, and that may take long."""
        with socket.create_server(("127.0.0.1", 0)) as silent:
            with Live(f"http://127.0.0.1:{silent.getsockname()[1]}",
                      XDG_CACHE_HOME=str(self.home / "cache")) as live:
                live.wait_for("127.0.0.1")
                live.wait_quiet(.5)
                self.assertFalse((self.home / "cache").exists())
                self.assertEqual(live.quit(), 0)

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
                self.check_no_cache(place, XDG_CACHE_HOME=place)
        self.assertFalse(os.path.exists("/nonexistent"))
        _, asked, _ = self.report("--at", self.at, XDG_CACHE_HOME=None, HOME=None)
        self.assertGreater(asked, 40)

    def test_full_disk(self):
        """No file may grow: every write fails."""
        def forbid():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))

        ended = subprocess.run([PROGRAM, "report", "-v", servers.url("article")], check=False,
                               env=environment(XDG_CACHE_HOME=str(self.home / "cache")),
                               capture_output=True, encoding="utf-8", preexec_fn=forbid)
        self.assertEqual(ended.returncode, CRITICAL)
        self.assertIn("is the culprit", ended.stdout)
        self.assertEqual(len(NONE.findall(ended.stderr)), 1)
        self.assertEqual(self.file.stat().st_size, 0)
        self.first()

    def test_a_directory_that_cannot_be_written_to(self):
        self.first()
        before = self.file.read_bytes()
        self.folder.chmod(0o500)
        ended = subprocess.run([PROGRAM, "report", "-v", servers.url("article")], check=False,
                               env=environment(XDG_CACHE_HOME=str(self.home / "cache")),
                               capture_output=True, encoding="utf-8", preexec_fn=obey_permissions)
        self.folder.chmod(0o700)
        self.assertEqual(ended.returncode, CRITICAL)
        said = NONE.findall(ended.stderr)
        self.assertEqual(len(said), 1, said)
        self.assertIn("nothing can be written there", said[0])
        self.assertEqual(before, self.file.read_bytes())

    def test_live(self):
        self.first()
        log = self.home / "log"
        log.unlink()
        with Live("--log", str(log), servers.url("article"),
                  XDG_CACHE_HOME=str(self.home / "cache")) as live:
            live.wait_for("CULPRIT vector_db")
            # it is judged before all that the cache has is read
            live.wait(lambda: len(KEPT.findall(log.read_text(encoding="utf-8"))) > 40,
                      "more than 40 answers of the cache")
            self.assertEqual(live.quit(), 0)


if __name__ == "__main__":
    unittest.main()
