"""What everybody sees of a session's inside, kept in the process: read once for all who open the page in the same minute.

Each change of the stage, a question, a poll or a drop takes the session's next seq, so rows that were read at a seq stay
true until there is another one. Names, pictures and what has no seq are read again after `LIFE` seconds. Numbers (votes,
seats, pieces) are never kept, and neither is what is the viewer's own.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any, TypeVar

from django.utils.translation import get_language

from community import slots
from community.models import Drop, LiveSession, SessionPoll, SessionQuestion, Stage, Upload
from community.queries.live import stage as queries
from community.topicpage.kept import Kept
from members import queries as members
from members.queries import MemberCard

LIFE = 5.0
"""Seconds after which names and pictures are read again."""
MOST = 2_000
"""Rows (questions, polls, people) kept at a time."""

Value = TypeVar("Value")


@dataclass(frozen=True)
class Shared:
    """The rows of one session, with the people they name. Nobody changes them."""

    stage: Stage
    picture: Upload | None
    people: list[tuple[int, str]]
    questions: list[SessionQuestion]
    polls: list[SessionPoll]
    drops: list[Drop]
    cards: dict[int, MemberCard]


_kept: Kept[tuple[Hashable, float, Any]] = Kept(MOST)


def shared(*, session: LiveSession, moderates: bool) -> Shared:
    """The rows at `session.last_seq` or later; six statements, none while they are kept."""

    def read() -> tuple[Shared, int]:
        stage = Stage.objects.filter(session=session).select_related("now_picture").first() or Stage()
        questions = queries.questions_of(session=session, moderates=moderates)
        polls = list(SessionPoll.objects.filter(session=session).order_by("-pk")[: queries.MOST_LISTED])
        drops = list(Drop.objects.filter(session=session).order_by("-pk")[: queries.MOST_LISTED])
        people = queries.stage_people(session=session)
        named = {one.author_id for one in questions} | {member for member, _role in people}
        # Until the host shows something, the picture of the session stands there.
        picture = stage.now_picture or (session.picture if session.picture_id else None)
        found = Shared(stage, picture, people, questions, polls, drops, members.member_cards(member_ids=named))
        return found, 1 + len(questions) + len(polls) + len(drops)

    key = "inside", session.pk, moderates
    return _found(key, (session.last_seq, session.revision, session.picture_id, session.host_id), read)


def seated(*, session_id: int, counts: queries.Counts) -> list[MemberCard]:
    """Who sits, as long as it is as many."""

    def read() -> tuple[list[MemberCard], int]:
        found = queries.seated(session_id=session_id)
        return found, 1 + len(found)

    return _found(("seated", session_id), counts, read)


def queue(*, session: LiveSession, counts: queries.Counts, at: datetime) -> list[queries.Queued]:
    """Who waits, as long as it is as many."""

    def read() -> tuple[list[queries.Queued], int]:
        found = queries.queue(session=session, at=at, shown_only=True)
        return found, 1 + len(found)

    return _found(("queue", session.pk), counts, read) if counts.waiting or counts.offered else []


def rank_names() -> dict[int, str]:
    """What the ranks of the queue are called, the lowest first."""

    def read() -> tuple[dict[int, str], int]:
        found: dict[int, str] = {}
        for names in slots.rank_names.collect():
            found |= names
        return dict(sorted(found.items())), 1

    return _found(("ranks", get_language() or ""), None, read)


def forget() -> None:
    """Everything is read anew at the next page."""
    _kept.clear()


def _found(key: Hashable, version: Hashable, read: Callable[[], tuple[Value, int]]) -> Value:
    held, moment = _kept.get(key), monotonic()
    if held is not None and held[0] == version and held[1] > moment:
        kept: Value = held[2]
        return kept
    value, weight = read()
    _kept.put(key, (version, moment + LIFE, value), weight)
    return value
