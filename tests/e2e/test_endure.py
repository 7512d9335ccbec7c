"""Servers that come and go, clocks that are wrong, machines that sleep, disks that are full, and
terminals that are gone: nothing is lost that could be kept, and nothing invented."""

import os
import re
import resource
import signal
import stat
import subprocess
import tempfile
import threading
import time
import unittest
from collections import Counter
from pathlib import Path

import servers
from live import Live, check_clean, check_restored
from program import (PROGRAM, check_sane, environment, namespaces, obey_permissions,
                     run)
from report_schema import parse
from steady import CONFIG, Steady

UNKNOWN = 3
ENDS_WITHIN_S = 120     # a bound against hanging
FRONT = r"front\S* P95 +499 ms"         # a number of the server's, and what is usual
USUAL = r"front\S* P95 +\d+ ms +499 ms"
RANGE = re.compile(r"^\S+ span +200 ", re.M)
HISTORY = re.compile(r"^\S+ (?:day|recent) +200 ", re.M)
# The program itself may be in what is hidden, and so are the files of the test.
READ_ONLY = """
    exec 9<"$0"
    mount -o remount,bind,ro / || mount -o bind,ro / /
    mount -t tmpfs -o ro none /tmp
    for place in / /tmp; do
        if touch "$place/ragtop-was-here" 2>/dev/null; then exit 99; fi
    done
    exec /proc/self/fd/9 "$@"
"""
ASKED = re.compile(r"^\S+ \w+ +\d+ +[\d.]+ ms ", re.M)


class Case(unittest.TestCase):
    """A steady server, and a home of one's own."""

    def setUp(self):
        self.server = Steady()
        self.server.start()
        self.addCleanup(self.server.stop)
        home = tempfile.TemporaryDirectory(prefix="ragtop-endure-")
        self.addCleanup(home.cleanup)
        self.home = Path(home.name)
        self.config = servers.file(CONFIG)
        self.log = self.home / "log"

    def cache(self):
        return {"XDG_CACHE_HOME": str(self.home)}

    def files(self):
        return sorted((self.home / "ragtop").iterdir())

    def open(self, *arguments, **options):
        return Live("-c", self.config, "-r", "1s", *arguments, self.server.url,
                    **{"size": (120, 40), **options})

    def report(self, *arguments, **options):
        ended = run("report", "-c", self.config, *arguments, self.server.url, **options)
        check_sane(self, ended, "\t")
        return ended

    def logged(self):
        return self.log.read_text(encoding="utf-8")

    def wait_for_row(self, live, row=FRONT):
        live.wait(lambda: re.search(row, live.text()), row)

    def check_quit(self, live):
        self.assertEqual(live.quit(), 0)
        check_restored(self, live)
        check_clean(self, live)
        self.assertEqual(live.errors(), "")

    def check_cache(self):
        """Nothing half written, and all of it of use."""
        for path in self.files():   # who was killed while writing leaves a journal
            self.assertIn(path.name, ("history.db", "history.db-journal"))
            self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)
        self.report("--log", self.log, **self.cache())
        self.assertLessEqual(len(HISTORY.findall(self.logged())), 8)


