"""A small show in real browsers: one seat, a queue with an old friend in it, questions, a poll, a rush for a present."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction
from playwright.sync_api import Page, expect

from community.actions.live import sessions, stage
from community.models import Attendance, DropClaim, LiveSession, Seat
from loyalty.models import Redemption, Reward, Tier, TierMembership
from loyalty.queries.books import check_books
from outbox.clock import now
from outbox.dispatch import run_pending
from tests.community.rooms.test_browser import Site
from tests.community.rooms.test_browser import site as _site
from tests.messaging.realtime.conftest import server as _server

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
server, site = _server, _site
PHONE = {"viewport": {"width": 390, "height": 844}}


def person(name: str, display: str) -> Any:
    return get_user_model().objects.create_user(name, f"{name}@example.com", "x", display_name=display)


@pytest.fixture
def cast(transactional_db: None) -> dict[str, Any]:
    cast = {"hana": person("hana", "Hana Mori"), "ann": person("ann", "Ann Lee"), "bo": person("bo", "Bo Berg"),
            "mei": person("mei", "陈小梅")}  # fmt: skip
    TierMembership.objects.create(member=cast["mei"], tier=Tier.objects.get(code="old-friend"), since=now())
    return cast


@pytest.fixture
def show(cast: dict[str, Any]) -> Iterator[LiveSession]:
    at = now()
    wanted = sessions.Show(title="Tea evening", host_id=cast["hana"].pk, time_zone="UTC", capacity=1)
    with transaction.atomic():
        public_id = sessions.plan_session(
            show=wanted, starts_at=at + timedelta(minutes=5), ends_at=at + timedelta(minutes=65), by=None, at=at
        )
    yield LiveSession.objects.get(public_id=public_id)


def live(page: Page) -> None:
    expect(page.locator("#live-state")).to_have_text("Live")


def test_a_show_with_one_seat(site: Site, cast: dict[str, Any], show: LiveSession) -> None:
    path = f"/live/{show.public_id}/room/"
    reward = Reward.objects.create(name="Gold-rimmed cup", kind="perk", cost=90, stock=3)
    host = site.window(cast["hana"], path + "?tab=host")
    live(host)
    host.get_by_role("button", name="Open the doors").click()
    expect(host.get_by_role("button", name="Go live")).to_be_visible()
    host.get_by_role("button", name="Go live").click()
    expect(host.locator("[data-when=live]").first).to_be_visible()
    live(host)
    # One seat: Ann is quick; Bo waits, then Mei, an old friend, before him.
    ann, bo, mei = (
        site.window(cast["ann"], path),
        site.window(cast["bo"], path, **PHONE),
        site.window(cast["mei"], path),
    )
    for page in (ann, bo, mei):
        page.locator(".live-place button").click()
        expect(page.locator(".live-place", has_text="Come in")).to_have_count(0)
    live(ann), live(bo), live(mei)
    expect(ann.locator("#chat-composer")).to_be_visible()
    expect(mei.locator("[data-waiting-place]")).to_have_text("1")
    expect(bo.locator("[data-waiting-place]")).to_have_text("2")
    expect(host.locator("[data-count=waiting]").first).to_have_text("2")
    # Ann talks and asks; who waits reads along, does not write, does not vote.
    ann.locator("#chat-composer textarea").fill("good evening, everybody")
    ann.locator("#chat-composer textarea").press("Enter")
    for page in (host, bo, mei):
        expect(page.locator(".message[data-seq] .message-text").first).to_have_text("good evening, everybody")
    # The host pauses the talk and slows it: nobody's page loads again, and what is half written stays.
    ann.evaluate("window.stayed = true")
    ann.locator("#chat-composer textarea").fill("half a sen")
    for locked in (True, False):
        with transaction.atomic():
            stage.set_pace(session_id=show.pk, seconds=5, locked=locked, by=cast["hana"].pk, at=now())
        expect(ann.locator("#chat-composer")).to_be_visible(visible=not locked)
        expect(ann.locator("#chat-closed")).to_be_visible(visible=locked)
        if locked:
            expect(ann.locator("#chat-closed")).to_contain_text("paused the talk")
        expect(ann.locator("#room")).to_have_attribute("data-slow", "5")
    expect(host.locator("#chat-composer")).to_be_visible()
    expect(ann.locator("#chat-composer textarea")).to_have_value("half a sen")
    ann.locator("#chat-composer textarea").fill("")
    with transaction.atomic():
        stage.set_pace(session_id=show.pk, seconds=0, locked=False, by=cast["hana"].pk, at=now())
    assert ann.evaluate("window.stayed")
    ann.locator("#ask-text").fill("Which water do you take?")
    ann.get_by_role("button", name="Ask", exact=True).click()
    asked = mei.locator(".question", has_text="Which water")
    expect(asked).to_be_visible()
    expect(asked.locator(".question-vote")).to_be_disabled()
    # The host answers, pins, asks; everybody sees it without loading again.
    host.get_by_role("link", name="Questions").click()
    host.locator(".question", has_text="Which water").locator(".question-vote").click()
    expect(mei.locator(".question [data-f=votes]").first).to_have_text("2")
    host.get_by_role("button", name="On now").click()
    expect(ann.locator(".question [data-mark=now]")).to_be_visible()
    host.get_by_role("link", name="Host").click()
    host.locator("#now-text").fill("The first cup")
    host.get_by_role("button", name="Show it").click()
    expect(bo.locator(".live-on")).to_have_text("The first cup")
    host.get_by_text("Ask a poll").click()
    host.locator("#poll-question").fill("Green or black?")
    host.locator("#poll-options").fill("Green\nBlack")
    host.locator("[data-panel-of=host]").get_by_role("button", name="Ask", exact=True).last.scroll_into_view_if_needed()
    host.locator("form:has(#poll-question) button").click()
    ann.get_by_role("link", name="Polls").click()
    ann.get_by_role("radio", name="Black").check()
    ann.get_by_role("button", name="Vote").click()
    expect(host.locator(".live-poll [data-o=votes]").nth(1)).to_have_text("1")
    # The seat goes to the old friend first, though she came last.
    ann.get_by_role("button", name="Leave my seat").click()
    expect(mei.get_by_text("Your seat is ready.")).to_be_visible()
    mei.get_by_role("button", name="Take my seat").click()
    expect(mei.locator("#chat-composer")).to_be_visible()
    expect(bo.locator("[data-waiting-place]")).to_have_text("1")
    # More seats: Bo is asked at once. Then a present for two, and both want it.
    LiveSession.objects.filter(pk=show.pk).update(capacity=3)
    from community.tasks import keep_seats

    keep_seats()
    bo.get_by_role("button", name="Take my seat").click()
    expect(bo.locator("#chat-composer")).to_be_visible()
    ann = site.window(cast["ann"], path)
    ann.locator(".live-place button").click()
    expect(ann.locator("#chat-composer")).to_be_visible()
    live(ann), live(bo), live(mei)
    host.get_by_role("link", name="Host").click()
    host.get_by_text("Give something away").click()
    host.locator("#drop-prize").select_option(f"reward:{reward.pk}")
    host.locator("#drop-stock").fill("2")
    host.locator("#drop-countdown").fill("2")
    host.get_by_role("button", name="Announce it").click()
    for page in (ann, bo, mei):
        page.get_by_role("link", name="Presents").click()
        expect(page.locator(".live-drop")).to_contain_text("Gold-rimmed cup")
    # A click ends before its answer: each has theirs before the next one asks, or Ann might be quicker than Bo.
    for page in (mei, bo):
        page.get_by_role("button", name="I want one").click()
        expect(page.get_by_text("Yours", exact=True)).to_be_visible()
    # Ann is too late; her page may know it already.
    ann.get_by_role("button", name="I want one").evaluate("(button) => { button.disabled = false; button.click(); }")
    expect(ann.locator(".live-drop [data-f=left]")).to_have_text("0")
    assert set(DropClaim.objects.values_list("member__username", flat=True)) == {"mei", "bo"}
    run_pending()
    assert Redemption.objects.filter(member=cast["mei"], cost=0).count() == 1
    # The end: nobody writes any more, the summary waits for the host.
    host.get_by_role("link", name="Host").click()
    host.get_by_role("button", name="End the session").click()
    expect(host.locator("#summary-text")).to_be_visible()
    expect(mei.locator(".live-room")).to_have_attribute("data-live-state", "ended")
    expect(mei.locator("#chat-composer")).to_be_hidden()
    expect(mei.locator("#chat-closed")).to_contain_text("This session is over.")
    host.locator("#summary-text").fill("We drank **three** cups.")
    host.get_by_role("button", name="Publish and tell those who came").click()
    expect(host.locator("h1")).to_have_text("Tea evening")
    expect(host.locator(".prose strong")).to_have_text("three")
    assert Seat.objects.filter(session=show, state__in=("waiting", "offered")).count() == 0
    assert Attendance.objects.filter(session=show).count() == 3
    with transaction.atomic():
        assert check_books().clean
    assert [problem for problem in site.problems if "422" not in problem] == []  # Ann was too late for the present
