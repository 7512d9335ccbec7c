"""What the components of RAG stacks export, as they are documented, and what may go wrong in each.

Names, types, labels and units are those of real exporters and not those of ragtop's profiles. In a
state, durations are seconds with the sigma of their log-normal distribution, `requests` are per
second, and what ends in `fails` is a share of calls.
"""

import re
from dataclasses import replace

from model import Component, Incident, count, counter, each, fixed, gauge, histogram, sizes, summary
from model import Size, Time as T

LLAMA, QWEN = "meta-llama/Llama-3.1-8B-Instruct", "Qwen/Qwen3-32B"
EMBEDDER, RERANKER = "BAAI/bge-m3", "BAAI/bge-reranker-v2-m3"

# Layouts of buckets, in seconds unless their name says otherwise.
PYTHON = (.005, .01, .025, .05, .075, .1, .25, .5, .75, 1, 2.5, 5, 7.5, 10)
GO = (.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10)
OTEL_MS = (0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10000)
OTEL_HTTP = PYTHON
OTEL_DB = (.001, .005, .01, .05, .1, .5, 1, 5, 10)
OTEL_MCP = (.01, .02, .05, .1, .2, .5, 1, 2, 5, 10, 30, 60, 120, 300)
GEN_AI = tuple(round(.01 * 2 ** k, 2) for k in range(14))
GEN_AI_TTFT = (.001, .005, .01, .02, .04, .06, .08, .1, .25, .5, .75, 1, 2.5, 5, 7.5, 10)
GEN_AI_TPOT = (.01, .025, .05, .075, .1, .15, .2, .3, .4, .5, .75, 1, 2.5)
TOKENS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000)
GEN_AI_TOKENS = tuple(4 ** k for k in range(14))
E2E = (.3, .5, .8, 1, 1.5, 2, 2.5, 5, 10, 15, 20, 30, 40, 50, 60, 120, 240, 480, 960, 1920, 7680)
E2E_V0 = (1, 2.5, 5, 10, 15, 20, 30, 40, 50, 60)
TTFT = (.001, .005, .01, .02, .04, .06, .08, .1, .25, .5, .75, 1, 2.5, 5, 7.5, 10, 20, 40, 80, 160,
        640, 2560)
TPOT = (.01, .025, .05, .075, .1, .15, .2, .3, .4, .5, .75, 1, 2.5, 5, 7.5, 10, 20, 40, 80)
ITERATION = (1, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384)
SGLANG_TTFT = (.1, .2, .4, .6, .8, 1, 2, 4, 6, 8, 10, 20, 40, 60, 80, 100, 200, 400)
SGLANG_E2E = SGLANG_TTFT + (600, 1200, 1800, 2400)
SGLANG_ITL = (.002, .004, .006, .008, .01, .015, .02, .025, .03, .035, .04, .06, .08, .1, .2, .4,
              .6, .8, 1, 2, 4, 6, 8)
SGLANG_QUEUE = (0, .1, .2, .5, 1, 2, 5, 10, 15, 20, 30, 40, 50, 60, 70, 80, 90, 100)
SGLANG_STAGE = tuple(round(.001 * 1.62 ** n, 6) for n in range(30))
TGI = tuple(round(.0001 * 1.5 ** n, 6) for n in range(35))
TGI_TOKENS = (1, 10, 50, 100, 250, 500, 1000, 2000, 4000)
TEI = tuple(round(.000015 * 1.5 ** n, 8) for n in range(35))
TRITON_MS = (100, 500, 2000, 5000)
RAY_MS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 60000, 120000, 300000)
HIGH_RESOLUTION = (.01, .025, .05, .075, .1, .25, .5, .75, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 7.5,
                   10, 30, 60)
LOW_RESOLUTION = (.1, .5, 1)
LITELLM = (.005, .00625, .0125, .025, .05, .1, .5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 5.5, 6, 6.5,
           7, 7.5, 8, 8.5, 9, 9.5, 10, 15, 20, 25, 30, 60, 120, 180, 240, 300, 420, 600)
KONG_MS = (25, 50, 80, 100, 250, 400, 700, 1000, 2000, 5000, 10000, 30000, 60000)
KONG_LLM_MS = (250, 500, 1000, 1500, 2000, 2500, 3000, 3500, 4000, 4500, 5000, 10000, 30000, 60000)
ISTIO_MS = (.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000, 30000, 60000, 300000,
            600000, 1800000, 3600000)
MILVUS_MS = tuple(2 ** n for n in range(18))
WEAVIATE_MS = (10, 50, 100, 500, 1000, 5000, 10000, 50000)
FLOWISE_MS = (1, 5, 15, 50, 100, 200, 300, 400, 500)
QDRANT = (.001, .005, .01, .02, .05, .1, .2, .5, 1, 2, 5, 10, 20, 50)
KOTAEMON = (.05, .1, .15, .2, .25, .3, .35, .4, .45, .5, .55, .6, .75, 1, 1.25, 1.5, 1.75, 2, 2.5,
            3, 4, 5, 7.5, 10, 30)


def instrumentator(handler, rate, time, fails="fails"):
    """What prometheus_fastapi_instrumentator adds to any FastAPI application."""
    own = {"handler": handler, "method": "POST"}
    return (
        counter("http_requests_total", f"({rate}) * (1 - {fails} - .004)", status="2xx", **own),
        counter("http_requests_total", f"({rate}) * .004", rare=True, status="4xx", **own),
        counter("http_requests_total", f"({rate}) * {fails}", rare=True, status="5xx", **own),
        counter("http_requests_total", ".1", status="2xx", handler="/health", method="GET"),
        histogram("http_request_duration_seconds", time, LOW_RESOLUTION, per=rate, **own),
        histogram("http_request_duration_highr_seconds", time, HIGH_RESOLUTION, per=rate),
        summary("http_request_size_bytes", "1200", per=rate, handler=handler))


# --- LLM servers

# Half of the requests share a prefix of their prompt; a token of the answer takes 20 ms.
GENERATING = {"requests": 2.0, "queue": T(.02, .8), "prefill": T(.13, .5), "decode": T(4.2, .5),
              "prompt": Size(1500, .6), "output": Size(210, .7), "kv": .42, "preempted": .0005,
              "hits": .45, "aborted": .004, "fails": .0005}
LLM_TOTAL = "queue + prefill + decode"
KV_FULL = Incident("its KV cache is full: requests wait, some are preempted", {"queue": 450},
                   {"kv": .975, "preempted": .9}, "queue")


def vllm_rows(prefix, own, status, per_handler=True):
    """vLLM's metrics after PREFIX, as Ray has them too."""
    rows = [
        *[histogram(f"{prefix}{name}", time, bounds, per=per, **own)
          for name, time, bounds, per in (
            ("e2e_request_latency_seconds", LLM_TOTAL, E2E, "requests"),
            ("time_to_first_token_seconds", "queue + prefill", TTFT, "requests"),
            ("inter_token_latency_seconds", "decode / output.mean", TPOT, "requests * output.mean"),
            ("request_time_per_output_token_seconds", "decode / output.mean", TPOT, "requests"),
            ("request_queue_time_seconds", "queue", E2E, "requests"),
            ("request_prefill_time_seconds", "prefill", E2E, "requests"),
            ("request_decode_time_seconds", "decode", E2E, "requests"),
            ("request_inference_time_seconds", "prefill + decode", E2E, "requests"))],
        sizes(f"{prefix}request_prompt_tokens", "prompt", TOKENS, **own),
        sizes(f"{prefix}request_generation_tokens", "output", TOKENS, **own),
        sizes(f"{prefix}iteration_tokens_total", "output", ITERATION, per="requests * 24", **own),
        counter(f"{prefix}request_success_total", f"requests * (.8 - aborted - {status})",
                finished_reason="stop", **own),
        counter(f"{prefix}request_success_total", "requests * .2", finished_reason="length", **own),
        counter(f"{prefix}request_success_total", "requests * aborted", rare=True,
                finished_reason="abort", **own),
        counter(f"{prefix}request_success_total", f"requests * {status}", rare=True,
                finished_reason="error", **own),
        count(f"{prefix}num_requests_running", "requests * (prefill + decode).mean", **own),
        count(f"{prefix}num_requests_waiting", "requests * queue.mean", **own),
        *each("reason", {"capacity": "requests * queue.mean", "deferred": "0"}, lambda level, by:
              count(f"{prefix}num_requests_waiting_by_reason", level, **own, **by)),
        gauge(f"{prefix}kv_cache_usage_perc", "kv", most=1, **own),
        counter(f"{prefix}prompt_tokens_total", "requests * prompt.mean", **own),
        counter(f"{prefix}generation_tokens_total", "requests * output.mean", **own),
        counter(f"{prefix}prefix_cache_queries_total", "requests * prompt.mean", **own),
        counter(f"{prefix}prefix_cache_hits_total", "requests * prompt.mean * hits", **own),
        counter(f"{prefix}num_preemptions_total", "requests * preempted", rare=True, **own),
        fixed(f"{prefix}cache_config_info", 1, num_gpu_blocks="27862", block_size="16",
              gpu_memory_utilization="0.9", cache_dtype="auto", **own),
        fixed(f"{prefix}lora_requests_info", 1770100000, max_lora="0", running_lora_adapters="",
              waiting_lora_adapters="")]
    if per_handler:
        rows += instrumentator("/v1/chat/completions", "requests", LLM_TOTAL)
    return tuple(rows)


VLLM = Component("vllm", "llm", GENERATING,
                 vllm_rows("vllm:", {"model_name": LLAMA, "engine": "0"}, "fails"),
                 KV_FULL, LLM_TOTAL, "fails", "vllm:")
VLLM_RENAMED = {"vllm:kv_cache_usage_perc": "vllm:gpu_cache_usage_perc",
                "vllm:prefix_cache_queries_total": "vllm:gpu_prefix_cache_queries_total",
                "vllm:prefix_cache_hits_total": "vllm:gpu_prefix_cache_hits_total",
                "vllm:inter_token_latency_seconds": "vllm:time_per_output_token_seconds",
                "vllm:num_requests_waiting_by_reason": None}
VLLM_EARLY = VLLM.variant("vllm-early-v1", VLLM_RENAMED)
KSERVE_VLLM = VLLM.variant("kserve-vllm", {
    row.name: "kserve_" + row.name for row in VLLM.rows if row.name.startswith("vllm:")},
                           prefix="kserve_vllm:")
VLLM_OLD = VLLM.variant("vllm-v0", {
    **VLLM_RENAMED, "vllm:prefix_cache_queries_total": None, "vllm:prefix_cache_hits_total": None,
    "vllm:iteration_tokens_total": None}, {"engine": None})
VLLM_OLD = replace(VLLM_OLD, rows=tuple(
    replace(row, bounds=E2E_V0 if row.bounds == E2E else row.bounds[:16]
            if row.bounds == TTFT else row.bounds) for row in VLLM_OLD.rows) + (
    histogram("vllm:time_in_queue_requests", "queue", E2E_V0, model_name=LLAMA),
    count("vllm:num_requests_swapped", "0", model_name=LLAMA),
    gauge("vllm:cpu_cache_usage_perc", "0", model_name=LLAMA),
    gauge("vllm:avg_prompt_throughput_toks_per_s", "requests * prompt.mean", model_name=LLAMA),
    gauge("vllm:avg_generation_throughput_toks_per_s", "requests * output.mean", model_name=LLAMA)))

ROUTER_OWN = {"server": "http://10.244.3.21:8000"}
ROUTER_ERRORS = {"timeout": "requests * (fails * .6 + llm_fails)",
                 "connection": "requests * fails * .4"}
VLLM_ROUTER = Component(
    "vllm-router", "gateway",
    {"requests": 2.0, "own": T(.006, .6), "llm": T(4.35, .5), "output": Size(210, .7),
     "fails": .001, "llm_fails": 0.0, "healthy": 3}, (
        histogram("vllm:request_latency_seconds", "own + llm",
                  (.05, .1, .2, .5, 1, 2, 5, 10, 20, 30, 60, 120), model=LLAMA, **ROUTER_OWN),
        counter("vllm:num_incoming_requests_total", "requests", model=LLAMA),
        *each("error_type", ROUTER_ERRORS, lambda rate, by: counter(
            "vllm:request_errors_total", rate, rare=True, model=LLAMA, **ROUTER_OWN, **by)),
        counter("vllm:output_tokens_total", "requests * output.mean", model=LLAMA, **ROUTER_OWN),
        gauge("vllm:current_qps", "requests", **ROUTER_OWN),
        gauge("vllm:avg_latency", "(own + llm).mean", **ROUTER_OWN),
        fixed("vllm:healthy_pods_total", "healthy", **ROUTER_OWN),
        count("vllm:num_requests_running", "requests * llm.mean", **ROUTER_OWN),
        count("vllm:num_requests_waiting", "0", **ROUTER_OWN),
        counter("vllm:gpu_prefix_cache_hits_total", "requests * 700", kind="gauge", **ROUTER_OWN),
        counter("vllm:gpu_prefix_cache_queries_total", "requests * 1500", kind="gauge",
                **ROUTER_OWN)),
    Incident("two of its three backends are unhealthy: requests time out", {"llm": 2.2},
             {"healthy": 1, "fails": .12}), "own + llm", "fails + llm_fails", "vllm:")

