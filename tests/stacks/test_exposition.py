#!/usr/bin/python3
"""What the generator promises: valid text, counters that only grow, no jump into the present."""

import re
import shutil
import subprocess
import sys
import unittest
import urllib.request
from collections import defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

# pylint: disable=wrong-import-position
import documented                               # noqa: E402
from components import COMPONENTS               # noqa: E402
from exposition import Server                   # noqa: E402
from kube import INCIDENTS, Cluster             # noqa: E402
from model import evaluate                      # noqa: E402
from places import WHOLES, Placing              # noqa: E402

START = 1795910400
HOUR = 3600
ONSET = START + 2 * HOUR
NOW = START + 3 * HOUR
GROWING = {"counter", "histogram", "summary"}
LINE = re.compile(r"(?P<series>[^ {]+(?:\{.*\})?|\{.*\}) (?P<value>\S+)(?: (?P<time>\d+))?\n")
# The fingerprints that are looked for, of which none may be left when all is renamed.
KNOWN = re.compile(r"(vllm|sglang|tgi_|te_|trtllm|nv_|gen_ai|litellm|milvus|redis_|kong_|DCGM)")


def placed(**options):
    """{job: Target} of every component with its incident."""
    placing = Placing("test", START, ONSET, **options)
    return {job: target for name in COMPONENTS
            for job, target in placing.alone(name, True)[0].items()}


def parse(text):
    """{series: value} of an exposition, or of one moment of a past."""
    result = {}
    for line in text.splitlines(keepends=True):
        if not line.startswith("#"):
            match = LINE.fullmatch(line)
            assert match, line
            assert match["series"] not in result, line
            result[match["series"]] = float(match["value"])
    return result


