"""What servers and targets refuse, and how: as much is judged as can be, and the cause is named."""

import math
import threading
import time
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import servers
from program import check_sane, run
from report_schema import parse
from steady import CONFIG, Steady

OK, UNKNOWN = 0, 3
PAGE = "<html><body>Forbidden</body></html>"
# The same server under other names, with other numbers.
OTHERS = """
    window: 5m
    stages:
      - {name: search, latency: back_seconds}
      - {name: answer, latency: front_seconds, errors: front_errors_total}
"""


def rows_of(test, ended):
    return {(row["stage"], row["signal"]): row for row in parse(test, ended.out)["rows"]}


class Servers(unittest.TestCase):
    def setUp(self):
        self.server = Steady()
        self.server.start()
        self.addCleanup(self.server.stop)

    def report(self, config, *arguments):
        ended = run("report", "--no-cache", "--format", "json", "-c", servers.file(config),
                    *arguments, self.server.url)
        check_sane(self, ended, allowed="\t")
        return ended, parse(self, ended.out)

    def check_judged(self):
        for config, stages, speed in ((CONFIG, ("front", "back"), 6),
                                      (OTHERS, ("search", "answer"), 3)):
            with self.subTest(stages=stages):
                self.server.speed = lambda stage, t, speed=speed: speed
                ended, report = self.report(config)
                self.assertEqual(ended.status, OK, ended.said + report["verdict"]["summary"])
                self.assertIn("OK: both stages normal", report["verdict"]["summary"])
                rows = rows_of(self, ended)
                for stage in stages:
                    self.assertAlmostEqual(rows[stage, "latency"]["current"], 3 / speed, delta=.1)
                    self.assertIsNotNone(rows[stage, "latency"]["baseline"])

    def test_post_is_barred_by_a_firewall(self):
        self.server.post = (403, PAGE)
        self.check_judged()

    def test_nothing_at_all_is_allowed(self):
        """Then it is not the method, and the answer is said as it is."""
        self.server.post = (403, PAGE)
        self.server.bar = lambda path, parameters: (403, PAGE)
        ended, _ = self.report(CONFIG, "--timeout", "2s")
        self.assertEqual(ended.status, UNKNOWN)
        self.assertIn("403", ended.err)

    def test_labels_are_closed(self):
        for way in ((404, "404 page not found\n"), (403, PAGE),
                    (501, '{"status":"error","errorType":"x","error":"not implemented"}')):
            with self.subTest(way):
                self.server.bar = lambda path, parameters, way=way: \
                    None if "/query" in path else way
                self.check_judged()

    def test_ranges_are_refused(self):
        for config, error in ((CONFIG, "query processing would load too many samples"),
                              (OTHERS, "range queries are disabled for this tenant")):
            body = f'{{"status":"error","errorType":"execution","error":"{error}"}}'
            self.server.bar = lambda path, parameters, body=body: \
                (422, body) if path.endswith("_range") else None
            ended, report = self.report(config)
            self.assertEqual(ended.status, UNKNOWN)
            said = report["verdict"]["summary"]
            self.assertIn(f"the server refuses queries about the past: {error}", said)
            self.assertNotIn("too little history", said)
            self.assertAlmostEqual(
                next(row["current"] for row in report["rows"] if row["signal"] == "latency"),
                .499, places=2)

    def test_what_is_beside_the_stages_is_refused(self):
        error = "many-to-many matching not allowed"
        body = f'{{"status":"error","errorType":"execution","error":"{error}"}}'
        said = f"what changed is not known: {error}"
        self.assertNotIn(said, " ".join(self.report(CONFIG)[1]["warnings"]))
        self.server.bar = lambda path, parameters: \
            (422, body) if "process_start_time_seconds" in str(parameters) else None
        ended, report = self.report(CONFIG)
        self.assertEqual(ended.status, OK)
        self.assertIn(said, report["warnings"])

    def test_clocks_that_differ_by_hours(self):
        for minutes in (-130, -70, 70, 130):
            with self.subTest(minutes):
                self.server.ahead_s = minutes * 60
                self.check_judged()


class Target:
    """A target of counters that go on, from `__enter__` to `__exit__`; BODY changes what it says."""

    def __init__(self, stage="kotaemon_retrieval_latency_seconds", median_s=.25, kind="text/plain",
                 body=lambda text: text):
        self.stage, self.median_s, self.kind, self.body = stage, median_s, kind, body
        self._start = time.monotonic() - 7200

    def text(self):
        seconds = time.monotonic() - self._start
        requests = 30 * seconds
        lines = [f"# TYPE {self.stage} histogram"]
        for le in (.1, .2, .3, .4, .5, .75, 1, 2):
            share = .5 * (1 + math.erf(math.log(le / self.median_s) / .3 / 1.4142))
            lines.append(f'{self.stage}_bucket{{le="{le}"}} {int(requests * share)}')
        lines += [f'{self.stage}_bucket{{le="+Inf"}} {int(requests)}',
                  f"{self.stage}_sum {requests * self.median_s * 1.046:.3f}",
                  f"{self.stage}_count {int(requests)}"]
        return "\n".join(lines) + "\n"

    def __enter__(self):
        target = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                body = target.body(target.text()).encode()
                self.send_response(200)
                self.send_header("Content-Type", target.kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_GET

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, args=(.02,), daemon=True).start()
        return f"http://127.0.0.1:{self._server.server_port}/metrics"

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()


