#!/usr/bin/python3
"""The static file for arm64, by qemu.

usage: test_arm64.py STATIC [unittest's options]
"""

import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "e2e")]
STATIC = os.path.abspath(sys.argv.pop(1)) if len(sys.argv) > 1 else sys.exit(__doc__)

# pylint: disable=wrong-import-position
from empty import Started, article          # noqa: E402
from tls import Front, certificate          # noqa: E402

MOST_BYTES = 6_500_000
CULPRIT = "CULPRIT: connections 60/60"
CRITICAL = 2            # what ragtop exits with


class Arm64(unittest.TestCase):
    """As test_static.py has it for the machine that this is."""

    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.program = Started([shutil.which("qemu-aarch64"), STATIC], self.folder / "ragtop")

    def test_what_it_is(self):
        header = subprocess.run(["readelf", "-hlW", STATIC], check=True, capture_output=True,
                                encoding="utf-8").stdout
        self.assertRegex(header, r"Machine:\s+AArch64")
        self.assertNotIn("INTERP", header)
        self.assertLessEqual(os.path.getsize(STATIC), MOST_BYTES)
        said = self.program.run("version")
        self.assertRegex(said.stdout, r"\Aragtop \S+\nmusl/1\.\S+ libcurl/\S+ OpenSSL/3\S* ", said.stderr)

    def test_the_report_over_tls(self):
        cert, key = certificate(self.folder, "IP:127.0.0.1")
        front = self.enterContext(Front(article(), cert, key))
        ended = self.program.run("report", "--cacert", cert, f"https://127.0.0.1:{front.port}")
        self.assertIn(CULPRIT, ended.stdout, ended.stderr)
        self.assertEqual(ended.returncode, CRITICAL)
        ended = self.program.run("report", f"https://127.0.0.1:{front.port}", SSL_CERT_FILE="/none")
        self.assertNotIn(CULPRIT, ended.stdout)

    def test_the_live_program(self):
        with self.program.live("--no-cache", f"http://127.0.0.1:{article()}",
                               TERM="xterm-256color", LANG="C.UTF-8") as running:
            running.wait_for(CULPRIT)
            running.quit()
            self.assertEqual(running.ended, 0)

    def test_hardening(self):
        ended = subprocess.run([HERE.parent / "hardening.py", STATIC], capture_output=True,
                               encoding="utf-8", check=False)
        self.assertEqual(ended.returncode, 0, ended.stderr)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[1:]])
