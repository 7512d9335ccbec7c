#!/usr/bin/python3
"""A Prometheus 3, whose names have dots, in front of the Prometheus 2 that stack.py runs.

What `otel-genai-bare` exports there has here the names of OpenTelemetry's conventions. Queries are
parsed: what is no name in PromQL's grammar is refused, as are names in quotes where they may not
stand. Those that are good are asked of the other server with underscores, and the answers are given
their dots back; what has underscores here has no series.

    tests/stacks/stack.py --components otel-genai-bare -- tests/stacks/prometheus3.py ragtop report
"""

import json
import os
import re
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parent))

from components import COMPONENTS      # noqa: E402  pylint: disable=wrong-import-position

DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
ROWS = COMPONENTS["otel-genai-utf8"].rows
PARTS = ("", "_bucket", "_sum", "_count")
METRICS = {row.name.replace(".", "_") + part: row.name + part for row in ROWS for part in PARTS}
LABELS = {key.replace(".", "_"): key for row in ROWS for key in row.labels}
NOWHERE = "no_such_name"

DURATION = r"(?:\d+(?:ms|[smhdwy]))+"
TOKEN = re.compile(rf"""(?P<space>\s+|\#[^\n]*)|(?P<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    |(?P<range>\[{DURATION}(?::(?:{DURATION})?)?\])
    |(?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?(?![\w.])|{DURATION}(?![\w.]))
    |(?P<name>[A-Za-z_:][\w:]*)|(?P<sign>=~|!=|!~|==|<=|>=|[-+*/%^(){{}},=<>@])""",
                   re.VERBOSE | re.ASCII)
GROUPS = ("by", "without", "on", "ignoring", "group_left", "group_right")
WORDS = (*GROUPS, "and", "or", "unless", "bool", "offset")


class Refused(Exception):
    """A query that Prometheus 3 does not parse."""


def tokens(text):
    at, found = 0, []
    while at < len(text):
        match = TOKEN.match(text, at)
        if not match:
            raise Refused(f"parse error: unexpected character: {text[at:at + 20]!r}")
        if match.lastgroup != "space":
            found.append((match.lastgroup, match.group()))
        at = match.end()
    return [*found, ("end", ""), ("end", "")]


def plain(string):
    return json.loads(string if string[0] == '"' else
                      '"' + string[1:-1].replace("\\'", "'").replace('"', '\\"') + '"')


def label(kind, text):
    """A label of the other server for one of this, a name or a string."""
    name = plain(text) if kind == "string" else text
    own = name.replace(".", "_")
    return own if LABELS.get(own) == name else f"{NOWHERE}_{own}" if own in LABELS else own


class Query:
    """A query of this server, as `text` for the other one, whose metrics are NAMES."""

    def __init__(self, text, names):
        self._names, self._out, self._depth = names, [], []
        self._rest = tokens(text)
        while self._rest[0][0] != "end":
            self._step()
        if self._depth:
            raise Refused("parse error: unclosed left parenthesis")
        self.text = "".join(self._out)

    def _take(self, *wanted):
        kind, text = self._rest.pop(0)
        if wanted and text not in wanted and kind not in wanted:
            raise Refused(f"parse error: unexpected {text!r}, expected {' or '.join(wanted)}")
        return kind, text

    def _step(self):
        kind, text = self._rest[0]
        if text == "{":
            self._selector(None)
        elif kind == "name" and text.lower() in GROUPS and self._rest[1][1] == "(":
            self._group()
        elif kind == "name" and text.lower() not in WORDS and self._rest[1][1] not in ("(",) \
                and not self._is_aggregation():
            self._selector(self._take()[1])
        elif kind == "string":
            if not self._depth or self._rest[1][1] not in (",", ")"):
                raise Refused(f"parse error: unexpected string {text}")
            own = plain(self._take()[1])    # of a function
            known = own.replace(".", "_")
            self._out.append(json.dumps(known if LABELS.get(known) == own else own))
        else:
            if text == "(":
                self._depth.append(text)
            elif text == ")" and not self._depth or text == "}":
                raise Refused(f"parse error: unexpected {text!r}")
            elif text == ")":
                self._depth.pop()
            self._out.append(f" {self._take()[1]} " if kind == "name" and text in WORDS else
                             self._take()[1])

    def _is_aggregation(self):
        return self._rest[1][1].lower() in ("by", "without") and self._rest[2][1] == "("

    def _group(self):
        self._out.append(f" {self._take()[1]}({'' if self._take('(') else ''}")
        listed = []
        while self._rest[0][1] != ")":
            listed.append(label(*self._take("name", "string")))
            if self._rest[0][1] != ")":
                self._take(",")
        self._take(")")
        self._out.append(",".join(listed) + ") ")

    def _selector(self, name):
        matchers = [] if name is None else [self._metric("=", name)]
        if self._rest[0][1] == "{":
            self._take()
            while self._rest[0][1] != "}":
                kind, text = self._take("name", "string")
                if kind == "string" and self._rest[0][1] in (",", "}"):
                    if name is not None:
                        raise Refused("parse error: metric name must not be set twice")
                    name = plain(text)
                    matchers.append(self._metric("=", name))
                else:
                    sign = self._take("=", "!=", "=~", "!~")[1]
                    value = plain(self._take("string")[1])
                    matchers.append(
                        self._metric(sign, value) if (kind, text) == ("name", "__name__") else
                        f"{label(kind, text)}{sign}{json.dumps(value, ensure_ascii=False)}")
                if self._rest[0][1] != "}":
                    self._take(",")
            self._take("}")
        self._out.append("{" + ",".join(matchers) + "}")

    def _metric(self, sign, value):
        """Which of the names that there are here SIGN and VALUE choose, as the other has them."""
        chosen = [own for own in self._names
                  if (bool(re.fullmatch(value, METRICS.get(own, own))) if sign[1:] == "~" else
                      METRICS.get(own, own) == value) == (sign[0] == "=")]
        return f"__name__=~{json.dumps('|'.join(chosen) or NOWHERE)}"


