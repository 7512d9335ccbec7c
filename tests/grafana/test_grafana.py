#!/usr/bin/python3
"""What `ragtop grafana` prints is a dashboard of Grafana 10 to 13, and its queries have answers."""

import copy
import json
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import urllib.error
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "stacks")]

# pylint: disable=wrong-import-position
from test_rules import OWN, RAGTOP, ask, run, stack     # noqa: E402

INSTALL_S = 240
# Without these a chart of the infrastructure is empty: what its queries are about is not there.
FOREIGN = re.compile(r"kube_|kubelet_|container_|node_|DCGM_")


def panels(dashboard):
    """All panels, also those in closed rows, and the rows."""
    for panel in dashboard["panels"]:
        yield panel
        yield from panel.get("panels", [])


def dashboard_of(place, *options):
    """What `ragtop grafana` prints about the server at PLACE."""
    return json.loads(run(RAGTOP, "grafana", "--no-cache", *options, place.url))


class Queries(unittest.TestCase):
    """On a real Prometheus, Grafana's variables replaced as Grafana does it."""

    def answers(self, place, dashboard):
        """The number of answers to each query, as (panel, legend, number)."""
        for panel in panels(dashboard):
            for target in panel.get("targets", []):
                query = target["expr"].replace("$__rate_interval", "5m").replace(
                    "$namespace", ".*")
                with self.subTest(panel=panel["title"], query=query):
                    try:
                        yield panel, target, len(ask(place.url, query))
                    except urllib.error.HTTPError as error:
                        self.fail(error.read().decode())

    def check(self, place, *options):
        """Returns the dashboard."""
        dashboard = dashboard_of(place, *options)
        self.assertEqual(dashboard["schemaVersion"], 39)
        self.assertNotIn("__inputs", dashboard)
        self.assertRegex(dashboard["uid"], r"^[\w-]{1,40}$")
        ids = [panel["id"] for panel in panels(dashboard)]
        self.assertEqual(len(ids), len(set(ids)))
        with_values = 0
        for panel, target, count in self.answers(place, dashboard):
            self.assertNotIn("[5m]", target["expr"] if target["range"] else "")
            foreign = FOREIGN.search(target["expr"]) or "offset" in target["expr"]
            with_values += count > 0
            if not foreign and not panel["title"].endswith(": failed requests"):
                self.assertGreater(count, 0, (panel["title"], target["expr"]))
            if panel["type"] == "stat":
                self.assertEqual(count, 1, target["expr"])
        self.assertGreater(with_values, 10)
        return dashboard

    def test_of_found_stacks(self):
        for name in ("rag", "agent"):
            with self.subTest(name), stack(stack=name, hours=25) as place:
                titles = {panel["title"] for panel in panels(self.check(place))}
                self.assertIn("Infrastructure", titles)
                self.assertEqual("Tool calls" in titles, name == "agent")

    def test_of_a_configuration(self):
        with tempfile.TemporaryDirectory() as folder, stack(components="kotaemon") as place:
            own = Path(folder) / "own.yaml"
            own.write_text(OWN, encoding="utf-8")
            dashboard = self.check(place, "-c", str(own))
            latency, = (panel for panel in panels(dashboard)
                        if panel["title"] == "retrieval: P95")
            self.assertEqual(latency["fieldConfig"]["defaults"]["thresholds"]["steps"][1],
                             {"color": "red", "value": 0.5})
            self.assertEqual([target["legendFormat"] for target in latency["targets"]],
                             ["now", "1 day ago", "1 week ago"])
            for target in latency["targets"]:
                self.assertIn('namespace=~"$namespace"', target["expr"])


