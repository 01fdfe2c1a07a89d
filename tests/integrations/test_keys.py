"""Keys: made once, shown once, refused when they should be."""

import re
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client

from integrations import actions
from integrations.models import ApiKey, ToldEvent
from members.models import Identity, User
from outbox.clock import now
from tests.integrations.conftest import Shop, an_order

pytestmark = pytest.mark.django_db


def refusal(response: Any) -> tuple[int, str]:
    assert response.headers["Content-Type"] == "application/problem+json"
    return response.status_code, response.json()["code"]


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Basic abc",
        "Bearer ly_live_x_y",
        "Bearer \x01",
        "Token é",
        "Bearer " + "x" * 5000,
    ],
)
def test_no_key_is_401(header: str | None) -> None:
    response = Client().get("/api/v1/orders/ord_x", headers={"authorization": header} if header is not None else {})
    assert refusal(response) == (401, "unauthorized")
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_right_public_part_with_a_wrong_secret_is_401(shop: Shop) -> None:
    shop.token = shop.token[:-1] + ("0" if shop.token[-1] != "0" else "1")
    assert refusal(shop.get("/orders/ord_x")) == (401, "unauthorized")


def test_a_key_in_the_query_string_is_no_key(shop: Shop) -> None:
    assert refusal(Client().get(f"/api/v1/orders/ord_x?key={shop.token}")) == (401, "unauthorized")


def test_a_live_key_cannot_pretend_to_be_a_sandbox(shop: Shop) -> None:
    shop.token = shop.token.replace("ly_live_", "ly_test_")
    assert refusal(shop.get("/orders/ord_x")) == (401, "unauthorized")


def test_a_revoked_key_is_401_at_once(shop: Shop) -> None:
    assert refusal(shop.get("/orders/ord_x")) == (404, "not_found")
    with transaction.atomic():
        assert actions.revoke_key(key_id=ApiKey.objects.get().pk, by=None, at=now()) is True
        assert actions.revoke_key(key_id=ApiKey.objects.get().pk, by=None, at=now()) is False
    assert refusal(shop.get("/orders/ord_x")) == (401, "unauthorized")


def test_an_expired_key_is_401(new_shop: Any) -> None:
    shop = new_shop(expires_at=now() + timedelta(hours=1))
    assert refusal(shop.get("/orders/ord_x")) == (404, "not_found")
    ApiKey.objects.update(expires_at=now() - timedelta(seconds=1))
    assert refusal(shop.get("/orders/ord_x")) == (401, "unauthorized")


def test_a_missing_scope_is_403_names_it_and_changes_nothing(new_shop: Any) -> None:
    before = User.objects.count()
    response = new_shop("orders:read").post("/orders", an_order())
    assert refusal(response) == (403, "scope_missing")
    assert "orders:write" in response.json()["detail"]
    assert User.objects.count() == before


def test_a_key_may_be_bound_to_addresses(new_shop: Any) -> None:
    assert refusal(new_shop(allowed_addresses=["203.0.113.0/24"]).get("/orders/ord_x")) == (403, "address_not_allowed")
    assert refusal(new_shop(allowed_addresses=["127.0.0.1"]).get("/orders/ord_x")) == (404, "not_found")


EVENT = {
    "source": "academy", "external_id": "e-1", "name": "course.finished", "member": "ext:academy:c-1",
    "occurred_at": (now() - timedelta(days=1)).isoformat(),
}  # fmt: skip
PERSON = {"source": "academy", "external_id": "c-1"}
REFUND = {
    "source": "academy", "order": "o-1", "external_id": "r-1", "occurred_at": "2026-03-01T10:00:00Z", "amount": 100,
}  # fmt: skip
WRITES = ("orders:write", "members:write", "events:write", "coupons:write", "orders:read")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/orders", an_order(source="academy")),
        ("/refunds", REFUND),
        ("/members", PERSON),
        ("/events", EVENT),
        ("/coupons/AB3D-EFGH-JKMN-PQRS-T/redeem", {"order": {"source": "academy", "external_id": "o-1"}}),
    ],
)
def test_a_key_writes_for_its_own_sources_alone(new_shop: Any, path: str, body: dict[str, Any]) -> None:
    bound = new_shop(*WRITES, sources=["tea-shop", "tea-till"])
    before = User.objects.count()
    response = bound.post(path, body)
    assert refusal(response) == (403, "source_not_allowed")
    assert "academy" in response.json()["detail"] and "own key" in response.json()["detail"]
    assert User.objects.count() == before and not ToldEvent.objects.exists()
    # The same with a key that names it, and with one that names none, gets past this door.
    for other in (new_shop(*WRITES, sources=["academy"]), new_shop(*WRITES)):
        assert other.post(path, body).status_code != 403


