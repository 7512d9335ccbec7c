#!/usr/bin/python3
"""With nothing configured, ragtop shows what is on the server, calm when it is, and the culprit."""

import os
import re
import tempfile
import unittest
from pathlib import Path

from judged import COMPONENTS, culprit, is_of, listed, report, run

# Of these no latency is exported, or only under names that Prometheus 3 alone takes.
WITHOUT_LATENCY = {"dcgm", "nvidia-smi", "nvidia-smi-old", "otel-genai-utf8"}
# These are of any service, and are shown beside what is of a RAG stack alone.
OF_ANYBODY = ("elasticsearch", "envoy", "fastapi", "ingress-nginx", "istio", "kong-http", "minio",
              "opensearch", "otel-db", "otel-http", "postgres", "redis")
TOGETHER = 12
ONE_OF_EACH = ("rag.llm-queue", "agent.database", "models.model-fails")


def groups():
    names = sorted(name for name in COMPONENTS
                   if name not in WITHOUT_LATENCY and not name.startswith(OF_ANYBODY))
    return [names[i:i + TOGETHER] for i in range(0, len(names), TOGETHER)]


class Found(unittest.TestCase):
    """Components, each in a namespace of its own, and whole stacks."""

    def test_every_component_is_found_and_calm(self):
        for names in groups():
            said = report("--components", ",".join(names), "--hours", "6")
            for name in names:
                with self.subTest(name):
                    own = [row for row in said["rows"] if is_of(row, name)]
                    self.assertTrue(own, [row["stage"] for row in said["rows"]])
            with self.subTest(names):
                self.assertIn(said["verdict"]["severity"], ("ok", "unknown"),
                              said["verdict"]["summary"])

    def test_the_culprit_of_a_stack_is_found(self):
        for stack, incidents in listed().items():
            for incident, truth in incidents.items():
                if f"{stack}.{incident}" in ONE_OF_EACH:
                    with self.subTest(incident):
                        said = report("--stack", stack, "--incident", incident)
                        self.assertTrue(is_of(culprit(said), truth["component"]),
                                        said["verdict"]["summary"])

    def test_what_is_there_is_known_in_two_rounds(self):
        """Which there are, and then their parts together with how often they are scraped."""
        script = ('"$0" -v report --no-cache 2>&1 >/dev/null | '
                  'python3 -c "import json, sys; print(json.dumps(sys.stdin.readlines()))"')
        asked = run("--stack", "rag", command=["sh", "-c", script, os.environ["RAGTOP"]])
        kinds = [line.split()[1] for line in asked if re.match(r"\S+ \w+ +\d+ +[\d.]+ ms", line)]
        self.assertEqual(sorted(kinds[:4]), ["components", "interval", "parts", "server"])
        self.assertNotIn("names", kinds)

    def test_what_is_discovered_is_a_configuration(self):
        """It gives the same rows."""
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "found.yaml"
            script = ('"$0" discover --no-cache >"$1" && unset RAGTOP_URL && '
                      'exec "$0" report --no-cache --format json -c "$1"')
            configured = run("--stack", "rag-litellm", command=["sh", "-c", script,
                                                                os.environ["RAGTOP"], str(file)])
            found = report("--stack", "rag-litellm")

            def rows(said):
                return [(row["stage"], row["parent"], row["signal"], row["metric"])
                        for row in said["rows"]]
            self.assertEqual(rows(found), rows(configured))
            kept = file.read_text(encoding="utf-8")
            self.assertIn("assumed: true", kept)
            self.assertIn("separate: true", kept)
            self.assertGreater(len(rows(found)), 10)

    def test_what_is_left_out_is_said_with_its_reason(self):
        """HTTP of a component that is known better."""
        said = run("--stack", "rag-litellm", "--hours", "1",
                   command=[os.environ["RAGTOP"], "discover", "--no-cache", "--format", "json"])
        fates = {(one["profile"], one["job"]): one for one in said["components"]}
        self.assertEqual(fates["vllm", "vllm"]["fate"], "taken")
        self.assertEqual(fates["vllm", "vllm"]["recognised_by"], "vllm:num_requests_running")
        self.assertEqual(fates["vllm", "vllm"]["part_of"], "litellm")
        self.assertEqual(fates["fastapi", "vllm"]["fate"], "known_better")
        self.assertEqual(fates["fastapi", "vllm"]["shown_as"], "vLLM")
        self.assertTrue(fates["fastapi", "vllm"]["reason"])

    def test_who_calls_whom_is_measured_or_said(self):
        """The application counts its calls by host; what the user says of them goes first."""
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "own.yaml"
            file.write_text("links: [{from: ingress-nginx, to: qdrant@rag}, {from: http, to: vlm}]\n")
            command = [os.environ["RAGTOP"], "discover", "--no-cache", "--format", "json"]
            found = run("--stack", "rag", "--hours", "1", command=command)
            said = run("--stack", "rag", "--hours", "1", command=[*command, "-c", str(file)])

        def links(document):
            return {one["profile"]: (one["part_of"], one["linked_by"])
                    for one in document["components"] if one["fate"] == "taken"}
        self.assertEqual(links(found), {
            "ingress-nginx": (None, None), "otel-http": ("ingress-nginx", "role"),
            "tei": ("http", "calls"), "qdrant": ("http", "calls"), "vllm": ("http", "calls")})
        self.assertEqual(links(said), {**links(found), "qdrant": ("ingress-nginx", "links")})
        self.assertEqual(["links: no stage is called 'vlm'; did you mean 'vllm'?"],
                         [note for note in said["warnings"] if note.startswith("links")])
        assumed = {one["stage"] for one in found["stages"] if one["assumed"]}
        self.assertEqual(assumed, {"http"})

    def test_any_service_with_fastapi_is_no_stack(self):
        """Infinity has its names, and is told from it."""
        said = run("--components", "infinity,fastapi-instrumentator", "--hours", "1",
                   command=[os.environ["RAGTOP"], "discover", "--no-cache", "--format", "json"])
        fates = {(one["profile"], one["namespace"]): one["fate"] for one in said["components"]}
        self.assertEqual(fates, {
            ("infinity", "infinity"): "taken", ("fastapi", "infinity"): "known_better",
            ("fastapi", "fastapi-instrumentator"): "alone"})

    def test_what_never_was_turned_away_is_not_missed(self):
        """Triton counts rejections apart, from the first of them on."""
        script = ('"$0" check --no-cache --format json; s=$?; test $s = 0 || echo "not 0 but $s"; '
                  '"$0" report --no-cache >"$1"')
        with tempfile.NamedTemporaryFile("r", encoding="utf-8") as file:
            said = run("--components", "triton-trtllm", "--hours", "1",
                       command=["sh", "-c", script, os.environ["RAGTOP"], file.name])
            self.assertNotIn("no series has", file.read())
        names = {(one["stage"], one["key"]): one["state"] for one in said["names"]}
        self.assertEqual(names["triton", "signals.rejected.rate"], "no_failures")

    def test_check_knows_what_is_there_and_what_is_near(self):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "own.yaml"
            file.write_text("stages:\n"
                            "  - {name: llm, latency: 'vllm:e2e_request_latency_second',\n"
                            "     errors: 'vllm:request_success_total{finished_reason=\"nothing\"}'}\n"
                            "  - {name: wait, latency: 'vllm:request_queue_time_seconds',\n"
                            "     errors: 'vllm:request_success_total{outcome=\"bad\"}',\n"
                            "     saturation: [{name: pool, used: 'vllm:num_requests_running',"
                            " limit: 10}],\n"
                            "     signals: {tpot: {latency: {unit: ms, metric:"
                            " 'vllm:request_queue_time_seconds'}}}}\n"
                            "  - {name: gateway, latency: 'vllm:request_queue_time_seconds', errors:"
                            " 'vllm:request_success_total{error_type!=\"\",scope!=\"other\"}'}\n")
            script = '"$0" check --no-cache --format json -c "$1"; test $? = 1 || echo "not 1"'
            said = run("--stack", "rag", "--hours", "1",
                       command=["sh", "-c", script, os.environ["RAGTOP"], str(file)])
        names = {(one["stage"], one["key"]): one for one in said["names"]}
        self.assertEqual(said["missing"], 2)
        self.assertEqual(names["wait", "errors"]["state"], "unmatched")     # it has no such label
        self.assertEqual(names["llm", "latency"]["state"], "missing")
        self.assertEqual(names["llm", "latency"]["nearest"], "vllm:e2e_request_latency_seconds")
        self.assertEqual(names["llm", "errors"]["state"], "no_failures")
        self.assertEqual(names["wait", "latency"]["used_as"], "histogram")
        self.assertEqual(names["wait", "latency"]["value_is"], "p95_seconds")
        self.assertEqual(names["gateway", "errors"]["state"], "no_failures")
        self.assertAlmostEqual(names["wait", "signals.tpot.latency"]["value"] * 1000,
                               names["wait", "latency"]["value"])
        self.assertEqual(names["wait", "saturation.pool.used"]["series"], 1)
        self.assertLess(names["wait", "saturation.pool.used"]["age_s"], 60)

    def test_names_that_nobody_knows_are_a_table_as_well(self):
        said = report("--stack", "rag", "--renamed")
        self.assertGreater(len(said["rows"]), 6)
        self.assertTrue(any("no component that ragtop knows" in note for note in said["warnings"]),
                        said["warnings"])


if __name__ == "__main__":
    unittest.main()
