"""kubectl ragtop: the plugin, with a real kubectl, a small API server, and a stand-in for the one
subcommand that would speak SPDY.
"""

import contextlib
import hashlib
import fcntl
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path
from unittest import mock

import yaml

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))

import live         # noqa: E402  pylint: disable=wrong-import-position
import servers      # noqa: E402  pylint: disable=wrong-import-position
from program import ENDS_WITHIN_S, PROGRAM, ROOT, environment     # noqa: E402  pylint: disable=wrong-import-position

PLUGIN = ROOT / "contrib/kubectl/kubectl-ragtop"
COMPLETE = ROOT / "contrib/kubectl/kubectl_complete-ragtop"
SHELL = shutil.which(os.environ.get("PLUGIN_SHELL", "sh"))
USAGE, UNAVAILABLE, UNKNOWN = 64, 69, 3
NAME, PART, COMPONENT = (f"app.kubernetes.io/{label}" for label in ("name", "part-of", "component"))

KUBE_PROMETHEUS = {"labels": {NAME: "prometheus", PART: "kube-prometheus", COMPONENT: "prometheus"},
                   "ports": [["reloader-web", 8080], ["web", 9090]]}
STACK = {"labels": {"app": "kube-prometheus-stack-prometheus"}, "ports": [["http-web", 9090]]}
HELM = {"labels": {NAME: "prometheus", COMPONENT: "server"}, "ports": [["http", 80]]}
OLD_HELM = {"labels": {"app": "prometheus", "component": "server"}, "ports": [["http", 80]]}
OTHERS = {
    "monitoring/prometheus-operator": {"labels": {NAME: "prometheus-operator", PART: "kube-prometheus"}},
    "monitoring/prometheus-adapter": {"labels": {NAME: "prometheus-adapter", PART: "kube-prometheus"}},
    "monitoring/alertmanager-main": {"labels": {NAME: "alertmanager", PART: "kube-prometheus"}},
    "monitoring/grafana": {"labels": {NAME: "grafana"}},
    "shop/thanos": {"labels": {"app": "kube-prometheus-stack-thanos-discovery"}},
    "shop/api": {},
}


def setUpModule():      # pylint: disable=invalid-name
    """Waits for the tests with another shell: the same server has the same port in both."""
    lock = open(Path(tempfile.gettempdir()) / "ragtop-kubectl.lock", "w", encoding="utf-8")     # pylint: disable=consider-using-with
    unittest.addModuleCleanup(lock.close)
    fcntl.flock(lock, fcntl.LOCK_EX)


