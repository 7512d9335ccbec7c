"""What a proxy or a firewall closes of an API, and clocks that differ: the rest is judged, and what
is said is the cause."""

import json
import tempfile
import threading
import time
import unittest

import servers
from live import Live
from program import check_sane, run
from report_schema import parse
from steady import CONFIG, Steady
from test_refusals import OTHERS, PAGE, VARIANTS, Target, config_of

OK, CRITICAL, UNKNOWN = 0, 2, 3
NOTHING = '{"status": "success", "data": []}'
NO_SERIES = '{"status": "success", "data": {"resultType": "vector", "result": []}}'
BY_LABEL = "\nwindow: 5m\nstages_by_label: {latency: front_seconds, label: stage}\n"


def error(text, kind="execution"):
    return json.dumps({"status": "error", "errorType": kind, "error": text})


def report_of(test, url, config, *arguments):
    ended = run("report", "--no-cache", "--format", "json", "-c", config, *arguments, url)
    check_sane(test, ended, allowed="\t")
    return ended, parse(test, ended.out)


class Servers(unittest.TestCase):
    def setUp(self):
        self.server = Steady()
        self.server.start()
        self.addCleanup(self.server.stop)

    def report(self, config, *arguments):
        return report_of(self, self.server.url, servers.file(config), *arguments)

    def check_judged(self):
        """Returns the reports, of two variants."""
        reports = []
        for config, stages, speed in ((CONFIG, ("front", "back"), 6),
                                      (OTHERS, ("search", "answer"), 3)):
            with self.subTest(stages=stages):
                self.server.speed = lambda stage, t, speed=speed: speed
                ended, report = self.report(config, "--timeout", "5s")
                self.assertEqual(ended.status, OK, ended.said)
                self.assertEqual(report["verdict"]["condition"], "ok")
                self.assertIn("OK: both stages normal", report["verdict"]["summary"])
                latency = {row["stage"]: row for row in report["rows"]
                           if row["signal"] == "latency"}
                for stage in stages:
                    self.assertAlmostEqual(latency[stage]["current"], 3 / speed, delta=.15)
                    self.assertIsNotNone(latency[stage]["baseline"])
                reports.append(report)
        return reports

    def test_labels_are_closed_in_other_ways(self):
        for way in ((400, error("label API disabled", "bad_data")), (401, "Unauthorized\n"),
                    (405, "no"), (410, "Gone"), (422, error("label queries are too expensive")),
                    (403, error("labels are for team B", "forbidden")), (404, PAGE),
                    (500, error("label API disabled", "internal")), (503, "no"), (200, PAGE),
                    (200, ""), (200, NOTHING), "hang"):
            with self.subTest(way):
                self.server.bar = lambda path, parameters, way=way: \
                    None if "/query" in path else way
                self.check_judged()

    def test_everything_is_refused(self):
        """Then it is not the labels, and the cause is stated once, without asking many times more."""
        for way, said in (((401, "Unauthorized\n"), "401 Unauthorized"),
                          ((404, PAGE), "404 Not Found: no Prometheus API"),
                          ((403, error("no such team")), "may not query: no such team")):
            for config in (CONFIG, BY_LABEL):
                with self.subTest(way, config=config):
                    self.server.asked.clear()
                    self.server.bar = lambda path, parameters, way=way: way
                    ended, report = self.report(config, "--timeout", "1s")
                    self.assertEqual(ended.status, UNKNOWN)
                    self.assertEqual(report["verdict"]["condition"], "unreachable")
                    self.assertIn(said, report["verdict"]["summary"])
                    self.assertNotIn('{"', ended.err)
                    self.assertLess(len(self.server.asked), 60)

    def test_post_is_barred_in_other_ways(self):
        for way in ((200, PAGE), (400, PAGE), (403, ""), (404, PAGE), (406, PAGE), (411, PAGE),
                    (415, "Unsupported Media Type\n"),
                    (403, error("method POST forbidden", "forbidden")),
                    (403, '{"message": "Missing Authentication Token"}'),
                    (404, '{"message": "no Route matched with those values"}')):
            with self.subTest(way):
                self.server.post = way
                self.check_judged()

    def test_ranges_are_not_passed_on(self):
        """The URL is right, for the present is answered."""
        for way, said in (((404, "404 page not found\n"), "404 Not Found: a proxy may not pass on"),
                          ((200, PAGE), "not an answer of the API: a proxy may not pass on"),
                          ((429, "slow down\n"), "429: the server is receiving too many requests"),
                          ((503, "", 30), "503: the server is not ready"),
                          ((403, error("ranges are for team B", "forbidden")),
                           "may not query: ranges are for team B")):
            for config in (CONFIG, OTHERS):
                with self.subTest(way, config=config):
                    self.server.bar = lambda path, parameters, way=way: \
                        way if path.endswith("_range") else None
                    ended, report = self.report(config)
                    summary = report["verdict"]["summary"]
                    self.assertEqual(ended.status, UNKNOWN)
                    self.assertIn("the server refuses queries about the past: ", summary)
                    self.assertIn(said, summary)
                    self.assertNotIn("a path may be missing", ended.out)
                    self.assertNotIn("login page", ended.out)
                    self.assertNotIn("errorType", ended.out)
                    self.assertTrue(all(row["current"] is not None for row in report["rows"]
                                        if row["signal"] == "latency"))

    def test_ranges_hang(self):
        """The present is answered, and judged as far as that goes."""
        for config, limit, status in ((CONFIG, "", UNKNOWN), (OTHERS, "", UNKNOWN),
                                      (CONFIG, ", slo: {p95: 100ms}", CRITICAL)):
            with self.subTest(limit, config=config):
                self.server.bar = lambda path, parameters: \
                    "hang" if path.endswith("_range") else None
                ended, report = self.report(
                    config.replace("front_errors_total", "front_errors_total" + limit),
                    "--timeout", "2s")
                self.assertEqual(ended.status, status, ended.out)
                self.assertTrue(all(row["current"] is not None for row in report["rows"]
                                    if row["signal"] == "latency"))
                if not limit:
                    self.assertIn("the server does not answer queries about the past: no answer "
                                  "from 127.0.0.1", report["verdict"]["summary"])
                self.assertNotIn("cannot reach", ended.said)
                self.assertNotIn("of samples", ended.out)

    def test_refused_ranges_are_not_waited_for(self):
        """Nor is what else waited to be sent when they were: a list is of one moment."""
        config = "window: 5m\nstages:\n" + "".join(
            f"  - {{name: s{i}, latency: {name}_seconds, errors: {name}_errors_total}}\n"
            for i, name in enumerate(("front", "back") * 4))
        for way in ((403, "forbidden"), (404, "404 page not found\n")):
            with self.subTest(way):
                def bar(path, _parameters, way=way):
                    if path.endswith("_range"):
                        time.sleep(.05)     # others wait behind it
                        return way
                    return None
                self.server.bar = bar
                ended, _report = self.report(config)
                self.assertIn("is unavailable: 40", ended.out)
                self.assertNotIn("not everything was answered", ended.out)
                self.assertLess(ended.seconds, 10)

    def test_ranges_are_refused_to_a_live_screen(self):
        """It does not say for ever that it is still asking."""
        for config in (CONFIG, OTHERS):
            self.server.bar = lambda path, parameters: \
                (429, "slow down\n") if path.endswith("_range") else None
            with Live("--no-cache", "-r", "5s", "-c", servers.file(config), self.server.url,
                      size=(120, 30)) as live:
                live.wait_for("the server refuses queries about the past: 429")
                live.quit()

    def test_all_queries_fail_for_one_cause(self):
        for cause in ("the query queue is full", "storage is read only"):
            self.server.bar = lambda path, parameters, cause=cause: \
                (422, error(cause)) if path.endswith("/query") and \
                "seconds" in parameters["query"] else None
            ended, report = self.report(CONFIG)
            self.assertEqual((ended.status, report["verdict"]["condition"]), (UNKNOWN, "no_data"))
            self.assertEqual(report["verdict"]["summary"],
                             f"The server refuses the queries: {cause}.")

    def test_the_order_of_answers_does_not_matter(self):
        """Nothing matches; whether the names elsewhere or the interval is known first."""
        anywhere = threading.Event()

        def bar(path, parameters):
            its = "nowhere" in parameters.get("match[]", "")
            if path.endswith("/values") and not its:
                anywhere.set()
            if "count_over_time" in parameters.get("query", ""):
                anywhere.wait(5)
                time.sleep(.1)
            if "nowhere" in parameters.get("query", "") and "count by" in parameters["query"]:
                return 200, NO_SERIES
            return (200, NOTHING) if its else None

        for config in (CONFIG, OTHERS):
            for delays in (True, False):
                anywhere.clear()
                self.server.bar = lambda path, parameters, delays=delays: bar(path, {
                    **parameters, "query": parameters.get("query", "").replace(
                        "count_over_time", "count_over_time" if delays else "")})
                ended, report = self.report(config, "-l", 'zone="nowhere"')
                self.assertEqual((ended.status, report["verdict"]["summary"]), (
                    UNKNOWN, "No data: the server has these metrics, but no series of them "
                    'matches zone="nowhere".'))

    def test_stages_by_label_where_labels_are_closed(self):
        """Whether the label exists is known from queries."""
        for way in ((403, "no"), (500, error("label API disabled", "internal")), (200, NOTHING)):
            for name, label in (("front_seconds", "stage"), ("back_seconds", "step")):
                with self.subTest(way, label=label):
                    def bar(path, parameters, way=way, name=name, label=label):
                        if "/query" not in path:
                            return way
                        return (200, NO_SERIES.replace("[]", json.dumps(
                            [{"metric": {}, "value": [time.time(), "7"]}]))) \
                            if f"count by ({label})" in parameters["query"] else None
                    self.server.bar = bar
                    ended, report = self.report(
                        f"\nstages_by_label: {{latency: {name}, label: {label}}}\n")
                    self.assertEqual(ended.status, UNKNOWN)
                    self.assertEqual(report["verdict"]["summary"],
                                     f'The server answers, but {name} has no label "{label}".')

    def test_a_clock_that_is_learned_while_names_are_asked_for(self):
        """What was asked about a time to come says nothing, whichever answer comes first."""
        def bar(path, parameters):
            return .5 if path.endswith("/values") else None
        for minutes in (-90, -12 * 60, 7 * 60):
            self.server.ahead_s = minutes * 60
            self.server.bar = bar
            for report in self.check_judged():
                self.assertEqual([note for note in report["warnings"] if "no such" in note], [])

    def test_only_the_count_is_there(self):
        """Such a name is not told to be missing, and then to be the nearest."""
        names = self.server.names()
        for metric, config in (("front_seconds", CONFIG), ("back_seconds", OTHERS)):
            self.server.names = lambda metric=metric: [
                name for name in names
                if not name.startswith(metric) or name == f"{metric}_count"]
            ended, report = self.report(config)
            self.assertIn(f"{metric}: there is only {metric}_count, which counts requests but does "
                          "not time them", ended.out)
            self.assertNotIn(f"{metric}: no such metric", ended.out)

    def test_the_difference_of_clocks_is_stated(self):
        for minutes, said in ((50, "50 min ahead of"), (-50, "50 min behind"), (120, "2 h ahead of"),
                              (-90, "90 min behind"), (3 * 24 * 60, "3 d ahead of")):
            with self.subTest(minutes):
                self.server.ahead_s = minutes * 60
                for report in self.check_judged():
                    self.assertEqual([note for note in report["warnings"] if "clock" in note], [
                        f"the server's clock is {said} this machine's; times are the server's"])
        self.server.ahead_s = 20    # is nothing new
        for report in self.check_judged():
            self.assertEqual(report["warnings"], [])


