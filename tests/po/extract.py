#!/usr/bin/python3
"""usage: tests/po/extract.py [-o FILE.pot] [PO...]

Extracts every text for the reader from src with xgettext, whose warnings are errors, and checks that
none is empty or a fragment of a sentence, and that each PO, or else each of po/, translates them all.
With -o, writes them to FILE.pot, which a new translation begins with.
"""

import argparse
import re
import subprocess
import sys
import tempfile
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
                wrong += [f"{po.name}: {line}" for line in run(["msgcmp", str(po), str(pot)]).splitlines()]
        if options.pot and pot.exists():
            options.pot.write_bytes(pot.read_bytes())
    print("\n".join(wrong) if wrong else f"{count} texts")
    return 1 if wrong or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
