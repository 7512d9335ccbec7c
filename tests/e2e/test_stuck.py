"""Nothing holds the program up for good: a terminal that takes no output, a file that is a FIFO, and
limits that leave no room."""

import contextlib
import os
import pty
import re
import resource
import signal
import stat
import subprocess
import tempfile
import textwrap
import time
import unittest
from pathlib import Path

import servers
from live import CTRL_Z, ENTER, LEAVE_SCREEN, Live, check_clean, check_restored
from program import PROGRAM, check_sane, environment, run
from steady import CONFIG, Steady

USAGE, UNAVAILABLE, UNKNOWN, NOBODY = 64, 69, 3, 65534
ENDS_WITHIN_S = 60      # it takes about one; what hangs, hangs for good
ENDING = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)


class Case(unittest.TestCase):
    """A steady server, and a home of one's own."""

    def setUp(self):
        self.server = Steady()
        self.server.start()
        self.addCleanup(self.server.stop)
        home = tempfile.TemporaryDirectory(prefix="ragtop-stuck-")
        self.addCleanup(home.cleanup)
        self.home = Path(home.name)
        self.config = servers.file(CONFIG)
        os.mkfifo(self.home / "fifo")

    def open(self, *arguments, **options):
        return Live("-c", self.config, "-r", "1s", *arguments, self.server.url,
                    **{"size": (160, 50), **options})

    def report(self, *arguments, **options):
        ended = run("report", "-c", self.config, *arguments, self.server.url, **options)
        check_sane(self, ended, "\t")
        return ended


class Terminal(Case):
    """It takes no output: after Ctrl-S, or as its connection stalls."""

    def check_ended(self, live, *signals):
        live.wait_end_unread(ENDS_WITHIN_S)
        self.assertIn(live.ended, (0, *(-number for number in signals)))
        self.assertEqual(live.modes_now(), live.modes)
        self.assertNotIn("Sanitizer", live.errors())

    def test_while_a_frame_is_written(self):
        for number in ENDING:
            with self.subTest(number.name), self.open() as live:
                live.wait_for("P95")
                live.stall()
                live.signal(number)
                self.check_ended(live, number)
                check_restored(self, live)      # it leaves the screen once the terminal takes that

    def test_from_the_start(self):
        for number in ENDING:
            with self.subTest(number.name), self.open(stalled=True) as live:
                deadline = time.monotonic() + ENDS_WITHIN_S
                while live.modes_now() == live.modes and time.monotonic() < deadline:
                    time.sleep(0.02)
                live.signal(number)
                self.check_ended(live, number)

    def test_crash(self):
        for number in (signal.SIGSEGV, signal.SIGABRT, signal.SIGQUIT):
            with self.subTest(number.name), self.open() as live:
                live.wait_for("P95")
                live.stall()
                live.signal(number)
                self.check_ended(live, number)
                check_restored(self, live)

    def test_other_signals_restore_it(self):
        for number in (signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2, signal.SIGALRM):
            with self.subTest(number.name), self.open() as live:
                live.wait_for("P95")
                live.signal(number)
                self.assertEqual(live.wait_end(), -number)
                check_restored(self, live)

    def test_nobody_reads_the_log_on_stderr(self):
        """It is not the terminal, and not read either: the dashboard goes on, and says so once."""
        reader, writer = os.pipe()
        os.set_blocking(writer, False)
        with contextlib.suppress(BlockingIOError):
            while True:
                os.write(writer, b"x" * 4096)
        os.set_blocking(writer, True)
        live = self.open("-v")
        live.stderr = writer
        with live:
            live.wait_for("the log on stderr cannot be written", "P95")
            live.signal(signal.SIGTERM)
            self.assertIn(live.wait_end(), (0, -signal.SIGTERM))
            check_restored(self, live)
        os.close(reader)
        os.close(writer)

    def test_while_stopped(self):
        for behind in (False, True):
            with self.subTest(behind=behind), self.open() as live:
                live.wait_for("P95")
                live.press(CTRL_Z)
                live.wait_stopped()
                live.wait_quiet(0.1)
                check_restored(self, live)
                left = len(live.raw)
                live.signal(signal.SIGTERM)
                (live.go_on_behind if behind else live.go_on)()
                self.assertIn(live.wait_end(), (0, -signal.SIGTERM))
                self.assertEqual(live.modes_now(), live.modes)
                self.assertNotIn(LEAVE_SCREEN, live.raw[left:])     # it is the shell's

    def test_only_its_output_is_gone(self):
        inputs, outputs = pty.openpty(), pty.openpty()
        process = subprocess.Popen([PROGRAM, "-c", self.config, "-r", "1s", self.server.url],
                                   env=environment(), stdin=inputs[1], stdout=outputs[1],
                                   stderr=subprocess.DEVNULL, start_new_session=True)
        try:
            os.read(outputs[0], 1)
            os.close(outputs[0])
            self.assertEqual(process.wait(ENDS_WITHIN_S), 0)
        finally:
            process.kill()
            process.wait()
            for fd in (*inputs, outputs[1]):
                os.close(fd)

    @staticmethod
    def processor_used(live):
        """What each of some seconds took of it; whoever sleeps in one of them took nothing."""
        before = live.processor_s()
        for _ in range(20):
            time.sleep(1)
            after = live.processor_s()
            yield after - before
            before = after

    def test_no_processor_is_used_up(self):
        """Another program left the terminal not blocking, and its output stalls."""
        live = self.open()
        live.nonblocking = True
        with live:
            live.wait_for("P95")
            live.stall()
            self.assertIn(0, self.processor_used(live))
            live.signal(signal.SIGTERM)
            self.check_ended(live, signal.SIGTERM)


