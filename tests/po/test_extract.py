#!/usr/bin/python3
"""What extract.py finds in a translation that is not whole."""

import tempfile
import unittest
from pathlib import Path

import extract

HEADER = ('msgid ""\nmsgstr ""\n"Project-Id-Version: p\\n"\n"PO-Revision-Date: 2026-01-01 00:00+0000\\n"\n'
          '"Last-Translator: nobody\\n"\n"Language-Team: none\\n"\n"Language: xx\\n"\n"MIME-Version: 1.0\\n"\n'
          '"Content-Type: text/plain; charset=UTF-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
          '"Plural-Forms: nplurals=1; plural=0;\\n"\n')
TEXTS = ('#, c-format\nmsgid "%s of %s"\nmsgstr "{}"\n',
         'msgid "{{open}} opens it"\nmsgstr "{}"\n',
         'msgid "share"\nmsgstr "{}"\n')
WHOLE = ("%2$s: %1$s", "mit {open}", "Teil")


def catalogue(*translated):
    return "\n".join([HEADER, *(text.format(one) for text, one in zip(TEXTS, translated))])


class Translations(unittest.TestCase):

    def faults(self, po):
        with tempfile.TemporaryDirectory() as folder:
            pot, path = Path(folder) / "all.pot", Path(folder) / "xx.po"
            pot.write_text(catalogue("", "", ""), encoding="utf-8")
            path.write_text(po, encoding="utf-8")
            return "\n".join(extract.faults_of(path, pot))

    def test_whole(self):
        self.assertEqual(self.faults(catalogue(*WHOLE)), "")

    def test_more_than_there_is(self):
        self.assertEqual(self.faults(catalogue(*WHOLE) + '\nmsgid "gone"\nmsgstr "fort"\n'), "")

    def test_missing(self):
        self.assertIn("used but not defined", self.faults(catalogue(*WHOLE[:2])))
        self.assertIn("untranslated", self.faults(catalogue("%2$s: %1$s", "", "Teil")))

    def test_fuzzy(self):
        fuzzy = catalogue(*WHOLE).replace("#, c-format", "#, fuzzy, c-format")
        self.assertIn("needs to be reviewed", self.faults(fuzzy))

    def test_lost_argument(self):
        self.assertIn("number of format specifications", self.faults(catalogue("nur %s", *WHOLE[1:])))
        self.assertIn("{open}", self.faults(catalogue(WHOLE[0], "mit Enter", "Teil")))

    def test_wide_heading(self):
        self.assertIn('"Anteile" is wider than 6', self.faults(catalogue(*WHOLE[:2], "Anteile")))
        self.assertIn('"占占占占" is wider than 6', self.faults(catalogue(*WHOLE[:2], "占占占占")))
        self.assertEqual(self.faults(catalogue(*WHOLE[:2], "占占占")), "")


if __name__ == "__main__":
    unittest.main()
