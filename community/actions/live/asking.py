"""Questions from the audience of a live session, and polls of its host. Votes are rows and take no lock but their own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community.actions.live.stream import NotOpen, advance, lock, lock_open, tell
from community.actions.order import review, sanctions
from community.actions.order.audit import record_act
from community.events import SessionVoted
from community.models import LiveSession, Sanction, SessionPoll, SessionPollVote, SessionQuestion
from community.moderation import Verdict
from community.problems import Problem
from outbox.publish import publish
from outbox.require import require_transaction

QUESTION_LONGEST = 500
QUESTIONS_EACH = 3
"""Questions of one member that wait for an answer at the same time."""
OPTIONS_LEAST, OPTIONS_MOST, OPTION_LONGEST = 2, 10, 120
POLLS_OPEN = 3
"""Polls that run at the same time: more than these nobody reads."""

State = SessionQuestion.State
_VOTED_IN = (State.OPEN, State.NOW)


@dataclass(frozen=True)
class Asked:
    """A question that is there. `again`: it was there already, this was the same form."""

    question_id: int
    public_id: str
    again: bool = False


def ask(*, session_id: int, verdict: Verdict, client_id: str, by: int, at: datetime) -> Asked:
    """Ask something; the same form twice is one question. `verdict`: the text as word rules leave it.

    A show does not wait: what a rule would hold is hidden until a moderator has looked, and a newcomer whom a rule
    silences writes no more until then, as in a room. Raises NotOpen and Problem.
    """
    text = " ".join(verdict.text.split())
    if not text:
        raise Problem("empty", _("Write your question first."))
    if len(text) > QUESTION_LONGEST:
        words = _("A question has at most %(most)s characters; this one has %(length)s.")
        raise Problem("too_long", words % {"most": QUESTION_LONGEST, "length": len(text)})
    if verdict.silence:
        sanctions.serialise(by)  # before the session's row, as flags and decisions do
    session = lock_open(session_id)
    own = SessionQuestion.objects.filter(session=session, author_id=by)
    if known := own.filter(client_id=client_id).first():
        return Asked(known.pk, known.public_id, again=True)
    if own.filter(state__in=_VOTED_IN).count() >= QUESTIONS_EACH:
        words = ngettext(
            "You have a question here that waits for an answer.",
            "You have %(count)s questions here that wait for an answer. Take one back to ask another.",
            QUESTIONS_EACH,
        )
        raise Problem("enough_questions", words % {"count": QUESTIONS_EACH})
    seq = advance(session)
    question = SessionQuestion.objects.create(
        session=session, author_id=by, client_id=client_id, text=text, asked_at=at, changed_seq=seq,
        state=State.HIDDEN if verdict.hold else State.OPEN,
    )  # fmt: skip
    tell(session, "question", question.pk, seq, at)
    if verdict.hold or verdict.flag:
        item = review.raise_item(
            kind="flagged_question", target=question.pk, author_id=by, board_id=session.board_id,
            reasons=verdict.reasons, at=at,
        )  # fmt: skip
        if verdict.silence and not sanctions.is_team(by):
            sanctions.impose(
                member_id=by, kind=Sanction.Kind.SILENCE, reason="flags", hours=None, by=None, at=at, item_id=item
            )
    return Asked(question.pk, question.public_id)


def vote(*, question_id: int, wanted: bool, by: int, at: datetime) -> bool:
    """Want to know that too, or not any more. False when it changes nothing. Raises Problem.

    One statement: the question is looked at where the vote is written, so none comes after it was answered.
    """
    require_transaction()
    found = SessionQuestion.objects.select_related("session").get(pk=question_id)
    if found.session.state not in (LiveSession.State.DOORS, LiveSession.State.LIVE):
        raise NotOpen(found.session.state)
    if found.author_id == by:
        raise Problem("own_question", _("This is your own question: asking it was your vote."))
    if found.state not in _VOTED_IN:
        raise Problem("question_closed", _("This question is not open any more."))
    with connection.cursor() as cursor:
        if wanted:
            cursor.execute(
                "INSERT INTO community_questionvote (question_id, member_id, at) "
                "SELECT id, %s, %s FROM community_sessionquestion WHERE id = %s AND state IN ('open', 'now') FOR SHARE "
                "ON CONFLICT (question_id, member_id) DO NOTHING",
                [by, at, question_id],
            )
        else:
            cursor.execute(
                "DELETE FROM community_questionvote WHERE question_id = %s AND member_id = %s", [question_id, by]
            )
        changed = bool(cursor.rowcount == 1)
    if changed:
        publish(SessionVoted(session_id=found.session_id, kind="question", row_id=question_id, member_id=by, at=at))
    return changed


def mark_question(*, question_id: int, state: str, by: int, at: datetime) -> bool:
    """The host's: it is on now, answered, hidden, or open again; only one is on at a time. False when it was so already."""
    session_id = SessionQuestion.objects.values_list("session_id", flat=True).get(pk=question_id)
    session = lock(session_id)
    question = SessionQuestion.objects.get(pk=question_id)
    if question.state in (state, State.WITHDRAWN) or state not in (
        State.OPEN, State.NOW, State.ANSWERED, State.HIDDEN
    ):  # fmt: skip
        return False
    if state == State.NOW:
        for other in SessionQuestion.objects.filter(session=session, state=State.NOW):
            _set(session, other, State.ANSWERED, at)
    _set(session, question, State(state), at)
    if State.HIDDEN in (state, question.state) and question.author_id != by:
        record_act(
            act=f"question.{state}", target_kind="question", target=question_id, about=question.author_id,
            board_id=session.board_id, by=by, at=at, before={"state": question.state}, after={"state": state},
        )  # fmt: skip
    return True


