"""Several sources: real ones, one that hangs, one that is down, and whose secrets go where."""

import base64
import contextlib
import csv
import io
import re
import sqlite3
import tempfile
import unittest
from pathlib import Path

import servers
from live import ENTER, Live, check_clean
from program import check_sane, run
from report_schema import parse, row

OK, WARNING, CRITICAL, UNKNOWN, USAGE = 0, 1, 2, 3, 64
WHITESPACE = "\t\r"
NOBODY = "http://127.0.0.1:1"
SECRET = "hunter2-Zx9"
BASIC = "Basic " + base64.b64encode(f"alice:{SECRET}".encode()).decode()


def setUpModule():      # pylint: disable=invalid-name
    servers.start_all()


def sources(**urls):
    return [word for name, url in urls.items() for word in ("--source", f"{name}={url}")]


class Report(unittest.TestCase):
    """All at once, and the worst of them."""

    def report(self, status, *arguments, allowed="", **urls):
        ended = run("report", *sources(**urls), *arguments)
        check_sane(self, ended, allowed)
        self.assertEqual(ended.status, status, ended.said)
        return ended

    def document(self, status, **urls):
        ended = self.report(status, "--format", "json", allowed=WHITESPACE, **urls)
        return parse(self, ended.out)

    def test_the_worst_gives_the_verdict(self):
        document = self.document(CRITICAL, us=servers.url("calm"), ap=NOBODY,
                                 eu=servers.url("article"))
        verdict = document["verdict"]
        self.assertEqual((verdict["source"], verdict["stage"], verdict["severity"]),
                         ("eu", "vector_db", "critical"))
        self.assertTrue(verdict["summary"].startswith("eu: vector_db is the culprit"), verdict)
        self.assertIn("Others: ap unreachable, us normal.", verdict["summary"])
        self.assertEqual([(s["name"], s["condition"], s["severity"]) for s in document["sources"]],
                         [("us", "ok", "ok"), ("ap", "unreachable", "unknown"),
                          ("eu", "incident", "critical")])
        self.assertEqual(row(document, "vector_db", source="us")["severity"], "ok")
        self.assertEqual(row(document, "vector_db", source="eu")["severity"], "critical")
        self.assertIsNone(row(document, "vector_db", source="ap")["current"])
        self.assertEqual({tool["source"] for tool in document["tools"]}, {"us", "eu"})
        self.assertEqual(document["source"], servers.url("article"))

    def test_status_is_that_of_the_worst(self):
        calm, article = servers.url("calm"), servers.url("article")
        self.report(OK, a=calm, b=calm)
        self.report(UNKNOWN, a=calm, b=NOBODY)
        self.report(CRITICAL, a=NOBODY, b=article)
        self.report(UNKNOWN, a=NOBODY, b=NOBODY)

    def test_a_source_is_as_it_is_alone(self):
        at = ("--at", servers.moment(), "--format", "json")
        alone = parse(self, run("report", *at, servers.url("article")).out)
        together = parse(self, run("report", *at, *sources(
            us=servers.url("calm"), eu=servers.url("article"))).out)
        self.assertNotIn("sources", alone)
        self.assertNotIn("source", alone["verdict"])
        for r in alone["rows"]:
            same = row(together, r["stage"], r["signal"], "eu")
            self.assertEqual({**r, "source": "eu"}, same)
        self.assertEqual(alone["verdict"]["evidence"], together["verdict"]["evidence"])

    def test_groups_of_the_table(self):
        ended = self.report(CRITICAL, us=servers.url("calm"), eu=servers.url("article"), ap=NOBODY)
        headings = [line.split()[:3] for line in ended.out.splitlines()
                    if re.match(r" (!!|\?|✓) +(eu|us|ap)  ", line)]
        self.assertEqual(headings, [["!!", "eu", "critical:"], ["?", "ap", "unreachable:"],
                                    ["✓", "us", "normal"]])
        self.assertIn("ragtop: cannot reach source ap, http://127.0.0.1:1", ended.err)
        self.assertEqual(ended.err.count("\n"), 1)

    def test_csv_and_markdown(self):
        urls = {"us": servers.url("calm"), "eu": servers.url("article")}
        table = list(csv.DictReader(io.StringIO(
            self.report(CRITICAL, "--format", "csv", allowed="\r", **urls).out)))
        self.assertEqual([r["source"] for r in table],
                         sorted([r["source"] for r in table], reverse=True))
        culprit = [r for r in table if r["severity"] == "critical" and r["signal"] == "latency"]
        self.assertEqual({r["source"] for r in culprit}, {"eu"})
        tools = [(r["source"], r["stage"]) for r in table if r["kind"] == "tool"]
        self.assertIn(("us", "tool:web_search"), tools)
        self.assertIn(("eu", "tool:web_search"), tools)
        markdown = self.report(CRITICAL, "--format", "markdown", **urls).out
        self.assertIn("| !! | eu |", markdown)
        self.assertIn(f"- us `{servers.url('calm')}`, 20", markdown)

    def test_two_parts_of_one_server(self):
        config = servers.file(f"""
            profiles: [kotaemon]
            sources:
              - {{name: all, url: '{servers.url('calm')}'}}
              - {{name: none, url: '{servers.url('calm')}', selector: 'job="nobody"'}}
        """)
        ended = run("report", "-c", config, "--format", "json")
        document = parse(self, ended.out)
        self.assertEqual(ended.status, UNKNOWN)
        self.assertEqual([(s["name"], s["condition"]) for s in document["sources"]],
                         [("all", "ok"), ("none", "no_data")])
        self.assertIn('job="nobody"', row(document, "retrieval", source="none")["promql"] or
                      'job="nobody"')
        self.assertEqual(run("report", "-c", config, "--source", "all").status, OK)

    def test_screenshot(self):
        ended = run("--screenshot", "--size", "80x24", *sources(
            us=servers.url("calm"), eu=servers.url("article")))
        self.assertEqual(ended.status, CRITICAL)
        self.assertIn("CULPRIT  eu   vector_db", ended.out)
        self.assertRegex(ended.out, r"(?m)^│✓  us  normal")

    def test_log_names_the_source(self):
        ended = run("report", "-v", *sources(us=servers.url("calm"), ap=NOBODY))
        lines = [line for line in ended.err.splitlines() if re.match(r"\d{4}-", line)]
        self.assertGreater(len(lines), 10)
        self.assertEqual({line.split()[1] for line in lines}, {"us:", "ap:"})

    def test_each_has_a_cache_of_its_own(self):
        url = servers.url("calm")
        with tempfile.TemporaryDirectory() as folder:
            run("report", *sources(whole=url, part=f"{url}?part=1"), XDG_CACHE_HOME=folder)
            with contextlib.closing(sqlite3.connect(Path(folder) / "ragtop/history.db")) as file:
                counts = file.execute("SELECT count(*) FROM page GROUP BY source").fetchall()
            self.assertEqual(len(counts), 2)
            self.assertGreater(min(counts)[0], 5)

    def test_a_baseline_file_is_of_one(self):
        urls = sources(us=servers.url("calm"), eu=servers.url("article"))
        ended = run("baseline", "save", "/nonexistent/x.rtb", *urls)
        self.assertEqual(ended.status, USAGE)
        self.assertIn("is for one source", ended.err)


