"""Corrections of points by hand, points that members gave each other, and who invited whom."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from integrations.actions import Answer
from integrations.cursors import page
from integrations.problems import Flaw, Problem
from integrations.resources.naming import Cause, MemberRef, bare_id, ids_of, member_ids, member_of
from integrations.schemas import Int, Schema
from loyalty import actions as loyalty
from loyalty import queries as loyalty_queries
from loyalty.actions import AdjustmentRefused, ConflictingFacts
from loyalty.queries import AdjustmentCard, TransferCard
from referrals import queries as referrals
from referrals.queries import ReferralCard

MOST = 1_000_000_000_000


def _not_zero(value: int) -> int:
    if value == 0:
        raise PydanticCustomError("zero", "Zero corrects nothing.")
    return value


class AdjustmentIn(Schema):
    """Give points, or take them (below zero), with a reason. Large ones wait for a second person in the console."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "cause": "ticket-4711",
                    "member": "ext:tea-shop:c-1001",
                    "currency": "points",
                    "amount": 150,
                    "reason": "goodwill",
                    "note": "The parcel came a week late.",
                }
            ]
        }
    )

    cause: Cause
    member: MemberRef
    currency: Literal["points", "credit"] = "points"
    amount: Annotated[
        Annotated[Int, Field(ge=-MOST, le=MOST)], AfterValidator(_not_zero), Field(description="Below zero: taken.")
    ]
    reason: Literal["goodwill", "correction", "question", "promise", "contribution", "migration", "misuse"]
    note: Annotated[
        str, Field(min_length=1, max_length=500, pattern=r"\S", description="For the staff: somebody will ask one day.")
    ]


class AdjustmentOut(BaseModel):
    """A correction. Approved or declined in the console, never by a key."""

    id: Annotated[str, Field(examples=["adj_9f3k2m5v7q1x"])]
    member: str | None
    currency: str
    amount: int
    reason: str
    state: Literal["waiting", "posted", "declined"]
    second_person: Annotated[bool, Field(description="Whether it needs, or needed, a second person.")]
    because: Annotated[
        Literal["", "own_points", "limit", "day_total"],
        Field(
            description="Why: the maker's own points, more than the limit for one member, or more than one person (with all "
            "keys they made) may move in a day."
        ),
    ]
    proposed_at: datetime
    decided_at: datetime | None
    answer: str
    movement: Annotated[str | None, Field(description="`mov_…` when it was posted.")]
    dry_run: bool = False


class AdjustmentsOut(BaseModel):
    data: list[AdjustmentOut]
    next_cursor: str | None
    has_more: bool


class TransferOut(BaseModel):
    """Points that one member gave another. Their words to each other stay theirs."""

    id: Annotated[str, Field(examples=["trf_9f3k2m5v7q1x"])]
    sender: str | None
    receiver: str | None
    currency: str
    amount: int
    sent_at: datetime
    movement: str


class TransfersOut(BaseModel):
    data: list[TransferOut]
    next_cursor: str | None
    has_more: bool


class ReferralOut(BaseModel):
    """One friend who joined through somebody's link. For the business; members read less of each other."""

    id: Annotated[str, Field(examples=["ref_0a1b2c3d4e5f60718293"])]
    inviter: str | None
    friend: str | None
    order: str | None
    state: Literal["in_progress", "pending", "rewarded", "voided"]
    reason: str
    joined_at: datetime
    qualified_at: datetime | None
    due_at: datetime | None
    closed_at: datetime | None


class ReferralsOut(BaseModel):
    data: list[ReferralOut]
    next_cursor: str | None
    has_more: bool


def propose(body: AdjustmentIn, *, by: int | None, dry_run: bool) -> Callable[[datetime], Answer]:
    """The effect of POST /adjustments."""

    def effect(at: datetime) -> Answer:
        member = member_of(body.member)
        try:
            made = loyalty.propose_adjustment(
                cause=f"api:{body.cause}", member_id=member.id, currency=body.currency, amount=body.amount,
                reason_code=body.reason, note=body.note, by=by, at=at,
            )  # fmt: skip
        except ConflictingFacts as error:
            raise Problem("already_used") from error
        except AdjustmentRefused as error:
            pointer = {"points": "/amount", "note": "/note", "reason": "/reason"}.get(error.code, "")
            raise Problem("refused", error.message, errors=[Flaw(pointer, error.code, error.message)]) from error
        out = find_adjustment(f"adj_{made.public_id}")
        out.dry_run = dry_run
        status = (202 if made.state == "waiting" else 201) if made.created else 200
        return Answer(status, out.model_dump_json())

    return effect


