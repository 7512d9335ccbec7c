"""`ragtop report` against a real Prometheus that watches simulated agents."""

import csv
import io
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

import servers
from program import check_sane, run
from report_schema import parse, row

OK, WARNING, CRITICAL, UNKNOWN = 0, 1, 2, 3
DESCRIPTIONS = Path("/usr/share/i18n/locales")      # of Debian's package locales
WHITESPACE = "\t\r"      # of JSON and CSV


def setUpModule():      # pylint: disable=invalid-name
    servers.start_all()


class Case(unittest.TestCase):
    """With one scenario, or None."""

    def report(self, status, *arguments, allowed=""):
        ended = run("report", *arguments, servers.url(self.SCENARIO))
        check_sane(self, ended, allowed)
        self.assertEqual(ended.status, status, ended.said)
        self.assertEqual(ended.err, "")
        return ended.out

    def document(self, status, *arguments):
        return parse(self, self.report(status, "--format", "json", *arguments, allowed=WHITESPACE))


class Article(Case):
    """The article's incident: a connection leak slows the vector database."""
    SCENARIO = "article"

    def check_vector_db(self, document):
        verdict = document["verdict"]
        self.assertEqual(
            (verdict["severity"], verdict["condition"], verdict["stage"], verdict["signal"]),
            ("critical", "incident", "vector_db", "latency"), verdict)
        self.assertIn("vector_db", verdict["summary"])

    def test_json(self):
        document = self.document(CRITICAL)
        self.check_vector_db(document)
        culprit = row(document, "vector_db")
        self.assertGreater(culprit["blame"], 0.8)
        self.assertEqual((culprit["parent"], culprit["statistic"], culprit["unit"]),
                         ("retrieval", "p95", "seconds"))
        self.assertTrue(culprit["current_low"] <= culprit["current"] <= culprit["current_high"])
        self.assertAlmostEqual(culprit["ratio"], culprit["current"] / culprit["baseline"], 2)
        self.assertGreater(culprit["ratio"], 3)
        self.assertGreater(culprit["requests"], 500)
        self.assertEqual(culprit["severity"], "critical")
        self.assertEqual(row(document, "generation")["severity"], "ok")
        self.assertEqual(document["window_seconds"], 300)
        self.assertEqual(document["source"], servers.url("article"))
        self.assertEqual([tool["tool"] for tool in document["tools"]],
                         ["calculator", "python", "sql_query", "web_search"])
        self.assertEqual({tool["severity"] for tool in document["tools"]}, {"ok"})
        self.assertTrue(any("connections" in text for text in document["verdict"]["evidence"]))
        self.assertTrue(document["verdict"]["next"])

    def test_table(self):
        lines = self.report(CRITICAL).splitlines()
        culprit = next(line for line in lines if "vector_db_query_duration_seconds" in line)
        self.assertIn("CULPRIT", culprit)
        self.assertRegex(culprit, r"\d\.\d s +\d+ ms +\d\.\d[x×]")
        normal = next(line for line in lines if "kotaemon_generation_latency_seconds" in line)
        self.assertIn("normal", normal)
        self.assertIn("vector_db is the culprit", " ".join(lines))

    def test_table_is_the_default(self):
        at = f"--at={servers.moment()}"
        table = self.report(CRITICAL, at, "--format", "table").splitlines()
        self.assertEqual(self.report(CRITICAL, at).splitlines()[0], table[0])

    def test_markdown(self):
        text = self.report(CRITICAL, "--format", "markdown")
        self.assertTrue(text.startswith("**vector_db is the culprit"), text)
        for table in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
            columns = {len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}
            self.assertEqual(len(columns), 1, table)
        self.assertRegex(text, r"\n\|[-:|]+\|\n")

    def test_csv(self):
        text = self.report(CRITICAL, "--format", "csv", allowed=WHITESPACE)
        table = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
        self.assertTrue(all(None not in line and None not in line.values() for line in table))
        culprit = next(line for line in table
                       if (line["stage"], line["signal"]) == ("vector_db", "latency"))
        self.assertGreater(float(culprit["blame"]), 0.8)
        self.assertEqual(culprit["severity"], "critical")
        self.assertNotIn("nan", text.lower())

    def test_csv_is_complete(self):
        """What the JSON has of stages, tools, verdict and warnings, the CSV has too."""
        at = ("--at", servers.moment())
        document = self.document(CRITICAL, *at)
        text = self.report(CRITICAL, "--format", "csv", *at, allowed=WHITESPACE)
        table = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))

        def of(kind, *columns):
            return [tuple(line[c] for c in columns) for line in table if line["kind"] == kind]

        verdict = document["verdict"]
        self.assertEqual(of("stage", "stage", "signal") + of("tool", "stage", "signal")[:1],
                         [(r["stage"], r["signal"]) for r in document["rows"]])
        self.assertEqual(
            [(name, float(rate)) for name, signal, rate in of("tool", "stage", "signal", "current")
             if signal == "calls"],
            [("tool:" + tool["tool"], tool["rate"]) for tool in document["tools"]])
        self.assertEqual(of("verdict", "stage", "signal", "severity", "state", "reason"),
                         [tuple(verdict[k] for k in ("stage", "signal", "severity", "condition",
                                                     "summary"))])
        self.assertEqual(of("evidence", "reason"), [(line,) for line in verdict["evidence"]])
        self.assertEqual([f"{what}: {promql}" for what, promql in of("next", "reason", "promql")],
                         verdict["next"])
        self.assertEqual(of("warning", "reason"), [(line,) for line in document["warnings"]])
        self.assertEqual({line["at"] for line in table}, {document["at"]})

    def test_before_the_incident(self):
        document = self.document(OK, "--at=-20m")
        self.assertEqual(document["verdict"]["severity"], "ok")
        self.assertEqual(document["verdict"]["condition"], "ok")
        self.assertIsNone(document["verdict"]["stage"])
        self.assertIsNone(document["verdict"]["signal"])

    def test_at_a_moment(self):
        moment = self.document(CRITICAL)["at"]
        self.assertEqual(self.document(CRITICAL, "--at", moment)["at"], moment)

    def test_selector(self):
        document = self.document(CRITICAL, "-l", 'namespace="rag"')
        self.check_vector_db(document)
        self.assertTrue(all('namespace="rag"' in r["promql"] for r in document["rows"]))

    def test_namespace(self):
        self.check_vector_db(self.document(CRITICAL, "-n", "rag"))

    def test_selector_of_nothing(self):
        document = self.document(UNKNOWN, "-l", 'namespace="nope"')
        self.assertEqual(document["verdict"]["condition"], "no_data")
        self.assertEqual(document["verdict"]["severity"], "unknown")
        self.assertIsNone(document["verdict"]["stage"])
        for line in document["rows"]:
            self.assertIsNone(line["current"], line)

    def test_baselines(self):
        for kind in ("mean", "day", "recent"):
            with self.subTest(kind):
                document = self.document(CRITICAL, "-b", kind)
                self.check_vector_db(document)
                self.assertEqual(document["baseline"]["kind"], kind)

    def test_report_states_the_baseline(self):
        baseline = self.document(CRITICAL)["baseline"]
        self.assertEqual(baseline["kind"], "day")
        self.assertGreaterEqual(baseline["points"], 20)
        self.assertEqual(baseline["days"], 2)

    def test_url_by_environment(self):
        for name in ("RAGTOP_URL", "PROMETHEUS_URL"):
            with self.subTest(name):
                ended = run("report", "--format", "json", **{name: servers.url("article")})
                check_sane(self, ended, WHITESPACE)
                self.check_vector_db(parse(self, ended.out))

    def test_broken_expression(self):
        """The server refuses one query: the others are still judged, and the gap has its reason."""
        document = self.document(CRITICAL, "-c", servers.file("""
            profiles: [kotaemon]
            stages:
              - name: rerank
                expr: {latency: 'sum(no_such_function(rerank_seconds))'}
        """))
        self.check_vector_db(document)
        broken = row(document, "rerank")
        self.assertEqual(broken["state"], "error")
        self.assertIsNone(broken["current"])
        self.assertIn("no_such_function", broken["reason"])
        self.assertTrue(any("no_such_function" in text for text in document["warnings"]))

    def test_c_locale(self):
        for arguments in ((), ("--format", "markdown")):
            ended = run("report", *arguments, servers.url("article"), LC_ALL="C")
            check_sane(self, ended)
            self.assertTrue(ended.said.isascii(), ended.said)

    @unittest.skipUnless(DESCRIPTIONS.exists(), "no locales to build")
    def test_other_locales(self):
        folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, folder)
        for name in ("de_DE.UTF-8", "tr_TR.UTF-8", "zh_CN.GB18030"):
            subprocess.run(["localedef", "-i", name[:5], "-f", name[6:], f"{folder}/{name}"],
                           check=True, capture_output=True)

        def report(locale, *arguments):
            # the C library itself forgets what it made of LOCPATH
            ended = run("report", *arguments, servers.url("article"), LC_ALL=locale,
                        LOCPATH=folder, ASAN_OPTIONS="detect_leaks=0")
            check_sane(self, ended, WHITESPACE)
            self.assertNotEqual(ended.status, 64, ended.err)
            return ended.out

        numbers = ("--format", "json", "--at", servers.moment(), "-w", "7.5m")
        self.assertEqual(report("de_DE.UTF-8", *numbers), report("C.UTF-8", *numbers))
        self.assertTrue(report("tr_TR.UTF-8", "--at", "FRI"))   # where I is no capital of i
        self.assertTrue(report("zh_CN.GB18030").isascii())

    def test_locale_that_is_not_installed(self):
        for locale, plain in (("xx_XX.UTF-8", False), ("xx_XX.utf8", False), ("xx_XX", True),
                              ("UTF-8", False), ("xx_XX.ISO-8859-1", True)):
            with self.subTest(locale):
                ended = run("report", servers.url("article"), LC_ALL=locale)
                check_sane(self, ended, WHITESPACE)
                self.assertEqual(ended.out.isascii(), plain)

    def test_screenshot_in_c_locale(self):
        ended = run("--screenshot", servers.url("article"), LC_ALL="C")
        check_sane(self, ended)
        self.assertTrue(ended.said.isascii(), ended.said)