RAY_OWN = {"model_name": QWEN, "WorkerId": "7f4c", "ReplicaId": "m3k9",
           "deployment": "LLMDeployment", "SessionName": "session_2026-08-20"}
RAY_VLLM = Component(
    "ray-vllm", "llm", {**GENERATING, "prefill": T(.3, .5), "decode": T(8.4, .5)},
    vllm_rows("ray_vllm_", RAY_OWN, "fails", False),
    Incident("prompts became six times as long: prefill takes long", {"prompt": 6, "prefill": 9},
             inside="prefill"), LLM_TOTAL, "fails", "ray_vllm_")
# What Ray calls them has a colon in older versions.
RAY_VLLM_OLD = RAY_VLLM.variant("ray-vllm-old", {
    row.name: row.name.replace("ray_vllm_", "ray_vllm:") for row in RAY_VLLM.rows})

RAY_ROUTE = {"application": "rag", "route": "/ask", "method": "POST"}
RAY_STAGES = {"Ingress": "ingress + embed + search + llm", "Embedder": "embed",
              "Retriever": "search", "Generator": "llm"}
RAY_SERVE = Component(
    "ray-serve", "application",
    {"requests": 3.0, "ingress": T(.015, .5), "embed": T(.03, .4), "search": T(.09, .5),
     "llm": T(2.1, .5), "fails": .002, "queued": 1.0}, (
        histogram("ray_serve_http_request_latency_ms", "ingress + embed + search + llm", RAY_MS,
                  unit=1000, **RAY_ROUTE, status_code="200"),
        histogram("ray_serve_http_request_latency_ms", "ingress", RAY_MS, per=".2", unit=1000,
                  application="", route="/-/healthz", method="GET", status_code="200"),
        *each("deployment", RAY_STAGES, lambda time, by: histogram(
            "ray_serve_deployment_processing_latency_ms", time, RAY_MS, unit=1000,
            application="rag", replica="a1b2c3", **by)),
        counter("ray_serve_num_http_requests_total", "requests", **RAY_ROUTE, status_code="200"),
        counter("ray_serve_num_http_requests_total", ".2", application="", route="/-/healthz",
                method="GET", status_code="200"),
        counter("ray_serve_num_http_error_requests_total", "requests * fails", rare=True,
                **RAY_ROUTE, error_code="500"),
        *each("deployment", {name: "requests * fails" if name == "Generator" else "0"
                             for name in RAY_STAGES}, lambda rate, by: counter(
            "ray_serve_deployment_error_counter_total", rate, rare=True, application="rag", **by)),
        *each("deployment", dict.fromkeys(RAY_STAGES, "requests"), lambda rate, by: counter(
            "ray_serve_deployment_request_counter_total", rate, application="rag", **by)),
        *each("deployment", {name: "queued" if name == "Generator" else "0" for name in RAY_STAGES},
              lambda level, by: count("ray_serve_deployment_queued_queries", level,
                                      application="rag", **by)),
        *each("deployment",
              {name: f"requests * ({time}).mean" for name, time in RAY_STAGES.items()},
              lambda level, by: count("ray_serve_replica_processing_queries", level,
                                      application="rag", replica="a1b2c3", **by)),
        *each("deployment", dict.fromkeys(RAY_STAGES, "1"), lambda level, by: fixed(
            "ray_serve_deployment_replica_healthy", level, application="rag", replica="a1b2c3",
            **by))),
    Incident("the generator is slow and has a queue", {"llm": 3.5}, {"queued": 24.0}, "Generator"),
    "ingress + embed + search + llm", "fails", "ray_serve_")

SGLANG_OWN = {"model_name": QWEN, "engine_type": "unified", "tp_rank": "0", "pp_rank": "0",
              "dp_rank": "0"}
SGLANG_RANKS = [{**SGLANG_OWN, "tp_rank": str(rank)} for rank in range(2)]
SGLANG = Component(
    "sglang", "llm", {**GENERATING, "retracted": .0005}, (
        histogram("sglang:e2e_request_latency_seconds", LLM_TOTAL, SGLANG_E2E, **SGLANG_OWN),
        histogram("sglang:time_to_first_token_seconds", "queue + prefill", SGLANG_TTFT,
                  **SGLANG_OWN),
        histogram("sglang:inter_token_latency_seconds", "decode / output.mean", SGLANG_ITL,
                  per="requests * output.mean", **SGLANG_OWN),
        histogram("sglang:queue_time_seconds", "queue", SGLANG_QUEUE, **SGLANG_OWN),
        *each("stage", {"request_process": "queue / 8", "prefill_waiting": "queue",
                        "prefill_forward": "prefill", "decode_forward": "decode"}, lambda time, by:
              histogram("sglang:per_stage_req_latency_seconds", time, SGLANG_STAGE, **SGLANG_OWN,
                        **by)),
        counter("sglang:num_requests_total", "requests", **SGLANG_OWN),
        counter("sglang:num_aborted_requests_total", "requests * (aborted + fails)", rare=True,
                **SGLANG_OWN),
        counter("sglang:prompt_tokens_total", "requests * prompt.mean", **SGLANG_OWN),
        counter("sglang:generation_tokens_total", "requests * output.mean", **SGLANG_OWN),
        counter("sglang:cached_tokens_total", "requests * prompt.mean * hits",
                cache_source="device", **SGLANG_OWN),
        counter("sglang:num_retracted_requests_total", "requests * retracted", rare=True,
                **SGLANG_OWN),
        *[count("sglang:num_queue_reqs", "requests * queue.mean", **own) for own in SGLANG_RANKS],
        *[count("sglang:num_running_reqs", "requests * (prefill + decode).mean", **own)
          for own in SGLANG_RANKS],
        *[gauge("sglang:token_usage", "kv", most=1, **own) for own in SGLANG_RANKS],
        *[gauge("sglang:num_used_tokens", "kv * 412000", **own) for own in SGLANG_RANKS],
        *[fixed("sglang:max_total_num_tokens", 412000, **own) for own in SGLANG_RANKS],
        gauge("sglang:cache_hit_rate", "hits", most=1, **SGLANG_OWN),
        gauge("sglang:gen_throughput", "requests * output.mean", **SGLANG_OWN),
        count("sglang:num_retracted_reqs", "requests * retracted", **SGLANG_OWN)),
    Incident("its cache of prefixes is of no use any more: prefill takes long, requests wait",
             {"prefill": 14, "queue": 40, "hits": .05}, inside="prefill"),
    LLM_TOTAL, "fails", "sglang:")
SGLANG_OLD = SGLANG.variant("sglang-old", {
    "sglang:inter_token_latency_seconds": "sglang:time_per_output_token_seconds",
    "sglang:num_retracted_requests_total": None, "sglang:per_stage_req_latency_seconds": None,
    "sglang:queue_time_seconds": None})

TGI_TOTAL = "validation + queue + prefill + decode"
TGI_SERVER = Component(
    "tgi", "llm", {**GENERATING, "validation": T(.002, .5), "batch_limit": 32000}, (
        histogram("tgi_request_duration", TGI_TOTAL, TGI),
        histogram("tgi_request_validation_duration", "validation", TGI),
        histogram("tgi_request_queue_duration", "queue", TGI),
        histogram("tgi_request_inference_duration", "prefill + decode", TGI),
        histogram("tgi_request_mean_time_per_token_duration", "decode / output.mean", TGI),
        histogram("tgi_batch_inference_duration", "prefill", TGI, method="prefill"),
        histogram("tgi_batch_inference_duration", "decode / output.mean", TGI,
                  per="requests * output.mean / 6", method="decode"),
        sizes("tgi_request_input_length", "prompt", TGI_TOKENS),
        sizes("tgi_request_generated_tokens", "output", TGI_TOKENS),
        summary("tgi_request_skipped_tokens", "prompt * hits"),
        counter("tgi_request_count", "requests"),
        counter("tgi_request_success", "requests * (1 - fails)"),
        counter("tgi_request_failure", "requests * fails * .5", rare=True, err="overloaded"),
        counter("tgi_request_failure", "requests * fails * .5", rare=True, err="generation"),
        count("tgi_queue_size", "requests * queue.mean"),
        count("tgi_batch_current_size", "requests * (prefill + decode).mean"),
        gauge("tgi_batch_current_max_tokens", "kv * batch_limit"),
        fixed("tgi_batch_max_total_tokens", "batch_limit")),
    Incident("its batch is full: requests wait, some are turned away as overloaded",
             {"queue": 350}, {"kv": .99, "fails": .06}, "queue"), TGI_TOTAL, "fails", "tgi_")


def trtllm(name, queued, running, hit_rate=True):
    """trtllm-serve; what it calls the requests that wait and run differs between builds."""
    own = {"model_name": LLAMA, "engine_type": "trtllm"}
    state = dict(GENERATING)
    rows = (
        histogram("trtllm_e2e_request_latency_seconds", LLM_TOTAL, E2E, **own),
        histogram("trtllm_time_to_first_token_seconds", "queue + prefill", TTFT, **own),
        histogram("trtllm_time_per_output_token_seconds", "decode / output.mean", TPOT, **own),
        histogram("trtllm_request_queue_time_seconds", "queue", E2E, **own),
        histogram("trtllm_request_prefill_time_seconds", "prefill", E2E, **own),
        histogram("trtllm_request_decode_time_seconds", "decode", E2E, **own),
        *each("finished_reason", {"stop": "requests * .8", "length": "requests * .2"},
              lambda rate, by: counter("trtllm_request_success_total", rate, **own, **by)),
        counter("trtllm_request_error_total", "requests * fails", rare=True, http_code="500",
                **own),
        count(queued, "requests * queue.mean", **own),
        count(running, "requests * (prefill + decode).mean", **own),
        fixed("trtllm_max_num_active_requests", 64, **own),
        gauge("trtllm_kv_cache_utilization", "kv", most=1, **own),
        *([gauge("trtllm_kv_cache_hit_rate", "hits", most=1, **own)] if hit_rate else []),
        counter("trtllm_prompt_tokens_total", "requests * prompt.mean", **own),
        counter("trtllm_generation_tokens_total", "requests * output.mean", **own),
        fixed("trtllm_model_config_info", 1, model=LLAMA, dtype="bfloat16", quantization="fp8"))
    return Component(name, "llm", state, rows, Incident(
        "the GPU is throttled: every token takes three times as long", {"decode": 3},
        inside="decode"),
                     LLM_TOTAL, "fails", "trtllm_")


TRITON_OWN = {"model": "bge_reranker", "version": "1"}
TRITON_LLM = {"model": "ensemble", "version": "1"}
TRITON = Component(
    "triton", "reranker",
    {"requests": 6.0, "queue": T(.003, .7), "input": T(.0004, .3), "infer": T(.03, .3),
     "output": T(.0003, .3), "fails": .0005, "batch": 4, "hits": .2, "gpu": .4}, (
        *[counter(f"nv_inference_{name}_duration_us", f"1e6 * requests * ({time}).mean",
                  **TRITON_OWN)
          for name, time in (("request", "queue + input + infer + output"), ("queue", "queue"),
                             ("compute_input", "input"), ("compute_infer", "infer"),
                             ("compute_output", "output"))],
        counter("nv_inference_request_success", "requests * (1 - fails)", **TRITON_OWN),
        *each("reason", {"REJECTED": "requests * fails", "CANCELED": "0", "BACKEND": "0",
                         "OTHER": "0"}, lambda rate, by: counter(
            "nv_inference_request_failure", rate, rare=True, **TRITON_OWN, **by)),
        counter("nv_inference_count", "requests * batch", **TRITON_OWN),
        counter("nv_inference_exec_count", "requests", **TRITON_OWN),
        count("nv_inference_pending_request_count", "requests * queue.mean", **TRITON_OWN),
        histogram("nv_inference_first_response_histogram_ms", "queue + input + infer + output",
                  TRITON_MS, unit=1000, **TRITON_OWN),
        summary("nv_inference_request_summary_us", "queue + input + infer + output",
                (.5, .9, .95, .99, .999), unit=1e6, **TRITON_OWN),
        counter("nv_cache_num_hits_per_model", "requests * hits", **TRITON_OWN),
        counter("nv_cache_num_misses_per_model", "requests * (1 - hits)", **TRITON_OWN),
        gauge("nv_gpu_utilization", "gpu", most=1, gpu_uuid="GPU-4d0c"),
        gauge("nv_gpu_memory_used_bytes", "19e9", gpu_uuid="GPU-4d0c"),
        fixed("nv_gpu_memory_total_bytes", "24e9", gpu_uuid="GPU-4d0c"),
        fixed("nv_gpu_power_usage", "210", gpu_uuid="GPU-4d0c")),
    Incident("requests wait for a free instance of the model", {"queue": 90},
             {"fails": .04, "gpu": .99}, "queue"),
    "queue + input + infer + output", "fails", "nv_inference_")

