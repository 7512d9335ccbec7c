"""Labels, names and expressions that choose nothing: said, with what there is instead."""

from case import Case
from exporter import Lognormal

MODEL = (.5, 1, 2, 3, 5, 8, 10, 15, 20, 30, 60, 120)


class ErrorValueAbsent(Case):
    """An errors counter of which no series has the value that is asked for: 0 %, and said."""
    variants = ({"matcher": 'kind="timeuot"', "values": ("timeout", "oom"),
                 "said": ['no series has kind="timeuot" (errors of llm)', '"timeout"']},
                {"matcher": 'kind="err"', "values": ("ok", "error"),
                 "said": ['no series has kind="err"', "values of kind: error, ok"]},
                {"matcher": 'kind=~"5.."', "values": ("timeout", "oom"),
                 "said": ['no series has kind=~"5.."', "values of kind: oom, timeout"]})
    config = """
        stages: [{name: llm, latency: llm_answer_seconds, errors: 'llm_failures_total{$matcher}'}]
        """

    def scrape(self, x):
        x.histogram("llm_answer_seconds", Lognormal(4.2, .5), 3, MODEL)
        for value in self.values:
            x.add("llm_failures_total", int(x.grown(.1)), kind=value)

    def check(self, test, seen):
        test.said(seen.warnings, "llm_failures_total: ", *self.said)
        errors = seen.row("llm", "errors")
        test.assertEqual((seen.status, errors["current"], errors["state"]), (0, 0, "ok"))


class NothingFailed(Case):
    """Status codes that no request ended with, and a label that says whose errors they are."""
    variants = ({"metric": "llm_requests_total", "label": "code", "values": ("200", "404"),
                 "first": '{code=~"5..|429"}', "second": '{code="500"}'},
                {"metric": "llm_grpc_requests_total", "label": "status", "values": ("2xx",),
                 "first": '{status!~"2.."}', "second": '{status="5xx"}'},
                {"metric": "rag_error_total", "label": "stage", "values": ("retrieval",),
                 "first": '{stage="retrieval"}', "second": '{stage="generation"}'})
    config = """
        stages:
          - {name: llm, latency: llm_answer_seconds, errors: '$metric$first'}
          - {name: chat, latency: llm_answer_seconds, errors: '$metric$second'}
        """

    def scrape(self, x):
        x.histogram("llm_answer_seconds", Lognormal(4.2, .5), 3, MODEL)
        for value in self.values:
            x.add(self.metric, int(x.grown(.001)), **{self.label: value})

    def check(self, test, seen):
        test.assertEqual((seen.status, seen.warnings), (0, []))
        test.assertEqual(seen.row("chat", "errors")["current"], 0)


class LimitMatchesNothing(Case):
    """Matchers of a limit, and of either half of a pair, choose nothing: said like any others."""
    variants = ({"used": 'llm_slots{state="used"}', "limit": 'llm_slots{state="max"}',
                 "count": 'llm_calls_total{kind="chat"}',
                 "said": ["llm_slots: ", 'no series has state="max" (slots of llm)', "maximum, used"]},
                {"used": 'llm_slots{state="used"}', "limit": 'llm_slots{state="maximum"}',
                 "count": 'llm_calls_total{kind="search"}',
                 "said": ["llm_calls_total: ", 'no series has kind="search"', "chat"]})
    config = """
        stages:
          - name: llm
            latency: {sum: llm_spent_seconds, count: '$count'}
            saturation: [{name: slots, used: '$used', limit: '$limit'}]
        """

    def scrape(self, x):
        x.add("llm_spent_seconds", x.grown(.5))
        x.add("llm_calls_total", int(x.grown(5)), kind="chat")
        x.add("llm_slots", 5, state="used")
        x.add("llm_slots", 20, state="maximum")

    def check(self, test, seen):
        test.said(seen.warnings, *self.said)
        test.assertEqual(len(seen.warnings), 1)


