"""Drafting cases: what all kinds share, and the registry of kinds.

A kind is a function that is given a draft of a healthy service, in which seeds have varied
everything, and makes an incident (or none) of it. Its docstring says what happens and why its
answer is right whatever the seed.
"""

import math
import random
from dataclasses import replace

from service import LAYOUTS, Service, Time
from tree import BARE, CLASSIC, LARGE, LEAST_OF_A_POD, Form, Stage, Tree
from story import ALARM, ANY, EVER, HOUR, MINUTE, QUIET, Answer, Case, Episode, Rollout

KINDS = {}
MOST_RATE, MOST_PODS = 100, 50

# Judged moments are at half past seven to half past ten in the morning (UTC) of one Wednesday.
# No block of 18 hours ends near that on any day, so that promtool writes a block per file.
FIRST_MOMENT = 1770190200       # 2026-02-04T07:30:00Z


def kind(function):
    """Registers a kind under its function's name."""
    KINDS[function.__name__.replace("_", "-")] = Draft, function
    return function


def tree_kind(function):
    """The same of a service whose stages and forms of metrics vary."""
    KINDS[function.__name__.replace("_", "-")] = TreeDraft, function
    return function


def make(name, number, seed):
    """The case with NUMBER of the kind with NAME; same seed, same case."""
    drafted, break_it = KINDS[name]
    draft = drafted(name, number, random.Random(f"{seed} {number} {name}"))
    break_it(draft)
    return draft.case


