"""TLS in front of a server that has none, with a certificate of its own."""

import contextlib
import socket
import ssl
import subprocess
import threading


def certificate(folder, *names, days=2):
    """A self-signed certificate for NAMES, as openssl writes them ("IP:127.0.0.1"): its file, and
    the key's.
    """
    cert, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", str(days),
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
        self.target = port
        self._listener, self._open = None, set()
        self.rotate(cert, key)

    def __enter__(self):
        self._listen(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        return self

    def __exit__(self, *_):
        self._close()

    def rotate(self, cert, key):
        """Shows another certificate from now on."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.load_cert_chain(cert, key)
        self._context = context
        self.drop()

    def move(self, host):
        """Is at another address of this machine from now on, at the same port."""
        self._close()
        self.drop()
        self._listen((host, self.port))

    def drop(self):
        """Ends what is connected."""
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def _listen(self, address):
        self._listener = socket.create_server(address)
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def _close(self):
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self, listener):
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=self._serve, args=listener.accept()[:1],
                                 daemon=True).start()

    def _serve(self, connection):
        self._open.add(connection)
        try:
            with contextlib.suppress(OSError), connection, \
                    self._context.wrap_socket(connection, server_side=True) as client, \
                    socket.create_connection(("127.0.0.1", self.target)) as server:
                self._open.add(client)
                back = threading.Thread(target=pass_on, args=(server, client), daemon=True)
                back.start()
                pass_on(client, server)
                back.join()
                self._open.discard(client)
        finally:
            self._open.discard(connection)
