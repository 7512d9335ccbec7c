#!/usr/bin/python3
"""A server that answers every range query over at least 200 points with 7 MB, and paces them.

    big_reply.py        prints its port as one line; ends when its stdin is closed

Instant queries get one sample, shorter ranges nothing. /-/sent tells when each large reply was
under way, as a list of [begin, end] in time.monotonic(), which all processes share.
"""

import json
import os
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

SIZE = 7_000_000
PIECE = 1 << 16
PAUSE_SECONDS = 0.002   # between pieces: a reply is under way for a quarter of a second or more
LARGE_POINTS = 200
sent = []


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def setup(self):
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def do_GET(self):
        path = urlsplit(self.path).path
        self._small(sent if path == "/-/sent" else success([]))

    def do_POST(self):
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        if self.path.endswith("/query"):
            now = float(form["time"][0])
            self._small(success({"resultType": "vector",
                                 "result": [{"metric": {"n": "0"}, "value": [now, "1"]}]}))
            return
        start, end, step = (float(form[name][0]) for name in ("start", "end", "step"))
        if (end - start) / step < LARGE_POINTS:
            self._small(success({"resultType": "matrix", "result": []}))
        else:
            self._large(matrix(start, end, step))

    def _small(self, value):
        body = json.dumps(value).encode()
        self._head(len(body))
        self.wfile.write(body)

    def _large(self, body):
        self._head(len(body))
        begin = time.monotonic()
        for at in range(0, len(body), PIECE):
            self.wfile.write(body[at:at + PIECE])
            time.sleep(PAUSE_SECONDS)
        sent.append([begin, time.monotonic()])

    def _head(self, length):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(length))
        self.end_headers()

    def log_message(self, *_):
        pass


def success(data):
    return {"status": "success", "data": data}


def matrix(start, end, step):
    """As many series as make SIZE bytes."""
    points = int((end - start) / step) + 1
    values = ",".join(f'[{start + step * i:.3f},"0.0{i:09d}"]' for i in range(points))
    series = [f'{{"metric":{{"n":"{n}"}},"values":[{values}]}}'
              for n in range(SIZE // len(values) + 1)]
    return ('{"status":"success","data":{"resultType":"matrix","result":['
            + ",".join(series) + "]}}").encode()


def main():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_address[1], flush=True)
    while os.read(0, 4096):
        pass


if __name__ == "__main__":
    main()
