"""`ragtop doctor` on a real Prometheus whose targets, rules and names are wrong, on one where they
are right, and on a VictoriaMetrics, which does not tell everything."""

import contextlib
import http.server
import json
import sys
import tempfile
import textwrap
import threading
import time
import unittest
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "demo"))

# pylint: disable=wrong-import-position
from processes import Child, free_ports                     # noqa: E402
from program import check_sane, run                         # noqa: E402

DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
DEAD = "127.0.0.1:1"    # nobody listens there
PAUSE_S, LIMIT_S = 3.4, 4       # of a slow scrape
USERS = 30

BAD = """
    stages:
      - name: retrieval
        latency: kotaemon_retrieval_latency_seconds
        errors: kotaemon_error_total{stage="retrieval"}
      - name: generation
        latency: kotaemon_generation_latency
    tools: {calls: kotaemon_tool_calls, label: tool_name}
"""
GOOD = """
    stages:
      - name: retrieval
        latency: kotaemon_search_latency_seconds
        errors: kotaemon_error_total{stage="retrieval"}
"""
BAD_RULES = """
    groups:
      - name: agent
        interval: 1s
        rules:
          - alert: HighRetrievalLatency
            expr: >
              rate(kotaemon_retrieval_latency_sum[5m]) / rate(kotaemon_retrieval_latency_count[5m]) > 1.0
            for: 3m
          - alert: Gone
            expr: absent(kotaemon_retrieval_latency_sum)
          - alert: Either
            expr: kotaemon_retrieval_latency_sum > 1 or up == 0
          - alert: OtherJob
            expr: up{job="kotaemon-agnet"} == 0
          - alert: EtcdNoLeader
            expr: etcd_server_has_leader == 0
          - alert: Fails
            expr: label_replace(kotaemon_tool_calls, "tool_name", "same", "", "") > 0
"""
GOOD_RULES = """
    groups:
      - name: agent
        interval: 5s
        rules:
          - alert: Slow
            expr: >
              histogram_quantile(0.95, sum by (le) (rate(kotaemon_search_latency_seconds_bucket[5m]))) > 1
"""
TOOLS = ("search", "sql_query")


def page(count):
    """What the agent exports once it has answered COUNT requests, each in 0.2 s."""
    lines = ["# TYPE kotaemon_retrieval_latency_seconds summary",
             f"kotaemon_retrieval_latency_seconds_sum {count * 0.2}",
             f"kotaemon_retrieval_latency_seconds_count {count}",
             "# TYPE kotaemon_generation_latency histogram"]
    lines += [f'kotaemon_generation_latency_bucket{{le="{le}"}} {count * (le == "+Inf")}'
              for le in (0.05, 0.1, "+Inf")]
    lines += [f"kotaemon_generation_latency_sum {count * 0.2}",
              f"kotaemon_generation_latency_count {count}",
              "# TYPE kotaemon_search_latency_seconds histogram"]
    lines += [f'kotaemon_search_latency_seconds_bucket{{le="{le}"}} {count * (le == "+Inf" or le > 0.2)}'
              for le in (0.05, 0.1, 0.15, 0.2, 0.25, 0.5, 1, "+Inf")]
    lines += [f"kotaemon_search_latency_seconds_sum {count * 0.2}",
              f"kotaemon_search_latency_seconds_count {count}",
              "# TYPE kotaemon_error_total counter",
              'kotaemon_error_total{stage="retrieval"} 0',
              "# TYPE kotaemon_tool_calls counter"]
    lines += [f'kotaemon_tool_calls{{tool_name="{tool}"}} {count}' for tool in TOOLS]
    lines += ["# TYPE kotaemon_asked_total counter"]
    lines += [f'kotaemon_asked_total{{user_id="u{user}"}} {count}' for user in range(USERS)]
    return "\n".join(lines) + "\n"


# What kube-state-metrics would tell of the agent's pod: it has a limit of memory, and none of CPU.
STATE = """\
kube_pod_info{namespace="rag",pod="agent-1"} 1
kube_pod_container_resource_limits{namespace="rag",pod="agent-1",container="agent",resource="memory"} 1e9
kube_networkpolicy_created{namespace="monitoring",networkpolicy="all"} 1
"""


