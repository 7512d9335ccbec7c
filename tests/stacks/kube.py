"""The Kubernetes that a stack runs in, as its own exporters tell of it, and what may go wrong there.

Names and labels are those of kube-state-metrics, the kubelet's cAdvisor, node-exporter and
dcgm-exporter as kube-prometheus and the NVIDIA operator scrape them: the first two with
`honor_labels`, dcgm-exporter without, so that its `pod` becomes `exported_pod`.
"""

import itertools
from dataclasses import dataclass
from operator import itemgetter

from exporter import number
from exposition import scraped, text_of

GIB = 2 ** 30
NODES = {"node-a": "10.0.0.11", "node-b": "10.0.0.12", "gpu-1": "10.0.0.21"}
GPU_NODE, GPUS = "gpu-1", 2
CORES, NODE_MEMORY = 16, 64 * GIB
VOLUME = 200 * GIB
PERIODS = 10                # of the CPU's accounting, per second
CLOCK_MHZ = 1980
LLM = ("vllm", "tgi")       # these have a GPU
SMI_POD, DCGM_POD = "nvidia-gpu-exporter-4zk8d", "dcgm-exporter-7xk2p"


@dataclass(frozen=True)
class Incident:
    """What is wrong from its onset on: at the container, the node or the GPU of the culprit."""
    says: str
    cpu: float = 0              # cores; 0: as ever
    throttled: float = 0        # share of periods
    memory: float = 0           # share of its limit
    pressure: str = ""          # condition of the node
    node_memory: float = 0      # share of it
    clock: float = 1            # of the GPU
    kills: int = 0              # OOM kills since
    image: str = ""             # it was rolled out with that tag
    volume: float = 0           # share of its volume that is used; 0: it has none
    waiting: str = ""           # why its container is not running
    evicted: bool = False       # a second pod of it was
    smi: bool = False           # NVIDIA's other exporter tells of the GPUs
    unready: bool = False       # its probe fails
    killed_inside: int = 0      # processes in its container, which goes on
    network: float = 0          # packets with errors, per second, of the pod
    node_cpu: float = 0         # share of it, as of the next
    node_disk: float = 0
    node_network: float = 0     # packets that it could not send, per second
    node_lost: bool = False     # it is not ready
    exporter: str = "{address}:9100"    # what the exporters of nodes go by
    uname: str = "{name}"       # what these call their node
    unmapped: bool = False      # dcgm-exporter knows of no pods


INCIDENTS = {
    "calm": Incident("nothing"),
    "throttled": Incident("its CPU is throttled", cpu=2.0, throttled=.62),
    "memory-pressure": Incident("its node has memory pressure", pressure="MemoryPressure",
                                node_memory=.97),
    "gpu-clock": Incident("its GPU is at 40 % of its clock", clock=.4),
    "oom": Incident("it was killed for its memory", memory=.96, kills=2),
    "rollout": Incident("a new version was rolled out", image="1.5.0"),
    "volume": Incident("its volume is nearly full", volume=.97),
    "crash-loop": Incident("its container ends again and again", kills=5, waiting="CrashLoopBackOff"),
    "evicted": Incident("a pod of it was evicted", evicted=True),
    "smi-clock": Incident("its GPU is at 40 % of its clock", clock=.4, smi=True),
    "cpu-limit": Incident("its CPU is at its limit", cpu=1.98),
    "memory-limit": Incident("its memory is near its limit", memory=.96),
    "killed-inside": Incident("a process in its container was killed for memory", killed_inside=1),
    "unready": Incident("its pod is not ready", unready=True),
    "network": Incident("its pod's network has errors", network=12),
    "node-cpu": Incident("its node has no CPU left", node_cpu=.97),
    "node-disk": Incident("its node's disk is busy", node_disk=.98),
    "node-network": Incident("its node's network has errors", node_network=40),
    "node-lost": Incident("its node is not ready", node_lost=True),
    "node-by-address": Incident("its node's network has errors", node_network=40,
                                uname="host-{name}"),
    "node-by-name": Incident("its node's network has errors", node_network=40, exporter="{name}",
                             uname="host-{name}"),
    "node-by-uname": Incident("its node's network has errors", node_network=40,
                              exporter="{name}.example"),
    "gpu-unmapped": Incident("its GPU is at 40 % of its clock", clock=.4, unmapped=True)}


