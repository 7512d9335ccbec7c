"""Two servers behind one address in turn, as with `kubectl port-forward`: nobody is shown the history
of the one as what is usual at the other."""

import contextlib
import os
import re
import sqlite3
import tempfile
import time
import unittest
from datetime import datetime, timezone
from pathlib import Path

from live import Live, check_clean
from program import check_sane, run
from report_schema import parse
from steady import CONFIG, Steady

INCIDENT_S = 15 * 60
SLOW = .6           # P95 5 s
HISTORY = ("day", "recent")
STATUS = re.compile(r"^\S+ (\w+) +\d+ +[\d.]+ ms", re.M)


class Swap(unittest.TestCase):
    """Server A with 0.5 s as the usual P95 of the stage back, B with 1.5 s: both slow now."""

    def setUp(self):
        home = tempfile.TemporaryDirectory(prefix="ragtop-swap-")
        self.addCleanup(home.cleanup)
        self.home = Path(home.name)
        self.config = self.home / "config.yaml"
        self.config.write_text(CONFIG, encoding="utf-8")
        self.at = time.time() - 30
        self.server = Steady()
        self.front = 6      # its stage front is the same at both; 0: that differs too
        self.addCleanup(self.server.stop)
        self.server.start()
        self.be(6)

    def be(self, usual, errors=0.0, level=.02, errors_level=.02):
        """The server is from now on another one."""
        since = self.at - INCIDENT_S
        usual = {"front": self.front or usual, "back": usual}
        self.server.speed = lambda stage, t: SLOW if stage == "back" and t > since else usual[stage]
        self.server.errors = errors
        self.server.level = level
        self.server.errors_level = errors_level
        self.server.asked.clear()

    def arguments(self):
        return ("--log", self.home / "log", "-c", self.config, self.server.url)

    def environment(self):
        return {"XDG_CACHE_HOME": str(self.home / "cache")}

    def report(self, *arguments, **environment):
        """(the document, how often each purpose was asked for)"""
        log = self.home / "log"
        log.unlink(missing_ok=True)
        at = datetime.fromtimestamp(self.at, timezone.utc).isoformat(timespec="seconds")
        ended = run("report", "--format", "json", "--at", at, *arguments, *self.arguments(),
                    **{**self.environment(), **environment})
        check_sane(self, ended, "\t\r")
        purposes = STATUS.findall(log.read_text(encoding="utf-8"))
        return parse(self, ended.out), {name: purposes.count(name) for name in set(purposes)}

    def times_usual(self, document):
        row = next(row for row in document["rows"]
                   if row["stage"] == "back" and row["signal"] == "latency")
        return row["ratio"]

    def asked(self, purposes):
        return sum(purposes.get(name, 0) for name in HISTORY)

    def check_second_server(self):
        """Whatever was cached, the report is that of a run without a cache, also the next time."""
        fresh, _ = self.report("--no-cache")
        for _ in range(2):
            document, purposes = self.report()
            self.assertEqual(document["rows"], fresh["rows"])
            self.assertEqual(document["verdict"], fresh["verdict"])
        self.assertEqual(self.asked(purposes), 0)
        return fresh

    def test_a_warm_start_asks_hardly_more_than_for_the_present(self):
        _, cold = self.report()
        self.server.asked.clear()
        warm, purposes = self.report()
        self.assertEqual(self.asked(purposes), 0)
        self.assertEqual(purposes["proof"], 1)
        # as one window of one signal was asked again for all of them
        before = sum(purposes.values()) - purposes["proof"] + 1
        self.assertLessEqual(len(self.server.asked), 1.2 * before)
        self.assertEqual(warm["rows"], self.report("--no-cache")[0]["rows"])
        self.assertGreater(self.asked(cold), 4 * 7)

    def test_a_server_that_joins_nothing(self):
        self.server.joins = False
        self.report()
        _, purposes = self.report()
        self.assertEqual(self.asked(purposes), 0)
        self.assertEqual(purposes["proof"], 1 + 4)

    def test_at_any_hour(self):
        """Of two adjacent buckets the mean tells, be it that of weeks and the P95 that of days."""
        now = self.at
        for hours in range(0, 24, 3):
            with self.subTest(hours):
                self.at = now - 3600 * hours
                self.be(2)
                document, _ = self.report("--no-cache")
                self.assertEqual(document["verdict"]["stage"], "back")

    def test_report_with_no_errors_at_either(self):
        for self.front in (6, 0):
            with self.subTest(front=self.front):
                self.be(6)
                document, _ = self.report()
                self.assertGreater(self.times_usual(document), 8)
                self.be(2)
                fresh = self.check_second_server()
                self.assertLess(self.times_usual(fresh), 4)

    def test_report_with_another_error_rate(self):
        self.report()
        self.be(2, errors=.3)
        self.check_second_server()

    def test_report_with_a_constant_signal(self):
        """A gauge of work that never changes proves nothing, and is shown all the same."""
        self.be(6, errors=.01, errors_level=0)
        self.report()
        self.be(2, errors=.01, errors_level=0)
        self.check_second_server()

    def test_report_where_nothing_varies(self):
        """Then nothing can be proved, and all is asked for each time."""
        self.be(6, level=0)
        _, cold = self.report()
        _, purposes = self.report()
        self.assertEqual(self.asked(purposes), self.asked(cold))
        self.be(2, level=0)
        fresh, _ = self.report("--no-cache")
        self.assertEqual(self.report()[0]["rows"], fresh["rows"])

    def test_there_and_back_again(self):
        for usual in (6, 2, 6):
            self.be(usual)
            self.check_second_server()

    def test_at_another_hour(self):
        """What the second server says of hours that the first was not asked for stands alone."""
        self.report()
        self.at -= 5 * 3600
        self.be(2)
        self.report()
        self.at += 5 * 3600
        self.be(2)
        self.check_second_server()

    def test_a_server_that_keeps_less_than_it_did(self):
        before, cold = self.report()
        self.assertGreater(self.asked(cold), 0)
        limit = time.time() - 2.5 * 86400
        self.server.knows = lambda t: t > limit
        document, purposes = self.report()
        self.assertEqual(self.asked(purposes), 0)   # what it has no more is remembered
        self.assertEqual(document["rows"], before["rows"])

    def test_warnings_are_not_kept(self):
        answer = self.server.answer
        self.server.wrap = lambda body: {**body, "warnings": ["a store is away"]}
        _, cold = self.report()
        _, purposes = self.report()
        self.assertEqual(self.asked(purposes), self.asked(cold))
        self.server.wrap = lambda body: {**body, "infos": ["no counter by its name"]}
        self.report()
        _, purposes = self.report()     # that says nothing against the answer
        self.assertEqual(self.asked(purposes), 0)
        self.server.answer = answer

    def test_a_rotated_token_leaves_the_cache_as_it_is(self):
        token = self.home / "token"
        token.write_text("opaque-1\n", encoding="utf-8")
        self.report("--bearer-token-file", token)
        token.write_text("opaque-2\n", encoding="utf-8")
        _, purposes = self.report("--bearer-token-file", token)
        self.assertEqual(self.asked(purposes), 0)
        for who in (("-H", "Authorization: Bearer a"), ("-H", "Authorization: Bearer b"),
                    ("-H", "X-Api-Key: a"), ("-H", "X-Api-Key: b"), ("-u", "a:b"), ("-u", "a:c")):
            with self.subTest(who):
                _, purposes = self.report(*who)
                self.assertGreater(self.asked(purposes), 0)
        for path in (self.home / "cache" / "ragtop").iterdir():
            self.assertNotIn(b"opaque", path.read_bytes())
            self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)

    # --- the live program

    def live(self, *arguments):
        return Live(*arguments, *self.arguments(), size=(120, 40), **self.environment())

    def pages(self):
        """How many days of signals are kept."""
        file = self.home / "cache" / "ragtop" / "history.db"
        with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
            return database.execute("SELECT count(*) FROM page").fetchone()[0]

    def usual_on_screen(self):
        """What a run without a cache shows of the stage back."""
        with Live("--no-cache", *self.arguments(), size=(120, 40)) as live:
            live.wait_settled("CULPRIT back")
            return self.ratio(live)

    def ratio(self, live):
        row = next(line for line in live.lines() if re.search(r"\bback\b.*×", line))
        return re.search(r"([\d.]+)×", row)[1]

    def test_live_begins_with_another_server(self):
        self.report()
        self.be(2)
        expected = self.usual_on_screen()
        with self.live() as live:
            live.wait_settled("CULPRIT back")
            self.assertEqual(self.ratio(live), expected)
            check_clean(self, live)

    def test_live_meets_another_server_when_it_comes_back(self):
        with self.live() as live:
            live.wait_settled("CULPRIT back")
            first = self.ratio(live)
            self.server.stop()
            live.press("r")
            live.wait_for("refused")
            self.be(2)
            self.server.start()
            expected = self.usual_on_screen()
            self.assertNotEqual(first, expected)
            live.wait(lambda: expected + "×" in live.text(), "what is usual at the other server")
            live.wait_settled("CULPRIT back")
            self.assertEqual(self.ratio(live), expected)
            check_clean(self, live)

    def test_live_meets_the_same_server_when_it_comes_back(self):
        with self.live() as live:
            live.wait_settled("CULPRIT back")
            self.server.stop()
            live.press("r")
            live.wait_for("refused")
            self.server.asked.clear()
            self.server.start()
            live.wait_gone("refused")
            live.wait_settled("CULPRIT back")
            live.wait_quiet(1)
            self.assertEqual(self.history_asked(), 1)   # all four in one question

    def history_asked(self):
        return sum(p.get("step") == "300.000" for p in list(self.server.asked))

    def test_pressing_r_twice_reloads_the_history(self):
        self.report()
        with self.live() as live:
            live.wait_settled("CULPRIT back")
            self.assertGreater(self.pages(), 0)
            self.server.asked.clear()
            live.press("r")
            live.wait_for("press r again to refetch the history too")
            live.wait_quiet(.5)
            self.assertEqual(self.history_asked(), 0)
            time.sleep(2.1)     # that was long ago: a press alone
            live.press("r")
            live.wait_quiet(.5)
            self.assertEqual(self.history_asked(), 0)
            self.be(2)      # it changed without anybody being able to tell
            live.press("rrrrrrrr")
            live.wait_for("history discarded")
            live.wait_settled("CULPRIT back")
            live.wait(lambda: self.history_asked() >= 4 * 7, "the whole past")
            live.wait_settled("CULPRIT back")
            self.assertEqual(self.ratio(live), self.usual_on_screen())
            self.assertLess(self.history_asked(), 2 * 4 * 13)   # once, however long it was held
            check_clean(self, live)

    def test_the_command_does_the_same(self):
        self.report()
        with self.live() as live:
            live.wait_settled("CULPRIT back")
            self.be(2)
            live.press(":ref")
            live.press("\t")
            live.wait_for("all")
            live.press("a\t\r")
            live.wait_for("history discarded")
            live.wait(lambda: self.history_asked() >= 4 * 7, "the whole past")
            live.wait_settled("CULPRIT back")
            self.assertEqual(self.ratio(live), self.usual_on_screen())

    def test_nothing_is_given_up_while_nothing_can_be_asked(self):
        with self.live() as live:
            live.wait_settled("CULPRIT back")
            first = self.ratio(live)
            self.server.stop()
            live.press("r")
            live.wait_for("refused")
            live.press(":refetch all\r")
            live.wait_for("the history is kept")
            self.assertEqual(self.ratio(live), first)
            self.assertGreater(self.pages(), 0)
            self.server.start()
            live.wait_gone("refused")
            live.wait_settled("CULPRIT back")
            live.press(" :refetch all\rrr")
            live.wait_for("PAUSED")
            live.wait_quiet(.5)
            self.assertEqual(self.ratio(live), first)


if __name__ == "__main__":
    unittest.main()