class Calm(Case):
    """Nothing is wrong."""
    SCENARIO = "calm"

    def test_ok(self):
        document = self.document(OK)
        verdict = document["verdict"]
        self.assertEqual((verdict["severity"], verdict["condition"], verdict["stage"]),
                         ("ok", "ok", None))
        for line in document["rows"] + document["tools"]:
            self.assertEqual(line["severity"], "ok", line)


class Llm(Case):
    """The model is slow."""
    SCENARIO = "llm"

    def test_generation(self):
        document = self.document(CRITICAL)
        verdict = document["verdict"]
        self.assertEqual((verdict["condition"], verdict["stage"], verdict["signal"]),
                         ("incident", "generation", "latency"))
        self.assertEqual(row(document, "vector_db")["severity"], "ok")


class Tools(Case):
    """The agent asks one tool again and again."""
    SCENARIO = "tools"

    def test_web_search(self):
        ended = run("report", "--format", "json", servers.url("tools"))
        check_sane(self, ended, WHITESPACE)
        self.assertIn(ended.status, (WARNING, CRITICAL))
        document = parse(self, ended.out)
        verdict = document["verdict"]
        self.assertEqual((verdict["condition"], verdict["stage"], verdict["signal"]),
                         ("incident", "tool:web_search", "calls"))
        severities = {tool["tool"]: tool["severity"] for tool in document["tools"]}
        self.assertNotEqual(severities.pop("web_search"), "ok")
        self.assertEqual(set(severities.values()), {"ok"})


class Summary(Case):
    """The article's own metrics: Summaries of Python, without quantiles."""
    SCENARIO = "summary"

    def test_mean(self):
        document = self.document(CRITICAL)
        verdict = document["verdict"]
        self.assertEqual((verdict["condition"], verdict["stage"], verdict["signal"]),
                         ("incident", "vector_db", "latency"))
        self.assertEqual(row(document, "vector_db")["statistic"], "mean")
        self.assertGreater(row(document, "vector_db")["blame"], 0.8)
        self.assertTrue(any("summary" in text for text in document["warnings"]))

    def test_mean_is_said(self):
        self.assertIn("mean*", self.report(CRITICAL))
        ended = run("--screenshot", servers.url("summary"))
        check_sane(self, ended)
        self.assertIn("mean*", ended.out)
        self.assertRegex(ended.out, r"(?m)^ +CULPRIT +vector_db +mean \d\S* m?s +\d\S*× usual ")


if __name__ == "__main__":
    unittest.main()
