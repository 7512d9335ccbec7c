"""What a latency is, where its exporter or its scrape leaves out, cuts off or spoils a part of it."""

from case import Case
from exporter import AT, Lognormal

FINE = (.05, .1, .15, .2, .25, .3, .35, .4, .5, .6, .75, 1, 1.5, 2, 2.5, 3, 4, 5, 7.5, 10, 30, 60)


class Agent(Case, abstract=True):
    """The article's agent, whose vector database became FACTOR times slower."""
    rate, retrieval, search, generation = 3.0, .25, .2, .45
    slower_retrieval, slower_search = 5, 6
    bounds, inf = FINE, True

    def scrape(self, x):
        for name, median, factor in (
                ("kotaemon_retrieval_latency_seconds", self.retrieval, self.slower_retrieval),
                ("vector_db_query_duration_seconds", self.search, self.slower_search),
                ("kotaemon_generation_latency_seconds", self.generation, 1)):
            usual = Lognormal(median)
            x.histogram(name, usual, self.rate, self.bounds, later=usual.times(factor), inf=self.inf)
        for stage in ("retrieval", "generation", "tool_call"):
            x.add("kotaemon_error_total", int(x.grown(.003 * self.rate)), stage=stage)
        x.add("kotaemon_tool_call_total", int(x.grown(.3 * self.rate)), tool_name="web_search")

    def check_mean(self, test, seen):
        test.assertEqual(seen.status, 2)
        test.assertEqual(seen.verdict["stage"], "vector_db")
        for stage, median, factor in (("retrieval", self.retrieval, self.slower_retrieval),
                                      ("vector_db", self.search, self.slower_search)):
            row = seen.row(stage)
            test.assertEqual(row["statistic"], "mean")
            test.near(row["current"], Lognormal(median).mean * factor)
            test.near(row["ratio"], factor)
            test.near(row["requests"], self.rate * 300)
            test.assertNotIn("histogram_quantile", row["promql"])
        test.no_quantile(seen)


class OnlyInf(Agent):
    """A histogram without buckets of its own has +Inf alone: the mean is what can be known."""
    variants = ({}, {"rate": 8.0, "slower_search": 11, "slower_retrieval": 9})
    bounds = ()

    def check(self, test, seen):
        self.check_mean(test, seen)


class InfDropped(Agent):
    """Where relabelling drops le="+Inf", no quantile can be known, and the count still is."""
    variants = ({}, {"rate": 5.0, "slower_search": 8, "slower_retrieval": 6, "search": .15})
    inf = False

    def check(self, test, seen):
        self.check_mean(test, seen)


class Beyond(Case):
    """All durations lie beyond the last bucket: the bound is no small incident."""
    variants = ({"metric": "kotaemon_retrieval_latency_seconds", "median": .25, "factor": 40, "last": 1},
                {"metric": "acme_lookup_seconds", "median": .3, "factor": 25, "last": 2})
    config = "stages:\n  - {name: retrieval, latency: $metric}\n"

    def scrape(self, x):
        usual = Lognormal(self.median)
        x.histogram(self.metric, usual, 3, [b for b in FINE if b <= self.last],
                    later=usual.times(self.factor))

    def check(self, test, seen):
        row = seen.row("retrieval")
        test.assertEqual((seen.status, row["severity"]), (2, "critical"))
        if row["beyond_buckets"]:
            test.assertEqual(row["current"], self.last)
            test.assertIn(">=", seen.table)
        test.assertIn("mean", seen.sentence)
        test.no_quantile(seen)      # it would say 1 s, whatever happens


class BrokenSum(Case):
    """A _sum that falls cannot be right: there is no mean and no share, but there is a P95."""
    variants = ({"metric": "kotaemon_retrieval_latency_seconds", "median": .25, "factor": 5},
                {"metric": "acme_lookup_seconds", "median": .6, "factor": 4})
    config = "stages:\n  - {name: retrieval, latency: $metric}\n"

    def scrape(self, x):
        usual = Lognormal(self.median)
        x.histogram(self.metric, usual, 3, FINE, later=usual.times(self.factor))
        x.samples = [(name, labels, -value if name.endswith("_sum") else value)
                     for name, labels, value in x.samples]

    def check(self, test, seen):
        row = seen.row("retrieval")
        test.assertEqual((seen.status, row["severity"], row["statistic"]), (2, "critical", "p95"))
        test.near(row["ratio"], self.factor)
        test.assertNotIn("OK: ", seen.sentence)
        test.assertIn("its _sum cannot be right", row["reason"])
        test.said(seen.warnings, self.metric, "its _sum cannot be right", "no mean")


class AverageGauge(Case):
    """A gauge that is an average is no P95, whatever it is configured as."""
    variants = ({"metric": "rest_responses_avg_duration_seconds", "usual": .0055, "now": .0495},
                {"metric": "acme_search_avg_seconds", "usual": .12, "now": .81})
    config = "stages:\n  - {name: search, latency: $metric}\n"

    def scrape(self, x):
        x.add(self.metric, self.now if x.in_incident else self.usual)

    def check(self, test, seen):
        row = seen.row("search")
        test.assertEqual(row["statistic"], "value")
        test.near(row["current"], self.now, 0.01)
        test.near(row["baseline"], self.usual, 0.01)
        test.assertNotIn("P95", seen.table)


class YoungService(Case):
    """Right after a rollout the few samples there are do not make the interval seem long."""
    variants = ({"age": 12, "interval": 5}, {"age": 40, "interval": 10})
    config = "stages:\n  - {name: search, latency: search_seconds}\n"

    def moments(self):
        return range(AT - self.age, AT + 1, self.interval)

    def scrape(self, x):
        x.histogram("search_seconds", Lognormal(.2), 30, FINE)

    def check(self, test, seen):
        test.assertEqual(seen.document["window_seconds"], 300)


class CountsOnly(Case):
    """Requests are counted, but neither buckets nor a sum say how long they take."""
    variants = ({"sums": ()}, {"sums": (float("nan"),)})
    config = "stages: [{name: answer, latency: rag_answer_seconds}]"

    def scrape(self, x):
        x.histogram("rag_answer_seconds", Lognormal(.4), 5, (), later=Lognormal(2))
        x.samples = [sample for sample in x.samples if not sample[0].endswith("_sum")]
        for value in self.sums:
            x.add("rag_answer_seconds_sum", value)

    def check(self, test, seen):
        test.assertEqual((seen.status, seen.verdict["condition"]), (3, "no_data"))
        test.assertEqual(seen.sentence, "The latency of answer is unknown: there are requests, but "
                                        "neither buckets nor a usable sum.")
        row = seen.row("answer")
        test.assertEqual((row["state"], row["current"]), ("unreliable", None))
        test.near(row["requests"], 1500, .1)


class OtherQuantiles(Case):
    """A Summary without the quantile 0.95 says which it has, and its mean is judged."""
    variants = ({"has": (.5, .9, .99), "said": "quantiles 0.5, 0.9 and 0.99"}, {"has": (.9,), "said": "quantile 0.9"})
    config = "stages: [{name: answer, latency: answer_seconds}]"

    def scrape(self, x):
        for q in self.has:
            x.add("answer_seconds", q * (5 if x.in_incident else 1), quantile=str(q))
        x.add("answer_seconds_count", int(x.grown(3)))
        x.add("answer_seconds_sum", x.grown(3 * .3, 3 * 1.5))

    def check(self, test, seen):
        test.assertEqual((seen.status, seen.row("answer")["statistic"]), (2, "mean"))
        test.said(seen.warnings, f"answer_seconds has the {self.said}, but no 0.95: its mean is judged")
