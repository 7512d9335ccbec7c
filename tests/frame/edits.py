"""Changes to recorded answers, for what no demo stack does. A story names one as its "edit".

An edit is called with the recording and returns a function as Recording.answer, which takes a
path and parameters and returns (status, body).
"""

import copy
import math
import re
import time
from datetime import datetime, timezone

from replay import is_about_targets

MINUTE_S = 60


def series_of(body):
    data = (body or {}).get("data")
    return data.get("result", []) if isinstance(data, dict) else []


def no_traffic(recording):
    """Since 20 minutes every rate is zero: the pods are up, and nobody asks."""
    since = datetime.fromisoformat(recording.at).timestamp() - 20 * MINUTE_S

    def quiet(sample):
        return [sample[0], "0" if sample[0] > since else sample[1]]

    def answer(path, parameters):
        status, body = copy.deepcopy(recording.answer(path, parameters))
        if "rate(" in dict(parameters).get("query", ""):
            for series in series_of(body):
                if "value" in series:
                    series["value"] = quiet(series["value"])
                else:
                    series["values"] = [quiet(sample) for sample in series["values"]]
        return status, body
    return answer


def pods_gone(recording):
    """Two of the five pods have not answered since 20 minutes."""
    since = datetime.fromisoformat(recording.at).timestamp() - 17 * MINUTE_S
    job = {"job": "kotaemon-agent", "namespace": "rag"}

    def series(value, begin, **labels):
        return {"metric": {**job, **labels}}, value, begin

    def answer(path, parameters):
        if not is_about_targets(parameters):
            status, body = recording.answer(path, parameters)
            nothing = {"status": "success", "data": {"resultType": "vector", "result": []}}
            return (status, body) if body else (200, nothing)   # nobody looked into calm stages
        asked = dict(parameters)
        stages = re.findall(r'"stage","(\d+)"', asked["query"])
        told = [series("5", 0, part="listed"), series("2", since, part="down"),
                *(series("5", 0, stage=stage) for stage in stages)]
        if "time" in asked:
            result = [{**metric, "value": [float(asked["time"]), value]} for metric, value, _ in told]
            return 200, {"status": "success", "data": {"resultType": "vector", "result": result}}
        begin, end, step = (float(asked[key]) for key in ("start", "end", "step"))
        moments = [begin + k * step for k in range(int((end - begin) / step) + 1)]
        result = [{**metric, "values": [[at, value] for at in moments if at >= first]}
                  for metric, value, first in told]
        return 200, {"status": "success", "data": {"resultType": "matrix", "result": result}}
    return answer


STRANGE_NAMES = {
    "calculator": "计算器",
    "python": "py\x1b[31mthon\x07\x00\x9b2J\u202e\n",
    "sql_query": "a_tool_with_a_name_that_is_longer_than_any_column_should_ever_have_to_hold",
    "web_search": "网络搜索与文档检索🔍e\u0301",
}


def strange_names(recording):
    """Tools whose names are wide, long, or try to steer the terminal."""
    def answer(path, parameters):
        status, body = copy.deepcopy(recording.answer(path, parameters))
        for series in series_of(body):
            for label, value in series["metric"].items():
                series["metric"][label] = STRANGE_NAMES.get(value, value)
        return status, body
    return answer


def invented_stages(recording):
    """Stages stage_NN that behave as generation does; 23 as vector_db."""
    real = {23: "vector_db_query_duration_seconds"}
    invented = re.compile(r"stage_(\d+)_latency_seconds")

    def renamed(text):
        return invented.sub(
            lambda m: real.get(int(m[1]), "kotaemon_generation_latency_seconds"), text)

    def answer(path, parameters):
        asked = dict(parameters)
        if path.endswith("/values"):
            names = sorted({m[0] for m in invented.finditer(asked["match[]"])})
            return 200, {"status": "success", "data": [
                name + suffix for name in names for suffix in ("_bucket", "_count", "_sum")]}
        if "resets(" in asked.get("query", ""):        # no counter was
            return 200, {"status": "success", "data": {"resultType": "vector", "result": []}}
        if "count_over_time" in asked.get("query", ""):
            return 200, {"status": "success", "data": {"resultType": "vector", "result": [
                {"metric": {}, "value": [float(asked["time"]), "15"]}]}}
        if "timestamp(" in asked.get("query", ""):     # the last sample of each stage
            stages = re.findall(r'"stage","(\d+)"', asked["query"])
            return 200, {"status": "success", "data": {"resultType": "vector", "result": [
                {"metric": {"stage": stage}, "value": [float(asked["time"]), asked["time"]]}
                for stage in stages]}}
        return recording.answer(path, [(k, renamed(v)) for k, v in parameters])
    return answer


