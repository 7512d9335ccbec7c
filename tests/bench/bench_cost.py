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
        self.pss = None

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
        self.rss = self.terminal.memory_kb("Rss")

    def weigh(self):
        self.pss = self.terminal.memory_kb("Pss")

    def per_refresh(self):
        return self.cpu / self.refreshes

    def per_second(self):
        return self.cpu / self.seconds

    def row(self):
        return (self.name, f"{self.refreshes:.0f} refreshes",
                f"{milliseconds(self.per_refresh())}", f"{milliseconds(self.per_second())}/s",
                f"{megabytes(self.pss)} PSS" if self.pss else "",
                f"{megabytes(self.rss)} RSS",
                f"{number(self.bytes / self.seconds)} B/s",
                f"{self.wakeups / self.seconds:.1f} wakes/s")


def megabytes(kilobytes):
    return f"{kilobytes / 1024:.1f} MB"


def measure(ragtop):
    with demo(days=2) as stack, clean_environment() as environment, \
            contextlib.ExitStack() as terminals:
        def run(name, command, interval, aligned=False):
            terminal = terminals.enter_context(Terminal(command, environment))
            return Run(name, terminal, interval, aligned)

        runs = [run("ragtop --refresh 5s", [ragtop, "--refresh", "5s", stack.url], 5, True),
                run("htop", ["htop"], 1.5),
                run("btop", ["btop", "--utf-force"], 2),
                run("ragtop", [ragtop, stack.url], 15, True)]
        every = [one.terminal for one in runs]
        pump(every, SETTLE)
        runs[0].terminal.wait_for(VERDICT, 10)
        runs[3].terminal.wait_for(VERDICT, 10)
        for one in runs:
            one.begin()
        pump(every, WINDOW)
        for one in runs:
            one.finish()
        runs[3].terminal.end()      # what two ragtops share would count half
        for one in runs[:3]:
            one.weigh()
        report(*runs)


def report(ragtop5, htop, btop, ragtop15):
    figures = Figures(f"cost: {WINDOW} s in terminals of {COLUMNS}x{ROWS}")
    figures.row("", "", "cpu/refresh", "cpu", "memory", "", "to terminal", "")
    for one in (ragtop5, ragtop15, htop, btop):
        figures.row(*one.row())

    def compare(what, value, text):
        mine = value(ragtop5)
        others = ", ".join(f"{one.name} {text(value(one))} ({times(value(one) / mine)} times)"
                           for one in (htop, btop))
        return f"{what}: ragtop --refresh 5s {text(mine)}; {others}"

    figures.finish(
        compare("processor per refresh", Run.per_refresh, milliseconds),
        compare("processor per second", Run.per_second, milliseconds),
        compare("memory (PSS)", lambda one: one.pss, megabytes),
        compare("to the terminal", lambda one: one.bytes / one.seconds,
                lambda value: f"{number(value)} B/s"),
        f"by default, every {ragtop15.interval} s, ragtop takes "
        f"{milliseconds(ragtop15.per_second())} per second: "
        f"{times(htop.per_second() / ragtop15.per_second())} times less than htop, "
        f"{times(btop.per_second() / ragtop15.per_second())} times less than btop",
        how=f"""all at the same time over the same {WINDOW} s, after {SETTLE} s to settle;
        processor: utime + stime of all threads, by the process's processor clock, which counts ns;
        refreshes: ragtop's at multiples of its interval, htop's every 1.5 s, btop's every 2 s;
        memory: /proc/PID/smaps_rollup at the end, PSS after the second ragtop has gone; bytes:
        read from the terminal's other end; wakes: voluntary context switches of the main
        thread.""")


if __name__ == "__main__":
    main(measure, "prometheus", "htop", "btop")
