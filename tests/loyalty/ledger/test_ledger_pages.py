"""Through the doors: sending points, correcting by hand, the books, the policies."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from loyalty.models import Adjustment, BooksProof, Currency, Transfer
from outbox.clock import now
from outbox.dispatch import run_pending
from tests.loyalty.ledger.conftest import grant

pytestmark = pytest.mark.django_db


def door(user: Any, *, console: bool = False) -> Client:
    if console:
        user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client = Client()
    client.force_login(user)
    return client


def balance(user: Any) -> int:
    from loyalty import queries

    return queries.balance(member_id=user.pk, at=now()).available


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the page's form, as a browser would send them."""
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)
    return {name: value for name, value in found if name in ("key", "to", "amount", "note")}


def test_points_go_to_a_friend_after_a_second_look_and_once(person: Callable[..., Any], sending: None) -> None:
    mei, lin = person("mei"), person("lin")
    grant(mei.pk, 100, at=now())
    client, url = door(mei), reverse("loyalty:send")
    first = client.get(url, {"to": "lin"})
    assert first.status_code == 200 and 'value="lin"' in first.content.decode()
    asked = client.post(
        url, {**hidden(first.content.decode()), "to": "@lin", "amount": "40", "note": "For the tea <b>"}
    )
    page = asked.content.decode()
    assert asked.status_code == 200 and "For the tea &lt;b&gt;" in page and balance(mei) == 100
    sure = {**hidden(page), "note": "For the tea <b>", "sure": "1"}
    for _time in range(2):  # sent twice is sent once
        assert client.post(url, sure).status_code == 302
    assert (balance(mei), balance(lin), Transfer.objects.count()) == (60, 40, 1)
    run_pending()
    assert "gave you 40 points" in door(lin).get(reverse("messaging:notices")).content.decode()
    assert "lin" in client.get(reverse("loyalty:statement")).content.decode()
    # The same form with other facts is not another gift.
    assert client.post(url, {**sure, "amount": "41"}).status_code == 409 and balance(mei) == 60


@pytest.mark.parametrize(
    "changes",
    [
        {"to": "nobody"}, {"to": "mei"}, {"to": ""}, {"to": "a\x00b"}, {"amount": "0"}, {"amount": "-5"}, {"amount": "1.5"},
        {"amount": "1e3"}, {"amount": "9" * 40}, {"amount": "101"}, {"key": "x"}, {"note": "x" * 201}, {"note": "a\x00"},
    ],
)  # fmt: skip
def test_what_cannot_be_sent_is_said_and_nothing_moves(
    person: Callable[..., Any], sending: None, changes: dict[str, str]
) -> None:
    mei = person("mei")
    person("lin")
    grant(mei.pk, 100, at=now())
    facts = {
        "to": "lin",
        "amount": "5",
        "note": "",
        "key": "0b0e9d1c-6a3f-4c43-9d5c-0f8f2f8d7a10",
        "sure": "1",
    } | changes
    answer = door(mei).post(reverse("loyalty:send"), facts)
    page = answer.content.decode()
    assert "Ensure this value" not in page.replace("at most 200", "") or "amount" not in changes
    assert 'value="lin"' in page or "to" in changes, "what was typed stays"
    assert answer.status_code in (400, 409) and not Transfer.objects.exists() and balance(mei) == 100


def test_sending_is_absent_until_allowed_and_closed_to_strangers(
    person: Callable[..., Any], points: Callable[..., Currency]
) -> None:
    mei, url = person("mei"), reverse("loyalty:send")
    assert door(mei).get(url).status_code == 404
    points(transferable=True)
    page = door(mei).get(url)
    assert (
        page.status_code == 200
        and "trust level 2" in page.content.decode()
        and '<form method="post" class="form"' not in page.content.decode()
    )
    assert Client().get(url).status_code in (302, 403)


def test_a_manager_proposes_finance_decides_the_member_reads_it(person: Callable[..., Any]) -> None:
    boss, fei, mei = person("boss", "Community managers"), person("fei", "Finance"), person("mei")
    url = reverse("loyalty_adjustments")
    manager, finance = door(boss, console=True), door(fei, console=True)
    facts = {"member": "mei@example.com", "currency": "points", "amount": "6000", "reason_code": "promise", "note": "Lost parcel",
             "key": "0b0e9d1c-6a3f-4c43-9d5c-0f8f2f8d7a11"}  # fmt: skip
    facts["member"] = "@mei"
    for _time in range(2):
        assert manager.post(url, facts).status_code == 302
    row = Adjustment.objects.get()
    decide = reverse("loyalty_adjustment_decide", args=[row.public_id])
    assert (
        "another person decides" in manager.get(url).content.decode() or "Finance" in manager.get(url).content.decode()
    )
    assert manager.post(decide, {"act": "approve"}).status_code == 403 and balance(mei) == 0
    run_pending()
    assert "waits for a second person" in finance.get(reverse("messaging:notices")).content.decode()
    assert finance.post(url, facts | {"key": "0b0e9d1c-6a3f-4c43-9d5c-0f8f2f8d7a12"}).status_code == 403
    assert "Lost parcel" in finance.get(url).content.decode()
    assert finance.post(decide, {"act": "approve"}).status_code == 302 and balance(mei) == 6000
    page = door(mei).get(reverse("loyalty:statement")).content.decode()
    assert "A promise of ours, kept" in page and "Lost parcel" not in page


