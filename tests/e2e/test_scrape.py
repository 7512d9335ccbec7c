"""A target in place of a server: ragtop scrapes it itself, and says so."""

import contextlib
import json
import socket
import subprocess
import sys
import tempfile
import textwrap
import unittest

import servers
from live import ENTER, ESC, Live
from program import check_sane, run
from report_schema import parse

TARGET = textwrap.dedent("""
    import ctypes, random, sys, time
    from prometheus_client import Counter, Gauge, Histogram, start_http_server
    ctypes.CDLL(None).prctl(1, 9)
    buckets = (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 1, 2, 5)
    retrieval = Histogram("kotaemon_retrieval_latency_seconds", "", buckets=buckets)
    store = Histogram("vector_db_query_duration_seconds", "", buckets=buckets)
    generation = Histogram("kotaemon_generation_latency_seconds", "", buckets=buckets)
    calls = Counter("kotaemon_tool_call_total", "", ["tool_name"])
    used, most = Gauge("vector_db_connections_active", ""), Gauge("vector_db_connections_max", "")
    most.set(20)
    used.set(7)
    Gauge("vector_db_failing", "").set(0.3)
    start_http_server(int(sys.argv[1]), addr="127.0.0.1")
    print("listening", flush=True)
    while True:
        for _ in range(5):
            took = random.uniform(0.1, 0.3)
            store.observe(took)
            retrieval.observe(took + 0.05)
            generation.observe(random.uniform(0.3, 0.5))
            calls.labels("sql_query").inc()
        time.sleep(0.02)
""")


@contextlib.contextmanager
def target():
    """Where it listens."""
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-c", TARGET, str(port)], stdout=subprocess.PIPE,
                               encoding="utf-8")
    try:
        process.stdout.readline()
        yield f"127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


