#!/usr/bin/python3
"""usage: tests/docs/tables.py [--fix]

The tables of README.md, docs/ and man/ that are also tables of the program: options and settings,
from src/config/setting.def with the types of type.def and the variables of env.def; the keys of
stages and the like, from src/config/stage_key.def; keys and commands, from src/bind/command.def;
roles, from src/theme/role.def; checks, from src/doctor; what may be declared under `signals:`, from src/config/signal.def.
Says which differ, and exits with 1; --fix writes them. Each
stands between two comments that name it.
"""

import re
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TABLE = ROOT / "src/bind/command.def"
ROLES = ROOT / "src/theme/role.def"
SETTINGS = ROOT / "src/config/setting.def"
TYPES = ROOT / "src/config/type.def"
VARIABLES = ROOT / "src/config/env.def"
STAGE_KEYS = ROOT / "src/config/stage_key.def"
# where keys of the kind stand: in the configuration, or in a stage of it
BELOW = {"STAGE": "", "LATENCY": "latency.", "SLO": "slo.", "STAGE_EXPR": "expr.", "SATURATION": "saturation.",
         "TEMPLATE": "stages.", "PROFILE": "", "TOOLS": "tools.", "BY_LABEL": "stages_by_label.", "LINK": "links.", "EDGE": "edges.", "NAMED": "sources."}
SIGNALS = ROOT / "src/config/signal.def"
MS = {"CLOCK_MINUTE_MS": 60_000, "CLOCK_HOUR_MS": 3_600_000, "CLOCK_DAY_MS": 86_400_000}
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


@dataclass(frozen=True)
class Variable:
    """A row of the table of the environment."""
    name: str
    setting: str        # the ID of the one that it stands for, or NONE
    text: str           # None: that of the next one


@dataclass(frozen=True)
class Setting:
    """A row of the table of settings; what is not there is None."""
    group: str
    id: str
    key: str
    letter: str
    option: str
    placeholder: str
    type: str
    default: str
    help: str
    raw: str            # the text with {default} and the like

    @property
    def text(self):
        return filled(self, self.raw)


def _columns_of_setting(text):
    """The arguments of a row: texts, letters, words and `PLACE(member)`."""
    for texts, other in re.findall(r"""((?:"(?:[^"\\]|\\.)*"\s*)+)|('.'|\w+(?:\(\w+\))?)""", text):
        yield "".join(LITERAL.findall(texts)).replace('\\"', '"').replace("\\n", "\n") if texts else \
            None if other in ("NULL", "0") else other.strip("'")


def rows_of(path, macros):
    """(macro, its arguments as one text) of each row of the table in the file PATH."""
    return re.findall(rf"^({macros})\((.*(?:\n    .*)*)\)$", path.read_text(encoding="utf-8"), re.M)


def settings():
    """The rows of the table, in its order."""
    rows, group = [], None
    for macro, row in rows_of(SETTINGS, "GROUP|SETTING"):
        if macro == "GROUP":
            group = row.strip('"')
            continue
        name, key, letter, option, placeholder, _, kind, default, words, text = _columns_of_setting(row)
        rows.append(Setting(group, name, key, letter, option, placeholder, kind, default, words, text))
    return rows


def variables():
    """The rows of the table of the environment, in its order."""
    return [Variable(*_columns_of_setting(row)) for _, row in rows_of(VARIABLES, "ENV")]


def stage_keys(*kinds):
    """(key, with what it stands below; text) of those that are documented, in the order of the table."""
    rows = rows_of(STAGE_KEYS, "|".join(f"{kind}_KEY" for kind in kinds))
    parts = ((macro, *_columns_of_setting(row)) for macro, row in rows)
    return [(BELOW[macro.removesuffix("_KEY")] + key, filled(None, text)) for macro, key, text in parts if text]


