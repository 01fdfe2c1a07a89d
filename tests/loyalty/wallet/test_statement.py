"""The statement as its owner reads it, narrows it, and takes it along."""

import csv
import io
import random
import re
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from community.actions.forum import boards, posts, topics
from loyalty import actions, queries, rules
from loyalty.models import Entry, Order, Reward, Txn, Wallet
from outbox.clock import now
from tests.loyalty.conftest import AT, make_order, record
from tests.loyalty.wallet.conftest import grant, text

pytestmark = pytest.mark.django_db


def rows_of(answer: Any) -> list[list[str]]:
    written = b"".join(answer.streaming_content).decode()
    assert written.startswith("\ufeff")
    return list(csv.reader(io.StringIO(written.removeprefix("\ufeff"))))


def test_each_line_says_what_was_left_after_it_in_the_order_of_happening(member: int) -> None:
    grant(member, 100, "today", at=now())
    record(make_order(member_id=member), at=now())  # placed long ago, booked last
    with transaction.atomic():
        actions.claim_reward(
            reward_id=Reward.objects.get(kind="generated_code").pk, member_id=member, key="k" * 12, by=member, at=now()
        )
    lines = queries.statement(member_id=member, at=now())
    assert [(line.amount, line.balance) for line in lines] == [(-100, 42), (100, 142), (42, 42)]
    spent = queries.statement(member_id=member, at=now(), wanted=queries.Wanted(kind="spent"))
    assert [(line.amount, line.balance) for line in spent] == [(-100, 42)], "a filter changes no balance"


@pytest.mark.parametrize("ahead", [False, True])
def test_few_entries_are_read_and_every_balance_is_exact(
    member: int, monkeypatch: pytest.MonkeyPatch, ahead: bool
) -> None:
    """Half a wallet came from an import, some was booked late, perhaps some is ahead of the clock: the end is the sum."""
    draw = random.Random(7)
    days = [-300 + n for n in range(20)] + [draw.choice([-200, -2, 0, 90 - n if ahead else 0]) for n in range(40)]
    for n, day in enumerate(days):
        grant(member, 1 + n, f"c{n}", at=now() + timedelta(days=day))
    told = [
        (entry.txn_id, entry.amount, sum(one.amount for one in past) + entry.amount) for past, entry in _booked(member)
    ]
    monkeypatch.setattr(sys.modules["loyalty.queries.statement"], "NEWEST", (6, 25, None))
    found: list[queries.StatementLine] = []
    while page := queries.statement(member_id=member, at=now(), limit=4, before=found[-1].txn_id if found else None):
        found += page
    assert [(line.txn_id, line.amount, line.balance) for line in found] == told[::-1]


def _booked(member_id: int) -> list[tuple[list[Entry], Entry]]:
    """Each entry with those that happened before it."""
    rows = sorted(
        Entry.objects.filter(
            account=Wallet.objects.get(member_id=member_id, currency__code="points").pk
        ).select_related("txn"),
        key=lambda one: (one.txn.effective_at, one.txn_id),
    )
    return [(rows[:n], one) for n, one in enumerate(rows)]


def test_pages_follow_one_another_without_gap_or_repetition(browser: Client, member: int) -> None:
    for i in range(65):
        grant(member, i + 1, f"c{i}", at=AT)  # all at one moment: the ids decide
    seen: list[str] = []
    address = "/points/statement/"
    while address:
        page = browser.get(address).content.decode()
        seen += re.findall(r'href="/points/statement/([a-z2-7]{26})/"', page)
        older = re.search(r'rel="next" href="\?([^"]+)"', page)
        address = f"/points/statement/?{older[1]}" if older else ""
    assert len(seen) == len(set(seen)) == 65
    assert {rules.key_of_line(handle) for handle in seen} == set(Txn.objects.values_list("key", flat=True))


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("kind=earned", {"+100", "+7", "+42"}),
        ("kind=spent", {"−100"}),
        ("kind=expired", set()),
        ("origin=purchase", {"+42"}),
        ("since=2026-03-02&until=2026-03-02", {"+42"}),
        ("since=2026-03-03", {"+100", "−100", "+7"}),
        ("currency=credit", {"+42"}),
        ("currency=credit&kind=spent", set()),
    ],
)
def test_what_is_asked_for_is_shown(browser: Client, member: int, asked: str, shown: set[str]) -> None:
    grant(member, 100, at=AT + timedelta(days=5))
    record(make_order(member_id=member), at=AT)
    with transaction.atomic():
        actions.grant_points(
            cause="x",
            member_id=member,
            amount=7,
            reason="campaign",
            origin="campaign",
            by=None,
            at=AT + timedelta(days=6),
        )
        actions.claim_reward(
            reward_id=Reward.objects.get(kind="generated_code").pk,
            member_id=member,
            key="k" * 12,
            by=member,
            at=AT + timedelta(days=6),
        )
    page = browser.get(f"/points/statement/?{asked}")
    assert set(re.findall(r'class="amount (?:plus|minus)">([^<]+)<', page.content.decode())) == shown
    assert bool(shown) != ("Nothing here" in text(page))


