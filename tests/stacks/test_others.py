#!/usr/bin/python3
"""Other servers that speak like Prometheus: what is found through them is the same."""

import json
import os
import shutil
import subprocess
import sys
import unittest

from judged import HERE, TAKES_S, culprit, report, run

RAGTOP = os.environ.get("RAGTOP", "ragtop")
HAS_VICTORIA = shutil.which("victoria-metrics") is not None
TENANT = {"mimir": ("--tenant", "team-a")}
STACK = ("--stack", "rag", "--hours", "4", "--at-once")


def reports(*kinds):
    """What is reported of one and the same stack through itself, as "", and servers of KINDS."""
    script = '"$1" report --no-cache --format json; ' + "".join(
        f'"$0" "$2" {kind} "$1" report --no-cache --format json {" ".join(TENANT.get(kind, ()))}; '
        for kind in kinds)
    ended = subprocess.run(
        [sys.executable, HERE / "stack.py", *STACK, "--", "sh", "-c", script, sys.executable,
         RAGTOP, HERE / "other_servers.py"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=TAKES_S, check=False,
        encoding="utf-8")
    decoder, said, text = json.JSONDecoder(), {}, ended.stdout
    for kind in ("", *kinds):
        try:
            said[kind], end = decoder.raw_decode(text)
        except ValueError as error:
            raise AssertionError(f"{kind}: no report\n{text[:300]}\n{ended.stderr}") from error
        text = text[end:].lstrip()
    return said


def tree(said):
    return [(row["stage"], row["parent"], row["signal"], row["metric"]) for row in said["rows"]]


class Others(unittest.TestCase):
    def test_the_same_tree(self):
        said = reports("thanos", "mimir", *["victoria"] * HAS_VICTORIA)
        own = tree(said.pop(""))
        self.assertGreater(len(own), 20)
        for kind, other in said.items():
            with self.subTest(kind):
                self.assertEqual(tree(other), own)
                self.assertEqual(other["verdict"]["severity"], "ok", other["verdict"]["summary"])
        self.assertEqual(said["thanos"]["server"], "Thanos 0.34.1")
        self.assertTrue(any("partial" in note for note in said["thanos"]["warnings"]))
        self.assertEqual(said["mimir"]["server"], "Grafana Mimir 2.10.0 at /prometheus")

    @unittest.skipUnless(HAS_VICTORIA, "victoria-metrics is not installed")
    def test_names_with_dots_in_victoria(self):
        """Where labels with dots stand without quotes."""
        arguments = ("--components", "otel-genai-bare", "--incident", "otel-genai-bare")
        double = (sys.executable, HERE / "other_servers.py", "victoria-dots")
        own = report(*arguments)
        said = run(*arguments, command=[*double, RAGTOP, "report", "--no-cache", "--format",
                                        "json"])
        self.assertEqual([row["stage"] for row in said["rows"]],
                         [row["stage"] for row in own["rows"]])
        self.assertEqual(culprit(said)["stage"], culprit(own)["stage"])
        chosen = run(*arguments, command=[*double, RAGTOP, "report", "--no-cache", "--format",
                                          "json", "-l", 'gen_ai.request.model="gpt-4o"'])
        self.assertEqual({row["stage"] for row in chosen["rows"]}, {"chat"})


if __name__ == "__main__":
    unittest.main()