def all_stage_keys(kinds):
    """Every key of the rows whose macro begins with KINDS, a regular expression."""
    columns = [(macro, *_columns_of_setting(row))
               for macro, row in rows_of(STAGE_KEYS, rf"(?:{kinds})_(?:KEY|FORM|PAIR)") if macro != "METRIC_FORM"]
    return {row[1] for row in columns if row[0].endswith("_KEY")} | \
        {row[2] for row in columns if not row[0].endswith("_KEY")} | \
        {row[3] for row in columns if row[0] == "SIGNAL_PAIR"}


def metric_forms():
    """(form, text)"""
    return [tuple(_columns_of_setting(row)) for _, row in rows_of(STAGE_KEYS, "METRIC_FORM")]


def signal_forms():
    """(keys, text) of each form, and of what may stand beside it."""
    for macro, row in rows_of(STAGE_KEYS, r"SIGNAL_\w+"):
        columns = list(_columns_of_setting(row))
        keys = columns[:1] if macro == "SIGNAL_KEY" else columns[1:3] if macro == "SIGNAL_PAIR" else columns[1:2]
        yield keys, columns[-1]


def bounds():
    """{type: (least, most)} in ms."""
    rows = (row.split(", ") for _, row in rows_of(TYPES, "DURATION"))
    return {kind: tuple(eval(bound.replace("LL", ""), MS) for bound in pair) for kind, *pair in rows}


def choices():
    """{type: its names}"""
    rows = (re.fullmatch(r"(\w+), N_\(.*?\), (.*)", row, re.S) for _, row in rows_of(TYPES, "CHOICE"))
    return {row[1]: LITERAL.findall(row[2]) for row in rows}


def first_pages():
    """Those that a digit leads to, in the order of src/view/pages.def."""
    names = re.findall(r"^PAGE\(\w+, (\w+)\)", (ROOT / "src/view/pages.def").read_text(encoding="utf-8"), re.M)
    return [name for name in names
            if re.search(r"^    \.key = ", (ROOT / f"src/pages/page_{name}.c").read_text(encoding="utf-8"), re.M)]


