"""Who was right, and how often."""

from collections import Counter

from story import ANY


def is_right(answer, verdict):
    """Whether ragtop's verdict is an acceptable answer in everything that is scored."""
    return (verdict.severity in answer.severity and verdict.condition in answer.conditions
            and (answer.stages is ANY or verdict.stage in answer.stages)
            and (answer.signals is ANY or verdict.signal in answer.signals))


def is_simply_right(answer, verdict):
    """The same for a way that knows no conditions: alarm or not, and where."""
    if not answer.alarms:
        # "nothing to see" will do where "nobody asks" would be more precise
        return not verdict.alarms
    return verdict.alarms and (answer.stages is ANY or verdict.stage in answer.stages)


class Score:
    """Counts right answers by kind and by judge."""

    def __init__(self, ways):
        self.ways = ways
        self._total = Counter()
        self._right = Counter()
        self._pods = Counter()
        self._both = Counter()
        self.wrong = []
        self.seconds = 0.0

    @property
    def total(self):
        return self._total.total()

    def right(self, judge):
        return sum(count for (_, who), count in self._right.items() if who == judge)

    def add(self, case, verdict, simple):
        """SIMPLE: {way: verdict}."""
        right = is_right(case.answer, verdict)
        self._total[case.kind] += 1
        self._right[case.kind, "ragtop"] += right
        for way, its in simple.items():
            self._right[case.kind, way] += is_simply_right(case.answer, its)
        if not right:
            self.wrong.append((case, verdict))
        self.seconds += verdict.seconds
        if right and case.answer.pod:
            self._pods[verdict.pod == case.answer.pod] += 1
        if right and case.answer.also:
            self._both[all(stage in verdict.summary for stage in case.answer.also)] += 1

    def lines(self):
        """The table, the wrong cases, and what is asked for besides but not scored."""
        judges = ("ragtop", *self.ways)
        yield f"{'kind':24}" + "".join(f"{judge:>12}" for judge in judges)
        for kind, total in self._total.items():
            counts = [f"{self._right[kind, judge]}/{total}" for judge in judges]
            yield f"{kind:24}" + "".join(f"{count:>12}" for count in counts)
        for case, verdict in self.wrong:
            yield f"wrong: {case.name}"
            yield f"    right: {case.answer}"
            yield f"    said:  {verdict}"
            yield f"           {verdict.summary}"
        for what, counter in (("the pod at fault is named", self._pods),
                              ("both faults are named", self._both)):
            if counter:
                yield f"not scored: {what}: {counter[True]}/{counter.total()}"

    def summary(self):
        said = [f"{judge} {self.right(judge)}/{self.total}" for judge in ("ragtop", *self.ways)]
        return "incidents: " + ", ".join(said)
