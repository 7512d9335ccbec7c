#!/usr/bin/python3
"""What goes wrong around components: profiles with mistakes, names and units that change, twins,
labels that a target hides, thousands of latencies that nobody knows.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
import unittest
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

# pylint: disable=wrong-import-position
from components import COMPONENTS                   # noqa: E402
from exposition import SLOT_S, Server, Target, Tide     # noqa: E402
from places import Placing, word                    # noqa: E402
from stack import Prometheus, Stack                 # noqa: E402

WRONG_USAGE = 64
PAST_S = 4 * 3600
FINER = ((30, 4800),)
CHANGED_S = 10 * 60         # ago: nothing of what is usual is after that
DOWN_S = 15 * 60            # ago: longer than Prometheus takes a sample for the present
NEVER = 10 ** 12
CALM = ("ok", "unknown")

GOOD = {"name": "x", "role": "llm", "detect": "[a_total]", "where": "'a=\"b\"'",
        "stages": "[{name: s, latency: l_seconds}]"}
MISTAKES = (        # what is written otherwise, and what is said
    ({"roll": "llm"}, "6:1: unknown key 'roll'"),
    ({"role": "wizard"}, "2:7: 'wizard' is not a role"),
    ({"role": "[llm]"}, "2:7: 'role' must be"),
    ({"detect": "{a: b}"}, "3:9: 'detect' must be a list"),
    ({"detect": "['not a name{']"}, "3:10: 'not a name{' is not a metric name"),
    ({"where": "'a=~\"(\"'"}, "4:8: "),
    ({"stages": "7"}, "5:9: 'stages' must be a list"),
    ({"stages": "[{name: s, latency: 9bad}]"}, "'9bad' is not a metric name"),
    ({"stages": "[{name: s, latency: [1, {unit: s}]}]"}, "'1' is not a metric name"),
    ({"stages": "[{name: s, latency: {metric: a, unit: fortnights}}]"}, "fortnights"),
    ({"stages": "[{name: s, latency: l, signals: {mood: {gauge: g}}}]"}, "unknown key 'mood'"),
    ({"stages": "[{name: s, latency: l, signals: {kv_cache: {ratio: r, full: often}}}]"},
     "'often' is not a percentage"),
    ({"stages": "[{name: s, latency: l, children: {name: t}}]"}, "'children' must be a list"))


def ragtop(*arguments):
    return subprocess.run([os.environ["RAGTOP"], "report", "--no-cache", "--format", "json",
                           *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          check=False, encoding="utf-8", timeout=120)


def report(url, *arguments):
    return json.loads(ragtop(*arguments, url).stdout)


class Profiles(unittest.TestCase):
    """A mistake is refused before any server is asked, and said with its place."""

    def said_of(self, keys):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "own.yaml"
            path.write_text("".join(f"{key}: {value}\n" for key, value in keys.items()))
            ended = ragtop("--profile", str(path), "http://127.0.0.1:9")
            return ended.returncode, ended.stderr.replace(str(path), "own.yaml")

    def test_mistakes(self):
        for other, said in MISTAKES:
            with self.subTest(other):
                status, error = self.said_of({**GOOD, **other})
                self.assertEqual(WRONG_USAGE, status, error)
                self.assertIn("own.yaml:", error)
                self.assertIn(said, error)

    def test_what_is_right_is_taken(self):
        status, error = self.said_of(GOOD)
        self.assertNotEqual(WRONG_USAGE, status, error)
        self.assertNotIn("own.yaml", error)


@dataclass
class Changed:
    """A target that is another version of itself from AT on."""
    before: Target
    after: Target
    at: float

    @property
    def labels(self):
        return self.after.labels

    @property
    def series(self):
        return self.after.series

    def text(self, moment):
        return (self.after if moment >= self.at else self.before).text(moment)

    def past(self, times):
        yield from self.before.past([moment for moment in times if moment < self.at])
        yield from self.after.past([moment for moment in times if moment >= self.at])


@dataclass
class Ended:
    """A target that cannot be scraped any more from AT on."""
    target: Target
    at: float

    @property
    def labels(self):
        return self.target.labels

    @property
    def series(self):
        return self.target.series

    def text(self, _):
        return "no metrics\n"

    def past(self, times):
        yield from self.target.past([moment for moment in times if moment < self.at])


class Changes(unittest.TestCase):
    """One Prometheus, each case in a namespace of its own; nothing is wrong in any."""

    @classmethod
    def setUpClass(cls):
        now = int(time.time())
        start = (now - PAST_S - 3600) // SLOT_S * SLOT_S
        placing, plain = (Placing("bad input", start, NEVER, plain=is_plain)
                          for is_plain in (False, True))

        def alone(name, namespace, where=placing):
            target, = where.alone(name, namespace=namespace)[0].values()
            return target

        def changed(old, new, namespace):
            labels, component = alone(old, namespace).labels, COMPONENTS[new]
            later = Target(component, (component.state,) * 2,
                           Tide(namespace, start, NEVER, component.state["requests"]), labels)
            return Changed(alone(old, namespace), later, now - CHANGED_S)
        targets = {
            "renamed": changed("vllm-early-v1", "vllm", "renamed"),
            "units": changed("langgraph-old", "langgraph", "units"),
            "backwards": changed("langgraph", "langgraph-old", "backwards"),
            "down": Ended(alone("qdrant", "down"), now - DOWN_S), "up": alone("vllm", "down"),
            "hidden": alone("qdrant", "hidden"), "plain": alone("qdrant", "plain", plain)}
        for job, factor in (("twin-a", 1), ("twin-b", 3)):
            state = {**COMPONENTS["tgi"].state, "requests": 2.0 * factor}
            labels = {"job": job, "namespace": "twins", "instance": f"{job}:80", "pod": job}
            targets[job] = Target(COMPONENTS["tgi"], (state, state),
                                  Tide(job, start, NEVER, 2.0 * factor), labels)
        with open(os.devnull, "w", encoding="utf-8") as log:
            cls.stack = Stack(targets, start + 3600, at_once=True, log=log, finer=FINER)
            cls.enterClassContext(cls.stack)

    def rows(self, namespace):
        """{(stage, signal): row}, of what is calm."""
        said = report(self.stack.url, "-n", namespace)
        self.assertIn(said["verdict"]["severity"], CALM, said["verdict"]["summary"])
        return {(row["stage"], row["signal"]): row for row in said["rows"]}

    def test_metrics_that_are_renamed(self):
        rows = self.rows("renamed")
        self.assertLess(abs(rows["vllm", "kv_cache"]["current"] - .42), .05)
        self.assertAlmostEqual(.04, rows["vllm", "tpot"]["current"], delta=.03)
        self.assertGreater(rows["vllm", "latency"]["baseline"], 1)      # its name has not changed
        for signal in "kv_cache", "tpot":           # what is usual was called otherwise
            now, usual = (rows["vllm", signal][when] for when in ("current", "baseline"))
            self.assertAlmostEqual(1, (usual or 0) / now, delta=.5, msg=signal)

    def test_units_that_change(self):
        for namespace in "units", "backwards":
            with self.subTest(namespace):
                row = self.rows(namespace)["langgraph", "latency"]
                self.assertTrue(5 < row["current"] < 15, row)       # seconds, within one bucket
                self.assertTrue(5 < (row["baseline"] or 0) < 15, row)

    def test_what_is_discovered_keeps_namespace_and_older_names(self):
        """As a configuration by itself, it gives the same, also of the past."""
        for namespace in "renamed", "units":
            with self.subTest(namespace), tempfile.TemporaryDirectory() as folder:
                file = Path(folder) / "found.yaml"
                with open(file, "w", encoding="utf-8") as out:
                    subprocess.run([os.environ["RAGTOP"], "discover", "--no-cache", "-n", namespace,
                                    self.stack.url], stdout=out, check=True, timeout=120)
                said = json.loads(ragtop("-c", str(file)).stdout)
                own = self.rows(namespace)
                self.assertEqual(list(own), [(row["stage"], row["signal"]) for row in said["rows"]])
                for row in said["rows"]:
                    its = own[row["stage"], row["signal"]]
                    for when in "current", "baseline":
                        self.assertEqual(its[when] is None, row[when] is None, (its, row))
                        if row[when]:
                            self.assertAlmostEqual(1, its[when] / row[when], delta=.2, msg=row)

    def test_labels_that_a_target_hides(self):
        hidden, plain = (self.rows(namespace)["qdrant", "latency"]
                         for namespace in ("hidden", "plain"))
        self.assertIn("exported_endpoint", hidden["promql"])
        self.assertNotIn("exported_", plain["promql"])
        self.assertAlmostEqual(hidden["current"], plain["current"], delta=.5 * plain["current"])

    def test_what_was_down_before_anybody_looked_is_missed(self):
        said = report(self.stack.url, "-n", "down")
        self.assertIn("qdrant", said["verdict"]["summary"].lower())
        self.assertIn("no data since", said["verdict"]["summary"])
        rows = {(row["stage"], row["signal"]): row for row in said["rows"]}
        self.assertIsNone(rows["qdrant", "latency"]["current"])
        self.assertIsNotNone(rows["vllm", "latency"]["current"])

    def test_twins(self):
        rows = self.rows("twins")
        self.assertEqual({"tgi@twin-a", "tgi@twin-b"},
                         {stage for stage, _ in rows if "/" not in stage})
        one, other = (rows[f"tgi@{job}", "traffic"]["current"] for job in ("twin-a", "twin-b"))
        self.assertAlmostEqual(3, other / one, delta=.8)


def step(number):
    return f"{word(str(number))}_{number}"


class Thousands(Prometheus):
    """Of a program with NUMBER latencies, the later the busier."""

    def __init__(self, folder, number):
        self._number = number
        self._server = Server({"many": self})
        super().__init__(folder, targets=("many",))

    def __enter__(self):
        self._cleanup.enter_context(self._server)
        return super().__enter__()

    def scrape_configs(self):
        return [{"job_name": "many", "metrics_path": "/many/metrics", "scrape_interval": "2s",
                 "scrape_timeout": "2s", "static_configs": [{"targets": [self._server.address]}]}]

    def text(self, moment):
        seconds = int(moment) % 10 ** 6
        lines = []
        for number in range(self._number):
            name, count = f"shop_{step(number)}_duration_seconds", seconds * (number + 1)
            lines += [f"# TYPE {name} histogram", f'{name}_bucket{{le="0.1"}} {count // 2}',
                      f'{name}_bucket{{le="+Inf"}} {count}', f"{name}_sum {count * .1:.3f}",
                      f"{name}_count {count}"]
        return "\n".join(lines) + "\n"


class Many(unittest.TestCase):
    """A server without anything known, but with plenty of latencies."""

    NUMBER = 3000

    def test_the_busiest_are_shown_and_the_others_counted(self):
        with tempfile.TemporaryDirectory() as folder, \
                Thousands(Path(folder), self.NUMBER) as server:
            said = self.once_known(server.url)
            stages = {row["stage"] for row in said["rows"]}
            self.assertGreater(len(stages), 8)
            self.assertIn(step(self.NUMBER - 1), stages)
            self.assertTrue(any(f"({len(stages)} of {self.NUMBER})" in note
                                for note in said["warnings"]), said["warnings"])

    def once_known(self, url):
        """What is said as soon as something has been scraped twice; it never takes long to say."""
        for _ in range(20):
            begun = time.monotonic()
            said = report(url)
            self.assertLess(time.monotonic() - begun, 30)
            if any(row["current"] is not None for row in said["rows"]):
                break
            time.sleep(2)
        return said


if __name__ == "__main__":
    unittest.main()
