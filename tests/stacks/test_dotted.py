#!/usr/bin/python3
"""Names with dots, as OpenTelemetry has them, on a server that takes them in quotes alone."""

import os
import sys
import tempfile
import unittest
from pathlib import Path

from judged import HERE, culprit, run
from prometheus3 import Query, Refused

BARE = ("--components", "otel-genai-bare", "--hours", "6")
DOUBLE = (sys.executable, HERE / "prometheus3.py")
RAGTOP = os.environ.get("RAGTOP", "ragtop")
REPORT = (RAGTOP, "report", "--no-cache", "--format", "json")


def rows(said):
    return [(row["stage"], row["parent"], row["signal"]) for row in said["rows"]]


def shell(script, *arguments):
    return run(*BARE, "--incident", "otel-genai-bare",
               command=["sh", "-c", script, *map(str, (*DOUBLE, RAGTOP)), *arguments])


class Grammar(unittest.TestCase):
    """The double refuses what Prometheus 3 refuses, and no more."""

    NAMES = ["gen_ai_client_operation_duration_count", "up", "x_total"]

    def test_what_is_good(self):
        for text, own in (
                ('sum by ("gen_ai.request.model") (rate({"gen_ai.client.operation.duration_count"}'
                 '[5m]))',
                 'sum by(gen_ai_request_model) '
                 '(rate({__name__=~"gen_ai_client_operation_duration_count"}[5m]))'),
                ('{__name__="gen_ai_client_operation_duration_count"}',
                 '{__name__=~"no_such_name"}'),
                ('up{"gen_ai.request.model"="m",job!~"a|b"}',
                 '{__name__=~"up",gen_ai_request_model="m",job!~"a|b"}'),
                ('max(x_total[6h:30m]) offset 1d', 'max({__name__=~"x_total"}[6h:30m]) offset 1d'),
                ('label_replace(up,"pod","$1","gen_ai.request.model",".+")',
                 'label_replace({__name__=~"up"},"pod","$1","gen_ai_request_model",".+")')):
            with self.subTest(text):
                self.assertEqual(" ".join(Query(text, self.NAMES).text.split()), own)

    def test_what_is_not(self):
        for text in ("gen_ai.x", "sum by (a.b) (up)", 'up{a.b="c"}', 'up{"a.b"}', '"up"',
                     'sum("up"[5m])', "up{a=b}", "(up", "up)", "up[5]", '{"a" "b"}', "up{", '{"a}'):
            with self.subTest(text), self.assertRaises(Refused):
                print(Query(text, self.NAMES).text)


class Dotted(unittest.TestCase):
    """All of it as under names with underscores."""

    def test_found_judged_and_read_back(self):
        """What is discovered is a configuration that gives the same rows."""
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "found.yaml"
            configured = shell('"$0" "$1" "$2" discover --no-cache >"$3" && exec "$0" "$1" "$2" '
                               'report --no-cache --format json -c "$3"', str(file))
        said = run(*BARE, "--incident", "otel-genai-bare", command=[*DOUBLE, *REPORT])
        plain = run(*BARE, "--incident", "otel-genai-bare", command=REPORT)
        self.assertEqual(culprit(said)["stage"], "tool_calls", said["verdict"]["summary"])
        self.assertEqual(said["server"], "Prometheus 3.5.0")
        self.assertGreater(len(said["rows"]), 10)
        self.assertEqual(rows(said), rows(plain))
        self.assertEqual(rows(said), rows(configured))
        chat = next(row for row in said["rows"] if row["stage"] == "chat")
        self.assertIn('"gen_ai.operation.name"=~', chat["promql"])
        self.assertGreater(chat["current"], 1)

    def test_labels_that_are_configured(self):
        """A selector, stages by a label, and pods."""
        with tempfile.NamedTemporaryFile("w", suffix=".yaml", encoding="utf-8") as file:
            file.write("stages_by_label:\n"
                       "  latency: '{\"gen_ai.client.operation.duration\",error.type=\"\"}'\n"
                       "  label: gen_ai.operation.name\n"
                       "  unit: s\n"
                       "pod_label: gen_ai.request.model\n")
            file.flush()
            said = run(*BARE, command=[*DOUBLE, *REPORT, "-c", file.name, "-l",
                                       'gen_ai.request.model="gpt-4o"'])
        self.assertEqual({row["stage"] for row in said["rows"]}, {"chat"})
        self.assertEqual(said["verdict"]["severity"], "ok", said["verdict"]["summary"])
        self.assertEqual(said["warnings"], [])

    def test_an_older_server_has_no_such_labels(self):
        said = run(*BARE, command=[*REPORT, "-l", 'gen_ai.request.model="gpt-4o"'])
        self.assertIn("Prometheus 3", said["verdict"]["summary"])


if __name__ == "__main__":
    unittest.main()
