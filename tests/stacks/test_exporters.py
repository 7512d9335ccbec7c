#!/usr/bin/python3
"""Debian's exporters of a real PostgreSQL, a real Redis and of this machine, beside a program that
calls models: each is found, with the numbers that PromQL has by hand.
"""

import contextlib
import json
import os
import shutil
import subprocess
import tempfile
import threading
import time
import unittest
from pathlib import Path

from exposition import Server
from replay import Recorded
from stack import Prometheus
from test_recorded import ask, labels
from processes import free_ports

POSTGRES = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
COMMANDS = ("redis-server", "prometheus-postgres-exporter", "prometheus-redis-exporter",
            "prometheus-node-exporter", "psql", "setpriv")
LACKING = [name for name in COMMANDS if not shutil.which(name)] + ["postgres"] * (not POSTGRES)
NOBODY = 65534              # PostgreSQL refuses to be run by root
WORKS_S = 30                # before anybody looks
SLEEPS_S = .02              # each of the statements
WINDOW = "1m"
# What is set for exporters before they had a collector of statements.
STATEMENTS = """
pg_stat_statements:
  query: "SELECT datname, queryid, calls, total_exec_time / 1000 AS total_time_seconds
          FROM pg_stat_statements JOIN pg_database ON dbid = oid"
  master: true
  metrics:
    - datname: {usage: LABEL, description: "database"}
    - queryid: {usage: LABEL, description: "query"}
    - calls: {usage: COUNTER, description: "times executed"}
    - total_time_seconds: {usage: COUNTER, description: "time spent"}
"""
MEAN = "sum(rate({}[1m])) / sum(rate({}[1m]))"
BY_HAND = {
    ("postgres", "latency"): MEAN.format("pg_stat_statements_total_time_seconds",
                                         "pg_stat_statements_calls"),
    ("postgres", "traffic"): "sum(rate(pg_stat_statements_calls[1m]))",
    ("postgres", "saturation"): "sum(pg_stat_activity_count) / 100",
    ("redis", "latency"): MEAN.format("redis_commands_duration_seconds_total",
                                      "redis_commands_total"),
    ("redis", "traffic"): "sum(rate(redis_commands_total[1m]))"}


def unprivileged(*command):
    if os.geteuid() != 0:
        return [*command]
    return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups",
            "--pdeathsig=KILL", *command]


