"""The instrumentation of the RAG agent: the metrics of the article, and how they are read.

Names, types and labels are those a Kotaemon agent would export with prometheus_client.
Latencies are Histograms, because only buckets give a P95; as Summaries (the article's choice)
Python exports a count and a sum, from which nothing but the mean can be had.
"""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Summary
from prometheus_client.core import Metric

STAGES = ("retrieval", "generation", "tool_call")
TOOLS = ("calculator", "python", "sql_query", "web_search")

# Fine where a RAG agent lives when it is well (0.1-0.75 s) and when it is ill (1-3 s).
BUCKETS = (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.75,
           1.0, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0, 4.0, 5.0, 7.5, 10.0, 30.0)


class AgentMetrics:
    """One replica's metrics, in a registry of their own."""

    def __init__(self, summary=False):
        self.registry = CollectorRegistry()
        self.has_exemplars = not summary

        def latency(name, documentation):
            if summary:
                return Summary(name, documentation, registry=self.registry)
            return Histogram(name, documentation, buckets=BUCKETS, registry=self.registry)

        self.retrieval = latency("kotaemon_retrieval_latency_seconds",
                                 "Document retrieval latency")
        self.generation = latency("kotaemon_generation_latency_seconds",
                                  "LLM response generation latency")
        self.vector_db = latency("vector_db_query_duration_seconds",
                                 "Vector database query, with the wait for a connection")
        tool_calls = Counter("kotaemon_tool_call_total", "Tool call count", ["tool_name"],
                             registry=self.registry)
        errors = Counter("kotaemon_error_total", "Error count", ["stage"],
                         registry=self.registry)
        # Every label value is there from the start: rate() cannot see the first increment of
        # a series that is born with it.
        self.tool_calls = {tool: tool_calls.labels(tool) for tool in TOOLS}
        self.errors = {stage: errors.labels(stage) for stage in STAGES}
        self.connections_active = Gauge("vector_db_connections_active",
                                        "Connections of the pool that are handed out",
                                        registry=self.registry)
        self.connections_max = Gauge("vector_db_connections_max", "Size of the connection pool",
                                     registry=self.registry)


class Carried:
    """A view of a registry whose counters start at the values they had at the end of the past.

    The past week is not simulated in the metric objects themselves, yet a counter that fell to
    zero where the week ends would look like a restart of the pod. Creation times are left out:
    they would tell of the simulation, not of the agent.
    """

    def __init__(self, registry, totals=None):
        self._registry = registry
        self._totals = totals or {}

    def collect(self):
        for metric in self._registry.collect():
            view = Metric(metric.name, metric.documentation, metric.type)
            for sample in metric.samples:
                if sample.name.endswith("_created"):
                    continue
                total = self._totals.get(series(sample), 0)
                view.samples.append(sample._replace(value=sample.value + total))
            yield view

    def restart(self):
        """From here on counters count from zero, as those of a new process do."""
        self._totals = {}
        gauges = self.gauges()
        self._totals = {key: -value for key, value in self.read().items() if key not in gauges}

    def read(self):
        """The samples of the registry as {series: value}, always in the same order."""
        return {series(sample): sample.value
                for metric in self.collect() for sample in metric.samples}

    def gauges(self):
        """The series whose values do not add up over time."""
        return {series(sample)
                for metric in self.collect() if metric.type == "gauge"
                for sample in metric.samples}


def series(sample):
    """What tells a sample's series from the others of its replica: name and own labels."""
    return sample.name, tuple(sample.labels.items())
