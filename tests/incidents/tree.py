"""A service of any stages, each within another, whose latencies are exported in any form.

A call of a stage takes its own time and that of the calls that it makes; what fails below fails
above, unless it is tried again. As in `service.py`, a fault changes what calls do and never a
metric: the same forms export the days before.
"""

import bisect
import collections
import itertools
import math
import operator
from dataclasses import dataclass, replace
from typing import NamedTuple

from service import STOCK_SIZE, Time, poisson

EVER = float("inf")

# The forms of a latency: what is exported of it, or how it is asked for.
CLASSIC = "classic"             # buckets, sum and count
ONLY_INF = "only +Inf"          # the bucket +Inf alone, sum and count
NO_INF = "no +Inf"              # buckets without +Inf, sum and count
NO_SUM = "no sum"               # buckets and count
FALLING_SUM = "falling sum"     # a sum that is only of the calls since the last scrape
ZERO_SUM = "zero sum"           # a sum that stays 0, as of meters that do not add up
MEAN = "summary"                # sum and count
QUANTILES = "quantiles"         # quantiles over five minutes of one pod, sum and count
GAUGE = "gauge"                 # the mean time of the calls since the last scrape
EXPRESSION = "expression"       # a P95 that is asked for by an expression, without counts
PAIR = "pair of counters"       # seconds and calls as counters of any name, and their quotient
COUNTER = "counter"             # the seconds of all calls together, which is no latency
NATIVE = "native"               # a native histogram

ALL_FORMS = CLASSIC, MEAN, QUANTILES, NATIVE, PAIR, GAUGE, EXPRESSION
BARE = frozenset({GAUGE, EXPRESSION})       # without any count, unless there is one beside them

# Calls per second of a pod that make a number of its own mean something: a gauge is of the calls
# since the last scrape, quantiles are of five minutes.
LEAST_OF_A_POD = {GAUGE: 2.0, QUANTILES: 0.2}

WITH_BUCKETS = frozenset({CLASSIC, NO_INF, NO_SUM, FALLING_SUM, ZERO_SUM, EXPRESSION})
LARGE = WITH_BUCKETS | {QUANTILES, NATIVE}   # more than two or three series of a stage
NATIVE_SCHEMA = 3               # eight buckets for each doubling
FINE = tuple(2 ** (k / 2 ** NATIVE_SCHEMA) for k in range(-80, 60))
QUANTILES_OF = (0.5, 0.9, 0.95, 0.99)
QUANTILES_S = 300


class Native(NamedTuple):
    """A sample of a native histogram: the counts of FINE one by one."""
    buckets: tuple
    sum: float
    count: int


@dataclass(frozen=True)
class Stage:
    """One stage; what is without a unit is a share of its calls."""
    name: str
    time: Time                      # its own, around the calls that it makes
    parent: str | None = None
    calls: float = 1.0              # for each call of its parent, or of a question
    error: float = 0.0              # usual failures, which come of nothing and lead to nothing
    fails: float = 0.0              # failures by a fault
    quick: float = 1.0              # how long one of these takes, beside a success
    passes: float = 1.0             # failures of its parts that make it fail
    patience: float = EVER          # seconds that it waits for a part before it fails
    slow: float = 0.0               # calls that take `by` times as long
    by: float = 1.0
    hits: float = 0.0               # calls that a cache answers, without any part
    hit: Time = Time(0.01, 0.3)
    stuck: float = 0.0              # calls that never end
    slots: int = 8                  # calls of a pod that run at once, where they are counted


@dataclass(frozen=True)
class Form:
    """How a stage is exported."""
    latency: str = CLASSIC
    layout: tuple | None = None     # None: that of the case
    timed_failures: bool = True     # whether calls that fail are in the latency
    errors: bool = True             # whether there is a counter of errors
    calls: bool = False             # whether a gauge or an expression has a counter of calls beside
    waits: bool = False             # whether there are gauges of what runs and waits
    exported: bool = True           # False: there is no such metric at all


