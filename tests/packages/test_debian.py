#!/usr/bin/python3
"""The Debian package: built from what is under version control, looked at by lintian, and installed,
used and removed in a Debian with nothing on it.

Needs root, debootstrap, debhelper, lintian and a mirror of Debian.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
for folder in ("bare", "frame", "e2e"):
    sys.path.insert(0, str(ROOT / "tests" / folder))

import machine      # noqa: E402  pylint: disable=wrong-import-position
from machine import ORDINARY    # noqa: E402  pylint: disable=wrong-import-position
from replay import SOURCE, Proxy, Recording     # noqa: E402  pylint: disable=wrong-import-position

CACHE = ROOT / "build-tests" / "debs"
CRITICAL, UNKNOWN, UNAVAILABLE = 2, 3, 69
OF_EVERY_BUILD = {"gcc", "libc6-dev", "ninja-build"}    # of build-essential, and of meson
# what apt, dpkg and their triggers keep of any package
KEPT = re.compile(r"/(var/(cache|log|lib/(apt|dpkg))|etc/ld\.so\.cache|proc|sys|dev|tmp|run)(/|$)")


def read(path):
    return (ROOT / path).read_text(encoding="utf-8")


def command(*words, cwd=None, **environment):
    ended = subprocess.run(list(map(str, words)), cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                           env={**os.environ, "LC_ALL": "C.UTF-8", **environment}, check=False)
    said = ended.stdout.decode(errors="replace")
    if ended.returncode:
        raise AssertionError(f"`{' '.join(map(str, words))}` ended with {ended.returncode}:\n{said[-4000:]}")
    return said


def check_out(target):
    """The files under version control, as they are now."""
    listed = command("git", "-C", ROOT, "-c", f"safe.directory={ROOT}", "ls-files", "-z")
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, target / name)


class Source(unittest.TestCase):
    """debian/ against the project."""

    def test_the_version_is_that_of_the_project(self):
        version = re.search(r"version: '([^']+)'", read("meson.build"))[1]
        self.assertEqual(version, re.match(r"ragtop \(([^)]+)\)", read("debian/changelog"))[1])

    def test_it_is_built_with_the_packages_of_the_project(self):
        fields = re.search(r"^Build-Depends: ((?:.*\n)(?: .*\n)*)", read("debian/control"), re.M)[1]
        told = {word.strip().split(" ")[0].split(":")[0] for word in fields.split(",")}
        listed = {line.split()[1] for line in read("packages.txt").splitlines() if line.startswith("build ")}
        self.assertEqual(listed - OF_EVERY_BUILD, told - {"debhelper-compat"})


class Package(unittest.TestCase):
    """The package, from its source to its removal; each test goes on where the one before it was."""

    @classmethod
    def setUpClass(cls):
        cls.folder = Path(tempfile.mkdtemp(prefix="ragtop-debian-"))
        cls.addClassCleanup(lambda: print(*machine.clean_up(cls.folder), end=""))
        machine.prepare_folder(cls.folder)
        source = cls.folder / "built" / "ragtop"
        check_out(source)
        started = time.monotonic()
        cls.log = command("nice", "dpkg-buildpackage", "-us", "-uc", "-b", cwd=source,
                          DEB_BUILD_OPTIONS=f"parallel={os.cpu_count()} noautodbgsym")
        print(f"packages: debian: built  ({time.monotonic() - started:.0f} s)", flush=True)
        cls.deb, = source.parent.glob("*.deb")
        shutil.rmtree(source)
        started = time.monotonic()
        cls.at = machine.bootstrap(cls.folder, CACHE)
        shutil.copy(cls.deb, cls.at.path("/root/ragtop.deb"))
        updated = cls.at.run("apt-get", "update", network=True)
        assert updated.status == 0, updated.said
        print(f"packages: debian: a Debian  ({time.monotonic() - started:.0f} s)", flush=True)

    def files(self):
        """What is there, but for what every package leaves in the books of dpkg."""
        found = set()
        for folder, folders, files in os.walk(self.at.root):
            below = "/" + os.path.relpath(folder, self.at.root)
            below = "" if below == "/." else below
            folders[:] = [name for name in folders if not KEPT.match(f"{below}/{name}")]
            found |= {f"{below}/{name}" for name in (*files, *folders) if not KEPT.match(f"{below}/{name}")}
        return found

    def run_in(self, *words, status=0, **options):
        ended = self.at.run(*words, user=ORDINARY, cwd=f"/home/{ORDINARY}", **options)
        self.assertEqual(status, ended.status, ended.said)
        self.assertEqual("", ended.left.strip())
        return ended.said

    def test_1_it_builds_without_a_warning(self):
        self.assertEqual([], re.findall(r"^.*\bwarning: .*$", self.log, re.M))

    def test_2_lintian_finds_no_error(self):
        said = command("lintian", "--fail-on", "error", "--allow-root", "--profile", "debian", self.deb)
        self.assertNotIn("\nE: ", "\n" + said)

    def test_3_what_is_in_it(self):
        listed = command("dpkg-deb", "--contents", self.deb)
        names = set(re.findall(r" \./(\S+[^/\s])$", listed, re.M))
        manuals = {f"usr/share/man/man{path.suffix[1:]}/{path.name}.gz" for path in (ROOT / "man").glob("*.[157]")}
        themes = {f"usr/share/ragtop/themes/{path.name}" for path in (ROOT / "themes").glob("*.theme")}
        self.assertLessEqual(manuals | themes | {
            "usr/bin/ragtop", "usr/bin/kubectl-ragtop", "usr/bin/kubectl_complete-ragtop",
            "usr/share/bash-completion/completions/ragtop", "usr/share/zsh/vendor-completions/_ragtop",
            "usr/share/fish/vendor_completions.d/ragtop.fish", "usr/share/doc/ragtop/copyright"}, names)
        self.assertFalse([name for name in names if not name.startswith("usr/")])
        self.assertEqual([], re.findall(r"^\S+ (?!root/root)\S+ .*$", listed, re.M))

    def test_4_it_is_installed_used_and_removed(self):
        machine.copy_debs(CACHE, self.at.archives())
        before = self.files()
        installed = self.at.run("apt-get", "install", "-y", "--no-install-recommends", "/root/ragtop.deb", network=True,
                                DEBIAN_FRONTEND="noninteractive")
        self.assertEqual(0, installed.status, installed.said)
        self.assertIn("/usr/bin/ragtop", self.files())
        self.check_use()
        home = f"/home/{ORDINARY}"
        theirs = {name for name in self.files() - before if name.startswith(home)}
        for words in (["remove", "ragtop"], ["autoremove", "--purge"]):
            ended = self.at.run("apt-get", "-y", *words)
            self.assertEqual(0, ended.status, ended.said)
        self.assertEqual(set(), self.files() - before - theirs)
        # without settings of its own in /etc there is nothing to purge
        self.assertIn("no packages found", self.at.run("dpkg-query", "--show", "ragtop").said)

    def check_use(self):
        """As an ordinary user."""
        self.assertRegex(self.run_in("ragtop", "version"), r"^ragtop \d")
        self.assertIn("cannot reach", self.run_in("ragtop", "report", "http://127.0.0.1:1", status=UNKNOWN))
        recording = Recording.load("article")
        with Proxy(recording.answer) as proxy:
            report = self.run_in("ragtop", "report", "--at", recording.at, "--proxy", proxy.url, "--profile", "kotaemon",
                                 SOURCE, status=CRITICAL, network=True)
        self.assertRegex(report, r"vector_db.*CULPRIT")
        self.assertIn("kubectl is not on the PATH", self.run_in("kubectl-ragtop", status=UNAVAILABLE))
        offered = self.run_in("bash", "-c", "printf '%s\\0' report --theme so | ragtop complete")
        self.assertEqual("solarized\n:files\n", offered.replace("\r", ""))
        loaded = self.run_in("bash", "-c", ". /usr/share/bash-completion/completions/ragtop && complete -p ragtop")
        self.assertIn("_ragtop ragtop", loaded)


if __name__ == "__main__":
    if os.geteuid() == 0:
        machine.isolate()
    unittest.main(failfast=True)
