#!/usr/bin/python3
"""The manual pages against the program."""

import dataclasses
import re
import shutil
import subprocess
import unittest

import project
import tables
from program import run

PAGES = sorted(path.relative_to(project.ROOT).as_posix() for path in (project.ROOT / "man").glob("*.[157]"))
CHINESE = "man/zh_CN/ragtop.1"


def section(title, page="man/ragtop.1"):
    """The lines of a section of a manual page, without its heading."""
    return re.search(rf"^\.Sh {title}\n(.*?)(?=^\.Sh |\Z)", project.read(page), re.M | re.S)[1]


OF_LIBRARIES = {"http_proxy", "https_proxy", "all_proxy", "no_proxy"}     # of libcurl's


def variables_read():
    """The variables of the environment that the program asks for."""
    read = set()
    for path in (project.ROOT / "src").rglob("*.c"):
        text = path.read_text(encoding="utf-8")
        read |= set(re.findall(r"\bENV_(\w+)", text)) - {"COUNT"}
        for names in re.findall(r'\b(?:getenv|is_set)\(("\w+")\)|\bvariables\[\] = \{(.*?)\}', text):
            read |= set(re.findall(project.STRING, "".join(names)))
        assert not re.search(r'input_env\([^()]*"', text), path
    return read


def documented_options():
    text = re.sub(r" Ns Oo Ns = Ns Ar (\S+) Oc$", r" Ar [=\1]", section("OPTIONS"), flags=re.M)
    rows = re.findall(r"^\.It Fl (?:(\w) , Fl )?-([a-z0-9-]+)(?: Ar (\S+))?$", text, re.M)
    return [project.Option(*(part or None for part in row)) for row in rows]


class Manual(unittest.TestCase):
    """All of man/."""

    maxDiff = None

    @unittest.skipUnless(shutil.which("mandoc"), "mandoc is not installed")
    def test_mandoc_has_nothing_to_say(self):
        ended = subprocess.run(["mandoc", "-T", "lint", "-W", "warning",
                                *(project.ROOT / page for page in [*PAGES, CHINESE])],
                               capture_output=True, encoding="utf-8", check=False)
        self.assertEqual("", ended.stdout + ended.stderr)
        self.assertEqual(0, ended.returncode)

    def test_all_are_installed_and_refer_to_each_other(self):
        self.assertEqual(set(re.findall(r"'([\w.-]+\.\d)'", project.read("man/meson.build"))),
                         {page.split("/")[1] for page in PAGES})
        self.assertEqual(len(PAGES), 6)
        for page in PAGES:
            for name, number in re.findall(r"^\.Xr (ragtop\S*) (\d)", project.read(page), re.M):
                self.assertIn(f"man/{name}.{number}", PAGES, page)
            for title in re.findall(r"^\.Sx (.*?)(?: [.,;])?$", project.read(page), re.M):
                self.assertIn(f"\n.Sh {title}\n", project.read(page), page)

    def test_options_are_those_of_the_table(self):
        self.assertGreater(len(project.options()), 20)
        self.assertEqual(project.options(), documented_options())

    def test_options_are_those_of_help(self):
        rows = re.findall(r"^  (?:-(\w), |    )--([a-z0-9-]+)(?: (\S+)|(\[\S+))?(?:  |$)", run("--help").out,
                          re.M)
        self.assertEqual(documented_options(),
                         [project.Option(letter or None, name, value or optional or None)
                          for letter, name, value, optional in rows])

    def test_keys_and_commands_are_those_of_the_table(self):
        """Where they are not, tests/docs/tables.py --fix writes them."""
        self.assertGreater(len(tables.commands()), 60)
        for path, *what in tables.BLOCKS:
            if path in [*PAGES, CHINESE]:
                self.assertEqual(*tables.block(path, *what))
        self.assertIn(".It Ic y t Pq Cm copy-table\n", section("KEYS AND COMMANDS"))

    def test_every_key_of_a_configuration_is_there(self):
        words = {word for title in ("DESCRIPTION", "STAGES", "SIGNALS")
                 for word in re.findall(r"\w+", section(title, "man/ragtop.yaml.5"))}
        self.assertGreater(len(project.config_keys()), 30)
        self.assertEqual(set(), project.config_keys() - words)

    def test_every_key_of_a_profile_is_there(self):
        words = set(re.findall(r"[\w]+", section("KEYS", "man/ragtop.profile.5")))
        self.assertGreater(len(project.profile_keys()), 10)
        self.assertEqual(set(), project.profile_keys() - words)

    def test_every_key_of_an_http_config_is_there(self):
        words = set(re.findall(r"[\w]+", section("HTTP CONFIGURATION", "man/ragtop.yaml.5")))
        self.assertGreater(len(project.http_config_keys()), 20)
        self.assertEqual(set(), project.http_config_keys() - words)

    def test_themes_are_the_files(self):
        item = re.search(r"^\.It Fl -theme .*?(?=^\.It )", section("OPTIONS"), re.M | re.S)[0]
        self.assertEqual(project.themes(), set(re.findall(r"^\.Li ([\w-]+)", item, re.M)))

    def test_every_environment_variable_of_the_program_is_there(self):
        documented = set(re.findall(r"\w+", " ".join(
            re.findall(r"^\.It Ev (.*)$", section("ENVIRONMENT"), re.M))))
        self.assertEqual({"RAGTOP_URL", "PROMETHEUS_URL"}, documented & set(
            re.findall(r"\b[A-Z]+_URL\b", run("--help").out)))
        self.assertEqual({v.name for v in tables.variables()}, documented)
        self.assertEqual(set(), variables_read() - documented)
        self.assertEqual(set(), documented - variables_read() - OF_LIBRARIES)

    def test_nothing_of_a_column_is_written_by_hand(self):
        """Whoever changes a default, a bound or a choice changes --help and the manuals with it."""
        for s in tables.settings():
            values = {s.default} if s.default else set()
            values |= {tables.filled(s, bound) for bound in ("{least}", "{most}") if s.type in tables.bounds()}
            values |= set(tables.choices().get(s.type, ()))
            lines = [line for line in s.raw.split("\n") if not line.startswith("- `")]
            for text in [s.help or "", *lines]:
                for value in values:
                    self.assertNotRegex(text, rf"(?<![\w-]){re.escape(value)}(?![\w-])", s.id)
            listed = re.findall(r"^- `(.*?)`: ", s.raw, re.M)
            self.assertIn(listed, ([], tables.choices().get(s.type)), s.id)

    def test_a_default_that_changes_changes_what_is_said(self):
        """That of --help is held by tests/unit/config/test_options.c."""
        told = [s for s in tables.settings() if s.default]
        self.assertGreater(len(told), 5)
        for s in told:
            self.assertIn("17", dataclasses.replace(s, default="17").text, s.id)
            if s.option and s.type not in tables.choices():
                self.assertIn("{default}", s.help)

    def test_statuses_are_those_of_help(self):
        statuses = set(re.findall(r"^\.It (\d+)$", section("EXIT STATUS"), re.M))
        told = run("--help").out.split("report exits with")[1]
        self.assertEqual({"0", "1", "2", "3", "64"}, statuses)
        self.assertEqual(statuses, set(re.findall(r"\d+", told)))


if __name__ == "__main__":
    project.main()