@dataclass(frozen=True)
class Tree:
    """Stages, each after its parent."""
    stages: tuple

    def __getitem__(self, name):
        return next(stage for stage in self.stages if stage.name == name)

    def change(self, name, **fields):
        return Tree(tuple(replace(stage, **fields) if stage.name == name else stage
                          for stage in self.stages))

    def slower(self, **factors):
        result = self
        for name, by in factors.items():
            result = result.change(name, time=result[name].time * by)
        return result

    def in_mood(self, mood):
        """Every second leaf as the first factor says, the others as the second."""
        leaves = [stage.name for stage in self.stages if not self.parts(stage.name)]
        return self.slower(**{name: mood[k % 2] for k, name in enumerate(leaves)})

    def parts(self, name):
        return [stage for stage in self.stages if stage.parent == name]

    def seconds(self, name):
        """The mean time of a call, when all is well."""
        stage = self[name]
        through = sum(part.calls * self.seconds(part.name) for part in self.parts(name))
        return (1 - stage.hits) * (stage.time.mean + through) + stage.hits * stage.hit.mean

    def line(self, name):
        """NAME and all that it is part of."""
        found = []
        while name:
            found.append(name)
            name = self[name].parent
        return found

    def stock(self, forms, chance):
        return Stock(self, forms, chance)


class _Stuck(Exception):
    """A call that never ends."""


class Stock:
    """Questions drawn beforehand, as running totals: see `service.Stock`. Of every stage: its
    buckets one by one, seconds, calls that are timed, calls, failures, calls that are stuck."""

    def __init__(self, tree, forms, chance):
        self._tree, self._chance = tree, chance
        self._parts = {stage.name: tree.parts(stage.name) for stage in tree.stages}
        self._bounds = {name: bounds_of(form) for name, form in forms.items()}
        self._forms = forms
        self._first, width = {}, 0
        for stage in tree.stages:
            self._first[stage.name] = width
            width += len(self._bounds[stage.name]) + 1 + len(COUNTERS)
        row = [0] * width
        self._totals = [row]
        for _ in range(STOCK_SIZE):
            row = row[:]
            self._question(row)
            self._totals.append(row)

    def take(self, count, chance):
        whole, rest = divmod(count, STOCK_SIZE)
        first = chance.randrange(STOCK_SIZE - rest + 1)
        part = map(operator.sub, self._totals[first + rest], self._totals[first])
        if whole:
            part = (a + whole * b for a, b in zip(part, self._totals[-1]))
        return list(part)

    def _question(self, row):
        try:
            for root in self._parts.get(None) or self._tree.parts(None):
                for _ in range(self._count(root.calls)):
                    if self._call(root, row)[1]:
                        return
        except _Stuck:
            pass

    def _count(self, mean):
        return int(mean) + (self._chance.random() < mean - int(mean))

    def _call(self, stage, row):
        """The seconds that a call takes, and whether it fails."""
        after = self._first[stage.name] + len(self._bounds[stage.name]) + 1
        try:
            seconds, failed = self._work(stage, row)
        except _Stuck:
            row[after + STUCK] += 1
            raise
        row[after + CALLS] += 1
        row[after + FAILED] += failed
        if not failed or self._forms[stage.name].timed_failures:
            place = bisect.bisect_left(self._bounds[stage.name], seconds)
            row[self._first[stage.name] + place] += 1
            row[after + SECONDS] += seconds
            row[after + TIMED] += 1
        return seconds, failed

    def _work(self, stage, row):
        chance = self._chance
        if chance.random() < stage.stuck:
            raise _Stuck
        if chance.random() < stage.hits:
            return _draw(stage.hit, chance), False
        own = _draw(stage.time, chance) * (stage.by if chance.random() < stage.slow else 1)
        if chance.random() < stage.fails:
            return own * stage.quick, True
        seconds = own
        for part in self._parts[stage.name]:
            for _ in range(self._count(part.calls)):
                took, failed = self._wait_for(stage, part, row)
                seconds += took
                if failed and chance.random() < stage.passes:
                    return seconds, True
        return seconds, False

    def _wait_for(self, stage, part, row):
        try:
            took, failed = self._call(part, row)
        except _Stuck:
            if stage.patience == EVER:
                raise
            return stage.patience, True
        return (stage.patience, True) if took > stage.patience else (took, failed)


COUNTERS = SECONDS, TIMED, CALLS, FAILED, STUCK = range(5)


def bounds_of(form):
    if form.latency in WITH_BUCKETS:
        return form.layout
    return FINE if form.latency in (QUANTILES, NATIVE) else ()


def _draw(time, chance):
    return time.median * chance.lognormvariate(0.0, time.sigma)


