"""What `report --format json` promises: schema ragtop.report/1."""

import json
import re
from pathlib import Path

TEXT, NUMBER, LIST, OBJECT, BOOL, NULL = str, (int, float), list, dict, bool, type(None)
SEVERITIES = ("ok", "warning", "critical", "unknown")

DOCUMENT = {"schema": (TEXT,), "source": (TEXT,), "server": (TEXT, NULL),
            "at": (TEXT,), "window_seconds": (NUMBER,),
            "window_reason": ("few_requests", None),
            "baseline": (OBJECT,), "verdict": (OBJECT,), "rows": (LIST,), "tools": (LIST,),
            "tools_more": (NUMBER,), "infrastructure": (LIST,), "warnings": (LIST,),
            "alerts": (LIST, NULL), "alerts_elsewhere": (NUMBER, NULL),
            "alerts_unknown": (TEXT, NULL),
            "targets": (LIST, NULL), "targets_more": (NUMBER, NULL),
            "targets_unknown": (TEXT, NULL)}
TARGET = {"job": (TEXT,), "instance": (TEXT,), "stages": (LIST,), "severity": SEVERITIES,
          "health": ("up", "down", "unknown"), "last_scrape": (TEXT, NULL), "error": (TEXT, NULL),
          **dict.fromkeys(("took_seconds", "interval_seconds", "timeout_seconds"), (NUMBER, NULL))}
ALERT = {"name": (TEXT, NULL), "state": ("pending", "firing", "clearing"), "since": (TEXT, NULL),
         "stage": (TEXT, NULL), "severity": ("ok", "warning", "critical"), "value": (NUMBER, NULL),
         "summary": (TEXT, NULL), "labels": (OBJECT,), "receivers": (TEXT, NULL),
         **dict.fromkeys(("silenced", "inhibited", "muted"), (BOOL, NULL))}
BASELINE = {"kind": (TEXT,), "points": (NUMBER,), "days": (NUMBER,), "oldest": (TEXT, NULL)}
# Of src/config/signal.def.
DECLARED = tuple(re.findall(r'^DECLARED\(\w+, "(\w+)"', (Path(__file__).resolve().parents[2] / "src/config/signal.def").read_text(encoding="utf-8"), re.M))
VERDICT = {"severity": SEVERITIES,
           "condition": ("ok", "incident", "no_traffic", "too_few", "no_data", "unreachable"),
           "stage": (TEXT, NULL),
           "signal": ("latency", "errors", "calls", "traffic", "saturation", "targets", *DECLARED, None),
           "pod": (TEXT, NULL), "confidence": (NUMBER,), "summary": (TEXT,), "evidence": (LIST,),
           "evidence_more": (NUMBER,),
           "next": (LIST,), "also": (LIST,), "also_more": (NUMBER,), "changes": (LIST,),
           "changes_more": (NUMBER,)}
FAULT = {"stage": (TEXT,), "signal": VERDICT["signal"], "severity": ("warning", "critical")}
ROW = {"stage": (TEXT,), "parent": (TEXT, NULL), "metric": (TEXT,), "signal": (TEXT,),
       "statistic": ("p95", "mean", "value", "share"),
       "unit": ("seconds", "ratio", "per_second", "per_hour", "count"),
       "severity": SEVERITIES,
       "state": ("ok", "no_traffic", "no_data", "stale", "error", "too_few",
                 "unreliable", "absent"),
       "beyond_buckets": (BOOL,), "reason": (TEXT,), "promql": (TEXT, NULL),
       "since": (TEXT, NULL),
       "since_before": (TEXT, NULL),
       "drift": (OBJECT, NULL),
       **dict.fromkeys(("current", "current_low", "current_high", "baseline", "spread", "ratio",
                        "score", "requests", "blame", "age"), (NUMBER, NULL))}
DRIFT = {"per_day": (NUMBER,), "since": (TEXT,)}
SOURCE = {"name": (TEXT,), "url": (TEXT,), "server": (TEXT, NULL), "at": (TEXT,),
          "window_seconds": (NUMBER,), "window_reason": DOCUMENT["window_reason"],
          "baseline": (OBJECT,), "severity": SEVERITIES,
          "condition": VERDICT["condition"], "stage": (TEXT, NULL), "signal": VERDICT["signal"],
          "pod": (TEXT, NULL), "confidence": (NUMBER,), "summary": (TEXT,)}
TOOL = {"tool": (TEXT,), "since": (TEXT, NULL), "since_before": (TEXT, NULL),
        "calls": (NUMBER, NULL), "rate": (NUMBER, NULL),
        "severity": SEVERITIES, "errors_severity": SEVERITIES, "latency_severity": SEVERITIES,
        "state": ROW["state"],
        "reason": (TEXT,), **dict.fromkeys(
            ("baseline_rate", "per_request", "baseline_per_request", "ratio", "score", "errors",
             "baseline_errors", "latency", "baseline_latency"), (NUMBER, NULL))}


def parse(test, text):
    """The document in TEXT, checked against the schema."""
    document = json.loads(text, parse_constant=lambda word: test.fail(f"{word} is no JSON"))
    test.assertEqual(document["schema"], "ragtop.report/1")
    check(test, "document", document, DOCUMENT)
    check(test, "baseline", document["baseline"], BASELINE)
    check(test, "verdict", document["verdict"], VERDICT)
    for fault in document["verdict"]["also"]:
        check(test, "fault", fault, FAULT)
    for source in document.get("sources", []):
        check(test, f"source {source.get('name')}", source, SOURCE)
        check(test, "baseline", source["baseline"], BASELINE)
    if "sources" in document:       # then everything says where it is from
        names = {source["name"] for source in document["sources"]}
        for part in (document["verdict"], *document["rows"], *document["tools"]):
            test.assertIn(part["source"], names)
    for row in document["rows"]:
        check(test, f"row {row.get('stage')}", row, ROW)
        if row["drift"]:
            check(test, f"drift of {row['stage']}", row["drift"], DRIFT)
    for tool in document["tools"]:
        check(test, f"tool {tool.get('tool')}", tool, TOOL)
    for alert in document["alerts"] or []:
        check(test, f"alert {alert.get('name')}", alert, ALERT)
    if document["alerts"] is None:
        test.assertTrue(document["alerts_unknown"])
    for target in document["targets"] or []:
        check(test, f"target {target.get('instance')}", target, TARGET)
    if document["targets"] is None:
        test.assertTrue(document["targets_unknown"])
    for texts in (document["warnings"], document["verdict"]["evidence"],
                  document["verdict"]["next"]):
        test.assertTrue(all(isinstance(text, str) for text in texts), texts)
    test.assertRegex(document["at"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
    test.assertTrue(0 <= document["verdict"]["confidence"] <= 1)
    return document


def check(test, what, given, keys):
    """GIVEN has all KEYS, each with one of its types or values; more keys are allowed."""
    for key, allowed in keys.items():
        test.assertIn(key, given, what)
        value = given[key]
        types = tuple(t for a in allowed for t in (a if isinstance(a, tuple) else (a,))
                      if isinstance(t, type))
        good = isinstance(value, types) if types else value in allowed
        if isinstance(value, bool) and BOOL not in types:
            good = False
        test.assertTrue(good, f"{what}: {key} is {value!r}, allowed: {allowed}")


def row(document, stage, signal="latency", source=None):
    """The row of a stage and signal, of the source of that name."""
    return next(r for r in document["rows"]
                if (r["stage"], r["signal"], r.get("source")) == (stage, signal, source))
