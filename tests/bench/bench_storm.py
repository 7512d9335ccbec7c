#!/usr/bin/python3
"""A key every 10 ms for a minute, while answers arrive, and one of 7 MB now and then.

    SHAKY=PROGRAM bench_storm.py RAGTOP

j and k walk the cursor over the rows of the table, down to the end and up again; wherever it is to
be after so many keys it has to be, or keys were lost. Fails when any was.
"""

import contextlib
import os
import subprocess
import tempfile
import time

from harness import Figures, clean_environment, end, main, median, milliseconds
from terminal import Terminal, pump

KEY_SECONDS = 0.01
KEYS = 6000
QUIET_SECONDS = 30
PAUSE_EVERY = 500       # keys, after which the cursor is looked for
COLUMNS, ROWS = 120, 40
TABLES = ((12, 3, "1s", 60), (200, 50, "5s", 400))  # stages, pods, refresh, one of so many is large


@contextlib.contextmanager
def shaky(*arguments):
    server = subprocess.Popen([os.environ["SHAKY"], *map(str, arguments)], encoding="utf-8",
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        yield server.stdout.readline().strip()
    finally:
        end(server)
        server.stdin.close()
        server.stdout.close()


def config(stages):
    file = tempfile.NamedTemporaryFile("w", suffix=".yaml", encoding="utf-8")
    file.write("window: 5m\nstages:\n" + "".join(
        f"  - {{name: s{i:03d}, latency: s{i:03d}_seconds, errors: s{i:03d}_errors_total}}\n"
        for i in range(stages)))
    file.flush()
    return file


def where(keys, stages):
    """The row after so many keys: down to the last one, up to the first, and so on."""
    at = keys % (2 * (stages - 1))
    return at if at < stages else 2 * (stages - 1) - at


def press(terminal, first, stages, latencies):
    """Presses keys FIRST to FIRST + PAUSE_EVERY in time; notes how long each was not answered."""
    due = time.monotonic()
    pending = []
    for n in range(first, first + PAUSE_EVERY):
        before = terminal.last_output
        pump([terminal], max(0, due - time.monotonic()))
        if terminal.last_output != before:
            latencies += [terminal.outputs_since(pressed) for pressed in pending]
            pending = []
        pending.append(terminal.press("j" if where(n + 1, stages) > where(n, stages) else "k"))
        due += KEY_SECONDS
    pump([terminal], 0.5)
    latencies += [terminal.outputs_since(pressed) for pressed in pending]


def measure_table(ragtop, environment, stages, pods, refresh, large_every):
    latencies, lost = [], 0
    with shaky(stages, pods, large_every) as url, config(stages) as file, Terminal(
            [ragtop, "-c", file.name, "-r", refresh, "--timeout", "30s", url], environment,
            COLUMNS, ROWS) as terminal:
        terminal.wait_for(" stages normal ", 60)
        pump([terminal], 3)
        terminal.press("g")
        pump([terminal], 0.5)
        began, cpu, written = time.monotonic(), terminal.cpu_seconds(), terminal.bytes_written
        for first in range(0, KEYS, PAUSE_EVERY):
            press(terminal, first, stages, latencies)
            row = f"s{where(first + PAUSE_EVERY, stages):03d} "
            lost += not any(row in line for line in terminal.selected())
        seconds = time.monotonic() - began
        cpu, written = terminal.cpu_seconds() - cpu, terminal.bytes_written - written
        quiet = terminal.bytes_written
        pump([terminal], QUIET_SECONDS)
        quiet = (terminal.bytes_written - quiet) / QUIET_SECONDS * int(refresh[:-1])
        return (sorted(t for t in latencies if t is not None), lost,
                cpu / seconds, written / KEYS, quiet, terminal.memory_kb("Rss"))


def measure(ragtop):
    figures = Figures(f"storm: a key every {KEY_SECONDS * 1000:.0f} ms, {KEYS} of them, in a "
                      f"terminal of {COLUMNS}x{ROWS}")
    slowest, lost = 0, 0
    with clean_environment() as environment:
        for stages, pods, refresh, large_every in TABLES:
            times, missing, cpu, written, quiet, memory = measure_table(
                ragtop, environment, stages, pods, refresh, large_every)
            p99 = times[int(len(times) * .99)]
            slowest, lost = max(slowest, p99), lost + missing
            figures.row(f"{stages} stages of {pods} pods", f"median {milliseconds(median(times))}",
                        f"p99 {milliseconds(p99)}", f"worst {milliseconds(times[-1])}",
                        f"{cpu * 100:.0f} % of a processor", f"{written:.0f} bytes a key",
                        f"left alone {quiet:.0f} bytes a refresh", f"{memory / 1024:.0f} MB")
    figures.finish(
        f"the 99th of a hundred keys is seen after {milliseconds(slowest)}",
        "no key was lost" if not lost else f"KEYS WERE LOST: {lost} times",
        how=f"""from before the write of a key until the first read that brought something of the
        screen after it; the cursor was where it has to be after every {PAUSE_EVERY} keys. Left
        alone: for {QUIET_SECONDS} s. The server: tests/http/shaky.c, all series steady, answers at every refresh (1 s and 5 s), one
        of them of 7 MB.""")
    if lost:
        raise SystemExit(1)


if __name__ == "__main__":
    main(measure)