def with_dots(data):
    """DATA of an answer, with the names that it has here."""
    if isinstance(data, list):
        return [with_dots(one) for one in data]
    if not isinstance(data, dict):
        return data
    names = "metric" if "metric" in data else "seriesLabels" if "seriesLabels" in data else None
    if names is None and "__name__" in data:
        return labels_with_dots(data)
    return {key: labels_with_dots(value) if key == names else with_dots(value)
            for key, value in data.items()}


def labels_with_dots(labels):
    return {LABELS.get(key, key): METRICS.get(value, value) if key == "__name__" else value
            for key, value in labels.items()}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    upstream = ""
    asked = []

    def do_GET(self):
        self._answer(urlsplit(self.path).query)

    def do_POST(self):
        self._answer(self.rfile.read(int(self.headers["Content-Length"])).decode())

    def _answer(self, form):
        path = urlsplit(self.path).path
        try:
            status, body = 200, self._data(path, parse_qsl(form, keep_blank_values=True))
        except Refused as error:
            print(f"refused: {error}: {form}", file=sys.stderr, flush=True)
            status, body = 400, {"status": "error", "errorType": "bad_data",
                                 "error": f"invalid parameter: {error}"}
        except urllib.error.HTTPError as error:
            status, body = error.code, json.loads(error.read())
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def _ask(self, path, parameters=()):
        with DIRECT.open(f"{self.upstream}{path}", urlencode(parameters).encode()
                         if path.startswith("/api/v1/query") else None) as answer:
            return json.load(answer)

    def _data(self, path, parameters):
        if path == "/api/v1/status/buildinfo":
            return {"status": "success", "data": {"version": "3.5.0", "revision": "8be3a9560fbd",
                                                  "goVersion": "go1.24.5"}}
        names = self._ask("/api/v1/label/__name__/values")["data"]
        translated = [(key, Query(value, names).text if key in ("query", "match[]") else
                       METRICS and value.replace(".", "_") if key == "metric" else value)
                      for key, value in parameters]
        if path.startswith("/api/v1/query"):
            answer = self._ask(path, translated)
            return {**answer, "data": with_dots(answer["data"])}
        values = re.fullmatch("/api/v1/label/(.*)/values", path)
        if values:
            path = f"/api/v1/label/{quote(self._label(values[1]))}/values"
        answer = self._ask(f"{path}?{urlencode(translated)}")
        data = answer["data"]
        if path.endswith("/__name__/values"):
            data = sorted(METRICS.get(name, name) for name in data)
        elif path == "/api/v1/labels":
            data = sorted(LABELS.get(name, name) for name in data)
        elif path == "/api/v1/metadata":
            data = {METRICS.get(name, name): entries for name, entries in data.items()}
        return {**answer, "data": with_dots(data)}

    @staticmethod
    def _label(name):
        if not name.startswith("U__"):
            if not re.fullmatch("[A-Za-z_][A-Za-z0-9_]*", name):
                raise Refused(f"invalid label name: {name}")
            return label("name", name)
        text = re.sub("_([0-9a-f]+)_|__", lambda m: chr(int(m[1], 16)) if m[1] else "_", name[3:])
        return label("string", json.dumps(text))

    def log_message(self, *_):
        pass


def main():
    Handler.upstream = os.environ["RAGTOP_URL"]
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    command = sys.argv[1:]
    return subprocess.run(command, check=False, env={
        **os.environ, "RAGTOP_URL": f"http://127.0.0.1:{server.server_port}"}).returncode


if __name__ == "__main__":
    sys.exit(main())