def adjustments(*, member_id: int | None, state: str, cursor: str, limit: int, oldest: bool = False) -> AdjustmentsOut:
    found = page(
        lambda before, most: loyalty_queries.adjustments_listed(
            limit=most, before=before, member_id=member_id, state=state, oldest=oldest
        ),
        cursor=cursor, limit=limit, of=f"adjustments:{member_id}:{state}", id_of=lambda card: card.id,
        oldest=oldest,
    )  # fmt: skip
    return AdjustmentsOut(data=_adjustments(found.rows), next_cursor=found.next_cursor, has_more=found.has_more)


def find_adjustment(ref: str) -> AdjustmentOut:
    public_id = bare_id("adjustment", ref)
    card = loyalty_queries.find_adjustment(public_id=public_id) if public_id else None
    if card is None:
        raise Problem("not_found")
    return _adjustments([card])[0]


def _adjustments(cards: Sequence[AdjustmentCard]) -> list[AdjustmentOut]:
    people = member_ids(card.member_id for card in cards)
    movements = ids_of("movement", (card.txn_id for card in cards))
    return [
        AdjustmentOut(
            id=f"adj_{card.public_id}", member=people.get(card.member_id), currency=card.currency, amount=card.amount,
            reason=card.reason_code, state=card.state, second_person=card.second_person,  # type: ignore[arg-type]
            because=card.because,  # type: ignore[arg-type]
            proposed_at=card.proposed_at, decided_at=card.decided_at, answer=card.answer,
            movement=movements.get(card.txn_id or 0),
        )
        for card in cards
    ]  # fmt: skip


def transfers(*, member_id: int | None, cursor: str, limit: int, oldest: bool = False) -> TransfersOut:
    found = page(
        lambda before, most: loyalty_queries.transfers_listed(
            limit=most, before=before, member_id=member_id, oldest=oldest
        ),
        cursor=cursor, limit=limit, of=f"transfers:{member_id}", id_of=lambda card: card.id,
        oldest=oldest,
    )  # fmt: skip
    return TransfersOut(data=_transfers(found.rows), next_cursor=found.next_cursor, has_more=found.has_more)


def find_transfer(ref: str) -> TransferOut:
    public_id = bare_id("transfer", ref)
    card = loyalty_queries.find_transfer(public_id=public_id) if public_id else None
    if card is None:
        raise Problem("not_found")
    return _transfers([card])[0]


def _transfers(cards: Sequence[TransferCard]) -> list[TransferOut]:
    people = member_ids(one for card in cards for one in (card.sender_id, card.receiver_id))
    movements = ids_of("movement", (card.txn_id for card in cards))
    return [
        TransferOut(
            id=f"trf_{card.public_id}", sender=people.get(card.sender_id), receiver=people.get(card.receiver_id),
            currency=card.currency, amount=card.amount, sent_at=card.sent_at, movement=movements[card.txn_id],
        )
        for card in cards
    ]  # fmt: skip


def invitations(
    *, inviter_id: int | None, friend_id: int | None, state: str, cursor: str, limit: int, oldest: bool = False
) -> ReferralsOut:
    found = page(
        lambda before, most: referrals.referrals_listed(
            limit=most, before=before, inviter_id=inviter_id, friend_id=friend_id, state=state, oldest=oldest
        ),
        cursor=cursor, limit=limit, of=f"referrals:{inviter_id}:{friend_id}:{state}", id_of=lambda card: card.id,
        oldest=oldest,
    )  # fmt: skip
    return ReferralsOut(data=_referrals(found.rows), next_cursor=found.next_cursor, has_more=found.has_more)


def _referrals(cards: Sequence[ReferralCard]) -> list[ReferralOut]:
    people = member_ids(one for card in cards for one in (card.inviter_id, card.friend_id))
    names, orders = ids_of("referral", (card.id for card in cards)), ids_of("order", (card.order_id for card in cards))
    return [
        ReferralOut(
            id=names[card.id], inviter=people.get(card.inviter_id), friend=people.get(card.friend_id),
            order=orders.get(card.order_id or 0), state=card.state, reason=card.reason, joined_at=card.joined_at,  # type: ignore[arg-type]
            qualified_at=card.qualified_at, due_at=card.due_at, closed_at=card.closed_at,
        )
        for card in cards
    ]  # fmt: skip
