"""Alerts of a real Prometheus, and silences of a real Alertmanager, straight and through a proxy that
refuses, holds back and loses what passes."""

import http.server
import json
import socket
import sys
import tempfile
import threading
import time
import unittest
import urllib.error
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "demo"))

# pylint: disable=wrong-import-position
import report_schema                        # noqa: E402
from live import ENTER, ESC, Live           # noqa: E402
from processes import Child, free_ports     # noqa: E402
from program import run                     # noqa: E402

DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
SIZE = (150, 40)
LATE_BY_S = 1
RULES = {"groups": [{"name": "api", "interval": "1s", "rules": [
    {"record": "api:rate", "expr": "sum by (job) (rate(prometheus_http_requests_total[1m]))"},
    {"alert": "ApiSlow", "expr": "sum by (job) (prometheus_http_request_duration_seconds_count) > 0",
     "labels": {"severity": "critical"}, "annotations": {"summary": "of {{ $labels.job }}"}},
    {"alert": "ApiWaits", "expr": "sum(prometheus_http_request_duration_seconds_count) > 0",
     "for": "100d"},
    {"alert": "Else", "expr": "vector(7)", "labels": {"severity": "warning", "team": "a\u001b[31mb"}},
    {"alert": "Never", "expr": "no_such_metric > 1"}]}]}
ALERTMANAGER = {"route": {"receiver": "on-call", "group_wait": "1s"},
                "receivers": [{"name": "on-call"}]}


def ask(url):
    try:
        with DIRECT.open(url, timeout=5) as answer:
            return json.load(answer)
    except (OSError, ValueError):
        return None


