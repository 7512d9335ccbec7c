#!/usr/bin/python3
"""What `ragtop rules` prints is sound, and does on a real Prometheus what it is for."""

import contextlib
import json
import os
import re
import subprocess
import tempfile
import time
import unittest
import urllib.parse
from pathlib import Path

import judged   # finds the other modules, too

from stack import make, parse_options   # finds the modules of incidents, too
from other_servers import victoria
from prometheus import DIRECT
from processes import Child, free_ports

RAGTOP = os.environ["RAGTOP"]
WAIT_S = 120

# Levels that somebody chose, and a budget of errors.
OWN = """
profiles: [kotaemon]
selector: namespace="kotaemon"
stages:
  - name: retrieval
    latency: kotaemon_retrieval_latency_seconds
    errors: kotaemon_error_total{stage="retrieval"}
    slo: {p95: 500ms, errors: 1%}
    saturation:
      - {name: connections, used: vector_db_connections_active, limit: vector_db_connections_max}
  - name: generation
    latency: kotaemon_generation_latency_seconds
    errors: kotaemon_error_total{stage="generation"}
    slo: {p95: 20s, errors: 10%}
"""


def stack(**chosen):
    """The Stack that tests/stacks/stack.py makes with such options."""
    given = [f"--{name}={value}" for name, value in chosen.items()]
    return make(parse_options(["--hours=2", "--at-once", *given, "--", "true"]))


def run(*command, status=0):
    """What COMMAND prints."""
    ended = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False,
                           encoding="utf-8", timeout=judged.TAKES_S)
    said = f"{' '.join(command)}: {ended.returncode}\n{ended.stdout[-4000:]}{ended.stderr}"
    assert ended.returncode == status, said
    return ended.stdout


def rules(url, *options):
    """What `ragtop rules` prints about the server at URL."""
    return run(RAGTOP, "rules", "--no-cache", *options, url)


def names(document, key):
    """The values of KEY in the rule file DOCUMENT, as often as they are there."""
    return re.findall(rf"^ *- {key}: (.*)$", document, re.M)


def ask(url, query):
    """The series that answer QUERY now."""
    text = urllib.parse.urlencode({"query": query})
    with DIRECT.open(f"{url}/api/v1/query?{text}", timeout=WAIT_S) as answer:
        return json.load(answer)["data"]["result"]


def wait_for(happens):
    """What HAPPENS returns once it is true."""
    end = time.monotonic() + WAIT_S
    while not (found := happens()) and time.monotonic() < end:
        time.sleep(0.5)
    return found