class Agent(http.server.ThreadingHTTPServer):
    """Counts requests as time passes; /slow takes its time, and /good exports no users."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.since = time.monotonic()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def place(self):
        return f"127.0.0.1:{self.server_port}"


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers for the agent."""

    def do_GET(self):       # pylint: disable=invalid-name
        """A page of metrics."""
        if self.path == "/slow":
            time.sleep(PAUSE_S)
        text = page(int((time.monotonic() - self.server.since) * 20) + 1)
        if self.path == "/good":
            text = "".join(line for line in text.splitlines(True) if "asked" not in line)
        self.send_response(200)
        self.end_headers()
        with contextlib.suppress(OSError):      # a server that ends hangs up
            self.wfile.write({"/slow": "slow_metric 1\n", "/state": STATE}.get(self.path, text).encode())

    def log_message(self, *_):      # pylint: disable=arguments-differ
        """Nobody reads it."""


class Doctor(unittest.TestCase):
    """Each test starts the server that it asks about."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="ragtop doctor ")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.port, = free_ports(1)
        self.agent = Agent()
        self.addCleanup(self.agent.server_close)
        self.addCleanup(self.agent.shutdown)

    def write(self, name, text):
        path = self.folder / name
        path.write_text(textwrap.dedent(text) if isinstance(text, str) else json.dumps(text),
                        encoding="utf-8")
        return path

    def jobs(self, bad):
        static = [{"targets": [self.agent.place]}]
        if not bad:
            return [{"job_name": "kotaemon-agent", "metrics_path": "/good", "scrape_interval": "1s",
                     "static_configs": static}]
        drop = [{"source_labels": ["__address__"], "action": "drop", "regex": ".*"}]
        pod = [{"targets": [self.agent.place], "labels": {"namespace": "rag", "pod": "agent-1"}}]
        return [{"job_name": "kotaemon-agent", "static_configs": pod},
                {"job_name": "kube-state-metrics", "metrics_path": "/state", "honor_labels": True,
                 "static_configs": static},
                {"job_name": "slow", "metrics_path": "/slow", "static_configs": static,
                 "scrape_interval": f"{LIMIT_S}s", "scrape_timeout": f"{LIMIT_S}s"},
                {"job_name": "dead", "static_configs": [{"targets": [DEAD]}]},
                {"job_name": "serviceMonitor/monitoring/kotaemon-agent-monitor/0",
                 "static_configs": static, "relabel_configs": drop},
                {"job_name": "self",
                 "static_configs": [{"targets": [f"127.0.0.1:{self.port}"]}]}]

    def configuration(self, bad, rules):
        own = {"rule_files": [str(self.write("rules.yaml", rules))]} if rules else {}
        sent = {} if bad else {"alerting": {"alertmanagers": [{"static_configs": [{"targets": [DEAD]}]}]}}
        return self.write("prometheus.yml", {
            "global": {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"},
            "scrape_configs": self.jobs(bad), **own, **sent})

    def start_prometheus(self, bad, rules):
        server = Child("prometheus", ["prometheus", f"--config.file={self.configuration(bad, rules)}",
                                      f"--storage.tsdb.path={self.folder / 'data'}",
                                      f"--web.listen-address=127.0.0.1:{self.port}"], self.folder)
        self.addCleanup(server.end)
        server.wait_until(lambda: self.is_ready(bad))
        return f"http://127.0.0.1:{self.port}"

    def ask(self, path):
        try:
            with DIRECT.open(f"http://127.0.0.1:{self.port}/api/v1/{path}", timeout=5) as answer:
                return json.load(answer)["data"]
        except (OSError, ValueError):
            return None

    def is_ready(self, bad):
        """Rates of the agent's requests are there, and every rule was evaluated."""
        rate = self.ask("query?query=rate(kotaemon_generation_latency_count[1m]%20offset%205s)")
        targets, rules = self.ask("targets?state=active"), self.ask("rules")
        if not (rate and rate["result"] and targets and rules):
            return False
        slow = [t for t in targets["activeTargets"] if t["labels"]["job"] == "slow"]
        all_rules = [rule for group in rules["groups"] for rule in group["rules"]]
        return (all(rule["health"] != "unknown" for rule in all_rules)
                and all(target["lastScrapeDuration"] > 0 for target in slow)
                and bad == bool(slow))

    def doctor(self, config, url, *arguments):
        ended = run("doctor", "-c", self.write("ragtop.yaml", config), "--no-cache",
                    "--refresh", "1s", *arguments, url)
        check_sane(self, ended, "\t")
        self.assertEqual(ended.err, "")
        return ended

    def findings(self, document, check):
        return [f for f in document["findings"] if f["check"] == check]

    def found(self, document, check, where):
        found = [f for f in self.findings(document, check) if f["where"] == where]
        self.assertEqual(len(found), 1, document["findings"])
        return found[0]

    def test_a_bad_one(self):
        url = self.start_prometheus(True, BAD_RULES)
        ended = self.doctor(BAD, url, "--format", "json")
        document = json.loads(ended.out)
        self.assertEqual(ended.status, 2, ended.out)
        self.assertEqual(document["schema"], "ragtop.doctor/1")
        self.assertEqual(document["severity"], "critical")
        self.check_all_were_made(document)
        self.check_rules(document)
        self.check_targets(document)
        self.check_cluster(document)
        self.check_stages(document)
        self.check_documents(url, document)

    def check_all_were_made(self, document):
        """The server understood every question."""
        open_ones = {check["check"] for check in document["checks"]
                     if check["result"] in ("not_checked", "not_applicable") or check["not_checked"]}
        self.assertEqual(open_ones, set(), document["checks"])

    def check_rules(self, document):
        never = self.findings(document, "rules-never-fire")
        self.assertEqual({f["where"] for f in never},
                         {"alert HighRetrievalLatency", "alert OtherJob", "rules"}, never)
        article = self.found(document, "rules-never-fire", "alert HighRetrievalLatency")
        self.assertEqual(article["severity"], "critical")
        self.assertEqual(article["stage"], "retrieval")
        self.assertIn("kotaemon_retrieval_latency_seconds_sum", article["fix"])
        self.assertIn("rate(kotaemon_retrieval_latency_seconds_count[5m])", article["code"])
        self.assertIn('up{job="kotaemon-agnet"}',
                      self.found(document, "rules-never-fire", "alert OtherJob")["what"])
        self.assertIn("EtcdNoLeader", self.found(document, "rules-never-fire", "rules")["what"])
        fails = self.found(document, "rules-fail", "alert Fails")
        self.assertIn("Its evaluation fails: ", fails["what"])
        self.found(document, "alertmanagers", "server")

    def check_targets(self, document):
        dead = self.found(document, "targets", "job dead")
        self.assertIn("connection refused", dead["what"])
        self.assertIn("Nothing listens there", dead["fix"])
        slow = self.found(document, "scrape-time", "job slow")
        self.assertIn(f"is given up after {LIMIT_S}.0 s", slow["what"])
        empty = self.found(document, "scrape-pools",
                           "ServiceMonitor monitoring/kotaemon-agent-monitor")
        self.assertIn("1 target was found and dropped", empty["what"])
        self.assertEqual(self.found(document, "scrape-interval", "job kotaemon-agent")["severity"],
                         "advice")

    def check_cluster(self, document):
        self.assertEqual(self.findings(document, "kube-state-metrics"), [])
        limits = [f["what"] for f in self.findings(document, "quotas")]
        self.assertEqual(limits, ["Its pod agent-1 has no CPU limit."])
        self.assertIn("no NetworkPolicy", self.found(document, "exposure", "namespace rag")["what"])

    def check_stages(self, document):
        summary = self.found(document, "quantiles", "stage retrieval")
        self.assertIn("only its mean is known", summary["what"])
        self.assertIn("It has only 2 buckets.",
                      self.found(document, "buckets", "stage generation")["what"])
        self.assertIn("does not say its unit", self.found(document, "units", "stage generation")["what"])
        self.found(document, "errors", "stage generation")
        self.found(document, "counters", "metric kotaemon_tool_calls")
        users = self.found(document, "cardinality", "label user_id")
        self.assertIn(f"{USERS} values", users["what"])
        self.assertEqual(users["severity"], "warning")

    def check_documents(self, url, document):
        table = self.doctor(BAD, url)
        self.assertEqual(table.status, 2)
        self.assertIn("alert HighRetrievalLatency (critical, rules-never-fire)", table.out)
        self.assertRegex(table.out, r"\nclock +the server's clock is right +ok\n")
        markdown = self.doctor(BAD, url, "--format", "markdown")
        self.assertIn("**critical** ", markdown.out)
        self.assertIn("\n| quotas | ", markdown.out)
        names = [check["check"] for check in document["checks"]]
        self.assertEqual(len(names), len(set(names)))
        for name in names:
            self.assertRegex(table.out, rf"(?m)^{name} ")
            self.assertIn(f"\n| {name} | ", markdown.out)

    def test_a_good_one(self):
        url = self.start_prometheus(False, GOOD_RULES)
        ended = self.doctor(GOOD, url, "--format", "json")
        document = json.loads(ended.out)
        self.assertEqual(ended.status, 0, ended.out)
        results = {check["check"]: check for check in document["checks"]}
        for name in ("rules-never-fire", "rules-fail", "rules-slow", "alerts", "alertmanagers",
                     "targets", "scrape-pools", "scrape-time", "stages", "buckets", "quantiles", "units",
                     "errors", "naming", "counters", "cardinality", "churn", "relabelling", "reload",
                     "clock"):
            self.assertEqual(results[name]["result"], "ok", results[name])
        for name in ("kube-state-metrics", "quotas"):
            self.assertEqual(results[name]["result"], "not_applicable", results[name])
            self.assertTrue(results[name]["not_checked"])
        self.assertEqual({f["severity"] for f in document["findings"]}, {"advice"})

    def test_victoriametrics(self):
        path = self.configuration(False, None)
        server = Child("victoria-metrics",
                       ["victoria-metrics", f"-promscrape.config={path}",
                        f"-storageDataPath={self.folder / 'vm'}", "-loggerLevel=ERROR",
                        "-promscrape.config.strictParse=false",
                        f"-httpListenAddr=127.0.0.1:{self.port}", "-search.latencyOffset=1s"],
                       self.folder)
        self.addCleanup(server.end)
        server.wait_until(lambda: (self.ask(
            "query?query=rate(kotaemon_search_latency_seconds_count[1m]%20offset%205s)") or {}).get("result"))
        document = json.loads(
            self.doctor(GOOD, f"http://127.0.0.1:{self.port}", "--format", "json").out)
        results = {check["check"]: check for check in document["checks"]}
        self.assertEqual(results["targets"]["result"], "ok", results)
        for name in ("scrape-pools", "reload"):
            self.assertIn(results[name]["result"], ("not_checked", "not_applicable"), results[name])
            self.assertTrue(results[name]["not_checked"])

    def test_without_a_server(self):
        ended = self.doctor(GOOD, f"http://{self.agent.place}/good", "--format", "json")
        document = json.loads(ended.out)
        self.assertEqual(ended.status, 0, ended.out)
        results = {check["check"]: check["result"] for check in document["checks"]}
        self.assertEqual(results["buckets"], "ok")
        self.assertEqual({results[name] for name in ("targets", "rules-never-fire", "clock", "quotas")},
                         {"not_applicable"})

    def test_nobody_there(self):
        ended = run("doctor", "--no-cache", f"http://127.0.0.1:{self.port}")
        self.assertEqual(ended.status, 3)
        self.assertIn("cannot reach", ended.err)

    def test_refusals(self):
        for arguments, said in ((("--format", "csv"), "table, markdown or json"),
                                (("--screenshot",), "doctor prints")):
            ended = run("doctor", *arguments, "http://127.0.0.1:1")
            self.assertEqual(ended.status, 64, ended.said)
            self.assertIn(said, ended.err)


if __name__ == "__main__":
    unittest.main()
