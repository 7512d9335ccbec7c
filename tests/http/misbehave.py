#!/usr/bin/python3
"""A small HTTP server that does what real ones do on bad nights. For tests; listens on 127.0.0.1.

    misbehave.py [--always FAULT] [--port N] [--tls DIR [--mtls] [--expired]]    prints its port as one line
    misbehave.py --list                                              prints the faults

The first segment of the path names the fault: http://127.0.0.1:PORT/hang/api/v1/query. With
--always every request gets that FAULT and the path is an ordinary one: /api/v1/query.
--tls DIR writes a self-signed cert.pem and key.pem for localhost into DIR; --mtls asks the client
for that same certificate. The server ends with its parent, or when its stdin is closed: start it
with a pipe as stdin.

Always there, whatever the fault:
    /-/stats     {"connections", "requests", "posts", "holding", "holding_max", "last": {"method",
                 "path", "query", "body", "headers" with names in lower case}} so far, as JSON
    /-/release   lets every request to `hold` go on, now and later
    /-/reset     sets the counts to zero and makes `hold` hold again

Faults (the first word is the name):
"""

import argparse
import ctypes
import gzip
import hashlib
import hmac
import json
import os
import re
import signal
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
import time
import zlib
from email.utils import formatdate
from urllib.parse import parse_qs, parse_qsl, quote, unquote

STOP = object()  # returned by a fault that leaves the connection unusable
FAULTS = {}
DOCS = {}


class State:
    """What /-/stats reports; every change under the lock."""

    def __init__(self):
        self.lock = threading.Lock()
        self.released = threading.Event()
        self.reset()

    def reset(self):
        self.counts = dict.fromkeys(
            ("connections", "requests", "posts", "holding", "holding_max"), 0)
        self.last = None
        self.released.clear()

    def saw(self, request, new_connection):
        self.add("connections", int(new_connection))
        self.add("requests")
        self.add("posts", int(request.method == "POST"))
        self.last = request.described()

    def add(self, name, n=1):
        with self.lock:
            self.counts[name] += n
            self.counts["holding_max"] = max(self.counts["holding_max"], self.counts["holding"])


STATE = State()


class Request:
    """One parsed request and the ways to answer it."""

    def __init__(self, conn, method, path, headers, body):
        self.conn, self.method, self.headers, self.body = conn, method, headers, body
        self.path, _, self.query = path.partition("?")

    def described(self):
        return {"method": self.method, "path": self.path, "query": self.query,
                "body": self.body.decode("latin-1"), "headers": self.headers}

    def raw(self, data):
        self.conn.sendall(data)

    def answer(self, status, body, kind="application/json", headers=(), length=None, at=None):
        """A whole answer; LENGTH lies about the size of the body, AT (Unix time) about now."""
        body = body if isinstance(body, bytes) else body.encode()
        head = [f"HTTP/1.1 {status}", f"Date: {formatdate(at, usegmt=True)}",
                f"Content-Type: {kind}",
                f"Content-Length: {len(body) if length is None else length}", *headers]
        self.raw("\r\n".join(head).encode() + b"\r\n\r\n" + body)

    def chunks(self, headers=()):
        self.raw("\r\n".join(["HTTP/1.1 200 OK", "Content-Type: application/json",
                              "Transfer-Encoding: chunked", *headers]).encode() + b"\r\n\r\n")

    def chunk(self, data):
        self.raw(b"%x\r\n%s\r\n" % (len(data), data))

    def wants(self, ending):
        return self.path.rstrip("/").endswith(ending)

    def moment(self):
        """The time or end that the client asked for, else now."""
        fields = parse_qs(self.query + "&" + self.body.decode("latin-1"))
        try:
            return float((fields.get("time") or fields.get("end"))[0])
        except (TypeError, ValueError):
            return time.time()

    def success(self, series=()):
        """Prometheus's success JSON in the shape that the endpoint has; SERIES: (labels, value)."""
        now = self.moment()
        if self.wants("/query_range"):
            data = {"resultType": "matrix", "result": [
                {"metric": m, "values": [[now - 15 * i, v] for i in range(4, -1, -1)]}
                for m, v in series]}
        elif self.wants("/labels") or self.wants("/values"):
            data = sorted({v for m, _ in series for v in m.values()})
        elif self.wants("/series"):
            data = [m for m, _ in series]
        elif self.wants("/metadata"):
            data = {}
        elif self.wants("/buildinfo"):
            data = {"version": "2.42.0", "revision": "", "branch": "", "goVersion": "go1.19"}
        elif self.wants("/rules"):
            data = {"groups": []}
        elif self.wants("/alerts"):
            data = {"alerts": []}
        elif self.wants("/targets"):
            data = {"activeTargets": [], "droppedTargets": []}
        else:
            data = {"resultType": "vector", "result": [
                {"metric": m, "value": [now, v]} for m, v in series]}
        return json.dumps({"status": "success", "data": data})


