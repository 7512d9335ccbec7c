#!/usr/bin/python3
"""Samples the server reads for one refresh of ragtop, beside asking the whole span again.

A recording proxy between the live program and the demo's Prometheus tells what a refresh asks.
The same queries are then asked with stats=all, and the same expressions once more as range
queries over the span, which is what a dashboard page does when it refreshes.
"""

from urllib.parse import urlencode

from harness import (TWELVE, VERDICT, Figures, ask, clean_environment, demo, main, median, number,
                     times)
from recorder import Recorder, bursts
from terminal import Terminal, pump

REFRESH = 5
REFRESHES = 4       # watched; the first may still be part of the start
SPAN = 3600
TRIES = 5           # for the times; the samples are the same each time


def watch(ragtop, url):
    """What ragtop asked: (the start, [each refresh after it])."""
    with Recorder(url) as recorder, clean_environment() as environment:
        command = [ragtop, "--config", TWELVE, "--refresh", f"{REFRESH}s", "--span", f"{SPAN}s",
                   recorder.url]
        with Terminal(command, environment) as terminal:
            terminal.wait_for(VERDICT, 20)
            pump([terminal], REFRESH * (REFRESHES + 0.5))
        start, *refreshes = bursts(recorder.exchanges, REFRESH / 2)
        return start, refreshes[-(REFRESHES - 1):]


def cost(url, path, form):
    """(samples that the server reads for a query, seconds it takes); none for a refused one."""
    data = ask(url, path, urlencode({**form, "stats": "all"}))
    if data is None:
        return 0, 0
    stats = data["stats"]
    return stats["samples"]["totalQueryableSamples"], stats["timings"]["execTotalTime"]


def total(url, queries):
    """(number, samples, seconds) of all; the seconds are the median of several TRIES."""
    tries = [[cost(url, path, form) for path, form in queries] for _ in range(TRIES)]
    return (len(queries), sum(samples for samples, _ in tries[0]),
            median(sum(seconds for _, seconds in one) for one in tries))


def cost_of_burst(url, exchanges):
    return total(url, [(e.path, e.form()) for e in exchanges if e.is_query()])


def cost_of_span(url, refresh, step):
    forms = [exchange.form() for exchange in refresh if exchange.is_query()]
    return total(url, [("/api/v1/query_range",
                        {"query": form["query"], "start": float(form["time"]) - SPAN,
                         "end": form["time"], "step": step}) for form in forms])


def line(figures, name, cost_of_it, exchanges=None):
    count, samples, seconds = cost_of_it
    traffic = ()
    if exchanges is not None:
        traffic = (f"{number(sum(e.sent for e in exchanges))} B out",
                   f"{number(sum(e.received for e in exchanges))} B in")
    figures.row(name, f"{count} queries", f"{number(samples)} samples",
                f"{seconds * 1000:.1f} ms in the server", *traffic)


def measure(ragtop):
    with demo(days=7) as stack:
        start, refreshes = watch(ragtop, stack.url)
        step = next(e.form()["step"] for e in start if e.path.endswith("_range")
                    and e.form()["query"] == refreshes[-1][0].form()["query"]
                    and float(e.form()["end"]) > float(refreshes[-1][0].form()["time"]) - SPAN)
        costs = [cost_of_burst(stack.url, refresh) for refresh in refreshes]
        span = cost_of_span(stack.url, refreshes[-1], step)
        figures = Figures(f"samples: 12 signals, span {SPAN} s, step {float(step):.0f} s, "
                          f"refresh {REFRESH} s")
        for i, (refresh, cost_of_it) in enumerate(zip(refreshes, costs), 1):
            line(figures, f"refresh {i}", cost_of_it, refresh)
        line(figures, "whole span again", span)
        line(figures, "start (now, span, 7 days)", cost_of_burst(stack.url, start), start)
        samples, seconds = costs[-1][1:]
        figures.finish(
            f"a refresh reads {number(samples)} samples; the full span reads {number(span[1])}: "
            f"{times(span[1] / samples)} times fewer",
            f"the server works {seconds * 1000:.1f} ms on a refresh, {span[2] * 1000:.1f} ms on "
            f"the full span: {times(span[2] / seconds)} times less",
            how=f"""the live program in a terminal, its requests recorded by a proxy; every query
            of a refresh, recorded within {REFRESH / 2} s, asked again with stats=all and its
            totalQueryableSamples and execTotalTime (median of {TRIES}) summed; the span: the same
            expressions as range queries over {SPAN} s. Bytes are those of HTTP, heads included.
            """)


if __name__ == "__main__":
    main(measure, "prometheus")