class NearestName(Case):
    """The nearest name is found whatever its case, prefix and ending, and is never one that is used."""
    variants = ({"latency": "RAG_CHAT_seconds", "errors": "rag_failures",
                 "said": {"RAG_CHAT_seconds": "rag_chat_seconds", "rag_failures": "rag_failures_total"}},
                {"latency": "chat_ms", "errors": "acme_rag_failures_total",
                 "said": {"chat_ms": "rag_chat_seconds", "acme_rag_failures_total": "rag_failures_total"}},
                {"latency": "{sum: rag_spent_ms, count: rag_spent, unit: ms}", "errors": "rag_failures_total",
                 "said": {"rag_spent": "rag_spends_total"}},
                {"latency": "{sum: rag_chat_secs_sum, count: rag_chat_seconds_count, unit: s}",
                 "errors": "rag_failures_total", "said": {"rag_chat_secs_sum": "rag_chat_seconds_sum"}})
    config = """
        stages: [{name: llm, latency: $latency, errors: $errors}]
        """

    def __init__(self, index):
        super().__init__(index)
        if self.errors == "rag_failures":       # declared as OpenMetrics does, without `_total`
            self.families = (("rag_failures", "counter"),)

    def scrape(self, x):
        x.histogram("rag_chat_seconds", Lognormal(4.2, .5), 3, MODEL)
        x.add("rag_failures_total", int(x.grown(.1)))
        x.add("rag_spent_ms", x.grown(600))
        x.add("rag_spends_total", int(x.grown(5)))

    def check(self, test, seen):
        for name, nearest in self.said.items():
            test.said([note + "." for note in seen.warnings], f"{name}: no such metric",
                      f"the nearest name is {nearest}.")
        test.assertEqual(len(seen.warnings), len(self.said))
        if "{sum" in self.latency:      # a pair that is not there would be a mean as well
            test.assertEqual(seen.row("llm")["statistic"], "mean")
            test.assertNotIn("P95", seen.table)
        if "rag_failures" in self.said:
            test.assertEqual(seen.row("llm", "errors")["current"], None)