class Terminal(Case):
    """Its window is closed, or it was never there."""

    def check_gone(self, live):
        live.wait(lambda: live.ended is not None, "the end of the program")
        self.assertIn(live.ended, (0, -signal.SIGHUP, 128 + signal.SIGHUP))
        self.assertNotIn("Sanitizer", live.errors())
        with self.assertRaises(ProcessLookupError):     # nobody is left of its process group
            os.killpg(live.pid, 0)

    def test_window_is_closed(self):
        with self.open(**self.cache()) as live:
            self.wait_for_row(live)
            live.wait_quiet(0.5)
            live.hang_up()
            self.check_gone(live)
        self.check_cache()

    def test_window_is_closed_while_nobody_answers(self):
        self.server.spoil = lambda query: "hang"
        with self.open() as live:
            live.wait(lambda: live.text().strip(), "a frame")
            live.hang_up()
            self.check_gone(live)

    def test_signals_while_answers_come(self):
        for number in (signal.SIGTERM, signal.SIGHUP):
            with self.subTest(number.name), self.open(**self.cache()) as live:
                live.wait(lambda: live.text().strip(), "a frame")
                live.signal(number)
                live.wait_end()
                check_restored(self, live)
                self.assertEqual(live.errors(), "")
                self.assertFalse([p for p in self.home.rglob("*") if p.name.startswith("new-")])

    def test_closed_streams(self):
        """None of the files that are opened becomes the output."""
        self.report(**self.cache())
        for closed in ((0,), (1,), (2,), (0, 1), (0, 1, 2)):
            with self.subTest(closed):
                ended = subprocess.run(
                    [PROGRAM, "report", "-c", self.config, "--log", self.log, self.server.url],
                    env=environment(**self.cache()), stdin=subprocess.DEVNULL, check=False,
                    capture_output=True, timeout=ENDS_WITHIN_S,
                    preexec_fn=lambda closed=closed: [os.close(fd) for fd in closed])
                self.assertEqual(ended.returncode, UNKNOWN if 1 in closed else 0)
                if 1 in closed and 2 not in closed:
                    self.assertIn(b"cannot be written", ended.stderr)
                self.assertNotIn("OK: ", self.logged())
        self.check_cache()

    def test_output_that_takes_nothing(self):
        with open("/dev/full", "wb") as full:
            ended = subprocess.run([PROGRAM, "report", "-c", self.config, self.server.url],
                                   env=environment(), stdout=full, stderr=subprocess.PIPE,
                                   check=False, timeout=ENDS_WITHIN_S)
        self.assertEqual(ended.returncode, UNKNOWN)
        self.assertIn(b"cannot be written", ended.stderr)

    def test_reader_that_leaves(self):
        process = subprocess.Popen([PROGRAM, "report", "-c", self.config, self.server.url],
                                   env=environment(), stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, preexec_fn=lambda: signal.signal(
                                       signal.SIGPIPE, signal.SIG_DFL))
        process.stdout.close()
        errors = process.stderr.read()
        process.stderr.close()
        self.assertEqual(process.wait(ENDS_WITHIN_S), -signal.SIGPIPE)
        self.assertEqual(errors, b"")

    def test_live_without_input(self):
        ended = subprocess.run([PROGRAM, self.server.url], env=environment(), check=False,
                               capture_output=True, preexec_fn=lambda: os.close(0), timeout=ENDS_WITHIN_S)
        self.assertEqual(ended.returncode, 69)
        self.assertRegex(ended.stderr.decode(), r"\Aragtop: The input is not a terminal.*\n\Z")


