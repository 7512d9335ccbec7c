#!/usr/bin/python3
"""What is applied to a cluster, as kubectl's own types read it, and its pieces against each other."""

import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest

import yaml

import project

FOLDER = project.ROOT / "demo" / "manifests"
KUBERNETES = "docs/kubernetes.md"


def documents(text):
    return [one for one in yaml.safe_load_all(text) if one]


def everything():
    """(where, object) of every manifest of demo/ and of docs/kubernetes.md."""
    for path in sorted(FOLDER.glob("*.yaml")):
        yield from ((path.name, one) for one in documents(path.read_text("utf-8")))
    for block in re.findall(r"^```yaml\n(.*?)^```", project.read(KUBERNETES), re.M | re.S):
        yield from ((KUBERNETES, one) for one in documents(block) if "kind" in one)


def missing(written, read, path=""):
    """The keys of WRITTEN that READ has not, as paths."""
    if isinstance(written, dict):
        for key, value in written.items():
            if not isinstance(read, dict) or key not in read:
                yield f"{path}.{key}"
            else:
                yield from missing(value, read[key], f"{path}.{key}")
    elif isinstance(written, list):
        for number, value in enumerate(written):
            known = isinstance(read, list) and number < len(read)
            yield from missing(value, read[number] if known else None, f"{path}[{number}]")


@unittest.skipUnless(shutil.which("kubectl"), "kubectl is not installed")
class Workloads(unittest.TestCase):
    """What has pods."""

    def read_by_kubectl(self, workload):
        """WORKLOAD through kubectl's types, which drop what they do not know."""
        with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
            json.dump(workload, file)
            file.flush()
            ended = subprocess.run(
                ["kubectl", "set", "image", "--local", "-f", file.name, "*=any:1", "-o", "json"],
                capture_output=True, encoding="utf-8", check=False,
                env=os.environ | {"KUBECONFIG": os.devnull})
        self.assertEqual(0, ended.returncode, ended.stderr)
        return json.loads(ended.stdout)

    def test_kubectl_knows_every_key(self):
        workloads = [(where, one) for where, one in everything() if one["kind"] == "Deployment"]
        self.assertGreaterEqual(len(workloads), 2)
        for where, workload in workloads:
            with self.subTest(where):
                self.assertEqual([], list(missing(workload, self.read_by_kubectl(workload))))

    def test_a_slip_is_seen(self):
        where, workload = next(pair for pair in everything() if pair[1]["kind"] == "Deployment")
        workload["spec"]["template"]["spec"]["securityContex"] = {"runAsUser": 1}
        self.assertEqual([".spec.template.spec.securityContex"],
                         list(missing(workload, self.read_by_kubectl(workload))), where)


class Together(unittest.TestCase):
    """One against another."""

    def setUp(self):
        self.all = {(one["kind"], one["metadata"]["name"]): one for _, one in everything()}
        self.pods = [one["spec"]["template"] for (kind, _), one in self.all.items()
                     if kind == "Deployment"]

    def labels(self, pod):
        return set(pod["metadata"]["labels"].items())

    def test_selectors_select_their_pods(self):
        for (kind, name), one in self.all.items():
            if kind == "Deployment":
                selected = set(one["spec"]["selector"]["matchLabels"].items())
                self.assertLessEqual(selected, self.labels(one["spec"]["template"]), name)
            elif kind == "Service":
                selected = set(one["spec"]["selector"].items())
                pods = [pod for pod in self.pods if selected <= self.labels(pod)]
                self.assertEqual(1, len(pods), name)
                ports = {port["name"] for container in pods[0]["spec"]["containers"]
                         for port in container["ports"]}
                self.assertLessEqual({port["targetPort"] for port in one["spec"]["ports"]}, ports)

    def test_the_wall_runs_as_the_image_does(self):
        spec = self.all["Deployment", "ragtop"]["spec"]["template"]["spec"]
        container, = spec["containers"]
        image = project.read("packaging/image")
        self.assertEqual(int(re.search(r"^USER = (\d+)", image, re.M)[1]), spec["securityContext"]["runAsUser"])
        self.assertTrue(container["stdin"] and container["tty"])
        # on a read-only root its cache is where the image's HOME is
        self.assertIn(f'HOME={container["volumeMounts"][0]["mountPath"]}', image)
        self.assertTrue(container["securityContext"]["readOnlyRootFilesystem"])

    def test_names_are_those_that_kubernetes_takes(self):
        for where, one in everything():
            self.assertRegex(one["metadata"]["name"], r"\A[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\Z", where)


if __name__ == "__main__":
    unittest.main()
