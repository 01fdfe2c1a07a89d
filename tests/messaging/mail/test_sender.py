"""The delivery pipeline against a real SMTP server: nobody is written to twice, and nothing forbidden leaves."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from messaging import actions, sender
from messaging.models import Delivery, Suppression
from messaging.rules import Limits
from messaging.slots import Composed, DeliveryCard, NothingToSay, composers
from outbox.models import StoredEvent

from .conftest import MORNING, Clock, Sink, compose, person, queue, say, wait_for

pytestmark = pytest.mark.django_db(transaction=True)


def rows() -> dict[str, tuple[str, str]]:
    return {
        name: (state, reason)
        for name, state, reason in Delivery.objects.values_list("member__username", "state", "reason")
    }


def test_a_mail_arrives_whole(sink: Sink, clock: Clock) -> None:
    ming = person("ming")
    queue(ming)
    assert sender.send_due(clock=clock) == 1
    delivery = Delivery.objects.get()
    text = sink.mails[0].content.decode()
    assert (delivery.state, delivery.reason, delivery.sent_at) == ("sent", "", clock.at)
    assert sink.ids() == [f"<{delivery.public_id}@localhost>"]
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in text
    assert "Auto-Submitted: auto-generated" in text
    assert "You get this because you said yes to news." in text
    assert "text/html" in text
    assert len(sink.mails[0].content) < 100_000
    assert StoredEvent.objects.filter(name="delivery.sent", payload__delivery_id=delivery.pk).count() == 1


def test_the_same_cause_writes_once(sink: Sink, clock: Clock) -> None:
    ming = person("ming")
    queue(ming)
    queue(ming)
    assert sender.send_due(clock=clock) == 1
    assert sender.send_due(clock=clock) == 0
    assert len(sink.mails) == 1


def test_withdrawal_between_queue_and_claim_lets_nothing_leave(sink: Sink, clock: Clock) -> None:
    ming = person("ming")
    queue(ming)
    say(ming, granted=False)
    assert rows() == {"ming": ("no_consent", "consent_withdrawn")}
    sender.send_due(clock=clock)
    assert sink.mails == []


def test_withdrawal_between_claim_and_handover_lets_nothing_leave(
    sink: Sink, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    ming = person("ming")
    queue(ming)
    prepare = sender.delivering.prepare

    def withdraw_first(**arguments: Any) -> Any:
        thread = threading.Thread(target=_withdraw_elsewhere, args=(ming,))
        thread.start()
        thread.join()
        return prepare(**arguments)

    monkeypatch.setattr(sender.delivering, "prepare", withdraw_first)
    sender.send_due(clock=clock)
    assert sink.mails == []
    assert rows() == {"ming": ("no_consent", "consent_withdrawn")}


def _withdraw_elsewhere(user: Any) -> None:
    say(user, granted=False)
    connection.close()


def test_no_consent_no_address_suppressed_and_paused_are_refused_with_their_reason(sink: Sink, clock: Clock) -> None:
    silent, gone, bounced, resting = (
        person("silent", consents=False),
        person("gone"),
        person("bounced"),
        person("resting"),
    )
    for one in (silent, gone, bounced, resting):
        queue(one)
    gone.emailaddress_set.all().delete()
    with transaction.atomic():
        actions.suppress(address="Bounced@Example.org", reason="hard_bounce", at=clock.at)
        actions.pause_mail(member_id=resting.pk, by=resting.pk, at=clock.at)
    sender.send_due(clock=clock)
    assert sink.mails == []
    assert rows() == {
        "silent": ("no_consent", "no_consent"),
        "gone": ("suppressed", "no_address"),
        "bounced": ("suppressed", "hard_bounce"),
        "resting": ("suppressed", "paused_by_member"),
    }


def test_service_mail_needs_no_consent_and_ignores_the_night(sink: Sink, clock: Clock) -> None:
    silent = person("silent", consents=False)
    clock.at = datetime(2026, 3, 3, 23, tzinfo=UTC)
    queue(silent, purpose="service", at=clock.at)
    sender.send_due(clock=clock)
    assert len(sink.mails) == 1
    assert b"List-Unsubscribe" not in sink.mails[0].content


def test_quiet_hours_wait_for_the_members_morning(sink: Sink, clock: Clock) -> None:
    ming = person("ming", zone="Asia/Shanghai")
    clock.at = datetime(2026, 3, 3, 14, tzinfo=UTC)  # 22:00 in Shanghai
    queue(ming, at=clock.at)
    sender.send_due(clock=clock)
    assert sink.mails == []
    assert rows() == {"ming": ("queued", "quiet_hours")}
    assert Delivery.objects.get().attempts == 0
    clock.at = datetime(2026, 3, 4, 0, tzinfo=UTC)  # 08:00
    assert sender.send_due(clock=clock) == 1


def test_the_cap_counts_every_cause_and_waits(sink: Sink, clock: Clock) -> None:
    ming = person("ming")
    queue(ming, "one")
    queue(ming, "two")
    sender.send_due(clock=clock)
    assert len(sink.mails) == 1
    waiting = Delivery.objects.get(cause="two")
    assert (waiting.state, waiting.reason, waiting.not_before) == ("queued", "cap_day", clock.at + timedelta(days=1))
    clock.at += timedelta(days=1)
    assert sender.send_due(clock=clock) == 1


def test_who_would_wait_too_long_is_capped_with_the_reason(sink: Sink, clock: Clock) -> None:
    ming = person("ming")
    with transaction.atomic():
        actions.update_limits(limits=Limits(marketing_per_day=1, marketing_per_week=1), by=ming.pk, at=clock.at)
    queue(ming, "one")
    queue(ming, "two")
    sender.send_due(clock=clock)
    assert set(Delivery.objects.values_list("cause", "state", "reason")) == {
        ("one", "sent", ""),
        ("two", "capped", "cap_week"),
    }


def test_nothing_true_to_say_sends_nothing(sink: Sink, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(delivery: DeliveryCard, *, at: datetime) -> NothingToSay:
        return NothingToSay("no_true_news")

    monkeypatch.setattr(composers, "_by_kind", {"test.letter": silent})
    queue(person("ming"))
    sender.send_due(clock=clock)
    assert sink.mails == []
    assert rows() == {"ming": ("nothing_to_say", "no_true_news")}


def test_a_broken_composer_is_tried_again_and_then_given_up(
    sink: Sink, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(delivery: DeliveryCard, *, at: datetime) -> Composed:
        raise ZeroDivisionError

    monkeypatch.setattr(composers, "_by_kind", {"test.letter": broken})
    queue(person("ming"))
    queue(person("ada"))
    for _ in range(5):
        sender.send_due(clock=clock)
        clock.at += timedelta(hours=2)
    assert rows() == {"ming": ("failed", "could_not_be_written"), "ada": ("failed", "could_not_be_written")}
    assert set(Delivery.objects.values_list("server_answer", flat=True)) == {"ZeroDivisionError"}


def test_a_subject_cannot_add_a_header(sink: Sink, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    def sly(delivery: DeliveryCard, *, at: datetime) -> Composed:
        from dataclasses import replace

        return replace(compose(delivery, at=at), subject="Hello\r\nBcc: everybody@example.org")

    monkeypatch.setattr(composers, "_by_kind", {"test.letter": sly})
    queue(person("ming"))
    assert sender.send_due(clock=clock) == 1
    assert b"\nBcc:" not in sink.mails[0].content


@pytest.mark.parametrize(
    ("fault", "state", "reason", "suppressed"),
    [
        ("rcpt 451 4.7.1 greylisted", "queued", "server_said_later", False),
        ("data 452 4.3.1 disk full", "queued", "server_said_later", False),
        ("drop at rcpt", "queued", "connection_broke_before_sending", False),
        ("rcpt 550 5.1.1 no such user", "bounced", "mailbox_unknown", True),
        ("rcpt 550 5.7.1 not from you", "bounced", "server_refused", False),
        ("data 554 5.6.0 spam", "bounced", "server_refused", False),
        ("drop after dot", "sent?", "connection_broke_while_handing_over", False),
    ],
)
def test_faults(sink: Sink, clock: Clock, fault: str, state: str, reason: str, suppressed: bool) -> None:
    """The one with the fault ends where its row says; the other, in the same batch, arrives."""
    queue(person("ming"))
    queue(person("ada"))
    sink.faults["ming@example.org"] = fault
    sender.send_due(clock=clock)
    assert rows() == {"ming": (state, reason), "ada": ("sent", "")}
    assert Suppression.objects.exists() is suppressed
    if state == "queued":
        assert Delivery.objects.get(member__username="ming").not_before == clock.at + timedelta(minutes=1)
        sink.faults.clear()
        clock.at += timedelta(minutes=1)
    sink.faults.clear()
    sender.send_due(clock=clock)
    to_ming = [mail for mail in sink.mails if mail.rcpt_tos == ["ming@example.org"]]
    assert len(to_ming) == (1 if state in ("queued", "sent?") else 0)
    assert len(set(sink.ids())) == len(sink.ids())


def test_a_server_that_is_away_costs_nobody_a_try(clock: Clock, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    queue(person("ming"))
    assert sender.send_due(clock=clock) == 0
    assert rows() == {"ming": ("queued", "mail_server_away")}
    assert Delivery.objects.get().attempts == 0


def test_community_mail_of_unsure_fate_is_sent_again_under_the_same_id(sink: Sink, clock: Clock) -> None:
    ming = person("ming")
    say(ming, granted=True, purpose="community")
    queue(ming, purpose="community")
    sink.faults["ming@example.org"] = "drop after dot"
    sender.send_due(clock=clock)
    sink.faults.clear()
    clock.at += timedelta(minutes=1)
    sender.send_due(clock=clock)
    assert rows() == {"ming": ("sent", "")}
    assert len(sink.ids()) == 2
    assert len(set(sink.ids())) == 1


def test_two_senders_at_once_write_to_nobody_twice(sink: Sink, clock: Clock) -> None:
    people = [person(f"member{number}") for number in range(60)]
    for one in people:
        queue(one)

    def work() -> None:
        sender.send_due(clock=clock)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(sink.ids()) == len(set(sink.ids())) == 60
    assert Delivery.objects.filter(state="sent").count() == 60


def test_two_causes_and_two_senders_still_keep_the_cap(sink: Sink, clock: Clock) -> None:
    ming = person("ming")
    queue(ming, "one")
    queue(ming, "two")
    gate = threading.Barrier(2)

    def work() -> None:
        with transaction.atomic():
            claims = sender.delivering.claim(size=1, at=clock())
        gate.wait()
        post = sender.Post()
        sender._send_batch(post, claims, clock)
        post.close()
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(sink.mails) == 1


@pytest.mark.parametrize(("purpose", "mails", "state"), [("marketing", 1, "sent?"), ("service", 2, "sent")])
def test_a_sender_killed_while_handing_over(sink: Sink, clock: Clock, purpose: str, mails: int, state: str) -> None:
    """kill -9 after the final dot and before the answer: marketing is never sent again, service is, under its id."""
    queue(person("ming"), purpose=purpose)
    sink.faults["ming@example.org"] = "hang after dot"
    child = _sender_process(sink)
    try:
        wait_for(sink.reached_data)
    finally:
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
    assert rows() == {"ming": ("handing_over", "being_handed_over")}
    sink.faults.clear()
    sender.send_due(clock=clock)
    assert len(sink.mails) == 1, "its lease still runs: nobody knows yet that the sender is dead"
    clock.at += timedelta(minutes=6)
    sender.send_due(clock=clock)
    sender.send_due(clock=clock)
    assert rows()["ming"][0] == state
    assert len(sink.ids()) == mails
    assert len(set(sink.ids())) == 1


def _sender_process(sink: Sink, at: datetime = MORNING) -> "subprocess.Popen[bytes]":
    """Another process that sends what is due in this test's database, at that hour."""
    held = connection.settings_dict
    script = f"""
import django; django.setup()
from datetime import datetime
from messaging import sender
from messaging.slots import composers
from tests.messaging.mail.conftest import compose
composers.register("test.letter", compose, purpose="marketing")
sender.send_due(clock=lambda: datetime.fromisoformat("{at.isoformat()}"))
"""
    host = held["HOST"] or held["OPTIONS"].get("host", "")
    environment = os.environ | {
        "DATABASE_URL": f"postgresql://{held['USER']}:{held['PASSWORD']}@/{held['NAME']}?host={host}&port={held['PORT']}",
        "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}",
    }
    root = Path(__file__).resolve().parents[3]
    return subprocess.Popen([sys.executable, "-c", script], cwd=root, env=environment)