def _duration(ms):
    for unit, size in (("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000)):
        if ms % size == 0:
            return f"{ms // size}{unit}"
    return f"{ms}ms"


def _listed(names):
    names = [f"`{name}`" for name in names]
    return ", ".join(names[:-1]) + " or " + names[-1] if len(names) > 1 else names[0]


def filled(setting, text):
    """TEXT with what SETTING has in place of {default} and the like; see setting.def."""
    def value(match):
        name = match[1]
        if name in choices():
            return _listed(choices()[name])
        if name == "default":
            return setting.default
        if name in ("least", "most"):
            return _duration(bounds()[setting.type][name == "most"])
        if name == "env":
            return " or ".join(v.name for v in variables() if v.setting == setting.id)
        if name.startswith("LIMIT_"):
            limits = (ROOT / "src/config/limits.h").read_text(encoding="utf-8")
            return re.search(rf"^    {name} = (\d+),", limits, re.M)[1]
        return _listed({
            "choices": lambda: choices()[setting.type],
            "found_formats": lambda: choices()["type_found_format"],
            "rules_formats": lambda: choices()["type_rules_format"],
            "doctor_formats": lambda: choices()["type_doctor_format"],
            "frame_formats": lambda: choices()["type_frame_format"],
            "pages": first_pages,
            "themes": lambda: re.findall(r"themes/([\w-]+)\.theme'", (ROOT / "src/meson.build").read_text(
                encoding="utf-8")),
        }[name]())
    return re.sub(r"\{(\w+)\}", value, text)


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


# --- docs/configuration.md

def configuration_keys():
    """Every key of the configuration file that a table has."""
    return ["| key | value |", "|---|---|",
            *(f"| `{key}` | {_cell(text)} |" for key, text, _ in setting_keys())]


def setting_keys():
    """(key, text, the setting) of each key of the configuration, with those below it."""
    below = {"tools": "TOOLS", "stages_by_label": "BY_LABEL", "links": "LINK", "sources": "NAMED"}
    for s in settings():
        if s.key:
            yield s.key, s.text, s
            for key, text in stage_keys(below[s.key]) if s.key in below else ():
                yield key, text, None


STAGE = ("STAGE", "LATENCY", "SLO", "STAGE_EXPR", "SATURATION")


def _rows(*headings, rows):
    return ["| " + " | ".join(headings) + " |", "|" + "---|" * len(headings), *("| " + " | ".join(row) + " |" for row in rows)]


def configuration_stage_keys():
    return _rows("key of a stage", "value", rows=((f"`{key}`", text) for key, text in stage_keys(*STAGE)))


def configuration_metrics():
    return _rows("form of a metric", "what it is", rows=((f"`{form}`", text) for form, text in metric_forms()))


def configuration_forms():
    return _rows("key of a signal", "what it is",
                 rows=((" and ".join(f"`{key}`" for key in keys), text) for keys, text in signal_forms()))


def roles():
    """(name, its parent's, what it is for)"""
    rows = re.findall(r'^X\((\w+), "([^"]*)", (\w+), "([^"]*)"\)', ROLES.read_text(encoding="utf-8"), re.M)
    names = {identifier: name for identifier, name, _, _ in rows}
    return [(name, names[parent] if name != names[parent] else "", words) for _, name, parent, words in rows]


def configuration_roles():
    return _rows("role", "else as", "what it is for",
                 rows=((f"`{name}`", parent and f"`{parent}`", words) for name, parent, words in roles()))


def _cell(text):
    """TEXT with its list as one sentence."""
    lines = text.split("\n")
    entries = "; ".join(line[2:].rstrip(".") for line in lines[1:])
    return lines[0] + (f" {entries}." if entries else "")


# --- man/ragtop.1 and man/ragtop.yaml.5

def _prose(text):
    """Sentences of the table in mdoc: `x` is literal, capitals are placeholders."""
    lines, in_list = [], False
    for line in text.split("\n"):
        entry = re.match(r"- `(.*?)`: ", line)
        if entry and not in_list:
            lines.append('.Bl -tag -width "seasonal"')
        if entry:
            in_list = True
            macro = "Ar" if entry[1] == entry[1].upper() else "Cm"
            lines.append(f".It {macro} {entry[1]}")
            line = line[entry.end():]
            line = line[0].upper() + line[1:]
        for sentence in re.split(r"(?<=[.:]) (?=[A-Z])", line):
            lines += _sentence(sentence)
    return lines + ([".El"] if in_list else [])


def _sentence(text):
    """Lines of mdoc for one sentence."""
    lines = []
    for part in re.split(r"(`[^`]*`\S*|\bragtop(?:\.\w+)?\(\d\)\S*)", text):
        page = re.fullmatch(r"(ragtop(?:\.\w+)?)\((\d)\)(\S*)", part)
        literal = re.fullmatch(r"`([^`]*)`(\S*)", part)
        if not page and not literal:
            rest = part.strip()
            if rest:
                lines.append("\\&" + rest if rest[0] in ".'" else rest)
            continue
        words = f".Xr {page[1]} {page[2]}" if page else _literal(literal[1])
        lines.append(words + "".join(f" {c}" for c in (page or literal)[3 if page else 2]))
    return lines


def _literal(text):
    """TEXT with the macro for what it is."""
    option = re.fullmatch(r"-(-[\w-]+)(?: (\S+))?", text)
    if option:
        return f".Fl {option[1]}" + (f" Ar {option[2]}" if option[2] else "")
    return (".Pa " if re.match(r"~?/\w|~/", text) else ".Li ") + _quoted(text)


def _quoted(text):
    """TEXT as one argument of a macro."""
    text = text.replace("\\", "\\e").replace('"', "\\(dq")
    if text[0] in DELIMITERS or len(text) == 1:
        text = "\\&" + text
    if " " in text or "'" in text or "|" in text:
        return f'"{text}"'
    return text


def option_item(setting):
    """The item of an option in a list of mdoc's."""
    placeholder, letter = setting.placeholder or "", setting.letter
    optional = re.fullmatch(r"\[=(\w+)\]", placeholder)
    value = f" Ns Oo Ns = Ns Ar {optional[1]} Oc" if optional else f" Ar {placeholder}" if placeholder else ""
    return f".It Fl {f'{letter} , Fl ' if letter else ''}-{setting.option}{value}"


def manual_options():
    """The options, by group."""
    lines, group = [], None
    for s in settings():
        if not s.option:
            continue
        if s.group != group:
            lines += [*([".El"] if group else []), f".Ss {s.group}", ".Bl -tag -width Ds"]
            group = s.group
        lines += [option_item(s), *_prose(s.text)]
    return [*lines, ".El"]


def manual_settings():
    """The keys of the configuration file."""
    lines = [".Bl -tag -width Ds"]
    for key, text, s in setting_keys():
        lines.append(f".It Ic {key}")
        lines += ["As", f".Fl -{s.option}", "of", ".Xr ragtop 1 ."] if s and s.option else _prose(text)
    return [*lines, ".El"]


def _items(rows):
    """A list of (the words of .It, text)."""
    return [".Bl -tag -width Ds", *(line for item, text in rows for line in (f".It {item}", *_prose(text))), ".El"]


def manual_stage_keys():
    return _items((f"Ic {key}", text) for key, text in stage_keys(*STAGE))


def manual_profile_keys():
    return _items((f"Ic {key}", text) for key, text in stage_keys("PROFILE", "EDGE", "TEMPLATE"))


def manual_metrics():
    return _items((f"Li {_quoted(form)}", text) for form, text in metric_forms())


def manual_forms():
    return _items(("Ic " + " No and Ic ".join(keys), text) for keys, text in signal_forms())


def manual_environment():
    """The variables, those with one text together."""
    lines, names = [".Bl -tag -width Ds"], []
    for v in variables():
        names.append(v.name)
        if v.text:
            lines += [".It Ev " + " , ".join(names), *_prose(v.text)]
            names = []
    return [*lines, ".El"]


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


def keys_by_group(heading, sentence):
    """All, by group, with their names; how groups and helps are said."""
    lines, group = [], None
    for c in commands():
        if c.group != group:
            lines += [*([".El"] if group else []), f".Ss {heading(c.group)}", LIST]
            group = c.group
        keys = " , ".join(" ".join(map(_word, key.split())) for key in c.keys)
        lines.append(".It " + (f"Ic {keys} " if keys else "") + f"Pq {_usage(c)}")
        lines.append(sentence(c.help))
    return [*lines, ".El"]


def manual_keys():
    """All, by group, with their names."""
    return keys_by_group(str, lambda words: words[0].upper() + words[1:] + ".")


# --- man/zh_CN/ragtop.1

CHINESE = ROOT / "po/zh_CN.po"


def _chinese():
    """{text: its translation}; tests/po says what has none."""
    pairs = re.findall(r'^msgid (".*"(?:\n".*")*)\nmsgstr (".*"(?:\n".*")*)$', CHINESE.read_text(encoding="utf-8"), re.M)
    return {"".join(LITERAL.findall(text)).replace('\\"', '"'): "".join(LITERAL.findall(said)).replace('\\"', '"')
            for text, said in pairs}


def _chinese_line(text):
    """TEXT as a line of mdoc: its lists are joined as Chinese ones are."""
    text = re.sub(r"`[^`]+`(?:, `[^`]+`)* or `[^`]+`",
                  lambda listed: listed[0].replace(", ", "、").replace(" or ", " 或 "), text)
    return ("\\&" if text[0] in ".'" else "") + text.replace("`", "").replace("\\", "\\e") + "。"


def chinese_options():
    """The options, by group, each with its line in --help."""
    said, lines, group = _chinese(), [], None
    for s in settings():
        if s.option:
            if s.group != group:
                lines += [*([".El"] if group else []), f".Ss {said.get(s.group, s.group)}", ".Bl -tag -width Ds"]
                group = s.group
            lines += [option_item(s), _chinese_line(filled(s, said.get(s.help, s.help)))]
    return [*lines, ".El"]


def chinese_keys():
    """All, by group, with their names."""
    said = _chinese()
    return keys_by_group(lambda group: said.get(group, group), lambda words: _chinese_line(said.get(words, words)))


# --- man/ragtop.theme.5

def manual_roles():
    """What each role of a theme is for."""
    return ['.Bl -tag -width "badge_critical" -compact',
            *(line for name, parent, words in roles()
              for line in (f".It Cm {name}", words[0].upper() + words[1:] + ".", *(["Else as", f".Cm {parent} ."] if parent else []))),
            ".El"]


def declared():
    """(name, what it is, its unit, which way is bad) of each signal that may be declared."""
    units = {"SECONDS": "seconds", "RATIO": "ratio", "COUNT": "count", "PER_SECOND": "per second",
             "PER_HOUR": "per hour"}
    return [(name, words, units[unit], bad.lower()) for name, unit, bad, words in re.findall(
        r'^DECLARED\(\w+, "(\w+)", (\w+), (\w+), N_\("([^"]*)"\)\)', SIGNALS.read_text(encoding="utf-8"), re.M)]


def configuration_signals():
    return ["| signal | what it is | unit | bad |", "|---|---|---|---|",
            *(f"| `{name}` | {words} | {unit} | `{bad}` |" for name, words, unit, bad in declared())]


def manual_signals():
    return ['.Bl -tag -width "tokens_out" -compact',
            *(line for name, words, unit, bad in declared()
              for line in (f".It Ic {name}", f"{words[0].upper()}{words[1:]}; {unit}; bad:", f".Cm {bad} .")),
            ".El"]


# --- docs/doctor.md: the rows of checks.def, with what each file says of its own

def doctor_checks():
    rows = re.findall(r"^DOCTOR\(\w+, (\w+)\)", (ROOT / "src/doctor/checks.def").read_text(encoding="utf-8"), re.M)
    code = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "src/doctor").glob("*_checks.c")))
    lines = ["| check | what should be so |", "|---|---|"]
    for row in rows:
        found = re.search(rf'doctor_{row} = {{\s*\.name = "([^"]+)",\s*\.title = N_\("([^"]+)"\)', code)
        lines.append(f"| `{found[1]}` | {found[2]} |")
    return lines