def one_pod(recording):
    """All pods but the last are as fast as ever: no request of theirs takes half a second."""
    def fast(series):
        whole = {}
        for one in series:
            if one["metric"].get("le") == "+Inf":
                whole[one["metric"]["pod"]] = one["value"][1]
        slow = max(whole)
        for one in series:
            pod, bound = one["metric"]["pod"], one["metric"].get("le")
            if pod != slow and bound and float(bound) >= 0.5:
                one["value"][1] = whole[pod]

    def fast_over_time(series):
        slow = max(one["metric"]["pod"] for one in series)
        for one in series:
            if one["metric"]["pod"] != slow:
                one["values"] = [[at, str(min(float(value), 0.35))] for at, value in one["values"]]

    def answer(path, parameters):
        status, body = copy.deepcopy(recording.answer(path, parameters))
        query = dict(parameters).get("query", "")
        if query.startswith("histogram_quantile") and "by (pod, pod_name" in query:
            fast_over_time(series_of(body))
        elif "host, instance, le)" in query:
            fast(series_of(body))
        return status, body
    return answer


def changes(recording):
    """A rollout 14 minutes ago, a pod that it started, and one whose process died since."""
    now = datetime.fromisoformat(recording.at).timestamp()
    pods = [f"kotaemon-agent-deployment-6f9c7d5b8-{suffix}" for suffix in ("x2x7p", "mzt4c")]
    day = 24 * 60 * MINUTE_S

    def started(pod, at):
        if pod == pods[0]:
            return now - 13.5 * MINUTE_S if at >= now - 13.5 * MINUTE_S else None
        return now - 5 * MINUTE_S if at >= now - 4.75 * MINUTE_S else now - day

    def lately(since):
        return lambda at: 1 if at >= now - since else None

    def told(query):
        """The series of the answer: their labels, and a function from a moment to a value."""
        if "process_start_time_seconds" in query:
            return [({"pod": pod}, lambda at, pod=pod: started(pod, at)) for pod in pods]
        if "kube_pod_container_status_restarts_total" in query:
            return [({"pod": pods[1], "container": "agent"}, lately(4.5 * MINUTE_S))]
        if "kube_deployment_status_observed_generation" in query:
            return [({"deployment": "kotaemon-agent"}, lately(14 * MINUTE_S))]
        return None

    def answer(path, parameters):
        asked = dict(parameters)
        series = told(asked.get("query", ""))
        if series is None:
            return recording.answer(path, parameters)
        result = []
        for labels, value_at in series:
            if "start" in asked:
                first, last, step = (float(asked[k]) for k in ("start", "end", "step"))
                moments = [first + i * step for i in range(int((last - first) / step) + 1)]
                values = [[at, str(value_at(at))] for at in moments if value_at(at) is not None]
                result += [{"metric": labels, "values": values}] if values else []
            else:
                at = float(asked["time"])
                result += [{"metric": labels, "value": [at, str(value_at(at))]}]
        return 200, {"status": "success", "data": {
            "resultType": "matrix" if "start" in asked else "vector", "result": result}}
    return answer


def failing_tool(recording):
    """The metric of errors tells the tools apart: of sql_query one call in ten fails now."""
    since = datetime.fromisoformat(recording.at).timestamp() - 8 * MINUTE_S

    def split(sample, share):
        times = 20 if share > 0.5 and sample[0] > since else 1
        return [sample[0], str(float(sample[1]) * share * times)]

    def answer(path, parameters):
        status, body = copy.deepcopy(recording.answer(path, parameters))
        query = dict(parameters).get("query", "")
        if "kotaemon_error_total" in query and "tool_name" in query and series_of(body):
            data = body["data"]
            whole = data["result"][0]
            data["result"] = []
            now = "value" in whole
            for tool, share in (("sql_query", 0.7), ("web_search", 0.3)):
                one = {"metric": {"tool_name": tool}}
                if now:
                    one["value"] = split(whole["value"], share)
                else:
                    one["values"] = [split(sample, share) for sample in whole["values"]]
                data["result"].append(one)
        return status, body
    return answer


