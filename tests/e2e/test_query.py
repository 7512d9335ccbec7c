#!/usr/bin/python3
"""The page for queries of one's own, against a real Prometheus and a server that hangs."""

import stat
import tempfile
import threading
import time
import unittest
from pathlib import Path

import servers
from live import ENTER, ESC, Live, check_clean, check_restored
from program import main_directory

main_directory("tests/frame")
from replay import SOURCE, Proxy, Recording     # pylint: disable=wrong-import-position

TAB, UP, CTRL_U, CTRL_W = "\t", "\x1b[A", "\x15", "\x17"
METRIC = "vector_db_query_duration_seconds"


def setUpModule():      # pylint: disable=invalid-name
    servers.article()


class Case(unittest.TestCase):
    """Opens the page in a home of its own."""

    def setUp(self):
        home = tempfile.TemporaryDirectory(prefix="ragtop-e2e-")
        self.addCleanup(home.cleanup)
        self.home = Path(home.name)

    def open(self, *arguments, size=(120, 40), **extra):
        return Live(*(arguments or (servers.url("article"),)), size=size, HOME=str(self.home), **extra)

    def check_quit(self, live):
        live.press(ESC)      # out of the line; elsewhere back, which does no harm
        live.wait_gone("stop editing")
        self.assertEqual(live.quit(), 0)
        check_restored(self, live)
        check_clean(self, live)
        self.assertEqual(live.errors(), "")

    def line(self, live):
        """What is typed, and the lines below it."""
        lines = [line.replace("│", " ").rstrip() for line in live.lines()]
        at = next(i for i, line in enumerate(lines) if line.startswith("  ▸ "))
        return lines[at:]


class Asking(Case):
    """A query from its first letter to its answer."""

    def test_is_written_with_what_the_server_knows_and_drawn(self):
        with self.open() as live:
            live.wait_for("CULPRIT vector_db")
            live.press("6")
            live.wait_for("Tab completes")
            live.press("sum by (pod) (rate(vector_db_query_duration_seconds_c")
            live.wait_for(f"{METRIC}_count")
            live.press(TAB)
            live.wait_for(f"(rate({METRIC}_count_")
            live.press("{po")
            live.wait_gone(f"{METRIC}_count_bucket")
            live.wait(lambda: any(line.split() == ["pod", "endpoint"] or "pod" in line.split()
                                  for line in self.line(live)[1:]), "the label as a candidate")
            live.press(TAB)
            live.wait_for('{pod="_')
            live.press("kot")
            live.wait_for("kotaemon-agent-deployment-")
            live.press(TAB)
            live.wait(lambda: '{pod="kotaemon-agent-deployment-' in self.line(live)[0], "a value")
            live.press(ENTER + "}[5")        # the candidate is taken, and typing goes on
            live.wait_for("[5_", "5m")
            live.press(TAB)
            live.wait_for("[5m]_")
            live.press("))" + ENTER)
            live.wait_for("1 series in", "over time", "samples read", "│")
            live.press(ESC)
            live.wait_for("i edit")
            live.press("t")
            live.wait_for("t chart", "value")
            self.check_quit(live)

    def test_a_mistake_is_shown_where_it_is(self):
        with self.open(size=(80, 24)) as live:
            live.wait_for("CULPRIT vector_db")
            live.press("6")
            live.wait_for("Tab completes")
            live.press("sum(rate(up[5m])" + ENTER)
            live.wait_for("parse error: unclosed left parenthesis")
            text, caret = self.line(live)[:2]
            self.assertEqual(caret.index("^"), text.index("_"), (text, caret))
            live.press(CTRL_U + 'up{job="日本"} +* 2' + ENTER)
            live.wait_for("unexpected <op:*>")
            self.assertEqual(self.line(live)[1].strip(), "^")
            live.press(CTRL_U + "up" + ENTER)
            live.wait_for("3 series in")
            live.wait_gone("parse error")
            self.check_quit(live)

    def test_the_query_of_a_pane_is_taken_over(self):
        with self.open() as live:
            live.wait_settled("CULPRIT vector_db")
            live.press("2")
            live.wait_for("P50")
            live.press("E")
            live.wait_for("histogram_quantile(0.95", "1 series in")
            live.press(ESC)
            live.wait_for("i edit")
            live.press(ESC)        # and back to the page it came from
            live.wait_for("P50", "2 stage")
            live.press("e")
            live.wait_for("PromQL behind")
            live.press(ENTER)
            live.wait_for("series in", "over time")
            self.check_quit(live)

    def test_time_is_that_of_all_pages(self):
        with self.open(size=(180, 40)) as live:
            live.wait_settled("CULPRIT vector_db")
            live.press(":query up" + ENTER)
            live.wait_for("3 series in")
            live.press(ESC)
            live.wait_for("i edit")
            live.press(":at yesterday" + ENTER)
            live.wait_for("0 returns to now", "series in")
            day = time.strftime("%Y-%m-%d", time.localtime(time.time() - 24 * 3600))
            live.press(":at 00:01" + ENTER)         # of that day, and not of today
            live.wait_for(f"{day} 00:01:00")
            live.press(":span 6h" + ENTER)
            live.wait_for("showing 6 h")
            live.press(":live" + ENTER)
            live.wait_for("3 series in")
            live.press(":at tomorrow" + ENTER)
            live.wait_for("invalid time 'tomorrow'; try")
            live.press(":span 3s" + ENTER)
            live.wait_for("3s is too short; at least 5m")
            live.press(":window 2m" + ENTER)
            live.wait_for("rates over 2 min")
            live.press("1")
            live.wait_for("CULPRIT vector_db", "window 2m")
            self.check_quit(live)

    def test_what_is_pasted_is_text(self):
        with self.open() as live:
            live.wait_for("CULPRIT vector_db")
            live.press("6")
            live.wait_for("Tab completes")
            live.press("\x1b[200~count(\r\n  up\n)q\x1b[201~")
            live.wait_for("count( up )q_")
            live.press("\x7f" + ENTER)
            live.wait_for("1 series in")
            live.press(ESC)
            live.wait_for("i edit")
            live.press("\x1b[200~1q\x03\x1b[201~")
            live.press("t")
            live.wait_for("t chart")
            self.check_quit(live)


