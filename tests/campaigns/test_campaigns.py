"""One launch, one row for every member, a draw that can be proven, and letters that are true when they leave."""

import threading
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection, transaction

from campaigns import actions, facts, queries
from campaigns.models import Assignment, Campaign
from campaigns.rules.letter import News
from campaigns.rules.proof import Verdict
from insights.models import Act, MemberStage
from loyalty.models import Coupon
from members.models import User
from members.rules import bucket
from messaging import sender
from messaging.models import Delivery
from outbox.models import StoredEvent

from .conftest import AT, consent, draft, person, start

pytestmark = pytest.mark.django_db


def act(user: User, kind: str, at: Any, number: int = 1) -> None:
    Act.objects.create(
        member=user,
        stream="C" if kind == "order" else "S",
        kind=kind,
        source_id=user.pk * 100 + number,
        occurred_at=at,
        day=at.date(),
        changed_at=at,
    )


def send(at: Any = AT) -> int:
    return sender.send_due(clock=lambda: at)


def states() -> dict[str, tuple[str, str]]:
    rows = Delivery.objects.values_list("member__username", "state", "reason")
    return {name: (state, reason) for name, state, reason in rows}


def test_every_member_has_one_row_that_says_why(manager: User) -> None:
    person("silent", consents=False)
    person("unverified", verified=False)
    person("well", "stable")
    gone = person("withdrawn")
    consent(gone, granted=False)
    people = [person(f"friend{number}", "decline" if number % 2 else "lapsed") for number in range(40)]
    launched = start(draft(manager), manager)
    found = states()
    assert (launched.audience, launched.eligible) == (43, 40)
    assert found["silent"] == ("no_consent", "no_consent")
    assert found["unverified"] == ("suppressed", "no_address")
    assert found["withdrawn"] == ("no_consent", "no_consent")
    assert "well" not in found
    arms = dict(Assignment.objects.values_list("member__username", "arm"))
    assert set(arms) == {one.username for one in people}
    for name, arm in arms.items():
        assert found[name] == (("held_out", "drawn_to_be_held_out") if arm == "held_out" else ("queued", "in_line"))
    assert Counter(arms.values())["held_out"] == launched.held_out > 0


def test_the_draw_is_the_bucket_under_the_campaigns_own_key(manager: User) -> None:
    people = [person(f"friend{number}") for number in range(60)]
    campaign = draft(manager, holdout_percent=35)
    start(campaign, manager)
    held = set(Assignment.objects.filter(arm="held_out").values_list("member_id", flat=True))
    assert held == {one.pk for one in people if bucket(campaign.draw_key, one.pk) < 3_500}
    other = draft(manager, holdout_percent=35)
    assert other.draw_key != campaign.draw_key
    start(other, manager)
    assert held != set(other.assignments.filter(arm="held_out").values_list("member_id", flat=True))


@pytest.mark.django_db(transaction=True)
def test_starting_twice_at_once_launches_once(manager: User) -> None:
    for number in range(20):
        person(f"friend{number}")
    campaign = draft(manager)
    ended: list[str] = []
    gate = threading.Barrier(2)

    def press() -> None:
        gate.wait()
        try:
            start(campaign, manager)
            ended.append("launched")
        except actions.AlreadyStarted:
            ended.append("already")
        connection.close()

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ended) == ["already", "launched"]
    assert Assignment.objects.count() == Delivery.objects.count() == 20
    assert StoredEvent.objects.filter(name="campaign.started").count() == 1


def test_a_started_campaign_cannot_be_rewritten(manager: User) -> None:
    person("friend")
    campaign = draft(manager)
    start(campaign, manager)
    with pytest.raises(actions.NotADraft), transaction.atomic():
        actions.save_draft(campaign_id=campaign.pk, values=vars(campaign) | {"subject": "x"}, by=manager.pk, at=AT)
    campaign.refresh_from_db()
    assert campaign.subject == "{name}, the first leaves"


