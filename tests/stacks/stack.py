#!/usr/bin/python3
"""Prometheus with any components of RAG stacks, or a whole stack, and a past of hours or days.

A command is run while it scrapes them all; everything is on 127.0.0.1, in a temporary directory,
and ends with this program:

    tests/stacks/stack.py --stack rag --incident llm-queue -- curl -s '{url}/api/v1/query?query=up'
    tests/stacks/stack.py --components vllm,qdrant --incident qdrant -- ragtop report

As a library, from the main thread (a child dies with the thread that started it):

    with Stack(targets, start) as stack:
        query(stack.url)
"""

import argparse
import contextlib
import json
import shutil
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "incidents")]

# pylint: disable=wrong-import-position
from components import COMPONENTS                           # noqa: E402
from exposition import SLOT_S, Server                       # noqa: E402
from kube import INCIDENTS, Cluster                         # noqa: E402
from places import WHOLES, Placing                          # noqa: E402
from prometheus import Prometheus                           # noqa: E402  finds demo's modules, too
from processes import StartError, run_within, signals_held  # noqa: E402

# Seconds between the scrapes of the past, and what they are in its last hours and minutes.
STEP_S = 120
FINER = (60, 4 * 3600), (15, 2700)
PART_S = 6 * 3600           # in a file and a block
WARM_UP_S = 3600            # before the past begins, so that no counter is near zero
MANY = 20                   # components, of which a shorter past is written
HOURS, HOURS_OF_MANY = 24, 8


