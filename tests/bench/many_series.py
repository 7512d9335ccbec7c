#!/usr/bin/python3
"""A server that answers every query with 100,000 series, about 8.5 MB of them.

    many_series.py      prints its port as one line; ends when its stdin is closed

Of a range each series has a sample in one place only, as where pods come and go.
"""

import json
import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

SERIES = 100_000
METRICS = [f'{{"metric":{{"pod":"agent-{n:06d}","zone":"eu-west-1"}},' for n in range(SERIES)]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self._answer(b'{"status":"success","data":[]}')

    def do_POST(self):
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        if self.path.endswith("/query"):
            self._answer(instant(float(form["time"][0])))
        else:
            self._answer(ranged(*(float(form[name][0]) for name in ("start", "end", "step"))))

    def _answer(self, body):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def handle(self):
        try:
            super().handle()
        except ConnectionError:     # whoever asked has seen enough
            pass

    def log_message(self, *_):
        pass


def success(kind, series):
    return ('{"status":"success","data":{"resultType":' + json.dumps(kind) + ',"result":['
            + ",".join(series) + "]}}").encode()


def instant(at):
    value = f'"value":[{at:.3f},"0.25"]}}'
    return success("vector", [metric + value for metric in METRICS])


def ranged(start, end, step):
    values = [f'"values":[[{start + step * i:.3f},"0.25"]]}}'
              for i in range(int((end - start) / step) + 1)]
    return success("matrix", [metric + values[n % len(values)] for n, metric in enumerate(METRICS)])


def main():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_address[1], flush=True)
    while os.read(0, 4096):
        pass


if __name__ == "__main__":
    main()