class Exporter:
    """Samples as a function of time; a target of exposition.Server and of a Stack.

    SAMPLES(time) lists (name, labels, value); None is no such series at that time. HONOURS: its own
    labels stand, whatever those of the target are.
    """

    def __init__(self, labels, samples, honours):
        self.labels, self.honours, self._samples = labels, honours, samples

    @property
    def series(self):
        return self._samples(0)

    def _there(self, time):
        samples = [one for one in self._samples(time) if one[2] is not None]
        return sorted(samples, key=itemgetter(0))

    def text(self, time):
        lines = []
        for name, samples in itertools.groupby(self._there(time), itemgetter(0)):
            kind = "counter" if name.endswith("_total") else "gauge"
            lines.append(f"# TYPE {name} {kind}\n")
            lines += [f"{text_of(name, own)} {number(value)}\n" for _, own, value in samples]
        return "".join(lines)

    def past(self, times):
        merged = (lambda own: {**self.labels, **own}) if self.honours else (
            lambda own: scraped(own, self.labels))
        for time in times:
            yield "".join([f"{text_of(name, merged(own))} {number(value)} {time}\n"
                           for name, own, value in
                           [*self._there(time), ("up", {}, 1)]])


def is_numbered(pod):
    """Whether POD is one of a StatefulSet, which keeps its name: qdrant-0."""
    return pod.rpartition("-")[2].isdigit()


def before_rollout(pod):
    """The name of the pod that POD took the place of."""
    if is_numbered(pod):
        return pod
    deployment, _, own = pod.rsplit("-", 2)
    return f"{deployment}-7c4d8fd9b-{own[::-1]}"


