"""Tiers follow credit: up at once, down only at the nightly review."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Subquery

from loyalty import rules
from loyalty.actions.tiers.groups import settle_groups
from loyalty.actions.tiers.welcome import welcome
from loyalty.events import TierChanged
from loyalty.models import Tier, TierMembership
from loyalty.notices import tiers as notices
from loyalty.queries.standing import (
    FIRST_PROGRAM,
    Programme,
    Standing,
    frames,
    grains_of,
    programme,
    programme_once_known,
    standings_as_of,
)
from loyalty.rules.forecast import short_at
from outbox.publish import publish_many
from outbox.require import require_transaction


def settle_all_groups() -> None:
    """Let the tiers' groups follow the memberships for everybody: every night, and after the tiers themselves were changed."""
    codes = Tier.objects.filter(program=Subquery(FIRST_PROGRAM)).values_list("code", flat=True)
    settle_groups(codes=codes, member_ids=None)


@dataclass(frozen=True)
class _Seen:
    """A member as a review found them, and what it decided."""

    member_id: int
    row: TierMembership | None
    before: rules.Held | None
    after: rules.Held
    standing: Standing

    @property
    def moved(self) -> bool:
        return self.before is None or self.before.tier.id != self.after.tier.id


def review_tiers(
    *, member_ids: Iterable[int], at: datetime, allow_down: bool = False, announce: bool = True
) -> list[TierChanged]:
    """Look at what the members' credit reaches and move them. Their wallets are locked by the caller, or nobody posts to them.

    `allow_down` is for the nightly review. Without `announce` (a crowd from a file) nothing tells of the moves.
    """
    require_transaction()
    ids = sorted(set(member_ids))
    program = programme_once_known() if ids else None
    if program is None:
        return []
    rows = TierMembership.objects.filter(member_id__in=ids, until__isnull=True).select_for_update(of=("self",))
    current = {row.member_id: row for row in rows.order_by("member_id")}
    asked = at
    while True:
        at = asked if allow_down else _not_before(program, current.values(), asked)
        found, version = standings_as_of(program=program, member_ids=ids, at=at)
        if version == program.version:
            break
        program = programme()  # somebody changed the tiers since this process read them
        if program is None:
            return []
    seen = [_see(program, one, current.get(one), found[one], at, allow_down) for one in ids]
    stay = [one for one in seen if not one.moved]
    looks = _next_looks(program, seen, at) if allow_down else {}
    _keep(stay, looks)
    changes = _move([one for one in seen if one.moved], program=program, looks=looks, at=at)
    if announce:
        publish_many(changes)
        _tell(program, seen, at)
    return changes


def _not_before(program: Programme, rows: Iterable[TierMembership], at: datetime) -> datetime:
    """The moment of a posting, or that of what is known later than it: what is told days late (a worker was away) is looked at
    together with what came meanwhile, because no night looks back so far, and no stay ends before it began."""
    return max([at, program.row.reviewed_at or at, *(row.since for row in rows)])


def _see(
    program: Programme, member_id: int, row: TierMembership | None, standing: Standing, at: datetime, allow_down: bool
) -> _Seen:
    before = None
    if row is not None and row.tier_id in program.steps:
        before = rules.Held(program.steps[row.tier_id], row.ground, row.grace_until, row.secured_until)
    after = rules.review(
        counted=standing.counted,
        held=before,
        invited=standing.invited,
        steps=list(program.steps.values()),
        policy=program.policy,
        at=at,
        allow_down=allow_down,
    )
    return _Seen(member_id, row, before, after, standing)


def _next_looks(program: Programme, seen: Sequence[_Seen], at: datetime) -> dict[int, datetime]:
    """When each of these members is due again without any posting."""
    rolling = program.window.kind == rules.windows.ROLLING
    risen = [one for one in seen if rolling and one.after.tier.rank > 0 and one.after.ground == rules.tiers.EARNED]
    windows = frames(program=program, member_ids=[one.member_id for one in risen], at=at)
    grains = (
        grains_of(program=program, since={one: frame.since for one, frame in windows.items()}, at=at) if risen else {}
    )
    return {
        one.member_id: rules.next_look(
            held=one.after,
            policy=program.policy,
            counted=one.standing.counted,
            short_at=short_at(
                grains[one.member_id], program.window, windows[one.member_id], one.after.tier.keep, at
            ) if one.member_id in grains else None,
            invited_until=one.standing.invited_until,
            at=at,
        )
        for one in seen
    }  # fmt: skip


