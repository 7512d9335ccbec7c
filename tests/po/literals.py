#!/usr/bin/python3
"""usage: tests/po/literals.py [FOLDER...]

Finds texts for the reader that cannot be translated: string literals that are not given to _(), N_()
or text_count(), of two words or more, of a word beside a number or a conversion, or of one word where
it is SHOWN. What no reader sees is listed in SILENT, by the function that it is given to, and in KEPT,
by its file. Prints each with its place; the status is 1 if there are any.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOKEN = re.compile(r"""//[^\n]*|/\*.*?\*/|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)+'|\w+|[^\w\s]|\s+""", re.S)
CONVERSION = r"%[-+#0-9.*']*(?:hh|h|ll|l|j|z|t)?[a-zA-Z]"
WORDS = re.compile(rf"[A-Za-z]{{2,}}[,;:]? [A-Za-z]{{2,}}|(?:{CONVERSION}|\b\d+|\b[Aa]) [a-z]{{3,}}"
                   rf"|[a-z]{{3,}}[,:;]? (?:{CONVERSION}|\d+\b)")
WORD = re.compile(r"[A-Za-z]{4,}")
STATISTIC = re.compile(r"P\d\d")
# what shows a text as it is: functions, and structs of which it is the first field
SHOWN = {"app_note", "note_set", "store_add_note", "phrase_add_sentence", "page_add_text", "canvas_text"}
FIELD = re.compile(r'struct view_(?:text|cell|key)\)\s*\{\s*"((?:[^"\\\n]|\\.)*)"')

TRANSLATED = {"_", "N_", "text_get", "text_count"}
SILENT = {"check_die", "static_assert", "_Static_assert", "include", "X", "check_failed", "sscanf", "STATUS", "strstr", "strcmp", "strncmp", "GROUP", "CODE"}
ALL = None
PROGRAM = r"ragtop: %s\n"
KEPT = {
    # names of the program, of commands and of keys of the configuration
    "draw/pane_page.c": {"ragtop"},
    "pages/tabs.c": {"page %s"},
    "pages/footer.c": {"line 1 ..."},
    "pages/roomy.c": {"page %s"},
    "pages/pages.c": {"--page: %s"},
    "config/config.c": {"profile %s"},
    "export/checked_table.c": {"metric %.*s"},
    "config/recorded.c": {", kind: %s"},
    "tape/tape_file.c": {"ragtop recording "},
    "config/usage.c": {"  ragtop %s%s%s"},
    "app/line_choice.c": {"line all"},
    "app/silencing.c": {"silence %s ", "extend %s"},
    "cmd/check_collect.c": {"native histogram", "histogram or summary"},
    "words/doubt.c": {"latency: {sum: %s, count: %s, unit: %s}"},
    # what notes are told apart by, hashes are made of, and the log says
    "poll/lookup_note.c": {"metric %.*s"},
    "endpoint/identity.c": {r"header %.*s\n"},
    # what other programs send or read
    "term/clipboard.c": {r"\x1b]9;ragtop: %s\a"},
    "http/transfer.c": {"Content-Type: application/json"},
    "prom/complaint.c": {": parse error: ", 'invalid parameter \\"query\\": ', 'unparsed data left: \\"'},
    "poll/answer.c": {"%-8s %3ld %6.1f ms %8zu bytes %s", "from %s: "},
    "view/machine_pane.c": {r"kubectl -n %s logs %s -c %s --since=1h\n",
                            r"kubectl -n %s logs %s -c %s --previous\n",
                            r"kubectl -n %s logs %s --all-containers --since=1h\n",
                            r"kubectl -n %s describe pod %s\n"},
    "poll/router.c": {"silence not found", "GET alerts", "GET silences", "GET groups", "alertmanager %3ld %6.1f ms %8zu bytes %s of %s%s%s"},
    "poll/hint.c": {"kubectl -n %.*s port-forward svc/%.*s 9090:%d"},
    "series/labels.c": {"pod, pod_name, k8s_pod_name, kubernetes_pod_name, replica, hostname, host_name, host, instance"},
    "export/picture.c": ALL,
    "export/pipeline_yaml.c": ALL,
    # rule files, and what programs read in them
    "export/rule_file.c": {r"apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata:\n  name: ragtop-rules\n  namespace: monitoring\n  labels:\n    app.kubernetes.io/name: ragtop\n    prometheus: k8s\n    role: alert-rules\nspec:\n"},
    "export/rule_tests.c": ALL,
    "export/grafana.c": {"ragtop: %s"},
    # JSON and CSV, which are English everywhere
    "export/report_csv.c": {"and %zu more, less busy", "and %zu more"},
    "export/row.c": ALL,
    # SQL, file formats, and what the log says of the cache
    "cache/database.c": ALL,
    "cache/folder.c": ALL,
    "cache/day_page.c": ALL,
    "cache/saved_text.c": {"ragtop baseline "},
    "watch/memory.c": {"no cache of history in %s: %s"},
    # PromQL
    "catalogue/pick_query.c": ALL,
    "catalogue/guess.c": ALL,
    "plan/change_query.c": ALL,
    "plan/infra_query.c": ALL,
    "plan/places.c": ALL,
    "feed/exists.c": ALL,
    "plan/board.c": ALL,
    "plan/audit.c": ALL,
    "plan/conduct.c": ALL,
    "plan/depth.c": ALL,
    "plan/interval.c": ALL,
    "plan/older.c": ALL,
    "plan/plan.c": ALL,
    "plan/promql.c": ALL,
    "plan/rule_expr.c": ALL,
    "plan/ruleset.c": ALL,
    "plan/declared_expr.c": ALL,
    "plan/replicas.c": ALL,
    "plan/targets.c": ALL,
    "plan/write.c": ALL,
    "poll/holdings.c": ALL,
    "poll/width.c": ALL,
    # YAML, as it is to be written
    "config/file.c": {"{kind: file, file: *}"},
    # names of products
    "prom/server_kind.c": {"Grafana Mimir", "Amazon Managed Prometheus", "Google Managed Prometheus"},
    # a bug, for those who wrote it
    "base/check.c": {r"ragtop: bug: %s:%d: %s\n"},
    # what libyaml says, to be told from one another
    "yaml/syntax.c": {"mapping values are not allowed in this context", "did not find expected ',' or '}'",
                      "did not find expected ',' or ']'", "did not find expected key",
                      "did not find expected '-' indicator", "could not find expected ':'",
                      "found unexpected end of stream", "block sequence entries are not allowed in this context",
                      "exceeded max depth"},
    "pages/jobs_pane.c": {"connection refused", "no such host", "context deadline exceeded",  # Prometheus says it
                             "no route to host", "server returned HTTP status "},
    "doctor/target_checks.c": {"connection refused", "no such host", "context deadline exceeded", "no route to host",
                               "HTTP status 401", "HTTP status 403", "HTTP status 404",
                               "expected a valid start token", "limit exceeded"},
}