@pytest.mark.slow
def test_senders_killed_at_random_mail_nobody_twice(sink: Sink, clock: Clock) -> None:
    """Oracle: kill -9 again and again; no Message-ID is accepted twice, and delivered + sent? accounts for everybody."""
    chance = random.Random(8)
    people, kills = 150, 6
    for number in range(people):
        queue(person(f"member{number}"))
    sink.slowness = 0.02
    for _ in range(kills):
        before = len(sink.mails)
        child = _sender_process(sink, clock.at)
        end = time.monotonic() + 20
        while len(sink.mails) < before + chance.randint(3, 15) and time.monotonic() < end:
            time.sleep(chance.random() / 50)
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        clock.at += timedelta(minutes=6)
    for _ in range(4):
        sender.send_due(clock=clock)
        clock.at += timedelta(minutes=6)
    ids = sink.ids()
    assert len(ids) == len(set(ids)), "somebody was mailed twice"
    counted = Counter(Delivery.objects.values_list("state", flat=True))
    assert counted["sent"] + counted["sent?"] == people
    assert counted["sent?"] <= kills
    accepted = {one.strip("<>").split("@")[0] for one in ids}
    sent = set(Delivery.objects.filter(state="sent").values_list("public_id", flat=True))
    assert sent <= accepted, "a row says sent, and no server took it"


