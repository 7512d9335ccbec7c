"""The agent's past, written as OpenMetrics text that `promtool tsdb create-blocks-from` reads.

A week at full detail would take minutes to simulate. Instead a healthy replica is simulated for
a while at each of ten loads, and the week is put together from pieces of that as its rhythm asks:
same code, same distributions, a hundredth of the time.
"""

import operator
import random

from metrics import AgentMetrics, Carried
from simulation import Replica

STEP_SECONDS = 90
LOADS = 10
STEPS_PER_LOAD = 24


class HistoryFile:
    """One OpenMetrics file, without the final `# EOF`: files of several replicas are joined.

    Metric types are left out as well, because promtool makes no use of them.
    """

    def __init__(self, path, labels):
        self._file = open(path, "w", encoding="utf-8")
        self._labels = labels
        self._series = []

    def relabel(self, labels):
        """From now on it is another target."""
        self._labels, self._series = labels, []

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self._file.close()

    def write(self, time, values):
        """Writes a whole scrape, and `up`, the series that Prometheus adds to it."""
        if not self._series:
            self._series = [self._with_labels(*key) for key in (*values, ("up", ()))]
        self._file.write("".join([f"{series} {value} {time}\n" for series, value
                                  in zip(self._series, (*values.values(), 1))]))

    def _with_labels(self, name, own):
        labels = {**self._labels, **dict(own)}
        return name + "{" + ",".join(f'{key}="{value}"' for key, value in labels.items()) + "}"


def write_week(directory, labels, rhythm, summary, seed, start, end):
    """Writes a file per UTC day from start to end, and returns the counters' values at the end.

    A file per day makes a block per day: promtool reads its whole input once for every block.
    """
    chance = random.Random(seed)
    pieces, gauges = _simulated_pieces(summary, seed)
    keys = list(pieces[0][0])
    pieces = [[list(piece.values()) for piece in of_load] for of_load in pieces]
    gauge_positions = [position for position, key in enumerate(keys) if key in gauges]
    totals = [0.0] * len(keys)

    time = start
    while time <= end:
        day = time // 86400
        with HistoryFile(directory / f"day-{day}.om", labels) as file:
            while time <= end and time // 86400 == day:
                # Rounded by chance, so that the mean load is the rhythm's and not a staircase.
                load = int(rhythm(time) * LOADS + chance.random())
                piece = chance.choice(pieces[max(load, 1) - 1])
                for position in gauge_positions:
                    totals[position] = 0.0
                totals = list(map(operator.add, totals, piece))
                file.write(time, dict(zip(keys, totals)))
                time += STEP_SECONDS
    return {key: total for key, total in zip(keys, totals) if key not in gauges}


def _simulated_pieces(summary, seed):
    """For each load a list of steps, each as {series: increase, or value of a gauge}."""
    pieces = []
    for load in range(1, LOADS + 1):
        metrics = AgentMetrics(summary)
        view = Carried(metrics.registry)
        gauges = view.gauges()
        replica = Replica(metrics, lambda _, load=load: load / LOADS, f"{seed} {load}", start=0.0)
        replica.run_until(STEP_SECONDS)
        before = view.read()
        of_load = []
        for step in range(2, STEPS_PER_LOAD + 2):
            replica.run_until(step * STEP_SECONDS)
            after = view.read()
            of_load.append({key: value if key in gauges else value - before[key]
                            for key, value in after.items()})
            before = after
        pieces.append(of_load)
    return pieces, gauges
