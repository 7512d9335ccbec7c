#!/usr/bin/python3
"""Documents with hostile names, in every format, each read back by a parser that is not ours.

    test_hostile.py RENDER [CASES [SEED]]

RENDER is the program of render.c. Names are made from SEED. Whatever is in a name must arrive as
text in every document: no markup, no link, no mention, no formula, nothing that steers a terminal.
"""

import collections
import csv
import io
import json
import random
import re
import subprocess
import sys
import tempfile
import unicodedata
import unittest
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import yaml
from markdown_it import MarkdownIt

SLOTS = ("root", "child", "other", "pool", "tool", "tool_2", "note", "why", "server", "source",
         "source_2", "url", "pod", "trace", "metric", "warning")
LABELS = ("root", "child", "other", "tool", "tool_2", "source", "source_2")    # never cut
ORDINARY = {"root": b"retrieval", "child": b"vector_db", "other": b"generation",
            "pool": b"connections", "tool": b"web_search", "tool_2": b"sql_query",
            "note": b"the query is slow", "why": b"too many samples", "server": b"VictoriaMetrics",
            "source": b"eu", "source_2": b"us", "url": b"http://prometheus:9090",
            "pod": b"vector-db-0", "trace": b"4bf92f3577b34da6a3ce929d0e0e4736",
            "metric": b"vector_db_query_duration_seconds", "warning": b"TLS is not verified"}

PIECES = [piece.encode() for piece in (
    "![x](http://evil/p.png)", "[a](javascript:alert(1))", "<img src=x onerror=y>", "<!channel>",
    "<b>", "</td>", "<!--", "-->", "<script>", "<http://evil.example>", "<@U123>", "&lt;", "&amp;",
    "@channel", "@user", "@here", "#123", "!12", "~label", "%1", "$x$", "&5", "^alert#1", "GH-12",
    "owner/repo#1", "user@example.com", "http://evil.example/a", "https://evil", "www.evil.example",
    "evil.example", "ftp://x", "mailto:a@b.example", ":smile:", ":100:", ":+1:", "deadbeef1",
    "**x**", "__x__", "_x_", "*x*", "~~x~~", "~x~", "==x==", "`", "``", "```", "`x`", "|", "||",
    "\\|", "\\", "\\\\", "| --- |", "---", "- x", "+ x", "1. x", "1) x", "> x", "# x", "===",
    "[ ] x", "[^1]", "{{x}}", "{code}", "/close", "=1+1", "+1", "-1+2", "@SUM(A1)",
    "\uFF1D1+1", "=cmd|' /C calc'!A0", "-3", "1e5", "\t=1", "\r=1", "\n=1", "\n", "\r\n", "\t",
    "\n\n# x", "\n| a | b |\n|---|---|\n", "\"", "\"\"", "'", ",", ";", "'; DROP", "\x1b[31m",
    "\x1b]0;x\a", "\x1b]52;c;eA==\a", "\x07", "\x08", "\x7f", "\x9b31m", "\x80", "\x9f", "\u202E",
    "\u2066", "\u200B", "\u200D", "\u200C", "\u2060", "\uFEFF", "\u061C", "\u2028", "\u2029",
    "\u00AD", "\u034F", "\u3164", "\uFFFE", "\uFFFF", "\uFDD0", "\U0001FFFE", "\U0010FFFF",
    "\U000E0041", "\uFFFD", "\u00A0", "\u3000", "\u2003", "\u65E5\u672C\u8A9E", "e\u0301",
    "\U0001F50D", "\u0623", "]]>", "<![CDATA[", "</text>", "<?xml?>", "%n%s", "x" * 300,
    "`" * 200, "retrieval", "vector_db", "web_search", "a b", " ", "  ", "P95", "1.7 s", "09:12", "5.6x",
)] + [b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xed\xbf\xbf", b"\xf4\x90\x80\x80", b"\xc0\xaf",
      b"\xe2\x82", b"\xfe"]


