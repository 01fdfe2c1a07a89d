"""What is to be seen inside a live session: its stage, questions, polls, drops, seats; as rows, and as data of its stream.

The data hold no words: a page has them in its reader's language. What is the viewer's own (votes, claims) is in none of it.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.files.storage import default_storage
from django.db import connection
from django.db.models import Count

from community.models import (
    Drop,
    DropClaim,
    LiveSession,
    QuestionVote,
    Room,
    Seat,
    SessionPerson,
    SessionPoll,
    SessionPollVote,
    SessionQuestion,
    SessionRole,
    Stage,
    Upload,
)
from community.rules import seats as rules
from members import queries as members
from members.queries import MemberCard
from messaging.streams import Replay

Data = dict[str, Any]
MOST_QUESTIONS = 200
MOST_LISTED = 100
"""People of a list for the host; beyond it a number."""
_GONE = (SessionQuestion.State.HIDDEN, SessionQuestion.State.WITHDRAWN)


@dataclass(frozen=True)
class Counts:
    """How many are in and how many wait. `capacity` 0: as many as come."""

    seated: int
    offered: int
    waiting: int
    capacity: int

    @property
    def full(self) -> bool:
        """Whoever comes now waits: every seat is taken or promised, or others wait already."""
        return self.waiting > 0 or 0 < self.capacity <= self.seated + self.offered


@dataclass(frozen=True)
class Own:
    """What is the viewer's own in a session: votes, questions, choices, claims; by public ids."""

    votes: frozenset[str] = frozenset()
    questions: frozenset[str] = frozenset()
    choices: dict[str, int] = field(default_factory=dict)
    claims: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Inside:
    """Everything that the page of a session shows beside its talk."""

    stage: Data
    questions: list[Data]
    polls: list[Data]
    drops: list[Data]
    counts: Counts
    own: Own
    seq: int


@dataclass(frozen=True)
class Queued:
    """Somebody in the queue, as the host sees them."""

    card: MemberCard
    place: int
    priority: int
    rsvp: bool
    since: datetime
    offer_until: datetime | None


def inside(*, session: LiveSession, room: Room, member_id: int | None, moderates: bool = False) -> Inside:
    """All of it. `moderates`: with hidden questions, and results before they are shown.

    The seq is the one that was read with the session, before everything else. Two statements when the rows are kept.
    """
    from community.queries.live.kept import shared

    found = shared(session=session, moderates=moderates)
    numbers = numbers_of(session_id=session.pk)
    listed = [question_data(one, found.cards, numbers.votes, open_words=moderates) for one in found.questions]
    return Inside(
        stage=_stage_data(session, room, found.people, found.cards, found.stage, found.picture),
        questions=sorted(listed, key=_question_order),
        polls=[poll_data(one, numbers.tallies, always=moderates) for one in found.polls],
        drops=[drop_data(one, claimed=numbers.claimed.get(one.pk)) for one in found.drops],
        counts=numbers.counts,
        own=own_of(session_id=session.pk, member_id=member_id),
        seq=session.last_seq,
    )


def questions_of(*, session: LiveSession, moderates: bool) -> list[SessionQuestion]:
    """The questions that are shown, the latest first."""
    gone = (SessionQuestion.State.WITHDRAWN,) if moderates else _GONE
    rows = SessionQuestion.objects.filter(session=session).exclude(state__in=gone)
    return list(rows.order_by("-pk")[:MOST_QUESTIONS])


@dataclass(frozen=True)
class Numbers:
    """What no row holds: votes by question, choices by poll, pieces claimed by drop, seats."""

    votes: dict[int, int]
    tallies: dict[int, dict[int, int]]
    claimed: dict[int, int]
    counts: Counts