class Scraped(unittest.TestCase):
    """A real target of prometheus_client."""

    def test_report(self):
        with target() as place:
            for url in (f"http://{place}/metrics", place):
                with self.subTest(url):
                    ended = run("report", "--format", "json", url)
                    check_sane(self, ended, allowed="\t")
                    report = parse(self, ended.out)
                    rows = {row["stage"]: row for row in report["rows"]
                            if row["signal"] == "latency"}
                    self.assertEqual(report["server"], "scraped by ragtop itself")
                    self.assertTrue(any("seen since" in note for note in report["warnings"]))
                    self.assertAlmostEqual(rows["vector_db"]["current"], 0.29, delta=0.03)
                    self.assertAlmostEqual(rows["generation"]["current"], 0.49, delta=0.03)
                    self.assertIsNone(rows["generation"]["baseline"])
                    self.assertEqual([tool["tool"] for tool in report["tools"]], ["sql_query"])

    def test_a_gauge_does_not_count_errors(self):
        """A share that stands still would be a rate of 0: no errors, while a third of all fail."""
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file, target() as place:
            file.write("stages: [{name: db, latency: vector_db_query_duration_seconds,"
                       " errors: vector_db_failing}]\n")
            file.flush()
            ended = run("report", "--format", "json", "-c", file.name, f"http://{place}/metrics")
            report = parse(self, ended.out)
            rows = {row["signal"]: row for row in report["rows"]}
            self.assertIsNone(rows["errors"]["current"])
            self.assertEqual(rows["errors"]["state"], "unreliable")
            self.assertIn("errors: not a counter", rows["latency"]["reason"])
            self.assertTrue(any(note.startswith("vector_db_failing (errors of db): a gauge")
                                for note in report["warnings"]), report["warnings"])
            self.assertFalse([note for note in report["warnings"] if "query error" in note])
            ended = run("check", "--format", "json", "-c", file.name, f"http://{place}/metrics")
            names = {name["metric"]: name["state"] for name in json.loads(ended.out)["names"]}
            self.assertEqual(names["vector_db_failing"], "mistyped")
            self.assertEqual(ended.status, 1)

    def test_check_says_the_unit_of_every_time_and_share(self):
        """In seconds whatever the metric is in, as the dashboard has it; as judged, so no sums."""
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file, target() as place:
            file.write("""
stages:
  - name: db
    latency: vector_db_query_duration_seconds
    signals:
      ttft: {latency: {metric: vector_db_query_duration_seconds, unit: ms}}
      tpot: {latency: kotaemon_retrieval_latency_seconds}
      transaction: {gauge: vector_db_connections_active, unit: ms}
      busy: {ratio: vector_db_connections_active, unit: percent}
      memory: {used: vector_db_connections_active, limit: vector_db_connections_max}
""")
            file.flush()
            ended = run("check", "--format", "json", "-c", file.name, f"http://{place}/metrics")
        names = {name["key"]: name for name in json.loads(ended.out)["names"]}
        said = {key: (one["unit"], one["unit_guessed"], one["value_is"])
                for key, one in names.items()}
        self.assertEqual(said, {
            "latency": ("s", False, "p95_seconds"),
            "signals.ttft.latency": ("ms", False, "p95_seconds"),
            "signals.tpot.latency": ("s", False, "p95_seconds"),
            "signals.transaction.gauge": ("ms", False, "seconds"),
            "signals.busy.ratio": ("percent", False, "ratio"),
            "signals.memory.used": (None, False, "sum"),
            "signals.memory.limit": (None, False, "sum")})
        value = {key: one["value"] for key, one in names.items()}
        self.assertAlmostEqual(value["signals.transaction.gauge"], 0.007)
        self.assertAlmostEqual(value["signals.busy.ratio"], 0.07)

    def test_live(self):
        with target() as place, Live("-r", "1s", f"http://{place}/metrics",
                                     size=(110, 30)) as live:
            live.wait_for("vector_db P95")
            live.wait(lambda: "ms" in live.text(), "a latency")
            live.press("q")

    def test_nothing_is_known_before_the_first_scrape(self):
        """Neither a moment before it nor a pin is taken for more than it is worth."""
        with target() as place, Live("-r", "1s", f"http://{place}/metrics",
                                     size=(140, 30)) as live:
            live.wait(lambda: "ms" in live.text(), "a latency")
            live.press("B")
            live.wait_for("too early to pin, try at", "of samples, 15 min needed")
            self.assertNotIn("pinned", live.text())
            live.press("[")
            live.wait_for("HISTORY",
                          "NO DATA ragtop has been scraping this target itself only since",
                          "so nothing is known of that time")
            self.assertNotIn("the server", live.text())
            live.press("q")

    def test_a_part_of_a_query_is_not_asked(self):
        """What is pasted beyond the end of the line is said to be left out."""
        with target() as place, Live("-r", "1s", f"http://{place}/metrics",
                                     size=(110, 30)) as live:
            live.wait_for("vector_db P95")
            live.press("6")
            live.wait_for("Tab completes")
            live.press("\x1b[200~vector_db_connections_max + " + "1 + " * 4100 + "1\x1b[201~")
            live.wait_for("the line is full: it holds 16383 bytes")
            live.press(ENTER)
            live.wait_for("the line is full: it holds 16383 bytes")
            live.press("\x15vector_db_connections_max" + ENTER)   # the line is emptied
            live.wait_for("over time", "vector_db_connections_max")
            live.press(ESC)
            live.wait_gone("stop editing")
            self.assertEqual(live.quit(), 0)

    def test_a_target_that_goes_and_comes(self):
        with target() as place:
            ended = run("report", f"http://{place}/metrics")
        self.assertIn("scraped by ragtop itself", ended.out)
        ended = run("report", "--timeout", "1s", f"http://{place}/metrics")
        self.assertIn("refused", ended.said)

    def test_what_is_none(self):
        """Text that is not an exposition is recognised as such."""
        for fault, words in (("404", "404"), ("html", "web page"), ("nobody", "has no metrics (empty answer)")):
            with self.subTest(fault):
                ended = run("report", servers.misbehave().url(fault) + "/metrics")
                check_sane(self, ended)
                self.assertIn(words, ended.said)

    def test_broken_exposition(self):
        ended = run("report", servers.misbehave().url("bad-metrics"))
        check_sane(self, ended)
        self.assertIn("line 3 of its metrics cannot be read", " ".join(ended.said.split()))


if __name__ == "__main__":
    unittest.main()