class Rules(unittest.TestCase):
    """Stacks that ragtop finds, and one that is configured."""

    def check(self, place, *options):
        """promtool takes the rules for the server at PLACE, and their tests."""
        document = rules(place.url, *options)
        with tempfile.TemporaryDirectory() as folder:
            file, tests = Path(folder) / "ragtop-rules.yaml", Path(folder) / "tests.yaml"
            file.write_text(document, encoding="utf-8")
            tests.write_text(rules(place.url, "--format", "test", *options), encoding="utf-8")
            run("promtool", "check", "rules", "--lint=all", "--lint-fatal", str(file))
            run("promtool", "test", "rules", str(tests))
            run("vmalert", "-dryRun", f"-rule={file}")
            # nothing is called well that is not looked at: a level that is wrong is found
            broken = re.sub(r" > 2 \* max| > 0\.5$| > 0\.9$", r" < 0\g<0>", document, flags=re.M)
            self.assertNotEqual(document, broken)
            file.write_text(broken, encoding="utf-8")
            run("promtool", "test", "rules", str(tests), status=1)
        return document

    def test_of_found_stacks(self):
        for name in ("rag", "agent", "rag-litellm"):
            with self.subTest(name), stack(stack=name) as place:
                document = self.check(place)
                alerts = set(names(document, "alert"))
                self.assertLessEqual({"RagStageSlowerThanUsual", "RagMoreErrorsThanUsual",
                                      "RagNoTraffic", "RagNoData"}, alerts)
                self.assertEqual("RagMoreToolCallsThanUsual" in alerts, name == "agent")

    def test_of_a_configuration(self):
        with tempfile.TemporaryDirectory() as folder, stack(components="kotaemon") as place:
            own = Path(folder) / "own.yaml"
            own.write_text(OWN, encoding="utf-8")
            document = self.check(place, "-c", str(own))
            self.assertEqual(names(document, "alert").count("RagErrorBudgetBurn"), 4 + 3)
            self.assertIn("HighRetrievalLatency", document)
            self.assertIn("kotaemon_retrieval_latency_seconds_sum", document)
            self.assertIn("ragtop:retrieval_connections:last", names(document, "record"))
            self.assertNotIn("SlowerThanUsual", document)
            resource = rules(place.url, "-c", str(own), "--format", "prometheusrule")
            self.assertRegex(resource, r"(?m)^kind: PrometheusRule$")
            head, inner = resource.split("\nspec:\n")
            self.assertIn("role: alert-rules", head)
            self.assertEqual(re.sub("(?m)^  ", "", inner), document[document.index("groups:"):])
            own.write_text(OWN.replace('="kotaemon"', '=~"kot.*"'), encoding="utf-8")
            document = self.check(place, "-c", str(own))
            self.assertEqual(names(document, "record"), [])

    def test_of_an_incident(self):
        """What is recorded appears, ragtop reads it, and the alert about the culprit fires."""
        with stack(stack="rag", incident="llm-queue", hours=26) as place:
            document = rules(place.url)
            recorded = set(names(document, "record"))
            # at once, as nobody waits for minutes here
            place.take_rules(re.sub(r"(?m)^ *for: .*\n", "", document).replace("30s", "1s"))

            def appear():
                return {one["metric"]["__name__"]
                        for one in ask(place.url, '{__name__=~"ragtop:.+"}')}
            # what is asked for is what was there at the last whole refresh
            wait_for(lambda: ask(place.url, "ragtop:vllm_latency:rate5m offset 20s"))
            self.assertLessEqual(appear(), recorded)
            self.assertGreater(len(appear()), len(recorded) / 2)
            told = json.loads(run(RAGTOP, "check", "--no-cache", "--format", "json", place.url))
            used = {one["recording_rule"] for one in told["names"]} - {None}
            self.assertIn("ragtop:vllm_latency:rate5m", used)

            def slow():
                firing = ask(place.url, 'ALERTS{alertstate="firing"}')
                return {one["metric"]["stage"] for one in firing
                        if one["metric"]["alertname"] == "RagStageSlowerThanUsual"}
            wait_for(slow)
            self.assertIn("vllm", slow())
            self.assertNotIn("qdrant", slow())

    def test_in_victoria_metrics(self):
        """vmalert evaluates the same file, and ragtop reads what it records."""
        with contextlib.ExitStack() as undo:
            folder = Path(undo.enter_context(tempfile.TemporaryDirectory()))
            place = undo.enter_context(stack(stack="rag"))
            server = undo.enter_context(victoria(place.url))
            file = folder / "rules.yaml"
            file.write_text(rules(server).replace("30s", "1s"), encoding="utf-8")
            port, = free_ports(1)
            child = Child("vmalert", [
                "vmalert", f"-rule={file}", f"-datasource.url={server}",
                f"-remoteWrite.url={server}", f"-notifier.url={server}",
                f"-httpListenAddr=127.0.0.1:{port}"], folder)
            undo.callback(child.end)

            def evaluated():
                with contextlib.suppress(OSError), DIRECT.open(
                        f"http://127.0.0.1:{port}/api/v1/rules") as answer:
                    return [rule for group in json.load(answer)["data"]["groups"]
                            for rule in group["rules"]]
                return []
            self.assertTrue(wait_for(lambda: evaluated() and all(
                not rule["lastEvaluation"].startswith("0001") for rule in evaluated())))
            self.assertEqual(
                [], [(rule["name"], rule.get("lastError")) for rule in evaluated()
                     if rule["health"] != "ok"])
            name = "ragtop:vllm_latency:rate5m"
            # what is asked for is what was there at the last whole refresh
            self.assertTrue(wait_for(lambda: ask(server, f"{name} offset 20s")))
            told = json.loads(run(RAGTOP, "check", "--no-cache", "--format", "json", server))
            self.assertIn(name, {one["recording_rule"] for one in told["names"]})


if __name__ == "__main__":
    unittest.main()
