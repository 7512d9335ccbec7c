"""Who was right, and how often."""

import re
from collections import Counter

from story import ANY


# Kinds that ragtop is known to get wrong, and why. They are reported apart and not counted; one
# that is right in all its cases has to be taken off.
KNOWN_WRONG = {
}


def faults_of(answer, verdict):
    """What is not acceptable of ragtop's verdict, of all that is scored; none: it is right."""
    checks = (
        ("severity", verdict.severity in answer.severity),
        ("condition", verdict.condition in answer.conditions),
        ("stage", answer.stages is ANY or verdict.stage in answer.stages),
        ("signal", answer.signals is ANY or verdict.signal in answer.signals),
        ("its name is not in the sentence", answer.stages is ANY or _says(verdict, verdict.stage)),
        *((f"{name} is not in the sentence", _says(verdict, name)) for name in answer.named),
        *((f"false: {claim}", False) for claim in verdict.false))
    return [what for what, good in checks if not good]


def _says(verdict, stage):
    """Whether the sentence names STAGE; a tool by its own name, and the tools together as such."""
    name = (stage or "").removeprefix("tool:")
    name = "tool calls" if name == "tool_call" else name
    return re.search(rf"\b{re.escape(name)}\b", verdict.summary, re.IGNORECASE) is not None


def is_right(answer, verdict):
    return not faults_of(answer, verdict)


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
        return sum(count for kind, count in self._total.items() if kind not in KNOWN_WRONG)

    def right(self, judge):
        return sum(count for (kind, who), count in self._right.items()
                   if who == judge and kind not in KNOWN_WRONG)

    def no_longer_wrong(self):
        """Kinds of KNOWN_WRONG that are right in all their cases."""
        return [kind for kind, total in self._total.items()
                if kind in KNOWN_WRONG and self._right[kind, "ragtop"] == total]

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
            self._both[all(_says(verdict, stage) for stage in case.answer.also)] += 1

    def lines(self):
        """The table, the wrong cases, and what is run besides but not scored."""
        judges = ("ragtop", *self.ways)
        yield f"{'kind':24}" + "".join(f"{judge:>12}" for judge in judges)
        for kind, total in self._total.items():
            counts = [f"{self._right[kind, judge]}/{total}" for judge in judges]
            yield f"{kind:24}" + "".join(f"{count:>12}" for count in counts)
        for case, verdict in self.wrong:
            known = case.kind in KNOWN_WRONG
            yield f"{'known to be wrong' if known else 'wrong'}: {case.name}"
            yield f"    right: {case.answer}"
            yield f"    said:  {verdict}"
            yield f"           {verdict.summary}"
            yield f"    wrong: {'; '.join(faults_of(case.answer, verdict))}"
            if known:
                yield f"    known: {KNOWN_WRONG[case.kind]}"
        for what, counter in (("the pod at fault is named", self._pods),
                              ("both faults are named", self._both)):
            if counter:
                yield f"not scored: {what}: {counter[True]}/{counter.total()}"

    def summary(self):
        said = [f"{judge} {self.right(judge)}/{self.total}" for judge in ("ragtop", *self.ways)]
        return "incidents: " + ", ".join(said)
