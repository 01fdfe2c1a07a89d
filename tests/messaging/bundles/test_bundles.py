"""A notice that nobody saw becomes mail: one mail for all of them, each told once, written when it leaves."""

import email
import email.policy
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from members.models import User
from messaging import actions, rounds, sender
from messaging.actions.bundling import bundle
from messaging.models import Delivery, MessagingSettings, Notice
from messaging.rules import Limits, next_in_budget
from messaging.slots import composers

from ..mail.conftest import MORNING, Clock, Sink, compose, person
from ..telling import FORBIDDEN, prefer, tell, work, yes

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("teas")]
MINUTES = timedelta(minutes=1)


def text(envelope: Any) -> str:
    message = email.message_from_bytes(envelope.content, policy=email.policy.default)
    part = message.get_body(("plain",))
    assert part is not None
    return f"{message['subject']}\n{part.get_content()}"


def reader(name: str = "lin", **more: Any) -> User:
    user = person(name, consents=False, **more)
    yes(user, MORNING)
    return user


def outcome() -> list[tuple[str, str]]:
    return list(Delivery.objects.order_by("id").values_list("state", "reason"))


def test_what_is_not_seen_in_ten_minutes_comes_in_one_mail_once(sink: Sink, clock: Clock) -> None:
    lin = reader()
    tell(lin, tea=1, at=clock.at)
    tell(lin, tea=2, at=clock.at + 9 * MINUTES)
    clock.at += 9 * MINUTES
    assert work(clock) == 0
    clock.at += MINUTES
    assert work(clock) == 1
    clock.at += 60 * MINUTES
    assert work(clock) == 0
    (mail,) = sink.mails
    words = text(mail)
    assert words.startswith("2 things happened for you\n")
    assert words.count("named your tea 1") == words.count("named your tea 2") == 1
    for notice in Notice.objects.all():
        assert f"/notices/{notice.public_id}/" in words
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" in mail.content
    assert "Tell me by e-mail when somebody answers me" in words


def test_who_saw_it_in_the_site_gets_no_mail(sink: Sink, clock: Clock) -> None:
    lin, wen = reader(), reader("wen")
    tell(lin, wen, at=clock.at)
    clock.at += 10 * MINUTES
    with transaction.atomic():
        actions.see_notices(member_id=lin.pk, up_to=clock.at, at=clock.at)
    rounds.bundle_all(clock=clock)
    with transaction.atomic():  # between the bundle and the sender
        actions.read_all_notices(member_id=wen.pk, at=clock.at)
    assert sender.send_due(clock=clock) == 0
    assert outcome() == [("nothing_to_say", "read_meanwhile")]
    assert not Notice.objects.exclude(mail_at=None).exists()


def test_without_a_yes_nothing_waits_and_a_no_stops_what_waits(sink: Sink, clock: Clock) -> None:
    lin, wen = person("lin", consents=False), reader("wen")
    tell(lin, wen, at=clock.at)
    assert list(Notice.objects.exclude(mail_at=None).values_list("member_id", flat=True)) == [wen.pk]
    clock.at += 10 * MINUTES
    rounds.bundle_all(clock=clock)
    with transaction.atomic():
        actions.record_consent(
            member_id=wen.pk, purpose="community", granted=False, source="test", at=clock.at, by=wen.pk
        )
    assert sender.send_due(clock=clock) == 0
    assert outcome() == [("no_consent", "consent_withdrawn")]


def test_each_sentence_is_written_when_it_leaves(sink: Sink, clock: Clock) -> None:
    lin = reader(language="zh-hans")
    tell(lin, tea=7, at=clock.at)
    tell(lin, tea=FORBIDDEN, at=clock.at)
    clock.at += 10 * MINUTES
    assert work(clock) == 1
    assert "1 people named your 茶 7" in text(sink.mails[0])
    assert str(FORBIDDEN) not in text(sink.mails[0]).replace("laoyou", "")[:200]


def test_nothing_that_may_be_told_is_no_mail(sink: Sink, clock: Clock) -> None:
    tell(reader(), tea=FORBIDDEN, at=clock.at)
    clock.at += 10 * MINUTES
    assert work(clock) == 0
    assert outcome() == [("nothing_to_say", "read_meanwhile")]


def test_news_that_joins_a_mailed_notice_is_not_mailed_again(sink: Sink, clock: Clock) -> None:
    lin, wen, mei = reader(), person("wen"), person("mei")
    tell(lin, cause="1", by=wen.pk, merge="teas", at=clock.at)
    clock.at += 10 * MINUTES
    assert work(clock) == 1
    tell(lin, cause="2", by=mei.pk, merge="teas", at=clock.at)
    clock.at += 30 * MINUTES
    assert work(clock) == 0
    assert Notice.objects.get().count == 2


def test_the_members_choices_hold_also_for_what_waits(sink: Sink, clock: Clock) -> None:
    now, off, later, digest = (reader(name) for name in ("now", "off", "later", "digest"))
    prefer(now, {"mentions": {"email": "now"}})
    prefer(off, {"mentions": {"email": "off"}})
    prefer(digest, {"mentions": {"email": "digest"}})
    tell(now, off, later, digest, at=clock.at)
    assert work(clock) == 1
    assert sink.mails[0].rcpt_tos == ["now@example.org"]
    clock.at += 10 * MINUTES
    rounds.bundle_all(clock=clock)
    prefer(later, {"mentions": {"email": "off"}})
    assert sender.send_due(clock=clock) == 0
    assert outcome() == [("sent", ""), ("nothing_to_say", "read_meanwhile")]


