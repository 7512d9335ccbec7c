#!/usr/bin/python3
"""What exporters of npm really say is found, with the numbers that PromQL has by hand."""

import json
import os
import subprocess
import tempfile
import time
import unittest
import urllib.parse
from pathlib import Path

from judged import HERE
from replay import Recorded
from stack import Stack
from prometheus import DIRECT

PAST_S = 3 * 3600
FINER = ((30, 1800),)
CHAT = 'gen_ai_operation_name="chat"'
P95 = "histogram_quantile(0.95, sum by (le) (rate({}[5m])))"
SHARE = "sum(rate({}[5m])) / sum(rate({}[5m]))"
BY_HAND = {
    ("http", "latency"): P95.format('http_server_request_duration_bucket{namespace="rag"}'),
    ("http", "errors"): SHARE.format(
        'http_server_request_duration_count{namespace="rag",http_response_status_code="500"}',
        'http_server_request_duration_count{namespace="rag"}'),
    ("chat", "latency"): P95.format(f"gen_ai_client_operation_duration_bucket{{{CHAT}}}"),
    ("chat", "errors"): SHARE.format(
        f'gen_ai_client_operation_duration_count{{{CHAT},error_type="timeout"}}',
        f"gen_ai_client_operation_duration_count{{{CHAT}}}"),
    ("chat", "traffic"): f"sum(rate(gen_ai_client_operation_duration_count{{{CHAT}}}[5m]))",
    ("chat", "tokens_in"): 'sum(rate(gen_ai_client_token_usage_sum{gen_ai_operation_name="chat",'
                           'gen_ai_token_type="input"}[5m]))',
    ("embeddings", "latency"): P95.format(
        'gen_ai_client_operation_duration_bucket{gen_ai_operation_name="embeddings"}'),
    ("tool_calls", "latency"): P95.format("gen_ai_execute_tool_duration_bucket")}
OWN_BY_HAND = {
    ("search", "latency"): P95.format("rag_search_duration_seconds_bucket"),
    ("search", "errors"): SHARE.format('rag_search_duration_seconds_count{status="500"}',
                                       "rag_search_duration_seconds_count"),
    ("queue_wait", "traffic"): "sum(rate(rag_queue_wait_seconds_count[5m]))"}


def labels(job, namespace):
    return {"job": job, "namespace": namespace, "instance": f"{job}.{namespace}:9464"}


def ask(url, query, moment):
    asked = urllib.parse.urlencode({"query": query, "time": moment})
    with DIRECT.open(f"{url}/api/v1/query?{asked}", timeout=60) as answer:
        (_, value), = [one["value"] for one in json.load(answer)["data"]["result"]]
    return float(value)


class RealNames(unittest.TestCase):
    """A program with OpenTelemetry's SDK for JavaScript, and another one with prom-client."""

    @classmethod
    def setUpClass(cls):
        start = int(time.time()) - PAST_S - 3600
        targets = {name: Recorded(name, labels(name, namespace), start)
                   for name, namespace in (("opentelemetry-js", "rag"), ("prom-client", "own"))}
        with tempfile.TemporaryFile("w") as log:
            cls.stack = Stack(targets, start + 3600, at_once=True, log=log, finer=FINER)
            cls.enterClassContext(cls.stack)

    def report(self, namespace):
        ended = subprocess.run(
            [os.environ["RAGTOP"], "report", "--no-cache", "--format", "json", "-n", namespace,
             self.stack.url], stdout=subprocess.PIPE, check=False, encoding="utf-8")
        return json.loads(ended.stdout)

    def check(self, said, by_hand):
        moment = said["at"]
        rows = {(row["stage"], row["signal"]): row for row in said["rows"]}
        for what, query in by_hand.items():
            with self.subTest(what):
                self.assertIn(what, rows)
                by_server = ask(self.stack.url, query, moment)
                self.assertGreater(by_server, 0)
                self.assertAlmostEqual(rows[what]["current"], by_server, delta=.02 * by_server)

    def test_the_semantic_conventions(self):
        said = self.report("rag")
        self.check(said, BY_HAND)
        self.assertEqual({"http": None, "chat": "http", "embeddings": "http", "tool_calls": "http"},
                         {row["stage"]: row["parent"] for row in said["rows"]
                          if row["stage"] != "tool_call"})
        self.assertIn(said["verdict"]["severity"], ("ok", "unknown"), said["verdict"]["summary"])
        # no tool has failed, so there is no label of it
        errors, = [row["current"] for row in said["rows"]
                   if (row["stage"], row["signal"]) == ("tool_calls", "errors")]
        self.assertEqual(0, errors)
        self.assertEqual([], said["warnings"])

    def test_names_of_a_program_of_ones_own(self):
        said = self.report("own")
        self.check(said, OWN_BY_HAND)
        self.assertEqual({"search", "queue_wait"}, {row["stage"] for row in said["rows"]})

    def test_what_is_replayed_is_what_was_recorded(self):
        for name in "opentelemetry-js", "prom-client":
            with self.subTest(name):
                text = (Path(HERE) / "recorded" / f"{name}.txt").read_text("utf-8").strip()
                again = Recorded(name, {}, 0).text(600).strip()
                self.assertEqual(len(text.splitlines()), len(again.splitlines()))
                for line, its in zip(text.splitlines(), again.splitlines()):
                    self.assertEqual(line.rpartition(" ")[0] if line[:1] != "#" else line,
                                     its.rpartition(" ")[0] if line[:1] != "#" else its)


if __name__ == "__main__":
    unittest.main()
