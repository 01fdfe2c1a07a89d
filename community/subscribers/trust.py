"""Event → a look at the level of trust of those whose acts may now be enough for the next one."""

from community.actions.order import review
from community.actions.people import trust
from community.events import PostPublished, ReactionAdded, TrustChanged
from community.notices import trust as trust_notices
from community.trust import signals
from outbox.subscribe import subscribe


@subscribe(PostPublished)
def review_author(event: PostPublished) -> None:
    if event.number > 1:
        trust.review(member_id=event.author_id, at=event.at)


@subscribe(PostPublished)
def look_for_spam(event: PostPublished) -> None:
    """Signs around a newcomer's post put the newcomer before the moderators; the post stays where it is."""
    if event.trust > 0:
        return
    if reasons := signals.signs_of(post_id=event.post_id, author_id=event.author_id, at=event.at):
        review.raise_item(
            kind="new_member", target=event.author_id, author_id=event.author_id, reasons=reasons, at=event.at
        )


@subscribe(ReactionAdded)
def review_both(event: ReactionAdded) -> None:
    for member_id in sorted((event.author_id, event.by_id)):
        trust.review(member_id=member_id, at=event.at)


@subscribe(TrustChanged)
def tell_member(event: TrustChanged) -> None:
    """A new level is good news; a lower one is on the page of one's own trust, with what is missing."""
    if event.after > event.before:
        trust_notices.tell(member_id=event.member_id, level=event.after, at=event.at)