TRITON_TRTLLM = Component(
    "triton-trtllm", "llm", {**GENERATING, "most": 64}, (
        *[counter(f"nv_inference_{name}_duration_us", f"1e6 * requests * ({time}).mean",
                  **TRITON_LLM)
          for name, time in (("request", LLM_TOTAL), ("queue", "queue"),
                             ("compute_infer", "prefill + decode"))],
        counter("nv_inference_request_success", "requests * (1 - fails)", **TRITON_LLM),
        counter("nv_inference_request_failure", "requests * fails", rare=True, reason="BACKEND",
                **TRITON_LLM),
        counter("nv_inference_count", "requests", **TRITON_LLM),
        counter("nv_inference_exec_count", "requests", **TRITON_LLM),
        histogram("nv_inference_first_response_histogram_ms", "queue + prefill", TRITON_MS,
                  unit=1000, **TRITON_LLM),
        *each("request_type", {"waiting": "requests * queue.mean", "max": "most",
                               "active": "requests * (prefill + decode).mean",
                               "scheduled": "requests * (prefill + decode).mean", "context": "1"},
              lambda level, by: count("nv_trt_llm_request_metrics", level,
                                      model="tensorrt_llm", version="1", **by)),
        *each("kv_cache_block_type", {"fraction": "kv", "used": "kv * 6400", "max": "6400",
                                      "tokens_per": "64", "free": "(1 - kv) * 6400"},
              lambda level, by: fixed("nv_trt_llm_kv_cache_block_metrics", level,
                                      model="tensorrt_llm", version="1", **by)),
        fixed("nv_trt_llm_runtime_memory_metrics", "61e9", memory_type="gpu", model="tensorrt_llm",
              version="1")),
    KV_FULL, LLM_TOTAL, "fails", "nv_")

NIM_OWN = {"model_name": "meta/llama-3.1-8b-instruct"}
NIM = Component(
    "nim-llm", "llm", GENERATING, (
        histogram("e2e_request_latency_seconds", LLM_TOTAL, E2E_V0, **NIM_OWN),
        histogram("time_to_first_token_seconds", "queue + prefill", TTFT[:16], **NIM_OWN),
        histogram("time_per_output_token_seconds", "decode / output.mean", TPOT[:13],
                  per="requests * output.mean", **NIM_OWN),
        counter("request_finish_total", "requests * .8", finished_reason="stop", **NIM_OWN),
        counter("request_finish_total", "requests * .2", finished_reason="length", **NIM_OWN),
        counter("request_success_total", "requests * (1 - fails)", **NIM_OWN),
        counter("request_failure_total", "requests * fails", rare=True, **NIM_OWN),
        count("num_requests_running", "requests * (prefill + decode).mean", **NIM_OWN),
        count("num_requests_waiting", "requests * queue.mean", **NIM_OWN),
        fixed("num_request_max", 64, **NIM_OWN),
        gauge("gpu_cache_usage_perc", "kv", most=1, **NIM_OWN),
        counter("prompt_tokens_total", "requests * prompt.mean", **NIM_OWN),
        counter("generation_tokens_total", "requests * output.mean", **NIM_OWN),
        sizes("request_prompt_tokens", "prompt", TOKENS, **NIM_OWN),
        sizes("request_generation_tokens", "output", TOKENS, **NIM_OWN)),
    KV_FULL, LLM_TOTAL, "fails")

DYNAMO_OWN = {"model": QWEN.lower()}
DYNAMO_PART = {"dynamo_namespace": "vllm", "dynamo_component": "backend",
               "dynamo_endpoint": "generate"}
DYNAMO = Component(
    "dynamo", "gateway",
    {**GENERATING, "own": T(.004, .5)}, (
        histogram("dynamo_frontend_request_duration_seconds", "own + " + LLM_TOTAL,
                  (.5, 1, 2, 4, 8, 16, 32, 64, 128, 256), **DYNAMO_OWN),
        histogram("dynamo_frontend_time_to_first_token_seconds", "own + queue + prefill", TTFT,
                  **DYNAMO_OWN),
        histogram("dynamo_frontend_inter_token_latency_seconds", "decode / output.mean", TPOT,
                  per="requests * output.mean", **DYNAMO_OWN),
        sizes("dynamo_frontend_input_sequence_tokens", "prompt", TOKENS, **DYNAMO_OWN),
        sizes("dynamo_frontend_output_sequence_tokens", "output", TOKENS, **DYNAMO_OWN),
        counter("dynamo_frontend_requests_total", "requests * (1 - fails)", status="success",
                endpoint="chat_completions", request_type="stream", **DYNAMO_OWN),
        counter("dynamo_frontend_requests_total", "requests * fails", rare=True, status="error",
                endpoint="chat_completions", request_type="stream", **DYNAMO_OWN),
        count("dynamo_frontend_queued_requests", "requests * (queue + prefill).mean", **DYNAMO_OWN),
        count("dynamo_frontend_inflight_requests", f"requests * ({LLM_TOTAL}).mean", **DYNAMO_OWN),
        histogram("dynamo_component_request_duration_seconds", LLM_TOTAL, E2E, **DYNAMO_PART),
        counter("dynamo_component_requests_total", "requests", **DYNAMO_PART),
        count("dynamo_component_inflight_requests", f"requests * ({LLM_TOTAL}).mean",
              **DYNAMO_PART),
        gauge("dynamo_component_uptime_seconds", "400000", **DYNAMO_PART),
        gauge("dynamo_component_gpu_cache_usage_percent", "kv", most=1, **DYNAMO_PART),
        gauge("dynamo_component_active_blocks", "kv * 27862", **DYNAMO_PART),
        fixed("dynamo_component_total_blocks", 27862, **DYNAMO_PART)),
    KV_FULL, "own + " + LLM_TOTAL, "fails", "dynamo_")
DYNAMO_OLD = DYNAMO.variant("dynamo-old", {
    "dynamo_component_gpu_cache_usage_percent": "dynamo_component_kvstats_gpu_cache_usage_percent",
    "dynamo_component_active_blocks": "dynamo_component_kvstats_active_blocks",
    "dynamo_component_total_blocks": "dynamo_component_kvstats_total_blocks",
    "dynamo_component_uptime_seconds": "dynamo_component_system_uptime_seconds"})

LMDEPLOY_OWN = {"model_name": "internlm/internlm3-8b-instruct", "engine": "0"}
LMDEPLOY = Component(
    "lmdeploy", "llm", GENERATING, (
        histogram("lmdeploy:e2e_request_latency_seconds", LLM_TOTAL, E2E, **LMDEPLOY_OWN),
        histogram("lmdeploy:time_to_first_token_seconds", "queue + prefill", TTFT, **LMDEPLOY_OWN),
        histogram("lmdeploy:time_per_output_token_seconds", "decode / output.mean", TPOT,
                  **LMDEPLOY_OWN),
        histogram("lmdeploy:iter_token_latency", "decode / output.mean", TPOT,
                  per="requests * output.mean", **LMDEPLOY_OWN),
        histogram("lmdeploy:request_queue_time_seconds", "queue", E2E, **LMDEPLOY_OWN),
        histogram("lmdeploy:request_prefill_time_seconds", "prefill", E2E, **LMDEPLOY_OWN),
        histogram("lmdeploy:request_decode_time_seconds", "decode", E2E, **LMDEPLOY_OWN),
        sizes("lmdeploy:iteration_tokens_total", "output", ITERATION, per="requests * 24",
              **LMDEPLOY_OWN),
        sizes("lmdeploy:request_cache_hit_ratio", "hits_each", (.1, .2, .4, .6, .8, 1),
              **LMDEPLOY_OWN),
        counter("lmdeploy:request_success_total", "requests * .8", finished_reason="stop",
                **LMDEPLOY_OWN),
        counter("lmdeploy:request_success_total", "requests * .2", finished_reason="length",
                **LMDEPLOY_OWN),
        counter("lmdeploy:num_requests_failed", "requests * fails", kind="gauge", rare=True,
                **LMDEPLOY_OWN),
        count("lmdeploy:num_requests_running", "requests * (prefill + decode).mean",
              **LMDEPLOY_OWN),
        count("lmdeploy:num_requests_waiting", "requests * queue.mean", **LMDEPLOY_OWN),
        count("lmdeploy:num_api_requests_waiting", "0", **LMDEPLOY_OWN),
        gauge("lmdeploy:gpu_cache_usage_perc", "kv", most=1, **LMDEPLOY_OWN),
        gauge("lmdeploy:prefix_cache_hit_rate", "hits", most=1, **LMDEPLOY_OWN),
        counter("lmdeploy:prompt_tokens_total", "requests * prompt.mean", **LMDEPLOY_OWN),
        counter("lmdeploy:generation_tokens_total", "requests * output.mean", **LMDEPLOY_OWN)),
    KV_FULL, LLM_TOTAL, "fails", "lmdeploy:")
LMDEPLOY = replace(LMDEPLOY, state={**GENERATING, "hits_each": T(.4, .4)})

LLAMACPP = Component(
    "llamacpp", "llm", {**GENERATING, "requests": .5}, (
        counter("llamacpp:prompt_tokens_total", "requests * prompt.mean"),
        counter("llamacpp:prompt_seconds_total", "requests * prefill.mean"),
        counter("llamacpp:tokens_predicted_total", "requests * output.mean"),
        counter("llamacpp:tokens_predicted_seconds_total", "requests * decode.mean"),
        counter("llamacpp:n_decode_total", "requests * output.mean / 2"),
        gauge("llamacpp:prompt_tokens_seconds", "prompt.mean / prefill.mean"),
        gauge("llamacpp:predicted_tokens_seconds", "output.mean / decode.mean"),
        count("llamacpp:requests_processing", "requests * (prefill + decode).mean"),
        count("llamacpp:requests_deferred", "requests * queue.mean"),
        gauge("llamacpp:n_busy_slots_per_decode", "1 + requests"),
        fixed("llamacpp:n_tokens_max", 7911)),
    Incident("every token takes four times as long, and requests are deferred",
             {"decode": 4, "queue": 150}, inside="decode"), LLM_TOTAL, "0", "llamacpp:")

OLLAMA_OWN = {"model": "llama3.1:8b"}
OLLAMA = Component(
    "ollama", "llm", {**GENERATING, "requests": .5, "load": T(.05, .4)}, (
        histogram("ollama_response_seconds", "load + prefill + decode", PYTHON, **OLLAMA_OWN),
        histogram("ollama_load_duration_seconds", "load", PYTHON, **OLLAMA_OWN),
        histogram("ollama_prompt_eval_duration_seconds", "prefill", PYTHON, **OLLAMA_OWN),
        histogram("ollama_eval_duration_seconds", "decode", PYTHON, **OLLAMA_OWN),
        counter("ollama_requests_total", "requests", **OLLAMA_OWN),
        counter("ollama_tokens_generated_total", "requests * output.mean", **OLLAMA_OWN),
        counter("ollama_tokens_processed_total", "requests * prompt.mean", **OLLAMA_OWN)),
    Incident("the model is loaded anew for every question", {"load": 90}, inside="load"),
    "load + prefill + decode", "0", "ollama_")

KSERVE_OWN = {"model_name": "answers"}
KSERVE = Component(
    "kserve", "llm", {"requests": 4.0, "pre": T(.004, .4), "predict": T(.6, .4),
                      "post": T(.002, .4)}, (
        *[histogram(f"request_{name}_seconds", time, PYTHON, **KSERVE_OWN)
          for name, time in (("preprocess", "pre"), ("predict", "predict"), ("postprocess", "post"),
                             ("explain", "predict * .01"))],),
    Incident("its predictions take four times as long", {"predict": 4}, inside="predict"),
    "pre + predict + post", "0", "request_")

BENTO_OWN = {"endpoint": "/embed", "service_name": "Embedder", "service_version": "1.4",
             "runner_name": ""}
