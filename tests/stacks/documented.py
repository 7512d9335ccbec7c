"""The metrics that components are documented to have, taken out of queries of them."""

import re
from pathlib import Path

QUERIES = Path(__file__).resolve().parent / "queries.yaml"
PROFILES = QUERIES.parents[2] / "src" / "profiles"

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
# What no profile asks for, and why.
NOT_ASKED = {
    "it is no sign of trouble by itself, or nothing says how much is too much": """
        DCGM_FI_DEV_GPU_TEMP DCGM_FI_DEV_POWER_USAGE DCGM_FI_DEV_SM_CLOCK
        nvidia_smi_power_draw_watts nvidia_smi_temperature_gpu agentic_llm_calls_total
        agentic_retrieval_calls_total
        agentic_retrieved_chunks_count agentic_retrieved_chunks_sum llamacpp:n_busy_slots_per_decode
        llamacpp:n_tokens_max memory_resident_bytes nv_inference_count nv_inference_exec_count
        pg_locks_count pg_stat_database_active_time_seconds_total pg_stat_database_xact_rollback
        redis_blocked_clients redis_search_active_queries_total redis_search_number_of_indexes
        redis_search_used_memory_vector_index_bytes tgi_request_skipped_tokens_sum
        vllm:cache_config_info""",
    "another metric says the same": """
        api_requests_total dynamo_component_kvstats_active_blocks
        dynamo_component_kvstats_total_blocks nv_gpu_memory_total_bytes nv_gpu_memory_used_bytes
        nv_gpu_utilization nv_inference_request_summary_us
        nginx_ingress_controller_header_duration_seconds_bucket
        nginx_ingress_controller_response_duration_seconds_bucket nvidia_smi_xid_errors_total
        sglang:num_used_tokens token_usage_distribution_sum vllm:num_requests_waiting_by_reason""",
    "it is of a whole request where others are of an input, of a batch, or of every method": """
        te_request_duration_bucket te_request_inference_duration_bucket
        te_request_queue_duration_bucket te_request_tokenization_duration_bucket
        tgi_batch_inference_duration_bucket
        grpc_server_request_duration_seconds_bucket milvus_querynode_sq_req_latency_bucket
        mcp_request_duration_bucket queries_filtered_vector_durations_ms_count
        queries_filtered_vector_durations_ms_sum""",
    "its labels have nothing in common with those that tell its stages apart": """
        litellm_guardrail_latency_seconds_bucket litellm_overhead_latency_metric_bucket""",
    "a signal is one metric: it would have to be added to another": """
        lmdeploy:num_api_requests_waiting milvus_querynode_read_task_unsolved_len""",
    "nothing tells the time of all that it is a part of": """
        request_postprocess_seconds_bucket request_preprocess_seconds_bucket""",
    "it is what was written last, and not what is": "litellm_deployment_state",
    "there is no signal like it": "quota_exceeded"}
LANGUAGE = {"histogram_quantile", "sum", "max", "min", "avg", "count", "by", "rate", "increase",
            "or", "and", "unless", "vector", "le"}


def queries():
    """(group, query) of all."""
    found = re.findall(r"record: facts:(\w+):\d+\n\s+expr: '(.*)'\n", QUERIES.read_text("utf-8"))
    return [(group, query.replace("''", "'")) for group, query in found]


def base(name):
    return re.sub("_(bucket|count|sum)$", "", name)


def asked():
    """The bases of all words in profiles, the names of metrics among them."""
    texts = [path.read_text("utf-8") for path in PROFILES.glob("*.yaml")
             if path.name != "example-config.yaml"]
    return {base(word) for word in re.findall(r"[A-Za-z_][\w:]*", " ".join(
        re.sub("#.*", "", text) for text in texts))}


def components(group):
    return GROUPS.get(group, (group.replace("_", "-"),))


def metrics(query):
    """The names of the samples that a query asks for."""
    bare = re.sub(r'\{[^}]*\}|\[[^]]*\]|\bby \([^)]*\)|"[^"]*"', " ", query)
    return set(re.findall(r"(?<![\w.:])[a-zA-Z_:][\w:]*", bare)) - LANGUAGE
