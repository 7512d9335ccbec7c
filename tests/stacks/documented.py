"""The metrics that components are documented to have, taken out of queries of them."""

import re
from pathlib import Path

QUERIES = Path(__file__).resolve().parent / "queries.yaml"

# The components that have what the queries of a group ask for, where they are not called like it.
GROUPS = {
    "vllm": ("vllm", "vllm-early-v1", "vllm-v0"), "sglang": ("sglang", "sglang-old"),
    "ray_serve": ("ray-serve", "ray-serve-old"), "tei": ("tei-embed", "tei-rerank"),
    "trtllm": ("trtllm-serve", "trtllm-serve-queue", "trtllm-serve-old"),
    "dynamo": ("dynamo", "dynamo-old"), "infinity": ("infinity", "fastapi-instrumentator"),
    "otel_genai": ("otel-genai", "otel-genai-token", "otel-genai-tokens", "otel-genai-bare"),
    "openllmetry": ("openllmetry", "openllmetry-token"),
    "otel_http": ("otel-http", "otel-http-old"), "mcp_otel": ("mcp",),
    "envoy_aigw": ("envoy-ai-gateway", "envoy-ai-gateway-old"),
    "ingress": ("ingress-nginx",), "istio": ("istio", "envoy"), "milvus": ("milvus", "milvus-old"),
    "weaviate": ("weaviate", "weaviate-old"), "pg": ("postgres",), "es": ("elasticsearch",),
    "nvrag": ("nvidia-rag",), "openwebui": ("open-webui",),
    "langgraph": ("langgraph", "langgraph-old"), "nvsmi": ("nvidia-smi", "nvidia-smi-old")}
# Documented for other builds than any of these: Valkey has them, Redis has not.
ELSEWHERE = {"redis_search_query_queue_size", "redis_search_failure_requests_count"}
LANGUAGE = {"histogram_quantile", "sum", "max", "min", "avg", "count", "by", "rate", "increase",
            "or", "and", "unless", "vector", "le"}


def queries():
    """(group, query) of all."""
    found = re.findall(r"record: facts:(\w+):\d+\n\s+expr: '(.*)'\n", QUERIES.read_text("utf-8"))
    return [(group, query.replace("''", "'")) for group, query in found]


def components(group):
    return GROUPS.get(group, (group.replace("_", "-"),))


def metrics(query):
    """The names of the samples that a query asks for."""
    bare = re.sub(r'\{[^}]*\}|\[[^]]*\]|\bby \([^)]*\)|"[^"]*"', " ", query)
    return set(re.findall(r"(?<![\w.:])[a-zA-Z_:][\w:]*", bare)) - LANGUAGE