class Proxy:
    """Passes requests on to TARGET, the way MODE says: `pass`, `lose` (the answer), `hold` (it),
    `refuse`, `refuse orders`, `absent`, `hang` (whatever is asked). Counts orders. Answers for paths that end in LATE come after the others."""

    def __init__(self, target):
        self.mode, self.orders, self.headers = "pass", [], []
        self.status = 403       # of what is refused
        self.late = None
        self.swap = ("", "")    # what paths of orders have, and what they get
        self.released = threading.Event()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            """One request."""

            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def answer(self, status, body=b""):
                try:
                    self.send_response(status)
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)
                except OSError:
                    pass                # nobody waits for it any more

            def pass_on(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                outer.headers.append(dict(self.headers))
                order = self.command != "GET"
                if order:
                    outer.orders.append((self.command, self.path, body))
                if outer.mode == "refuse" or (order and outer.mode == "refuse orders"):
                    return self.answer(outer.status, b"refused by a proxy")
                if outer.mode == "absent":
                    return self.answer(404, b"404 page not found")
                if outer.mode == "hang":
                    outer.released.wait(60)
                    return self.answer(504)
                if outer.late and self.path.endswith(outer.late):
                    outer.released.wait(LATE_BY_S)
                path = self.path.replace(*outer.swap) if order else self.path
                request = urllib.request.Request(target + path, body or None, method=self.command,
                                                 headers={"Content-Type": "application/json"})
                try:
                    with DIRECT.open(request, timeout=5) as reply:
                        status, text = reply.status, reply.read()
                except urllib.error.HTTPError as error:
                    status, text = error.code, error.read()
                if order and outer.mode == "hold":
                    outer.released.wait(60)
                if order and outer.mode in ("lose", "hold"):
                    self.connection.shutdown(socket.SHUT_RDWR)
                    self.close_connection = True
                    return None
                return self.answer(status, text)

            do_GET = do_POST = do_DELETE = pass_on

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.released.set()
        self.server.shutdown()
        self.server.server_close()


class Alerts(unittest.TestCase):
    """A Prometheus that watches itself, with its Alertmanager below a path."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="ragtop alerts ")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        prometheus, cls.port = free_ports(2)
        cls.url, cls.alertmanager = f"http://127.0.0.1:{prometheus}", f"http://127.0.0.1:{cls.port}"
        cls.write("rules.json", RULES)
        cls.write("am.json", ALERTMANAGER)
        cls.write("prometheus.json", {
            "global": {"scrape_interval": "1s", "evaluation_interval": "1s",
                       "external_labels": {"cluster": "test"}},
            "rule_files": ["rules.json"],
            "alerting": {"alertmanagers": [{"path_prefix": "/am", "static_configs": [
                {"targets": [f"127.0.0.1:{cls.port}"]}]}]},
            "scrape_configs": [{"job_name": "self", "static_configs": [
                {"targets": [f"127.0.0.1:{prometheus}"]}]}]})
        cls.write("ragtop.yaml", {"refresh": "5s", "stages": [
            {"name": "api", "latency": "prometheus_http_request_duration_seconds"}]})
        cls.start("alertmanager", "prometheus-alertmanager", f"--config.file={cls.folder / 'am.json'}",
                  f"--storage.path={cls.folder / 'am'}", "--web.route-prefix=/am",
                  f"--web.listen-address=127.0.0.1:{cls.port}", "--cluster.listen-address=")
        prometheus = cls.start(
            "prometheus", "prometheus", f"--config.file={cls.folder / 'prometheus.json'}",
            f"--storage.tsdb.path={cls.folder / 'data'}", f"--web.listen-address=127.0.0.1:{prometheus}")
        prometheus.wait_until(lambda: len(ask(f"{cls.alertmanager}/am/api/v2/alerts") or []) == 2)

    @classmethod
    def write(cls, name, what):
        (cls.folder / name).write_text(json.dumps(what), encoding="utf-8")

    @classmethod
    def start(cls, name, *command):
        child = Child(name, [*map(str, command)], cls.folder)
        cls.addClassCleanup(child.end)
        return child

    def setUp(self):
        for silence in self.silences():
            self.end(silence)

    def silences(self):
        return [s for s in ask(f"{self.alertmanager}/am/api/v2/silences")
                if s["status"]["state"] != "expired"]

    def live(self, *options):
        return Live("--no-cache", "-c", self.folder / "ragtop.yaml", *options, self.url, size=SIZE,
                    USER="olga")

    def proxy(self):
        proxy = Proxy(self.alertmanager)
        self.addCleanup(proxy.close)
        return proxy

    def silence(self, live):
        """Types a silence of the first alert, and answers the question."""
        live.press("a")
        live.wait_for("ApiSlow", "firing", "on-call")
        live.press("gz")
        live.wait_for('silence 2h {alertname="ApiSlow",job="self",severity="critical"}')
        live.press("looking at it" + ENTER)
        live.wait_for('Silence {alertname="ApiSlow", job="self", severity="critical"} for 2 h',
                      "as olga: looking at it. It matches 1 alert now.", "(y/n)")

    def test_the_page(self):
        ended = run("--no-cache", "-c", self.folder / "ragtop.yaml", "--screenshot", "--page", "7",
                    "--size", "150x40", self.url)
        rows = [line.strip("│ ") for line in ended.out.splitlines()]
        head = next(i for i, row in enumerate(rows) if row.startswith("3 alerts, 2 firing "))
        self.assertIn("┤ 7 alerts ├", rows[head - 1])       # it has the focus
        self.assertRegex(rows[head + 1], r"^!! ApiSlow +firing +\d+ .* api: of self$")
        self.assertRegex(rows[head + 2], r"^ApiWaits +pending +\d+ .* api$")
        self.assertRegex(rows[head + 3], r"^!  Else  team=a.\[31mb +firing +\d+ .* 7")
        self.assertNotIn("\x1b", ended.out)
        self.assertIn("on-call, together with 1 other, as it gets all in one group", ended.out)
        self.assertIn("firing for ", ended.out)
        self.assertIn("1 alerting rule cannot fire now, as its query finds no series: Never "
                      "(no_such_metric).", " ".join(ended.out.split()))
        self.assertIn("sum by (job) (prometheus_http_request_duration_seconds_count) > 0", ended.out)

    def test_the_home_page(self):
        with self.live() as live:
            live.wait_for("alerts ApiSlow (api) firing for",
                          "ApiWaits (api) pending, ", "1 other alert firing",
                          "; alert firing")
            live.quit()

    def test_the_report(self):
        ended = run("report", "--no-cache", "-c", self.folder / "ragtop.yaml", "--format", "json", self.url)
        said = report_schema.parse(self, ended.out)
        self.assertEqual([("ApiSlow", "firing", "api", False, "on-call"),
                          ("ApiWaits", "pending", "api", None, None)],
                         [(alert["name"], alert["state"], alert["stage"], alert["silenced"], alert["receivers"])
                          for alert in said["alerts"]])
        self.assertEqual(1, said["alerts_elsewhere"])
        self.assertIsNone(said["alerts_unknown"])
        self.assertEqual("of self", said["alerts"][0]["summary"])
        self.assertEqual("self", said["alerts"][0]["labels"]["job"])

    def test_all_that_an_alertmanager_was_asked_is_waited_for(self):
        """Whichever of its answers is the last."""
        proxy = self.proxy()
        for late in ("/api/v2/alerts", "/api/v2/silences", "/api/v2/alerts/groups"):
            proxy.late = late
            arguments = ("--no-cache", "-c", self.folder / "ragtop.yaml",
                         "--alertmanager", f"{proxy.url}/am")
            with self.subTest(late):
                ended = run("report", *arguments, "--format", "json", self.url)
                said = report_schema.parse(self, ended.out)
                first = said["alerts"][0]
                self.assertEqual((False, "on-call"), (first["silenced"], first["receivers"]))
                ended = run(*arguments, "--screenshot", "--page", "7", "--size", "150x40", self.url)
                self.assertIn("on-call, together with 1 other, as it gets all in one group", ended.out)

    def test_only_who_looks_at_alerts_asks_what_becomes_of_them(self):
        proxy = self.proxy()
        self.write("direct.json", {"source": {"url": self.url}, "alertmanager": {"url": f"{proxy.url}/am"},
                                   "stages": [{"name": "api", "latency": "prometheus_http_request_duration_seconds"}]})
        for asked, *arguments in ((0, "doctor"), (2, "report"), (3, "--screenshot", "--page", "7"),
                                  (2, "--screenshot")):
            proxy.headers.clear()
            run(*arguments, "--no-cache", "-c", self.folder / "direct.json")
            self.assertEqual(asked, len(proxy.headers), arguments)

    def test_a_silence_from_beginning_to_end(self):
        with self.live() as live:
            self.silence(live)
            self.assertEqual(self.silences(), [])       # nothing before the answer
            live.press("y")
            live.wait_for("is active until", "1 silence", "olga: looking at it", "silenced")
            made, = self.silences()
            self.assertEqual(made["createdBy"], "olga")
            self.assertEqual({(m["name"], m["value"], m["isRegex"], m["isEqual"])
                              for m in made["matchers"]},
                             {("alertname", "ApiSlow", False, True), ("job", "self", False, True),
                              ("severity", "critical", False, True)})
            live.press("G")
            live.press("g:extend 1d" + ENTER)
            live.wait_for("select a silence first: a lists them below the alerts")
            live.press("G:extend 1d" + ENTER)
            live.wait_for("last for 24 h from now", "(y/n)")
            live.press("y")
            live.wait_for("h olga:")
            extended, = self.silences()
            self.assertEqual(extended["id"], made["id"])
            self.assertGreater(extended["endsAt"], made["endsAt"])
            live.press("GZ")
            live.wait_for("End the silence", made["id"])
            live.press("y")
            live.wait_for(f"Silence {made['id']} has ended.")
            self.assertEqual(self.silences(), [])
            live.wait_gone("1 silence")
            live.quit()

    def end(self, silence):
        """Ends it, as somebody else."""
        DIRECT.open(urllib.request.Request(
            f"{self.alertmanager}/am/api/v2/silence/{silence['id']}", method="DELETE")).close()

    def test_a_silence_that_somebody_else_ends(self):
        """Extended before the list is read again it is a new one, whose id counts; then it is over."""
        with self.live("--refresh", "1h") as live:
            self.silence(live)
            live.press("y")
            live.wait_for("is active until", "1 silence")
            first, = self.silences()
            live.press("Gz" + ENTER)
            live.wait_for("last for 2 h from now", "(y/n)")
            self.end(first)
            live.press("y")
            live.wait_for("That silence had ended already, so another was made of it.",
                          "is active until", "1 silence")
            second, = self.silences()
            self.assertNotEqual(first["id"], second["id"])
            live.wait_for(f"Silence {second['id']} is active")
            self.end(second)
            live.press("r")
            live.wait_gone("is active until", "1 silence")
            live.quit()

    def test_a_silence_that_begins_later(self):
        moments = [time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + hours * 3600))
                   for hours in (3, 4)]
        body = {"matchers": [{"name": "alertname", "value": "Later", "isRegex": False}],
                "startsAt": moments[0], "endsAt": moments[1], "createdBy": "ben", "comment": "then"}
        DIRECT.open(urllib.request.Request(f"{self.alertmanager}/am/api/v2/silences",
                                           json.dumps(body).encode(),
                                           {"Content-Type": "application/json"})).close()
        with self.live() as live:
            live.press("a")
            live.wait_for("ApiSlow", "ben: then")
            live.press("G:extend 2h" + ENTER)
            live.wait_for("the silence begins", "it has to last beyond that", ":extend 2h")
            live.press(ESC)
            live.press(":extend 6h" + ENTER)
            live.wait_for('Let the silence {alertname="Later"}, which begins', "last until", "(y/n)")
            live.press("y")
            live.wait_for("begins", "and lasts until")
            later, = self.silences()
            self.assertEqual(moments[0][:16], later["startsAt"][:16])
            self.assertGreater(later["endsAt"], moments[1])
            live.quit()

    def test_no_is_no(self):
        with self.live() as live:
            self.silence(live)
            live.press("x")
            live.wait_quiet()
            live.wait_for("(y/n)")
            live.press(ESC)
            live.wait_for("nothing was sent")
            self.assertEqual(self.silences(), [])
            live.press("zafter all" + ENTER)
            live.wait_for("after all. It matches 1 alert now.", "(y/n)")
            live.press("y")
            live.wait_for("is active until", "1 silence")
            self.assertNotIn("nothing was sent", live.words())
            live.quit()

    def test_what_cannot_be_read_is_said(self):
        with self.live() as live:
            live.press("a")
            live.wait_for("ApiSlow", "on-call")
            for line, said in ((':silence x {a="b"} c', "how long comes first"),
                               (':silence 0s {a="b"} c', "a duration must be positive"),
                               (':silence -5m {a="b"} c', "a duration must be positive"),
                               (':silence 9s {a="b"} c', "at least 1 min"),
                               (':silence 400d {a="b"} c', "at most 366 days"),
                               (":silence 1h a c", "stands in braces"),
                               (':silence 1h {a=~".*"} c', "would silence every alert"),
                               (':silence 1h {a="b"}', "a comment is missing")):
                live.press(line + ENTER)
                live.wait_for(said, line)               # and it can be mended
                live.press(ESC)
                live.wait_gone(said)
            live.press("g:extend 2h" + ENTER)
            live.wait_for("there is no silence: z on an alert makes one")
            live.press("gz")
            live.wait_for('severity="critical"}')
            live.press(ENTER)
            live.wait_for("a comment is missing", 'severity="critical"}')
            live.press("after all")
            live.wait_gone("a comment is missing")
            live.press(ENTER)
            live.wait_for("as olga: after all. It matches 1 alert now.", "(y/n)")
            live.press("n")
            live.wait_for("nothing was sent")
            live.press(':silence 90m {alertname=~"Api.*",job!="x"} by ben: both' + ENTER)
            live.wait_for('{alertname=~"Api.*", job!="x"} for 90 min', "as ben: both.",
                          "It matches 2 alerts now (1 pending)")
            live.press("n")
            self.assertEqual(self.silences(), [])
            live.quit()

    def test_labels_that_cannot_be_typed(self):
        with self.live() as live:
            live.press("a")
            live.wait_for("ApiSlow", "on-call")
            live.press("Gz")
            live.wait_for("its labels cannot be typed")
            live.quit()

    def test_read_only(self):
        proxy = self.proxy()
        with self.live("--read-only", "--alertmanager", f"{proxy.url}/am") as live:
            live.press("a")
            live.wait_for("ApiSlow", "on-call")
            live.press("z")
            live.wait_for("silences are not made here: --read-only was given")
            live.quit()
        self.assertEqual(proxy.orders, [])

    def test_an_answer_that_is_lost(self):
        proxy = self.proxy()
        with self.live("--alertmanager", f"{proxy.url}/am") as live:
            self.silence(live)
            proxy.mode = "lose"
            live.press("y")
            live.wait_for("It is not known whether the silence was made", "1 silence", "silenced",
                          "The list below was read after that: check it before you try again.")
            live.quit()
        self.assertEqual(len(proxy.orders), 1)
        self.assertEqual(len(self.silences()), 1)

    def test_an_answer_that_takes_too_long(self):
        proxy = self.proxy()
        with self.live("--alertmanager", f"{proxy.url}/am", "--timeout", "2s") as live:
            self.silence(live)
            proxy.mode = "hold"
            live.press("y")
            live.wait_for("Sent; the Alertmanager has not answered yet")
            live.wait_for("It is not known whether the silence was made", "1 silence")
            live.quit()
        self.assertEqual(len(proxy.orders), 1)

    def test_an_order_that_went_nowhere(self):
        proxy = self.proxy()
        with self.live("--alertmanager", f"{proxy.url}/am") as live:
            self.silence(live)
            proxy.mode, proxy.status = "refuse orders", 502
            live.press("y")
            live.wait_for("It is not known whether the silence was made", "502 Bad Gateway",
                          "The list was read again after that, and is empty.")
            live.quit()
        self.assertEqual(self.silences(), [])

    def test_an_order_that_is_refused(self):
        proxy = self.proxy()
        with self.live("--alertmanager", f"{proxy.url}/am") as live:
            self.silence(live)
            proxy.mode = "refuse"
            live.press("y")
            live.wait_for("Nothing was changed:", "403", "alertmanager.http_config")
            live.quit()
        self.assertEqual(len(proxy.orders), 1)
        self.assertEqual(self.silences(), [])

    def test_whatever_is_refused_is_said(self):
        """Making, extending and ending a silence, by an Alertmanager that lets nobody in or not everybody."""
        for status, said in ((401, "401"), (403, "403")):
            proxy = self.proxy()
            proxy.status = status
            with self.subTest(status), self.live("--alertmanager", f"{proxy.url}/am") as live:
                self.silence(live)
                live.press("y")
                live.wait_for("is active until", "1 silence")
                made, = self.silences()
                for keys, question in (("G:extend 1d" + ENTER, "last for 24 h from now"),
                                       ("GZ", "End the silence"),
                                       ("gzagain" + ENTER, "as olga: again")):
                    live.press(keys)
                    live.wait_for(question, "(y/n)")
                    proxy.mode = "refuse"
                    live.press("y")
                    live.wait_for("Nothing was changed:", said, "alertmanager.http_config")
                    proxy.mode = "pass"
                    live.wait_for("1 silence", "olga: looking at it")
                    self.assertEqual([made["id"]], [one["id"] for one in self.silences()])
                live.quit()
            self.setUp()

    def test_a_silence_that_the_alertmanager_does_not_know(self):
        """As it was started anew without its data: it answers 500, but nothing was changed."""
        proxy = self.proxy()
        with self.live("--alertmanager", f"{proxy.url}/am") as live:
            self.silence(live)
            live.press("y")
            live.wait_for("is active until", "1 silence")
            proxy.swap = (self.silences()[0]["id"], "00000000-0000-4000-8000-000000000000")
            live.press("GZ")
            live.wait_for("End the silence", "(y/n)")
            live.press("y")
            live.wait_for("Nothing was changed:", "silence not found")
            live.quit()
        self.assertEqual([method for method, _, _ in proxy.orders], ["POST", "DELETE"])

    def test_one_that_hangs_keeps_nobody_waiting(self):
        proxy = self.proxy()
        with self.live("--alertmanager", f"{proxy.url}/am", "--timeout", "3s") as live:
            live.press("a")
            live.wait_for("ApiSlow", "firing", "on-call")
            proxy.mode = "hang"
            for key, page in (("1", "1 incident"), ("9", "last scrape"), ("7", "ApiSlow")):
                began = time.monotonic()
                live.press(key)
                live.wait_for(page)
                self.assertLess(time.monotonic() - began, 2, key)
            live.wait_for("Silences may be out of date", "ApiSlow")
            proxy.released.set()
            live.quit()

    def test_one_that_goes_and_comes_back(self):
        """Its own Alertmanager, which knows of no alerts."""
        port, = free_ports(1)
        command = ("prometheus-alertmanager", f"--config.file={self.folder / 'am.json'}",
                   f"--storage.path={self.folder / 'other'}", "--web.route-prefix=/am",
                   f"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address=")
        other = f"http://127.0.0.1:{port}/am"
        first = self.start("other", *command)
        first.wait_until(lambda: ask(f"{other}/api/v2/silences") is not None)
        with self.live("--alertmanager", other) as live:
            live.press("a")
            live.wait_for("ApiSlow", "firing")
            live.press(':silence 90m {alertname="x"} by ben: both' + ENTER)
            live.wait_for("(y/n)")
            live.press("y")
            live.wait_for("is active until", "1 silence")
            first.end()
            live.wait_for("Silences may be out of date", "refused", "1 silence", "ApiSlow")
            live.press("GZ")
            live.wait_for("End the silence", "(y/n)")
            live.press("y")
            live.wait_for("Nothing was changed:", "refused")
            second = self.start("other again", *command)
            second.wait_until(lambda: ask(f"{other}/api/v2/silences") is not None)
            live.wait_gone("Silences may be out of date")
            live.wait_for("1 silence", "ben: both")
            live.quit()

    def test_no_alertmanager_there(self):
        for mode, said, way in (("refuse", "403", "alertmanager.http_config"),
                                ("absent", "404 Not Found: no Alertmanager", "Check the URL")):
            proxy = self.proxy()
            proxy.mode = mode
            with self.live("--alertmanager", f"{proxy.url}/am") as live:
                live.press("a")
                live.wait_for("Silences are not known:", said, way, "ApiSlow")
                live.press("z")
                live.wait_for("no usable answer from an Alertmanager yet")
                live.quit()
        proxy = self.proxy()
        proxy.mode = "hang"
        with self.live("--alertmanager", f"{proxy.url}/am", "--timeout", "3s") as live:
            live.press("a")
            live.wait_for("ApiSlow")
            live.press("z")
            live.wait_for("the Alertmanager has not answered yet")
            live.wait_for("Silences are not known:", "within 3 s. A longer --timeout waits for it.")
            proxy.released.set()
            live.quit()
        dead, = free_ports(1)
        with self.live("--alertmanager", f"http://127.0.0.1:{dead}") as live:
            live.press("a")
            live.wait_for("Silences are not known:", "refused")
            live.quit()

    def test_credentials_stay_with_whom_they_are_for(self):
        proxy = self.proxy()
        with self.live("-u", "me:secret", "--alertmanager", f"{proxy.url}/am") as live:
            live.press("a")
            live.wait_for("ApiSlow", "on-call")
            live.quit()
        self.assertFalse([h for h in proxy.headers if "Authorization" in h])
        proxy.headers.clear()
        own = proxy.url.replace("//", "//am:word@")
        with self.live("-u", "me:secret", "--alertmanager", f"{own}/am") as live:
            live.press("a")
            live.wait_for("ApiSlow", "on-call")
            self.assertNotIn("word", live.text())
            live.quit()
        self.assertTrue(all(h["Authorization"] == "Basic YW06d29yZA==" for h in proxy.headers))


if __name__ == "__main__":
    unittest.main()
