#!/usr/bin/python3
"""The static file where there is nothing else: no libraries, no files, no names, no home.

usage: test_static.py STATIC [DYNAMIC] [unittest's options]

Needs root, for the root of its own and the name server; see empty.py. With DYNAMIC, a build that is
linked as usual, what both cost is printed side by side.
"""

import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "e2e")]
PROGRAMS = [os.path.abspath(sys.argv.pop(1)) for _ in (1, 2)
            if len(sys.argv) > 1 and os.access(sys.argv[1], os.X_OK)]
if not PROGRAMS:
    sys.exit(__doc__)

# pylint: disable=wrong-import-position
from empty import ENDS_WITHIN_S, NOBODY, Empty, article, isolate    # noqa: E402
from names import Names, silent                             # noqa: E402
from tls import Front, certificate                          # noqa: E402

STATIC, DYNAMIC = PROGRAMS[0], PROGRAMS[1] if len(PROGRAMS) > 1 else None
MOST_BYTES, MOST_KB, MOST_OF_DYNAMIC = 6_500_000, 4500, 0.5
CULPRIT = "CULPRIT: connections 60/60"
UNKNOWN, CRITICAL = 3, 2        # what ragtop exits with
RESOLVER = ("nameserver 127.0.0.1\nsearch default.svc.cluster.local svc.cluster.local "
            "cluster.local\noptions ndots:5\n")
SERVICE = "prometheus-k8s.monitoring"
STARTS = 12             # of which the cheapest counts


class Alone(unittest.TestCase):
    """The file alone, and a server by its address."""

    def setUp(self):
        self.empty = self.enterContext(Empty(STATIC))
        self.url = f"http://127.0.0.1:{article()}"

    def test_it_is_small(self):
        self.assertLessEqual(os.path.getsize(STATIC), MOST_BYTES)

    def test_the_live_program(self):
        """Whatever TERM is called, and with no locale at all."""
        for number, term in enumerate(("nothing-that-is-known", "xterm-kitty", "tmux-256color")):
            with self.subTest(term), self.empty.live(self.url, TERM=term) as running:
                running.wait_for(CULPRIT)
                status = Path(f"/proc/{running.pid}/status").read_text()
                self.assertRegex(status, rf"Uid:\s+{NOBODY}\s+{NOBODY}")
                if number == 0:
                    self.assertIn("TERM=nothing-that-is-known is not known", running.words())
                    self.assertTrue(running.text().isascii(), "UTF-8 that nothing asked for")
                running.quit()
                self.assertEqual(running.ended, 0)

    def test_unicode_by_the_name_of_the_locale(self):
        for locale, wanted in (("C.UTF-8", True), ("zh_CN.utf8", True), ("C", False),
                               ("de_DE.ISO-8859-1", False)):
            with self.subTest(locale):
                ended = self.empty.run("--screenshot", self.url, LANG=locale)
                self.assertEqual(ended.stdout.isascii(), not wanted, ended.stdout)

    def test_memory(self):
        with self.empty.live(self.url, TERM="xterm-256color", LANG="C.UTF-8") as running:
            running.wait_for(CULPRIT)
            rollup = Path(f"/proc/{running.pid}/smaps_rollup").read_text()
            own, whole = (int(re.search(rf"^{name}:\s+(\d+)", rollup, re.M).group(1))
                          for name in ("Anonymous", "Pss"))
            running.quit()
        print(f"  at 120x40: PSS {whole / 1000:.2f} MB, {own / 1000:.2f} MB of it its own and the rest "
              "of the file", flush=True)
        self.assertLessEqual(whole, MOST_KB)

    def test_the_report_over_tls(self):
        """By address, with the authority beside the file; and refused without."""
        with tempfile.TemporaryDirectory() as folder:
            cert, key = certificate(Path(folder), "IP:127.0.0.1")
            front = self.enterContext(Front(article(), cert, key))
            empty = self.enterContext(Empty(STATIC, {"ca.pem": cert.read_text()}))
        url = f"https://127.0.0.1:{front.port}"
        ended = empty.run("report", "--cacert", "/ca.pem", url)
        self.assertIn(CULPRIT, ended.stdout, ended.stderr)
        self.assertEqual(ended.returncode, CRITICAL)
        ended = empty.run("report", url, SSL_CERT_FILE="/ca.pem")
        self.assertIn(CULPRIT, ended.stdout, ended.stderr)
        ended = empty.run("report", url)
        self.assertEqual(ended.returncode, UNKNOWN)
        self.assertIn("this machine has no certificate authorities", " ".join(ended.stderr.split()))
        ended = empty.run("report", url, SSL_CERT_FILE="/none.pem")
        self.assertIn("no certificate authorities can be read from /none.pem", ended.stderr)

    def test_it_says_what_it_was_built_with(self):
        said = self.empty.run("version").stdout
        self.assertRegex(said, r"\Aragtop \S+\nmusl/1\.\S+ libcurl/\S+ OpenSSL/3\S* zlib/\S+ "
                               r"nghttp2/\S+ ncurses/\S+ SQLite/\S+ libyaml/\S+ cJSON/\S+\n\Z")

    def test_a_name_without_any_resolver(self):
        ended = self.empty.run("report", f"http://{SERVICE}:9090")
        self.assertEqual(ended.returncode, UNKNOWN)
        self.assertIn(SERVICE, ended.stderr)