def hide_question(*, question_id: int, by: int | None, at: datetime) -> bool:
    """Out of sight, by a moderator or (without `by`) by flags. False when it is so already."""
    session = lock(SessionQuestion.objects.values_list("session_id", flat=True).get(pk=question_id))
    question = SessionQuestion.objects.get(pk=question_id)
    if question.state in (State.HIDDEN, State.WITHDRAWN):
        return False
    _set(session, question, State.HIDDEN, at)
    return True


def show_question(*, question_id: int, by: int, at: datetime) -> bool:
    """In sight again, and open. False when it is not hidden."""
    session = lock(SessionQuestion.objects.values_list("session_id", flat=True).get(pk=question_id))
    question = SessionQuestion.objects.get(pk=question_id)
    if question.state != State.HIDDEN:
        return False
    _set(session, question, State.OPEN, at)
    return True


def shown_of(*, author_id: int) -> list[int]:
    """The questions of one member that are in sight, session by session."""
    shown = SessionQuestion.objects.filter(author_id=author_id).exclude(state__in=(State.HIDDEN, State.WITHDRAWN))
    return list(shown.order_by("session_id", "pk").values_list("pk", flat=True))


def withdraw_question(*, question_id: int, by: int, at: datetime) -> bool:
    """Take one's own question back, as long as it waits. The votes go with it. False when there is nothing to take back."""
    session_id = SessionQuestion.objects.values_list("session_id", flat=True).get(pk=question_id)
    session = lock(session_id)
    question = SessionQuestion.objects.get(pk=question_id)
    if question.author_id != by or question.state not in (State.OPEN, State.HIDDEN):
        return False
    _set(session, question, State.WITHDRAWN, at)
    return True


def _set(session: LiveSession, question: SessionQuestion, state: str, at: datetime) -> None:
    seq = advance(session)
    SessionQuestion.objects.filter(pk=question.pk).update(
        state=state, changed_seq=seq, answered_at=at if state == State.ANSWERED else None
    )
    tell(session, "question", question.pk, seq, at)


# --- Polls -----------------------------------------------------------------------------------------------------------


