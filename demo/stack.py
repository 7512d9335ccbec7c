#!/usr/bin/python3
"""The monitoring chain of the article on one machine, without the Kubernetes.

Simulated RAG agents, a Prometheus with a week of their history that scrapes them, and an
Alertmanager. Everything listens on free ports of 127.0.0.1, lives in a temporary directory and
ends with this program:

    demo/stack.py --scenario article -- curl -s '{url}/api/v1/query?query=up'

As a library, from the main thread (a child dies with the thread that started it):

    with Stack(scenario="article") as stack:
        query(stack.url)
"""

import argparse
import contextlib
import json
import os
import shutil
import socket
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent / "tests" / "stacks"))

from exposition import Server
from kube import Cluster, before_rollout
from processes import Child, free_ports, run_within, signals_held
from simulation import SCENARIOS

DEMO = Path(__file__).resolve().parent
# The interpreter of the Debian package python3-prometheus-client, whatever PATH says.
PYTHON = "/usr/bin/python3"

POD_SUFFIXES = ("x2x7p", "9vqkd", "mzt4c", "f8ndw", "b6rjh")
SCRAPE_INTERVAL = "15s"
DEPLOYMENT = "kotaemon-agent-deployment"
ROLLED_OUT = "article"      # the scenario whose fault came with a new version of the agent
ROLLOUT_SECONDS = 14 * 60   # ago, as agent.py has it
CLUSTER_SECONDS = 90 * 60   # what is known of the cluster
CLUSTER_STEP = 15

# Loopback is never behind a proxy, whatever the environment says.
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass
class Agent:
    """A replica: its process, its directory of past samples, the labels of its target."""
    process: Child
    past: Path
    labels: dict

    def is_past_written(self):
        return "days written" in self.process.log()

    def is_listening(self):
        return "listening on" in self.process.log()

    def address(self):
        return self.process.log().split()[-1]


