"""Where components are: each in a namespace of its own, or several in one as a whole stack.

In a whole stack a caller's durations contain those of what it calls, a call that fails there fails
here, and all have the load of the questions that come in.
"""

import itertools
import re
import zlib
from dataclasses import dataclass, field, replace

from components import COMPONENTS
from exposition import Target, Tide
from model import Incident, Time, evaluate

NETWORK = Time(.0012, .3)
TEMPLATE, POD = "5d9c7b6f4", "x2x7p"
RENAMED_LABELS = {
    "model_name": "llm", "model": "engine_id", "status": "outcome", "status_code": "result",
    "http_response_status_code": "code", "code": "status", "method": "verb", "handler": "path",
    "error_type": "failure", "finished_reason": "ended", "exported_endpoint": "url"}
KEPT_LABELS = {"le", "quantile"}
# What any shop has, too.
STRANGERS = ("otel-http-old", "fastapi-instrumentator", "postgres", "redis", "minio",
             "elasticsearch")


def hanging(state):
    """Requests are there, and none of them ends: of an LLM server a dozen."""
    slow = ["decode"] if "decode" in state else [
        key for key, value in state.items() if isinstance(value, Time)]
    return Incident("a replica has stopped completing",
                    {"requests": 1e-9, **{key: 1.5e9 for key in slow}})


@dataclass(frozen=True)
class Member:
    """A component of a whole stack. FEEDS: which of its durations are the calls of which member,
    all that it takes or a part of it, "vllm" or "vllm: queue + prefill".
    """
    component: str
    calls: float = 1.0              # for each question
    feeds: dict = field(default_factory=dict, hash=False)
    hosts: dict = field(default_factory=dict, hash=False)   # what it calls a host: what that is
    levels: dict = field(default_factory=dict, hash=False)  # of its state


@dataclass(frozen=True)
class Whole:
    """A stack: {name: Member}, questions per second, and {name: (member, Incident)}."""
    requests: float
    members: dict
    incidents: dict

    def states(self, incident=None):
        """{member: state}, with INCIDENT by its name, `a+b` for two at once, or without any."""
        result = {}
        changes = dict(self.incidents[one] for one in incident.split("+")) if incident else {}

        def state_of(name):
            if name in result:
                return result[name]
            member = self.members[name]
            component = COMPONENTS[member.component]
            state = {**component.state, **member.levels, "requests": self.requests * member.calls}
            for key, fed in member.feeds.items():
                child, _, part = fed.partition(": ")
                its = COMPONENTS[self.members[child].component]
                state[key] = evaluate(part or its.total, state_of(child)) + NETWORK
                if f"{key}_fails" in state and not part:
                    state[f"{key}_fails"] = evaluate(its.fails, state_of(child))
            result[name] = changes[name].change(state) if name in changes else state
            return result[name]
        for name in self.members:
            state_of(name)
        return result

    def raised(self, incident):
        """The members whose calls take longer or fail more often, the culprit among them."""
        before, after = self.states(), self.states(incident)

        def suffers(name):
            component = COMPONENTS[self.members[name].component]
            times = [evaluate(component.total, states[name]).mean for states in (before, after)]
            fails = [evaluate(component.fails, states[name]) for states in (before, after)]
            return times[1] > 1.2 * times[0] or fails[1] > fails[0] + .01
        return [name for name, member in self.members.items()
                if COMPONENTS[member.component].total and suffers(name)]


def _typical(component):
    return component, COMPONENTS[component].incident


def _slow(member, inside, says, **factors):
    return member, Incident(says, factors, inside=inside)


RAG_MEMBERS = {
    "ingress-nginx": Member("ingress-nginx", feeds={"upstream": "otel-http"},
                            hosts={"rag-api": "otel-http"}),
    "otel-http": Member("otel-http", feeds={"embed": "tei-embed", "search": "qdrant",
                                            "rerank": "tei-rerank", "llm": "vllm"}),
    "tei-embed": Member("tei-embed"), "qdrant": Member("qdrant"),
    "tei-rerank": Member("tei-rerank"), "vllm": Member("vllm")}
