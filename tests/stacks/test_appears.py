#!/usr/bin/python3
"""A component that comes while ragtop runs is on the screen after the next look for it."""

import json
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "e2e"), str(HERE.parents[1] / "demo")]

# pylint: disable=wrong-import-position
from exposition import SLOT_S, Server       # noqa: E402
from live import Live                       # noqa: E402
from places import Placing                  # noqa: E402
from processes import free_ports            # noqa: E402

NEVER_S = 10 ** 6


class Growing:
    """A Prometheus that scrapes ever more of TARGETS."""

    def __init__(self, folder, server, targets):
        self._file, self._server, self._targets = Path(folder) / "prometheus.yaml", server, targets
        self._port, = free_ports(1)
        self.url = f"http://127.0.0.1:{self._port}"
        self._process = None
        self._folder = folder

    def scrape(self, jobs):
        self._file.write_text(json.dumps({"scrape_configs": [
            {"job_name": job, "metrics_path": f"/{job}/metrics", "scrape_interval": "1s",
             "static_configs": [{"targets": [self._server.address],
                                 "labels": self._targets[job].labels}]} for job in jobs]}))
        if self._process:
            self._process.send_signal(signal.SIGHUP)    # read it again
            return
        self._process = subprocess.Popen(   # pylint: disable=consider-using-with
            ["prometheus", f"--config.file={self._file}",
             f"--storage.tsdb.path={self._folder}/data",
             f"--web.listen-address=127.0.0.1:{self._port}"], stderr=subprocess.DEVNULL)

    def end(self):
        self._process.terminate()
        self._process.wait()


class Appears(unittest.TestCase):
    """The live program, with nothing configured."""

    def test_a_component_that_comes_later(self):
        start = (int(time.time()) - 3600) // SLOT_S * SLOT_S
        placing = Placing("ragtop", start, start + NEVER_S)
        targets = {job: target for name in ("vllm", "qdrant")
                   for job, target in placing.alone(name, False, namespace="rag")[0].items()}
        jobs = list(targets)
        with tempfile.TemporaryDirectory() as folder, Server(targets) as server:
            prometheus = Growing(folder, server, targets)
            try:
                prometheus.scrape(jobs[:1])
                with Live("--no-cache", prometheus.url, size=(100, 30),
                          XDG_CONFIG_HOME="/nonexistent") as live:
                    live.wait_for("vllm/queue")
                    self.assertNotIn("qdrant", live.text())
                    prometheus.scrape(jobs)
                    self.look_until(live, "qdrant")
                    self.assertIn("vllm/queue", live.text())
                    self.assertEqual(live.quit(), 0)
            finally:
                prometheus.end()

    def look_until(self, live, word):
        """Presses `r` until WORD is there: what is scraped from now on has to arrive first."""
        for _ in range(40):
            live.press("r")
            live.stay(4)        # twice at once would be to drop the history
            if word in live.text():
                return
        self.fail(live.text())


if __name__ == "__main__":
    unittest.main()