_NUMBERS = """
SELECT 'vote', vote.question_id, 0, count(*) FROM community_questionvote AS vote
JOIN community_sessionquestion AS question ON question.id = vote.question_id
WHERE question.session_id = %(session)s GROUP BY vote.question_id
UNION ALL SELECT 'choice', vote.poll_id, vote.choice, count(*) FROM community_sessionpollvote AS vote
JOIN community_sessionpoll AS poll ON poll.id = vote.poll_id
WHERE poll.session_id = %(session)s GROUP BY vote.poll_id, vote.choice
UNION ALL SELECT 'drop', id, 0, claimed FROM community_drop WHERE session_id = %(session)s
UNION ALL SELECT seat.state, 0, 0, count(*) FROM community_seat AS seat
WHERE seat.session_id = %(session)s AND seat.state IN ('seated', 'offered', 'waiting') GROUP BY seat.state
UNION ALL SELECT 'capacity', 0, 0, capacity FROM community_livesession WHERE id = %(session)s
"""


def numbers_of(*, session_id: int) -> Numbers:
    """Counted from the rows, all in one statement."""
    votes: dict[int, int] = {}
    tallies: dict[int, dict[int, int]] = {}
    claimed: dict[int, int] = {}
    seats: dict[str, int] = {}
    with connection.cursor() as cursor:
        cursor.execute(_NUMBERS, {"session": session_id})
        for what, key, choice, number in cursor.fetchall():
            if what == "vote":
                votes[key] = number
            elif what == "choice":
                tallies.setdefault(key, {})[choice] = number
            elif what == "drop":
                claimed[key] = number
            else:
                seats[what] = number
    counts_ = Counts(*(seats.get(one, 0) for one in ("seated", "offered", "waiting", "capacity")))
    return Numbers(votes, tallies, claimed, counts_)


def _question_order(one: Data) -> tuple[int, int, str]:
    """On now, then by votes, the older first; what is answered below."""
    group = {"now": 0, "open": 1, "hidden": 2}.get(one["state"], 3)
    return (group, -one["votes"], one["at"])


def poll_id(*, public_id: str) -> int:
    """The poll of this public id. Raises SessionPoll.DoesNotExist."""
    return SessionPoll.objects.values_list("pk", flat=True).get(public_id=public_id)


def drop_id(*, public_id: str) -> int:
    """The drop of this public id. Raises Drop.DoesNotExist."""
    return Drop.objects.values_list("pk", flat=True).get(public_id=public_id)


def stage_people(*, session: LiveSession) -> list[tuple[int, str]]:
    """Who is on stage: the host, further hosts, guests."""
    rows = SessionPerson.objects.filter(session=session).exclude(role=SessionRole.MODERATOR)
    others = list(rows.order_by("-role", "pk").values_list("member_id", "role"))
    return [(session.host_id, SessionRole.HOST.value), *[row for row in others if row[0] != session.host_id]]


def stage_data(
    session: LiveSession, room: Room, people: Iterable[tuple[int, str]], cards: dict[int, MemberCard]
) -> Data:
    stage = Stage.objects.filter(session=session).select_related("now_picture").first() or Stage()
    # Until the host shows something, the picture of the session stands there.
    picture = stage.now_picture or (session.picture if session.picture_id else None)
    return _stage_data(session, room, people, cards, stage, picture)


def _stage_data(
    session: LiveSession, room: Room, people: Iterable[tuple[int, str]], cards: dict[int, MemberCard], stage: Stage,
    picture: Upload | None,
) -> Data:  # fmt: skip
    return {
        "state": session.state,
        "title": session.title,
        "starts_at": session.starts_at.isoformat(),
        "ends_at": session.ends_at.isoformat(),
        "started_at": session.started_at.isoformat() if session.started_at else None,
        "notice": stage.notice,
        "now": stage.now_text,
        "picture": {
            "url": default_storage.url(picture.name), "width": picture.width, "height": picture.height,
            "alt": "" if stage.now_picture else session.picture_alt,
        } if picture else None,
        "stream_url": stage.stream_url,
        "recording_url": session.recording_url if stage.summary_at else "",
        "slow": room.slow_seconds,
        "locked": room.status == Room.Status.READ_ONLY,
        "people": [{**_person(cards[member]), "role": role} for member, role in people if member in cards],
        "summary": stage.summary_at is not None,
    }  # fmt: skip


