"""Names, labels and types that are not what the configuration takes them for."""

import random

from case import Case
from exporter import BORN, Lognormal

MODEL = (.5, 1, 2, 3, 5, 8, 10, 15, 20, 30, 60, 120)
FINE = (.05, .1, .15, .2, .25, .3, .35, .4, .5, .6, .75, 1, 1.5, 2, 2.5, 3, 4, 5, 7.5, 10, 30, 60)


class NamesAbsent(Case):
    """Names that do not exist are said at once, each with the nearest that does."""
    variants = ({"prefix": "vllm", "rate": 3.0}, {"prefix": "acme", "rate": 12.0})
    config = """
        stages:
          - name: llm
            latency: "$prefix:e2e_request_latency_seconds"
            errors: "$prefix:request_failure_total"
            requests: "$prefix:request_succes_total"
            saturation: [{name: waiting, used: "$prefix:num_request_waiting"}]
        """

    def scrape(self, x):
        x.histogram(f"{self.prefix}:e2e_request_latency_seconds", Lognormal(4.2, .5), self.rate, MODEL)
        x.add(f"{self.prefix}:request_success_total", int(x.grown(self.rate)))
        x.add(f"{self.prefix}:num_requests_waiting", 0)

    def check(self, test, seen):
        test.assertEqual((seen.status, seen.verdict["condition"]), (0, "ok"))
        test.said(seen.warnings, f"{self.prefix}:request_failure_total: no such metric (errors of llm)")
        test.said(seen.warnings, f"{self.prefix}:request_succes_total: no such metric",
                  f"the nearest name is {self.prefix}:request_success_total")
        test.said(seen.warnings, f"{self.prefix}:num_request_waiting: no such metric (waiting of llm)",
                  f"the nearest name is {self.prefix}:num_requests_waiting")
        errors = seen.row("llm", "errors")
        test.assertEqual((errors["current"], errors["state"]), (None, "absent"))
        test.near(seen.row("llm")["requests"], self.rate * 300)     # by the latency's count
        test.assertIn("The errors of llm are unknown", seen.sentence)
        test.assertIn(" ? ", seen.table)
        test.assertNotIn("0 %", seen.table)


class NeverFired(Case):
    """A counter that never fired has no series, but its target declares it: that is no error."""
    variants = ({"errors": "field_failures_total", "declared": "field_failures_total"},
                {"errors": "field_faults_total", "declared": "field_faults"})     # OpenMetrics' name
    config = """
        stages:
          - {name: llm, latency: llm_answer_seconds, errors: '$errors{kind="timeout"}'}
        """

    def __init__(self, index):
        super().__init__(index)
        self.families = ((self.declared, "counter"),)

    def scrape(self, x):
        x.histogram("llm_answer_seconds", Lognormal(4.2, .5), 3, MODEL)

    def check(self, test, seen):
        test.assertEqual(seen.status, 0)
        errors = seen.row("llm", "errors")
        test.assertEqual((errors["current"], errors["state"]), (0, "ok"))
        test.assertEqual(seen.warnings, [])
        test.assertIn("OK: ", seen.sentence)


class Renamed(Case):
    """A metric that was renamed has had no data since then, and the rest is judged."""
    variants = ({"old": "vllm:time_per_output_token_seconds",
                 "new": "vllm:request_time_per_output_token_seconds"},
                {"old": "acme_decode_seconds", "new": "acme_decoding_seconds"})
    config = """
        stages:
          - {name: llm, latency: llm_answer_seconds}
          - {name: per_token, latency: "$old"}
        """

    def scrape(self, x):
        x.histogram("llm_answer_seconds", Lognormal(4.2, .5), 3, MODEL)
        x.histogram(self.new if x.in_incident else self.old, Lognormal(.025), 90,
                    (.01, .025, .05, .1, .2, .5, 1))

    def check(self, test, seen):
        test.assertEqual(seen.status, 3)
        row = seen.row("per_token")
        test.assertEqual(row["state"], "no_data")
        test.assertRegex(row["reason"], "no data since 11:(49|50)")
        test.assertRegex(seen.sentence, "per_token has had no data since 11:(49|50)")
        test.assertIn("llm is normal", seen.sentence)


