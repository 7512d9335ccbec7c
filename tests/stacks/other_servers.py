#!/usr/bin/python3
"""The Prometheus that stack.py runs, as another server that speaks like it.

`victoria` is a real VictoriaMetrics with the same samples, `victoria-dots` one in which
OpenTelemetry's names of `otel-genai-bare` have their dots. `thanos` and `mimir` stand in front of
the Prometheus: the one answers in part and says so, the other wants a tenant, below a path of its
own. Neither lists labels, as where that is closed.

    tests/stacks/stack.py --stack rag -- tests/stacks/other_servers.py thanos ragtop report
"""

import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlencode, urlsplit

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "incidents")]

# pylint: disable=wrong-import-position
from prometheus import DIRECT               # noqa: E402  finds demo's modules, too
from prometheus3 import labels_with_dots    # noqa: E402
from processes import Child, free_ports     # noqa: E402

WARNING = "No StoreAPIs matched for this query: the answer is partial"


def ask(url, path, **parameters):
    with DIRECT.open(f"{url}{path}?{urlencode(parameters)}") as answer:
        return json.load(answer)["data"]


def is_healthy(url):
    with contextlib.suppress(OSError), DIRECT.open(url + "/health"):
        return True
    return False


@contextlib.contextmanager
def victoria(upstream, rename=lambda labels: labels):
    """Its URL; it has all that UPSTREAM has up to now, under the names that RENAME gives."""
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as undo:
        port, = free_ports(1)
        url = f"http://127.0.0.1:{port}"
        child = Child("victoria-metrics", [
            "victoria-metrics", f"-httpListenAddr=127.0.0.1:{port}",
            f"-storageDataPath={folder}/data", "-retentionPeriod=100y",
            "-search.latencyOffset=1s"], Path(folder))
        undo.callback(child.end)
        child.wait_until(lambda: is_healthy(url))
        now = time.time()
        for name in ask(upstream, "/api/v1/label/__name__/values"):
            series = ask(upstream, "/api/v1/query", query=f"{name}[8h]", time=now)["result"]
            lines = [json.dumps({"metric": rename(one["metric"]),
                                 "values": [float(value) for _, value in one["values"]],
                                 "timestamps": [round(t * 1000) for t, _ in one["values"]]})
                     for one in series]
            DIRECT.open(urllib.request.Request(
                url + "/api/v1/import", data="\n".join(lines).encode())).close()
        DIRECT.open(url + "/internal/force_flush").close()
        yield url


class Relay(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    upstream, kind = "", ""

    def do_GET(self):
        self._relay(None)

    def do_POST(self):
        self._relay(self.rfile.read(int(self.headers["Content-Length"])))

    def _relay(self, form):
        path = self.path
        if self.kind == "mimir":
            if not path.startswith("/prometheus/"):
                return self._send(404, b"404 page not found", "text/plain")
            if not self.headers["X-Scope-OrgID"]:
                return self._send(401, b"no org id", "text/plain")
            path = path.removeprefix("/prometheus")
        bare = urlsplit(path).path
        if bare == "/api/v1/status/buildinfo":
            data = {"version": "0.34.1", "goVersion": "go1.21.7"} if self.kind == "thanos" else {
                "application": "Grafana Mimir", "version": "2.10.0", "goVersion": "go1.21.7"}
            return self._say(200, {"status": "success", "data": data})
        if re.fullmatch("/api/v1/(labels|label/.*|series|metadata|targets.*|rules)", bare):
            return self._say(403, {"status": "error", "errorType": "forbidden",
                                   "error": "labels are not for everybody"})
        try:
            with DIRECT.open(self.upstream + path, form) as answer:
                said = json.load(answer)
        except urllib.error.HTTPError as error:
            return self._send(error.code, error.read(), "application/json")
        return self._say(200, {**said, **({"warnings": [WARNING]} if self.kind == "thanos" else {})})

    def _say(self, status, body):
        self._send(status, json.dumps(body).encode(), "application/json")

    def _send(self, status, text, kind):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def relay(upstream, kind):
    Relay.upstream, Relay.kind = upstream, kind
    server = ThreadingHTTPServer(("127.0.0.1", 0), Relay)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


KINDS = {"victoria": victoria, "victoria-dots": lambda url: victoria(url, labels_with_dots),
         "thanos": lambda url: relay(url, "thanos"), "mimir": lambda url: relay(url, "mimir")}


def main():
    kind, *command = sys.argv[1:]
    with KINDS[kind](os.environ["RAGTOP_URL"]) as url:
        return subprocess.run(command, check=False,
                              env={**os.environ, "RAGTOP_URL": url}).returncode


if __name__ == "__main__":
    sys.exit(main())