BENTOML = Component(
    "bentoml", "embedder", {"requests": 5.0, "serve": T(.07, .4), "fails": .001,
                            "batch": Size(6, .5)}, (
        histogram("bentoml_service_request_duration_seconds", "serve", PYTHON,
                  http_response_code="200", **BENTO_OWN),
        counter("bentoml_service_request_total", "requests * (1 - fails)", http_response_code="200",
                **BENTO_OWN),
        counter("bentoml_service_request_total", "requests * fails", rare=True,
                http_response_code="503", **BENTO_OWN),
        count("bentoml_service_request_in_progress", "requests * serve.mean", **BENTO_OWN),
        sizes("bentoml_service_adaptive_batch_size", "batch", (1, 2, 4, 8, 16, 32, 64),
              service_name="Embedder", method_name="embed", worker_index="1")),
    Incident("it answers 503 to every fifth request", {"serve": 1.5}, {"fails": .2}),
    "serve", "fails", "bentoml_service_")


# --- Embedding and reranking

def tei(name, role, items, item_name, method, infer):
    """Text Embeddings Inference, which embeds or reranks."""
    total = "tokenization + queue + inference"
    return Component(
        name, role,
        {"requests": 6.0, "tokenization": T(.0012, .4), "queue": T(.002, .7), "inference": infer,
         "fails": .0005, "batch": Size(12, .6), "tokens": Size(1800, .6)}, (
            histogram("te_request_duration", total, TEI, method=method),
            histogram("te_request_tokenization_duration", "tokenization", TEI, method=method),
            histogram("te_request_queue_duration", "queue", TEI, method=method),
            histogram("te_request_inference_duration", "inference", TEI, method=method),
            histogram(f"te_{item_name}_duration", total, TEI, per=f"requests * {items}"),
            *[histogram(f"te_{item_name}_{part}_duration", part, TEI, per=f"requests * {items}")
              for part in ("tokenization", "queue", "inference")],
            counter(f"te_{item_name}_count", f"requests * {items}"),
            counter(f"te_{item_name}_success", f"requests * {items} * (1 - fails)"),
            counter("te_request_count", "requests", method=method),
            counter("te_request_success", "requests * (1 - fails)", method=method),
            counter("te_request_failure", "requests * fails * .8", rare=True, err="overloaded"),
            counter("te_request_failure", "requests * fails * .2", rare=True, err="inference"),
            count("te_queue_size", f"requests * {items} * queue.mean"),
            sizes("te_batch_next_size", "batch", TOKENS[:8], per="requests * .4"),
            sizes("te_batch_next_tokens", "tokens", TOKENS, per="requests * .4")),
        Incident("requests wait for a batch, and some are turned away as overloaded",
                 {"queue": 180}, {"fails": .05}, "queue"), total, "fails", "te_")


TEI_EMBED = tei("tei-embed", "embedder", 1, "embed", "single", T(.014, .3))
TEI_RERANK = tei("tei-rerank", "reranker", 20, "predict", "batch", T(.055, .3))

INFINITY = Component(
    "infinity", "embedder", {"requests": 6.0, "serve": T(.025, .5), "fails": .0005},
    instrumentator("/embeddings", "requests", "serve"),
    Incident("embeddings take eight times as long", {"serve": 8}), "serve", "fails", "http_")


# --- Gateways

LITELLM_MODELS = {"gpt-4o": ("openai", "https://api.openai.com", "gpt"),
                  "claude-sonnet": ("anthropic", "https://api.anthropic.com", "claude"),
                  "llama-local": ("hosted_vllm", "http://vllm.llm:8000", "local")}


LITELLM_MEAN = "(gpt * gpt_share + claude * claude_share + local * local_share)"


def litellm_rows():
    """LiteLLM has everything by model; of the state, a model's own numbers begin with its key."""
    rows = []
    add = rows.append
    for name, (provider, base, key) in LITELLM_MODELS.items():
        rate = f"requests * {key}_share"
        own = {"requested_model": name, "hashed_api_key": "88dc28d0", "team": "search",
               "user": "rag", "end_user": "", "route": "/chat/completions"}
        at = {"model": name, "model_id": f"id-{key}", "api_provider": provider}
        deployment = {"litellm_model_name": f"{provider}/{name}", "api_base": base, **at}
        failing = {**own, "exception_status": "500", "exception_class": "InternalServerError"}
        add(histogram("litellm_request_total_latency_metric", f"queue + overhead + {key}", LITELLM,
                      per=rate, **own, model=name))
        add(histogram("litellm_llm_api_latency_metric", key, LITELLM, per=rate, **own, **at))
        add(histogram("litellm_llm_api_time_to_first_token_metric", f"{key} * .12", LITELLM,
                      per=f"{rate} * .7", **at))
        add(histogram("litellm_request_queue_time_seconds", "queue", LITELLM, per=rate, **own))
        add(histogram("litellm_overhead_latency_metric", "overhead", LITELLM, per=rate,
                      model_group=name, **at))
        add(histogram("litellm_deployment_latency_per_output_token", f"{key} / 210", LITELLM,
                      per=rate, **deployment))
        add(counter("litellm_proxy_total_requests_metric_total", f"{rate} * (1 - {key}_fails)",
                    status_code="200", **own))
        add(counter("litellm_proxy_total_requests_metric_total", f"{rate} * {key}_fails", rare=True,
                    status_code="500", **own))
        add(counter("litellm_requests_metric_total", rate, **own, model=name))
        add(counter("litellm_proxy_failed_requests_metric_total", f"{rate} * {key}_fails",
                    rare=True, **failing))
        add(counter("litellm_deployment_failure_responses_total", f"{rate} * {key}_fails",
                    rare=True, **deployment, exception_status="500",
                    exception_class="InternalServerError"))
        add(counter("litellm_deployment_success_responses_total", f"{rate} * (1 - {key}_fails)",
                    **deployment))
        add(counter("litellm_deployment_total_requests_total", rate, **deployment))
        add(fixed("litellm_deployment_state", f"int({key}_fails > .1)", **deployment))
        add(counter("litellm_input_tokens_metric_total", f"{rate} * 1500", **own, model=name))
        add(counter("litellm_output_tokens_metric_total", f"{rate} * 210", **own, model=name))
        add(counter("litellm_total_tokens_metric_total", f"{rate} * 1710", **own, model=name))
        add(counter("litellm_spend_metric_total", f"{rate} * .004", **own, model=name))
    add(counter("litellm_deployment_successful_fallbacks_total",
                "requests * gpt_share * gpt_fails * .3", rare=True, requested_model="gpt-4o",
                fallback_model="claude-sonnet", hashed_api_key="88dc28d0",
                exception_status="500", exception_class="InternalServerError"))
    add(count("litellm_in_flight_requests", f"1 + requests * ({LITELLM_MEAN}).mean"))
    add(counter("litellm_cache_hits_metric_total", "requests * .1", model="gpt-4o"))
    add(counter("litellm_cache_misses_metric_total", "requests * .9", model="gpt-4o"))
    add(histogram("litellm_guardrail_latency_seconds", "guardrail", LITELLM,
                  guardrail_name="pii", status="success", error_type="", hook_type="pre_call"))
    add(histogram("litellm_redis_latency", "redis", LITELLM, redis="redis"))
    return tuple(rows)


LITELLM_PROXY = Component(
    "litellm", "gateway",
    {"requests": 4.0, "gpt_share": .5, "claude_share": .3, "local_share": .2,
     "gpt": T(3.1, .5), "claude": T(3.8, .5), "local": T(4.4, .5),
     "gpt_fails": .002, "claude_fails": .002, "local_fails": .002, "queue": T(.004, .6),
     "overhead": T(.012, .5), "guardrail": T(.03, .4), "redis": T(.001, .5)},
    litellm_rows(),
    Incident("one of its three models fails", {"gpt": 1.3}, {"gpt_fails": .35}, "gpt-4o"),
    f"queue + overhead + {LITELLM_MEAN}",
    "gpt_share * gpt_fails + claude_share * claude_fails + local_share * local_fails", "litellm_")

AIGW = {"otel_scope_name": "envoyproxy/ai-gateway", "gen_ai_operation_name": "chat",
        "gen_ai_original_model": "gpt-4o", "gen_ai_request_model": "gpt-4o",
        "gen_ai_response_model": "gpt-4o-2024-08-06", "gen_ai_provider_name": "openai"}


def aigw(name, usage):
    """Envoy AI Gateway; the name of its histogram of tokens differs between exporters."""
    return Component(
        name, "gateway",
        {"requests": 3.0, "llm": T(3.2, .5), "first": T(.4, .5), "fails": .002,
         "prompt": Size(1500, .6), "output": Size(210, .7), "mcp": T(.12, .6), "mcp_fails": .004}, (
            histogram("gen_ai_server_request_duration_seconds", "llm", GEN_AI,
                      per="requests * (1 - fails)", **AIGW),
            histogram("gen_ai_server_request_duration_seconds", "llm", GEN_AI,
                      per="requests * fails", **AIGW, error_type="_OTHER"),
            histogram("gen_ai_server_time_to_first_token_seconds", "first",
                      GEN_AI_TTFT + (30, 60), **AIGW),
            histogram("gen_ai_server_time_per_output_token_seconds", "llm / output.mean",
                      GEN_AI_TPOT, per="requests * output.mean", **AIGW),
            *each("gen_ai_token_type", {"input": "prompt", "output": "output",
                                        "cached_input": "prompt * .3", "reasoning": "output * .5"},
                  lambda size, by: sizes(usage, size, GEN_AI_TOKENS, **AIGW, **by)),
            histogram("mcp_request_duration", "mcp", GO, per="requests * .3",
                      otel_scope_name="envoyproxy/ai-gateway", mcp_backend="search"),
            sizes("mcp_initialization_duration_token", "mcp", GO, per="requests * .01",
                  otel_scope_name="envoyproxy/ai-gateway"),
            *each("status", {"success": "requests * .3 * (1 - mcp_fails)",
                             "failed": "requests * .3 * mcp_fails", "error": "0"}, lambda rate, by:
                  counter("mcp_method_count_total", rate, mcp_method_name="tools/call",
                          mcp_backend="search", otel_scope_name="envoyproxy/ai-gateway", **by))),
        Incident("the provider's first token takes eight times as long", {"first": 8, "llm": 1.9},
                 inside="llm"), "llm", "fails", "gen_ai_")


HIGRESS_OWN = {"ai_route": "chat", "ai_cluster": "outbound|443||qwen.dns", "ai_model": "qwen-max",
               "ai_consumer": "rag"}
HIGRESS_NAME = "route_upstream_model_consumer_metric_"
HIGRESS = Component(
    "higress", "gateway", {"requests": 3.0, "llm": T(3.2, .5), "first": T(.5, .5)}, tuple(
        counter(HIGRESS_NAME + name, rate, **HIGRESS_OWN) for name, rate in (
            ("llm_service_duration", "1000 * requests * llm.mean"),
            ("llm_duration_count", "requests"),
            ("llm_first_token_duration", "800 * requests * first.mean"),
            ("llm_stream_duration_count", "requests * .8"),
            ("input_token", "requests * 1500"), ("output_token", "requests * 210"),
            ("total_token", "requests * 1710"))),
    Incident("the provider takes three times as long", {"llm": 3, "first": 3}), "llm", "0",
    HIGRESS_NAME)

KONG_AI = {"ai_provider": "openai", "ai_model": "gpt-4o", "cache_status": "", "vector_db": "",
           "embeddings_provider": "", "embeddings_model": "", "workspace": "default"}
KONG_HTTP = {"service": "rag", "route": "ask", "workspace": "default", "consumer": ""}
KONG = Component(
    "kong", "gateway", {"requests": 3.0, "own": T(.003, .6), "llm": T(3.0, .5), "fails": .002}, (
        histogram("kong_ai_llm_provider_latency_ms", "llm", KONG_LLM_MS, unit=1000, **KONG_AI),
        counter("kong_ai_llm_requests_total", "requests", **KONG_AI),
        *each("token_type", {"prompt_tokens": "requests * 1500",
                             "completion_tokens": "requests * 210",
                             "total_tokens": "requests * 1710"}, lambda rate, by: counter(
            "kong_ai_llm_tokens_total", rate, **KONG_AI, **by)),
        counter("kong_ai_llm_cost_total", "requests * .004", **KONG_AI),
        histogram("kong_request_latency_ms", "own + llm", KONG_MS, unit=1000, **KONG_HTTP),
        histogram("kong_upstream_latency_ms", "llm", KONG_MS, unit=1000, **KONG_HTTP),
        histogram("kong_kong_latency_ms", "own", KONG_MS, unit=1000, **KONG_HTTP),
        counter("kong_http_requests_total", "requests * (1 - fails)", code="200", source="service",
                **KONG_HTTP),
        counter("kong_http_requests_total", "requests * fails", rare=True, code="502",
                source="service", **KONG_HTTP),
        counter("kong_nginx_requests_total", "requests", kind="gauge", node_id="d3b0"),
        *each("state", {"active": "9", "reading": "0", "waiting": "5", "writing": "4"},
              lambda level, by: count("kong_nginx_connections_total", level, node_id="d3b0", **by)),
        fixed("kong_node_info", 1, node_id="d3b0", version="3.9.1")),
    Incident("the provider answers one request in seven with 502", {"llm": 1.4}, {"fails": .15}),
    "own + llm", "fails", "kong_")