def fault(name):
    """Registers a function as the fault NAME, with the first line of its docstring."""
    def register(f):
        FAULTS[name] = f
        DOCS[name] = f.__doc__.strip().splitlines()[0]
        return f
    return register


def plain(name, status, body, kind="text/plain; charset=utf-8", headers=()):
    """Registers a fault that is one fixed answer."""
    FAULTS[name] = lambda r: r.answer(status, body, kind, headers)
    DOCS[name] = f"{status}, {kind.partition(';')[0]}" + "".join(f", {h}" for h in headers)


@fault("ok")
def ok(r):
    """Prometheus's success with an empty result, in the shape of the endpoint"""
    r.answer("200 OK", r.success())


@fault("warnings")
def warnings(r):
    """success with an empty result, warnings and infos: a partial answer"""
    reply = json.loads(r.success())
    reply["warnings"] = ["store 10.0.0.7:10901 is unavailable: partial response"]
    reply["infos"] = ["PromQL info: metric might not be a counter: \"x\" (1:6)"]
    r.answer("200 OK", json.dumps(reply))


@fault("hold")
def hold(r):
    """no answer until /-/release, then `ok`"""
    STATE.add("holding")
    STATE.released.wait()
    STATE.add("holding", -1)
    ok(r)


@fault("hang")
def hang(r):
    """reads the request and never answers"""
    while r.conn.recv(4096):
        pass
    return STOP


@fault("drip")
def drip(r):
    """a good answer at one byte per second"""
    body = r.success().encode()
    r.answer("200 OK", b"", length=len(body))
    for byte in body:
        r.raw(bytes([byte]))
        time.sleep(1)


@fault("reset")
def reset(r):
    """a TCP reset instead of an answer"""
    r.conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return STOP


@fault("empty")
def empty(r):
    """closes the connection without a byte"""
    return STOP


@fault("cut")
def cut(r):
    """512 bytes of a body that was announced as 4096"""
    r.answer("200 OK", b" " * 512, length=4096)
    return STOP


@fault("cut-chunked")
def cut_chunked(r):
    """512 bytes of a chunked body that has no end"""
    r.chunks()
    r.chunk(b" " * 512)
    return STOP


@fault("nothttp")
def nothttp(r):
    """bytes that are no HTTP"""
    r.raw(b"SSH-2.0-OpenSSH_9.2p1\r\n\x00\x01\x02\x1b[2J garbage\r\n")
    return STOP


@fault("badstatus")
def badstatus(r):
    """a status line that is none"""
    r.raw(b"HTTP/1.1 banana\r\nContent-Length: 0\r\n\r\n")
    return STOP


@fault("headers")
def headers(r):
    """header lines without end"""
    r.raw(b"HTTP/1.1 200 OK\r\n")
    while True:
        r.raw(b"X-More: more\r\n" * 500)


@fault("longheader")
def longheader(r):
    """one header line without end"""
    r.raw(b"HTTP/1.1 200 OK\r\nX-Long: ")
    while True:
        r.raw(b"x" * 8192)