def no_exemplars(recording):
    """The server keeps none."""
    def answer(path, parameters):
        if path.endswith("/query_exemplars"):
            return 200, {"status": "success", "data": []}
        return recording.answer(path, parameters)
    return answer


METRICS = ["demo_duration_seconds_bucket", "demo_duration_seconds_count",
           "demo_requests_total", "demo_\x1b[31mred", "up"]
LABELS = ["__name__", "instance", "job", "le", "pod"]
PODS = ["agent-0", "agent-1", "web 日本"]


def wave(line, at):
    """A smooth number that differs from line to line."""
    return f"{10 * (line + 1) + 5 * math.sin(at / 600 + line):.6g}"


def series_for(query):
    """[labels] of what the demo_ metrics of a query are made of."""
    if "le" in query:
        return [{"le": bound} for bound in ("0.1", "0.5", "1.0", "+Inf")]
    count = 1234 if "many" in query else 8 if "demo" in query else 1
    return [{"__name__": "demo", "job": "agent", "pod": f"agent-{i}", "zone": "ab"[i % 2]}
            for i in range(count)]


def queries(recording):
    """A server that answers queries of one's own, too."""
    def data(content, **more):
        return 200, {"status": "success", "data": content, **more}

    def ask(asked):
        query = asked["query"]
        if query.endswith("("):
            return 400, {"status": "error", "errorType": "bad_data", "error":
                         f'invalid parameter "query": 1:{len(query.encode()) + 1}: parse error: '
                         "unclosed left parenthesis"}
        if query.startswith('"'):
            return data({"resultType": "string", "result": [1, query.strip('"')]})
        lines, result = series_for(query), []
        for line, labels in enumerate(lines):
            if "start" in asked:
                start, end, step = (float(asked[name]) for name in ("start", "end", "step"))
                times = [start + i * step for i in range(int((end - start) / step) + 1)]
                result.append({"metric": labels, "values": [[at, wave(line, at)] for at in times]})
            else:
                result.append({"metric": labels,
                               "value": [float(asked["time"]), wave(line, float(asked["time"]))]})
        content = {"resultType": "matrix" if "start" in asked else "vector", "result": result}
        if "stats" in asked:
            content["stats"] = {"samples": {"totalQueryableSamples": 123456}}
        return data(content, **({"infos": ["metric might not be a counter"]}
                                if "rate" in query else {}))

    def answer(path, parameters):
        asked = dict(parameters)
        if "limit" in asked:
            return data(METRICS if "__name__" in path else LABELS if path.endswith("labels") else PODS)
        if "stats" in asked or re.search("demo|^\"", asked.get("query", "")):
            return ask(asked)
        return recording.answer(path, parameters)
    return answer


def alerts(recording):
    """Two rules about the stages, one fires and one is pending, and one about nothing; since when is not told."""
    def rule(name, query, state, summary, **labels):
        alert = {"labels": {"alertname": name, **labels}, "annotations": {"summary": summary},
                 "state": state, "value": "1.73e+00"}
        return {"type": "alerting", "name": name, "query": query, "duration": 180, "keepFiringFor": 0,
                "labels": labels, "annotations": {"summary": summary}, "health": "ok", "alerts": [alert]}

    rag = {"namespace": "rag", "job": "kotaemon-agent"}
    mean = "sum(rate({0}_sum[5m])) / sum(rate({0}_count[5m])) > 1"
    rules = [rule("HighRetrievalLatency", mean.format("kotaemon_retrieval_latency_seconds"), "firing",
                  "Mean retrieval latency is above 1 s: see the vector database, its connection pool and what is "
                  "embedded and reranked around it", severity="critical", **rag),
             rule("VectorDbSlow", mean.format("vector_db_query_duration_seconds"), "pending",
                  "Mean query duration is above 1 s", severity="warning", **rag),
             rule("Watchdog", "vector(1)", "firing", "Always fires", severity="none")]
    told = {"/api/v1/rules": {"groups": [{"name": "rag", "file": "rules.yaml", "interval": 15, "rules": rules}]},
            "/api/v1/alertmanagers": {"activeAlertmanagers": [], "droppedAlertmanagers": []}}

    def answer(path, parameters):
        if path in told:
            return 200, {"status": "success", "data": told[path]}
        if "ALERTS" in dict(parameters).get("query", ""):
            return 200, {"status": "success", "data": {"resultType": "vector", "result": []}}
        return recording.answer(path, parameters)
    return answer