def test_another_shops_order_stays_as_it_was(new_shop: Any) -> None:
    order = an_order()
    assert new_shop(*WRITES, sources=["tea-shop"]).post("/orders", order).status_code == 201
    stranger = new_shop(*WRITES, sources=["academy"])
    gone = order | {"revision": "zzz", "payment_state": "cancelled"}
    assert refusal(stranger.post("/orders", gone)) == (403, "source_not_allowed")
    assert refusal(stranger.post("/orders?dry_run=true", gone)) == (403, "source_not_allowed")
    assert stranger.get(f"/orders/ext:tea-shop:{order['external_id']}").json()["state"] == "paid"


@pytest.mark.parametrize(
    ("path", "name", "own", "other"),
    [
        ("/orders:batch", "orders", an_order(), an_order(source="academy")),
        ("/members:batch", "members", PERSON | {"source": "tea-shop"}, PERSON),
        ("/events:batch", "events", EVENT | {"source": "tea-shop", "member": "ext:tea-shop:c-1"}, EVENT),
    ],
)
def test_in_a_batch_each_item_is_asked(
    new_shop: Any, path: str, name: str, own: dict[str, Any], other: dict[str, Any]
) -> None:
    bound = new_shop(*WRITES, sources=["tea-shop"])
    bound.post("/members", PERSON | {"source": "tea-shop"})
    items = bound.post(path, {name: [other, own]}, idempotency_key="twice").json()["data"]
    assert items[0]["problem"]["code"] == "source_not_allowed" and items[1]["status"] in (200, 201)
    again = bound.post(path, {name: [other, own]}, idempotency_key="twice").json()["data"]
    assert [one["status"] for one in again] == [one["status"] for one in items]


def test_what_a_key_gives_counts_with_its_maker(new_shop: Any) -> None:
    from loyalty import actions as loyalty

    maker = User.objects.create_user("maker", "maker@example.com", "a long password")
    people = [User.objects.create_user(f"m{i}", f"m{i}@example.com", "a long password") for i in range(5)]
    shop = new_shop("adjustments:write")
    ApiKey.objects.update(made_by=maker)
    fields = {"currency": "points", "amount": 5000, "reason": "goodwill", "note": "Late"}
    for i in range(3):
        body = fields | {"cause": f"c{i}", "member": f"mem_{people[i].public_id}"}
        told = shop.post("/adjustments", body, idempotency_key=f"k{i}")
        assert (told.status_code, told.json()["because"]) == (201, "")
    with transaction.atomic():  # and by hand, in the console
        loyalty.propose_adjustment(
            cause="hand", member_id=people[3].pk, currency="points", amount=5000, reason_code="goodwill", note="Late",
            by=maker.pk, at=now(),
        )  # fmt: skip
    last = shop.post(
        "/adjustments", fields | {"cause": "c4", "member": f"mem_{people[4].public_id}"}, idempotency_key="k4"
    )
    assert (last.status_code, last.json()["state"], last.json()["because"]) == (202, "waiting", "day_total")


def test_the_secret_is_not_stored(shop: Shop) -> None:
    key = ApiKey.objects.get()
    assert shop.token.split("_")[3] not in str(ApiKey.objects.values())
    assert re.fullmatch(r"[0-9a-f]{64}", key.secret_hash)


def test_the_last_use_is_noted(shop: Shop) -> None:
    assert ApiKey.objects.get().last_used_at is None
    shop.get("/orders/ord_x")
    assert now() - ApiKey.objects.get().last_used_at < timedelta(minutes=1)


def test_the_command_prints_a_key_that_works() -> None:
    out = StringIO()
    call_command("make_api_key", "--name", "Web shop", "--scope", "orders:read", stdout=out, stderr=StringIO())
    assert refusal(Shop(out.getvalue().strip()).get("/orders/ord_x")) == (404, "not_found")


