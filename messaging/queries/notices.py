"""What members are told: how much is new, and the words of each notice as they are true now."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Count, Q

from members.access import UNASKED, Member, standing
from members.queries import MemberCard, member_cards
from messaging.models import Notice
from messaging.slots import NoticeCard, Told, notices

A_PAGE = 30
MOST_COUNTED = 99
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class NoticeRow:
    """A notice as its reader sees it. `by` is who did it last, when it was somebody."""

    card: NoticeCard
    told: Told
    by: MemberCard | None
    unread: bool
    new: bool


@dataclass(frozen=True)
class NoticePage:
    """Some notices, newest first; `older` is the cursor of the next page, empty at the end."""

    rows: list[NoticeRow]
    older: str = ""


def unseen_count(*, member_id: int) -> int:
    """How many notices the member has not seen, counted up to a hundred."""
    return Notice.objects.filter(member_id=member_id, seen_at=None)[: MOST_COUNTED + 1].count()


# The same for the row `member`, asked together with who they are (`members.slots.standings`).
OWN_UNSEEN = f"""(SELECT count(*) FROM (SELECT 1 FROM messaging_notice AS notice
    WHERE notice.member_id = member.id AND notice.seen_at IS NULL LIMIT {MOST_COUNTED + 1}) AS unseen)"""


def unseen_label(*, member_id: int) -> str:
    """What stands beside the bell: nothing, a number, or "99+"."""
    return _label(unseen_count(member_id=member_id))


def own_unseen_label(member: Member) -> str:
    """The same for the member who asked for this page, whose number came with them."""
    asked = standing(member, "unseen")
    return unseen_label(member_id=member.pk) if asked is UNASKED else _label(asked)


def unseen_labels(*, member_ids: Collection[int]) -> dict[int, str]:
    """The same for many members, in one statement."""
    counted = (
        Notice.objects.filter(member_id__in=member_ids, seen_at=None).values_list("member_id").annotate(Count("id"))
    )
    found = dict(counted)
    return {member_id: _label(found.get(member_id, 0)) for member_id in member_ids}


def notice_page(*, viewer: Member, before: str = "", unread: bool = False, limit: int = A_PAGE) -> NoticePage:
    """The viewer's notices, newest first, written now by those who own their kinds.

    What may not be read any more is left out, so a page may show fewer than `limit`. A cursor that makes no sense shows
    the newest page.
    """
    found = Notice.objects.filter(member_id=viewer.pk, in_site=True)
    if unread:
        found = found.filter(read_at=None)
    if cursor := _cursor(before):
        moment, id = cursor
        found = found.filter(Q(updated_at__lt=moment) | Q(updated_at=moment, id__lt=id))
    rows = list(found.order_by("-updated_at", "-id")[: limit + 1])
    shown = rows[:limit]
    return NoticePage(rows=_written(shown, viewer), older=_place(shown[-1]) if len(rows) > limit else "")


def notice_told(*, viewer: Member, public_id: str) -> NoticeRow | None:
    """One of the viewer's notices; None when there is none, or none that they may still read."""
    rows = list(Notice.objects.filter(member_id=viewer.pk, public_id=public_id))
    return next(iter(_written(rows, viewer)), None)


def told_of(*, viewer: Member, rows: Sequence[Notice]) -> list[NoticeRow]:
    """These notices of the viewer in words, for a message that leaves the site now."""
    return _written(list(rows), viewer)


def _written(rows: list[Notice], viewer: Member) -> list[NoticeRow]:
    by_kind: dict[str, list[NoticeCard]] = defaultdict(list)
    cards = {row.pk: _card(row) for row in rows}
    for card in cards.values():
        by_kind[card.kind].append(card)
    told: dict[int, Told] = {}
    for kind, alike in by_kind.items():
        if writer := notices.get(kind):
            told |= writer(notices=alike, viewer=viewer)
    people = member_cards(member_ids={card.by_ids[0] for card in cards.values() if card.by_ids}) if told else {}
    return [
        NoticeRow(
            card=cards[row.pk],
            told=told[row.pk],
            by=people.get(cards[row.pk].by_ids[0]) if cards[row.pk].by_ids else None,
            unread=row.read_at is None,
            new=row.seen_at is None,
        )
        for row in rows
        if row.pk in told
    ]


def _card(row: Notice) -> NoticeCard:
    return NoticeCard(
        id=row.pk,
        public_id=row.public_id,
        kind=row.kind,
        data=row.data,
        by_ids=tuple(reversed(row.by_ids)),
        count=row.count,
        at=row.updated_at,
    )


def _label(count: int) -> str:
    return f"{MOST_COUNTED}+" if count > MOST_COUNTED else str(count or "")


def _place(row: Notice) -> str:
    return f"{(row.updated_at - _EPOCH) // timedelta(microseconds=1)}-{row.pk}"


def _cursor(text: str) -> tuple[datetime, int] | None:
    microseconds, _, id = text.partition("-")
    if not all(part.isascii() and part.isdigit() and len(part) <= 17 for part in (microseconds, id)):
        return None
    return _EPOCH + timedelta(microseconds=int(microseconds)), int(id)
