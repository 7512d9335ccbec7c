#!/usr/bin/python3
"""The pins of packaging/sources.lock, against a mirror of this test's own."""

import hashlib
import http.server
import sys
import tempfile
import threading
import unittest
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "packaging"))
sys.dont_write_bytecode = True

import libraries    # noqa: E402  pylint: disable=wrong-import-position
import sources      # noqa: E402  pylint: disable=wrong-import-position

TEXT = b"a description\n"
SHA = hashlib.sha256(TEXT).hexdigest()


class Mirror(http.server.BaseHTTPRequestHandler):
    """Has one file, with a plus in its name, as many of Debian's, and those that a test adds."""

    has = set()

    def do_GET(self):
        has = self.path in {"/pool/x_1%2Breally2-1.dsc"} | self.has
        self.send_response(200 if has else 404)
        self.end_headers()
        self.wfile.write(TEXT if has else b"")

    def log_message(self, *_):
        pass


class Pins(unittest.TestCase):
    """What is fetched, and what is refused."""

    def setUp(self):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Mirror)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.enterContext(mock.patch.object(
            sources, "MIRROR", f"http://127.0.0.1:{server.server_port}"))
        self.enterContext(mock.patch.dict("os.environ", {"no_proxy": "127.0.0.1"}))
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))

    def _fetch(self, name, sha):
        return sources.fetch(sources.Source("x", "1", "pool", {name: sha}), self.folder)

    def test_what_was_pinned(self):
        path = self._fetch("x_1+really2-1.dsc", SHA)
        self.assertEqual(path.read_bytes(), TEXT)
        path.write_bytes(b"broken")
        self.assertEqual(self._fetch("x_1+really2-1.dsc", SHA).read_bytes(), TEXT)

    def test_what_is_gone_is_named_with_the_way_on(self):
        with self.assertRaises(sources.Problem) as caught:
            self._fetch("x_1-1.dsc", SHA)
        self.assertIn("no longer has x 1 (x_1-1.dsc)", str(caught.exception))
        self.assertIn("packaging/static --move x", str(caught.exception))

    def test_another_file_than_the_pinned_is_refused(self):
        with self.assertRaises(sources.Problem) as caught:
            self._fetch("x_1+really2-1.dsc", "0" * 64)
        self.assertIn("is not the file that was pinned", str(caught.exception))
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_a_mirror_that_is_not_there_is_named(self):
        self.assertIn(f"{sources.MIRROR} cannot be reached", sources.no_mirror())
        Mirror.has = {"/debian/dists/trixie/InRelease"}
        self.addCleanup(setattr, Mirror, "has", set())
        self.assertIsNone(sources.no_mirror())

    def test_the_lock_has_every_library_and_no_other(self):
        pins = sources.read_lock()
        self.assertEqual(set(pins), set(libraries.LIBRARIES))
        for pin in pins.values():
            self.assertEqual(sum(name.endswith(".dsc") for name in pin.files), 1, pin.name)
            self.assertTrue(all(len(sha) == 64 for sha in pin.files.values()), pin.name)

    def test_the_lock_is_written_as_it_is_read(self):
        text = sources.LOCK.read_text("utf-8")
        with mock.patch.object(sources, "LOCK", self.folder / "lock"):
            sources.LOCK.write_text(text, "utf-8")
            sources.write_lock(sources.read_lock())
            self.assertEqual(sources.LOCK.read_text("utf-8"), text)


if __name__ == "__main__":
    unittest.main()