class Draft:
    """A healthy service and its past, to be broken."""

    def __init__(self, name, number, chance):
        self.chance = chance
        rate = self.log_uniform(0.8, 8)
        pods = chance.randint(1, 3)
        service = self._service(rate / pods)
        self.case = Case(name=f"case-{number:03}-{name}", kind=name,
                         at=FIRST_MOMENT + 300 * chance.randint(0, 36),
                         service=service, rate=rate, pods=pods,
                         layout=LAYOUTS[chance.choice(sorted(LAYOUTS))],
                         weeks=chance.choice((1, 2)))
        self.moods(3, 0.04)
        if chance.random() < 0.5:       # fewer questions in the night, as quick as by day
            self.past(-7 * HOUR, -3 * HOUR, load=chance.uniform(0.3, 0.8))
        self.onset = chance.randint(6, 40) * MINUTE

    def _service(self, rate):
        chance = self.chance
        query = Time(self.log_uniform(0.05, 0.8), chance.uniform(0.15, 0.45))
        searches = chance.choice((1, 1, 1, 1, 2))
        busy = rate * searches * query.mean
        return Service(
            embedding=Time(query.median * chance.uniform(0.05, 0.25), 0.25),
            query=query,
            reranking=Time(query.median * chance.uniform(0.1, 0.5), 0.25),
            generation=Time(self.log_uniform(0.3, 2.5), chance.uniform(0.15, 0.5)),
            searches=searches,
            tail_share=chance.uniform(0, 0.02),
            tail_factor=chance.uniform(2, 4),
            errors={"retrieval": chance.uniform(0, 0.004), "generation": chance.uniform(0, 0.005),
                    "tool_call": chance.uniform(0, 0.01)},
            tools={"calculator": chance.uniform(0.03, 0.1), "python": chance.uniform(0.03, 0.1),
                   "sql_query": chance.uniform(0.05, 0.15),
                   "web_search": chance.uniform(0.05, 0.15)},
            pool_size=max(20, 25 * math.ceil(busy)))    # a busy rush is no leak

    # --- numbers

    def log_uniform(self, low, high):
        return math.exp(self.chance.uniform(math.log(low), math.log(high)))

    def factor(self, low=2.5, high=6.0):
        """How many times longer: clear to everybody, whatever the buckets."""
        return self.log_uniform(low, high)

    # --- what happens

    def since_onset(self, change=None, **episode):
        """Makes it last from the onset until now."""
        self.past(-self.onset, EVER, change, **episode)

    def past(self, begin, end, change=None, **episode):
        if change:
            episode["change"] = change
        self.case.episodes.append(Episode(begin, end, **episode))

    def ramp(self, hours, steps, change):
        """CHANGE(share) with a share that grows to 1 over so many hours, 1 since half an hour."""
        begin, end = -hours * HOUR, -HOUR / 2
        width = (end - begin) / (steps - 1)
        for step in range(steps):
            first = begin + step * width
            last = first + width if step < steps - 1 else EVER
            share = (step + 1) / steps
            self.past(first, last, lambda service, share=share: change(service, share))

    def moods(self, count, sigma):
        """How much the speed of the database and of the model usually varies."""
        self.case.moods = [(self.chance.lognormvariate(0, sigma),
                            self.chance.lognormvariate(0, sigma)) for _ in range(count)]
        self.case.mood_now = self.chance.randrange(count)

    def rollout(self, ago, *, new_pods=True, pods=None, layout=None):
        case = self.case
        case.rollouts.append(Rollout(-ago, new_pods, pods or case.pods, layout or case.layout))

    def old_outage(self):
        """Yesterday and a week ago this hour was four times as slow, and failed, too."""
        by = self.chance.uniform(3, 6)
        self.case.weeks = self.chance.choice((1, 2, 4))
        for day in (1, 7):
            self.past(-day * 24 * HOUR - 80 * MINUTE, -day * 24 * HOUR + 60 * MINUTE,
                      lambda service: service.slower(query=by, generation=by)
                      .failing(retrieval=0.1))

    def other_layout(self):
        """A layout of buckets that is not the present one."""
        others = [layout for layout in LAYOUTS.values() if layout != self.case.layout]
        return self.chance.choice(others)

    def only_a_day_known(self):
        self.case.known_for = 24 * HOUR - 10 * MINUTE

    # --- the answer

    def alarm(self, stages=ANY, signals=ANY, **more):
        self.case.answer = Answer(ALARM, _set("incident"), _set(stages), _set(signals), **more)

    def quiet(self, conditions="ok", **more):
        self.case.answer = Answer(QUIET, _set(conditions), **more)

    def well(self):
        """No alarm, and no doubt either: a cron job stays silent."""
        self.case.answer = Answer(_set("ok"), _set("ok"))

    def told(self, *names):
        """An alarm or none: the sentence names them."""
        self.case.answer = Answer(ALARM | QUIET, _set(("ok", "incident")), named=names)

    def unknown(self, condition, **more):
        self.case.answer = Answer(_set("unknown"), _set(condition), **more)


