"""Every way to say who asks gets to every endpoint, and mistakes are reported with their place."""

import base64
import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import servers
from program import ROOT, check_sane, run
from report_schema import parse

USAGE, UNKNOWN = 64, 3
NAME, SECRET = "alice", "hunter2-Zx9"
BASIC = "Basic " + base64.b64encode(f"{NAME}:{SECRET}".encode()).decode()
BEARER = "Bearer " + SECRET
AWS = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
       "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}

# What promtool takes, and the header that comes of it. {folder} has the files of FILES.
FILES = {"name": NAME + "\n", "secret": SECRET + "\n", "route": "blue\n"}
GOOD = {
    "basic_auth: {username: alice, password: hunter2-Zx9}": ("authorization", BASIC),
    "basic_auth: {username: alice, password_file: secret}": ("authorization", BASIC),
    "basic_auth: {username_file: {folder}/name, password_file: secret}": ("authorization", BASIC),
    "authorization: {credentials: hunter2-Zx9}": ("authorization", BEARER),
    "authorization: {type: Token, credentials_file: secret}":
        ("authorization", "Token " + SECRET),
    "bearer_token: hunter2-Zx9": ("authorization", BEARER),
    "bearer_token_file: secret": ("authorization", BEARER),
    "http_headers: {X-Route: {values: [blue]}}": ("x-route", "blue"),
    "http_headers: {X-Route: {secrets: [hunter2-Zx9]}}": ("x-route", SECRET),
    "http_headers: {X-Route: {files: [route]}}": ("x-route", "blue"),
}

BAD = {     # place, words
    "oauth2: {client_id: a}": ("1:1", "oauth2", "not supported", "credentials_file"),
    "basic_auth: {username: a, pasword: b}": ("1:27", "unknown key 'pasword'", "did you mean 'password'"),
    "basic_auth: {username: a, password: b, password_file: c}": ("1:13", "password_file"),
    "basic_auth: {username: a}\nbearer_token: b": ("2:15", "only one of"),
    "basic_auth: nobody": ("1:13", "mapping"),
    "authorization: {type: basic, credentials: x}": ("1:16", "basic_auth"),
    "tls_config: {min_version: SSL3}": ("1:27", "TLS12"),
    "tls_config: {min_version: TLS13, max_version: TLS12}": ("1:13", "TLS"),
    "tls_config: {insecure_skip_verify: perhaps}": ("1:36", "neither true nor false"),
    "tls_config: {ca: x, ca_file: y}": ("1:13", "ca_file"),
    "http_headers: {'X Y': {values: [a]}}": ("1:16", "header"),
    "http_headers: {'X: Y': {files: [a]}}": ("1:16", "not a header name"),
    "http_headers: {\"X\\e[31m\": {files: [a]}}": ("1:16", "header"),
    "http_headers: {X: {values: [a]}, x: {values: [b]}}": ("1:34", "twice"),
    "http_headers: {X: {values: [a], values: [b]}}": ("1:33", "twice"),
    "http_headers: {X: {values: ['']}}": ("1:29", "one line"),
    "http_headers: {X: {value: [a]}}": ("1:20", "values"),
    "http_headers: {X: {values: a}}": ("1:28", "list"),
    "bearer_token: ''": ("1:15", "empty"),
    "bearer_token: \"a\\nb\"": ("1:15", "one line"),
    "follow_redirects: true\nfollow_redirects: true": ("2:1", "twice"),
    "- a": ("1:1", "mapping"),
    "bearer_token: [a": ("2:1", ""),
}


def last_headers():
    return servers.misbehave().stats()["last"]["headers"]