ISTIO_EDGES = {
    ("istio-ingressgateway", "rag-api"): ("api", "requests"),
    ("rag-api", "embedder"): ("embed", "requests"),
    ("rag-api", "qdrant"): ("search", "requests * 2"),
    ("rag-api", "vllm"): ("llm", "requests")}


def istio_rows():
    """Both ends of every edge report it."""
    rows = []
    for (source, destination), (key, rate) in ISTIO_EDGES.items():
        time = "own + embed + search * 2 + llm" if key == "api" else key
        for reporter in ("source", "destination"):
            own = {"reporter": reporter, "source_workload": source,
                   "destination_workload": destination, "source_workload_namespace": "rag",
                   "destination_workload_namespace": "rag", "destination_service_name": destination,
                   "destination_service": f"{destination}.rag.svc.cluster.local",
                   "request_protocol": "http"}
            fails = f"{key}_fails" if key != "api" else "llm_fails"
            rows += [
                histogram("istio_request_duration_milliseconds", time, ISTIO_MS, per=rate,
                          unit=1000, **own, response_code="200", response_flags="-"),
                counter("istio_requests_total", f"{rate} * (1 - {fails})", **own,
                        response_code="200", response_flags="-"),
                counter("istio_requests_total", f"{rate} * {fails}", rare=True, **own,
                        response_code="503", response_flags="UO" if reporter == "source" else "-")]
    return tuple(rows)


ISTIO = Component(
    "istio", "gateway",
    {"requests": 3.0, "own": T(.02, .4), "embed": T(.03, .4), "search": T(.02, .5),
     "llm": T(3.0, .5), "embed_fails": .0005, "search_fails": .0005, "llm_fails": .001},
    istio_rows(),
    Incident("calls of the workload vllm overflow", {"llm": 1.8}, {"llm_fails": .2}, "vllm"),
    "own + embed + search * 2 + llm", "llm_fails", "istio_")
ENVOY_OWN = {"envoy_cluster_name": "outbound_8000__vllm_rag"}
ENVOY = Component(
    "envoy", "gateway", {"requests": 3.0, "upstream": T(3.0, .5), "fails": .001, "pending": .2}, (
        histogram("envoy_cluster_upstream_rq_time", "upstream", ISTIO_MS, unit=1000, **ENVOY_OWN),
        *each("envoy_response_code_class",
              {"2": "requests * (1 - fails)", "5": "requests * fails"}, lambda rate, by: counter(
                  "envoy_cluster_upstream_rq_xx", rate, **ENVOY_OWN, **by)),
        counter("envoy_cluster_upstream_rq_total", "requests", **ENVOY_OWN),
        count("envoy_cluster_upstream_rq_pending_active", "pending", **ENVOY_OWN)),
    Incident("requests are pending, the upstream takes three times as long", {"upstream": 3},
             {"pending": 20.0, "fails": .05}), "upstream", "fails", "envoy_")

INGRESS_OWN = {"method": "POST", "path": "/", "namespace": "rag", "ingress": "rag",
               "service": "rag-api", "canary": "", "host": "rag.example.com",
               "controller_class": "k8s.io/ingress-nginx"}
INGRESS = Component(
    "ingress-nginx", "gateway",
    {"requests": 3.0, "own": T(.002, .6), "upstream": T(3.4, .5), "fails": .0005,
     "upstream_fails": .001, "gone": .004}, (
        histogram("nginx_ingress_controller_request_duration_seconds", "own + upstream", GO,
                  status="200", help="The request processing time in milliseconds", **INGRESS_OWN),
        histogram("nginx_ingress_controller_response_duration_seconds", "upstream", GO,
                  status="200", help="The time spent on receiving the response from the upstream",
                  **INGRESS_OWN),
        histogram("nginx_ingress_controller_header_duration_seconds", "upstream * .2", GO,
                  status="200", **INGRESS_OWN),
        counter("nginx_ingress_controller_requests",
                "requests * (1 - gone - fails - upstream_fails)", status="200", **INGRESS_OWN),
        counter("nginx_ingress_controller_requests", "requests * gone", rare=True, status="499",
                **INGRESS_OWN),
        counter("nginx_ingress_controller_requests", "requests * fails", rare=True, status="503",
                **INGRESS_OWN),
        counter("nginx_ingress_controller_requests", "requests * upstream_fails", rare=True,
                status="502", **INGRESS_OWN),
        count("nginx_ingress_controller_nginx_process_connections", "8", state="active"),
        counter("nginx_ingress_controller_success", ".001")),
    Incident("it turns away one request in eight with 503", {}, {"fails": .12}),
    "own + upstream", "fails + upstream_fails", "nginx_ingress_controller_")


# --- Applications and what OpenTelemetry exports

WITHIN_DOTS = re.compile("gen_ai|time_to_first_token|time_to_first_chunk|time_per_output_token|"
                         "invoke_agent|execute_tool|[a-z]+")


def with_dots(name):
    """A name as the conventions spell it: gen_ai.client.operation.duration."""
    return ".".join(WITHIN_DOTS.findall(name))


def genai(name, client, server, usage, dotted=False):
    """The semantic conventions for generative AI; exporters spell CLIENT, SERVER and USAGE."""
    llm = {"gen_ai_request_model": "gpt-4o", "gen_ai_response_model": "gpt-4o-2024-08-06",
           "gen_ai_provider_name": "openai", "server_address": "tgi.rag", "server_port": "80"}
    embed = {"gen_ai_request_model": EMBEDDER, "gen_ai_provider_name": "openai",
             "gen_ai_operation_name": "embeddings", "server_address": "tei-embed.rag",
             "server_port": "80"}
    chat = {**llm, "gen_ai_operation_name": "chat"}
    tool = {"gen_ai_tool_name": "web_search", "gen_ai_operation_name": "execute_tool"}
    tail = "" if client.endswith("duration") else "_seconds"
    rows = [
        histogram(client, "llm", GEN_AI, per="requests * (1 - llm_fails)", **chat),
        histogram(client, "llm", GEN_AI, per="requests * llm_fails", error_type="timeout", **chat),
        histogram(client, "embed", GEN_AI, **embed),
        *each("gen_ai_token_type", {"input": "prompt", "output": "output"}, lambda size, by: sizes(
            usage, size, GEN_AI_TOKENS, **chat, **by)),
        histogram("gen_ai_client_operation_time_to_first_chunk" + tail, "first", GEN_AI_TTFT,
                  **chat),
        histogram(f"{server}_request_duration{tail}", "llm", GEN_AI, **chat),
        histogram(f"{server}_time_to_first_token{tail}", "first", GEN_AI_TTFT, **chat),
        histogram(f"{server}_time_per_output_token{tail}", "llm / output.mean", GEN_AI_TPOT,
                  per="requests * output.mean", **chat),
        histogram("gen_ai_invoke_agent_duration" + tail, "plan + tool * .4 + llm", GEN_AI,
                  gen_ai_agent_name="researcher"),
        histogram("gen_ai_execute_tool_duration" + tail, "tool", GEN_AI,
                  per="requests * .4 * (1 - tool_fails)", **tool),
        histogram("gen_ai_execute_tool_duration" + tail, "tool", GEN_AI,
                  per="requests * .4 * tool_fails", **tool, error_type="timeout"),
        histogram("gen_ai_workflow_duration" + tail, "plan + embed + search + tool * .4 + llm",
                  GEN_AI, gen_ai_workflow_name="rag")]
    if dotted:
        rows = [replace(row, name=with_dots(row.name.removesuffix("_seconds")),
                        labels={with_dots(key): value for key, value in row.labels.items()})
                for row in rows]
    return Component(
        name, "application",
        {"requests": 3.0, "plan": T(.05, .4), "embed": T(.03, .4), "search": T(.05, .5),
         "llm": T(3.0, .5), "first": T(.4, .5), "tool": T(.6, .6), "prompt": Size(1500, .6),
         "output": Size(210, .7), "llm_fails": .002, "tool_fails": .005}, tuple(rows),
        Incident("its tool of web search is slow and fails", {"tool": 6}, {"tool_fails": .2},
                 "web_search"), "plan + embed + search + tool * .4 + llm", "llm_fails", "gen_ai_",
        dotted)


CLIENT = "gen_ai_client_operation_duration"
OPENLLMETRY_OWN = {"gen_ai_system": "openai", "gen_ai_response_model": "gpt-4o-2024-08-06",
                   "stream": "false", "gen_ai_operation_name": "chat",
                   "server_address": "api.openai.com"}


def openllmetry(name, usage, exceptions):
    """Traceloop's OpenLLMetry."""
    return Component(
        name, "application",
        {"requests": 3.0, "llm": T(3.0, .5), "first": T(.4, .5), "search": T(.03, .5),
         "fails": .002, "prompt": Size(1500, .6), "output": Size(210, .7)}, (
            histogram("gen_ai_client_operation_duration_seconds", "llm", GEN_AI, **OPENLLMETRY_OWN),
            histogram("llm_chat_completions_streaming_time_to_generate_seconds", "llm", PYTHON,
                      per="requests * .5", **OPENLLMETRY_OWN),
            histogram("gen_ai_server_time_to_first_token_seconds", "first", GEN_AI_TTFT,
                      **OPENLLMETRY_OWN),
            *each("gen_ai_token_type", {"input": "prompt", "output": "output"}, lambda size, by:
                  sizes(usage, size, GEN_AI_TOKENS, **OPENLLMETRY_OWN, **by)),
            counter("gen_ai_client_generation_choices_total", "requests", **OPENLLMETRY_OWN),
            counter(exceptions, "requests * fails", rare=True, **OPENLLMETRY_OWN),
            histogram("db_client_query_duration_seconds", "search", OTEL_DB, db_system="milvus"),
            histogram("db_pinecone_query_duration_seconds", "search * 2", OTEL_DB,
                      per="requests * .2", db_system="pinecone")),
        Incident("its queries of the vector database take long", {"search": 40}, inside="search"),
        "search + llm", "fails", "gen_ai_")


OTEL_ROUTE = {"http_request_method": "POST", "http_route": "/ask", "url_scheme": "http"}


def otel_http(name="otel-http"):
    """A RAG application with the HTTP instrumentation of OpenTelemetry, server and clients."""
    total = "own + embed + search + rerank + llm"
    fails = "fails + embed_fails + search_fails + rerank_fails + llm_fails"
    backends = (("embed", "tei-embed"), ("search", "qdrant"), ("rerank", "tei-rerank"),
                ("llm", "vllm"))
    rows = [
        histogram("http_server_request_duration_seconds", total, OTEL_HTTP,
                  per=f"requests * (1 - {fails.replace('+', '-')})", **OTEL_ROUTE,
                  http_response_status_code="200"),
        histogram("http_server_request_duration_seconds", total, OTEL_HTTP,
                  per=f"requests * ({fails})", **OTEL_ROUTE, http_response_status_code="500",
                  error_type="500"),
        count("http_server_active_requests", f"requests * ({total}).mean",
              http_request_method="POST", url_scheme="http")]
    for key, host in backends:
        own = {"http_request_method": "POST", "server_address": f"{host}.rag", "server_port": "80"}
        rows += [
            histogram("http_client_request_duration_seconds", key, OTEL_HTTP,
                      per=f"requests * (1 - {key}_fails)", **own, http_response_status_code="200"),
            histogram("http_client_request_duration_seconds", key, OTEL_HTTP,
                      per=f"requests * {key}_fails", **own, http_response_status_code="503",
                      error_type="503")]
    return Component(
        name, "application",
        {"requests": 3.0, "own": T(.04, .4), "embed": T(.02, .4), "search": T(.02, .5),
         "rerank": T(.06, .4), "llm": T(3.2, .5), "fails": .0005, "embed_fails": .0003,
         "search_fails": .0003, "rerank_fails": .0003, "llm_fails": .001}, tuple(rows),
        Incident("its own work takes long, and some of it fails", {"own": 30}, {"fails": .06}),
        total, fails, "http_")


