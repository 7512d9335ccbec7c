"""The service of a case, request by request.

A question is a retrieval (embedding, queries of the vector database, reranking), perhaps tool
calls, then generation. The time of a retrieval is its own work plus the time of its queries, as
in life, so that stages nest in the metrics because they nest in every request. A fault changes
the service and never a metric: what the metrics then show follows.
"""

import bisect
import itertools
import math
import operator
from dataclasses import dataclass, field, replace

HISTOGRAMS = ("kotaemon_retrieval_latency_seconds", "vector_db_query_duration_seconds",
              "kotaemon_generation_latency_seconds")
TOOLS = ("calculator", "python", "sql_query", "web_search")
ERRORS = ("retrieval", "generation", "tool_call")

# Layouts of buckets that are met in life.
LAYOUTS = {
    "prometheus_client": (.005, .01, .025, .05, .075, .1, .25, .5, .75, 1, 2.5, 5, 7.5, 10),
    "fine": (.05, .1, .15, .2, .3, .4, .5, .6, .75, 1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 7.5, 10, 15, 30),
    "doubling": tuple(round(.02 * 2 ** k, 2) for k in range(12)),
    "objectives": (.1, .25, .5, 1, 2, 3, 5, 10, 20, 30),
}
STOCK_SIZE = 1200


@dataclass(frozen=True)
class Time:
    """Seconds, log-normal around their median."""
    median: float
    sigma: float

    @property
    def mean(self):
        return self.median * math.exp(self.sigma ** 2 / 2)

    def __mul__(self, factor):
        return replace(self, median=self.median * factor)


@dataclass(frozen=True)
class Service:
    """What a question costs; see `question` for what each number does."""
    embedding: Time
    query: Time
    reranking: Time
    generation: Time
    searches: float = 1.0           # queries of the database per retrieval
    waiting: float = 0.0            # mean seconds that a query waits for a connection
    shard_share: float = 0.0        # queries of a shard that is slower than the others
    shard_factor: float = 1.0
    hang_share: float = 0.0         # queries that hang
    hang_seconds: tuple = (12.0, 30.0)
    hang_fails: bool = False        # whether a query that hung fails its retrieval
    long_share: float = 0.0         # prompts that take the model long
    long_factor: float = 1.0
    tail_share: float = 0.0         # queries and generations that take long for no known reason
    tail_factor: float = 1.0
    errors: dict = field(default_factory=dict, hash=False)      # usual shares that fail: see `rare`
    failures: dict = field(default_factory=dict, hash=False)    # shares that a fault makes fail
    failed_factor: float = 1.0      # how long a failure takes, beside a success
    tools: dict = field(default_factory=dict, hash=False)   # calls per question
    pool_size: int = 100
    pool_least: float = 0.0         # share of the pool that is handed out, whatever the load

    def slower(self, **factors):
        """With the named times multiplied: `slower(query=3)`."""
        return replace(self, **{name: getattr(self, name) * by for name, by in factors.items()})

    def failing(self, **shares):
        return replace(self, failures={**self.failures, **shares})

    def in_mood(self, mood):
        """As fast as the database and the model happen to be."""
        query, generation = mood
        return self.slower(query=query, generation=generation)

    def stock(self, layout, chance):
        return Stock(self, layout, chance)

    def erring(self, **shares):
        return replace(self, errors={**self.errors, **shares})

    def calling(self, **calls):
        return replace(self, tools={**self.tools, **calls})

    @property
    def query_seconds(self):
        """Mean time of a query of the database."""
        return self.query.mean + self.waiting

    @property
    def retrieval_seconds(self):
        return (self.embedding.mean + self.searches * self.query_seconds + self.reranking.mean)

    def question(self, chance):
        """One question: (retrieval, queries, generation or None, errors of the first two)."""
        queries, hung = self._queries(chance)
        retrieval = _draw(self.embedding, chance) + sum(queries) + _draw(self.reranking, chance)
        if (hung and self.hang_fails) or self._fails("retrieval", chance):
            if self.failed_factor < 1:      # it failed before it came to a query
                return retrieval * self.failed_factor, (), None, (1, 0)
            return retrieval, queries, None, (1, 0)
        generation = self._tail(_draw(self.generation, chance), chance)
        if chance.random() < self.long_share:
            generation *= self.long_factor
        failed = self._fails("generation", chance)
        return retrieval, queries, generation * (self.failed_factor if failed else 1), (0, failed)

    def rare(self, retrievals, generations, chance):
        """What is too rare to be drawn with the questions, whose stock would repeat the same few
        over and over: (calls of each tool, errors of each stage), beside the failures of a fault.
        """
        calls = [poisson(generations * self.tools.get(tool, 0.0), chance) for tool in TOOLS]
        shares = dict(self.errors)
        shares["tool_call"] = shares.get("tool_call", 0.0) + self.failures.get("tool_call", 0.0)
        errors = [min(count, poisson(count * shares.get(stage, 0.0), chance))
                  for stage, count in zip(ERRORS, (retrievals, generations, sum(calls)))]
        return calls, errors

    def _queries(self, chance):
        queries, hung = [], False
        for _ in range(_count(self.searches, chance)):
            seconds = self._tail(_draw(self.query, chance), chance)
            if self.waiting:
                seconds += chance.expovariate(1 / self.waiting)
            if chance.random() < self.shard_share:
                seconds *= self.shard_factor
            if chance.random() < self.hang_share:
                seconds, hung = chance.uniform(*self.hang_seconds), True
            queries.append(seconds)
        return queries, hung

    def _fails(self, stage, chance):
        return chance.random() < self.failures.get(stage, 0.0)

    def _tail(self, seconds, chance):
        return seconds * self.tail_factor if chance.random() < self.tail_share else seconds