class ErrorsOfWhat(Case):
    """Nothing counts the requests of a gauge: what share of them fails is not known."""
    variants = ({"config": "stages: [{name: llm, latency: llm_seconds, errors: llm_failures_total}]",
                 "metric": "llm_seconds"},
                {"config": "stages: [{name: llm, latency: rag_wait_ms, errors: llm_failures_total}]",
                 "metric": "rag_wait_ms"},
                {"config": "stages: [{name: llm, errors: llm_failures_total, "
                           "expr: {latency: max(llm_seconds)}}]", "metric": "llm_seconds"},
                {"config": "stages: [{name: llm, expr: {latency: max(llm_seconds), "
                           "errors: 'sum(rate(llm_failures_total[5m]))'}}]", "metric": "llm_seconds"})

    def scrape(self, x):
        x.add(self.metric, .4 + x.time // 60 % 3 / 100)
        x.add("llm_failures_total", int(x.grown(.001, later=3)))

    def check(self, test, seen):
        errors = seen.row("llm", "errors")
        test.assertEqual((seen.status, errors["current"], errors["state"]), (0, None, "absent"))
        test.assertIn("The errors of llm are unknown: nothing counts the requests.", seen.sentence)
        test.said(seen.warnings, "counts no requests", "Add requests: NAME")
        test.assertRegex(seen.table, r" \? .*errors: requests not counted")


class ExpressionNames(Case):
    """Metrics that only expressions name are looked up as well; of `new or old` one is enough."""
    variants = ({"latency": "rag_chat_secs_sum / rag_chat_seconds_count", "errors": "rate(rag_bad_total[5m])",
                 "state": ("absent", "ok", 0),
                 "said": ["rag_chat_secs_sum: no such metric (latency of llm); the nearest name is "
                          "rag_chat_seconds_sum"]},
                {"latency": "rag_wait", "errors": "sum(rate(rag_badly_total[5m])) or vector(0)",
                 "state": ("ok", "absent", None),
                 "said": ["rag_badly_total: no such metric (errors of llm); the nearest name is "
                          "rag_bad_total"]},
                {"latency": "rag_waiting or rag_wait", "errors": "sum(rate(rag_bad_total[5m]))",
                 "state": ("ok", "ok", 0), "said": []},
                {"latency": "rag_wait", "errors": "rate(rag_never_total[5m]) or rate(rag_gone_total[5m])",
                 "state": ("ok", "absent", None), "families": (),
                 "said": ["rag_never_total: no such metric", "rag_gone_total: no such metric"]},
                {"latency": "rag_wait", "errors": "rate(rag_quiet_total[5m])", "state": ("ok", "ok", 0),
                 "families": (("rag_quiet_total", "counter"),), "said": []})
    config = """
        stages:
          - name: llm
            expr: {latency: "$latency", errors: "$errors", requests: "rate(rag_chat_seconds_count[5m])"}
            saturation: [{name: pool, expr: {used: rag_used, limit: rag_used * 4}}]
        """

    def scrape(self, x):
        x.histogram("rag_chat_seconds", Lognormal(4.2, .5), 3, MODEL)
        x.add("rag_wait", .4 + x.time // 60 % 3 / 100)
        x.add("rag_bad_total", 5)
        x.add("rag_used", 3)

    def check(self, test, seen):
        latency, errors, share = self.state
        row = seen.row("llm", "errors")
        test.assertEqual((row["state"], row["current"]), (errors, share))
        for text in self.said:
            test.said(seen.warnings, text)
        test.assertEqual(len(seen.warnings), len(self.said))
        if latency == "ok":
            test.assertEqual((seen.status, seen.row("llm")["state"]), (0, "ok"))
        else:
            test.assertEqual(seen.row("llm")["reason"], "no such metric")


class UnitOfValue(Case):
    """A latency of half a minute and more asks for a unit that nobody said, whatever sort it is."""
    variants = ({"latency": "latency: rag_wait", "said": "rag_wait (latency of llm): its name"},
                {"latency": "latency: rag_answer", "said": "rag_answer (latency of llm): its name"},
                {"latency": "expr: {latency: rag_wait / 2}", "said": "latency of llm: its expression"},
                {"latency": "latency: rag_wait\n            unit: s", "said": ""},
                {"latency": "latency: rag_wait_seconds_p95", "said": ""},
                {"latency": "expr: {latency: rag_wait_seconds_p95}", "said": ""},
                {"latency": "latency: rag_wait_ms_p95", "said": ""})
    config = """
        stages:
          - name: llm
            $latency
        """

    def scrape(self, x):
        for name in ("rag_wait", "rag_wait_seconds_p95", "rag_wait_ms_p95"):
            x.add(name, 400 + x.time // 60 % 3)
        x.add("rag_answer_sum", x.grown(1200))
        x.add("rag_answer_count", int(x.grown(3)))

    def check(self, test, seen):
        notes = [note for note in seen.warnings if "unit" in note]
        if self.said:
            test.said(notes, self.said, "in seconds it is", "write unit: ms; if in seconds, unit: s")
        test.assertEqual(len(notes), bool(self.said))
        test.near(seen.row("llm")["current"], .4 if "_ms" in self.latency else
                  200 if "/ 2" in self.latency else 400, 0.02)


class PodLabelAbsent(Case):
    """A label that is to tell pods apart, and that no series has."""
    variants = ({"label": "podd", "said": ['llm_answer_seconds: no label "podd" (pod_label)', "has: pod"]},
                {"label": "shard", "said": ['llm_answer_seconds: no label "shard" (pod_label)', "has: pod"]},
                {"label": "pod", "said": None})
    config = """
        stages: [{name: llm, latency: llm_answer_seconds}]
        pod_label: $label
        """

    def scrape(self, x):
        for pod in ("a", "b"):
            x.histogram("llm_answer_seconds", Lognormal(4.2, .5), 3, MODEL, labels={"pod": pod})

    def check(self, test, seen):
        if self.said:
            test.said(seen.warnings, *self.said)
        test.assertEqual((seen.status, len(seen.warnings)), (0, bool(self.said)))


class LabelledMatchNothing(Case):
    """Stages by label, of which the matchers of the metric leave none."""
    variants = ({"matcher": 'model="zz"', "said": ['no series has model="zz"', "model"]},
                {"matcher": 'tenant="a"', "said": ['no label "tenant"', "model"]})
    config = "stages_by_label: {latency: 'llm_answer_seconds{$matcher}', label: model}"

    def scrape(self, x):
        x.histogram("llm_answer_seconds", Lognormal(4.2, .5), 3, MODEL, labels={"model": "m-1"})

    def check(self, test, seen):
        test.said(seen.warnings, "llm_answer_seconds: ", *self.said)
        test.assertEqual(seen.status, 3)


class LabelledErrorsWithoutLabel(Case):
    """Stages by label, and a counter of errors that does not have it: errors are unknown, not 0 %."""
    variants = ({"label": "model", "its": "reason"}, {"label": "step", "its": "code"})
    config = "stages_by_label: {latency: llm_answer_seconds, label: $label, errors: llm_bad_total}"

    def scrape(self, x):
        for value in ("one", "two"):
            x.histogram("llm_answer_seconds", Lognormal(4.2, .5), 3, MODEL,
                        labels={self.label: value})
        x.add("llm_bad_total", x.grown(.5), **{self.its: "x"})

    def check(self, test, seen):
        test.said(seen.warnings, f'llm_bad_total: no label "{self.label}" (stages_by_label.errors)',
                  f"labels it has: {self.its}")
        test.assertEqual([seen.row(s, "errors")["current"] for s in ("one", "two")],
                         [None, None])
