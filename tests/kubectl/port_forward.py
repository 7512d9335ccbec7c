#!/usr/bin/python3
"""What `kubectl port-forward` does, without SPDY and a kubelet: connections go to TARGET.

usage: port_forward.py TARGET LOG KUBECTL_ARGUMENT...

TARGET is host:port; `refused` stands for a cluster that does not let this user forward. The pid and
the arguments go to LOG as a line. On SIGUSR1 it complains that the pod is gone, and stays.
"""

import json
import os
import signal
import socket
import sys
import threading


def copy(source, target):
    try:
        while data := source.recv(65536):
            target.sendall(data)
    except OSError:
        pass
    for one in (source, target):
        try:
            one.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def serve(connection, target):
    host, port = target.split(":")
    try:
        upstream = socket.create_connection((host, int(port)))
    except OSError:
        connection.close()
        return
    threading.Thread(target=copy, args=(connection, upstream), daemon=True).start()
    copy(upstream, connection)


def complain(*_):
    os.write(2, b"E0101 00:00:00.000000 1 portforward.go:400] an error occurred forwarding 1 -> 9090: error "
                b"forwarding port 9090 to pod 0123, uid : network namespace is gone\n")


def main():
    target, log, *arguments = sys.argv[1:]
    signal.signal(signal.SIGUSR1, complain)
    local, remote = arguments[-1].split(":")
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    with open(log, "a", encoding="utf-8") as file:
        file.write(json.dumps([os.getpid(), *arguments]) + "\n")
    if target == "refused":
        sys.exit('error: pods "prometheus-0" is forbidden: User "ann" cannot create resource "pods/portforward"')
    try:
        listening.bind(("127.0.0.1", int(local or 0)))
        listening.listen()
    except OSError:
        sys.exit(f"Unable to listen on port {local}: Listeners failed to create with the following errors: [unable to "
                 f"create listener: Error listen tcp4 127.0.0.1:{local}: bind: address already in use]\n"
                 f"error: unable to listen on any of the requested ports: [{{{local} {remote}}}]")
    print(f"Forwarding from 127.0.0.1:{listening.getsockname()[1]} -> {remote}", flush=True)
    while True:
        connection = listening.accept()[0]
        print(f"Handling connection for {local}", flush=True)
        threading.Thread(target=serve, args=(connection, target), daemon=True).start()


if __name__ == "__main__":
    main()