class LabelAbsent(Case):
    """The label that makes the stages is on no series: the labels that are there are said at once."""
    variants = ({"metric": "gen_ai_client_operation_duration_seconds", "label": "operation",
                 "its": "gen_ai_operation_name"},
                {"metric": "acme_step_seconds", "label": "step", "its": "acme_step_name"})
    config = "stages_by_label: {latency: $metric, label: $label}\n"

    def scrape(self, x):
        for value, median in (("chat", 2.), ("embeddings", .1)):
            x.histogram(self.metric, Lognormal(median, .5), 3, (.01, .04, .16, .64, 2.56, 10.24),
                        labels={self.its: value, "model": "m-1"})

    def check(self, test, seen):
        test.assertEqual((seen.status, seen.verdict["condition"]), (3, "no_data"))
        test.assertIn("The server answers", seen.sentence)
        test.assertIn(f'{self.metric} has no label "{self.label}"', seen.sentence)
        test.assertIn(f"Labels it has: {', '.join(sorted([self.its, 'model']))}.", seen.sentence)
        test.assertLess(seen.seconds, 10)       # three time-outs would be 30 s


class MatcherMatchesNothing(Case):
    """A matcher that no series has is said; the series "exist" by their name alone."""
    variants = ({"matcher": 'tenant="acm"', "said": ['no series has tenant="acm"', '"acme"']},
                {"matcher": 'customer="acme"', "said": ['no label "customer"', "tenant"]})
    config = """
        stages:
          - {name: llm, latency: llm_answer_seconds}
          - {name: other, latency: 'llm_answer_seconds{$matcher}'}
        """

    def scrape(self, x):
        x.histogram("llm_answer_seconds", Lognormal(4.2, .5), 3, MODEL, labels={"tenant": "acme"})

    def check(self, test, seen):
        test.said(seen.warnings, "llm_answer_seconds: ", *self.said)
        test.assertEqual(seen.row("other")["current"], None)
        test.assertNotIn("the series exist", seen.sentence)


class SelectorMatchesNothing(Case):
    """The metrics are there, but not where the selector looks."""
    variants = ({"arguments": ("-l", 'zone="nowhere"')}, {"arguments": ("-n", "no-such")})
    config = "stages: [{name: llm, latency: llm_answer_seconds}]\n"

    def scrape(self, x):
        x.histogram("llm_answer_seconds", Lognormal(4.2, .5), 3, MODEL)

    def check(self, test, seen):
        test.assertEqual(seen.status, 3)
        test.assertIn("the server has these metrics, but no series of them matches", seen.sentence)
        test.assertIn("zone" if "zone" in self.arguments[1] else "namespace", seen.sentence)


class CounterAsLatency(Case):
    """A counter of seconds is no latency: no hours are shown, and it is said what to write."""
    variants = ({"base": "elasticsearch_indices_search_query", "factor": 5},
                {"base": "acme_lookup", "factor": 9})
    config = """
        stages:
          - name: search
            latency: ${base}_time_seconds
            requests: ${base}_total
        """

    def scrape(self, x):
        x.add(f"{self.base}_total", int(x.grown(20)), name="es-0")
        x.add(f"{self.base}_time_seconds", x.grown(.6, later=.6 * self.factor), name="es-0")

    def check(self, test, seen):
        row = seen.row("search")
        test.assertEqual((seen.status, row["state"]), (3, "unreliable"))
        test.assertEqual((row["current"], row["baseline"]), (None, None))
        way_out = f"latency: {{sum: {self.base}_time_seconds, count: {self.base}_total, unit: s}}"
        for text in (row["reason"], seen.sentence, " ".join(seen.table.split())):
            test.assertIn("a counter, not a latency", text)
            test.assertIn(way_out, text)
        test.assertNotRegex(seen.table, r"\d h\b")


