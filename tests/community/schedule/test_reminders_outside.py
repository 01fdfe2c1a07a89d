"""A reminder leaves the site at its moment: as mail and on the telephone, in the member's language, by their own clock."""

import email
import email.policy
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import transaction

from community.actions.live import clock as session_clock
from community.actions.live import rsvp
from community.models import LiveSession
from members.models import User
from messaging import actions, pushing, rounds, sender
from messaging.models import Delivery
from tests.community.schedule.conftest import plan
from tests.messaging.mail.conftest import Clock, Sink, clock, person, sink
from tests.messaging.push.conftest import service
from tests.messaging.push.service import Browser, Service
from tests.messaging.telling import prefer, yes

__all__ = ["clock", "service", "sink"]

pytestmark = pytest.mark.django_db(transaction=True)
START = datetime(2026, 3, 4, 23, 30, tzinfo=UTC)  # deep in the night of the site
SOON = START - timedelta(minutes=15)


def guest(name: str, *, zone: str = "UTC", language: str = "en", device: bool = False) -> User:
    user = person(name, consents=False, zone=zone, language=language)
    yes(user, START - timedelta(days=3))
    if device:
        with transaction.atomic():
            actions.add_device(member_id=user.pk, **Browser(name).form, by=user.pk, at=START - timedelta(days=3))
    return user


def say_yes(session: LiveSession, *people: User) -> None:
    for one in people:
        with transaction.atomic():
            rsvp.answer(session_id=session.pk, answer="going", by=one.pk, at=START - timedelta(days=2))


def remind(session: LiveSession, which: str, clock: Clock) -> tuple[int, int]:
    """The clock of sessions and a round of the workers; how many mails and push messages left."""
    with transaction.atomic():
        session_clock.remind(session_id=session.pk, which=which, at=clock.at)
    rounds.bundle_all(clock=clock)
    return sender.send_due(clock=clock), pushing.send_due(clock=clock)


def words(sink: Sink, address: str) -> str:
    (mail,) = [one for one in sink.mails if one.rcpt_tos == [address]]
    message = email.message_from_bytes(mail.content, policy=email.policy.default)
    part: Any = message.get_body(("plain",))
    return f"{message['subject']}\n{part.get_content()}"


def test_shortly_before_it_is_told_at_once_in_ones_own_words_and_hour(
    sink: Sink, service: Service, clock: Clock
) -> None:
    host = person("host", consents=False)
    berlin = guest("lena", zone="Europe/Berlin", device=True)
    shanghai = guest("lin", zone="Asia/Shanghai", language="zh-hans")
    session = plan(host, starts=START, at=START - timedelta(days=3), title="The evening table")
    say_yes(session, berlin, shanghai)
    clock.at = SOON
    assert remind(session, "soon", clock) == (2, 1)
    here, there = words(sink, "lena@example.org"), words(sink, "lin@example.org")
    assert "“The evening table” begins on March 5, 2026, 12:30 AM" in here
    assert "2026年3月5日 07:30" in there and "begins on" not in there
    (rung,) = service.got
    assert rung.headers["urgency"] == "high"
    clock.at += timedelta(minutes=1)
    assert remind(session, "soon", clock) == (0, 0)


def test_a_day_before_waits_like_other_news(sink: Sink, service: Service, clock: Clock) -> None:
    session = plan(person("host", consents=False), starts=START, at=START - timedelta(days=3))
    lena = guest("lena", device=True)
    say_yes(session, lena)
    clock.at = START - timedelta(days=1)
    assert remind(session, "day", clock)[0] == 0
    clock.at = datetime(2026, 3, 4, 9, tzinfo=UTC)
    rounds.bundle_all(clock=clock)
    assert sender.send_due(clock=clock) == 1 and "The evening table" in words(sink, "lena@example.org")


def test_ones_own_night_and_choices_hold_for_reminders_too(sink: Sink, service: Service, clock: Clock) -> None:
    session = plan(person("host", consents=False), starts=START, at=START - timedelta(days=3))
    asleep, unasked, site_only = guest("ada", device=True), guest("ben", device=True), guest("cyd", device=True)
    prefer(asleep, quiet_from=time(22), quiet_to=time(7))
    with transaction.atomic():
        actions.pause_mail(member_id=unasked.pk, by=unasked.pk, at=SOON)
    prefer(site_only, {"sessions": {"email": "off", "push": "off"}})
    say_yes(session, asleep, unasked, site_only)
    clock.at = SOON
    assert remind(session, "soon", clock) == (0, 0)
    assert not sink.mails and not service.got
    assert set(Delivery.objects.filter(member=asleep).values_list("reason", flat=True)) == {"quiet_hours"}


def test_who_cannot_come_any_more_is_told_nowhere(sink: Sink, service: Service, clock: Clock) -> None:
    circle = Group.objects.create(name="tasters")
    stays, lost, late, off = (guest(name, device=True) for name in ("stays", "lost", "late", "off"))
    circle.user_set.add(stays, lost, late, off)
    session = plan(
        person("host", consents=False), starts=START, at=START - timedelta(days=3), audience="group", group_id=circle.pk
    )
    say_yes(session, stays, lost, late, off)
    circle.user_set.remove(lost)  # before the reminder
    User.objects.filter(pk=off.pk).update(is_active=False)
    clock.at = SOON
    with transaction.atomic():
        session_clock.remind(session_id=session.pk, which="soon", at=clock.at)
    circle.user_set.remove(late)  # between the reminder and the moment the mail leaves
    rounds.bundle_all(clock=clock)
    assert (sender.send_due(clock=clock), pushing.send_due(clock=clock)) == (1, 1)
    assert [one.rcpt_tos for one in sink.mails] == [["stays@example.org"]]
    assert [one.path for one in service.got] == ["/send/stays"]