class Server(Case):
    """It restarts, forgets, or has another time."""

    def test_restart_and_nothing_is_known_any_more(self):
        with self.open("-s", "5m", "--log", str(self.log)) as live:
            self.wait_for_row(live)
            live.wait(lambda: len(HISTORY.findall(self.logged())) > 20, "history")
            self.server.stop()
            live.wait_for("Cannot reach", "refused")
            live.wait(lambda: re.search(FRONT, live.text()) and re.search(USUAL, live.text()),
                      "the old numbers, which stay")
            since = time.time() + 1
            self.server.knows = lambda t: t >= since
            self.server.start()
            live.wait_gone("Cannot reach")
            self.wait_for_row(live)
            live.stay(2)
            self.assertRegex(live.text(), USUAL)            # what was usual is still known
            self.check_quit(live)

    def test_its_clock(self):
        """Wrong by an hour from the start; set right; wrong again."""
        for ahead in (-3600, 3600):
            with self.subTest(ahead):
                self.server.ahead_s = ahead
                document = parse(self, self.report("--format", "json").out)
                self.assertEqual(document["verdict"]["condition"], "ok")
                self.assertEqual({row["state"] for row in document["rows"]
                                  if row["signal"] == "latency"}, {"ok"})
                with self.open("-s", "5m") as live:
                    self.wait_for_row(live)
                    for other in (0, ahead):
                        self.server.ahead_s = other
                        self.server.asked.clear()
                        live.wait(lambda: [q for q in self.server.asked if "time" in q and abs(
                            float(q["time"]) - self.server.now()) < 10], "questions of now")
                        self.wait_for_row(live)
                        live.wait_gone("stale", "no data")
                    self.check_quit(live)

    def test_the_other_rows_live(self):
        """Whatever becomes of one query, the others are shown, and it is said which is not."""
        refused = '{"status":"error","errorType":"execution","error":"too many samples"}'
        ways = ("reset", "cut", "hang", (500, "x"), (429, "x"), (422, refused), (200, "<html>"),
                (200, "[[[["), (200, b"\0" * 100), (404, "x"), (401, "x"), (503, "x"),
                (200, '{"status":"success","data":{"resultType":"matrix","result":{}}}'))
        for way in ways:
            with self.subTest(way):
                self.server.spoil = lambda query, way=way: \
                    way if "front_errors" in query else None
                self.server.asked.clear()
                # these two are waited for to the end
                patience = "3s" if way in ("hang", (429, "x")) else "30s"
                ended = self.report("--format", "json", "--no-cache", "--timeout", patience)
                asked = [q["query"] for q in self.server.asked if "time" in q]
                self.assertLess(asked.count("sum(rate(front_errors_total[5m]))"), 8)
                document = parse(self, ended.out)
                rows = {(row["stage"], row["signal"]): row for row in document["rows"]}
                for stage in ("front", "back"):
                    self.assertAlmostEqual(rows[stage, "latency"]["current"], .499, places=2)
                self.assertIsNotNone(rows["back", "errors"]["current"])
                self.assertIsNone(rows.get(("front", "errors"), {"current": None})["current"])
                said = ended.out + ended.err
                self.assertTrue("query error" in said or "Cannot reach" in said, said)

    def test_what_fails_is_asked_once_a_refresh(self):
        for way in ("cut", (502, "<html>"), (429, "x"), (200, "[[[[")):
            with self.subTest(way):
                self.server.spoil = lambda query, way=way: \
                    way if "front_errors" in query else None
                with self.open("-r", "1s", "--timeout", "3s") as live:
                    self.wait_for_row(live)
                    self.server.asked.clear()
                    live.stay(4)
                    asked = [q["query"] for q in self.server.asked if "time" in q]
                    for query in set(asked):
                        self.assertLess(asked.count(query), 8, query)
                    self.check_quit(live)

    def test_nobody_waits_for_what_can_be_done_without(self):
        """What kind a metric is, how often it is scraped, and what answers there."""
        config = servers.file(CONFIG.replace("window: 5m", "refresh: 1m") +
                              "      - {name: plain, latency: plain_seconds}\n")
        def is_asked(place, path, parameters):
            query = parameters.get("query", "")
            return place in path or (place in query and (place == "resets" or "resets" not in query))
        # the interval of scrapes, and with resets() whether a counter goes back again and again
        for place in ("/metadata", "count_over_time", "resets", "/buildinfo"):
            for way in ("hang", "cut", (502, "<html>"), (429, "x"), (403, "x"), (200, "[[[[")):
                with self.subTest(f"{place} {way}"), Steady(["plain_seconds"]) as server:
                    # what exists is listed last, so that nothing is known when the first one fails
                    server.bar = lambda path, parameters, place=place, way=way: \
                        way if is_asked(place, path, parameters) else \
                        time.sleep(0.2) if path.endswith("/values") else None
                    ended = run("report", "-c", config, "--format", "json", "--timeout", "2s",
                                server.url)
                    rows = {(row["stage"], row["signal"]): row
                            for row in parse(self, ended.out)["rows"]}
                    self.assertIsNotNone(rows["front", "latency"]["current"], ended.said)
                    self.assertAlmostEqual(rows["front", "latency"]["current"], .499, places=2)
                    # a connection that was kept may be gone, and a 403 may be for the method
                    asked = Counter((q["method"], q.get("query")) for q in server.asked
                                    if is_asked(place, q["path"], q))
                    self.assertIn(max(asked.values(), default=0), (1, 2, 3), asked)
                    methods = {method for method, _ in asked}
                    self.assertTrue(len(methods) == 1 or way[0] == 403, asked)

    def test_a_server_that_takes_so_many_a_second(self):
        """It says 429 to the rest: what it has no time for is history, which can wait."""
        left, since, lock = 8, time.monotonic(), threading.Lock()

        def bar(path, parameters):
            nonlocal left, since
            with lock:
                left, since = min(8, left + (time.monotonic() - since) * 8), time.monotonic()
                left -= left >= 1
                return (429, "slow down", 1) if left < 1 else None
        self.server.bar = bar
        ended = self.report("--no-cache", "--timeout", "20s")
        self.assertEqual(ended.status, 0, ended.said)
        self.assertRegex(ended.out, r"front\S* P95 +499 ms +499 ms")
        self.assertLess(len(self.server.asked), 200)    # of seventy that there are

    def test_a_query_of_ones_own_waits_when_it_is_told_to(self):
        self.server.spoil = lambda query: (429, "slow down", 30) if query == "up" else None
        with self.open() as live:
            self.wait_for_row(live)
            live.press("6")
            live.wait_for("Enter run")
            live.press("up")
            live.press("\r")
            live.wait_for("429")
            self.server.asked.clear()
            live.stay(4)
            self.assertNotIn("up", [q.get("query") for q in self.server.asked])
            live.press("\x03")
            live.wait_end()

    def test_what_kind_a_metric_is_may_be_told_later(self):
        config = servers.file("stages: [{name: native, latency: native_seconds}]\n")
        with Steady(["native_seconds"]) as server:
            server.bar = lambda path, parameters: (503, "x") if "/metadata" in path and not [
                q for q in server.asked[:-1] if "/metadata" in q["path"]] else None
            run("report", "-c", config, server.url)
            self.assertTrue([q for q in server.asked if "histogram_" in q.get("query", "") or
                             "sum(rate(native_seconds" in q.get("query", "")], server.asked)

    def test_one_question_that_fails_does_not_hide_a_server_that_is_back(self):
        """Whichever it is that was asked to see whether it is."""
        with self.open("--timeout", "2s") as live:
            self.wait_for_row(live)
            self.server.stop()
            live.wait_for("Cannot reach", "refused")
            self.server.spoil = lambda query: \
                (504, "<html>") if "sum by (le) (rate(front" in query else None
            self.server.start()
            live.wait_gone("Cannot reach")
            self.wait_for_row(live, r"back\S* P95 +499 ms")
            self.check_quit(live)

    def test_what_was_refused_is_seen(self):
        self.server.spoil = lambda query: (500, "x") if "front_errors" in query else None
        ended = self.report()
        self.assertEqual(ended.status, 3)
        said = " ".join(ended.out.split())
        self.assertIn("OK: latency normal", said)
        self.assertIn("The errors of front are unknown: the query fails", said)
        self.assertIn("query error: HTTP status 500: x (errors of front)", said)
        with self.open() as live:
            self.wait_for_row(live, r"front\S* P95 +499 ms +499 ms +1\.0× +\?")
            live.wait_for("errors of front are unknown")
            self.check_quit(live)


