#!/usr/bin/python3
"""The two commands without building anything: packages, mistakes, signals, leftovers.

tests/bare runs them for real.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

import project

sys.path.insert(0, str(project.ROOT / "demo"))
from simulation import SCENARIOS    # noqa: E402  pylint: disable=wrong-import-position

USAGE = 64
NOBODY = 65534
ENDS_WITHIN_S = 240     # a bound against hanging, wide enough for a busy machine
# The commands that the scripts themselves need.
TOOLS = ("bash", "cat", "dirname", "env", "false", "grep", "mkdir", "readlink", "sed", "sh", "tail",
         "tee", "true")
SERVERS = ("prometheus", "promtool", "prometheus-alertmanager")


def packages(*sections):
    """The rows of packages.txt in these sections: [[section, package, kind, name...]]"""
    rows = [line.split() for line in project.read("packages.txt").splitlines()
            if line and not line.startswith("#")]
    return [row for row in rows if not sections or row[0] in sections]


def names(*sections):
    return {row[1] for row in packages(*sections)}


class Packages(unittest.TestCase):
    """packages.txt, the one list of them."""

    def test_readme_installs_those_of_the_build(self):
        command = re.search(r"^apt-get install ((?:.*\\\n)*.*)$", project.read("README.md"), re.M)
        told = [word for word in command[1].replace("\\\n", " ").split() if word[0] != "-"]
        self.assertEqual(names("build"), set(told))
        self.assertEqual(len(told), len(set(told)))

    def test_every_library_of_the_build_is_there(self):
        self._check(["meson.build", *Path("src").rglob("meson.build")], "build")

    def test_every_library_of_the_tests_is_there(self):
        self._check((project.ROOT / "tests").rglob("meson.build"), "build", "tests")

    def _check(self, paths, *sections):
        listed = {name for row in packages(*sections) if row[2] == "library" for name in row[3:]}
        used = {name for path in paths
                for name in re.findall(r"\bdependency\('([^']+)'", project.read(path))}
        self.assertTrue(used)
        self.assertLessEqual(used, listed)

    def test_every_program_of_the_tests_is_there(self):
        listed = {name for row in packages() if row[2] == "command" for name in row[3:]}
        used = {name for path in (project.ROOT / "tests").rglob("meson.build")
                for name in re.findall(r"find_program\('([\w-]+)'", project.read(path))}
        self.assertTrue(used)
        self.assertLessEqual(used, listed)

    def test_every_row_says_what_to_look_for(self):
        for section, _, kind, *sought in packages():
            self.assertIn(section, ("build", "demo", "tests", "bare", "packages"))
            self.assertIn(kind, ("command", "library", "module", "file"))
            self.assertTrue(sought)


class Copy(unittest.TestCase):
    """A copy of the scripts, run by somebody other than root with little on their PATH."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.folder.chmod(0o755)
        self.root = self.folder / "a check out"
        for name in ("demo", "tests/run", "packages.txt", "src/config/setting.def"):
            target = self.root / name
            target.parent.mkdir(parents=True, exist_ok=True)
            copy = shutil.copytree if (project.ROOT / name).is_dir() else shutil.copy
            copy(project.ROOT / name, target)
        self.bin = self.folder / "bin"
        self.bin.mkdir()
        for name in TOOLS:
            (self.bin / name).symlink_to(shutil.which(name))

    def stub(self, *commands, status=0):
        """Commands that only print that they were called."""
        for name in commands:
            path = self.bin / name
            path.write_text(f'#!/bin/sh\necho "called: {name} $*"\nexit {status}\n')
            path.chmod(0o755)

    def start(self, script, *arguments):
        """Starts it from another directory, as somebody other than root."""
        drop = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
        return subprocess.Popen([self.root / script, *arguments], cwd="/", text=True,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, start_new_session=True,
                                env={"PATH": str(self.bin), "HOME": "/nonexistent"}, **drop)

    def run_script(self, script, *arguments):
        """Runs it, and returns (status, all output)."""
        started = self.start(script, *arguments)
        try:
            output = started.communicate(timeout=ENDS_WITHIN_S)[0]
        finally:
            started.kill()
        return started.returncode, output


