"""The words in which components are described: durations, metrics, incidents.

What goes on inside a component is its state, numbers and durations by name. A metric is an
expression of these, so that an incident changes the state and never a metric: queues, errors and
the latencies of callers follow.
"""

import math
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import NormalDist

sys.path.append(str(Path(__file__).resolve().parents[1] / "field"))

from exporter import Lognormal      # noqa: E402  pylint: disable=wrong-import-position

NORMAL = NormalDist()


class Time(Lognormal):
    """Durations around MEAN; means and variances of sums add up."""

    def __init__(self, mean, sigma=0.5):
        super().__init__(mean / math.exp(sigma ** 2 / 2), sigma)

    @property
    def variance(self):
        return self.mean ** 2 * (math.exp(self.sigma ** 2) - 1)

    def quantile(self, share):
        return self.median * math.exp(self.sigma * NORMAL.inv_cdf(share))

    def __add__(self, other):
        if not self.mean or not other.mean:
            return self if self.mean else other
        mean = self.mean + other.mean
        return Time(mean, math.sqrt(math.log1p((self.variance + other.variance) / mean ** 2)))

    def __mul__(self, factor):
        return type(self)(self.mean * factor, self.sigma)

    __rmul__ = __mul__

    def __truediv__(self, factor):
        return self * (1 / factor)


class Size(Time):
    """Sizes, which are the same in any mood of a system."""


def evaluate(expression, state):
    """A number or a Time from an expression like "requests * queue.mean"."""
    if not isinstance(expression, str):
        return expression
    return eval(expression, {}, state)      # pylint: disable=eval-used


@dataclass(frozen=True)
class Row:
    """Some series of a metric; see `counter`, `gauge`, `histogram`, `summary` for the kinds."""
    name: str
    kind: str
    type: str
    value: str                      # expression: rate, level, or durations
    labels: dict
    per: str = ""                   # expression: observations per second
    bounds: tuple = ()              # of buckets, or quantiles; in the unit of the metric
    unit: float = 1                 # 1000 for milliseconds
    noise: float = 0.0              # how far a level wanders
    whole: bool = False             # a level that is a number of things
    most: float = math.inf
    rare: bool = False              # events with a chance of their own, such as errors
    help: str = ""


def counter(name, rate, /, kind="counter", rare=False, help="", **labels):
    """Grows by RATE per second; KIND is what the exporter calls its type."""
    return Row(name, "counter", kind, rate, labels, rare=rare, help=help)


def gauge(name, level, /, kind="gauge", noise=0.05, whole=False, most=math.inf, help="", **labels):
    return Row(name, "gauge", kind, level, labels, noise=noise, whole=whole, most=most, help=help)


def count(name, level, /, **labels):
    """A gauge of things that can be counted."""
    return gauge(name, level, whole=True, **labels)


def fixed(name, level, /, **labels):
    """A gauge that stays what it is: a limit, a size, information in labels."""
    return gauge(name, level, noise=0.0, **labels)


def histogram(name, time, bounds, /, per="requests", unit=1, help="", **labels):
    return Row(name, "histogram", "histogram", time, labels, per=per, bounds=tuple(bounds),
               unit=unit, help=help)


def sizes(name, size, bounds, /, per="requests", **labels):
    """A histogram of what is no duration."""
    return histogram(name, size, bounds, per=per, **labels)


def summary(name, time, quantiles=(), /, per="requests", unit=1, help="", **labels):
    return Row(name, "summary", "summary", time, labels, per=per, bounds=tuple(quantiles),
               unit=unit, help=help)


def each(label, rates, make):
    """A row for each value of a label: {value: expression}, MAKE(expression, {label: value})."""
    return [make(rate, {label: value}) for value, rate in rates.items()]


@dataclass(frozen=True)
class Incident:
    """What is wrong: durations and numbers are multiplied by `factors` or set to `levels`.

    `inside` is the part of the component that is at fault, where it has parts of its own.
    """
    says: str
    factors: dict = field(default_factory=dict, hash=False)
    levels: dict = field(default_factory=dict, hash=False)
    inside: str = ""

    def change(self, state):
        changed = {key: value * self.factors.get(key, 1) for key, value in state.items()}
        unknown = (set(self.factors) | set(self.levels)) - set(state)
        if unknown:
            raise KeyError(f"no such state: {', '.join(sorted(unknown))}")
        return {**changed, **self.levels}


@dataclass(frozen=True)
class Component:
    """A component: its role in a RAG stack, its state when all is well, and its metrics."""
    name: str
    role: str
    state: dict = field(hash=False)
    rows: tuple
    incident: Incident
    total: str = ""                 # how long a caller waits for it
    fails: str = "0"                # the share of calls that fail
    prefix: str = ""                # of its metrics, which a renamed copy does not have
    dotted: bool = False            # names in UTF-8, for Prometheus 3 alone

    def variant(self, name, names, labels=None, **changes):
        """The same under other names, {old name: new name, or None for no longer there}."""
        rows = []
        for row in self.rows:
            new = names.get(row.name, row.name)
            if new:
                own = {(labels or {}).get(key, key): value for key, value in row.labels.items()
                       if (labels or {}).get(key, key)}
                rows.append(replace(row, name=new, labels=own))
        return replace(self, name=name, rows=tuple(rows), **changes)