def make_name(rng):
    """Bytes without a NUL: seldom empty or long, else a few pieces."""
    kind = rng.random()
    if kind < 0.02:
        return b""
    if kind < 0.04:
        return rng.choice(PIECES) * rng.randrange(20, 200)
    if kind < 0.15:
        return bytes(rng.randrange(1, 256) for _ in range(rng.randrange(1, 30)))
    glue = rng.choice((b"", b"", b" ", b"_", b"."))
    return glue.join(rng.choice(PIECES) for _ in range(rng.randrange(1, 6)))


def make_cases(count, seed):
    """Each piece alone once, and then mixtures."""
    rng = random.Random(seed)
    cases = [dict(ORDINARY) for _ in range(8)]     # every kind of incident, one source and two
    alone = list(PIECES)
    while alone:
        cases.append({slot: alone.pop() if alone else b"x" for slot in SLOTS})
    cases += [{slot: make_name(rng) for slot in SLOTS} for _ in range(count)]
    for case in cases:
        if case["tool"] == case["tool_2"] or not case["tool"] or not case["tool_2"]:
            case["tool"], case["tool_2"] = case["tool"] + b"1", case["tool_2"] + b"2"
    return cases


# --- what is expected

FILLERS = {0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180C, 0x180D, 0x180F, 0x2065, 0x3164,
           0xFFA0}
VISIBLE_FORMATS = {*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD}


def is_unsafe(char):
    """By what Unicode says of it: a control, a format, a separator of lines, or none at all."""
    code = ord(char)
    return (unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp")
            and code not in VISIBLE_FORMATS or code in FILLERS
            or code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF or 0xE0000 <= code <= 0xE0FFF)


def decode(name):
    """As text, each malformed byte being one U+FFFD."""
    out, at = [], 0
    while at < len(name):
        for size in (1, 2, 3, 4):
            try:
                out.append(name[at:at + size].decode("utf-8"))
                at += size
                break
            except UnicodeDecodeError:
                continue
        else:
            out.append("\uFFFD")
            at += 1
    return "".join(out)


def clean(text):
    """What a reader gets to see of TEXT."""
    return "".join(" " if c in "\t\r\n" else "\uFFFD" if is_unsafe(c) else c for c in text)


def spaced(text):
    """The same where blanks do not count."""
    blank = "".join(" " if unicodedata.category(c) == "Zs" else c for c in clean(text))
    return re.sub(" +", " ", blank).strip(" ")


def defused(text):
    """As a cell of a spreadsheet."""
    formula = re.match("[=+\\-@\uFF1D\uFF0B\uFF0D\uFF20]", text.lstrip(" "))
    number = re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?", text, re.IGNORECASE | re.ASCII)
    return "'" + text if formula and not number else text


# --- readers

ALLOWED = {"document", "paragraph", "strong", "text", "code", "table", "table_header", "table_row",
           "table_cell", "list", "item"}
# What the places where Markdown ends up make of text outside of code.
MENTIONS = re.compile(
    r"@\w|(?:^|\W)[#!$%&~^]\w|[a-z]:/|www\.|[\w-]\.[^\W\d_]|:(?!\d\d:)[\w+-]+:|\bGH-\d"
    r"|\b(?=[0-9a-f]*\d)(?=\d*[a-f])[0-9a-f]{7,40}\b|[*~`\[\]{}\\]|<\S|\b_|_\b|(?:^|\s)/\w",
    re.IGNORECASE | re.ASCII)