def test_the_command_asks_for_the_sources() -> None:
    for more, warned in (([], True), (["--source", "web-shop", "--source", "till"], False)):
        err = StringIO()
        call_command(
            "make_api_key", "--name", "Web shop", "--scope", "orders:read", *more, stdout=StringIO(), stderr=err
        )
        assert ("every source" in err.getvalue()) is warned
    assert ApiKey.objects.latest("id").sources == ["till", "web-shop"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--scope", "everything"], "Choose at least one scope"),
        (["--scope", "orders:read", "--address", "here"], "no address"),
        (["--scope", "orders:read", "--days", "0"], "--days"),
        (["--scope", "orders:read", "--source", "Tea Shop"], "no name of a source"),
    ],
)
def test_the_command_says_what_is_wrong(arguments: list[str], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        call_command("make_api_key", "--name", "Web shop", *arguments)
    assert not ApiKey.objects.exists()


@pytest.fixture
def manager() -> Client:
    user = User.objects.create_user("boss", "boss@example.com", "a long password", is_staff=True)
    user.groups.add(Group.objects.get(name="Community managers"))
    from django.contrib.auth.models import Permission

    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client = Client()
    client.force_login(user)
    return client


def form_of(client: Client) -> dict[str, Any]:
    page = client.get("/admin/api-keys/")
    return {"name": "Web shop", "scopes": ["orders:write"], "asked_as": page.context["form"].initial["asked_as"]}


def test_a_manager_makes_a_key_and_sees_it_once(manager: Client) -> None:
    form = form_of(manager)
    page = manager.post("/admin/api-keys/", form)
    [token] = re.findall(r"ly_live_\w{12}_\w{32}", page.content.decode())
    assert refusal(Shop(token).post("/orders", {}))[1] == "invalid"
    assert "no-store" in page.headers["Cache-Control"]
    assert token not in manager.get("/admin/api-keys/").content.decode()


def test_a_manager_names_the_sources_of_a_key(manager: Client) -> None:
    assert "Name them" in manager.get("/admin/api-keys/").content.decode()
    page = manager.post("/admin/api-keys/", form_of(manager) | {"sources": "web-shop\r\n\r\n till \r\n"})
    assert ApiKey.objects.get().sources == ["till", "web-shop"]
    assert "for till, web-shop" in page.content.decode()


def test_a_shop_that_names_an_address_learns_no_numbers_of_other_shops(new_shop: Any) -> None:
    """A guessed address leads to the account; who its owner is elsewhere is not this shop's."""
    ada = User.objects.create_user("ada", "ada@example.com", "a long password")
    EmailAddress.objects.create(user=ada, email=ada.email, verified=True, primary=True)
    Identity.objects.create(member=ada, source="clinic", external_id="patient-7", created_at=now())
    person = {"source": "tea-shop", "external_id": "c-1", "email": "ada@example.com", "name": "Ada"}
    bound = new_shop(*WRITES, sources=["tea-shop"])
    answers = [
        bound.post("/members", person).json(),
        bound.post("/members:batch", {"members": [person]}).json()["data"][0]["member"],
    ]
    for told in answers:
        assert told["external_ids"] == [{"source": "tea-shop", "external_id": "c-1"}], told
    unbound = new_shop(*WRITES).post("/members", person).json()
    assert len(unbound["external_ids"]) == 2, "a key without sources is the whole house's"


def test_reloading_the_page_makes_no_second_key(manager: Client) -> None:
    form = form_of(manager)
    manager.post("/admin/api-keys/", form)
    again = manager.post("/admin/api-keys/", form)
    assert again.status_code == 422
    assert "not shown twice" in again.content.decode()
    assert ApiKey.objects.count() == 1


def test_a_manager_ends_a_key(manager: Client, shop: Shop) -> None:
    manager.post(f"/admin/api-keys/{ApiKey.objects.get().pk}/revoke/")
    assert refusal(shop.get("/orders/ord_x")) == (401, "unauthorized")


@pytest.mark.parametrize(
    "change",
    [
        {"sources": "Tea Shop"},
        {"name": ""},
        {"scopes": ["root"]},
        {"allowed_addresses": "here"},
        {"expires_on": "2001-01-01"},
    ],
)
def test_a_form_that_cannot_be_is_refused_with_words(manager: Client, change: dict[str, Any]) -> None:
    page = manager.post("/admin/api-keys/", {**form_of(manager), **change})
    assert page.status_code == 422
    assert page.context["form"].errors
    assert not ApiKey.objects.exists()


def test_an_editor_who_is_no_manager_is_refused() -> None:
    from django.contrib.auth.models import Permission

    user = User.objects.create_user("editor", "editor@example.com", "a long password")
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client = Client()
    client.force_login(user)
    assert client.get("/admin/api-keys/").status_code == 403
    assert (
        client.post("/admin/api-keys/", {"name": "x", "scopes": ["orders:write"], "asked_as": "x"}).status_code == 403
    )
    assert not ApiKey.objects.exists()
