"""A proxy that writes down what passes: which requests, when, and how many bytes.

It forwards bytes as they are (the client names the proxy as its host, which Prometheus does not
mind), so both sides see what they would see without it.
"""

import select
import socket
import threading
import time
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit


@dataclass
class Exchange:
    """A request and the bytes of its reply, heads included."""
    moment: float       # time.monotonic() of its arrival
    method: str
    target: str
    body: str
    gzip: bool          # whether compression was asked for
    sent: int
    received: int = 0

    @property
    def path(self):
        return urlsplit(self.target).path

    def form(self):
        """The parameters, wherever they are."""
        query = urlsplit(self.target).query
        return {name: values[0] for name, values in parse_qs(f"{query}&{self.body}").items()}

    def is_query(self):
        return self.path.endswith(("/query", "/query_range"))


class Recorder:
    """Listens on `url` from `__enter__` to `__exit__`; `exchanges` grows meanwhile."""

    def __init__(self, upstream):
        place = urlsplit(upstream)
        self._upstream = (place.hostname, place.port)
        self.exchanges = []

    def __enter__(self):
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *exception):
        self._listener.close()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._forward, args=(client,), daemon=True).start()

    def _forward(self, client):
        with client, socket.create_connection(self._upstream) as server:
            for one in (client, server):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            unread, current = b"", None
            while True:
                for one in select.select([client, server], [], [])[0]:
                    try:
                        data = one.recv(1 << 16)
                        (server if one is client else client).sendall(data)
                    except OSError:
                        return
                    if not data:
                        return
                    if one is server:
                        current.received += len(data)
                        continue
                    exchange, unread = _parse(unread + data)
                    if exchange:
                        current = exchange
                        self.exchanges.append(exchange)


def _parse(data):
    """(the request in DATA if it is whole, the rest); curl sends one at a time."""
    head, blank, rest = data.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    fields = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
    length = int(fields.get("content-length", 0))
    if not blank or len(rest) < length:
        return None, data
    method, target, _ = lines[0].split(" ", 2)
    exchange = Exchange(time.monotonic(), method, target, rest[:length].decode(),
                        gzip="gzip" in fields.get("accept-encoding", ""),
                        sent=len(head) + 4 + length)
    return exchange, rest[length:]


def bursts(exchanges, gap):
    """Splits EXCHANGES where nothing was asked for GAP seconds."""
    groups = []
    for exchange in exchanges:
        if not groups or exchange.moment - groups[-1][-1].moment > gap:
            groups.append([])
        groups[-1].append(exchange)
    return groups
