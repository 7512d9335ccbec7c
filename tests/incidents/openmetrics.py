"""Writes the samples of cases as OpenMetrics text, a file per day.

A file per day makes a block per day: promtool reads the whole file once for every block.
"""

import contextlib
import math
import operator

import service
import tree

MOOD_S = 900            # how long a usual mood of the service lasts


class Writer:
    """The files of many cases, open at the same time."""

    def __init__(self, directory):
        self._directory = directory
        self._files = {}
        self._stack = contextlib.ExitStack()
        self.samples = 0

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        for file in self._files.values():
            file.write("# EOF\n")
        self._stack.close()

    @property
    def paths(self):
        return [self._directory / f"day-{day}.om" for day in sorted(self._files)]

    def write(self, case, chance):
        """Writes all samples of a case."""
        for process, source, (pod, pods, time, step, begin) in Lives(case, chance):
            text = process.scrape(source, pod, pods, time, step)
            self.samples += text.count("\n")
            self._file((case.at + begin) // 86400).write(text)

    def _file(self, day):
        if day not in self._files:
            path = self._directory / f"day-{day}.om"
            self._files[day] = self._stack.enter_context(open(path, "w", encoding="utf-8"))
        return self._files[day]


class Lives:
    """All scrapes of a case, (process, source, when): pods in turn, each in the order of time."""

    def __init__(self, case, chance):
        self._case, self._source = case, _Source(case, chance)

    def __iter__(self):
        case = self._case
        generations = [(-math.inf, False, case.pods, case.layout)] + [
            (r.at, r.new_pods, r.pods, r.layout) for r in case.rollouts]
        ends = [at for at, *_ in generations[1:]] + [math.inf]
        template = 0
        for (begin, new_pods, pods, layout), end in zip(generations, ends):
            template += new_pods
            for pod in range(pods):
                kind = tree.Process if case.forms else _Process
                process = kind(case, case.pod_name(pod, template), layout)
                for when in self._life(pod, (begin, end)):
                    yield process, self._source, (pod, pods, *when)

    def _life(self, pod, life):
        """(time, step, begin of the stretch) of all scrapes of a pod."""
        case = self._case
        offset = (7 * pod + 3) % 30     # pods are not scraped at the same moment
        for begin, end, step in case.stretches():
            for time in range(int(begin - offset), int(end - offset), step):
                if life[0] <= time < life[1] and time + case.known_for >= 0:
                    yield time, step, begin


class _Source:
    """Where the requests of a case come from: a stock for every state of its service."""

    def __init__(self, case, chance):
        self.case = case
        self.chance = chance
        self._stocks = {}
        self._services = {}
        self._moods = {}

    def service(self, active, mood):
        key = active, mood
        if key not in self._services:
            result = self.case.service.in_mood(self.case.moods[mood])
            for episode in active:
                result = episode.change(result)
            self._services[key] = result
        return self._services[key]

    def stock(self, active, mood, layout):
        """LAYOUT: of a tree, the forms of its stages."""
        key = active, mood, layout if isinstance(layout, tuple) else None
        if key not in self._stocks:
            self._stocks[key] = self.service(active, mood).stock(layout, self.chance)
        return self._stocks[key]

    def mood(self, time):
        """The mood of a moment; the last twenty minutes have the case's own."""
        if time >= -1200:
            return self.case.mood_now
        slot = time // MOOD_S
        if slot not in self._moods:
            self._moods[slot] = self.chance.randrange(len(self.case.moods))
        return self._moods[slot]


class _Process:
    """One life of one pod: its counters start at zero and only grow."""

    def __init__(self, case, pod, layout):
        self._case = case
        self._layout = layout
        labels = {"namespace": case.name, "job": "agent", "service": "agent", "pod": pod}
        keys = service.series(layout)
        self._prefixes = [_text(name, {**labels, **own}) for name, own in keys]
        self._counts = [place for place, (name, _) in enumerate(keys) if name.endswith("_count")]
        self._gauges = [_text(name, labels) for name in
                        ("vector_db_connections_active", "vector_db_connections_max", "up")]
        self._totals = [0] * len(self._prefixes)
        self._first_error = len(self._prefixes) - len(service.ERRORS)

    def scrape(self, source, pod, pods, time, step):
        """The text of one scrape, after the questions of the STEP seconds before it."""
        case, chance = self._case, source.chance
        active = case.active(time, pod)
        if not all(episode.scraped for episode in active):
            return ""
        end = f" {case.at + time}\n"
        if not case.has_metrics:
            return f"{self._gauges[-1]}1{end}"
        load = math.prod(episode.load for episode in active)
        mood = source.mood(time)
        questions = service.poisson(case.rate / pods * load * step, chance)
        state = source.service(active, mood)
        if questions:
            self._add(source.stock(active, mood, self._layout).take(questions, chance), state,
                      chance)
        if case.lone_error and pod == 0 and time - step < case.lone_error[0] <= time:
            self._totals[self._first_error + service.ERRORS.index(case.lone_error[1])] += 1
        values = service.cumulate(self._totals, self._layout)
        lines = [f"{prefix}{value if isinstance(value, int) else round(value, 4)}{end}"
                 for prefix, value in zip(self._prefixes, values)]
        if case.born_late:
            lines[self._first_error:] = [
                line for line, value in zip(lines[self._first_error:], values[self._first_error:])
                if value]
        gauges = (self._connections(state, case.rate / pods * load, chance), state.pool_size, 1)
        lines += [f"{prefix}{value}{end}" for prefix, value in zip(self._gauges, gauges)]
        return "".join(lines)

    def _add(self, added, state, chance):
        retrievals, _, generations = (added[place] for place in self._counts)
        calls, errors = state.rare(retrievals, generations, chance)
        for place, count in enumerate((*calls, *errors), self._first_error - len(calls)):
            added[place] += count
        self._totals = list(map(operator.add, self._totals, added))

    @staticmethod
    def _connections(state, rate, chance):
        """Connections in use: by Little's law, or those that are lost and waited for."""
        busy = service.poisson(rate * state.searches * state.query.mean, chance)
        lost = state.pool_least * state.pool_size - chance.random() * (state.pool_least > 0)
        return min(state.pool_size, max(busy, round(lost)))


def _text(name, labels):
    return name + "{" + ",".join(f'{key}="{value}"' for key, value in labels.items()) + "} "
