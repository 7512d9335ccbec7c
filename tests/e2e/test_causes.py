"""What `ragtop report` finds out about a fault in a cluster: who, since when, what changed."""

import json
import re
import tempfile
import unittest
import urllib.parse
from contextlib import ExitStack
from datetime import datetime, timezone
from pathlib import Path

import servers
from live import ENTER, Live, check_clean
from program import check_sane, main_directory, run
from report_schema import parse, row

main_directory("tests/incidents")
from prometheus import DIRECT, Prometheus      # pylint: disable=wrong-import-position,wrong-import-order

MOMENT = "2026-02-04T09:00:00Z"
MINUTE, HOUR, DAY = 60, 3600, 86400
AT = 1770195600     # 2026-02-04T09:00:00Z
ONSET = AT - 20 * MINUTE
STEP = 30
BOUNDS = (0.1, 0.25, 0.5, 1, 2.5, 5)
PODS = ("agent-a", "agent-b", "agent-c")
USUAL_S, SLOW_S = 0.2, 2.0

MODELS_AT = AT - 10 * MINUTE        # a server of models loads another in place of what it had

RULE = "ragtop:generation_latency:rate7m"

CONFIG = """
    selector: namespace="rag"
    stages:
      - name: generation
        latency: generation_seconds
"""


def seconds_of(pod, time):
    return SLOW_S if pod == "agent-b" and time > ONSET else USUAL_S


def times():
    """The moments of samples: two hours around nine of the days before, and of today."""
    for day in range(-3, 1):
        middle = AT + day * DAY
        yield from range(middle - 2 * HOUR, middle + (HOUR if day else 1), STEP)


def counters(pod):
    """(time, {bound: count}, sum) of one request per second."""
    counts, total = dict.fromkeys((*BOUNDS, "+Inf"), 0), 0.0
    for time in times():
        seconds = seconds_of(pod, time)
        for bound in counts:
            counts[bound] += STEP * (bound == "+Inf" or seconds <= bound)
        total += STEP * seconds
        yield time, counts, total


def family(name, kind, lines):
    return [f"# TYPE {name} {kind}", *lines]


def samples():
    """The whole history as OpenMetrics, a family after the other."""
    latency, starts, restarts, changes = [], [], [], []
    for pod in PODS:
        labels = f'job="agent",namespace="rag",pod="{pod}",instance="10.0.0.1:8000{pod[-1]}"'
        for time, counts, total in counters(pod):
            for bound, count in counts.items():
                latency.append(f'generation_seconds_bucket{{{labels},le="{bound}"}} {count} {time}')
            latency.append(f"generation_seconds_count{{{labels}}} {counts['+Inf']} {time}")
            latency.append(f"generation_seconds_sum{{{labels}}} {total:.3f} {time}")
            anew = pod == "agent-b" and time > ONSET
            started = ONSET - 30 if anew else AT - 30 * DAY
            starts.append(f"process_start_time_seconds{{{labels}}} {started} {time}")
            restarts.append(f'kube_pod_container_status_restarts_total{{namespace="rag",'
                            f'pod="{pod}",container="agent"}} {int(anew)} {time}')
    for time in times():
        for name, namespace in (("agent", "rag"), ("other", "elsewhere")):
            changes.append(f'kube_deployment_status_observed_generation{{namespace="{namespace}",'
                           f'deployment="{name}"}} {7 + (time > ONSET - 60)} {time}')
    return "\n".join([
        *family("generation_seconds", "histogram", latency),
        *family("process_start_time_seconds", "gauge", starts),
        *family("kube_pod_container_status_restarts", "counter", restarts),
        *family("kube_deployment_status_observed_generation", "gauge", changes),
        *family(RULE, "gauge", recorded()), *models(), "# EOF", ""])


def models():
    """What servers of models export of those that they have loaded, a family after the other."""
    up, running, success = [], [], []
    for time in times():
        up += [f'up{{job="{job}",namespace="rag",instance="10.0.0.2:8000"}} 1 {time}'
               for job in ("vllm", "triton")]
        before = time <= MODELS_AT
        for name in ("stays", "old" if before else "new"):
            running.append(f'vllm:num_requests_running{{job="vllm",namespace="rag",'
                           f'model_name="llm-{name}"}} 1 {time}')
            success.append(f'nv_inference_request_success{{job="triton",namespace="rag",'
                           f'model="rank-{name}",version="1"}} 5 {time}')
        running.append(f'vllm:num_requests_running{{job="router",namespace="rag",'
                       f'server="a-{before}"}} 1 {time}')   # it passes on what servers say
    return [*family("up", "gauge", up), *family("vllm:num_requests_running", "gauge", running),
            *family("nv_inference_request_success", "unknown", success)]


def recorded():
    """The latency as a recording rule has it since two days, which took twice as long then."""
    lines = []
    for day in (-2, -1, 0):
        middle = AT + day * DAY
        for time in range(middle - 2 * HOUR, middle + (HOUR if day else 1), STEP):
            for bound in (*BOUNDS, "+Inf"):
                rate = len(PODS) * (bound == "+Inf" or 2 * USUAL_S <= bound)
                lines.append(f'{RULE}{{namespace="rag",le="{bound}"}} {rate} {time}')
            lines.append(f'{RULE}{{namespace="rag",part="sum"}} '
                         f"{len(PODS) * 2 * USUAL_S} {time}")
    return lines


