"""Tiers through the night: who is looked at, who rises and falls, who hears of it, and two of them at once."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from loyalty import actions, nightly, queries
from loyalty.actions.tiers.due import members_due
from loyalty.actions.tiers.inviting import TierRefused, end_invitation, invite_member
from loyalty.models import Tier, TierInvitation, TierMembership, TierProgram
from messaging.models import Notice
from tests.loyalty.conftest import AT, in_threads, make_order, record

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def credit(member_id: int, amount: int, cause: str, at: datetime = AT, pending_days: int = 0) -> None:
    with transaction.atomic():
        actions.grant_points(
            cause=cause, member_id=member_id, amount=amount, reason="test", origin="goodwill", currency="credit",
            pending_days=pending_days, by=None, at=at,
        )  # fmt: skip


def tier_of(member_id: int) -> str:
    return queries.tiers_of(member_ids=[member_id])[member_id][0]


def night(at: datetime, member_id: int) -> str:
    """What the nightly review does, without the rest of the night."""
    due = members_due(at=at)
    with transaction.atomic():
        if member_id in due.member_ids:
            actions.ledger.lock_wallets(due.member_ids)
            actions.review_tiers(member_ids=due.member_ids, at=at, allow_down=True)
    TierProgram.objects.update(reviewed_at=at)
    return tier_of(member_id)


def told(member_id: int) -> list[str]:
    return list(Notice.objects.filter(member_id=member_id).order_by("id").values_list("kind", flat=True))


def programme(**values: Any) -> None:
    TierProgram.objects.update(**values)


class TestWindows:
    def test_rolling_days_end_at_midnight_and_not_before(self, member: int) -> None:
        credit(member, 600, "a")
        leaves = datetime(2027, 3, 2, tzinfo=UTC)
        assert night(leaves - timedelta(minutes=1), member) == "good-friend" and told(member) == ["tier.risen"]
        night(leaves + timedelta(hours=2), member)
        assert told(member) == ["tier.risen", "tier.grace"]
        grace = TierMembership.objects.get(member_id=member, until=None).grace_until
        assert grace == datetime(2027, 4, 2, tzinfo=UTC)
        assert night(grace - timedelta(minutes=1), member) == "good-friend"
        assert night(grace, member) == "friend"
        assert told(member) == ["tier.risen", "tier.grace", "tier.fallen"]
        assert queries.balance(member_id=member, at=grace, currency="credit").lifetime == 600  # nothing was reset

    def test_a_calendar_year_keeps_its_tier_through_the_next(self, member: int) -> None:
        programme(window="calendar")
        credit(member, 600, "a")
        assert night(datetime(2027, 1, 1, 2, tzinfo=UTC), member) == "good-friend"
        card = queries.tier(member_id=member, at=datetime(2027, 10, 1, tzinfo=UTC))
        assert card and (card.to_keep, card.keep_before) == (500, datetime(2028, 1, 1, tzinfo=UTC))
        credit(member, 380, "b", at=datetime(2027, 10, 2, tzinfo=UTC))
        card = queries.tier(member_id=member, at=datetime(2027, 10, 3, tzinfo=UTC))
        assert card and (card.credit, card.to_keep, card.to_next) == (380, 120, 1620)
        assert card.keep_day and card.keep_day.date() == date(2027, 12, 31)
        assert night(datetime(2028, 1, 1, 2, tzinfo=UTC), member) == "good-friend"
        assert told(member)[-1] == "tier.grace"
        credit(member, 120, "c", at=datetime(2028, 1, 20, tzinfo=UTC))  # saved, at once
        assert told(member)[-1] == "tier.kept"
        assert night(datetime(2028, 6, 1, tzinfo=UTC), member) == "good-friend"
        assert night(datetime(2029, 1, 1, 2, tzinfo=UTC), member) == "good-friend"
        assert night(datetime(2029, 2, 1, 2, tzinfo=UTC), member) == "friend"

    def test_a_year_since_joining_is_each_members_own(self, member: int, new_member: Any) -> None:
        other = new_member("other")
        programme(window="anniversary", grace_days=0)
        people = get_user_model().objects
        people.filter(pk=member).update(date_joined=datetime(2024, 6, 15, tzinfo=UTC))
        people.filter(pk=other).update(date_joined=datetime(2024, 9, 1, tzinfo=UTC))
        for one in (member, other):
            credit(one, 600, f"a{one}")  # in March 2026: counts to the edge of the year after this one
        assert night(datetime(2026, 6, 15, 2, tzinfo=UTC), member) == "good-friend"
        assert night(datetime(2027, 6, 15, 2, tzinfo=UTC), member) == "friend"
        assert tier_of(other) == "good-friend"
        assert night(datetime(2027, 9, 1, 2, tzinfo=UTC), other) == "friend"

    def test_spend_follows_what_was_paid_and_given_back(self, member: int) -> None:
        programme(basis="spend", spend_currency="EUR")
        placed = record(make_order(lines=make_order().lines, state=make_order().state))
        who = placed.member_id or 0
        from loyalty.canonical import OrderLineData

        record(make_order("1002", lines=(OrderLineData(external_id="l", quantity=1, net=50_000),)))
        assert tier_of(who) == "good-friend"  # 542 euros
        card = queries.tier(member_id=who, at=AT)
        assert card and (card.credit, card.unit, card.to_next) == (542, "EUR", 1458)
        from loyalty.canonical import RefundData

        back = RefundData(external_id="r1", occurred_at=AT + DAY, amount=50_000)
        record(
            make_order(
                "1002", revision="2", lines=(OrderLineData(external_id="l", quantity=1, net=50_000),), refunds=(back,)
            ),
            at=AT + DAY,
        )
        assert night(AT + 2 * DAY, who) == "good-friend" and told(who)[-1] == "tier.grace"
        assert night(AT + 40 * DAY, who) == "friend"


class TestReview:
    def test_pending_credit_counts_when_its_time_has_come(self, member: int) -> None:
        credit(member, 600, "a", pending_days=14)
        assert member not in TierMembership.objects.filter(tier__rank__gt=0).values_list("member_id", flat=True)
        TierProgram.objects.update(reviewed_at=AT)
        assert night(AT + 14 * DAY, member) == "good-friend" and told(member) == ["tier.risen"]

    def test_only_those_with_a_reason_are_looked_at(self, member: int, new_member: Any) -> None:
        quiet = new_member("quiet")
        credit(member, 600, "a")
        credit(quiet, 100, "b")
        assert members_due(at=AT).member_ids == sorted([member, quiet])  # the first night
        night(AT + DAY, member)
        assert members_due(at=AT + 2 * DAY).member_ids == []
        credit(quiet, 10, "c", at=AT + 2 * DAY, pending_days=3)
        assert members_due(at=AT + 5 * DAY).member_ids == [quiet]
        night(AT + 6 * DAY, quiet)
        assert members_due(at=AT + 30 * DAY).member_ids == []
        assert member in members_due(at=AT + 365 * DAY).member_ids  # the window's edge

    def test_credit_taken_back_makes_its_owner_due(self, member: int) -> None:
        with transaction.atomic():
            posted = actions.grant_points(
                cause="x",
                member_id=member,
                amount=600,
                reason="test",
                origin="goodwill",
                currency="credit",
                by=None,
                at=AT,
            )
        night(AT + DAY, member)
        with transaction.atomic():
            actions.reverse_txn(txn_id=posted.txn_id, reason="removed", by=None, at=AT + 2 * DAY)
            actions.review_tiers(member_ids=[member], at=AT + 2 * DAY)
        assert tier_of(member) == "good-friend"  # never in the middle of a day
        night(AT + 3 * DAY, member)
        assert told(member)[-1] == "tier.grace"
        credit(member, 600, "back", at=AT + 4 * DAY)
        assert told(member)[-1] == "tier.kept"

    def test_down_policies(self, new_member: Any) -> None:
        for down, lands in (("one", "good-friend"), ("full", "friend"), ("never", "old-friend")):
            programme(down=down, grace_days=0, reviewed_at=None)
            who = new_member(f"p-{down}")
            credit(who, 2500, f"d{down}")
            assert night(AT + 366 * DAY, who) == lands

    def test_a_lifetime_lasts(self, member: int) -> None:
        Tier.objects.filter(code="good-friend").update(lifetime_threshold=1000)
        for nth in range(3):
            credit(member, 400, f"y{nth}", at=AT + nth * 370 * DAY)
        late = AT + 2000 * DAY
        assert night(late, member) == "good-friend"
        held = TierMembership.objects.get(member_id=member, until=None)
        assert (held.ground, held.grace_until) == ("lifetime", None)

    def test_a_crowd_is_moved_in_a_handful_of_statements(self, new_member: Any) -> None:
        crowd = [new_member() for _ in range(40)]
        for one in crowd:
            credit(one, 600, f"c{one}")
        later = AT + 366 * DAY

        def count(ids: list[int], at: datetime) -> int:
            with CaptureQueriesContext(connection) as seen, transaction.atomic():
                actions.review_tiers(member_ids=ids, at=at, allow_down=True)
            return len(seen)

        few, many = count(crowd[:5], later), count(crowd[5:], later)  # graces begin
        assert many == few
        few, many = count(crowd[:5], later + 40 * DAY), count(crowd[5:], later + 40 * DAY)  # they fall
        assert many == few

    def test_benefits_are_those_of_the_tier_for_everybody_who_is_asked_for(self, member: int, new_member: Any) -> None:
        Tier.objects.filter(code="good-friend").update(multiplier_percent=150, pending_days=3, early_hours=24)
        other = new_member("other")
        credit(member, 600, "a")
        found = queries.benefits_of(member_ids=[member, other])
        assert (found[member].multiplier_percent, found[member].pending_days, found[member].early_hours) == (150, 3, 24)
        assert (found[other].code, found[other].multiplier_percent, found[other].pending_days) == ("friend", 100, None)


class TestInvitations:
    def invite(self, whom: int, days: int = 30, **changes: Any) -> TierInvitation:
        tier = Tier.objects.get(code="old-friend")
        values = {"member_id": whom, "tier_id": tier.pk, "reason": "Helped with the fair", "by": None, "at": AT}
        with transaction.atomic():
            return invite_member(**{**values, "ends_at": AT + days * DAY, **changes})

    def test_an_invitation_lifts_at_once_and_ends_on_its_day(self, member: int) -> None:
        credit(member, 600, "a")
        self.invite(member)
        assert tier_of(member) == "old-friend" and "tier.invited" in told(member)
        night(AT + DAY, member)
        card = queries.tier(member_id=member, at=AT + DAY)
        assert card and (card.ground, card.invited_until, card.keep_until) == ("invitation", AT + 30 * DAY, None)
        assert night(AT + 30 * DAY, member) == "good-friend"  # what was earned stands, without a grace

    def test_nobody_earns_a_tier_by_invitation(self, member: int) -> None:
        Tier.objects.filter(code="old-friend").update(by_invitation=True, threshold=0)
        credit(member, 900_000, "a")
        assert tier_of(member) == "good-friend"
        self.invite(member)
        assert tier_of(member) == "old-friend"

    def test_ending_early_is_written_down(self, member: int) -> None:
        from community.models import AuditEntry

        made = self.invite(member)
        for again in (True, False):
            with transaction.atomic():
                assert end_invitation(invitation_id=made.pk, reason="Moved away", by=None, at=AT + DAY) is again
        assert tier_of(member) == "friend"
        acts = AuditEntry.objects.filter(about_id=member).order_by("id").values_list("act", "reason")
        assert list(acts) == [("tier.invited", "Helped with the fair"), ("tier.invitation_ended", "Moved away")]
        assert self.invite(member, at=AT + 2 * DAY).pk  # and a new one may follow

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"member_id": 999_999_999}, "no_member"), ({"tier_id": 999_999}, "no_tier"), ({"reason": " \x00 "}, "no_reason"),
            ({"ends_at": AT}, "bad_end"), ({"ends_at": AT + 5000 * DAY}, "bad_end"),
        ],
    )  # fmt: skip
    def test_bad_invitations_are_named(self, member: int, changes: dict[str, Any], code: str) -> None:
        with pytest.raises(TierRefused) as refused:
            self.invite(member, **changes)
        assert refused.value.code == code
        assert not TierInvitation.objects.exists()

    def test_the_same_tier_twice_and_the_lowest_are_refused(self, member: int) -> None:
        self.invite(member)
        with pytest.raises(TierRefused, match="already"):
            self.invite(member)
        with pytest.raises(TierRefused) as refused:
            self.invite(member, tier_id=Tier.objects.get(code="friend").pk)
        assert refused.value.code == "lowest_tier"


@pytest.mark.django_db(transaction=True)
def test_postings_and_two_nights_at_once_leave_one_tier_and_one_word(new_member: Any) -> None:
    people = [new_member() for _ in range(6)]
    for one in people:
        credit(one, 600, f"a{one}", at=AT)
    later = AT + 366 * DAY

    def work(nth: int) -> None:
        if nth < 2:
            nightly.run(at=later)
        else:
            credit(people[nth - 2], 600, f"b{nth}", at=later)

    answers = in_threads(6, work)
    assert [one for one in answers if isinstance(one, Exception)] == []
    for one in people:
        assert TierMembership.objects.filter(member_id=one, until=None).count() == 1
        assert tier_of(one) == "good-friend"
        kinds = told(one)
        assert kinds.count("tier.grace") <= 1 and kinds.count("tier.risen") == 1
    graced = set(
        TierMembership.objects.filter(until=None, grace_until__isnull=False).values_list("member_id", flat=True)
    )
    assert graced == set(people[4:])  # those who got nothing


class TestLateWords:
    """A worker was away, or a parked event is delivered days later: its moment lies before what is known already."""

    def test_what_is_told_after_the_night_counts_with_what_came_meanwhile(self, member: int) -> None:
        credit(member, 300, "newer", at=AT + DAY)
        assert night(AT + 2 * DAY, member) == "friend"
        credit(member, 300, "older", at=AT)
        assert tier_of(member) == "good-friend"
        assert night(AT + 3 * DAY, member) == "good-friend"

    def test_a_stay_never_ends_before_it_began(self, member: int) -> None:
        credit(member, 600, "newer", at=AT + DAY)
        credit(member, 100_000, "older", at=AT)
        stays = list(TierMembership.objects.filter(member_id=member).order_by("id"))
        assert len(stays) == 2 and all(stay.until is None or stay.until >= stay.since for stay in stays)
