#!/usr/bin/python3
"""What opening the page of a stage of fifty pods asks for once: each pod's P95 over the span.

A Prometheus is loaded with two hours of 50 pods of 26 buckets each. The question is asked as ragtop
asks it, a P95 per pod on a grid of a fifth of the window, and as it could: on the grid of the
charts, and all buckets of all pods, to compute the P95 here. Beside them, the queries
about pods that every refresh sends anyway.
"""

import json
import shutil
import sys
import tempfile
import time
import urllib.parse
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "incidents"))
from prometheus import DIRECT, Prometheus       # pylint: disable=wrong-import-position

PODS, SCRAPE_S, SPAN_S, WINDOW = 50, 15, 3600, "5m"
BOUNDS = [round(0.05 * 1.25 ** k, 4) for k in range(25)]
AT = 1770195600
TRIES = 3
SKIPPED = 77    # meson's exit status for "could not be run here"
BUCKETS = f"sum by (pod, instance, le) (rate(x_seconds_bucket[{WINDOW}]))"
SUM = (f'label_replace(sum by (pod, instance) (rate(x_seconds_sum[{WINDOW}])),'
       '"part","sum","","")')
P95 = f"histogram_quantile(0.95, {BUCKETS})"


def samples():
    lines = ["# TYPE x_seconds histogram"]
    for pod in range(PODS):
        labels = f'job="x",pod="x-{pod}",instance="10.0.0.{pod}:80"'
        for tick, at in enumerate(range(AT - 2 * SPAN_S, AT + 1, SCRAPE_S)):
            for k, bound in enumerate([*BOUNDS, "+Inf"]):
                share = min(1.0, k / 12)
                lines.append(f'x_seconds_bucket{{{labels},le="{bound}"}} {30 * tick * share:.0f} {at}')
            lines.append(f"x_seconds_count{{{labels}}} {30 * tick} {at}")
            lines.append(f"x_seconds_sum{{{labels}}} {9 * tick} {at}")
    return "\n".join([*lines, "# EOF", ""])


def cost(url, path, **form):
    """(ms of the whole, ms of the server, samples it reads, bytes), the best of several tries."""
    body = urllib.parse.urlencode({**form, "stats": "all"}).encode()
    best = None
    for _ in range(TRIES):
        started = time.perf_counter()
        with DIRECT.open(url + path, body) as answer:
            text = answer.read()
        took = time.perf_counter() - started
        stats = json.loads(text)["data"].pop("stats")
        best = min(best or (1e9,), (1000 * took, 1000 * stats["timings"]["execTotalTime"],
                                    stats["samples"]["totalQueryableSamples"], len(text)))
    return best


def main():
    if not (shutil.which("prometheus") and shutil.which("promtool")):
        print("not measured: prometheus or promtool is not installed")
        sys.exit(SKIPPED)
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        text = directory / "samples.om"
        text.write_text(samples())
        server = Prometheus(directory)
        server.load([text])
        with server:
            span = {"start": AT - SPAN_S + 60, "end": AT}
            rows = {
                "each pod's P95 as asked, every 60 s":
                    cost(server.url, "/api/v1/query_range", query=P95, step=60, **span),
                "the same every 15 s":
                    cost(server.url, "/api/v1/query_range", query=P95, step=15, **span),
                "all buckets every 15 s":
                    cost(server.url, "/api/v1/query_range", query=f"{BUCKETS} or {SUM}", step=15,
                         **span),
                "the buckets now, at every refresh":
                    cost(server.url, "/api/v1/query", query=f"{BUCKETS} or {SUM}", time=AT)}
    print(f"{PODS} pods, {len(BOUNDS) + 1} buckets, span 1h, window {WINDOW}")
    print(f"{'':38}{'ms':>8}{'server ms':>11}{'samples':>12}{'bytes':>12}")
    for what, (took, inside, read, size) in rows.items():
        print(f"{what:38}{took:8.0f}{inside:11.0f}{read:12,}{size:12,}")
    asked, whole = list(rows.values())[0], list(rows.values())[2]
    print(f"asked once when the page is opened: {whole[1] / asked[1]:.1f} times less of the server's "
          f"time and {whole[3] / asked[3]:.0f} times fewer bytes than all buckets")


if __name__ == "__main__":
    main()
