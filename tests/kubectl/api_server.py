#!/usr/bin/python3
"""As much of a Kubernetes API server as kubectl needs to list services and namespaces, on loopback.

usage: api_server.py FILE

FILE holds JSON: {"services": {NAMESPACE/NAME: {"labels": {}, "ports": [[NAME, NUMBER]], "type": ""}},
"forbidden": [NAMESPACE, or "*" for a list of all]}, and is read again for each request. Prints its
port. Ends with its standard input.
"""

import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

RESOURCES = ("services", "Service"), ("namespaces", "Namespace"), ("pods", "Pod")


def service(path, row):
    namespace, name = path.split("/")
    return {"apiVersion": "v1", "kind": "Service",
            "metadata": {"namespace": namespace, "name": name, "labels": row.get("labels", {})},
            "spec": {"type": row.get("type", "ClusterIP"),
                     "ports": [{"name": port, "port": number} for port, number in row.get("ports", [["web", 9090]])]}}


def failure(code, reason, message):
    return code, {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": reason, "message": message,
                  "code": code}


def answer(path, cluster):
    """(status, document) for PATH."""
    parts = path.split("?")[0].strip("/").split("/")
    if parts == ["version"]:
        return 200, {"major": "1", "minor": "32", "gitVersion": "v1.32.0"}
    if parts == ["api"]:
        return 200, {"kind": "APIVersions", "versions": ["v1"]}
    if parts == ["apis"]:
        return 200, {"kind": "APIGroupList", "apiVersion": "v1", "groups": []}
    if parts == ["api", "v1"]:
        return 200, {"kind": "APIResourceList", "groupVersion": "v1", "resources": [
            {"name": name, "singularName": "", "namespaced": name != "namespaces", "kind": kind,
             "verbs": ["get", "list"]} for name, kind in RESOURCES]}
    services = {path: service(path, row) for path, row in cluster["services"].items()}
    namespace = parts[3] if parts[2:3] == ["namespaces"] and len(parts) > 3 else "*"
    if namespace in cluster.get("forbidden", ()):
        where = "at the cluster scope" if namespace == "*" else f'in the namespace "{namespace}"'
        return failure(403, "Forbidden", f'services is forbidden: User "ann" cannot list resource "services" in API '
                                         f'group "" {where}')
    if parts == ["api", "v1", "namespaces"]:
        names = sorted({path.split("/")[0] for path in services})
        return 200, {"kind": "NamespaceList", "apiVersion": "v1", "metadata": {},
                     "items": [{"metadata": {"name": name}} for name in names]}
    if parts[-1] == "services":
        return 200, {"kind": "ServiceList", "apiVersion": "v1", "metadata": {}, "items": [
            one for path, one in services.items() if namespace in ("*", path.split("/")[0])]}
    if len(parts) == 6 and parts[4] == "services":
        found = services.get(f"{namespace}/{parts[5]}")
        return (200, found) if found else failure(404, "NotFound", f'services "{parts[5]}" not found')
    return failure(404, "NotFound", "the server could not find the requested resource")


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):       # pylint: disable=invalid-name
        status, document = answer(self.path, json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def main():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_address[1], flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