class Servers(Prometheus):
    """All of them on loopback, in FOLDER, which anybody may enter."""

    def __init__(self, folder):
        self.folder = folder
        (self.postgres, self.redis, *self._exporters) = free_ports(5)
        start = int(time.time()) - 3600
        self._app = Server({"app": Recorded("opentelemetry-js", labels("app", "rag"), start)})
        super().__init__(folder, targets=range(4))

    def __enter__(self):
        with self._cleanup:
            self._start_databases()
            self._start_exporters()
            self._cleanup.enter_context(self._app)
            self._cleanup = self._cleanup.pop_all()
        return super().__enter__()

    def scrape_configs(self):
        places = [("app", self._app.address, "/app/metrics")]
        places += [(name, f"127.0.0.1:{port}", "/metrics")
                   for name, port in zip(("postgres", "redis", "node"), self._exporters)]
        return [{"job_name": name, "metrics_path": path, "scrape_interval": "1s",
                 "scrape_timeout": "1s", "static_configs": [
                     {"targets": [address], "labels": {"namespace": "rag"}}]}
                for name, address, path in places]

    def _start_databases(self):
        data = self.folder / "postgres"
        data.mkdir()
        if os.geteuid() == 0:
            os.chown(data, NOBODY, NOBODY)
        subprocess.run(unprivileged(POSTGRES[-1].parent / "initdb", "-D", data, "-A", "trust",
                                    "-U", "rag"), check=True, stdout=subprocess.DEVNULL)
        self._child("postgres", unprivileged(
            POSTGRES[-1], "-D", data, "-c", "listen_addresses=127.0.0.1", "-c",
            f"port={self.postgres}", "-c", "unix_socket_directories=", "-c", "fsync=off", "-c",
            "shared_preload_libraries=pg_stat_statements")).wait_until(
                lambda: self.sql("CREATE EXTENSION IF NOT EXISTS pg_stat_statements") == 0)
        self._child("redis", ["redis-server", "--port", str(self.redis), "--bind", "127.0.0.1",
                              "--save", "", "--dir", str(self.folder)]).wait_until(
                                  lambda: self.redis_cli("PING") == 0)

    def _start_exporters(self):
        queries = self.folder / "queries.yaml"
        queries.write_text(STATEMENTS)
        source = f"postgresql://rag@127.0.0.1:{self.postgres}/postgres?sslmode=disable"
        postgres, redis, node = (f"127.0.0.1:{port}" for port in self._exporters)
        self._child("postgres-exporter", [
            "env", f"DATA_SOURCE_NAME={source}", "prometheus-postgres-exporter",
            f"--web.listen-address={postgres}", f"--extend.query-path={queries}"])
        self._child("redis-exporter", ["prometheus-redis-exporter", "-redis.addr",
                                       f"127.0.0.1:{self.redis}", "-web.listen-address", redis])
        self._child("node-exporter", ["prometheus-node-exporter",
                                      f"--web.listen-address={node}"])

    def sql(self, *statements):
        commands = [word for statement in statements for word in ("-c", statement)]
        return subprocess.run(["psql", "-q", "-h", "127.0.0.1", "-p", str(self.postgres), "-U",
                               "rag", "postgres", *commands], stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL, check=False).returncode

    def redis_cli(self, *words):
        return subprocess.run(["redis-cli", "-p", str(self.redis), *words], check=False,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode


def work(servers, ended):
    """Some statements and some commands a second."""
    while not ended.wait(.2):
        servers.sql(*[f"SELECT pg_sleep({SLEEPS_S})"] * 5)
        servers.redis_cli("SET", "question", "answer")
        servers.redis_cli("GET", "question")


@unittest.skipIf(LACKING, f"not installed: {', '.join(LACKING)}")
class Exporters(unittest.TestCase):
    """One Prometheus that scrapes all of them for a while."""

    def test_they_are_found_with_right_numbers(self):
        with tempfile.TemporaryDirectory(prefix="ragtop-exporters-") as name:
            os.chmod(name, 0o711)
            with Servers(Path(name)) as servers, self.worked(servers):
                said = self.report(servers.url)
                rows = {(row["stage"], row["signal"]): row for row in said["rows"]}
                for what, query in BY_HAND.items():
                    with self.subTest(what):
                        self.assertIn(what, rows)
                        by_server = ask(servers.url, query, said["at"])
                        self.assertGreater(by_server, 0)
                        self.assertAlmostEqual(rows[what]["current"], by_server,
                                               delta=.1 * by_server)
                self.assertGreater(rows["postgres", "latency"]["current"], SLEEPS_S / 5)
                self.assertEqual({"http", "chat", "embeddings", "tool_calls", "tool_call",
                                  "postgres", "redis"}, {row["stage"] for row in said["rows"]})

    @staticmethod
    @contextlib.contextmanager
    def worked(servers):
        ended = threading.Event()
        thread = threading.Thread(target=work, args=(servers, ended))
        thread.start()
        try:
            time.sleep(WORKS_S)
            yield
        finally:
            ended.set()
            thread.join()

    @staticmethod
    def report(url):
        ended = subprocess.run(
            [os.environ["RAGTOP"], "report", "--no-cache", "--window", WINDOW, "--format", "json",
             url], stdout=subprocess.PIPE, check=False, encoding="utf-8")
        return json.loads(ended.stdout)


if __name__ == "__main__":
    unittest.main()
