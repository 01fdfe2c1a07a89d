"""Members, managers and scripts who want more than their share, through the doors that they would use."""

import csv
import io
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.test import Client
from openpyxl import load_workbook

from community.models import AuditEntry
from loyalty import actions, queries
from loyalty.actions.earning.questions import ask_about
from loyalty.actions.rewards import undoing
from loyalty.actions.tiers.inviting import TierRefused, invite_member
from loyalty.forms import FriendForm
from loyalty.models import Adjustment, Currency, EarningRule, Redemption, Reward, Tier, TierInvitation
from members.actions import ensure_identity
from members.models import GroupProfile
from members.queries import is_system_group
from outbox.clock import now
from outbox.dispatch import run_pending
from tests.loyalty.conftest import AT, in_threads, make_order, points_of, record
from tests.loyalty.ledger.conftest import points, send, sending
from tests.loyalty.ledger.test_ledger_pages import GOOD
from tests.loyalty.rewards.test_claiming import claim, offer
from tests.loyalty.rewards.test_reward_pages import form
from tests.loyalty.test_books import grant

pytestmark = pytest.mark.django_db
__all__ = ["points", "sending"]  # fixtures of the ledger's folder


def team(new_member: Callable[..., int], name: str, *groups: str) -> tuple[int, Client]:
    user = get_user_model().objects.get(pk=new_member(name))
    for group in groups:
        user.groups.add(Group.objects.get_or_create(name=group)[0])
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client = Client()
    client.force_login(user, backend="members.backends.MemberBackend")
    return user.pk, client


def test_who_proposes_corrections_does_not_lift_the_limit_of_a_second_person(new_member: Callable[..., int]) -> None:
    row = Currency.objects.get(code="points")
    url = f"/admin/snippets/loyalty/currency/edit/{row.pk}/"
    _boss, manager = team(new_member, "boss", "Community managers")
    answer = manager.post(url, GOOD | {"approval_above": "1000000000"})
    assert answer.status_code == 200 and "may change this limit" in answer.content.decode()
    row.refresh_from_db()
    assert row.approval_above == 5000
    assert manager.post(url, GOOD | {"transfer_daily": "400"}).status_code == 302  # all else is theirs
    fei, finance = team(new_member, "fei", "Community managers", "Finance")
    assert finance.post(url, GOOD | {"approval_above": "6000"}).status_code == 302
    row.refresh_from_db()
    assert row.approval_above == 6000
    noted = AuditEntry.objects.get(act="currency.approval_changed")
    assert (noted.by_id, noted.before, noted.after) == (fei, {"approval_above": 5000}, {"approval_above": 6000})


def test_nor_the_total_of_a_day(new_member: Callable[..., int]) -> None:
    row = Currency.objects.get(code="points")
    url = f"/admin/snippets/loyalty/currency/edit/{row.pk}/"
    _fei, finance = team(new_member, "fei", "Community managers", "Finance")
    assert finance.post(url, GOOD | {"approval_day_above": "8000"}).status_code == 302
    noted = AuditEntry.objects.get(act="currency.approval_changed")
    assert (noted.before, noted.after) == ({"approval_day_above": None}, {"approval_day_above": 8000})
    _boss, manager = team(new_member, "boss", "Community managers")
    for wanted in ("900000", ""):  # empty would be four times the limit
        answer = manager.post(url, GOOD | {"approval_day_above": wanted})
        assert answer.status_code == 200 and "may change this limit" in answer.content.decode()
    assert Currency.objects.get(code="points").approval_day_above == 8000


