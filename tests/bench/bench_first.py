#!/usr/bin/python3
"""The first frame and the memory at that moment, beside a program that only starts libcurl and
ncurses.

The server takes connections and never answers. With an empty cache, and with a full one;
rounds of all alternate.
"""

import contextlib
import multiprocessing
import os
import socket
from pathlib import Path

from harness import COLUMNS, ROWS, Figures, clean_environment, main, median, milliseconds, number
from terminal import Terminal, pump

ROUNDS = 21
CACHED_DAYS = 3600     # of signals
QUIET = 0.15    # what comes after the first frame is not waited for
DAY_BYTES = 5000


def first_frame(command, environment, words):
    """Seconds from the start to WORDS on the screen, and then the PSS and the RSS in KiB."""
    with Terminal(command, environment) as terminal:
        took = terminal.wait_for(words, 30) - terminal.started
        pump([terminal], QUIET)
        return took, terminal.memory_kb("Pss"), terminal.memory_kb("Rss")


def sharing():
    """How many programs have libcurl mapped, and so pages that are shared with what is measured."""
    count = 0
    for maps in Path("/proc").glob("[0-9]*/maps"):
        with contextlib.suppress(OSError):   # it has gone, or is somebody else's
            count += "/libcurl" in maps.read_text(errors="replace")
    return count


def fill(directory):
    """CACHED_DAYS that nobody asks for any more; in a process of its own, as SQLite would stay mapped."""
    import sqlite3
    directory.mkdir(parents=True)
    with contextlib.closing(sqlite3.connect(directory / "history.db")) as database, database:
        database.execute("CREATE TABLE page(expr INTEGER, bytes BLOB)")
        database.executemany("INSERT INTO page VALUES (?, zeroblob(?))",
                             [(i, DAY_BYTES) for i in range(CACHED_DAYS)])


def measure(ragtop):
    with clean_environment() as environment, socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        many = Path(environment["HOME"]) / "many"
        filling = multiprocessing.Process(target=fill, args=(many / "ragtop",))
        filling.start()
        filling.join()
        full = environment | {"XDG_CACHE_HOME": str(many)}
        starts = {
            "libcurl and ncurses": ([os.environ["MINIMAL"]], environment, "minimal"),
            "ragtop, no cache": ([ragtop, "--no-cache", url], environment, "ragtop"),
            "ragtop, an empty cache": ([ragtop, url], environment, "ragtop"),
            f"ragtop, {CACHED_DAYS:,} days cached": ([ragtop, url], full, "ragtop"),
        }
        seen = {name: [] for name in starts}
        for _ in range(ROUNDS):
            for name, start in starts.items():
                seen[name].append(first_frame(*start))
    report(seen, sharing())


def report(seen, others):
    figures = Figures(f"first: the first frame of {COLUMNS}x{ROWS}, and the memory then")
    middle = {name: [median(column) for column in zip(*rounds)] for name, rounds in seen.items()}
    alone = middle["libcurl and ncurses"]
    figures.row("", "first frame", "above", "PSS", "above", "RSS", "above")
    for name, (took, *memory) in middle.items():
        sizes = [f"{size / 1024:.2f} MiB" for kb, base in zip(memory, alone[1:])
                 for size in (kb, kb - base)]
        figures.row(name, milliseconds(took), milliseconds(max(took - alone[0], 0)), *sizes)
    worst = max(took for took, *_ in middle.values()) - alone[0]
    figures.finish(f"{milliseconds(worst)} above libcurl and ncurses at most, "
                   f"{number(worst / alone[0])} of their time",
                   how=f"""median of {ROUNDS} alternating starts; the server takes connections and
                   does not answer; memory {QUIET} s after the frame. PSS divides a page by the
                   programs that share it, and {others} others had libcurl mapped; RSS does not.""")


if __name__ == "__main__":
    main(measure)
