#!/usr/bin/python3
"""usage: memory.py RAGTOP

What the program, built without sanitizers, takes up at most while every answer has 100,000 series:
as a report, and live. Servers get faster and slower; how much is held at a time does not.
"""

import contextlib
import os
import pty
import re
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

PATH = sys.argv.pop() if len(sys.argv) > 1 else sys.exit(__doc__)
BENCH = Path(__file__).resolve().parent / "bench"
MOST_KB = 96 * 1024
LARGE = 8_000_000
ANSWERS = 25            # as many are large before the live program is looked at
PATIENCE_S = 300        # a bound against hanging


@contextlib.contextmanager
def serving():
    """The server that answers with many series; yields its URL."""
    with subprocess.Popen(["/usr/bin/python3", BENCH / "many_series.py"], text=True,
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        try:
            yield f"http://127.0.0.1:{server.stdout.readline().strip()}"
        finally:
            server.kill()


def keep_reading(fd):
    with contextlib.suppress(OSError):
        while os.read(fd, 1 << 16):
            pass


class Peak(unittest.TestCase):
    """The most that was resident at a time."""

    def setUp(self):
        self.folder = self.enterContext(tempfile.TemporaryDirectory())
        self.log = Path(self.folder, "log")
        self.environment = {"PATH": os.environ["PATH"], "TERM": "xterm-256color", "TZ": "UTC",
                            "LC_ALL": "C.UTF-8", "HOME": self.folder,
                            "XDG_CACHE_HOME": self.folder}

    def arguments(self, url, *more):
        return [PATH, "--config", BENCH / "many_series.yaml", "--timeout", "60s", "--log", self.log,
                *more, url]

    def answers(self):
        """How many answers of the log are large."""
        text = self.log.read_text() if self.log.exists() else ""
        return sum(int(size) >= LARGE for size in re.findall(r" 200 +[\d.]+ ms +(\d+) bytes", text))

    def test_report(self):
        with serving() as url, open(os.devnull, "wb") as nowhere:
            report = subprocess.Popen(self.arguments(url, "report"), env=self.environment,
                                      stdout=nowhere, stderr=nowhere)
            _, status, usage = os.wait4(report.pid, 0)
            report.returncode = os.waitstatus_to_exitcode(status)
        self.assertIn(report.returncode, (0, 1, 2, 3))
        self.assertGreaterEqual(self.answers(), ANSWERS)
        print(f"report: {usage.ru_maxrss / 1024:.1f} MiB at most, {self.answers()} large answers")
        self.assertLess(usage.ru_maxrss, MOST_KB)

    def test_live(self):
        master, slave = pty.openpty()
        threading.Thread(target=keep_reading, args=(master,), daemon=True).start()
        with serving() as url:
            live = subprocess.Popen(self.arguments(url), env=self.environment, stdin=slave,
                                    stdout=slave, stderr=subprocess.DEVNULL)
            try:
                deadline = time.monotonic() + PATIENCE_S
                while self.answers() < ANSWERS and time.monotonic() < deadline:
                    self.assertIsNone(live.poll())
                    time.sleep(0.2)
                status = Path(f"/proc/{live.pid}/status").read_text()
            finally:
                live.kill()
                live.wait()
        os.close(slave)
        peak = int(status.partition("VmHWM:")[2].split()[0])
        print(f"live: {peak / 1024:.1f} MiB at most, {self.answers()} large answers")
        self.assertGreaterEqual(self.answers(), ANSWERS)
        self.assertLess(peak, MOST_KB)


if __name__ == "__main__":
    unittest.main()
