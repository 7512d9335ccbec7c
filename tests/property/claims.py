#!/usr/bin/python3
"""Reads the sentence of a report and holds each of its claims against the report's rows.

    claims.py --worlds PROGRAM [--count N] [--seed S]     random worlds, see worlds.c
    claims.py --self-test                                 whether false sentences are found
    claims.py FILE...                                     reports as `ragtop report --format json`

It knows the sentences by their text alone. One that it cannot read is a failure, too: a claim
that nobody checks may be false.
"""

import argparse
import json
import re
import subprocess
import sys
import time

NAME = r"(?:[\w:.-]+)"
DURATION = r"(?:<?[\d.]+ (?:us|ms|s|min|h))"
LONG = rf"(?:{DURATION}(?: {DURATION})?|\d+ d)"
TIMES = r"(?:[<>]?[\d.]+x)"
PERCENT = r"(?:<?[\d.]+ %)"
RATE = r"(?:<?[\d.]+[kMGT]?/(?:s|min|h|d))"
CLOCK = r"(?:\d\d:\d\d)"
LAST = rf"(?:(?:about )?(?:\w+ \d+ \w+ )?{CLOCK}(?:, \d+ (?:min|h|d) ago)?)"     # long ago: which day
STATISTIC = r"(?:P95|mean|value)"
BAD = ("warning", "critical")
ORDER = {"ok": 0, "unknown": 0, "warning": 1, "critical": 2}
SHARED = 0.295      # less of a rise is nobody's fault


class False_(Exception):
    """A claim that the rows deny."""


def deny(condition, text):
    if not condition:
        raise False_(text)


