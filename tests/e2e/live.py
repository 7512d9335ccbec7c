"""The live program in a pseudo terminal, as the job of a small shell, with its screen in pyte.

Nothing here sleeps to be on the safe side: whoever expects something on the screen waits for it.
"""

import codecs
import contextlib
import ctypes
import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import tempfile
import termios
import time

import pyte

from program import PROGRAM, environment, fate

APPEARS_WITHIN_S = 60   # a bound against hanging; what is expected comes much sooner
LOOK_EVERY_S = 0.05
IDLES_FOR_S, RUNS_FOR_S, HANGS_FOR_S = 20, 60, 600     # bounds of come_to_rest()
ORIGINAL_COLORS = b"\x1b]104\x07"      # the terminal's own; ncurses sends it after a stop
WHICH_BACKGROUND = b"\x1b]11;?"
TELL_PASTES, KEEP_PASTES = b"\x1b[?2004h", b"\x1b[?2004l"
ENTER_SCREEN, LEAVE_SCREEN = b"\x1b[?1049h", b"\x1b[?1049l"
LETTERS = ".abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
ESC, ENTER, CTRL_C, CTRL_L, CTRL_Z = "\x1b", "\r", "\x03", "\x0c", "\x1a"
UP, DOWN = "\x1b[A", "\x1b[B"

# pyte takes bright colours for bold ones, and whatever follows them would stay bold
for table, bright in ((pyte.graphics.FG, pyte.graphics.FG_AIXTERM),
                      (pyte.graphics.BG, pyte.graphics.BG_AIXTERM)):
    table.update({code: "bright" + name.removeprefix("bright") for code, name in bright.items()})


class Missed(AssertionError):
    """What was waited for has not come; the message says what became of the program instead."""