def question_data(
    one: SessionQuestion, cards: dict[int, MemberCard], votes: dict[int, int], *, open_words: bool = False
) -> Data:
    """A question; one that is hidden or taken back is only its id, so that pages can take it away."""
    if one.state in _GONE and not (open_words and one.state == SessionQuestion.State.HIDDEN):
        return {"id": one.public_id, "state": "gone", "votes": 0, "at": one.asked_at.isoformat()}
    author = cards.get(one.author_id)
    return {
        "id": one.public_id, "state": one.state, "text": one.text, "votes": votes.get(one.pk, 0) + 1,
        "author": _person(author) if author else None, "at": one.asked_at.isoformat(),
    }  # fmt: skip


def poll_data(one: SessionPoll, tallies: dict[int, dict[int, int]], *, always: bool = False) -> Data:
    """A poll. `counts` is None as long as its results are not shown; `votes` is said always."""
    tally = tallies.get(one.pk, {})
    listed = [tally.get(index, 0) for index in range(len(one.options))]
    shown = one.shown or one.closed_at is not None or always
    return {
        "id": one.public_id, "question": one.question, "options": list(one.options), "closed": one.closed_at is not None,
        "shown": one.shown, "counts": listed if shown else None, "votes": sum(listed), "at": one.asked_at.isoformat(),
    }  # fmt: skip


def drop_data(one: Drop, *, claimed: int | None = None) -> Data:
    """A drop; `claimed`: how many pieces went, when that is known better than by the row."""
    went = one.claimed if claimed is None else claimed
    return {
        "id": one.public_id, "name": one.name, "stock": one.stock, "left": one.stock - went,
        "rank": one.least_rank, "opens_at": one.opens_at.isoformat(), "ends_at": one.ends_at.isoformat(),
        "closed": one.closed_at is not None,
    }  # fmt: skip


def _person(card: MemberCard) -> Data:
    return {"id": card.public_id, "name": card.name, "url": card.url, "avatar": card.avatar_url}


def _tallies(polls: Iterable[SessionPoll]) -> dict[int, dict[int, int]]:
    found: dict[int, dict[int, int]] = {}
    rows = SessionPollVote.objects.filter(poll_id__in=[poll.pk for poll in polls])
    for poll_id, choice, number in rows.values_list("poll_id", "choice").annotate(number=Count("pk")):
        found.setdefault(poll_id, {})[choice] = number
    return found


def _votes(question_ids: Collection[int]) -> dict[int, int]:
    rows = QuestionVote.objects.filter(question_id__in=question_ids)
    return dict(rows.values_list("question_id").annotate(number=Count("pk")))


def own_of(*, session_id: int, member_id: int | None) -> Own:
    """What this member did in the session."""
    if member_id is None:
        return Own()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 'vote', question.public_id, 0 FROM community_questionvote AS vote "
            "JOIN community_sessionquestion AS question ON question.id = vote.question_id "
            "WHERE question.session_id = %(session)s AND vote.member_id = %(member)s UNION ALL "
            "SELECT 'question', public_id, 0 FROM community_sessionquestion "
            "WHERE session_id = %(session)s AND author_id = %(member)s UNION ALL "
            "SELECT 'choice', poll.public_id, vote.choice FROM community_sessionpollvote AS vote "
            "JOIN community_sessionpoll AS poll ON poll.id = vote.poll_id "
            "WHERE poll.session_id = %(session)s AND vote.member_id = %(member)s UNION ALL "
            "SELECT 'claim', gift.public_id, 0 FROM community_dropclaim AS claim "
            "JOIN community_drop AS gift ON gift.id = claim.drop_id "
            "WHERE gift.session_id = %(session)s AND claim.member_id = %(member)s",
            {"session": session_id, "member": member_id},
        )
        rows = cursor.fetchall()
    return Own(
        votes=frozenset(key for kind, key, _ in rows if kind == "vote"),
        questions=frozenset(key for kind, key, _ in rows if kind == "question"),
        choices={key: number for kind, key, number in rows if kind == "choice"},
        claims=frozenset(key for kind, key, _ in rows if kind == "claim"),
    )