OTEL_HTTP_OLD = Component(
    "otel-http-old", "application", {"requests": 3.0, "serve": T(1.2, .5), "fails": .001}, (
        histogram("http_server_duration_milliseconds", "serve", OTEL_MS, unit=1000,
                  per="requests * (1 - fails)", http_method="POST", http_route="/ask",
                  http_status_code="200"),
        histogram("http_server_duration_milliseconds", "serve", OTEL_MS, unit=1000,
                  per="requests * fails", http_method="POST", http_route="/ask",
                  http_status_code="500"),
        count("http_server_active_requests", "requests * serve.mean", http_method="POST")),
    Incident("one request in eight fails", {"serve": 1.4}, {"fails": .12}), "serve", "fails",
    "http_")

DB_OWN = {"db_system_name": "postgresql", "db_operation_name": "SELECT",
          "db_collection_name": "chunks", "server_address": "pgvector.rag"}
DB_POOL = {"db_client_connection_pool_name": "main"}
OTEL_DB_CLIENT = Component(
    "otel-db", "vector_db",
    {"requests": 6.0, "query": T(.02, .5), "wait": T(.001, .6), "used": 3.0, "limit": 20,
     "pending": .1, "fails": .0005}, (
        histogram("db_client_operation_duration_seconds", "wait + query", OTEL_DB,
                  per="requests * (1 - fails)", **DB_OWN),
        histogram("db_client_operation_duration_seconds", "wait + query", OTEL_DB,
                  per="requests * fails", **DB_OWN, error_type="timeout"),
        count("db_client_connection_count", "used", **DB_POOL, db_client_connection_state="used"),
        count("db_client_connection_count", "limit - used", **DB_POOL,
              db_client_connection_state="idle"),
        fixed("db_client_connection_max", "limit", **DB_POOL),
        count("db_client_connection_pending_requests", "pending", **DB_POOL),
        histogram("db_client_connection_wait_time_seconds", "wait", OTEL_DB, **DB_POOL),
        histogram("db_client_connection_use_time_seconds", "query", OTEL_DB, **DB_POOL)),
    Incident("its pool is empty: queries wait for a connection", {"wait": 600},
             {"used": 20.0, "pending": 9.0, "fails": .02}, "wait"),
    "wait + query", "fails", "db_client_")
OTEL_DB_OLD = OTEL_DB_CLIENT.variant("otel-db-old", {
    "db_client_connection_count": "db_client_connections_usage",
    "db_client_connection_max": "db_client_connections_max",
    "db_client_connection_pending_requests": "db_client_connections_pending_requests",
    "db_client_connection_wait_time_seconds": "db_client_connections_wait_time_milliseconds",
    "db_client_connection_use_time_seconds": "db_client_connections_use_time_milliseconds"},
    {"db_client_connection_pool_name": "pool_name", "db_client_connection_state": "state",
     "db_system_name": "db_system"})
OTEL_DB_OLD = replace(OTEL_DB_OLD, rows=tuple(
    replace(row, unit=1000, bounds=OTEL_MS) if row.name.endswith("_milliseconds") else row
    for row in OTEL_DB_OLD.rows))

MCP = Component(
    "mcp", "tools", {"requests": 2.0, "fetch": T(.3, .6), "sql": T(.08, .6), "fetch_fails": .004,
                     "sql_fails": .002}, tuple(
        histogram(f"mcp_{side}_operation_duration_seconds", time, OTEL_MCP, per=rate,
                  mcp_method_name="tools/call", gen_ai_tool_name=tool, **more)
        for side in ("server", "client")
        for tool, time in (("web_fetch", "fetch"), ("sql_query", "sql"))
        for rate, more in ((f"requests * (1 - {time}_fails)", {}),
                           (f"requests * {time}_fails", {"error_type": "tool_error",
                                                         "rpc_response_status_code": "-32603"}))),
    Incident("one of its tools is slow and fails", {"fetch": 8}, {"fetch_fails": .25}, "web_fetch"),
    "fetch", "fetch_fails", "mcp_")

FASTAPI = Component(
    "fastapi-instrumentator", "application", {"requests": 3.0, "serve": T(1.3, .5), "fails": .001},
    instrumentator("/query", "requests", "serve"),
    Incident("questions take three times as long", {"serve": 3}), "serve", "fails", "http_")


# --- Vector databases and stores

QDRANT_SEARCH = {"method": "POST", "endpoint": "/collections/{name}/points/search"}
QDRANT_UPSERT = {"method": "PUT", "endpoint": "/collections/{name}/points"}
QDRANT_GRPC = {"endpoint": "/qdrant.Points/Query"}
QDRANT_DB = Component(
    "qdrant", "vector_db",
    {"requests": 6.0, "search": T(.012, .5), "upsert": T(.03, .5), "writes": .5, "fails": .0005,
     "optimizing": .1, "updates": .3, "memory": 2.1e9, "dead": 0}, (
        histogram("rest_responses_duration_seconds", "search", QDRANT, per="requests * .7",
                  status="200", **QDRANT_SEARCH),
        histogram("rest_responses_duration_seconds", "upsert", QDRANT, per="writes", status="200",
                  **QDRANT_UPSERT),
        counter("rest_responses_total", "requests * .7", status="200", **QDRANT_SEARCH),
        counter("rest_responses_total", "requests * fails", rare=True, status="500",
                **QDRANT_SEARCH),
        counter("rest_responses_total", "writes", status="200", **QDRANT_UPSERT),
        counter("rest_responses_fail_total", "requests * fails", rare=True, **QDRANT_SEARCH),
        histogram("grpc_responses_duration_seconds", "search", QDRANT, per="requests * .3",
                  status="0", **QDRANT_GRPC),
        counter("grpc_responses_total", "requests * .3", status="0", **QDRANT_GRPC),
        counter("grpc_responses_total", "requests * fails * .2", rare=True, status="14",
                **QDRANT_GRPC),
        count("collection_running_optimizations", "optimizing", id="chunks"),
        count("collection_update_queue_length", "updates", id="chunks"),
        gauge("collection_vectors", "812000", id="chunks"),
        gauge("memory_resident_bytes", "memory"),
        gauge("memory_allocated_bytes", "memory * .9"),
        fixed("collection_dead_replicas", "dead"),
        *[fixed("quota_exceeded", 0, resource=resource) for resource in ("memory", "disk")],
        fixed("collections_total", 3), fixed("cluster_peers_total", 1),
        fixed("cluster_pending_operations_total", 0), fixed("cluster_enabled", 0),
        fixed("app_info", 1, name="qdrant", version="1.19.0")),
    Incident("optimizations run, and searches take twelve times as long",
             {"search": 12, "memory": 1.4}, {"optimizing": 4.0, "updates": 60.0}, "search"),
    "search", "fails")

MILVUS_OWN = {"node_id": "4", "query_type": "search"}
MILVUS_PROXY = {**MILVUS_OWN, "db_name": "default", "collection_name": "chunks"}
MILVUS_WAIT = "node_queue + tsafe + core + node_reduce"
MILVUS_TOTAL = f"proxy_queue + {MILVUS_WAIT} + reduce"


def milvus(name, failed, proxy_queue):
    """Milvus, all in one process; FAILED are what its version calls requests that failed."""
    own = {"node_id": "4", "function_name": "Search", "db_name": "default",
           "collection_name": "chunks"}

    def latency(name, time, **labels):
        return histogram(name, time, MILVUS_MS, unit=1000, **labels)
    return Component(
        name, "vector_db",
        {"requests": 6.0, "proxy_queue": T(.0008, .5), "reduce": T(.001, .5),
         "node_queue": T(.001, .6), "tsafe": T(.002, .6), "core": T(.012, .5),
         "node_reduce": T(.001, .5), "fails": .0005, "ready": .2, "unsolved": .1, "limited": .0005,
         "slow": .001}, (
            latency("milvus_proxy_sq_latency", MILVUS_TOTAL, **MILVUS_PROXY),
            *([latency("milvus_proxy_req_in_queue_latency", "proxy_queue", node_id="4",
                       function_name="Search")] if proxy_queue else []),
            latency("milvus_proxy_sq_wait_result_latency", MILVUS_WAIT, **MILVUS_OWN),
            latency("milvus_proxy_sq_reduce_result_latency", "reduce", **MILVUS_OWN),
            latency("milvus_proxy_req_latency", MILVUS_TOTAL, node_id="4", function_name="Search"),
            latency("milvus_querynode_sq_req_latency", MILVUS_WAIT, **MILVUS_OWN, scope="all"),
            latency("milvus_querynode_sq_queue_latency", "node_queue", **MILVUS_OWN),
            latency("milvus_querynode_sq_wait_tsafe_latency", "tsafe", **MILVUS_OWN),
            latency("milvus_querynode_sq_core_latency", "core", **MILVUS_OWN),
            latency("milvus_querynode_sq_reduce_latency", "node_reduce", **MILVUS_OWN),
            counter("milvus_proxy_req_count", "requests", status="total", **own),
            counter("milvus_proxy_req_count", "requests * (1 - fails)", status="success", **own),
            *each("status", failed, lambda rate, by: counter(
                "milvus_proxy_req_count", rate, rare=True, **own, **by)),
            count("milvus_querynode_read_task_ready_len", "ready", node_id="4"),
            count("milvus_querynode_read_task_unsolved_len", "unsolved", node_id="4"),
            counter("milvus_proxy_rate_limit_req_count", "requests * limited", rare=True,
                    node_id="4", msg_type="search", status="fail"),
            counter("milvus_proxy_slow_query_count", "requests * slow", rare=True, node_id="4",
                    msg_type="search"),
            fixed("milvus_build_info", 1, version="2.6.1", git_commit="01f8faa")),
        Incident("searches of its segments take twelve times as long",
                 {"core": 12, "node_queue": 30}, {"ready": 14.0, "slow": .2}, "core"),
        MILVUS_TOTAL, "fails", "milvus_")


WEAVIATE_OWN = {"class_name": "Chunk", "query_type": "get_graphql"}
WEAVIATE = Component(
    "weaviate", "vector_db",
    {"requests": 5.0, "query": T(.03, .5), "vectorize": T(.05, .5), "filter": T(.004, .4),
     "fails": .0005, "module_fails": .0005, "queued": 20.0}, (
        histogram("queries_durations_ms", "query", WEAVIATE_MS, unit=1000, **WEAVIATE_OWN),
        histogram("weaviate_http_request_duration_seconds", "vectorize + query", GO,
                  method="POST", route="/v1/graphql", status_code="200"),
        histogram("weaviate_grpc_server_request_duration_seconds", "vectorize + query", GO,
                  grpc_service="weaviate.v1.Weaviate", method="Search", status="OK"),
        histogram("weaviate_module_request_duration_seconds", "vectorize", GO, op="vectorize",
                  api="text2vec-openai"),
        counter("weaviate_module_requests_total", "requests", op="vectorize",
                api="text2vec-openai"),
        counter("weaviate_module_error_total", "requests * module_fails", rare=True,
                module="text2vec-openai", op="vectorize", endpoint="/v1/embeddings",
                status_code="500"),
        *each("status", {"ok": "requests * (1 - fails)", "user_error": "0",
                         "server_error": "requests * fails"}, lambda rate, by: counter(
            "requests_total", rate, kind="gauge", api="graphql", **WEAVIATE_OWN, **by)),
        count("concurrent_queries_count", "requests * query.mean", **WEAVIATE_OWN),
        gauge("queue_size", "queued", class_name="Chunk", shard_name="s1", target_vector=""),
        *each("operation", {"filter": "filter", "vector": "query * .7", "sort": "query * .01",
                            "objects": "query * .2"}, lambda time, by: summary(
            "queries_filtered_vector_durations_ms", time, (.5, .9, .99), unit=1000,
            class_name="Chunk", shard_name="s1", **by)),
        fixed("object_count", 812000, class_name="Chunk", shard_name="s1"),
        fixed("weaviate_build_info", 1, version="1.31.0", revision="adcffc5", branch="main",
              goversion="go1.24")),
    Incident("the model that turns queries into vectors is slow and fails", {"vectorize": 20},
             {"module_fails": .08}, "vectorize"), "vectorize + query", "fails + module_fails")
WEAVIATE_OLD = WEAVIATE.variant("weaviate-old", {
    "weaviate_http_request_duration_seconds": "http_request_duration_seconds",
    "weaviate_grpc_server_request_duration_seconds": "grpc_server_request_duration_seconds"})