def test_an_unknown_variable_is_refused_when_saving(manager: User) -> None:
    with pytest.raises(actions.Unwritable) as refusal:
        draft(manager, body="Dear {nmae}, {coupon}")
    assert [(one.code, one.word) for one in refusal.value.problems] == [("unknown_variable", "nmae")]
    assert not Campaign.objects.exists()


def test_the_letter_carries_one_code_for_each_member(manager: User) -> None:
    friend = person("friend")
    start(draft(manager, holdout_percent=0), manager)
    assert send() == 1
    coupon = Coupon.objects.get()
    assert (coupon.member_id, coupon.percent) == (friend.pk, 10)
    assert coupon.expires_at == AT + timedelta(days=14)
    letter = mail.outbox[0]
    assert letter.subject == "Friend, the first leaves"
    assert "10 % off" in letter.body
    assert "March 17, 2026" in letter.body
    assert "{" not in letter.body
    assert "List-Unsubscribe" in letter.extra_headers


def test_a_retry_carries_the_same_code(manager: User, monkeypatch: pytest.MonkeyPatch) -> None:
    from messaging.smtp import Answer, Post

    person("friend")
    start(draft(manager, holdout_percent=0), manager)
    given: list[str] = []

    def later(self: Post, message: Any) -> Answer:
        given.append(message.body)
        return Answer("later", 451, "busy", "recipient")

    monkeypatch.setattr(Post, "hand_over", later)
    send()
    send(AT + timedelta(minutes=5))
    assert len(given) == 2
    assert given[0] == given[1]
    assert Coupon.objects.count() == 1


def test_who_came_back_before_the_mail_left_gets_none(manager: User) -> None:
    friend = person("friend")
    start(draft(manager, holdout_percent=0), manager)
    act(friend, "order", AT + timedelta(minutes=1))
    assert send(AT + timedelta(minutes=2)) == 0
    assert states() == {"friend": ("nothing_to_say", "came_back_already")}
    assert not Coupon.objects.exists()


def test_no_true_news_and_no_offer_means_no_mail(manager: User) -> None:
    person("friend")
    start(draft(manager, holdout_percent=0, offer="none", body="Dear {name},\n\n{news}"), manager)
    assert send() == 0
    assert states() == {"friend": ("nothing_to_say", "no_true_news")}


def test_a_fact_that_became_false_is_not_told(manager: User, monkeypatch: pytest.MonkeyPatch) -> None:
    person("friend")
    true = [News("reply", "Ada answered you", "http://localhost:8000/t/x")]
    monkeypatch.setattr(facts, "news", lambda **_: list(true))
    start(draft(manager, holdout_percent=0), manager)
    true.clear()
    assert send() == 1
    assert "Ada answered you" not in mail.outbox[0].body


def test_who_objects_to_being_chosen_is_written_to_no_more(manager: User, monkeypatch: pytest.MonkeyPatch) -> None:
    person("friend")
    start(draft(manager, holdout_percent=0), manager)
    monkeypatch.setattr("insights.queries.is_profiled", lambda **_: False)
    assert send() == 0
    assert states() == {"friend": ("nothing_to_say", "no_personalisation")}


def test_withdrawal_after_the_start_stays_in_its_arm_but_gets_nothing(manager: User) -> None:
    friend = person("friend")
    campaign = draft(manager, holdout_percent=0)
    start(campaign, manager)
    consent(friend, granted=False, at=AT + timedelta(minutes=1))
    assert send(AT + timedelta(minutes=2)) == 0
    result = queries.result(campaign=Campaign.objects.get(), at=AT)
    assert (result.eligible, result.treated.size, result.states) == (1, 1, {"no_consent": 1})