def test_many_small_gifts_wait_for_a_second_person_and_say_why(new_member: Callable[..., int]) -> None:
    boss, manager = team(new_member, "boss", "Community managers")
    fei, finance = team(new_member, "fei", "Finance")
    page = "/admin/loyalty/corrections/"
    for i in range(5):
        new_member(f"friend{i}")
        facts = {
            "member": f"friend{i}", "currency": "points", "amount": "5000", "reason_code": "goodwill", "note": "Why not",
            "key": str(uuid.uuid4()),
        }  # fmt: skip
        answer = manager.post(page, facts, follow=True)
    text = answer.content.decode()
    assert "more than 20,000 by hand in a day" in text
    assert "over all members" in finance.get(page).content.decode()
    [waiting] = Adjustment.objects.filter(state="waiting")
    Adjustment.objects.filter(pk=waiting.pk).update(proposed_by=None)  # as a key that nobody made would
    assert "only a superuser decides" in finance.get(page).content.decode()
    decide = f"{page}{waiting.public_id}/decide/"
    assert "only a superuser decides" in finance.post(decide, {"act": "approve"}, follow=True).content.decode()
    get_user_model().objects.filter(pk=fei).update(is_superuser=True)
    finance.post(decide, {"act": "approve"})
    waiting.refresh_from_db()
    assert (waiting.state, waiting.decided_by_id) == ("posted", fei) and boss


def test_the_group_that_decides_corrections_is_no_circle_to_join_or_fill() -> None:
    assert is_system_group("Finance")


def test_who_has_the_code_does_not_give_their_own_points_back(new_member: Callable[..., int]) -> None:
    boss, manager = team(new_member, "boss", "Community managers")
    grant(boss, 500)
    one = claim(offer(kind="generated_code", percent=10, return_days=14), boss)
    row = Redemption.objects.get(pk=one.redemption_id)
    for act in ("cancel", "returned"):
        manager.post(f"/admin/loyalty/desk/{row.public_id}/", {"act": act})
    manager.post(f"/admin/bulk/loyalty/redemption/give_back/?id={row.pk}", {})
    assert points_of(boss) == 400
    other, _client = team(new_member, "lin", "Community managers")
    with transaction.atomic():
        assert actions.cancel_redemption(redemption_id=row.pk, by=other, at=AT)
    assert points_of(boss) == 500
    parcel = claim(offer(name="Cup"), boss, key="another-key")  # what nobody has begun is theirs to take back
    with transaction.atomic():
        assert undoing.cancel_own(redemption_id=parcel.redemption_id, by=boss, at=AT)


def test_nobody_invites_themselves_into_a_tier(new_member: Callable[..., int]) -> None:
    boss = new_member("boss")
    tier = Tier.objects.order_by("-rank")[0]
    with transaction.atomic(), pytest.raises(TierRefused) as refused:
        invite_member(member_id=boss, tier_id=tier.pk, reason="me", ends_at=AT + timedelta(days=9), by=boss, at=AT)
    assert refused.value.code == "oneself" and not TierInvitation.objects.exists()


def test_a_gift_does_not_tell_who_buys_in_the_shop(new_member: Callable[..., int]) -> None:
    giver = get_user_model().objects.get(pk=new_member("mei"))
    with transaction.atomic():
        customer = ensure_identity(source="shop", external_id="c-77", name="Never Here", by=None, at=AT)
    name = get_user_model().objects.get(pk=customer).username
    form = FriendForm({"username": name, "note": ""}, giver=giver)
    absent = FriendForm({"username": "nobody-at-all", "note": ""}, giver=giver)
    assert not form.is_valid() and form.errors == absent.errors


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t=", "\r=", "  ="])
def test_a_file_of_rules_holds_no_formula(new_member: Callable[..., int], begins: str) -> None:
    EarningRule.objects.create(
        code="tea", version=1, name=f"{begins}cmd|'/c calc'!A1", trigger="order.paid", formula="fixed", points=1,
        published_at=now(),
    )  # fmt: skip
    _boss, manager = team(new_member, "boss", "Community managers")
    for kind in ("csv", "xlsx"):
        answer = manager.get(f"/admin/snippets/loyalty/earningrule/?export={kind}")
        raw = b"".join(answer.streaming_content) if answer.streaming else answer.content
        if kind == "csv":
            cells = [cell for row in csv.reader(io.StringIO(raw.decode(), newline="")) for cell in row]
        else:
            cells = [str(cell) for row in load_workbook(io.BytesIO(raw)).active.values for cell in row]
        [name] = [cell for cell in cells if "calc" in cell]
        assert name.startswith("'"), (kind, name)