class Process:
    """One life of one pod: its counters start at zero and only grow."""

    def __init__(self, case, pod, layout):
        self._case = case
        self.labels = {"namespace": case.name, "job": "rag", "pod": pod}
        self._forms = {name: replace(form, layout=form.layout or layout)
                       for name, form in case.forms.items()}
        self.exports = [_Export(stage, self._forms[stage.name], self.labels)
                        for stage in case.service.stages]
        self._workers = [None] * case.workers
        self._up = _text("up", self.labels)

    def scrape(self, source, pod, pods, time, step):
        """The text of one scrape, after the questions of the STEP seconds before it."""
        end = f" {self._case.at + time}\n"
        lines = [f"{text}{value}{end}"
                 for text, value in self.samples(source, pod, pods, time, step)]
        if self._case.doubled_for and time >= -self._case.doubled_for:
            lines += [line.replace("{", '{prometheus_replica="b",', 1) for line in lines]
        return "".join(lines)

    def samples(self, source, pod, pods, time, step, *_):
        """(name and labels, value) of all samples of a scrape; none when there was none."""
        case, chance = self._case, source.chance
        active = case.active(time, pod)
        if pod == 0:
            yield from self._replicas(time)
        if not all(episode.scraped for episode in active):
            return
        if not all(episode.up for episode in active):
            yield self._up, 0
            return
        worker = chance.randrange(len(self._workers)) if len(self._workers) > 1 else 0
        for at in range(len(self._workers)):
            self._go_on(at, source, active, (pods * len(self._workers), time, step))
        totals = self._workers[worker]
        gone = {name for episode in active for name in episode.lost}
        at = 0
        for export in self.exports:
            values = totals[at:at + export.width]
            at += export.width
            if export.stage.name not in gone:
                yield from export.lines(values, time)
        yield self._up, 1

    def _replicas(self, time):
        """What kube-state-metrics tells of the Deployment, where there is one."""
        told = [change for change in self._case.replicas if change[0] <= time]
        if not told:
            return
        for name, value in (("spec_replicas", told[-1][1]),
                            ("status_replicas_available", told[-1][2]),
                            ("status_observed_generation", told[-1][3])):
            yield _text(f"kube_deployment_{name}", {"namespace": self._case.name,
                                                    "job": "kube-state-metrics",
                                                    "deployment": "agent"}), value

    def _go_on(self, worker, source, active, when):
        pods, time, step = when
        case, chance = self._case, source.chance
        load = math.prod(episode.load for episode in active)
        mood = source.mood(time)
        questions = poisson(case.rate / pods * load * step, chance)
        state = source.service(active, mood)
        width = sum(export.width for export in self.exports)
        added = (source.stock(active, mood, self._forms).take(questions, chance) if questions
                 else [0] * width)
        at = 0
        for export in self.exports:
            after = at + export.width - len(COUNTERS)
            calls = added[after + CALLS]
            error = state[export.stage.name].error
            added[after + FAILED] += min(calls, poisson(calls * error, chance)) if error else 0
            export.busy = calls * state.seconds(export.stage.name) / step
            at += export.width
        before = self._workers[worker] or [0] * width
        self._workers[worker] = list(map(operator.add, before, added))


