"""From a server far away, where questions are joined: nothing but the number of requests differs."""

import json
import re
import tempfile
import unittest
from pathlib import Path

import servers
from program import main_directory, run

main_directory("tests/bench")
from distance import Distance           # pylint: disable=wrong-import-position

ROUND_TRIP_S = 0.1
AT = ("--at", "-2m")                    # the same moment, whenever it is asked


def setUpModule():      # pylint: disable=invalid-name
    servers.article()


class Far(unittest.TestCase):
    """Beside the same from nearby."""
    maxDiff = None

    def setUp(self):
        self.at = json.loads(run("report", "--format", "json", *AT, servers.url("article")).out)["at"]

    def report(self, url, *arguments):
        """(the document without where it came from, the requests for numbers)"""
        ended = run("report", "-v", "--no-cache", "--format", "json", "--at", self.at, *arguments, url)
        document = json.loads(ended.out)
        del document["source"]
        kinds = "now|span|day|recent|proof"
        return ended.status, document, re.findall(rf"(?m)^\S+ (?:{kinds})\S* +(\d+) .*$", ended.err), ended.err

    def check(self, *arguments):
        status, near, _, asked = self.report(servers.url("article"), *arguments)
        self.assertNotIn("ragtop_arm", asked)
        with Distance(servers.url("article"), ROUND_TRIP_S) as far:
            status_far, document, _, asked = self.report(far.url, *arguments)
        self.assertEqual(status_far, status)
        self.assertEqual(document, near)
        return asked

    def test_joined(self):
        asked = self.check()
        joined = [line for line in asked.splitlines() if "ragtop_arm" in line]
        self.assertGreater(len(joined), 3)
        self.assertTrue(any(line.count("ragtop_arm") == 8 for line in joined), joined)
        self.assertLess(sum(" empty " not in line for line in asked.splitlines()), 60)

    def test_one_that_fails_does_not_take_others_along(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "config.yaml"
            path.write_text(
                "stages:\n"
                "  - {name: find, latency: vector_db_query_duration_seconds}\n"
                "  - name: odd\n"
                "    expr: {latency: 'label_replace(vector_db_connections_max, \"__name__\", \"\", \"\", \"\") "
                "* on() group_left() kotaemon_tool_call_total'}\n"
                "  - {name: write, latency: kotaemon_generation_latency_seconds}\n", encoding="utf-8")
            asked = self.check("--config", str(path))
        first = next(i for i, line in enumerate(asked.splitlines()) if "ragtop_arm" in line)
        lines = asked.splitlines()
        self.assertIn(" 422 ", lines[first])
        self.assertEqual([line for line in lines[first + 1:] if "ragtop_arm" in line and " 200 " in line], [])


if __name__ == "__main__":
    unittest.main()