def ask_poll(*, session_id: int, question: str, options: Sequence[str], shown: bool, by: int, at: datetime) -> str:
    """Ask the audience to choose; the public id of the poll. Raises NotOpen and Problem."""
    question, chosen = " ".join(question.split()), list(dict.fromkeys(" ".join(one.split()) for one in options))
    chosen = [one for one in chosen if one]
    if not question or len(question) > 200:
        raise Problem("poll_without_question", _("A poll needs a question of at most 200 characters."))
    if not OPTIONS_LEAST <= len(chosen) <= OPTIONS_MOST:
        words = _("A poll has %(least)s to %(most)s different options, one on each line.")
        raise Problem("poll_options", words % {"least": OPTIONS_LEAST, "most": OPTIONS_MOST})
    if any(len(one) > OPTION_LONGEST for one in chosen):
        words = _("An option has at most %(most)s characters.")
        raise Problem("poll_option_too_long", words % {"most": OPTION_LONGEST})
    session = lock_open(session_id)
    running = SessionPoll.objects.filter(session=session, closed_at=None)
    if running.filter(question=question, options=chosen).exists():
        raise Problem("poll_asked", _("This poll runs already."))
    if running.count() >= POLLS_OPEN:
        raise Problem("enough_polls", _("Three polls run already. Close one first."))
    seq = advance(session)
    poll = SessionPoll.objects.create(
        session=session, question=question, options=chosen, shown=shown, asked_by_id=by, asked_at=at, changed_seq=seq
    )
    tell(session, "poll", poll.pk, seq, at)
    return poll.public_id


# FOR KEY SHARE would not meet the closing; FOR SHARE does: a vote is written before the poll is closed, or not at all.
_CHOOSE = """
WITH running AS (
    SELECT id FROM community_sessionpoll WHERE id = %(poll)s AND closed_at IS NULL FOR SHARE
)
INSERT INTO community_sessionpollvote AS held (poll_id, member_id, choice, at)
SELECT id, %(member)s, %(choice)s, %(at)s FROM running
ON CONFLICT (poll_id, member_id) DO UPDATE SET choice = excluded.choice, at = excluded.at
WHERE held.choice <> excluded.choice
RETURNING id
"""


def choose(*, poll_id: int, choice: int, by: int, at: datetime) -> bool:
    """Vote in a poll, or choose otherwise. False when it says what was said before. Raises Problem."""
    require_transaction()
    poll = SessionPoll.objects.get(pk=poll_id)
    if not 0 <= choice < len(poll.options):
        raise Problem("ballot_unknown", _("This poll has no such option. Please load the page again."))
    with connection.cursor() as cursor:
        cursor.execute(_CHOOSE, {"poll": poll_id, "member": by, "choice": choice, "at": at})
        changed = bool(cursor.rowcount == 1)
    if not changed and SessionPoll.objects.filter(pk=poll_id, closed_at__isnull=False).exists():
        raise Problem("poll_closed", _("This poll is closed."))
    if changed:
        publish(SessionVoted(session_id=poll.session_id, kind="poll", row_id=poll_id, member_id=by, at=at))
    return changed


def take_back_choice(*, poll_id: int, by: int, at: datetime) -> bool:
    """Take the vote back. False when there is none. Raises Problem when the poll is closed."""
    require_transaction()
    poll = SessionPoll.objects.select_for_update(no_key=True, of=("self",)).get(pk=poll_id)
    if poll.closed_at is not None:
        raise Problem("poll_closed", _("This poll is closed."))
    if not SessionPollVote.objects.filter(poll=poll, member_id=by).delete()[0]:
        return False
    publish(SessionVoted(session_id=poll.session_id, kind="poll", row_id=poll_id, member_id=by, at=at))
    return True


def close_poll(*, poll_id: int, at: datetime) -> bool:
    """End a poll: from now on everybody sees what came of it. False when it was closed."""
    session = lock(SessionPoll.objects.values_list("session_id", flat=True).get(pk=poll_id))
    return close_polls(session=session, at=at, poll_id=poll_id) == 1


def close_polls(*, session: LiveSession, at: datetime, poll_id: int | None = None) -> int:
    """The same for all of a session that is locked."""
    closed = 0
    running = SessionPoll.objects.filter(session=session, closed_at=None)
    for poll in running.filter(pk=poll_id) if poll_id is not None else running:
        seq = advance(session)
        SessionPoll.objects.filter(pk=poll.pk).update(closed_at=at, changed_seq=seq)
        tell(session, "poll", poll.pk, seq, at)
        closed += 1
    return closed
