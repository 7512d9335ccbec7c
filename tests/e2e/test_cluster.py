"""Inside a cluster: without a URL the usual services are tried, with the pod's own account."""

import json
import ssl
import subprocess
import sys
import tempfile
import threading
import unittest
import urllib.request
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import urlsplit

import servers
from program import PROGRAM, ROOT, check_sane, environment, main_directory, namespaces, run

main_directory("tests/frame")
from replay import Server       # pylint: disable=wrong-import-position

TOKEN = "pod-token-Zx9"
UNKNOWN, USAGE = 3, 64
# curl takes every name below localhost for this machine.
IMPOSTORS = ("kubernetes.default.localhost", "kubernetes.default.svc.localhost",
             "kubernetes.default.svc.cluster.localhost", "kubernetes.default-svc.localhost")
SILENT_SERVICE = """
    PATH=/usr/sbin:/sbin:$PATH
    ip link set lo up
    ip link add pod type veth peer name wire
    ip address add 10.96.0.1/24 dev pod
    ip link set pod up
    ip link set wire up
    ip neighbour add 10.96.0.7 lladdr 02:00:00:00:00:01 dev pod
    mount -t tmpfs none /etc        # a machine need not have a file of hosts
    echo 'hosts: files' >/etc/nsswitch.conf
    echo '10.96.0.7 prometheus-k8s.monitoring.svc' >/etc/hosts
    exec "$0" "$@"
"""


class Cluster:
    """A proxy to services by name, as a cluster's name server would lead to them.

    What is asked of it directly has the name "". With a certificate and its key it speaks TLS.
    """

    def __init__(self, *good, tls=None):
        self.asked = []
        cluster = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                place = urlsplit(self.path).netloc
                cluster.asked.append((place, dict(self.headers)))
                status = 200 if place in good else 502
                body = json.dumps({"status": "success", "data": {
                    "resultType": "vector", "result": []}}).encode() if status == 200 else b""
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_GET

            def do_CONNECT(self):
                cluster.asked.append((self.path, dict(self.headers)))
                self.send_error(502)

            def log_message(self, *_):
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*tls)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    @property
    def port(self):
        return str(self.server.server_address[1])

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def secrets(self):
        """What it was told of who asks."""
        return {headers["Authorization"] for _, headers in self.asked
                if "Authorization" in headers}