class Files(Case):
    """What is opened by name may be anything."""

    def check_refused(self, *words, status=USAGE, **variables):
        ended = run(*words, **variables)
        check_sane(self, ended)
        self.assertEqual(ended.status, status, ended.said)
        self.assertRegex(ended.err, r"\Aragtop: .*FIFO.*\n\Z")

    def test_fifo(self):
        fifo, url = str(self.home / "fifo"), self.server.url
        for option in ("--config", "--profile", "--baseline", "--theme", "--http-config",
                       "--bearer-token-file", "--cacert", "--cert", "--log"):
            with self.subTest(option):
                self.check_refused("report", option, fifo, url)
        self.check_refused("report", "--netrc", url, NETRC=fifo)
        self.check_refused("report", "--aws-sigv4", "eu-1", url, AWS_SHARED_CREDENTIALS_FILE=fifo)
        self.check_refused("report", url, RAGTOP_BEARER_TOKEN_FILE=fifo)
        for kind in ("basic_auth: {username: me, password_file: fifo}",
                     "authorization: {credentials_file: fifo}", "tls_config: {ca_file: fifo}",
                     "http_headers: {X-A: {files: [fifo]}}"):
            with self.subTest(kind):
                (self.home / "http.yaml").write_text(kind, encoding="utf-8")
                self.check_refused("report", "--http-config", self.home / "http.yaml", url)
        self.check_refused("baseline", "save", fifo, "-c", self.config, url, status=UNKNOWN)
        os.mkdir(self.home / "ragtop")
        (self.home / "fifo").rename(self.home / "ragtop" / "config.yaml")
        self.check_refused("report", url, XDG_CONFIG_HOME=str(self.home))

    def test_other_things_that_are_no_files(self):
        for path, word in (("/dev/zero", "a device"), (str(self.home), "a directory")):
            for option in ("--config", "--baseline", "--theme", "--bearer-token-file", "--cacert"):
                with self.subTest(option + " " + path):
                    ended = run("report", option, path, self.server.url)
                    check_sane(self, ended)
                    self.assertEqual(ended.status, USAGE, ended.said)
                    self.assertRegex(ended.err, r"\Aragtop: .*" + word + r".*\n\Z")

    def test_what_another_command_prints(self):
        """`<(command)` is a configuration, though a slow one; but nothing that is read again."""
        script = 'exec "$0" report -c <(sleep 1; cat "$1") --baseline mean "$2"'
        ended = subprocess.run(["bash", "-c", script, PROGRAM, self.config, self.server.url],
                               env=environment(), capture_output=True, check=False, text=True,
                               timeout=ENDS_WITHIN_S)
        self.assertEqual((ended.returncode, ended.stderr), (0, ""))
        self.assertIn("OK: ", ended.stdout)
        script = 'exec "$0" report --bearer-token-file <(echo secret) "$1"'
        ended = subprocess.run(["bash", "-c", script, PROGRAM, self.server.url], check=False,
                               env=environment(), capture_output=True, text=True,
                               timeout=ENDS_WITHIN_S)
        self.assertEqual(ended.returncode, USAGE)
        self.assertRegex(ended.stderr, r"\Aragtop: .*is a pipe.*read more than once\n\Z")

    def command(self, live, text, *words):
        live.press(f":{text}{ENTER}")
        live.wait_for(*words)

    def test_in_the_dashboard(self):
        (self.home / "own.theme").write_text("ok = blue\n", encoding="utf-8")
        with self.open(HOME=str(self.home), size=(160, 50)) as live:
            live.wait_for("P95")
            fifo = self.home / "fifo"
            self.command(live, f"theme {fifo}", "is a FIFO, not a regular file")
            self.command(live, f"write! {fifo}", "is a FIFO, and nobody reads from it")
            self.command(live, f"write {fifo}", "exists")
            self.command(live, "write! /dev/full", "no space left on device")
            self.command(live, "theme ~/own.theme", "theme: ~/own.theme")
            self.command(live, "write ~/page.md", "written: ~/page.md")
            self.command(live, "write ~/page.md", "~/page.md exists")
            self.command(live, "write ~no-such-user/x", "there is no user no-such-user")
            page = self.home / "page.md"
            self.assertIn("P95", page.read_text(encoding="utf-8"))
            self.assertEqual(stat.S_IMODE(page.stat().st_mode), 0o600)
            self.assertEqual(live.quit(), 0)
            check_clean(self, live)

    def test_page_on_a_full_disk(self):
        """What was there stays, and nothing half written is left."""
        page = self.home / "page.md"
        page.write_text("precious", encoding="utf-8")
        with self.open() as live:
            live.wait_for("P95")
            resource.prlimit(live.pid, resource.RLIMIT_FSIZE, (16, 16))
            self.command(live, f"write! {page}", "(ulimit -f)")
            self.command(live, f"write {page}2", f"{page}2 cannot be written")
            self.assertEqual(live.quit(), 0)
        self.assertEqual(page.read_text(encoding="utf-8"), "precious")
        self.assertEqual(sorted(path.name for path in self.home.iterdir()), ["fifo", "page.md"])

    def test_log(self):
        log = self.home / "log"
        self.report(f"--log=~/{log.name}", HOME=str(self.home))
        self.assertEqual(stat.S_IMODE(log.stat().st_mode), 0o600)
        self.assertIn(" 200 ", log.read_text(encoding="utf-8"))
        (self.home / "link").symlink_to(log)
        before = log.read_bytes()
        ended = run("report", "-c", self.config, "--log", self.home / "link", self.server.url)
        self.assertEqual(ended.status, USAGE)
        self.assertIn("symbolic link", ended.err)
        self.assertEqual(log.read_bytes(), before)

    def test_log_that_cannot_be_written(self):
        ended = self.report("--log", "/dev/full")
        self.assertEqual(ended.status, 0)
        self.assertEqual(ended.err, "ragtop: warning: the log /dev/full cannot be written: "
                                    "no space left on device\n")
        with self.open("--log", "/dev/full") as live:
            live.wait_for("the log /dev/full cannot be written: no space left on device")
            self.assertEqual(live.quit(), 0)
        ended = self.report("--log", "/dev/stderr")
        self.assertIn(" 200 ", ended.err)

    def test_output_that_takes_nothing(self):
        for words, status in ((("--help",), 74), (("--version",), 74),
                              (("baseline", "save", self.home / "b", "-c", self.config,
                                self.server.url), 74),
                              (("report", "-c", self.config, self.server.url), UNKNOWN),
                              (("--screenshot", "-c", self.config, self.server.url), UNKNOWN)):
            with self.subTest(words[0]), open("/dev/full", "wb") as full:
                ended = subprocess.run([PROGRAM, *words], env=environment(), stdout=full,
                                       stderr=subprocess.PIPE, check=False, text=True,
                                       timeout=ENDS_WITHIN_S)
                self.assertEqual(ended.returncode, status, ended.stderr)
                self.assertRegex(ended.stderr, r"\Aragtop: .* cannot be written: no space.*\n\Z")