class _Export:
    """What one pod exports of one stage."""

    def __init__(self, stage, form, labels):
        self.stage, self.form, self._labels = stage, form, labels
        self._bounds = bounds_of(form)
        self.width = len(self._bounds) + 1 + len(COUNTERS)
        self.busy = 0.0
        self._metric = metric_of(stage.name)
        self._last = (0.0, 0)           # seconds and calls at the last scrape
        self._gauge = None
        self._recent = collections.deque()
        self._texts = {}

    def lines(self, values, time):
        """(name and labels, value) of all samples."""
        form = self.form
        counters = values[-len(COUNTERS):]
        if not form.exported:
            return
        yield from self._latency(values[:-len(COUNTERS)], counters, time)
        self._last = counters[SECONDS], counters[TIMED]
        if form.errors:
            yield self._text("rag_errors_total", stage=self.stage.name), counters[FAILED]
        if form.waits:
            stuck = counters[STUCK]
            running = min(self.stage.slots, round(self.busy) + stuck)
            yield self._text(self._metric.replace("_seconds", "_running")), running
            yield (self._text(self._metric.replace("_seconds", "_waiting")),
                   max(0, min(400, round(self.busy) + stuck - running)))

    def _latency(self, buckets, counters, time):
        latency, metric = self.form.latency, self._metric
        seconds, timed = round(counters[SECONDS], 4), counters[TIMED]
        if latency == GAUGE:
            fresh = timed - self._last[1]
            self._gauge = (counters[SECONDS] - self._last[0]) / fresh if fresh else self._gauge
            if self._gauge is not None:
                yield self._text(metric), round(self._gauge, 4)
            yield from self._calls(timed)
            return
        if latency == COUNTER:
            yield self._text(metric), seconds
            return
        if latency == PAIR:
            yield self._text(metric.replace("_seconds", "_busy_total")), seconds
            yield self._text(metric.replace("_seconds", "_calls_total")), timed
            return
        if latency == NATIVE:
            yield self._text(metric), Native(tuple(buckets[:len(FINE)]), seconds, timed)
            return
        if latency in WITH_BUCKETS:
            for bound, below in zip(self._bounds, itertools.accumulate(buckets)):
                yield self._text(metric + "_bucket", le=f"{bound:g}"), below
        if latency in (WITH_BUCKETS - {NO_INF}) | {ONLY_INF}:
            yield self._text(metric + "_bucket", le="+Inf"), timed
        if latency == QUANTILES:
            yield from self._quantiles(buckets, time)
        if latency == FALLING_SUM:
            seconds = round(counters[SECONDS] - self._last[0], 4)
        if latency != NO_SUM:
            yield self._text(metric + "_sum"), 0 if latency == ZERO_SUM else seconds
        yield self._text(metric + "_count"), timed
        yield from self._calls(timed)

    def _calls(self, timed):
        if self.form.calls:
            yield self._text(self._metric.replace("_seconds", "_calls_total")), timed

    def _quantiles(self, buckets, time):
        recent = self._recent
        recent.append((time, buckets))
        while recent[0][0] < time - QUANTILES_S:
            recent.popleft()
        ranks = list(itertools.accumulate(map(operator.sub, buckets, recent[0][1])))
        for quantile in QUANTILES_OF:
            value = "NaN"
            if ranks[-1]:
                place = bisect.bisect_left(ranks, quantile * ranks[-1])
                value = round(FINE[min(place, len(FINE) - 1)] * 2 ** (-.5 / 2 ** NATIVE_SCHEMA), 4)
            yield self._text(self._metric, quantile=f"{quantile:g}"), value

    def _text(self, name, **labels):
        key = (name, *labels.values())
        if key not in self._texts:
            self._texts[key] = _text(name, {**self._labels, **labels})
        return self._texts[key]


def metric_of(stage):
    return f"rag_{stage}_seconds"


def _text(name, labels):
    return name + "{" + ",".join(f'{key}="{value}"' for key, value in labels.items()) + "} "


# --- the configuration

def config_of(case):
    """The configuration of the stages of CASE, as YAML."""
    return "stages:\n" + "".join(_stage_lines(case, None, "  "))


def _stage_lines(case, parent, indent):
    for stage in case.service.parts(parent):
        form = case.forms[stage.name]
        yield f"{indent}- name: {stage.name}\n"
        yield from (f"{indent}  {line}\n" for line in _latency_lines(case, stage.name, form))
        if form.errors:
            yield f"{indent}  errors: rag_errors_total{{stage=\"{stage.name}\"}}\n"
        if form.waits:
            base = metric_of(stage.name).replace("_seconds", "")
            yield (f"{indent}  signals: {{running: {{gauge: {base}_running}}, "     # in half of the cases
                   f"waiting: {{queue: {base}_waiting}}}}\n" if case.at % 600 == 0 else
                   f"{indent}  saturation: [{{name: running, used: {base}_running}}, "
                   f"{{name: waiting, used: {base}_waiting}}]\n")
        parts = list(_stage_lines(case, stage.name, indent + "    "))
        if parts:
            yield f"{indent}  children:\n"
            yield from parts


def _latency_lines(case, stage, form):
    metric, matcher = metric_of(stage), f'{{namespace="{case.name}"}}'

    def rate(suffix, base=metric):
        return f"rate({base}{suffix}{matcher}[5m])"

    calls = [f"requests: {metric.replace('_seconds', '_calls_total')}"] if form.calls else []
    if form.latency == EXPRESSION:
        return ["expr:", "  latency: >-",
                f"    histogram_quantile(0.95, sum by (le) ({rate('_bucket')}))", *calls]
    base = metric.replace("_seconds", "")
    if form.latency == PAIR and case.at % 600 == 0:     # in half of the cases
        return [f"latency: {{sum: {base}_busy_total, count: {base}_calls_total, unit: seconds}}"]
    if form.latency == PAIR:
        return ["expr:", "  latency: >-",
                f"    sum({rate('_busy_total', base)}) / sum({rate('_calls_total', base)})",
                f"  requests: sum({rate('_calls_total', base)})"]
    return [f"latency: {metric}", *calls]
