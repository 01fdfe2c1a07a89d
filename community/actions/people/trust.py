"""Moving members between levels of trust: by what they did, by a group, by hand."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.contrib.auth.models import Group
from django.utils.translation import gettext as _

from community.events import TrustChanged
from community.models import GroupTrust, MemberActivity, TrustChange
from community.problems import Problem
from community.queries.people import trust as queries
from community.rules import trust as rules_trust
from members.actions import join_group, leave_group
from members.queries import member_cards
from outbox.publish import publish
from outbox.require import require_transaction

BATCH = 500
NOT_GROUPS = ("tier:", "trust:", "order:")


def review(*, member_id: int, at: datetime) -> int:
    """Raise a member of level 0 or 1 whose acts have become enough; the level they have now.

    Safe to call at any time and twice at once: the level changes by condition, and only one of two finds it met.
    """
    require_transaction()
    row = MemberActivity.objects.filter(member_id=member_id).first()
    if row is None or row.locked_at or not _read_enough(row):
        return row.trust if row else 0
    card = member_cards(member_ids=[member_id])[member_id]
    now = queries.standing(member_id=member_id, joined_at=card.joined_at, at=at)
    after = rules_trust.level_of_life(now.life, now.trust)
    if now.locked or after == now.trust or queries.group_levels(member_ids=[member_id]):
        return now.trust
    return after if _change(member_id, now.trust, after, TrustChange.Reason.RULE, by=None, at=at) else now.trust


def review_lately(*, member_ids: Iterable[int], at: datetime) -> int:
    """The nightly look at level 3 for these members of level 2 and 3; how many levels changed."""
    require_transaction()
    held = {
        row.member_id: row
        for row in MemberActivity.objects.filter(member_id__in=list(member_ids), trust__in=(2, 3), locked_at=None)
    }
    grouped = queries.group_levels(member_ids=held)
    found = queries.lately(member_ids=[member for member in held if member not in grouped], at=at)
    changed = 0
    for member, facts in found.items():
        row = held[member]
        after = rules_trust.level_of_night(facts, row.trust, since=row.trust_since, at=at)
        if after != row.trust:
            changed += _change(member, row.trust, after, TrustChange.Reason.RULE, by=None, at=at)
    return changed


def follow_groups(*, at: datetime) -> int:
    """Hold everybody at the level of their groups, and let go who left them; how many levels changed.

    Who leaves such a group falls to the level that the rules give them from the beginning.
    """
    require_transaction()
    levels = queries.group_levels()
    ensure_rows(member_ids=levels, at=at)
    changed = 0
    for row in MemberActivity.objects.filter(member_id__in=levels, locked_at=None):
        if row.trust != levels[row.member_id]:
            changed += _change(
                row.member_id, row.trust, levels[row.member_id], TrustChange.Reason.GROUP, by=None, at=at
            )
    for member_id, trust in _left_their_group(levels):
        changed += _let_go(member_id, trust, at=at)
    return changed


def set_trust(*, member_id: int, level: int, by: int, at: datetime, note: str = "", hold: bool = False) -> bool:
    """Give a member a level by hand; False when they have it. `hold` keeps the rules from changing it again.

    Level 4 is reached only so. Raises Problem for a level that does not exist.
    """
    require_transaction()
    if level not in rules_trust.LEVELS:
        raise Problem("no_such_level", f"{level}")
    ensure_rows(member_ids=[member_id], at=at)
    before = MemberActivity.objects.select_for_update().values_list("trust", flat=True).get(member_id=member_id)
    changed = before != level and _change(
        member_id, before, level, TrustChange.Reason.HAND, by=by, at=at, note=note, locked=True
    )
    if hold:
        lock_trust(member_id=member_id, by=by, at=at)
    return changed


def lock_trust(*, member_id: int, by: int, at: datetime) -> bool:
    """Hold a member at the level they have, whatever they do. False when they are held already."""
    require_transaction()
    ensure_rows(member_ids=[member_id], at=at)
    return MemberActivity.objects.filter(member_id=member_id, locked_at=None).update(locked_at=at, locked_by=by) == 1


def unlock_trust(*, member_id: int, by: int, at: datetime) -> bool:
    """Let the rules decide again. False when nobody held the member."""
    require_transaction()
    held = MemberActivity.objects.filter(member_id=member_id, locked_at__isnull=False)
    if not held.update(locked_at=None, locked_by=None):
        return False
    review(member_id=member_id, at=at)
    return True


def hold_group(*, group_id: int, level: int | None, by: int, at: datetime) -> int:
    """Hold everybody of a group at this level, now and from now on; None ends it. How many levels changed.

    Raises Problem for groups that stand for a tier, because money never buys trust, and for those of the levels.
    """
    require_transaction()
    if Group.objects.get(pk=group_id).name.startswith(NOT_GROUPS):
        raise Problem("not_for_trust", _("Tiers and levels of trust cannot hold trust: money never buys it."))
    if level is None:
        GroupTrust.objects.filter(group_id=group_id).delete()
    else:
        GroupTrust.objects.update_or_create(group_id=group_id, defaults={"level": level})
    return follow_groups(at=at)


def ensure_rows(*, member_ids: Iterable[int], at: datetime) -> None:
    """A row for each member, so that there is something to lock."""
    rows = [MemberActivity(member_id=member, noted_at=at) for member in member_ids]
    MemberActivity.objects.bulk_create(rows, ignore_conflicts=True)


def to_review() -> Iterator[list[int]]:
    """The members of level 2 and 3, in batches of the night."""
    ids = list(
        MemberActivity.objects.filter(trust__in=(2, 3)).order_by("member_id").values_list("member_id", flat=True)
    )
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]


def _read_enough(row: MemberActivity) -> bool:
    return rules_trust.life_may_rise(
        row.trust, topics_opened=row.topics_opened, posts_read=row.posts_read, seconds=row.seconds,
        days_visited=row.days_visited,
    )  # fmt: skip


def _change(
    member_id: int,
    before: int,
    after: int,
    reason: TrustChange.Reason,
    *,
    by: int | None,
    at: datetime,
    note: str = "",
    locked: bool = False,
) -> bool:
    """Level, groups, row and event, if the member still has the level that the decision was made upon."""
    held = MemberActivity.objects.filter(member_id=member_id, trust=before)
    if not locked:
        held = held.filter(locked_at=None)
    if not held.update(trust=after, trust_since=at):
        return False
    for level in range(1, 5):
        if level != after:
            leave_group(member_id=member_id, group=f"trust:{level}", by=by, at=at)
    if after:
        join_group(member_id=member_id, group=f"trust:{after}", by=by, at=at)
    TrustChange.objects.create(
        member_id=member_id, before=before, after=after, reason=reason, note=note[:200], by_id=by, at=at
    )
    publish(TrustChanged(member_id=member_id, before=before, after=after, by_id=by, at=at))
    return True


def _left_their_group(levels: Iterable[int]) -> list[tuple[int, int]]:
    """Who has a level from a group that does not hold them any more: their newest change says why they have it."""
    newest = TrustChange.objects.order_by("member_id", "-at", "-id").distinct("member_id")
    held = set(levels)
    return [
        (row.member_id, row.after)
        for row in newest
        if row.reason == TrustChange.Reason.GROUP and row.member_id not in held
    ]


def _let_go(member_id: int, trust: int, *, at: datetime) -> bool:
    card = member_cards(member_ids=[member_id]).get(member_id)
    if card is None:
        return False
    life = queries.standing(member_id=member_id, joined_at=card.joined_at, at=at).life
    earned = rules_trust.level_of_life(life, 0)
    if earned == trust:
        return False
    return _change(member_id, trust, earned, TrustChange.Reason.LEFT, by=None, at=at)
