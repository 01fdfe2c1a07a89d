"""Giving badges and taking them back. Every run finds the same, so running twice, late or half does no harm."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import connection
from django.utils.translation import gettext as _

from community.events import BadgeEarned, BadgeTakenBack
from community.models import BadgeAward, BadgeKind
from community.notices.badges import tell
from community.problems import Problem
from community.queries.people.badges import earned
from community.rules import badges as rules
from outbox.publish import publish_many
from outbox.require import require_transaction

_GIVE = """
INSERT INTO community_badgeaward (kind_id, member_id, cause, post_id, note, by_id, worn, at)
SELECT %(kind)s, found.member_id, found.cause, found.post_id, '', NULL, false, coalesce(%(when)s, found.at)
FROM ({found}) AS found ORDER BY found.at
ON CONFLICT (kind_id, member_id, cause) DO NOTHING RETURNING member_id, at
"""
_TAKE = """
DELETE FROM community_badgeaward AS award WHERE award.kind_id = %(kind)s AND award.by_id IS NULL AND {mine}
AND NOT EXISTS (SELECT FROM ({found}) AS found WHERE found.member_id = award.member_id AND found.cause = award.cause)
RETURNING award.member_id
"""


class NotYours(Problem):
    """The badge is not the member's own."""

    def __init__(self) -> None:
        super().__init__("not_your_badge", _("Choose one of your own badges."))


def review(*, counts: Collection[str] | None, member_ids: Collection[int] | None, at: datetime) -> int:
    """Give what was earned by these rules (None: all) to these members (None: everybody); how much changed.

    For single members this follows something they or others did just now, so that is when it was earned, and they are
    told. For everybody it is the nightly look: what was earned long ago (an import, a new badge) is given quietly.
    """
    require_transaction()
    kinds = BadgeKind.objects.filter(active=True).exclude(rule="")
    if counts is not None:
        kinds = kinds.filter(rule__in=list(counts))
    held = _held(member_ids)
    changed = 0
    for kind in kinds.order_by("position", "id"):
        settled = member_ids is not None and all((kind.pk, member) in held for member in member_ids)
        if settled and not kind.repeatable and not kind.taken_back:
            continue  # nothing can change any more
        changed += _give(kind, member_ids, at)
        if kind.taken_back and (member_ids is None or any((kind.pk, member) in held for member in member_ids)):
            changed += _take(kind, member_ids, at)
    return changed


def give(*, kind_id: int, member_id: int, note: str, by: int | None, at: datetime) -> bool:
    """Give a badge by hand, with what for; False when they have it already."""
    require_transaction()
    kind = BadgeKind.objects.get(pk=kind_id)
    __, made = BadgeAward.objects.get_or_create(
        kind=kind, member_id=member_id, cause="", defaults={"note": note.strip()[:200], "by_id": by, "at": at}
    )
    if made:
        _tell(kind, [member_id], at)
    return made


def take(*, award_id: int, by: int, at: datetime) -> bool:
    """Take back what was given by hand; what a rule gave comes again, so it is left."""
    require_transaction()
    award = BadgeAward.objects.filter(pk=award_id, by__isnull=False).select_related("kind").first()
    if award is None:
        return False
    award.delete()
    publish_many([BadgeTakenBack(member_id=award.member_id, badge=award.kind.code, at=at)])
    return True


def take_of(*, kind_id: int, member_id: int, at: datetime) -> bool:
    """Take a badge that was given for a time (by no rule) back from a member; False when they have it no more."""
    require_transaction()
    award = BadgeAward.objects.filter(kind_id=kind_id, kind__rule="", member_id=member_id, cause="").first()
    if award is None:
        return False
    code = award.kind.code
    award.delete()
    publish_many([BadgeTakenBack(member_id=member_id, badge=code, at=at)])
    return True


def wear(*, code: str | None, by: int, at: datetime) -> None:
    """Show one of one's own badges beside the name; None: none. Raises NotYours."""
    require_transaction()
    BadgeAward.objects.filter(member_id=by, worn=True).update(worn=False)
    if code is None:
        return
    award = BadgeAward.objects.filter(member_id=by, kind__code=code).order_by("id").first()
    if award is None:
        raise NotYours
    BadgeAward.objects.filter(pk=award.pk).update(worn=True)


def _held(member_ids: Collection[int] | None) -> set[tuple[int, int]]:
    if member_ids is None:
        return set()
    return set(BadgeAward.objects.filter(member_id__in=list(member_ids)).values_list("kind_id", "member_id"))


def _give(kind: BadgeKind, member_ids: Collection[int] | None, at: datetime) -> int:
    found, values = earned(kind, members=member_ids, at=at)
    with connection.cursor() as cursor:
        cursor.execute(
            _GIVE.replace("{found}", found), values | {"kind": kind.pk, "when": at if member_ids is not None else None}
        )
        given = cursor.fetchall()
    fresh = [member for member, when in given if when > at - timedelta(days=rules.TOLD_WITHIN_DAYS)]
    _tell(kind, list(dict.fromkeys(fresh)), at)
    return len(given)


def _take(kind: BadgeKind, member_ids: Collection[int] | None, at: datetime) -> int:
    found, values = earned(kind, members=member_ids, at=at)
    mine = "true" if member_ids is None else "award.member_id = ANY(%(members)s)"
    with connection.cursor() as cursor:
        cursor.execute(_TAKE.replace("{found}", found).replace("{mine}", mine), values | {"kind": kind.pk})
        gone = [row[0] for row in cursor.fetchall()]
    publish_many([BadgeTakenBack(member_id=member, badge=kind.code, at=at) for member in gone])
    return len(gone)


def _tell(kind: BadgeKind, member_ids: list[int], at: datetime) -> None:
    if member_ids:
        publish_many([BadgeEarned(member_id=member, badge=kind.code, at=at) for member in member_ids])
        tell(member_ids=member_ids, kind_id=kind.pk, at=at)