RAG_INCIDENTS = {
    "llm-queue": _typical("vllm"),
    "llm-prefill": _slow("vllm", "prefill", "prompts became five times as long", prompt=5,
                         prefill=12),
    "llm-decode": _slow("vllm", "decode", "every token takes three times as long", decode=3),
    "database": ("qdrant", replace(COMPONENTS["qdrant"].incident, factors={"search": 120})),
    "reranker": ("tei-rerank", replace(COMPONENTS["tei-rerank"].incident, factors={"queue": 700})),
    "embedder": _slow("tei-embed", "inference", "the model is slow", inference=70),
    "application": _typical("otel-http"),
    "gateway": _typical("ingress-nginx")}

WHOLES = {
    "rag": Whole(3.0, RAG_MEMBERS, RAG_INCIDENTS),
    # LiteLLM between the application and its one model.
    "rag-litellm": Whole(3.0, {
        **RAG_MEMBERS,
        "otel-http": replace(RAG_MEMBERS["otel-http"], hosts={"vllm": "litellm"},
                             feeds={**RAG_MEMBERS["otel-http"].feeds, "llm": "litellm"}),
        "litellm": Member("litellm", feeds={"local": "vllm"},
                          levels={"gpt_share": 0.0, "claude_share": 0.0, "local_share": 1.0})},
                         {**{name: RAG_INCIDENTS[name] for name in (
                             "llm-queue", "llm-decode", "database", "application")},
                          "llm-gateway": _slow("litellm", "overhead", "its own work takes long",
                                               overhead=200)}),
    "agent": Whole(3.0, {
        "otel-genai": Member("otel-genai", feeds={
            "llm": "tgi", "search": "postgres", "first": "tgi: validation + queue + prefill"}),
        "postgres": Member("postgres"), "tgi": Member("tgi")},
                   {"llm-queue": _typical("tgi"),
                    "llm-decode": _slow("tgi", "decode", "every token takes three times as long",
                                        decode=3),
                    "database": ("postgres", replace(COMPONENTS["postgres"].incident,
                                                     factors={"query": 80, "locks": 9})),
                    "tool": _typical("otel-genai"),
                    "tool-slow": _slow("otel-genai", "web_search", "its tool of web search is slow",
                                       tool=12),
                    "embeddings": _slow("otel-genai", "embeddings",
                                        "embeddings of the provider take long", embed=60)}),
    "models": Whole(4.0, {"litellm": Member("litellm"), "milvus": Member("milvus")},
                    {"model-fails": _typical("litellm"),
                     "model-slow": _slow("litellm", "claude-sonnet", "one model is slow", claude=4),
                     "own-model-slow": _slow("litellm", "llama-local", "one model is slow",
                                             local=4),
                     "gateway": _slow("litellm", "overhead", "its own work takes long",
                                      overhead=250),
                     "database": _typical("milvus"),
                     "database-queue": _slow("milvus", "proxy_queue", "searches wait in the proxy",
                                             proxy_queue=400)})}