class Mistakes(Copy):
    """A mistake in the command line is reported before anything else happens."""

    def setUp(self):
        super().setUp()
        self.stub("meson", "ninja", "apt-get", "sudo", "dpkg-query", "pkg-config", "cc")

    def test_mistakes(self):
        for arguments, said in ((["--scenario", "nonsense"], "nonsense"),
                                (["--scenario=nonsense"], "nonsense"),
                                (["--scenario"], "--scenario"),
                                (["--report", "--nonsense"], "--nonsense"),
                                (["nonsense"], "unexpected argument 'nonsense'"),
                                (["--report", "--window"], "--window needs a value"),
                                (["--nonsense=5", "--report"], "--nonsense "),
                                (["-Z"], "-Z"), (["-*"], "-*")):
            with self.subTest(arguments):
                status, output = self.run_script("demo/run", *arguments)
                self.assertEqual(USAGE, status, output)
                self.assertIn(said, output)
                self.assertNotIn("called: ", output)
                self.assertEqual(1, len(output.splitlines()), output)

    def test_what_is_no_mistake(self):
        """It gets as far as the build, which fails here."""
        for arguments in (["--scenario", "llm", "--summary"], ["--report", "--format", "json"],
                          ["-H", "--nonsense: 1"], ["-w5m", "--no-c", "--theme=x", "--", "--url"]):
            with self.subTest(arguments):
                status, output = self.run_script("demo/run", *arguments)
                self.assertNotEqual(USAGE, status, output)
                self.assertNotIn("--nonsense", output)

    def test_scenarios_are_those_of_the_simulation(self):
        told = re.findall(r"^ {2,16}(?:--scenario S)? +(\w+) {2,}\w", self.run_script(
            "demo/run", "--help")[1].split("--summary  ")[0], re.M)
        self.assertEqual({*SCENARIOS, "stack"}, set(told))    # the last is tests/stacks
        for scenario in SCENARIOS:
            output = self.run_script("demo/run", "--scenario", scenario)[1]
            self.assertNotIn("unknown scenario", output)

    def test_no_such_suite(self):
        for arguments in (["nonsense"], ["unit", "nonsense"], ["--nonsense"]):
            status, output = self.run_script("tests/run", *arguments)
            self.assertEqual(USAGE, status, output)
            self.assertNotIn("called: ", output)


class NotRoot(Copy):
    """Packages are missing, and root would be needed to install them."""

    SCRIPTS = {"demo/run": ("build", "demo"), "tests/run": ("build", "demo", "tests")}

    def check_told_once(self, script, sections):
        """One line for an administrator with every package, and no other complaint."""
        status, output = self.run_script(script)
        self.assertEqual(1, status, output)
        told = re.findall(r"^ +apt-get install (.*)$", output, re.M)
        self.assertEqual(1, len(told), output)
        packages_told = {word for word in told[0].split() if word[0] != "-"}
        # some are found without dpkg: files like those of libc6-dev
        self.assertLessEqual(packages_told, names(*sections))
        self.assertLessEqual({row[1] for row in packages(*sections) if row[2] == "library"},
                             packages_told)
        for word in ("not found", "line ", "called: apt-get", "building"):
            self.assertNotIn(word, output)
        self.assertLessEqual(len(output.splitlines()), 6, output)

    def test_there_is_no_sudo(self):
        self.stub("apt-get")
        self.stub("dpkg-query", "pkg-config", status=1)
        for script, sections in self.SCRIPTS.items():
            with self.subTest(script):
                self.check_told_once(script, sections)

    def test_sudo_would_ask_and_nobody_can_answer(self):
        self.stub("apt-get")
        self.stub("dpkg-query", "pkg-config", status=1)
        (self.bin / "sudo").write_text('#!/bin/sh\n[ "$1" = -n ] && exit 1\nexec sleep 1000\n')
        (self.bin / "sudo").chmod(0o755)
        for script, sections in self.SCRIPTS.items():
            with self.subTest(script):
                self.check_told_once(script, sections)

    def test_sudo_asks_nothing(self):
        """Everything is installed in one go, and a failure of that is the end."""
        self.stub("apt-get", "sudo")
        self.stub("dpkg-query", "pkg-config", status=1)
        for script, sections in self.SCRIPTS.items():
            with self.subTest(script):
                (self.bin / "sudo").write_text('#!/bin/sh\necho "called: sudo $*"\n'
                                               'case $* in *" install "*) exit 100;; esac\n')
                status, output = self.run_script(script)
                self.assertEqual(1, status, output)
                calls = re.findall(r"^called: sudo .* apt-get (?:-qq )?(.*)$", output, re.M)
                self.assertEqual(["update", "install"], [call.split()[0] for call in calls], output)
                self.assertLessEqual({"-y", "--no-install-recommends"}, set(calls[1].split()))
                announced = re.search(r"needs to install these Debian packages: (.*)", output)
                self.assertLess(announced.start(), output.index("called: sudo"))
                self.assertEqual(set(announced[1].split()),
                                 {word for word in calls[1].split()[1:] if word[0] != "-"})
                self.assertIn("cannot continue", output)
                self.assertNotIn("building", output)

    def test_this_is_no_debian(self):
        for script, sections in self.SCRIPTS.items():
            with self.subTest(script):
                status, output = self.run_script(script)
                self.assertEqual(1, status, output)
                told = [line.strip() for line in output.splitlines() if line.startswith("    ")]
                for row in packages(*sections):
                    if row[2] == "library":
                        self.assertIn(f"{row[2]} {row[3]}", told)
                self.assertIn("command meson", told)
                self.assertNotIn("apt-get", output)
                self.assertNotIn("not found", output)

    def test_what_is_there_is_not_asked_for(self):
        self.stub("apt-get", "pkg-config", "meson")
        self.stub("dpkg-query", status=1)
        _, output = self.run_script("demo/run")
        self.assertNotIn("libcurl4-openssl-dev", output)
        self.assertNotIn(" meson", output)
        self.assertIn("ninja-build", output)


