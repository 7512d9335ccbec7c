#!/usr/bin/python3
"""The build where ncurses is not among the system's own files, as with Homebrew on macOS."""

import json
import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class Elsewhere(unittest.TestCase):
    """Another place for the headers, as pkg-config tells it."""

    def test_the_headers_are_those_of_the_library(self):
        folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        described = subprocess.run(["pkg-config", "--variable=pcfiledir", "ncursesw"], check=True,
                                   capture_output=True, encoding="utf-8").stdout.strip()
        text = Path(described, "ncursesw.pc").read_text("utf-8")
        text = re.sub(r"^includedir=.*", f"includedir={folder}/include", text, flags=re.M)
        (folder / "ncursesw.pc").write_text(re.sub(r"^(Cflags:.*)", r"\1 -I${includedir}", text, flags=re.M))
        subprocess.run(["meson", "setup", folder / "build", ROOT, "-Dtests=disabled"], check=True,
                       capture_output=True, env=os.environ | {"PKG_CONFIG_PATH": str(folder)})
        commands = json.loads((folder / "build/compile_commands.json").read_text("utf-8"))
        told, = (entry["command"] for entry in commands if entry["file"].endswith("/term/cells.c"))
        self.assertRegex(told, rf"-(I|isystem) ?{folder}/include\b")
        self.assertEqual(re.findall(r"-D_XOPEN_SOURCE=(\d+)", told), ["700"])


if __name__ == "__main__":
    unittest.main()
