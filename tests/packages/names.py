"""A name server on 127.0.0.1:53, for a network with nothing else in it."""

import contextlib
import socket
import socketserver
import struct
import threading

A, TCP_ONLY = 1, 2
HEADER = struct.Struct(">HHHHHH")
ANSWER, TRUNCATED, NO_SUCH_NAME = 0x8180, 0x8380, 0x8183
MANY = 60               # addresses that no UDP answer of 512 bytes holds


def question(query):
    """The name and type that QUERY asks for, and the bytes of that."""
    at, labels = HEADER.size, []
    while query[at]:
        labels.append(query[at + 1:at + 1 + query[at]].decode().lower())
        at += 1 + query[at]
    return ".".join(labels), struct.unpack_from(">H", query, at + 1)[0], query[HEADER.size:at + 5]


class Names:
    """Answers from `__enter__` to `__exit__`: names in SHORT have one address, those in LONG so many
    that UDP does not do. All are 127.0.0.1. What was asked is in `asked`, as (way, name).
    """

    def __init__(self, short=(), long=()):
        self._short, self._long = set(short), set(long)
        self.asked = []

    def answer(self, query, way):
        identity = HEADER.unpack_from(query)[0]
        name, kind, asked = question(query)
        self.asked.append((way, name))
        if name not in self._short | self._long:
            return HEADER.pack(identity, NO_SUCH_NAME, 1, 0, 0, 0) + asked
        if kind != A:
            return HEADER.pack(identity, ANSWER, 1, 0, 0, 0) + asked
        if name in self._long and way == "udp":
            return HEADER.pack(identity, TRUNCATED, 1, 0, 0, 0) + asked
        count = MANY if name in self._long else 1
        record = struct.pack(">HHHIH4s", 0xc00c, A, 1, 30, 4, socket.inet_aton("127.0.0.1"))
        return HEADER.pack(identity, ANSWER, 1, count, 0, 0) + asked + record * count

    def __enter__(self):
        names = self

        class Datagram(socketserver.BaseRequestHandler):
            def handle(self):
                query, connection = self.request
                connection.sendto(names.answer(query, "udp"), self.client_address)

        class Stream(socketserver.StreamRequestHandler):
            def handle(self):
                length = struct.unpack(">H", self.rfile.read(2))[0]
                said = names.answer(self.rfile.read(length), "tcp")
                self.wfile.write(struct.pack(">H", len(said)) + said)

        self._undo = contextlib.ExitStack()
        socketserver.ThreadingTCPServer.allow_reuse_address = True
        for kind, handler in ((socketserver.ThreadingUDPServer, Datagram),
                              (socketserver.ThreadingTCPServer, Stream)):
            server = self._undo.enter_context(kind(("127.0.0.1", 53), handler))
            server.daemon_threads = True
            threading.Thread(target=server.serve_forever, daemon=True).start()
            self._undo.callback(server.shutdown)
        return self

    def __exit__(self, *_):
        self._undo.close()


@contextlib.contextmanager
def silent():
    """A name server that hears everything and never answers."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as heard:
        heard.bind(("127.0.0.1", 53))
        yield
