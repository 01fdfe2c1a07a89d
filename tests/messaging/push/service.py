"""A push service of this machine, over TLS with a certificate of its own; and a browser that can read what it is sent."""

import datetime as dates
import hmac
import json
import socket
import ssl
import struct
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.x509.oid import NameOID

from messaging.outside import Network
from messaging.webpush import decode64, encode64

HOST = "push.example.com"
PUBLIC = "93.184.215.14"


class Browser:
    """A browser's keys, and the reading of RFC 8291 written a second time, from the receiver's side."""

    def __init__(self, name: str) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.secret = b"sixteen bytes!!!"
        self.endpoint = f"https://{HOST}/send/{name}"

    @property
    def point(self) -> bytes:
        return self.key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )

    @property
    def form(self) -> dict[str, str]:
        return {
            "endpoint": self.endpoint,
            "p256dh": encode64(self.point),
            "auth": encode64(self.secret),
            "label": "Lab",
        }

    def read(self, body: bytes) -> Any:
        salt, (size, length) = body[:16], struct.unpack(">IB", body[16:21])
        sender, sealed = body[21 : 21 + length], body[21 + length :]
        assert len(sealed) <= size
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender)

        def hkdf(salt: bytes, secret: bytes, info: bytes, length: int) -> bytes:
            return hmac.digest(hmac.digest(salt, secret, "sha256"), info + b"\x01", "sha256")[:length]

        shared = hkdf(self.secret, self.key.exchange(ec.ECDH(), theirs), b"WebPush: info\0" + self.point + sender, 32)
        key = hkdf(salt, shared, b"Content-Encoding: aes128gcm\0", 16)
        plain = AESGCM(key).decrypt(hkdf(salt, shared, b"Content-Encoding: nonce\0", 12), sealed, None)
        assert plain[-1:] == b"\x02"
        return json.loads(plain[:-1])


@dataclass
class Pushed:
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Service:
    """What arrived, and the status that each path answers (201 unless told otherwise)."""

    port: int = 0
    got: list[Pushed] = field(default_factory=list)
    answers: dict[str, int] = field(default_factory=dict)
    dialled: list[str] = field(default_factory=list)
    context: ssl.SSLContext | None = None

    def network(self, *addresses: str) -> Network:
        def dial(address: str, port: int, timeout: float) -> socket.socket:
            self.dialled.append(address)
            return socket.create_connection(("127.0.0.1", self.port), timeout)

        assert self.context is not None
        context = self.context
        return Network(lambda host, port: list(addresses) or [PUBLIC], dial, lambda: context)

    def claims(self, pushed: Pushed) -> dict[str, Any]:
        """What the sender says of itself, after its signature was checked with the key it names."""
        scheme, token, key = pushed.headers["authorization"].replace("t=", "").replace("k=", "").split()
        assert scheme == "vapid"
        head, claims, signature = token.rstrip(",").split(".")
        raw = decode64(signature)
        from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decode64(key))
        public.verify(
            encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")),
            f"{head}.{claims}".encode(),
            ec.ECDSA(hashes.SHA256()),
        )
        return {**json.loads(decode64(claims)), "key": key}


def serve(folder: Path) -> tuple[Service, ThreadingHTTPServer]:
    """Start it; the caller shuts it down."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = dates.datetime.now(dates.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dates.timedelta(days=1))
        .not_valid_after(now + dates.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "push.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    service = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            service.got.append(Pushed(self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            status = service.answers.get(self.path, 201)
            self.send_response(status)
            if status in (301, 307):
                self.send_header("Location", "https://elsewhere.example.com/")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    inside = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    inside.load_cert_chain(file)
    server.socket = inside.wrap_socket(server.socket, server_side=True)
    service.port = int(server.server_address[1])
    service.context = ssl.create_default_context(cafile=str(file))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return service, server
