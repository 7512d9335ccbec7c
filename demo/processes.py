"""Processes that end when they should: by their own pid, and never later than their parent."""

import contextlib
import ctypes
import os
import random
import signal
import socket
import subprocess
import sys
import time

READY_SECONDS = 120     # a bound against hanging, wide enough for a busy machine
END_SECONDS = 5
LISTENING_PORTS = 10240, 32768
POLL_SECONDS = 0.05
PR_SET_PDEATHSIG = 1
UNKNOWN = 3     # ragtop's exit status for "no answer"
ENDING_SIGNALS = signal.SIGINT, signal.SIGTERM, signal.SIGHUP
LIBC = ctypes.CDLL(None)


class StartError(Exception):
    """A process did not get ready; the text says which, with the end of its log."""


class Child(subprocess.Popen):
    """A background process with a log of its own and its temporary files in DIRECTORY.

    It has a session of its own too, so that Ctrl-C reaches the command in the foreground alone.
    """

    def __init__(self, name, command, directory):
        self._name = name
        self._log = directory / f"{name}.log"
        with open(self._log, "ab") as log:
            super().__init__(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                             env={**os.environ, "TMPDIR": str(directory)},
                             start_new_session=True, preexec_fn=self._prepare)

    @staticmethod
    def _prepare():
        die_with_parent()
        signal.pthread_sigmask(signal.SIG_SETMASK, ())

    def log(self):
        return self._log.read_text(errors="replace")

    def wait_until(self, condition):
        deadline = time.monotonic() + READY_SECONDS
        while not condition():
            if self.poll() is not None:
                raise self.failure("ended")
            if time.monotonic() > deadline:
                raise self.failure("is not ready")
            time.sleep(POLL_SECONDS)

    def failure(self, what):
        return StartError(f"{self._name} {what}: {self.log().strip()[-500:]}")

    def end(self):
        end(self)


def end(process):
    """Ends one process: politely, then not."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextlib.contextmanager
def signals_held():
    """Puts off signals, for instance until the clean-up knows a child that has been started."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING_SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def die_with_parent():
    """In the child: be killed when the parent dies, even where that had no time to clean up."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def run_in_foreground(command, environment):
    """Runs the command with this terminal, and returns its exit status as a shell would."""
    process = subprocess.Popen(command, env={**os.environ, **environment},
                               preexec_fn=die_with_parent)
    try:
        status = process.wait()
    except KeyboardInterrupt:
        # The terminal has sent Ctrl-C to the command as well: let it end in its own way.
        with contextlib.suppress(subprocess.TimeoutExpired, KeyboardInterrupt):
            process.wait(END_SECONDS)
        end(process)
        status = process.returncode
    except BaseException:
        end(process)
        raise
    return 128 - status if status < 0 else status


def run_within(make, command, program):
    """Runs COMMAND while the context from MAKE lasts, and returns the exit status for PROGRAM.

    The context has a `url`, for which {url} stands in the command, and an `environment()`.
    """
    heeded = [number for number in ENDING_SIGNALS if signal.getsignal(number) != signal.SIG_IGN]
    for number in heeded:
        signal.signal(number, _end_by_signal)
    try:
        with make() as context:
            if signal.SIGINT in heeded:     # Ctrl-C is for the command now
                signal.signal(signal.SIGINT, signal.default_int_handler)
            try:
                return run_in_foreground(
                    [argument.replace("{url}", context.url) for argument in command],
                    context.environment())
            finally:
                _ignore_ending_signals()
    except (StartError, OSError) as error:
        print(f"{program}: {error}", file=sys.stderr)
        return UNKNOWN
    except KeyboardInterrupt:
        return 128 + signal.SIGINT


def _ignore_ending_signals():
    """So that nothing interrupts the clean-up."""
    for number in ENDING_SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def _end_by_signal(number, _):
    _ignore_ending_signals()
    sys.exit(128 + number)


def free_ports(count):
    """Ports that are free at the same time, and so are distinct.

    None that the system gives to connections, which might take it before it is listened at.
    """
    with contextlib.ExitStack() as sockets:
        found = []
        while len(found) < count:
            one = sockets.enter_context(socket.socket())
            with contextlib.suppress(OSError):      # taken
                one.bind(("127.0.0.1", random.randrange(*LISTENING_PORTS)))
                found.append(one.getsockname()[1])
        return found
