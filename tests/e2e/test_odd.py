"""Numbers that come and cannot be meant: of which metric, why, and what to do is said."""

import contextlib
import http.server
import re
import tempfile
import threading
import time
import unittest
from datetime import datetime
from pathlib import Path

import servers
from program import check_sane, main_directory, run
from report_schema import parse

main_directory("tests/incidents")
from prometheus import Prometheus      # pylint: disable=wrong-import-position,wrong-import-order

MOMENT = "2026-02-04T09:00:00Z"
AT = 1770195600
STEP, SPAN = 30, 1800
RATE = 20
BOUNDS = (0.1, 0.5, 1, "+Inf")
GAUGES = {"pool_used": "5", "pool_size": "0", "pool_endless": "+Inf", "queue_length": "-30",
          "queue_unset": "NaN", "kv_usage_ratio": "0.97", "gpu_share": "97"}

# The latency of a stage, what else it has, and what its row says.
CASES = {
    "limit": ("good", "saturation: [{name: pool, used: pool_used, limit: pool_size}]",
              "pool: its limit pool_size is 0"),
    "endless": ("good", "saturation: [{name: pool, used: pool_used, limit: pool_endless}]",
                "pool: its limit pool_endless is +Inf: if there is none, leave out limit:"),
    "queue": ("good", "saturation: [{name: queue, used: queue_length}]",
              "queue: queue_length is -30"),
    "unset": ("good", "saturation: [{name: queue, used: queue_unset}]",
              "queue: queue_unset is NaN"),
    "share": ("good", "saturation: [{name: kv, used: kv_usage_ratio}]",
              "kv: kv_usage_ratio is a share by its name "
              "(write ratio: kv_usage_ratio)"),
    "percent": ("good", "saturation: [{name: gpu, ratio: gpu_share}]",
                "gpu: gpu_share is 97"),
    "errors": ("good", "errors: unset_total",
               "errors: its counter is NaN or infinite, so it has no rate"),
    "sum": ("endless", "", "its _sum cannot be right"),
    "counts": ("unset", "", "its counts are NaN, infinite or negative"),
    "negative": ("negative", "", "its counts are NaN, infinite or negative"),
}
NOTES = {
    "pool of limit: its limit pool_size is 0. If there is a limit, write its number; if there is "
    "none, leave out limit: to have a queue.",
    "pool of endless: its limit pool_endless is +Inf: if there is none, leave out limit:",
    "queue of queue: queue_length is -30. Nothing that waits or is in use can be below 0: check "
    "how the service sets it.",
    "queue of unset: queue_unset is NaN. Check how the service sets it.",
    "kv of share: kv_usage_ratio is a share by its name (write ratio: kv_usage_ratio). Without a "
    "limit it would be a queue. If 100 is all of it, add unit: percent.",
    "gpu of percent: gpu_share is 97. A share is 1 at most: if it is in percent, write unit: "
    "percent.",
    "errors of errors: its counter is NaN or infinite, so it has no rate",
    "endless_seconds: its _sum cannot be right, so sum has no mean and no share of the blame",
    "unset_seconds: its counts are NaN, infinite or negative. Check how the service sets it",
    "negative_seconds: its counts are NaN, infinite or negative. Check how the service sets it",
}
CONFIG = "stages:\n" + "".join(
    f"  - {{name: {name}, latency: {latency}_seconds{', ' if more else ''}{more}}}\n"
    for name, (latency, more, _) in CASES.items())


def histogram(name, count, count_of=str, sum_of=str):
    """Samples of COUNT requests so far; COUNT_OF and SUM_OF spoil their numbers."""
    for bound in BOUNDS:
        part = count * 9 // 10 if bound == 0.1 else count
        yield f'{name}_bucket{{le="{bound}"}}', count_of(part)
    yield f"{name}_sum", sum_of(count * 0.08)
    yield f"{name}_count", count_of(count)


