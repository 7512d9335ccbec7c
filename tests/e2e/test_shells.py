"""What shells offer on Tab: `ragtop complete`, and real shells that ask it."""

import os
import re
import shutil
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from program import ENDS_WITHIN_S, PROGRAM, ROOT, Ended, check_sane, environment, main_directory

main_directory("tests/docs")
main_directory("tests/bare")
import tables       # noqa: E402  pylint: disable=wrong-import-position
from machine import Terminal    # noqa: E402  pylint: disable=wrong-import-position

USAGE = 64
TAB, CTRL_C = "\t", "\x03"
BERLIN = "sources: [{name: berlin, url: 'http://127.0.0.1:1'}, {name: bern, url: 'http://127.0.0.1:2'}]\n"
PARIS = "sources: [{name: paris, url: 'http://127.0.0.1:1'}]\n"


class Home(unittest.TestCase):
    """Somebody with a configuration, themes and profiles of their own."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.own = self.folder / ".config/ragtop"
        for name in ("themes", "profiles"):
            (self.own / name).mkdir(parents=True)
        (self.own / "config.yaml").write_text(BERLIN, encoding="utf-8")
        (self.own / "themes/mine.theme").touch()
        (self.own / "themes/nord.theme").touch()
        (self.own / "profiles/ours.yaml").touch()
        (self.folder / "other.yaml").write_text(PARIS, encoding="utf-8")
        (self.folder / "my ca.pem").touch()


class Offers(Home):
    """The answers of the program."""

    def complete(self, *words, text=None, stdin=None):
        ended = subprocess.run(
            [PROGRAM, "complete"], env=environment(HOME=str(self.folder), XDG_CONFIG_HOME=None),
            cwd=self.folder, capture_output=True, timeout=ENDS_WITHIN_S, check=False, stdin=stdin,
            **({} if stdin else {"input": ("".join(f"{word}\0" for word in words) if text is None else text).encode()}))
        return Ended(ended.returncode, ended.stdout.decode(), ended.stderr.decode(), 0)

    def offered(self, *words):
        """What is offered for the last of WORDS."""
        ended = self.complete(*words)
        self.assertEqual((0, ""), (ended.status, ended.err))
        check_sane(self, ended, allowed="\t")
        return [line.split("\t")[0] for line in ended.out.splitlines()]

    def test_every_option_with_its_line_of_help(self):
        lines = self.complete("report", "-").out.splitlines()
        options = [s for s in tables.settings() if s.option]
        self.assertEqual([f"--{s.option}" for s in options], [line.split("\t")[0] for line in lines])
        self.assertIn("--no-cache\tfetch all history again, and keep none", lines)
        self.assertEqual(["--cacert", "--cert"], self.offered("--c")[-2:])

    def test_every_value_that_a_table_has(self):
        names = tables.choices()
        for command, kind in (("report", "report"), ("discover", "found"), ("check", "found"),
                              ("rules", "rules"), ("doctor", "doctor")):
            self.assertEqual(names[f"type_{kind}_format"], self.offered(command, "--format", ""))
        self.assertEqual(names["type_frame_format"], self.offered("--screenshot", "--format", ""))
        self.assertEqual([], self.offered("grafana", "--format", ""))
        self.assertEqual(names["type_color"], self.offered("--color", ""))
        self.assertEqual([*names["type_baseline"], ":files"], self.offered("-b", ""))
        self.assertEqual(tables.first_pages(), self.offered("--page", ""))

    def test_commands(self):
        commands = self.offered("")
        self.assertEqual(commands, self.offered("-w", "5m", "-k", ""))
        self.assertEqual(commands, self.offered("help", ""))
        self.assertLessEqual({"report", "discover", "check", "rules", "grafana", "doctor", "baseline"}, set(commands))
        self.assertEqual([], self.offered("report", ""))
        self.assertEqual(["save"], self.offered("baseline", ""))
        self.assertEqual([":files"], self.offered("baseline", "save", "/tm"))

    def test_names_of_the_users_own(self):
        themes = self.offered("--theme", "")
        builtin = sorted(path.stem for path in (ROOT / "themes").glob("*.theme"))
        self.assertEqual(sorted([*builtin, "mine", ":files"]), sorted(themes))
        profiles = self.offered("-p", "")
        self.assertIn("vllm", profiles)
        self.assertEqual(["ours", ":files"], profiles[-2:])

    def test_sources_are_those_of_the_file_that_is_named(self):
        self.assertEqual(["berlin", "bern"], self.offered("--source", ""))
        for words in (["-c", "other.yaml"], ["--config=other.yaml"], ["-kcother.yaml"], ["-c", "~/other.yaml"]):
            self.assertEqual(["paris"], self.offered(*words, "--source", ""), words)
        self.assertEqual(["--source=berlin", "--source=bern"], self.offered("--source=b"))
        for wrong in ("missing.yaml", "/", "my ca.pem"):
            self.assertEqual([], self.offered("-c", wrong, "--source", ""))

    def test_files_where_an_option_names_one(self):
        for option in ("--config", "--cacert", "--log", "--bearer-token-file", "--http-config", "-c"):
            self.assertEqual([":files"], self.offered(option, "x"))
        for option in ("--user", "--header", "--window", "--at"):
            self.assertEqual([], self.offered(option, ""), option)

    def test_nothing_after_the_end_of_options(self):
        self.assertEqual([], self.offered("report", "--", "-"))

    def test_hostile_names_are_left_out(self):
        (self.own / "themes/a\x1b[2Jb.theme").touch()
        (self.own / "themes/c\nd.theme").touch()
        (self.own / "themes/süß e.theme").touch()
        themes = self.offered("--theme", "")
        self.assertIn("süß e", themes)
        self.assertFalse([name for name in themes if "2J" in name or name in ("c", "d")])

    def test_what_is_read(self):
        self.assertEqual(self.complete("").out, self.complete(text="").out)
        self.assertEqual("table\n", self.complete(text="report\0--format\0ta").out)
        ended = self.complete(stdin=subprocess.DEVNULL)
        self.assertEqual((0, self.complete("").out), (ended.status, ended.out))
        with open("/dev/zero", "rb") as device:
            ended = self.complete(stdin=device)
        self.assertEqual(USAGE, ended.status)
        self.assertIn("standard input", ended.err)


class Shell:
    """An interactive shell that has read the completion."""

    START = {
        "bash": ["bash", "--norc", "--noprofile", "-i"],
        "zsh": ["zsh", "-f", "-i"],
        "fish": ["fish", "--no-config", "--private", "-i"],
    }
    READ = {
        "bash": "bind 'set show-all-if-ambiguous on'; bind 'set completion-query-items 0'; "
                "bind 'set enable-bracketed-paste off'; source {}/ragtop.bash; PS1='re''ady> '",
        "zsh": "fpath=({} $fpath); autoload -Uz compinit; compinit -u -D; unset zle_bracketed_paste; PS1='re''ady> '",
        "fish": "source {}/ragtop.fish; set -g fish_autosuggestion_enabled 0; "
                "function fish_prompt; echo -n 're''ady> '; end",
    }

    def __init__(self, test, name, home):
        bin_folder = home / "bin"
        bin_folder.mkdir(exist_ok=True)
        if not (bin_folder / "ragtop").exists():
            (bin_folder / "ragtop").symlink_to(PROGRAM)
        variables = environment(HOME=str(home), XDG_CONFIG_HOME=None, TERM="xterm",
                                PATH=f"{bin_folder}:{os.environ['PATH']}")
        self.test = test
        self.terminal = Terminal(["env", "-i", "-C", str(home), *(f"{k}={v}" for k, v in variables.items()),
                                  *self.START[name]])
        test.addCleanup(os.close, self.terminal.master)
        test.addCleanup(self.terminal.process.wait)
        test.addCleanup(self.terminal.process.kill)
        self.terminal.press(self.READ[name].format(ROOT / "completions") + "\r")
        self.wait("ready>$")

    def wait(self, pattern):
        """Until the screen shows it."""
        deadline = time.monotonic() + ENDS_WITHIN_S
        while not re.search(pattern, self.terminal.text(), re.S):
            self.test.assertLess(time.monotonic(), deadline, f"no {pattern!r} in\n{self.terminal.text()}")
            self.test.assertTrue(self.terminal.read(), f"the shell has ended:\n{self.terminal.text()}")

    def becomes(self, typed, expected):
        """What is typed, with a Tab behind it, becomes that."""
        self.terminal.press(typed + TAB)
        self.wait(re.escape(f"ready> {expected}") + r"(?!\w)")
        self.clear()

    def lists(self, typed, *expected):
        """With a Tab behind it these are listed, in any order."""
        self.terminal.press(typed + TAB)
        self.wait("".join(rf"(?=.*\b{re.escape(word)}\b)" for word in expected))
        self.clear()

    def clear(self):
        """Makes an empty prompt; what comes while the shell still completes only ends that."""
        deadline, again = time.monotonic() + ENDS_WITHIN_S, 0
        while not re.search("ready>$", self.terminal.text()):
            self.test.assertLess(time.monotonic(), deadline, f"no prompt in\n{self.terminal.text()}")
            if time.monotonic() >= again:
                self.terminal.press(CTRL_C)
                again = time.monotonic() + 2
            self.test.assertTrue(self.terminal.read(), f"the shell has ended:\n{self.terminal.text()}")


class Shells(Home):
    """bash, zsh and fish, in a terminal."""

    def check(self, name):
        if not shutil.which(name):
            self.skipTest(f"{name} is not installed")
        shell = Shell(self, name, self.folder)
        for typed, expected in (
                ("ragtop rep", "ragtop report"),
                ("ragtop report --theme=sol", "ragtop report --theme=solarized"),
                ("ragtop --theme mi", "ragtop --theme mine"),
                ("ragtop -p qdr", "ragtop -p qdrant"),
                ("ragtop --source berl", "ragtop --source berlin"),
                ("ragtop -c other.yaml --source pa", "ragtop -c other.yaml --source paris"),
                ("ragtop --config=oth", "ragtop --config=other.yaml"),
                ("ragtop baseline save oth", "ragtop baseline save other.yaml"),
                ("ragtop --cacert my", r"ragtop --cacert my\ ca.pem"),
                ("ragtop rules --format pro", "ragtop rules --format prometheusrule"),
                ("ragtop --format=an", "ragtop --format=ansi"),
                ("ragtop --bearer", "ragtop --bearer-token-file")):
            shell.becomes(typed, expected)
        shell.lists("ragtop rules --format ", "rules", "prometheusrule", "test")
        shell.lists("ragtop --source=ber", "berlin", "bern")

    def test_bash(self):
        self.check("bash")

    def test_zsh(self):
        self.check("zsh")

    def test_fish(self):
        self.check("fish")


if __name__ == "__main__":
    unittest.main()