def test_pause_go_on_stop_and_finish(manager: User) -> None:
    people = [person("friend"), person("other")]
    campaign = draft(manager, holdout_percent=0)
    start(campaign, manager)

    def do(verb: Any, at: Any = AT) -> int:
        with transaction.atomic():
            done: int = verb(campaign_id=campaign.pk, by=manager.pk, at=at)
        return done

    assert do(actions.pause) == 2
    assert send() == 0
    with pytest.raises(actions.NotPossibleNow):
        do(actions.pause)
    assert do(actions.resume) == 2
    Delivery.objects.filter(member=people[1]).update(not_before=AT + timedelta(hours=1))
    assert send() == 1
    with transaction.atomic():
        assert actions.finish_sent(at=AT) == 0
    assert do(actions.stop) == 1
    assert states() == {"friend": ("sent", ""), "other": ("cancelled", "campaign_stopped")}
    campaign.refresh_from_db()
    assert campaign.state == "stopped"


def test_a_campaign_is_finished_when_nothing_waits(manager: User) -> None:
    person("friend")
    campaign = draft(manager, holdout_percent=0)
    start(campaign, manager)
    send()
    with transaction.atomic():
        assert actions.finish_sent(at=AT) == 1
    campaign.refresh_from_db()
    assert campaign.state == "finished"


def launched(manager: User, *, treated: tuple[int, int], held_out: tuple[int, int], percent: int = 20) -> Campaign:
    """A started campaign with planted returns; rows are written straight, because the draw is tested above."""
    campaign = draft(manager, holdout_percent=percent)
    Campaign.objects.filter(pk=campaign.pk).update(state="running", started_at=AT)
    campaign.refresh_from_db()
    for arm, (returned, size) in (("treated", treated), ("held_out", held_out)):
        users = User.objects.bulk_create([User(username=f"{arm}{number}") for number in range(size)])
        Assignment.objects.bulk_create([Assignment(campaign=campaign, member=one, arm=arm, at=AT) for one in users])
        for one in users[:returned]:
            act(one, "order", AT + timedelta(days=3))
    return campaign


def test_too_early_until_the_day_that_was_fixed(manager: User) -> None:
    campaign = launched(manager, treated=(40, 400), held_out=(4, 100))
    day = timedelta(days=1)
    early = queries.result(campaign=campaign, at=AT + 29 * day)
    assert (early.verdict, early.treated.returned, early.held_out.returned) == (Verdict.TOO_EARLY, 40, 4)
    late = queries.result(campaign=campaign, at=AT + 30 * day)
    assert late.verdict is Verdict.NO_EFFECT
    assert late.lift is not None
    assert round(late.lift.value, 3) == 0.06
    assert late.lift.lower < 0 < late.lift.upper


def test_a_return_after_the_window_is_none(manager: User) -> None:
    campaign = launched(manager, treated=(0, 4), held_out=(0, 1))
    someone = User.objects.get(username="treated0")
    act(someone, "order", AT + timedelta(days=31))
    act(someone, "order", AT, number=2)
    assert queries.result(campaign=campaign, at=AT + timedelta(days=60)).treated.returned == 0
    act(someone, "post", AT + timedelta(days=30), number=3)
    assert queries.result(campaign=campaign, at=AT + timedelta(days=60)).treated.returned == 1


def test_an_undone_order_is_no_return(manager: User) -> None:
    campaign = launched(manager, treated=(1, 4), held_out=(0, 1))
    Act.objects.update(stands=False)
    assert queries.result(campaign=campaign, at=AT + timedelta(days=60)).treated.returned == 0


def test_a_broken_draw_hides_the_result(manager: User) -> None:
    campaign = launched(manager, treated=(50, 455), held_out=(0, 45), percent=20)
    assert queries.result(campaign=campaign, at=AT + timedelta(days=60)).verdict is Verdict.BROKEN


def test_the_live_count(manager: User) -> None:
    for number in range(6):
        person(f"friend{number}", "decline" if number < 2 else "lapsed", consents=number != 0)
    found = queries.audience(stages=["decline", "lapsed"], holdout_percent=20, expected_percent=5, at=AT)
    assert [(one.stage, one.count) for one in found.by_stage] == [("decline", 2), ("lapsed", 4)]
    assert (found.total, found.refused, found.eligible) == (6, {"no_consent": 1}, 5)
    assert MemberStage.objects.filter(stream="member").count() == 6