def samples(count):
    """All that the service says when it has had COUNT requests."""
    yield from histogram("good_seconds", count)
    yield from histogram("endless_seconds", count, sum_of=lambda _: "+Inf")
    yield from odd_counts(count)
    yield "unset_total", "NaN"
    yield from GAUGES.items()


def odd_counts(count):
    yield from histogram("unset_seconds", count, count_of=lambda _: "NaN")
    yield from histogram("negative_seconds", count, count_of=lambda n: str(-n))


def history():
    """Half an hour of it as OpenMetrics, a metric after the other."""
    lines = {}
    for moment in range(AT - SPAN, AT + 1, STEP):
        for series, value in samples(RATE * (moment - AT + SPAN + 60)):
            lines.setdefault(series.split("{")[0], []).append(f"{series} {value} {moment}")
    return "\n".join([line for name, its in lines.items()
                      for line in (f"# TYPE {name} unknown", *its)] + ["# EOF", ""])


@contextlib.contextmanager
def target(said, delay_s=0.0):
    """The address of a service that says SAID(count), DELAY_S after it was asked."""
    begun = time.monotonic() - 60

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):       # pylint: disable=invalid-name
            time.sleep(delay_s)
            count = int(RATE * (time.monotonic() - begun))
            body = "".join(f"{series} {value}\n" for series, value in said(count)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; version=0.0.4")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):      # pylint: disable=arguments-differ
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/metrics"
        finally:
            server.shutdown()
            thread.join()


def seconds_of(moment):
    return datetime.fromisoformat(moment.replace("Z", "+00:00")).timestamp()


class Odd(unittest.TestCase):
    """Of a server and of a target alike."""

    def document(self, *arguments):
        ended = run("report", "--format", "json", "-c", servers.file(CONFIG), *arguments)
        check_sane(self, ended, "\t\r")
        return parse(self, ended.out)

    def check(self, document):
        reasons = {row["stage"]: re.sub("^(normal|no baseline); ", "", row["reason"])
                   for row in document["rows"]}
        self.assertEqual(reasons, {name: said for name, (_, _, said) in CASES.items()})
        self.assertLessEqual(NOTES, set(document["warnings"]))
        unknown = {row["stage"] for row in document["rows"] if row["signal"] == "saturation"
                   and (row["state"], row["severity"], row["current"]) ==
                   ("unreliable", "unknown", None)}
        self.assertEqual(unknown, {"limit", "endless", "queue", "unset", "share", "percent"})

    def test_of_a_server(self):
        with tempfile.TemporaryDirectory() as folder:
            text = Path(folder) / "samples.om"
            text.write_text(history(), encoding="utf-8")
            server = Prometheus(Path(folder))
            server.load([text])
            with server:
                self.check(self.document("--at", MOMENT, server.url))

    def test_of_a_target(self):
        with target(samples) as url:
            self.check(self.document(url))

    def test_nothing_else(self):
        """What looks like a latency, and counts nothing, is named."""
        with target(odd_counts) as url:
            ended = run("report", url, XDG_CONFIG_HOME="/nonexistent")
        check_sane(self, ended, "\t")
        self.assertIn("Nothing to watch: unset_seconds_count and others are NaN or negative",
                      " ".join(ended.out.split()))

    def test_nothing_before_the_first_scrape(self):
        """Though it takes the target several seconds to answer."""
        config = servers.file("stages: [{name: good, latency: good_seconds, slo: {p95: 10ms}}]")
        for _ in range(2):
            with target(lambda n: histogram("good_seconds", n), delay_s=2.6) as url:
                before = time.time()
                ended = run("report", "--format", "json", "-c", config, url)
            document = parse(self, ended.out)
            row = document["rows"][0]
            self.assertEqual((row["severity"], row["since"]), ("critical", None))
            self.assertGreaterEqual(seconds_of(row["since_before"]), before)
            self.assertGreaterEqual(seconds_of(document["at"]), seconds_of(row["since_before"]))
            self.assertIn("for more than", document["verdict"]["summary"])


if __name__ == "__main__":
    unittest.main()