class Markdown:
    """A document as GitHub's own parser reads it."""

    def __init__(self, test, text):
        xml = subprocess.run(
            ["cmark-gfm", "-t", "xml", "-e", "table", "-e", "autolink", "-e", "strikethrough", "-e",
             "tasklist", "-e", "footnotes"], input=text.encode(), capture_output=True, check=True)
        self._test = test
        self._root = ElementTree.fromstring(xml.stdout)
        self.items, self.paragraphs, self.strong, self.tables = [], [], [], []
        for node in self._root.iter():
            test.assertIn(self._tag(node), ALLOWED, text)
        for node in self._root:
            if self._tag(node) == "list":
                for item in node:
                    test.assertEqual([self._tag(n) for n in item], ["paragraph"], text)
                    self.items.append(self._text(item[0]))
            elif self._tag(node) == "table":
                self.tables.append([[self._text(cell) for cell in row] for row in node])
            else:
                self.paragraphs.append(self._text(node))
                bold = [n for n in node if self._tag(n) == "strong"]
                test.assertLessEqual(len(bold), 1, text)
                self.strong += [self._text(n) for n in bold]

    @staticmethod
    def _tag(node):
        return node.tag.split("}")[1]

    def _text(self, node):
        """All of its text; what is outside of code mentions nothing."""
        whole, plain = "", ""
        for child in [node, *node.iter()]:
            if child is node or self._tag(child) not in ("text", "code"):
                continue
            whole += child.text or ""
            # code beside it is a boundary, which no pattern reaches across
            plain += (child.text or "") if self._tag(child) == "text" else "\x00"
        for piece in plain.split("\x00"):
            found = MENTIONS.search(piece)
            self._test.assertIsNone(found, f"{found} in {whole!r}")
        return whole


class Tags(HTMLParser):
    """Which elements a page of HTML has."""

    def __init__(self, html):
        super().__init__()
        self.names = set()
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.names.add(tag)


OTHERS = MarkdownIt("commonmark", {"html": True, "linkify": True}).enable(
    ["table", "strikethrough", "linkify"])
ELEMENTS = {"p", "strong", "code", "table", "thead", "tbody", "tr", "th", "td", "ul", "li"}