def test_a_file_of_orders_holds_no_formula(new_member: Callable[..., int]) -> None:
    grant(new_member("mei"), 5)
    record(make_order("=HYPERLINK(1)"))
    _boss, manager = team(new_member, "boss", "Community managers")
    answer: Any = manager.get("/admin/snippets/loyalty/order/?export=csv")
    text = b"".join(answer.streaming_content).decode()
    assert answer.status_code == 200 and "'=HYPERLINK(1)" in text
    assert ",=" not in text and "\n=" not in text


@pytest.mark.parametrize("value", ["1e999999", "9e9999999999999999999", "NaN", "-Infinity", "1" * 5000])
def test_amounts_that_no_number_can_hold_are_named(new_member: Callable[..., int], value: str) -> None:
    _boss, manager = team(new_member, "boss", "Community managers")
    page = "/admin/snippets/loyalty/earningrule/add/"
    facts = {
        "code": "hostile", "name": "Hostile", "trigger": "order.paid", "formula": "fixed", "points": "5", "credit": "0",
        "conditions-mode": "all", "conditions-0-fact": "net", "conditions-0-is": "at_least", "conditions-0-value": value,
    }  # fmt: skip
    money = next(
        name for name in ("order.net", "net", "order.amount") if f'value="{name}"' in manager.get(page).content.decode()
    )
    assert manager.post(page, facts | {"conditions-0-fact": money}).status_code == 200
    kept = {"conditions-mode": "all", "conditions-kept": "[" * 100_000}
    assert manager.post(page, facts | {"conditions-0-fact": "", "conditions-0-value": ""} | kept).status_code == 200


def test_what_one_asks_about_a_gift_of_points_the_other_does_not_read(
    new_member: Callable[..., int], sending: None
) -> None:
    mei, lin = new_member("mei"), new_member("lin")
    grant(mei, 100, at=now())
    sent = send(mei, lin, 40, at=now())
    with transaction.atomic():
        ask_about(txn_id=sent.txn_id, member_id=lin, words="Mei owes me sixty, between us", at=now())
    lines = {one: queries.statement(member_id=one, at=now())[0].handle for one in (mei, lin)}
    assert lines[mei] == lines[lin]  # one posting, on two statements
    for who, sees in ((mei, False), (lin, True)):
        client = Client()
        client.force_login(get_user_model().objects.get(pk=who), backend="members.backends.MemberBackend")
        page = client.get(f"/points/statement/{lines[who]}/").content.decode()
        assert ("Mei owes me sixty" in page) is sees
    with transaction.atomic():  # and each may ask for themselves
        ask_about(txn_id=sent.txn_id, member_id=mei, words="Did it arrive?", at=now())


def test_who_took_the_addresses_along_stands_in_the_audit_log(new_member: Callable[..., int]) -> None:
    boss, manager = team(new_member, "boss", "Community managers")
    assert manager.get("/admin/loyalty/desk/addresses/").status_code == 405
    assert manager.post("/admin/loyalty/desk/addresses/").status_code == 200
    assert AuditEntry.objects.get(act="rewards.addresses_exported").by_id == boss