# What there is in a cluster, by the names of cAdvisor, kube-state-metrics, node-exporter and NVIDIA's
# exporter; and the same as kube-prometheus records it, and where an exporter's labels are honoured.
POD = 'namespace="rag",pod="vllm-0",container="vllm"'
CADVISOR = f'{POD},image="vllm:1",job="kubelet",metrics_path="/metrics/cadvisor"'
WORKLOAD = 'namespace="rag",job="kube-state-metrics"'
VOLUME = 'namespace="rag",persistentvolumeclaim="qdrant"'
GPU = 'gpu="0",namespace="gpus",pod="dcgm-x",exported_namespace="rag",exported_pod="vllm-0"'
PLAIN = (
    f"container_cpu_usage_seconds_total{{{CADVISOR}}}",
    f'kube_pod_container_resource_limits{{{POD},resource="cpu",unit="core"}}',
    f'kube_pod_container_resource_limits{{{POD},resource="memory",unit="byte"}}',
    f"container_cpu_cfs_throttled_periods_total{{{CADVISOR}}}",
    f"container_cpu_cfs_periods_total{{{CADVISOR}}}",
    f"container_memory_working_set_bytes{{{CADVISOR}}}",
    f"kube_pod_container_status_restarts_total{{{POD}}}",
    f'kube_pod_container_status_last_terminated_reason{{{POD},reason="OOMKilled"}}',
    f'kube_pod_container_status_waiting_reason{{{POD},reason="CrashLoopBackOff"}}',
    'kube_pod_status_ready{namespace="rag",pod="vllm-0",condition="true"}',
    'kube_pod_status_unschedulable{namespace="rag",pod="vllm-0"}',
    f'kube_deployment_spec_replicas{{{WORKLOAD},deployment="vllm"}}',
    f'kube_deployment_status_replicas_available{{{WORKLOAD},deployment="vllm"}}',
    f'kube_horizontalpodautoscaler_status_current_replicas{{{WORKLOAD},horizontalpodautoscaler="v"}}',
    f'kube_horizontalpodautoscaler_spec_max_replicas{{{WORKLOAD},horizontalpodautoscaler="v"}}',
    f"kubelet_volume_stats_available_bytes{{{VOLUME}}}",
    f"kubelet_volume_stats_capacity_bytes{{{VOLUME}}}",
    'container_network_receive_bytes_total{namespace="rag",pod="vllm-0",interface="eth0"}',
    'container_network_transmit_bytes_total{namespace="rag",pod="vllm-0",interface="eth0"}',
    f"DCGM_FI_DEV_GPU_UTIL{{{GPU}}}", f"DCGM_FI_DEV_FB_USED{{{GPU}}}",
    f"DCGM_FI_DEV_FB_FREE{{{GPU}}}",
    'node_cpu_seconds_total{instance="node-1",cpu="0",mode="idle"}',
    'node_memory_MemAvailable_bytes{instance="node-1"}',
    'node_memory_MemTotal_bytes{instance="node-1"}')
INSTEAD = {
    "container_cpu_usage_seconds_total":
        f"node_namespace_pod_container:container_cpu_usage_seconds_total:sum_rate5m{{{POD}}}",
    "DCGM_FI_DEV_GPU_UTIL": f'DCGM_FI_DEV_GPU_UTIL{{{POD},gpu="0"}}',
    "DCGM_FI_DEV_FB_USED": f'DCGM_FI_DEV_FB_USED{{{POD},gpu="0"}}',
    "DCGM_FI_DEV_FB_FREE": f'DCGM_FI_DEV_FB_FREE{{{POD},gpu="0"}}',
    "node_cpu_seconds_total": 'instance:node_cpu_utilisation:rate5m{instance="node-1"}',
    "node_memory_MemTotal_bytes": 'instance:node_memory_utilisation:ratio{instance="node-1"}'}