class Live:
    """A run of the live program, from `__enter__` to `__exit__`, which kills what still runs.

    The session belongs to a shell of a few lines, as SIGTSTP stops only what has one.
    """

    def __init__(self, *arguments, size=(80, 24), stalled=False, **extra):
        self._arguments = [PROGRAM, *map(str, arguments)]
        self._environment = environment(**extra)
        self.columns, self.rows = size
        self.raw = b""
        self._stalled = stalled     # from the start
        self.ended = None       # exit status, or minus the signal
        self.stopped = False
        self.stderr = None      # a descriptor in place of a file that errors() reads
        self.nonblocking = False    # as a program before this one may have left the terminal
        self._nobody = None     # the other end of what took the terminal's place

    def __enter__(self):
        self._screen = pyte.Screen(self.columns, self.rows)
        self._stream = pyte.Stream(self._screen)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._errors = tempfile.TemporaryFile()
        self._master, self._slave = pty.openpty()
        self._set_size()
        self.modes = termios.tcgetattr(self._slave)
        if self._stalled:
            self._fill()
        self._news, news = os.pipe()
        sys.stdout.flush()
        self._shell = os.fork()
        if self._shell == 0:
            self._be_shell(news)
        os.close(news)
        self.pid = int(self._next_news().split()[1])
        return self

    def __exit__(self, _type, error, _traceback):
        if isinstance(error, Exception) and not isinstance(error, Missed):
            error.add_note(self.state())
        if self.ended is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._shell, signal.SIGKILL)
        os.waitpid(self._shell, 0)
        for fd in (self._master, self._slave, self._news, *([self._nobody] if self._nobody else [])):
            os.close(fd)
        self._errors.close()

    # --- what the user sees

    def lines(self):
        return [line.rstrip() for line in self._screen.display]

    def text(self):
        return "\n".join(self.lines())

    def looks(self):
        """The lines, then the same with a letter for how each cell looks, then the letters."""
        letters, rows = {("default", "default"): "."}, []
        for y in range(self.rows):
            row = ""
            for x in range(self.columns):
                cell = self._screen.buffer[y][x]
                attributes = [name for name in ("bold", "underscore", "reverse")
                              if getattr(cell, name)]
                look = (cell.fg, cell.bg, *attributes)
                if not cell.data.strip() and not cell.reverse and not cell.underscore:
                    look = ("default", cell.bg)     # a blank has no foreground
                row += letters.setdefault(look, LETTERS[len(letters) % len(LETTERS)])
            rows.append(row.rstrip("."))
        meanings = [f"{letter} {' on '.join(look[:2])} {' '.join(look[2:])}"
                    for look, letter in letters.items()]
        return [*self.lines(), "", *rows, "", *meanings]

    def words(self):
        """The screen as one line, so that a sentence is found wherever it was broken."""
        return " ".join(self.text().split())

    def errors(self):
        """What came on stderr, which is not the terminal here."""
        self._errors.seek(0)
        return self._errors.read().decode()

    def state(self):
        """What has become of the program, for the message of a test that fails."""
        ran = "is running" if self.ended is None else fate(self.ended)
        return f"the program {ran}; stderr: {self.errors().strip() or 'nothing'}\n" \
               f"its screen:\n{self.text()}"

    def modes_now(self):
        return termios.tcgetattr(self._slave)

    # --- what the user does

    def press(self, keys):
        os.write(self._master, keys.encode())

    def resize(self, columns, rows):
        self.columns, self.rows = columns, rows
        self._screen.resize(rows, columns)
        self._set_size()

    def signal(self, number):
        os.kill(self.pid, number)

    def hang_up(self):
        """The terminal is gone, as when its window is closed; nothing can be read any more."""
        os.close(self._master)
        self._master, self._nobody = os.pipe()

    def go_on(self):
        """What `fg` of a shell does."""
        self.stopped = False
        os.kill(self._shell, signal.SIGUSR1)

    def go_on_behind(self):
        """What `bg` of a shell does, and `kill` after its signal: the terminal stays the shell's."""
        self.stopped = False
        os.kill(self._shell, signal.SIGUSR2)

    def stall(self, keys=CTRL_L):
        """The terminal takes no output any more: nobody reads it until wait_end_unread() is over."""
        with self.writer() as terminal:
            deadline = time.monotonic() + APPEARS_WITHIN_S
            while select.select([], [terminal], [], 0.1)[1]:
                assert time.monotonic() < deadline, "the program does not fill the terminal"
                self.press(keys)
                time.sleep(0.02)

    @contextlib.contextmanager
    def writer(self):
        """A descriptor of the terminal that others do not share, and that does not block."""
        terminal = os.open(os.ttyname(self._slave), os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY)
        try:
            yield terminal
        finally:
            os.close(terminal)

    def wait_end_unread(self, within=APPEARS_WITHIN_S):
        """Waits for the end while the terminal takes nothing; returns the seconds that it took."""
        began = time.monotonic()
        while self.ended is None:
            left = began + within - time.monotonic()
            if left <= 0 or not select.select([self._news], [], [], left)[0]:
                raise AssertionError(f"the program still runs after {within} s")
            self._take_news()
        took = time.monotonic() - began
        self.wait_quiet(0.05)
        return took

    def processor_s(self):
        """The processor time that the program has used."""
        with open(f"/proc/{self.pid}/stat", encoding="utf-8") as stat:
            fields = stat.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def scribble(self):
        """What another program leaves behind that writes to the same terminal."""
        self._stream.feed("\x1b[H" + "#" * self.columns + "\x1b[5;1Hnoise")

    # --- waiting

    def wait(self, condition, what, within=APPEARS_WITHIN_S):
        """Reads the terminal until condition() is true; fails when the program ends without."""
        deadline = time.monotonic() + within
        over = False
        while not condition():
            if over:
                raise self._missed(f"waited for {what}")
            if time.monotonic() >= deadline:
                raise self._missed(f"waited {within} s for {what}")
            ended = self.ended is not None
            over = not self._read(0.5) and ended

    def wait_for(self, *words):
        """Waits until all WORDS are on the screen, wherever their lines are broken.

        The frame that has them is then whole: what comes after a word is never of the one before.
        """
        self.wait(lambda: all(word in self.words() for word in words), f"{words} to appear")
        self.wait_quiet(0)

    def wait_settled(self, *words):
        """Waits until WORDS are on the screen, and until all is asked and drawn."""
        self.wait_for(*words)
        self.wait_gone("asking", "Asking")
        self.wait_quiet(0.1)

    def wait_gone(self, *words, within=APPEARS_WITHIN_S):
        self.wait(lambda: not any(word in self.words() for word in words), f"{words} to go", within)

    def wait_quiet(self, seconds=0.3):
        """Waits until nothing was written for a while, and nothing is being worked on."""
        deadline = time.monotonic() + APPEARS_WITHIN_S
        while (self._read(seconds) or self._works()) and time.monotonic() < deadline:
            pass

    def stay(self, seconds):
        """Looks at the screen for so long; for what must not happen, such as an end."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self.ended is not None:
                raise self._missed(f"watched for {seconds} s")
            self._read(max(0, until - time.monotonic()))

    def come_to_rest(self, seconds, condition=lambda: False, traffic=lambda: (0, 0)):
        """Reads the terminal until CONDITION() is true, or the program has been at rest for SECONDS.

        At rest it has written nothing and has not been running, all keys are read, and TRAFFIC(),
        (requests, how many of them are answered), stands still at as many of both. However slow
        the machine is, what is still to come then comes by a timer alone. A program that does
        something again and again is given up after it rested for IDLES_FOR_S in all, or ran for
        RUNS_FOR_S. Returns CONDITION().
        """
        asleep = since = 0      # in all, and since it last did anything
        before, ran, bound = None, self._ran(), time.monotonic() + HANGS_FOR_S
        while not (met := condition()) and self.ended is None:
            started = time.monotonic()
            acts = self._read(min(seconds, LOOK_EVERY_S)) or self._works() or self._keys_unread()
            now = traffic()
            if acts or now != before or now[0] != now[1]:
                before, since = now, 0
            else:
                asleep += time.monotonic() - started
                since += time.monotonic() - started
            if since >= seconds or asleep >= IDLES_FOR_S:
                return condition()
            if self._ran() - ran >= RUNS_FOR_S or time.monotonic() >= bound:
                raise self._missed("waited for the program to come to rest")
        return met

    def wait_stopped(self):
        self.wait(lambda: self.stopped, "the stop as a job")

    def wait_end(self):
        """Waits for the end of the program and of what it wrote; returns the exit status."""
        self.wait(lambda: self.ended is not None, "the end of the program")
        self.wait_quiet(0.05)
        return self.ended

    def quit(self):
        self.press("q")
        return self.wait_end()

    # --- below

    def _fill(self):
        """Has the terminal full of what nobody reads."""
        with self.writer() as terminal:
            for _ in range(10):     # what was taken in the meantime makes room once more
                with contextlib.suppress(BlockingIOError):
                    while True:
                        os.write(terminal, b"x" * 4096)
                time.sleep(0.02)

    def _missed(self, what):
        return Missed(f"{what}; {self.state()}")

    def _stat(self):
        """The fields of /proc/PID/stat from the state on, or None when there is no such process."""
        with contextlib.suppress(OSError):
            with open(f"/proc/{self.pid}/stat", encoding="utf-8") as stat:
                return stat.read().rpartition(")")[2].split()
        return None

    def _works(self):
        """Whether the program runs, or would if it had a processor and its files in memory."""
        stat = self._stat()
        return stat is not None and stat[0] in "RD"

    def _ran(self):
        """Seconds of processor time that it took."""
        stat = self._stat()
        return sum(map(int, stat[11:13])) / os.sysconf("SC_CLK_TCK") if stat else 0

    def _keys_unread(self):
        count = fcntl.ioctl(self._slave, termios.FIONREAD, struct.pack("i", 0))
        return struct.unpack("i", count)[0] > 0

    def _set_size(self):
        fcntl.ioctl(self._master, termios.TIOCSWINSZ,
                    struct.pack("HHHH", self.rows, self.columns, 0, 0))

    def _read(self, seconds):
        """Takes in what comes first within SECONDS; returns whether it was on the terminal."""
        ready = select.select([self._master, self._news], [], [], seconds)[0]
        if self._news in ready and self.ended is None:
            self._take_news()
        elif self._news in ready and self._master not in ready:
            time.sleep(seconds)
        if self._master not in ready:
            return False
        data = os.read(self._master, 65536)
        self.raw += data
        self._stream.feed(self._decoder.decode(data))
        return True

    def _take_news(self):
        word, value = self._next_news().split()
        self.stopped = word == "stopped"
        if word == "ended":
            self.ended = int(value)

    def _next_news(self):
        line = b""
        while not line.endswith(b"\n"):
            byte = os.read(self._news, 1)
            if not byte:
                raise AssertionError("the shell of the test died")
            line += byte
        return line.decode()

    def _be_shell(self, news):
        """The child: opens a session with the terminal, runs the job, tells what becomes of it."""
        try:
            os.setsid()
            # else the terminal, and servers of the test, would live as long as this shell
            kept = {self._slave, self._errors.fileno(), self.stderr, news}
            for fd in set(map(int, os.listdir("/proc/self/fd"))) - kept - {0, 1, 2}:
                with contextlib.suppress(OSError):
                    os.close(fd)
            fcntl.ioctl(self._slave, termios.TIOCSCTTY, 0)
            ctypes.CDLL(None).prctl(1, signal.SIGKILL)      # PR_SET_PDEATHSIG
            for ignored in (signal.SIGTTOU, signal.SIGTTIN, signal.SIGTSTP, signal.SIGHUP):
                signal.signal(ignored, signal.SIG_IGN)
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1, signal.SIGUSR2})
            job = os.fork()
            if job == 0:
                self._be_job()
            with contextlib.suppress(OSError):      # the job was faster with the same
                os.setpgid(job, job)
            os.write(news, f"pid {job}\n".encode())
            self._watch(job, news)
        finally:
            os._exit(1)

    def _be_job(self):
        try:
            os.setpgid(0, 0)
            os.tcsetpgrp(self._slave, os.getpid())
            for reset in (signal.SIGTTOU, signal.SIGTTIN, signal.SIGTSTP, signal.SIGHUP,
                          signal.SIGINT, signal.SIGPIPE):
                signal.signal(reset, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_SETMASK, set())
            ctypes.CDLL(None).prctl(1, signal.SIGKILL)
            os.dup2(self._slave, 0)
            os.dup2(self._slave, 1)
            os.dup2(self._errors.fileno() if self.stderr is None else self.stderr, 2)
            os.set_blocking(0, not self.nonblocking)
            os.execve(self._arguments[0], self._arguments, self._environment)
        finally:
            os._exit(127)

    def _watch(self, job, news):
        while True:
            status = os.waitpid(job, os.WUNTRACED)[1]
            with contextlib.suppress(OSError):      # there may be no terminal any more
                os.tcsetpgrp(self._slave, os.getpid())
            if not os.WIFSTOPPED(status):
                os.write(news, f"ended {os.waitstatus_to_exitcode(status)}\n".encode())
                signal.pause()      # the terminal must outlive the job, to be looked at
            os.write(news, f"stopped {os.WSTOPSIG(status)}\n".encode())
            if signal.sigwait({signal.SIGUSR1, signal.SIGUSR2}) == signal.SIGUSR1:
                os.tcsetpgrp(self._slave, job)
            os.killpg(job, signal.SIGCONT)


def check_restored(test, live):
    """The terminal is as it was before the program, on the screen and in its modes."""
    test.assertEqual(live.modes_now(), live.modes)
    test.assertEqual(live.raw.count(ENTER_SCREEN), live.raw.count(LEAVE_SCREEN))
    test.assertGreater(live.raw.count(LEAVE_SCREEN), 0)
    test.assertGreater(live.raw.rfind(b"\x1b[?25h"), live.raw.rfind(b"\x1b[?25l"),
                       "the cursor stays hidden")
    test.assertGreater(live.raw.rfind(KEEP_PASTES), live.raw.rfind(TELL_PASTES),
                       "the terminal still tells of pastes")


def check_clean(test, live):
    """No sanitizer spoke, and nothing from outside steered the terminal."""
    test.assertNotIn("Sanitizer", live.errors(), live.errors())
    test.assertNotIn("runtime error", live.errors(), live.errors())
    commands = re.findall(rb"\x1b\][^\x07\x1b]*\x07?", live.raw)
    test.assertEqual(set(commands) - {ORIGINAL_COLORS, WHICH_BACKGROUND}, set())
    for line in live.lines():
        test.assertTrue(line.isprintable(), repr(line))
