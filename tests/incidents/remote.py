"""Native histograms, which no text holds: written to a running Prometheus as another server would
(remote write 1.0), in the order of time."""

import http.server
import itertools
import json
import operator
import re
import struct
import threading
import urllib.error
import urllib.request

from openmetrics import Lives
from prometheus import DIRECT, QUERY_SECONDS
from tree import FINE, NATIVE_SCHEMA, Native, metric_of

STRETCH_S = 2400        # of one request: a server takes what is at most an hour late
LITERAL = 65536         # the most bytes of a literal of snappy with a length of two bytes


def write(server, cases_and_chances):
    """Returns how many samples it wrote."""
    series = {}
    for case, chance in cases_and_chances:
        for process, source, when in Lives(case, chance):
            for text, value in process.samples(source, *when):
                series.setdefault(text, []).append((case.at + when[2], value))
    count = sum(map(len, series.values()))
    by_time = {}
    for text, samples in series.items():
        for stretch, some in itertools.groupby(samples, lambda sample: sample[0] // STRETCH_S):
            by_time.setdefault(stretch, []).append(_time_series(text, some))
    for stretch in sorted(by_time):
        _post(server, b"".join(_field(1, message) for message in by_time[stretch]))
    return count


def _post(server, message):
    request = urllib.request.Request(f"{server.url}/api/v1/write", _snappy(message), headers={
        "Content-Encoding": "snappy", "Content-Type": "application/x-protobuf",
        "X-Prometheus-Remote-Write-Version": "0.1.0"})
    with DIRECT.open(request, timeout=QUERY_SECONDS):
        pass


def _snappy(message):
    """MESSAGE in the format of snappy, not any smaller."""
    parts = [_varint(len(message))]
    for first in range(0, len(message), LITERAL):
        part = message[first:first + LITERAL]
        parts += [b"\xf4", struct.pack("<H", len(part) - 1), part]
    return b"".join(parts)


# --- protobuf

def _varint(value):
    text = bytearray()
    while value > 127:
        text.append(value & 127 | 128)
        value >>= 7
    text.append(value)
    return bytes(text)


def _zigzag(value):
    return _varint(2 * value if value >= 0 else -2 * value - 1)


def _field(number, text):
    return _varint(number << 3 | 2) + _varint(len(text)) + text


def _number(number, text):
    return _varint(number << 3) + text


def _double(number, value):
    return _varint(number << 3 | 1) + struct.pack("<d", value)


def _time_series(text, samples):
    name, labels = re.fullmatch(r"(\w+)\{(.*)\} ", text).groups()
    pairs = [("__name__", name), *re.findall(r'(\w+)="([^"]*)"', labels)]
    message = b"".join(_field(1, _field(1, key.encode()) + _field(2, value.encode()))
                       for key, value in sorted(pairs))
    for time, value in samples:
        if isinstance(value, Native):
            message += _field(4, _histogram(value, 1000 * time))
        else:
            message += _field(2, _double(1, float(value)) + _number(2, _varint(1000 * time)))
    return message


def _histogram(value, time_ms):
    first = round(2 ** NATIVE_SCHEMA * _log2(FINE[0]))
    deltas = map(operator.sub, value.buckets, (0, *value.buckets))
    return (_number(1, _varint(value.count)) + _double(3, value.sum)
            + _number(4, _zigzag(NATIVE_SCHEMA)) + _double(5, 1e-9) + _number(6, _varint(0))
            + _field(11, _number(1, _zigzag(first)) + _number(2, _varint(len(value.buckets))))
            + _field(12, b"".join(map(_zigzag, deltas))) + _number(15, _varint(time_ms)))


def _log2(value):
    exponent = 0
    while value < 1:
        value, exponent = 2 * value, exponent - 1
    return exponent


class Front:
    """Stands before a server that scrapes nothing, and thus has no metadata: it tells the types of
    the metrics and hands everything else on."""

    def __init__(self, server, cases):
        types = {metric_of(stage): [{"type": "histogram", "help": "", "unit": ""}]
                 for case in cases for stage in case.forms}

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):       # noqa: N802  pylint: disable=invalid-name
                if self.path.startswith("/api/v1/metadata"):
                    self.reply(200, json.dumps({"status": "success", "data": types}).encode())
                else:
                    self.hand_on(None)

            def do_POST(self):      # noqa: N802  pylint: disable=invalid-name
                self.hand_on(self.rfile.read(int(self.headers.get("Content-Length", 0))))

            def hand_on(self, body):
                request = urllib.request.Request(server.url + self.path, body)
                if body is not None:
                    request.add_header("Content-Type", self.headers["Content-Type"])
                try:
                    with DIRECT.open(request, timeout=QUERY_SECONDS) as answer:
                        self.reply(answer.status, answer.read())
                except urllib.error.HTTPError as error:
                    self.reply(error.code, error.read())

            def reply(self, status, body):
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):      # pylint: disable=arguments-differ
                pass

        self._front = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._front.daemon_threads = True

    @property
    def url(self):
        return f"http://127.0.0.1:{self._front.server_address[1]}"

    def __enter__(self):
        threading.Thread(target=self._front.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *exception):
        self._front.shutdown()
        self._front.server_close()