def test_a_claim_of_a_dead_sender_goes_back_into_the_line(sink: Sink, clock: Clock) -> None:
    queue(person("ming"))
    with transaction.atomic():
        sender.delivering.claim(size=50, at=clock())
    sender.send_due(clock=clock)
    assert sink.mails == []
    clock.at += timedelta(minutes=3)
    assert sender.send_due(clock=clock) == 1


def test_the_task_leaves_the_work_to_the_sender_that_is_at_it(sink: Sink, clock: Clock) -> None:
    queue(person("ming"))
    taken, done = threading.Event(), threading.Event()

    def hold_the_turn() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(hashtextextended('messaging:sender', 0))")
        taken.set()
        done.wait(20)
        connection.close()  # as a killed worker would

    other = threading.Thread(target=hold_the_turn)
    other.start()
    wait_for(taken)
    assert sender.send_in_turn(clock=clock) == 0
    done.set()
    other.join()
    end = time.monotonic() + 20
    while not (sent := sender.send_in_turn(clock=clock)) and time.monotonic() < end:
        time.sleep(0.05)  # the server needs a moment to notice that the other session is gone
    assert sent == 1
    assert sender.send_in_turn(clock=clock) == 0


def test_pausing_and_stopping_a_campaign_are_changes_of_rows(sink: Sink, clock: Clock) -> None:
    people = [person("ming"), person("ada")]
    with transaction.atomic():
        actions.queue_many(
            kind="test.letter",
            campaign_key="spring",
            step=1,
            purpose="marketing",
            planned=[
                actions.Planned(people[0].pk),
                actions.Planned(people[1].pk, "held_out", "drawn_to_be_held_out"),
            ],
            at=clock.at,
            by=None,
        )
        assert actions.hold(campaign_key="spring", by=None, at=clock.at) == 1
    sender.send_due(clock=clock)
    assert sink.mails == []
    assert rows() == {"ming": ("paused", "campaign_paused"), "ada": ("held_out", "drawn_to_be_held_out")}
    with transaction.atomic():
        assert actions.release(campaign_key="spring", by=None, at=clock.at + timedelta(days=9)) == 1
    clock.at += timedelta(days=9)
    assert sender.send_due(clock=clock) == 1
    with transaction.atomic():
        assert actions.cancel(campaign_key="spring", by=None, at=clock.at) == 0


