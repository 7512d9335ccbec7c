"""A RAG agent as a discrete-event simulation.

A question is retrieval (embed, query the vector store, rerank), perhaps a few tool calls, then
generation. Every query needs a connection of a bounded pool. No latency of an incident is
written down anywhere: a scenario only breaks a part (connections are not given back, the model
is slower, a search tool finds nothing), and what the metrics then show follows from the queue.

The clock is whatever `run_until` is given, so that the same code plays 90 minutes in a second or
goes along with real time.
"""

import heapq
import itertools
import random
from collections import deque
from dataclasses import dataclass
from time import time as wall_clock

QUESTIONS_PER_SECOND = 5.5      # per replica, in a busy hour
QUESTIONS_AT_ONCE = 9           # the server's concurrency limit; over it, 503 (see Replica.arrive)
POOL_SIZE = 20
POOL_CHECK_SECONDS = 0.5
LIVE_SECONDS = 5        # so near to the clock on the wall is the present

# Medians in seconds and the sigma of the log-normal distribution around them.
EMBEDDING = (0.022, 0.25)
VECTOR_QUERY = (0.220, 0.20)
RERANKING = (0.026, 0.25)
GENERATION = (0.352, 0.165)
TOOL_CALL = (0.25, 0.4)

# The one process of a replica handles all its token streams: each question in flight costs the
# others a little.
SHARED_PROCESS_COST = 0.037

TOOL_SHARE = {"sql_query": 0.10, "web_search": 0.08, "calculator": 0.06, "python": 0.04}
ERROR_SHARE = {"retrieval": 0.002, "generation": 0.003, "tool_call": 0.005}
MOST_SEARCHES = 40


@dataclass(frozen=True)
class Faults:
    """What is broken in the agent; the defaults are an agent in good health."""
    leak: float = 0.0               # share of queries whose connection is never given back
    model_slowdown: float = 1.0     # factor on the model's own time
    search_again: float = 0.0       # chance that a web search finds nothing and is asked again
    search_errors: float = ERROR_SHARE["tool_call"]


HEALTHY = Faults()
SCENARIOS = {
    "article": Faults(leak=0.04),
    "llm": Faults(model_slowdown=3.0),
    "tools": Faults(search_again=7 / 8, search_errors=0.05),
    "calm": HEALTHY,
}


class Rhythm:
    """How busy the agent is over a week, as a share of its busiest hour.

    A demonstration must not depend on the hour it is started at: the week is laid out so that
    the moment `now` is 9 o'clock on a Wednesday in the office that asks the questions.
    """
    HOURS = ((0, 0.10), (5, 0.10), (6, 0.25), (7, 0.80), (8, 0.97), (9, 1.0), (12, 1.0),
             (13, 0.92), (14, 1.0), (17, 0.95), (20, 0.45), (23, 0.15), (24, 0.10))
    WEEKEND = 0.7
    WEDNESDAY, SATURDAY = 2, 5

    def __init__(self, now):
        self._monday = now - self.WEDNESDAY * 86400 - 9 * 3600

    def __call__(self, time):
        days, seconds = divmod(time - self._monday, 86400)
        hour = seconds / 3600
        for (left, low), (right, high) in itertools.pairwise(self.HOURS):
            if hour < right:
                break
        load = low + (high - low) * (hour - left) / (right - left)
        return load * self.WEEKEND if days % 7 >= self.SATURDAY else load


class Simulation:
    """Runs processes in the order of a clock.

    A process is a generator. It yields the seconds it wants to sleep, or None when it has
    queued itself somewhere (as `current`) and will be woken by `wake`.
    """

    def __init__(self, start):
        self.now = start
        self.current = None
        self._events = []
        self._ticket = itertools.count()    # events of the same instant keep their order

    def start(self, process, delay=0.0):
        heapq.heappush(self._events, (self.now + delay, next(self._ticket), process))

    wake = start

    def run_until(self, time):
        while self._events and self._events[0][0] <= time:
            self.now, _, self.current = heapq.heappop(self._events)
            delay = next(self.current, None)
            if delay is not None:
                self.start(self.current, delay)
        self.now = time


