"""The page of a stage in a terminal, against a real Prometheus: what is laid over, traces, PromQL."""

import base64
import json
import re
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request
from datetime import datetime

import servers
from live import ENTER, ESC, Live, check_clean, check_restored
from program import main_directory

main_directory("tests/frame")
from replay import SOURCE, Proxy     # pylint: disable=wrong-import-position

VERDICT = "CULPRIT vector_db"
TRACE = r"\b[0-9a-f]{32}\b"
ENOUGH = 3              # exemplars, to see that they are sorted
LISTED_MOST = 200       # as src/series/exemplar.h has it
KNOWN_WITHIN_S = 180    # a bound against hanging; the first minute ends much sooner


def setUpModule():      # pylint: disable=invalid-name
    servers.article()


def ask(path, **parameters):
    query = urllib.parse.urlencode(parameters)
    with servers.DIRECT.open(f"{servers.url('article')}{path}?{query}") as answer:
        return json.load(answer)["data"]


def number(text):
    """What the program writes as `1.7 s`, `312 ms`, `16/s`, `0.1 %`, `60`."""
    value, unit = re.fullmatch(r"(\d+(?:\.\d+)?) ?(ms|s|/s|%|)", text).groups()
    return float(value) * {"ms": 0.001, "%": 0.01}.get(unit, 1)


class Case(unittest.TestCase):
    """Opens the page of the article's culprit."""

    def page(self, *arguments, url=None, size=(300, 70)):
        live = Live(*arguments, url or servers.url("article"), size=size)
        self.enterContext(live)
        live.wait_settled(VERDICT, "likely a leak: connections")
        live.press(ENTER)
        live.wait_settled("vector_db_query_duration_seconds", "pods of vector_db")
        return live

    def check_quit(self, live):
        self.assertEqual(live.quit(), 0)
        check_restored(self, live)
        check_clean(self, live)

    def assert_near(self, shown, value):
        """The two digits that are shown."""
        self.assertLessEqual(abs(number(shown) - value), 0.06 * value + 1e-9, f"{shown}: {value}")


def queries(live):
    """What the page of PromQL has, by its titles; no line of it is broken on so wide a screen."""
    live.press("e")
    live.wait_for("PromQL behind")
    live.wait_quiet()
    lines = [line.strip("│ ▸") for line in live.lines()]
    first = next(i for i, line in enumerate(lines) if line.startswith("╭─ PromQL behind"))
    found = {}
    for title, promql in zip(lines[first + 1:], lines[first + 2:]):
        if title and "(" in promql and "(" not in title:
            found[title] = promql
    live.press(ESC)
    live.wait_gone("PromQL behind")
    live.wait_quiet()
    return found


class PastedQueries(Case):
    """The PromQL behind every pane gives the number that is on the screen."""

    def value(self, promql, moment):
        result = ask("/api/v1/query", query=promql, time=moment)["result"]
        self.assertEqual(len(result), 1, promql)
        return float(result[0]["value"][1])

    def shown(self, live, pattern):
        found = re.search(pattern, live.text())
        self.assertIsNotNone(found, f"{pattern}\n{live.text()}")
        return found[1]

    def test_stage(self):
        moment = servers.moment()
        live = self.page("--at", moment)
        live.press("c")
        live.wait(lambda: re.search(r"yesterday \d", live.text()), "yesterday")
        live.wait_settled("vector_db")
        asked = queries(live)
        then = {title.split(",")[0]: promql for title, promql in asked.items()
                if ", yesterday" in title}
        self.assert_near(self.shown(live, r"P95 +(\d\S* s) "), self.value(asked["latency"], moment))
        self.assert_near(self.shown(live, r"requests +(\d\S*/s) \(n="),
                         self.value(asked["requests"], moment))
        self.assertEqual(float(self.shown(live, r"connections (\d+) of")),
                         self.value(asked["connections"], moment))
        self.assert_near(self.shown(live, r"latency.*?yesterday (\d+ ms)"),
                         self.value(then["latency"], moment))
        self.assert_near(self.shown(live, r"requests.*?yesterday (\S+/s)"),
                         self.value(then["requests"], moment))
        each = ask("/api/v1/query", query=asked["vector_db: each pod"], time=moment)["result"]
        for series in each:
            pod = re.escape(series["metric"]["pod"])
            self.assert_near(self.shown(live, rf"{pod} +(\d\S* s) "), float(series["value"][1]))
        self.assertEqual(len(each), 3)
        buckets = ask("/api/v1/query", query=asked["requests by latency bucket"], time=moment)
        self.assertGreater(len(buckets["result"]), 10)
        self.check_quit(live)

    def test_pod(self):
        moment = servers.moment()
        live = self.page("--at", moment)
        live.press("5")
        live.wait_settled("rest: the median of the others")
        asked = queries(live)
        title = next(title for title in asked if title.startswith("P95 of"))
        self.assert_near(self.shown(live, r"pod +(\d\S* s)"), self.value(asked[title], moment))
        self.check_quit(live)

    def test_errors_and_tools(self):
        moment = servers.moment()
        live = self.page("--at", moment)
        live.press("1G")        # a tool
        live.wait_quiet()
        live.press(ENTER)
        live.wait_settled("calls of", "failed tool calls")
        asked = queries(live)
        calls = next(title for title in asked if title.startswith("calls of"))
        self.assert_near(self.shown(live, r"calls +(\d\S*/s), n="), self.value(asked[calls], moment))
        failing = self.value(asked["failed tool calls, all tools"], moment)
        shown = self.shown(live, r"errors +(\d\S* %) of all")
        self.assertAlmostEqual(number(shown), failing, delta=0.0006)
        self.check_quit(live)


