#!/usr/bin/python3
"""Nothing configured, on a server of 200,000 series: what finding costs it, and how long a whole
report takes, also from far away.

Most of the series have names that ragtop does not know, and many are of a shop that exports what
the stack does, too.
"""

import importlib.util
import json
import subprocess
import sys
import time
from urllib.parse import urlencode

from distance import Distance
from harness import ROOT, Figures, ask, clean_environment, main, median, milliseconds, number
from recorder import Recorder

sys.path[:0] = [str(ROOT / "tests" / "stacks"), str(ROOT / "tests" / "incidents")]

# pylint: disable=wrong-import-position
from exposition import SLOT_S           # noqa: E402
from places import Placing              # noqa: E402

_spec = importlib.util.spec_from_file_location("stacks_stack", ROOT / "tests/stacks/stack.py")
stacks = importlib.util.module_from_spec(_spec)     # the demo has a module of that name, too
_spec.loader.exec_module(stacks)

NAMES, OF_EACH = 3600, 50       # series that are of no concern
SHOP = 20_000                   # of the shop
HOURS = 1
AHEAD_S, EVERY_S = 600, 240     # how long they have samples, and how often
TRIES, ROUNDS = 9, 3
ROUND_TRIPS = (0, .02, .1)
KINDS = ("team", "shop", "node", "queue", "cart", "mail", "search", "user", "order", "stock")
ENDS = ("requests_total", "errors_total", "duration_seconds_count", "duration_seconds_sum",
        "size_bytes", "usage_ratio", "last_seconds", "connections", "items", "created")


class Large(stacks.Stack):
    """With the others in a block of their own."""

    def __enter__(self):
        path = self._place / "others.om"
        now = int(time.time())
        with open(path, "w", encoding="utf-8") as file:
            for at in range(now - EVERY_S // 2, now + AHEAD_S, EVERY_S):
                file.writelines(f"{series} {at % 1000} {at}\n" for series in others())
            file.write("# EOF\n")
        self.load([path])
        return super().__enter__()


def others():
    for i in range(NAMES):
        name = f"{KINDS[i % 10]}_{i // 100:03d}_{ENDS[i // 10 % 10]}"
        for k in range(OF_EACH):
            yield (f'{name}{{job="job-{i % 90}",namespace="ns-{i % 45}",instance="10.0.{i % 90}.'
                   f'{k}:8080",pod="pod-{i % 90}-{k}"}}')
    for i in range(SHOP):
        part, bound = ("_count", "") if i % 10 == 0 else ("_bucket", f'le="{i % 10}",')
        yield (f'http_server_request_duration_seconds{part}{{{bound}job="shop-{i % 40}",namespace='
               f'"shop",pod="shop-{i // 400}",http_route="/{i // 10}",http_request_method="GET"}}')


def report(ragtop, url, environment):
    """Seconds, and how many rows it has."""
    started = time.monotonic()
    output = subprocess.run([ragtop, "report", "--no-cache", "--format", "json", url], check=False,
                            env=environment, stdout=subprocess.PIPE, encoding="utf-8").stdout
    return time.monotonic() - started, len(json.loads(output)["rows"])


def engine_seconds(url, exchange):
    """What a query takes the server, by its own count, and how many samples it looks at."""
    form = {**exchange.form(), "stats": "all"}
    stats = ask(url, exchange.path, urlencode(form))["stats"]
    return stats["timings"]["evalTotalTime"], stats["samples"]["totalQueryableSamples"]


def finding(exchanges):
    """{what for: exchange} of the queries that find what there is."""
    signs = {"components": "count by (__name__", "parts": "count by (__name__",
             "scrape interval": "min(label_replace(300"}
    found = {}
    for exchange in exchanges:
        for name, sign in signs.items():
            if exchange.form().get("query", "").startswith(sign) and name not in found \
                    and exchange not in found.values():
                found[name] = exchange
    return found


def measure(ragtop):
    now = int(time.time())
    start = (now - HOURS * 3600 - stacks.WARM_UP_S) // SLOT_S * SLOT_S
    targets, _ = Placing("ragtop", start, now, False, False).whole("rag")
    with open("/dev/null", "w", encoding="utf-8") as silence, clean_environment() as environment, \
            Large(targets, start + stacks.WARM_UP_S, at_once=True, log=silence) as stack:
        environment.pop("XDG_CONFIG_HOME")  # which has what the demo needs
        series = ask(stack.url, '/api/v1/query?query=count({__name__!=""})')["result"]
        with Recorder(stack.url) as recorder:
            rows = report(ragtop, recorder.url, environment)[1]
            asked = recorder.exchanges
        figures = Figures(f"large: {int(series[0]['value'][1]):,} series, of which ragtop finds "
                          f"{rows} rows")
        figures.row("finding", "server's own", "samples", "bytes sent", "received")
        for name, exchange in finding(asked).items():
            spent = [engine_seconds(stack.url, exchange) for _ in range(TRIES)]
            figures.row(name, milliseconds(median(took for took, _ in spent)),
                        number(spent[0][1]), number(exchange.sent), number(exchange.received))
        for trip in ROUND_TRIPS:
            took = []
            with Distance(stack.url, trip) as far:
                for _ in range(ROUNDS):
                    took.append(report(ragtop, far.url, environment)[0])
            figures.row(f"a report, {milliseconds(trip)} away", milliseconds(median(took)), "",
                        "", f"{len(asked)} requests")
        figures.finish(how=f"""median of {TRIES} queries by their own statistics, and of {ROUNDS}
                       reports without a cache; a relay delays each byte by half the round trip.""")


if __name__ == "__main__":
    main(measure, "prometheus", "promtool")
