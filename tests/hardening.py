#!/usr/bin/python3
"""usage: hardening.py RAGTOP

Reads off the binary how it is protected, as it lies there, whatever the build files say: position
independent, all relocations resolved at the start and read-only, no memory that can be written and
executed, guarded stacks, checked string functions, guarded indirect jumps on x86.
"""

import re
import subprocess
import sys
import unittest

PATH = sys.argv.pop() if len(sys.argv) > 1 else sys.exit(__doc__)


def read(*options):
    return subprocess.run([*options, PATH], check=True, capture_output=True,
                          encoding="utf-8").stdout


class Binary(unittest.TestCase):
    """What readelf and objdump say."""

    @classmethod
    def setUpClass(cls):
        cls.header = read("readelf", "-hW")
        cls.dynamic = read("readelf", "-dW")
        cls.segments = read("readelf", "-lW")
        cls.symbols = read("readelf", "--dyn-syms", "-W")
        cls.x86 = "X86-64" in cls.header
        cls.alone = "NEEDED" not in cls.dynamic     # the static file: stripped, and with no libraries

    def test_position_independent(self):
        self.assertRegex(self.header, r"Type:\s+DYN")
        self.assertRegex(self.dynamic, r"FLAGS_1.*\bPIE\b")

    def test_relocations(self):
        self.assertIn("GNU_RELRO", self.segments)
        self.assertRegex(self.dynamic, r"BIND_NOW|FLAGS_1.*\bNOW\b")

    def test_nothing_writable_is_executable(self):
        segments = re.findall(r"^\s+(LOAD|GNU_STACK)\s.*\s([RWE ]{3})\s+0x", self.segments, re.M)
        self.assertEqual({kind for kind, _ in segments}, {"LOAD", "GNU_STACK"})
        for kind, rights in segments:
            self.assertFalse("W" in rights and "E" in rights, (kind, rights))

    def test_guarded_stacks(self):
        if self.alone and self.x86:
            # no names are left in it: what is looked for is the guard, taken and compared
            self.assertGreater(read("objdump", "-d", "--no-show-raw-insn").count("%fs:0x28"), 1000)
        elif self.alone:
            self.skipTest("looked for in the code of x86-64")
        else:
            self.assertIn("__stack_chk_fail", self.symbols)

    def test_checked_functions(self):
        if self.alone:
            self.skipTest("musl has none")
        checked = set(re.findall(r"__(\w+)_chk\b", self.symbols))
        self.assertTrue({"vsnprintf", "memcpy"} & checked, checked)

    def test_large_frames_are_probed(self):
        """A frame beyond a page touches each: no jump over the page that guards the stack."""
        if not self.x86:
            self.skipTest("looked for in the code of x86-64")
        code = read("objdump", "-d", "--no-show-raw-insn")
        self.assertRegex(code, r"sub +\$0x1000,%rsp\n[^\n]*\b(orq|or|mov\w) +\$0x0,")

    def test_guarded_jumps(self):
        """The functions are marked; the note that turns the guard on needs the system's own start
        files to be, and not every distribution's are."""
        if not self.x86:
            self.skipTest("a feature of x86")
        self.assertGreater(read("objdump", "-d", "--no-show-raw-insn").count("endbr64"), 100)

    def test_libraries_come_from_the_system(self):
        if self.alone:
            self.assertNotIn("INTERP", self.segments, "it asks for a loader")
        self.assertNotRegex(self.dynamic, r"RPATH|RUNPATH")
        self.assertNotIn("TEXTREL", self.dynamic)


if __name__ == "__main__":
    unittest.main()
