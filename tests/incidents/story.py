"""A case: a service, what happened to it, and the answer that is right.

Times are seconds from the moment that is judged, so that the past is negative.
"""

from dataclasses import dataclass, field
from typing import Callable

from service import LAYOUTS, Service
from tree import NATIVE, Tree

MINUTE, HOUR, DAY = 60, 3600, 86400
EVER = float("inf")

ALARM = frozenset({"warning", "critical"})
QUIET = frozenset({"ok", "unknown"})
ANY = None      # whatever stage or signal is named will do


@dataclass(frozen=True)
class Answer:
    """What is right to say. A set holds everything that is acceptable; ANY accepts all."""
    severity: frozenset
    conditions: frozenset
    stages: frozenset | None = ANY
    signals: frozenset | None = ANY
    pod: str | None = None              # the pod that alone is at fault; see `score`
    also: tuple = ()                    # stages that the summary should name besides
    named: tuple = ()                   # stages that it has to name, the culprit or not

    @property
    def alarms(self):
        return self.severity == ALARM

    def __str__(self):
        severity = ("alarm" if self.severity == ALARM else "quiet" if self.severity == QUIET
                    else "/".join(sorted(self.severity)))
        names = ["/".join(sorted(map(str, some)))
                 for some in (self.conditions, self.stages, self.signals) if some is not ANY]
        return " ".join([severity, *names])


@dataclass(frozen=True)
class Episode:
    """A stretch of time in which something is different."""
    begin: float
    end: float = EVER
    change: Callable[[Service], Service] = lambda service: service
    load: float = 1.0
    pods: frozenset | None = None       # None: all of them
    scraped: bool = True
    lost: frozenset = frozenset()       # stages of a tree that nobody exports any more
    up: bool = True                     # False: its target is known and does not answer


@dataclass(frozen=True)
class Rollout:
    """New processes: of the same pods (a restart), or new ones, perhaps more, perhaps with other
    buckets."""
    at: float
    new_pods: bool
    pods: int
    layout: tuple | None


@dataclass
class Case:
    """Everything that decides over the samples and the answer of one incident."""
    name: str
    kind: str
    at: int                             # unix seconds
    service: Service | Tree
    rate: float                         # questions per second, all pods together
    pods: int
    layout: tuple | None = LAYOUTS["fine"]      # None: summaries without quantiles
    answer: Answer | None = None
    episodes: list = field(default_factory=list)
    rollouts: list = field(default_factory=list)
    known_for: float = EVER             # how far back there are samples at all
    interval: int = 0                   # seconds between samples; 0: as `stretches` has it
    weeks: int = 1                      # so many weeks back there are samples of this weekday
    born_late: bool = False             # a counter of errors has no series before its first one
    moods: list = field(default_factory=list)   # usual differences: (query, generation) factors
    mood_now: int = 0
    lone_error: tuple = ()              # (time, stage) of one error besides those of the service
    has_metrics: bool = True            # False: the pods are there, without the agent's metrics
    forms: dict | None = None           # of a tree: how each stage is exported
    workers: int = 1                    # processes that answer on the port of a pod in turn
    doubled_for: float = 0              # so long a second server has written the same samples
    replicas: list = field(default_factory=list)    # (time, desired, available, generation)
    before: int = 65 * MINUTE           # on earlier days there are samples from so long before
    days: int = 7                       # so many days back there are any, and of today
    hours: float = 7                    # so many hours

    def active(self, time, pod):
        """The episodes that POD is in at TIME, oldest first."""
        return tuple(episode for episode in self.episodes
                     if episode.begin <= time < episode.end
                     and (episode.pods is None or pod in episode.pods))

    @property
    def native(self):
        """Whether it has native histograms, which no text holds."""
        return any(form.latency == NATIVE for form in (self.forms or {}).values())

    def pod_name(self, index, generation=0):
        """The names that a Deployment would give; every rollout makes new ones."""
        suffixes = ("x2x7p", "9vqkd", "mzt4c", "f8ndw", "b6rjh", "k4w9s")
        templates = ("6f9c7d5b8", "7b4d8c9f6", "5c8f6b7d9")
        last = suffixes[index % 6] if index < 6 else f"{suffixes[index % 6][:3]}{index:02}"
        return f"agent-{templates[generation]}-{last}"

    def stretches(self):
        """(begin, end, step) of the samples: where a judge looks, and no further."""
        days = [7 * week for week in range(self.weeks, 1, -1)] + list(range(self.days, 0, -1))
        around = [(-day * DAY - self.before, -day * DAY + 40 * MINUTE, 60) for day in days]
        known = [*around, (-self.hours * HOUR, -2 * HOUR, 60), (-2 * HOUR, 1, 30)]
        return [(max(begin, -self.known_for), end, self.interval or step)
                for begin, end, step in known if end > -self.known_for]