class Limits(Case):
    """Of the process: few files, few threads."""

    LEAST = 4   # with fewer no program is loaded
    ONE = re.compile(r"\Aragtop: .* needs more than \d+ open files: .*ulimit -n \d+`\n\Z")

    @staticmethod
    def limited(count, words, **options):
        return subprocess.run(
            [PROGRAM, *words], check=False, text=True, timeout=ENDS_WITHIN_S,
            env=environment(**options.pop("variables", {})),
            **{"capture_output": True, **options},
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (count, count)))

    def test_few_files(self):
        secure = self.server.url.replace("http:", "https:")
        cache = {"XDG_CACHE_HOME": str(self.home)}
        authority = self.home / "ca.pem"
        authority.write_text("", encoding="utf-8")
        commands = (("report", self.server.url), ("report", secure),
                    ("report", "--cacert", authority, secure),
                    ("--screenshot", self.server.url),
                    ("baseline", "save", self.home / "b", self.server.url))
        for count in range(self.LEAST, 17):
            for words in commands:
                with self.subTest(f"{count}: {words}"):
                    ended = self.limited(count, [*words, "-c", self.config], variables=cache)
                    self.assertEqual(ended.returncode, UNKNOWN, ended.stderr)
                    self.assertRegex(ended.stderr, self.ONE)
                    self.assertEqual(ended.stdout, "")

    def test_few_files_for_the_dashboard(self):
        for count in range(self.LEAST, 17):
            master, slave = pty.openpty()
            with self.subTest(count):
                ended = self.limited(count, ["-c", self.config, self.server.url], stdin=slave,
                                     stdout=slave, stderr=subprocess.PIPE, capture_output=False)
                self.assertEqual(ended.returncode, UNAVAILABLE, ended.stderr)
                self.assertRegex(ended.stderr, self.ONE)
            os.close(master)
            os.close(slave)

    def test_as_many_files_as_it_asks_for(self):
        said = self.limited(self.LEAST, ["report", "-c", self.config, self.server.url]).stderr
        count = int(re.search(r"ulimit -n (\d+)", said)[1])
        ended = self.limited(count, ["report", "-c", self.config, self.server.url])
        self.assertEqual((ended.returncode, ended.stderr), (0, ""))
        self.assertIn("OK: ", ended.stdout)

    def test_raises_the_limit_where_it_may(self):
        ended = subprocess.run(
            [PROGRAM, "report", "-c", self.config, self.server.url], env=environment(), check=False,
            capture_output=True, text=True, timeout=ENDS_WITHIN_S,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (8, 256)))
        self.assertEqual((ended.returncode, ended.stderr), (0, ""))

    def test_raises_it_above_what_was_inherited(self):
        """Files that were open before the limit was lowered may have the numbers that it gains."""
        ended = subprocess.run(
            ["bash", "-c", "exec 13</dev/null 14</dev/null 15</dev/null; ulimit -Sn 10; exec \"$@\"",
             "bash", PROGRAM, "report", "-c", self.config, self.server.url], env=environment(),
            check=False, capture_output=True, text=True, timeout=ENDS_WITHIN_S)
        self.assertEqual((ended.returncode, ended.stderr), (0, ""))

    @unittest.skipUnless(os.geteuid() == 0, "only root can be somebody else")
    def test_no_threads(self):
        config = self.home / "config.yaml"
        config.write_text(textwrap.dedent(CONFIG), encoding="utf-8")
        self.home.chmod(0o755)

        def confine():
            os.setuid(NOBODY)
            resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))

        ended = subprocess.run(
            [PROGRAM, "report", "-c", config, "http://name.invalid:9090"], check=False, text=True,
            env=environment(ASAN_OPTIONS="detect_leaks=0"), capture_output=True,
            timeout=ENDS_WITHIN_S, preexec_fn=confine)
        self.assertEqual(ended.returncode, UNKNOWN)
        self.assertIn("cannot look up name.invalid: no thread can be started; raise ulimit -u",
                      ended.stderr)
        self.assertNotIn("cannot resolve", ended.stdout)


if __name__ == "__main__":
    unittest.main()
