"""The page of targets, from a real Prometheus and a real VictoriaMetrics, and where there are none."""

import json
import sys
import tempfile
import unittest
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "demo"))

# pylint: disable=wrong-import-position
from processes import Child, free_ports     # noqa: E402
from program import run                     # noqa: E402
import report_schema                        # noqa: E402

DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
DEAD = "127.0.0.1:1"                        # nobody listens there


class Targets(unittest.TestCase):
    """Each server scrapes itself every second, itself again hardly ever, and a port that is dead."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="ragtop targets ")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.port, = free_ports(1)

    def configuration(self):
        own = f"127.0.0.1:{self.port}"
        jobs = [{"job_name": "self", "static_configs": [{"targets": [own]}]},
                {"job_name": "dead", "static_configs": [{"targets": [DEAD]}]},
                {"job_name": "rare", "scrape_interval": "24h", "static_configs": [
                    {"targets": [own], "labels": {"instance": "hardly-ever"}}]}]
        path = self.folder / "scrape.json"
        path.write_text(json.dumps({"global": {"scrape_interval": "1s", "scrape_timeout": "1s"},
                                    "scrape_configs": jobs}), encoding="utf-8")
        return path

    def start(self, name, *command):
        server = Child(name, [*map(str, command)], self.folder)
        self.addCleanup(server.end)
        server.wait_until(self.has_scraped)
        return f"http://127.0.0.1:{self.port}"

    def has_scraped(self):
        try:
            with DIRECT.open(f"http://127.0.0.1:{self.port}/api/v1/targets", timeout=5) as answer:
                targets = json.load(answer)["data"]["activeTargets"]
        except (OSError, ValueError):
            return False
        errors = sum(bool(target["lastError"]) for target in targets)
        return len(targets) == 3 and errors == 1 and any(t["health"] == "up" for t in targets)

    def rows(self, url):
        """The lines of the page, from the table on."""
        ended = run("--no-cache", "--screenshot", "--page", "targets", "--size", "160x20", url)
        lines = [line.strip() for line in ended.out.splitlines()]
        self.assertNotIn("Enter open", lines[-1])       # a target has no page of its own
        heads = [i for i, line in enumerate(lines) if line.startswith("▸ 3 targets, 1 in trouble")]
        self.assertEqual(len(heads), 1, ended.out)
        return lines[heads[0] + 1:]

    def check(self, url):
        rows = self.rows(url)
        self.assertRegex(rows[0], rf"^!! dead  {DEAD} +down .* 1 s +.*connection refused")
        self.assertRegex(rows[1], r"^\?  rare  hardly-ever +unknown +- +- +24 h +not scraped yet$")
        self.assertRegex(rows[2], rf"^self  127.0.0.1:{self.port} +up +\d+ s .* 1 s +normal$")
        self.assertIn("connection refused", "".join(rows[3:]))      # in full, below the table
        ended = run("report", "--no-cache", "--format", "json", url)
        targets = {t["job"]: t for t in report_schema.parse(self, ended.out)["targets"]}
        self.assertEqual(("down", "critical", 1), tuple(targets["dead"][key] for key in (
            "health", "severity", "interval_seconds")))
        self.assertIn("connection refused", targets["dead"]["error"])
        self.assertEqual(("unknown", None), (targets["rare"]["health"], targets["rare"]["last_scrape"]))

    def test_prometheus(self):
        self.check(self.start("prometheus", "prometheus",
                              f"--config.file={self.configuration()}",
                              f"--storage.tsdb.path={self.folder / 'data'}",
                              f"--web.listen-address=127.0.0.1:{self.port}"))

    def test_victoriametrics(self):
        self.check(self.start("victoria-metrics", "victoria-metrics",
                              f"-promscrape.config={self.configuration()}",
                              f"-storageDataPath={self.folder / 'data'}",
                              f"-httpListenAddr=127.0.0.1:{self.port}"))

    def test_a_target_that_is_scraped_by_ragtop(self):
        url = self.start("prometheus", "prometheus", f"--config.file={self.configuration()}",
                         f"--storage.tsdb.path={self.folder / 'data'}",
                         f"--web.listen-address=127.0.0.1:{self.port}")
        ended = run("--no-cache", "--screenshot", "--page", "targets", "--size", "100x20",
                    f"{url}/metrics")
        self.assertIn("No targets: ragtop scrapes this target itself", ended.out)
        ended = run("report", "--no-cache", "--format", "json", f"{url}/metrics")
        self.assertIsNone(report_schema.parse(self, ended.out)["targets"])


if __name__ == "__main__":
    unittest.main()
