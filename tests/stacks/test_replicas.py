#!/usr/bin/python3
"""Of the replicas of an LLM server, those that have stopped completing are named."""

import unittest

from judged import report

HOURS = ("--hours", "6")
SERVERS = "vllm", "sglang", "tgi"


class Replicas(unittest.TestCase):
    """Reports on several pods of one job."""

    def report(self, server, number, hung):
        return report("--components", server, "--replicas", str(number), "--hung", str(hung), *HOURS)

    def rows(self, said):
        return [row for row in said["rows"] if row["signal"] == "targets"]

    def test_one_that_has_stopped_is_named(self):
        for server in SERVERS:
            with self.subTest(server):
                said = self.report(server, 4, 1)
                row, = self.rows(said)
                self.assertEqual((3, 4, f"{server}-3"),
                                 (row["current"], row["baseline"], row["replica"]))
                self.assertIn("1 of 4 replicas of", said["verdict"]["summary"])
                self.assertIn(f"{server}-3", said["verdict"]["summary"])
                self.assertEqual("critical", said["verdict"]["severity"])

    def test_two_of_four(self):
        said = self.report("vllm", 4, 2)
        self.assertIn("2 of 4 replicas of vllm have completed no request", said["verdict"]["summary"])

    def test_all_that_go_on_are_not(self):
        said = self.report("vllm", 4, 0)
        self.assertEqual([], self.rows(said))
        self.assertEqual("ok", said["verdict"]["condition"])

    def test_the_only_one_is_no_replica(self):
        said = self.report("vllm", 1, 1)
        self.assertEqual([], self.rows(said))
        self.assertNotIn("replica", said["verdict"]["summary"])


if __name__ == "__main__":
    unittest.main()