class Building(Copy):
    """demo/run while it builds, with a stub for ninja."""

    def setUp(self):
        super().setUp()
        self.stub("apt-get", "dpkg-query", "pkg-config", "cc", "meson")
        for row in packages("build", "demo"):
            if row[2] == "command":
                self.stub(row[3])
        (self.bin / "dpkg-query").write_text("#!/bin/sh\ncat <<END\n" + "".join(
            f"installed {name}\n" for name in names("build", "demo")) + "END\n")
        (self.root / "build").mkdir()
        (self.root / "build").chmod(0o777)

    def ninja(self, script):
        (self.bin / "ninja").write_text(f"#!/bin/sh\n{script}\n")

    def test_a_line_per_quarter_and_the_reasons_last(self):
        self.ninja('for i in 1 2 3 4 5 6 7 8; do echo "[$i/8] Compiling x.c"; done; '
                   'echo "gcc -c x.c"; echo "x.c:1: error: y"; exit 1')
        status, output = self.run_script("demo/run")
        self.assertEqual(1, status, output)
        self.assertEqual([f"building ragtop: {percent} %" for percent in (25, 50, 75, 100)]
                         + ["x.c:1: error: y"], output.splitlines()[1:-1])
        self.assertIn(f"{self.root}/build/demo.log", output.splitlines()[-1])

    def test_a_signal_ends_it_and_all_it_has_started(self):
        sleeping = self.root / "build" / "sleeping"
        self.bin.joinpath("sleep").symlink_to(shutil.which("sleep"))
        self.ninja(f"sleep 1000 & echo $! >'{sleeping}'; echo '[1/8] x'; wait")
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with self.subTest(number):
                sleeping.unlink(missing_ok=True)
                started = self.start("demo/run")
                self.addCleanup(started.kill)
                deadline = time.monotonic() + ENDS_WITHIN_S
                while not (sleeping.exists() and sleeping.read_text()):
                    self.assertLess(time.monotonic(), deadline)
                    time.sleep(0.02)
                pid = int(sleeping.read_text())
                started.send_signal(number)
                output = started.communicate(timeout=ENDS_WITHIN_S)[0]
                self.assertEqual(128 + number, started.returncode, output)
                while is_running(pid):      # it has got its signal, but may take a moment
                    self.assertLess(time.monotonic(), deadline)
                    time.sleep(0.02)


