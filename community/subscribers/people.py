"""Event → a look at the badges of those whom it may concern."""

from community.actions.people import badges, calling
from community.events import (
    AnswerAccepted,
    AnswerUnaccepted,
    PostPublished,
    PostRemoved,
    PostRestored,
    ReactionAdded,
)
from community.rules import badges as rules
from outbox.subscribe import subscribe

_SOLVED = ("answers", "boards", "late_answer", "good_question", "thanked")


@subscribe(AnswerAccepted)
def badges_of_answer(event: AnswerAccepted) -> None:
    """Who answered, and who asked and said so."""
    badges.review(counts=_SOLVED, member_ids=sorted({event.author_id, event.by_id}), at=event.at)


@subscribe(AnswerUnaccepted)
def badges_of_lost_answer(event: AnswerUnaccepted) -> None:
    badges.review(counts=("answers", "late_answer"), member_ids=[event.author_id], at=event.at)


@subscribe(ReactionAdded)
def badges_of_reaction(event: ReactionAdded) -> None:
    """A like of somebody who is known here."""
    if event.by_trust >= rules.TRUSTED_FROM:
        counts = ("liked_by", "boards", "liked_post", "good_question")
        badges.review(counts=counts, member_ids=[event.author_id], at=event.at)


@subscribe(PostPublished)
def badges_of_post(event: PostPublished) -> None:
    """A newcomer may have been welcomed; somebody may have come back."""
    counts = ("welcomed", "came_back") if event.number > 1 else ("came_back",)
    badges.review(counts=counts, member_ids=[event.author_id], at=event.at)


@subscribe(PostPublished)
def tell_called_groups(event: PostPublished) -> None:
    """@group tells those who are in it."""
    calling.tell_groups(post_id=event.post_id, at=event.at)


def badges_of_removed(event: PostRemoved | PostRestored) -> None:
    """What solved a question is gone, or there again."""
    badges.review(counts=("answers", "late_answer"), member_ids=[event.author_id], at=event.at)


subscribe(PostRemoved)(badges_of_removed)
subscribe(PostRestored)(badges_of_removed)
