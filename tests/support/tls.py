"""A site behind TLS with a certificate authority of its own, and a proxy that tunnels for whoever logs in.

    with trusted_site(folder) as (site, authority):   # `authority` is a file for SSL_CERT_FILE
        with Tunnel(site.server.port, user="u", password="p") as proxy:
            proxy.url, proxy.asked

The tunnel leads to the one port it was given, whatever host is asked for. Nothing leaves loopback.
"""

from __future__ import annotations

import base64
import contextlib
import datetime as dt
import ipaddress
import selectors
import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.support.site import Site

NAME = "www.site.test"


@contextlib.contextmanager
def trusted_site(folder: Path) -> Iterator[tuple[Site, Path]]:
    """A site that speaks TLS only, under 127.0.0.1, localhost and NAME; and its authority's certificate."""
    authority, certificate, key = _certificates(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    site = Site()
    for listener in site.server._servers:
        listener.socket = context.wrap_socket(
            listener.socket, server_side=True, do_handshake_on_connect=False
        )
    with site:
        yield site, authority


def _certificates(folder: Path) -> tuple[Path, Path, Path]:
    now = dt.datetime.now(dt.UTC)

    def named(name):
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])

    def builder(subject, key, issuer):
        return (
            x509.CertificateBuilder()
            .subject_name(named(subject))
            .issuer_name(named(issuer))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(days=1))
            .not_valid_after(now + dt.timedelta(days=30))
        )

    root, leaf = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    authority = (
        builder("Loopback authority", root, "Loopback authority")
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(root, hashes.SHA256())
    )
    names = [x509.DNSName("localhost"), x509.DNSName(NAME), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    certificate = (
        builder("Loopback site", leaf, "Loopback authority")
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(root, hashes.SHA256())
    )
    folder.mkdir(exist_ok=True)
    files = tuple(folder / name for name in ("authority.pem", "site.pem", "site.key"))
    files[0].write_bytes(authority.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    files[2].write_bytes(
        leaf.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return files


class Tunnel:
    """A proxy for CONNECT. `asked` are (target, whether it was let through), in order."""

    def __init__(self, port: int, *, user: str, password: str):
        self.asked: list[tuple[str, bool]] = []
        self.user, self.password, self.port = user, password, port
        self._server = socketserver.ThreadingTCPServer(
            ("127.0.0.1", 0), self._handler(), bind_and_activate=True
        )
        self._server.daemon_threads = True

    @property
    def place(self) -> str:
        """Its host and port."""
        return f"127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        ).start()
        return self

    def __exit__(self, *_) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(tunnel):
        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                line = self.rfile.readline().decode("latin-1")
                headers = {}
                while row := self.rfile.readline().decode("latin-1").strip():
                    name, _, value = row.partition(":")
                    headers[name.lower()] = value.strip()
                wanted = base64.b64encode(f"{tunnel.user}:{tunnel.password}".encode()).decode()
                let = line.startswith("CONNECT ") and headers.get("proxy-authorization") == f"Basic {wanted}"
                tunnel.asked.append((line.split()[1] if line.split()[1:] else "", let))
                if not let:
                    self.wfile.write(
                        b'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="x"\r\nContent-Length: 0\r\n\r\n'
                    )
                    return
                with socket.create_connection(("127.0.0.1", tunnel.port)) as inner:
                    self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                    _pump(self.connection, inner)

        return Handler


def _pump(one: socket.socket, other: socket.socket) -> None:
    """Carry bytes both ways until one side ends."""
    with selectors.DefaultSelector() as selector:
        selector.register(one, selectors.EVENT_READ, other)
        selector.register(other, selectors.EVENT_READ, one)
        while True:
            for key, _ in selector.select(timeout=30) or [(None, 0)]:
                if key is None:
                    return
                try:
                    data = key.fileobj.recv(65536)
                    if not data:
                        return
                    key.data.sendall(data)
                except OSError:
                    return