plain("html", "200 OK", "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>"
      "<form action=\"/login\">password</form></body></html>\n", "text/html; charset=utf-8")
plain("json-wrong", "200 OK", '{"items": [1, 2, 3], "status": 7}', "application/json")
plain("json-cut", "200 OK", '{"status":"success","data":{"resultType":"vector","res',
      "application/json")
plain("nobody", "200 OK", "")
plain("401", "401 Unauthorized", "Unauthorized\n",
      headers=('WWW-Authenticate: Basic realm="metrics"',))
plain("403", "403 Forbidden", "Forbidden (user=system:serviceaccount:rag:default)\n")
plain("404", "404 Not Found", "404 page not found\n")
plain("422", "422 Unprocessable Entity", json.dumps(
    {"status": "error", "errorType": "execution",
     "error": "query processing would load too many samples into memory in query execution"}),
      "application/json")
plain("204", "204 No Content", "")
plain("504", "504 Gateway Timeout", "<html><h1>504 Gateway Time-out</h1></html>", "text/html")
plain("plain-to-tls", "400 Bad Request", "Client sent an HTTP request to an HTTPS server.\n")
plain("400", "400 Bad Request", json.dumps(
    {"status": "error", "errorType": "bad_data",
     "error": "invalid parameter \"query\": 1:7: parse error: unclosed left parenthesis"}),
      "application/json")
plain("429", "429 Too Many Requests", "too many outstanding requests\n",
      headers=("Retry-After: 7",))
plain("500", "500 Internal Server Error", json.dumps(
    {"status": "error", "errorType": "internal", "error": "open chunk: input/output error"}),
      "application/json")
plain("502", "502 Bad Gateway", "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>"
      "<center><h1>502 Bad Gateway</h1></center><hr><center>nginx</center></body></html>\r\n",
      "text/html")
plain("503", "503 Service Unavailable", "Service Unavailable",
      headers=("X-Prometheus-Stopping: false",))


def refuse_post(status):
    return lambda r: r.answer(status, "use GET\n", "text/plain", ("Allow: GET",)) \
        if r.method == "POST" else ok(r)


for name, status in (("no-post", "405 Method Not Allowed"), ("no-post-501", "501 Not Implemented")):
    FAULTS[name] = refuse_post(status)
    DOCS[name] = f"{status} for a POST, `ok` for a GET"


def page(r, status):
    r.answer(status, "<html><body>Request rejected</body></html>\n", "text/html")


def bar_post(status):
    return lambda r: page(r, status) if r.method == "POST" else ok(r)


for name, status in (("bar-post-403", "403 Forbidden"), ("bar-post-406", "406 Not Acceptable"),
                     ("bar-post-415", "415 Unsupported Media Type"),
                     ("bar-post-400", "400 Bad Request"), ("bar-post-200", "200 OK")):
    FAULTS[name] = bar_post(status)
    DOCS[name] = f"{status} and a page for a POST, `ok` for a GET"


def bar_post_json(status, document):
    return lambda r: r.answer(status, json.dumps(document), "application/json") \
        if r.method == "POST" else ok(r)


for name, status, document in (
        ("bar-post-403-json", "403 Forbidden",
         {"status": "error", "errorType": "forbidden", "error": "method POST forbidden"}),
        ("bar-post-415-json", "415 Unsupported Media Type", {"message": "no forms"}),
        ("bar-post-404-json", "404 Not Found", {"message": "no Route matched with those values"}),
        ("bar-post-400-json", "400 Bad Request", {"error": {"code": 400}})):
    FAULTS[name] = bar_post_json(status, document)
    DOCS[name] = f"{status} and a document for a POST, `ok` for a GET"
FAULTS["bar-all"] = lambda r: page(r, "403 Forbidden")
DOCS["bar-all"] = "403 Forbidden and a page for everything"
FAULTS["bar-all-json"] = lambda r: r.answer(
    "403 Forbidden", '{"status": "error", "errorType": "forbidden", "error": "not your team"}')