# --- Seats ------------------------------------------------------------------------------------------------------------


def counts(*, session_id: int) -> Counts:
    """Counted from the rows, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FILTER (WHERE seat.state = 'seated'), count(*) FILTER (WHERE seat.state = 'offered'), "
            "count(*) FILTER (WHERE seat.state = 'waiting'), "
            "(SELECT capacity FROM community_livesession WHERE id = %(session)s) "
            "FROM community_seat AS seat WHERE seat.session_id = %(session)s "
            "AND seat.state IN ('seated', 'offered', 'waiting')",
            {"session": session_id},
        )
        return Counts(*cursor.fetchone())


def queue(*, session: LiveSession, at: datetime, limit: int = MOST_LISTED, shown_only: bool = False) -> list[Queued]:
    """Who waits, in the order in which they are offered seats; those who are offered one at the moment come first.

    `shown_only`: without those who do not show that they are here; the others keep their places.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT seat.member_id, seat.priority, seat.rsvp, seat.waiting_since, seat.offer_until "
            "FROM community_seat AS seat WHERE seat.session_id = %(session)s AND seat.state IN ('offered', 'waiting') "
            f"ORDER BY seat.state = 'offered' DESC, {rules.ORDER_SQL} LIMIT %(limit)s",
            {"session": session.pk, "at": at, "age": session.age_minutes, "limit": limit},
        )
        rows = cursor.fetchall()
    waiting = [row[0] for row in rows]
    cards = members.cards_of_shown(member_ids=waiting) if shown_only else members.member_cards(member_ids=waiting)
    listed, place = [], 0
    for member_id, priority, rsvp, since, until in rows:
        place += until is None
        if member_id in cards:
            listed.append(Queued(cards[member_id], place if until is None else 0, priority, rsvp, since, until))
    return listed


def place_of(*, session: LiveSession, member_id: int, at: datetime) -> int | None:
    """How many are before this member in the queue, and they: 1 is the next. None when they do not wait."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT place FROM (SELECT seat.member_id, row_number() OVER (ORDER BY "
            f"{rules.ORDER_SQL}) AS place FROM community_seat AS seat "
            "WHERE seat.session_id = %(session)s AND seat.state = 'waiting') AS line WHERE member_id = %(member)s",
            {"session": session.pk, "at": at, "age": session.age_minutes, "member": member_id},
        )
        row = cursor.fetchone()
    return int(row[0]) if row else None


def seated(*, session_id: int, limit: int = MOST_LISTED) -> list[MemberCard]:
    """Who sits and shows that they are here, the latest first; those who keep order ask `known_here`."""
    rows = Seat.objects.filter(session_id=session_id, state=Seat.State.SEATED).order_by("-waiting_since", "-pk")
    ids = list(rows.values_list("member_id", flat=True)[:limit])
    cards = members.cards_of_shown(member_ids=ids) if ids else {}
    return [cards[one] for one in ids if one in cards]


def known_here(*, session_id: int, limit: int = MOST_LISTED) -> tuple[list[MemberCard], list[MemberCard]]:
    """Who sits, and who was sent out and may not come in again; for those who keep order. The latest first."""
    rows = Seat.objects.filter(session_id=session_id, state__in=(Seat.State.SEATED, Seat.State.SENT_OUT))
    found = list(rows.order_by("-state", "-waiting_since", "-pk").values_list("member_id", "state")[: 2 * limit])
    cards = members.member_cards(member_ids=[one for one, _state in found])
    listed = [(cards[one], state) for one, state in found if one in cards]
    sits = [card for card, state in listed if state == Seat.State.SEATED]
    return sits[:limit], [card for card, state in listed if state == Seat.State.SENT_OUT]


def seat_data(*, session: LiveSession, member_id: int, at: datetime) -> Data:
    """A member's own place, as their pages hear it."""
    seat = Seat.objects.filter(session=session, member_id=member_id).first()
    waits = seat is not None and seat.state == Seat.State.WAITING
    return {
        "session": session.public_id,
        "state": seat.state if seat else "",
        "place": place_of(session=session, member_id=member_id, at=at) if waits else None,
        "until": seat.offer_until.isoformat() if seat and seat.offer_until else None,
    }


