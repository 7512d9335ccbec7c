#!/usr/bin/python3
"""A whole report from a server that is a long round trip away, beside the same on loopback.

Also what both cost the server: its own count of the time that queries took.
"""

from bench_start import run_report
from distance import Distance
from harness import DIRECT, Figures, clean_environment, demo, main, median, milliseconds, times
from recorder import Recorder

ROUNDS = 9
ROUND_TRIPS = (0.02, 0.1, 0.3)


def engine_seconds(stack):
    """What the server's engine has spent on queries so far."""
    with DIRECT.open(stack.url + "/metrics", timeout=10) as page:
        return sum(float(line.rsplit(" ", 1)[1]) for line in page.read().decode().splitlines()
                   if line.startswith("prometheus_engine_query_duration_seconds_sum")
                   and 'slice="inner_eval"' in line)


def measure(ragtop):
    with demo(days=7) as stack, clean_environment() as environment:
        with Recorder(stack.url) as recorder:
            run_report(ragtop, recorder.url, environment, "--no-cache")
            asked = len(recorder.exchanges)
        figures = Figures(f"far: a whole report of {asked} requests on loopback, by the round trip")
        figures.row("round trip", "report", "times the round trip", "connections", "server's own")
        for trip in (0, *ROUND_TRIPS):
            took, spent = [], []
            with Distance(stack.url, trip) as far:
                for _ in range(ROUNDS):
                    before = engine_seconds(stack)
                    took.append(run_report(ragtop, far.url if trip else stack.url, environment,
                                           "--no-cache"))
                    spent.append(engine_seconds(stack) - before)
            figures.row(milliseconds(trip), milliseconds(median(took)),
                        times(median(took) / trip) if trip else "",
                        f"{far.connections / ROUNDS:.0f}" if trip else "",
                        milliseconds(median(spent)))
        figures.finish(how=f"""median of {ROUNDS} reports without a cache; a relay delays each byte
                       by half the round trip, and what opens a connection by a whole one.""")


if __name__ == "__main__":
    main(measure, "prometheus")