DOCS["bar-all-json"] = "403 Forbidden and an error of the API for everything"


def redirect(status, to):
    return lambda r: r.answer(status, "moved\n", "text/plain", (f"Location: {to(r)}",))


def redirect_once(status):
    move = redirect(status, lambda r: f"{r.path}?{r.query}{'&' if r.query else ''}hop=1")
    return lambda r: ok(r) if "hop=1" in r.query else move(r)


for name, status in (("redirect", "307 Temporary Redirect"), ("redirect-302", "302 Found")):
    FAULTS[name] = redirect_once(status)
    DOCS[name] = f"{status} to the same URL with hop=1 added to its query, then `ok`"
FAULTS["redirect-loop"] = redirect("302 Found", lambda r: r.path)
DOCS["redirect-loop"] = "302 to itself"
FAULTS["redirect-away"] = redirect(
    "302 Found", lambda r: "https://sso.invalid/login?secret=1&client=metrics")
DOCS["redirect-away"] = "302 to the log-in page of another host"


FAULTS["redirect-host"] = redirect(
    "302 Found", lambda r: "http://localhost:" + r.headers["host"].split(":")[1] + "/ok/elsewhere")
DOCS["redirect-host"] = "302 to `ok` of the same server by another name, localhost"


def by_other_name(r, path):
    r.answer("302 Found", "moved\n", "text/plain",
             (f"Location: http://localhost:{r.headers['host'].split(':')[1]}{path}",))


@fault("large")
def large(r):
    """200 and 5 MB of text, in pieces"""
    r.chunks()
    for _ in range(5):
        r.chunk(b"x" * 1_000_000)
    r.chunk(b"")


@fault("elsewhere")
def elsewhere(r):
    """302 to the rest of the path on localhost: /elsewhere/503/api is /503/api there"""
    by_other_name(r, r.path[len("/elsewhere"):] + (f"?{r.query}" if r.query else ""))


@fault("no-post-away")
def no_post_away(r):
    """a POST is sent to localhost, which answers 405; a GET gets 503 from the server itself"""
    if r.method == "POST":
        by_other_name(r, "/no-post/elsewhere")
    else:
        FAULTS["503"](r)


@fault("refused-away")
def refused_away(r):
    """302 to a port of localhost where nobody listens"""
    r.answer("302 Found", "moved\n", "text/plain", ("Location: http://localhost:1/",))


@fault("elsewhere-tls")
def elsewhere_tls(r):
    """302 to https on localhost: at the port behind the slash, or this one, which speaks no TLS"""
    named = re.match(r"/elsewhere-tls/(\d+)", r.path)
    port = named[1] if named else r.headers["host"].split(":")[1]
    r.answer("302 Found", "moved\n", "text/plain", (f"Location: https://localhost:{port}/ok",))


# Servers that are no Prometheus and speak like one: what of them ragtop has to know.

def buildinfo(r, **data):
    if r.path.endswith("/status/buildinfo"):
        r.answer("200 OK", json.dumps({"status": "success", "data": data}))
        return True
    return False


@fault("thanos")
def thanos(r):
    """Thanos that lost a store: 200 with a part of the data and a warning"""
    if not buildinfo(r, version="0.34.1", goVersion="go1.21"):
        answer = json.loads(r.success())
        answer["warnings"] = ["No StoreAPIs matched for this query"]
        r.answer("200 OK", json.dumps(answer))


@fault("mimir")
def mimir(r):
    """Mimir: the API below /prometheus alone, and for tenants alone"""
    if "x-scope-orgid" not in r.headers:
        r.answer("401 Unauthorized", "no org id\n", "text/plain")
    elif not r.path.startswith("/mimir/prometheus/"):
        FAULTS["404"](r)
    elif not buildinfo(r, application="Grafana Mimir", version="2.10.0", goVersion="go1.21"):
        ok(r)