class TwoCounters(CounterAsLatency):
    """A latency of two counters is a mean like any other."""
    config = """
        stages:
          - name: search
            latency: {sum: "${base}_time_seconds", count: '${base}_total', unit: s}
            children:
              - name: fetch
                latency: {sum: "${base}_fetch_ms{name='es-0'}", count: "${base}_fetches_total"}
        """

    def scrape(self, x):
        super().scrape(x)
        x.add(f"{self.base}_fetches_total", int(x.grown(20)), name="es-0")
        x.add(f"{self.base}_fetch_ms", 1000 * x.grown(.5, later=.5 * self.factor * 1.1), name="es-0")

    def check(self, test, seen):
        test.assertEqual((seen.status, seen.verdict["stage"]), (2, "fetch"))
        for stage, usual, factor in (("search", .03, self.factor), ("fetch", .025, self.factor * 1.1)):
            row = seen.row(stage)
            test.assertEqual((row["statistic"], row["unit"], row["state"]), ("mean", "seconds", "ok"))
            test.near(row["current"], usual * factor)
            test.near(row["baseline"], usual)
            test.near(row["requests"], 20 * 300)
            test.assertNotIn("histogram_quantile", row["promql"])
        test.assertGreater(seen.row("fetch")["blame"], 0.8)
        test.assertFalse(any("histogram_quantile" in step for step in seen.verdict["next"]))


class Saw(Case):
    """Counters of several processes behind one port go back again and again."""
    variants = ({"processes": 4, "rate": .5}, {"processes": 3, "rate": 2.0})
    config = """
        stages:
          - name: retrieval
            latency: kotaemon_retrieval_latency_seconds
            children: [{name: vector_db, latency: vector_db_query_duration_seconds}]
          - {name: generation, latency: kotaemon_generation_latency_seconds}
        """

    def scrape(self, x):
        process = random.Random(x.time).randrange(self.processes)       # whichever answers
        for name, median in (("kotaemon_retrieval_latency_seconds", .25),
                             ("vector_db_query_duration_seconds", .2),
                             ("kotaemon_generation_latency_seconds", .45)):
            x.histogram(name, Lognormal(median), self.rate * (1 + process / 2), FINE,
                        since=BORN - process * 40000)

    def check(self, test, seen):
        test.assertEqual(seen.status, 3)
        for row in seen.document["rows"]:
            test.assertEqual((row["state"], row["current"], row["severity"]),
                             ("unreliable", None, "unknown"))
            test.assertRegex(row["reason"], r"reset \d+ times in \d+ scrapes")
        test.assertRegex(seen.sentence, r"The counters of retrieval, vector_db and generation were "
                         r"reset \d+ times in \d+ scrapes: several processes answer behind one port")
        test.assertIn("can be trusted", seen.sentence)
        test.assertIn("multiprocess", seen.sentence)


class SawOfTwo(Saw):
    """Two workers seldom fall back, but never to where a restart would."""
    variants = ({"processes": 2, "rate": .5}, {"processes": 2, "rate": 2.0})

    def scrape(self, x):
        process = x.time // 60 % 7 // 5         # five scrapes of one, two of the other
        for name, median in (("kotaemon_retrieval_latency_seconds", .25),
                             ("vector_db_query_duration_seconds", .2),
                             ("kotaemon_generation_latency_seconds", .45)):
            x.histogram(name, Lognormal(median), self.rate * (1 + process / 2), FINE,
                        since=BORN - process * 40000)


class SumFalls(Case):
    """A sum that falls makes no mean."""
    variants = ({"latency": "acme_wait_seconds", "sum": "acme_wait_seconds_sum",
                 "count": "acme_wait_seconds_count"},
                {"latency": "{sum: acme_busy_ms, count: acme_done, unit: ms}", "sum": "acme_busy_ms",
                 "count": "acme_done"})
    config = "stages:\n  - {name: queue, latency: $latency}\n"

    def scrape(self, x):
        x.add(self.sum, 1e9 - 900 * (x.time - BORN))
        x.add(self.count, 3 * (x.time - BORN))

    def check(self, test, seen):
        test.assertEqual(seen.status, 3)
        row = seen.row("queue")
        test.assertEqual((row["state"], row["current"]), ("unreliable", None))
        test.assertRegex(seen.sentence, "The latency of queue is unknown")


