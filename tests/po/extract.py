#!/usr/bin/python3
"""usage: tests/po/extract.py [-o FILE.pot] [PO...]

Extracts every text for the reader from src with xgettext, whose warnings are errors, and checks that
none is empty or a fragment of a sentence, and that each PO, or else each of po/, translates them all:
none is missing or fuzzy, no argument is lost, no {command} either, and the heading of a column of
numbers fits it. Prints what is missing, a line for each. With -o, writes them to FILE.pot, which a new translation begins with.
"""

import argparse
import re
import subprocess
import sys
import tempfile
import unicodedata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = ("_", "N_", "text_count:1,2")
# the columns of tables that are shown, by the file
TABLES = {
    "src/config/setting.def": ("GROUP:1", "SETTING:9"),
    "src/bind/command.def": ("GROUP:1", "COMMAND:5", "COMMAND:6"),
    "src/theme/role.def": ("X:4",),
    # names, and PromQL
    "src/config/signal.def": ("N_:1",),
    "src/config/type.def": ("N_:1",),
    # for the manuals alone
    "src/config/env.def": (),
    "src/config/stage_key.def": (),
    "src/view/pages.def": (),
    "src/feed/feeds.def": (),
    "src/plan/audit.def": (),
    "src/doctor/checks.def": (),
    "src/promql/promql_words.def": (),
}
CONVERSION = re.compile(r"%(?:\d+\$)?[-+ #0]*(?:\d+|\*)?(?:\.(?:\d+|\*))?(?:hh|h|ll|l|j|z|t)?[a-zA-Z]")
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\"}


def run(command):
    """What went wrong, as a text; "" for nothing."""
    ended = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                           encoding="utf-8", errors="replace", check=False)
    return ended.stdout.strip() or (f"{command[0]}: status {ended.returncode}" if ended.returncode else "")


def extract(to):
    """Writes all texts to the file TO; yields what is wrong."""
    parts = []
    code = sorted(path.relative_to(ROOT).as_posix() for kind in ("*.c", "*.h") for path in (ROOT / "src").rglob(kind))
    # one column at a time: of several of one row xgettext takes the first
    columns = [([name], [keyword]) for name, keywords in TABLES.items() for keyword in keywords]
    for files, keywords in [(code, CODE)] + columns:
        part = to.with_name(f"{len(parts)}.pot")
        wrong = run(["xgettext", "-L", "C", "--from-code=UTF-8", "--force-po", "--add-comments=TRANSLATORS", "-k", "-o", str(part)] +
                    [f"-k{keyword}" for keyword in keywords] + files)
        if wrong:
            yield from wrong.splitlines()
            return
        part.write_text(part.read_text(encoding="utf-8").replace("charset=CHARSET", "charset=UTF-8"), encoding="utf-8")
        parts.append(str(part))
    wrong = run(["msgcat", "--use-first", "-o", str(to)] + parts)
    if wrong:
        yield from wrong.splitlines()
    for path in sorted((ROOT / "src").rglob("*.def")):
        name = path.relative_to(ROOT).as_posix()
        if name not in TABLES:
            yield f"{name}: a table that tests/po/extract.py does not know"


def messages(pot):
    """(place, text) of each, singular and plural alike; without the header."""
    place, key, text = "", None, ""
    for line in pot.read_text(encoding="utf-8").splitlines() + [""]:
        found = re.match(r'(?:(msgid|msgid_plural|msgstr(?:\[\d\])?) )?"(.*)"$', line)
        if key in ("msgid", "msgid_plural") and (not found or found[1]):
            if text or place:
                yield place, text
            key = None
        if line.startswith("#: "):
            place = line[3:]
        elif found and found[1]:
            key, text = found[1], ""
        if not line:
            place = ""
        if found:
            text += re.sub(r"\\(.)", lambda m: ESCAPES.get(m[1], m[1]), found[2])


def fault_of(text):
    """What is wrong with TEXT; None: nothing."""
    if not text:
        return "is empty"
    if re.match(r"[ ,;:)]", text) or re.search(r" $|\w[,;(]$", text):
        return "begins or ends in the middle of a sentence: a fragment"
    words = CONVERSION.sub("", text)
    joins = len(CONVERSION.findall(text)) > 1 # "%s, %s" is how a list is joined
    ends = words.strip() in (".", "%%")       # a sentence made of one clause; a unit
    if not any(letter.isalpha() for letter in words) and not joins and not ends:
        return "is only punctuation"
    return None


# a column of numbers, and how wide it is
COLUMN = re.compile(r'\{N_\("([^"]+)"\), KIND_NUMBER, (\d+),')


def width_of(text):
    """Columns that TEXT takes on the screen."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def translations(po):
    """{text: [its translations]} of PO; the header's text is ""."""
    found = {}
    plain = subprocess.run(["msgcat", "--no-wrap", str(po)], capture_output=True, encoding="utf-8", check=True).stdout
    for entry in plain.split("\n\n"):
        lines = [line for line in entry.splitlines() if not line.startswith("#")]
        parts = {}
        for line in lines:
            key, quoted = re.match(r'(?:(\S+) )?"(.*)"$', line).groups()
            key = key or last
            last = key
            parts[key] = parts.get(key, "") + quoted
        if "msgid" in parts:
            found[parts["msgid"]] = [text for key, text in parts.items() if key.startswith("msgstr")]
    return found


def faults_of(po, pot):
    """What is wrong with PO, which is to translate all texts of POT."""
    wrong = [line for line in run(["msgcmp", str(po), str(pot)]).splitlines() if "warning: this message is not used" not in line]
    wrong += run(["msgfmt", "--check", "-o", "/dev/null", str(po)]).splitlines()
    if wrong:
        return wrong
    said = translations(po)
    for text, translated in said.items():
        names = sorted(re.findall(r"\{[a-z_-]+\}", text))
        wrong += [f'"{text}": {one} lacks one of {", ".join(names)}' for one in translated
                  if text and sorted(re.findall(r"\{[a-z_-]+\}", one)) != names]
    for path in sorted((ROOT / "src").rglob("*.c")):
        for heading, width in COLUMN.findall(path.read_text(encoding="utf-8")):
            wrong += [f'{path.name}: the heading "{one}" is wider than {int(width) - 1}' for one in said.get(heading, [])
                      if width_of(one) >= int(width)]
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", 1)[1])
    parser.add_argument("-o", dest="pot", type=Path, metavar="FILE.pot")
    parser.add_argument("po", nargs="*", type=Path, metavar="PO")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        pot = Path(folder) / "ragtop.pot"
        wrong = list(extract(pot))
        count = 0
        if not wrong:
            for place, text in messages(pot):
                count += 1
                fault = fault_of(text)
                if fault:
                    wrong.append(f'{place}: "{text}" {fault}')
            for po in [path.resolve() for path in options.po] or sorted((ROOT / "po").glob("*.po")):
                wrong += [f"{po.name}: {line}" for line in faults_of(po, pot)]
        if options.pot and pot.exists():
            options.pot.write_bytes(pot.read_bytes())
    print("\n".join(wrong) if wrong else f"{count} texts")
    return 1 if wrong or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