BLOCKS = (
    ("README.md", "first keys", first_keys, "<!-- {} -->"),
    ("docs/dashboard.md", "keys", dashboard_keys, "<!-- {} -->"),
    ("docs/dashboard.md", "commands", dashboard_commands, "<!-- {} -->"),
    ("docs/doctor.md", "checks", doctor_checks, "<!-- {} -->"),
    ("docs/configuration.md", "settings", configuration_keys, "<!-- {} -->"),
    ("docs/configuration.md", "stages", configuration_stage_keys, "<!-- {} -->"),
    ("docs/configuration.md", "metrics", configuration_metrics, "<!-- {} -->"),
    ("docs/configuration.md", "signals", configuration_signals, "<!-- {} -->"),
    ("docs/configuration.md", "forms", configuration_forms, "<!-- {} -->"),
    ("docs/configuration.md", "roles", configuration_roles, "<!-- {} -->"),
    ("man/ragtop.1", "options", manual_options, '.\\" {}'),
    ("man/ragtop.1", "environment", manual_environment, '.\\" {}'),
    ("man/ragtop.yaml.5", "settings", manual_settings, '.\\" {}'),
    ("man/ragtop.1", "keys", manual_keys, '.\\" {}'),
    ("man/zh_CN/ragtop.1", "options", chinese_options, '.\\" {}'),
    ("man/zh_CN/ragtop.1", "keys", chinese_keys, '.\\" {}'),
    ("man/ragtop.profile.5", "keys", manual_profile_keys, '.\\" {}'),
    ("man/ragtop.yaml.5", "stages", manual_stage_keys, '.\\" {}'),
    ("man/ragtop.yaml.5", "metrics", manual_metrics, '.\\" {}'),
    ("man/ragtop.yaml.5", "signals", manual_signals, '.\\" {}'),
    ("man/ragtop.yaml.5", "forms", manual_forms, '.\\" {}'),
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
