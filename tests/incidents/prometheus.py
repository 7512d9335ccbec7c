"""A real Prometheus that has the samples of the cases."""

import contextlib
import json
import os
import sys
import urllib.parse
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "demo"))

from processes import Child, free_ports    # noqa: E402  pylint: disable=wrong-import-position

# Loopback is never behind a proxy, whatever the environment says.
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
QUERY_SECONDS = 60


class Prometheus:
    """Runs from `__enter__` to `__exit__` on a free port of 127.0.0.1, and scrapes TARGETS alone."""

    def __init__(self, directory, *options, targets=()):
        self._directory = directory
        self._targets = targets
        self._options = options
        self._data = directory / "data"
        self._rules = directory / "rules.yaml"
        self._cleanup = contextlib.ExitStack()
        self._port, = free_ports(1)

    @property
    def url(self):
        return f"http://127.0.0.1:{self._port}"

    def load(self, paths):
        """Turns OpenMetrics files into blocks, two at a time, and removes the files."""
        self._data.mkdir(exist_ok=True)
        running = []
        for path in paths:
            if len(running) >= min(2, os.cpu_count() or 1):
                self._finish(*running.pop(0))
            running.append((self._child(path.stem, [
                "promtool", "tsdb", "create-blocks-from", "openmetrics", "--quiet",
                "--max-block-duration=24h", path, self._data]), path))
        for one in running:
            self._finish(*one)

    def __enter__(self):
        with self._cleanup:     # undoes what has been done if the rest fails
            configuration = self._directory / "prometheus.yaml"
            configuration.write_text(json.dumps({"scrape_configs": self.scrape_configs(),
                                                 "rule_files": [str(self._rules)]}))
            process = self._child("prometheus", [
                "prometheus", f"--config.file={configuration}",
                f"--storage.tsdb.path={self._data}",
                f"--web.listen-address=127.0.0.1:{self._port}",
                "--storage.tsdb.retention.time=60d", "--web.enable-lifecycle", *self._options])
            process.wait_until(self._is_ready)
            process.wait_until(self._has_scraped)
            self._cleanup = self._cleanup.pop_all()
        return self

    def __exit__(self, *exception):
        self._cleanup.close()

    def scrape_configs(self):
        """One for each target."""
        return [{"job_name": f"target-{i}", "scrape_interval": "1s", "scrape_timeout": "1s",
                 "static_configs": [{"targets": [target]}]}
                for i, target in enumerate(self._targets)]

    def take_rules(self, text):
        """From now on evaluates the rules in TEXT, a rule file."""
        self._rules.write_text(text, encoding="utf-8")
        with DIRECT.open(f"{self.url}/-/reload", data=b"", timeout=QUERY_SECONDS) as answer:
            assert answer.status == 200

    def range(self, query, begin, end, step):
        """The answer to a range query: a list of ({label: value}, [(time, value)])."""
        parameters = urllib.parse.urlencode(
            {"query": query, "start": begin, "end": end, "step": step})
        with DIRECT.open(f"{self.url}/api/v1/query_range?{parameters}",
                         timeout=QUERY_SECONDS) as answer:
            result = json.load(answer)["data"]["result"]
        return [(series["metric"], [(int(time), float(value)) for time, value in series["values"]])
                for series in result]

    def _is_ready(self):
        try:
            with DIRECT.open(f"{self.url}/-/ready", timeout=2) as answer:
                return answer.status == 200
        except OSError:
            return False

    def _has_scraped(self):
        with DIRECT.open(f"{self.url}/api/v1/targets", timeout=QUERY_SECONDS) as answer:
            targets = json.load(answer)["data"]["activeTargets"]
        up = sum(target["health"] == "up" for target in targets)
        return up == len(self._targets)

    def _child(self, name, command):
        child = Child(name, command, self._directory)
        self._cleanup.callback(child.end)
        return child

    @staticmethod
    def _finish(process, path):
        if process.wait() != 0:
            raise process.failure("failed")
        path.unlink()