class Targets(unittest.TestCase):
    def test_an_expression_with_a_cache(self):
        """There is nothing of a server's to remember, so nothing that has to be proven first."""
        for stage, median_s in VARIANTS:
            config = config_of(stage, f"sum(rate({stage}_sum[5m])) / sum(rate({stage}_count[5m]))")
            with Target(stage, median_s) as url, tempfile.TemporaryDirectory() as home:
                for _ in range(2):
                    ended = run("report", "--format", "json", "--timeout", "5s", "-c", config, url,
                                XDG_CACHE_HOME=home)
                    check_sane(self, ended, allowed="\t")
                    report = parse(self, ended.out)
                    self.assertEqual(ended.status, UNKNOWN)
                    self.assertEqual(report["verdict"]["condition"], "no_data", ended.err)
                    self.assertIn("itself only since", report["verdict"]["summary"])
                    self.assertNotIn("sking", ended.out)
                    self.assertAlmostEqual(report["rows"][0]["current"], median_s * 1.046,
                                           delta=median_s * .1)

    def test_bare_samples_under_any_content_type(self):
        def bare(text):
            return "".join(f"{line}\n" for line in text.splitlines() if not line.startswith("#"))
        for kind in ("application/json", "application/octet-stream", "text/html"):
            for (stage, median_s), body in zip(VARIANTS, (bare, lambda text: "# mine\n" + bare(text))):
                with self.subTest(kind, stage=stage), Target(stage, median_s, kind, body) as url:
                    ended, report = report_of(self, url, config_of(stage))
                    self.assertEqual(ended.status, UNKNOWN)     # nothing to compare with yet
                    self.assertIn("itself only since", report["verdict"]["summary"])
                    self.assertAlmostEqual(report["rows"][0]["current"], median_s * 1.64,
                                           delta=median_s * .5)

    def test_values_that_are_no_numbers(self):
        """They came, and yet there is nothing to show: not that no sample arrives."""
        for value, said in (("1e308", "too large for a time or a rate"), ("1e30", "too large for a time or a rate"),
                            ("+Inf", "+Inf, not a number that can be shown")):
            for name in ("ask", "search"):
                metric = f"acme_{name}_seconds"
                config = servers.file(f"\nstages: [{{name: {name}, latency: {metric}}}]\n")
                with self.subTest(value, metric=metric), Target(body=lambda text, m=metric, v=value:
                                                f"# TYPE {m} gauge\n{m} {v}\n") as url:
                    ended, report = report_of(self, url, config)
                    why = f"its value is {said}"
                    self.assertEqual(ended.status, UNKNOWN)
                    self.assertEqual(report["verdict"]["summary"],
                                     f"{name.capitalize()} cannot be judged: {why}.")
                    row = report["rows"][0]
                    self.assertEqual((row["current"], row["state"], row["reason"]),
                                     (None, "error", why))
                    self.assertIn(f"latency of {name}: {why}", report["warnings"])

    def test_other_documents_are_not_metrics(self):
        for kind, body in (("text/html", "<html>\nup 1\n</html>\n"), ("application/json", '{"up": 1}'),
                           ("text/html", "up 1\nthis is a page\n")):
            with self.subTest(body), Target(kind=kind, body=lambda text, body=body: body) as url:
                ended, report = report_of(self, url, config_of(VARIANTS[0][0]), "--timeout", "1s")
                self.assertEqual(ended.status, UNKNOWN)
                self.assertEqual(report["verdict"]["condition"], "unreachable")
                self.assertIn("from a Prometheus API" if kind != "text/html" or body[0] != "<"
                              else "a web page answers there", report["verdict"]["summary"])

    def test_the_sentence_names_the_function(self):
        for (stage, _), (function, text) in zip(VARIANTS, (
                ("histogram_quantile()", "histogram_quantile(0.9, sum by (le) (rate({}_bucket[5m])))"),
                ("topk()", "topk(1, rate({}_sum[5m]))"))):
            with self.subTest(function), Target(stage) as url:
                ended, report = report_of(self, url, config_of(stage, text.format(stage)))
                self.assertEqual(ended.status, UNKNOWN)
                self.assertEqual(report["verdict"]["condition"], "no_data")
                self.assertEqual(report["verdict"]["summary"],
                                 "ragtop cannot answer the queries from its own scrapes: "
                                 f"{function} needs a Prometheus.")


if __name__ == "__main__":
    unittest.main()
