"""Asking a question in a post, and voting."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community.events import PollVoted
from community.models import Poll, PollVote
from community.problems import Problem
from community.rules import polls as rules_polls
from outbox.publish import publish
from outbox.require import require_transaction

# The second of two votes of one member waits for the first and then replaces it; an equal one changes nothing.
_VOTE = """
INSERT INTO community_pollvote AS held (poll_id, member_id, choices, voted_at)
VALUES (%(poll)s, %(member)s, %(choices)s::smallint[], %(at)s)
ON CONFLICT (poll_id, member_id) DO UPDATE SET choices = excluded.choices, voted_at = excluded.voted_at
WHERE held.choices <> excluded.choices
RETURNING id
"""


class BallotRefused(Problem):
    """The poll is closed, or the choices do not fit it."""


@dataclass(frozen=True)
class PollDraft:
    """A poll as its author wants it; `checked` says whether it can be asked."""

    question: str
    options: tuple[str, ...]
    kind: str = "single"
    least: int = 1
    most: int = 1
    results: str = "always"
    anonymous: bool = True
    least_trust: int = 0
    group_id: int | None = None
    closes_at: datetime | None = None


def checked(draft: PollDraft, *, at: datetime) -> PollDraft:
    """The poll as it is kept. Raises Problem with what its author can change."""
    if not draft.question.strip():
        raise Problem("poll_without_question", _("A poll needs a question."))
    number = len(draft.options)
    if not rules_polls.OPTIONS_LEAST <= number <= rules_polls.OPTIONS_MOST:
        words = _("A poll has %(least)s to %(most)s different options, one on each line.")
        raise Problem("poll_options", words % {"least": rules_polls.OPTIONS_LEAST, "most": rules_polls.OPTIONS_MOST})
    if any(len(option) > rules_polls.OPTION_LONGEST for option in draft.options):
        words = _("An option has at most %(most)s characters.")
        raise Problem("poll_option_too_long", words % {"most": rules_polls.OPTION_LONGEST})
    if draft.kind == Poll.Kind.SEVERAL and not 1 <= draft.least <= draft.most <= number:
        raise Problem(
            "poll_choices", _("The least may not be above the most, nor the most above the number of options.")
        )
    if draft.closes_at and draft.closes_at <= at:
        raise Problem("poll_closes_in_the_past", _("The poll would close before it begins."))
    return draft


def attach(*, post_id: int, draft: PollDraft, at: datetime) -> int:
    """Put the poll into a post that is being written (its `has_poll` is set by the writer). Raises Problem."""
    require_transaction()
    draft = checked(draft, at=at)
    single, ranked = draft.kind == Poll.Kind.SINGLE, draft.kind == Poll.Kind.RANKED
    poll = Poll.objects.create(
        post_id=post_id, question=draft.question, options=list(draft.options), kind=draft.kind,
        least=1 if single or ranked else draft.least,
        most=1 if single else len(draft.options) if ranked else draft.most,
        results=draft.results, anonymous=draft.anonymous, least_trust=draft.least_trust, for_group_id=draft.group_id,
        closes_at=draft.closes_at, created_at=at,
    )  # fmt: skip
    return poll.pk


def vote(*, poll_id: int, choices: Sequence[int], by: int, at: datetime) -> bool:
    """Hand in a ballot, or another one instead. False when it says what the one before said. Raises BallotRefused.

    Who may vote at all, `access_structure.get_poll` has asked.
    """
    require_transaction()
    found = Poll.objects.get(pk=poll_id)
    if found.closes_at and found.closes_at <= at:
        raise BallotRefused("poll_closed", _("This poll is closed."))
    problem = rules_polls.ballot_problem(found.kind, len(found.options), found.least, found.most, choices)
    if problem:
        raise BallotRefused(f"ballot_{problem}", _ballot_words(problem, found))
    with connection.cursor() as cursor:
        cursor.execute(_VOTE, {"poll": poll_id, "member": by, "choices": list(choices), "at": at})
        changed = bool(cursor.rowcount == 1)
    if changed:
        publish(PollVoted(poll_id=poll_id, post_id=found.post_id, member_id=by, at=at))
    return changed


def withdraw(*, poll_id: int, by: int, at: datetime) -> bool:
    """Take the ballot back. False when there is none. Raises BallotRefused when the poll is closed."""
    require_transaction()
    poll = Poll.objects.get(pk=poll_id)
    if poll.closes_at and poll.closes_at <= at:
        raise BallotRefused("poll_closed", _("This poll is closed."))
    return PollVote.objects.filter(poll_id=poll_id, member_id=by).delete()[0] > 0


def close(*, poll_id: int, by: int, at: datetime) -> bool:
    """Close a poll now, or let an open end have an end. False when it is closed already."""
    require_transaction()
    return Poll.objects.filter(pk=poll_id).exclude(closes_at__lte=at).update(closes_at=at) == 1


def _ballot_words(problem: str, poll: Poll) -> str:
    if problem == "too_few" and poll.kind == Poll.Kind.SEVERAL:
        words = ngettext("Choose at least %(count)s option.", "Choose at least %(count)s options.", poll.least)
        return words % {"count": poll.least}
    if problem == "too_many":
        words = ngettext("Choose at most %(count)s option.", "Choose at most %(count)s options.", poll.most)
        return words % {"count": poll.most}
    if problem == "twice":
        return _("Each option has one place only.")
    if problem == "too_few":
        return _("Choose an option first.")
    return _("This poll has no such option. Please load the page again.")
