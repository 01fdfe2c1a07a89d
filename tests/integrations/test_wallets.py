"""What a shop reads of a member: who they are, what they have, every movement."""

from typing import Any

import pytest
from django.db import transaction

from loyalty.actions import grant_points
from members.actions import ensure_identity
from members.models import User
from outbox.clock import now
from tests.integrations.conftest import Shop, an_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(db: None) -> User:
    member = User.objects.create_user("ada", "ada@example.com", "a long password", display_name="Ada Lovelace")
    member.emailaddress_set.create(email="ada@example.com", verified=True, primary=True)
    with transaction.atomic():
        ensure_identity(source="tea-shop", external_id="c:1", email="ada@example.com", by=None, at=now())
    return member


def give(member: User, *causes: str, amount: int = 10) -> None:
    for cause in causes:
        with transaction.atomic():
            grant_points(
                cause=cause, member_id=member.pk, amount=amount, reason="goodwill", origin="goodwill", by=None, at=now()
            )


def test_a_member_has_several_names_and_one_answer(shop: Shop, ada: User) -> None:
    answers = [
        shop.get(f"/members/{ref}").json()
        for ref in (f"mem_{ada.public_id}", "ext:tea-shop:c:1", "email:ADA@example.com")
    ]
    assert answers[0] == answers[1] == answers[2]
    assert answers[0]["name"] == "Ada Lovelace"
    assert "ada@example.com" not in str(answers)


def test_an_external_id_alone_names_only_whom_nobody_else_is_called(shop: Shop) -> None:
    first = shop.post("/orders", an_order(member={"external_id": "77"})).json()["member"]
    assert shop.get("/members/ext:77").json()["id"] == first
    shop.post("/orders", an_order(source="other-shop", member={"external_id": "77"}))
    assert shop.get("/members/ext:77").status_code == 404
    assert shop.get("/members/ext:tea-shop:77").json()["id"] == first


def test_an_unconfirmed_address_names_nobody(shop: Shop) -> None:
    User.objects.create_user("bea", "bea@example.com", "a long password")
    assert shop.get("/members/email:bea@example.com").status_code == 404


def test_the_wallet_is_what_the_member_has(shop: Shop, ada: User) -> None:
    give(ada, "one", amount=30)
    points, credit = shop.get(f"/members/mem_{ada.public_id}/wallets").json()["data"]
    assert credit["currency"] == "credit"
    assert points["expires_at"] is not None or points["expiring"] == 0
    assert {name: points[name] for name in ("currency", "available", "pending", "reserved", "lifetime")} == {
        "currency": "points", "available": 30, "pending": 0, "reserved": 0, "lifetime": 30,
    }  # fmt: skip


def pages(shop: Shop, ada: User, limit: int) -> list[list[dict[str, Any]]]:
    found, cursor = [], ""
    while True:
        page = shop.get(
            f"/members/mem_{ada.public_id}/ledger?limit={limit}" + (f"&cursor={cursor}" if cursor else "")
        ).json()
        found.append(page["data"])
        assert page["has_more"] is (page["next_cursor"] is not None)
        if not page["has_more"]:
            return found
        cursor = page["next_cursor"]


def test_pages_hold_every_movement_once_newest_first(shop: Shop, ada: User) -> None:
    for amount in range(1, 8):
        give(ada, f"cause {amount}", amount=amount)
    found = pages(shop, ada, 3)
    assert [len(page) for page in found] == [3, 3, 1]
    assert [row["amount"] for page in found for row in page] == [7, 6, 5, 4, 3, 2, 1]
    assert len({row["id"] for page in found for row in page}) == 7
    assert [len(page) for page in pages(shop, ada, 7)] == [7]


def test_a_cursor_survives_what_arrives_meanwhile(shop: Shop, ada: User) -> None:
    give(ada, "a", "b", "c")
    first = shop.get(f"/members/mem_{ada.public_id}/ledger?limit=2").json()
    give(ada, "d", "e")
    rest = shop.get(f"/members/mem_{ada.public_id}/ledger?limit=2&cursor={first['next_cursor']}").json()
    assert len(rest["data"]) == 1
    assert not {row["id"] for row in first["data"]} & {row["id"] for row in rest["data"]}


def test_a_cursor_belongs_to_its_member_and_currency(shop: Shop, ada: User) -> None:
    give(ada, "a", "b")
    cursor = shop.get(f"/members/mem_{ada.public_id}/ledger?limit=1").json()["next_cursor"]
    other = shop.post("/orders", an_order()).json()["member"]
    for path in (
        f"/members/{other}/ledger?cursor={cursor}",
        f"/members/mem_{ada.public_id}/ledger?currency=credit&cursor={cursor}",
    ):
        response = shop.get(path)
        assert (response.status_code, response.json()["code"]) == (400, "bad_cursor")


def test_movements_do_not_tell_how_many_there_are(shop: Shop, ada: User) -> None:
    give(ada, "a")
    [row] = shop.get(f"/members/mem_{ada.public_id}/ledger").json()["data"]
    assert row["id"].startswith("mov_") and len(row["id"]) == 24
    assert set(row) == {
        "id", "line", "currency", "amount", "kind", "why", "occurred_at", "available_at", "expires_at", "balance", "rule", "order",
    }  # fmt: skip
