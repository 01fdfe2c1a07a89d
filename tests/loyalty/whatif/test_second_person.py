"""A rule that could give one person more than one may correct by hand alone is published by two."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.test import Client

from community.models import AuditEntry
from loyalty import actions
from loyalty.models import Currency, DraftSet, EarningRule
from loyalty.rules.ceilings import credit_at_once, points_at_once
from outbox.clock import now
from outbox.dispatch import run_pending
from tests.proof import mark

pytestmark = pytest.mark.django_db
RULE = {
    "code": "birthday-large", "name": "Large", "active": "on", "trigger": "answer.accepted", "formula": "fixed",
    "points": 5001, "credit": 0, "pending_days": 0, "conditions-mode": "all",
}  # fmt: skip
ADD = "/admin/snippets/loyalty/earningrule/add/"


@pytest.fixture
def person(db: None) -> Callable[..., Client]:
    def make(name: str, *groups: str) -> Client:
        user = get_user_model().objects.create_user(name, f"{name}@example.com", "a long password")
        user.groups.set([Group.objects.get_or_create(name=group)[0] for group in groups])
        user.user_permissions.add(Permission.objects.get(codename="access_admin"))
        client = Client()
        client.force_login(user, backend="members.backends.MemberBackend")
        return client

    return make


def live(code: str = "birthday-large") -> EarningRule | None:
    return EarningRule.objects.filter(code=code, replaced_at=None).first()


@pytest.mark.parametrize(
    ("values", "points"),
    [
        ({"formula": "fixed", "points": 5001}, 5001), ({"formula": "fixed", "points": 5001, "active": False}, 0),
        ({"formula": "fixed", "points": 9000, "points_cap": 40}, 40), ({"formula": "fixed", "points": 9, "lifetime_points": 5}, 5),
        ({"formula": "per_unit", "points": 1, "per_units": 1}, 100), ({"formula": "per_unit", "points": 60, "per_units": 1}, 6000),
        ({"formula": "per_unit", "points": 60, "per_units": 10}, 600), ({"formula": "per_item", "points": 30}, 300),
        ({"formula": "multiplier", "percent": 300}, 2000), ({"formula": "multiplier", "percent": 50}, 0),
    ],
)  # fmt: skip
def test_how_much_a_rule_could_give_at_once(values: dict[str, Any], points: int) -> None:
    assert points_at_once(values, multiplied=1000) == points
    assert credit_at_once(values | {"credit": 7}) in (0, 7, 70, 700)


def test_two_people_stand_for_a_large_rule(person: Callable[..., Client]) -> None:
    both = person("boss", "Community managers", "Finance")
    refused = both.post(ADD, RULE)
    assert refused.status_code == 200 and live() is None
    assert "It could give one person 5001 at once, more than 5000." in refused.content.decode()
    both.post(ADD, RULE | {"action-draft": "action-draft"})
    draft = DraftSet.objects.get()
    page, act = f"/admin/points/drafts/{draft.public_id}/", f"/admin/points/drafts/{draft.public_id}/act/"
    text = both.get(page).content.decode()
    assert "You wrote this draft" in text and "as the second person" not in text
    alone = both.post(act, {"act": "publish"}, follow=True)
    assert "You wrote this draft yourself" in alone.content.decode() and live() is None
    manager = person("mei", "Community managers")
    assert "as the second person" not in manager.get(page).content.decode()
    manager.post(act, {"act": "publish"})
    assert live() is None, "another manager is no second person"
    finance = person("fei", "Finance")
    text = finance.get(page).content.decode()
    assert "as the second person" in text and "Throw this draft away" not in text
    assert "Ask Finance" not in text
    assert finance.post(act, {"act": "delete"}).status_code == 403
    mark(finance, seconds_ago=600)
    asked = finance.post(act, {"act": "publish"})
    assert asked.headers["Location"].startswith("/accounts/reauthenticate/") and live() is None
    mark(finance, seconds_ago=0)
    done = finance.post(act, {"act": "publish"}, follow=True)
    assert done.status_code == 200, "and they come to a page that is theirs"
    found = live()
    assert found is not None and found.points == 5001 and found.published_by and found.published_by.username == "fei"
    noted = AuditEntry.objects.get(act="draft.seconded")
    assert noted.by == found.published_by and noted.before == {"writers": [draft.made_by_id]}


def test_whoever_wrote_a_part_of_it_is_not_its_second_person(person: Callable[..., Client]) -> None:
    manager, both = person("mei", "Community managers"), person("fei", "Community managers", "Finance")
    manager.post(ADD, RULE | {"points": 5, "action-draft": "action-draft"})
    draft = DraftSet.objects.get()
    rule = f"/admin/points/drafts/{draft.public_id}/rule/birthday-large/"
    assert both.post(rule, RULE).status_code == 302
    manager.post(rule, RULE)  # and whoever wrote last hides nobody
    both.post(f"/admin/points/drafts/{draft.public_id}/act/", {"act": "publish"})
    assert live() is None
    other = person("lin", "Finance")
    other.post(f"/admin/points/drafts/{draft.public_id}/act/", {"act": "publish"})
    assert live() is not None


def test_finance_alone_publishes_nothing_else(person: Callable[..., Client]) -> None:
    manager, finance = person("mei", "Community managers"), person("fei", "Finance")
    manager.post(ADD, RULE | {"points": 5, "action-draft": "action-draft"})
    act = f"/admin/points/drafts/{DraftSet.objects.get().public_id}/act/"
    assert finance.post(act, {"act": "publish"}).status_code == 403 and live() is None
    manager.post(act, {"act": "publish"})
    assert live() is not None


def test_a_large_rule_is_switched_off_by_one_and_changed_by_two(person: Callable[..., Client]) -> None:
    manager = person("mei", "Community managers")
    actions.publish_rule(
        code="birthday-large", changes={"name": "Large", "trigger": "answer.accepted", "formula": "fixed", "points": 6000},
        by=None, at=now(),
    )  # fmt: skip
    edit = f"/admin/snippets/loyalty/earningrule/edit/{live().pk}/"  # type: ignore[union-attr]
    assert manager.post(edit, RULE | {"points": 6000, "name": "Larger"}).status_code == 200
    assert (
        manager.post(
            edit, {one: value for one, value in (RULE | {"points": 6000}).items() if one != "active"}
        ).status_code
        == 302
    )
    assert live().active is False  # type: ignore[union-attr]


def test_multipliers_are_judged_by_what_they_multiply(person: Callable[..., Client]) -> None:
    Currency.objects.filter(code="points").update(approval_above=300)
    manager = person("mei", "Community managers")
    times = RULE | {"code": "double", "trigger": "order.paid", "formula": "multiplier", "points": 0, "percent": 500}
    refused = manager.post(ADD, times)
    assert refused.status_code == 200 and "more than 300" in refused.content.decode()
    assert manager.post(ADD, times | {"percent": 200}).status_code == 302


def test_finance_hears_of_a_draft_that_waits_for_them(person: Callable[..., Client]) -> None:
    manager, finance = person("mei", "Community managers"), person("fei", "Finance")
    wrote = person("wei", "Community managers", "Finance")
    manager.post(ADD, RULE | {"action-draft": "action-draft"})
    draft = DraftSet.objects.get()
    draft.writers += [get_user_model().objects.get(username="wei").pk]
    draft.save(update_fields=["writers"])
    page, act = f"/admin/points/drafts/{draft.public_id}/", f"/admin/points/drafts/{draft.public_id}/act/"
    said = "waits for a second person"
    assert "draft of large rules" not in finance.get("/admin/").content.decode()
    assert "Ask Finance to publish it" in manager.get(page).content.decode()
    assert finance.post(act, {"act": "ask"}).status_code == 403
    for _twice in range(2):
        manager.post(act, {"act": "ask"})
        run_pending()
    assert "Finance was told on" in manager.get(page).content.decode()
    assert finance.get("/notices/").content.decode().count(said) == 1
    assert said not in wrote.get("/notices/").content.decode(), "who wrote of it is no second person"
    assert said not in manager.get("/notices/").content.decode()
    assert "draft of large rules" in finance.get("/admin/").content.decode()
    manager.post(act, {"act": "drop", "code": "birthday-large"})
    assert "draft of large rules" not in finance.get("/admin/").content.decode(), "a change takes the question back"


def test_finance_is_led_to_the_draft_that_waits_longest_and_never_to_the_managers_list(
    person: Callable[..., Client],
) -> None:
    manager, finance = person("mei", "Community managers"), person("fei", "Finance")
    for code in ("birthday-large", "birthday-larger"):
        manager.post(ADD, RULE | {"code": code, "action-draft": "action-draft"})
    first, second = DraftSet.objects.order_by("pk")
    for draft in (first, second):
        manager.post(f"/admin/points/drafts/{draft.public_id}/act/", {"act": "ask"})
    everything = 'href="/admin/points/drafts/"'
    home, page = finance.get("/admin/").content.decode(), f"/admin/points/drafts/{first.public_id}/"
    assert page in home and everything not in home
    assert everything not in finance.get(page).content.decode()
    assert everything in manager.get(page).content.decode()