class Inside(unittest.TestCase):
    """The environment of a pod."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.account = Path(folder.name)
        (self.account / "token").write_text(TOKEN + "\n")
        (self.account / "namespace").write_text("rag")

    def report(self, *arguments, **extra):
        environment = {"KUBERNETES_SERVICE_HOST": "127.0.0.1", "KUBERNETES_SERVICE_PORT": "1",
                       "RAGTOP_SERVICEACCOUNT": str(self.account)} | extra
        ended = run("report", "--timeout", "2s", *arguments, **environment)
        check_sane(self, ended)
        self.assertNotIn(TOKEN, ended.said)
        return ended

    def test_the_first_that_answers(self):
        kube = "prometheus-k8s.monitoring.svc:9090"
        helm = "kube-prometheus-stack-prometheus.monitoring.svc:9090"
        own = "prometheus-operated.rag.svc:9090"
        for good, expected in (((helm, kube), kube), ((helm, own), helm), ((own,), own)):
            with self.subTest(good), Cluster(*good) as cluster:
                ended = self.report(http_proxy=cluster.url)
                self.assertIn(f"using http://{expected}", ended.err)
                self.assertIn("No data", ended.out)
                self.assertTrue(all("Authorization" not in headers
                                    for _, headers in cluster.asked))

    def test_a_url_goes_before_it(self):
        with Cluster("prometheus-k8s.monitoring.svc:9090") as cluster:
            ended = self.report(servers.misbehave().url("ok"), http_proxy=cluster.url,
                                no_proxy="127.0.0.1")
            self.assertEqual(cluster.asked, [])
            self.assertNotIn("no URL given", ended.err)

    def test_none(self):
        ended = self.report()
        self.assertEqual(ended.status, UNKNOWN)
        self.assertIn("none of these answers", ended.err)
        self.assertIn("  http://prometheus-k8s.monitoring.svc:9090\n", ended.err)

    def test_a_policy_drops_what_comes_from_here(self):
        """In a network of its own, where the service's address swallows packets."""
        own = [*namespaces(self, "--net", "--mount"), "/bin/sh", "-ec", SILENT_SERVICE]
        if subprocess.run([*own, "true"], check=False, capture_output=True).returncode:
            self.skipTest("no network can be made here in which a packet is lost")
        ended = subprocess.run(
            [*own, PROGRAM, "report", "--timeout", "2s"], check=False, capture_output=True,
            encoding="utf-8", timeout=60, env=environment(
                KUBERNETES_SERVICE_HOST="10.96.0.7", KUBERNETES_SERVICE_PORT="443",
                RAGTOP_SERVICEACCOUNT=str(self.account)))
        self.assertEqual(ended.returncode, UNKNOWN)
        self.assertIn("within 2 s: a NetworkPolicy drops what comes from here. From your machine: "
                      "kubectl -n monitoring port-forward svc/prometheus-k8s 9090:9090\n",
                      ended.stderr)
        self.assertIn("a NetworkPolicy drops", " ".join(ended.stdout.split()))

    def test_outside(self):
        """Without the environment of a pod it is localhost, and nobody is looked for."""
        ended = self.report(KUBERNETES_SERVICE_HOST=None)
        self.assertIn("localhost:9090", ended.said)
        self.assertNotIn("svc", ended.said)

    def serve_tls(self):
        server = subprocess.Popen(
            [sys.executable, ROOT / "tests/http/misbehave.py", "--always", "ok",
             "--tls", str(self.account)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8")
        self.addCleanup(server.wait)
        self.addCleanup(server.stdin.close)
        self.addCleanup(server.stdout.close)
        port = int(server.stdout.readline())
        (self.account / "cert.pem").rename(self.account / "ca.crt")
        return str(port)

    def test_by_way_of_the_api_server(self):
        """Verified by the account's CA, asked in its name, and by GET alone."""
        port = self.serve_tls()
        api = {"KUBERNETES_SERVICE_HOST": "localhost", "KUBERNETES_SERVICE_PORT": port}
        path = "/api/v1/namespaces/monitoring/services/prometheus-k8s:web/proxy"
        for arguments in ((), (f"https://localhost:{port}{path}",)):
            with self.subTest(arguments):
                ended = self.report(*arguments, **api)
                self.assertIn("No data", ended.out, ended.err)
        context = ssl.create_default_context(cafile=self.account / "ca.crt")
        context.check_hostname = False      # localhost, which not every machine knows by this name
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context))
        with opener.open(f"https://127.0.0.1:{port}/-/stats") as answer:
            stats = json.load(answer)
        self.assertEqual(stats["last"]["headers"]["authorization"], f"Bearer {TOKEN}")
        self.assertEqual(stats["posts"], 0)
        self.assertTrue(stats["last"]["path"].startswith(path), stats["last"]["path"])

    def certificate(self, *names):
        """A certificate for the names, which the pod's account trusts, and its key."""
        cert, key = self.account / "ca.crt", self.account / "key.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
             "/CN=impostor", "-addext", "subjectAltName=" + ",".join(f"DNS:{n}" for n in names),
             "-keyout", key, "-out", cert], check=True, stdin=subprocess.DEVNULL,
            capture_output=True)
        return cert, key

    def test_names_that_only_begin_like_the_cluster(self):
        """The pod's token is for the API server; that a certificate is trusted does not matter."""
        cert, key = self.certificate(*IMPOSTORS)
        for host in IMPOSTORS:
            with self.subTest(host), Cluster("", tls=(cert, key)) as server:
                arguments = ("--cacert", cert, f"https://{host}:{server.port}/x")
                ended = self.report(*arguments, KUBERNETES_SERVICE_HOST="10.96.0.1",
                                    KUBERNETES_SERVICE_PORT=server.port)
                self.assertIn("No data", ended.out, ended.err)
                self.assertEqual(server.secrets(), set())
                # it would have got the token, had it been the API server
                self.report(*arguments, KUBERNETES_SERVICE_HOST=host,
                            KUBERNETES_SERVICE_PORT=server.port)
                self.assertEqual(server.secrets(), {f"Bearer {TOKEN}"})

    def test_an_unverified_server_gets_no_token(self):
        tls = self.certificate("localhost")
        with Cluster("", tls=tls) as server:
            api = {"KUBERNETES_SERVICE_HOST": "localhost", "KUBERNETES_SERVICE_PORT": server.port}
            ended = self.report("-k", f"https://localhost:{server.port}/x", **api)
            self.assertTrue(server.asked)
            self.assertEqual(server.secrets(), set())
            self.assertIn("the pod's token is not sent", ended.err)

    def test_a_proxy_learns_nothing_of_the_token(self):
        with Cluster() as proxy:
            self.report("https://kubernetes.default.svc/api", https_proxy=proxy.url,
                        KUBERNETES_SERVICE_HOST="10.96.0.1", KUBERNETES_SERVICE_PORT="443")
            self.assertIn("kubernetes.default.svc:443", [place for place, _ in proxy.asked])
            self.assertEqual(proxy.secrets(), set())

    def test_credentials_are_not_for_whoever_answers(self):
        """Without a URL nobody knows which of the services they were meant for."""
        token = self.account / "token"
        with Cluster("prometheus-k8s.monitoring.svc:9090") as cluster:
            for arguments, extra in (
                    (("--bearer-token-file", token), {}), (("-u", f"me:{TOKEN}"), {}),
                    (("-H", f"Authorization: Bearer {TOKEN}"), {}),
                    ((), {"RAGTOP_BEARER_TOKEN_FILE": str(token)})):
                with self.subTest(arguments):
                    ended = self.report(*arguments, http_proxy=cluster.url, **extra)
                    self.assertEqual(cluster.secrets(), set())
                    self.assertEqual(ended.status, USAGE, ended.said)
                    self.assertIn("without a URL", ended.err)
            self.report("--bearer-token-file", token, "http://prometheus-k8s.monitoring.svc:9090",
                        http_proxy=cluster.url)
            self.assertEqual(cluster.secrets(), {f"Bearer {TOKEN}"})

    def test_names_of_a_cluster_outside(self):
        ended = run("report", "http://prometheus-k8s.monitoring.svc:9090")
        self.assertIn("kubectl -n monitoring port-forward svc/prometheus-k8s 9090:9090",
                      " ".join(ended.said.split()))


if __name__ == "__main__":
    unittest.main()
