"""What the program is pointed at: a real Prometheus, and a server that misbehaves."""

import atexit
import contextlib
import functools
import json
import subprocess
import sys
import tempfile
import textwrap
import urllib.request
from datetime import datetime, timedelta, timezone

from program import ROOT, main_directory

main_directory("demo")
from processes import die_with_parent, end      # pylint: disable=wrong-import-position
from stack import Stack                         # pylint: disable=wrong-import-position

HISTORY_DAYS = 2
SCRAPED_WITHIN_S = 15   # a scrape of the stack has its time-out before
SCENARIOS = {
    "calm": ["--scenario", "calm"],
    "llm": ["--scenario", "llm"],
    "tools": ["--scenario", "tools"],
    "summary": ["--scenario", "article", "--summary"],
}
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))

_cleanup = contextlib.ExitStack()
atexit.register(_cleanup.close)


@functools.cache
def article():
    """The running stack of the article's incident, to be stopped and started."""
    return _cleanup.enter_context(Stack("article", history_days=HISTORY_DAYS))


class Background:
    """A stack that gets ready in a process of its own while other tests run."""

    def __init__(self, options):
        self._process = subprocess.Popen(
            [sys.executable, ROOT / "demo" / "stack.py", *options,
             "--history-days", str(HISTORY_DAYS), "--", "sh", "-c", "echo $RAGTOP_URL; read x"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
            preexec_fn=die_with_parent)

    @functools.cached_property
    def url(self):
        line = self._process.stdout.readline().strip()
        if not line:
            raise AssertionError(f"no stack: {self._process.stderr.read()}")
        return line

    def close(self):
        self._process.stdin.close()     # ends the command, and with it the stack
        try:
            self._process.wait(30)
        finally:
            end(self._process)
            self._process.stdout.close()
            self._process.stderr.close()


@functools.cache
def background(name):
    return _cleanup.enter_context(contextlib.closing(Background(SCENARIOS[name])))


def start_all():
    """Starts all stacks, and waits for the one of the article."""
    for name in SCENARIOS:
        background(name)
    article()


def url(name):
    """The URL of the Prometheus of a scenario."""
    return article().url if name == "article" else background(name).url


def moment():
    """A moment of the article's incident, as RFC 3339, of which no sample is still to come."""
    settled = datetime.now(timezone.utc) - timedelta(seconds=SCRAPED_WITHIN_S)
    return settled.strftime("%Y-%m-%dT%H:%M:00Z")


def file(text):
    """Path of a file with TEXT that lives as long as the tests run."""
    opened = _cleanup.enter_context(
        tempfile.NamedTemporaryFile("w", prefix="ragtop-e2e-", suffix=".yaml", encoding="utf-8"))
    opened.write(textwrap.dedent(text).removeprefix("\n"))
    opened.flush()
    return opened.name


def faults():
    """The names of all faults of the server that misbehaves."""
    listed = subprocess.run([sys.executable, ROOT / "tests" / "http" / "misbehave.py", "--list"],
                            stdout=subprocess.PIPE, encoding="utf-8", check=True)
    return [line.split()[0] for line in listed.stdout.splitlines()]


class Misbehave:
    """tests/http/misbehave.py; the fault is chosen by the path, so that one serves all tests."""

    def __init__(self):
        self._process = subprocess.Popen(
            [sys.executable, ROOT / "tests" / "http" / "misbehave.py"], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, encoding="utf-8")
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


@contextlib.contextmanager
def always(fault):
    """A server of its own that does FAULT whatever is asked; its URL."""
    process = subprocess.Popen(
        [sys.executable, ROOT / "tests" / "http" / "misbehave.py", "--always", fault],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8")
    try:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


def another():
    """A second one, for as long as the context lasts."""
    return contextlib.closing(Misbehave())


@functools.cache
def misbehave():
    return _cleanup.enter_context(contextlib.closing(Misbehave()))
