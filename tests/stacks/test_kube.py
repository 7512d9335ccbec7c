#!/usr/bin/python3
"""What Kubernetes' own exporters tell of the culprit is evidence, and nothing is said without them."""

import unittest

from judged import report, table

HOURS = ("--hours", "6")
# {what is wrong there: (incident of the stack, what the evidence says)}
WRONG = {"throttled": ("database", "CPU throttled 62 % of the time"),
         "memory-pressure": ("database", "its pod is on node node-b, which has memory pressure"),
         "gpu-clock": ("llm-decode", "GPU 1 at 40 % of its clock"),
         "oom": ("llm-queue", "OOM-killed at"),
         "rollout": ("reranker", "tei-rerank was rolled out at"),
         "volume": ("database", "volume 97 % full"),
         "crash-loop": ("database", "CrashLoopBackOff"),
         "smi-clock": ("llm-decode", "GPU gpu-1 at 40 % of its clock"),
         "killed-inside": ("database", "OOM-killed recently"),
         "cpu-limit": ("database", "CPU at 99 % of its limit"),
         "unready": ("database", "not ready"),
         "network": ("database", "network errors 12/s"),
         "gpu-unmapped": ("llm-decode", "GPU 1 at 40 % of its clock"),
         **{kind: ("database", "its pod is on node node-b, whose network has errors (40/s)")
            for kind in ("node-network", "node-by-address", "node-by-name", "node-by-uname")}}
KINDS = {"memory-pressure": "pressure", "oom": "restart", "rollout": "rollout", "crash-loop": "restart"}


class Kube(unittest.TestCase):
    """Reports on a whole stack in a cluster where something is wrong."""

    def test_what_is_wrong_there_is_evidence(self):
        for kube, (incident, says) in WRONG.items():
            with self.subTest(kube):
                said = report("--stack", "rag", "--incident", incident, "--kube", kube, *HOURS)
                verdict = said["verdict"]
                self.assertTrue(any(says in one for one in verdict["evidence"]), verdict)
                self.assertIn(says, verdict["summary"])
                kinds = {change["kind"] for change in verdict["changes"]}
                self.assertEqual({KINDS[kube]} if kube in KINDS else set(), kinds)

    def test_a_node_that_all_slow_pods_share_is_named(self):
        """Those of the embedder and of the reranker are the only ones there that wait for nobody."""
        said = report("--stack", "rag", "--incident", "embedder+reranker", "--kube", "calm", *HOURS)
        self.assertIn("all on node node-a, and no other pods are: look at the node",
                      said["verdict"]["summary"])

    def test_an_evicted_pod_is_a_change(self):
        said = report("--stack", "rag", "--incident", "reranker", "--kube", "evicted", *HOURS)
        change, = said["verdict"]["changes"]
        self.assertEqual("evicted", change["kind"])
        self.assertTrue(change["what"].startswith("tei-rerank-"), change)

    def test_the_table_says_once_what_changed(self):
        said = table("--stack", "rag", "--incident", "reranker", "--kube", "evicted", *HOURS)
        self.assertRegex(said, r"  - changed: \d\d:\d\d tei-rerank-\S+ evicted\n")
        said = table("--stack", "rag", "--incident", "reranker", "--kube", "rollout", *HOURS)
        self.assertRegex(said, r"  - tei-rerank was rolled out at \d\d:\d\d \(")
        self.assertNotIn("  - changed:", said)

    def test_who_crashes_is_counted(self):
        said = report("--stack", "rag", "--incident", "database", "--kube", "crash-loop", *HOURS)
        change, = said["verdict"]["changes"]
        self.assertEqual(("restart", "Error", 5), (change["kind"], change["to"], change["times"]))
        self.assertTrue(any("restarted 5 times" in one for one in said["verdict"]["evidence"]))

    def test_a_calm_cluster_explains_nothing(self):
        said = report("--stack", "rag", "--incident", "embedder", "--kube", "calm", *HOURS)
        evidence = " ".join(said["verdict"]["evidence"])
        for word in ("throttled", "node", "GPU", "limit", "pod"):
            self.assertNotIn(word, evidence)
        self.assertEqual([], said["verdict"]["changes"])
        kinds = [thing["kind"] for thing in said["infrastructure"]]
        self.assertEqual((6, 3, 2), tuple(kinds.count(kind) for kind in
                                          ("container", "node", "gpu")), kinds)
        vllm = next(thing for thing in said["infrastructure"] if thing.get("container") == "vllm")
        self.assertEqual(("gpu-1", "registry.example/vllm:1.4.2"), (vllm["node"], vllm["image"]))
        for key, value in {"cpu_cores": .6, "cpu_limit": 2, "throttled": .02, "restarts": 0}.items():
            self.assertAlmostEqual(value, vllm[key], delta=.02)

    def test_pods_are_found_by_their_address(self):
        """Targets without the label `pod`."""
        said = report("--stack", "rag", "--incident", "database", "--kube", "throttled",
                      "--unnamed", *HOURS)
        self.assertIn(WRONG["throttled"][1], said["verdict"]["summary"])

    def test_without_exporters_nothing_is_known(self):
        said = report("--stack", "rag", "--incident", "database", *HOURS)
        self.assertEqual([], said["infrastructure"])
        self.assertEqual([], said["verdict"]["changes"])


if __name__ == "__main__":
    unittest.main()
