#!/usr/bin/python3
"""usage: tests/docs/tables.py [--fix]

The tables of keys and commands in README.md, docs/dashboard.md and man/ragtop.1, from
src/bind/command.def, and the roles in man/ragtop.theme.5, from src/theme/role.def. Says which differ,
and exits with 1; --fix writes them. Each stands between two comments that name it.
"""

import re
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TABLE = ROOT / "src/bind/command.def"
ROLES = ROOT / "src/theme/role.def"
LITERAL = re.compile(r'"((?:[^"\\]|\\.)*)"')
ROW = re.compile(r'^(GROUP|COMMAND)\(((?:"(?:[^"\\]|\\.)*"|[^")])*)\)', re.M)
LIST = '.Bl -tag -width "PgDn, Ctrl-D (page-down)" -compact'
DELIMITERS = ".,:;()[]?!|"      # what mdoc takes for punctuation where it stands alone


@dataclass(frozen=True)
class Command:
    """A row of the table."""
    group: str
    name: str
    keys: tuple         # as they are shown: "y t"
    placeholder: str
    label: str          # None: it has none
    help: str

    def usage(self):
        return f"{self.name} {self.placeholder}".strip()

    def is_offered(self):
        """Whether the status line names it."""
        return self.label is not None and not any(" " in key for key in self.keys)


def _columns(text):
    """The arguments of a macro: texts, joined where there are several literals, or words."""
    parts = re.findall(r'(?:"(?:[^"\\]|\\.)*"\s*)+|[\w]+', text)
    return ["".join(LITERAL.findall(part)) if part[0] == '"' else part.strip() for part in parts]


def commands():
    """The rows of the table, in its order."""
    rows, group = [], None
    for kind, text in ROW.findall(TABLE.read_text(encoding="utf-8")):
        columns = _columns(text)
        if kind == "GROUP":
            group = columns[0]
            continue
        name, keys, _, placeholder, label, words, _ = columns
        keys = tuple(key.split(" = ")[0] for key in keys.split(", ") if key)
        rows.append(Command(group, name, keys, placeholder, None if label == "NULL" else label,
                            words))
    return rows


# --- README.md and docs/dashboard.md

FIRST = ("open", "back", "page", "filter", "earlier", "compare", "promql", "copy-table", "help", "quit")


def first_keys():
    """The ten that are needed first."""
    by_name = {c.name: c for c in commands()}
    return ["| key | |", "|---|---|",
            *(f"| {', '.join(f'`{key}`' for key in by_name[name].keys)} | {by_name[name].help} |"
              for name in FIRST)]


def dashboard_keys():
    """Those that the status line names."""
    return ["| key | command | |", "|---|---|---|",
            *(f"| {', '.join(f'`{key}`' for key in c.keys)} | `{c.name}` | {c.help} |"
              for c in commands() if c.is_offered())]


def dashboard_commands():
    """Those that take an argument."""
    usages = ((f"`:{c.usage()}`".replace("|", "\\|"), c.help) for c in commands() if c.placeholder)
    return ["| command | |", "|---|---|", *(f"| {usage} | {words} |" for usage, words in usages)]


# --- man/ragtop.1

def _word(text):
    """TEXT as an argument of a macro."""
    escaped = text.replace("\\", "\\e")
    alone = text[0] in DELIMITERS + "'+-<>/=" and len(text) == 1
    return "\\&" + escaped if alone else escaped + ("\\&" if text[-1] in DELIMITERS else "")


def _usage(command):
    placeholder = command.placeholder
    optional = re.fullmatch(r"\[(.*)\]", placeholder)
    word = optional[1] if optional else placeholder
    macro = "Ar" if word == word.upper() or word[:1].isdigit() else "Cm"
    argument = f" {macro} {' | '.join(word.split('|'))}" if word else ""
    return f"Cm {_word(command.name)}" + (f" Op{argument}" if optional else argument)


def manual_keys():
    """All, by group, with their names."""
    lines, group = [], None
    for c in commands():
        if c.group != group:
            lines += [*([".El"] if group else []), f".Ss {c.group}", LIST]
            group = c.group
        keys = " , ".join(" ".join(map(_word, key.split())) for key in c.keys)
        lines.append(".It " + (f"Ic {keys} " if keys else "") + f"Pq {_usage(c)}")
        lines.append(c.help[0].upper() + c.help[1:] + ".")
    return [*lines, ".El"]


# --- man/ragtop.theme.5

def manual_roles():
    """What each role of a theme is for."""
    rows = re.findall(r'^X\(\w+, "([^"]*)", "([^"]*)"\)', ROLES.read_text(encoding="utf-8"), re.M)
    return ['.Bl -tag -width "fill_critical" -compact',
            *(line for name, words in rows for line in (f".It Cm {name}", words[0].upper() + words[1:] + ".")),
            ".El"]


BLOCKS = (
    ("README.md", "first keys", first_keys, "<!-- {} -->"),
    ("docs/dashboard.md", "keys", dashboard_keys, "<!-- {} -->"),
    ("docs/dashboard.md", "commands", dashboard_commands, "<!-- {} -->"),
    ("man/ragtop.1", "keys", manual_keys, '.\\" {}'),
    ("man/ragtop.theme.5", "roles", manual_roles, '.\\" {}'),
)


def block(path, name, make, comment):
    """(the text of the file, as it has to be)"""
    begin, end = (comment.format(words) for words in
                  (f"{name}: written by tests/docs/tables.py", f"{name}: end"))
    text = (ROOT / path).read_text(encoding="utf-8")
    head, found, rest = text.partition(begin + "\n")
    _, closed, tail = rest.partition(end + "\n")
    if not found or not closed:
        raise SystemExit(f"{path} has no '{begin}' with '{end}' below it")
    space = "\n" if path.endswith(".md") else ""
    return text, head + found + space + "\n".join(make()) + "\n" + space + closed + tail


def main():
    if sys.argv[1:] not in ([], ["--fix"]):
        raise SystemExit(__doc__)
    differ = 0
    for path, name, make, comment in BLOCKS:
        text, wanted = block(path, name, make, comment)
        if text != wanted:
            differ += 1
            print(f"{path}: the table '{name}' " +
                  ("is rewritten" if sys.argv[1:] else "differs from the program"))
            if sys.argv[1:]:
                (ROOT / path).write_text(wanted, encoding="utf-8")
    return 1 if differ and not sys.argv[1:] else 0


if __name__ == "__main__":
    sys.exit(main())