def targets(recording):
    """The server scrapes six targets, each as long ago as a whole number of minutes shows."""
    def target(job, health, age_s, took_s, interval="10m", error=""):
        at = datetime.fromtimestamp(time.time() - age_s, timezone.utc)
        return {"labels": {"job": job, "instance": f"10.0.0.{len(job)}:8080"}, "scrapePool": job, "health": health,
                "lastError": error, "lastScrapeDuration": took_s, "scrapeInterval": interval,
                "lastScrape": at.isoformat() if age_s else "0001-01-01T00:00:00Z"}

    def listed():           # for each answer, whose moment the ages are of
        return [target("qdrant", "up", 210, 0.004),
                  target("vllm", "down", 150, 10, error='Get "http://10.0.0.4:8080/metrics": context '
                         "deadline exceeded (Client.Timeout exceeded while awaiting headers)"),
                  target("kube-state-metrics", "up", 150, 550), target("tei", "unknown", 0, 0),
                  target("redis", "up", 11430, 0.002), target("litellm", "up", 210, 0.012, None)]

    def answer(path, parameters):
        if path == "/api/v1/scrape_pools":
            return 200, {"status": "success", "data": {"scrapePools": [*sorted({t["scrapePool"] for t in listed()}),
                         "serviceMonitor/monitoring/kotaemon-agent-monitor/0"]}}
        if path == "/api/v1/targets" and "dropped" in str(parameters):
            found = {"scrapePool": "serviceMonitor/monitoring/kotaemon-agent-monitor/0", "discoveredLabels": {}}
            return 200, {"status": "success", "data": {"droppedTargets": [found] * 7}}
        if path == "/api/v1/targets":
            return 200, {"status": "success", "data": {"activeTargets": listed()}}
        return recording.answer(path, parameters)
    return answer


def targets_refused(recording):
    """Queries are answered, but not what the server scrapes."""
    def answer(path, parameters):
        if path in ("/api/v1/targets", "/api/v1/scrape_pools"):
            return 403, {"status": "error", "errorType": "forbidden", "error": "forbidden"}
        return recording.answer(path, parameters)
    return answer


def many_targets(recording):
    """More than are shown; the one that is down comes last."""
    def listed():           # for each answer, whose moment the ages are of
        at = datetime.fromtimestamp(time.time() - 210, timezone.utc).isoformat()
        return [{"labels": {"job": "node", "instance": f"10.0.{i // 250}.{i % 250}:9100"}, "scrapePool": "node",
                 "health": "down" if i == 2999 else "up", "lastError": "", "scrapeInterval": "10m",
                 "lastScrapeDuration": 0.1, "lastScrape": at}
                for i in range(3000)]

    def answer(path, parameters):
        if path == "/api/v1/scrape_pools":
            return 200, {"status": "success", "data": {"scrapePools": ["node"]}}
        if path == "/api/v1/targets" and "dropped" in str(parameters):
            return 200, {"status": "success", "data": {"droppedTargets": []}}
        if path == "/api/v1/targets":
            return 200, {"status": "success", "data": {"activeTargets": listed()}}
        return recording.answer(path, parameters)
    return answer


EDITS = {edit.__name__: edit for edit in (no_traffic, alerts, strange_names, invented_stages, one_pod,
                                          changes, failing_tool, no_exemplars, queries, pods_gone, targets,
                                          targets_refused, many_targets)}
