"""Servers that misbehave, and mistakes on the command line: a sentence each, and no harm done.

FAULTS says for every fault of tests/http/misbehave.py what a tired reader must at least find in the
message. The words are chosen so that another way to say the same still passes.
"""

import re
import tempfile
import unittest
from pathlib import Path

import servers
from live import ENTER, ESC, Live, check_clean, check_restored
from program import check_sane, run
from report_schema import parse

UNKNOWN, USAGE = 3, 64

NO_DATA = ("No data",)                  # an honest answer, of a server that knows nothing
FAULTS = {
    "hang": ("no answer", "within 1 s"),
    "hold": ("no answer", "within 1 s"),
    "drip": ("incomplete", "1 s"),
    "reset": ("reset the connection",),
    "empty": ("closed the connection",),
    "cut": ("cut", "512 bytes"),
    "cut-chunked": ("cut", "512 bytes"),
    "json-cut": ("cut",),
    "nothttp": ("not speak HTTP",),
    "badstatus": ("not speak HTTP",),
    "headers": ("endless headers",),
    "longheader": ("header",),
    "html": ("web page", "Prometheus"),
    "json-wrong": ("from a Prometheus API",),
    "thanos": ("No StoreAPIs matched", "Thanos"),
    "mimir": ("401", "--tenant"),
    "mimir-root": ("401", "--tenant"),
    "victoria": ("VictoriaMetrics", "partial"),
    "victoria-422": ("cannot parse",),
    "tenancy": ("400", "malformed"),
    "bad-metrics": ("line 3", "cannot be read"),
    "aws": ("403", "credentials"),
    "nobody": ("is not a Prometheus", "the answer is empty (HTTP status 200)"),
    "deep": ("from a Prometheus API",),
    "400": ("parse error: unclosed left parenthesis",),
    "401": ("401", "credentials"),
    "403": ("403", "credentials", "system:serviceaccount:rag:default"),
    "404": ("404", "no Prometheus API at this URL"),
    "422": ("too many samples",),
    "429": ("429", "too many"),
    "429-date": ("429", "slow down"),
    "retry-after": ("503", "come back later"),
    "500": ("open chunk: input/output error",),
    "502": ("502",),
    "503": ("503", "not ready"),
    "redirect-loop": ("redirect",),
    "redirect-away": ("redirect", "sso.invalid"),
    "redirect-host": NO_DATA,
    "elsewhere": ("redirects to localhost:", "404"),
    "no-post-away": ("503", "not ready"),
    "refused-away": ("redirects to localhost:1", "refused"),
    "elsewhere-tls": ("redirects to localhost:", "not speak TLS", "correct the redirect"),
    "flap": (),                         # what is said depends on who wins; see Report.test_flap
    "huge": ("16 MiB",),
    "large": ("from a Prometheus API",),
    "announced": ("16 MiB",),
    "gzip-bomb": ("16 MiB",),
    "badgzip": ("compressed", "broken"),
    "ok": NO_DATA,
    "204": ("is not a Prometheus", "the answer is empty (HTTP status 204)"),
    "504": ("504", "proxy"),
    "plain-to-tls": ("https://",),
    "badchunk": ("cut", "10 bytes"),
    "badlength": ("not speak HTTP",),
    "short": ("cut",),
    "slow-headers": ("no answer", "within 1 s"),
    "nul": NO_DATA,
    "nul-only": ("is not a Prometheus", "the answer is binary"),
    "beyond": NO_DATA,
    "types": (),                        # see Report.test_types
    "control": NO_DATA,
    "nan": NO_DATA,
    "gzip": NO_DATA,
    "gzip-large": ("from a Prometheus API",),
    "no-post": NO_DATA,
    "no-post-501": NO_DATA,
    "bar-post-200": NO_DATA,
    "bar-post-400": NO_DATA,
    "bar-post-403-json": NO_DATA,
    "bar-post-415-json": NO_DATA,
    "bar-post-404-json": NO_DATA,
    "bar-post-400-json": NO_DATA,
    "bar-post-403": NO_DATA,
    "bar-post-406": NO_DATA,
    "bar-post-415": NO_DATA,
    "bar-all": ("403", "may not query"),
    "bar-all-json": ("403", "not your team"),
    "redirect": NO_DATA,
    "redirect-302": NO_DATA,
    "skew": NO_DATA,
    "skew-crossed": NO_DATA,
    "warnings": ("partial response",),
}
ANSWERED = {fault for fault, words in FAULTS.items() if words is NO_DATA} | {
    "warnings", "thanos", "victoria"}