def test_an_address_that_cannot_be_written_stops_nobody_else(sink: Sink, clock: Clock) -> None:
    odd = person("odd")
    queue(odd)
    queue(person("ada"))
    odd.emailaddress_set.update(email="a\nb@example.org")
    assert sender.send_due(clock=clock) == 1
    assert rows() == {"odd": ("bounced", "cannot_be_addressed"), "ada": ("sent", "")}


def test_mail_without_a_way_out_cannot_be_queued() -> None:
    ming = person("ming")
    with pytest.raises(actions.UnknownPurpose):
        queue(ming, purpose="surveys")
    assert not Delivery.objects.exists()


def test_a_long_letter_with_dots_and_chinese_arrives_as_it_was_written(
    sink: Sink, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    import email
    import email.policy
    from dataclasses import replace

    words = ".\n..\n.dot\n" + "老友重逢，茶还是热的。" * 400

    def long(delivery: DeliveryCard, *, at: datetime) -> Composed:
        return replace(compose(delivery, at=at), text=words, subject="老友" * 60)

    monkeypatch.setattr(composers, "_by_kind", {"test.letter": long})
    queue(person("ming", language="zh-hans"))
    assert sender.send_due(clock=clock) == 1
    message = email.message_from_bytes(sink.mails[0].content, policy=email.policy.default)
    part = message.get_body(preferencelist=("plain",))
    assert part is not None
    assert part.get_content().replace("\r\n", "\n").startswith(words)
    assert message["Subject"].strip() == "老友" * 60  # folding begins a new line
