"""Drops: a few pieces of something for whoever is here and quick. Stock is held by the row, a piece each by a constraint."""

from datetime import datetime, timedelta

from django.db import connection
from django.utils.translation import gettext as _

from community import slots
from community.actions.live.stream import advance, lock, lock_open, tell
from community.events import DropClaimed, SessionVoted
from community.models import Drop, DropClaim, LiveSession, Seat
from community.problems import Problem
from outbox.ids import new_id
from outbox.publish import publish
from outbox.require import require_transaction

DROPS_OPEN = 3
RANK_MOST = 32_767
COUNTDOWN_LONGEST = 600
LASTS_LONGEST = timedelta(minutes=60)


class DropRefused(Problem):
    """There is no piece for this member now. `code`: not_yet, over, gone, not_seated, tier."""


def announce(
    *, session_id: int, source: str, prize: str, stock: int, least_rank: int, countdown: int, minutes: int, by: int,
    at: datetime,
) -> str:  # fmt: skip
    """Put pieces aside and announce them: claims open after `countdown` seconds, for so many minutes. Its public id.

    Raises NotOpen and Problem (also what the source refuses: there are not so many).
    """
    if not 1 <= stock <= 10_000:
        raise Problem("drop_stock", _("A present has 1 to 10,000 pieces."))
    if not 0 <= countdown <= COUNTDOWN_LONGEST or not timedelta() < timedelta(minutes=minutes) <= LASTS_LONGEST:
        raise Problem("drop_times", _("A present opens within ten minutes and is open for at most an hour."))
    giver = slots.drop_sources.get(source)
    offered = {one.key: one for one in giver.choices()} if giver else {}
    if giver is None or prize not in offered:
        raise Problem("drop_prize", _("Choose what you want to give."))
    if not 0 <= least_rank <= RANK_MOST:
        raise Problem("drop_rank", _("Choose who may claim it."))
    session = lock_open(session_id)
    if Drop.objects.filter(session=session, closed_at=None).count() >= DROPS_OPEN:
        raise Problem("enough_drops", _("Three presents are open already. Close one first."))
    opens, seq = at + timedelta(seconds=countdown), advance(session)
    drop = Drop.objects.create(
        session=session, source=source, prize=prize, name=offered[prize].name[:120], stock=stock,
        least_rank=least_rank, announced_by_id=by, announced_at=at, opens_at=opens,
        ends_at=opens + timedelta(minutes=minutes), changed_seq=seq,
    )  # fmt: skip
    giver.reserve(key=prize, count=stock, cause=_cause(drop), at=at)
    tell(session, "drop", drop.pk, seq, at)
    return drop.public_id


# One statement takes the piece and gives it its number: whoever waits for the row sees what is left when it is free. It
# is taken only if it becomes a claim: a member's second click takes nothing (the unique row refuses, and all of it goes).
_TAKE = """
UPDATE community_drop SET claimed = claimed + 1
WHERE id = %(drop)s AND claimed < stock AND closed_at IS NULL AND opens_at <= %(at)s AND ends_at > %(at)s
RETURNING claimed
"""


def claim(*, drop_id: int, by: int, at: datetime) -> DropClaim:
    """Take a piece; whoever has one gets the same answer again. Raises DropRefused, and nothing was taken."""
    require_transaction()
    if mine := DropClaim.objects.filter(drop_id=drop_id, member_id=by).first():
        return mine
    drop = Drop.objects.select_related("session").get(pk=drop_id)
    _check_times(drop, at)
    if drop.claimed >= drop.stock and not DropClaim.objects.filter(drop_id=drop_id, member_id=by).exists():
        raise _gone()  # without waiting for those who get the last ones
    _check_who(drop, by)
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {"drop": drop_id, "at": at})
        row = cursor.fetchone()
        # Under the drop's row now: a second form of the same member, which waited for it, finds the first one's claim.
        if mine := DropClaim.objects.filter(drop_id=drop_id, member_id=by).first():
            if row:
                cursor.execute("UPDATE community_drop SET claimed = claimed - 1 WHERE id = %s", [drop_id])
            return mine
        if row is None:
            drop.refresh_from_db()
            _check_times(drop, at)
            raise _gone()
    made = DropClaim.objects.create(public_id=new_id(), drop_id=drop_id, member_id=by, number=row[0], at=at)
    publish(
        DropClaimed(
            claim_id=made.pk, drop_id=drop_id, member_id=by, source=drop.source, prize=drop.prize, at=at
        ),
        SessionVoted(session_id=drop.session_id, kind="drop", row_id=drop_id, member_id=by, at=at),
    )  # fmt: skip
    return made


def _gone() -> DropRefused:
    return DropRefused("gone", _("Somebody was faster: the last one is gone."))


def _check_who(drop: Drop, member_id: int) -> None:
    if not Seat.objects.filter(session_id=drop.session_id, member_id=member_id, state=Seat.State.SEATED).exists():
        raise DropRefused("not_seated", _("This is for those who have a seat in the room."))
    if drop.least_rank:
        ranks = slots.seat_priority.collect(member_ids=[member_id])
        if max((answer.get(member_id, 0) for answer in ranks), default=0) < drop.least_rank:
            name = rank_name(drop.least_rank)
            raise DropRefused("tier", _("This is kept for “%(tier)s” and above.") % {"tier": name})


def _check_times(drop: Drop, at: datetime) -> None:
    if at < drop.opens_at and drop.closed_at is None:
        raise DropRefused("not_yet", _("Not yet: wait for the countdown."))
    if drop.closed_at is not None or at >= drop.ends_at or drop.session.state == LiveSession.State.ENDED:
        raise DropRefused("over", _("This is over."))


def rank_name(rank: int) -> str:
    """What a rank is called by whoever fills `seat_priority`."""
    for names in slots.rank_names.collect():
        if rank in names:
            return names[rank]
    return str(rank)


def close(*, drop_id: int, at: datetime) -> bool:
    """End a drop; what nobody claimed goes back to where it came from. False when it was closed."""
    session = lock(Drop.objects.values_list("session_id", flat=True).get(pk=drop_id))
    return close_all(session=session, at=at, drop_id=drop_id) == 1


def close_all(*, session: LiveSession, at: datetime, drop_id: int | None = None) -> int:
    """The same for all of a session that is locked."""
    closed = 0
    # The session's row first, then the drops: a claim takes its drop's row alone.
    rows = Drop.objects.select_for_update(no_key=True, of=("self",)).filter(session=session, closed_at=None)
    for drop in (rows.filter(pk=drop_id) if drop_id is not None else rows).order_by("pk"):
        seq = advance(session)
        Drop.objects.filter(pk=drop.pk).update(closed_at=at, changed_seq=seq)
        giver = slots.drop_sources.get(drop.source)
        if giver is not None and drop.stock > drop.claimed:
            giver.release(cause=_cause(drop), count=drop.stock - drop.claimed, at=at)
        tell(session, "drop", drop.pk, seq, at)
        closed += 1
    return closed


def due(*, at: datetime) -> list[int]:
    """Drops whose time is over."""
    return list(Drop.objects.filter(closed_at=None, ends_at__lte=at).order_by("pk").values_list("pk", flat=True))


def _cause(drop: Drop) -> str:
    return f"drop:{drop.pk}"
