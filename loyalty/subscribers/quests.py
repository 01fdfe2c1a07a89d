"""Events become words about steps. One lookup each; what costs more is asked only when a step waits for it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from community.events import (
    AnswerAccepted,
    AnswerUnaccepted,
    Followed,
    PostPublished,
    PostRemoved,
    PostRestored,
    ReactionAdded,
    ReactionRemoved,
    SessionAttended,
)
from community.queries.forum.topics import starter_of
from loyalty.actions import quests
from loyalty.actions.quests.hearing import Told, Wanted
from loyalty.events import LevelReached, OrderRecorded, OrdersImported, PointsPosted, RewardCancelled, RewardClaimed
from loyalty.notices import quests as notices
from members.events import MemberJoined, MemberReturned, MemberUpdated
from members.queries import member_card
from outbox.subscribe import subscribe, subscribe_crowd

NEW_FOR = timedelta(days=30)
"""How long somebody is new here, for those who look after newcomers."""
PAID = ("paid", "partly_refunded")


@subscribe(MemberJoined)
def welcome_newcomer(event: MemberJoined) -> None:
    if not event.imported:
        quests.welcome(member_id=event.member_id, at=event.at)


@subscribe(MemberUpdated)
def look_at_profile(event: MemberUpdated) -> None:
    quests.look_at_profile(member_id=event.member_id, at=event.at)


@subscribe(MemberReturned)
def welcome_back(event: MemberReturned) -> None:
    quests.welcome_back(member_id=event.member_id, at=event.at)


@subscribe(Followed)
def count_following(event: Followed) -> None:
    target = f"{event.kind}:{event.target_id}"
    told = Told(
        code="followed", source=target, stands=event.follows, facts={"kind": event.kind}, distinct={"target": target}
    )
    quests.hear(member_id=event.member_id, codes=["followed"], at=event.at, tell=lambda _wanted: [told])


@subscribe(PostPublished)
def count_post(event: PostPublished) -> None:
    post, board = f"post:{event.post_id}", event.board_id
    distinct = {"topic": str(event.topic_id), "board": str(board)}
    written = Told(code="post.published", source=post, subject=post, facts={"board": board}, distinct=distinct)
    started = Told(code="topic.started", source=post, subject=post, facts={"board": board}, distinct=distinct)

    def answered(wanted: Sequence[Wanted]) -> list[Told]:
        starter = starter_of(topic_id=event.topic_id)
        if starter is None or starter == event.author_id:
            return [written]
        facts = {"board": board, "first": event.number == 2}
        if _asks(wanted, "newcomer"):
            facts["newcomer"] = _is_new(starter, event.at)
        reply = Told(
            code="reply.published", source=post, subject=post, facts=facts, distinct=distinct | {"person": str(starter)}
        )
        return [written, reply]

    if event.number == 1:
        codes = ["post.published", "topic.started"]
        quests.hear(member_id=event.author_id, codes=codes, at=event.at, tell=lambda _wanted: [written, started])
    else:
        quests.hear(member_id=event.author_id, codes=["post.published", "reply.published"], at=event.at, tell=answered)


@subscribe(ReactionAdded)
def count_reaction(event: ReactionAdded) -> None:
    _reaction(event, stands=True, trust=event.by_trust)


@subscribe(ReactionRemoved)
def take_back_reaction(event: ReactionRemoved) -> None:
    _reaction(event, stands=False, trust=None)


def _reaction(event: ReactionAdded | ReactionRemoved, *, stands: bool, trust: int | None) -> None:
    if event.by_id == event.author_id:
        return
    whose = f"reaction:{event.post_id}:{event.by_id}"  # of another kind it is another word about the same person

    def tell(wanted: Sequence[Wanted]) -> list[Told]:
        # Taken back, it fits whatever was asked for: of two words about one act the newer one counts.
        facts: dict[str, int | bool] = {"trust": 4 if trust is None else trust}
        if _asks(wanted, "newcomer"):
            facts["newcomer"] = not stands or _is_new(event.by_id, event.at)
        return [
            Told(
                code="reaction.received", source=f"{whose}:{event.kind}", stands=stands,
                subject=f"post:{event.post_id}", facts=facts,
                distinct={
                    "": whose, "person": str(event.by_id), "topic": str(event.topic_id), "post": str(event.post_id),
                },
            )
        ]  # fmt: skip

    quests.hear(member_id=event.author_id, codes=["reaction.received"], at=event.at, tell=tell)


@subscribe(AnswerAccepted)
def count_answer(event: AnswerAccepted) -> None:
    _answer(event, stands=True)


@subscribe(AnswerUnaccepted)
def take_back_answer(event: AnswerUnaccepted) -> None:
    _answer(event, stands=False)


def _answer(event: AnswerAccepted | AnswerUnaccepted, *, stands: bool) -> None:
    """For whoever answered, and for the asker who said that it helped. A moderator who says it for them gains nothing."""
    if event.self_answer:
        return
    post = f"post:{event.post_id}"

    def given(wanted: Sequence[Wanted]) -> list[Told]:
        asker = starter_of(topic_id=event.topic_id) or event.by_id
        facts = {}
        if _asks(wanted, "newcomer"):
            facts["newcomer"] = not stands or _is_new(asker, event.at)
        distinct = {"person": str(asker), "topic": str(event.topic_id)}
        return [
            Told(
                code="answer.accepted", source=f"answer:{event.post_id}", stands=stands, subject=post, facts=facts,
                distinct=distinct,
            )
        ]  # fmt: skip

    def thanked(_wanted: Sequence[Wanted]) -> list[Told]:
        if stands and starter_of(topic_id=event.topic_id) not in (event.by_id, None):
            return []
        distinct = {"person": str(event.author_id), "topic": str(event.topic_id)}
        return [
            Told(
                code="answer.thanked", source=f"answer:{event.post_id}", stands=stands, subject=post, distinct=distinct
            )
        ]

    quests.hear(member_id=event.author_id, codes=["answer.accepted"], at=event.at, tell=given)
    asker = event.by_id if stands else starter_of(topic_id=event.topic_id) or event.by_id
    quests.hear(member_id=asker, codes=["answer.thanked"], at=event.at, tell=thanked)


@subscribe(PostRemoved)
def withdraw_post(event: PostRemoved) -> None:
    quests.withdraw(subject=f"post:{event.post_id}", gone=True, at=event.at)


@subscribe(PostRestored)
def restore_post(event: PostRestored) -> None:
    quests.withdraw(subject=f"post:{event.post_id}", gone=False, at=event.at)


@subscribe(SessionAttended)
def count_session(event: SessionAttended) -> None:
    session = str(event.session_id)
    told = Told(code="session.attended", source=f"session:{session}", distinct={"session": session})
    quests.hear(member_id=event.member_id, codes=["session.attended"], at=event.at, tell=lambda _wanted: [told])


@subscribe(OrderRecorded)
def count_order(event: OrderRecorded) -> None:
    stands = event.state in PAID and event.net > 0
    order = f"order:{event.order_id}"
    told = Told(
        code="order.paid", source=order, stands=stands, facts={"least": event.net if stands else 2**53},
        distinct={"order": order},
    )  # fmt: skip
    quests.hear(member_id=event.member_id, codes=["order.paid"], at=event.at, tell=lambda _wanted: [told])


@subscribe(RewardClaimed)
def count_reward(event: RewardClaimed) -> None:
    _reward(event, stands=True)


@subscribe(RewardCancelled)
def take_back_reward(event: RewardCancelled) -> None:
    _reward(event, stands=False)


def _reward(event: RewardClaimed | RewardCancelled, *, stands: bool) -> None:
    told = Told(
        code="reward.claimed", source=f"claim:{event.redemption_id}", stands=stands,
        distinct={"reward": str(event.reward_id)},
    )  # fmt: skip
    quests.hear(member_id=event.member_id, codes=["reward.claimed"], at=event.at, tell=lambda _wanted: [told])


@subscribe_crowd(PointsPosted, only=lambda event: event.currency == "credit" and event.amount > 0)
def review_level(events: Sequence[PointsPosted]) -> None:
    quests.review_levels(member_ids={event.member_id for event in events}, at=max(event.at for event in events))


@subscribe(OrdersImported)
def level_of_old_customers(event: OrdersImported) -> None:
    quests.review_levels(member_ids=event.member_ids, at=event.at, quietly=True)


@subscribe(LevelReached)
def hang_gift(event: LevelReached) -> None:
    notices.tell_level(member_id=event.member_id, level=event.level, at=event.at)
    quests.reach_rung(member_id=event.member_id, level=event.level, at=event.at)


def _asks(wanted: Sequence[Wanted], fact: str) -> bool:
    return any(fact in one.filter for one in wanted)


def _is_new(member_id: int, at: datetime) -> bool:
    card = member_card(member_id=member_id)
    return card is not None and card.joined_at > at - NEW_FOR
