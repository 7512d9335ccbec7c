"""What is copied within a real tmux that nobody has configured."""

import os
import subprocess
import tempfile
import time
import unittest

from live import APPEARS_WITHIN_S
from program import PROGRAM, environment, main_directory

main_directory("tests/frame")
from replay import SOURCE, Proxy, Recording     # pylint: disable=wrong-import-position

LOOK_EVERY_S = 0.1
QUERY = "histogram_quantile(0.95, sum by (le) (rate(vector_db_query_duration_seconds_bucket[5m])))"


class Tmux:
    """A server of its own, at a socket of its own, with one window that runs COMMAND."""

    def __init__(self, *command):
        self._command = command
        self._folder = tempfile.TemporaryDirectory()
        # no home, and no word of a tmux or screen that the tests may run in
        self._environment = environment(TMUX=None, TMUX_PANE=None, STY=None,
                                        TMUX_TMPDIR=self._folder.name)

    def __enter__(self):
        self.say("new-session", "-d", "-x", "120", "-y", "40", *self._command)
        return self

    def __exit__(self, *_):
        subprocess.run([*self._name(), "kill-server"], env=self._environment, check=False,
                       capture_output=True)
        self._folder.cleanup()

    @staticmethod
    def _name():
        return ["tmux", "-L", f"ragtop-{os.getpid()}", "-f", "/dev/null"]

    def say(self, *words):
        """What the server answers to one of its commands."""
        return subprocess.run([*self._name(), *words], env=self._environment, check=True,
                              capture_output=True, encoding="utf-8").stdout

    def screen(self):
        return " ".join(self.say("capture-pane", "-p").split())

    def wait_for(self, words):
        deadline = time.monotonic() + APPEARS_WITHIN_S
        while words not in self.screen():
            if time.monotonic() > deadline:
                raise AssertionError(f"waited for '{words}':\n{self.say('capture-pane', '-p')}")
            time.sleep(LOOK_EVERY_S)


class Copied(unittest.TestCase):
    """In tmux as it is installed: it takes no OSC 52, and passes nothing on."""

    def test_arrives(self):
        recording = Recording.load("article")
        with Proxy(recording.answer) as proxy, \
                Tmux(PROGRAM, "--at", recording.at, "--proxy", proxy.url, SOURCE) as tmux:
            self.assertEqual(tmux.say("show-options", "-gsv", "set-clipboard").strip(), "external")
            tmux.wait_for("generation (normal)")
            for keys, what, part in (("yq", "the PromQL", QUERY),
                                     ("yt", "the page (Markdown)", "| retrieval P95 |")):
                with self.subTest(what):
                    tmux.say("send-keys", keys)
                    tmux.wait_for(f"{what} is in tmux's buffer")
                    self.assertIn(part, tmux.say("show-buffer"))
            self.assertEqual(len(tmux.say("list-buffers").splitlines()), 2)     # each once


if __name__ == "__main__":
    unittest.main()