class UnitUnsaid(Case):
    """Nobody said that it counts milliseconds: a latency of minutes asks for its unit."""
    variants = ({"metric": "milvus_proxy_sq_latency", "last": 17},
                {"metric": "acme_search_latency", "last": 13})
    config = "stages:\n  - {name: vector_db, latency: $metric}\n"

    def scrape(self, x):
        usual = Lognormal(.018, .5)
        x.histogram(self.metric, usual, 9, [2 ** i for i in range(self.last + 1)],
                    later=usual.times(10), scale=1000)

    def check(self, test, seen):
        test.said(seen.warnings, self.metric, "unit: ms", f"{2 ** self.last} s")
        test.assertIn("unit: ms", seen.table)


class PodLabel(Case):
    """Whichever label differs tells pods apart."""
    variants = ({"label": "k8s_pod_name", "more": "", "pods": ("rag-a", "rag-b", "rag-c")},
                {"label": "replica", "more": "", "pods": ("1", "2", "3")},
                {"label": "pod_name", "more": "", "pods": ("rag-a", "rag-b", "rag-c")},
                {"label": "kubernetes_pod_name", "more": "", "pods": ("rag-a", "rag-b", "rag-c")},
                {"label": "hostname", "more": "", "pods": ("gpu-1", "gpu-2", "gpu-3")},
                {"label": "host", "more": "", "pods": ("gpu-1", "gpu-2", "gpu-3")},
                {"label": "engine", "more": "pod_label: engine", "pods": ("e-0", "e-1", "e-2")})
    config = """
        stages:
          - name: retrieval
            latency: kotaemon_retrieval_latency_seconds
            children: [{name: vector_db, latency: vector_db_query_duration_seconds}]
        $more
        """

    def scrape(self, x):
        for pod in self.pods:
            for name, median in (("kotaemon_retrieval_latency_seconds", .25),
                                 ("vector_db_query_duration_seconds", .2)):
                usual = Lognormal(median)
                x.histogram(name, usual, 3, FINE, labels={self.label: pod},
                            later=usual.times(8 if pod == self.pods[-1] else 1))

    def check(self, test, seen):
        test.assertEqual((seen.verdict["stage"], seen.verdict["pod"]), ("vector_db", self.pods[-1]))
        test.assertIn(f"on pod {self.pods[-1]} alone", seen.sentence)
        test.assertIn(f"{self.label}", " ".join(seen.verdict["next"]))


class Scoped(Case):
    """An expression is asked within the selector, too: the other service does not count."""
    variants = ({"now": .4}, {"now": .9})
    config = """
        stages:
          - name: search
            expr:
              latency: sum(rate(search_seconds_sum[5m])) / sum(rate(search_seconds_count[5m]))
              requests: sum by (code) (rate(search_seconds_count[5m]))
        """

    def scrape(self, x):
        x.histogram("search_seconds", Lognormal(self.now), 2, FINE)

    def check(self, test, seen):
        row = seen.row("search")
        test.near(row["current"], Lognormal(self.now).mean, 0.02)
        test.assertIn(f'search_seconds_sum{{job="{self.job}"}}', row["promql"])