class TreeDraft(Draft):
    """A healthy service of stages that are two or three levels deep.

    `leaf` is one of the deepest stages, which a kind may break; `model` is the language model.
    """

    SHAPES = (
        ("gateway", (("retrieval", (("embedding", ()), ("vector_db", (("index", ()),)))),
                     ("llm", ()))),
        ("answer", (("search", (("index", ()),)), ("llm", ()))),
        ("pipeline", (("retrieval", (("vector_db", ()), ("rerank", ()))),
                      ("generation", (("llm", ()),)))),
    )

    def __init__(self, name, number, chance):
        super().__init__(name, number, chance)
        case = self.case
        self.asked()
        self.on_pods(chance.choice((1, 2, round(self.log_uniform(3, MOST_PODS)))))
        case.layout = LAYOUTS[chance.choice(("fine", "doubling"))]
        self.root, parts = chance.choice(self.SHAPES)
        stages = []
        self._plant(stages, self.root, parts, None)
        case.service = Tree(tuple(stages))
        self.leaf = chance.choice([stage.name for stage in stages
                                   if stage.name in ("index", "vector_db", "rerank", "embedding")
                                   and not case.service.parts(stage.name)])
        self.model = "llm"
        self.exported(CLASSIC)

    def _plant(self, stages, name, parts, parent):
        chance = self.chance
        time = Time(self.log_uniform(0.1, 0.6), chance.uniform(0.15, 0.4))
        if name == "llm":
            time = Time(self.log_uniform(0.3, 1.5), chance.uniform(0.15, 0.4))
        elif parts:
            time = Time(self.log_uniform(0.01, 0.05), 0.25)
        stages.append(Stage(name, time, parent, error=chance.uniform(0, 0.004)))
        for part, its in parts:
            self._plant(stages, part, its, name)

    def asked(self, least=60):
        """At any rate from LEAST questions in five minutes to 100 a second. A part is called once
        per question; of 60 calls enough are beyond the usual P95, where one is 2.5 times as slow,
        or fail, where 8 % do, for chance to be no explanation."""
        self.case.rate = self.log_uniform(least / 300, MOST_RATE)
        self._let_them_count()

    def on_pods(self, pods):
        """PODS. Many are scraped less often, and are known for less of each day and for fewer days:
        there is less to write. A window is of eight minutes then."""
        case = self.case
        case.pods = pods
        case.interval, case.before = (120, 50 * MINUTE) if pods > 3 else (0, 65 * MINUTE)
        if pods > 3:
            case.weeks, self.onset = 1, max(self.onset, 16 * MINUTE)
        if pods > 8:
            case.days, case.hours = 4, 3
            case.layout = LAYOUTS["objectives"]
        self._let_them_count()

    def on_few_pods(self):
        """No more than three, scraped as often as usual."""
        self.on_pods(self.chance.randint(1, 3))

    def _let_them_count(self):
        """Where a pod's own number counts, enough calls are behind it: see LEAST_OF_A_POD."""
        case = self.case
        for form in (case.forms or {}).values():
            case.rate = max(case.rate, case.pods * LEAST_OF_A_POD.get(form.latency, 0))

    def exported(self, latency, **form):
        """Exports all stages as LATENCY."""
        self.case.forms = {stage.name: Form(latency, **form)
                           for stage in self.case.service.stages}
        if latency in LARGE:        # less to write
            self.case.days, self.case.hours = 4, 3
        self._let_them_count()

    def as_any(self, *forms, **form):
        """As one of FORMS, all stages alike; a gauge or an expression with a counter of calls."""
        latency = self.chance.choice(forms)
        self.exported(latency, calls=latency in BARE, **form)

    def form(self, name, **fields):
        """Changes how one stage is exported."""
        self.case.forms[name] = replace(self.case.forms[name], **fields)

    def usually(self, name, **fields):
        """Changes a stage, now and on all days."""
        self.case.service = self.case.service.change(name, **fields)

    def breaks(self, name, **fields):
        """Changes a stage since the onset."""
        self.since_onset(lambda tree: tree.change(name, **fields))

    def breaks_pod(self, pod, name, **fields):
        self.since_onset(lambda tree: tree.change(name, **fields), pods=frozenset({pod}))

    def replicas(self, *changes):
        """What kube-state-metrics tells: (time, desired, available, generation), oldest first. All
        are available before."""
        pods = self.case.pods
        self.case.replicas = [(-EVER, pods, pods, 1), *changes]

    def two_roots(self):
        """Makes retrieval and generation, with all that they call, roots one after the other."""
        parts = (("retrieval", (("vector_db", (("index", ()),)),)), ("generation", (("llm", ()),)))
        stages = []
        for name, its in parts:
            self._plant(stages, name, its, None)
        forms = next(iter(self.case.forms.values()))
        self.case.service, self.root, self.leaf = Tree(tuple(stages)), "retrieval", "index"
        self.case.forms = {stage.name: forms for stage in stages}

    def slows(self, name, by):
        self.since_onset(lambda tree: tree.slower(**{name: by}))


def _set(values):
    if values is ANY:
        return ANY
    return frozenset({values}) if isinstance(values, str) else frozenset(values)