@pytest.mark.parametrize("name", ["Finance", "Moderators", "Bookkeepers"])
def test_no_right_of_the_team_is_for_sale(new_member: Callable[..., int], name: str) -> None:
    boss, manager = team(new_member, "boss", "Community managers")
    grant(boss, 100)
    group, _made = Group.objects.get_or_create(name=name)
    facts = form(name="Power", kind="perk", cost=1, group=group.pk)
    tea = Group.objects.create(name="tea-club")
    if name == "Bookkeepers":
        group.permissions.add(Permission.objects.get(codename="access_admin"))
    answer = manager.post("/admin/snippets/loyalty/reward/add/", facts)
    assert answer.status_code == 200 and "group" in answer.context["form"].errors
    assert manager.post("/admin/snippets/loyalty/reward/add/", facts | {"group": tea.pk}).status_code == 302
    # Nor when it was sold as a harmless one before.
    reward = Reward.objects.get(name="Power")
    Reward.objects.filter(pk=reward.pk).update(group=group)
    with pytest.raises(actions.RewardRefused):
        claim(reward, boss)
    assert points_of(boss) == 100 and not group.user_set.filter(pk=boss).exists()


def test_a_choice_of_season_with_a_nul_is_absent(new_member: Callable[..., int]) -> None:
    _boss, client = team(new_member, "boss")
    assert client.post("/seasons/choice/", {"act": "join", "season": "a\x00b"}).status_code == 404


def test_the_words_of_a_rule_name_no_group_that_is_hidden(new_member: Callable[..., int]) -> None:
    secret = Group.objects.create(name="night-shift-canary")
    shown = Group.objects.create(name="tea-club")
    GroupProfile.objects.create(group=shown, name="Tea club", slug="tea-club", visible=True)
    for code, changes in (
        ("one", {"audience_groups": ["night-shift-canary"]}),
        ("two", {"conditions": {"not": {"fact": "member.groups", "is": "has_any", "value": ["night-shift-canary"]}}}),
        ("open", {"audience_groups": ["tea-club", "tier:good-friend"]}),
    ):
        rule = {"name": code, "trigger": "order.paid", "formula": "fixed", "points": 9} | changes
        with transaction.atomic():
            actions.publish_rule(code=code, changes=rule, by=None, at=AT)
    _boss, manager = team(new_member, "boss", "Community managers")
    inside, mine = team(new_member, "ivy", "night-shift-canary")
    _mei, client = team(new_member, "mei")
    for code, who, status in (
        ("one", client, 404), ("two", client, 404), ("open", client, 200), ("one", mine, 200), ("two", manager, 200),
    ):  # fmt: skip
        answer = who.get(f"/points/rules/{code}/1/")
        assert answer.status_code == status, code
        assert who is not client or "night-shift" not in answer.content.decode()
    assert secret.user_set.get().pk == inside
    assert {"one", "open"}.isdisjoint(way.code for way in queries.ways_to_earn(at=now()))


def test_who_left_finance_reads_its_notes_no_more(new_member: Callable[..., int]) -> None:
    boss, _manager = team(new_member, "boss", "Community managers")
    fei, client = team(new_member, "fei", "Finance")
    with transaction.atomic():
        actions.propose_adjustment(
            cause="t:1", member_id=new_member("mei"), currency="points", amount=9000, reason_code="promise",
            note="Lost parcel, she was furious", by=boss, at=now(),
        )  # fmt: skip
    run_pending()
    assert "she was furious" in client.get("/notices/").content.decode()
    get_user_model().objects.get(pk=fei).groups.clear()
    assert "she was furious" not in client.get("/notices/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_claims_in_one_packet_do_not_outrun_their_pace(new_member: Callable[..., int]) -> None:
    mei, client = team(new_member, "mei")
    grant(mei, 1000, at=now())
    reward = offer(kind="promise", cost=1)

    def ask(number: int) -> int:
        one = Client()
        one.cookies = client.cookies
        return one.post(f"/rewards/{reward.public_id}/", {"key": f"keyofthisform{number:03}", "cost": 1}).status_code

    assert set(in_threads(12, ask)) == {302}
    assert Redemption.objects.filter(member_id=mei).count() == 5
    assert points_of(mei, now()) == 995
    first = Redemption.objects.order_by("id")[0]
    assert Reward.objects.get(pk=reward.pk).claimed == 5 and first.state == "confirmed"
