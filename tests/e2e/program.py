"""Runs the program that is tested, and looks at what every run must get right."""

import contextlib
import ctypes
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("RAGTOP", str(ROOT / "build" / "src" / "ragtop"))

# What decides over the program's behaviour comes from the test alone.
CLEARED = ("RAGTOP_URL", "PROMETHEUS_URL", "RAGTOP_USER", "RAGTOP_BEARER_TOKEN_FILE", "NO_COLOR",
           "COLORTERM", "COLORFGBG", "LC_ALL", "LANG", "LC_CTYPE", "LANGUAGE", "LC_MESSAGES",
           "http_proxy", "https_proxy", "all_proxy",
           "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE",
           "AWS_SHARED_CREDENTIALS_FILE", "NETRC", "KUBERNETES_SERVICE_HOST",
           "KUBERNETES_SERVICE_PORT", "RAGTOP_SERVICEACCOUNT", "HTTP_PROXY", "HTTPS_PROXY",
           "ALL_PROXY", "no_proxy", "NO_PROXY", "LINES", "COLUMNS", "TERMINFO", "TERMINFO_DIRS",
           "TMUX", "POSIXLY_CORRECT")
SANITIZERS = {
    "ASAN_OPTIONS": "abort_on_error=1:detect_stack_use_after_return=1:strict_string_checks=1",
    "UBSAN_OPTIONS": "halt_on_error=1:abort_on_error=1:print_stacktrace=1",
}
LIBC = ctypes.CDLL(None, use_errno=True)
PR_CAPBSET_DROP, CAP_DAC_OVERRIDE = 24, 1
CONFIG = str(ROOT / "tests" / "e2e" / "config")    # stages that need not be looked for

ENDS_WITHIN_S = 120     # a bound against hanging, wide enough for a busy machine

# ESC and its like steer terminals; C1 does so as one character, too.
CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f]")


@dataclass
class Ended:
    """A finished run."""
    status: int
    out: str
    err: str
    seconds: float

    @property
    def said(self):
        return self.out + self.err


def fate(status):
    """How a program with this exit status, or minus a signal, ended: the end of a sentence."""
    return f"exited with {status}" if status >= 0 else f"was killed by {signal.Signals(-status).name}"


def environment(**extra):
    """Environment for the program: UTF-8, UTC, no home, and EXTRA; None in EXTRA unsets."""
    values = {k: v for k, v in os.environ.items() if k not in CLEARED}
    values |= {"LC_ALL": "C.UTF-8", "TZ": "UTC", "TERM": "xterm-256color",
               "XDG_CONFIG_HOME": CONFIG, "XDG_CACHE_HOME": None, "HOME": "/nonexistent",
               **SANITIZERS, **extra}
    return {k: v for k, v in values.items() if v is not None}


def run(*arguments, **extra):
    """Runs the program to its end without a terminal. EXTRA goes into its environment."""
    started = time.monotonic()
    ended = subprocess.run([PROGRAM, *map(str, arguments)], env=environment(**extra),
                           stdin=subprocess.DEVNULL, capture_output=True, timeout=ENDS_WITHIN_S,
                           check=False)
    return Ended(ended.returncode, ended.stdout.decode(), ended.stderr.decode(),
                 time.monotonic() - started)


def obey_permissions():
    """In a child of root's, before exec: what others may not write, it may not either.

    It stays the owner of its files and may still enter all folders, wherever the checkout is.
    """
    if os.geteuid() == 0 and LIBC.prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "CAP_DAC_OVERRIDE cannot be dropped")


def namespaces(test, *kinds):
    """The command that runs another one as root of namespaces of its own, --mount among KINDS.

    Where neither root nor an ordinary user may make them, TEST is skipped.
    """
    for way in ((), ("--map-root-user",)):
        command = ["unshare", *kinds, *way]
        with contextlib.suppress(FileNotFoundError):
            if subprocess.run([*command, "mount", "-t", "tmpfs", "none", "/tmp"], check=False,
                              capture_output=True).returncode == 0:
                return command
    test.skipTest(f"no namespaces may be made here: unshare {' '.join(kinds)}")
    return None


def check_sane(test, ended, allowed=""):
    """No finding of a sanitizer, and nothing that steers a terminal but what is ALLOWED."""
    test.assertNotIn("Sanitizer", ended.err, ended.err)
    test.assertNotIn("runtime error", ended.err, ended.err)
    test.assertGreaterEqual(ended.status, 0, f"the program {fate(ended.status)}: {ended.err}")
    test.assertNotIn("?.", ended.out, "a sentence ends once")
    for text in (ended.out, ended.err):
        strange = [line for line in text.split("\n")
                   if any(c not in allowed for c in CONTROL.findall(line))]
        test.assertEqual(strange, [])


def main_directory(name):
    """Makes the modules of a folder of the project importable."""
    sys.path.insert(0, str(ROOT / name))
