"""What the program is pointed at: a real Prometheus, and a server that misbehaves."""

import atexit
import contextlib
import functools
import json
import subprocess
import sys
import urllib.request

from program import ROOT, main_directory

main_directory("demo")
from stack import Stack     # pylint: disable=wrong-import-position

_cleanup = contextlib.ExitStack()
atexit.register(_cleanup.close)
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@functools.cache
def stack(scenario, summary=False, history_days=2):
    """The running stack of a scenario, one for the whole run of the tests."""
    return _cleanup.enter_context(Stack(scenario, summary, history_days))


class Misbehave:
    """tests/http/misbehave.py; the fault is chosen by the path, so that one serves all tests."""

    def __init__(self):
        self._process = subprocess.Popen(
            [sys.executable, ROOT / "tests" / "http" / "misbehave.py"], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True)
        self.place = f"127.0.0.1:{int(self._process.stdout.readline())}"

    def close(self):
        self._process.kill()
        self._process.wait()
        self._process.stdin.close()
        self._process.stdout.close()

    def url(self, fault, credentials=""):
        return f"http://{credentials}{self.place}/{fault}"

    def stats(self):
        return json.loads(self.manage("stats"))

    def manage(self, word):
        with DIRECT.open(f"http://{self.place}/-/{word}") as answer:
            return answer.read()
