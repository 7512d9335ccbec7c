"""`ragtop baseline save` and what is compared with its file, against a real Prometheus."""

import json
import tempfile
import unittest
from datetime import datetime, timedelta, timezone
from pathlib import Path

import servers
from live import Live
from program import check_sane, run
from report_schema import parse, row

OK, CRITICAL, UNKNOWN, USAGE = 0, 2, 3, 64


def setUpModule():      # pylint: disable=invalid-name
    servers.article()


def checksum(text):
    """64-bit FNV-1a."""
    value = 0xcbf29ce484222325
    for byte in text.encode():
        value = (value ^ byte) * 0x100000001b3 % 2**64
    return value


class Baseline(unittest.TestCase):
    """With a directory for its files."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="ragtop-baseline-")
        self.addCleanup(folder.cleanup)
        self.file = Path(folder.name) / "before.rtb"

    def run_for(self, status, *arguments, allowed=""):
        ended = run(*arguments, servers.url("article"))
        check_sane(self, ended, allowed)
        self.assertEqual(ended.status, status, ended.said)
        return ended

    def save(self, *arguments):
        ended = self.run_for(OK, "baseline", "save", self.file, *arguments)
        self.assertRegex(ended.out, r"before\.rtb: 8 of 8 signals, (1 d|2[34] h.*) of samples, "
                                    r"from [-\d: ]+ to [-\d: ]+\n$")
        self.assertEqual(ended.err, "")
        return self.file.read_text(encoding="utf-8")

    def report(self, *arguments, status=CRITICAL, file=None):
        ended = self.run_for(status, "report", "--format", "json", "-b", file or self.file,
                             *arguments, allowed="\t\r")
        return parse(self, ended.out)

    def write(self, text):
        """Puts TEXT into the file, with a checksum that fits."""
        text = text[:text.rindex("checksum ")]
        self.file.write_text(f"{text}checksum {checksum(text):016x}\n", encoding="utf-8")

    def check_refused(self, words):
        ended = self.run_for(USAGE, "report", "-b", self.file)
        self.assertEqual(ended.out, "")
        self.assertEqual(ended.err.count("\n"), 1)
        self.assertIn(words, ended.err)

    def test_roundtrip(self):
        text = self.save("--at=-1h")
        lines = text.splitlines()
        self.assertEqual(lines[0], "ragtop baseline 1")
        self.assertEqual(lines[-1], f"checksum {checksum(text[:text.rindex('checksum ')]):016x}")
        self.assertLess(len(text), 500_000)
        self.assertNotIn("127.0.0.1", text)
        document = self.report()
        verdict = document["verdict"]
        self.assertEqual((verdict["stage"], verdict["signal"]), ("vector_db", "latency"))
        self.assertEqual(document["baseline"]["kind"], "file")
        self.assertEqual(document["baseline"]["file"], "before.rtb")
        culprit = row(document, "vector_db")
        self.assertGreater(culprit["ratio"], 3)
        self.assertEqual(row(document, "generation")["severity"], "ok")
        self.assertEqual(document["warnings"], [])

    def test_no_history_is_asked_for(self):
        self.save("--at=-1h")
        log = self.file.parent / "log"
        self.run_for(CRITICAL, "report", "-b", self.file, "--log", log)
        purposes = [line.split()[1] for line in log.read_text(encoding="utf-8").splitlines()]
        self.assertIn("now", purposes)
        self.assertFalse({"day", "recent", "pinned"} & set(purposes))

    def test_it_is_named(self):
        at = datetime.now(timezone.utc) - timedelta(hours=1)
        self.save("--at", at.isoformat(timespec="seconds"))
        words = f"usual: saved {at:%Y-%m-%d %H:%M} in before.rtb"
        told = self.run_for(CRITICAL, "report", "-b", self.file).out
        self.assertIn(words, " ".join(told.split()))
        with Live("-b", str(self.file), servers.url("article"), size=(240, 40)) as live:
            live.wait_for("CULPRIT vector_db", words)
            live.press("b")
            live.wait_for("usual = whatever history")
            live.wait_for("usual: median of this hour")
            live.press("bbbbbb")
            live.wait_for("usual = saved in before.rtb", words)
            self.assertEqual(live.quit(), 0)

    def test_auto_falls_back_to_it(self):
        self.save("--at=-1h")
        config = servers.file(f"""
            baseline: {{kind: auto, file: {self.file}}}
            profiles: [kotaemon]
        """)
        ended = self.run_for(CRITICAL, "report", "-c", config)
        self.assertIn("usual: median of this hour on 2 days", " ".join(ended.out.split()))
        # three weeks ago there is no history, and the samples of now are there by the file alone
        ended = self.run_for(CRITICAL, "report", "-c", servers.file(f"""
            baseline: {{kind: week, file: {self.file}}}
            profiles: [kotaemon]
        """), "-b", self.file)
        self.assertIn("in before.rtb", " ".join(ended.out.split()))

    def test_other_metrics(self):
        text = self.save("--at=-1h")
        self.write(text.replace("kotaemon_generation", "other_generation"))
        document = self.report()
        self.assertEqual(document["verdict"]["stage"], "vector_db")
        self.assertEqual(row(document, "generation")["severity"], "unknown")
        self.assertIsNone(row(document, "generation")["baseline"])
        self.assertEqual(document["warnings"], [
            "before.rtb was saved from something else and has no data for generation latency"])

    def test_another_time_of_the_day(self):
        text = self.save("--at=-1h")
        lines = text.splitlines()
        index = [i for i, line in enumerate(lines) if line.startswith("series ")]
        for i in index:     # only what was saved of the time twelve hours before
            values = lines[i + 1].split()
            lines[i + 1] = " ".join(v if 120 <= k < 160 else "-" for k, v in enumerate(values))
        self.write("\n".join(lines) + "\n")
        self.assertIn("in before.rtb, from another time of day",
                      " ".join(self.run_for(CRITICAL, "report", "-b", self.file).out.split()))

    def test_refused(self):
        self.check_refused("before.rtb: this baseline cannot be read: no such file or directory")

    def test_unsound(self):
        """A clear sentence, and the table is judged all the same."""
        text = self.save()
        cases = {"is cut or damaged": text[:-1000],
                 "in version 2 of the format": text.replace("1", "2", 1),
                 "cut or damaged": text.replace(" 0 ", " 1 ", 1),
                 "this is not a baseline file": "\x7fELF\0\0\0"}
        for sentence, content in cases.items():
            with self.subTest(sentence):
                self.file.write_text(content, encoding="utf-8")
                document = self.report()
                self.assertEqual(document["verdict"]["stage"], "vector_db")
                self.assertEqual(document["baseline"]["kind"], "day")
                self.assertEqual(len(document["warnings"]), 1)
                self.assertIn(sentence, document["warnings"][0])
                self.assertIn("the server's history instead", document["warnings"][0])
        with Live("-b", str(self.file), servers.url("article"), size=(160, 40)) as live:
            live.wait_for("CULPRIT vector_db", "this is not a baseline file")
            self.assertEqual(live.quit(), 0)

    def test_too_little_to_save(self):
        """When the service was new, as far as the server knows."""
        now = datetime.now(timezone.utc).timestamp()
        with servers.DIRECT.open(f"{servers.url('article')}/api/v1/query_range?query=count(up)"
                                 f"&start={now - 3 * 86400}&end={now}&step=60") as answer:
            first = json.load(answer)["data"]["result"][0]["values"][0][0]
        at = datetime.fromtimestamp(first + 9 * 60, timezone.utc).isoformat(timespec="seconds")
        ended = self.run_for(UNKNOWN, "baseline", "save", self.file, "--at", at)
        self.assertRegex(ended.err, r"nothing was saved: there are only (5|10) min of samples in the "
                                    r"day before \S+, and a baseline needs 15 min")
        self.assertFalse(self.file.exists())

    def test_nothing_to_save(self):
        ended = self.run_for(UNKNOWN, "baseline", "save", self.file, "-n", "nope")
        self.assertIn("nothing was saved", ended.err)
        ended = run("baseline", "save", self.file, "http://127.0.0.1:1")
        self.assertEqual((ended.status, ended.out), (UNKNOWN, ""))
        self.assertIn("cannot reach", ended.err)
        self.assertFalse(self.file.exists())
        ended = self.run_for(UNKNOWN, "baseline", "save", self.file / "x.rtb")
        self.assertIn("the baseline cannot be written", ended.err)


if __name__ == "__main__":
    unittest.main()
