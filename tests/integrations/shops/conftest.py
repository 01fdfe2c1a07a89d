"""Shops that speak as the real ones do, to the door that they use; and a shop's own API on this computer."""

import base64
import copy
import hashlib
import hmac
import html
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from django.db import transaction
from django.test import Client

from integrations.shops import actions, signatures
from integrations.shops.models import InboundMessage, Shop
from integrations.shops.working import take_in
from members.models import User
from outbox.clock import now
from outbox.ids import new_id

FIXTURES = Path(__file__).parent / "fixtures"


def fixture(name: str, **changes: Any) -> Any:
    """A payload of the documented shape, with fields of its top level changed."""
    body = json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8"))
    return {**body, **copy.deepcopy(changes)} if changes else body


@dataclass
class FakeApi:
    """A shop's API over real HTTP: answers by path, and remembers what it was asked."""

    url: str = ""
    answers: dict[str, Any] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str], dict[str, str]]] = field(default_factory=list)

    def answer(self, path: str, query: dict[str, str], body: bytes) -> tuple[int, dict[str, str], bytes]:
        found = self.answers.get(path)
        if callable(found):
            found = found(query, body)
        if found is None:
            return 404, {}, b"{}"
        status, headers, value = found if isinstance(found, tuple) else (200, {}, found)
        return status, headers, json.dumps(value).encode()


@pytest.fixture
def api() -> Iterator[FakeApi]:
    fake = FakeApi()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.reply(b"")

        def do_POST(self) -> None:
            self.reply(self.rfile.read(int(self.headers["Content-Length"])))

        def reply(self, body: bytes) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            fake.asked.append((parts.path, query, dict(self.headers)))
            status, headers, out = fake.answer(parts.path, query, body)
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", "Content-Length": str(len(out)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(out)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    fake.url = f"http://localhost:{server.server_address[1]}"
    yield fake
    server.shutdown()
    server.server_close()


KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def jwks(kid: str = "key-1") -> dict[str, Any]:
    numbers = KEY.public_key().public_numbers()
    n, e = (base64url(one.to_bytes((one.bit_length() + 7) // 8, "big")) for one in (numbers.n, numbers.e))
    return {"keys": [{"kty": "RSA", "use": "sig", "kid": kid, "n": n, "e": e, "alg": "RS256"}]}


def jws(raw: bytes, kid: str = "key-1", **header: Any) -> str:
    head = base64url(json.dumps({"alg": "RS256", "kid": kid, "b64": False, "crit": ["b64"], **header}).encode())
    return f"{head}..{base64url(KEY.sign(head.encode() + b'.' + raw, padding.PKCS1v15(), SHA256()))}"


class Sender:
    """A connected shop: signs like its kind and sends through the door."""

    def __init__(self, kind: str, secret: str, **more: str) -> None:
        given = {"base_url": "", "token": "", "currency": "EUR", "source": f"{kind}-{new_id(6)}", **more}
        if kind in ("shopify", "saleor") and not given["base_url"]:
            given["base_url"] = "https://tea.myshopify.com"
        with transaction.atomic():
            made = actions.connect(kind=kind, name=f"Tea by {kind}", secret=secret, by=None, at=now(), **given)
        self.kind, self.secret, self.source, self.id = kind, secret or made.secret, given["source"], made.id
        self.address = f"/api/v1/shops/{made.public_id}/messages"
        self.client = Client()

    @property
    def shop(self) -> Shop:
        return Shop.objects.get(pk=self.id)

    def headers(self, topic: str, raw: bytes, number: str = "") -> dict[str, str]:
        number = number or hashlib.sha256(raw + topic.encode()).hexdigest()[:20]
        if self.kind == "shopify":
            seal = base64.b64encode(hmac.digest(self.secret.encode(), raw, "sha256")).decode()
            return {"X-Shopify-Topic": topic, "X-Shopify-Hmac-SHA256": seal, "X-Shopify-Webhook-Id": number}
        if self.kind == "woocommerce":
            key = html.unescape(self.secret).encode()
            seal = base64.b64encode(hmac.digest(key, raw, "sha256")).decode()
            return {"X-WC-Webhook-Topic": topic, "X-WC-Webhook-Signature": seal, "X-WC-Webhook-Delivery-ID": number}
        if self.kind == "saleor":
            return {"Saleor-Event": topic, "Saleor-Signature": jws(raw)}
        stamp = str(int(now().timestamp()))
        seal = signatures.standard_signature(raw, message_id=number, timestamp=stamp, secret=self.secret)
        return {"webhook-id": number, "webhook-timestamp": stamp, "webhook-signature": seal}

    def send(self, topic: str, body: Any, number: str = "", **headers: str) -> Any:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        given = {**self.headers(topic, raw, number), **{name.replace("_", "-"): one for name, one in headers.items()}}
        return self.client.post(self.address, raw, content_type="application/json", headers=given)

    def tell(self, topic: str, body: Any, number: str = "") -> InboundMessage:
        """Send, let the workers work, and look at the message."""
        answer = self.send(topic, body, number)
        assert answer.status_code == 200, answer.content
        take_in()
        return InboundMessage.objects.filter(shop_id=self.id).order_by("-id")[0]


@pytest.fixture
def connect(db: None) -> Callable[..., Sender]:
    def make(kind: str, secret: str = "hush &amp; tea", **more: str) -> Sender:
        if kind in ("medusa", "feed", "saleor"):
            secret = "" if secret == "hush &amp; tea" else secret
        sender = Sender(kind, secret, **more)
        if kind == "saleor":
            keys = {key["kid"]: key for key in jwks()["keys"]}
            Shop.objects.filter(pk=sender.id).update(keys=keys, keys_asked_at=now())
        return sender

    return make


@pytest.fixture
def manager(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("boss", "boss@example.com", "x"))
    return client