def _draw(time, chance):
    return time.median * chance.lognormvariate(0.0, time.sigma)


def _count(mean, chance):
    """A whole number whose mean is MEAN."""
    return int(mean) + (chance.random() < mean - int(mean))


def series(layout):
    """(name, own labels) of the counters of a process, in the order of `Stock`."""
    keys = []
    for name in HISTOGRAMS:
        bounds = [f"{bound:g}" for bound in layout] + ["+Inf"] if layout else []
        keys += [(f"{name}_bucket", {"le": bound}) for bound in bounds]
        keys += [(f"{name}_sum", {}), (f"{name}_count", {})]
    keys += [("kotaemon_tool_call_total", {"tool_name": tool}) for tool in TOOLS]
    keys += [("kotaemon_error_total", {"stage": stage}) for stage in ERRORS]
    return keys


def poisson(mean, chance):
    """A number of events whose expected number is MEAN."""
    if mean > 40:
        return max(0, round(chance.gauss(mean, math.sqrt(mean))))
    left, count = math.exp(-mean), 0
    product = chance.random()
    while product > left:
        product *= chance.random()
        count += 1
    return count


class Stock:
    """Questions of one service drawn beforehand, as running totals of every counter.

    Any stretch of it is a number of whole questions in the order in which they were drawn, and
    costs two rows and a subtraction. Buckets are counted one by one here, see `cumulate`.
    """

    def __init__(self, service, layout, chance):
        row = [0] * len(series(layout))
        self._totals = [row]
        for _ in range(STOCK_SIZE):
            row = row[:]
            _count_question(row, service.question(chance), layout)
            self._totals.append(row)

    def take(self, count, chance):
        """What COUNT questions add to every counter."""
        whole, rest = divmod(count, STOCK_SIZE)
        first = chance.randrange(STOCK_SIZE - rest + 1)
        part = map(operator.sub, self._totals[first + rest], self._totals[first])
        if whole:
            part = (a + whole * b for a, b in zip(part, self._totals[-1]))
        return list(part)


def _count_question(row, question, layout):
    retrieval, queries, generation, errors = question
    width = _histogram_width(layout)
    stages = ((retrieval,), queries, () if generation is None else (generation,))
    for base, times in zip(range(0, len(HISTOGRAMS) * width, width), stages):
        for time in times:
            if layout:
                row[base + bisect.bisect_left(layout, time)] += 1
            row[base + width - 2] += time
            row[base + width - 1] += 1
    for place, failed in enumerate(errors, len(row) - len(ERRORS)):
        row[place] += failed


def _histogram_width(layout):
    return (len(layout) + 1 if layout else 0) + len(("sum", "count"))


def cumulate(totals, layout):
    """TOTALS as they are exported: every bucket with all those below it."""
    if not layout:
        return totals
    result = totals[:]
    width = _histogram_width(layout)
    for base in range(0, len(HISTOGRAMS) * width, width):
        last = base + width - 2
        result[base:last] = itertools.accumulate(totals[base:last])
    return result
