"""Recorded answers of a Prometheus, and a proxy that gives them back.

The program gets it as --proxy, so that the URL on the screen is always the same and no name
has to be resolved. A recording is gzipped JSON:

    {"at": the moment that was judged, as RFC 3339, "made": how record.py was called,
     "answers": {"/api/v1/query?query=...&time=...": [status, body]}}

The key of an answer is its path and its parameters, sorted and without those that say how to
answer and not what (see UNIMPORTANT).
"""

import copy
import gzip
import json
import re
import sys
import threading
import time
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

RECORDINGS = Path(__file__).resolve().parent / "recordings"
SOURCE = "http://prometheus.example:9090"
UNIMPORTANT = ("timeout",)
TIMES = ("time", "start", "end")
HISTORY_STEP_S = 300
RECENTLY_S = 7 * 86400
# of what promql_add_joined() joins
ARM_BEGINS = re.compile(r"^[() ]*( or [( ]*)?label_replace\(")
ARM_ENDS = re.compile(r',"ragtop_arm","(\d+)","",""\)')


def key_of(path, parameters):
    return f"{path}?{urlencode(sorted(p for p in parameters if p[0] not in UNIMPORTANT))}"


def is_about_targets(parameters):
    """Whether it is asked which targets and replicas are missing."""
    return "count by (cluster, namespace, job" in dict(parameters).get("query", "")


def is_about_names(parameters):
    """Whether it is asked by a query which metrics there are."""
    return dict(parameters).get("query", "").startswith("count by (__name__)")


def is_about_mixed(parameters):
    """Whether it is asked which counters are those of several processes."""
    return "* min_over_time(" in dict(parameters).get("query", "")


def is_about_machines(parameters):
    """Whether it is asked where stages run, on what, and what changed there."""
    query = dict(parameters).get("query", "")
    return any(word in query for word in ("count by (pod_ip)", '"infra"', '"change","seen"',
                                          "label_replace(count by (namespace, "))


def is_about_present(parameters):
    """Whether it is about the days around the clock's time, which are in no recording."""
    given = dict(parameters)
    newest = given.get("end", given.get("time"))
    return newest is not None and abs(float(newest) - time.time()) < RECENTLY_S


def answer_joined(answer, path, parameters):
    """ANSWER(path, parameters), asked once for each of the questions that are joined in a query.

    On a busy machine the proxy seems far away, and the program joins what waits.
    """
    arms = ARM_ENDS.split(dict(parameters).get("query", ""))
    if len(arms) == 1:
        return answer(path, parameters)
    kind, series = None, []
    for expr, arm in zip(arms[:-1:2], arms[1::2]):
        query = ARM_BEGINS.sub("", expr)
        status, body = answer(path, [(key, query if key == "query" else value)
                                     for key, value in parameters])
        if status != 200:
            return status, body
        kind = body["data"]["resultType"]
        series += [{**one, "metric": {**one["metric"], "ragtop_arm": arm}}
                   for one in body["data"]["result"]]
    return 200, {"status": "success", "data": {"resultType": kind, "result": series}}