def _keep(seen: Sequence[_Seen], looks: Mapping[int, datetime]) -> None:
    """Write what is new about members who stay where they are, in one statement. A posting that takes credit away makes the
    member due in the next night."""
    values = []
    for one in seen:
        row, after, credit = one.row, one.after, one.standing.counted.current
        if row is None:
            continue
        look = looks.get(one.member_id, None if credit < row.basis else row.next_review)
        new = (after.ground, credit, after.grace_until, after.secured_until, look)
        if new != (row.ground, row.basis, row.grace_until, row.secured_until, row.next_review):
            values.append((row.pk, *new))
    if not values:
        return
    ids, grounds, credits, graces, secured, due = (list(column) for column in zip(*values, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE loyalty_tiermembership AS held
            SET ground = new.ground, basis = new.basis, grace_until = new.grace_until, secured_until = new.secured_until,
                next_review = new.next_review
            FROM unnest(%s::bigint[], %s::text[], %s::bigint[], %s::timestamptz[], %s::timestamptz[], %s::timestamptz[])
                AS new (id, ground, basis, grace_until, secured_until, next_review)
            WHERE held.id = new.id
            """,
            [ids, grounds, credits, graces, secured, due],
        )


def _move(
    moved: Sequence[_Seen], *, program: Programme, looks: Mapping[int, datetime], at: datetime
) -> list[TierChanged]:
    if not moved:
        return []
    TierMembership.objects.filter(id__in=[one.row.pk for one in moved if one.row]).update(until=at)
    TierMembership.objects.bulk_create(
        [
            TierMembership(
                member_id=one.member_id,
                tier_id=one.after.tier.id,
                since=at,
                ground=one.after.ground,
                basis=one.standing.counted.current,
                next_review=looks.get(one.member_id),
            )
            for one in moved
        ],
        batch_size=2000,
    )
    settle_groups(codes=[step.code for step in program.steps.values()], member_ids=[one.member_id for one in moved])
    return [
        TierChanged(
            member_id=one.member_id,
            from_code=one.before.tier.code if one.before else "",
            to_code=one.after.tier.code,
            at=at,
        )
        for one in moved
        # Everybody begins in the lowest tier: arriving there is no news.
        if one.before or one.after.tier.id != program.lowest.id
    ]


def _tell(program: Programme, seen: Sequence[_Seen], at: datetime) -> None:
    """The bell, and what waits for whoever arrives. Statements for each kind of news, not for each member."""
    lowest = program.lowest.rank
    for one in seen:
        start = one.before.tier.rank if one.before else lowest
        if one.moved and one.after.tier.rank > start:
            reached = [
                step for step in program.ladder
                if start < step.rank <= one.after.tier.rank and (not step.by_invitation or step.id == one.after.tier.id)
            ]  # fmt: skip
            welcome(member_id=one.member_id, tiers=[program.tiers[step.id] for step in reached], at=at)
    notices.tell([news for one in seen if (news := _news(one, lowest))], at=at)


def _news(one: _Seen, lowest: int) -> notices.News | None:
    before, after = one.before, one.after
    start = before.tier.rank if before else lowest
    if after.tier.rank != start:
        kind = notices.RISEN if after.tier.rank > start else notices.FALLEN
        return notices.News(kind, one.member_id, after.tier.id, None)
    if before and after.grace_until and not before.grace_until:
        return notices.News(notices.GRACE, one.member_id, after.tier.id, after.grace_until)
    if before and before.grace_until and not after.grace_until:
        return notices.News(notices.KEPT, one.member_id, after.tier.id, before.grace_until)
    return None
