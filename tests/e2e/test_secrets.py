"""Credentials are sent, and seen nowhere else."""

import base64
import tempfile
import unittest
from pathlib import Path

import servers
from live import Live
from program import PROGRAM, check_sane, run

NAME, SECRET = "alice", "hunter2-Zx9"
BASIC = base64.b64encode(f"{NAME}:{SECRET}".encode()).decode()


def in_url(fault):
    return [servers.misbehave().url(fault, f"{NAME}:{SECRET}@")]


def as_user(fault):
    return ["-u", f"{NAME}:{SECRET}", servers.misbehave().url(fault)]


def as_user_joined(fault):
    return [f"--user={NAME}:{SECRET}", servers.misbehave().url(fault)]


def as_header(fault):
    return ["-H", f"Authorization: Bearer {SECRET}", servers.misbehave().url(fault)]


def as_file(fault):
    return ["--bearer-token-file", servers.file(SECRET + "\n"), servers.misbehave().url(fault)]


def as_config(fault):
    return ["-c", servers.file(f"""
        source:
          url: {servers.misbehave().url(fault)}
          user: {NAME}:{SECRET}
    """)]


def as_proxy(fault):
    return ["--proxy", f"http://{NAME}:{SECRET}@{servers.misbehave().place}",
            f"http://prometheus.example/{fault}"]


def as_http_config(fault):
    return ["--http-config", servers.file(f"basic_auth: {{username: {NAME}, password: {SECRET}}}"),
            servers.misbehave().url(fault)]


def as_http_config_inside(fault):
    return ["-c", servers.file(f"""
        source:
          url: {servers.misbehave().url(fault)}
          http_config: {{authorization: {{credentials: {SECRET}}}}}
    """)]


WAYS = (in_url, as_user, as_user_joined, as_header, as_file, as_config, as_proxy, as_http_config,
        as_http_config_inside)
FAULTS = ("ok", "401", "404", "422", "html", "reset", "redirect-loop", "redirect-away",
          "redirect-host")


class Secrets(unittest.TestCase):
    """Every way to give a secret, at every place where one might show."""

    def check_hidden(self, text):
        for secret in (SECRET, BASIC):
            self.assertNotIn(secret, text)

    def test_sent(self):
        """Else the others could not fail."""
        for way in WAYS:
            with self.subTest(way.__name__):
                servers.misbehave().manage("reset")
                run("report", *way("ok"))
                headers = servers.misbehave().stats()["last"]["headers"]
                name = "proxy-authorization" if way is as_proxy else "authorization"
                self.assertIn(headers.get(name), (f"Basic {BASIC}", f"Bearer {SECRET}"))

    def test_output(self):
        for way in WAYS:
            for fault in FAULTS:
                with self.subTest(f"{way.__name__} {fault}"):
                    ended = run("report", "-v", "--timeout", "1s", *way(fault))
                    check_sane(self, ended)
                    self.check_hidden(ended.said)

    def test_formats(self):
        for options in (("report", "--format", "json"), ("report", "--format", "markdown"),
                        ("report", "--format", "csv"), ("--screenshot",),
                        ("--screenshot", "--format", "svg")):
            for way in WAYS:
                with self.subTest(f"{options} {way.__name__}"):
                    self.check_hidden(run(*options, *way("401")).said)

    def test_log(self):
        for way in WAYS:
            with self.subTest(way.__name__), tempfile.NamedTemporaryFile("r") as log:
                run("report", "--log", log.name, *way("401"))
                text = log.read()
                self.assertTrue(text)
                self.check_hidden(text)

    def test_process_list(self):
        """The arguments are wiped by the time the first frame is there, and the screen is clean."""
        for way in WAYS:
            with self.subTest(way.__name__), Live(*way("hang"), size=(120, 40)) as live:
                live.wait(lambda: live.text().strip(), "a frame")
                arguments = Path(f"/proc/{live.pid}/cmdline").read_text(encoding="utf-8")
                self.assertTrue(arguments.startswith(PROGRAM))
                self.check_hidden(arguments)
                live.press("?")
                live.wait_for("This page:")
                live.quit()
                self.check_hidden(live.raw.decode() + live.errors())

    def test_environment_variable(self):
        servers.misbehave().manage("reset")
        ended = run("report", "-v", servers.misbehave().url("401"),
                    RAGTOP_USER=f"{NAME}:{SECRET}")
        self.assertEqual(servers.misbehave().stats()["last"]["headers"]["authorization"],
                         f"Basic {BASIC}")
        self.check_hidden(ended.said)

    def test_mistakes(self):
        """Messages about a wrong option do not repeat the secret beside it."""
        cases = ((f"http://{NAME}:{SECRET}@local host/",), (f"http://{NAME}:{SECRET}@:99999",),
                 (f"ftp://{NAME}:{SECRET}@x",), ("http://x", f"http://{NAME}:{SECRET}@y"),
                 ("--proxy", f"ftp://{NAME}:{SECRET}@x"), ("-H", f"Authorization {SECRET}"))
        for arguments in cases:
            with self.subTest(arguments):
                ended = run("report", *arguments)
                check_sane(self, ended)
                self.assertEqual(ended.status, 64)
                self.check_hidden(ended.said)

    def test_profile(self):
        """Whoever wrote it has no say in where requests go, let alone by way of whom."""
        stages = "stages: [{name: a, latency: m}]\n"
        token = servers.file(SECRET + "\n")
        with servers.another() as listener, tempfile.TemporaryDirectory() as home:
            folder = Path(home, "ragtop", "profiles")
            folder.mkdir(parents=True)
            shared, settings = folder / "shared.yaml", Path(home, "ragtop", "config.yaml")
            config = servers.file("profiles: [shared]\n")
            ways = (("-p", shared), ("-p", "shared"), ("-c", config))
            for text, arguments in (
                    (f"source: {{proxy: 'http://{listener.place}'}}\n", ["http://127.0.0.1:1"]),
                    (f"source: {{url: '{listener.url('ok')}'}}\n", []),
                    (f"sources: [{{name: a, url: '{listener.url('ok')}'}}]\n", [])):
                shared.write_text(text + stages, encoding="utf-8")
                for way in ways:
                    with self.subTest(text, way=way):
                        ended = run("report", "--timeout", "1s", *way, *arguments,
                                    XDG_CONFIG_HOME=home, RAGTOP_BEARER_TOKEN_FILE=token)
                        check_sane(self, ended)
                        self.assertEqual(listener.stats()["requests"], 0)
                        self.assertEqual(ended.status, 64, ended.said)
                        key = text[:text.index(":")]
                        self.assertEqual(
                            ended.err,
                            f"ragtop: {shared}:1:1: '{key}' belongs in {settings}; a profile only "
                            f"describes metrics\n")

    def test_redirect(self):
        """Nor is what a log-in page of another host got in its address."""
        ended = run("report", "--timeout", "1s", *as_user("redirect-away"))
        self.check_hidden(ended.said)
        self.assertNotIn("secret=1", ended.said)


if __name__ == "__main__":
    unittest.main()
