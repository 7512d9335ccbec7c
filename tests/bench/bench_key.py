#!/usr/bin/python3
"""How soon a key is answered while the server hangs, and while 7 MB replies arrive.

`?` until the help page is on the screen, and `q` until the process has ended.
"""

import json
import random
import time

from harness import (BENCH, COLUMNS, DIRECT, MISBEHAVE, ROWS, Figures, clean_environment, main,
                     median, milliseconds, serving)
from terminal import Terminal, pump

PRESSES = 50
HELP = "everything about the selected row"
BIG_STARTS = 4
AFTER_SECONDS = 0.5     # a reply that has arrived is still to be read


def until_help(terminal):
    """Seconds from `?` to the help page; closes it again."""
    pressed = terminal.press("?")
    took = terminal.wait_for(HELP, 30, pressed) - pressed
    terminal.press("?")
    pump([terminal], 30, lambda: not terminal.shows(HELP))
    return pressed, took


def until_end(ragtop, server, environment):
    """Seconds from `q` to the end, while a request hangs."""
    before = requests(server)
    with Terminal([ragtop, server], environment) as terminal:
        terminal.wait_for("ragtop", 10)
        while requests(server) == before:
            pump([terminal], 0.01)
        pump([terminal], random.uniform(0.01, 0.05))
        pressed = terminal.press("q")
        return terminal.wait_for_end(10) - pressed


def requests(server):
    with DIRECT.open(server + "/-/stats") as answer:
        return json.load(answer)["requests"]


def while_hanging(ragtop, server, environment):
    """([seconds until help], [seconds until the end])."""
    with Terminal([ragtop, server], environment) as terminal:
        terminal.wait_for("ragtop", 10)
        help_page = []
        for _ in range(PRESSES):
            pump([terminal], random.uniform(0.02, 0.1))
            help_page.append(until_help(terminal)[1])
    return help_page, [until_end(ragtop, server, environment) for _ in range(PRESSES)]


def while_arriving(ragtop, server, environment):
    """([begin, end] of each reply, seconds until help of the keys pressed then or just after)."""
    presses = []
    for _ in range(BIG_STARTS):
        command = [ragtop, "--config", BENCH / "big_reply.yaml", "--timeout", "30s", server]
        with Terminal(command, environment) as terminal:
            terminal.wait_for("ragtop", 10)
            begun = time.monotonic()
            while time.monotonic() - begun < 3:
                presses.append(until_help(terminal))
                pump([terminal], random.uniform(0, 0.02))
    with DIRECT.open(server + "/-/sent") as answer:
        replies = json.load(answer)
    return replies, [took for pressed, took in presses if any(
        begin <= pressed <= end + AFTER_SECONDS for begin, end in replies)]


def measure(ragtop):
    random.seed(1)
    with clean_environment() as environment:
        with serving(MISBEHAVE, "--always", "hang") as server:
            help_page, ended = while_hanging(ragtop, server, environment)
        with serving(BENCH / "big_reply.py") as server:
            replies, arriving = while_arriving(ragtop, server, environment)
    figures = Figures(f"key: answered in a terminal of {COLUMNS}x{ROWS}")
    for name, values in (("? to help, server hangs", help_page),
                         ("q to end, server hangs", ended),
                         ("? to help, 7 MB replies arrive", arriving)):
        figures.row(name, f"{len(values)} times", f"median {milliseconds(median(values))}",
                    f"worst {milliseconds(max(values))}")
    figures.finish(
        f"while {len(replies)} replies of 7 MB arrive, each for "
        f"{milliseconds(median(end - begin for begin, end in replies))}, a key waits "
        f"{median(arriving) / median(help_page):.1f} times as long as while the server hangs, at "
        f"worst {max(arriving) / max(help_page):.1f} times",
        how=f"""from before the write of the key into the terminal until the read that brought the
        last of what makes the screen show the help page (pyte, afterwards), or until the pidfd of
        the process is readable. The server: tests/http/misbehave.py --always hang, with a request
        under way; keys at random moments. 7 MB: {BIG_STARTS} starts whose four span queries are
        answered with 7 MB each at the same time; only keys pressed between the first byte and
        {AFTER_SECONDS} s after the last count.""")


if __name__ == "__main__":
    main(measure)