class Hanging(unittest.TestCase):
    """One that does not answer keeps nothing of the others from the reader."""

    def setUp(self):
        self.server = servers.misbehave()
        self.server.manage("reset")

    def tearDown(self):
        self.server.manage("release")

    def test_others_are_whole_while_it_holds(self):
        # it is the first, and is given ten minutes for every answer: order is all that is looked at
        urls = sources(held=self.server.url("hold"), eu=servers.url("article"),
                       us=servers.url("calm"))
        with Live(*urls, "--timeout", "10m", size=(120, 40)) as live:
            live.wait_for("CULPRIT eu vector_db")
            live.wait_for("Others: held asking, us normal")
            live.wait(lambda: re.search(r"^│ +held  asking", live.text(), re.M), "held is asked")
            live.wait(lambda: self.server.stats()["holding"] > 0, "a question held")
            live.wait_for("CULPRIT", "us normal")
            self.server.manage("release")
            live.wait_for("held without data")
            live.quit()
            check_clean(self, live)

    def test_keys_work_while_it_holds(self):
        urls = sources(held=self.server.url("hold"), us=servers.url("calm"))
        with Live(*urls, "--timeout", "10m", size=(100, 30)) as live:
            live.wait_for("✓ us normal")
            def is_shown():
                return re.search(r"^│ +held  asking", live.text(), re.M)

            live.press(":source us" + ENTER)
            live.wait(lambda: not is_shown(), "us alone")
            live.press("s")
            live.wait(is_shown, "all of them")
            live.press("/us" + ENTER)
            live.wait(lambda: not is_shown(), "what matches")
            live.wait(lambda: self.server.stats()["holding"] > 0, "a question held")
            live.quit()
            check_clean(self, live)

    def test_it_is_said_to_hang(self):
        ended = run("report", "--timeout", "3s", "--format", "json",
                    *sources(hung=self.server.url("hang"), us=servers.url("calm")))
        document = parse(self, ended.out)
        self.assertEqual(ended.status, UNKNOWN)
        verdict = document["verdict"]
        self.assertEqual((verdict["source"], verdict["condition"]), ("hung", "unreachable"))
        self.assertIn("within 3 s", verdict["summary"])
        self.assertEqual(row(document, "retrieval", source="us")["severity"], "ok")


