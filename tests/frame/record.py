#!/usr/bin/python3
"""Records the answers of a real Prometheus, for the stories of this folder.

    record.py NAME --scenario S [--summary] [--history-days N] [--also 'OPTION...']...
                   [--press KEYS]...
    record.py --again [NAME...]     repeats recordings as they were made before; default: all

Starts a demo stack, asks the program in RAGTOP for a report through a recording proxy, and once
more with each --also; then runs the live program for each --press, which asks for what the pages
show beside. All times are moved by whole hours, so that every story plays in the hour of
2026-02-04T09:00:00Z: a new recording changes the numbers of the golden frames, and little else.
Repeat recordings when the program asks other questions, and the goldens after it.
"""

import argparse
import math
import re
import shlex
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import json
from datetime import datetime, timezone
from pathlib import Path

from replay import RECORDINGS, SOURCE, Proxy, Recording, key_of

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "e2e"))
from live import Live                       # pylint: disable=wrong-import-position
from program import main_directory, run     # pylint: disable=wrong-import-position

main_directory("demo")
from stack import DIRECT, Stack             # pylint: disable=wrong-import-position

HOUR_S = 3600
HOUR_OF_STORIES = int(datetime(2026, 2, 4, 9, tzinfo=timezone.utc).timestamp())
SCRAPE_S = 15
DIGITS = 5      # more than any frame shows; more digits make larger files
TIMES = ("time", "start", "end")


def rfc3339(seconds):
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def short(number):
    """The text of a sample with as many digits as are worth keeping."""
    value = float(number)
    return f"{value:.{DIGITS}g}" if math.isfinite(value) else number


def moved(body, shift):
    """The body of an answer with all its samples SHIFT seconds earlier."""
    data = body.get("data")
    for series in data if isinstance(data, list) else []:
        for exemplar in series.get("exemplars", []) if isinstance(series, dict) else []:
            exemplar["timestamp"] = round(exemplar["timestamp"] - shift, 3)
    for series in data.get("result", []) if isinstance(data, dict) else []:
        if "value" in series:
            series["values"] = [series.pop("value")]
        series["values"] = [[round(at - shift, 3), short(value)] for at, value in series["values"]]
        if data["resultType"] == "vector":
            series["value"] = series.pop("values")[0]
    return body


def is_of_present(path, parameters, at):
    """Whether it is asked of the present beside AT, which no story plays in."""
    moments = [float(value) for name, value in parameters if name in ("time", "end")]
    return path.endswith(("/query", "/query_range")) and any(
        moment > at or (moment == at and path.endswith("range")) for moment in moments)


def record(name, made):
    options = parse(made)
    with Stack(options.scenario, options.summary, options.history_days) as stack:
        at = int(time.time()) // SCRAPE_S * SCRAPE_S
        shift = at // HOUR_S * HOUR_S - HOUR_OF_STORIES
        recording = Recording(rfc3339(at - shift), made)

        def pass_on(path, parameters):
            request = urllib.request.Request(stack.url + path,
                                             urllib.parse.urlencode(parameters).encode())
            if re.search("/(values|metadata|buildinfo)$", path):
                request = stack.url + path + "?" + urllib.parse.urlencode(parameters)
            try:
                with DIRECT.open(request) as answer:
                    status, body = answer.status, json.load(answer)
            except urllib.error.HTTPError as error:
                status, body = error.code, json.load(error)
            if is_of_present(path, parameters, at):
                return status, body
            key = key_of(path, [(k, f"{min(float(v), at) - shift:.3f}" if k in TIMES else v)
                                for k, v in parameters])
            recording.answers[key] = [status, moved(json.loads(json.dumps(body)), shift)]
            return status, body

        for keys in options.press:
            with Proxy(pass_on, live=True) as proxy:
                press(["--at", rfc3339(at), "--proxy", proxy.url, SOURCE], keys)
        for also in ("", *options.also):
            with Proxy(pass_on, live=True) as proxy:
                ended = run("report", "--at", rfc3339(at), "--proxy", proxy.url,
                            *shlex.split(also), SOURCE)
            print(ended.said)
    recording.save(name)
    print(f"{Recording.path(name)}: {len(recording.answers)} answers, "
          f"{Recording.path(name).stat().st_size} bytes, at {recording.at}")


def press(arguments, keys):
    """The live program, asking for whatever KEYS make it show."""
    with Live(*arguments, size=(120, 60)) as live:
        live.wait_settled("normal")
        for key in keys:
            live.press(key)
            live.wait_quiet(1)


def parse(words):
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--scenario", default="article")
    parser.add_argument("--summary", action="store_true")
    parser.add_argument("--history-days", type=int, default=3)
    parser.add_argument("--also", action="append", default=[], metavar="OPTIONS")
    parser.add_argument("--press", action="append", default=[], metavar="KEYS")
    return parser.parse_args(words)


def main():
    words = sys.argv[1:]
    if words[:1] == ["--again"]:
        for name in words[1:] or sorted(p.name.split(".")[0] for p in RECORDINGS.glob("*.gz")):
            record(name, Recording.load(name).made)
    elif words and not words[0].startswith("-"):
        record(words[0], words[1:])
    else:
        print(__doc__)
        sys.exit(not words or words[0] not in ("-h", "--help"))


if __name__ == "__main__":
    main()
