"""Every case of the field, in two variants, against one Prometheus that has all of them.

`python3 -m unittest test_field.Field.test_hang_0 -v` runs one; KEEP=1 in the environment prints what
was seen of it.
"""

import os
import sys
import tempfile
import unittest
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "e2e"), str(HERE.parent / "incidents")]

# pylint: disable=wrong-import-position
import case                                         # noqa: E402
import exporter                                     # noqa: E402
from program import check_sane, run                 # noqa: E402
from prometheus import Prometheus                   # noqa: E402
from report_schema import parse                     # noqa: E402

for module in sorted(HERE.glob("cases_*.py")):      # each adds to case.CASES
    __import__(module.stem)

MOMENT = "2026-02-03T12:00:00Z"
ONLY = os.environ.get("KEEP")


class Families(BaseHTTPRequestHandler):
    """A target that says of metrics what they are, and has no sample of them."""

    text = ""

    def do_GET(self):                               # pylint: disable=invalid-name
        body = self.text.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):              # pylint: disable=arguments-differ
        pass


class Field(case.Check, unittest.TestCase):
    """A test for each variant is added below."""
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls._stack = ExitStack()
        cls.addClassCleanup(cls._stack.close)
        cls.directory = Path(cls._stack.enter_context(tempfile.TemporaryDirectory()))
        wanted = [getattr(cls, name).case for name in unittest.defaultTestLoader.getTestCaseNames(cls)
                  if cls.is_wanted(name)]
        text = cls.directory / "samples.om"
        with open(text, "w", encoding="utf-8") as file:
            for one in wanted:
                file.write(one.openmetrics())
            file.write("# EOF\n")
        target = cls.serve_families([family for one in wanted for family in one.families])
        server = Prometheus(cls.directory, targets=[target])
        server.load([text])
        cls.server = cls._stack.enter_context(server)

    @staticmethod
    def is_wanted(name):
        named = [word.rsplit(".", 1)[-1] for word in sys.argv[1:] if "test_" in word]
        return not any(word in dir(Field) for word in named) or name in named

    @classmethod
    def serve_families(cls, families):
        handler = type("Handler", (Families,), {"text": "".join(
            f"# TYPE {name} {kind}\n" for name, kind in families) + "field_target 1\n"})
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        cls._stack.callback(server.server_close)
        cls._stack.callback(server.shutdown)
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        return f"127.0.0.1:{server.server_address[1]}"

    def report(self, one, *arguments):
        config = ("-c", self.file_of(one)) if one.config else ()
        return run("report", "--no-cache", *config, "--at", MOMENT, "-l", f'job="{one.job}"',
                   *one.arguments, *arguments, self.server.url)

    def file_of(self, one):
        return self.directory / f"{one.job}.yaml"

    def see(self, one):
        if one.config:      # before both programs that read it
            self.file_of(one).write_text(one.yaml(), encoding="utf-8")
        with ThreadPoolExecutor() as pool:
            ended, table = pool.map(lambda form: self.report(one, "--format", form),
                                    ("json", "table"))
        for each in (ended, table):
            check_sane(self, each, "\t\r")
            self.assertEqual(each.err, "")
        self.assertEqual(ended.status, table.status)
        return case.Seen(ended, parse(self, ended.out), table.out)


def add_test(one, name):
    def test(self):
        seen = self.see(one)
        if ONLY:
            print(seen)
        one.check(self, seen)
    test.case = one
    test.__doc__ = (type(one).__doc__ or "").split("\n", maxsplit=1)[0]
    setattr(Field, name, test)


for kind in case.CASES:
    for index in range(len(kind.variants)):
        add_test(kind(index), f"test_{kind.name()}_{index}")

if __name__ == "__main__":
    unittest.main()