class HttpConfig(unittest.TestCase):
    """--http-config and source.http_config."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        for name, text in FILES.items():
            cls.write(name, text)

    @classmethod
    def write(cls, name, text):
        path = cls.folder / name
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)
        return path

    def test_sent(self):
        for text, (header, value) in GOOD.items():
            text = text.replace("{folder}/name", json.dumps(str(self.folder / "name")))
            indented = "".join(f"    {line}\n" for line in text.splitlines())
            url = servers.misbehave().url("ok")
            for arguments in (["--http-config", self.write("http.yaml", text), url],
                              ["-c", self.write("c.yaml", f"source:\n  url: {url}\n"
                                                f"  http_config:\n{indented}")]):
                with self.subTest(text, way=arguments[0]):
                    servers.misbehave().manage("reset")
                    ended = run("report", "-v", *arguments)
                    check_sane(self, ended)
                    self.assertEqual(ended.status, UNKNOWN, ended.said)     # an empty server
                    self.assertEqual(last_headers().get(header), value)
                    self.assertNotIn(SECRET, ended.said)
                    self.assertNotIn("warning", ended.err)

    def test_mistakes(self):
        for text, (place, *words) in BAD.items():
            with self.subTest(text):
                path = self.write("bad.yaml", text)
                ended = run("report", "--http-config", path, "http://127.0.0.1:1")
                check_sane(self, ended)
                self.assertEqual(ended.status, USAGE, ended.said)
                self.assertTrue(ended.err.startswith(f"ragtop: {path}:{place}: "), ended.err)
                for word in words:
                    self.assertIn(word, ended.err)

    def test_place_in_a_config_file(self):
        path = self.write("c.yaml", "source:\n  http_config:\n    oauth2: {client_id: a}\n")
        ended = run("report", "-c", path)
        self.assertIn(f"{path}:3:5: 'oauth2' is not supported", ended.err)

    def test_options_go_before_it(self):
        path = self.write("http.yaml", "bearer_token: other")
        run("report", "--http-config", path, "-u", f"{NAME}:{SECRET}",
            servers.misbehave().url("ok"))
        self.assertEqual(last_headers()["authorization"], BASIC)

    def test_redirects(self):
        path = self.write("http.yaml", "follow_redirects: false")
        ended = run("report", "--http-config", path, servers.misbehave().url("redirect"))
        self.assertIn("not followed", ended.said)

    def test_proxy(self):
        place = servers.misbehave().place
        path = self.write("http.yaml", f"proxy_url: http://{NAME}:{SECRET}@{place}")
        ended = run("report", "-v", "--http-config", path, "http://prometheus.example/ok")
        self.assertEqual(last_headers()["proxy-authorization"], BASIC)
        self.assertNotIn(SECRET, ended.said)
        path = self.write("http.yaml", f"proxy_url: http://{place}\nno_proxy: 127.0.0.1")
        servers.misbehave().manage("reset")
        run("report", "--http-config", path, servers.misbehave().url("ok"))
        self.assertTrue(servers.misbehave().stats()["last"]["path"].startswith("/ok/"))

    def test_proxy_of_the_environment(self):
        environment = {"http_proxy": "http://127.0.0.1:1"}
        url = servers.misbehave().url("ok")
        self.assertIn("refused", run("report", url, **environment).said)
        path = self.write("http.yaml", "proxy_from_environment: false")
        self.assertNotIn("refused", run("report", "--http-config", path, url, **environment).said)

    def test_open_files_are_warned_of(self):
        url = servers.misbehave().url("ok")
        for name, text, way in (("token", SECRET, "--bearer-token-file"),
                                ("http.yaml", f"bearer_token: {SECRET}", "--http-config"),
                                ("http.yaml", "http_headers: {A: {secrets: [b]}}",
                                 "--http-config")):
            with self.subTest(text):
                path = self.write(name, text)
                self.assertNotIn("warning", run("report", way, path, url).err)
                path.chmod(0o644)
                ended = run("report", way, path, url)
                self.assertIn(f"ragtop: warning: anyone on this machine can read the secrets "
                              f"in {path}: chmod 600", ended.err)
                ended = run("report", "--format", "json", way, path, url)
                self.assertIn("anyone", parse(self, ended.out)["warnings"][0])


class Tls(unittest.TestCase):
    """The parts of tls_config, against a server that asks for a certificate."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = folder.name
        server = subprocess.Popen(
            [sys.executable, ROOT / "tests/http/misbehave.py", "--tls", cls.folder, "--mtls"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8")
        cls.addClassCleanup(server.wait)
        cls.addClassCleanup(server.stdin.close)
        cls.port = int(server.stdout.readline())
        cls.addClassCleanup(server.stdout.close)
        os.chmod(os.path.join(cls.folder, "key.pem"), 0o600)

    def report(self, text, *arguments, host="localhost"):
        path = Path(self.folder) / "http.yaml"
        path.write_text("tls_config:\n" + "".join(f"  {line}\n" for line in text), "utf-8")
        path.chmod(0o600)
        ended = run("report", "--http-config", path, *arguments,
                    f"https://{host}:{self.port}/ok")
        check_sane(self, ended)
        return ended

    def pem(self, name):
        lines = Path(self.folder, name).read_text("utf-8").splitlines()
        return "|\n" + "\n".join("      " + line for line in lines)

    ALL = ("ca_file: cert.pem", "cert_file: cert.pem", "key_file: key.pem")

    def test_files(self):
        self.assertIn("No data", self.report(self.ALL).out)

    def test_without(self):
        self.assertIn("not trusted", self.report(self.ALL[1:]).said)
        self.assertIn("TLS", self.report(self.ALL[:1]).said)

    def test_texts(self):
        text = "\n".join(f"{key}: {self.pem(name)}" for key, name in (
            ("ca", "cert.pem"), ("cert", "cert.pem"), ("key", "key.pem"))).split("\n")
        self.assertIn("No data", self.report(text).out)

    def test_server_name(self):
        self.assertIn("a name other", self.report(self.ALL, host="127.0.0.1").said)
        named = (*self.ALL, "server_name: localhost")
        ended = self.report(named, "-v", host="127.0.0.1")
        self.assertIn("No data", ended.out)
        self.assertIn("a name other",
                      self.report((*self.ALL, "server_name: example.com")).said)

    def test_versions(self):
        self.assertIn("No data", self.report((*self.ALL, "min_version: TLS13")).out)
        self.assertIn("No data", self.report((*self.ALL, "max_version: TLS12")).out)

    def test_insecure_is_said(self):
        ended = self.report((*self.ALL[1:], "insecure_skip_verify: true"))
        self.assertIn("No data", ended.out)
        self.assertIn("not verified", ended.err)


class Keys(unittest.TestCase):
    """Credentials where other programs keep them."""

    def write(self, text):
        return servers.file(text)

    def test_netrc(self):
        path = self.write(f"machine 127.0.0.1 login {NAME} password {SECRET}\n")
        ended = run("report", "-v", "--netrc", servers.misbehave().url("ok"), NETRC=path)
        check_sane(self, ended)
        self.assertEqual(last_headers()["authorization"], BASIC)
        self.assertNotIn(SECRET, ended.said)
        with tempfile.TemporaryDirectory() as home:
            Path(home, ".netrc").write_text(Path(path).read_text("utf-8"), "utf-8")
            servers.misbehave().manage("reset")
            run("report", "--netrc", servers.misbehave().url("ok"), HOME=home)
            self.assertEqual(last_headers()["authorization"], BASIC)
            servers.misbehave().manage("reset")
            run("report", servers.misbehave().url("ok"), HOME=home)
            self.assertNotIn("authorization", last_headers())

    def test_signature(self):
        """The server computes every signature itself: instant, range and label queries."""
        url = servers.misbehave().url("aws")
        ways = {
            "environment": ([], AWS),
            "user": (["-u", ":".join(AWS.values())], {}),
            "file": ([], {"AWS_SHARED_CREDENTIALS_FILE": self.write(f"""
                [default]
                aws_access_key_id = nobody
                aws_secret_access_key = nothing
                [team]
                aws_access_key_id = {AWS["AWS_ACCESS_KEY_ID"]}
                aws_secret_access_key={AWS["AWS_SECRET_ACCESS_KEY"]}
                aws_session_token = token/of+session==
                """), "AWS_PROFILE": "team"}),
        }
        for name, (arguments, environment) in ways.items():
            with self.subTest(name):
                ended = run("report", "-v", "--aws-sigv4", "eu-west-1", "-l", 'a=~"x|y z"',
                            *arguments, url, **environment)
                check_sane(self, ended)
                self.assertIn("No data", ended.out, ended.err)
                self.assertNotIn(AWS["AWS_SECRET_ACCESS_KEY"], ended.said)
                self.assertNotIn("AKID", ended.said)
        self.assertEqual(last_headers()["x-amz-security-token"], "token/of+session==")
        ended = run("report", "--aws-sigv4", "aws:amz:eu-north-1:aps", url, **AWS)
        self.assertIn("403", ended.said)

    def test_signature_of_a_config_file(self):
        path = self.write(f"source: {{url: '{servers.misbehave().url('aws')}', "
                          "aws_sigv4: eu-west-1}\nprofiles: [kotaemon]\n")
        self.assertIn("No data", run("report", "-c", path, **AWS).out)

    def test_no_keys(self):
        ended = run("report", "--aws-sigv4", "eu-west-1", servers.misbehave().url("aws"))
        self.assertEqual(ended.status, USAGE)
        self.assertIn("AWS", ended.err)


if __name__ == "__main__":
    unittest.main()
