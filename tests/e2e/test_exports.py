"""What leaves the program when label values are not names but markup: nothing of it works."""

import base64
import copy
import csv
import io
import json
import tempfile
import unittest
from pathlib import Path
from xml.etree import ElementTree

from live import ENTER, Live
from program import check_sane, main_directory, run

main_directory("tests/frame")
from edits import series_of                     # pylint: disable=wrong-import-position
from replay import SOURCE, Proxy, Recording     # pylint: disable=wrong-import-position

# Each tool of the recording: what it is called, and how Markdown has that.
TOOLS = {
    "calculator": ("@channel", "`@channel`"),
    "python": ("![x](http://evil.example/p.png)|**x**",
               "`![x](http://evil.example/p.png)`\\|`**x**`"),
    "sql_query": ("\uFFFE<img src=x>\u200B", "`\uFFFD<img` `src=x>\uFFFD`"),
    "web_search": ("=cmd`\n# x", "`` =cmd` `` `#` x"),
}


def hostile(recording):
    """The recording's answers, with tools of these names."""
    def answer(path, parameters):
        status, body = copy.deepcopy(recording.answer(path, parameters))
        for series in series_of(body):
            for label, value in series["metric"].items():
                series["metric"][label] = TOOLS.get(value, (value,))[0]
        return status, body
    return answer


def seen(name):
    return name.replace("\n", " ").replace("\uFFFE", "\uFFFD").replace("\u200B", "\uFFFD")


class Exports(unittest.TestCase):
    """All of one incident."""

    def setUp(self):
        self.recording = Recording.load("article")
        self.proxy = Proxy(hostile(self.recording))
        self.proxy.__enter__()
        self.addCleanup(self.proxy.__exit__, None, None, None)
        self.arguments = ("--at", self.recording.at, "--proxy", self.proxy.url, SOURCE)

    def out(self, *arguments, allowed=""):
        ended = run(*arguments, *self.arguments)
        check_sane(self, ended, allowed)
        self.assertEqual(ended.status, 2, ended.said)
        return ended.out

    def check_markdown(self, text):
        cells = [line.split(" | ")[1] for line in text.splitlines() if line.startswith("| ")]
        for _, markdown in TOOLS.values():
            self.assertIn(markdown, cells)

    def test_report(self):
        self.check_markdown(self.out("report", "--format", "markdown"))
        names = {"tool:" + seen(name) for name, _ in TOOLS.values()}
        table = csv.DictReader(io.StringIO(
            self.out("report", "--format", "csv", allowed="\r"), newline=""), strict=True)
        self.assertEqual({line["stage"] for line in table if line["kind"] == "tool"} - {"tool_call"},
                         names)
        document = json.loads(self.out("report", "--format", "json", allowed="\t"))
        self.assertEqual({"tool:" + tool["tool"] for tool in document["tools"]}, names)
        table = self.out("report")
        for name, _ in TOOLS.values():
            self.assertIn(f"    {seen(name)} ", table)

    def test_pictures(self):
        text = "".join(ElementTree.fromstring(self.out(
            "--screenshot", "--size", "140x40", "--format", "svg")).itertext())
        for name, _ in TOOLS.values():
            self.assertIn(seen(name), text)

    def test_live(self):
        with tempfile.TemporaryDirectory() as folder, Live(*self.arguments, size=(140, 40)) as live:
            live.wait_settled("CULPRIT vector_db", "generation (normal)", "@channel")
            live.press(f":write {folder}/page.md" + ENTER)
            live.wait_for("written:")
            page = Path(folder, "page.md").read_text(encoding="utf-8")
            self.check_markdown(page)
            live.press("yt")
            live.wait_for("sent the page")
            copied = live.raw.split(b"\x1b]52;c;")[-1].split(b"\a")[0]
            self.assertEqual(base64.b64decode(copied).decode(), page)
            self.assertEqual(live.quit(), 0)


if __name__ == "__main__":
    unittest.main()