class Causes(unittest.TestCase):
    """One pod of three is slow since it was restarted, as a deployment was changed."""

    @classmethod
    def setUpClass(cls):
        cls._stack = ExitStack()
        cls.addClassCleanup(cls._stack.close)
        directory = Path(cls._stack.enter_context(tempfile.TemporaryDirectory()))
        text = directory / "samples.om"
        text.write_text(samples())
        server = Prometheus(directory)
        server.load([text])
        cls.server = cls._stack.enter_context(server)
        cls.config = servers.file(CONFIG)

    def document(self, at, status, *arguments):
        moment = datetime.fromtimestamp(at, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        ended = run("report", "--format", "json", "-c", self.config, "--at", moment, *arguments,
                    self.server.url)
        check_sane(self, ended, "\t\r")
        self.assertEqual(ended.status, status, ended.said)
        return parse(self, ended.out)

    def test_one_pod_since_its_restart(self):
        verdict = self.document(AT, 2)["verdict"]
        self.assertEqual((verdict["stage"], verdict["signal"], verdict["pod"]),
                         ("generation", "latency", "agent-b"))
        self.assertRegex(verdict["summary"],
                         r"Generation is the culprit on pod agent-b alone: its P95 is 2\.\d s")
        evidence = "\n".join(verdict["evidence"])
        self.assertRegex(evidence, r"(?m)^agent-b: P95 2\.\d s, the other pods 2\d\d ms$")
        self.assertRegex(evidence, r"(?m)^agent-b started at 08:39$")
        self.assertRegex(evidence, r"(?m)^a container of agent-b was restarted 1 time ")
        self.assertRegex(evidence, r"(?m)^agent was changed ")
        self.assertRegex(evidence, r"(?m)^generation traffic 3\.0/s, 1\.0x usual: load ruled out$")
        self.assertNotIn("other was", evidence)     # of another namespace

    def test_next_can_be_pasted(self):
        steps = self.document(AT, 2)["verdict"]["next"]
        self.assertGreaterEqual(len(steps), 4)
        for step in steps:
            with self.subTest(step):
                query = urllib.parse.urlencode({"query": step.split(": ", 1)[1], "time": AT})
                with DIRECT.open(f"{self.server.url}/api/v1/query?{query}") as answer:
                    self.assertTrue(json.load(answer)["data"]["result"])

    def test_the_page_of_the_stage_shows_it(self):
        """In the terminal: the pod that stands out, its past, and what happened when."""
        with Live("-c", self.config, "--at", MOMENT, self.server.url, size=(160, 50)) as live:
            live.wait_settled("alone", "generation P95")
            live.press(ENTER)
            live.wait_for("3 pods of generation", "CULPRIT: slow", "restart",
                          "rollout")
            live.wait_gone("asking")
            words = live.words()
            self.assertRegex(words, r"restart +08:39:30 agent-b")
            self.assertRegex(words, r"rollout +08:39:\d\d agent\b")
            live.wait(lambda: re.search(        # its past as well
                r"^│!! agent-b .*2\.\d s +\S+× .*\u2581+.*\u2588+ +CULPRIT: slow", live.text(), re.M),
                "the row of the pod")
            live.press("5")
            live.wait_for("P95 of agent-b", "rest: the median of the others")
            live.press("v" + "h" * 60)
            live.wait_for("08:30")
            # before it happened all were alike, and how many requests each had nobody asked
            live.wait(lambda: len(re.findall(r"agent-[abc] +2\d\d ms +1\.0× +- +- ",
                                             live.text())) == 3, "the pods as they were")
            self.assertEqual(live.quit(), 0)
            check_clean(self, live)

    def test_models_that_were_loaded(self):
        """What is loaded all along, and what a router passes on, is no change."""
        ended = run("--no-cache", "-c", self.config, "--at", MOMENT, "--screenshot", "--page", "8",
                    "--size", "120x40", self.server.url)
        rows = re.findall(r"^│ +(\S+) +08:5\d:\d\d +\d+ min  (model \w+) ", ended.out, re.M)
        self.assertEqual(sorted(rows), [
            ("llm-new", "model loaded"), ("llm-old", "model gone"),
            ("rank-new", "model loaded"), ("rank-old", "model gone")], ended.out)

    def test_before_it_all_was_well(self):
        document = self.document(ONSET - 10 * MINUTE, 0)
        self.assertIsNone(document["verdict"]["pod"])
        self.assertEqual(document["verdict"]["condition"], "ok")

    def test_recording_rules_tell_the_past(self):
        usual = row(self.document(AT, 2), "generation")["baseline"]
        self.assertLess(usual, 0.25)        # no rule has this window
        document = self.document(AT, 2, "-w", "7m")
        # two days as recorded; the third, which has no records, from the metric itself
        self.assertGreater(row(document, "generation")["baseline"], 0.25)
        self.assertEqual(document["baseline"]["days"], 3)

    def test_late_numbers_are_judged_at_their_moment(self):
        document = self.document(AT + 4 * MINUTE, 2)     # the rate still has samples in its window
        self.assertEqual(row(document, "generation")["state"], "ok")
        self.assertEqual((document["verdict"]["condition"], document["verdict"]["stage"]),
                         ("incident", "generation"))
        self.assertIn("min late: judged at 09:00", document["verdict"]["summary"])

    def test_numbers_older_than_the_window_are_none(self):
        document = self.document(AT + 7 * MINUTE, 3)
        self.assertEqual(document["verdict"]["condition"], "no_data")
        self.assertIn("No data since 09:00", document["verdict"]["summary"])


if __name__ == "__main__":
    unittest.main()