@fault("mimir-root")
def mimir_root(r):
    """the same with --always: the paths have no fault's name before them"""
    r.path = "/mimir" + r.path
    mimir(r)


@fault("victoria")
def victoria(r):
    """VictoriaMetrics: no build, statuses as error types, isPartial as its cluster says it"""
    if not buildinfo(r):
        answer = json.loads(r.success())
        answer |= {"isPartial": True, "stats": {"seriesFetched": "0", "executionTimeMsec": 1}}
        r.answer("200 OK", json.dumps(answer))


@fault("victoria-422")
def victoria_422(r):
    """VictoriaMetrics that refuses a query: its error type is the status"""
    if not buildinfo(r):
        r.answer("422 Unprocessable Entity", json.dumps(
            {"status": "error", "errorType": "422", "error": "cannot parse \"rate(\""}))


@fault("tenancy")
def tenancy(r):
    """OpenShift's port for tenants: the namespace in the address, or 400; few paths"""
    if "namespace=rag" not in r.query:
        r.answer("400 Bad Request", "Bad Request. The request or configuration is malformed.\n",
                 "text/plain")
    elif re.search(r"/(query|query_range|labels|series|label/\w+/values)$", r.path):
        ok(r)
    else:
        FAULTS["404"](r)


@fault("bad-metrics")
def exposition_broken(r):
    """a target's metrics with a line that is none, and escape sequences in it"""
    r.answer("200 OK", "# TYPE up gauge\nup 1\nup{\x1b[2J 1\n", "text/plain; version=0.0.4")


AWS_KEYS = {"AKIDEXAMPLE": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}