MISTAKES = {        # arguments of report: words that say what and where
    ("ftp://localhost:9090",): ("ftp://localhost:9090", "http"),
    ("http://",): ("host is missing",),
    ("http://localhost:99999",): ("port",),
    ("http://local host/",): ("space",),
    ("http://x/\x1b[2Jy",): ("URL",),
    ("--nope",): ("--nope", "not an option"),
    ("--\x1b]0;x\x07",): ("not an option",),
    ("--window",): ("--window", "value"),
    ("--window", "banana"): ("--window banana", "5m"),
    ("--window=-5m",): ("--window -5m",),
    ("--span", "0"): ("--span 0",),
    ("--timeout", "1e99s"): ("--timeout",),
    ("--at", "someday"): ("--at someday", "-30m"),
    ("--page", "stage"): ("--page is for the live dashboard",),
    ("--baseline", "weekly"): ("--baseline weekly", "recent"),
    ("--format", "pdf"): ("--format pdf", "json"),
    ("--selector", "namespace="): ("--selector", "quotes"),
    ("--selector", 'a="b'): ("--selector",),
    ("--selector", 'a="b"} or vector(1) #'): ("--selector",),
    ("--profile", "\x1b[31m"): ("--profile", "a component"),
    ("--config", "/nonexistent/x.yaml"): ("/nonexistent/x.yaml", "no such file"),
    ("--bearer-token-file", "/nonexistent/token"): ("/nonexistent/token",),
    ("--cacert", "/nonexistent/ca.pem"): ("/nonexistent/ca.pem",),
    ("--log", "/nonexistent/log"): ("/nonexistent/log",),
    ("--theme", "nope"): ("nope",),
    ("--header", "no colon"): ("--header",),
    ("repotr",): ("repotr", "unexpected argument"),
    ("http://localhost", "more"): ("more", "unexpected argument"),
}

FILES = {           # a config file: its line and column, and words
    "source:\n  url: [1,2\n": (r"3:1", "expected"),
    "window: 5m\nwindwo: 3\n": (r"2:1", "unknown key 'windwo'"),
    "window: five\n": (r"1:9", "duration"),
    "refresh: {a: b}\n": (r"1:\d+", "refresh"),
    "stages:\n  - name: a\n    expr: {latency: 'sum(rate(foo[5m])'}\n":
        (r"3:\d+", "')' is missing"),
    "stages:\n  - name: a\n    expr: {latency: 'sum(rate(foo[5m]'}\n": (r"3:\d+", "missing"),
    "stages:\n  - latency: a\n": (r"2:\d+", "name"),
    "stages:\n  - {name: a, latency: 'x{y=}'}\n": (r"2:\d+", "quotes"),
    "selector: 'a=b'\n": (r"1:\d+", "quotes"),
    "profiles: [nope]\n": (r"1:\d+", "nope"),
    "a: &x [*x]\n": (r"1:\d+", ""),
    "window: \"\x1b[2J\"\n": (r"1:\d+", ""),
    "\x00\x01\x02": (r"1:\d+", ""),
    "- a\n- b\n": (r"1:1", ""),
    "stages: " + "[" * 5000 + "]" * 5000: (r"1:\d+", ""),
}


# These are waited for to the end; all others answer, for which a busy machine may take its time.
ENDLESS = ("hang", "hold", "drip", "slow-headers", "flap", "types", "192.0.2.1:9090")
GIVES_UP_AFTER = 3      # as many time-outs
MACHINE_S = 30          # to start, to end


def timeout_s(url):
    return 1 if Path(url).name in ENDLESS else 20


def said_of(text, url):
    """TEXT as one line, and without the URL, in which the fault has its name."""
    return " ".join(text.replace(url, "URL").split())


