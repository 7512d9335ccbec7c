#!/usr/bin/env python3
"""Writes a C file with the languages of compiled catalogues, as src/base/text.h has them.

    embed_po.py OUT.c LANGUAGE.mo...
"""
import re
import struct
import sys
from pathlib import Path

FORMS_MAX = 4
PLURAL = re.compile(r"nplurals *= *(\d+) *; *plural *= *([n0-9()?:%!=<>&| ]+);?")


def entries(data):
    """{msgid: [msgstr of each form]} of a .mo file, in bytes; contexts are not used."""
    order = "<" if data[:4] == b"\xde\x12\x04\x95" else ">"
    count, originals, translations = struct.unpack_from(order + "3I", data, 8)
    texts = {}
    for i in range(count):
        (length, start), (wide, at) = (struct.unpack_from(order + "2I", data, table + 8 * i)
                                       for table in (originals, translations))
        texts[data[start:start + length].split(b"\0")[0]] = data[at:at + wide].split(b"\0")
    return texts


def catalogue(path):
    """The C of one language."""
    texts = entries(path.read_bytes())
    header = texts.pop(b"").pop().decode()
    plural = PLURAL.search(header)
    if not plural or int(plural[1]) > FORMS_MAX:
        raise SystemExit(f"{path}: no Plural-Forms with at most {FORMS_MAX} forms")
    name = re.sub(r"\W", "_", path.stem)
    blob, rows = bytearray(), ""
    for english, forms in sorted(texts.items()):
        at, blob = len(blob), blob + english + b"\0"
        rows += f"    {{{at}, {len(blob)}, {len(forms)}}},\n"
        blob += b"\0".join(forms) + b"\0"
    numbers = "\n".join("".join(f"{b}," for b in blob[i:i + 24]) for i in range(0, len(blob), 24))
    return f"""static const unsigned char {name}_texts[] = {{
{numbers}
}};

static const struct text_entry {name}_entries[] = {{
{rows}}};

static unsigned long {name}_form(unsigned long n)
{{
    (void)n;
    return (unsigned long)({plural[2].strip()});
}}

static const struct text_catalogue {name} = {{"{path.stem}", {name}_form,
    (const char *){name}_texts, {name}_entries, sizeof {name}_entries / sizeof *{name}_entries}};

"""


def main(out, *files):
    paths = sorted(map(Path, files))
    names = "".join(f"&{re.sub(r'[^A-Za-z0-9]', '_', path.stem)}, " for path in paths)
    Path(out).write_text('#include "base/text.h"\n\n' + "".join(map(catalogue, paths)) +
                         "extern const struct text_catalogue *const text_catalogues[];\n"
                         f"const struct text_catalogue *const text_catalogues[] = {{{names}NULL}};\n",
                         encoding="ascii")


if __name__ == "__main__":
    main(*sys.argv[1:])
