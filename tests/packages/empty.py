"""A machine with one file on it: an empty folder that is the root of the program, read-only. And a
machine of another kind, as far as qemu makes one.
"""

import contextlib
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
NOBODY = 65534
ENDS_WITHIN_S = 120     # a bound against hanging, wide enough for a busy machine


def isolate():
    """Continues with mounts and a network of this program's own: nothing but a loopback."""
    if "PACKAGES_ISOLATED" not in os.environ:
        os.environ["PACKAGES_ISOLATED"] = "yes"
        os.execvp("unshare", ["unshare", "--mount", "--net", "--propagation=private",
                              sys.executable, *sys.argv])
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)


def article():
    """The Prometheus of the demo's incident: its port."""
    import servers      # here, as it is made for the network that isolate() opens
    return int(servers.article().url.rsplit(":", 1)[1])


class Started:
    """A program behind a launcher, a script that COMMAND goes into; it has no variable of the
    environment that a test does not name.
    """

    def __init__(self, command, launcher):
        self._command, self._launcher = command, launcher

    def launcher(self, **environment):
        """A command that runs the program, in the same process, with ENVIRONMENT."""
        said = [f"{name}={value}" for name, value in environment.items()]
        self._launcher.write_text(
            f"#!/bin/sh\nexec env -i {shlex.join([*said, *map(str, self._command)])} \"$@\"\n")
        self._launcher.chmod(0o755)
        return str(self._launcher)

    def run(self, *arguments, **environment):
        """Runs it to the end, with no terminal and nothing to read."""
        return subprocess.run([self.launcher(**environment), *arguments], capture_output=True,
                              encoding="utf-8", errors="replace", stdin=subprocess.DEVNULL,
                              timeout=ENDS_WITHIN_S, check=False)

    @contextlib.contextmanager
    def live(self, *arguments, **environment):
        """The live program, in a terminal of 120 columns and 40 lines."""
        import live as terminal
        terminal.PROGRAM = self.launcher(**environment)
        with terminal.Live(*arguments, size=(120, 40)) as running:
            yield running


class Empty(Started):
    """A root with PROGRAM as /ragtop and FILES, {path: text}, and nothing else.

    From `__enter__` to `__exit__`; whoever runs there is user 65534, may write nowhere and has no
    variable of the environment that a test does not name.
    """

    def __init__(self, program, files=None):
        self._files = files or {}
        self._program = program
        self.root = Path(tempfile.mkdtemp(prefix="ragtop-empty-"))
        super().__init__([shutil.which("chroot"), f"--userspec={NOBODY}:{NOBODY}", "--groups=",
                          self.root, "/ragtop"], self.root.with_name(self.root.name + ".sh"))

    def __enter__(self):
        shutil.copy(self._program, self.root / "ragtop")
        for name, text in self._files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        self.root.chmod(0o755)
        subprocess.run(["mount", "--bind", self.root, self.root], check=True)
        subprocess.run(["mount", "-o", "remount,bind,ro", self.root], check=True)
        return self

    def __exit__(self, *_):
        subprocess.run(["umount", self.root], check=True)
        shutil.rmtree(self.root)
        self._launcher.unlink(missing_ok=True)