class Stack:
    """Agents, Prometheus and Alertmanager, running from `__enter__` to `__exit__`."""

    def __init__(self, scenario="article", summary=False, history_days=7, replicas=3,
                 seed="ragtop", cluster=False, node_is_played=False, log=sys.stderr):
        self._scenario = scenario
        self._summary = summary
        self._history_days = history_days
        self._replicas = replicas
        self._seed = seed
        self._cluster = cluster
        self._node_is_played = node_is_played
        self._log = log
        self._cleanup = contextlib.ExitStack()
        self._prometheus = None

    @property
    def url(self):
        return f"http://127.0.0.1:{self._port}"

    @property
    def alertmanager_url(self):
        return f"http://127.0.0.1:{self._alertmanager_port}"

    def environment(self):
        """For a ragtop in the foreground: the server to ask, and where to keep caches and state."""
        return {"RAGTOP_URL": self.url,
                "XDG_CACHE_HOME": str(self._directory / "cache"),
                "XDG_STATE_HOME": str(self._directory / "state")}

    def __enter__(self):
        with self._cleanup:     # undoes what has been done if the rest fails
            with signals_held():
                self._directory = Path(tempfile.mkdtemp(prefix="ragtop-demo-"))
                self._cleanup.callback(shutil.rmtree, self._directory, ignore_errors=True)
            self._data = self._directory / "data"
            self._data.mkdir()
            self._port, self._alertmanager_port = free_ports(2)
            with self._timed(f"{self._history_days} days of history, {self._replicas} replicas"):
                agents = self._start_agents()
            kubernetes = self._start_cluster() if self._cluster else []
            with self._timed("history into Prometheus"):
                self._load_history(agents)
            with self._timed("Prometheus and Alertmanager"):
                self._write_configuration(agents, kubernetes)
                self._start_alertmanager()
                self._cleanup.callback(self.stop_prometheus)
                self.start_prometheus()
            with self._timed("first scrape"):
                self._prometheus.wait_until(self._has_scraped)
            self._cleanup = self._cleanup.pop_all()
        return self

    def __exit__(self, *exception):
        self._cleanup.close()

    def start_prometheus(self):
        """Starts Prometheus on the same port and data as before, and waits until it answers."""
        with signals_held():
            self._prometheus = Child("prometheus", [
                "prometheus",
                f"--config.file={self._directory}/prometheus.json",
                f"--storage.tsdb.path={self._data}",
                f"--web.listen-address=127.0.0.1:{self._port}",
                "--storage.tsdb.retention.time=30d",
                "--enable-feature=exemplar-storage"], self._directory)
        self._prometheus.wait_until(lambda: answers(self.url + "/-/ready"))

    def stop_prometheus(self):
        """Ends Prometheus alone; agents and Alertmanager go on."""
        if self._prometheus:
            self._prometheus.end()
            self._prometheus = None

    def _start_agents(self):
        self._now = now = int(time.time())
        agents = []
        for index in range(self._replicas):
            past = self._directory / f"past-{index}"
            past.mkdir()
            labels = target_labels(index)
            before = {**labels, "pod": before_rollout(labels["pod"])}
            process = self._child(f"agent-{index}", [
                PYTHON, DEMO / "agent.py",
                "--scenario", self._scenario, *(["--summary"] if self._summary else []),
                "--seed", f"{self._seed} {index}", "--now", str(now),
                "--history", past, "--history-days", str(self._history_days),
                "--labels", json.dumps(labels),
                *(["--before", json.dumps(before)] if self._is_rolled_out() else [])])
            agents.append(Agent(process, past, labels))
        for agent in agents:
            agent.process.wait_until(agent.is_past_written)
        return agents

    def _is_rolled_out(self):
        """Whether a new version of the agent came just before the fault."""
        return self._cluster and self._scenario == ROLLED_OUT

    def _start_cluster(self):
        """The Kubernetes around the agents, on one node, this machine: scrape configurations.

        Debian's node-exporter is real, unless it is played as well, as are kube-state-metrics and
        the kubelet, under their real names, with as much of the past as there is detail of the
        agents.
        """
        node = {socket.gethostname(): "127.0.0.1"}
        pods = [(DEPLOYMENT, target_labels(index)) for index in range(self._replicas)]
        begin = self._now - CLUSTER_SECONDS
        played = Cluster(pods, begin, self._now - ROLLOUT_SECONDS,
                         "rollout" if self._is_rolled_out() else "calm", DEPLOYMENT,
                         node).exporters()
        if not self._node_is_played:
            del played["node-exporter"]
        with open(self._directory / "cluster.om", "w", encoding="utf-8") as file:
            for exporter in played.values():
                file.writelines(exporter.past(range(begin, self._now, CLUSTER_STEP)))
            file.write("# EOF\n")
        self._finish_load(self._child("promtool-cluster", [
            "promtool", "tsdb", "create-blocks-from", "openmetrics", "--quiet",
            self._directory / "cluster.om", self._data]), self._directory / "cluster.om")
        server = self._cleanup.enter_context(Server(played))
        exporters = [{"job_name": name, "metrics_path": f"/{name}/metrics", "honor_labels": True,
                      "static_configs": [{"targets": [server.address],
                                          "labels": exporter.labels}]}
                     for name, exporter in played.items()]
        return exporters if self._node_is_played else [self._real_node(next(iter(node))), *exporters]

    def _real_node(self, name):
        """This machine under the NAME of its node."""
        port, = free_ports(1)
        self._child("node-exporter", ["prometheus-node-exporter",
                                      f"--web.listen-address=127.0.0.1:{port}"])
        return {"job_name": "node-exporter", "static_configs": [{
            "targets": [f"127.0.0.1:{port}"],
            "labels": {"namespace": "monitoring", "instance": name}}]}

    def _load_history(self, agents):
        """Loads the days while the agents still play their last 90 minutes, then these."""
        self._load("day-*.om", agents)
        for agent in agents:
            agent.process.wait_until(agent.is_listening)
        self._load("recent.om", agents)

    def _load(self, pattern, agents):
        """Turns OpenMetrics files into blocks, as many at once as there are CPUs.

        The replicas' files of a day become one block: overlapping ones would be compacted.
        """
        running = []
        for name in sorted({path.name for agent in agents for path in agent.past.glob(pattern)}):
            if len(running) >= (os.cpu_count() or 1):
                self._finish_load(*running.pop(0))
            joined = self._directory / name
            with open(joined, "wb") as output:
                for agent in agents:
                    with open(agent.past / name, "rb") as part:
                        shutil.copyfileobj(part, output)
                    (agent.past / name).unlink()
                output.write(b"# EOF\n")
            promtool = self._child(f"promtool-{name}", [
                "promtool", "tsdb", "create-blocks-from", "openmetrics", "--quiet",
                "--max-block-duration=24h", joined, self._data])
            running.append((promtool, joined))
        for promtool, joined in running:
            self._finish_load(promtool, joined)

    def _finish_load(self, promtool, joined):
        if promtool.wait() != 0:
            raise promtool.failure("failed")
        joined.unlink()

    def _write_configuration(self, agents, more):
        """Writes both configurations as JSON, which is YAML."""
        prometheus = {
            "global": {"scrape_interval": SCRAPE_INTERVAL, "evaluation_interval": SCRAPE_INTERVAL},
            "rule_files": [str(DEMO / "rules.yaml")],
            "alerting": {"alertmanagers": [
                {"static_configs": [{"targets": [f"127.0.0.1:{self._alertmanager_port}"]}]}]},
            "scrape_configs": [{
                "job_name": "kotaemon-agent",
                "static_configs": [{"targets": [agent.address()], "labels": agent.labels}
                                   for agent in agents]}, *more],
        }
        alertmanager = {"route": {"receiver": "on-call", "group_by": ["namespace", "job"]},
                        "receivers": [{"name": "on-call"}]}
        for name, configuration in (("prometheus", prometheus), ("alertmanager", alertmanager)):
            (self._directory / f"{name}.json").write_text(json.dumps(configuration, indent=2))

    def _start_alertmanager(self):
        process = self._child("alertmanager", [
            shutil.which("prometheus-alertmanager") or "alertmanager",  # Debian's name, or its own
            f"--config.file={self._directory}/alertmanager.json",
            f"--storage.path={self._directory}/alertmanager",
            f"--web.listen-address=127.0.0.1:{self._alertmanager_port}",
            "--cluster.listen-address="])
        process.wait_until(lambda: answers(self.alertmanager_url + "/-/ready"))

    def _has_scraped(self):
        with DIRECT.open(self.url + "/api/v1/targets?state=active") as answer:
            targets = json.load(answer)["data"]["activeTargets"]
        return any(target["health"] == "up" for target in targets)

    def _child(self, name, command):
        """Starts a child that ends with the stack."""
        with signals_held():
            child = Child(name, command, self._directory)
            self._cleanup.callback(child.end)
        return child

    @contextlib.contextmanager
    def _timed(self, what):
        started = time.monotonic()
        print(f"{what}: ", end="", file=self._log, flush=True)
        try:
            yield
        except BaseException:
            print("not finished", file=self._log, flush=True)
            raise
        print(f"{time.monotonic() - started:.1f} s", file=self._log, flush=True)


