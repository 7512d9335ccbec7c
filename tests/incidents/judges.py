"""The judges: ragtop, and three simple ways to compare now with what was.

All of them are asked about the same moments of the same server, and answer in one form.
"""

import json
import math
import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import tree
from story import DAY, HOUR, MINUTE

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "property"))

import claims       # noqa: E402  pylint: disable=wrong-import-position

# What decides over the program's behaviour comes from here alone.
CLEARED = ("RAGTOP_", "PROMETHEUS_URL", "NO_COLOR", "LC_", "LANG", "http_proxy", "https_proxy",
           "all_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
CONFIG = str(Path(__file__).resolve().parents[1] / "e2e" / "config")
ENDS_WITHIN_S = 60
STEP_S = 300
LEAST_POINTS = 20


@dataclass(frozen=True)
class Verdict:
    """What a judge says; None where it says nothing of that."""
    severity: str
    condition: str | None = None
    stage: str | None = None
    signal: str | None = None
    pod: str | None = None
    summary: str = ""
    seconds: float = 0.0
    false: tuple = ()       # claims of it that its own rows deny, and why

    @property
    def alarms(self):
        return self.severity in ("warning", "critical")

    def __str__(self):
        return " ".join(filter(None, (self.severity, self.condition, self.stage, self.signal)))


def ragtop(program, url, case, directory):
    """Asks `ragtop report`. What it is configured with lies in DIRECTORY."""
    environment = {name: value for name, value in os.environ.items()
                   if not name.startswith(CLEARED)}
    environment |= {"LC_ALL": "C.UTF-8", "TZ": "UTC", "HOME": "/nonexistent",
                    "XDG_CONFIG_HOME": CONFIG}
    moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(case.at))
    command = [program, "report", "--format", "json", "--at", moment,
               "-l", f'namespace="{case.name}"', url]
    if case.forms:
        configuration = directory / f"{case.name}.yaml"
        configuration.write_text(tree.config_of(case))
        command[2:2] = ["--config", configuration]
    started = time.monotonic()
    try:
        ended = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL,
                               capture_output=True, encoding="utf-8",
                               timeout=ENDS_WITHIN_S, check=False)
    except subprocess.TimeoutExpired:
        return Verdict("failed", seconds=ENDS_WITHIN_S, summary="it does not end")
    seconds = time.monotonic() - started
    try:
        document = json.loads(ended.stdout)
        said = document["verdict"]
    except (ValueError, KeyError):
        return Verdict("failed", seconds=seconds,
                       summary=f"status {ended.returncode}: {ended.stderr.strip()[-500:]}")
    return Verdict(said["severity"], said["condition"], said["stage"], said["signal"],
                   said.get("pod"), said["summary"], seconds,
                   tuple(f"'{claim}': {why}" for claim, why in claims.check(document)[0]))


# --- the simple ways

def over_mean(now, past):
    """How many times the mean; 2 is trouble."""
    mean = statistics.fmean(past)
    return now / mean / 2 if mean else math.inf if now else 0.0


def z_score(now, past):
    """How many standard deviations above the mean; 3 is trouble."""
    return (now - statistics.fmean(past)) / (statistics.stdev(past) or 1) / 3


def median_iqr(now, past):
    """How many interquartile ranges above the median, as BARO's RobustScorer; 3 is trouble.

    A range of zero counts as one, as in the scaler of scikit-learn that BARO takes.
    """
    first, median, third = statistics.quantiles(past, n=4)
    return (now - median) / (third - first or 1) / 3


SIMPLE = {"over-mean": over_mean, "z-score": z_score, "median-IQR": median_iqr}