class Exposition(unittest.TestCase):
    """Every component, alone, before and in its incident."""

    @classmethod
    def setUpClass(cls):
        cls.targets = placed()

    def each(self):
        for name, target in self.targets.items():
            with self.subTest(name):
                yield target

    @unittest.skipUnless(shutil.which("promtool"), "promtool is not installed")
    def test_prometheus_can_read_it(self):
        for target in self.each():
            if not target.component.dotted:
                self.check_metrics(target.text(NOW))
        self.check_metrics("".join(target.text(NOW) for target in placed(renamed=True).values()))

    def check_metrics(self, text):
        ended = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True,
                               encoding="utf-8", check=False)
        # 3: it would have named or explained something otherwise
        self.assertIn(ended.returncode, (0, 3), ended.stdout + ended.stderr)

    def test_what_counts_never_falls(self):
        moments = [START + 60, START + 61, ONSET - 5, ONSET, ONSET + .25, ONSET + 5, ONSET + 600,
                   NOW]
        for target in self.each():
            before = None
            for moment in moments:
                values = target.values(moment)
                for series, old, new in zip(target.series, before or values, values):
                    if series.type in GROWING and "quantile" not in series.labels:
                        self.assertLessEqual(old, new, (series.name, series.labels, moment))
                before = values

    def test_every_counter_grows_that_is_not_of_errors(self):
        for target in self.each():
            grown = [new - old for old, new in zip(target.values(START + 60), target.values(NOW))]
            for series, by in zip(target.series, grown):
                if series.name.endswith("_count") and series.type == "histogram":
                    self.assertGreater(by, 0, (series.name, series.labels))

    def test_buckets_are_those_of_a_histogram(self):
        for target in self.each():
            groups = defaultdict(dict)
            for series, value in zip(target.series, target.values(NOW)):
                own = tuple((k, v) for k, v in series.labels.items() if k != "le")
                if series.type == "histogram" or "le" in series.labels:
                    groups[series.family, own][series.labels.get("le", series.name)] = value
            for (family, own), its in groups.items():
                buckets = [(float(le), value) for le, value in its.items()
                           if not le.endswith(("_sum", "_count"))]
                self.assertEqual(sorted(buckets), buckets, family)
                counts = [value for _, value in buckets]
                self.assertEqual(sorted(counts), counts, (family, own))
                self.assertEqual(float("inf"), buckets[-1][0])
                if family + "_count" in its:
                    self.assertEqual(counts[-1], its[family + "_count"], family)
                    self.check_sum(its[family + "_sum"], buckets, family)

    def check_sum(self, total, buckets, family):
        """The sum is one that the buckets allow."""
        least = highest = before = lower = 0.0
        for bound, count in buckets:
            least += lower * (count - before)
            highest += bound * (count - before) if count > before else 0
            lower, before = bound, count
        slack = sum(bound for bound, _ in buckets[:-1])     # as whole events alone are counted
        self.assertLessEqual(least - slack, total, family)
        self.assertLessEqual(total, highest + slack, family)

    def test_the_present_continues_the_past(self):
        """What was written for a moment is what another process serves then."""
        again = placed()
        for name, target in self.targets.items():
            with self.subTest(name):
                written = parse("".join(target.past([NOW])))
                served = parse(again[name].text(NOW))
                self.assertEqual(len(served) + 1, len(written))     # and `up`
                self.assertEqual(list(served.values()), list(written.values())[:-1])

    def test_documented_metrics_are_there(self):
        names = {name: {series.name for series in target.series}
                 for name, target in self.targets.items()}
        groups = documented.queries()
        self.assertGreater(len(groups), 300)
        self.assertTrue(all(documented.metrics(query) for _, query in groups))
        for group, query in groups:
            there = set().union(*(names[name] for name in documented.components(group)))
            with self.subTest(f"{group}: {query}"):
                self.assertEqual(set(), documented.metrics(query) - there - documented.ELSEWHERE)

    def test_what_is_documented_is_asked_for_or_there_is_a_reason(self):
        left = [name for names in documented.NOT_ASKED.values() for name in names.split()]
        known = set().union(*(documented.metrics(query) for _, query in documented.queries()))
        self.assertEqual(sorted(set(left)), sorted(left))
        asked = documented.asked()
        self.assertEqual(set(left), {name for name in known
                                     if documented.base(name) not in asked})

    def test_labels_in_documented_queries_are_there(self):
        """A label that is grouped by or matched, unless the scrape adds or renames it."""
        added = {"job", "pod", "instance", "exported_pod", "exported_namespace",
                 "exported_endpoint", "le", "quantile", "endpoint"}
        labels = {name: {label for series in target.series for label in series.labels}
                  for name, target in self.targets.items()}
        for group, query in documented.queries():
            there = set().union(*(labels[name] for name in documented.components(group)))
            asked = {label for listed in re.findall(r"by \(([^)]*)\)", query)
                     for label in listed.split(",") if label}
            asked |= set(re.findall(r'[{,](\w+)(?:=~|!~|!=|=)"', query))
            with self.subTest(f"{group}: {query}"):
                self.assertEqual(set(), asked - there - added)

    def test_it_is_served(self):
        with Server(self.targets, lambda: NOW) as server:
            direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            with direct.open(f"http://{server.address}/qdrant/metrics") as answer:
                self.assertIn("text/plain", answer.headers["Content-Type"])
                self.assertEqual(self.targets["qdrant"].text(NOW), answer.read().decode())

    def test_labels_that_the_target_has_are_exported(self):
        past = "".join(self.targets["qdrant"].past([NOW]))
        self.assertIn('endpoint="metrics"', past)
        self.assertIn('exported_endpoint="/collections/{name}/points/search"', past)

    def test_renamed_has_nothing_that_is_known(self):
        targets = placed(renamed=True)
        known = {series.name for target in self.targets.values() for series in target.series}
        for name, target in targets.items():
            with self.subTest(name):
                plain = self.targets[target.component.name]
                self.assertEqual(len(plain.series), len({(s.name, str(s.labels))
                                                         for s in target.series}))
                for series in target.series:
                    self.assertNotIn(series.name, known)
                    self.assertIsNone(KNOWN.match(series.name), series.name)


