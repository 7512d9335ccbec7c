"""TLS in front of a server that has none, with a certificate of its own."""

import contextlib
import socket
import ssl
import subprocess
import threading


def certificate(folder, *names):
    """A self-signed certificate for NAMES, as openssl writes them ("IP:127.0.0.1"): its file, and
    the key's.
    """
    cert, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                    "-subj", "/CN=ragtop test", "-addext", f"subjectAltName={','.join(names)}",
                    "-keyout", key, "-out", cert], check=True, capture_output=True)
    return cert, key


def pass_on(source, target):
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)


class Front:
    """Takes TLS on a free port and passes what comes on to PORT of this machine."""

    def __init__(self, port, cert, key):
        self._port = port
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.minimum_version = ssl.TLSVersion.TLSv1_3
        self._context.load_cert_chain(cert, key)

    def __enter__(self):
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=self._serve, args=self._listener.accept()[:1],
                                 daemon=True).start()

    def _serve(self, connection):
        with contextlib.suppress(OSError), connection, \
                self._context.wrap_socket(connection, server_side=True) as client, \
                socket.create_connection(("127.0.0.1", self._port)) as server:
            back = threading.Thread(target=pass_on, args=(server, client), daemon=True)
            back.start()
            pass_on(client, server)
            back.join()