class Numbers:
    """The numbers of all cases that the simple ways compare: P95 of every stage, its share of
    errors, and calls of every tool per question; at every fifth minute around the same time of the
    last seven days and of the hours before."""

    LATENCIES = {"retrieval": "kotaemon_retrieval_latency_seconds",
                 "vector_db": "vector_db_query_duration_seconds",
                 "generation": "kotaemon_generation_latency_seconds"}
    QUESTIONS = "sum by (namespace) (rate(kotaemon_retrieval_latency_seconds_count[5m]))"

    def __init__(self, prometheus, cases):
        self._values = {case.name: {} for case in cases}
        first = min(case.at for case in cases)
        last = max(case.at for case in cases)
        for day in range(8):
            before = 6 * HOUR if day == 0 else 30 * MINUTE
            after = 0 if day == 0 else 30 * MINUTE
            for what, query in self._queries():
                for labels, samples in prometheus.range(
                        query, first - day * DAY - before, last - day * DAY + after, STEP_S):
                    self._add(labels, what, samples)

    def of(self, case):
        """{(stage, signal): (now, past values)} of a case, where both are known."""
        result = {}
        for what, samples in self._values[case.name].items():
            now = samples.get(case.at, math.nan)
            past = self._past(samples, case.at)
            if not math.isnan(now):
                result[what] = now, past
        return result

    @staticmethod
    def _past(samples, at):
        def known(begin, end):
            return [samples[time] for time in range(begin, end, STEP_S)
                    if not math.isnan(samples.get(time, math.nan))]

        days = [value for then in range(at - 7 * DAY, at, DAY)
                for value in known(then - 30 * MINUTE, then + 30 * MINUTE + 1)]
        return days if len(days) >= LEAST_POINTS else known(at - 6 * HOUR, at - HOUR)

    def _queries(self):
        yield from self._queries_of_trees()
        for stage, metric in self.LATENCIES.items():
            mean = " / ".join(f"sum by (namespace) (rate({metric}_{part}[5m]))"
                              for part in ("sum", "count"))
            yield (stage, "latency"), (
                "histogram_quantile(0.95, sum by (namespace, le) "
                f"(rate({metric}_bucket[5m]))) or {mean}")
        for stage in ("retrieval", "generation"):
            requests = f"sum by (namespace) (rate({self.LATENCIES[stage]}_count[5m]))"
            errors = ("sum by (namespace) "
                      f'(rate(kotaemon_error_total{{stage="{stage}"}}[5m]))')
            yield (stage, "errors"), f"({errors} or 0 * {requests}) / {requests}"
        calls = "sum by (namespace) (rate(kotaemon_tool_call_total[5m]))"
        errors = 'sum by (namespace) (rate(kotaemon_error_total{stage="tool_call"}[5m]))'
        yield ("tool_call", "errors"), f"({errors} or 0 * {calls}) / {calls}"
        yield (None, "calls"), (
            "sum by (namespace, tool_name) (rate(kotaemon_tool_call_total[5m])) "
            f"/ on (namespace) group_left {self.QUESTIONS}")

    @staticmethod
    def _queries_of_trees():
        def quotient(above, below):
            return (f"sum by (namespace) (rate({above}[5m]))"
                    f" / sum by (namespace) (rate({below}[5m]))")

        for stage in ("gateway", "answer", "pipeline", "retrieval", "search", "generation",
                      "embedding", "vector_db", "index", "rerank", "llm"):
            metric = tree.metric_of(stage)

            base = metric.replace("_seconds", "")
            buckets = f"sum by (namespace, le) (rate({metric}_bucket[5m]))"
            native = f"sum by (namespace) (rate({metric}[5m]))"
            yield (stage, "latency"), " or ".join((
                f"histogram_quantile(0.95, {buckets}) >= 0",
                f"histogram_quantile(0.95, {native}) >= 0",
                f'max by (namespace) ({metric}{{quantile="0.95"}})',
                quotient(metric + "_sum", metric + "_count"),
                f'avg by (namespace) ({metric}{{quantile=""}})',
                quotient(base + "_busy_total", base + "_calls_total")))
            yield (stage, "errors"), quotient(f'rag_errors_total{{stage="{stage}"}}',
                                              f"{metric}_count")

    def _add(self, labels, what, samples):
        if labels["namespace"] not in self._values:
            return
        if what[0] is None:
            what = f"tool:{labels['tool_name']}", what[1]
        self._values[labels["namespace"]].setdefault(what, {}).update(samples)


def simple(way, numbers):
    """A simple way's verdict: whatever deviates the most is the culprit."""
    if not any(signal == "latency" for _, signal in numbers):
        return Verdict("unknown")
    scores = {what: SIMPLE[way](now, past) for what, (now, past) in numbers.items()
              if len(past) >= 2}
    if not scores:
        return Verdict("unknown")
    (stage, signal), score = max(scores.items(), key=lambda item: item[1])
    return Verdict("warning", "incident", stage, signal) if score >= 1 else Verdict("ok", "ok")