def literals(text):
    """(line, text, the functions around it from the inside) of each literal; neighbours are one."""
    line, calls, last, joined = 1, [], "", None
    for match in TOKEN.finditer(text):
        token = match[0]
        if token[0] == '"':
            if joined is None:
                joined = [line, "", [name for name in reversed(calls) if name]]
            joined[1] += token[1:-1]
        elif not token.isspace() and token[:2] not in ("//", "/*"):
            if joined and token not in ("PRId64", "PRIu64", "PRIx64"):
                yield tuple(joined)
                joined = None
            if token == "(":
                calls.append(last if re.fullmatch(r"\w+", last) else "")
            elif token == ")" and calls:
                calls.pop()
            last = token
        line += token.count("\n")


def is_kept(name, words):
    return words == PROGRAM or name in KEPT and (KEPT[name] is ALL or words in KEPT[name])


def is_text(words, calls):
    return WORDS.search(words.replace("\\n", " ")) or STATISTIC.fullmatch(words) or (calls and calls[0] in SHOWN and WORD.fullmatch(words))


def untold(text):
    """(line, text, the functions around it) of each literal, and of each that a struct shows."""
    yield from literals(text)
    for match in FIELD.finditer(text):
        if WORD.fullmatch(match[1]):
            yield text.count("\n", 0, match.start(1)) + 1, match[1], ["canvas_text"]


def faults(folders):
    """'file:line: text' of each."""
    for path in sorted((ROOT / "src").rglob("*.[ch]")):
        name = path.relative_to(ROOT / "src").as_posix()
        if folders and name.split("/")[0] not in folders:
            continue
        text = re.sub(r"^\s*#.*?(?<!\\)$", lambda m: "\n" * m[0].count("\n"), path.read_text(encoding="utf-8"),
                      flags=re.M | re.S)
        for line, words, calls in untold(text):
            if is_text(words, calls) and not is_kept(name, words) and \
                    not (calls and (set(calls) & TRANSLATED or calls[0] in SILENT)):
                yield f"src/{name}:{line}: {words}"


def main():
    found = list(faults(sys.argv[1:]))
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
