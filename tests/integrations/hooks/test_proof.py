"""What hands out power in the console needs a fresh proof of the person; what was typed comes back, secrets do not."""

import html
from typing import Any

import pytest
from allauth.idp.oidc.models import Client as Site
from django.test import Client

from integrations.models import ApiKey
from integrations.shops.models import Shop
from integrations.signin.models import SignInService
from integrations.webhooks.models import WebhookEndpoint
from members.models import User
from outbox.clock import now
from tests.integrations.hooks.test_provider import BACK
from tests.proof import mark

pytestmark = pytest.mark.django_db
SECRET = "a-secret-that-nobody-else-should-read-0123456789"
TYPED: dict[str, tuple[str, dict[str, Any], Any]] = {
    "key": ("/admin/api-keys/", {"name": "Till 4", "scopes": ["orders:write"], "asked_as": "x" * 32}, ApiKey),
    "webhook": (
        "/admin/webhooks/",
        {"name": "Till 4", "url": "http://localhost:9/in", "events": ["member.updated"], "asked_as": "one"},
        WebhookEndpoint,
    ),
    "service": (
        "/admin/sign-in/",
        {"adds": "service", "name": "Till 4", "kind": "signed", "source": "tea-shop", "url": "https://shop.example.com/in",
         "secret": SECRET},
        SignInService,
    ),
    "site": ("/admin/sign-in/", {"adds": "client", "client_name": "Till 4", "redirect_uris": BACK}, Site),
    "shop": (
        "/admin/shops/connect/shopify/",
        {"name": "Till 4", "base_url": "https://tea.myshopify.com", "currency": "EUR", "secret": SECRET},
        Shop,
    ),
}  # fmt: skip


@pytest.fixture
def boss() -> Client:
    user = User.objects.create_superuser("boss", "boss@example.com", "a long password of hers")
    client = Client()
    client.force_login(user, backend="members.backends.MemberBackend")
    return client


def prove(client: Client, asked: Any) -> str:
    assert asked.headers["Location"].startswith("/accounts/reauthenticate/?next="), asked.headers["Location"]
    page = client.get(asked.headers["Location"])
    back = page.context["redirect_field_value"]
    done = client.post("/accounts/reauthenticate/", {"password": "a long password of hers", "next": back})
    return str(done.headers["Location"])


@pytest.mark.parametrize("what", TYPED)
def test_it_is_made_after_the_proof_and_the_words_are_kept(boss: Client, what: str) -> None:
    address, words, model = TYPED[what]
    mark(boss, seconds_ago=600)
    asked = boss.post(address, words)
    assert not model.objects.exists()
    assert SECRET not in str(dict(boss.session)), "a session is no place for a secret"
    assert prove(boss, asked) == address
    back = boss.get(address)
    page = html.unescape(back.content.decode())
    assert not model.objects.exists(), "coming back makes nothing"
    assert 'value="Till 4"' in page
    assert ("paste it once more" in page) is ("secret" in words)
    boss.post(address, words)
    assert model.objects.count() == 1
    assert 'value="Till 4"' not in boss.get(address).content.decode()


def test_secrets_are_changed_and_addresses_moved_after_a_proof_alone(boss: Client) -> None:
    for what in ("webhook", "shop", "service"):
        address, words, _model = TYPED[what]
        boss.post(address, words)
    endpoint, shop = WebhookEndpoint.objects.get(), Shop.objects.get()
    kept = bytes(endpoint.secret), bytes(shop.secret)
    mark(boss, seconds_ago=600)
    acts: list[tuple[str, dict[str, Any]]] = [
        (f"/admin/webhooks/{endpoint.public_id}/rotate/", {}),
        (f"/admin/webhooks/{endpoint.public_id}/", TYPED["webhook"][1] | {"url": "http://localhost:9/elsewhere"}),
        (f"/admin/shops/{shop.public_id}/secret/", {"secret": SECRET + "-new"}),
        (f"/admin/shops/{shop.public_id}/settings/", TYPED["shop"][1] | {"token": SECRET}),
    ]
    for address, words in acts:
        assert boss.post(address, words).headers["Location"].startswith("/accounts/reauthenticate/"), address
    assert boss.post("/admin/sign-in/services/till-4/", {"enabled": "0"}).headers["Location"] == "/admin/sign-in/"
    assert not SignInService.objects.get().enabled, "taking power away waits for nothing"
    asked = boss.post("/admin/sign-in/services/till-4/", {"enabled": "1"})
    assert asked.headers["Location"].startswith("/accounts/reauthenticate/")
    endpoint.refresh_from_db()
    shop.refresh_from_db()
    assert (bytes(endpoint.secret), bytes(shop.secret)) == kept
    assert endpoint.url.endswith("/in") and not shop.token and not SignInService.objects.get().enabled
    assert prove(boss, asked) == "/admin/sign-in/"
    for address, words in acts:
        assert boss.post(address, words).status_code in (200, 302)
    endpoint.refresh_from_db()
    shop.refresh_from_db()
    assert bytes(shop.secret) != kept[1] and bytes(endpoint.secret) != kept[0]
    assert now() > endpoint.created_at
