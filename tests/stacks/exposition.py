"""What components export as a function of time, as text, and served over HTTP.

A moment's samples depend on nothing but the seed and the start, so that a past can be written
first and then continued by scrapes. Load and mood change from minute to minute: the mood is a
factor on all durations of a system at once, so that what a caller waits for still adds up.
"""

import contextlib
import itertools
import math
import operator
import random
import threading
import time as clock
import zlib
from collections import defaultdict
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from model import Size, Time, evaluate
from exporter import number, quoted

SLOT_S = 60
MOODS = (.95, 1.0, 1.05)
SWING = .12             # of the load over a day
NOISES = 1009           # a prime
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Tide:
    """The load and the mood of a system, minute by minute from START on; ONSET: of its incident."""

    def __init__(self, seed, start, onset, requests):
        self.start, self.onset = start, onset
        self.seed = seed
        self._chance = random.Random(f"{seed} load")
        self._shape = max(1.0, requests * SLOT_S)
        self._lock = threading.Lock()
        self._mood = 1
        self._slots = []        # (state, weight) of each minute
        self._sums = [[0.0] * len(MOODS) * 2]
        noise = random.Random(f"{seed} noise")
        self.noise = [noise.random() for _ in range(NOISES)]

    def slot(self, time):
        """The number of TIME's minute."""
        return int(time - self.start) // SLOT_S

    def minute(self, slot):
        """(state, weight): an index, of the phase and the mood, and the load beside the usual."""
        with self._lock:
            while len(self._slots) <= slot:
                self._add()
        return self._slots[slot]

    def weights(self, time):
        """For each state the seconds, weighted by load, that have been spent in it until TIME."""
        slot = self.slot(time)
        state, weight = self.minute(slot)
        result = self._sums[slot].copy()
        result[state] += weight * (time - self.start - slot * SLOT_S)
        return result

    def _add(self):
        begin = self.start + len(self._slots) * SLOT_S
        self._mood = min(max(self._mood + self._chance.choice((-1, 0, 0, 1)), 0), len(MOODS) - 1)
        state = self._mood + len(MOODS) * (begin >= self.onset)
        weight = self._chance.gammavariate(self._shape, 1 / self._shape)
        weight *= 1 + SWING * math.sin(begin / 86400 * 2 * math.pi)
        sums = self._sums[-1].copy()
        sums[state] += weight * SLOT_S
        self._sums.append(sums)
        self._slots.append((state, weight))


class Rare:
    """Events that come by chance, as many as RATES say for each state of TIDE."""

    def __init__(self, tide, rates, name):
        self._tide, self._rates = tide, rates
        self._chance = random.Random(f"{tide.seed} {name}")
        self._lock = threading.Lock()
        self._sums, self._ahead = [0.0], []

    def value(self, time):
        slot = self._tide.slot(time)
        with self._lock:
            while len(self._ahead) <= slot:
                rate = self._rates[self._tide.minute(len(self._ahead))[0]]
                shape = max(rate * SLOT_S, .02)
                self._ahead.append(rate * self._chance.gammavariate(shape, 1 / shape))
                self._sums.append(self._sums[-1] + self._ahead[-1] * SLOT_S)
        return math.floor(self._sums[slot] +
                          self._ahead[slot] * (time - self._tide.start - slot * SLOT_S))


@dataclass(frozen=True)
class Series:
    """One series: its sample name and labels, the family it is of, and its value by `read`."""
    family: str
    type: str
    help: str
    name: str
    labels: dict
    read: object        # (weights, slot, state, time) -> number


