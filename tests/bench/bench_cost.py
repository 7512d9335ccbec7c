#!/usr/bin/python3
"""What the live program costs while it is left alone: processor, memory, bytes to the terminal.

ragtop at a refresh of 5 s and of its default, htop and btop run at the same time, each in a
terminal of the same size, with their default settings.
"""

import contextlib
import time

from harness import (COLUMNS, ROWS, VERDICT, Figures, clean_environment, demo, main, milliseconds,
                     number, times)
from terminal import Terminal, pump

WINDOW = 60
SETTLE = 8      # starting is another benchmark


class Run:
    """One program over the window."""

    def __init__(self, name, terminal, interval, aligned):
        self.name, self.terminal = name, terminal
        self.interval, self._aligned = interval, aligned

    def begin(self):
        self._wall = time.time()
        self._began = time.monotonic()
        self._before = (self.terminal.cpu_seconds(), self.terminal.bytes_written,
                        self.terminal.wakeups())

    def finish(self):
        now = (self.terminal.cpu_seconds(), self.terminal.bytes_written, self.terminal.wakeups())
        self.seconds = time.monotonic() - self._began
        self.cpu, self.bytes, self.wakeups = (b - a for a, b in zip(self._before, now))
        self.refreshes = self.seconds / self.interval
        if self._aligned:   # ragtop refreshes at multiples of its interval
            self.refreshes = time.time() // self.interval - self._wall // self.interval
        self.pss, self.rss = (self.terminal.memory_kb(field) for field in ("Pss", "Rss"))

    def per_refresh(self):
        return self.cpu / self.refreshes

    def per_second(self):
        return self.cpu / self.seconds

    def row(self):
        return (self.name, f"{self.refreshes:.0f} refreshes",
                f"{milliseconds(self.per_refresh())}", f"{self.per_second() * 1000:.2f} ms/s",
                f"{self.pss / 1024:.1f} MB PSS", f"{self.rss / 1024:.1f} MB RSS",
                f"{number(self.bytes / self.seconds)} B/s",
                f"{self.wakeups / self.seconds:.1f} wakes/s")


def measure(ragtop):
    with demo(days=2) as stack, clean_environment() as environment, \
            contextlib.ExitStack() as terminals:
        def run(name, command, interval, aligned=False):
            terminal = terminals.enter_context(Terminal(command, environment))
            return Run(name, terminal, interval, aligned)

        runs = [run("ragtop --refresh 5s", [ragtop, "--refresh", "5s", stack.url], 5, True),
                run("ragtop", [ragtop, stack.url], 15, True),
                run("htop", ["htop"], 1.5),
                run("btop", ["btop", "--utf-force"], 2)]
        every = [one.terminal for one in runs]
        pump(every, SETTLE)
        for one in runs[:2]:
            one.terminal.wait_for(VERDICT, 10)
        for one in runs:
            one.begin()
        pump(every, WINDOW)
        for one in runs:
            one.finish()
        figures = Figures(f"cost: {WINDOW} s in terminals of {COLUMNS}x{ROWS}")
        figures.row("", "", "cpu/refresh", "cpu", "memory", "", "to terminal", "")
        for one in runs:
            figures.row(*one.row())
        ragtop5, ragtop15, htop, btop = runs

        def compare(what, value):
            mine = value(ragtop5)
            return (f"{what}: htop needs {times(value(htop) / mine)} times, btop "
                    f"{times(value(btop) / mine)} times what ragtop --refresh 5s needs")

        figures.finish(
            compare("processor per second", Run.per_second),
            compare("processor per refresh", Run.per_refresh),
            compare("memory", lambda one: one.pss),
            compare("bytes to the terminal", lambda one: one.bytes),
            f"by default, every {ragtop15.interval} s, ragtop uses "
            f"{times(ragtop5.per_second() / ragtop15.per_second())} times less processor than "
            f"every 5 s",
            how=f"""all four at the same time over the same {WINDOW} s, after {SETTLE} s to settle;
            processor: utime + stime of all threads, in ns (the process's processor clock), by the
            refreshes in the window (ragtop's at multiples of its interval, htop's every 1.5 s,
            btop's every 2 s); memory: /proc/PID/smaps_rollup at the end; bytes: read from the
            terminal's other end.""")


if __name__ == "__main__":
    main(measure, "prometheus", "htop", "btop")
