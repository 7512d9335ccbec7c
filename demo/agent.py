#!/usr/bin/python3
"""One replica of a simulated RAG agent that exports the article's metrics over HTTP.

It first plays the last 90 minutes as fast as it can, then goes along with real time; with
--history it writes these minutes and the days before them for promtool. Its counters run on
from the one to the other. On standard output it says "days written" and "listening on
HOST:PORT", for whoever started it.
"""

import argparse
import json
import threading
import time
from http.server import ThreadingHTTPServer
from pathlib import Path

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import MetricsHandler

from history import HistoryFile, write_week
from metrics import AgentMetrics, Carried
from simulation import SCENARIOS, Replica, Rhythm

SCRAPE_SECONDS = 15
RECENT_SECONDS = 90 * 60
FAULT_AGE_SECONDS = 12 * 60
ROLLOUT_AGE_SECONDS = 14 * 60     # as the cluster of stack.py has it
TICK_SECONDS = 0.2


def main():
    options = parse_options()
    rhythm = Rhythm(options.now)
    recent_start = options.now - RECENT_SECONDS
    totals = {}
    if options.history:
        totals = write_week(options.history, options.before or options.labels, rhythm, options.summary,
                            options.seed, recent_start - options.history_days * 86400,
                            recent_start)
    print("days written", flush=True)

    metrics = AgentMetrics(options.summary)
    view = Carried(metrics.registry, totals)
    replica = Replica(metrics, rhythm, options.seed, recent_start)
    replica.break_at(options.now - FAULT_AGE_SECONDS, SCENARIOS[options.scenario])
    play_recent(replica, view, options, recent_start)

    exported = CollectorRegistry()
    exported.register(view)
    server = ThreadingHTTPServer(("127.0.0.1", options.port), MetricsHandler.factory(exported))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print("listening on {}:{}".format(*server.server_address), flush=True)
    while True:
        replica.run_until(time.time())
        time.sleep(TICK_SECONDS)


def play_recent(replica, view, options, start):
    """Plays until it has caught up with the clock, and writes what scrapes would have seen."""
    path = options.history / "recent.om" if options.history else Path("/dev/null")
    with HistoryFile(path, options.before or options.labels) as file:
        moment = start + SCRAPE_SECONDS
        while moment <= time.time():
            replica.run_until(moment)
            if options.before and moment >= options.now - ROLLOUT_AGE_SECONDS:
                options.before = None
                file.relabel(options.labels)
                view.restart()
            file.write(moment, view.read())
            moment += SCRAPE_SECONDS


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scenario", choices=SCENARIOS, default="article")
    parser.add_argument("--summary", action="store_true",
                        help="export latencies as Summaries, as the article does")
    parser.add_argument("--seed", default="ragtop", help="same seed, same shape")
    parser.add_argument("--port", type=int, default=0, help="default: any free port")
    parser.add_argument("--now", type=int, default=int(time.time()),
                        help="unix time that is 9 o'clock; the fault is 12 minutes older")
    parser.add_argument("--history", type=Path, metavar="DIR",
                        help="write the past as OpenMetrics files into DIR")
    parser.add_argument("--history-days", type=int, default=7, metavar="N")
    parser.add_argument("--labels", type=json.loads, default={}, metavar="JSON",
                        help="the target labels that Prometheus will give to this replica")
    parser.add_argument("--before", type=json.loads, metavar="JSON",
                        help="those of the replica whose place this one took in a rollout")
    return parser.parse_args()


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        pass
