#!/usr/bin/python3
"""When packaging/release refuses, in a repository of this test's own."""

import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NOTES = "# Changelog\n\n## 1.2.0 - 2026-01-31\n\n- It works.\n\n## 1.1.0 - 2025-12-31\n\n- Older.\n"
# What does the work, in place of the real ones: they say how they were called. The first one is built
# again only when the source is newer than what it was built to before, as ninja does.
STATIC = """#!/bin/sh
source=${0%/*}/..; work=$2; arch=$4; out=$6; kept=$work/$arch
mkdir -p "$work"
[ "$kept" -nt "$source/program.txt" ] || echo "$(cat "$source/program.txt") for $arch" >"$kept"
cp "$kept" "$out"
"""
IMAGE = '#!/bin/sh\nmkdir -p "$2/oci" && cat "$3" "$4" >"$2/oci/blob"\n'


class Release(unittest.TestCase):
    """A checkout of version 1.2.0."""

    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        (self.folder / "packaging").mkdir()
        shutil.copy(ROOT / "packaging/release", self.folder / "packaging/release")
        for name, text in (("static", STATIC), ("image", IMAGE)):
            (self.folder / "packaging" / name).write_text(text)
            (self.folder / "packaging" / name).chmod(0o755)
        self.write("meson.build", "project('ragtop', 'c',\n  version: '1.2.0')\n")
        self.write(".gitignore", "/build*/\n")
        self.write("CHANGELOG.md", NOTES)
        self.write("program.txt", "program\n")
        self.git("init", "-q")
        self.commit()

    def write(self, name, text):
        (self.folder / name).write_text(text)

    def git(self, *arguments):
        settings = "-c", "user.name=a", "-c", "user.email=a@example.com"
        subprocess.run(["git", *settings, *arguments], cwd=self.folder, check=True,
                       capture_output=True,
                       env=os.environ | {"GIT_COMMITTER_DATE": "2026-01-31T12:00:00Z",
                                         "GIT_AUTHOR_DATE": "2026-01-31T12:00:00Z"})

    def commit(self):
        self.git("add", "-A")
        self.git("commit", "-qm", "x")

    def release(self, version="1.2.0"):
        return subprocess.run([self.folder / "packaging/release", version], capture_output=True,
                              encoding="utf-8", check=False)

    def refused(self, sentence, version="1.2.0"):
        ended = self.release(version)
        self.assertEqual(ended.returncode, 1, ended.stdout)
        self.assertIn(sentence, ended.stderr)
        self.assertFalse((self.folder / "build-release" / version).exists())

    def test_what_comes_of_it(self):
        self.write("not-committed.txt", "secret\n")
        ended = self.release()
        self.assertEqual(ended.returncode, 0, ended.stderr)
        out = self.folder / "build-release/1.2.0"
        names = sorted(str(path.relative_to(out)) for path in out.rglob("*") if path.is_file())
        self.assertEqual(names, ["NOTES.md", "SHA256SUMS", "image/oci/blob",
                                 "ragtop-1.2.0-linux-amd64", "ragtop-1.2.0-linux-arm64",
                                 "ragtop-1.2.0.tar.gz"])
        self.assertEqual((out / "image/oci/blob").read_text(), "program for amd64\nprogram for arm64\n")
        self.assertEqual((out / "NOTES.md").read_text(), "- It works.\n")
        subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=out,
                       check=True)
        self.assertEqual(len((out / "SHA256SUMS").read_text().splitlines()), len(names) - 1)
        listed = subprocess.run(["tar", "-tzf", out / "ragtop-1.2.0.tar.gz"], check=True,
                                capture_output=True, encoding="utf-8").stdout
        self.assertIn("ragtop-1.2.0/meson.build\n", listed)
        self.assertNotIn("not-committed", listed)
        tarball = (out / "ragtop-1.2.0.tar.gz").read_bytes()
        again = self.release()
        self.assertIn("exists already", again.stderr)
        shutil.rmtree(out)
        self.release()
        self.assertEqual((out / "ragtop-1.2.0.tar.gz").read_bytes(), tarball)

    def test_nothing_is_left_of_a_build_before_it(self):
        """Though this commit may be older than that build."""
        self.release()
        out = self.folder / "build-release/1.2.0"
        shutil.rmtree(out)
        self.write("program.txt", "another program\n")
        self.commit()
        self.release()
        self.assertEqual((out / "ragtop-1.2.0-linux-arm64").read_text(), "another program for arm64\n")

    def test_changes_that_are_not_committed(self):
        self.write("meson.build", "project('ragtop', 'c',\n  version: '1.2.0') # new\n")
        self.refused("there are changes that are not committed")

    def test_another_version_in_the_build(self):
        self.refused("meson.build has version 1.2.0, not 1.3.0", "1.3.0")

    def test_another_version_of_the_package(self):
        (self.folder / "debian").mkdir()
        for newest in ("ragtop (1.1.0) unstable", "ragtop (1.2.01) unstable", "ragtop (11.2.0-1) unstable"):
            self.write("debian/changelog", f"{newest}; urgency=medium\n\n  * It works.\n")
            self.commit()
            self.refused(f"debian/changelog begins with `{newest}; urgency=medium`, and not with 1.2.0")

    def test_no_notes(self):
        for text in ("# Changelog\n\n## Unreleased\n\n- It works.\n",
                     "# Changelog\n\n## 1.2.0 - 2026-01-31\n\n## 1.1.0 - 2025-12-31\n\n- Older.\n",
                     "# Changelog\n\n## 11.2.0 - 2026-01-31\n\n- Other.\n"):
            self.write("CHANGELOG.md", text)
            self.commit()
            self.refused("CHANGELOG.md has no section `## 1.2.0 - YYYY-MM-DD`")

    def test_a_part_that_fails_leaves_nothing_behind(self):
        self.write("packaging/image", "#!/bin/sh\nexit 1\n")
        self.commit()
        self.refused("packaging/image")


if __name__ == "__main__":
    unittest.main()