VARIANTS = (("kotaemon_retrieval_latency_seconds", .25), ("shop_search_duration_seconds", .6))


def config_of(stage, expression=None):
    what = f"expr: {{latency: '{expression}'}}" if expression else f"latency: {stage}"
    return servers.file(f"window: 5m\nstages:\n  - {{name: search, {what}}}\n")


class Targets(unittest.TestCase):
    def report(self, url, *arguments):
        ended = run("report", "--no-cache", "--format", "json", *arguments, url)
        check_sane(self, ended, allowed="\t")
        return ended, parse(self, ended.out)

    def test_content_types(self):
        for kind in ("application/json; charset=utf-8", "application/octet-stream",
                     "text/html; charset=utf-8", "text"):
            for stage, median_s in VARIANTS[:1] if kind == "text" else VARIANTS:
                with self.subTest(kind, stage=stage), Target(stage, median_s, kind) as url:
                    ended, report = self.report(url, "-c", config_of(stage))
                    self.assertEqual(ended.status, UNKNOWN)     # nothing to compare with yet
                    self.assertEqual(report["server"], "scraped by ragtop itself")
                    self.assertIn("itself only since", report["verdict"]["summary"])
                    current = rows_of(self, ended)["search", "latency"]["current"]
                    self.assertAlmostEqual(current, median_s * 1.64, delta=median_s * .5)

    def test_a_byte_order_mark(self):
        for stage, median_s in VARIANTS:
            with Target(stage, median_s, body=lambda text: "\ufeff" + text) as url:
                ended, _ = self.report(url, "-c", config_of(stage))
                self.assertIsNotNone(rows_of(self, ended)["search", "latency"]["current"])

    def test_more_series_than_are_kept(self):
        """What stages need is kept, though it comes last."""
        for (stage, median_s), others in zip(VARIANTS, (10100, 13000)):
            with Target(stage, median_s, body=lambda text, others=others: "".join(
                    f'other_total{{id="{i}"}} {i}\n' for i in range(others)) + text) as url:
                ended, report = self.report(url, "-c", config_of(stage))
                self.assertEqual(ended.status, UNKNOWN)
                self.assertIn("itself only since", report["verdict"]["summary"])
                row = rows_of(self, ended)["search", "latency"]
                self.assertAlmostEqual(row["current"], median_s * 1.64, delta=median_s * .5)
                self.assertTrue([note for note in report["warnings"] if
                                 f"the target has {others + 11} series: " in note and
                                 "that no stage needs are left out" in note], report["warnings"])

    def test_no_metrics(self):
        for body, said in (("", "empty answer"), ("\n\n", "empty answer"),
                           ("# nothing yet\n", "only comments"),
                           ("# HELP a_total b\n# TYPE a_total counter\n", "only comments")):
            with self.subTest(body), Target(body=lambda text, body=body: body) as url:
                ended, report = self.report(url, "--timeout", "1s")
                self.assertEqual(ended.status, UNKNOWN)
                self.assertIn(f"the target has no metrics ({said})", report["verdict"]["summary"])

    def test_expressions_wait_for_the_second_scrape(self):
        for stage, median_s in VARIANTS:
            with Target(stage, median_s) as url:
                ended, report = self.report(url, "-c", config_of(
                    stage, f"sum(rate({stage}_sum[5m])) / sum(rate({stage}_count[5m]))"))
                self.assertEqual(ended.status, UNKNOWN)
                self.assertIn("itself only since", report["verdict"]["summary"])
                row = rows_of(self, ended)["search", "latency"]
                self.assertAlmostEqual(row["current"], median_s * 1.046, delta=median_s * .1)
                self.assertEqual(row["statistic"], "value")

    def test_functions_that_need_a_server(self):
        for function, expression in (
                ("histogram_quantile()", "histogram_quantile(0.9, sum by (le) (rate({}_bucket[5m])))"),
                ("avg_over_time()", "avg_over_time({}_sum[10m])")):
            with self.subTest(function), Target() as url:
                ended, report = self.report(
                    url, "-c", config_of("", expression.format(VARIANTS[0][0])))
                self.assertEqual(ended.status, UNKNOWN)
                self.assertNotIn("Asking", report["verdict"]["summary"])
                self.assertIn(f"{function} needs a Prometheus", ended.out)


if __name__ == "__main__":
    unittest.main()
