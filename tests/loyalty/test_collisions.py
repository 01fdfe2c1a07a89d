"""PostgreSQL ends one of two that wait for each other; whoever it was, page or night, does it again, and once."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from loyalty import actions, birthday_round, nightly, proving, quest_rounds
from loyalty.actions.ledger import books
from loyalty.actions.rewards import coupons, desk, details, granting, perks, sweeping, undoing
from loyalty.actions.seasons import closing
from loyalty.actions.tiers import birthdays, due
from loyalty.models import Gift, Redemption
from outbox import retry
from outbox.clock import now
from tests.loyalty.conftest import points_of
from tests.loyalty.rewards.test_claiming import offer
from tests.loyalty.rewards.test_reward_pages import HOME, browser_of
from tests.loyalty.test_books import grant

pytestmark = pytest.mark.django_db(transaction=True)
NIGHT: list[tuple[Any, str]] = [
    (nightly.season_notices, "tell_ending"), (actions.ledger, "release_timed_out"), (due, "mark_reviewed"),
    (actions, "settle_all_groups"), (actions, "expire_lots"), (nightly, "forget_refusals"),
    (undoing, "expire_held"), (granting, "expire_gifts"), (perks, "end_perks"), (coupons, "expire_coupons"),
    (desk, "erase_addresses"), (quest_rounds.quests, "begin_first_steps"), (quest_rounds, "_forget"),
    (proving.queries, "check_books"), (books, "keep_proof"), (books, "seal_next_day"),
]  # fmt: skip


@pytest.fixture
def collide(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any, str], list[int]]:
    """The first time, this is ended by PostgreSQL in the middle, with all that it did."""

    def once(where: Any, name: str) -> list[int]:
        original, calls = getattr(where, name), []

        def collides(*args: Any, **kwargs: Any) -> Any:
            calls.append(1)
            answer = original(*args, **kwargs)
            if len(calls) == 1:
                with connection.cursor() as cursor:
                    cursor.execute(
                        "DO $$ BEGIN RAISE EXCEPTION 'two waited' USING ERRCODE = 'deadlock_detected'; END $$"
                    )
            return answer

        monkeypatch.setattr(where, name, collides)
        return calls

    return once


def test_every_step_of_the_night(collide: Callable[[Any, str], list[int]], member: int) -> None:
    grant(member, 100, at=now())
    calls = {name: collide(where, name) for where, name in NIGHT}
    proof = nightly.run(at=now())
    assert proof.clean
    assert {name: len(seen) for name, seen in calls.items() if len(seen) < 2} == {}


def test_the_rounds_of_the_day(collide: Callable[[Any, str], list[int]]) -> None:
    greeted, begun, swept = (
        collide(birthdays, "forget_old_gifts"), collide(closing, "begin_next"), collide(undoing, "expire_held"),
    )  # fmt: skip
    birthday_round.run(at=now())
    closing.season_round(at=now())
    sweeping.sweep(at=now())
    assert [len(greeted), len(begun)] == [2, 2] and len(swept) >= 2


def test_what_a_member_does_with_a_claim(
    collide: Callable[[Any, str], list[int]], member: int, new_member: Callable[..., int]
) -> None:
    grant(member, 1000, at=now())
    browser, friend = browser_of(member), browser_of(new_member("lin"))

    def claim(key: str, **reward: Any) -> str:
        chosen = offer(name=key, **reward)
        browser.post(f"/rewards/{chosen.public_id}/", {"key": key * 12, "cost": chosen.cost})
        return f"/rewards/claimed/{Redemption.objects.get(reward=chosen).public_id}/"

    def done(client: Client, address: str, words: dict[str, str], where: Any, name: str) -> None:
        calls = collide(where, name)
        assert client.post(address, words).status_code == 302, address
        assert len(calls) == 2, name

    done(browser, claim("a") + "address/", HOME, details, "give_address")
    done(browser, claim("b") + "cancel/", {}, undoing, "cancel_own")
    for key, answer, where, name in (("c", "decline", granting, "decline_gift"), ("d", "take", actions, "claim_gift")):
        given = claim(key, kind="gift_to_friend", gives=offer(name=f"in {key}"))
        assert browser.post(f"{given}friend/", {"username": "lin", "note": ""}).status_code == 302
        done(friend, f"/gifts/{Gift.objects.latest('id').public_id}/", {"act": answer}, where, name)
    states = list(Redemption.objects.order_by("id").values_list("state", flat=True))
    assert states[:3] == ["confirmed", "cancelled", "expired"]
    assert points_of(member, now()) == 800, "each thing was paid once, and given back once"


def test_what_collides_for_ever_is_an_error_and_nothing_is_done(member: int, monkeypatch: pytest.MonkeyPatch) -> None:
    grant(member, 100, at=now())
    browser, cup = browser_of(member), offer()
    monkeypatch.setattr(retry.time, "sleep", lambda _seconds: None)

    def never(**_claim: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DO $$ BEGIN RAISE EXCEPTION 'two waited' USING ERRCODE = 'deadlock_detected'; END $$")

    monkeypatch.setattr(actions, "claim_reward", never)
    answer = browser.post(f"/rewards/{cup.public_id}/", {"key": "k" * 12, "cost": 100})
    assert (answer.status_code, answer["Retry-After"]) == (503, "3")
    assert points_of(member, now()) == 100
