#!/usr/bin/python3
"""The images that packaging/image writes.

usage: test_image.py STATIC ARM64 [unittest's options]
"""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STATIC, ARM64 = (os.path.abspath(sys.argv.pop(1)) if len(sys.argv) > 1 else sys.exit(__doc__)
                 for _ in (1, 2))
MOST_BYTES = 8_000_000


def write(folder, *arguments, epoch="1700000000"):
    return subprocess.run(
        [ROOT / "packaging/image", "--out", folder, *arguments], capture_output=True,
        encoding="utf-8", env=os.environ | {"SOURCE_DATE_EPOCH": epoch}, check=False)


def files(folder):
    """The bytes of everything in FOLDER, by name."""
    return {str(path.relative_to(folder)): path.read_bytes()
            for path in folder.rglob("*") if path.is_file()}


class Image(unittest.TestCase):
    """One image, written twice."""

    @classmethod
    def setUpClass(cls):
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.authorities = cls.folder / "authorities.pem"
        cls.authorities.write_text("authorities\n")
        cls.ended = [write(cls.folder / name, "--authorities", cls.authorities, STATIC)
                     for name in ("one", "two")]
        cls.archive, = (cls.folder / "one").glob("ragtop-*-amd64.tar")

    def _skopeo(self, *arguments):
        ended = subprocess.run(["skopeo", *map(str, arguments)], capture_output=True,
                               encoding="utf-8", check=False)
        self.assertEqual(ended.returncode, 0, ended.stderr)
        return ended.stdout

    def test_the_same_bytes_twice(self):
        self.assertEqual([ended.returncode for ended in self.ended], [0, 0], self.ended[0].stderr)
        one, two = files(self.folder / "one"), files(self.folder / "two")
        self.assertEqual(sorted(one), sorted(two))
        self.assertEqual([name for name in one if one[name] != two[name]], [])
        other = self.folder / "other"
        write(other, "--authorities", self.authorities, STATIC, epoch="1700000001")
        self.assertNotEqual(files(other), one)

    def test_it_is_small(self):
        self.assertLess(self.archive.stat().st_size, MOST_BYTES)

    def test_another_program_reads_it(self):
        layout = f"oci:{self.folder}/one/oci"
        for place in (layout, f"docker-archive:{self.archive}"):
            with self.subTest(place):
                shown = json.loads(self._skopeo("inspect", place))
                self.assertEqual((shown["Architecture"], shown["Os"]), ("amd64", "linux"))
                self.assertEqual(shown["Labels"]["org.opencontainers.image.title"], "ragtop")
                self.assertIn("LANG=C.UTF-8", shown["Env"])
                config = json.loads(self._skopeo("inspect", "--config", place))["config"]
                self.assertEqual(config["User"], "65534:65534")
                self.assertEqual(config["Entrypoint"], ["/usr/bin/ragtop"])
        copied = self.folder / "copied"     # all checksums are looked at
        self._skopeo("--insecure-policy", "copy", layout, f"dir:{copied}")
        self._skopeo("--insecure-policy", "copy", f"docker-archive:{self.archive}",
                     f"oci:{self.folder}/converted:latest")

    def test_two_machines(self):
        """One name for both."""
        ended = write(self.folder / "both", "--authorities", self.authorities, STATIC, ARM64)
        self.assertEqual(ended.returncode, 0, ended.stderr)
        for machine in ("amd64", "arm64"):
            shown = json.loads(self._skopeo("--override-arch", machine, "inspect",
                                            f"oci:{self.folder}/both/oci"))
            self.assertEqual(shown["Architecture"], machine)
            self.assertEqual(len(list((self.folder / "both").glob(f"*-{machine}.tar"))), 1)

    def test_what_is_in_it(self):
        with tarfile.open(self.archive) as outer:
            name, = (name for name in outer.getnames() if name.endswith(".tar"))
            with tarfile.open(fileobj=outer.extractfile(name)) as layer:
                kept = {entry.name: entry for entry in layer.getmembers()}
                self.assertEqual(sorted(name for name, entry in kept.items() if entry.isfile()),
                                 ["etc/passwd", "etc/ssl/certs/ca-certificates.crt",
                                  "usr/bin/ragtop"])
                self.assertEqual(layer.extractfile("usr/bin/ragtop").read(),
                                 Path(STATIC).read_bytes())
                self.assertEqual(layer.extractfile("etc/ssl/certs/ca-certificates.crt").read(),
                                 self.authorities.read_bytes())
        self.assertEqual(kept["tmp"].mode, 0o1777)
        self.assertEqual(kept["usr/bin/ragtop"].mode, 0o755)

    def test_the_containerfile_makes_the_same(self):
        """Its words for the last part, against the configuration of the image."""
        text = (ROOT / "packaging/Containerfile").read_text("utf-8")
        last = dict(line.split(" ", 1) for line in text[text.index("FROM scratch"):].splitlines())
        config = json.loads(self._skopeo("inspect", "--config", f"docker-archive:{self.archive}"))["config"]
        self.assertEqual(sorted(last["ENV"].split()), sorted(config["Env"]))
        self.assertEqual((last["USER"], last["WORKDIR"]), (config["User"], config["WorkingDir"]))
        self.assertEqual(json.loads(last["ENTRYPOINT"]), config["Entrypoint"])
        labels = dict(label.split("=") for label in last["LABEL"].split())
        self.assertEqual(labels, {name: config["Labels"][name] for name in labels})
        with tarfile.open(self.archive) as outer:
            name, = (name for name in outer.getnames() if name.endswith(".tar"))
            with tarfile.open(fileobj=outer.extractfile(name)) as layer:
                users = layer.extractfile("etc/passwd").read().decode()
        self.assertIn(f"echo {users.strip()} >/out/etc/passwd", text)
        installed = re.search(r"--no-install-recommends (.*?)\nCOPY", text, re.S)[1].split()
        needed = re.search(r"^NEEDED = (\{.*?\})", (ROOT / "packaging/static").read_text("utf-8"), re.M | re.S)
        self.assertLessEqual(set(ast.literal_eval(needed[1]).values()), set(installed))

    def test_a_program_that_needs_libraries_is_refused(self):
        ended = write(self.folder / "bad", "--authorities", self.authorities, shutil.which("sh"))
        self.assertEqual(ended.returncode, 1)
        self.assertIn("needs libraries beside it", ended.stderr)

    def test_no_authorities(self):
        ended = write(self.folder / "bad", "--authorities", self.folder / "none.pem", STATIC)
        self.assertEqual(ended.returncode, 1)
        self.assertIn("none.pem: No such file or directory; name the certificate authorities",
                      ended.stderr)


if __name__ == "__main__":
    unittest.main()