class Infrastructure(unittest.TestCase):
    """Its charts show what such a cluster has, one line for each pod, and nothing of another one."""

    def test_every_query_has_an_answer(self):
        with stack(stack="rag", hours=1) as place:
            row, = (panel for panel in dashboard_of(place)["panels"]
                    if panel["title"] == "Infrastructure")
        queries = [target["expr"].replace("$__rate_interval", "5m")
                   for panel in row["panels"] for target in panel["targets"]]
        self.assertGreater(len(queries), 15)
        recorded = [INSTEAD.get(one.split("{")[0], one) for one in PLAIN]
        for series in (PLAIN, recorded):
            tests = [{"interval": "1m",
                      "input_series": [{"series": one, "values": "1+1x60"} for one in series],
                      "promql_expr_test": [
                          {"eval_time": "1h", "exp_samples": [{"labels": "{}", "value": 1}],
                           "expr": f"count({query.replace('$namespace', 'rag|gpus')})"}
                          for query in queries]
                      + [{"eval_time": "1h", "exp_samples": [],
                          "expr": f"count({query.replace('$namespace', 'gpus')})"}
                         for query in queries if "$namespace" in query]}]
            with tempfile.TemporaryDirectory() as folder:
                file = Path(folder) / "tests.yaml"      # which JSON is as well
                file.write_text(json.dumps({"rule_files": [], "tests": tests}), encoding="utf-8")
                run("promtool", "test", "rules", str(file))


class Types(unittest.TestCase):
    """The types of @grafana/schema say whether every name and word is one of Grafana's."""

    @classmethod
    def setUpClass(cls):
        cls._folder = tempfile.TemporaryDirectory()     # pylint: disable=consider-using-with
        cls.addClassCleanup(cls._folder.cleanup)
        cls._place = Path(cls._folder.name)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, cls._place)
        if not (shutil.which("npm") and shutil.which("node")):
            raise unittest.SkipTest("not checked against the types of Grafana: npm is not installed")
        try:
            ended = subprocess.run(
                ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=cls._place,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", check=False,
                timeout=INSTALL_S)
            why = "" if ended.returncode == 0 else ended.stdout.strip()[-500:]
        except subprocess.TimeoutExpired:
            why = f"it takes more than {INSTALL_S} s"
        if why:
            raise unittest.SkipTest(
                f"not checked against the types of Grafana: npm cannot install them: {why}")
        with stack(stack="agent", hours=1) as place:
            cls._dashboard = dashboard_of(place)

    def findings(self, dashboards):
        """What the types say against DASHBOARDS, a dictionary, as a list of lines."""
        for name, dashboard in dashboards.items():
            (self._place / name).write_text(json.dumps(dashboard), encoding="utf-8")
        ended = subprocess.run(["node", HERE / "types.mjs", ".", *dashboards], cwd=self._place,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
                               check=False, timeout=INSTALL_S)
        self.assertIn(ended.returncode, (0, 1), ended.stderr)
        self.assertEqual(ended.stderr, "")
        return ended.stdout.splitlines()

    def test_the_dashboard_is_one(self):
        self.assertEqual(self.findings({"dashboard.json": self._dashboard}), [])

    def test_what_is_wrong_is_found_in_every_version(self):
        def chart(dashboard):
            return next(panel for panel in panels(dashboard) if panel["type"] == "timeseries")
        wrong = {
            "a field of the dashboard": lambda d: d.update(titel="x"),
            "a type": lambda d: d.update(version="1"),
            "a field of a variable": lambda d: d["templating"]["list"][0].update(lable="x"),
            "a type of variables": lambda d: d["templating"]["list"][0].update(type="source"),
            "a field of a panel": lambda d: chart(d).update(unit="s"),
            "a place": lambda d: chart(d)["gridPos"].update(w="8"),
            "a threshold": lambda d: chart(d)["fieldConfig"]["defaults"]["thresholds"].update(
                mode="absolut"),
            "how a line is drawn": lambda d: chart(d)["fieldConfig"]["defaults"]["custom"].update(
                drawStyle="lines"),
            "an option": lambda d: chart(d)["options"]["legend"].update(displayMode="lists"),
            "a query": lambda d: chart(d)["targets"][0].update(expression="up"),
            "a field that is missing": lambda d: chart(d)["options"]["legend"].pop("showLegend"),
        }
        dashboards = {}
        for name, change in wrong.items():
            dashboards[name] = copy.deepcopy(self._dashboard)
            change(dashboards[name])
        said = self.findings(dashboards)
        for name in wrong:
            for version in (10, 11, 12, 13):
                with self.subTest(name, version=version):
                    self.assertTrue(
                        [one for one in said if one.startswith(f"{name}: schema{version}: ")])


if __name__ == "__main__":
    unittest.main()
