#!/usr/bin/python3
"""A machine of 32 bits: a Debian of i386 with nothing on it, where ragtop is built and its unit tests run.

Needs root, debootstrap and a mirror of Debian.
"""

import os
import re
import sys
import tempfile
import time
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "bare"))
sys.path.insert(0, str(ROOT / "tests" / "packages"))

import machine      # noqa: E402  pylint: disable=wrong-import-position
from test_debian import check_out, read     # noqa: E402  pylint: disable=wrong-import-position

CACHE = ROOT / "build-tests" / "debs-i386"
OF_UNIT_TESTS = ["ca-certificates", "libcmocka-dev", "libvterm-dev", "openssl"]
SOURCE, BUILD = "/root/ragtop", "/root/build"


class I386(unittest.TestCase):
    """Built, and tried; each test goes on where the one before it was."""

    @classmethod
    def setUpClass(cls):
        cls.folder = Path(tempfile.mkdtemp(prefix="ragtop-i386-"))
        cls.addClassCleanup(lambda: print(*machine.clean_up(cls.folder), end=""))
        machine.prepare_folder(cls.folder)
        started = time.monotonic()
        cls.at = machine.bootstrap(cls.folder, CACHE, "i386")
        # nothing is handed out from here: the release itself does, which no mirror has by halves
        listed = cls.at.path("/etc/apt/sources.list")
        listed.write_text(listed.read_text().splitlines()[0] + "\n")
        packages = re.findall(r"^build +(\S+)", read("packages.txt"), re.M) + OF_UNIT_TESTS
        for words in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
            ended = cls.at.run("apt-get", *words, network=True, DEBIAN_FRONTEND="noninteractive")
            assert ended.status == 0, ended.said
        machine.copy_debs(cls.at.archives(), CACHE)
        check_out(cls.at.path(SOURCE))
        print(f"packages: i386: a Debian  ({time.monotonic() - started:.0f} s)", flush=True)

    def run_in(self, *words):
        ended = self.at.run(*words, cwd="/root", TZ="UTC")
        self.assertEqual(0, ended.status, ended.said[-4000:])
        return ended.said

    def test_1_it_builds_without_a_warning(self):
        self.run_in("meson", "setup", BUILD, SOURCE, "-Dwerror=true", "-Doptimization=1", "-Ddebug=false")
        self.run_in("ninja", "-C", BUILD, "src/ragtop")
        self.assertRegex(self.run_in("readelf", "-h", f"{BUILD}/src/ragtop"), r"Class:\s+ELF32")
        self.assertRegex(self.run_in(f"{BUILD}/src/ragtop", "version"), r"\Aragtop \d")

    def test_2_the_unit_tests_pass(self):
        listed = self.run_in("meson", "test", "-C", BUILD, "--suite", "unit", "--list")
        # scarce also lets allocations of libyaml fail here, which loses memory then
        names = sorted(set(re.findall(r"^ragtop:unit / (\w+)\r?$", listed, re.M)) - {"scarce"})
        said = self.run_in("meson", "test", "-C", BUILD, "--timeout-multiplier", "4", "--print-errorlogs", *names)
        ran = int(re.search(r"^Ok: +(\d+)", said, re.M)[1])
        self.assertGreater(ran, 150)
        print(f"packages: i386: {ran} unit tests", flush=True)


if __name__ == "__main__":
    if os.geteuid() == 0:
        machine.isolate()
    unittest.main(failfast=True)