def test_urgent_news_leaves_at_once_through_the_sites_night_but_not_ones_own(sink: Sink, clock: Clock) -> None:
    clock.at = datetime(2026, 3, 3, 22, tzinfo=UTC)
    lin, wen = reader(), reader("wen")
    prefer(wen, quiet_from=time(21, 30), quiet_to=time(7))
    tell(lin, wen, urgent=True, at=clock.at)
    assert work(clock) == 1
    assert sink.mails[0].rcpt_tos == ["lin@example.org"]
    late = Delivery.objects.get(member=wen)
    assert (late.state, late.reason) == ("queued", "quiet_hours")
    assert late.not_before == datetime(2026, 3, 4, 7, tzinfo=UTC)


def test_a_bundle_that_waits_for_the_morning_grows(sink: Sink, clock: Clock) -> None:
    clock.at = datetime(2026, 3, 3, 23, tzinfo=UTC)
    lin = reader()
    for tea in range(1, 15):
        tell(lin, tea=tea, at=clock.at)
        clock.at += 20 * MINUTES
        assert work(clock) == 0
    clock.at = datetime(2026, 3, 4, 8, 0, tzinfo=UTC)
    assert work(clock) == 1
    words = text(sink.mails[0])
    assert words.startswith("14 things happened for you")
    assert words.count("words of") == 10
    assert "And 4 more" in words
    assert Delivery.objects.count() == 1


def test_over_the_weeks_budget_mail_about_replies_waits_and_comes_in_one(sink: Sink, clock: Clock) -> None:
    lin = reader()
    with transaction.atomic():
        actions.update_limits(limits=Limits(week_units=2), by=lin.pk, at=clock.at)
    begun = clock.at
    for tea in range(1, 6):
        tell(lin, tea=tea, at=clock.at)
        clock.at += 30 * MINUTES
        work(clock)
    assert len(sink.mails) == 2
    waiting = Delivery.objects.get(state="queued")
    assert waiting.reason == "cap_budget"
    clock.at = begun + timedelta(days=7, minutes=31)
    work(clock)
    assert len(sink.mails) == 3
    assert all(f"words of {tea}" in text(sink.mails[2]) for tea in (3, 4, 5))


def test_marketing_over_the_budget_waits_and_is_then_given_up(
    sink: Sink, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(composers._by_kind, "test.letter", compose)
    lin = person("lin")
    with transaction.atomic():
        actions.update_limits(limits=Limits(week_units=4, marketing_per_day=9, marketing_per_week=9), by=1, at=clock.at)
        for cause in "ab":
            actions.queue_email(kind="test.letter", cause=cause, member_id=lin.pk, purpose="marketing", at=clock.at)
    assert sender.send_due(clock=clock) == 1
    assert sorted(outcome()) == [("capped", "cap_budget"), ("sent", "")]


def test_the_budget_opens_when_the_oldest_leaves_the_week() -> None:
    at = MORNING
    spent = [(at - timedelta(days=6), 3), (at - timedelta(days=2), 2), (at - timedelta(days=8), 9)]
    assert next_in_budget(at=at, spent=spent, cost=1, budget=6) == at
    assert next_in_budget(at=at, spent=spent, cost=3, budget=6) == at + timedelta(days=1)
    assert next_in_budget(at=at, spent=spent, cost=5, budget=6) == at + timedelta(days=5)
    assert next_in_budget(at=at, spent=spent, cost=7, budget=6) == at + timedelta(days=7)
    assert next_in_budget(at=at, spent=spent, cost=0, budget=0) == at


def test_two_runs_at_once_make_one_message_of_each_notice(clock: Clock) -> None:
    people = [reader(f"friend{number}") for number in range(12)]
    for tea in range(1, 4):
        tell(*people, tea=tea, at=clock.at)
    late = clock.at + 10 * MINUTES

    def run(_: int) -> int:
        try:
            moved = 0
            for _try in range(6):
                with transaction.atomic():
                    moved += bundle(channel="email", at=late, limit=5).notices
            return moved
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        moved = sum(pool.map(run, range(6)))
    rounds.bundle_all(clock=lambda: late)
    assert moved <= 36
    assert Delivery.objects.count() == len(people)
    assert Notice.objects.filter(mail=None).count() == 0


def test_a_killed_round_leaves_everything_waiting(sink: Sink, clock: Clock) -> None:
    tell(reader(), at=clock.at)
    clock.at += 10 * MINUTES
    with pytest.raises(RuntimeError), transaction.atomic():
        assert bundle(channel="email", at=clock.at).messages == 1
        raise RuntimeError
    assert not Delivery.objects.exists()
    assert work(clock) == 1


def test_sent_again_after_a_break_it_says_the_same_under_one_id(sink: Sink, clock: Clock) -> None:
    lin = reader()
    tell(lin, tea=1, at=clock.at)
    clock.at += 10 * MINUTES
    sink.faults["lin@example.org"] = "drop after dot"
    assert work(clock) == 0
    tell(lin, tea=2, at=clock.at)
    sink.faults.clear()
    clock.at += 5 * MINUTES
    assert work(clock) == 1
    first, again = sink.mails
    assert sink.ids()[0] == sink.ids()[1]
    assert text(first) == text(again)
    clock.at += 6 * MINUTES
    assert work(clock) == 1
    assert "words of 2" in text(sink.mails[2])


def test_without_settings_the_defaults_are_those_of_the_table(clock: Clock) -> None:
    assert not MessagingSettings.objects.exists()
    lin = reader()
    with transaction.atomic():
        actions.update_limits(limits=Limits(mail_delay=25), by=lin.pk, at=clock.at)
    tell(lin, at=clock.at)
    assert Notice.objects.get().mail_at == clock.at + 25 * MINUTES