@pytest.mark.parametrize(
    "asked",
    [
        "kind=x", "origin=%00", "currency=gold", "since=x", "since=9999-12-31", "until=0001-01-01", "order=%00",
        "since=2026-03-03&until=2026-03-02", "kind=" + "x" * 3000,
    ],
)  # fmt: skip
def test_a_wrong_wish_is_named_and_shows_nothing(browser: Client, member: int, asked: str) -> None:
    grant(member, 100, at=now())
    for address in ("/points/statement/", "/points/statement.csv"):
        page = browser.get(f"{address}?{asked}")
        assert page.status_code == 200 and b"+100" not in page.content


@pytest.mark.parametrize("before", ["x", "-1", "9" * 40, "٣", "a" * 26, "7" * 26])
def test_a_place_in_the_list_that_is_none(browser: Client, member: int, before: str) -> None:
    grant(member, 100, at=now())
    assert browser.get("/points/statement/", {"before": before}).status_code == 200
    assert browser.get("/points/", {"before": before}).status_code == 302, "the statement stood there once"


def test_a_line_leads_to_where_it_came_from(
    browser: Client, member: int, new_member: Callable[..., int], django_assert_max_num_queries: Any
) -> None:
    other = new_member()
    with transaction.atomic():
        board = boards.ensure_board(slug="tea", name="Tea", at=AT)
        topic = topics.start_topic(
            board_id=board,
            title="How long may it rest?",
            raw="I mean the leaves, between two infusions.",
            by=other,
            at=AT,
        )
        answer = posts.reply(
            topic_id=topic.topic_id, raw="Ten seconds at ninety-five degrees, then taste.", by=member, at=now()
        )
        actions.accept_answer(
            post_id=answer.post_id, author_id=member, by_id=other, self_answer=False, at=now(), author_trust=2
        )
        actions.grant_points(cause="r", member_id=member, amount=200, reason="x", origin="x", by=None, at=now())
        claimed = actions.claim_reward(
            reward_id=Reward.objects.get(kind="generated_code").pk, member_id=member, key="k" * 12, by=member, at=now()
        )
    record(make_order(member_id=member), at=AT)
    order = Order.objects.get()
    browser.get("/points/statement/")  # notes the visit
    with django_assert_max_num_queries(12):
        page = browser.get("/points/statement/").content.decode()
    assert re.search(r'href="/t/[^"]+">How long may it rest\?</a>', page)
    assert f'href="/rewards/claimed/{claimed.public_id}/"' in page
    assert f'href="/points/statement/?order={order.public_id}"' in page
    alone = browser.get(f"/points/statement/?order={order.public_id}")
    assert "Only what came of your order 1001" in text(alone) and alone.content.count(b'class="amount') == 1


def test_nobody_reads_anothers_order(browser: Client, new_member: Callable[..., int]) -> None:
    record(make_order(member_id=new_member()), at=AT)
    theirs = Order.objects.get().public_id
    assert browser.get(f"/points/statement/?order={theirs}").status_code == 404
    assert browser.get(f"/points/statement.csv?order={theirs}").status_code == 404
    assert browser.get("/points/statement/?order=nothing").status_code == 404


def test_the_file_is_the_whole_statement(browser: Client, member: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for i in range(45):
        grant(member, i + 1, f"c{i}", at=now())
    monkeypatch.setattr("loyalty.views.statement.queries.whole_statement", _in_pieces_of(10))
    answer = browser.get("/points/statement.csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8" and "attachment" in answer["Content-Disposition"]
    head, *rows = rows_of(answer)
    assert head[:4] == ["When", "Why", "Points", "Balance after"]
    assert sorted(int(row[2]) for row in rows) == list(range(1, 46))
    assert rows[0][3] == str(sum(range(1, 46))) and rows[-1][2] == rows[-1][3]


def _in_pieces_of(size: int) -> Callable[..., Any]:
    whole = queries.whole_statement
    return lambda **asked: whole(**asked, a_piece=size)


def test_no_cell_of_the_file_is_a_formula(browser: Client, member: int, new_member: Callable[..., int]) -> None:
    from django.contrib.auth import get_user_model

    giver = new_member()
    get_user_model().objects.filter(pk=giver).update(display_name="=HYPERLINK(A1)")
    with transaction.atomic():
        actions.accept_answer(post_id=1, author_id=member, by_id=giver, self_answer=False, at=now(), author_trust=2)
    [_head, row] = rows_of(browser.get("/points/statement.csv"))
    assert row[1].startswith("'=HYPERLINK")


@pytest.mark.parametrize("text", ["=1+1", " =1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1"])
def test_cells_that_would_begin_a_formula(text: str) -> None:
    assert rules.inert_cell(text) == f"'{text}"
    assert rules.inert_cell(f"tea {text}") == f"tea {text}"


def test_handles_name_lines_and_nothing_else() -> None:
    key = rules.cause_key("x")
    handle = rules.line_handle(key)
    assert rules.key_of_line(handle) == key and len(handle) == 26
    for wrong in [
        "",
        handle.upper(),
        handle[:-1],
        handle + "a",
        handle[:-1] + "b" if handle[-1] != "b" else "",
        "=" * 26,
    ]:
        assert rules.key_of_line(wrong) is None


def test_guests_are_asked_to_sign_in() -> None:
    for address in ("/points/statement/", "/points/statement.csv"):
        assert Client().get(address).url.startswith("/accounts/login/")  # type: ignore[attr-defined]
        assert Client().post(address).status_code == 405
