"""Programs in pseudo-terminals of their own, with the moment at which each output arrived.

What is on the screen is worked out afterwards (pyte), so that working it out takes no time from
what is measured.
"""

import ctypes
import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
import time

import pyte

from harness import COLUMNS, ROWS, die_with_parent, end

LIBC = ctypes.CDLL(None)
QUIET_SECONDS = 0.002   # output that pauses for longer is judged before the rest comes


class Terminal:
    """A program with a terminal; `started`, `ended` and all times are time.monotonic()."""

    def __init__(self, command, environment, columns=COLUMNS, rows=ROWS):
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self._chunks = []       # (moment, bytes) not drawn yet
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self.last_output = None
        self.bytes_written = 0
        self.closed = False
        self.started = time.monotonic()
        self._process = subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave,
                                         env=environment, start_new_session=True,
                                         preexec_fn=_take_terminal)
        os.close(slave)
        self.pid = self._process.pid

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.end()
        os.close(self._master)

    def end(self):
        end(self._process)

    def fileno(self):
        return self._master

    def press(self, key):
        """Types KEY; returns the moment just before."""
        before = time.monotonic()
        os.write(self._master, key.encode())
        return before

    def take(self):
        """Reads what has been written, and when: `last_output`."""
        try:
            data = os.read(self._master, 1 << 16)
        except OSError:     # the program has gone
            data = b""
        self.last_output = time.monotonic()
        self._chunks.append((self.last_output, data))
        self.bytes_written += len(data)
        self.closed = self.closed or not data

    def outputs_since(self, moment):
        """Seconds from MOMENT to the first output after it; None: there was none."""
        later = [arrived for arrived, _ in self._chunks if arrived >= moment]
        return later[0] - moment if later else None

    def selected(self):
        """The lines that stand on another background than the rest, after all that was written."""
        self.shows("")
        lines = zip(self._screen.display, range(self._screen.lines))
        return [line for line, y in lines if self._screen.buffer[y][8].bg != "default"
                or self._screen.buffer[y][8].reverse]

    def shown_at(self, text, since=0):
        """The moment, not before SINCE, at which TEXT was on the screen; None: not yet."""
        while self._chunks:
            moment, data = self._chunks.pop(0)
            self._stream.feed(data)
            if moment >= since and self._contains(text):
                return moment
        return None

    def shows(self, text):
        """Whether TEXT is on the screen after all that was written."""
        while self._chunks:
            self._stream.feed(self._chunks.pop(0)[1])
        return self._contains(text)

    def _contains(self, text):
        return any(text in line for line in self._screen.display)

    def wait_for(self, text, seconds, since=0):
        """The moment at which TEXT appeared; raises TimeoutError."""
        moment = None

        def appeared():
            nonlocal moment
            moment = self.shown_at(text, since)
            return moment is not None or self.closed

        pump([self], seconds, appeared)
        if moment is None:
            screen = "\n".join(line.rstrip() for line in self._screen.display)
            raise TimeoutError(f"no '{text}' on the screen:\n{screen}")
        return moment

    def wait_for_end(self, seconds):
        """The moment at which the program ended."""
        watched = os.pidfd_open(self.pid)
        try:
            deadline = time.monotonic() + seconds
            while not select.select([watched], [], [], 0)[0]:
                ready = select.select([watched, self], [], [], deadline - time.monotonic())[0]
                if not ready:
                    raise TimeoutError("the program does not end")
                if self in ready and watched not in ready:
                    self.take()
            return time.monotonic()
        finally:
            os.close(watched)

    def cpu_seconds(self):
        """Processor time so far of all its threads: utime + stime of /proc/PID/stat, but in ns."""
        clock = ctypes.c_int()
        if LIBC.clock_getcpuclockid(self.pid, ctypes.byref(clock)) != 0:
            raise OSError(f"no processor clock of {self.pid}")
        return time.clock_gettime(clock.value)

    def memory_kb(self, field):
        """FIELD of /proc/PID/smaps_rollup."""
        with open(f"/proc/{self.pid}/smaps_rollup", encoding="ascii") as rollup:
            return next(int(line.split()[1]) for line in rollup if line.startswith(field + ":"))

    def wakeups(self):
        """How often it has gone to sleep by itself."""
        with open(f"/proc/{self.pid}/status", encoding="ascii") as status:
            return next(int(line.split()[1]) for line in status
                        if line.startswith("voluntary_ctxt_switches"))


def pump(terminals, seconds, until=lambda: False):
    """Reads from all TERMINALS for so long, or until UNTIL() after a burst of output."""
    deadline = time.monotonic() + seconds
    left = seconds
    while left > 0:
        ready = _readable(terminals, left)
        while ready:
            for terminal in ready:
                terminal.take()
            ready = _readable(terminals, QUIET_SECONDS)
        if until():
            return
        left = deadline - time.monotonic()


def _readable(terminals, seconds):
    open_ones = [terminal for terminal in terminals if not terminal.closed]
    return select.select(open_ones, [], [], max(seconds, 0))[0]


def _take_terminal():
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    die_with_parent()