class Cluster(unittest.TestCase):
    """A cluster, kubectl, and somebody who has both."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.bin, self.temporary = self.folder / "bin", self.folder / "tmp"
        self.bin.mkdir()
        self.temporary.mkdir()
        self.log = self.folder / "forwards"
        self.has({"monitoring/prometheus-k8s": KUBE_PROMETHEUS})
        self.api = subprocess.Popen([HERE / "api_server.py", self.folder / "cluster"], stdin=subprocess.PIPE,
                                    stdout=subprocess.PIPE, encoding="utf-8")
        self.addCleanup(self.api.wait)
        self.addCleanup(self.api.stdout.close)
        self.addCleanup(self.api.stdin.close)
        self.write_kubeconfig("config", f"http://127.0.0.1:{int(self.api.stdout.readline())}")
        self.forwards_to(servers.misbehave().place)
        (self.bin / "ragtop").symlink_to(PROGRAM)
        self.environment = environment(
            PATH=f"{self.bin}:/usr/bin:/bin", HOME=str(self.folder), TMPDIR=str(self.temporary),
            KUBECONFIG=str(self.folder / "config"), RAGTOP_SERVICEACCOUNT=None)

    def has(self, services, forbidden=()):
        (self.folder / "cluster").write_text(json.dumps({"services": {**OTHERS, **services},
                                                         "forbidden": list(forbidden)}), encoding="utf-8")

    def write_kubeconfig(self, name, server):
        clusters = [{"name": n, "cluster": {"server": s}} for n, s in (("here", server), ("gone", "http://127.0.0.1:1"))]
        contexts = [{"name": n, "context": {"cluster": c, "user": "ann"}} for n, c in (("prod", "here"), ("gone", "gone"))]
        (self.folder / name).write_text(json.dumps(
            {"apiVersion": "v1", "kind": "Config", "clusters": clusters, "contexts": contexts,
             "users": [{"name": "ann", "user": {}}], "current-context": "prod"}), encoding="utf-8")

    def forwards_to(self, target):
        """Puts a kubectl first that is the real one in all but port-forward."""
        path = self.bin / "kubectl"
        path.write_text(
            f"#!/bin/sh\nfor word; do\n[ \"$word\" != port-forward ] || exec '{HERE}/port_forward.py' "
            f"'{target}' '{self.log}' \"$@\"\ndone\nexec '{shutil.which('kubectl')}' \"$@\"\n", encoding="utf-8")
        path.chmod(0o755)

    def stand_in(self, script):
        """A ragtop that does what SCRIPT says."""
        (self.bin / "ragtop").unlink()
        (self.bin / "ragtop").write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        (self.bin / "ragtop").chmod(0o755)

    def start(self, *arguments, **extra):
        started = subprocess.Popen([SHELL, PLUGIN, *arguments], env=self.environment | extra, cwd=self.folder,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   encoding="utf-8", start_new_session=True)
        self.addCleanup(lambda: started.poll() is None and started.kill())
        return started

    def run_plugin(self, *arguments, **extra):
        """(status, stdout, stderr), and nothing may be left."""
        started = self.start(*arguments, **extra)
        out, err = started.communicate(timeout=ENDS_WITHIN_S)
        self.check_nothing_is_left()
        return started.returncode, out, err

    def forwards(self):
        """(pid, arguments) of each forward that was begun."""
        lines = self.log.read_text(encoding="utf-8").splitlines() if self.log.exists() else []
        return [(pid, arguments) for pid, *arguments in map(json.loads, lines)]

    def until(self, condition, what):
        deadline = time.monotonic() + ENDS_WITHIN_S
        while not condition():
            self.assertLess(time.monotonic(), deadline, what)
            time.sleep(0.02)

    def check_nothing_is_left(self):
        """Neither a file nor a process that has something to do with this test."""
        self.until(lambda: not list(self.temporary.iterdir()), "files are left")
        self.until(lambda: not self.processes(), f"processes are left: {self.processes()}")

    def processes(self):
        found = {}
        for path in Path("/proc").glob("[0-9]*/environ"):
            with contextlib.suppress(OSError):
                if f"TMPDIR={self.temporary}".encode() in path.read_bytes():
                    found[path.parent.name] = (path.parent / "cmdline").read_text()
        return found


class Found(Cluster):
    """Which service it is."""

    def setUp(self):
        super().setUp()
        self.stand_in('echo "$@"')

    def check_target(self, services, target, namespace, remote, *options):
        self.has(services)
        self.log.unlink(missing_ok=True)
        status, out, err = self.run_plugin(*options)
        self.assertEqual((0, ""), (status, err), services)
        (_, arguments), = self.forwards()
        self.assertEqual(["port-forward", "--address=127.0.0.1", f"--namespace={namespace}", target], arguments[-5:-1])
        local, to = arguments[-1].split(":")
        self.assertEqual(str(remote), to)
        self.assertEqual(f"http://127.0.0.1:{local}", out.split("/prefix")[0].strip())
        return out

    def test_by_labels(self):
        for path, row, port in (
                ("monitoring/prometheus-k8s", KUBE_PROMETHEUS, 9090), ("obs/prom-prometheus", STACK, 9090),
                ("obs/x", HELM, 80), ("obs/y", OLD_HELM, 80)):
            namespace, name = path.split("/")
            self.check_target({path: row, "obs/prometheus-operated": {}, "dev/prometheus": {}},
                              f"service/{name}", namespace, port)

    def test_by_name_where_no_label_tells(self):
        for name in ("prometheus", "prometheus-server", "my-prometheus-server", "prometheus-operated"):
            self.check_target({f"obs/{name}": {"ports": [["x", 8080]]}}, f"service/{name}", "obs", 8080)
        self.check_target({"obs/prometheus": {}, "obs/prometheus-operated": {}}, "service/prometheus", "obs", 9090)

    def test_openshift(self):
        self.check_target({"openshift-monitoring/thanos-querier": {"ports": [["web", 9091]]},
                           "openshift-monitoring/prometheus-k8s": {"labels": {NAME: "prometheus", PART: "openshift-monitoring"}}},
                          "deployment/thanos-querier", "openshift-monitoring", 9090)

    def test_what_is_elsewhere_is_no_candidate(self):
        self.check_target({"obs/prometheus": {}, "far/prometheus": {"type": "ExternalName"}}, "service/prometheus", "obs", 9090)

    def test_by_option(self):
        self.check_target({"a/b": {}}, "service/b", "a", 9090, "--service", "a/b")
        self.check_target({}, "service/b", "a", 8080, "--service=a/b:8080")
        out = self.check_target({}, "service/b", "a", 8080, "--service=a/b:8080/prefix/x")
        self.assertRegex(out, r"^http://127.0.0.1:\d+/prefix/x$")

    def test_the_port_is_the_same_every_time(self):
        self.has({f"monitoring/of-{os.getpid()}": KUBE_PROMETHEUS})     # nobody else's, so its port is free
        ports = {self.run_plugin()[1] for _ in range(3)}
        self.assertEqual(1, len(ports))
        with socket.socket() as taken:
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            taken.bind(("127.0.0.1", int(ports.copy().pop().strip().rpartition(":")[2])))
            taken.listen()
            other = self.run_plugin()
        self.assertEqual(0, other[0], other)
        self.assertNotIn(other[1], ports)

    def test_several(self):
        self.has({"a/prometheus-k8s": KUBE_PROMETHEUS, "b/prom": STACK, "c/prometheus": {}})
        status, out, err = self.run_plugin()
        self.assertEqual((USAGE, ""), (status, out))
        self.assertEqual(["kubectl ragtop --service a/prometheus-k8s:9090", "kubectl ragtop --service b/prom:9090"],
                         [line.strip() for line in err.splitlines()[1:]])

    def test_what_is_passed_on(self):
        self.stand_in('printf "<%s>" "$@"')
        status, out, err = self.run_plugin("--context", "prod", "report", "-n", "rag one", "--kubeconfig=config",
                                           "-l", "a=\"b c\"")
        self.assertEqual((0, ""), (status, err))
        self.assertRegex(out, r'^<report><-n><rag one><-l><a="b c"><http://127.0.0.1:\d+>$')
        (_, arguments), = self.forwards()
        self.assertEqual(["--context=prod", "--kubeconfig=config"], arguments[:2])

    def test_what_needs_no_cluster(self):
        self.stand_in('printf "<%s>" "$@"')
        for words in (["version"], ["help", "report"], ["report", "--help"], ["complete"]):
            self.assertEqual((0, "".join(f"<{word}>" for word in words), ""),
                             self.run_plugin(*words, KUBECONFIG="/nonexistent"))
        self.assertIn("--service WHICH", self.run_plugin("--help")[1])
        self.assertEqual([], self.forwards())


class Refused(Cluster):
    """What cannot be done is said, with what to do."""

    def check(self, status, words, *arguments, **extra):
        ended = self.run_plugin(*arguments, **extra)
        self.assertEqual((status, ""), ended[:2], ended)
        for word in words:
            self.assertIn(word, " ".join(ended[2].split()))
        self.assertTrue(ended[2].startswith("kubectl ragtop: "), ended[2])
        self.assertIsNone(re.search("[\x00-\x09\x0b-\x1f\x7f]", ended[2]), ended[2])

    def test_no_kubectl(self):
        (self.bin / "kubectl").unlink()
        for name in ("cat", "tr", "mktemp", "mkfifo", "rm", "cksum", "readlink", "sh"):
            (self.bin / name).symlink_to(shutil.which(name))
        self.check(UNAVAILABLE, ["kubectl is not on the PATH"], PATH=str(self.bin))

    def test_no_ragtop(self):
        (self.bin / "ragtop").unlink()
        self.check(UNAVAILABLE, ["ragtop is not installed"])
        self.assertEqual(0, self.run_plugin("--help")[0])

    def test_ragtop_beside_the_plugin(self):
        """As krew has it: a link on the PATH to a folder with both."""
        (self.bin / "ragtop").unlink()
        store = self.folder / "store"
        store.mkdir()
        shutil.copy(PLUGIN, store)
        (store / "ragtop").symlink_to(PROGRAM)
        (self.bin / "kubectl-ragtop").symlink_to(store / "kubectl-ragtop")
        ended = subprocess.run([SHELL, self.bin / "kubectl-ragtop", "version"], env=self.environment, text=True,
                               capture_output=True, timeout=ENDS_WITHIN_S, check=False)
        self.assertRegex(ended.stdout, r"^ragtop \d")

    def test_no_cluster(self):
        self.check(UNAVAILABLE, ["cannot list the services", "127.0.0.1:1"], "--context", "gone")
        self.check(UNAVAILABLE, ["cannot list the services", "nonsense"], "--context=nonsense")
        self.check(UNAVAILABLE, ["a/b cannot be read", "127.0.0.1:1"], "--context=gone", "--service=a/b")

    def test_no_service(self):
        self.has({})
        self.check(UNAVAILABLE, ["no Prometheus was found", "--service NAMESPACE/SERVICE"])
        self.check(UNAVAILABLE, ["a/b cannot be read", "NotFound"], "--service=a/b")

    def test_not_allowed_to_list_all(self):
        self.stand_in('echo "$@"')
        self.has({"monitoring/prometheus-k8s": KUBE_PROMETHEUS}, forbidden=["*", "prometheus"])
        self.assertEqual(0, self.run_plugin()[0])
        self.has({}, forbidden=["*", "prometheus", "monitoring", "openshift-monitoring"])
        self.check(UNAVAILABLE, ["you may not list services", "--service NAMESPACE/SERVICE:PORT", 'User "ann"'])
        self.assertEqual(0, self.run_plugin("--service", "monitoring/prometheus-k8s:9090")[0])

    def test_not_allowed_to_forward(self):
        self.forwards_to("refused")
        self.check(UNAVAILABLE, ["no port can be forwarded to service/prometheus-k8s in monitoring", "pods/portforward"])
        self.assertEqual(1, len(self.forwards()))

    def test_mistakes(self):
        for words in (["--service"], ["--context="], ["--service", "prometheus"]):
            self.check(USAGE, [words[0].rstrip("=")], *words)


class Runs(Cluster):
    """The program at the end of a forward."""

    def test_a_report(self):
        status, out, err = self.run_plugin("report", "--format", "json", "--service",
                                           "monitoring/prometheus-k8s:9090/ok")
        self.assertLess(status, UNKNOWN + 1, err)
        self.assertRegex(json.loads(out)["source"], r"^http://127.0.0.1:\d+/ok$")

    def test_the_exit_status_is_that_of_ragtop(self):
        self.stand_in("exit 42")
        self.assertEqual(42, self.run_plugin()[0])

    def test_whatever_ends_ragtop_ends_the_forward(self):
        self.stand_in("exec sleep 1000")
        for number in (signal.SIGTERM, signal.SIGKILL, signal.SIGHUP, signal.SIGINT):
            for kill in (os.kill, os.killpg):
                self.log.unlink(missing_ok=True)
                started = self.start()
                self.until(lambda: b"sleep" in self.command(started.pid), "ragtop does not begin")
                kill(started.pid, number)
                self.assertEqual(-number, started.wait(ENDS_WITHIN_S))
                started.communicate()
                if (kill, number) == (os.killpg, signal.SIGKILL):       # nobody could tidy up
                    for folder in self.temporary.iterdir():
                        shutil.rmtree(folder)
                self.check_nothing_is_left()

    def command(self, pid):
        return Path(f"/proc/{pid}/cmdline").read_bytes()

    def test_interrupted_before_ragtop_begins(self):
        """While the API server is slow, and while kubectl has not said which port it is."""
        (self.bin / "kubectl").write_text(
            f"#!/bin/sh\necho x >>'{self.folder}/called'\nexec sleep 1000\n", encoding="utf-8")
        for words in ([], ["--service=a/b:1"]):
            for number in (signal.SIGINT, signal.SIGTERM):
                (self.folder / "called").unlink(missing_ok=True)
                started = self.start(*words, "--context=x")
                self.until((self.folder / "called").exists, "kubectl is not called")
                os.killpg(started.pid, number)
                started.communicate(timeout=ENDS_WITHIN_S)
                self.assertIn(started.returncode, (-number, 128 + number))
                self.check_nothing_is_left()

    def test_a_forward_that_breaks_twice(self):
        """The dashboard loses the server, and has it again at the same address."""
        with mock.patch.object(live, "PROGRAM", str(PLUGIN)):
            with live.Live("--refresh", "1s", "--service", "monitoring/prometheus-k8s:9090/ok",
                           **self.environment) as screen:
                screen.wait_for("127.0.0.1:")
                self.until(self.forwards, "there is no forward")
                for broken, number in enumerate((signal.SIGKILL, signal.SIGUSR1), 1):
                    screen.wait(lambda: self.is_fresh(screen), "an answer")
                    before = servers.misbehave().stats()
                    os.kill(self.forwards()[-1][0], number)
                    screen.wait(lambda: len(self.forwards()) == broken + 1, "a new forward")    # pylint: disable=cell-var-from-loop
                    screen.wait(lambda: servers.misbehave().stats() != before and self.is_fresh(screen),  # pylint: disable=cell-var-from-loop
                                "an answer by way of it")
                self.assertEqual(1, len({arguments[-1] for _, arguments in self.forwards()}))
                self.assertEqual(0, screen.quit())
                self.assertNotIn("portforward", screen.errors())
        self.check_nothing_is_left()

    @staticmethod
    def is_fresh(screen):
        return "NO DATA The server knows none of the metrics" in screen.words()


class Completion(Cluster):
    """kubectl_complete-ragtop, called as kubectl calls it."""

    def offered(self, *words):
        ended = subprocess.run([SHELL, COMPLETE, *words], env=self.environment, cwd=self.folder, text=True,
                               capture_output=True, timeout=ENDS_WITHIN_S, check=True)
        self.assertEqual("", ended.stderr)
        *lines, directive = ended.stdout.splitlines()
        return [line.split("\t")[0] for line in lines], directive

    def test_what_is_ragtops(self):
        self.assertEqual((["report"], ":4"), self.offered("rep"))
        self.assertEqual((["nord"], ":0"), self.offered("--context", "prod", "report", "--theme", "no"))
        self.assertEqual((["prometheusrule"], ":4"), self.offered("rules", "--format", "p"))
        self.assertIn("report", self.offered("")[0])
        self.assertEqual(([], ":4"), self.offered("--at", ""))
        self.assertEqual(([], ":0"), self.offered("--cacert", ""))

    def test_what_is_the_clusters(self):
        self.assertEqual((["gone", "prod"], ":4"), self.offered("--context", ""))
        self.assertEqual((["prod"], ":4"), self.offered("--kubeconfig", "config", "report", "--context", "p"))
        self.assertEqual((["monitoring", "shop"], ":4"), self.offered("report", "-n", ""))
        self.assertEqual((["shop/api"], ":4"), self.offered("--service", "shop/a"))
        self.assertEqual(([], ":4"), self.offered("--context=gone", "-n", ""))
        self.assertEqual(([], ":0"), self.offered("--kubeconfig", ""))
        self.assertEqual((["--context", "--config", "--color"], ":4"), self.offered("--co"))


class Files(unittest.TestCase):
    """What is handed to other programs."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def manifest(self, *arguments):
        return subprocess.run([ROOT / "contrib/kubectl/krew-manifest", *arguments], cwd=self.folder, text=True,
                              capture_output=True, timeout=ENDS_WITHIN_S, check=False)

    def pack(self, *names):
        path = self.folder / "x.tar.gz"
        for name in names:
            (self.folder / name).write_text(name, encoding="utf-8")
        subprocess.run(["tar", "-czf", path, *names], cwd=self.folder, check=True)
        return path

    def test_the_manifest_for_krew(self):
        archive = self.pack("ragtop", "kubectl-ragtop", "LICENSE")
        ended = self.manifest("linux/amd64", "x.tar.gz", "https://files.example/x.tar.gz",
                              "linux/arm64", "x.tar.gz", "https://files.example/y.tar.gz")
        self.assertEqual((0, ""), (ended.returncode, ended.stderr))
        manifest = yaml.safe_load(ended.stdout)
        self.assertEqual(("ragtop", "Plugin"), (manifest["metadata"]["name"], manifest["kind"]))
        self.assertRegex(manifest["spec"]["version"], r"^v\d+\.\d+\.\d+$")
        self.assertEqual(["amd64", "arm64"], [p["selector"]["matchLabels"]["arch"] for p in manifest["spec"]["platforms"]])
        for platform in manifest["spec"]["platforms"]:
            self.assertEqual(hashlib.sha256(archive.read_bytes()).hexdigest(), platform["sha256"])
            self.assertIn(platform["bin"], [file["from"] for file in platform["files"]])
            self.assertEqual("linux", platform["selector"]["matchLabels"]["os"])

    def test_an_archive_without_the_plugin(self):
        self.pack("ragtop", "LICENSE")
        ended = self.manifest("linux/amd64", "x.tar.gz", "https://files.example/x.tar.gz")
        self.assertEqual(1, ended.returncode)
        self.assertIn("x.tar.gz has no kubectl-ragtop", ended.stderr)
        self.assertEqual(USAGE, self.manifest("linux/amd64", "x.tar.gz").returncode)

    def test_the_plugins_of_k9s(self):
        """What its schema asks for, and that what is run is a command line of the plugin."""
        plugins = yaml.safe_load((ROOT / "contrib/k9s/plugins.yaml").read_text(encoding="utf-8"))["plugins"]
        self.assertTrue(plugins)
        for plugin in plugins.values():
            self.assertLessEqual({"shortCut", "description", "scopes", "command"}, set(plugin))
            self.assertLessEqual(set(plugin), {"shortCut", "override", "description", "confirm", "dangerous", "scopes",
                                               "command", "background", "overwriteOutput", "args"})
            self.assertEqual(("kubectl", "ragtop", False), (plugin["command"], plugin["args"][0], plugin["background"]))
            self.assertEqual(["--context", "-n"], [word for word in plugin["args"] if word.startswith("-")])


if __name__ == "__main__":
    unittest.main()