def number(text):
    """What a number with its unit stands for: seconds, a ratio, per second, times."""
    text = text.strip().lstrip("<>")
    units = {"us": 1e-6, "ms": 1e-3, "s": 1, "min": 60, "h": 3600, "d": 86400, "%": 0.01}
    if "/" in text:
        text, unit = text.split("/")
        return number(text) / units[unit]
    if text.endswith("x"):
        return float(text[:-1])
    if " " in text:
        value, unit = text.split(" ")
        return float(value) * units[unit]
    scale = {"k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}.get(text[-1:], 1)
    return float(text.rstrip("kMGT")) * scale


def same(text, value):
    """Whether TEXT, rounded as it is, stands for VALUE."""
    if value is None:
        return False
    said = number(text)
    if text.startswith(">"):
        return value >= said
    if text.startswith("<"):
        return 0 < abs(value) < said
    last = re.sub(r"\d(?=[^\d]*$)", "6", re.sub(r"\d", "0", text))  # a bit over half its last digit
    return abs(said - value) <= number(last) / 10 + 1e-12


def as_of_now(verdict, moment):
    """VERDICT in the words for the present, where it names the MOMENT that was judged: what names
    another one is no claim that is known."""
    past = re.compile(rf"\b(in|over) the (hour|\d+ (?:s|min|h|d)) to {re.escape(moment[11:16])}\b")
    def now(text):
        return past.sub(r"\1 the last \2", text)
    return {**verdict, "summary": now(verdict["summary"]),
            "evidence": [now(text) for text in verdict["evidence"]]}


class Report:
    """A report with its rows by stage and signal."""

    def __init__(self, document):
        self.verdict = as_of_now(document["verdict"], document.get("at", ""))
        self.window = document["window_seconds"]
        self.few_requests = document["window_reason"] == "few_requests"
        self.tools = {tool["tool"]: tool for tool in document.get("tools", [])}
        self.stages = {}
        self.tool_errors = next((row for row in document["rows"] if (row["stage"], row["signal"]) ==
                                 ("tool_call", "errors") and not row.get("tool")), None)
        rows = [row for row in document["rows"] if row["stage"] != "tool_call"]
        for row in rows:
            self.stages.setdefault(row["stage"], {})[row["signal"]] = row
        self.parents = {row["stage"]: row["parent"] for row in rows}

    def row(self, stage, signal="latency"):
        stage = self.name(stage)
        deny(signal in self.stages[stage], f"{stage} has no row for {signal}")
        return self.stages[stage][signal]

    def name(self, text):
        """The stage that TEXT is, perhaps with the capital of a sentence's start."""
        for name in (text, text[:1].lower() + text[1:]):
            if name in self.stages:
                return name
        raise False_(f"there is no stage '{text}'")

    def parts(self, stage):
        return [name for name, parent in self.parents.items() if parent == stage]

    def within(self, stage):
        found = [stage]
        for part in self.parts(stage):
            found += self.within(part)
        return found

    def line(self, stage):
        """STAGE with all that it is part of, and all that is part of it."""
        found = set(self.within(stage))
        while stage:
            found.add(stage)
            stage = self.parents[stage]
        return found

    def is_bad(self, stage):
        return any(row["severity"] in BAD for row in self.stages[stage].values())

    def is_bare(self, stage):
        """Whether nothing usual is known of the latency of STAGE."""
        row = self.stages[stage]["latency"]
        return row["state"] == "ok" and row["baseline"] is None

    def deviates(self, stage):
        """The same, but for its targets, which are named by their job."""
        return any(row["severity"] in BAD for signal, row in self.stages[stage].items()
                   if signal != "targets")

    def missing(self, name):
        """The rows that say of the job or workload NAME that some of it is missing."""
        found = [rows["targets"] for rows in self.stages.values()
                 if "targets" in rows and name in (rows["targets"]["job"], rows["targets"]["workload"])]
        deny(found, f"no row says that anything of {name} is missing")
        return found

    def own_share(self, stage):
        """The share of its rise that its parts do not explain; None where one is not known."""
        shares = [self.row(part)["blame"] for part in self.parts(stage)]
        return None if None in shares else 1 - sum(shares)


def whole(text):
    """A count as it is said: "3,735"."""
    return int(text.replace(",", ""))


# --- claims, each with the words that make it

CLAIMS = []


def claim(pattern):
    def add(function):
        CLAIMS.append((re.compile(pattern), function))
        return function
    return add


@claim(rf"^({NAME}) is normal(?: \(n=([\d,]+)\))?$")
def is_normal(report, stage, requests):
    row = report.row(stage)
    stage = report.name(stage)
    states = ("ok", "stale") if report.verdict["condition"] == "unreachable" else ("ok",)
    deny(row["state"] in states and row["severity"] == "ok", f"its latency is {row['severity']}")
    deny(not report.is_bad(stage), "another of its rows deviates")
    errors = report.stages[stage].get("errors")
    deny(not errors or errors["state"] != "error", "its errors are not known")
    for part in report.within(stage):
        deny(not any(report.stages[part].get(signal, {}).get("severity") in BAD
                     for signal in ("latency", "errors", "traffic")), f"its part {part} deviates")
    deny(requests is None or whole(requests) == row["requests"], f"n is {row['requests']}")


@claim(r"^(All )?(\d+)( other)? stages are normal$")
def others_are_normal(report, every, count, other):
    faulty = report.verdict["stage"]
    deny((other is not None) == (faulty in report.parents), f"the fault is in {faulty}")
    deny((every is not None) == (int(count) == len(report.parents)), f"{len(report.parents)} are there")
    calm = [stage for stage, parent in report.parents.items() if parent is None
            and report.row(stage)["severity"] == "ok" and not report.is_bad(stage)]
    deny(int(count) <= len(calm), f"only {len(calm)} are")


def check_onset(row, since, longer):
    deny(bool(since) <= bool(row["since"]), "since when is not known")
    deny(bool(longer) <= bool(row["since_before"]), "nothing says that it is older")
    deny(not (row["since"] and row["since_before"]), "it cannot begin both in and before the span")


def check_value(report, stage, match):
    row = report.row(stage)
    deny(row["severity"] in BAD or (row["blame"] or 0) >= 0.6,
         f"{stage} neither deviates nor explains most")
    if row["severity"] not in BAD:      # only its mean tells, which is in no row
        deny(match["statistic"] == "mean", "its buckets deny it")
        return
    statistic = {"P95": "p95", "mean": "mean", "value": "value"}[match["statistic"]]
    deny(row["statistic"] == statistic, f"the statistic is {row['statistic']}")
    deny(bool(match["least"]) == row["beyond_buckets"], "a bound is not said as one")
    deny(same(match["value"], row["current"]), f"it is {row['current']}")
    if match["ratio"]:
        deny(same(match["ratio"], row["ratio"]), f"the ratio is {row['ratio']}")
    else:
        deny(row["ratio"] is None, "the ratio is known")
    check_onset(row, match["since"], match["longer"])


REST = (rf"(?:; {NAME}, {TIMES} usual, explains another {PERCENT})*"
        rf"(?:; another {PERCENT} is {NAME}'s own time|; {PERCENT} of {NAME}'s rise is its own time)*")


CALLED = r"called (?P<called><?[\d.]+) times per question, usually (?P<seldom><?[\d.]+)"


@claim(rf"^(?P<stage>{NAME}) is (?:the culprit|slow)(?: on pod (?P<pod>{NAME}) alone)?: "
       rf"(?:it is {CALLED}, and )?(?P<now>{PERCENT}) of its requests take longer than "
       rf"(?P<bound>{DURATION}), usually (?P<usual>{PERCENT})(?:, (?:since {CLOCK}|for more than {LONG}))?"
       rf"(?: \(other pods: {DURATION}\))?"
       rf"(?:; that explains (?P<share>{PERCENT}) of (?P<parent>{NAME})'s rise|, and {PERCENT} of the rise is its own time)?"
       rf"{REST}(?:; .*)?$")
def more_are_slow(report, match):
    row = report.row(match["stage"])
    check_calls(report, report.name(match["stage"]), match["called"], match["seldom"])
    deny(match["pod"] is None or match["pod"] == report.verdict.get("pod"), "it is another pod")
    if match["share"]:
        check_share(report, report.name(match["stage"]), match["share"])
        deny(match["parent"] == report.parents[report.name(match["stage"])], "it is part of another stage")
    deny(row["statistic"] == "share" and row["unit"] == "ratio", "the row is about something else")
    deny(row["severity"] in BAD, f"it is {row['severity']}")
    deny(same(match["now"], row["current"]) and same(match["usual"], row["baseline"]),
         f"it is {row['current']}, usually {row['baseline']}")


VALUE = (rf"(?P<statistic>{STATISTIC})(?: is)? (?P<least>at least )?(?P<value>{DURATION})"
         rf"(?:, (?:at least )?(?P<ratio>{TIMES}) usual)?(?:, above its SLO of {DURATION})?"
         rf"(?: \(its mean is (?P<mean>{DURATION}), (?P<mean_ratio>{TIMES}) usual\))?"
         rf"(?:, (?:since (?P<since>{CLOCK})|for more than (?P<longer>{LONG})))?")
ONSET = rf"(?:, (?:since (?P<since>{CLOCK})|for more than (?P<longer>{LONG})))?"
CAUSE = (rf"(?P<cause>(?:; (?:{NAME} [\w./% ]+ in use(?:, ~[\d.]+[kM]? needed: (?:likely a leak|too few))?"
         rf"|{NAME} on one pod [\d.]+ % in use|{NAME} <?[\d.]+[kM]?|traffic is [\d.>]+x usual: load"
         rf"|{NAME} has \d+ targets? left of \d+,(?: each)? at {TIMES} its usual load"
         rf"|{NAME} was changed recently|\d+ of \d+ pods started since {CLOCK}|{NAME} started at {CLOCK}))*)")
POD = rf"(?: on pod (?P<pod>{NAME}) alone)?"
OTHER_PODS = rf"(?: \(other pods: (?P<others>{DURATION}|{PERCENT})\))?"


@claim(rf"^(?P<stage>{NAME}) is (?P<how>the culprit|slow){POD}: (?:it is {CALLED}, and )?its {VALUE}{OTHER_PODS}"
       rf"(?:(?:, and|; that) (?:explains (?P<share>{PERCENT}) of (?P<parent>{NAME})'s rise"
       rf"|(?P<own>{PERCENT}) of the rise is its own time))?"
       rf"(?P<rest>{REST}){CAUSE}$")
def is_at_fault(report, match):
    stage = report.name(match["stage"])
    check_value(report, stage, match)
    deny(report.verdict["stage"] == stage, f"the culprit is {report.verdict['stage']}")
    check_pod(report, match, report.row(stage)["current"])
    unknown = [part for part in report.parts(stage) if report.row(part)["state"] != "no_traffic"
               and None in (report.row(part)["current"], report.row(part)["baseline"])]
    deny(match["how"] == "slow" or not unknown, f"nothing is known of its part {unknown}")
    check_calls(report, stage, match["called"], match["seldom"])
    if match["share"]:
        check_share(report, stage, match["share"])
        deny(match["parent"] == report.parents[stage], "it is part of another stage")
        deny(report.row(match["parent"])["severity"] in BAD, "its parent does not rise")
    if match["own"]:
        own = report.own_share(stage)
        deny(own is not None, "a part of it has no data")
        deny(own >= SHARED and abs(number(match["own"]) - own) < 0.01, f"its own share is {own}")
    check_rest(report, match["rest"])
    check_cause(report, stage, match["cause"])


def check_rest(report, rest):
    """Whose else the rise is: other parts', and what they are part of."""
    for other in re.findall(rf"; ({NAME}), {TIMES} usual, explains another ({PERCENT})", rest):
        check_share(report, *other)
    for share, whose in re.findall(rf"; (?:another )?({PERCENT}) (?:is|of) ({NAME})'s (?:rise is its )?own time",
                                   rest):
        own = report.own_share(whose)
        deny(own is not None, f"a part of {whose} has no data")
        deny(own >= SHARED and abs(number(share) - own) < 0.01, f"its own share is {own}")


def check_share(report, stage, text):
    blame = report.row(stage)["blame"]
    deny(blame is not None and abs(number(text) - blame) < 0.01, f"its blame is {blame}")
    deny(blame >= SHARED, "so small a share is nobody's fault")


def loads(report, root):
    """How many times the usual traffic the root may have: failures come on top where nobody times
    them, as there are then more than could be among those that are timed."""
    traffic, errors = report.row(root, "traffic"), report.stages[root].get("errors")
    yield traffic["ratio"]
    failing = errors and errors["current"]
    if failing and 0.5 <= failing < 1:
        yield traffic["ratio"] / (1 - failing)


def check_cause(report, stage, cause):
    if " in use" in cause:
        deny(report.row(stage, "saturation")["current"] >= 0.9, "the pool is not full")
    load = re.search(rf"traffic is ({TIMES}) usual", cause)
    if load:
        root = stage
        while report.parents[root]:
            root = report.parents[root]
        untimed = not report.row(root, "traffic")["current"]     # then only the evidence has a number
        said = any(f"{load[1]} usual: load" in text for text in report.verdict["evidence"])
        deny(said if untimed else any(same(load[1], ratio) for ratio in loads(report, root)),
             "that is not its traffic")
    check_scaled_down(report, stage, cause)


def check_scaled_down(report, stage, cause):
    few = re.search(rf"({NAME}) has (\d+) targets? left of (\d+),(?: each)? at ({TIMES}) its", cause)
    if few:
        root = report.name(few[1])
        deny(stage in report.within(root), "it is no part of that")
        while report.parents[root]:
            root = report.parents[root]
        left, before = int(few[2]), int(few[3])
        deny(0 < left < before, "none are gone")
        deny(any(same(few[4], ratio * before / left) for ratio in loads(report, root)), "that is not its load")


def check_calls(report, stage, now, usual):
    """That STAGE is called so much more often; where NOW is None, that nothing says so."""
    said = report.row(stage).get("reason", "")
    reason = re.search(r"(?:^|[:;] )called (<?[\d.]+) times per question, usually (<?[\d.]+)", said)
    more = reason and number(reason[1]) > number(reason[2])
    deny(bool(now) == bool(more), f"its row says '{said}'")
    if now:
        deny((now, usual) == (reason[1], reason[2]), f"its row says '{said}'")
        deny(number(now) > number(usual), "it is not called more often")
        root = stage
        while report.parents[root]:
            root = report.parents[root]
        deny(any(same(now, k / n) for k in all_requests(report, stage) for n in all_requests(report, root) if n),
             "its traffic is less")
        deny(report.row(report.parents[stage])["severity"] in BAD, "nothing is slow for it")


ONE_OF_TWO = re.compile(
    rf"^(?:(?P<it>{NAME}) is {CALLED}(?:, and (?:its )?)?|(?P<its>{NAME})'s )?(?:{VALUE})?"
    rf"(?:(?P<more>{PERCENT}) of (?:its|(?P<whose>{NAME})'s) requests take longer than {DURATION}, usually (?P<rarely>{PERCENT}){ONSET.replace('since>', 'm>').replace('longer>', 'l>')})?"
    rf"(?:(?:, and|; that) (?:explains (?P<another>another )?(?P<share>{PERCENT})(?: of (?P<parent>{NAME})'s rise)?"
    rf"|(?P<own>{PERCENT}) of the rise is its own time))?$")


@claim(rf"^(?P<stage>{NAME}) and (?P<second>{NAME}) are the culprits: (?P<rest>.+)$")
def are_at_fault(report, match):
    stage, second = report.name(match["stage"]), match["second"]
    deny(report.verdict["stage"] == stage, f"the culprit is {report.verdict['stage']}")
    deny(any(fault["stage"] == second and fault["signal"] in ("latency", "calls")
             for fault in report.verdict["also"]), f"{second} is not among the faults")
    deny(ORDER[report.row(stage)["severity"]] >= ORDER[report.row(second)["severity"]] or
         report.row(stage)["severity"] not in BAD or report.row(second)["severity"] not in BAD,
         "the second is worse")
    rest = re.sub(rf"{CAUSE}$", "", match["rest"])
    others = re.search(rf"{REST}$", rest)[0]
    check_rest(report, others)
    rest = rest.removesuffix(others)
    first, *last = re.split(rf"; (?=(?:{PERCENT} of )?{re.escape(second)}(?:'s | is called))", rest, maxsplit=1)
    for name, text in ((stage, first), (second, "".join(last))):
        check_one_of_two(report, name, text)


def check_one_of_two(report, stage, text):
    match = ONE_OF_TWO.match(text)
    deny(match and stage in (match["it"], match["its"], match["whose"]), f"nobody can check '{text}'")
    check_calls(report, stage, match["called"], match["seldom"])
    if match["value"]:
        check_value(report, stage, match)
    else:
        deny(match["called"] or match["more"], "nothing is said of it")
    if match["more"]:
        row = report.row(stage)
        deny(row["statistic"] == "share" and row["severity"] in BAD, "the row is about something else")
        deny(same(match["more"], row["current"]) and same(match["rarely"], row["baseline"]),
             f"it is {row['current']}, usually {row['baseline']}")
    if match["share"]:
        check_share(report, stage, match["share"])
        deny(match["parent"] in (None, report.parents[stage]), "it is part of another stage")
    if match["own"]:
        own = report.own_share(stage)
        deny(own is not None and abs(number(match["own"]) - own) < 0.01, f"its own share is {own}")


@claim(rf"^Everything is slow, (?P<least>{TIMES}) usual or more: a shared cause \(.*\)\. "
       rf"Worst is (?P<stage>{NAME}): its .*$")
def everything_is_slow(report, match):
    for stage, parent in report.parents.items():
        if parent is None and report.row(stage)["state"] != "no_data":
            deny(report.row(stage)["severity"] in BAD or report.row(stage)["ratio"] > 1.2,
                 f"{stage} is not slow")
    for stage in report.stages:
        row = report.row(stage)
        deny(row["severity"] not in BAD or row["statistic"] == "share" or
             row["ratio"] > 0.97 * number(match["least"]), f"{stage} is {row['ratio']} times slower")


@claim(rf"^Everything is failing, (?P<least>{PERCENT}) of requests or more: a shared cause \(.*\)\. "
       rf"Worst is (?P<stage>{NAME}): ({PERCENT}) of its requests.*$")
def everything_is_failing(report, match):
    roots = [stage for stage, parent in report.parents.items() if parent is None]
    deny(len(roots) >= 2, "there is only one stage")
    for stage in roots:
        row = report.row(stage, "errors")
        deny(row["severity"] in BAD, f"{stage} is not failing")
        deny(row["current"] > 0.97 * number(match["least"]), f"{stage} fails only {row['current']}")
        for part in report.parts(stage):
            its = report.stages[part].get("errors", {})
            deny((its.get("current") or 0) < 0.5 * row["current"], f"{part} explains {stage}")


@claim(rf"^(?P<stage>{NAME}) is called too often: (<?[\d.]+) times per question, usually (<?[\d.]+).*$")
def stage_is_called_too_often(report, match):
    deny(report.verdict["signal"] == "calls", "the verdict is not about calls")
    check_calls(report, report.name(match["stage"]), match[2], match[3])
    deny(report.row(match["stage"])["severity"] not in BAD, "it is slow, too")


@claim(rf"^({NAME}) answers far too fast, as if it had nothing to do: its (mean|P95|value) is "
       rf"({DURATION}), usually ({DURATION})(?:, (?:since ({CLOCK})|for more than ({LONG})))?$")
def is_too_fast(report, stage, statistic, now, usual, since, longer):
    check_too_fast(report, stage, now, usual)
    check_onset(report.row(stage), since, longer)
    deny(report.verdict["signal"] == "latency", "the verdict is not about latency")
    deny(report.row(stage)["statistic"] == statistic.lower(), "its row has another statistic")


def check_too_fast(report, stage, now, usual):
    row = report.row(stage)
    deny(number(now) < 0.11 * number(usual), "that is not a tenth")
    deny(row["severity"] == "warning", f"it is {row['severity']}")
    deny(same(now, row["current"]) and same(usual, row["baseline"]),
         f"it is {row['current']}, usually {row['baseline']}")


def check_pod(report, match, current):
    """One pod at fault is the verdict's, and the others are better than all of them together."""
    deny(match["pod"] is None or match["pod"] == report.verdict.get("pod"), "it is another pod")
    deny(bool(match["pod"]) == bool(match["others"]), "the pod is there without the others")
    deny(not match["others"] or number(match["others"]) <= current, "the others are no better")


@claim(rf"^(?P<stage>{NAME}) is failing{POD}: (?P<now>{PERCENT}) of its requests"
       rf"(?:, usually (?P<usual>{PERCENT}))?{OTHER_PODS}(?:, above its SLO of {PERCENT})?"
       rf"(?: \((?P<rate>{RATE}), and not one request was timed\))?{ONSET}{CAUSE}$")
def fails(report, match):
    stage, usual = match["stage"], match["usual"]
    row = report.row(stage, "errors")
    deny(row["severity"] in BAD, f"its errors are {row['severity']}")
    deny(same(match["now"], row["current"]), f"it is {row['current']}")
    deny(same(usual, row["baseline"] or 0) if usual else row["baseline"] is None,
         f"usual is {row['baseline']}")
    check_onset(row, match["since"], match["longer"])
    check_pod(report, match, row["current"])
    if match["rate"]:
        deny(not report.row(stage, "traffic")["current"], "there is traffic")


@claim(rf"^({NAME}) (?:has completed nothing|completes only ({RATE}))(?: since {CLOCK}| for more than {LONG})?, "
       rf"usually ({RATE})(, while its parts are called as usual)?(?:: (.*))?$")
def is_silent(report, stage, now, usual, parts, work):
    row = report.row(stage, "traffic")
    check_silent(report, stage, report.verdict["signal"] == "calls")
    deny(same(now, row["current"]) if now else row["current"] == 0, f"it is {row['current']}")
    deny(same(usual, row["baseline"]), f"usual is {row['baseline']}")
    if parts:
        ratios = [report.row(part, "traffic")["ratio"] for part in report.parts(report.name(stage))]
        ratios = [ratio for ratio in ratios if ratio is not None]
        deny(row["current"] == 0, "it does complete some")
        deny(ratios and min(ratios) >= 0.79, f"its parts are called {ratios} times as often as usual")
    deny(not work or work.count(" and ") <= 1, "it is no list")
    for item in re.split(r", and |, | and ", work or ""):
        check_work(report, report.name(stage), item)


def check_work(report, stage, item):
    queue = re.match(rf"^(\S+) (?:of ({NAME}) )?(\S+) \(usually (\S+)\)$", item)
    pool = re.match(rf"^(\S+ (?:<?[\d.]+[kM]?/[\d.]+[kM]?|{PERCENT}|on one pod {PERCENT})) in use$", item)
    failed = re.match(r"^([\d,]+) failed requests? in the last (hour|\d+ (?:s|min|h|d))$", item)
    requests = re.match(r"^((?:waiting|running) requests) (\S+) \(usually (\S+)\)$", item)
    if requests:
        text = f"{stage}: {requests[1]} {requests[2]}, usually {requests[3]}"
        deny(text in report.verdict["evidence"], f"no evidence says {text}")
        deny(number(requests[2]) > 0, "there are none")
    elif queue:
        whose = queue[2] or stage
        deny(whose in report.within(stage), f"{whose} is no part of {stage}")
        text = f"{whose} {queue[1]} {queue[3]}"
        deny(any(line.startswith(text) for line in report.verdict["evidence"]), f"no evidence says {text}")
        deny(number(queue[3]) > number(queue[4]), "that is no more than usual")
    elif pool:
        deny(f"{stage} {pool[1]} in use" in report.verdict["evidence"], "no evidence says so")
    elif failed:
        check_window(report, failed[2])
        deny(report.row(stage, "errors")["current"], "none failed")
    else:
        deny(not item, f"nobody can check '{item}'")


@claim(rf"^Tool ({NAME}) is called too often: (<?[\d.]+) times per question, usually (<?[\d.]+) "
       rf"\(({TIMES})\){ONSET}$")
def tool_is_called_too_often(report, tool, now, usual, times, since, longer):
    deny(tool in report.tools, "there is no such tool")
    row = report.tools[tool]
    deny(row["severity"] in BAD, f"it is {row['severity']}")
    check_onset(row, since, longer)
    deny(abs(number(now) - row["per_request"]) <= 0.06 * row["per_request"] + 0.006, "not that often")
    deny(abs(number(usual) - row["baseline_per_request"])
         <= 0.06 * row["baseline_per_request"] + 0.006, "usually not that often")


MOSTLY = rf"(?:, mostly ({NAME} \({PERCENT} of its calls\)(?:(?:, | and ){NAME} \({PERCENT}\))*))?"


def check_mostly(report, mostly):
    """Each tool that is said to fail does, by as much; together they make most of what fails."""
    if not mostly:
        return
    failed = {name: (tool["errors"] or 0) * (tool["rate"] or 0) for name, tool in report.tools.items()}
    named = re.findall(rf"({NAME}) \(({PERCENT})", mostly)
    for tool, share in named:
        deny(same(share, report.tools[tool]["errors"]), f"it is {report.tools[tool]['errors']}")
        deny(report.tools[tool]["errors"] > (report.tools[tool]["baseline_errors"] or 0), "that is usual")
    deny(sum(failed[tool] for tool, _ in named) > 0.5 * sum(failed.values()), "most are of others")


@claim(rf"^Tool calls are failing: ({PERCENT}) of them(?:, usually ({PERCENT}))?{ONSET}{MOSTLY}$")
def tool_calls_fail(report, now, usual, _since, _longer, mostly):
    check_mostly(report, mostly)
    deny(report.verdict["stage"] == "tool_call" and number(now) > bool(usual) * 0.005,
         "the verdict is about something else")


@claim(rf"^Tool ({NAME}) is failing: ({PERCENT}) of its calls(?:, usually ({PERCENT}))?{ONSET}$")
def tool_fails(report, tool, now, usual, _since, _longer):
    deny(report.verdict["stage"] == f"tool:{tool}", "the verdict is about something else")
    row = report.tools[tool]
    deny(row["errors_severity"] in BAD, f"it is {row['errors_severity']}")
    deny(same(now, row["errors"]), f"it is {row['errors']}")
    deny(not usual or same(usual, row["baseline_errors"]), f"usually {row['baseline_errors']}")


@claim(rf"^({NAME}) has (?:had|completed) (?:no requests|only ({RATE}))(?: since {CLOCK}| for more than {LONG})?, "
       rf"usually ({RATE})$")
def is_idle(report, stage, now, usual):
    row = report.row(stage, "traffic")
    deny(same(now, row["current"]) if now else row["current"] == 0, f"it has {row['current']} per second")
    deny(row["current"] < 0.5 * row["baseline"], "that is about as much as usual")
    deny(same(usual, row["baseline"]), f"usual is {row['baseline']}")
    deny(report.parents[report.name(stage)] is None, "it is part of another")


@claim(rf"^({NAME}) is running out of capacity: (.*) in use(?:, usually ({PERCENT}))?(?:, since {CLOCK}|, for more than {LONG})?"
       r"(?:; .*)?$")
def runs_out(report, stage, _, usual):
    row = report.row(stage, "saturation")
    deny(row["current"] >= 0.9, "the pool is not full")
    deny(not usual or same(usual, row["baseline"]), f"usual is {row['baseline']}")


MISSING = (rf"([Tt]he only|[Nn]one of the [\d,]+|[Aa]ll [\d,]+|[\d,]+ of [\d,]+) (?:targets?|pods?) of (?:job )?\"?([^ \"]+)\"? ha(?:s|ve) "
           rf"(?:(?:not )?answered|been unavailable)(?: since ({CLOCK})| for more than ({LONG}))?(?: \(up = 0\))?")


def check_missing(report, how_many, name, since, longer):
    row = report.missing(name)[0]
    said = [whole(number) for number in re.findall(r"[\d,]+", how_many)] or [1]
    deny(row["baseline"] == said[-1], f"there are {row['baseline']} of them")
    deny(row["baseline"] - row["current"] == said[0], f"{row['current']} are there")
    deny(row["current"] < row["baseline"], "none is missing")
    check_onset(row, since, longer)


@claim(r"^Also: (.*?)(?:; and (\d+) more)?$")
def also(report, clauses, more):
    faults = report.verdict["also"]
    told = len(clauses.split("; ")) + int(more or 0) + (" are the culprits: " in report.verdict["summary"])
    deny(told == len(faults) + report.verdict["also_more"], f"the report has {len(faults)} of them")
    order = [ORDER[fault["severity"]] for fault in faults]
    deny(order == sorted(order, reverse=True), "they are not in the order of how bad they are")
    for fault in faults:
        stage = fault["stage"]
        deny(fault["signal"] == "calls" or stage.startswith("tool") or report.is_bad(stage) or
             (fault["signal"] == "latency" and (report.row(stage)["blame"] or 0) >= 0.3),
             f"{stage} does not deviate")
    for clause in clauses.split("; "):
        for pattern, check in CLAUSES:
            match = pattern.match(clause)
            if match:
                check(report, *match.groups())
                break
        else:
            raise False_(f"nobody can check '{clause}'")


def also_takes_more(report, stage):
    deny((report.row(stage)["blame"] or 0) >= 0.3, "nothing comes of it")


def also_slow(report, stage, _, least, value, usual, called, seldom):
    row = report.row(stage)
    check_calls(report, stage, called, seldom)
    deny(row["severity"] in BAD, "it does not deviate")
    deny(bool(least) == row["beyond_buckets"], "a bound is not said as one")
    deny(same(value, row["current"]), "the row has another number")
    deny(same(usual, row["baseline"]) if usual else row["baseline"] is None, "it is usually another")


def also_beyond(report, stage, now, usual, called, seldom):
    row = report.row(stage)
    check_calls(report, stage, called, seldom)
    deny(row["statistic"] == "share" and same(now, row["current"])
         and same(usual, row["baseline"]), "the row has other numbers")


def also_fails(report, share, stage):
    row = report.row(stage, "errors")
    deny(row["severity"] in BAD and same(share, row["current"]), "the row does not say so")


def also_tools_fail(report, share, mostly):
    check_mostly(report, mostly)
    deny(report.tools and number(share) > 0.005, "no tool call fails")


def also_tool_fails(report, share, tool):
    deny(report.tools[tool]["errors_severity"] in BAD, "it does not")
    deny(same(share, report.tools[tool]["errors"]), f"it is {report.tools[tool]['errors']}")


def also_tool_called(report, tool, _):
    deny(report.tools[tool]["severity"] in BAD, "it is not called too often")


def also_full(report, stage):
    deny(report.row(stage, "saturation")["current"] >= 0.9, "the pool is not full")


def check_silent(report, stage, beside_others):
    """That the traffic alarms, or where BESIDE_OTHERS that of a root is less next to another."""
    row = report.row(stage, "traffic")
    if not beside_others:
        deny(row["severity"] == "critical", f"its traffic is {row['severity']}")
        return
    deny(row["parent"] is None, "it is part of another stage")
    ratios = {name: rows["traffic"]["ratio"] for name, rows in report.stages.items()
              if "traffic" in rows and rows["traffic"]["parent"] is None}
    its = ratios.pop(report.name(stage))
    deny(its < 0.61, "it has not halved")
    deny(any(other is None or other > its for other in ratios.values()), "all are as quiet")


def also_silent(report, stage, now):
    row = report.row(stage, "traffic")
    check_silent(report, stage, row["severity"] != "critical")
    deny(same(now, row["current"]) if now else row["current"] == 0, "the row does not say so")


def all_requests(report, stage):
    """Per second: those that are timed, and with failures that nobody times, if these are that."""
    timed = report.row(stage, "traffic")["current"]
    failing = (report.stages[stage].get("errors") or {}).get("current") or 0
    return [timed] + ([timed / (1 - failing)] if failing < 1 else [])


def also_called(report, stage, now, usual):
    if number(now) > number(usual):
        check_calls(report, stage, now, usual)
        deny(report.row(stage)["severity"] not in BAD, "it is slow, too")
        return
    check_called_less(report, stage, now, usual)
    deny(report.is_bad(report.parents[stage]), "its parent is no worse")


def check_called_less(report, stage, now, usual):
    stage = report.name(stage)
    parent = report.parents[stage]
    deny(parent is not None, "it is not called by another stage")
    root = parent
    while report.parents[root] is not None:
        root = report.parents[root]
    calls, questions = (all_requests(report, one) for one in (stage, root))
    errors = report.stages[stage].get("errors") or {}
    untimed = calls[0] == 0 and errors.get("current") == 1      # no row says how many
    deny(untimed or any(same(now, k / n) for k in calls for n in questions),
         f"it is {calls} of {questions}")
    deny(number(now) < 0.51 * number(usual), "it has not halved")


CLAUSES = [(re.compile(pattern), check) for pattern, check in (
    (rf"^({NAME}) is slow \(({STATISTIC}) (>= )?({DURATION})(?:, usually ({DURATION}))?(?:, above its SLO of {DURATION})?\)"
     rf"(?: and called (<?[\d.]+) times per question, usually (<?[\d.]+))?$", also_slow),
    (rf"^({NAME}) takes up more of each question's time than usual$", also_takes_more),
    (rf"^({NAME}) is slow \(({PERCENT}) above {DURATION}, usually ({PERCENT})\)"
     rf"(?: and called (<?[\d.]+) times per question, usually (<?[\d.]+))?$", also_beyond),
    (rf"^({PERCENT}) of ({NAME})'s requests fail$", also_fails),
    (rf"^({PERCENT}) of all tool calls fail{MOSTLY}$", also_tools_fail),
    (rf"^({PERCENT}) of tool ({NAME})'s calls fail$", also_tool_fails),
    (rf"^tool ({NAME}) is called ({TIMES}) as often as usual$", also_tool_called),
    (rf"^({NAME}) is called (<?[\d.]+) times per question, usually (<?[\d.]+)$", also_called),
    (rf"^({NAME}) is not called any more, usually (<?[\d.]+) times per question$",
     lambda report, stage, usual: also_called(report, stage, "0", usual)),
    (rf"^({NAME}) completes (<?[\d.]+) calls per question, usually (<?[\d.]+)$", also_called),
    (rf"^({NAME}) no longer completes any calls, usually (<?[\d.]+) per question$",
     lambda report, stage, usual: also_called(report, stage, "0", usual)),
    (rf"^({NAME}): {NAME} .* in use$", also_full),
    (rf"^({NAME}) answers far too fast \(({DURATION}), usually ({DURATION})\)$", check_too_fast),
    (rf"^{MISSING}$", check_missing),
    (rf"^({NAME}) completes (?:only ({RATE})|nothing), usually {RATE}$", also_silent),
)]


@claim(rf"^Samples are ({DURATION}) late: judged at {CLOCK}$")
def samples_are_late(report, late):
    deny(report.verdict["condition"] in ("ok", "incident"), "nothing was judged")
    deny(number(late) > 0, "they are not late")


@claim(rf"^({NAME}(?:, {NAME})*(?: and {NAME})?) (?:(?:has|have) no data|(?:has|have) had no data since {LAST})"
       r"(?:: (.*))?$")
def has_no_data(report, stages, why):
    for stage in re.split(", | and ", stages):
        row = report.row(stage)
        deny(row["state"] in ("no_data", "stale"), f"the state of {stage} is {row['state']}")
        check_why(report, stage, why)


def check_why(report, stage, why):
    """Why there is no data of STAGE, as far as its targets say so."""
    targets = report.stages[report.name(stage)].get("targets")
    match = re.match(r'^(?:the target|none of the (\d+) targets) of job "(.+)" (?:does not answer|answers) '
                     r"\(up = 0\)$", why or "")
    if match:
        deny(targets and targets["job"] == match[2], f"its targets are not those of {match[2]}")
        deny(targets["current"] == 0 and targets["baseline"] == int(match[1] or 1),
             "some of them answer")
    elif why:
        deny(why == "Prometheus no longer lists any target of its job", "nobody can check that")
        deny(not (targets and targets["job"]), "there are targets that do not answer")


@claim(rf"^{MISSING}: (some pods|the pods) of ({NAME})(?: and (\d+) other stages?)? are down or cannot be reached$")
def targets_are_missing(report, how_many, name, since, longer, which, stage, others):
    check_missing(report, how_many, name, since, longer)
    deny(report.row(stage, "targets")["job"] == name, "the stage is served by others")
    deny(int(others or 0) + 1 == len(report.missing(name)), f"{len(report.missing(name))} stages are")
    critical = report.row(stage, "targets")["severity"] == "critical"
    deny(critical == (which == "the pods"), "the row is not as bad as that")
    deny(report.verdict["signal"] == "targets", "the verdict is about something else")


@claim(rf"^{MISSING}: (?:it serves|they serve) ({NAME})(?: and (\d+) other stages?)?$")
def replicas_are_missing(report, how_many, name, since, longer, stage, others):
    check_missing(report, how_many, name, since, longer)
    deny(report.row(stage, "targets")["workload"] == name, "the stage is served by others")
    deny(int(others or 0) + 1 == len(report.missing(name)), f"{len(report.missing(name))} stages are")


@claim(r"^Latency( and errors are| is) as usual(?:, and so are the errors of (\d+) stages?)?$")
def the_rest_is_usual(report, both, counted):
    states = ("ok", "stale") if report.verdict["condition"] == "unreachable" else ("ok",)
    deny(not report.verdict["also"], "something else is wrong")
    for stage, rows in report.stages.items():
        deny(rows["latency"]["severity"] == "ok" and rows["latency"]["state"] in states,
             f"the latency of {stage} is not")
        deny("errors" not in rows or rows["errors"]["severity"] == "ok", f"the errors of {stage} are not")
        deny("errors" in rows or "errors" not in both, f"the errors of {stage} are not known")
    known = sum("errors" in rows for rows in report.stages.values())
    deny("errors" in both or int(counted or 0) == known, f"those of {known} stages are known")


@claim(r"^(\d+) more (?:has|have) no data$")
def more_have_no_data(report, count):
    gone = [stage for stage in report.stages if report.row(stage)["state"] in ("no_data", "stale")]
    deny(int(count) < len(gone), "fewer are gone")


FROM = r"(?: \((?:\d|\d,)+ requests?\))?$"


@claim(r"^OK: (?P<all>all |both )?(?P<judged>\d+)? ?stages?(?P<busy> with traffic)? normal" + FROM)
def all_is_usual(report, match):
    judged = match["judged"] or "2"
    check_usual(report, "All", judged)
    deny((match["all"] is None) == (judged == "1"), "one is not all")
    idle = sum(report.row(stage)["state"] == "no_traffic" for stage in report.stages)
    deny(bool(match["busy"]) == (idle > 0), f"{idle} have no traffic")
    deny(int(judged) + idle == len(report.stages), f"there are {len(report.stages)}")


@claim(r"^OK: latency( and errors)? normal in (\d+) stages?" + FROM)
def these_are_usual(report, errors, judged):
    check_usual(report, "Latency and errors" if errors else "Latency", judged)


@claim(r"^OK: (\d+) of (\d+) stages? normal" + FROM)
def some_are_usual(report, judged, of):
    check_usual(report, "Latency", judged)
    deny(int(of) == len(report.stages), f"there are {len(report.stages)}")


def check_usual(report, what, judged):
    check_judged(report, what, judged)
    deny(is_usual(report), "a row says that something is not")
    deny(what != "All" or not any(list(blind_pools(report, stage)) for stage in report.stages),
         "a row says that a pool is not known")
    for rows in report.stages.values():
        row = rows["latency"]
        deny(row["severity"] != "ok" or row["state"] != "ok" or (row["ratio"] or 1) >= 0.7, "a stage is faster")


UP_BY_CHANCE = r"^up \S+; n=\S+, may be chance"


def check_judged(report, what, judged):
    for stage in report.stages:
        for signal, row in report.stages[stage].items():
            deny(row["severity"] not in BAD or (what == "Latency" and signal == "errors"),
                 f"{signal} of {stage} is {row['severity']}")
    known = [stage for stage in report.stages if report.row(stage)["state"] == "ok"
             and report.row(stage)["baseline"] is not None and report.row(stage)["severity"] != "unknown"
             and not re.search(UP_BY_CHANCE, report.row(stage)["reason"])]
    deny(int(judged) == len(known), f"{len(known)} are judged")
    lost = [stage for stage in report.stages if report.row(stage)["state"] not in ("ok", "no_traffic")
            or report.is_bare(stage) or re.search(UP_BY_CHANCE, report.row(stage)["reason"])]
    deny(what == "Latency" or not lost, f"{lost} cannot be judged")


@claim(r"^Nothing is slow(?P<both> or failing)? in (?P<judged>\d+)(?: of (?P<of>\d+))? stages?" + FROM)
def nothing_is_slow(report, match):
    check_judged(report, "All" if match["both"] and not match["of"] else "Latency", match["judged"])
    deny(match["of"] in (None, str(len(report.stages))), f"there are {len(report.stages)}")
    deny(is_other(report), "all is as usual")


@claim(rf"^({NAME}) is faster than usual \(({STATISTIC}) ({DURATION}), usually ({DURATION})\)$")
def is_faster(report, stage, statistic, now, usual):
    row = report.row(stage)
    deny(row["statistic"] == statistic.lower(), f"the statistic is {row['statistic']}")
    deny(same(now, row["current"]) and same(usual, row["baseline"]), "the row has others")
    deny(row["ratio"] < 0.7 and row["severity"] == "ok", "it is not that much faster")


@claim(rf"^(\d+) more (?:is|are) faster$")
def more_are_faster(report, count):
    fast = [stage for stage in report.stages if "faster than usual" in report.row(stage)["reason"]]
    deny(len(fast) == int(count) + 3, f"{len(fast)} are")


@claim(rf"^({NAME}) (?:is called (<?[\d.]+) times per question|is not called any more), usually (<?[\d.]+)"
       rf"(?: times per question)?$")
@claim(rf"^({NAME}) (?:completes (<?[\d.]+) calls per question|no longer completes any calls), usually (<?[\d.]+)"
       rf"(?: per question)?$")
def is_called_less_often(report, stage, now, usual):
    deny(report.verdict["condition"] != "incident", "there is something wrong")
    check_called_less(report, stage, now or "0", usual)


@claim(rf"^(\d+) more (?:is|are) called less$")
def more_are_called_less(report, count):
    less = [text for text in report.verdict["evidence"]
            if re.match(rf"{NAME} (?:is (?:not )?called |(?:no longer )?completes \S+ calls\b)", text)]
    more = report.verdict["evidence_more"]
    deny(len(less) <= int(count) + 3 <= len(less) + more, f"the evidence has {len(less)}")


@claim(rf"^The traffic of ({NAME}) is ({RATE}), usually ({RATE})"
       rf"(?:, with ([\d,]+ failed requests? in the last (?:hour|\d+ (?:s|min|h|d))))?$")
def has_other_traffic(report, stage, now, usual, failed):
    check_work(report, stage, failed or "")
    row = report.row(stage, "traffic")
    deny(row["parent"] is None, "it is part of another stage")
    deny(same(now, row["current"]) and same(usual, row["baseline"]), "the row has others")
    deny(not 0.5 < row["ratio"] < 2, "that is about as much as usual")


@claim(r"^(\d+) more (?:has|have) unusual traffic$")
def more_have_other_traffic(report, count):
    rows = [rows["traffic"] for rows in report.stages.values() if "traffic" in rows]
    deny(int(count) <= sum(not 0.5 < (row["ratio"] or 1) < 2 for row in rows), "it is")


@claim(rf"^({NAME}) fails less than usual \(({PERCENT}), usually ({PERCENT})\)$")
def fails_less(report, stage, now, usual):
    row = report.row(stage, "errors")
    deny(same(now, row["current"]) and same(usual, row["baseline"]), "the row has others")
    deny(row["current"] < 0.5 * row["baseline"] and row["severity"] == "ok", "it is not that much less")


@claim(rf"^({NAME}) fails as often as usual \(({PERCENT})\)$")
def always_fails(report, stage, now):
    row = report.row(stage, "errors")
    deny(same(now, row["current"]) and row["current"] >= 0.05, f"it is {row['current']}")
    deny(row["severity"] == "ok" and row["baseline"] > 0, "that is not as usual")


@claim(rf"^({NAME}) is as full as usual \((\S+ (?:<?[\d.]+[kMG]?/[\d.]+[kMG]?|{PERCENT}|on one pod {PERCENT}))\)$")
def always_full(report, stage, pool):
    row = report.row(stage, "saturation")
    deny(row["current"] >= 0.9 and row["severity"] not in BAD, f"it is {row['current']}")
    deny(f"; {pool} as usual" in report.row(stage)["reason"] or report.row(stage)["severity"] != "ok",
         "its row does not say so")


@claim(rf"^({NAME}) keeps restarting: its counters were reset ([\d,]+) times in the last 30 min$")
def keeps_restarting(report, stage, resets):
    deny(whole(resets) >= 3, "that is a rollout")
    deny(report.row(stage)["state"] != "unreliable", "its counters are not believed")
    deny(report.row(stage)["statistic"] != "value" or report.row(stage)["requests"] is not None,
         "it has no counter")


@claim(rf"^Tool ({NAME}) is (?:called (<?[\d.]+) times per question|not called any more), usually (<?[\d.]+)"
       rf"(?: times per question)?$")
def tool_is_called_less(report, tool, now, usual):
    row = report.tools[tool]
    deny(same(now or "0", row["per_request"]) and same(usual, row["baseline_per_request"]), "the row has others")
    deny(row["per_request"] <= 0.5 * row["baseline_per_request"] and row["severity"] == "ok", "it is not that much")


@claim(rf"^Tool ({NAME}), usually not called, is called (<?[\d.]+) times per question$")
def tool_is_new(report, tool, now):
    row = report.tools[tool]
    deny(same(now, row["per_request"]), "the row has others")
    deny(not row["baseline_per_request"], f"it was called {row['baseline_per_request']} times")


@claim(r"^(\d+) more tools? (?:is|are) usually not called$")
def more_tools_are_new(report, count):
    new = [tool for tool, row in report.tools.items() if "usually not called" in row["reason"]]
    deny(len(new) == int(count) + 3, f"{len(new)} are")


@claim(r"^(\d+) more (?:fails? less|keeps? restarting|tools? (?:is|are) called less|fails? as often as usual|"
       r"(?:is|are) as full as usual)$")
def more_are_remarked(report, count):
    deny(int(count) + 3 <= len(report.stages) + len(report.tools), "there are fewer")


LESS_OR_MORE = r"faster than usual|; traffic |fails less than usual|keeps restarting"


def is_usual(report):
    """Whether no row is better than usual, or has clearly more or less traffic."""
    reasons = [rows["latency"]["reason"] for rows in report.stages.values()]
    tools = [tool.get("reason", "") for tool in report.tools.values()]
    return not (any(re.search(LESS_OR_MORE, reason) for reason in reasons) or
                any(re.search("called less|not called any more|usually not called", reason) for reason in tools) or
                any(re.search(rf"^{NAME} (?:\S.* [\d.]+[kM]?, usually [\d.]+[kM]?$|is (?:not )?called |(?:no longer )?completes \S+ calls\b)", text) for text in report.verdict["evidence"]))


def is_other(report):
    """Whether any row could be meant that is not as usual; some differences are chance."""
    ratios = [rows["traffic"]["ratio"] for stage, rows in report.stages.items()
              if "traffic" in rows and report.parents[stage] is None]
    chance = any("may be chance" in rows["latency"]["reason"] for rows in report.stages.values())
    return chance or not is_usual(report) or any(ratio is not None and not 0.5 < ratio < 2 for ratio in ratios)


def absent_of(report):
    return [stage for stage in report.stages if report.row(stage).get("reason", "").startswith("no such metric")]


@claim(rf"^({NAME}) cannot be judged: no such metric$")
def is_absent(report, stage):
    deny(report.name(stage) in absent_of(report), "it is there")


POOL = rf"\S+ of {NAME}"


@claim(rf"^({POOL}(?:, {POOL})*)(?: and ({POOL}|\d+ others))? cannot be judged: (no such metric|the query fails"
       r"|the queries fail|it has no data|they have no data)s?$")
def pools_are_unknown(report, named, rest, _):
    found = {f"{pool[1]} of {stage}".lower() for stage in report.stages for pool in blind_pools(report, stage)}
    names = named.split(", ") + ([rest] if rest and "others" not in rest else [])
    deny(all(name.lower() in found for name in names), f"it is so of {found}")


def blind_pools(report, stage):
    return re.finditer(r"; (?!errors)(\S+): (?:no such metric|the query fails|no data)$",
                       report.row(stage).get("reason", ""))


@claim(rf"^({NAME}(?:, {NAME})*)(?: and ({NAME}|\d+ others))? cannot be judged: (several processes answer "
       r"behind one port|(?:its|their) counters are reset too often|.* counters?, not (?:a latency|latencies)"
       r"|.* neither buckets nor a usable sum|(?:its|their) requests are no longer timed"
       r"|(?:it reports|they report) (?:NaN instead of a latency|a latency of 0))$")
def cannot_be_judged(report, named, rest, _):
    for stage in named.split(", ") + ([rest] if rest and "others" not in rest else []):
        row = report.row(stage)
        deny(row["state"] == "unreliable" and row["current"] is None, f"{stage} is {row['state']}")


def check_named(report, first, rest, found):
    names = first.split(", ") + ([rest] if rest and "others" not in rest else [])
    others = int(rest.split()[0]) if rest and "others" in rest else 0
    deny(all(report.name(name) in found for name in names), f"it is so of {found}")
    deny(len(names) + others == len(found), f"it is so of {len(found)}")


@claim(rf"^({NAME}(?:, {NAME})*)(?: and ({NAME}|\d+ others))? cannot be judged"
       r"(?:: (?:query error: )?[^.]*|; each row says why)$")
def are_refused(report, first, rest):
    check_named(report, first, rest,
                [stage for stage in report.stages if report.row(stage)["state"] == "error"])


@claim(rf"^({NAME}(?:, {NAME})*)(?: and ({NAME}|\d+ others))? (?:has|have) nothing to compare with$")
def are_bare(report, first, rest):
    check_named(report, first, rest, [stage for stage in report.stages if report.is_bare(stage)])


def has_no_past(report, stage):
    """Whether STAGE has a number, and nothing to compare it with."""
    row = report.row(stage)
    return row["current"] is not None and row["baseline"] is None


@claim(rf"^Nothing is known of ({NAME}(?:, {NAME})*)(?: and ({NAME}|\d+ others))? from before \d\d:\d\d: "
       r"(it|one of them) may be the cause$")
def may_be_the_cause(report, named, rest, _):
    culprit = report.verdict["stage"]
    deny(report.row(culprit)["severity"] in ("warning", "critical"), f"{culprit} is not slow")
    for stage in named.split(", ") + ([rest] if rest and "others" not in rest else []):
        name = report.name(stage)
        deny(has_no_past(report, name), f"{stage} has a past")
        deny(report.parents[name] == culprit, f"{stage} is no part of {culprit}")


@claim(rf"^Nothing is known of ({NAME}) from before \d\d:\d\d, but ({NAME}) usually had less time for it$")
def has_more_than_was_left(report, stage, parent):
    deny(report.verdict["stage"] == report.name(stage), f"the culprit is {report.verdict['stage']}")
    deny(has_no_past(report, report.name(stage)), f"{stage} has a past")
    deny(report.parents[report.name(stage)] == report.name(parent), f"{parent} does not call it")


@claim(r"^(\d+) stages cannot be judged: no such metrics$")
def are_absent(report, count):
    deny(int(count) == len(absent_of(report)), f"it is so of {len(absent_of(report))}")


@claim(rf"^(?:The|But the) (latency|error rate|share in use of {NAME}) of ({NAME}) has risen by ({PERCENT}) a day "
       r"since \d{1,2} [A-Z][a-z]{2}$")
def has_risen_by_the_day(report, what, stage, per_day):
    row = report.row(stage, {"latency": "latency", "error rate": "errors"}.get(what, "saturation"))
    deny(row["drift"] and same(per_day, row["drift"]["per_day"]), f"its drift is {row['drift']}")
    deny(row["current"] > (0 if row["statistic"] == "share" else row["baseline"]) or
         row["statistic"] == "p95", "it is no more than usual")
    for part in report.within(stage)[1:]:
        its = report.stages[part].get(row["signal"])
        deny(row["signal"] == "saturation" or not its or not its["drift"]
             or its["drift"]["per_day"] < 0, f"its part {part} has, too")


@claim(r"^(\d+) stages? had too few requests$")
def too_few(report, count):
    few = [stage for stage in report.stages if report.row(stage)["state"] == "too_few"]
    deny(len(few) == int(count), f"{len(few)} had")


@claim(r"^The tool calls cannot be judged: their counters are reset too often$")
@claim(r"^The errors of the tools are unknown: (?:the query fails|the server has no such metric|"
       r"their counters are reset too often)$")
def tools_unknown(report):
    deny(not report.tool_errors or report.tool_errors["current"] is None, "they are")


@claim(rf"^The errors of (?:(?P<count>\d+) stages|(?P<stage>{NAME})) are unknown: "
       r"(?P<why>the query fails|the server has no such metric|nothing counts the requests|"
       r"their counters are reset too often|several processes answer behind one port)$")
def errors_unknown(report, match):
    states = {stage: report.stages[stage].get("errors", {}).get("state") for stage in report.stages}
    unknown = [stage for stage, state in states.items() if state in ("error", "absent") or
               state == "unreliable" and report.row(stage)["state"] != "unreliable"]
    deny(len(unknown) == int(match["count"] or 1), f"of {len(unknown)}")
    deny(match["stage"] in (None, *unknown), "they are")
    deny(("error" in states.values()) == (match["why"] == "the query fails"), "for another reason")


def check_window(report, text):
    """TEXT is `hour`, `30 min` or `90s`."""
    seconds = 3600 if text == "hour" else int(re.match(r"\d+", text)[0]) * (
        1 if text.endswith("s") else 3600 if text.endswith("h") else 60)
    deny(seconds == report.window, f"the window is {report.window} s")


@claim(r"^Judged over the last (hour|\d+ (?:s|min|h|d)), because there are few requests$")
def judged_longer(report, window):
    check_window(report, window)
    deny(report.few_requests, "the window is the usual one")
    deny(any(report.row(stage)["state"] == "ok" for stage in report.stages), "nothing is judged")


@claim(r"^Quiet, as usual: (no|\d+) requests? in the last (hour|\d+ (?:s|min|h|d))$")
def quiet(report, count, window):
    check_window(report, window)
    for stage in report.stages:
        row = report.row(stage)
        deny(row["state"] in ("too_few", "no_traffic", "no_data", "absent"), f"{stage} is judged")
        deny(count != "no" or not row["requests"] or row["requests"] < 1, f"{stage} has requests")
        deny(not report.is_bad(stage), f"{stage} deviates")
    usual = [report.row(stage, "traffic")["baseline"] for stage in report.stages
             if report.parents[stage] is None and "traffic" in report.stages[stage]]
    deny(count != "no" or all(rate is not None and rate * report.window < 1 for rate in usual),
         "there usually are some")


@claim(r"^Only (\d+) requests? in the last (hour|\d+ (?:s|min|h|d))(?:, usually (\S+))?: too few to "
       r"(?:judge|compare with usual)$")
def only_few(report, count, window, usual):
    deny(report.verdict["condition"] in ("too_few", "no_traffic"), "the condition is another")
    check_window(report, window)
    rates = [rows["traffic"]["baseline"] for rows in report.stages.values() if "traffic" in rows]
    most = max((rate for rate in rates if rate is not None), default=0) * report.window
    deny(bool(usual) == (round(most) > int(count)), f"usually there are {most}")
    deny(not usual or same(usual, round(most)), f"usually there are {most}")
    deny(int(count) <= 20, "that is enough")
    deny(not any(report.row(stage)["state"] == "ok" and report.row(stage)["baseline"] is not None
                 for stage in report.stages), "a stage is judged")


@claim(rf"^(?:But )?({NAME}) is above its SLO of ({PERCENT}|{DURATION})(, as usual)?: (?:its (P95|mean|value) is "
       rf"(at least )?({DURATION})|({PERCENT}) of its requests fail)(?:, usually ({PERCENT}|{DURATION}))? \(n=(\d+)\)$")
def few_break_the_slo(report, stage, slo, as_usual, what, beyond, slow, failing, usual, count):
    row = report.row(stage, "errors" if failing else "latency")
    deny(row["state"] == "too_few" and row["severity"] not in BAD, "it is judged")
    deny(same(slow or failing, row["current"]) and same(usual, row["baseline"]), "the row has others")
    deny(failing or (row["statistic"] == what.lower() and bool(beyond) == row["beyond_buckets"]), "it is no such number")
    deny(number(slow or failing) > number(slo), "it is not above")
    deny(bool(as_usual) == ((row["baseline"] or 0) > 1.02 * number(slo)) or same(slo, row["baseline"]),
         "it is not usual")
    deny(int(count) <= 20, "that is enough")


@claim(rf"^Even so, ({PERCENT}) of ({NAME})'s requests failed(?:, usually ({PERCENT}))?(?:, above its SLO of {PERCENT})?$")
def few_failed(report, now, stage, usual):
    row = report.row(stage, "errors")
    deny(same(now, row["current"]) and same(usual or "0 %", row["baseline"] or 0),
         "the row has others")
    deny(row["state"] == "too_few", "they are judged")


@claim(rf"^None has completed(?: since {CLOCK}| for more than {LONG})$")
def none_has_completed(report):
    failed = 0
    for stage, rows in report.stages.items():
        deny(not rows.get("traffic", {}).get("current"), f"{stage} completes requests")
        failed += bool(rows.get("errors", {}).get("current"))
    deny(failed, "none failed, so that there were none")


@claim(rf"^Tool (\S+) had only (\d+) calls?, too few to judge, but (?:(\d+|all) of them|it) failed(?:, usually ({PERCENT}))?$")
def few_calls_failed(report, tool, calls, failed, usual):
    row = report.tools[tool]
    deny(row["severity"] not in BAD, "it is judged")
    deny(abs(int(calls) - row["rate"] * report.window) <= 1, f"{row['rate']} a second are not {calls}")
    failed = calls if failed in ("all", None) else failed
    deny(abs(int(failed) - row["errors"] * int(calls)) <= 1, f"{row['errors']} of {calls} are not {failed}")
    deny(same(usual or "0 %", row["baseline_errors"] or 0), "the row has others")


@claim(rf"^The same goes for (\d+) more tools?$")
def more_few_calls_failed(report, more):
    deny(int(more) <= len(report.tools), "there are fewer")


@claim(rf"^Even so, the (P95|mean|value) of ({NAME}) is (at least )?({DURATION}), usually ({DURATION})(?:, above its SLO of {DURATION})?$")
def few_were_slow(report, what, stage, beyond, now, usual):
    row = report.row(stage)
    deny(row["statistic"] == what.lower() and bool(beyond) == row["beyond_buckets"], "it is no such number")
    deny(same(now, row["current"]) and same(usual, row["baseline"]), "the row has others")
    deny(row["state"] == "too_few", "it is judged")


@claim(rf"^Work is piling up: (.+) of ({NAME}) is (\S+), usually (\S+)$")
def piles_up(report, what, stage, now, usual):
    text = f"{report.name(stage)} {what} {now}, usually {usual}"
    deny(text in report.verdict["evidence"], f"no evidence says {text}")
    deny(number(now) > number(usual), "that is no more than usual")


@claim(rf"^No traffic: no request has completed "
       rf"(?:since {CLOCK}|for more than {LONG}|in the last (?:hour|\d+ min|\d+[smh]))"
       rf"(?: \(usually ({RATE})\))?, so nothing can be judged$")
def no_traffic(report, _):
    for stage in report.stages:
        traffic = report.stages[stage].get("traffic")
        deny(not traffic or not traffic["current"], f"{stage} has requests")
        deny(not report.is_bad(stage), f"{stage} deviates")
        deny(not report.stages[stage].get("errors", {}).get("current"), f"requests of {stage} fail")


@claim(rf"^No data(?: since {LAST}| for more than \d+ (?:min|h)): (.*)$")
def all_gone(report, why):
    for stage in report.stages:
        deny(report.row(stage)["state"] in ("no_data", "stale"), f"{stage} has data")
    if why != "samples no longer arrive":
        told = [stage for stage in report.stages if _tells(report, stage, why)]
        deny(told, f"no targets tell that {why}")
    else:
        deny(not any(rows.get("targets", {}).get("severity") == "critical"
                     for rows in report.stages.values()), "targets tell why")


def _tells(report, stage, why):
    try:
        check_why(report, stage, why)
    except False_:
        return False
    return True


@claim(rf"^The counters of ({NAME}(?:, {NAME})*)(?: and ({NAME}|\d+ others))? were reset ([\d,]+) times in "
       r"([\d,]+) scrapes: several processes answer behind one port(, or it keeps restarting)?, so no "
       r"number computed from them can be trusted$")
def resets(report, named, rest, times, scrapes, perhaps):
    doubted = [stage for stage in report.stages if report.row(stage)["state"] == "unreliable"]
    said = named.split(", ") + ([rest] if rest and "others" not in rest else [])
    for stage in said:
        deny(stage in doubted, f"{stage} is trusted")
        deny(report.row(stage)["current"] is None, f"{stage} has a number")
    more = int(rest.split()[0]) if rest and "others" in rest else 0
    deny(len(said) + more == len(doubted), f"it is so of {len(doubted)}")
    deny(not perhaps or 4 * whole(times) >= whole(scrapes), "that is less than a quarter")


@claim(rf"^The latency of ({NAME}(?:, {NAME})*)(?: and ({NAME}|\d+ others))? is unknown: there are requests, but "
       r"neither buckets nor a usable sum$")
def untimed(report, named, rest):
    for stage in named.split(", ") + ([rest] if rest and "others" not in rest else []):
        row = report.row(stage)
        deny(row["state"] == "unreliable" and row["current"] is None, "it is known")
        deny(row["requests"], "nobody asks")


@claim(r"^(\S+) is a counter, not a latency(, and it is not the only one)?: configure it as latency: .*$")
def counter(report, _, others):
    doubted = [stage for stage in report.stages if report.row(stage)["state"] == "unreliable"]
    deny(len(doubted) > 1 if others else doubted, f"it is so of {len(doubted)}")
    deny(all(report.row(stage)["current"] is None for stage in doubted), "it has a number")


@claim(r"^No data: the server knows (?:the metrics, but no series with these labels has two samples now"
       r"|none of the metrics)")
@claim(r"^No data: no series of these metrics has two samples at that time$")
@claim(r"^No data: the server has these metrics, but no series of them matches .*$")
def nothing_known(report):
    for stage in report.stages:
        deny(report.row(stage)["current"] is None, f"{stage} has data")


@claim(r"^(?:Cannot reach Prometheus|What answers at \S+ is not a Prometheus): .*$")
@claim(r"^Cannot read the target: .*$")
def unreachable(report):
    deny(report.verdict["condition"] == "unreachable", "the server answers")


@claim(rf"^OK: ({NAME}) is within its SLO of ({DURATION})$")
def within_slo(report, stage, slo):
    row = report.row(stage)
    deny(row["severity"] == "ok" and row["reason"].startswith(f"within its SLO of {slo}"), "its row does not say so")


@claim(r"^OK: .+ are within their SLOs$")
def within_slos(report):
    roots = [stage for stage, parent in report.parents.items() if parent is None]
    deny(all(report.row(stage)["reason"].startswith("within its SLO of ") for stage in roots), "not all are")


@claim(rf"^({NAME} is up \S+(?:(?:, | and ){NAME} is up \S+)*)(?: and (\d+) others?)?; there is too little history to judge that$")
def little_is_known(report, named, others):
    told = re.findall(rf"({NAME}) is up", named)
    rows = [stage for stage in report.stages if "too little history to judge" in report.row(stage)["reason"]]
    deny(len(rows) == len(told) + int(others or 0), f"{rows} are")
    deny(all(report.row(stage)["severity"] == "unknown" for stage in rows), "it was judged")


@claim(rf"^({NAME} is up \S+(?:(?:, | and ){NAME} is up \S+)*)(?: and (\d+) others?)?; with so few requests, that may be chance$")
def up_by_chance(report, named, others):
    told = re.findall(rf"({NAME}) is up (\S+?)(?:,|;|$| and)", named + ";")
    rows = [stage for stage in report.stages if re.search(UP_BY_CHANCE, report.row(stage)["reason"])]
    deny(len(rows) == len(told) + int(others or 0), f"{rows} are")
    deny(all(report.row(stage)["severity"] == "ok" for stage in rows), "it was judged")
    for stage, ratio in told:
        deny(same(ratio, report.row(stage)["ratio"]), f"{stage} is up {report.row(stage)['ratio']}")


@claim(rf"^({NAME}) fails more than usual \(({PERCENT})(?:, usually ({PERCENT}))?\); with so few requests, that may be chance$")
def fails_by_chance(report, stage, now, usual):
    row = report.row(stage, "errors")
    deny(same(now, row["current"]) and same(usual or "0 %", row["baseline"] or 0), "the row has others")
    deny(row["severity"] == "ok" and row["current"] > (row["baseline"] or 0), "it was judged")


@claim(r"^\d+ more fails? more$")
def more_fail_by_chance(report):
    deny(sum("may be chance" in report.row(stage)["reason"] for stage in report.stages) > 3, "there are fewer")


@claim(r"^Nothing to compare with: the server has too little history of these metrics$")
def no_baseline(report):
    deny(all(report.row(stage)["baseline"] is None for stage in report.stages),
         "there is something to compare with")


@claim(rf"^There is nothing to compare ({NAME})(?: and (\d+) others?)? with: the server has too little "
       r"history of (?:it|them)$")
def no_baseline_of(report, stage, others):
    deny(report.row(stage)["baseline"] is None, "there is something")
    bare = [name for name in report.stages if report.row(name)["baseline"] is None]
    deny(int(others or 0) < len(bare), "there are fewer")


HARMLESS = re.compile(r"^(?:In Python, use the multiprocess mode of prometheus_client|After (?:\d+ min of samples, ragtop compares with the earlier part of the last .+|3 h of samples, ragtop compares with the hours before)|Samples since \d\d:\d\d; from \d\d:\d\d on, ragtop compares with the .+|Until then, .*|A new target has them after its (?:first|second) scrape; otherwise.*|Without it an slo: can still alarm|Look at the targets of Prometheus(?:, or at whatever writes to it)?|Is the service scraped\??.*"
                      r"|(?:The server refuses the queries|ragtop cannot answer the queries from its own scrapes)[;:] .+|Asking …)$")


def sentences(text):
    """TEXT divided at full stops that end a sentence."""
    now, _, before = text.strip().rpartition(" Before that: ")
    if now:
        return sentences(now) + sentences(before)
    text = text.strip()
    if text.startswith(("Everything is slow", "Everything is failing")):
        head, _, tail = text.partition(" Worst is ")
        worst, _, rest = tail.partition(". ")
        return [f"{head} Worst is {worst}".rstrip(".")] + (sentences(rest) if rest else [])
    return [part.rstrip(".") for part in re.split(r"(?<=[.?]) (?=[A-Z]|\d+ (?:more|other|had|of|stages?)|[\w:-]+ (?:is|has|fails|completes|keeps|no longer|cannot) "
                                           r"|[\w:-]+(?:, [\w:-]+)* and (?:[\w:-]+|\d+ (?:more|others)) (?:cannot|have) )",
                                           text)]


def check_own_times(report):
    """Nothing that is said to explain a rise hides that the stage above has a large part of its own."""
    stage, text = report.verdict["stage"], report.verdict["summary"]
    while stage in report.parents and report.parents[stage]:
        parent = report.parents[stage]
        told = (report.row(stage)["blame"] or 0) >= SHARED and report.row(parent)["severity"] in BAD
        own = report.own_share(parent)
        halted = any(report.row(part)["state"] != "ok" for part in report.parts(parent))
        if not told or own is None or halted:
            return
        deny(own < SHARED + 0.01 or own > 0.99 or
             re.search(rf"\b{re.escape(parent)}'s (own time|rise is its own time)", text),
             f"{own} of the rise of {parent} is its own time, and nothing says so")
        stage = parent


def check_whole(report):
    """What no single sentence says: nothing critical goes unnamed, the verdict is as bad as it."""
    known = report.verdict["condition"] not in ("ok", "incident")
    deny((report.verdict["severity"] == "unknown") == known,
         f"it is {report.verdict['severity']}, and the condition {report.verdict['condition']}")
    for stage in report.stages:
        row = report.row(stage)
        calm = report.parents[stage] is None and row["severity"] not in BAD
        deny(not calm or row["blame"] is None, f"{stage} is calm and has {row['blame']} of the blame")
    if report.verdict["condition"] != "incident":
        bad = [stage for stage in report.stages if report.is_bad(stage)]
        bad += [name for name, tool in report.tools.items()
                if tool["severity"] in BAD or tool["errors_severity"] in BAD]
        bad += ["tool_call"] if report.tool_errors and report.tool_errors["severity"] in BAD else []
        known = report.verdict["condition"] in ("ok", "no_traffic", "too_few")
        deny(not (known and bad), f"{bad} deviate, and there is no incident")
        return
    text = report.verdict["summary"]
    if re.search(r"; and \d+ more", text) or text.startswith("Everything"):
        return
    if report.verdict["signal"] == "latency":
        check_own_times(report)
    named = {stage for stage in report.stages if re.search(rf"\b{re.escape(stage)}\b", text, re.I)}
    covered = set().union(*(report.line(stage) for stage in named)) if named else set()
    for stage in report.stages:
        missing = report.stages[stage].get("targets")
        if missing:
            name = missing["job"] or missing["workload"]
            deny(name in text, f"{name} lacks some, and is not named")
        if report.deviates(stage):
            deny(stage in covered, f"{stage} deviates and is not named")
    worst = max((ORDER[row["severity"]] for rows in report.stages.values()
                 for row in rows.values()), default=0)
    worst = max([worst] + [ORDER[tool[which]] for tool in report.tools.values()
                           for which in ("severity", "errors_severity")])
    if report.tool_errors:
        worst = max(worst, ORDER[report.tool_errors["severity"]])
    deny(ORDER[report.verdict["severity"]] >= worst,
         "a row is worse than the verdict")


def check(document):
    """The false claims of DOCUMENT, as (claim, why), and how many claims there are."""
    report = Report(document)
    false, count = [], 0
    for sentence in sentences(report.verdict["summary"]):
        if HARMLESS.match(sentence):
            continue
        for pattern, function in CLAIMS:
            match = pattern.match(sentence)
            if match:
                count += 1
                arguments = [match] if "match" in function.__code__.co_varnames[:2] \
                    else match.groups()[:function.__code__.co_argcount - 1]
                try:
                    function(report, *arguments)
                except False_ as why:
                    false.append((sentence, str(why)))
                break
        else:
            false.append((sentence, "nobody can check that"))
    for text in report.verdict["evidence"]:
        match = re.match(rf"^({PERCENT}) of the rise of ({NAME}) is (its own time.*|{NAME})$", text)
        if match:
            count += 1
            try:
                check_evidence(report, *match.groups())
            except False_ as why:
                false.append((text, str(why)))
    try:
        check_whole(report)
    except False_ as why:
        false.append((report.verdict["summary"], str(why)))
    return false, count


def check_evidence(report, share, stage, what):
    if what.startswith("its own time"):
        own = report.own_share(stage)
        deny(own is not None and own >= SHARED and abs(number(share) - own) < 0.01,
             f"its own share is {own}")
    else:
        check_share(report, what, share)


def run_worlds(options):
    started, claims, worlds, wrong = time.monotonic(), 0, 0, 0
    made = subprocess.run([options.worlds, str(options.seed), str(options.count)],
                          stdout=subprocess.PIPE, check=True).stdout.decode()
    for text in made.split("\x1e"):
        if not text.strip():
            continue
        document = json.loads(text)
        false, count = check(document)
        worlds += 1
        claims += count
        if false and (wrong := wrong + 1) <= options.show:
            print(f"world {worlds} of seed {options.seed}: {document['verdict']['summary']}")
            for sentence, why in false:
                print(f"    '{sentence}': {why}")
            for row in document["rows"]:
                if row["signal"] == "latency" or row["severity"] in BAD:
                    print("      ", {key: row[key] for key in (
                        "stage", "parent", "signal", "statistic", "current", "baseline", "ratio",
                        "state", "severity", "blame", "requests")})
    print(f"{worlds} worlds, {claims} claims, {wrong} worlds with a false one; "
          f"{time.monotonic() - started:.1f} s")
    return wrong == 0 and worlds == options.count and claims > worlds / 2


# --- whether it would find what once was false

def made_up(summary, rows, stage=None, condition="incident", evidence=(), pod=None,
            also=()):
    """A report of ROWS: (stage, parent, signal, changes...)."""
    full = []
    for name, parent, signal, changes in rows:
        full.append({"stage": name, "parent": parent, "signal": signal, "statistic": "p95",
                     "current": 0.3, "baseline": 0.3, "ratio": 1.0, "requests": 600,
                     "beyond_buckets": False, "severity": "ok", "state": "ok", "blame": None,
                     "since": None, "since_before": None, "drift": None, "reason": "normal", **changes})
    return {"rows": full, "tools": [], "window_seconds": 300, "window_reason": None, "verdict": {
        "summary": summary, "condition": condition, "stage": stage,
        "severity": {"incident": "critical", "ok": "ok"}.get(condition, "unknown"),
        "signal": "latency", "pod": pod, "evidence": list(evidence), "also": list(also), "also_more": 0}}


SLOW = {"current": 1.8, "ratio": 6.0, "severity": "critical"}
DB_SLOW = ("vector_db", "retrieval", "latency", {**SLOW, "blame": 0.92})
MORE_SLOW = ("vector_db", "retrieval", "latency", {
    "current": 0.4, "baseline": 0.001, "ratio": 400, "statistic": "share", "unit": "ratio",
    "severity": "warning", "blame": 0.92})
LACKING = ("retrieval", None, "targets", {"current": 2, "baseline": 4, "severity": "warning",
                                          "job": "rag", "workload": None})
SOUND = made_up("vector_db is the culprit: its P95 is 1.8 s, 6.0x usual, and explains 92 % of "
                "retrieval's rise. Generation is normal (n=600).",
                [("retrieval", None, "latency", SLOW), DB_SLOW,
                 ("generation", None, "latency", {})], "vector_db")
FALSE = {
    "long, and nothing says so": made_up(
        "Generation is the culprit: its P95 is 1.8 s, 6.0x usual, for more than 1 h.",
        [("generation", None, "latency", {**SLOW, "since": "2026-02-04T09:12:00Z"})], "generation"),
    "normal beside errors of 21 %": made_up(
        "Generation is the culprit: its P95 is 1.8 s, 6.0x usual. Retrieval is normal (n=600).",
        [("retrieval", None, "latency", {}),
         ("retrieval", None, "errors", {"current": 0.21, "severity": "critical"}),
         ("generation", None, "latency", SLOW)], "generation"),
    "0 % is its own time": made_up(
        "Retrieval is the culprit: its P95 is 1.8 s, 6.0x usual, and 0 % of the rise is its own time.",
        [("retrieval", None, "latency", SLOW), ("vector_db", "retrieval", "latency", {"blame": 1})],
        "retrieval"),
    "the rest is not the parent's own": made_up(
        "vector_db is the culprit: its P95 is 1.8 s, 6.0x usual, and explains 92 % of retrieval's "
        "rise; another 44 % is retrieval's own time.",
        [("retrieval", None, "latency", SLOW), DB_SLOW], "vector_db"),
    "the largest own time goes unsaid": made_up(
        "vector_db is the culprit: its P95 is 1.8 s, 6.0x usual, and explains 55 % of retrieval's "
        "rise.", [("retrieval", None, "latency", SLOW),
                  ("vector_db", "retrieval", "latency", {**SLOW, "blame": 0.55})], "vector_db"),
    "2.4 % and the fault": made_up(
        "vector_db is the culprit: its P95 is 1.8 s, 6.0x usual, and explains 2.4 % of retrieval's "
        "rise.", [("retrieval", None, "latency", SLOW),
                  ("vector_db", "retrieval", "latency", {**SLOW, "blame": 0.024})], "vector_db"),
    "own time with a part that has no data": made_up(
        "Retrieval is the culprit: its P95 is 1.8 s, 6.0x usual, and 99 % of the rise is its own time.",
        [("retrieval", None, "latency", SLOW),
         ("vector_db", "retrieval", "latency", {"current": None, "state": "no_data"})],
        "retrieval"),
    "the series exist": made_up(
        "No data: the series exist but have no samples now. Is the service scraped?",
        [("retrieval", None, "latency", {"current": None, "state": "no_data"})], None, "no_data"),
    "nobody asks over a queue": made_up(
        "No traffic: the service is up and nobody asks, so nothing can be judged.",
        [("llm", None, "latency", {"current": None, "state": "no_traffic"}),
         ("llm", None, "traffic", {"current": 0.0, "severity": "critical"})], None, "no_traffic"),
    "no traffic beside failures": made_up(
        "No traffic: no request has completed since 11:50 (usually 3.0/s), so nothing can be judged.",
        [("llm", None, "latency", {"current": None, "state": "no_traffic"}),
         ("llm", None, "errors", {"current": 1.0, "state": "too_few"}),
         ("llm", None, "traffic", {"current": 0.0})], None, "no_traffic"),
    "another ratio": made_up(
        "vector_db is the culprit: its P95 is 1.8 s, 17x usual, and explains 92 % of retrieval's "
        "rise.", [("retrieval", None, "latency", SLOW), DB_SLOW], "vector_db"),
    "a stage that fails and is not named": made_up(
        "vector_db is the culprit: its P95 is 1.8 s, 6.0x usual, and explains 92 % of retrieval's "
        "rise.", [("retrieval", None, "latency", SLOW), DB_SLOW, ("generation", None, "latency", {}),
                  ("generation", None, "errors", {"severity": "critical"})], "vector_db"),
    "a pod that the verdict does not have": made_up(
        "Retrieval is the culprit on pod agent-1 alone: its P95 is 1.8 s, 6.0x usual (other pods: "
        "310 ms).", [("retrieval", None, "latency", SLOW)], "retrieval"),
    "other pods that are as bad": made_up(
        "Generation is failing on pod agent-0 alone: 20 % of its requests, usually 0.2 % (other pods: "
        "30 %).", [("generation", None, "latency", {}),
                   ("generation", None, "errors",
                    {"current": 0.2, "baseline": 0.002, "severity": "critical"})],
        "generation", pod="agent-0"),
    "a part whose past is known": made_up(
        "Retrieval is slow: its P95 is 1.8 s, 6.0x usual. Nothing is known of vector_db from before 08:50: "
        "it may be the cause.",
        [("retrieval", None, "latency", SLOW), ("vector_db", "retrieval", "latency", {})], "retrieval"),
    "what is no part of the culprit": made_up(
        "Retrieval is slow: its P95 is 1.8 s, 6.0x usual. Nothing is known of generation from before 08:50: "
        "it may be the cause.",
        [("retrieval", None, "latency", SLOW),
         ("generation", None, "latency", {"baseline": None, "ratio": None})], "retrieval"),
    "a part that has data": made_up(
        "Retrieval is slow: its P95 is 1.8 s, 6.0x usual. vector_db has had no data since 07:37.",
        [("retrieval", None, "latency", SLOW), ("vector_db", "retrieval", "latency", {})],
        "retrieval"),
    "a trend that no row has": made_up(
        "OK: 1 stage normal (600 requests). The latency of retrieval has risen by "
        "35 % a day since 28 Jan.", [("retrieval", None, "latency", {"current": 0.4})], None, "ok"),
    "a steeper trend than the row's": made_up(
        "OK: 1 stage normal (600 requests). The latency of retrieval has risen by "
        "35 % a day since 28 Jan.",
        [("retrieval", None, "latency",
          {"current": 0.4, "drift": {"per_day": 0.2, "since": "2026-01-28T08:30:00Z"}})], None, "ok"),
    "a window that was not widened": made_up(
        "Retrieval is the culprit: its P95 is 1.8 s, 6.0x usual. Judged over the last 5 min, because "
        "there are few requests.", [("retrieval", None, "latency", SLOW)], "retrieval"),
    "few that are within the slo": made_up(
        "Only 13 requests in the last 5 min: too few to compare with usual. But llm is above its SLO of "
        "9.0 s, as usual: its P95 is 8.3 s, usually 6.2 s (n=13).",
        [("llm", None, "latency", {"state": "too_few", "severity": "unknown", "requests": 13, "current": 8.3,
                                   "baseline": 6.2})], None, "too_few"),
    "a night that is never so quiet": made_up(
        "Quiet, as usual: no requests in the last 5 min.",
        [("llm", None, "latency", {"current": None, "state": "no_traffic", "requests": 0}),
         ("llm", None, "traffic", {"current": 0.0, "baseline": 1.0})], None, "ok"),
    "another hour": made_up(
        "Quiet, as usual: 3 requests in the last hour.",
        [("llm", None, "latency", {"state": "too_few", "requests": 3})], None, "ok"),
    "more targets than the row has": made_up(
        '3 of 4 targets of job "rag" have not answered (up = 0): some pods of retrieval are down or '
        "cannot be reached.", [("retrieval", None, "latency", {}), LACKING], "retrieval"),
    "targets of which no row says so": made_up(
        '2 of 4 targets of job "rag" have not answered (up = 0): some pods of retrieval are down or '
        "cannot be reached.", [("retrieval", None, "latency", {})], "retrieval"),
    "targets that are missing and not named": made_up(
        "OK: 1 stage normal.", [("retrieval", None, "latency", {}), LACKING]),
    "a target that answers": made_up(
        'Retrieval has had no data since 07:37: the target of job "rag" does not answer (up = 0).',
        [("retrieval", None, "latency", {"current": None, "state": "no_data"}), LACKING],
        None, "no_data"),
    "more calls than its row has": made_up(
        "vector_db is the culprit: it is called 5.0 times per question, usually 1.0, and its P95 is "
        "1.8 s, 6.0x usual; that explains 92 % of retrieval's rise.",
        [("retrieval", None, "latency", SLOW), DB_SLOW], "vector_db"),
    "calls that only its row has": made_up(
        "vector_db is the culprit: its P95 is 1.8 s, 6.0x usual, and explains 92 % of retrieval's "
        "rise.", [("retrieval", None, "latency", SLOW), ("vector_db", "retrieval", "latency", {
            **DB_SLOW[3], "reason": "CULPRIT: slow; called 3.0 times per question, usually 1.0"})],
        "vector_db"),
    "more of its requests than its row has": made_up(
        "Vector_db is the culprit: 78 % of its requests take longer than 250 ms, usually 0.1 %; that "
        "explains 92 % of retrieval's rise.", [("retrieval", None, "latency", SLOW), MORE_SLOW], "vector_db"),
    "more of the requests of the second than its row has": made_up(
        "Retrieval and generation are the culprits: retrieval's P95 is 1.8 s, 6.0x usual; 78 % of "
        "generation's requests take longer than 250 ms, usually 0.1 %.",
        [("retrieval", None, "latency", SLOW), ("generation", None, "latency", MORE_SLOW[3])], "retrieval",
        also=[{"stage": "generation", "signal": "latency"}]),
    "the second of two is no fault": made_up(
        "Retrieval and generation are the culprits: retrieval's P95 is 1.8 s, 6.0x usual; generation's "
        "P95 is 1.8 s, 6.0x usual.", [("retrieval", None, "latency", SLOW),
                                      ("generation", None, "latency", SLOW)], "retrieval"),
    "all as usual beside what cannot be judged": made_up(
        "OK: 1 stage normal (600 requests).",
        [("retrieval", None, "latency", {}),
         ("vector_db", "retrieval", "latency", {"current": None, "state": "error"})], None, "ok"),
    "all as usual beside a queue that is not known": made_up(
        "OK: 1 stage normal (600 requests).",
        [("retrieval", None, "latency", {"reason": "normal; queue: no such metric"})], None, "ok"),
    "a queue that is known": made_up(
        "OK: latency and errors normal in 1 stage (600 requests). Queue of retrieval cannot be "
        "judged: no such metric.", [("retrieval", None, "latency", {})], None, "ok"),
    "as usual beside what is faster": made_up(
        "OK: 1 stage normal (600 requests).",
        [("retrieval", None, "latency", {"current": 0.1, "ratio": 0.33, "reason": "faster than usual"})],
        None, "ok"),
    "as usual beside a third of the traffic": made_up(
        "OK: 1 stage normal (600 requests).",
        [("retrieval", None, "latency", {"reason": "normal; traffic 2.0/s, usually 6.0/s"}),
         ("retrieval", None, "traffic", {"current": 2, "baseline": 6, "ratio": 0.33})], None, "ok"),
    "traffic that is as usual": made_up(
        "Nothing is slow or failing in 1 stage (600 requests). The traffic of retrieval is 5.0/s, "
        "usually 6.0/s.",
        [("retrieval", None, "latency", {"reason": "normal; traffic 5.0/s, usually 6.0/s"}),
         ("retrieval", None, "traffic", {"current": 5, "baseline": 6, "ratio": 0.83})], None, "ok"),
    "failing less than half as often": made_up(
        "Nothing is slow or failing in 1 stage (600 requests). Retrieval fails less than usual (3.0 %, "
        "usually 4.0 %).", [("retrieval", None, "latency", {"reason": "normal; fails less than usual"}),
                            ("retrieval", None, "errors", {"current": 0.03, "baseline": 0.04})], None, "ok"),
    "failing as usual where that alarms": made_up(
        "OK: latency normal in 1 stage (600 requests). Retrieval fails as often as usual (30 %).",
        [("retrieval", None, "latency", {}),
         ("retrieval", None, "errors", {"current": 0.3, "baseline": 0.02, "severity": "critical"})], None, "ok"),
    "all as usual beside what fails less": made_up(
        "OK: 1 stage normal (600 requests).",
        [("retrieval", None, "latency", {"reason": "normal; fails less than usual"})], None, "ok"),
    "parts that are not called": made_up(
        "Retrieval has completed nothing since 08:48, usually 3.0/s, while its parts are called as usual.",
        [("retrieval", None, "latency", {"current": None, "state": "no_traffic", "reason": "CULPRIT: completes nothing"}),
         ("retrieval", None, "traffic", {"current": 0, "baseline": 3, "severity": "critical"}),
         ("vector_db", "retrieval", "latency", {}),
         ("vector_db", "retrieval", "traffic", {"current": 1, "baseline": 3, "ratio": 0.33})], "retrieval"),
    "a calm root with all of the blame": made_up(
        "OK: 1 stage normal (600 requests).",
        [("retrieval", None, "latency", {"blame": 1})], None, "ok"),
    "a stage that can be judged": made_up(
        "Retrieval is the culprit: its P95 is 1.8 s, 6.0x usual. Generation cannot be judged: several "
        "processes answer behind one port.",
        [("retrieval", None, "latency", SLOW), ("generation", None, "latency", {})], "retrieval"),
    "a tool that does not fail": {**made_up(
        "Tool calls are failing: 20 % of them, usually 0.1 %, mostly grep (40 % of its calls).",
        [("retrieval", None, "latency", {})], "tool_call"), "tools": [
            {"tool": "grep", "errors": 0.0, "baseline_errors": 0.0, "rate": 1, "severity": "ok",
             "errors_severity": "ok"}]},
    "fewer calls that failed": {**made_up(
        "OK: latency and errors normal in 1 stage (600 requests). Tool grep had only 15 calls, "
        "too few to judge, but 15 of them failed, usually 0 %.",
        [("retrieval", None, "latency", {})], None, "ok"), "tools": [
            {"tool": "grep", "errors": 0.4, "baseline_errors": 0.0, "rate": 0.05, "severity": "ok",
             "errors_severity": "ok"}]},
    "no requests, and there are some": made_up(
        "vector_db is the culprit: its P95 is 1.8 s, 6.0x usual, and explains 92 % of retrieval's rise. "
        "Generation has had no requests since 08:50, usually 2.0/s.",
        [("retrieval", None, "latency", SLOW), DB_SLOW, ("generation", None, "latency", {}),
         ("generation", None, "traffic", {"current": 1.0, "baseline": 2.0})], "vector_db"),
    "a tool that fails, and no incident": {**made_up(
        "OK: 1 stage normal (600 requests).", [("retrieval", None, "latency", {})],
        None, "ok"), "tools": [
            {"tool": "grep", "errors": 0.4, "baseline_errors": 0.0, "rate": 1, "severity": "ok",
             "errors_severity": "warning"}]},
    "a bound shown as a number": made_up(
        "Retrieval is the culprit: its P95 is 1.8 s, 6.0x usual.",
        [("retrieval", None, "latency", {**SLOW, "beyond_buckets": True})], "retrieval"),
}


def self_test():
    false, count = check(SOUND)
    good = not false and count == 2
    if not good:
        print(f"a sound report is refused: {false}")
    for what, document in FALSE.items():
        if not check(document)[0]:
            good = False
            print(f"not found: {what}")
    print(f"{len(FALSE)} false reports, each with a claim that the rows deny")
    return good


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--worlds", metavar="PROGRAM")
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=5, help="how many false ones are printed")
    parser.add_argument("--self-test", action="store_true")
    parser.add_argument("files", nargs="*")
    options = parser.parse_args()
    if options.self_test:
        return 0 if self_test() else 1
    if options.worlds:
        return 0 if run_worlds(options) else 1
    good = True
    for path in options.files:
        with open(path, encoding="utf-8") as file:
            for sentence, why in check(json.load(file))[0]:
                print(f"{path}: '{sentence}': {why}")
                good = False
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
