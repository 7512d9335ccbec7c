"""What is to be found of each component, alone in its namespace: its tree, and what its incident
is blamed on.

A tree is written as `root(part part(part)) root`, parts without the names of what they are in. It
is as it can be known from the component's documented metrics, in the words of its profile.
"""

from dataclasses import dataclass

LLM_PARTS = "(queue prefill decode)"
MILVUS_NODES = "query_nodes(node_queue wait_tsafe index_search node_reduce)"
LITELLM_MODELS = ("claude-sonnet", "gpt-4o", "llama-local")
# Beside what is of any service: that makes it a part of a RAG stack. Few metrics, and of a role
# that is called by all others.
BESIDE = "higress"
BESIDE_TREE = "higress(first_token)"


@dataclass(frozen=True)
class Expected:
    """BLAMED is the stage, or one of several that are as right; GENERIC: of any service, and so
    found beside something of a RAG stack alone; NOT_YET: why something else is seen today.
    """
    tree: str
    blamed: tuple = ()
    generic: bool = False
    not_yet: str = ""


def one(tree, *blamed, **more):
    """Where nothing is said it is the only stage, or the outermost, that is blamed."""
    return Expected(tree, blamed or (tree.partition("(")[0],), **more)


def beside(tree, *blamed, within=False, **more):
    """What is generic, WITHIN: and calls what is beside it."""
    return one(f"{tree}({BESIDE_TREE})" if within else f"{tree} {BESIDE_TREE}",
               *(blamed or (tree.partition("(")[0],)), generic=True, **more)


def llm(name, part, tree=LLM_PARTS):
    return one(name + tree, f"{name}/{part}")


def of_all(names, expected):
    return dict.fromkeys(names.split(), expected)


GPU = one("gpu")
EXPECTED = {
    # --- LLM servers
    **of_all("vllm vllm-early-v1 vllm-v0 kserve-vllm", llm("vllm", "queue")),
    **of_all("ray-vllm ray-vllm-old", llm("vllm", "prefill")),
    "sglang": one("sglang(queue prefill)", "sglang/prefill"), "sglang-old": one("sglang"),
    "tgi": one("tgi(validation queue inference)", "tgi/queue", "tgi"),
    **of_all("trtllm-serve trtllm-serve-queue trtllm-serve-old", llm("trtllm", "decode")),
    "triton-trtllm": one("triton(queue compute_infer) triton-trtllm", "triton/queue"),
    "nim-llm": one("nim"), "lmdeploy": llm("lmdeploy", "queue"),
    "llamacpp": one("llamacpp llamacpp-output-token llamacpp-prompt-token",
                    "llamacpp-output-token"),
    "ollama": one("ollama(load prefill decode)", "ollama/load"), "kserve": one("kserve"),
    # --- Embedding and reranking
    "tei-embed": one("embed(tokenization queue inference)", "embed/queue", "embed"),
    "tei-rerank": one("rerank(tokenization queue inference)", "rerank/queue", "rerank"),
    "triton": one("rerank(queue compute_input compute_infer compute_output)", "rerank/queue",
                  "rerank"),
    "infinity": one("embed"), "bentoml": one("bentoml"),
    # --- Gateways
    "vllm-router": one("vllm-router"),
    "litellm": one(" ".join(f"litellm/{model}(queue upstream)" for model in LITELLM_MODELS) + " " +
                   "litellm-deployment/claude-sonnet litellm-deployment/llama-local "
                   "litellm-deployment/gpt-4o" +
                   " litellm-cost", "litellm/gpt-4o", "litellm-deployment/gpt-4o"),
    **of_all("dynamo dynamo-old", one("dynamo(dynamo-worker)", "dynamo-worker")),
    **of_all("envoy-ai-gateway envoy-ai-gateway-old", one("envoy-ai-gateway tool_call",
                                                          "envoy-ai-gateway")),
    "higress": one("higress(first_token)"),
    "kong": one("kong-http(own upstream kong)", "kong-http"),
    "istio": beside("istio/rag-api(embedder qdrant vllm)", "istio/vllm"),
    "envoy": beside("envoy", within=True), "ingress-nginx": beside("ingress-nginx", within=True),
    # --- Applications
    **of_all("otel-genai otel-genai-token otel-genai-tokens otel-genai-bare",
             one("workflow(agent(chat tool_calls) embeddings) tool_call", "tool_calls")),
    **of_all("openllmetry openllmetry-token",
             one("chat(streaming) milvus_client pinecone", "milvus_client", "pinecone")),
    **of_all("otel-http otel-http-old", beside("http", within=True)),
    "fastapi-instrumentator": beside("fastapi", within=True),
    "mcp": one("mcp tool_call", "mcp"),
    "ray-serve": one("ray-serve(Embedder Generator Ingress Retriever)", "deployment/Generator"),
    "langgraph": one("langgraph(langgraph_run(langgraph_run_wait))", "langgraph_run_wait"),
    "langgraph-old": one("langgraph"), "dify": one("dify(dify_stream)"),
    "open-webui": one("open_webui"), "flowise": one("flowise"),
    "nvidia-rag": one("rag(retrieval rerank llm_first_token agentic(plan) generation)", "rerank"),
    "opea": one("megaservice"),
    "kotaemon": one("retrieval(vector_db) generation tool_call", "vector_db"),
    # --- Databases; of the two ways into Qdrant either may be the one that is named
    "qdrant": one("qdrant qdrant_grpc", "qdrant", "qdrant_grpc"),
    "milvus": one(f"milvus(proxy_queue {MILVUS_NODES} reduce)", "milvus/index_search"),
    "milvus-old": one(f"milvus({MILVUS_NODES} reduce)", "milvus/index_search"),
    **of_all("weaviate weaviate-old", one("weaviate_embed weaviate", "weaviate_embed")),
    "vespa": one("vespa(content_nodes)", "vespa/content_nodes"),
    "otel-db": beside("db db_pool", "db_pool", "db"),
    "otel-db-old": beside("db_old db_pool_old", "db_pool_old", "db_old"),
    "postgres": beside("postgres"), "opensearch": beside("opensearch"),
    "elasticsearch": beside("elasticsearch elasticsearch_fetch", "elasticsearch"),
    "redis": Expected(f"redis_search {BESIDE_TREE} redis", ("redis_search", "redis"), True),
    **of_all("minio minio-v2", Expected(f"{BESIDE_TREE} minio", ("minio",), True)),
    # --- GPUs
    **of_all("dcgm nvidia-smi nvidia-smi-old", GPU)}
EXPECTED["ray-serve-old"] = EXPECTED["ray-serve"]

# Times of these are a sum and a count under names of their own, or there are none: under names that
# nobody knows nothing tells that they are latencies.
NOTHING_TO_GUESS = {"triton-trtllm", "dcgm"}