PG_OWN = {"datname": "rag", "datid": "16384"}
POSTGRES = Component(
    "postgres", "vector_db",
    {"requests": 6.0, "query": T(.02, .5), "used": 12.0, "idle": 6.0, "limit": 100, "fails": .0005,
     "reads": .02, "locks": 9.0, "exclusive": .2, "longest": .3, "deadlocks": 0.0}, (
        fixed("pg_up", 1),
        counter("pg_stat_database_active_time_seconds_total", "requests * query.mean", **PG_OWN),
        counter("pg_stat_statements_seconds_total", "requests * query.mean", datname="rag",
                user="rag", queryid="7129835"),
        counter("pg_stat_statements_calls_total", "requests", datname="rag", user="rag",
                queryid="7129835"),
        counter("pg_stat_database_xact_commit", "requests * (1 - fails)", **PG_OWN),
        counter("pg_stat_database_xact_rollback", "requests * fails", rare=True, **PG_OWN),
        *each("state", {"active": "used", "idle": "idle", "idle in transaction": "exclusive"},
              lambda level, by: count("pg_stat_activity_count", level, datname="rag", usename="rag",
                                      **by)),
        fixed("pg_settings_max_connections", "limit"),
        gauge("pg_stat_activity_max_tx_duration", "longest", noise=.3, datname="rag",
              state="active"),
        gauge("pg_stat_activity_max_tx_duration", "0", datname="rag", state="idle"),
        counter("pg_stat_database_blks_hit", "requests * 400 * (1 - reads)", **PG_OWN),
        counter("pg_stat_database_blks_read", "requests * 400 * reads", **PG_OWN),
        *each("mode", {"accesssharelock": "locks", "rowexclusivelock": "locks / 4",
                       "accessexclusivelock": "exclusive"}, lambda level, by: count(
            "pg_locks_count", level, datname="rag", **by)),
        counter("pg_stat_database_deadlocks", "deadlocks", rare=True, **PG_OWN),
        gauge("pg_database_size_bytes", "9.1e9", datname="rag")),
    Incident("connections are used up: a transaction holds locks, and queries wait",
             {"query": 15, "locks": 9},
             {"used": 88.0, "idle": 4.0, "longest": 900.0, "exclusive": 6.0, "fails": .03,
              "deadlocks": .02}, "locks"),
    "query", "fails", "pg_")

REDIS = Component(
    "redis", "vector_db",
    {"requests": 8.0, "search": T(.006, .5), "get": T(.0002, .5), "memory": 1.9e9, "limit": 4e9,
     "evicted": 0.0, "hits": .7, "blocked": .1, "active": .1}, (
        fixed("redis_up", 1),
        *each("cmd", {"ft.search": "requests", "get": "requests * 4"}, lambda rate, by: counter(
            "redis_commands_total", rate, **by)),
        *each("cmd", {"ft.search": "requests * search.mean", "get": "requests * 4 * get.mean"},
              lambda rate, by: counter("redis_commands_duration_seconds_total", rate, **by)),
        *each("cmd", {"ft.search": "0", "get": "0"}, lambda rate, by: counter(
            "redis_commands_failed_calls_total", rate, **by)),
        counter("redis_search_query_execution_time_ms_total", "1000 * requests * search.mean"),
        counter("redis_search_queries_processed_total", "requests"),
        gauge("redis_search_used_memory_vector_index_bytes", "memory * .8"),
        fixed("redis_search_number_of_indexes", 1),
        count("redis_search_active_queries_total", "active"),
        counter("redis_keyspace_hits_total", "requests * 4 * hits"),
        counter("redis_keyspace_misses_total", "requests * 4 * (1 - hits)"),
        gauge("redis_memory_used_bytes", "memory"),
        fixed("redis_memory_max_bytes", "limit"),
        counter("redis_evicted_keys_total", "evicted", rare=True),
        count("redis_blocked_clients", "blocked"), count("redis_connected_clients", "12")),
    Incident("its memory is full: keys are evicted, searches take twelve times as long",
             {"search": 12, "hits": .4}, {"memory": 3.95e9, "evicted": 40.0, "active": 3.0},
             "memory"),
    "search", "0", "redis_")

ES_OWN = {"cluster": "rag", "name": "es-0", "node": "Nq3k", "host": "10.244.2.8"}
ELASTICSEARCH = Component(
    "elasticsearch", "vector_db",
    {"requests": 6.0, "query": T(.015, .5), "fetch": T(.004, .5), "rejected": 0.0, "queued": .2,
     "heap": .55, "yellow": 0, "trips": 0.0}, (
        *each("color", {"green": "1 - yellow", "yellow": "yellow", "red": "0"}, lambda level, by:
              fixed("elasticsearch_cluster_health_status", level, cluster="rag", **by)),
        *[counter(f"elasticsearch_indices_search_{name}", rate, **ES_OWN) for name, rate in (
            ("query_time_seconds", "requests * 3 * query.mean"), ("query_total", "requests * 3"),
            ("fetch_time_seconds", "requests * 3 * fetch.mean"), ("fetch_total", "requests * 3"))],
        counter("elasticsearch_thread_pool_rejected_count", "rejected", rare=True, type="search",
                **ES_OWN),
        counter("elasticsearch_thread_pool_rejected_count", "0", type="write", **ES_OWN),
        count("elasticsearch_thread_pool_queue_count", "queued", type="search", **ES_OWN),
        count("elasticsearch_thread_pool_active_count", "requests * 3 * query.mean", type="search",
              **ES_OWN),
        *each("breaker", {"parent": "trips", "request": "0"}, lambda rate, by: counter(
            "elasticsearch_breakers_tripped", rate, rare=True, **ES_OWN, **by)),
        gauge("elasticsearch_jvm_memory_used_bytes", "heap * 8e9", area="heap", **ES_OWN),
        fixed("elasticsearch_jvm_memory_max_bytes", 8e9, area="heap", **ES_OWN),
        counter("elasticsearch_jvm_gc_collection_seconds_sum", ".01", gc="old", **ES_OWN)),
    Incident("its search threads are busy: queries queue, and some are rejected", {"query": 12},
             {"queued": 400.0, "rejected": 1.5, "heap": .93}, "queue"),
    "query + fetch", "rejected / requests", "elasticsearch_")

OS_OWN = {"cluster": "rag", "node": "os-0", "nodeid": "kZ4v"}
OPENSEARCH = Component(
    "opensearch", "vector_db",
    {"requests": 6.0, "query": T(.015, .5), "queued": .2, "rejected": 0.0, "trips": 0.0,
     "status": 0}, (
        fixed("opensearch_cluster_status", "status", cluster="rag"),
        counter("opensearch_indices_search_query_time_seconds", "requests * 3 * query.mean",
                kind="gauge", **OS_OWN),
        counter("opensearch_indices_search_query_count", "requests * 3", kind="gauge", **OS_OWN),
        count("opensearch_threadpool_tasks_number", "queued", name="search", type="queue",
              **OS_OWN),
        counter("opensearch_threadpool_threads_count", "rejected", kind="gauge", rare=True,
                name="search", type="rejected", **OS_OWN),
        *each("name", {"parent": "trips", "request": "0"}, lambda rate, by: counter(
            "opensearch_circuitbreaker_tripped_count", rate, kind="gauge", rare=True, **OS_OWN,
            **by)),
        gauge("opensearch_jvm_mem_heap_used_percent", "55", **OS_OWN)),
    Incident("its search threads are busy: queries queue, and some are rejected", {"query": 12},
             {"queued": 400.0, "rejected": 1.5, "status": 1}, "queue"),
    "query", "rejected / requests", "opensearch_")

# Vespa tells of each last minute, so that sums and counts are gauges too.
VESPA_OWN = {"documenttype": "chunk", "rankProfile": "semantic", "clustername": "content/rag"}
VESPA = Component(
    "vespa", "vector_db", {"requests": 6.0, "match": T(.012, .5), "query": T(.02, .5),
                           "fails": .0005}, (
        *[fixed(f"content_proton_documentdb_matching_query_latency_{name}", level, **VESPA_OWN)
          for name, level in (("sum", "60 * requests * match.mean"), ("count", "60 * requests"),
                              ("max", "match.quantile(.99)"))],
        *[fixed(f"query_latency_{name}", level, chain="semantic", clusterid="default")
          for name, level in (("sum", "60000 * requests * (match + query).mean"),
                              ("count", "60 * requests"),
                              ("max", "1000 * (match + query).quantile(.99)"))],
        gauge("http_status_5xx_rate", "requests * fails", httpMethod="GET")),
    Incident("matching takes twelve times as long", {"match": 12}, inside="matching"),
    "match + query", "fails")

MINIO_NAMES = ("GetObject", "PutObject")
MINIO = Component(
    "minio", "store",
    {"requests": 5.0, "ttfb": T(.02, .6), "waiting": .1, "fails": .0005, "free": .6}, (
        *[replace(histogram("minio_api_requests_ttfb_seconds_distribution", "ttfb",
                            (.05, .1, .25, .5, 1, 2.5, 5, 10), per="requests / 2", name=name,
                            type="s3", server="minio-0:9000", pool_index="0"), type="counter")
          for name in MINIO_NAMES],
        *each("name", dict.fromkeys(MINIO_NAMES, "requests / 2"), lambda rate, by: counter(
            "minio_api_requests_total", rate, type="s3", server="minio-0:9000", pool_index="0",
            **by)),
        *each("name", dict.fromkeys(MINIO_NAMES, "requests / 2 * fails"), lambda rate, by: counter(
            "minio_api_requests_5xx_errors_total", rate, rare=True, type="s3",
            server="minio-0:9000", pool_index="0", **by)),
        count("minio_api_requests_waiting_total", "waiting", type="s3", server="minio-0:9000",
              pool_index="0"),
        *each("name", dict.fromkeys(MINIO_NAMES, "requests / 2 * ttfb.mean"),
              lambda level, by: count(
            "minio_api_requests_inflight_total", level, type="s3", server="minio-0:9000",
            pool_index="0", **by)),
        fixed("minio_cluster_health_capacity_usable_free_bytes", "free * 1e12"),
        fixed("minio_cluster_health_capacity_usable_total_bytes", "1e12")),
    Incident("its disks are nearly full: requests wait, and some fail", {"ttfb": 15},
             {"free": .01, "waiting": 12.0, "fails": .06}, "capacity"), "ttfb", "fails", "minio_")
MINIO_OLD = MINIO.variant("minio-v2", {
    "minio_api_requests_total": "minio_s3_requests_total",
    "minio_api_requests_5xx_errors_total": "minio_s3_requests_5xx_errors_total",
    "minio_api_requests_ttfb_seconds_distribution": "minio_s3_requests_ttfb_seconds_distribution",
    "minio_api_requests_waiting_total": "minio_s3_requests_waiting_total",
    "minio_api_requests_inflight_total": "minio_s3_requests_inflight_total"},
    {"name": "api", "type": None, "pool_index": None})


# --- Whole applications

def langgraph(name, latency, unit):
    """The LangGraph Agent Server, which says milliseconds since 0.11."""
    own = {"project_id": "p1", "revision_id": "r1"}
    path = {**own, "method": "POST", "path": "/runs/stream"}
    bounds = tuple(bound * unit for bound in (.01, .1, .5, 1, 5, 15, 30, 60, 120, 300, 600, 1800,
                                              3600))
    rows = [
        histogram(latency, "serve", bounds, unit=unit, status="200", **path),
        counter("lg_api_http_requests_total", "requests * (1 - fails)", status="200", **path),
        counter("lg_api_http_requests_total", "requests * fails", rare=True, status="500", **path),
        count("lg_api_num_pending_runs", "pending", **own),
        count("lg_api_num_running_runs", "requests * serve.mean", **own),
        count("lg_api_workers_active", "workers", deployment_type="queue", **own),
        fixed("lg_api_workers_max", 10, deployment_type="queue", **own),
        count("lg_api_workers_available", "10 - workers", deployment_type="queue", **own),
        fixed("lg_api_pg_pool_size", "10", instance_id="i1", **own),
        count("lg_api_pg_pool_available", "10 - pool", instance_id="i1", **own),
        fixed("lg_api_pg_pool_max", 20, instance_id="i1", **own),
        count("lg_api_redis_pool_size", "4", instance_id="i1", **own),
        fixed("lg_api_redis_pool_max", 50, instance_id="i1", **own)]
    if unit == 1000:
        rows += [
            histogram("lg_api_run_queue_wait_time_1st_attempt", "wait", bounds, unit=unit, **own),
            histogram("lg_api_run_execution_latency", "serve", bounds, unit=unit, **own),
            counter("lg_api_run_failed_after_retry_counter_total", "requests * fails / 4",
                    rare=True, **own)]
    return Component(
        name, "application",
        {"requests": 1.5, "serve": T(3.4, .5), "wait": T(.05, .7), "fails": .002, "pending": .3,
         "workers": 5.1, "pool": 3.0}, tuple(rows),
        Incident("all its workers are busy: runs are pending", {"serve": 2.5, "wait": 200},
                 {"pending": 40.0, "workers": 10.0, "pool": 10.0}, "queue"),
        "serve", "fails", "lg_api_")


