"""Targets that stop answering: Prometheus says `up = 0` of them, and nothing else."""

import exporter
from case import Case
from exporter import Lognormal

BOUNDS = (.05, .1, .2, .3, .5, .75, 1, 1.5, 2, 5, 10)


class Targets(Case, abstract=True):
    """Several targets of one job, of which those called STOPPED end at the onset."""
    config = """
        stages:
          - name: $stage
            latency: $latency
        """

    def scrape(self, x):
        for number in range(self.targets):
            instance = f"10.0.0.{number + 1}:8000"
            stops = number < self.stopped
            x.add("up", 0 if stops and x.in_incident else 1, instance=instance)
            if not (stops and x.in_incident):
                x.histogram(self.latency, Lognormal(.4, .4), self.rate, BOUNDS,
                            labels={"instance": instance})


class SomeTargetsGone(Targets):
    """Some of the targets do not answer any more; the others are as ever."""
    variants = ({"stage": "rag", "latency": "rag_answer_seconds", "targets": 6, "stopped": 2,
                 "rate": 3.0, "said": "2 of 6 targets"},
                {"stage": "search", "latency": "acme_search_seconds", "targets": 3, "stopped": 1,
                 "rate": 8.0, "said": "1 of 3 targets"})

    def check(self, test, seen):
        test.assertEqual((seen.status, seen.verdict["condition"]), (1, "incident"))
        test.assertEqual((seen.verdict["stage"], seen.verdict["signal"]), (self.stage, "targets"))
        test.assertRegex(seen.sentence, rf'{self.said} of job "{self.job}" ha(ve|s) not answered '
                                        r"since 11:5[01] \(up = 0\)")
        row = seen.row(self.stage, "targets")
        test.assertEqual((row["current"], row["baseline"]),
                         (self.targets - self.stopped, self.targets))
        test.assertEqual((row["severity"], row["job"]), ("warning", self.job))
        test.said(seen.verdict["evidence"], self.said, "not answered")
        test.said(seen.verdict["next"], "up{", "== 0")


class AllTargetsGone(Targets):
    """No target answers: there is no data, and whose fault that is."""
    variants = ({"stage": "rag", "latency": "rag_answer_seconds", "targets": 1, "stopped": 1,
                 "rate": 3.0, "said": 'the target of job "{}" does not answer'},
                {"stage": "search", "latency": "acme_search_seconds", "targets": 3, "stopped": 3,
                 "rate": 8.0, "minutes": 14, "since": "11:4[67]", "said": 'none of the 3 targets of job "{}" answers'})

    since = "11:50"

    def check(self, test, seen):
        test.assertEqual((seen.status, seen.verdict["condition"]), (3, "no_data"))
        test.assertIn(self.said.format(self.job), seen.sentence)
        test.assertRegex(seen.sentence, f"since {self.since}")
        test.near(seen.row(self.stage)["age"], 60 * self.minutes, 0.1)
        row = seen.row(self.stage, "targets")   # what is not known is not ok
        test.assertEqual((row["current"], row["severity"], row["state"]), (0, "unknown", "no_data"))
        test.assertIn(f'up{{job="{self.job}"}} == 0', seen.verdict["next"][0])
        # however long they have been gone, they were scraped every minute
        test.assertEqual(seen.document["window_seconds"], 300)


class SamplesGone(Case):
    """Nothing arrives any more, and no target says why, as when a remote write is behind."""
    variants = ({"stage": "rag", "latency": "rag_answer_seconds", "rate": 3.0, "minutes": 20},
                {"stage": "search", "latency": "acme_search_seconds", "rate": 8.0, "minutes": 90})
    config = Targets.config

    def scrape(self, x):
        if not x.in_incident:
            x.add("up", 1)
            x.histogram(self.latency, Lognormal(.4, .4), self.rate, BOUNDS)

    def check(self, test, seen):
        test.assertEqual((seen.status, seen.verdict["condition"]), (3, "no_data"))
        test.assertRegex(seen.sentence, "since (11:40|about 10:(2[5-9]|3[0-5]))")
        test.assertNotRegex(seen.sentence, r"\bgone\b|does not answer|up = 0")
        test.near(seen.row(self.stage)["age"], 60 * self.minutes, 0.1)


class GaugeGone(Case):
    """A part whose gauge has no sample any more: the server shows its last value for five minutes."""
    variants = ({"part": "brain", "latency": "osprey_brain_ms", "minutes": 12, "since": "11:48"},
                {"part": "rerank", "latency": "acme_rerank_ms", "minutes": 33, "since": "11:27"})
    config = """
        stages:
          - name: front
            latency: front_seconds
            children: [{name: $part, latency: $latency, unit: ms}]
        """

    def scrape(self, x):
        x.histogram("front_seconds", Lognormal(.4, .4), 4, BOUNDS)
        if not x.in_incident:
            x.add(self.latency, 300 + x.time // 60 % 7)

    def check(self, test, seen):
        test.assertIn(f"{self.part.capitalize()} has had no data since {self.since}", seen.sentence)
        test.assertIn(f"no data since {self.since}", seen.row(self.part)["reason"])
        test.assertIn(f"no data since {self.since}", seen.table)
        test.assertEqual(seen.row(self.part)["age"], 60 * self.minutes)


class SamplesGoneForHours(SamplesGone):
    """The same before the span, where a week is known: the hours before say when it was, and if
    they do not, the metrics have not been forgotten."""
    variants = ({"stage": "rag", "latency": "rag_answer_seconds", "rate": 3.0, "minutes": 90,
                 "said": "No data since about 10:(2[5-9]|3[0-5]), (8|9)[0-9] min ago: samples no "
                         "longer arrive"},
                {"stage": "search", "latency": "acme_search_seconds", "rate": 8.0, "minutes": 450,
                 # names are kept by block, so the server may still list those of this morning
                 "said": "No data (since about 04:(2[5-9]|3[0-5]), 7 h ago|for more than 6 h)"
                         ": samples no longer arrive"})

    def moments(self):
        for day in range(7, 0, -1):
            noon = exporter.AT - day * 24 * 60 * exporter.MINUTE
            yield from range(noon - 60 * exporter.MINUTE, noon + 120 * exporter.MINUTE,
                             4 * exporter.STEP)
        yield from range(self.onset - 60 * exporter.MINUTE, exporter.AT + 1, exporter.STEP)

    def check(self, test, seen):
        test.assertEqual((seen.status, seen.verdict["condition"]), (3, "no_data"))
        test.assertRegex(seen.sentence, f"^{self.said}")


class OnePartGoneForDays(Case):
    """One of two metrics has not been there since days: it is said not to be new, or misspelt."""
    variants = ({"part": "llm", "latency": "llm_call_seconds"},
                {"part": "rerank", "latency": "acme_rerank_duration_seconds"})
    config = """
        stages:
          - {name: front, latency: front_seconds}
          - {name: $part, latency: $latency}
        """

    moments = SamplesGoneForHours.moments
    minutes = 0

    def scrape(self, x):
        x.histogram("front_seconds", Lognormal(.4, .4), 3, BOUNDS)
        if exporter.AT - x.time > 2 * 24 * 60 * exporter.MINUTE:
            x.histogram(self.latency, Lognormal(.4, .4), 3, BOUNDS)

    def check(self, test, seen):
        test.assertRegex(seen.sentence, f"(?i)^{self.part} has had no data since about "
                                        "Sun 1 Feb (11:5|12:0)[0-9], 2 d ago")
        test.assertEqual(seen.row(self.part)["current"], None)
