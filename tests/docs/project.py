"""What the project itself says: its tables of options, keys, roles, layers, themes."""

import ast
import re
import sys
import unittest
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "e2e"))

SKIPPED = 77    # meson's status for a test that could not be run
STRING = r'"((?:[^"\\]|\\.)*)"'
HTTP_CONFIG = {"http_config", "basic_auth", "authorization", "tls_config"}


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
    rows = re.findall(r"^OPTION\(\w+, (0|'.'), " + STRING + rf", (NULL|{STRING}),",
                      read("src/config/options.def"), re.M)
    return [Option(letter.strip("'") if letter != "0" else None, name, placeholder or None)
            for letter, name, _, placeholder in rows]


def roles():
    """[(name in theme files, what it is for)]"""
    return re.findall(r"^X\(\w+, " + STRING + ", " + STRING + r"\)", read("src/theme/role.def"),
                      re.M)


def layers():
    """{folder: folders it may include}, from the dictionary of src/meson.build."""
    return ast.literal_eval(re.search(r"^layers = (\{.*?^\})", read("src/meson.build"),
                                      re.M | re.S)[1])


def themes():
    return {path.stem for path in (ROOT / "themes").glob("*.theme")}


def _keys():
    """Every key that is loaded from YAML, with the struct that it is of."""
    schema = read("src/config/schema.c")
    own = re.findall(rf"struct shape_field (\w+)_fields\[\] = \{{(.*?)^\}}", schema, re.M | re.S)
    return re.findall(rf"(?:TEXT|PEM|MAPPING|LIST)\(struct yaml_(\w+), {STRING}", schema) + [
        (struct, key) for struct, fields in own
        for key in re.findall(rf"ELSEWHERE\({STRING}", fields)]


def config_keys():
    """Every key of a configuration file that is ragtop's own."""
    return {key for struct, key in _keys() if struct not in HTTP_CONFIG}


def http_config_keys():
    """Every key of an http_config, as promtool has it."""
    return {key for struct, key in _keys() if struct in HTTP_CONFIG}


def main():
    """Runs the tests of the calling script; one that was skipped is not a success."""
    result = unittest.main(exit=False).result
    sys.exit(1 if not result.wasSuccessful() else SKIPPED if result.skipped else 0)
