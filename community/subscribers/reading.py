"""Who follows, who is told, whose list grows."""

from community import hints
from community.actions.forum import telling
from community.actions.people import levels
from community.events import AnswerAccepted, PostEdited, PostPublished, ReactionAdded
from community.models import Reason
from outbox.subscribe import live, subscribe


@subscribe(PostPublished)
def follow_what_one_writes(event: PostPublished) -> None:
    """Who starts a topic watches it, who replies tracks it, unless their settings say otherwise."""
    reason = Reason.STARTED if event.number == 1 else Reason.REPLIED
    levels.follow(topic_id=event.topic_id, member_ids=[event.author_id], reason=reason, at=event.at)


@subscribe(PostPublished)
def tell_of_post(event: PostPublished) -> None:
    """Tell the named, the answered and the watching."""
    telling.tell_of_post(post_id=event.post_id, at=event.at)


@subscribe(PostEdited)
def tell_of_edit(event: PostEdited) -> None:
    """Tell whom an edit names for the first time."""
    telling.tell_of_edit(post_id=event.post_id, at=event.at)


@subscribe(AnswerAccepted)
def tell_of_answer(event: AnswerAccepted) -> None:
    """Tell the author that their post helped."""
    telling.tell_of_answer(post_id=event.post_id, by=event.by_id, at=event.at)


@subscribe(ReactionAdded)
def tell_of_reaction(event: ReactionAdded) -> None:
    """Tell the author that somebody liked what they wrote."""
    telling.tell_of_reaction(post_id=event.post_id, by=event.by_id, at=event.at)


@live(PostPublished)
def hint_at_lists(event: PostPublished) -> None:
    """Tell those who have a list of this board open that something is new in it."""
    hints.note(board_id=event.board_id, topic_id=event.topic_id)
