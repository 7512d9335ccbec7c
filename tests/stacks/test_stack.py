#!/usr/bin/python3
"""Prometheus gets what the generator promises: every documented query has an answer."""

import json
import math
import os
import shutil
import subprocess
import sys
import unittest
import urllib.parse
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import documented       # noqa: E402  pylint: disable=wrong-import-position

DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
# Nothing is wrong with a GPU, so there is nothing that is more than 0.
NOTHING = {"max by (Hostname,gpu) (DCGM_FI_DEV_XID_ERRORS > 0)"}
MEANS = {"vllm": "vllm:e2e_request_latency_seconds",
         "otel-http": "http_server_request_duration_seconds",
         "ingress-nginx": "nginx_ingress_controller_request_duration_seconds"}


def ask(query):
    """[(labels, value)]"""
    address = f"{os.environ['RAGTOP_URL']}/api/v1/query?{urllib.parse.urlencode({'query': query})}"
    with DIRECT.open(address, timeout=60) as answer:
        return [(one["metric"], float(one["value"][1]))
                for one in json.load(answer)["data"]["result"]]


def without_answer():
    """The documented queries to which there is no answer, or none that is a number."""
    for _, query in documented.queries():
        if not documented.metrics(query) & documented.ELSEWHERE and query not in NOTHING:
            answer = ask(query)
            if not answer or not all(math.isfinite(value) for _, value in answer):
                yield query


@unittest.skipUnless(shutil.which("prometheus") and shutil.which("promtool"), "no prometheus")
class Stack(unittest.TestCase):
    """stack.py, which runs this very file as its command."""

    def run_stack(self, *options, inside):
        ended = subprocess.run(
            [sys.executable, HERE / "stack.py", *options, "--", sys.executable, __file__, inside],
            capture_output=True, encoding="utf-8", check=False)
        self.assertEqual(0, ended.returncode, ended.stdout + ended.stderr)
        return json.loads(ended.stdout)

    def test_documented_queries_have_answers(self):
        self.assertEqual([], self.run_stack("--components", "all", "--hours", "1",
                                            inside="without_answer"))

    def test_an_incident_is_in_the_past_already(self):
        seen = self.run_stack("--stack", "rag", "--strangers", "2", "--incident", "llm-queue",
                              "--hours", "2", inside="means")
        truth, = seen["truth"]
        self.assertEqual(("vllm", "queue"), (truth["component"], truth["inside"]))
        self.assertEqual({"vllm", "otel-http", "ingress-nginx"}, set(truth["raised"]))
        self.assertEqual(8, seen["up"])
        self.assertEqual(0, seen["resets"])
        for name in MEANS:
            before, after = seen["means"][name]
            self.assertGreater(after, 2 * before, name)
        for which in 0, 1:
            inner, middle, outer = (seen["means"][name][which] for name in MEANS)
            self.assertLess(inner, middle)
            self.assertLess(middle, 1.01 * outer)   # its own part is 3 ms

    def test_a_wrong_name_is_refused(self):
        for options in (["--components", "vlm"], ["--stack", "rag", "--incident", "qdrnt"],
                        ["--components", "dcgm", "--replicas", "2", "--hung", "1"]):
            ended = subprocess.run([sys.executable, HERE / "stack.py", *options, "--", "true"],
                                   capture_output=True, encoding="utf-8", check=False)
            self.assertEqual(3, ended.returncode, ended.stderr)
            self.assertIn("there are", ended.stderr)


def means():
    """What is seen of an incident in the means of those who wait for each other."""
    def mean(name, offset):
        (_, value), = ask(f"sum(rate({name}_sum[10m] offset {offset})) / "
                          f"sum(rate({name}_count[10m] offset {offset}))")
        return value
    return {"truth": json.loads(os.environ["STACK_TRUTH"]), "up": len(ask("up == 1")),
            "resets": len(ask("resets(vllm:e2e_request_latency_seconds_bucket[1h]) > 0")),
            "means": {job: (mean(name, "40m"), mean(name, "5m")) for job, name in MEANS.items()}}


if __name__ == "__main__":
    INSIDE = {"without_answer": lambda: list(without_answer()), "means": means}
    if sys.argv[1:] and sys.argv[1] in INSIDE:
        print(json.dumps(INSIDE[sys.argv[1]]()))
    else:
        unittest.main()