class Resolving(unittest.TestCase):
    """With nothing but /etc/resolv.conf, as a pod has it."""

    def setUp(self):
        self.empty = self.enterContext(Empty(STATIC, {"etc/resolv.conf": RESOLVER}))
        self.port = article()

    def _report(self, host):
        return self.empty.run("report", f"http://{host}:{self.port}")

    def test_short_names_by_the_search_list(self):
        with Names(short=[f"{SERVICE}.svc.cluster.local"]) as names:
            ended = self._report(SERVICE)
        self.assertIn(CULPRIT, ended.stdout, ended.stderr)
        self.assertIn(("udp", f"{SERVICE}.default.svc.cluster.local"), names.asked)

    def test_an_answer_too_long_for_udp(self):
        with Names(long=[f"{SERVICE}.svc.cluster.local"]) as names:
            ended = self._report(SERVICE)
        self.assertIn(CULPRIT, ended.stdout, ended.stderr)
        self.assertIn(("tcp", f"{SERVICE}.svc.cluster.local"), names.asked)

    def test_a_name_that_nobody_knows(self):
        with Names():
            ended = self._report("nowhere.example")
        self.assertEqual(ended.returncode, UNKNOWN)
        self.assertIn("nowhere.example", ended.stderr)

    def test_a_name_server_that_never_answers(self):
        with silent():
            ended = self._report(SERVICE)
            self.assertEqual(ended.returncode, UNKNOWN)
            self.assertIn(SERVICE, ended.stderr)
            with self.empty.live(f"http://{SERVICE}:{self.port}", TERM="xterm") as running:
                running.wait_for(SERVICE)
                running.quit()      # which does not wait for the resolver

    def test_no_name_server(self):
        ended = self._report(SERVICE)
        self.assertEqual(ended.returncode, UNKNOWN)
        self.assertIn(SERVICE, ended.stderr)


def first_frame(program, url):
    """What it costs to the first frame: CPU seconds, and all of them."""
    began = time.monotonic()
    terminal, own = os.openpty()
    fcntl.ioctl(own, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    # nothing of this program's runs in the other, whose time would count it
    pid = os.posix_spawn(program, [program, "--no-cache", url],
                         {"TERM": "xterm-256color", "LANG": "C.UTF-8"},
                         file_actions=[(os.POSIX_SPAWN_DUP2, own, fd) for fd in (0, 1, 2)])
    os.close(own)
    said = b""
    while b"ragtop" not in said and select.select([terminal], [], [], ENDS_WITHIN_S)[0]:
        said += os.read(terminal, 65536)
    took = time.monotonic() - began
    os.kill(pid, signal.SIGKILL)
    used = os.wait4(pid, 0)[2]
    os.close(terminal)
    return used.ru_utime + used.ru_stime, took


@unittest.skipUnless(DYNAMIC, "only one build was given")
class Cost(unittest.TestCase):
    """Beside the build that is linked as usual, in turns."""

    def test_the_first_frame(self):
        url = f"http://127.0.0.1:{article()}"
        runs = [(first_frame(STATIC, url), first_frame(DYNAMIC, url)) for _ in range(STARTS)]
        static, dynamic = ([min(run[which][what] for run in runs) * 1000 for what in (0, 1)]
                           for which in (0, 1))
        print(f"  first frame: static {static[1]:.0f} ms, dynamic {dynamic[1]:.0f} ms, "
              f"{static[1] / dynamic[1]:.2f} of it; CPU {static[0]:.1f} and {dynamic[0]:.1f} ms, "
              f"{static[0] / dynamic[0]:.2f} of it", flush=True)
        # the clock on the wall is only printed
        self.assertLessEqual(static[0], dynamic[0] * MOST_OF_DYNAMIC)


class Hardening(unittest.TestCase):
    """What tests/hardening.py reads off every build."""

    def test_hardening(self):
        ended = subprocess.run([HERE.parent / "hardening.py", STATIC], capture_output=True,
                               encoding="utf-8", check=False)
        self.assertEqual(ended.returncode, 0, ended.stderr)


if __name__ == "__main__":
    sys.argv[1:1] = [] if "PACKAGES_ISOLATED" in os.environ else PROGRAMS
    isolate()
    unittest.main(argv=[sys.argv[0], *sys.argv[1:]])
