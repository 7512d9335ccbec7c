"""Servers that speak like Prometheus: told apart, and the same table from the same samples."""

import contextlib
import json
import math
import shutil
import tempfile
import time
import unittest
import urllib.parse
import urllib.request
from pathlib import Path

import servers
from program import check_sane, main_directory, run
from report_schema import parse

main_directory("demo")
from processes import Child, free_ports     # pylint: disable=wrong-import-position
from stack import DIRECT, answers           # pylint: disable=wrong-import-position

HAS_VICTORIA = shutil.which("victoria-metrics") is not None
# Rates and quantiles of rates differ: VictoriaMetrics does not extrapolate to the window's ends.
SLACK = 0.03
A_FEW = 0.002


class ToldApart(unittest.TestCase):
    """By what they say of themselves, and by how they behave."""

    def report(self, *arguments):
        ended = run("report", "--format", "json", *arguments)
        check_sane(self, ended, allowed="\t")
        return parse(self, ended.out), ended

    def test_names(self):
        for fault, arguments, name in (
                ("ok", (), "Prometheus 2.42.0"), ("thanos", (), "Thanos 0.34.1"),
                ("victoria", (), "VictoriaMetrics")):
            with self.subTest(fault):
                report, _ = self.report(*arguments, servers.misbehave().url(fault))
                self.assertEqual(report["server"], name)

    def test_partial_answers(self):
        for fault, words in (("thanos", "No StoreAPIs matched"), ("victoria", "partial")):
            with self.subTest(fault):
                report, _ = self.report(servers.misbehave().url(fault))
                self.assertTrue(any(words in warning for warning in report["warnings"]),
                                report["warnings"])

    def test_what_it_cannot_do(self):
        report, _ = self.report(servers.misbehave().url("victoria"))
        self.assertTrue(any("30 s" in warning for warning in report["warnings"]))

    def test_prefix(self):
        """An address without its path: Mimir is found below /prometheus."""
        with servers.always("mimir-root") as url:
            report, ended = self.report("--tenant", "team-a", url)
            self.assertEqual(report["server"], "Grafana Mimir 2.10.0 at /prometheus", ended.err)
            self.assertEqual(report["verdict"]["condition"], "no_data")

    def test_a_path_is_not_guessed(self):
        """Whoever gave a path meant it."""
        ended = run("report", servers.misbehave().url("404"))
        self.assertIn("404", ended.said)

    def test_parameters_of_the_address(self):
        """What OpenShift's port for tenants wants goes with every request, posted ones too."""
        url = servers.misbehave().url("tenancy")
        report, ended = self.report(url + "?namespace=rag")
        self.assertEqual(report["verdict"]["condition"], "no_data", ended.err)
        self.assertIn("namespace=rag", servers.misbehave().stats()["last"]["query"])
        _, ended = self.report("-v", url + "?namespace=rag&token=hunter2")
        self.assertNotIn("hunter2", ended.said)


class Victoria:
    """VictoriaMetrics on a free port, with all that a Prometheus knows up to a moment."""

    def __init__(self):
        self._cleanup = contextlib.ExitStack()

    def __enter__(self):
        with self._cleanup:
            folder = Path(self._cleanup.enter_context(tempfile.TemporaryDirectory()))
            port, = free_ports(1)
            self.url = f"http://127.0.0.1:{port}"
            child = Child("victoria-metrics", [
                "victoria-metrics", f"-httpListenAddr=127.0.0.1:{port}",
                f"-storageDataPath={folder}/data", "-retentionPeriod=100y"], folder)
            self._cleanup.callback(child.end)
            child.wait_until(lambda: answers(self.url + "/health"))
            self._cleanup = self._cleanup.pop_all()
        return self

    def __exit__(self, *exception):
        self._cleanup.close()

    def copy(self, prometheus, moment):
        """Every sample of the last days, over the API that both have."""
        for name in ask(prometheus, "/api/v1/label/__name__/values"):
            series = ask(prometheus, "/api/v1/query", query=f"{name}[50h]", time=moment)["result"]
            lines = [json.dumps({
                "metric": one["metric"],
                "values": [float(v) for _, v in one["values"] if math.isfinite(float(v))],
                "timestamps": [round(t * 1000) for t, v in one["values"]
                               if math.isfinite(float(v))]}) for one in series]
            DIRECT.open(urllib.request.Request(
                self.url + "/api/v1/import", data="\n".join(lines).encode())).close()
        DIRECT.open(self.url + "/internal/force_flush").close()


def ask(url, path, **parameters):
    with DIRECT.open(f"{url}{path}?{urllib.parse.urlencode(parameters)}") as answer:
        return json.load(answer)["data"]


@unittest.skipUnless(HAS_VICTORIA, "victoria-metrics is not installed")
class SameTable(unittest.TestCase):
    """A real VictoriaMetrics and a real Prometheus with the same samples."""

    def test_report(self):
        prometheus = servers.article().url
        moment = int(time.time())
        with Victoria() as victoria:
            victoria.copy(prometheus, moment)
            at = str(moment - 15)
            reports = [parse(self, run("report", "--format", "json", "--at", at, url).out)
                       for url in (prometheus, victoria.url)]
        ours, theirs = reports
        self.assertEqual(theirs["server"], "VictoriaMetrics")
        for key in ("severity", "condition", "stage", "signal"):
            self.assertEqual(ours["verdict"][key], theirs["verdict"][key])
        self.assertEqual(len(ours["rows"]), len(theirs["rows"]))
        for a, b in zip(ours["rows"], theirs["rows"]):
            for key in ("stage", "signal", "statistic", "severity", "state"):
                self.assertEqual(a[key], b[key], a["stage"])
            for key in ("current", "baseline"):
                self.assertEqual(a[key] is None, b[key] is None, (a["stage"], key))
                if a[key]:      # errors are a handful, counted whole by the one and not the other
                    slack = A_FEW if a["unit"] == "ratio" else SLACK * a[key]
                    self.assertLess(abs(a[key] - b[key]), slack, (a["stage"], key))
        self.assertEqual([t["tool"] for t in ours["tools"]], [t["tool"] for t in theirs["tools"]])

    def test_refused_query(self):
        with Victoria() as victoria:
            config = servers.file("stages: [{name: a, expr: {latency: 'nosuch(x)'}}]\n")
            ended = run("report", "-c", config, victoria.url)
        check_sane(self, ended)
        self.assertIn("nosuch", ended.out)


if __name__ == "__main__":
    unittest.main()
