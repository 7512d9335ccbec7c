"""What is no alarm, and has to be said all the same: what is better, and what is bad as ever."""

from case import Case
from exporter import Lognormal

FINE = (.05, .1, .2, .3, .4, .5, .75, 1, 2, 5, 10)


class Remark(Case, abstract=True):
    """A stage that answers as fast as ever."""
    config = """stages:
  - name: answer
    latency: answer_seconds
    errors: answer_errors_total
    saturation: [{name: slots, used: slots_used, limit: slots_max}]
tools: {calls: tool_calls_total, label: tool}"""
    rate = 3.0
    failing = later_failing = .001
    used = 10
    calls = later_calls = .2

    def scrape(self, x):
        x.histogram("answer_seconds", Lognormal(.3), self.rate, FINE)
        x.add("answer_errors_total", int(x.grown(self.rate * self.failing, self.rate * self.later_failing)))
        x.add("slots_used", self.used)
        x.add("slots_max", 100)
        x.add("tool_calls_total", int(x.grown(self.rate * .5)), tool="search")
        x.add("tool_calls_total", int(x.grown(self.rate * self.calls, self.rate * self.later_calls)), tool="sql")

    def check(self, test, seen):
        test.assertEqual(seen.status, 0)
        test.assertRegex(seen.sentence, self.sentence)
        test.assertRegex(seen.row("answer")["reason"], self.reason)


class AlwaysFails(Remark):
    """Where a third always fails, that is as usual, and no health."""
    variants = ({"failing": .3, "later_failing": .3, "share": "30 %"},
                {"failing": .12, "later_failing": .12, "share": "12 %", "rate": 8.0})
    reason = "^normal; errors as usual$"

    @property
    def sentence(self):
        return rf"^OK: 1 stage normal \(.*\)\. Answer fails as often as usual \({self.share}\)\."


class AlwaysFull(Remark):
    """So is a pool that always is as good as full."""
    variants = ({"used": 97}, {"used": 92})

    @property
    def sentence(self):
        return rf"^OK: 1 stage normal \(.*\)\. Answer is as full as usual \(slots {self.used}/100\)\."

    @property
    def reason(self):
        return f"^normal; slots {self.used}/100 as usual$"


class FailsLess(Remark):
    """A fault that is mended is better news than that all is as usual."""
    variants = ({"failing": .2}, {"failing": .06, "rate": 8.0})
    sentence = r"^Nothing is slow or failing in .*\. Answer fails less than usual \(0\.\d+ %, usually \d"
    reason = "^normal; fails less than usual$"


class ToolGone(Remark):
    """A tool that the agent no longer calls is not normal."""
    variants = ({"later_calls": 0}, {"later_calls": .04, "rate": 8.0})
    reason = "^normal$"

    @property
    def sentence(self):
        how = r"called 0\.0\d+ times per question" if self.later_calls else "not called any more"
        return rf"^Nothing is slow or failing in .*\. Tool sql is {how}, usually 0\.20"

    def check(self, test, seen):
        super().check(test, seen)
        tool = next(tool for tool in seen.document["tools"] if tool["tool"] == "sql")
        test.assertEqual(tool["reason"], "called less than usual" if self.later_calls else "not called any more")


class KeepsRestarting(Remark):
    """Between two crashes all looks well."""
    variants = ({"every": 6}, {"every": 7, "rate": 8.0})
    sentence = r"Answer keeps restarting: its counters were reset [3-6] times in the 30 min to \d\d:\d\d"
    reason = "^normal; keeps restarting$"

    def scrape(self, x):
        age = x.time % (self.every * 60) if x.in_incident else 10 ** 5 + x.time % 10 ** 5
        for bound in (*FINE, float("inf")):
            x.add("answer_seconds_bucket", int(age * self.rate * Lognormal(.3).below(bound))
                  if bound < 100 else int(age * self.rate), le="+Inf" if bound > 100 else str(bound))
        x.add("answer_seconds_count", int(age * self.rate))
        x.add("answer_seconds_sum", age * self.rate * Lognormal(.3).mean)

    minutes = 40
    config = "stages: [{name: answer, latency: answer_seconds}]"


class SlowAndRestarting(KeepsRestarting):
    """What is slow as well is an incident, whose sentence says both."""
    sentence = (r"^Answer is the culprit: its P95 is .*\. Answer keeps restarting: its counters were reset [3-6] times "
                r"in the 30 min to \d\d:\d\d")
    reason = "^CULPRIT: slow; keeps restarting$"

    def scrape(self, x):
        age = x.time % (self.every * 60) if x.in_incident else 10 ** 5 + x.time % 10 ** 5
        took = Lognormal(2 if x.in_incident else .3)
        for bound in (*FINE, float("inf")):
            x.add("answer_seconds_bucket", int(age * self.rate * (took.below(bound) if bound < 100 else 1)),
                  le="+Inf" if bound > 100 else str(bound))
        x.add("answer_seconds_count", int(age * self.rate))
        x.add("answer_seconds_sum", age * self.rate * took.mean)

    def check(self, test, seen):
        test.assertEqual(seen.status, 2)
        test.assertRegex(seen.sentence, self.sentence)
        test.assertRegex(seen.row("answer")["reason"], self.reason)
