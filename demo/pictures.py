#!/usr/bin/python3
"""Make the pictures of README.md anew: of the real program, on the stacks of the demo.

    demo/pictures.py [--only article|stack] PROGRAM

Writes incident.svg and stage.svg here and the screen in README.md, of the scenario `article`, and
found.svg, of `stack`. They show a server called prometheus.example, which a proxy takes to the one
that runs here. How busy this machine is shows in none of them: its node is played as well.
"""

import argparse
import http.client
import os
import re
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from stack import DEMO, PYTHON, Stack

ROOT = DEMO.parent
SHOWN = "prometheus.example:9090"
PICTURE, README_SCREEN = "120x40", "100x24"
STATUSES = range(4)     # of --screenshot: how the service is
SETTLES_S = 75          # until the samples of the start are those of now


class Forward(BaseHTTPRequestHandler):
    """Takes what is asked of SHOWN to the server's real address, and the rest where it is for."""

    def do_GET(self):       # pylint: disable=invalid-name
        """Any request, with its body."""
        url = urlsplit(self.path)
        there = self.server.there if url.netloc == SHOWN else url.netloc
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        target = url.path + (f"?{url.query}" if url.query else "")
        connection = http.client.HTTPConnection(there, timeout=60)
        kept = {name: value for name, value in self.headers.items()
                if name.lower() not in ("host", "accept-encoding", "connection")}
        connection.request(self.command, target, body or None, kept)
        answer = connection.getresponse()
        data = answer.read()
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.getheader("Content-Type", "text/plain"))
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)
        connection.close()

    do_POST = do_GET        # pylint: disable=invalid-name

    def log_message(self, *_):      # pylint: disable=arguments-differ
        """Nobody reads it."""


@contextmanager
def forwarded(url):
    """The address of a proxy for which SHOWN is URL."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Forward)
    server.there = urlsplit(url).netloc
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


def picture(program, proxy, *options):
    """What the program draws."""
    done = subprocess.run(
        [program, "--config", "/dev/null", "--no-cache", "--proxy", proxy, "--screenshot",
         *options, f"http://{SHOWN}"], check=False, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "TZ": "UTC", "LC_ALL": "C.UTF-8", "NO_PROXY": "", "no_proxy": ""})
    if done.returncode not in STATUSES:
        sys.exit(f"{program} draws nothing: it ended with {done.returncode}")
    return done.stdout


def draw(program, proxy, name, *options):
    """One of the files here."""
    options = ("--size", PICTURE, "--color", "true", "--format", "svg", *options)
    (DEMO / name).write_text(picture(program, proxy, *options), encoding="utf-8")


def write_screen(text):
    """The first block of README.md is the screen."""
    path = ROOT / "README.md"
    readme = path.read_text(encoding="utf-8")
    lines = "\n".join(line.rstrip() for line in text.rstrip().split("\n"))
    path.write_text(re.sub(r"```\n ragtop .*?\n```", lambda _: f"```\n{lines}\n```", readme, count=1,
                           flags=re.S), encoding="utf-8")


def draw_article(program):
    """The incident that README.md is about."""
    with Stack("article", cluster=True, node_is_played=True) as stack, \
            forwarded(stack.url) as proxy:
        time.sleep(SETTLES_S)
        draw(program, proxy, "incident.svg")
        draw(program, proxy, "stage.svg", "--page", "stage")
        write_screen(picture(program, proxy, "--size", README_SCREEN, "--format", "text"))


def draw_stack(program):
    """Other people's software, found with nothing configured."""
    if "STACK_TRUTH" not in os.environ:
        again = [PYTHON, __file__, "--only", "stack", program]
        subprocess.run([PYTHON, ROOT / "tests/stacks/stack.py", "--stack", "rag", "--incident",
                        "llm-queue", "--at-once", "--", *again], check=True)
        return
    with forwarded(os.environ["RAGTOP_URL"]) as proxy:
        time.sleep(SETTLES_S)
        draw(program, proxy, "found.svg")


def main():
    parser = argparse.ArgumentParser(description="Make the pictures of README.md anew.")
    parser.add_argument("--only", choices=("article", "stack"))
    parser.add_argument("program", metavar="PROGRAM")
    options = parser.parse_args()
    program = str(Path(options.program).resolve())
    if options.only != "stack":
        draw_article(program)
    if options.only != "article":
        draw_stack(program)


if __name__ == "__main__":
    main()
