#!/usr/bin/python3
"""From the start of the process to the first complete table, beside the slowest single query.

The queries of a start are recorded by a proxy; then each is timed alone, with curl, to find the
slowest. Rounds of `report`, the live program and curl alternate, without the proxy.
"""

import subprocess
import time

from harness import (COLUMNS, VERDICT, Figures, clean_environment, demo, main, median,
                     milliseconds, times)
from recorder import Recorder
from terminal import Terminal

ROUNDS = 11
TRIES = 3       # per query, to find the slowest


def record_start(ragtop, url, environment):
    """The queries that one report asks."""
    with Recorder(url) as recorder:
        run_report(ragtop, recorder.url, environment)
        return [exchange for exchange in recorder.exchanges if exchange.is_query()]


def run_report(ragtop, url, environment):
    """Seconds; the exit status of an incident is not 0."""
    started = time.monotonic()
    output = subprocess.run([ragtop, "report", url], env=environment, check=False,
                            stdout=subprocess.PIPE, text=True).stdout
    took = time.monotonic() - started
    if VERDICT not in output:
        raise RuntimeError(f"no verdict:\n{output}")
    return took


def run_live(ragtop, url, environment):
    """Seconds until the verdict is on the screen."""
    with Terminal([ragtop, url], environment) as terminal:
        return terminal.wait_for(VERDICT, 20) - terminal.started


def curl(url, exchange, environment):
    """Seconds by curl's own count, without the start of its process."""
    compressed = ["--compressed"] if exchange.gzip else []
    command = ["curl", "-s", *compressed, "-o", "/dev/null", "-w", "%{time_total}", "--data", exchange.body,
               url + exchange.target]
    return float(subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE,
                                text=True).stdout)


def measure(ragtop):
    with demo(days=7) as stack, clean_environment() as environment:
        queries = record_start(ragtop, stack.url, environment)
        alone = {id(q): median(curl(stack.url, q, environment) for _ in range(TRIES))
                 for q in queries}
        slowest = max(queries, key=lambda q: alone[id(q)])
        report, live, single = [], [], []
        for _ in range(ROUNDS):
            report.append(run_report(ragtop, stack.url, environment))
            single.append(curl(stack.url, slowest, environment))
            live.append(run_live(ragtop, stack.url, environment))
        figures = Figures(f"first table: {ROUNDS} rounds, 7 days of history")
        for name, values in (("report, start to end", report),
                             ("live, start to the verdict on the screen", live),
                             ("curl, the slowest query alone", single)):
            figures.row(name, f"median {milliseconds(median(values))}",
                        f"worst {milliseconds(max(values))}")
        every = sum(alone.values())
        figures.row(f"curl, all {len(queries)} queries one by one", milliseconds(every))
        figures.finish(
            f"the report takes {milliseconds(median(report))}; its slowest query "
            f"{milliseconds(median(single))}: {times(median(report) / median(single))} times",
            f"the live table takes {milliseconds(median(live))}: "
            f"{times(median(live) / median(single))} times the slowest query",
            f"asked one by one the queries take {milliseconds(every)}: "
            f"{times(every / median(report))} times the report",
            how=f"""time.monotonic() around `ragtop report` and from the start of the live program
            in a {COLUMNS}-column terminal until its screen shows "{VERDICT}"; curl's time_total of
            the same form, compressed where ragtop asks for it; one after the other in each round, straight to the server. Which query
            is the slowest was found before, each asked {TRIES} times alone. It was:
            {slowest.path} {slowest.form()['query'][:60]}...""")


if __name__ == "__main__":
    main(measure, "prometheus", "curl")