class Sleep(Case):
    """The laptop is closed for a while; see tests/unit/poll/test_poller.c for an hour of it."""

    SECONDS = 6

    def sleep(self, live):
        live.signal(signal.SIGSTOP)
        live.wait_stopped()
        live.stay(self.SECONDS)
        before = self.logged()
        live.go_on()
        live.wait(lambda: RANGE.search(self.logged()[len(before):]), "what was missed")
        live.wait_quiet(0.5)
        return self.logged()[len(before):]

    def test_what_was_missed_is_asked_at_once(self):
        with self.open("-s", "5m", "--log", str(self.log)) as live:
            self.wait_for_row(live)
            live.wait(lambda: len(HISTORY.findall(self.logged())) > 20, "history")
            live.wait_quiet(0.3)
            first = self.sleep(live).splitlines()[:6]
            # five signals, each of them once, although five moments were missed
            self.assertGreaterEqual(len(RANGE.findall("\n".join(first) + "\n")), 4, first)
            self.assertLessEqual(len(ASKED.findall(self.logged())), 200)
            self.wait_for_row(live)
            self.check_quit(live)

    def test_a_gap_stays_one(self):
        """The server has nothing of the time either: no line is drawn through it."""
        # so wide that a column of a chart is of less time than the gap
        with self.open("-s", "5m", "--log", str(self.log), size=(240, 40)) as live:
            self.wait_for_row(live)
            live.wait(lambda: re.search(r" 0  [▁-█]{60}", live.text()), "a chart")
            asleep = time.time()
            self.server.knows = lambda t: t < asleep or t > asleep + self.SECONDS
            self.sleep(live)
            live.wait(lambda: re.search(r" 0  [▁-█]+ +[▁-█]+", live.text()), "a gap in it")
            self.check_quit(live)


