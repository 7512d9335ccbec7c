"""A server with nothing in it that could be judged: what it tells of itself is shown all the same."""

import json
import tempfile
import threading
import unittest
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import servers
from program import run
from processes import Child, free_ports

DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
RULES = {"groups": [{"name": "room", "rules": [
    {"alert": "RoomWarm", "expr": "room_temperature_celsius > 20", "labels": {"severity": "warning"},
     "annotations": {"summary": "The room is warm."}}]}]}


class Room(BaseHTTPRequestHandler):
    def do_GET(self):       # pylint: disable=invalid-name
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.end_headers()
        self.wfile.write(b"# TYPE room_temperature_celsius gauge\nroom_temperature_celsius 21\n")

    def log_message(self, *_):
        pass


class NoStage(unittest.TestCase):
    """One target with a gauge, and an alert on it that fires."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="ragtop no stage ")
        cls.addClassCleanup(folder.cleanup)
        place = Path(folder.name)
        room = ThreadingHTTPServer(("127.0.0.1", 0), Room)
        cls.addClassCleanup(room.server_close)
        cls.addClassCleanup(room.shutdown)
        threading.Thread(target=room.serve_forever, daemon=True).start()
        port, = free_ports(1)
        cls.nothing_configured = str(place)
        cls.url = f"http://127.0.0.1:{port}"
        (place / "rules.json").write_text(json.dumps(RULES), encoding="utf-8")
        (place / "prometheus.json").write_text(json.dumps({
            "global": {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"},
            "rule_files": [str(place / "rules.json")],
            "scrape_configs": [{"job_name": "room", "static_configs": [
                {"targets": [f"127.0.0.1:{room.server_port}"]}]}]}), encoding="utf-8")
        server = Child("prometheus", [
            "prometheus", f"--config.file={place / 'prometheus.json'}",
            f"--storage.tsdb.path={place / 'data'}", f"--web.listen-address=127.0.0.1:{port}"],
            place)
        cls.addClassCleanup(server.end)
        server.wait_until(cls.fires)

    @classmethod
    def fires(cls):
        try:
            with DIRECT.open(f"{cls.url}/api/v1/alerts", timeout=5) as answer:
                return any(a["state"] == "firing" for a in json.load(answer)["data"]["alerts"])
        except (OSError, ValueError):
            return False

    def page(self, page, *options):
        ended = run("--no-cache", "--screenshot", "--page", page, "--size", "100x24", *options,
                    self.url, XDG_CONFIG_HOME=self.nothing_configured)
        self.assertEqual(ended.status, 3, ended.said)
        self.assertNotIn("Asking", ended.out)
        return ended.out

    def test_the_alert_that_fires(self):
        self.assertRegex(self.page("alerts"), r"! +RoomWarm .* firing ")

    def test_the_target(self):
        self.assertRegex(self.page("targets"), r"room  127\.0\.0\.1:\d+ +up .* normal")

    def test_a_new_service_may_be_there_soon(self):
        said = " ".join(run("report", "--no-cache", self.url,
                            XDG_CONFIG_HOME=self.nothing_configured).out.split())
        self.assertIn("A new target is found after its first scrape; otherwise check that your "
                      "services are scraped.", said)

    def test_what_changed(self):
        out = self.page("changes")
        self.assertIn("there is no stage", " ".join(out.split()))
        self.assertRegex(out, r"RoomWarm +\d\d:\d\d:\d\d|Nothing changed in this span")

    def test_no_stage_by_label_either(self):
        config = servers.file("stages_by_label: {latency: room_door_seconds, label: door}\n")
        self.assertRegex(self.page("alerts", "-c", config), r"! +RoomWarm .* firing ")

    def test_a_report_counts_it(self):
        ended = run("report", "--no-cache", "--format", "json", self.url,
                    XDG_CONFIG_HOME=self.nothing_configured)
        report = json.loads(ended.out)
        self.assertEqual((report["alerts"], report["alerts_elsewhere"]), ([], 1))

    def test_doctor_reads_all_lists(self):
        ended = run("doctor", "--no-cache", "--format", "json", self.url,
                    XDG_CONFIG_HOME=self.nothing_configured)
        checks = {check["check"]: check for check in json.loads(ended.out)["checks"]}
        self.assertEqual([c for c in checks.values() if "no answer in time" in str(c)], [])
        self.assertEqual(checks["targets"]["result"], "ok")
        self.assertEqual(checks["rules-never-fire"]["result"], "ok")
        self.assertIn("there is no stage", checks["buckets"]["not_checked"])    # nothing to be sound


if __name__ == "__main__":
    unittest.main()
