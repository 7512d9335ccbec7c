"""A target with more series than are kept: those that stages need are."""

import tempfile
import threading
import time
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from program import check_sane, run
from report_schema import parse

KEPT, SPARE = 10000, 500        # SPARE are kept free for what stages need
BOUNDS = (.1, .2, .3, .5, 1, 2)
PATIENCE = "20s"                # a busy machine takes its time for so many


class Target(BaseHTTPRequestHandler):
    """Exports OTHERS series, and a histogram of each of METRICS behind them."""

    metrics, others, rate, began, more = (), 0, 1, 0, lambda self: []

    def do_GET(self):                               # pylint: disable=invalid-name
        count = int(self.rate * (3600 + time.time() - self.began))
        lines = [f'other_total{{id="{i:06}"}} {i}' for i in range(self.others)]
        for name in self.metrics:                   # all take between 0.2 s and 0.3 s
            lines += [f'{name}_bucket{{le="{le}"}} {count if le >= .3 else 0}' for le in BOUNDS]
            lines += [f'{name}_bucket{{le="+Inf"}} {count}', f"{name}_count {count}",
                      f"{name}_sum {count * .25}"]
        lines += self.more()
        body = ("\n".join(lines) + "\n").encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):              # pylint: disable=arguments-differ
        pass


class ManySeries(unittest.TestCase):
    """Other series come first, and there is no room for all."""

    def report(self, others, metrics, config=None, rate=20, **more):
        kind = type("One", (Target,), {"metrics": metrics, "others": others, "rate": rate,
                                       "began": time.time(), **more})
        return self.ask(kind, config)

    def ask(self, kind, config=None, at="/metrics"):
        with ThreadingHTTPServer(("127.0.0.1", 0), kind) as server, \
                tempfile.TemporaryDirectory() as directory:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            arguments = ["report", "--no-cache", "--format", "json", "--timeout", PATIENCE]
            if config:
                path = Path(directory) / "c.yaml"
                path.write_text(config, encoding="utf-8")
                arguments += ["-c", path]
            ended = run(*arguments, f"http://127.0.0.1:{server.server_address[1]}{at}")
            server.shutdown()
        check_sane(self, ended, "\t\r")
        return ended.status, parse(self, ended.out)

    def check(self, others, metrics, stages, **more):
        status, document = self.report(others, metrics, **more)
        self.assertEqual(status, 3)                 # there is nothing to compare with yet
        self.assertEqual(document["verdict"]["severity"], "unknown")
        self.assertIn("Nothing to compare with yet", document["verdict"]["summary"])
        rows = {r["stage"]: r for r in document["rows"] if r["signal"] == "latency"}
        for stage in stages:
            self.assertGreater(rows[stage]["current"], .2)
            self.assertLessEqual(rows[stage]["current"], .3)
        series = others + len(metrics) * (len(BOUNDS) + 3)
        left = series - KEPT + SPARE if series > KEPT else 0
        notes = [w for w in document["warnings"] if "left out" in w]
        self.assertEqual(notes, [f"the target has {series} series: {left} that no stage needs are "
                                 "left out"] if left else [])

    def test_names_of_a_profile(self):
        self.check(12000, ("kotaemon_retrieval_latency_seconds",
                           "kotaemon_generation_latency_seconds"), ("retrieval", "generation"))

    def test_names_that_nobody_gives(self):
        """What is not recognised yet is not crowded out by one metric with many series."""
        for metric, stage in (("kotaemon_retrieval_latency_seconds", "retrieval"),
                              ("search_took_seconds", "search_took")):
            with self.subTest(metric=metric):
                self.check(12000, (metric,), (stage,), config="span: 1h")

    def test_posts_that_are_not_read(self):
        """As Python's client has it: the answer ends when the connection is reset."""
        def cut(target):
            target.send_response(200)
            target.send_header("Content-Length", "1000000")
            target.end_headers()
            target.wfile.write(b"# TYPE search_took_seconds histogram\n" * 1000)

        self.check(100, ("search_took_seconds",), ("search_took",), config="span: 1h",
                   do_POST=cut)

    def test_an_address_without_a_path(self):
        """What is not known may be Grafana's own: to watch it takes the path, which is said."""
        kind = type("One", (Target,), {"metrics": ("my_search_duration_seconds",),
                                       "began": time.time()})
        status, document = self.ask(kind, config="span: 1h", at="")
        self.assertEqual(status, 3)
        self.assertIn("none of which ragtop knows: add /metrics to the URL",
                      document["verdict"]["summary"])

    def test_names_of_a_configuration(self):
        self.check(10700, ("search_took_seconds",), ("search",), rate=70,
                   config="stages: [{name: search, latency: search_took_seconds}]")

    def test_tools_are_counted(self):
        """All of them, however many are kept; and those that are shown are the busiest."""
        for tools, others in ((1999, 0), (2500, 20), (12000, 100)):
            with self.subTest(tools=tools):
                busy = {f"t{i:06}": 400 for i in range(tools - 70, tools)}
                name = "kotaemon_tool_call_total"
                kind = type("Tools", (Target,), {
                    "metrics": ("kotaemon_retrieval_latency_seconds",), "others": others,
                    "began": time.time(), "more": lambda self, tools=tools, busy=busy, name=name: [
                        f'{name}{{tool_name="t{i:06}"}} '
                        f"{(time.time() - self.began) * busy.get(f't{i:06}', 1):.0f}"
                        for i in range(tools)]})
                document = self.ask(kind)[1]
                self.assertEqual(document["tools_more"], tools - len(document["tools"]))
                self.assertEqual([w for w in document["warnings"] if "tools are called" in w],
                                 [f"{tools:,} tools are called: the 64 busiest are judged, the other "
                                  f"{tools - 64:,} are not"])
                self.assertLessEqual({tool["tool"] for tool in document["tools"]}, set(busy))

    def test_room_for_all(self):
        self.check(KEPT - len(BOUNDS) - 3, ("search_took_seconds",), ("search",),
                   config="stages: [{name: search, latency: search_took_seconds}]")


if __name__ == "__main__":
    unittest.main()
