"""Changes to recorded answers, for what no demo stack does. A story names one as its "edit".

An edit is called with the recording and returns a function as Recording.answer, which takes a
path and parameters and returns (status, body).
"""

import copy
import re
from datetime import datetime

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

    def answer(path, parameters):
        status, body = copy.deepcopy(recording.answer(path, parameters))
        if "by (pod, instance, le)" in dict(parameters).get("query", ""):
            fast(series_of(body))
        return status, body
    return answer


EDITS = {edit.__name__: edit for edit in (no_traffic, strange_names, invented_stages,
                                               one_pod)}