# --- The stream -------------------------------------------------------------------------------------------------------


def frame_of(*, session_id: int, kind: str, row_id: int) -> tuple[str, Data] | None:
    """The session's public id and the frame of one row as it is now."""
    session = LiveSession.objects.select_related("room").filter(pk=session_id).first()
    if session is None:
        return None
    found = next(iter(_frames(session, kind, {"pk": row_id})), None)
    return (session.public_id, found) if found else None


def replay(*, public_id: str, since: int, limit: int) -> Replay:
    """What changed after a seq, from the rows themselves, in order; a reset when that is more than `limit`."""
    session = LiveSession.objects.select_related("room").filter(public_id=public_id).first()
    if session is None:
        return Replay(seq=since)
    last = session.last_seq
    if since > last or last - since > 20 * limit:
        return Replay(seq=last, reset=True)
    frames: list[Data] = []
    if since < last:
        for kind in ("stage", "question", "poll", "drop"):
            frames += _frames(session, kind, {"changed_seq__gt": since}, limit + 1)
    if len(frames) > limit:
        return Replay(seq=last, reset=True)
    frames.sort(key=lambda frame: frame["seq"])
    return Replay(seq=max([last, *(frame["seq"] for frame in frames)]), frames=frames)


def last_seqs(*, public_ids: Collection[str]) -> dict[str, int]:
    return dict(LiveSession.objects.filter(public_id__in=public_ids).values_list("public_id", "last_seq"))


def _frames(session: LiveSession, kind: str, which: Data, limit: int = 1) -> list[Data]:
    """Rows of one kind as frames: their whole state, so that any change is told by the same frame."""
    if kind == "stage":
        stage = Stage.objects.filter(session=session, **which).first()
        if stage is None:
            return []
        people = stage_people(session=session)
        cards = members.member_cards(member_ids=[member for member, _role in people])
        return [{"seq": stage.changed_seq, "type": "stage", "data": stage_data(session, session.room, people, cards)}]
    if kind == "question":
        questions = list(SessionQuestion.objects.filter(session=session, **which).order_by("changed_seq")[:limit])
        votes = _votes([one.pk for one in questions])
        authors = members.member_cards(member_ids={one.author_id for one in questions})
        return [
            {"seq": one.changed_seq, "type": "question", "data": question_data(one, authors, votes)}
            for one in questions
        ]
    if kind == "poll":
        polls = list(SessionPoll.objects.filter(session=session, **which).order_by("changed_seq")[:limit])
        tallies = _tallies(polls)
        return [{"seq": one.changed_seq, "type": "poll", "data": poll_data(one, tallies)} for one in polls]
    drops = Drop.objects.filter(session=session, **which).order_by("changed_seq")[:limit]
    return [{"seq": one.changed_seq, "type": "drop", "data": drop_data(one)} for one in drops]


def claims_of(*, session_id: int) -> dict[int, int]:
    """How many pieces of each drop went."""
    rows = DropClaim.objects.filter(drop__session_id=session_id)
    return dict(rows.values_list("drop_id").annotate(number=Count("pk")))
