"""What others found good earns here."""

from community.events import (
    AnswerAccepted,
    AnswerUnaccepted,
    PostRemoved,
    PostRestored,
    ReactionAdded,
    SessionAttended,
)
from community.queries import trust_of
from loyalty import actions
from outbox.subscribe import subscribe


@subscribe(AnswerAccepted)
def award_answer(event: AnswerAccepted) -> None:
    actions.accept_answer(
        post_id=event.post_id,
        author_id=event.author_id,
        by_id=event.by_id,
        self_answer=event.self_answer,
        author_trust=trust_of(member_id=event.author_id),
        at=event.at,
    )


@subscribe(AnswerUnaccepted)
def take_back_answer(event: AnswerUnaccepted) -> None:
    actions.unaccept_answer(post_id=event.post_id, author_id=event.author_id, by_id=event.by_id, at=event.at)


@subscribe(ReactionAdded)
def award_like(event: ReactionAdded) -> None:
    actions.receive_like(
        post_id=event.post_id,
        author_id=event.author_id,
        by_id=event.by_id,
        by_trust=event.by_trust,
        author_trust=trust_of(member_id=event.author_id),
        at=event.at,
    )


@subscribe(PostRemoved)
def take_back_post(event: PostRemoved) -> None:
    actions.hide_post(post_id=event.post_id, author_id=event.author_id, at=event.at)


@subscribe(PostRestored)
def give_back_post(event: PostRestored) -> None:
    trust = trust_of(member_id=event.author_id)
    actions.show_post(post_id=event.post_id, author_id=event.author_id, author_trust=trust, at=event.at)


@subscribe(SessionAttended)
def award_attendance(event: SessionAttended) -> None:
    actions.attend_session(attendance_id=event.attendance_id, member_id=event.member_id, at=event.at)
