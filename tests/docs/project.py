"""What the project itself says: its tables of options, keys, roles, layers, themes."""

import ast
import re
import sys
import unittest
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "e2e"))

import tables     # pylint: disable=wrong-import-position

SKIPPED = 77    # meson's status for a test that could not be run
STRING = r'"((?:[^"\\]|\\.)*)"'


@dataclass(frozen=True)
class Option:
    """A row of the table of options; letter and placeholder may be None."""
    letter: str
    name: str
    placeholder: str


def read(path):
    return (ROOT / path).read_text(encoding="utf-8")


def literals(text):
    """The C string literals in TEXT, joined."""
    return "".join(re.findall(STRING, text)).replace('\\"', '"')


def options():
    return [Option(row.letter, row.option, row.placeholder) for row in tables.settings() if row.option]


def layers():
    """{folder: folders it may include}, from the dictionary of src/meson.build."""
    return ast.literal_eval(re.search(r"^layers = (\{.*?^\})", read("src/meson.build"),
                                      re.M | re.S)[1])


def themes():
    return {path.stem for path in (ROOT / "themes").glob("*.theme")}


def _keys(path):
    """Every key that a mapping read in the file PATH may have."""
    lists = re.findall(r"const char \*const \w*keys\w*\[\] = \{(.*?)\};", read(path), re.S)
    return {key for words in lists for key in re.findall(STRING, words)}


def config_keys():
    """Every key of a configuration file that is ragtop's own."""
    return {part for row in tables.settings() if row.key for part in row.key.split(".")} | tables.all_stage_keys(r"(?!PROFILE|TEMPLATE|EDGE)\w+")


def profile_keys():
    """Every key of a profile that a configuration file does not have."""
    return tables.all_stage_keys("PROFILE|TEMPLATE|EDGE")


def http_config_keys():
    """Every key of an http_config, as promtool has it."""
    return _keys("src/config/http_config.c")


def main():
    """Runs the tests of the calling script; one that was skipped is not a success."""
    result = unittest.main(exit=False).result
    sys.exit(1 if not result.wasSuccessful() else SKIPPED if result.skipped else 0)