class Cluster:
    """Where PODS, (workload, labels of its target) each, run: {job: Exporter} by `exporters()`.

    CULPRIT is the workload that INCIDENT happens to, from ONSET on. NODES is {name: address}.
    """

    def __init__(self, pods, start, onset, incident="calm", culprit=None, nodes=None):
        self._start, self._onset, self._places = start, onset, nodes or NODES
        self._incident, self._culprit = INCIDENTS[incident], culprit
        places = itertools.cycle(name for name in self._places if name != GPU_NODE)
        self._pods = [(job, dict(labels), GPU_NODE if job.startswith(LLM) else next(places))
                      for job, labels in pods if "pod" in labels]

    def exporters(self):
        def labels(job, **more):
            return {"job": job, "namespace": "monitoring", **more}
        result = {
            "kube-state-metrics": Exporter(labels("kube-state-metrics", instance="10.244.9.1:8443"),
                                           self._state, True),
            "node-exporter": Exporter(labels("node-exporter", instance="10.0.0.1:9100"),
                                      self._nodes, True),
            "kubelet": Exporter(labels("kubelet", metrics_path="/metrics/cadvisor",
                                       instance="10.0.0.1:10250"), self._cadvisor, True),
            # of another bundle, which scrapes the same kubelets
            "cadvisor": Exporter(labels("cadvisor", instance="10.0.0.1:10250"), self._cadvisor,
                                 True)}
        if any(node == GPU_NODE for _, _, node in self._pods) and self._incident.smi:
            result["nvidia-gpu-exporter"] = Exporter(
                labels("nvidia-gpu-exporter", instance="10.244.9.3:9835", pod=SMI_POD), self._smi, False)
        elif any(node == GPU_NODE for _, _, node in self._pods):
            result["dcgm-exporter"] = Exporter(
                labels("dcgm-exporter", instance="10.244.9.2:9400", pod=DCGM_POD,
                       container="nvidia-dcgm-exporter", node=GPU_NODE), self._gpus, False)
        return result

    def _now(self, job, time):
        """The incident as far as JOB has it at TIME."""
        begun = job == self._culprit and time >= self._onset
        return self._incident if begun else INCIDENTS["calm"]

    def _grown(self, job, time, before, after):
        """A counter of the rates BEFORE and AFTER the onset."""
        own = after if job == self._culprit else before
        return (before * max(0, min(time, self._onset) - self._start) +
                own * max(0, time - max(self._onset, self._start)))

    def _generations(self, job, labels, time):
        """(pod, image, created) of those that there are at TIME: a rollout replaces the pod."""
        tag = self._incident.image if job == self._culprit else ""
        rolled = bool(tag) and time >= self._onset
        pod = labels["pod"]
        if tag and not rolled:
            return before_rollout(pod), "1.4.2", self._start
        return pod, tag or "1.4.2", self._onset if rolled else self._start

    def _state(self, time):
        result = []
        for job, labels, node in self._pods:
            result += self._of_pod(job, labels, node, time)
        for job, namespace, kind in dict.fromkeys((job, labels["namespace"], is_numbered(labels["pod"]))
                                                  for job, labels, _ in self._pods):
            result += self._of_workload(job, namespace, kind, time)
        for name in self._places:
            result += self._of_node(name, time)
        if self._incident.smi:
            result.append(("kube_pod_info", {"namespace": "monitoring", "pod": SMI_POD, "node": GPU_NODE,
                                             "created_by_kind": "DaemonSet",
                                             "created_by_name": "nvidia-gpu-exporter"}, 1))
        if any(node == GPU_NODE for _, _, node in self._pods):
            result.append(("kube_pod_info", {"namespace": "monitoring", "pod": DCGM_POD, "node": GPU_NODE,
                                             "created_by_kind": "DaemonSet",
                                             "created_by_name": "dcgm-exporter"}, 1))
        return result + self._of_job(time)

    def _of_job(self, time):
        """A pod of a CronJob, which comes and goes every five minutes."""
        minute = int(time) // 60
        if not self._pods or minute % 5 > 1:
            return []
        pod = f"ingest-{minute // 5}-x8vzt"
        own = {"namespace": self._pods[0][1]["namespace"], "pod": pod}
        return [("kube_pod_info", {**own, "node": next(iter(self._places)), "created_by_kind": "Job",
                                   "created_by_name": f"ingest-{minute // 5}"}, 1),
                ("kube_pod_container_info", {**own, "container": "ingest",
                                             "image": "registry.example/ingest:7"}, 1)]

    def _of_pod(self, job, labels, node, time):
        now = self._now(job, time)
        pod, tag, created = self._generations(job, labels, time)
        own = {"namespace": labels["namespace"], "pod": pod}
        its = {**own, "container": labels["container"]}
        address = labels["instance"].rpartition(":")[0]
        killed, unready = now.kills > 0, bool(now.waiting) or now.unready
        limits = {"cpu": ("core", 2), "memory": ("byte", 4 * GIB)}
        rows = [
            ("kube_pod_info", {**own, "node": node, "pod_ip": address, "host_ip": self._places[node],
                               "uid": f"uid-{pod}",
                               "created_by_kind": "StatefulSet" if is_numbered(pod) else "ReplicaSet",
                               "created_by_name": pod.rpartition("-")[0],
                               "host_network": "false"}, 1),
            ("kube_pod_created", own, created), ("kube_pod_start_time", own, created),
            ("kube_pod_container_info", {
                **its, "image": f"registry.example/{job}:{tag}",
                "image_id": f"registry.example/{job}@sha256:{tag}",
                "container_id": f"containerd://{pod}"}, 1),
            ("kube_pod_container_status_restarts_total", its, now.kills),
            ("kube_pod_container_status_last_terminated_reason", {
                **its, "reason": "Error" if now.waiting else "OOMKilled"},
             1 if killed else None),
            ("kube_pod_container_status_last_terminated_timestamp", its,
             self._onset if killed else None),
            ("kube_pod_status_ready", {**own, "condition": "true"}, int(not unready)),
            ("kube_pod_status_ready", {**own, "condition": "false"}, int(unready)),
            ("kube_pod_container_status_waiting_reason", {**its, "reason": now.waiting},
             1 if now.waiting else None),
            ("kube_pod_status_reason", {**own, "pod": before_rollout(pod), "reason": "Evicted"},
             1 if now.evicted else None)]
        if job == self._culprit and self._incident.volume:
            rows.append(("kube_pod_spec_volumes_persistentvolumeclaims_info", {
                **own, "volume": "data", "persistentvolumeclaim": f"data-{job}"}, 1))
        rows += [("kube_pod_status_phase", {**own, "phase": phase}, int(phase == "Running"))
                 for phase in ("Pending", "Running", "Failed", "Succeeded", "Unknown")]
        for resource, (unit, limit) in limits.items():
            its_own = {**its, "node": node, "resource": resource, "unit": unit}
            rows += [("kube_pod_container_resource_limits", its_own, limit),
                     ("kube_pod_container_resource_requests", its_own, limit / 2)]
        return rows

    def _of_workload(self, job, namespace, numbered, time):
        rolled = int(job == self._culprit and bool(self._incident.image) and time >= self._onset)
        replicas = sum(1 for other, labels, _ in self._pods
                       if (other, labels["namespace"]) == (job, namespace))
        if numbered:
            own = {"namespace": namespace, "statefulset": job}
            return [("kube_statefulset_replicas", own, replicas),
                    ("kube_statefulset_status_replicas_ready", own, replicas),
                    ("kube_statefulset_metadata_generation", own, 3 + rolled),
                    ("kube_statefulset_status_observed_generation", own, 3 + rolled)]
        own = {"namespace": namespace, "deployment": job}
        return [("kube_deployment_spec_replicas", own, replicas),
                ("kube_deployment_status_replicas_available", own, replicas),
                ("kube_deployment_metadata_generation", own, 3 + rolled),
                ("kube_deployment_status_observed_generation", own, 3 + rolled)]

    def _on_node(self, name, time):
        """The incident as far as the node has it."""
        return next((self._now(job, time) for job, _, node in self._pods
                     if node == name and job == self._culprit), INCIDENTS["calm"])

    def _grown_on(self, name, time, before, what):
        """A counter of node NAME: the rate BEFORE, and from the onset on WHAT of the incident."""
        hit = any(node == name and job == self._culprit for job, _, node in self._pods)
        after = getattr(self._incident, what) if hit else 0
        return self._grown(self._culprit if after else None, time, before, after or before)

    def _of_node(self, name, time):
        now = self._on_node(name, time)
        rows = [("kube_node_info", {"node": name, "internal_ip": self._places[name],
                                    "kubelet_version": "v1.34.1"}, 1),
                ("kube_node_created", {"node": name}, self._start),
                ("kube_node_spec_unschedulable", {"node": name}, 0)]
        for condition in ("Ready", "MemoryPressure", "DiskPressure", "PIDPressure"):
            truth = condition in ("Ready", now.pressure)
            is_now = "unknown" if now.node_lost else "true" if truth else "false"
            rows += [("kube_node_status_condition",
                      {"node": name, "condition": condition, "status": status},
                      int(status == is_now))
                     for status in ("true", "false", "unknown")]
        return rows

    def _cadvisor(self, time):
        rows = []
        for job, labels, node in self._pods:
            now, change = self._now(job, time), self._incident
            pod, tag, _ = self._generations(job, labels, time)
            pod_own = {"namespace": labels["namespace"], "pod": pod, "node": node,
                       "instance": f"{self._places[node]}:10250"}
            own = {**pod_own, "container": labels["container"],
                   "image": f"registry.example/{job}:{tag}"}
            memory = (now.memory or .55) * 4 * GIB
            cpu = self._grown(job, time, .6, change.cpu or .6)
            rows += [
                ("container_cpu_usage_seconds_total", {**own, "cpu": "total"}, round(cpu, 3)),
                ("container_cpu_usage_seconds_total", {**pod_own, "cpu": "total"}, round(cpu, 3)),
                ("container_cpu_cfs_periods_total", own,
                 int(self._grown(job, time, PERIODS, PERIODS))),
                ("container_cpu_cfs_throttled_periods_total", own,
                 int(self._grown(job, time, .2, (change.throttled or .02) * PERIODS))),
                ("container_memory_working_set_bytes", own, int(memory)),
                ("container_memory_working_set_bytes", pod_own, int(memory) + 2 ** 20),
                ("container_oom_events_total", own, now.killed_inside),
                ("container_network_receive_errors_total", {**pod_own, "interface": "eth0"},
                 round(self._grown(job, time, 0, change.network))),
                ("container_network_transmit_errors_total", {**pod_own, "interface": "eth0"}, 0)]
            if job == self._culprit and change.volume:
                claim = {**pod_own, "persistentvolumeclaim": f"data-{job}"}
                del claim["pod"]
                rows += [("kubelet_volume_stats_capacity_bytes", claim, VOLUME),
                         ("kubelet_volume_stats_available_bytes", claim,
                          round(VOLUME * (1 - (now.volume or .5))))]
        return rows

    def _nodes(self, time):
        rows = []
        for name, address in self._places.items():
            now = self._on_node(name, time)
            own = {"instance": self._incident.exporter.format(name=name, address=address)}
            uname = self._incident.uname.format(name=name)
            rows += [("node_uname_info", {**own, "nodename": uname, "sysname": "Linux"}, 1),
                     # left over from before it was renamed, until the server forgets it
                     ("node_uname_info", {**own, "nodename": f"old-{name}", "sysname": "Linux"}, 1),
                     ("node_memory_MemTotal_bytes", own, NODE_MEMORY),
                     ("node_memory_MemAvailable_bytes", own,
                      int(NODE_MEMORY * (1 - (now.node_memory or .5)))),
                     ("node_network_receive_errs_total", {**own, "device": "eth0"}, 0),
                     ("node_network_transmit_errs_total", {**own, "device": "eth0"},
                      round(self._grown_on(name, time, 0, "node_network"))),
                     ("node_disk_io_time_seconds_total", {**own, "device": "nvme0n1"},
                      round(self._grown_on(name, time, .08, "node_disk"), 3))]
            user = self._grown_on(name, time, .3, "node_cpu")
            rows += [("node_cpu_seconds_total", {**own, "cpu": str(cpu), "mode": mode}, round(sum_s, 3))
                     for cpu in range(CORES)
                     for mode, sum_s in (("idle", time - self._start - user), ("user", user))]
        return rows

    def _gpus(self, time):
        rows = []
        users = [(job, labels) for job, labels, node in self._pods if node == GPU_NODE]
        for gpu in range(GPUS):
            job, labels = users[gpu % len(users)]
            now = self._now(job, time)
            own = {"gpu": str(gpu), "UUID": f"GPU-{gpu}", "device": f"nvidia{gpu}",
                   "modelName": "NVIDIA H100 80GB HBM3", "Hostname": GPU_NODE}
            if not self._incident.unmapped:
                own.update(namespace=labels["namespace"], pod=labels["pod"],
                           container=labels["container"])
            slow = now.clock if gpu == GPUS - 1 else 1
            rows += [("DCGM_FI_DEV_GPU_UTIL", own, 92), ("DCGM_FI_DEV_FB_USED", own, 70000),
                     ("DCGM_FI_DEV_FB_FREE", own, 11000),
                     ("DCGM_FI_DEV_SM_CLOCK", own, round(CLOCK_MHZ * slow)),
                     ("DCGM_FI_DEV_GPU_TEMP", own, 88 if slow < 1 else 61)]
        return rows

    def _smi(self, time):
        """Of the driver's own tool, which knows no pods: GPUs by their identity."""
        rows = []
        users = [job for job, _, node in self._pods if node == GPU_NODE]
        for gpu in range(GPUS):
            slow = self._now(users[gpu % len(users)], time).clock if gpu == GPUS - 1 else 1
            own = {"uuid": f"gpu-{gpu}"}
            rows += [("nvidia_smi_utilization_gpu_ratio", own, .92),
                     ("nvidia_smi_memory_used_bytes", own, 70000 * 2 ** 20),
                     ("nvidia_smi_memory_total_bytes", own, 81000 * 2 ** 20),
                     ("nvidia_smi_clocks_current_sm_clock_hz", own, round(CLOCK_MHZ * slow) * 10 ** 6),
                     ("nvidia_smi_clocks_max_sm_clock_hz", own, CLOCK_MHZ * 10 ** 6)]
        return rows
