"""Small models of exporters: what a target exports, as a function of time.

Nothing is drawn by chance: the same moment has the same samples in every run.
"""

import math

AT = 1770120000             # 2026-02-03T12:00:00Z, the moment that is judged
MINUTE, HOUR = 60, 3600
STEP = MINUTE               # the scrape interval
START = AT - 7 * HOUR       # the first scrape
BORN = START - 2 * HOUR     # when the processes started, and their counters were 0


class Lognormal:
    """Durations around MEDIAN seconds."""

    def __init__(self, median, sigma=0.3):
        self.median, self.sigma = median, sigma

    @property
    def mean(self):
        return self.median * math.exp(self.sigma ** 2 / 2)

    def below(self, bound):
        """The share of durations that are at most BOUND."""
        if bound <= 0:
            return 0.0
        return (1 + math.erf(math.log(bound / self.median) / self.sigma / math.sqrt(2))) / 2

    def times(self, factor):
        return Lognormal(self.median * factor, self.sigma)


class Scrape:
    """The samples of one target at TIME; the incident began at ONSET."""

    def __init__(self, time, onset):
        self.time, self.onset = time, onset
        self.samples = []       # (name, labels, value)

    @property
    def in_incident(self):
        return self.time > self.onset

    def spent(self, until=None, since=BORN):
        """Seconds since SINCE before the incident, and seconds in it; none after UNTIL."""
        time = min(self.time, until) if until else self.time
        return min(time, self.onset) - since, max(0, time - self.onset)

    def grown(self, rate, later=None, **spent):
        """What RATE per second has added up to; LATER is the rate during the incident."""
        before, during = self.spent(**spent)
        return rate * before + (rate if later is None else later) * during

    def add(self, name, value, /, **labels):
        self.samples.append((name, labels, value))

    def histogram(self, name, durations, rate, bounds, later=None, scale=1, inf=True,
                  labels=None, **spent):
        """RATE durations per second; LATER: the durations during the incident.

        SCALE is 1000 for milliseconds; BOUNDS are in that unit.
        """
        labels = labels or {}
        later = later or durations
        before, during = (rate * seconds for seconds in self.spent(**spent))
        for bound in bounds:
            self.add(name + "_bucket", math.floor(before * durations.below(bound / scale) +
                                                  during * later.below(bound / scale)),
                     le=number(bound), **labels)
        if inf:
            self.add(name + "_bucket", math.floor(before + during), le="+Inf", **labels)
        self.add(name + "_count", math.floor(before + during), **labels)
        self.add(name + "_sum", scale * (before * durations.mean + during * later.mean), **labels)


def number(value):
    if math.isnan(value):
        return "NaN"
    return str(int(value)) if value == int(value) else repr(float(value))


def quoted(value):
    return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def openmetrics(scrapes, **labels):
    """The scrapes as OpenMetrics, each series in the order of time; LABELS are those of the target."""
    series = {}
    for scrape in scrapes:
        for name, own, value in scrape.samples:
            text = ",".join(f"{k}={quoted(v)}" for k, v in {**labels, **own}.items())
            series.setdefault(f"{name}{{{text}}}", []).append((scrape.time, value))
    return "".join(f"{key} {number(value)} {time}\n"
                   for key, values in series.items() for time, value in values)
