#!/usr/bin/python3
"""Weeks on a wall: the program itself, over TLS, while time passes as fast as it can work.

usage: wall.py RAGTOP SHAKY HURRY [DAYS]

Every few hours the server restarts, its certificate and its address change, the clock is set, and the
terminal is resized, left unread, or stopped. Each time the verdict must come back by itself, and at
the end the memory, the descriptors and the picture must be what they were after the first rounds.
RAGTOP must not be sanitized; SHAKY is tests/http/shaky_main.c, HURRY tests/soak/hurry.c.
"""

import contextlib
import difflib
import fcntl
import mmap
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time
from pathlib import Path

import pyte

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "packages"))
from tls import Front, certificate      # noqa: E402  pylint: disable=wrong-import-position

SHORT_DAYS, REFRESH = 0.5, "60s"
ROUND_S, OUTAGE_S, RECOVERS_S = 4 * 3600, 900, 3600     # of the program's time
EARLY_ROUNDS = 2        # after which it has seen everything
PATIENCE_S = 120        # of real time, a bound against hanging
NAME, STAGES, PAGE = "prometheus.wall", 6, "30m"
SIZE, SIZES = (120, 40), ((80, 24), (200, 60), (40, 10))
WELL = re.compile(r"all \d+ stages normal")
LOST = re.compile(r"no answer|cannot|unreachable|lost", re.I)
FIRST_PAGE = re.compile(r"ragtop wall ")
REDRAW, SLACK_KB, MOST_SOCKETS = b"\x0c", 1024, 10


class Time:
    """What hurry.c makes of time; see there."""

    def __init__(self, path):
        path.write_bytes(bytes(32))
        with open(path, "r+b") as file:
            self._words = mmap.mmap(file.fileno(), 32)
        self.host = 1

    def _get(self, index):
        return struct.unpack_from("q", self._words, 8 * index)[0]

    def _set(self, index, value):
        struct.pack_into("q", self._words, 8 * index, value)

    now = property(lambda self: time.monotonic() + self._get(0) / 1e9)
    lookups = property(lambda self: self._get(3))
    host = property(lambda self: self._get(2), lambda self, number: self._set(2, number))

    def jump(self, seconds):
        """Sets the clock, as an administrator does."""
        self._set(1, self._get(1) + int(seconds * 1e9))


class Server:
    """The Prometheus behind the front; it can be restarted."""

    def __init__(self, program):
        self._command = [program, str(STAGES), "0", "0"]
        self._process = None

    def start(self):
        self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE,
                                         stdout=subprocess.PIPE, encoding="utf-8")
        return int(self._process.stdout.readline().strip().rsplit(":", 1)[1])

    def stop(self):
        self._process.communicate()


class Wall:
    """The program in a terminal that is read all the time, unless it is `unread`."""

    def __init__(self, command, environment):
        self.unread = threading.Event()
        self._lock = threading.Lock()
        self._screen = None     # nobody looks
        self.pid, self._master = pty.fork()
        if self.pid == 0:
            os.execve(command[0], command, environment)
        self.resize(*SIZE)
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        with contextlib.suppress(OSError):
            while True:
                select.select([self._master], [], [])
                if self.unread.is_set():
                    time.sleep(0.05)
                    continue
                said = os.read(self._master, 1 << 16)
                with self._lock:
                    if self._screen:
                        self._stream.feed(said)

    def resize(self, columns, rows):
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    @contextlib.contextmanager
    def looked_at(self):
        """Within, text() is what is on the screen, which was drawn anew."""
        with self._lock:
            self._screen = pyte.Screen(*SIZE)
            self._stream = pyte.ByteStream(self._screen)
        os.write(self._master, REDRAW)
        yield
        with self._lock:
            self._screen = None

    def text(self):
        with self._lock:
            return "\n".join(self._screen.display) if self._screen else ""

    def picture(self):
        """The words and the frames, without what is drawn of the numbers, and without these."""
        lines = re.sub(r"[\u2581-\u2588\u2800-\u28ff]", " ", self.text())
        lines = re.sub(r"\d[\d.:]*", "0", lines)
        return [" ".join(line.split()) for line in lines.splitlines() if line.strip()]

    def ended(self):
        return os.waitpid(self.pid, os.WNOHANG)[0] != 0

    def anonymous_kb(self):
        rollup = Path(f"/proc/{self.pid}/smaps_rollup").read_text()
        return int(re.search(r"^Anonymous:\s+(\d+)", rollup, re.M).group(1))

    def descriptors(self):
        """What is open, and how many sockets, which differ from moment to moment."""
        folder = Path(f"/proc/{self.pid}/fd")
        names = []
        for entry in folder.iterdir():
            with contextlib.suppress(FileNotFoundError):
                name = re.sub(r"\d+", "N", os.readlink(entry))
                # while a frame is drawn, a file in memory stands for the terminal
                names.append(re.sub(r"^/(?:dev/pts/N|memfd:frame.*)$", "screen", name))
        return sorted(name for name in names if not name.startswith("socket:")), \
            sum(name.startswith("socket:") for name in names)


