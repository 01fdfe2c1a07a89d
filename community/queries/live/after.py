"""What came of a live session, for its summary."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count

from community.models import (
    Attendance,
    Drop,
    LiveSession,
    Message,
    SessionPoll,
    SessionPollVote,
    SessionQuestion,
    Stage,
)
from members import queries as members
from members.queries import MemberCard

LOVED = 5


@dataclass(frozen=True)
class Option:
    """One option of a poll with its votes, and their share in percent."""

    text: str
    votes: int
    share: int
    most: bool


@dataclass(frozen=True)
class Loved:
    """A message that many reacted to. `html` is cooked by us."""

    author: MemberCard
    html: str
    reactions: int
    at: datetime


@dataclass(frozen=True)
class Summary:
    """Numbers explain themselves: `came` were in at some moment, `stayed` long enough to count as there."""

    told_at: datetime | None
    came: int
    stayed: int
    peak: int
    length: timedelta
    messages: int
    answered: list[tuple[str, int]] = field(default_factory=list)
    open_questions: int = 0
    polls: list[tuple[str, int, list[Option]]] = field(default_factory=list)
    drops: list[tuple[str, int, int]] = field(default_factory=list)
    loved: list[Loved] = field(default_factory=list)


def summary(*, session: LiveSession) -> Summary:
    """Ten statements, whatever happened."""
    stage = Stage.objects.filter(session=session).first() or Stage()
    attendance = Attendance.objects.filter(session=session)
    said = Message.objects.filter(room_id=session.room_id, removed_at=None).exclude(kind=Message.Kind.LINE)
    questions = SessionQuestion.objects.filter(session=session)
    answered = questions.filter(state=SessionQuestion.State.ANSWERED).annotate(number=Count("votes"))
    return Summary(
        told_at=stage.summary_at,
        came=attendance.count(),
        stayed=attendance.filter(attended_at__isnull=False).count(),
        peak=stage.peak,
        length=(session.ended_at or session.ends_at) - (session.started_at or session.starts_at),
        messages=said.count(),
        answered=[(one.text, one.number + 1) for one in answered.order_by("answered_at")],
        open_questions=questions.filter(state=SessionQuestion.State.OPEN).count(),
        polls=_polls(session),
        drops=list(Drop.objects.filter(session=session).order_by("pk").values_list("name", "claimed", "stock")),
        loved=_loved(session),
    )


def _polls(session: LiveSession) -> list[tuple[str, int, list[Option]]]:
    votes: dict[tuple[int, int], int] = {}
    rows = SessionPollVote.objects.filter(poll__session=session)
    for poll, choice, number in rows.values_list("poll_id", "choice").annotate(number=Count("pk")):
        votes[poll, choice] = number
    listed = []
    for poll in SessionPoll.objects.filter(session=session).order_by("pk"):
        counted = [votes.get((poll.pk, index), 0) for index in range(len(poll.options))]
        total, most = sum(counted), max(counted)
        options = [
            Option(text, number, round(100 * number / total) if total else 0, total > 0 and number == most)
            for text, number in zip(poll.options, counted, strict=True)
        ]
        listed.append((poll.question, total, options))
    return listed


def _loved(session: LiveSession) -> list[Loved]:
    rows = Message.objects.filter(room_id=session.room_id, removed_at=None, reactions__isnull=False)
    found = list(rows.annotate(number=Count("reactions")).order_by("-number", "seq")[:LOVED])
    cards = members.member_cards(member_ids={one.author_id for one in found})
    return [Loved(cards[one.author_id], one.cooked, one.number, one.sent_at) for one in found if one.author_id in cards]