class Hostile(unittest.TestCase):
    """All documents of all cases."""
    render, count, seed = "", 60, 1
    cases, documents = [], {}

    @classmethod
    def setUpClass(cls):
        cls.cases = make_cases(cls.count, cls.seed)
        lines = "".join(" ".join(case[slot].hex() or "-" for slot in SLOTS) + "\n"
                        for case in cls.cases)
        out = subprocess.run([cls.render], input=lines.encode(), stdout=subprocess.PIPE,
                             check=True).stdout
        at = 0
        while at < len(out):
            end = out.index(b"\n", at)
            number, name, size = out[at:end].split()
            at = end + 1 + int(size)
            cls.documents[int(number), name.decode()] = out[end + 1:at]

    def each(self, start, check):
        """Calls CHECK(number, case, text) for every document whose format begins with START."""
        found = 0
        for (number, name), raw in self.documents.items():
            if name.startswith(start):
                found += 1
                with self.subTest(case=number, format=name, names=self.cases[number]):
                    check(number, self.cases[number], raw.decode("utf-8"))
        self.assertGreaterEqual(found, len(self.cases))

    def document(self, number):
        return json.loads(self.documents[number, "json"])

    def check_clean(self, text, allowed=""):
        bad = {c for c in set(text) if is_unsafe(c)} - set(allowed)
        self.assertEqual(bad, set(), text)

    def test_nothing_raw(self):
        for start in ("table", "text-", "markdown", "page-", "ascii-"):
            self.each(start, lambda _number, _case, text: self.check_clean(text, "\r\n"))
        for start in ("row-", "promql-", "link-", "trace-"):
            self.each(start, lambda _number, _case, text: self.check_clean(text))
        self.each("ansi-", lambda _number, _case, text:
                  self.check_clean(re.sub("\x1b\\[[0-9;]*m", "", text), "\n"))

    def test_json(self):
        self.each("json", self.check_json)

    def check_json(self, number, case, text):
        self.check_clean(text, "\n\t")
        document = json.loads(text)
        names = {key: decode(case[key]) for key in SLOTS}
        tools = [names["tool"], names["tool_2"]] * (1 + number % 2)
        self.assertEqual(sorted(t["tool"] for t in document["tools"]), sorted(tools))
        self.assertEqual({row["stage"] for row in document["rows"]},
                         {names["root"], names["child"], names["other"], "tool_call"})
        self.assertIn(names["warning"], document["warnings"])
        self.assertEqual(document["source"], names["url"])

    def test_rules(self):
        for start in ("rules", "resource", "unit-tests"):
            self.each(start, lambda _number, _case, text: self.check_clean(text, "\n"))
        self.each("rules", self.check_rules)
        self.each("resource", lambda number, case, text: self.check_groups(
            number, case, yaml.safe_load(text)["spec"]))
        self.each("unit-tests", lambda _number, _case, text: self.assertEqual(
            len(yaml.safe_load(text)["tests"]), 4))

    def check_rules(self, number, case, text):
        self.check_groups(number, case, yaml.safe_load(text))

    def check_groups(self, _number, case, document):
        """Every alert is about a stage by its name, also where that reads like a template."""
        rules = [rule for group in document["groups"] for rule in group["rules"]]
        for rule in rules:
            self.assertLessEqual(set(rule), {"record", "alert", "expr", "for", "labels",
                                             "annotations"})
        said = {rule["labels"]["stage"].replace('{{"{{"}}', "{{") for rule in rules
                if "stage" in rule.get("labels", {})}
        self.assertEqual(said, {decode(case[key]) for key in ("root", "child", "other")})

    def test_promtool_takes_the_rules(self):
        with tempfile.TemporaryDirectory() as folder:
            for (number, name), raw in self.documents.items():
                if name == "rules":
                    (Path(folder) / f"{number}.yaml").write_bytes(raw)
            files = sorted(Path(folder).iterdir())
            self.assertEqual(len(files), len(self.cases))
            ended = subprocess.run(["promtool", "check", "rules", *files], check=False,
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            self.assertEqual(ended.returncode, 0, ended.stdout[-2000:])

    def test_grafana(self):
        self.each("grafana", self.check_dashboard)

    def check_dashboard(self, _number, case, text):
        self.check_clean(text, "\n\t")
        titles = [panel["title"] for panel in json.loads(text)["panels"]]
        for key in ("root", "child", "other"):
            self.assertIn(decode(case[key]), titles)

    def test_table(self):
        self.each("table", self.check_table)
        self.each("ascii-table", self.check_table)

    def check_table(self, number, _case, text):
        """As many lines as with ordinary names."""
        stages, tools = (part.splitlines() for part in text.split("\n\n")[:2])
        self.assertEqual((len(stages), len(tools)), self.rows(number), text)

    @staticmethod
    def rows(number):
        """Of stages and of tools, with the headings; several sources have one each for stages."""
        return (9, 5) if number % 2 else (4, 3)

    def test_markdown(self):
        self.each("markdown", self.check_markdown)
        self.each("ascii-markdown", self.read_report)

    def read_report(self, number, _case, text):
        read = Markdown(self, text)
        self.assertEqual({len(row) for table in read.tables for row in table}, {8}, text)
        self.assertEqual(tuple(len(table) for table in read.tables), self.rows(number), text)
        self.assertEqual(len(read.strong), 1, text)
        return read

    def check_markdown(self, number, case, text):
        read = self.read_report(number, case, text)
        document = self.document(number)
        self.assertEqual(read.strong, [spaced(document["verdict"]["summary"])])
        names = [row[1] for row in read.tables[1]]
        for source in ("source", "source_2") if number % 2 else ("",):
            for tool in ("tool", "tool_2"):
                name = decode(case[source]) + "  " if source else ""
                self.assertIn(spaced(name + decode(case[tool])), names)
        for line in document["verdict"]["evidence"]:
            self.assertIn(spaced(line), read.items)
        for start, texts in (("next: ", document["verdict"]["next"]),
                             ("note", document["warnings"])):
            found = [item for item in read.items if item.startswith(start)]
            self.assertEqual(len(found), len(texts), text)
        self.assertIn(spaced(decode(case["url"])), " ".join(read.paragraphs[1:] + read.items))

    def test_pages(self):
        self.each("page-", self.check_page)

    def check_page(self, number, _case, text):
        read = Markdown(self, text)
        for table in read.tables:
            self.assertEqual(len({len(row) for row in table}), 1, text)
        document = self.document(number)
        self.assertEqual(read.strong[0], spaced(document["verdict"]["summary"]))

    def test_rows(self):
        self.each("row-", self.check_row)

    def check_row(self, _number, _case, text):
        read = Markdown(self, text)
        self.assertEqual((len(read.paragraphs), read.items, read.tables, read.strong),
                         (1 if text else 0, [], [], []), text)

    def test_other_readers_of_markdown(self):
        """A second parser, which also makes links of bare domains."""
        for start in ("markdown", "ascii-markdown", "page-", "row-"):
            self.each(start, lambda _number, _case, text: self.assertLessEqual(
                Tags(OTHERS.render(text)).names, ELEMENTS, text))

    def test_csv(self):
        self.each("csv", self.check_csv)
        self.each("ascii-csv", self.read_csv)

    def read_csv(self, _number, _case, text):
        self.check_clean(text, "\r\n")
        rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
        for row in rows:
            self.assertNotIn(None, [*row, *row.values()], text)
            for key, cell in row.items():
                self.assertEqual(cell, defused(cell), key)
        return rows

    def check_csv(self, number, case, text):
        rows = self.read_csv(number, case, text)
        document = self.document(number)
        verdict, sources = document["verdict"], 1 + number % 2
        kinds = collections.Counter(row["kind"] for row in rows)
        self.assertEqual(kinds, +collections.Counter({
            "stage": 9 * sources, "tool": 3 * sources,
            "verdict": sources, "evidence": len(verdict["evidence"]) * sources,
            "next": len(verdict["next"]) * sources, "warning": len(document["warnings"]),
            "source": sources}))
        self.assertEqual({row["stage"] for row in rows if row["kind"] == "stage"},
                         {defused(clean(decode(case[key]))) for key in ("root", "child", "other")})
        self.assertEqual({row["stage"] for row in rows if row["kind"] == "tool"},
                         {"tool_call", *("tool:" + clean(decode(case[key]))
                                         for key in ("tool", "tool_2"))})
        reasons = [row["reason"] for row in rows]
        for line in verdict["evidence"]:
            self.assertIn(defused(clean(line)), reasons)

    def test_svg(self):
        self.each("svg-", self.check_svg)

    def check_svg(self, _number, _case, text):
        root = ElementTree.fromstring(text)
        tags = {node.tag.removeprefix("{http://www.w3.org/2000/svg}") for node in root.iter()}
        self.assertLessEqual(tags, {"svg", "rect", "g", "text", "path"})
        self.check_clean("".join(root.itertext()), "\n")

    def test_ordinary_names_stay_readable(self):
        text = self.documents[0, "markdown"].decode()
        for words in ("**vector_db is the culprit: its P95 is 1.7 s, ", "| !! | └ vector_db vector_db_query_",
                      " | web_search |", "`http://prometheus:9090`, VictoriaMetrics, 2026-02-04T",
                      "- vector_db P95 1.7 s, usually 300 ms\n"):
            self.assertIn(words, text)
        self.assertNotIn("\\", text)


if __name__ == "__main__":
    Hostile.render = sys.argv[1]
    if len(sys.argv) > 2:
        Hostile.count = int(sys.argv[2])
    if len(sys.argv) > 3:
        Hostile.seed = int(sys.argv[3])
    unittest.main(argv=sys.argv[:1])
