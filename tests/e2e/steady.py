"""A server of numbers that never change, whose clock, memory and manners a test can change."""

import contextlib
import json
import math
import re
import socket
import struct
import threading
import time
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qsl, urlsplit

from program import main_directory

main_directory("tests/frame")
from replay import Server       # pylint: disable=wrong-import-position

BOUNDS = (.05, .1, .2, .3, .4, .5, 1, 2, 5)
NAMES = ("front_seconds", "back_seconds")
CONFIG = """
    window: 5m
    stages:
      - {name: front, latency: front_seconds, errors: front_errors_total}
      - {name: back, latency: back_seconds, errors: back_errors_total}
"""


class Steady:
    """Answers like a Prometheus on a free port of 127.0.0.1, from `__enter__` to `__exit__`."""

    def __init__(self, plain=()):
        self.plain = plain              # metrics besides NAMES, native histograms by their type
        self.ahead_s = 0                # how far its clock is ahead of ours
        self.knows = lambda t: True     # whether there are samples of the moment t
        self.joins = True               # whether it understands several questions in one
        self.speed = lambda stage, t: 6     # durations are exponential: P95 is 3 / speed
        self.requests = 12              # per second
        self.errors = .01               # per second
        self.level = .02                # how far all values but those of errors go up and down
        self.errors_level = .02
        self.wrap = lambda body: body   # changes an answer around its data
        self.spoil = lambda query: None     # how an answer fails; see Handler.fail()
        self.bar = lambda path, parameters: None    # the same, of any question
        self.post = None                # how every POST fails, whatever it asks; see Handler.fail()
        self.asked = []                 # parameters of queries, with when: "received"
        self.port = 0
        self._server = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *exception):
        self.stop()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def start(self):
        """Begins to listen, at the same port as before."""
        self._server = Server(("127.0.0.1", self.port), handler(self))
        self._server.open = set()
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self):
        """Ends as a killed server does: its connections with it."""
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            for connection in list(self._server.open):
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
            self._server = None

    def now(self):
        return time.time() + self.ahead_s

    def answer(self, path, parameters):
        """The data of an answer."""
        if path.endswith("/values") and float(parameters.get("start", 0)) > self.now():
            return []
        if path.endswith("/values"):
            return self.names()
        if path.endswith("/metadata"):
            return {name: [{"type": "histogram"}] for name in self.plain}
        if "/query" not in path:
            return {"version": "2.42.0", "goVersion": "go1.19.8"} if path.endswith("/buildinfo") else {}
        return self._samples(path, parameters)

    def names(self):
        return [f"{name}_{part}" for name in NAMES for part in ("bucket", "count", "sum")] + \
                [name.replace("_seconds", "_errors_total") for name in NAMES] + list(self.plain)

    def _samples(self, path, parameters):
        if path.endswith("/query_range"):
            start, end, step = (float(parameters[name]) for name in ("start", "end", "step"))
            times = [start + step * i for i in range(int((end - start) / step + 1.001))]
        else:
            times = [float(parameters["time"])]
        times = [t for t in times if self.knows(t) and t <= self.now()]
        result = [series for series in self._joined(parameters["query"]) if times]
        kind = "values" if path.endswith("/query_range") else "value"
        return {"resultType": "matrix" if kind == "values" else "vector", "result": [
            {"metric": labels, kind: samples if kind == "values" else samples[0]}
            for labels, value in result for samples in [[[t, value(t)] for t in times]]]}

    def _joined(self, query):
        """The series of every arm, where QUERY is several joined; see promql_add_joined()."""
        arms = re.split(r',"ragtop_arm","(\d+)","",""\)', query)
        if len(arms) == 1 or not self.joins:
            return self._series(query)
        exprs = [re.sub(r"^[() ]*( or [( ]*)?label_replace\(", "", expr) for expr in arms[:-1:2]]
        return [({**labels, "ragtop_arm": arm}, value) for expr, arm in zip(exprs, arms[1::2])
                for labels, value in self._series(expr)]

    def _series(self, query):
        """(labels, function from a moment to a value) of every series."""
        def steady(value, level=self.level):
            return lambda t: f"{(value(t) if callable(value) else value) * (1 + level * math.sin(t)):.6g}"

        def bucket(le):
            stage = re.search(r"(\w+)_seconds", query)[1]
            return steady(lambda t: self.requests * (1 - math.exp(-self.speed(stage, t) * le)))

        if query.startswith("count by (__name__)"):
            return [({"__name__": name}, lambda t: "1") for name in self.names()]
        if "timestamp(" in query:
            return [({"stage": str(i)}, lambda t: f"{t - 1:.3f}") for i in range(len(NAMES))]
        if "sum by (le) (rate(" in query:
            stage = re.search(r"(\w+)_seconds", query)[1]
            total = steady(lambda t: self.requests / self.speed(stage, t))
            return [*(({"le": str(le)}, bucket(le)) for le in BOUNDS),
                    ({"le": "+Inf"}, steady(self.requests)), ({"part": "sum"}, total)]
        if "count_over_time" in query:
            return [({}, lambda t: "1")]
        return [({}, steady(self.errors, self.errors_level))] if "errors" in query else []


def handler(steady):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1

        def setup(self):
            super().setup()
            self.server.open.add(self.connection)

        def finish(self):
            self.server.open.discard(self.connection)
            super().finish()

        def do_GET(self):
            form = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            url = urlsplit(self.path)
            parameters = dict(parse_qsl(f"{url.query}&{form}"))
            steady.asked.append({**parameters, "path": url.path, "method": self.command,
                                 "received": time.monotonic()})
            way = steady.spoil(parameters.get("query", "")) or steady.bar(url.path, parameters)
            body = json.dumps(steady.wrap(
                {"status": "success", "data": steady.answer(url.path, parameters)}))
            if way is None:
                self.give(200, body)
            else:
                self.fail(way, body)

        def do_POST(self):
            if steady.post:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                self.fail(steady.post, "")
            else:
                self.do_GET()

        def give(self, status, body, length=None, retry_s=None):
            body = body if isinstance(body, bytes) else body.encode()
            self.send_response_only(status)
            self.send_header("Date", formatdate(steady.now(), usegmt=True))
            self.send_header("Content-Type", "application/json")
            if retry_s is not None:
                self.send_header("Retry-After", str(retry_s))
            self.send_header("Content-Length", str(len(body) if length is None else length))
            self.end_headers()
            self.wfile.write(body)

        def fail(self, way, body):
            """WAY: (status, body[, seconds to wait before the next]), "reset", "cut", "drip", "hang",
            or after how many seconds the right answer comes."""
            if isinstance(way, tuple):
                self.give(*way[:2], retry_s=way[2] if len(way) > 2 else None)
                return
            if isinstance(way, (int, float)):
                time.sleep(way)
                self.give(200, body)
                return
            self.close_connection = True
            if way == "cut":
                self.give(200, body[:len(body) // 2], len(body))
            elif way == "drip":
                self.give(200, "", len(body))
                for byte in body.encode():
                    self.wfile.write(bytes((byte,)))
                    self.wfile.flush()
                    time.sleep(.1)
            elif way == "hang":
                self.connection.recv(1)
            elif way == "reset":
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                           struct.pack("ii", 1, 0))
                self.connection.close()

        def handle_one_request(self):
            try:
                super().handle_one_request()
            except (OSError, ValueError):   # whoever asked is gone, or this server is
                self.close_connection = True

        def log_message(self, *_):
            pass

    return Handler
