"""Silence that is not idleness: what hangs, waits or fails completes nothing, either."""

import exporter
from case import Case
from exporter import Lognormal

FINE = (.05, .1, .2, .3, .4, .5, .75, 1, 2, 5, 10)
MODEL = (.5, 1, 2, 3, 5, 8, 10, 15, 20, 30, 60, 120)


class Hang(Case):
    """A model that hangs completes nothing, while requests run and wait."""
    variants = ({"latency": "vllm:e2e_request_latency_seconds", "running": "vllm:num_requests_running",
                 "waiting": "vllm:num_requests_waiting", "rate": 3.0, "stuck": 64, "queue": 300},
                {"latency": "acme_answer_seconds", "running": "acme_active", "waiting": "acme_queued",
                 "rate": 11.0, "stuck": 128, "queue": 150})
    config = """
        stages:
          - name: llm
            latency: $latency
            saturation:
              - {name: waiting, used: "$waiting"}
              - {name: running, used: "$running"}
        """

    def scrape(self, x):
        x.histogram(self.latency, Lognormal(4.2, .5), self.rate, MODEL, until=x.onset)
        x.add(self.running, self.stuck if x.in_incident else 9)
        x.add(self.waiting, min(self.queue, (x.time - x.onset) // 2) if x.in_incident else 0)

    def check(self, test, seen):
        test.assertIn(seen.status, (1, 2))
        test.assertEqual((seen.verdict["condition"], seen.verdict["stage"]), ("incident", "llm"))
        for words in ("has completed nothing", "since 11:5", f"waiting {self.queue}",
                      f"running {self.stuck}"):
            test.assertIn(words, seen.sentence)


class HangUnderWay(Case):
    """Nothing more waits or runs than ever, but what runs does so all the time, and nothing
    completes."""
    variants = ({"latency": "vllm:e2e_request_latency_seconds", "running": "vllm:num_requests_running",
                 "stage": "llm", "under_way": 14, "rate": 3.0},
                {"latency": "acme_answer_seconds", "running": "acme_active", "stage": "answer",
                 "under_way": 40, "rate": 8.0})
    config = """
        stages:
          - name: $stage
            latency: $latency
            signals: {running: {gauge: "$running"}}
        """

    def scrape(self, x):
        x.histogram(self.latency, Lognormal(4.2, .5), self.rate, MODEL, until=x.onset)
        x.add(self.running, self.under_way)

    def check(self, test, seen):
        test.assertEqual((seen.status, seen.verdict["stage"]), (2, self.stage))
        test.assertRegex(seen.sentence, rf"^(?i:{self.stage}) has completed nothing since 11:5\d, usually {self.rate}/s: "
                         rf"running requests {self.under_way} \(usually {self.under_way}\)\.$")


class NothingUnderWay(HangUnderWay):
    """Where nothing runs, either, nobody asks; that a scrape counts itself is no request."""
    def scrape(self, x):
        x.histogram(self.latency, Lognormal(4.2, .5), self.rate, MODEL, until=x.onset)
        x.add(self.running, 3 + (0 if x.in_incident else self.under_way))

    def check(self, test, seen):
        test.assertEqual((seen.status, seen.verdict["condition"]), (3, "no_traffic"))


class UntimedErrors(Case):
    """Only what succeeds is timed, and all that is asked fails."""
    variants = ({"latency": "rest_responses_duration_seconds", "total": "rest_responses_total",
                 "rate": 8.0},
                {"latency": "acme_query_seconds", "total": "acme_answers_total", "rate": 20.0})
    config = """
        stages:
          - name: vector_db
            latency: $latency
            errors: $total{status=~"5.."}
        """

    def scrape(self, x):
        x.histogram(self.latency, Lognormal(.004, .7), self.rate,
                    (.001, .005, .01, .05, .1, .5, 1, 5), until=x.onset, labels={"status": "200"})
        x.add(self.total, int(x.grown(self.rate, until=x.onset)), status="200")
        x.add(self.total, int(x.grown(.001, later=self.rate)), status="500")

    def check(self, test, seen):
        test.assertEqual((seen.status, seen.verdict["signal"]), (2, "errors"))
        test.near(seen.row("vector_db", "errors")["current"], 1.0, 0.5)
        test.assertIn("vector_db is failing", seen.sentence)


class QueueAndDecode(Case):
    """Two parts of a request each have half of its rise: the sentence names the queue."""
    variants = ({"prefix": "vllm", "rate": 3.0, "queued": 55},
                {"prefix": "acme", "rate": 6.0, "queued": 90})
    config = """
        stages:
          - name: llm
            latency: "$prefix:e2e_request_latency_seconds"
            children:
              - name: queue
                latency: "$prefix:request_queue_time_seconds"
                saturation: [{name: waiting, used: "$prefix:num_requests_waiting"}]
              - {name: prefill, latency: "$prefix:request_prefill_time_seconds"}
              - {name: decode, latency: "$prefix:request_decode_time_seconds"}
        """

    def scrape(self, x):
        bounds = (.3, .5, .8, 1, 1.5, 2, 2.5, 5, 10, 15, 20, 30, 60)
        for name, usual, factor in (("e2e_request_latency", Lognormal(4.2, .5), 1.52),
                                    ("request_queue_time", Lognormal(.01, .5), 120),
                                    ("request_prefill_time", Lognormal(.09, .4), 1.1),
                                    ("request_decode_time", Lognormal(4.0, .5), 1.25)):
            x.histogram(f"{self.prefix}:{name}_seconds", usual, self.rate, bounds,
                        later=usual.times(factor))
        x.add(f"{self.prefix}:num_requests_waiting", self.queued if x.in_incident else 0)

    def check(self, test, seen):
        test.assertEqual((seen.status, seen.verdict["stage"]), (2, "queue"))
        test.assertIn(f"waiting {self.queued}", seen.sentence)
        test.assertIn("ecode", seen.sentence)


class LateExpression(Case):
    """A latency that is an expression, whose samples arrive late: it is judged as of the last."""
    variants = ({"latency": "rag_answer_seconds", "late": 3, "rate": 5.0},
                {"latency": "acme_query_seconds", "late": 4, "rate": 9.0})
    config = """
        stages:
          - name: answer
            expr:
              latency: histogram_quantile(0.95, sum by (le) (rate(${latency}_bucket[2m])))
        """
    minutes = 20

    def moments(self):
        return [time for time in super().moments() if time <= exporter.AT - self.late * 60]

    def scrape(self, x):
        slow = Lognormal(9.0 if x.in_incident else 1.5, .4)
        before, during = x.spent()
        usual = Lognormal(1.5, .4)
        for bound in MODEL:
            x.add(self.latency + "_bucket", int(self.rate * (
                before * usual.below(bound) + during * slow.below(bound))), le=str(bound))
        x.add(self.latency + "_bucket", int(self.rate * (before + during)), le="+Inf")

    def check(self, test, seen):
        test.assertEqual((seen.status, seen.verdict["condition"]), (2, "incident"))
        test.assertEqual((seen.verdict["stage"], seen.verdict["signal"]), ("answer", "latency"))
        test.assertIn(f"Samples are {self.late}.0 min late", seen.sentence)


class OutlivedByItsRange(LateExpression):
    """The range of an expression reaches back to samples that are older than any window: its value
    is none of now, whatever it is."""
    variants = ({"latency": "rag_answer_seconds", "late": 8, "rate": 5.0, "range": "20m"},
                {"latency": "acme_query_seconds", "late": 13, "rate": 9.0, "range": "30m"})
    config = LateExpression.config.replace("[2m]", "[$range]")
    minutes = 0

    def check(self, test, seen):
        test.assertEqual((seen.status, seen.verdict["condition"]), (3, "no_data"))
        test.assertRegex(seen.sentence, f"^No data since 11:{60 - self.late}: samples no longer arrive")
        test.assertEqual(seen.row("answer")["state"], "stale")


class NotALatency(Case):
    """A gauge says something all the time, but not how long anything takes."""
    variants = ({"says": "NaN", "usually": 300}, {"says": "0", "usually": 80}, {"says": "0", "usually": 0})
    config = ("stages: [{name: answer, latency: {metric: answer_ms, type: gauge, unit: ms}}, "
              "{name: find, latency: find_seconds}]")

    def scrape(self, x):
        usually = self.usually and self.usually + x.time % 7
        x.add("answer_ms", float(self.says) if x.in_incident else usually)
        x.histogram("find_seconds", Lognormal(.3), 3, FINE)

    def check(self, test, seen):
        test.assertEqual(seen.status, 3)
        says = {"NaN": "it reports NaN instead of a latency", "0": "it reports a latency of 0"}[self.says]
        test.assertIn(f"Answer cannot be judged: {says}.", seen.sentence)
        test.assertEqual(seen.row("answer")["state"], "unreliable")
        test.assertIsNone(seen.row("answer")["current"])


class IdleGauge(Case):
    """A gauge of what was measured lately is 0 where nothing is, as at any such hour."""
    variants = ({}, {"busy": 4.5})
    config = NotALatency.config
    busy = 5

    def scrape(self, x):
        hours = (exporter.AT - x.time) / exporter.HOUR
        x.add("answer_ms", 250 if hours > self.busy else 0)
        x.histogram("find_seconds", Lognormal(.3), 3, FINE)

    def check(self, test, seen):
        test.assertEqual(seen.status, 0)
        test.assertNotIn("cannot be judged", seen.sentence)


class RootStops(Case):
    """What a root calls goes on, and it completes nothing."""
    variants = ({"root": "answer"}, {"root": "chat", "rate": 8.0})
    rate = 3.0
    config = """stages:
  - name: $root
    latency: ${root}_seconds
    children: [{name: find, latency: find_seconds}, {name: write, latency: write_seconds}]"""

    def scrape(self, x):
        x.histogram(f"{self.root}_seconds", Lognormal(.8), self.rate, FINE, until=self.onset)
        x.histogram("find_seconds", Lognormal(.3), self.rate, FINE)
        x.histogram("write_seconds", Lognormal(.4), self.rate, FINE)

    def check(self, test, seen):
        test.assertEqual((seen.status, seen.verdict["stage"]), (2, self.root))
        test.assertRegex(seen.sentence, f"^{self.root.capitalize()} has completed nothing since 11:5., usually "
                         rf"{self.rate}/s, while its parts are called as usual\.")
        test.assertRegex(seen.row(self.root)["reason"], "^CULPRIT: completes nothing since 11:5.")


class PartHangs(RootStops):
    """Where a part hangs, its root completes nothing, either."""

    def scrape(self, x):
        x.histogram(f"{self.root}_seconds", Lognormal(.8), self.rate, FINE, until=self.onset)
        x.histogram("find_seconds", Lognormal(.3), self.rate, FINE)
        x.histogram("write_seconds", Lognormal(.4), self.rate, FINE, until=self.onset)
        x.add("write_waiting", 200 if x.in_incident else 1)

    config = RootStops.config.replace("write_seconds}", "write_seconds, "
                                      "saturation: [{name: queue, used: write_waiting}]}")

    def check(self, test, seen):
        test.assertEqual((seen.status, seen.verdict["stage"]), (2, "write"))
        test.assertRegex(seen.sentence, rf"{self.root.capitalize()} has completed no requests since 11:5., "
                         rf"usually {self.rate}/s\.")
        test.assertRegex(seen.row(self.root)["reason"], "^completes nothing since 11:5.")


class Heap(Case):
    """What runs out of memory runs out; no call gives any of it back, so none of it leaks."""
    variants = ({"size": 1e9, "used": .97}, {"size": 512, "used": .93})
    config = ("stages: [{name: answer, latency: answer_seconds, "
              "saturation: [{name: heap, used: heap_used, limit: heap_max}]}]")

    def scrape(self, x):
        x.histogram("answer_seconds", Lognormal(.3), 3, FINE)
        x.add("heap_used", self.size * (self.used if x.in_incident else .45 + x.time % 600 / 60000))
        x.add("heap_max", self.size)

    def check(self, test, seen):
        test.assertEqual(seen.status, 1)
        test.assertRegex(seen.sentence, r"^Answer is running out of capacity: heap \S+ in use, usually 4\d %, since 11:5\d\.")
        test.assertNotIn("leak", str(seen))


class NotTimedAnyMore(Case):
    """Requests come in, all of them fail, and nobody times those: it is not that there are no buckets."""
    variants = ({}, {"rate": 8.0})
    rate = 3.0
    config = ("stages: [{name: answer, latency: answer_seconds, errors: answer_errors_total, "
              "requests: answer_total}]")

    def scrape(self, x):
        x.histogram("answer_seconds", Lognormal(.3), self.rate, FINE, until=self.onset)
        x.add("answer_total", int(x.grown(self.rate)))
        x.add("answer_errors_total", int(x.grown(.001 * self.rate, self.rate)))

    def check(self, test, seen):
        test.assertEqual((seen.status, seen.verdict["signal"]), (2, "errors"))
        test.assertIn("Answer cannot be judged: its requests are no longer timed.", seen.sentence)
        test.assertNotIn("buckets", seen.sentence)


class AnotherRootStops(Case):
    """Beside a root that fails and is slow, another stops: the sentence has what its row has."""
    variants = ({"other": "ingest"}, {"other": "feed"})
    config = "stages: [{name: chat, latency: chat_seconds, errors: chat_errors_total}, {name: $other, latency: ${other}_seconds}]"

    def scrape(self, x):
        x.histogram("chat_seconds", Lognormal(.8), 3, MODEL, later=Lognormal(3.5))
        x.histogram(f"{self.other}_seconds", Lognormal(2), .2, MODEL, until=self.onset)
        x.add("chat_errors_total", int(x.grown(.003, .6)))

    def check(self, test, seen):
        test.assertEqual((seen.status, seen.verdict["stage"]), (2, "chat"))
        test.assertRegex(seen.row(self.other)["reason"], "^completes nothing since 11:5.")
        test.assertRegex(seen.sentence, rf"{self.other.capitalize()} has completed no requests since 11:5., usually ")