class Stack(Prometheus):
    """A Prometheus with the past of TARGETS, {name: Target}, that goes on scraping them."""

    def __init__(self, targets, begin, interval="5s", truth=None, at_once=False, log=sys.stderr,
                 finer=FINER):      # pylint: disable=too-many-arguments
        self._all, self._begin, self._interval, self._log = targets, begin, interval, log
        self._truth, self._at_once, self._finer = truth, at_once, finer
        with signals_held():
            self._place = Path(tempfile.mkdtemp(prefix="ragtop-stacks-"))
        self._server = Server(targets)
        super().__init__(self._place, targets=tuple(targets))
        self._cleanup.callback(shutil.rmtree, self._place, ignore_errors=True)

    def __enter__(self):
        with contextlib.ExitStack() as undo:
            undo.push(self._cleanup)
            series = sum(len(target.series) for target in self._all.values())
            with self._timed(f"the past of {len(self._all)} components, {series} series"):
                now = int(time.time())
                self.load(self._written(moments(self._begin, now, self._finer), "past"))
                self.load(self._written(range(now + 5, int(time.time()), 5), "recent"))
            self._cleanup.enter_context(self._server)
            with self._timed("Prometheus" + " and the first scrapes" * (not self._at_once)):
                super().__enter__()
            undo.pop_all()
        return self

    def environment(self):
        """For a ragtop in the foreground: the server to ask, where to keep caches and state, and
        what is wrong, as JSON.
        """
        return {"RAGTOP_URL": self.url, "STACK_TRUTH": json.dumps(self._truth),
                "XDG_CACHE_HOME": str(self._place / "cache"),
                "XDG_STATE_HOME": str(self._place / "state")}

    def scrape_configs(self):
        return [{"job_name": name, "metrics_path": f"/{name}/metrics",
                 "scrape_interval": self._interval, "scrape_timeout": self._interval,
                 "honor_labels": getattr(target, "honours", False),
                 "static_configs": [{"targets": [self._server.address],
                                     "labels": target.labels}]}
                for name, target in self._all.items()]

    def _has_scraped(self):
        return self._at_once or super()._has_scraped()

    def _written(self, times, name):
        """Writes a file for each part of the time, while the one before it is loaded."""
        parts = {}
        for moment in times:
            parts.setdefault(moment // PART_S, []).append(moment)
        for part, its in parts.items():
            path = self._place / f"{name}-{part}.om"
            with open(path, "w", encoding="utf-8") as file:
                for target in self._all.values():
                    file.writelines(target.past(its))
                file.write("# EOF\n")
            yield path

    @contextlib.contextmanager
    def _timed(self, what):
        started = time.monotonic()
        yield
        print(f"{what}: {time.monotonic() - started:.1f} s", file=self._log, flush=True)


def moments(begin, end, shorter=FINER):
    """When scrapes were, from BEGIN to END."""
    result, step = [], STEP_S
    for finer, back in shorter:
        since = max(begin, (end - back) // STEP_S * STEP_S)
        result += range(begin, since, step)
        begin, step = since, finer
    return [*result, *range(begin, end + 1, step)]


def truths():
    """All incidents with the culprit that is to be found, as one may ask for them."""
    placing = Placing("", 0, 0)
    return {"components": {name: placing.alone(name, True)[1] for name in COMPONENTS},
            "stacks": {name: {incident: placing.whole(name, incident)[1]
                              for incident in whole.incidents} for name, whole in WHOLES.items()}}


def make(options):
    """The Stack that is asked for."""
    names = known(options.components, COMPONENTS) if options.components else []
    many = len(names) + options.strangers > MANY
    hours = options.hours or (HOURS_OF_MANY if many else HOURS)
    now = int(time.time())
    start = (now - hours * 3600 - WARM_UP_S) // SLOT_S * SLOT_S
    onset = (now - options.minutes * 60) // SLOT_S * SLOT_S
    placing = Placing(options.seed, start, onset, options.renamed, options.plain)
    wholes = WHOLES[options.stack].incidents if options.stack else ()
    targets, found = {}, []
    if options.stack:
        whole = set((options.incident or "").split("+")) <= set(wholes)
        targets, truth = placing.whole(options.stack, options.incident if whole else None)
        found = [truth] if truth else []
    wrong = known(options.incident, names, wholes) if options.incident else []
    for name in names:
        if options.hung and "requests" not in COMPONENTS[name].state:
            raise StartError(f"{name} serves no requests that --hung could keep from ending; "
                             "there are others")
        placed, truth = (placing.replicas(name, options.replicas, options.hung) if options.replicas
                         else placing.alone(name, name in wrong))
        for job, target in placed.items():
            targets[f"{job}.{name}" if job in targets else job] = target
        found += [truth] if truth else []
    targets.update(placing.strangers(options.strangers))
    if options.kube:
        culprit = options.kube_pod or next((truth["job"] for truth in found), None)
        pods = [(target.labels["job"], target.labels) for target in targets.values()]
        exporters = Cluster(pods, start, onset, options.kube, culprit).exporters()
        for target in targets.values() if options.unnamed else ():
            target.unname()
        targets.update(exporters)
    return Stack(targets, start + WARM_UP_S, f"{options.interval}s", found, options.at_once)


def known(text, names, others=()):
    """The names in TEXT, which may be `all`; those in UTF-8 only where they are named."""
    if set(text.split("+")) <= set(others):
        return []
    if text == "all":
        return [name for name in names if not COMPONENTS[name].dotted]
    chosen = text.split(",")
    for name in chosen:
        if name not in names:
            raise StartError(f"no such name: {name}; there are {', '.join([*others, *names])}")
    return chosen


def parse_options(arguments=None):
    parser = argparse.ArgumentParser(
        description="Run a command against a Prometheus that has components of RAG stacks.",
        epilog="RAGTOP_URL, STACK_TRUTH and directories for caches and state are set for COMMAND, "
               "and {url} in its arguments is replaced.")
    parser.add_argument("--list", action="store_true",
                        help="print components, stacks and their incidents as JSON")
    parser.add_argument("--stack", choices=WHOLES, help="a whole stack, in one namespace")
    parser.add_argument("--components", metavar="A,B,C", help="each in a namespace of its own; or "
                        "`all`, but for those in UTF-8, which take Prometheus 3")
    parser.add_argument("--strangers", type=int, default=0, metavar="N",
                        help="services beside them that have nothing to do with RAG")
    parser.add_argument("--incident", metavar="NAME", help="of the stack; or components, or `all`")
    parser.add_argument("--replicas", type=int, default=0, metavar="N",
                        help="pods of each of the components")
    parser.add_argument("--hung", type=int, default=0, metavar="N", help="with --replicas: so "
                        "many of them stop completing")
    parser.add_argument("--kube", choices=INCIDENTS, help="the Kubernetes around them, and what is "
                        "wrong there: at the pod of the incident, or of --kube-pod JOB")
    parser.add_argument("--unnamed", action="store_true", help="with --kube: targets have the "
                        "addresses of their pods, and not their names")
    parser.add_argument("--kube-pod", metavar="JOB", help=argparse.SUPPRESS)
    parser.add_argument("--minutes", type=int, default=20,
                        help="since the incident began; negative: until it begins")
    parser.add_argument("--hours", type=int, help=f"of the past; {HOURS} by default, and "
                        f"{HOURS_OF_MANY} of more than {MANY} components")
    parser.add_argument("--seed", default="ragtop", help="same seed, same shape")
    parser.add_argument("--interval", type=int, default=5, help="seconds between scrapes")
    parser.add_argument("--at-once", action="store_true", help="do not wait for the first scrapes, "
                        "which come up to ten seconds after the start")
    parser.add_argument("--renamed", action="store_true", help="under names that nobody knows")
    parser.add_argument("--plain", action="store_true",
                        help="targets with a job, a namespace and an instance alone")
    parser.add_argument("command", nargs="*", metavar="COMMAND")
    options = parser.parse_args(arguments)
    if not options.list and not options.command:
        parser.error("COMMAND is missing")
    if not (options.list or options.stack or options.components or options.strangers):
        parser.error("one of --stack, --components, --strangers is needed")
    return options


def main():
    options = parse_options()
    if options.list:
        print(json.dumps(truths(), indent=2))
        return 0
    return run_within(lambda: make(options), options.command, "stack.py")


if __name__ == "__main__":
    sys.exit(main())
