"""More of everything than can be shown: what matters is kept, and the rest is counted."""

from case import Case
from exporter import Lognormal

KEPT = 64


class ManyTools(Case):
    """Of many tools the busiest are judged, wherever they stand in the answer."""
    variants = ({"rare": 200, "busy": "web_search", "rate": .9, "storm": 6, "status": 2},
                {"rare": 90, "busy": "zip_code_lookup", "rate": 2.4, "storm": 4, "status": 1})
    config = """
        stages: [{name: agent, latency: agent_answer_seconds}]
        tools: {calls: agent_tool_calls_total, label: tool}
        """

    def scrape(self, x):
        x.histogram("agent_answer_seconds", Lognormal(1.2, .4), 3, (.25, .5, 1, 2, 3, 5, 10))
        for i in range(self.rare):
            x.add("agent_tool_calls_total", int(x.grown(.002)), tool=f"made-up-{i:04}")
        x.add("agent_tool_calls_total", int(x.grown(self.rate, self.storm * self.rate)),
              tool=self.busy)

    def check(self, test, seen):
        test.assertEqual((seen.status, seen.verdict["condition"]), (self.status, "incident"))
        test.assertEqual((seen.verdict["stage"], seen.verdict["signal"]),
                         (f"tool:{self.busy}", "calls"))
        test.assertIn(self.busy, seen.sentence)
        test.assertEqual(len(seen.document["tools"]), KEPT)
        test.assertEqual(seen.document["tools_more"], self.rare + 1 - KEPT)
        test.assertEqual(seen.document["tools"][0]["tool"], self.busy)
        test.said(seen.warnings, f"{self.rare + 1} tools are called", f"the {KEPT} busiest",
                  f"the other {self.rare + 1 - KEPT} are not")
        test.assertRegex(
            seen.table, rf"\n +and {self.rare + 1 - KEPT:,} more  less busy, not judged\n")


class Replicas(Case):
    """Two Prometheus servers scrape the same targets, and nothing deduplicates."""
    variants = ({"label": "prometheus_replica", "names": ("k8s-0", "k8s-1"), "more": {},
                 "rate": 3, "copies": 2},
                {"label": "replica", "names": ("a", "b", "c"), "more": {"prometheus": "mon/main"},
                 "rate": 5, "copies": 3})
    config = "stages: [{name: answer, latency: rag_answer_seconds}]"

    def scrape(self, x):
        for name in self.names:
            x.histogram("rag_answer_seconds", Lognormal(.4), self.rate, (.1, .25, .5, 1, 2.5),
                        labels={self.label: name, **self.more})

    def check(self, test, seen):
        test.assertEqual((seen.status, seen.verdict["condition"]), (0, "ok"))
        test.said(seen.warnings, f"counted {self.copies} times", f"each {self.label}",
                  f"-l '{self.label}=")


class OwnReplicas(Case):
    """Replicas of the application are no HA pair of servers, nor is one replica alone."""
    variants = ({"labels": [{"replica": "r1"}, {"replica": "r2"}]},
                {"labels": [{"prometheus_replica": "k8s-0", "prometheus": "mon/main"}]})
    config = "stages: [{name: answer, latency: rag_answer_seconds}]"

    def scrape(self, x):
        for labels in self.labels:
            x.histogram("rag_answer_seconds", Lognormal(.4), 3, (.1, .25, .5, 1, 2.5),
                        labels=labels)

    def check(self, test, seen):
        test.assertEqual((seen.status, seen.verdict["condition"]), (0, "ok"))
        test.assertFalse([w for w in seen.warnings if "replica" in w])