class ConnectionPool:
    """A bounded pool with a queue in order of arrival."""

    def __init__(self, simulation, size, active):
        self._simulation = simulation
        self._size = size
        self._active = active       # the gauge
        self._free = size
        self._lost = 0
        self._waiting = deque()
        simulation.start(self._reclaim())

    def acquire(self):
        if self._free:
            self._free -= 1
            self._active.inc()
        else:
            self._waiting.append(self._simulation.current)
            yield None

    def release(self):
        if self._waiting:
            self._simulation.wake(self._waiting.popleft())
        else:
            self._free += 1
            self._active.dec()

    def lose(self):
        """The bug: whoever has the connection forgets it, and the pool counts it as active."""
        self._lost += 1

    def _reclaim(self):
        """The pool's safety net: once every connection is lost, one at a time is taken back.

        Pools have such a net against standstill (removeAbandoned of Commons DBCP, for one). It
        is why a leak is seen as a service that crawls for hours and not as one that stops.
        """
        while True:
            if self._lost == self._size:
                self._lost -= 1
                self.release()
            yield POOL_CHECK_SECONDS


class Replica:
    """One pod of the agent: its questions, its pool, its metrics."""

    def __init__(self, metrics, load, seed, start):
        self._metrics = metrics
        self._load = load
        self._random = random.Random(seed)
        self._traces = random.Random(f"{seed} traces")
        self._in_flight = 0
        self._simulation = Simulation(start)
        self._pool = ConnectionPool(self._simulation, POOL_SIZE, metrics.connections_active)
        self.faults = HEALTHY
        self.run_until = self._simulation.run_until
        metrics.connections_max.set(POOL_SIZE)
        self._simulation.start(self._arrivals())

    def break_at(self, time, faults):
        """Puts faults into the replica at a moment of its future."""
        def process():
            self.faults = faults
            yield from ()
        self._simulation.start(process(), time - self._simulation.now)

    def _arrivals(self):
        while True:
            rate = QUESTIONS_PER_SECOND * self._load(self._simulation.now)
            yield self._random.expovariate(rate)
            # As uvicorn does with --limit-concurrency: a 503 from the server, before any code
            # of the agent, and thus in none of its metrics.
            if self._in_flight < QUESTIONS_AT_ONCE:
                self._simulation.start(self._question())

    def _question(self):
        self._in_flight += 1
        trace = f"{self._traces.getrandbits(128):032x}"
        if (yield from self._retrieval(trace)):
            yield from self._tools()
            yield from self._generation(trace)
        self._in_flight -= 1

    def _retrieval(self, trace):
        started = self._simulation.now
        yield self._seconds(EMBEDDING)
        yield from self._vector_query(trace)
        yield self._seconds(RERANKING)
        self._observe(self._metrics.retrieval, self._simulation.now - started, trace)
        return not self._failed("retrieval", ERROR_SHARE["retrieval"])

    def _vector_query(self, trace):
        started = self._simulation.now
        yield from self._pool.acquire()
        yield self._seconds(VECTOR_QUERY)
        if self._random.random() < self.faults.leak:
            self._pool.lose()
        else:
            self._pool.release()
        self._observe(self._metrics.vector_db, self._simulation.now - started, trace)

    def _tools(self):
        for tool, share in TOOL_SHARE.items():
            if self._random.random() < share:
                yield from self._call(tool, ERROR_SHARE["tool_call"])
                if tool == "web_search":
                    yield from self._search_again()

    def _search_again(self):
        """The agent's loop: as long as the search finds nothing, it asks once more."""
        for _ in range(MOST_SEARCHES):
            if self._random.random() >= self.faults.search_again:
                return
            yield from self._call("web_search", self.faults.search_errors)

    def _call(self, tool, error_share):
        yield self._seconds(TOOL_CALL)
        self._metrics.tool_calls[tool].inc()
        self._failed("tool_call", error_share)

    def _generation(self, trace):
        crowd = 1 + SHARED_PROCESS_COST * self._in_flight
        seconds = self._seconds(GENERATION) * self.faults.model_slowdown * crowd
        yield seconds
        self._observe(self._metrics.generation, seconds, trace)
        self._failed("generation", ERROR_SHARE["generation"])

    def _observe(self, latency, seconds, trace):
        """In the present with an exemplar, which is stamped with the clock on the wall."""
        if self._metrics.has_exemplars and wall_clock() - self._simulation.now < LIVE_SECONDS:
            latency.observe(seconds, {"trace_id": trace})
        else:
            latency.observe(seconds)

    def _failed(self, stage, share):
        failed = self._random.random() < share
        if failed:
            self._metrics.errors[stage].inc()
        return failed

    def _seconds(self, distribution):
        median, sigma = distribution
        return median * self._random.lognormvariate(0.0, sigma)
