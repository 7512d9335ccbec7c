#!/usr/bin/python3
"""The demo's alert is the same for Prometheus and for the operator."""

import re
import shutil
import subprocess
import textwrap
import unittest

import project

RULES = "demo/rules.yaml"
OPERATOR = "demo/manifests/prometheusrule.yaml"


def groups(text):
    """TEXT from `groups:` on, as if it began at the margin."""
    return textwrap.dedent(re.search(r"^ *groups:\n.*", text, re.M | re.S)[0])


class Rules(unittest.TestCase):
    """demo/rules.yaml"""

    maxDiff = None

    def test_the_operator_gets_the_same(self):
        self.assertIn("HighRetrievalLatency", groups(project.read(RULES)))
        self.assertEqual(groups(project.read(RULES)), groups(project.read(OPERATOR)))

    @unittest.skipUnless(shutil.which("promtool"), "promtool is not installed")
    def test_prometheus_accepts_them(self):
        ended = subprocess.run(["promtool", "check", "rules", project.ROOT / RULES],
                               capture_output=True, encoding="utf-8", check=False)
        self.assertEqual(0, ended.returncode, ended.stdout + ended.stderr)
        self.assertIn("1 rules found", ended.stdout)

    def test_its_metrics_are_those_of_the_profile(self):
        expression = re.search(r"expr: \|\n((?: {10,}.*\n)+)", project.read(RULES))[1]
        metrics = set(re.findall(r"\b(\w+)_(?:sum|count)\[", expression))
        self.assertTrue(metrics)
        for metric in metrics:
            self.assertIn(f"latency: {metric}\n", project.read("src/profiles/kotaemon.yaml"))


if __name__ == "__main__":
    project.main()