DIFY_OWN = {"http_target": "/v1/chat-messages", "http_method": "POST"}
DIFY = Component(
    "dify", "application",
    {"requests": 2.0, "serve": T(3.6, .5), "deliver": T(.02, .5), "fails": .002}, (
        counter("http_server_response_count_total", "requests * (1 - fails)", status_code="200",
                status_class="2xx", **DIFY_OWN),
        counter("http_server_response_count_total", "requests * fails", rare=True,
                status_code="500", status_class="5xx", **DIFY_OWN),
        histogram("dify_event_stream_delivery_latency_seconds", "deliver", OTEL_MS,
                  topic="workflow", event_type="message"),
        histogram("http_server_duration_milliseconds", "serve", OTEL_MS, unit=1000,
                  http_status_code="200", **DIFY_OWN)),
    Incident("one request in seven fails", {"serve": 1.5}, {"fails": .14}), "serve", "fails",
    "http_server_")

WEBUI = Component(
    "open-webui", "application", {"requests": 1.0, "serve": T(2.2, .6), "users": 14.0}, (
        histogram("http_server_duration_milliseconds", "serve", OTEL_MS, unit=1000,
                  http_method="POST", http_route="/api/chat/completions", http_status_code="200"),
        counter("http_server_requests_total", "requests", http_method="POST",
                http_route="/api/chat/completions", http_status_code="200"),
        count("webui_users_active", "users"), fixed("webui_users_total", 230),
        count("webui_users_active_today", "61")),
    Incident("chats take three times as long", {"serve": 3}), "serve", "0", "http_server_")

FLOWISE = Component(
    "flowise", "application", {"requests": 1.0, "serve": T(.32, .5), "fails": .002}, (
        histogram("http_request_duration_ms", "serve", FLOWISE_MS, unit=1000, method="POST",
                  route="/api/v1/prediction", code="200"),
        counter("http_requests_total", "requests"),
        *[counter(f"{name}_{side}", f"requests / 4 * {rate}", rare=True, status=status)
          for name in ("chatflow_prediction", "agentflow_prediction")
          for side in ("external", "internal")
          for status, rate in (("success", "(1 - fails)"), ("failure", "fails"))],
        counter("vector_upserted", "requests / 50", rare=True, status="success"),
        fixed("flowise_version_info", 1, version="v3.0.4", major="3", minor="0", patch="4")),
    Incident("one prediction in six fails", {"serve": 3}, {"fails": .16}), "serve", "fails")

NVRAG_TOTAL = "retrieve + rerank + first"
NVRAG = Component(
    "nvidia-rag", "application",
    {"requests": 2.0, "retrieve": T(.12, .5), "rerank": T(.08, .4), "first": T(.5, .5),
     "generate": T(3.8, .5), "plan": T(.4, .5), "fails": .002, "chunks": Size(8, .3),
     "calls": 2.2}, (
        *[histogram(name, time, OTEL_MS, unit=1000) for name, time in (
            ("rag_ttft_ms", NVRAG_TOTAL), ("retrieval_time_ms", "retrieve"),
            ("context_reranker_time_ms", "rerank"), ("llm_ttft_ms", "first"),
            ("llm_generation_time_ms", "generate"))],
        counter("api_requests_total", "requests", method="POST", endpoint="/generate"),
        sizes("token_usage_distribution", "chunks * 190", GEN_AI_TOKENS),
        gauge("input_tokens", "1400", noise=.5), gauge("output_tokens", "200", noise=.5),
        *each("stage", {"plan": "plan", "retrieve": "retrieve + rerank", "answer": "generate"},
              lambda time, by: histogram("agentic_stage_duration_ms", time, OTEL_MS, unit=1000,
                                         **by)),
        histogram("agentic_request_duration_ms", "plan + retrieve + rerank + generate", OTEL_MS,
                  unit=1000, status="success"),
        counter("agentic_requests_total", "requests", status="success"),
        *each("stage", {"plan": "0", "retrieve": "0", "answer": "requests * fails"},
              lambda rate, by:
              counter("agentic_errors_total", rate, rare=True, type="LLMError", **by)),
        counter("agentic_llm_calls_total", "requests * calls", role="answer"),
        counter("agentic_retrieval_calls_total", "requests * calls * .6", result="success"),
        sizes("agentic_retrieved_chunks", "chunks", OTEL_MS, per="requests * calls * .6")),
    Incident("reranking takes twelve times as long", {"rerank": 12}, inside="rerank"),
    NVRAG_TOTAL + " + generate", "fails")

OPEA = Component(
    "opea", "application",
    {"requests": 2.0, "first": T(.5, .5), "token": T(.02, .4), "output": Size(180, .6),
     "fails": .001}, (
        histogram("megaservice_request_latency", "first + token * output.mean", PYTHON),
        histogram("megaservice_first_token_latency", "first", PYTHON),
        histogram("megaservice_inter_token_latency", "token", PYTHON, per="requests * output.mean"),
        count("megaservice_request_pending", "requests * (first + token * output.mean).mean"),
        *instrumentator("/v1/chatqna", "requests", "first + token * output.mean")),
    Incident("every token takes three times as long", {"token": 3}, inside="inter_token"),
    "first + token * output.mean", "fails", "megaservice_")

KOTAEMON_TOOLS = {"calculator": .06, "python": .04, "sql_query": .1, "web_search": .08}
KOTAEMON_AGENT = Component(
    "kotaemon", "application",
    {"requests": 5.0, "embed": T(.023, .25), "query": T(.225, .2), "rerank": T(.027, .25),
     "generate": T(.36, .2), "used": 3.0, "limit": 20, "retrieval_fails": .002,
     "generation_fails": .003, "tool_fails": .001, "searches": 1.0}, (
        histogram("kotaemon_retrieval_latency_seconds", "embed + query + rerank", KOTAEMON,
                  help="Document retrieval latency"),
        histogram("kotaemon_generation_latency_seconds", "generate", KOTAEMON,
                  help="LLM response generation latency"),
        histogram("vector_db_query_duration_seconds", "query", KOTAEMON),
        *each("tool_name", {name: f"requests * {share}" + " * searches" * (name == "web_search")
                            for name, share in KOTAEMON_TOOLS.items()}, lambda rate, by: counter(
            "kotaemon_tool_call_total", rate, rare=True, help="Tool call count", **by)),
        *each("stage", {"retrieval": "requests * retrieval_fails",
                        "generation": "requests * generation_fails",
                        "tool_call": "requests * tool_fails"}, lambda rate, by: counter(
            "kotaemon_error_total", rate, rare=True, help="Error count", **by)),
        count("vector_db_connections_active", "used"),
        fixed("vector_db_connections_max", "limit")),
    Incident("connections to the vector database are not given back: queries wait", {"query": 6},
             {"used": 20.0}, "vector_db"), "embed + query + rerank + generate",
    "retrieval_fails + generation_fails", "kotaemon_")


# --- GPUs

DCGM_OWN = {"gpu": "0", "UUID": "GPU-4d0c", "device": "nvidia0", "modelName": "NVIDIA L40S",
            "Hostname": "node-1", "pod": "vllm-5d9c7b6f4-x2x7p", "namespace": "vllm",
            "container": "vllm"}
DCGM = Component(
    "dcgm", "gpu", {"util": 74.0, "used": 40100.0, "tensor": .35, "dram": .5, "temperature": 66.0,
                    "power": 240.0, "clock": 2520.0, "xid": 0}, tuple(
        (fixed if name == "DEV_XID_ERRORS" else gauge)(f"DCGM_FI_{name}", level, **DCGM_OWN)
        for name, level in (("DEV_GPU_UTIL", "util"), ("DEV_FB_USED", "used"),
                            ("DEV_FB_FREE", "45500 - used"), ("DEV_FB_RESERVED", "600"),
                            ("PROF_PIPE_TENSOR_ACTIVE", "tensor"), ("PROF_DRAM_ACTIVE", "dram"),
                            ("DEV_GPU_TEMP", "temperature"), ("DEV_POWER_USAGE", "power"),
                            ("DEV_SM_CLOCK", "clock"), ("DEV_XID_ERRORS", "xid"))),
    Incident("the GPU is hot and throttled, with an XID error", {"clock": .45},
             {"temperature": 91.0, "xid": 79}, "gpu"), "", "0", "DCGM_FI_")
NVSMI = Component(
    "nvidia-smi", "gpu", DCGM.state, (
        gauge("nvidia_smi_utilization_gpu_ratio", "util / 100", most=1, uuid="4d0c"),
        gauge("nvidia_smi_memory_used_bytes", "used * 1e6", uuid="4d0c"),
        fixed("nvidia_smi_memory_total_bytes", 46e9, uuid="4d0c"),
        gauge("nvidia_smi_temperature_gpu", "temperature", uuid="4d0c"),
        gauge("nvidia_smi_power_draw_watts", "power", uuid="4d0c"),
        fixed("nvidia_smi_clocks_event_reasons_hw_thermal_slowdown", "int(temperature > 85)",
              uuid="4d0c"),
        counter("nvidia_smi_xid_errors_total", "int(xid > 0) / 60", rare=True, uuid="4d0c",
                xid="79"),
        fixed("nvidia_smi_gpu_info", 1, uuid="4d0c", name="NVIDIA L40S", driver_version="580.65")),
    DCGM.incident, "", "0", "nvidia_smi_")
NVSMI_OLD = NVSMI.variant("nvidia-smi-old", {
    "nvidia_smi_clocks_event_reasons_hw_thermal_slowdown":
    "nvidia_smi_clocks_throttle_reasons_hw_thermal_slowdown", "nvidia_smi_xid_errors_total": None})


COMPONENTS = {component.name: component for component in (
    VLLM, VLLM_EARLY, VLLM_OLD, KSERVE_VLLM, VLLM_ROUTER, RAY_VLLM, RAY_VLLM_OLD, RAY_SERVE,
    RAY_SERVE.variant("ray-serve-old", {
        row.name: row.name.removesuffix("_total") for row in RAY_SERVE.rows}),
    SGLANG, SGLANG_OLD, TGI_SERVER, TEI_EMBED, TEI_RERANK, TRITON, TRITON_TRTLLM,
    trtllm("trtllm-serve", "trtllm_num_requests_waiting", "trtllm_num_requests_running"),
    trtllm("trtllm-serve-queue", "trtllm_server_queue_length", "trtllm_num_active_requests"),
    trtllm("trtllm-serve-old", "trtllm_num_queued_requests", "trtllm_num_active_requests", False),
    NIM, DYNAMO, DYNAMO_OLD, LMDEPLOY, LLAMACPP, OLLAMA, INFINITY, KSERVE, BENTOML, LITELLM_PROXY,
    aigw("envoy-ai-gateway", "gen_ai_client_token_usage"),
    aigw("envoy-ai-gateway-old", "gen_ai_client_token_usage_token"),
    HIGRESS, KONG, ISTIO, ENVOY, INGRESS,
    genai("otel-genai", CLIENT + "_seconds", "gen_ai_server", "gen_ai_client_token_usage"),
    genai("otel-genai-token", CLIENT + "_seconds", "gen_ai_server",
          "gen_ai_client_token_usage_token"),
    genai("otel-genai-tokens", CLIENT + "_seconds", "gen_ai_server",
          "gen_ai_client_token_usage_tokens"),
    genai("otel-genai-bare", CLIENT, "gen_ai_server", "gen_ai_client_token_usage"),
    genai("otel-genai-utf8", CLIENT, "gen_ai_server", "gen_ai_client_token_usage", dotted=True),
    openllmetry("openllmetry", "gen_ai_client_token_usage",
                "llm_openai_chat_completions_exceptions_time_total"),
    openllmetry("openllmetry-token", "gen_ai_client_token_usage_token",
                "llm_openai_chat_completions_exceptions_total"),
    otel_http(), OTEL_HTTP_OLD, OTEL_DB_CLIENT, OTEL_DB_OLD, MCP, FASTAPI, QDRANT_DB,
    milvus("milvus", {"FailInput": "0", "FailSystem": "requests * fails", "Retry": "0",
                      "Abandon": "0"},
           True),
    milvus("milvus-old", {"fail": "requests * fails", "abandon": "0", "cancel": "0"}, False),
    WEAVIATE, WEAVIATE_OLD, POSTGRES, REDIS, ELASTICSEARCH, OPENSEARCH, VESPA, MINIO, MINIO_OLD,
    langgraph("langgraph", "lg_api_http_requests_latency", 1000),
    langgraph("langgraph-old", "lg_api_http_requests_latency_seconds", 1),
    DIFY, WEBUI, FLOWISE, NVRAG, OPEA, KOTAEMON_AGENT, DCGM, NVSMI, NVSMI_OLD)}