class Placing:
    """Makes targets. ONSET is when an incident begins; RENAMED: under names that nobody knows."""

    def __init__(self, seed, start, onset, renamed=False, plain=False):
        self._seed, self._start, self._onset = seed, start, onset
        self._renamed, self._plain = renamed, plain

    def alone(self, name, incident=False, namespace=None):
        """({job: Target}, truth) of a component in a namespace of its own."""
        component = COMPONENTS[name]
        states = (component.state, component.incident.change(component.state)
                  if incident else component.state)
        tide = Tide(f"{self._seed} {name} {namespace}", self._start, self._onset,
                    component.state.get("requests", 1))
        job = f"{word(name)}-service" if self._renamed else name
        namespace = namespace or (f"team-{word(name)}" if self._renamed else name)
        target = Target(component, states, tide, self._labels(job, namespace), self._rename(name))
        truth = self._truth(job, component, namespace, component.incident) if incident else None
        return {job: target}, truth

    def replicas(self, name, number, hung=0):
        """({key: Target}, truth) of NUMBER pods of a component, of which the last HUNG stop."""
        component, result = COMPONENTS[name], {}
        change = hanging(component.state) if hung else component.incident
        for index in range(number):
            hangs = index >= number - hung
            tide = Tide(f"{self._seed} {name} {index}", self._start, self._onset,
                        component.state.get("requests", 1))
            states = component.state, change.change(component.state) if hangs else component.state
            labels = self._labels(name, name)
            labels |= {"pod": f"{name}-{index}", "instance": f"10.245.0.{index}:8000"}
            result[f"{name}-{index}"] = Target(component, states, tide, labels, self._rename(name))
        return result, self._truth(name, component, name, change) if hung else None

    def strangers(self, number):
        """{key: Target} of services that have nothing to do with RAG, each in a namespace."""
        result = {}
        for index, name in zip(range(number), itertools.cycle(STRANGERS)):
            namespace = f"shop-{index + 1}"
            target, = self.alone(name, namespace=namespace)[0].values()
            result[f"{name}.{namespace}"] = target
        return result

    def whole(self, name, incident=None):
        """({job: Target}, truth) of a whole stack, all in one namespace."""
        stack = WHOLES[name]
        tide = Tide(f"{self._seed} {name}", self._start, self._onset, stack.requests)
        before, after = stack.states(), stack.states(incident)
        namespace = f"team-{word(name)}" if self._renamed else name
        jobs = {member: f"{word(member)}-service" if self._renamed else member
                for member in stack.members}
        targets = {jobs[one]: Target(
            settled(COMPONENTS[member.component], namespace, member.hosts, jobs),
            (before[one], after[one]), tide, self._labels(jobs[one], namespace),
            self._rename(member.component)) for one, member in stack.members.items()}
        if not incident:
            return targets, None
        culprit, change = stack.incidents[incident.partition("+")[0]]
        truth = self._truth(jobs[culprit], COMPONENTS[stack.members[culprit].component], namespace,
                            change)
        return targets, {**truth, "raised": [jobs[one] for one in stack.raised(incident)]}

    def _truth(self, job, component, namespace, incident):
        return {"component": component.name, "role": component.role, "namespace": namespace,
                "job": job, "inside": incident.inside, "says": incident.says, "since": self._onset,
                "raised": [job]}

    def _labels(self, job, namespace):
        """Those that the Prometheus Operator gives to a target, or the few that others give."""
        if self._plain:
            return {"job": job, "namespace": namespace, "instance": f"{job}.{namespace}:8000"}
        number = zlib.crc32(f"{namespace} {job}".encode())
        return {"job": job, "namespace": namespace, "service": job, "endpoint": "metrics",
                "container": job, "pod": f"{job}-{TEMPLATE}-{POD}",
                "instance": f"10.244.{number % 250}.{number // 250 % 250}:8000"}

    def _rename(self, name):
        if not self._renamed:
            return None
        prefix, new = COMPONENTS[name].prefix, word(name)

        def rename(metric, own):
            rest = metric.removeprefix(prefix)
            return (new + "_" + re.sub("[:.]", "_", rest),
                    {renamed_label(key): value for key, value in own.items()})
        return rename


def renamed_label(key):
    return key if key in KEPT_LABELS else RENAMED_LABELS.get(key, "x_" + key.replace(".", "_"))


def word(text):
    """A name that nobody knows, always the same for TEXT."""
    number, result = zlib.crc32(text.encode()), ""
    for _ in range(3):
        number, consonant = divmod(number, 15)
        number, vowel = divmod(number, 5)
        result += "bdfgklmnprstvwz"[consonant] + "aeiou"[vowel]
    return result


def settled(component, namespace, hosts, jobs):
    """COMPONENT as it is configured in a stack: it calls the jobs that are there."""
    def there(key, value):
        host = value.removesuffix(".rag")
        member = hosts.get(host, host)
        if key == "server_address" and value.endswith(".rag"):
            return f"{jobs.get(member, member)}.{namespace}"
        if key == "service" and host in hosts:
            return jobs[member]
        return namespace if key == "namespace" else value
    return replace(component, rows=tuple(
        replace(row, labels={key: there(key, value) for key, value in row.labels.items()})
        for row in component.rows))