class LaidOver(Case):
    """The same time of another day."""

    def test_memory_of_the_server(self):
        live = self.page()
        for words in ("yesterday", "last week"):
            live.press("c")
            live.wait_for(words)
        live.wait_for("last week: no data")       # it remembers two days
        live.press("c")
        live.wait_gone("last week")
        self.check_quit(live)

    def test_asked_once(self):
        """One question per signal in sight, and none more while it serves."""
        asked = []
        moment = servers.moment()

        def pass_on(path, parameters):
            given = dict(parameters)
            newest = float(given.get("end", given.get("time", 0)))
            present = newest > datetime.fromisoformat(moment).timestamp()
            if "query" in given and not present:    # what the server lists, as rules, has no moment
                asked.append(given)
            return forwarded(path, parameters)
        with Proxy(pass_on, live=True) as proxy:
            live = self.page("--at", moment, "--proxy", proxy.url, url=SOURCE)
            live.wait_settled("now: vector_db critical")
            before = len(asked)
            live.press("c")
            live.wait(lambda: re.search(r"yesterday \d", live.text()), "yesterday")
            live.wait_settled("yesterday")
            spans = asked[before:]
            self.assertEqual(len(spans), 2)     # the latency, which counts requests; connections
            for one in spans:
                self.assertEqual(float(one["end"]) - float(one["start"]), 3600 - float(one["step"]))
            live.press("v" + "h" * 5)
            live.wait(lambda: re.search(r"s, yesterday \d+ ms, [+-]", live.text()), "a difference")
            live.press(ESC + ESC + "1")
            live.wait_for(VERDICT, "retrieval P95")
            live.wait_settled("yesterday")
            # the two other latencies that this page shows, and the errors of retrieval
            self.assertEqual(len(asked) - before, 2 + 3)
            self.check_quit(live)


def forwarded(path, parameters):
    """The answer of the article's Prometheus."""
    form = urllib.parse.urlencode(parameters)
    url = servers.url("article") + path
    post = re.search("/(query|query_range|query_exemplars|series|labels)$", path)    # the others refuse it
    request = urllib.request.Request(url, form.encode()) if post else f"{url}?{form}"
    try:
        with servers.DIRECT.open(request) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def known(until):
    """The exemplars that the server has of the culprit, as it answers."""
    return ask("/api/v1/query_exemplars", query="vector_db_query_duration_seconds_bucket",
               start=0, end=until)


def listed(answer):
    """(seconds, trace, pod) of each exemplar of ANSWER, the slowest first."""
    return sorted(((float(exemplar["value"]), exemplar["labels"]["trace_id"],
                    series["seriesLabels"]["pod"])
                   for series in answer for exemplar in series["exemplars"]),
                  key=lambda one: one[0], reverse=True)