class Target:
    """A component in a place: the labels of its target, and its samples at any time.

    STATES are two, before and in the incident.
    """

    def __init__(self, component, states, tide, labels, rename=None):
        self.component, self.tide, self.labels = component, tide, labels
        self._rename = rename or (lambda name, own: (name, own))
        self._states = [in_mood(state, mood) for state in states for mood in MOODS]
        families = defaultdict(list)
        for row in component.rows:
            for series in self._of_row(row):
                families[series.family].append(series)
        self.series = list(itertools.chain.from_iterable(families.values()))
        self._own = [text_of(series.name, series.labels) for series in self.series]
        self._scraped = [text_of(series.name, scraped(series.labels, labels))
                         for series in self.series] + [text_of("up", labels)]

    def unname(self):
        """Takes away what names the pod."""
        for name in ("pod", "container"):
            self.labels.pop(name, None)
        self._scraped = [text_of(series.name, scraped(series.labels, self.labels))
                         for series in self.series] + [text_of("up", self.labels)]

    def values(self, time):
        """All samples at TIME, in the order of `series`."""
        slot = self.tide.slot(time)
        state, _ = self.tide.minute(slot)
        weights = self.tide.weights(time)
        return [series.read(weights, slot, state, time) for series in self.series]

    def text(self, time):
        """The exposition of a moment."""
        lines, family = [], None
        for series, prefix, value in zip(self.series, self._own, self.values(time)):
            if series.family != family:
                family = series.family
                shown = quoted(family) if "." in family else family
                if series.help:
                    lines.append(f"# HELP {shown} {series.help}\n")
                lines.append(f"# TYPE {shown} {series.type}\n")
            lines.append(f"{prefix} {number(value)}\n")
        return "".join(lines)

    def past(self, times):
        """OpenMetrics of many moments, as Prometheus has it after a scrape, without `# EOF`."""
        for time in times:
            yield "".join([f"{prefix} {value} {time}\n" for prefix, value
                           in zip(self._scraped, (*self.values(time), 1))])

    def _of_row(self, row):
        name, own = self._rename(row.name, row.labels)

        def series(suffix, read, **more):
            return Series(name, row.type, row.help, name + suffix, {**own, **more}, read)
        values = [evaluate(row.value, state) for state in self._states]
        if row.kind == "gauge":
            return [series("", self._level(row, values, zlib.crc32(text_of(name, own).encode())))]
        if row.kind == "counter":
            return [series("", self._growing(row, self._rates(row.name, values), text_of(name, own)))]
        rates = self._rates(row.name, [evaluate(row.per, state) for state in self._states])
        if not any(rates):      # nothing was ever observed, and so there is no series
            return []
        sums = [rate * mean_of(value) * row.unit for rate, value in zip(rates, values)]
        bounds = row.bounds if row.kind == "histogram" else ()
        counts = Cumulative([[rate * below(value, bound / row.unit)
                              for rate, value in zip(rates, values)] for bound in bounds] + [rates])
        ends = [series("_sum", rounded(sums)), series("_count", counts.read(-1))]
        if row.kind == "summary":
            return [*(series("", self._quantile(values, share, row.unit), quantile=number(share))
                      for share in row.bounds), *ends]
        suffix = "_bucket" if row.type == "histogram" else ""
        buckets = [series(suffix, counts.read(index), le=number(bound))
                   for index, bound in enumerate(bounds)]
        buckets.append(series(suffix, counts.read(-1), le="+Inf"))
        return buckets + (ends if suffix else [])

    def _rates(self, name, rates):
        if min(rates) < -1e-12:
            raise ValueError(f"{self.component.name}: {name} would fall")
        return [max(0.0, float(rate)) for rate in rates]

    def _growing(self, row, rates, text):
        if row.rare:
            rare = Rare(self.tide, rates, text)
            return lambda weights, slot, state, time: rare.value(time)
        if any(word in row.name for word in ("seconds", "spend", "cost")):
            return rounded(rates)
        return whole(rates)

    def _level(self, row, levels, offset):
        noise = self.tide.noise
        if row.whole:       # on average the level, and never more than the next number
            return lambda weights, slot, state, time: math.floor(
                levels[state] + noise[(slot * 7919 + offset) % NOISES])
        if not row.noise:
            return lambda weights, slot, state, time: levels[state]
        return lambda weights, slot, state, time: round(min(row.most, levels[state] * (
            1 + row.noise * (2 * noise[(slot * 7919 + offset) % NOISES] - 1))), 6)

    @staticmethod
    def _quantile(values, share, unit):
        levels = [round(value.quantile(share) * unit, 6) for value in values]
        return lambda weights, slot, state, time: levels[state]


def whole(rates):
    """Reads how many events there were. A float sum in one order never falls, so neither does this.
    """
    return lambda weights, slot, state, time: math.floor(sum(map(operator.mul, weights, rates)))


class Cumulative:
    """The buckets of a histogram, of which RATES are cumulative: no rate between two ever falls."""

    def __init__(self, rates):
        self._parts = [[max(0.0, high - low) for low, high in zip(below_it, own)]
                       for below_it, own in zip([[0.0] * len(rates[0]), *rates], rates)]
        self._kept = None, ()       # of whom, and the counts

    def read(self, index):
        """Reads how many events there were up to the bound of that INDEX."""
        def value(weights, slot, state, time):      # pylint: disable=unused-argument
            of, counts = self._kept
            if of is not weights:
                counts = tuple(itertools.accumulate(
                    math.floor(sum(map(operator.mul, weights, part))) for part in self._parts))
                self._kept = weights, counts
            return counts[index]
        return value


def rounded(rates):
    return lambda weights, slot, state, time: round(sum(map(operator.mul, weights, rates)), 6)


def in_mood(state, mood):
    """STATE with all durations, but no sizes, multiplied by MOOD."""
    return {key: value * mood if isinstance(value, Time) and not isinstance(value, Size) else value
            for key, value in state.items()}


def mean_of(value):
    return value.mean if isinstance(value, Time) else float(value)


def below(value, bound):
    return value.below(bound) if isinstance(value, Time) else float(value <= bound)


def scraped(own, target):
    """The labels of a sample after a scrape without honor_labels."""
    return {**target, **{f"exported_{key}" if key in target else key: value
                         for key, value in own.items() if value != ""}}


def text_of(name, labels):
    """A series as it is written; names with dots are quoted, within the braces."""
    pairs = [f"{quoted(key) if '.' in key else key}={quoted(value)}"
             for key, value in labels.items()]
    if "." in name:
        return "{" + ",".join([quoted(name), *pairs]) + "}"
    return name + ("{" + ",".join(pairs) + "}" if pairs else "")


class Server:
    """Serves /NAME/metrics of each of {name: Target} on a loopback port."""

    def __init__(self, targets, now=clock.time):
        class Handler(BaseHTTPRequestHandler):
            """GET alone."""

            def do_GET(self):       # pylint: disable=invalid-name
                name, _, rest = self.path.strip("/").partition("/")
                found = rest == "metrics" and name in targets
                body = targets[name].text(now()).encode() if found else b"no such target\n"
                with contextlib.suppress(ConnectionError):      # a scrape that is cut short
                    self.send_response(200 if found else 404)
                    self.send_header("Content-Type", CONTENT_TYPE)
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)

            def log_message(self, *_):      # pylint: disable=arguments-differ
                """Says nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def address(self):
        return "127.0.0.1:%d" % self._server.server_address[1]

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *exception):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