class Recording:
    """What a server answered around one moment."""

    def __init__(self, at, made, answers=None):
        self.at = at
        self.made = made
        self.answers = answers or {}

    @staticmethod
    def path(name):
        return RECORDINGS / f"{name}.json.gz"

    @classmethod
    def load(cls, name):
        with gzip.open(cls.path(name), "rt", encoding="utf-8") as file:
            return cls(**json.load(file))

    def save(self, name):
        RECORDINGS.mkdir(exist_ok=True)
        text = json.dumps(vars(self), ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        # without the time of the day, so that the same answers make the same file
        self.path(name).write_bytes(gzip.compress(text.encode(), mtime=0))

    def at_moment(self, at):
        """As answer(), as if the present were AT, another moment of the same hour."""
        later = (datetime.fromisoformat(self.at) - datetime.fromisoformat(at)).total_seconds()

        def moved(parameters):
            if float(dict(parameters).get("step", 0)) >= HISTORY_STEP_S:
                return parameters, 0        # history is asked for by the hour
            return [(key, f"{float(value) + later:.3f}") if key in TIMES else (key, value)
                    for key, value in parameters], later

        def answer(path, parameters):
            parameters, by = moved(parameters)
            status, body = copy.deepcopy(self.answer(path, parameters))
            data = (body or {}).get("data")
            for series in data.get("result", []) if isinstance(data, dict) else []:
                for sample in series.get("values", [series.get("value")]):
                    sample[0] -= by
            return status, body
        return answer

    def answer(self, path, parameters):
        """(status, body as JSON) to a request; 404 to one that nobody recorded.

        Of what was not recorded, nothing is missing, unless an edit says so, and no machine is
        known; no counters are mixed up, where no metric was listed there is none, and the
        recording's own moment is the last.
        """
        if path == "/api/v1/status/buildinfo":      # the same of every recording
            return 200, {"status": "success",
                         "data": {"version": "2.42.0", "goVersion": "go1.19.8"}}
        if path.endswith(("/values", "/labels")):
            parameters = self._until_recorded(parameters)
        recorded = self.answers.get(key_of(path, parameters))
        if not recorded and any(is_about(parameters) for is_about in
                                (is_about_targets, is_about_mixed, is_about_names,
                                 is_about_machines)):
            kind = "matrix" if "start" in dict(parameters) else "vector"
            return 200, {"status": "success", "data": {"resultType": kind, "result": []}}
        return recorded or (404, None)

    def _until_recorded(self, parameters):
        """PARAMETERS of the same names, where they may be of later: of that nobody knows more."""
        last = datetime.fromisoformat(self.at).timestamp()
        asked = dict(parameters)
        if float(asked["end"]) <= last:
            return parameters
        if float(asked["start"]) >= last:
            asked["start"] = f"{last - 7 * 86400:.3f}"
        asked["end"] = f"{last:.3f}"
        return list(asked.items())


class Server(ThreadingHTTPServer):
    """One whose clients may leave as they like."""

    daemon_threads = True

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


# What a server says that evaluates no rules, where nothing else is recorded.
NOTHING = {"/api/v1/rules": {"groups": []}}


class Proxy:
    """An HTTP proxy on a free port of 127.0.0.1 that asks ANSWER(path, parameters) everything.

    With HOSTS each name in it has an answer of its own. While the past is on the screen, the
    present is asked for as well: unless LIVE, those requests wait until the proxy ends.

    What it returns is a status and a body, either as JSON or as bytes. A status of 404 goes into
    `unknown`, for the message of a test that fails.
    """

    def __init__(self, answer, hosts=None, live=False):
        self.unknown = []
        self._ended = threading.Event()
        self._came, self._done, self._counting = 0, 0, threading.Lock()
        self._hosts = hosts or {}
        self._live = live
        self._server = Server(("127.0.0.1", 0), self._handler(answer))
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *exception):
        self._ended.set()
        self._server.shutdown()
        self._server.server_close()

    def traffic(self):
        """(how many requests came, how many of them are done with)."""
        with self._counting:
            return self._came, self._done

    def _count(self, came=0, done=0):
        with self._counting:
            self._came += came
            self._done += done

    def _handler(self, answer):
        unknown, hosts, count = self.unknown, self._hosts, self._count
        live, ended = self._live, self._ended

        class Handler(BaseHTTPRequestHandler):
            """Takes GET and POST alike, as Prometheus does."""
            protocol_version = "HTTP/1.1"
            wbufsize = -1       # head and body in one packet, else the second waits for an ACK

            def do_GET(self):
                url, parameters = self.read()
                if not live and is_about_present(parameters):
                    ended.wait()
                    self.close_connection = True
                    return
                count(came=1)
                try:
                    self.give(url, parameters)
                    self.wfile.flush()
                finally:
                    count(done=1)

            def read(self):
                length = int(self.headers.get("Content-Length", 0))
                form = self.rfile.read(length).decode()
                url = urlsplit(self.path)
                return url, parse_qsl(f"{url.query}&{form}", keep_blank_values=True)

            def give(self, url, parameters):
                status, body = answer_joined(hosts.get(url.hostname, answer), url.path, parameters)
                if status == 404 and url.path in NOTHING:
                    status, body = 200, {"status": "success", "data": NOTHING[url.path]}
                if status == 404:
                    unknown.append(key_of(url.path, parameters))
                if not isinstance(body, bytes):
                    body = json.dumps(body, ensure_ascii=False).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_GET

            def log_message(self, *_):
                pass

        return Handler
