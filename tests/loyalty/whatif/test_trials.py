"""A manager tries a change before anybody is paid by it: from the editor, over what happened, to publishing what was tried."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from loyalty import actions, trying
from loyalty.actions.trials import drafting, publishing
from loyalty.actions.trials import trying as acts
from loyalty.canonical import PaymentState, RefundData
from loyalty.models import (
    Currency,
    DraftSet,
    EarningRule,
    Entry,
    PointsValue,
    ProgrammeCurrency,
    RuleDraft,
    RuleHit,
    Tier,
    Trial,
    TrialDecision,
)
from tests.loyalty.conftest import AT, at_once, make_order, record
from tests.loyalty.test_console import signed_in

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(days=20)
DOUBLE = {
    "code": "purchase", "name": "Purchases", "active": "on", "trigger": "order.paid", "formula": "per_unit", "per_units": 1,
    "points": 2, "credit": 1, "pending_days": 0, "conditions-mode": "all",
}  # fmt: skip


@pytest.fixture
def manager(monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr("loyalty.views.what_if.now", lambda: LATER)
    monkeypatch.setattr("loyalty.trying.now", lambda: LATER)
    monkeypatch.setattr("loyalty.wagtail_hooks.earning.now", lambda: LATER)
    ProgrammeCurrency.objects.create(id=1, code="EUR")
    return signed_in(True)


@pytest.fixture
def shop(new_member: Callable[..., int]) -> list[int]:
    """Three customers of 10, 40 and 100 EUR; the second's order was given back, half of the third's."""
    people = [new_member() for _ in range(3)]
    for number, (member, net) in enumerate(zip(people, (1000, 4000, 10_000), strict=True)):
        order = make_order(str(number), member_id=member, placed_at=AT, paid_at=AT + timedelta(minutes=number))
        order = replace(order, lines=(replace(order.lines[0], net=net, category="tea"),))
        record(order)
        if number == 1:
            record(replace(order, revision="2", state=PaymentState.CANCELLED))
        if number == 2:
            record(replace(order, revision="2", refunds=(RefundData(external_id="r", occurred_at=AT, amount=5000),)))
    return people


def edit(code: str = "purchase") -> str:
    return f"/admin/snippets/loyalty/earningrule/edit/{EarningRule.objects.get(code=code, replaced_at=None).pk}/"


def draft_of(name: str = "x", **rules: dict[str, Any]) -> int:
    with transaction.atomic():
        draft_id = drafting.make_draft(name=name, by=None, at=LATER)
        for code, changes in rules.items():
            found = EarningRule.objects.filter(code=code, replaced_at=None).first() or EarningRule(code=code, name=code)
            values = {one: getattr(found, one) for one in drafting.fields_of_a_rule()} | changes
            drafting.put_rule(draft_id=draft_id, code=code, values=values, at=LATER)
    return draft_id


def counted(draft_id: int | None, days: int = 90) -> dict[str, Any]:
    with transaction.atomic():
        trial_id = acts.ask_for_trial(draft_id=draft_id, days=days, by=None, at=LATER)
    result = trying.count(Trial.objects.get(pk=trial_id), size=2)
    assert result is not None
    return result


def test_from_the_editor_to_publishing_what_was_tried(manager: Client, shop: list[int]) -> None:
    PointsValue.objects.create(point_value="0.01")
    entries = Entry.objects.count()
    assert "Try it on the last 90 days" in manager.get(edit()).content.decode()
    answer = manager.post(edit(), DOUBLE | {"action-try": "action-try"}, follow=True)
    text = answer.content.decode()
    assert "It would have given 60 points (worth 0.60 EUR) more." in text, text
    assert "2 people would have got more." in text and "less" not in answer.context["lead"]
    assert EarningRule.objects.filter(code="purchase").count() == 1 and Entry.objects.count() == entries
    trial = Trial.objects.get()
    assert trial.state == "done" and trial.result
    assert [row["change"] for row in trial.result["winners"]] == [50, 10] and not trial.result["losers"]
    [row] = trial.result["rules"]
    assert (row["points_before"], row["points"], row["credit_before"], row["credit"]) == (60, 120, 60, 60)
    draft = DraftSet.objects.get()
    answer = manager.post(
        f"/admin/points/drafts/{draft.public_id}/act/", {"act": "publish", "trial": trial.public_id}, follow=True
    )
    new = EarningRule.objects.get(code="purchase", replaced_at=None)
    assert (new.version, new.points, new.published_at) == (2, 2, LATER) and new.published_by
    assert TrialDecision.objects.get().rule == new and TrialDecision.objects.get().trial == trial
    assert f"/admin/points/trials/{trial.public_id}/" in answer.content.decode()
    again = manager.post(f"/admin/points/drafts/{draft.public_id}/act/", {"act": "publish"}, follow=True)
    assert "published already" in again.content.decode() and EarningRule.objects.filter(code="purchase").count() == 2


def test_a_form_with_errors_is_shown_again_and_makes_nothing(manager: Client, shop: list[int]) -> None:
    for button in ("action-try", "action-draft"):
        answer = manager.post(edit(), DOUBLE | {"points": "0", "credit": "0", button: button})
        assert answer.status_code == 200 and "A rule pays points or credit" in answer.content.decode()
    assert not DraftSet.objects.exists() and EarningRule.objects.filter(code="purchase").count() == 1


def test_a_new_rule_is_kept_as_a_draft_and_changed_there(manager: Client, shop: list[int]) -> None:
    form = DOUBLE | {
        "code": "tea",
        "name": "Tea",
        "formula": "fixed",
        "points": 5,
        "categories": "tea",
        "action-draft": "x",
    }
    page = manager.post("/admin/snippets/loyalty/earningrule/add/", form, follow=True)
    assert "Pays 5 points" in page.content.decode() and not EarningRule.objects.filter(code="tea").exists()
    draft = DraftSet.objects.get()
    address = f"/admin/points/drafts/{draft.public_id}/"
    shown = manager.get(f"{address}rule/tea/").content.decode()
    assert 'value="Tea"' in shown
    bad = manager.post(f"{address}rule/tea/", form | {"points": "-1"})
    assert bad.status_code == 422 and RuleDraft.objects.get().values["points"] == 5
    assert (
        manager.post(f"{address}rule/tea/", form | {"points": "6", "starts_at": "2030-01-01 10:00"}).status_code == 302
    )
    assert RuleDraft.objects.get().values["points"] == 6
    assert manager.post(f"{address}rule/purchase/", DOUBLE).status_code == 302
    result = manager.post(f"{address}act/", {"act": "try", "days": "30"}, follow=True)
    rows = {row["code"]: row for row in result.context["rules"]}
    assert rows["tea"]["points"] == 12 and rows["purchase"]["change"] == 60
    assert "as if they had been in force the whole time" in result.content.decode()
    manager.post(f"{address}act/", {"act": "drop", "code": "tea"})
    stale = manager.get(f"/admin/points/trials/{Trial.objects.latest('asked_at').public_id}/").content.decode()
    assert "Count again" in stale and "Publish this draft" not in stale
    trial = Trial.objects.latest("asked_at").public_id
    refused = manager.post(f"{address}act/", {"act": "publish", "trial": trial}, follow=True)
    assert "changed after this trial" in refused.content.decode()
    assert EarningRule.objects.get(code="purchase", replaced_at=None).version == 1
    manager.post(f"{address}act/", {"act": "delete"})
    assert not DraftSet.objects.exists() and not Trial.objects.exists()


def test_somebody_else_published_meanwhile(shop: list[int], new_member: Callable[..., int]) -> None:
    draft_id = draft_of(purchase={"points": 3})
    at_once(points=2)
    with pytest.raises(drafting.DraftRefused) as refusal, transaction.atomic():
        publishing.publish_draft(draft_id=draft_id, trial_id=None, by=new_member(), at=LATER)
    assert refusal.value.code == "changed_meanwhile"
    assert EarningRule.objects.get(code="purchase", replaced_at=None).points == 2


def test_limits_of_a_draft_are_taken_by_what_was_bought_before_it_was_given_back(shop: list[int]) -> None:
    """100 EUR took the whole budget of 100, though half of it was given back: nothing is left for a later order."""
    record(make_order("late", member_id=shop[0], placed_at=AT, paid_at=AT + timedelta(days=1)))
    budget = 10 + 40 + 100
    result = counted(draft_of(purchase={"budget": budget}))
    [row] = result["rules"]
    assert row["points"] == 10 + 50 and {"code": "budget", "times": 1} in row["refusals"]
    assert "limits_from_start" in result["assumed"] and not RuleHit.objects.exists()
    cut = counted(draft_of(purchase={"daily_cap": None, "points_cap": 4}))
    [row] = cut["rules"]
    assert row["points"] == 4 + 4 + 4 and row["cuts"][0]["code"] == "points_cap"


def test_a_rule_switched_off_and_one_that_nothing_is_known_of(shop: list[int]) -> None:
    result = counted(draft_of(purchase={"active": False}, reviewed={
        "trigger": "review.published", "formula": "fixed", "points": 15,
    }))  # fmt: skip
    assert result["after"]["points"] == 0 and result["fewer"] == 2 and result["silent"] == ["reviewed"]
    assert [row["change"] for row in result["losers"]] == [-50, -10]


def test_pairs_conditions_on_members_and_withdrawn_acts(new_member: Callable[..., int]) -> None:
    ann, bob, cyd = (new_member() for _ in range(3))
    for number in range(5):
        with transaction.atomic():
            actions.accept_answer(
                post_id=number, author_id=ann, by_id=bob, self_answer=False, at=AT + timedelta(minutes=number)
            )
    with transaction.atomic():
        actions.accept_answer(post_id=9, author_id=cyd, by_id=bob, self_answer=False, at=AT)
        actions.unaccept_answer(post_id=9, author_id=cyd, by_id=bob, at=AT + timedelta(hours=1))
    code = EarningRule.objects.get(trigger="answer.accepted").code
    result = counted(draft_of(**{code: {"giver_cap": None, "daily_cap": 4, "points": 10}}))
    assert result["pairs"] == [{"member": ann, "counterpart": bob, "points": 40, "times": 4}]
    assert result["before"]["points"] == 75 and result["paid_members"] == 1
    rule = {"conditions": {"fact": "member.age_days", "is": "at_least", "value": 10_000}}
    assert counted(draft_of(**{code: rule}))["after"]["points"] == 0
    groups = {"conditions": {"fact": "member.groups", "is": "has_any", "value": ["nobody"]}}
    asked = counted(draft_of(**{code: groups}))
    assert asked["after"]["points"] == 0 and "groups_today" in asked["assumed"]


def test_tiers_and_expiry_of_a_draft(manager: Client, shop: list[int]) -> None:
    at_once(credit=1)
    tiers = list(Tier.objects.order_by("rank"))
    with transaction.atomic():
        actions.review_tiers(member_ids=shop, at=LATER)
    up = counted(draft_of(purchase={"credit": 60}))
    assert up["tiers"]["up"] == 2 and up["tiers"]["down"] == 0
    assert {row["member"] for row in up["tiers"]["rising"]} == {shop[0], shop[2]}
    draft = DraftSet.objects.get(pk=draft_of())
    address = f"/admin/points/drafts/{draft.public_id}/"
    table = {"window": "rolling", "window_days": 365, "basis": "credit", "down": "one", "grace_days": 30}
    for tier in tiers:
        table |= {
            f"threshold_{tier.pk}": tier.rank * 45,
            f"keep_threshold_{tier.pk}": "",
            f"lifetime_threshold_{tier.pk}": "",
        }
    bad = manager.post(f"{address}tiers/", table | {f"threshold_{tiers[1].pk}": "-4"})
    assert bad.status_code == 422
    assert manager.post(f"{address}tiers/", table).status_code == 302
    bad = manager.post(
        f"{address}expiry/", {"expiry_policy": "fixed", "expiry_dates": "02-30", "expiry_rounding": "month"}
    )
    assert bad.status_code == 422 and "is no day of every year" in bad.content.decode()
    fine = {"expiry_policy": "months", "expiry_months": 2, "expiry_rounding": "month", "expiry_dates": ""}
    assert manager.post(f"{address}expiry/", fine).status_code == 302
    result = counted(draft.pk)
    assert result["after"] == result["before"] and result["tiers"]["up"] == 1
    assert sum(row["into"] for row in result["tiers"]["table"]) == 1
    assert result["expiry"]["soon_after"] == 60 >= result["expiry"]["soon_before"]
    assert Currency.objects.get(code="points").expiry_months != 2
    assert manager.get(f"{address}tiers/").status_code == manager.get(f"{address}expiry/").status_code == 200
    manager.post(f"{address}act/", {"act": "publish"})
    assert Currency.objects.get(code="points").expiry_months == 2
    assert list(Tier.objects.order_by("rank").values_list("threshold", flat=True)) == [tier.rank * 45 for tier in tiers]


def test_a_trial_has_one_worker_can_be_stopped_and_is_begun_anew_when_its_worker_dies(shop: list[int]) -> None:
    with transaction.atomic():
        trial_id = acts.ask_for_trial(draft_id=None, days=90, by=None, at=LATER)
        assert acts.ask_for_trial(draft_id=None, days=90, by=None, at=LATER) == trial_id
        first = acts.take_turn(trial_id=trial_id, at=LATER)
        assert first and acts.take_turn(trial_id=trial_id, at=LATER) is None
        dead = LATER + timedelta(minutes=6)
        assert acts.waiting(at=LATER) == [] and acts.waiting(at=dead) == [trial_id]
        second = acts.take_turn(trial_id=trial_id, at=dead)
        assert second and not acts.progress(turn=first, done=1, total=2, at=dead)
        assert not acts.finish(turn=first, result={}, at=dead) and acts.progress(turn=second, done=1, total=2, at=dead)
        assert acts.cancel(trial_id=trial_id, at=dead) and not acts.cancel(trial_id=trial_id, at=dead)
        assert not acts.finish(turn=second, result={}, at=dead)
    seen: list[tuple[int, int]] = []

    def stop_after_two(done: int, total: int) -> bool:
        seen.append((done, total))
        return len(seen) < 2

    assert trying.count(Trial.objects.get(pk=trial_id), alive=stop_after_two, size=1) is None and seen == [
        (0, 3),
        (1, 3),
    ]


def test_many_deeds_go_to_a_worker_and_the_page_says_how_far(
    manager: Client, shop: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[Any] = []
    monkeypatch.setattr(trying, "AT_ONCE", 0)
    monkeypatch.setattr("loyalty.views.what_if.send_later", lambda *job: sent.append(job))
    page = manager.post(edit(), DOUBLE | {"action-try": "x"}, follow=True)
    trial = Trial.objects.get()
    assert (
        sent == [("loyalty.tasks.try_rules", trial.pk)]
        and page["Refresh"] == "2"
        and "Waiting for a worker" in page.content.decode()
    )
    Trial.objects.update(state="running", turn=1, done=1, total=3, seen_at=LATER)
    assert "1 of 3" in manager.get(f"/admin/points/trials/{trial.public_id}/").content.decode()
    stopped = manager.post(f"/admin/points/trials/{trial.public_id}/", follow=True)
    assert "stopped before it was counted" in stopped.content.decode() and "Refresh" not in stopped


def test_others_see_and_do_none_of_it(manager: Client) -> None:
    draft = DraftSet.objects.get(pk=draft_of(purchase={"points": 9}))
    manager.logout()
    user = EarningRule._meta.get_field("published_by").related_model
    other = user.objects.create_user("other", "other@example.com", "a long password")  # type: ignore[union-attr]
    manager.force_login(other, backend="members.backends.MemberBackend")
    address = f"/admin/points/drafts/{draft.public_id}/"
    for one in ("/admin/points/drafts/", address, f"{address}rule/", f"{address}tiers/", f"{address}expiry/"):
        assert manager.get(one).status_code in (302, 403, 404)
    assert manager.post(f"{address}act/", {"act": "publish"}).status_code in (302, 403, 404)
    assert EarningRule.objects.get(code="purchase", replaced_at=None).points != 9


def test_bad_addresses(manager: Client) -> None:
    draft = DraftSet.objects.get(pk=draft_of(purchase={"points": 9}))
    address = f"/admin/points/drafts/{draft.public_id}/"
    for one in ("/admin/points/drafts/nothing/", "/admin/points/trials/nothing/", f"{address}rule/nothing/"):
        assert manager.get(one).status_code == 404
    for data in (
        {"act": "x"},
        {"act": "drop", "code": "\x00"},
        {"act": "try", "days": "-1"},
        {"act": "try", "days": "٣"},
    ):
        assert manager.post(f"{address}act/", data).status_code == 302
    assert manager.post(f"{address}act/", {"act": "publish", "trial": "nothing"}).status_code == 404
    assert manager.get(f"{address}act/").status_code == 405


def test_the_clock_of_a_trial_is_the_period_alone(shop: list[int]) -> None:
    assert counted(None, days=19)["before"]["points"] == 0 < counted(None, days=21)["before"]["points"]
