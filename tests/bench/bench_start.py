#!/usr/bin/python3
"""From the start of the process to the first complete table, beside the slowest single query.

The queries of a start are recorded by a proxy; then each is timed alone, with curl, to find the
slowest. Rounds of `report`, the live program and curl alternate, without the proxy: as at a first
start, where nothing is kept, and as at a restart, where all that does not change is.
"""

import subprocess
import time

from harness import (COLUMNS, VERDICT, Figures, clean_environment, demo, main, median,
                     milliseconds, times)
from recorder import Recorder
from terminal import Terminal, pump

ROUNDS = 11
QUIET = 0.7     # after the verdict; what has not come by then belongs to the next refresh
CONNECTIONS = 6     # of ragtop
TRIES = 3       # per query, to find the slowest


def record_start(ragtop, url, environment):
    """The queries that one report asks."""
    with Recorder(url) as recorder:
        run_report(ragtop, recorder.url, environment)
        return [exchange for exchange in recorder.exchanges if exchange.is_query()]


def run_report(ragtop, url, environment, *options):
    """Seconds; the exit status of an incident is not 0."""
    started = time.monotonic()
    output = subprocess.run([ragtop, "report", *options, url], env=environment, check=False,
                            stdout=subprocess.PIPE, encoding="utf-8").stdout
    took = time.monotonic() - started
    if VERDICT not in output:
        raise RuntimeError(f"no verdict:\n{output}")
    return took


def run_live(ragtop, url, environment, *options):
    """Seconds until (the verdict is on the screen, nothing more comes)."""
    with Terminal([ragtop, *options, url], environment) as terminal:
        verdict = terminal.wait_for(VERDICT, 20)
        pump([terminal], QUIET)
        return verdict - terminal.started, terminal.last_output - terminal.started


def curl(url, exchange, environment):
    """Seconds by curl's own count, without the start of its process."""
    compressed = ["--compressed"] if exchange.gzip else []
    command = ["curl", "-s", *compressed, "-o", "/dev/null", "-w", "%{time_total}",
               "--data", exchange.body, url + exchange.target]
    return float(subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE,
                                encoding="utf-8").stdout)


def curl_all(url, exchanges, environment):
    """Seconds of one curl that asks for all, as many at once as ragtop, with its start."""
    options = "next\n".join(f'url = "{url}{e.target}"\ndata = "{e.body}"\noutput = "/dev/null"\n'
                            + "compressed\n" * e.gzip for e in exchanges)
    started = time.monotonic()
    subprocess.run(["curl", "-s", "--parallel", "--parallel-max", str(CONNECTIONS), "-K", "-"],
                   env=environment, check=True, input=options, encoding="utf-8",
                   stderr=subprocess.DEVNULL)   # a meter that -s does not silence
    return time.monotonic() - started


def measure(ragtop):
    with demo(days=7) as stack, clean_environment() as environment:
        queries = record_start(ragtop, stack.url, environment)    # of a first start
        alone = {id(q): median(curl(stack.url, q, environment) for _ in range(TRIES))
                 for q in queries}
        slowest = max(queries, key=lambda q: alone[id(q)])
        report, live, complete, single, every = [], [], [], [], []
        again, live_again = [], []
        run_report(ragtop, stack.url, environment)      # what a restart finds
        for _ in range(ROUNDS):
            report.append(run_report(ragtop, stack.url, environment, "--no-cache"))
            again.append(run_report(ragtop, stack.url, environment))
            live_again.append(run_live(ragtop, stack.url, environment)[0])
            single.append(curl(stack.url, slowest, environment))
            every.append(curl_all(stack.url, queries, environment))
            verdict, last = run_live(ragtop, stack.url, environment, "--no-cache")
            live.append(verdict)
            complete.append(last)
        figures = Figures(f"first table: {ROUNDS} rounds, 7 days of history")
        for name, values in (("report, start to end", report),
                             ("report, at a restart", again),
                             ("live, start to the verdict on the screen", live),
                             ("live, the same at a restart", live_again),
                             ("live, start to the last of the first table", complete),
                             ("curl, the slowest query alone", single),
                             (f"curl, the {len(queries)} queries, {CONNECTIONS} at once", every)):
            figures.row(name, f"median {milliseconds(median(values))}",
                        f"worst {milliseconds(max(values))}")
        serial = sum(alone.values())
        figures.row(f"curl, the {len(queries)} queries one by one", milliseconds(serial))
        slow = median(single)
        figures.finish(
            f"the report takes {milliseconds(median(report))}, its slowest query "
            f"{milliseconds(slow)}: {times(median(report) / slow)} times",
            f"the verdict is on the screen after {milliseconds(median(live))}: "
            f"{times(median(live) / slow)} times the slowest query; all else after "
            f"{milliseconds(median(complete))}: {times(median(complete) / slow)} times",
            f"a restart takes {milliseconds(median(again))}: {times(median(report) / median(again))} "
            f"times less; the verdict is on the screen after {milliseconds(median(live_again))}",
            f"curl takes {milliseconds(median(every))} for the same {len(queries)} queries: the "
            f"report takes {times(median(report) / median(every))} times that",
            how=f"""time.monotonic() around `ragtop report`, and from the start of the live program
            in a {COLUMNS}-column terminal until its screen shows "{VERDICT}" and until its last
            output in the {QUIET} s after that; one query: curl's time_total of the same form,
            compressed where ragtop asks for it; all: around one curl --parallel. One after the
            other in each round, straight to the server. Which query is the slowest was found
            before, each asked {TRIES} times alone: {slowest.path}
            {slowest.form()['query'][:60]}...""")


if __name__ == "__main__":
    main(measure, "prometheus", "curl")