class Report(unittest.TestCase):
    """`ragtop report` ends in time, with status 3 and a sentence."""

    def check_report(self, url, words, *arguments, allowed=""):
        ended = run("report", "--timeout", f"{timeout_s(url)}s", *arguments, url)
        check_sane(self, ended, allowed)
        self.assertEqual(ended.status, UNKNOWN, ended.said)
        self.assertLess(ended.seconds, GIVES_UP_AFTER * timeout_s(url) + MACHINE_S)
        for word in words:
            self.assertIn(word, said_of(ended.said, url))
        self.assertLessEqual(len(ended.err.splitlines()), 1, ended.err)
        return ended

    def test_faults(self):
        for fault, words in FAULTS.items():
            with self.subTest(fault):
                if fault in ("flap", "types"):
                    continue
                ended = self.check_report(servers.misbehave().url(fault), words)
                if fault not in ANSWERED:
                    self.assertTrue(ended.err.startswith("ragtop: "), ended.err)
                    self.assertNotIn("Asking", ended.out)

    def test_flap(self):
        """Every second request fails: an answer or the reason, but not "asking" at the end."""
        servers.misbehave().manage("reset")
        ended = self.check_report(servers.misbehave().url("flap"), ())
        self.assertNotIn("Asking", ended.out)

    def test_types(self):
        """Values of a wrong type at every place: an answer or the reason, and no harm done."""
        for _ in range(12):
            ended = self.check_report(servers.misbehave().url("types"), ())
            self.assertNotIn("Asking", ended.out)

    def test_every_fault_is_here(self):
        known = set(servers.faults())
        self.assertEqual(known, set(FAULTS))

    def test_json_says_it_too(self):
        ended = self.check_report(servers.misbehave().url("401"), ("401",), "--format", "json",
                                  allowed="\t")
        verdict = parse(self, ended.out)["verdict"]
        self.assertEqual((verdict["severity"], verdict["condition"]), ("unknown", "unreachable"))
        self.assertIn("401", verdict["summary"])

    def test_nobody_listens(self):
        self.check_report("http://127.0.0.1:1", ("refused", "127.0.0.1:1"))

    def test_unknown_host(self):
        self.check_report("http://no.such.host.invalid:9090",
                          ("cannot resolve", "no.such.host.invalid"))

    def test_tls_where_none_is(self):
        self.check_report(servers.misbehave().url("ok").replace("http:", "https:"), ("TLS",))

    def test_wrong_path(self):
        self.check_report(servers.misbehave().url("404/prefix"), ("404", "its path may be wrong, or one too many"))

    def test_silent_network(self):
        """An address that swallows packets; where the network says so at once, that is fine too."""
        self.check_report("http://192.0.2.1:9090", ("192.0.2.1",))


class Mistakes(unittest.TestCase):
    """Status 64 and one line that says what and where, before anybody is asked."""

    def check_mistake(self, words, *arguments):
        ended = run("report", *arguments)
        check_sane(self, ended)
        self.assertEqual(ended.status, USAGE, ended.said)
        self.assertEqual(ended.out, "")
        self.assertRegex(ended.err, r"\Aragtop: [^\n]+\n\Z")
        for word in words:
            self.assertIn(word, ended.err)
        return ended

    def test_options(self):
        for arguments, words in MISTAKES.items():
            with self.subTest(arguments):
                self.check_mistake(words, *arguments)

    def test_files(self):
        for text, (place, words) in FILES.items():
            with self.subTest(text[:60]):
                name = servers.file(text)
                ended = self.check_mistake([words], "--config", name)
                self.assertRegex(ended.err, re.escape(name) + ":" + place + ": ")

    def test_folder_as_file(self):
        with tempfile.TemporaryDirectory() as folder:
            self.check_mistake([folder], "--config", folder)

    def test_url_in_environment(self):
        ended = run("report", RAGTOP_URL="gopher://x")
        check_sane(self, ended)
        self.assertEqual(ended.status, USAGE)
        self.assertIn("RAGTOP_URL", ended.err)


class Screen(unittest.TestCase):
    """The live program answers keys whatever the server does, and its screen stays clean."""

    CASES = ("hang", "drip", "reset", "nothttp", "html", "400", "401", "404", "422", "429", "503",
             "huge", "gzip-bomb", "deep", "redirect-loop", "control", "nan", "flap")

    def check_live(self, url, words, *arguments):
        with Live("--timeout", f"{timeout_s(url)}s", *arguments, url, size=(100, 30)) as live:
            def said():
                text = said_of(live.text(), url).lower()    # the screen has NO DATA in capitals
                return all(word.lower() in text for word in words)
            live.wait(said, words)
            live.press("?")
            live.wait_for("This page:")
            live.press(ESC + "jk" + ENTER)
            live.wait_gone("This page:")
            live.press("r" + ESC)
            live.wait(said, words)
            self.assertEqual(live.quit(), 0)
            check_restored(self, live)
            check_clean(self, live)
            self.assertEqual(live.errors(), "")

    def test_faults(self):
        for fault in self.CASES:
            with self.subTest(fault):
                self.check_live(servers.misbehave().url(fault), FAULTS[fault])

    def test_nobody_listens(self):
        self.check_live("http://127.0.0.1:1", ("refused",))

    def test_strange_labels(self):
        """Label values that steer terminals, where labels are shown: as stages and tools."""
        config = servers.file("""
            stages_by_label: {latency: up, label: esc}
            tools: {calls: up, label: c1}
        """)
        self.check_live(servers.misbehave().url("control"), (), "-c", config)
        for arguments in (("report",), ("--screenshot",), ("report", "--format", "markdown"),
                          ("--screenshot", "--format", "svg")):
            ended = run(*arguments, "-c", config, servers.misbehave().url("control"))
            check_sane(self, ended)

    def test_log_of_strange_answers(self):
        """What a server says does not get into the log raw."""
        for fault in ("control", "nothttp", "403", "422", "html"):
            ended = run("report", "-v", servers.misbehave().url(fault))
            check_sane(self, ended)


if __name__ == "__main__":
    unittest.main()