class Saturation(Case):
    """A limit may be a plain number, and what is a share already has none."""
    variants = ({"used": 96, "limit": 100, "cache": .97, "unit": "ratio"},
                {"used": 480, "limit": 500, "cache": 96, "unit": "percent"})
    config = """
        stages:
          - name: llm
            latency: llm_answer_seconds
            saturation: [{name: slots, used: llm_slots_used, limit: $limit}]
          - name: cache
            latency: cache_answer_seconds
            saturation: [{name: kv_cache, ratio: llm_cache_used, unit: $unit}]
        """

    def scrape(self, x):
        for name in ("llm_answer_seconds", "cache_answer_seconds"):
            usual = Lognormal(.5)
            x.histogram(name, usual, 3, FINE, later=usual.times(4))
        x.add("llm_slots_used", self.used if x.in_incident else self.limit // 5)
        x.add("llm_cache_used", self.cache if x.in_incident else self.cache / 3)

    def check(self, test, seen):
        test.near(seen.row("llm", "saturation")["current"], self.used / self.limit, 0.01)
        cache = self.cache / (100 if self.unit == "percent" else 1)
        test.near(seen.row("cache", "saturation")["current"], cache, 0.01)
        test.assertIn(f"slots {self.used}/{self.limit}", seen.table)
        test.assertIn(f"kv_cache {100 * cache:.0f} %", seen.table)


class NoNumbers(Case):
    """What was not measured is no number: infinity, what overflows, and rates below none."""
    variants = ({"latency": "search_gauge * Inf"}, {"latency": "search_gauge * 1e308"},
                {"latency": "search_gauge * -1"})
    config = """
        stages:
          - name: search
            expr: {latency: "$latency", errors: "search_gauge * -3", requests: search_gauge + 2}
        """

    def scrape(self, x):
        x.add("search_gauge", .4)

    def check(self, test, seen):
        test.assertEqual(seen.status, 3)
        test.assertEqual(seen.row("search")["current"], None)
        test.assertEqual(seen.row("search", "errors")["current"], None)
        test.assertNotRegex(seen.table, r"(?<![\w.])inf|nan\b|\de\+|\d{9}|(?<!\d)-\d| 0 %")
        test.said(seen.warnings, "is negative", "errors of search")


class ErrorsUnlabelled(Case):
    """Errors by a label that no series has can never be counted: that is not 0 %."""
    variants = ({"label": "stage", "its": "step"}, {"label": "code", "its": "status"})
    config = """
        stages:
          - {name: llm, latency: llm_answer_seconds, errors: 'llm_failures_total{$label="5"}'}
        tools: {calls: llm_tool_calls_total, label: tool}
        """

    def scrape(self, x):
        x.histogram("llm_answer_seconds", Lognormal(4.2, .5), 3, MODEL)
        x.add("llm_failures_total", int(x.grown(.1)), **{self.its: "5"})
        x.add("llm_tool_calls_total", int(x.grown(.4)), tool_name="web_search")

    def check(self, test, seen):
        test.assertEqual(seen.status, 0)
        errors = seen.row("llm", "errors")
        test.assertEqual((errors["current"], errors["state"]), (None, "absent"))
        test.said(seen.warnings, f'llm_failures_total: no label "{self.label}" (errors of llm)',
                  f"labels it has: {self.its}")
        test.said(seen.warnings, 'llm_tool_calls_total: no label "tool" (tool calls)', "tool_name")
        test.assertIn("The errors of llm are unknown", seen.sentence)


class PodsByReplica(Case):
    """What is to be pasted next tells pods apart by the label that does."""
    variants = ({"label": "replica"}, {"label": "k8s_pod_name"})
    config = ("stages: [{name: answer, latency: answer_seconds, "
              "saturation: [{name: slots, used: slots_used, limit: slots_max}]}]")

    def scrape(self, x):
        for i in range(3):
            pod, slow = {self.label: f"r{i}"}, i == 1
            x.histogram("answer_seconds", Lognormal(.3), 3, FINE, labels=pod,
                        later=Lognormal(3 if slow else .3))
            x.add("slots_used", 97 if slow and x.in_incident else 20, **pod)
            x.add("slots_max", 100, **pod)

    def check(self, test, seen):
        test.assertEqual((seen.status, seen.verdict["stage"]), (2, "answer"))
        test.said([seen.sentence], "r1 alone", "on one pod 97 %")
        steps = [step for step in seen.verdict["next"] if "pod" in step.split(":")[0]]
        test.assertEqual(len(steps), 2)
        for step in steps:
            test.assertRegex(step, rf"by \([^)]*\b{self.label}\b")