class Kubernetes(unittest.TestCase):
    """What is told of pods, by whatever names they go."""

    def test_every_kind_of_trouble_is_told_of_every_kind_of_pod(self):
        for kind in INCIDENTS:
            for pods in (["vllm-0", "vllm-1"], ["vllm-5d9c7b6f4-x2x7p"]):
                own = [("vllm", {"namespace": "rag", "job": "vllm", "pod": pod, "container": "vllm",
                                 "instance": f"10.244.0.{i}:8000"}) for i, pod in enumerate(pods)]
                exporters = Cluster(own, 0, 600, kind, "vllm").exporters()
                said = {name: [one.text(time) for time in (300, 900)]
                        for name, one in exporters.items()}
                with self.subTest(kind=kind, pods=pods):
                    if kind != "calm":
                        self.assertTrue(any(before != after for before, after in said.values()))
                    workload = "statefulset" if len(pods) > 1 else "deployment"
                    self.assertIn(f'{workload}="vllm"', said["kube-state-metrics"][0])


class Incidents(unittest.TestCase):
    """What is wrong shows where it should."""

    def test_every_component_has_one(self):
        placing = Placing("test", START, ONSET)
        for name, component in COMPONENTS.items():
            with self.subTest(name):
                targets, truth = placing.alone(name, True)
                self.assertEqual(name, truth["component"])
                before, after = component.state, component.incident.change(component.state)
                self.assertNotEqual(before, after)
                self.assertNotEqual(list(targets.values())[0].values(NOW),
                                    list(placing.alone(name)[0].values())[0].values(NOW))

    def test_whatever_serves_requests_may_stop_completing(self):
        placing = Placing("test", START, ONSET)
        for name, component in COMPONENTS.items():
            if "requests" in component.state:
                with self.subTest(name):
                    placed, truth = placing.replicas(name, 2, 1)
                    counts = [[target.values(NOW + later)[i] for i, one in enumerate(target.series)
                               if one.name.endswith("_count")][:1]
                              for target in placed.values() for later in (0, 600)]
                    self.assertIn("stopped completing", truth["says"])
                    self.assertEqual(counts[2], counts[3])
                    if name == "litellm":
                        self.assertLess(counts[0], counts[1])

    def test_before_its_onset_nothing_is_wrong(self):
        placing = Placing("test", START, ONSET)
        for name in COMPONENTS:
            with self.subTest(name):
                ill, well = (list(placing.alone(name, wrong)[0].values())[0]
                             for wrong in (True, False))
                if len(ill.series) == len(well.series):
                    for series, old, new in zip(ill.series, well.values(ONSET - 1),
                                                ill.values(ONSET - 1)):
                        self.assertAlmostEqual(old, new, msg=series.name)

    def test_whole_stacks_have_five_in_different_places(self):
        for name, whole in WHOLES.items():
            with self.subTest(name):
                places = {(member, incident.inside)
                          for member, incident in whole.incidents.values()}
                self.assertGreaterEqual(len(places), 5)

    def test_a_caller_contains_what_it_calls(self):
        for name, whole in WHOLES.items():
            for incident in (None, *whole.incidents):
                states = whole.states(incident)
                for caller, member in whole.members.items():
                    total = COMPONENTS[member.component].total
                    called = sum(evaluate(COMPONENTS[whole.members[child].component].total,
                                          states[child]).mean
                                 for child in member.feeds.values() if ":" not in child)
                    with self.subTest(f"{name} {incident} {caller}"):
                        self.assertGreater(evaluate(total, states[caller]).mean, called)

    def test_an_incident_is_felt_up_to_the_top(self):
        for name, whole in WHOLES.items():
            for incident, (culprit, _) in whole.incidents.items():
                with self.subTest(f"{name} {incident}"):
                    raised = whole.raised(incident)
                    self.assertIn(culprit, raised)
                    callers = {name for name, member in whole.members.items()
                               if culprit in [fed.split(":")[0] for fed in member.feeds.values()]}
                    self.assertEqual(set(), callers - set(raised))
                    self.assertEqual([], [one for one in raised if one != culprit and not any(
                        fed.split(":")[0] in raised for fed in whole.members[one].feeds.values())])


if __name__ == "__main__":
    unittest.main()