class History(Case):
    """Queries are kept for the next run."""

    def test_comes_back(self):
        for query in ("up", "count(up)", "count(up)"):
            with self.open() as live:
                live.wait_for("CULPRIT vector_db")
                live.press(f":query {query}" + ENTER)
                live.wait_for("series in")
                self.check_quit(live)
        kept = self.home / ".local/state/ragtop/queries"
        self.assertEqual("up\ncount(up)\n", kept.read_text(encoding="utf-8"))
        self.assertEqual(0o600, stat.S_IMODE(kept.stat().st_mode))
        with self.open() as live:
            live.wait_for("CULPRIT vector_db")
            live.press("6")
            live.wait_for("Tab completes")
            live.press("a draft" + UP)
            live.wait_for("▸ count(up)_")
            live.press(UP)
            live.wait_for("▸ up_")
            live.press("\x1b[B\x1b[B")
            live.wait_for("▸ a draft_")
            self.check_quit(live)

    def test_works_where_nothing_can_be_kept(self):
        with self.open(XDG_STATE_HOME="/proc/nowhere") as live:
            live.wait_for("CULPRIT vector_db")
            live.press(":query up" + ENTER)
            live.wait_for("3 series in")
            self.check_quit(live)
        self.assertEqual([], list(self.home.rglob("queries")))


class Hanging(Case):
    """A server that never answers a query of one's own."""

    def test_keys_are_answered_all_the_same(self):
        recording = Recording.load("article")
        asked, late = [], threading.Event()
        self.addCleanup(late.set)

        def answer(path, parameters):
            query = dict(parameters).get("query", "")
            if "slow" in query:
                asked.append(query)
                late.wait()
            if "limit" in dict(parameters):
                late.wait()
            return recording.answer(path, parameters)

        with Proxy(answer) as proxy, self.open(
                "--at", recording.at, "--proxy", proxy.url, "--timeout", "10m", SOURCE) as live:
            live.wait_settled("CULPRIT vector_db")
            live.press("6")
            live.wait_for("Tab completes")
            live.press("slow" + TAB + ENTER)
            live.wait_for("asking")
            live.wait(lambda: asked == ["slow"], "the first query")
            live.press("er")
            live.wait_for("slower_")
            live.press(ENTER)        # the first is given up
            live.wait(lambda: asked == ["slow", "slower"], "the other query")
            live.press(ESC + "1")
            live.wait_for("CULPRIT vector_db")
            live.press("6")
            live.wait_for("slower")
            self.assertEqual(live.quit(), 0)

    def test_what_is_wrong_with_the_server_is_said_there(self):
        for fault, words in (("http://127.0.0.1:1", "connection refused by 127.0.0.1:1"),
                             (servers.misbehave().url("401"), "401 Unauthorized")):
            with self.subTest(fault), self.open(fault, size=(80, 24)) as live:
                live.press("6")
                live.wait_for("Tab completes")
                live.press("up" + ENTER)
                live.wait(lambda w=words: w in " ".join(" ".join(self.line(live)[1:4]).split()), words)
                self.check_quit(live)


if __name__ == "__main__":
    unittest.main()
