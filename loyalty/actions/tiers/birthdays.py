"""A gift on the birthday, once a year: by the tier that a member is in on the day."""

import logging
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction

from loyalty import rules
from loyalty.actions import ledger
from loyalty.actions.earning.grants import grant_points
from loyalty.actions.rewards.cards import RewardRefused
from loyalty.actions.rewards.granting import grant_gift
from loyalty.models import BirthdayGift, Tier
from loyalty.notices import tiers as notices
from loyalty.queries.tiers import Benefits, benefits_of
from members.queries import born_on
from outbox.require import require_transaction

log = logging.getLogger(__name__)

BELATED = 3
"""Days for which a birthday that was missed (the house was stopped) is made up."""
APART = timedelta(days=365)


def birthdays_due(*, at: datetime) -> dict[int, date]:
    """Whose birthday is today or was in the last days, and has had no gift for it: {member: the day}, in order of ids."""
    zone = ledger.zone()
    today = at.astimezone(zone).date()
    due: dict[int, date] = {}
    for back in range(BELATED, -1, -1):
        day = today - timedelta(days=back)
        # Who tells a day that has passed is early for next year, not late for this one.
        told_before = rules.midnight(day + timedelta(days=1), zone)
        due |= dict.fromkeys(born_on(days=_kept_on(day), told_before=told_before), day)
    had = BirthdayGift.objects.filter(member_id__in=due, day__gt=today - timedelta(days=BELATED) - APART)
    for member_id, day in had.values_list("member_id", "day"):
        if member_id in due and due[member_id] - day < APART:
            del due[member_id]
    return dict(sorted(due.items()))


def give_birthday_gifts(*, due: dict[int, date], at: datetime) -> int:
    """Give these members what their tiers have for the day; how many had a gift or a word.

    Safe to run twice and at once: the wallets are locked, then the gifts of the last year are looked at again; the causes of
    points and gift name the year.
    """
    require_transaction()
    ledger.lock_wallets(sorted(due))
    recent = BirthdayGift.objects.filter(member_id__in=due, day__gt=min(due.values(), default=date.min) - APART)
    had = {member for member, day in recent.values_list("member_id", "day") if due[member] - day < APART}
    open_ones = {member: day for member, day in due.items() if member not in had}
    benefits = benefits_of(member_ids=open_ones)
    tiers = dict(Tier.objects.values_list("code", "id"))
    greeted: dict[tuple[int, int, bool], list[int]] = defaultdict(list)
    rows = []
    for member_id, day in open_ones.items():
        own = benefits[member_id]
        if own.code not in tiers:
            continue
        gift = _give(member_id, day, own, at)
        rows.append(
            BirthdayGift(
                member_id=member_id, day=day, tier_id=tiers[own.code], points=own.birthday_points,
                reward_id=own.birthday_reward_id if gift else None, given_at=at,
            )
        )  # fmt: skip
        greeted[day.year, own.birthday_points, gift].append(member_id)
    BirthdayGift.objects.bulk_create(rows)
    for (year, points, gift), members in greeted.items():
        notices.tell_birthday(member_ids=members, year=year, points=points, gift=gift, at=at)
    return len(rows)


def forget_old_gifts(*, at: datetime) -> int:
    """What no longer keeps anybody from a gift is not kept either."""
    require_transaction()
    return BirthdayGift.objects.filter(given_at__lt=at - timedelta(days=400)).delete()[0]


def _give(member_id: int, day: date, own: Benefits, at: datetime) -> bool:
    cause = f"birthday:{day.year}:{member_id}"
    if own.birthday_points:
        grant_points(
            cause=cause, member_id=member_id, amount=own.birthday_points, reason="birthday", origin="goodwill", by=None,
            at=at,
        )  # fmt: skip
    if own.birthday_reward_id is None:
        return False
    try:
        with transaction.atomic():
            grant_gift(
                cause=cause, member_id=member_id, reward_id=own.birthday_reward_id, valid_days=own.gift_days, by=None,
                at=at,
            )  # fmt: skip
    except RewardRefused as refusal:
        log.warning("A birthday gift could not be granted: %s", refusal.code)
        return False
    return True


def _kept_on(day: date) -> Sequence[tuple[int, int]]:
    """Which birthdays are kept on this day: on 28 February of a common year those of the 29th, too."""
    both = day.month == 2 and day.day == 28 and rules.on(day.year, 2, 29) == day
    return [(2, 28), (2, 29)] if both else [(day.month, day.day)]