def target_labels(index):
    """The labels that the Prometheus Operator gives to the target of a ServiceMonitor."""
    return {
        "namespace": "rag",
        "service": "kotaemon-agent",
        "job": "kotaemon-agent",
        "pod": f"kotaemon-agent-deployment-6f9c7d5b8-{POD_SUFFIXES[index]}",
        "container": "agent",
        "endpoint": "web",
        "instance": f"10.244.{index + 1}.17:8000",
    }


def answers(url):
    try:
        with DIRECT.open(url, timeout=2) as answer:
            return answer.status == 200
    except OSError:
        return False


def main():
    options = parse_options()
    return run_within(lambda: Stack(options.scenario, options.summary, options.history_days,
                                    options.replicas, options.seed, options.cluster),
                      options.command, "stack.py")


def parse_options():
    parser = argparse.ArgumentParser(
        description="Run a command against a Prometheus that watches simulated RAG agents.",
        epilog="RAGTOP_URL and directories for caches and state are set for COMMAND, and {url} in "
               "its arguments is replaced.")
    parser.add_argument("--scenario", choices=SCENARIOS, default="article")
    parser.add_argument("--summary", action="store_true",
                        help="export latencies as Summaries, as the article does")
    parser.add_argument("--history-days", type=int, default=7, metavar="N")
    parser.add_argument("--replicas", type=int, choices=range(1, len(POD_SUFFIXES) + 1), default=3)
    parser.add_argument("--seed", default="ragtop", help="same seed, same shape")
    parser.add_argument("--cluster", action="store_true",
                        help="with the Kubernetes around them, and a rollout before the fault")
    parser.add_argument("command", nargs="+", metavar="COMMAND")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