class Weeks:
    """The program, what it watches, and what happens to both."""

    def __init__(self, folder, ragtop, shaky, hurry):
        self._folder, self.rounds = folder, 0
        self.time = Time(folder / "time")
        self._server = Server(shaky)
        self._bundle = folder / "bundle.pem"
        self._front = Front(self._server.start(), *self._certificate()).__enter__()
        config = folder / "config.yaml"
        config.write_text(f"window: 5m\nrefresh: {REFRESH}\nstages:\n" + "".join(
            f"  - {{name: s{i:03d}, latency: s{i:03d}_seconds}}\n" for i in range(STAGES)))
        environment = {"HOME": str(folder), "TERM": "xterm-256color", "LANG": "C.UTF-8", "TZ": "UTC",
                       "LD_PRELOAD": os.path.abspath(hurry), "HURRY": str(folder / "time")}
        self.wall = Wall([ragtop, "-c", str(config), f"--wall={PAGE}", "--cacert", str(self._bundle),
                          f"https://{NAME}:{self._front.port}"], environment)

    def _certificate(self):
        made = certificate(self._folder, f"DNS:{NAME}", days=90)
        part = self._bundle.with_suffix(".part")
        part.write_bytes(made[0].read_bytes())
        part.rename(self._bundle)
        return made

    def pass_time(self, seconds):
        """Lets so much of the program's time pass."""
        until, patience = self.time.now + seconds, time.monotonic() + PATIENCE_S
        while self.time.now < until:
            if self.wall.ended() or time.monotonic() > patience:
                sys.exit(f"it {'ended' if self.wall.ended() else 'hangs'}; last seen:\n{self.wall.text()}")
            time.sleep(0.01)

    def recover(self, what):
        """Waits until all is well again; how long that took."""
        began = self.time.now
        with self.wall.looked_at():
            while not WELL.search(self.wall.text()):
                if self.time.now > began + RECOVERS_S:
                    sys.exit(f"after {what} all is not well for an hour:\n{self.wall.text()}")
                self.pass_time(10)
        return self.time.now - began

    def restart(self):
        self._server.stop()
        self._front.drop()
        self.pass_time(OUTAGE_S)
        with self.wall.looked_at():
            self.pass_time(120)
            if not LOST.search(self.wall.text()):
                sys.exit(f"the server is away, and nobody says so:\n{self.wall.text()}")
        self._front.target = self._server.start()

    def rotate(self):
        self._front.rotate(*self._certificate())

    def move(self):
        looked_up = self.time.lookups
        self.time.host = 3 - self.time.host
        self._front.move(f"127.0.0.{self.time.host}")
        self.pass_time(300)
        if self.time.lookups == looked_up:
            sys.exit("the name was not looked up again")

    def set_clock(self):
        self.time.jump(600 if self.rounds % 2 else -600)

    def resize(self):
        for size in (*SIZES, SIZE):
            self.wall.resize(*size)
            self.pass_time(120)

    def leave_unread(self):
        self.wall.unread.set()
        time.sleep(0.3)
        self.wall.unread.clear()

    def stop(self):
        os.kill(self.wall.pid, signal.SIGSTOP)
        time.sleep(0.1)
        self.time.jump(3600 if self.rounds % 2 else -3600)
        os.kill(self.wall.pid, signal.SIGCONT)

    def round(self):
        """Everything once; how long it took at most to be well again."""
        events = (self.restart, self.rotate, self.move, self.set_clock, self.resize,
                  self.leave_unread, self.stop)
        slowest = 0
        for event in events:
            event()
            self.pass_time(60)
            slowest = max(slowest, self.recover(event.__name__))
            self.pass_time(ROUND_S / len(events))
        self.rounds += 1
        return slowest

    def state(self):
        """Memory, descriptors and picture of a quiet moment on the first page."""
        with self.wall.looked_at():
            before, picture = None, []
            while picture != before or not picture or not FIRST_PAGE.match(picture[0]):
                self.pass_time(60)
                time.sleep(0.02)    # a frame may be half here
                before, picture = picture, self.wall.picture()
        return self.wall.anonymous_kb(), self.wall.descriptors(), picture

    def finish(self):
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.wall.pid, signal.SIGKILL)
            os.waitpid(self.wall.pid, 0)
        self._front.__exit__()
        self._server.stop()


def differences(early, late):
    """Sentences on what is not at the end as it was in STATE early on."""
    (kb, open_files, picture), (kb_late, open_late, picture_late) = early, late
    if kb_late > kb + kb // 10 + SLACK_KB:
        yield f"memory grew from {kb} to {kb_late} KB"
    if open_late[0] != open_files[0] or open_late[1] > max(open_files[1], MOST_SOCKETS):
        yield f"descriptors: {open_files} became {open_late}"
    yield from difflib.unified_diff(picture, picture_late, "early", "late", lineterm="", n=0)


def main():
    if len(sys.argv) not in (4, 5):
        sys.exit(__doc__)
    days = float(sys.argv[4]) if len(sys.argv) == 5 else SHORT_DAYS
    with tempfile.TemporaryDirectory() as folder:
        weeks = Weeks(Path(folder), *sys.argv[1:4])
        began, first, slowest, early = time.monotonic(), weeks.time.now, 0, None
        try:
            weeks.recover("the start")
            while weeks.rounds < EARLY_ROUNDS or weeks.time.now < first + days * 86400:
                slowest = max(slowest, weeks.round())
                if weeks.rounds == EARLY_ROUNDS:
                    early = weeks.state()
            late = weeks.state()
            passed, lookups = weeks.time.now - first, weeks.time.lookups
        finally:
            weeks.finish()
    print(f"{passed / 86400:.1f} days in {time.monotonic() - began:.0f} s, {weeks.rounds} rounds of "
          f"everything; well again after {slowest / 60:.0f} min at most; {lookups} names looked up\n"
          f"  memory {early[0]} KB early, {late[0]} KB at the end; {len(late[1][0])} descriptors "
          f"and {late[1][1]} sockets")
    found = list(differences(early, late))
    sys.exit("\n".join(["not as it was:", *found]) if found else 0)


if __name__ == "__main__":
    main()