class Dashboard(unittest.TestCase):
    """The dashboard."""

    def test_one_goes_and_comes_back(self):
        with servers.always("ok") as lost:
            urls = sources(us=servers.url("calm"), ap=lost)
            with Live(*urls, "-r", "1s", size=(100, 30)) as live:
                live.wait_for("NO DATA ap")
                live.wait_for("us normal")
                live.quit()
                check_clean(self, live)

    def test_groups_open_and_close(self):
        urls = sources(us=servers.url("calm"), eu=servers.url("article"))
        with Live(*urls, size=(100, 30)) as live:
            live.wait_for("critical: vector_db")
            live.wait_for("✓ us normal")
            live.press("\x1b[H")    # the first row is the heading of the worst
            live.press(ENTER)
            live.wait_gone("CULPRIT:")
            live.wait_for("critical: vector_db (Enter opens)")
            live.press(ENTER)
            live.wait_for("CULPRIT:")
            live.press("s")
            live.wait_gone("✓ us normal")
            live.wait_for("Others: us normal")
            live.quit()
            check_clean(self, live)


class Secrets(unittest.TestCase):
    """What says who asks goes to no other server."""

    def headers(self, server):
        return server.stats()["last"]["headers"]

    def test_of_a_file(self):
        with servers.another() as other:
            mine = servers.misbehave()
            for server in (mine, other):
                server.manage("reset")
            config = servers.file(f"""
                sources:
                  - name: mine
                    url: {mine.url('ok')}
                    user: alice:{SECRET}
                    tenant: team-a
                    headers: ['X-Route: blue']
                  - {{name: other, url: '{other.url('ok')}'}}
            """)
            ended = run("report", "-v", "-c", config)
            self.assertNotIn(SECRET, ended.said)
            self.assertNotIn(BASIC, ended.said)
            self.assertEqual(self.headers(mine)["authorization"], BASIC)
            self.assertEqual(self.headers(mine)["x-scope-orgid"], "team-a")
            self.assertEqual({"authorization", "x-scope-orgid", "x-route"} &
                             self.headers(other).keys(), set())
            refused = run("report", "-c", config, "-u", f"bob:{SECRET}")
            self.assertEqual(refused.status, USAGE)
            self.assertIn("--user is not sent to source mine", refused.err)
            self.assertNotIn(SECRET, refused.said)

    def test_of_a_url_and_the_environment(self):
        with servers.another() as other:
            mine = servers.misbehave()
            for server in (mine, other):
                server.manage("reset")
            ended = run("report", *sources(mine=mine.url("ok", f"alice:{SECRET}@"),
                                           other=other.url("ok")),
                        RAGTOP_USER=f"bob:{SECRET}")
            self.assertNotIn(SECRET, ended.said)
            self.assertIn("RAGTOP_USER and RAGTOP_BEARER_TOKEN_FILE are not sent", ended.err)
            self.assertEqual(self.headers(mine)["authorization"], BASIC)
            self.assertNotIn("authorization", self.headers(other))


if __name__ == "__main__":
    unittest.main()