class Suites(unittest.TestCase):
    """tests/suites.py, with a stub for meson."""

    TESTS = [("unit", "str", "OK"), ("unit", "mem", "FAIL"), ("docs", "docs_demo", "SKIP")]

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        (self.folder / "meson-logs").mkdir()
        listed = [{"suite": [f"ragtop:{suite}"]} for suite, _, _ in self.TESTS]
        steps = [f"{i}/3 ragtop:{suite} / {name}  {state}" for state_of in (lambda _: "RUNNING",
                                                                          lambda s: s + "  0.60s")
                 for i, (suite, name, result) in enumerate(self.TESTS)
                 for state in [state_of(result)]]
        log = [json.dumps({"name": f"ragtop:{suite} / {name}", "result": result, "returncode": 1,
                           "stdout": f"output of {name}\n", "stderr": "and more\n"})
               for suite, name, result in self.TESTS]
        for name, lines in (("listed", [json.dumps(listed)]), ("steps", steps), ("log", log)):
            (self.folder / name).write_text("\n".join(lines) + "\n")
        (self.folder / "meson").write_text(
            f"#!/bin/sh\ncd '{self.folder}'\n[ $1 = introspect ] && exec cat listed\n"
            "cat log >meson-logs/testlog.json\ncat steps\nexit 1\n")
        (self.folder / "meson").chmod(0o755)

    def test_a_suite_is_named_at_its_start_and_tallied_at_its_end(self):
        ended = subprocess.run(
            [project.ROOT / "tests/suites.py", self.folder, self.folder / "counts",
             self.folder / "failures", "unit", "docs", "soak"], capture_output=True, text=True,
            env={**os.environ, "PATH": f"{self.folder}:{os.environ['PATH']}"}, check=False)
        self.assertEqual(["unit started, 2 tests", "docs started, 1 tests",
                          "unit 1 passed, 1 failed (1 s)", "docs 0 passed, 1 failed (1 s)",
                          "soak 0 passed, 1 failed (0 s)"],
                         [" ".join(line.split()) for line in ended.stdout.splitlines()],
                         ended.stderr)
        self.assertEqual("1 1\n0 1\n0 1\n", (self.folder / "counts").read_text())
        failures = (self.folder / "failures").read_text()
        for said in ("unit / mem: FAIL", "output of mem", "and more", "docs / docs_demo: SKIP",
                     "soak: has no tests"):
            self.assertIn(said, failures)
        self.assertNotIn("output of str", failures)


def is_running(pid):
    try:
        return "sleep" in Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return False


@unittest.skipUnless(all(map(shutil.which, SERVERS)), "there is no Prometheus")
class LeftBehind(unittest.TestCase):
    """Of what demo/stack.py starts and writes, nothing is left when it has ended."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.temporary = self.folder / "tmp"
        self.temporary.mkdir()

    def start(self, *command, days=7):
        stack = subprocess.Popen(
            [project.ROOT / "demo/stack.py", "--replicas", "1", "--history-days", str(days), "--",
             *command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, start_new_session=True,
            env={**os.environ, "TMPDIR": str(self.temporary), "HOME": str(self.folder)})
        self.addCleanup(stack.kill)
        return stack

    def check_nothing_is_left(self):
        self.assertEqual([], list(self.temporary.iterdir()))
        self.assertEqual([self.temporary], list(self.folder.iterdir()))
        deadline = time.monotonic() + ENDS_WITHIN_S
        while self.processes():     # killed, but perhaps not gone yet
            self.assertLess(time.monotonic(), deadline, self.processes())
            time.sleep(0.02)

    def processes(self):
        """{pid: command line} of what was started with the folder of this test."""
        found = {}
        for path in Path("/proc").glob("[0-9]*/environ"):
            try:
                if f"TMPDIR={self.temporary}".encode() in path.read_bytes():
                    found[path.parent.name] = (path.parent / "cmdline").read_text()
            except OSError:
                pass
        return found

    def test_interrupted_while_it_makes_the_history(self):
        promtool_works = "**/head[0-9]*"        # its folder for temporary files
        for number, wait_for in ((signal.SIGINT, "ragtop-demo-*/past-0/day-*.om"),
                                 (signal.SIGTERM, promtool_works),
                                 (signal.SIGHUP, promtool_works)):
            with self.subTest(number):
                stack = self.start("true")
                deadline = time.monotonic() + ENDS_WITHIN_S
                while not list(self.temporary.glob(wait_for)):
                    self.assertIsNone(stack.poll())
                    self.assertLess(time.monotonic(), deadline)
                    time.sleep(0.02)
                stack.send_signal(number)
                stack.send_signal(number)       # somebody impatient
                error = stack.communicate(timeout=ENDS_WITHIN_S)[1]
                self.assertEqual(128 + number, stack.returncode, error)
                self.assertNotIn("Traceback", error)
                self.check_nothing_is_left()

    def test_what_the_command_keeps_is_gone_with_the_demo(self):
        stack = self.start("sh", "-c", 'for d in "$XDG_CACHE_HOME" "$XDG_STATE_HOME"; do '
                           'mkdir -p "$d" && echo x >"$d/kept" && echo "$d" || exit 9; done',
                           days=1)
        output, error = stack.communicate(timeout=ENDS_WITHIN_S)
        self.assertEqual(0, stack.returncode, error)
        folders = output.splitlines()
        self.assertEqual(2, len(set(folders)))
        for folder in folders:
            self.assertTrue(Path(folder).is_relative_to(self.temporary), folder)
        self.check_nothing_is_left()


if __name__ == "__main__":
    project.main()
