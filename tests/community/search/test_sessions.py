"""Live sessions are found by their words, within the circle of each."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from community.actions.live import sessions
from community.models import LiveSession, Stage
from community.search.matching import says
from community.search.tokens import Term
from outbox.clock import now
from tests.community.search.conftest import Finder

pytestmark = pytest.mark.django_db


def plan(host: Any, title: str, days: int, *, state: str = "scheduled", **more: Any) -> LiveSession:
    starts_at = now() + timedelta(days=1)
    show = sessions.Show(title=title, host_id=host.pk, time_zone="UTC", **more)
    with transaction.atomic():
        public_id = sessions.plan_session(
            show=show, starts_at=starts_at, ends_at=starts_at + timedelta(hours=1), by=host.pk, at=now()
        )
    over = (
        dict.fromkeys(("doors_at", "started_at", "ended_at"), now())
        if state == "ended"
        else {"cancelled_at": now()}
        if state == "cancelled"
        else {}
    )
    LiveSession.objects.filter(public_id=public_id).update(
        state=state, **over, starts_at=now() + timedelta(days=days), ends_at=now() + timedelta(days=days, hours=1)
    )
    return LiveSession.objects.get(public_id=public_id)


def test_what_is_to_come_first_and_only_for_who_is_invited(find: Finder, cast: Any, tea: int) -> None:
    everybody = {"audience": "everybody"}
    plan(cast.mei, "Gaiwan evening long ago", -9, state="ended", **everybody)
    plan(cast.mei, "Gaiwan evening", -2, state="ended", **everybody)
    plan(cast.mei, "Pouring without burning", 4, description="We try a new *gaiwan*.", **everybody)
    plan(cast.mei, "Gaiwans for friends", 2, audience="members")
    plan(cast.mei, "Gaiwan that was called off", 1, state="cancelled", **everybody)
    past = ["Gaiwan evening", "Gaiwan evening long ago"]
    assert find.titles(None, "gaiwan", **{"in": "live"}) == ["Pouring without burning", *past]
    assert find.titles("mei", "gaiwan", **{"in": "live"}) == ["Gaiwans for friends", "Pouring without burning", *past]
    assert find.titles(None, "gaiwan -ago", **{"in": "live"}) == ["Pouring without burning", "Gaiwan evening"]
    unburnt = ["Gaiwans for friends", *past]
    assert find.titles("mei", "gaiwan -burning", **{"in": "live"}) == unburnt
    plan(cast.mei, "Evening with cups", 6, description="No gaiwan.", **everybody)
    assert find.titles("mei", "evening -gaiwan", **{"in": "live"}) == [], "also where only the description says it"
    hit = next(iter((find.found(None, "gaiwan", **{"in": "live"}) or pytest.fail()).hits))
    assert hit.excerpt == "We try a new <mark>gaiwan</mark>."
    page = find.page(None, "gaiwan").content.decode()
    assert "Pouring without burning" in page and "for friends" not in page, "the first tab leads there, too"
    assert find.titles(None, "burnt", **{"in": "live"}) == []


def test_a_summary_is_found_when_it_is_told(find: Finder, cast: Any, tea: int) -> None:
    show = plan(cast.mei, "An evening", -2, state="ended", audience="everybody")
    LiveSession.objects.filter(pk=show.pk).update(
        cooked="<p>Of tea</p>", summary_cooked="<p>Dragonwell <em>mostly</em></p>"
    )
    assert find.titles(None, "dragonwell", **{"in": "live"}) == []
    Stage.objects.update_or_create(session=show, defaults={"summary_at": now()})
    assert find.titles(None, "dragonwell", **{"in": "live"}) == ["An evening"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("evening", True), ("even", True), ("ev", False), ("teapots", True), ("老友", True), ("友", True), ("友老", False),
        ("evening 老友", True), ("evening morning", False),
    ],
)  # fmt: skip
def test_words_are_those_of_the_search(asked: str, said: bool) -> None:
    text = "An evening with our teapot: 老友好"
    assert says(text, tuple(Term(word) for word in asked.split())) is said
    assert says(text, (Term("with our", phrase=True),)) and not says(text, (Term("our with", phrase=True),))
    assert not says(text, (Term("evening"), Term("teapot", without=True)))
