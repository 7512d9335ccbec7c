"""The language is chosen from texts alone: no locale of the machine is needed."""

import re
import tempfile
import unittest
from pathlib import Path

from program import run

HAN = re.compile("[\u4e00-\u9fff]")
NOBODY = "http://127.0.0.1:1"
NONE = {"LANGUAGE": None, "LC_ALL": None, "LC_MESSAGES": None, "LC_CTYPE": None, "LANG": None}


def is_chinese(text):
    return bool(HAN.search(text))


class Language(unittest.TestCase):

    def test_environment(self):
        for chinese, told in (
                (True, {"LANG": "zh_CN.UTF-8"}),
                (True, {"LANG": "zh_CN.utf8"}),
                (True, {"LANG": "zh_SG.UTF-8"}),
                (True, {"LC_ALL": "zh_CN.UTF-8", "LANG": "en_US.UTF-8"}),
                (True, {"LC_MESSAGES": "zh_CN.UTF-8", "LANG": "en_US.UTF-8"}),
                (True, {"LANGUAGE": "zh_CN", "LANG": "C.UTF-8"}),
                (True, {"LANGUAGE": "zh", "LANG": "en_US.UTF-8"}),
                (True, {"LANGUAGE": "fr:zh-Hans:en", "LC_ALL": "C.UTF-8"}),
                (False, {}),
                (False, {"LANG": "C.UTF-8"}),
                (False, {"LANG": "zh_TW.UTF-8"}),
                (False, {"LANG": "zh_HK.UTF-8"}),
                (False, {"LANG": "fr_FR.UTF-8"}),
                (False, {"LANGUAGE": "en:zh_CN", "LANG": "zh_CN.UTF-8"}),
                (False, {"LC_ALL": "en_US.UTF-8", "LANG": "zh_CN.UTF-8"}),
                # nothing says that the terminal takes UTF-8
                (False, {"LANG": "zh_CN"}),
                (False, {"LANG": "zh_CN.GB18030"}),
                (False, {"LC_ALL": "C", "LANG": "zh_CN.UTF-8"}),
                (False, {"LANGUAGE": "zh_CN"})):
            with self.subTest(told):
                ended = run("--help", **{**NONE, **told})
                self.assertEqual(ended.status, 0)
                self.assertEqual(is_chinese(ended.out), chinese, ended.out)

    def test_option(self):
        for words in (["--language", "zh_CN"], ["--language=zh"], ["--language", "zh-Hans"]):
            self.assertTrue(is_chinese(run("--help", *words).out), words)
        self.assertFalse(is_chinese(run("--help", "--language", "en", LC_ALL="zh_CN.UTF-8").out))
        self.assertFalse(is_chinese(run("--help", "--language", "zh", LC_ALL="C").out))
        for words in (["report"], ["--screenshot"]):
            drawn = run(*words, "--ascii", NOBODY, LC_ALL="zh_CN.UTF-8").out
            self.assertTrue(drawn.isascii() and "?????" not in drawn, drawn)
        wrong = run("--language", "zh", "--no-such-option")
        self.assertEqual(wrong.status, 64)
        self.assertTrue(is_chinese(wrong.err), wrong.err)

    def test_unknown(self):
        ended = run("report", "--language", "fr", NOBODY)
        self.assertEqual(ended.status, 64)
        self.assertEqual(ended.err, "ragtop: --language fr: not a language of ragtop; use en, zh_CN\n")

    def test_file(self):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "r.yaml"
            stage = "stages: [{name: a, latency: m}]\n"
            file.write_text("language: zh_CN\n" + stage, encoding="utf-8")
            self.assertTrue(is_chinese(run("report", "-c", file, NOBODY).said))
            english = run("report", "-c", file, "--language", "en", NOBODY)
            self.assertFalse(is_chinese(english.said), english.said)
            file.write_text("language: fr\n" + stage, encoding="utf-8")
            ended = run("report", "-c", file, NOBODY)
            self.assertEqual(ended.status, 64)
            self.assertIn("1:11: 'fr' is not a language of ragtop; use en, zh_CN", ended.err)
            file.write_text("language: zh_CN\nwindow: 1y\n" + stage, encoding="utf-8")
            self.assertTrue(is_chinese(run("report", "-c", file, NOBODY).err))

    def test_data(self):
        for words in (["report", "--format", "json"], ["report", "--format=csv"],
                      ["doctor", "--format", "json"], ["check", "--format", "json"]):
            ended = run(*words, NOBODY, LC_ALL="zh_CN.UTF-8")
            self.assertFalse(is_chinese(ended.said), ended.said)
        for format_name in ("table", "markdown"):
            self.assertTrue(is_chinese(run("report", "--format", format_name, NOBODY, LC_ALL="zh_CN.UTF-8").out))

    def test_log(self):
        with tempfile.TemporaryDirectory() as folder:
            log = Path(folder) / "log"
            run("report", "--log", log, NOBODY, LC_ALL="zh_CN.UTF-8")
            text = log.read_text(encoding="utf-8")
            self.assertTrue(text)
            self.assertFalse(is_chinese(text), text)


if __name__ == "__main__":
    unittest.main()