def hmac256(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def aws_signature(r, scope, names, moment):
    """The signature of AWS over a request, from the description of Signature Version 4."""
    pairs = sorted((quote(k, safe="-_.~"), quote(v, safe="-_.~"))
                   for k, v in parse_qsl(r.query, keep_blank_values=True))
    canonical = "\n".join([
        r.method, quote(unquote(r.path), safe="/-_.~"), "&".join(f"{k}={v}" for k, v in pairs),
        "".join(f"{name}:{' '.join(r.headers.get(name, '').split())}\n" for name in names),
        ";".join(names), hashlib.sha256(r.body).hexdigest()])
    to_sign = "\n".join(["AWS4-HMAC-SHA256", moment, "/".join(scope[1:]),
                         hashlib.sha256(canonical.encode()).hexdigest()])
    key = ("AWS4" + AWS_KEYS[scope[0]]).encode()
    for part in scope[1:]:
        key = hmac256(key, part)
    return hmac256(key, to_sign).hex()


@fault("aws")
def aws(r):
    """`ok` for requests with a good signature of AWS for eu-west-1 and aps, else 403"""
    found = re.fullmatch(r"AWS4-HMAC-SHA256 Credential=(\S+), ?SignedHeaders=(\S+), ?"
                         r"Signature=(\w+)", r.headers.get("authorization", ""))
    scope = found[1].split("/") if found else []
    if not found or scope[0] not in AWS_KEYS or scope[2:] != ["eu-west-1", "aps", "aws4_request"]:
        r.answer("403 Forbidden", '{"message":"Missing Authentication Token"}')
    elif found[3] != aws_signature(r, scope, found[2].split(";"), r.headers["x-amz-date"]):
        r.answer("403 Forbidden", '{"message":"The request signature does not match"}')
    else:
        ok(r)


@fault("huge")
def huge(r):
    """a chunked body without end"""
    r.chunks()
    while True:
        r.chunk(b"[" + b" " * 65534 + b"]")


@fault("announced")
def announced(r):
    """a body announced as 8 GiB, then silence"""
    r.answer("200 OK", b"[", length=8 << 30)
    return hang(r)


@fault("gzip")
def gzipped(r):
    """`ok`, compressed when the client asks for it"""
    if "gzip" in r.headers.get("accept-encoding", ""):
        r.answer("200 OK", gzip.compress(r.success().encode()), headers=("Content-Encoding: gzip",))
    else:
        ok(r)


@fault("gzip-bomb")
def gzip_bomb(r):
    """1 MiB of gzip, asked for or not, that unpacks to 1 GiB of spaces"""
    r.chunks(("Content-Encoding: gzip",))
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = b" " * (1 << 20)
    for _ in range(1024):
        data = packer.compress(block)
        if data:
            r.chunk(data)
    r.chunk(packer.flush())
    r.raw(b"0\r\n\r\n")


@fault("gzip-large")
def gzip_large(r):
    """8 MiB of 512 Ki numbered lines, compressed to a hundredth"""
    lines = "".join(f"{i:015d}\n" for i in range(1 << 19)).encode()
    r.answer("200 OK", gzip.compress(lines, 6), headers=("Content-Encoding: gzip",))


@fault("badgzip")
def badgzip(r):
    """says gzip and sends something else"""
    r.answer("200 OK", b"this is not compressed at all", headers=("Content-Encoding: gzip",))


@fault("badchunk")
def badchunk(r):
    """a chunked body whose second chunk has no length"""
    r.chunks()
    r.chunk(b'{"status":')
    r.raw(b"many\r\nbytes\r\n")
    return STOP


@fault("badlength")
def badlength(r):
    """an answer whose length is a word"""
    r.raw(b"HTTP/1.1 200 OK\r\nContent-Length: banana\r\n\r\n" + r.success().encode())
    return STOP


@fault("short")
def short(r):
    """an answer that says it is half as long as it is"""
    body = r.success().encode()
    r.raw(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (len(body) // 2) + body)
    return STOP


@fault("slow-headers")
def slow_headers(r):
    """a header at one byte per second"""
    r.raw(b"HTTP/1.1 200 OK\r\nX-A: ")
    for _ in range(1000):
        r.raw(b"a")
        time.sleep(1)


@fault("nul")
def nul(r):
    """success with NUL bytes and other control bytes raw in the middle of texts"""
    body = r.success([({"__name__": "up", "a": "@@"}, "1")]).encode()
    r.answer("200 OK", body.replace(b"@@", b"x\x00\x1b[2Jy"))


@fault("nul-only")
def nul_only(r):
    """200 and a thousand NUL bytes"""
    r.answer("200 OK", b"\0" * 1000)


@fault("beyond")
def beyond(r):
    """success with numbers that no double holds, in values and in times"""
    values = ("1e999", "-1e999", "9" * 400, "1e-999", "0x1p99999", "1" + "0" * 100000)
    body = r.success([({"__name__": "up", "n": str(i)}, v) for i, v in enumerate(values)])
    r.answer("200 OK", body.replace('"result": [', '"result": [{"metric": {"n": "t"}, '
                                    '"value": [1e999, "1"], "values": [[-1e308, "1"]]}, ', 1))


WRONG = ("null", "true", "-7.5e300", '"text"', "[]", "{}", '[["a"]]', '{"a": [1, "2"]}', '""')


def wrong_places(text):
    """TEXT, an answer, once for every place in it and every value that does not belong there."""
    def places(value, path=()):
        yield path
        children = value.items() if isinstance(value, dict) else \
            enumerate(value) if isinstance(value, list) else ()
        for key, child in children:
            yield from places(child, (*path, key))

    whole = json.loads(text)
    for path in places(whole):
        for wrong in WRONG:
            root = json.loads(text)
            if not path:
                yield wrong
                continue
            at = root
            for key in path[:-1]:
                at = at[key]
            at[path[-1]] = json.loads(wrong)
            yield json.dumps(root)


@fault("types")
def types(r):
    """in turn: `ok` with one value, at every place, that is of another type"""
    good = r.success([({"__name__": "up", "le": "1"}, "1"), ({"le": "+Inf"}, "2")])
    variants = list(wrong_places(good))
    r.answer("200 OK", variants[STATE.counts["requests"] % len(variants)])


@fault("control")
def control(r):
    """success whose labels steer terminals: ESC, C1, bidi marks, NUL, newlines, broken UTF-8"""
    nasty = {"__name__": "up", "esc": "\x1b[2J\x1b]0;owned\x07red", "c1": "\x9b31mred\x9c",
             "bidi": "abc\u202efed\u2066x\u200f", "nul": "before\x00after", "line": "a\nb\rc\td",
             "wide": "\u65e5\u672c\u8a9e", "zero": "e\u0301\u200b\ufeff", "broken": "@@"}
    body = r.success([(nasty, "1")]).encode()
    r.answer("200 OK", body.replace(b"@@", b"\xff\xc0\xaf\xed\xa0\x80"))


@fault("nan")
def nan(r):
    """success with the values NaN, +Inf, -Inf, 1e+300 and one that is no number"""
    values = ("NaN", "+Inf", "-Inf", "1e+300", "banana")
    r.answer("200 OK", r.success([({"__name__": "up", "n": str(i)}, v)
                                  for i, v in enumerate(values)]))


@fault("deep")
def deep(r):
    """JSON nested 10,000 deep"""
    r.answer("200 OK", '{"status":"success","data":' + "[" * 10000 + "]" * 10000 + "}")


@fault("429-date")
def later(r):
    """429, Retry-After as a date: 90 s after its own Date, 2026-02-04T09:00:00Z"""
    r.answer("429 Too Many Requests", "slow down\n", "text/plain",
             ("Retry-After: Wed, 04 Feb 2026 09:01:30 GMT",), at=1770195600)


@fault("retry-after")
def retry_after(r):
    """503, Retry-After as ?after= says; its clock shows 2026-02-04T09:00:00Z, or none with ?dateless"""
    fields = parse_qs(r.query, keep_blank_values=True)
    header = f"Retry-After: {fields.get('after', ['7'])[0]}"
    if "dateless" in fields:
        r.raw(f"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n{header}\r\n\r\n".encode())
    else:
        r.answer("503 Service Unavailable", "come back later\n", "text/plain", (header,),
                 at=1770195600)


@fault("skew")
def skew(r):
    """`ok` by a clock that is an hour behind"""
    r.answer("200 OK", r.success(), at=time.time() - 3600)


@fault("skew-crossed")
def skew_crossed(r):
    """`skew`, where what was asked for at the wrong time is answered among what is asked anew"""
    time.sleep(0.1 if "/label" in r.path else 0.25)
    skew(r)


@fault("flap")
def flap(r):
    """every second request is a 503"""
    FAULTS["503" if STATE.counts["requests"] % 2 == 0 else "ok"](r)


def manage(r):
    if r.path == "/-/stats":
        with STATE.lock:
            body = json.dumps({**STATE.counts, "last": STATE.last})
        r.answer("200 OK", body)
    elif r.path == "/-/release":
        STATE.released.set()
        r.answer("200 OK", "{}")
    elif r.path == "/-/reset":
        with STATE.lock:
            STATE.reset()
        r.answer("200 OK", "{}")
    else:
        FAULTS["404"](r)


def read_request(conn, rest):
    """(request or None at the end, what was read too far)."""
    data = rest
    while b"\r\n\r\n" not in data:
        more = conn.recv(65536)
        if not more:
            return None, b""
        data += more
        if data[0] == 0x16:  # a TLS greeting: say what Go's servers say
            conn.sendall(b"HTTP/1.0 400 Bad Request\r\n\r\n"
                         b"Client sent a TLS request to an HTTP server.\n")
            return None, b""
    head, _, data = data.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    method, path, _ = lines[0].split(" ", 2)
    fields = {}
    for line in lines[1:]:
        name, _, value = line.partition(":")
        fields[name.strip().lower()] = value.strip()
    length = int(fields.get("content-length", 0))
    while len(data) < length:
        more = conn.recv(65536)
        if not more:
            return None, b""
        data += more
    return Request(conn, method, path, fields, data[:length]), data[length:]


def serve(conn, always):
    with conn:
        conn.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        rest, counted = b"", False
        while True:
            r, rest = read_request(conn, rest)
            if not r:
                return
            if r.path.startswith("/-/"):
                manage(r)
                continue
            STATE.saw(r, not counted)
            counted = True
            name = always or r.path.split("/")[1]
            if FAULTS.get(name, FAULTS["404"])(r) is STOP:
                return


def greet(conn, context):
    """The connection with TLS on it, or None when the client is turned away."""
    conn = context.wrap_socket(conn, server_side=True, do_handshake_on_connect=False)
    try:
        conn.do_handshake()
        return conn
    except ssl.SSLError:
        with conn:  # closing with unread bytes would be a reset, which overtakes the TLS alert
            conn.shutdown(socket.SHUT_WR)
            while conn.recv(4096):
                pass
        return None


def thread(conn, always, context):
    try:
        conn = greet(conn, context) if context else conn
        if conn:
            serve(conn, always)
    except (OSError, ValueError):  # the client left, or sent something else
        pass


def expire(folder, key, cert):
    """The same certificate, of last month."""
    key, cert = os.path.abspath(key), os.path.abspath(cert)
    open(os.path.join(folder, "index"), "w", encoding="ascii").close()
    # relative names: a configuration of openssl's has no room for every path
    with open(os.path.join(folder, "ca.cnf"), "w", encoding="ascii") as f:
        f.write("[ca]\ndefault_ca=c\n[c]\ndatabase=index\nnew_certs_dir=.\n"
                "rand_serial=yes\ndefault_md=sha256\npolicy=p\ncopy_extensions=copy\n"
                "[p]\ncommonName=supplied\n")
    for command in (["req", "-new", "-key", key, "-subj", "/CN=localhost", "-addext",
                     "subjectAltName=DNS:localhost", "-out", "request.pem"],
                    ["ca", "-batch", "-config", "ca.cnf", "-selfsign", "-keyfile", key, "-in",
                     "request.pem", "-out", cert, "-notext", "-startdate", "20200101000000Z",
                     "-enddate", "20200201000000Z"]):
        subprocess.run(["openssl", *command], cwd=folder, check=True, stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def tls_context(folder, mutual, expired):
    cert, key = os.path.join(folder, "cert.pem"), os.path.join(folder, "key.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                    "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
                    "-keyout", key, "-out", cert], check=True, stdin=subprocess.DEVNULL,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    if expired:
        with tempfile.TemporaryDirectory() as authority:
            expire(authority, key, cert)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    if mutual:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(cert)
    return context


def die_with_parent():
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG

    def watch():
        while os.read(0, 4096):
            pass
        os._exit(0)
    threading.Thread(target=watch, daemon=True).start()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--always", metavar="FAULT", choices=sorted(FAULTS))
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--tls", metavar="DIR", help="speak TLS; writes cert.pem and key.pem")
    parser.add_argument("--mtls", action="store_true", help="ask the client for that certificate")
    parser.add_argument("--expired", action="store_true", help="a certificate of 2020")
    parser.add_argument("--list", action="store_true", help="print the faults and end")
    args = parser.parse_args()
    if args.list:
        print("\n".join(f"{name:17} {DOCS[name]}" for name in sorted(FAULTS)))
        return
    die_with_parent()
    context = tls_context(args.tls, args.mtls, args.expired) if args.tls else None
    listener = socket.create_server(("127.0.0.1", args.port), backlog=128)
    print(listener.getsockname()[1], flush=True)
    while True:
        conn, _ = listener.accept()
        threading.Thread(target=thread, args=(conn, args.always, context), daemon=True).start()


__doc__ += "".join(f"    {name:17} {text}\n" for name, text in sorted(DOCS.items()))

if __name__ == "__main__":
    main()