class Exemplars(Case):
    """Requests that the histogram remembers, with their traces."""

    def moment(self):
        """One at which the server knew enough of them to be sorted."""
        deadline = time.monotonic() + KNOWN_WITHIN_S
        while len(listed(known(until=(moment := servers.moment())))) < ENOUGH:
            self.assertLess(time.monotonic(), deadline, "the server gets no exemplars")
            time.sleep(0.5)
        return moment

    def test_traces(self):
        answers = []

        def pass_on(path, parameters):
            answer = forwarded(path, parameters)
            if path.endswith("_exemplars"):
                answers.append(answer[1]["data"])
            return answer
        with Proxy(pass_on, live=True) as proxy:
            live = self.page("--at", self.moment(), "--proxy", proxy.url, url=SOURCE,
                             size=(120, 50))
            live.press("x")
            live.wait_settled("× usual")
            self.assertEqual(len(answers), 1)
            slowest = listed(answers[0])
            self.assertIn(f"{len(slowest)} exemplars of vector_db" if len(slowest) <= LISTED_MOST
                          else f"slowest {LISTED_MOST} exemplars", live.words())
            rows = re.findall(rf"({TRACE}) +(\d\S* m?s) .*(kotaemon-agent\S+)", live.text())
            self.assertGreaterEqual(len(rows), ENOUGH)      # there may be no room for more
            self.assertEqual([(trace, pod) for trace, _, pod in rows],
                             [(trace, pod) for _, trace, pod in slowest[:len(rows)]])
            for (_, took, _), (seconds, _, _) in zip(rows, slowest):
                self.assert_near(took, seconds)
            live.press("yx")
            live.wait_for("sent the trace id")
            copied = base64.b64decode(live.raw.split(b"\x1b]52;c;")[-1].split(b"\a")[0]).decode()
            self.assertEqual(copied, slowest[0][1])
            live.press(ESC)         # closes them first
            live.wait_gone("exemplars")
            live.wait_for("pods of vector_db")
            self.assertEqual(live.quit(), 0)

    def test_asked_when_wanted_alone(self):
        """There may be none yet at that moment, which is an answer as well."""
        asked = []

        def pass_on(path, parameters):
            asked.append(path)
            return forwarded(path, parameters)
        with Proxy(pass_on, live=True) as proxy:
            live = self.page("--at", servers.moment(), "--proxy", proxy.url, url=SOURCE)
            self.assertNotIn("/api/v1/query_exemplars", asked)
            live.press("x")
            live.wait(lambda: re.search("× usual|exemplars: none", live.words()), "exemplars")
            live.press("x")
            live.wait_gone("× usual", "exemplars: none")
            self.assertEqual(asked.count("/api/v1/query_exemplars"), 1)
            self.check_quit(live)

    def test_what_goes_wrong_is_said_and_nothing_else_suffers(self):
        answers = ((404, b"404 page not found", "unavailable: 404 Not Found"),
                   (403, b"no", "unavailable: 403 Forbidden"),
                   (501, b"no such thing", "unavailable: HTTP status 501"),
                   (200, b"<html>log in</html>", "unavailable: a web page answers there"),
                   (200, b'{"status":"success","data":[{"exemplars":[{', "unavailable"),
                   (200, b'{"status":"success","data":[{"exemplars":[{"labels":{"trace_id":7}}]}]}',
                    "none in this period"),
                   (400, b'{"status":"error","errorType":"bad_data","error":"\x1b[31mno\\u0007"}',
                    "unavailable"))
        for status, body, words in answers:
            def bad(path, parameters, status=status, body=body):
                return (status, body) if path.endswith("_exemplars") else forwarded(path, parameters)
            with self.subTest(words), Proxy(bad, live=True) as proxy:
                live = self.page("--at", servers.moment(), "--proxy", proxy.url, url=SOURCE,
                                 size=(120, 50))
                live.press("x")
                live.wait_for("exemplars: " + words)
                live.wait_for("CULPRIT")
                live.press(ESC + "1")
                live.wait_for(VERDICT)
                self.assertNotIn("Cannot reach", live.words())
                self.check_quit(live)


if __name__ == "__main__":
    unittest.main()
