"""The program under valgrind: no value is used before it is set, and nothing is lost.

Only where it was built without sanitizers, which see the rest; tests/run does so.
"""

import re
import subprocess
import tempfile
import textwrap
import unittest

import live
from program import PROGRAM, environment
from steady import CONFIG, Steady

FOUND = 99
VALGRIND = ["/usr/bin/valgrind", "--quiet", f"--error-exitcode={FOUND}", "--leak-check=full",
            "--errors-for-leak-kinds=definite,indirect", "--num-callers=30"]
ENDS_WITHIN_S = 120


class Valgrind(unittest.TestCase):
    """Each run is a start of several seconds, so there are few."""

    def setUp(self):
        self.server = Steady()
        self.server.start()
        self.addCleanup(self.server.stop)
        config = tempfile.NamedTemporaryFile("w", suffix=".yaml", encoding="utf-8")
        self.addCleanup(config.close)
        config.write(textwrap.dedent(CONFIG))
        config.flush()
        self.config = config.name
        home = tempfile.TemporaryDirectory()
        self.addCleanup(home.cleanup)
        self.home = home.name

    def check(self, status, *arguments):
        ended = subprocess.run(
            [*VALGRIND, PROGRAM, *arguments, "-c", self.config, "--timeout", "30s",
             self.server.url], env=environment(XDG_CACHE_HOME=self.home), check=False,
            stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", timeout=ENDS_WITHIN_S)
        self.assertEqual(ended.returncode, status, ended.stderr)
        return ended.stdout

    def test_report(self):
        """From the server, then from the cache as well, and with half of the answers bad."""
        self.assertIn("OK: ", self.check(0, "report"))
        self.assertIn('"schema"', self.check(0, "report", "--format", "json"))
        self.server.spoil = lambda query: (200, "[[[[") if "errors" in query else None
        self.assertIn("not from a Prometheus", self.check(3, "report"))

    def test_screenshot(self):
        self.assertIn("<svg", self.check(0, "--screenshot", "--format", "svg"))

    def test_live(self):
        program, live.PROGRAM = live.PROGRAM, VALGRIND[0]
        try:
            with live.Live(*VALGRIND[1:], program, "-c", self.config, "-r", "1s", "--timeout",
                           "30s", self.server.url, size=(100, 30),
                           XDG_CACHE_HOME=self.home) as run:
                run.wait(lambda: re.search(r"front\S* P95 +499 ms", run.text()), "a row")
                for keys in ("jjk", "2", "3", "5", "1", "?", "\x1b", "/fr\r", "T", "-", "v", "e"):
                    run.press(keys)
                    run.stay(0.5)
                run.resize(60, 20)
                run.press("\x1b\x1b\x1b:quit\r")
                run.wait(lambda: run.ended is not None, "the end")
                self.assertEqual(run.ended, 0, run.errors())
                self.assertEqual(run.errors(), "")
        finally:
            live.PROGRAM = program


if __name__ == "__main__":
    unittest.main()