def test_a_proposer_may_take_it_back_and_others_may_not_look(person: Callable[..., Any]) -> None:
    boss, mei = person("boss", "Community managers"), person("mei")
    url, manager = reverse("loyalty_adjustments"), door(boss, console=True)
    manager.post(url, {"member": "mei", "currency": "points", "amount": "-6000", "reason_code": "misuse", "note": "x",
                       "key": "0b0e9d1c-6a3f-4c43-9d5c-0f8f2f8d7a11"})  # fmt: skip
    row = Adjustment.objects.get()
    decide = reverse("loyalty_adjustment_decide", args=[row.public_id])
    assert door(mei, console=True).get(url).status_code == 403
    assert door(mei, console=True).post(decide, {"act": "decline"}).status_code == 403
    assert manager.get(decide).status_code == 405
    assert manager.post(decide, {"act": "decline"}).status_code == 302
    row.refresh_from_db()
    assert row.state == "declined" and balance(mei) == 0
    assert manager.post(reverse("loyalty_adjustment_decide", args=["nosuchthing1"])).status_code == 404


@pytest.mark.parametrize(
    "changes",
    [{"amount": "0"}, {"amount": "1.5"}, {"amount": "9" * 30}, {"amount": "-1"}, {"member": "nobody"}, {"note": " "}, {"currency": "gold"},
     {"reason_code": "because"}, {"key": "x"}, {"member": "a\x00"}],
)  # fmt: skip
def test_bad_corrections_are_refused_in_words(person: Callable[..., Any], changes: dict[str, str]) -> None:
    boss = person("boss", "Community managers")
    person("mei")
    facts = {"member": "mei", "currency": "points", "amount": "5", "reason_code": "goodwill", "note": "x",
             "key": "0b0e9d1c-6a3f-4c43-9d5c-0f8f2f8d7a11"} | changes  # fmt: skip
    assert door(boss, console=True).post(reverse("loyalty_adjustments"), facts).status_code == 400
    assert not Adjustment.objects.exists()


def test_the_books_page_shows_and_asks(person: Callable[..., Any]) -> None:
    boss, mei, url = person("boss", "Community managers"), person("mei"), reverse("loyalty_books")
    manager = door(boss, console=True)
    assert "not proved yet" in manager.get(url).content.decode()
    assert manager.post(url).status_code == 302
    assert "waits for a worker" in manager.get(url).content.decode()
    BooksProof.objects.update(
        made_at=now(), seconds=1.5, txns=1234567, entries=2, wallets=3, lots=4, points=5, balanced=False,
        findings=[{"invariant": "no cap is exceeded", "columns": ["rule_code"], "rows": [["<x>"]]}],
    )  # fmt: skip
    page = manager.get(url).content.decode()
    assert "do not balance" in page and "no cap is exceeded" in page and "&lt;x&gt;" in page
    assert door(mei, console=True).get(url).status_code == 403


GOOD = {
    "code": "points", "name": "Points", "expiry_policy": "months", "expiry_months": "12", "expiry_rounding": "month",
    "expiry_dates": "", "least_validity_days": "30", "max_balance": "", "negative_policy": "debt", "debt_limit": "",
    "transfer_daily": "500", "transfer_trust": "2", "approval_above": "5000", "proof_above": "300",
}  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "fine"),
    [
        ({}, True), ({"code": "coins"}, False), ({"expiry_months": ""}, False), ({"expiry_months": "121"}, False),
        ({"expiry_policy": "none"}, False), ({"expiry_policy": "none", "expiry_months": ""}, True),
        ({"expiry_policy": "fixed", "expiry_dates": "06-30, 12-31", "expiry_months": "3"}, True),
        ({"expiry_policy": "fixed"}, False), ({"expiry_policy": "fixed", "expiry_dates": "02-30"}, False),
        ({"expiry_dates": "12-31"}, False), ({"expiry_policy": "sliding", "expiry_months": "6"}, True),
        ({"negative_policy": "debt_limit"}, False), ({"negative_policy": "debt_limit", "debt_limit": "100"}, True),
        ({"debt_limit": "100"}, False), ({"max_balance": "0"}, False), ({"max_balance": "10000"}, True),
        ({"transferable": "on"}, True),
    ],
)  # fmt: skip
def test_policies_that_contradict_each_other_are_refused(
    person: Callable[..., Any], changes: dict[str, str], fine: bool
) -> None:
    boss = person("boss", "Community managers")
    row = Currency.objects.get(code="points")
    client = door(boss, console=True)
    url = f"/admin/snippets/loyalty/currency/edit/{row.pk}/"
    assert client.get(url).status_code == 200
    assert client.post(url, GOOD | changes).status_code == (302 if fine else 200)
    row.refresh_from_db()
    assert fine or (row.expiry_policy == "months" and row.debt_limit is None and row.code == "points")


def test_what_counts_for_tiers_cannot_be_given_away(person: Callable[..., Any]) -> None:
    row = Currency.objects.get(code="credit")
    facts = GOOD | {
        "code": "credit",
        "name": "Credit",
        "expiry_policy": "none",
        "expiry_months": "",
        "transferable": "on",
    }
    client = door(person("boss", "Community managers"), console=True)
    assert client.post(f"/admin/snippets/loyalty/currency/edit/{row.pk}/", facts).status_code == 200
    row.refresh_from_db()
    assert not row.transferable