class Disk(Case):
    """Full, read-only, somebody else's, or not there."""

    def test_full(self):
        """No file may grow from the middle of the run on, and from the start."""
        with self.open("-s", "5m", "--log", str(self.log), **self.cache()) as live:
            resource.prlimit(live.pid, resource.RLIMIT_FSIZE, (4096, 4096))
            self.wait_for_row(live)
            live.stay(2)
            self.wait_for_row(live)
            self.check_quit(live)
        self.assertLessEqual(self.log.stat().st_size, 4096)
        for path in self.files():
            self.assertEqual(path.name, "history.db")   # no journal is left of what failed
        ended = subprocess.run(
            ["bash", "-c", 'ulimit -f 0; exec "$0" "$@"', PROGRAM, "report", "-c", self.config,
             self.server.url], env=environment(**self.cache()), capture_output=True, check=False,
            encoding="utf-8", timeout=ENDS_WITHIN_S)
        self.assertEqual((ended.returncode, ended.stderr), (0, ""))
        self.assertIn("OK: ", ended.stdout)

    def test_full_while_a_baseline_is_saved(self):
        ended = run("baseline", "save", self.home / "b.rtb", "-c", self.config, self.server.url)
        self.assertEqual(ended.status, 0, ended.said)
        before = (self.home / "b.rtb").read_bytes()
        self.assertEqual(stat.S_IMODE((self.home / "b.rtb").stat().st_mode), 0o600)
        ended = subprocess.run(
            ["bash", "-c", 'ulimit -f 0; exec "$0" "$@"', PROGRAM, "baseline", "save",
             self.home / "b.rtb", "-c", self.config, self.server.url],
            env=environment(), capture_output=True, check=False, encoding="utf-8",
            timeout=ENDS_WITHIN_S)
        self.assertEqual(ended.returncode, UNKNOWN)
        self.assertRegex(ended.stderr, r"\Aragtop: .*b.rtb: the baseline cannot be written: .*\n\Z")
        self.assertEqual((self.home / "b.rtb").read_bytes(), before)
        self.assertEqual([path.name for path in self.home.iterdir()], ["b.rtb"])

    def test_links_are_not_followed(self):
        precious = self.home / "precious"
        precious.write_text("precious", encoding="utf-8")
        (self.home / "link").symlink_to(precious)
        ended = run("baseline", "save", self.home / "link", "-c", self.config, self.server.url)
        self.assertEqual(ended.status, UNKNOWN, ended.said)
        self.assertIn("symbolic link", ended.err)
        self.report(**self.cache())
        for path in self.files():
            path.unlink()
            path.symlink_to(precious)
        self.report(**self.cache())
        self.assertEqual(precious.read_text(encoding="utf-8"), "precious")

    def test_read_only_cache(self):
        """It goes without one, and only the log says so."""
        report = [PROGRAM, "report", "-c", self.config, "--log", self.log, self.server.url]

        def confined(*command):
            return subprocess.run(
                command, env=environment(**self.cache()), capture_output=True, check=False,
                encoding="utf-8", timeout=ENDS_WITHIN_S, preexec_fn=obey_permissions)

        def check():
            folder.chmod(0o500)
            self.log.unlink(missing_ok=True)
            before = {path.name: path.read_bytes() for path in folder.iterdir()}
            self.assertNotEqual(confined("touch", folder / "x").returncode, 0)
            ended = confined(*report)
            self.assertEqual((ended.returncode, ended.stderr), (0, ""))
            self.assertIn("OK: ", ended.stdout)
            self.assertEqual(before, {path.name: path.read_bytes() for path in folder.iterdir()})
            self.assertGreater(len(HISTORY.findall(self.logged())), 8)
            self.assertEqual(self.logged().count("no cache of history in"), 1)
            folder.chmod(0o700)

        folder = self.home / "ragtop"
        folder.mkdir(mode=0o700)
        check()
        self.assertEqual(confined(*report).returncode, 0)   # where it may, it writes
        check()

    def test_no_home_no_tmp_nothing_to_write_to(self):
        """As in a pod with a read-only root: in a mount namespace of its own where that may be."""
        def report(command, config):
            ended = subprocess.run(
                [*command, "report", "-c", config, self.server.url],
                env=environment(HOME=None, TMPDIR="/nonexistent", XDG_CONFIG_HOME=None),
                input=Path(self.config).read_text(encoding="utf-8"), capture_output=True,
                check=False, encoding="utf-8", timeout=ENDS_WITHIN_S)
            self.assertEqual((ended.returncode, ended.stderr), (0, ""))
            self.assertIn("OK: ", ended.stdout)

        report([PROGRAM], self.config)
        with self.subTest("read-only"):
            own = namespaces(self, "--mount")
            report([*own, "sh", "-ec", READ_ONLY, PROGRAM], "/dev/stdin")
        with Live("-c", self.config, self.server.url, HOME=None, XDG_CONFIG_HOME=None,
                  TMPDIR="/nonexistent", size=(120, 40)) as live:
            self.wait_for_row(live)
            self.check_quit(live)


class Memory(Case):
    """What a server sends does not decide how much memory is taken."""

    MOST_KB = 128 * 1024    # twice the largest answer that is read, and room for a sanitizer

    @staticmethod
    def peak_kb(url):
        pid = os.fork()
        if pid == 0:
            with open(os.devnull, "w", encoding="ascii") as nothing:
                os.dup2(nothing.fileno(), 1)
                os.dup2(nothing.fileno(), 2)
            os.execve(PROGRAM, [PROGRAM, "report", "--timeout", "20s", url],
                      environment(ASAN_OPTIONS="quarantine_size_mb=1:abort_on_error=1"))
        return os.wait4(pid, 0)[2].ru_maxrss

    def test_bodies_without_end(self):
        usual = self.peak_kb(servers.misbehave().url("ok"))
        for fault in ("huge", "gzip-bomb", "gzip-large", "deep", "longheader",
                      "headers"):
            with self.subTest(fault):
                self.assertLess(self.peak_kb(servers.misbehave().url(fault)),
                                usual + self.MOST_KB)


if __name__ == "__main__":
    unittest.main()
