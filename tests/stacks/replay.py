"""What real exporters said once, in recorded/, as if they had gone on at the same rates.

An exposition of RECORDED_S seconds is one of any moment by its counters, histograms and sums in
proportion. Names, labels, buckets, types and texts are the exporter's own.
"""

import math
import re
from pathlib import Path

from exposition import Series, text_of, scraped
from exporter import number

HERE = Path(__file__).resolve().parent
RECORDED_S = 600            # of recorded/record.js
LINE = re.compile(r"(?P<name>[\w:]+)(?:\{(?P<labels>.*)\})? (?P<value>\S+)(?: \d+)?")
LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')
GROWING = {"counter", "histogram", "summary"}


class Recorded:
    """A target as Stack and Server know it; LABELS are those of the target."""

    def __init__(self, name, labels, start):
        self.labels, self._start = labels, start
        self._lines, self.series, types = [], [], {}
        for line in (HERE / "recorded" / f"{name}.txt").read_text("utf-8").splitlines():
            if line.startswith("# TYPE "):
                _, _, family, kind = line.split()
                types[family] = kind
            if line.startswith("#") or not line:
                self._lines.append(line)
            else:
                self._lines.append(None)
                self.series.append(self._series(LINE.fullmatch(line), types))
        self._scraped = [text_of(one.name, scraped(one.labels, labels)) for one in self.series]

    def _series(self, match, types):
        name, labels = match["name"], dict(LABEL.findall(match["labels"] or ""))
        family = re.sub(r"_(bucket|sum|count)$", "", name)
        family = name if name in types else family
        value, kind = float(match["value"]), types.get(family, "gauge")
        grows = kind in GROWING and "quantile" not in labels
        whole = grows and value == int(value)

        def read(time):
            now = value * max(0, time - self._start) / RECORDED_S if grows else value
            return math.floor(now) if whole else now
        return Series(family, kind, "", name, labels, read)

    def values(self, time):
        return [one.read(time) for one in self.series]

    def text(self, time):
        its = iter(zip(self.series, self.values(time)))

        def line_of(line):
            if line is not None:
                return line
            one, value = next(its)
            return f"{text_of(one.name, one.labels)} {number(value)}"
        return "\n".join(line_of(line) for line in self._lines) + "\n"

    def past(self, times):
        up = text_of("up", self.labels)
        for time in times:
            yield "".join([f"{series} {value} {time}\n" for series, value
                           in zip([*self._scraped, up], [*self.values(time), 1])])
