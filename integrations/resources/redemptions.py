"""Claims of rewards: made for a member, read, undone, handed over."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field

from integrations.actions import Answer
from integrations.cursors import page
from integrations.problems import Flaw, Problem
from integrations.resources.coupons import CouponOut, told
from integrations.resources.naming import MemberRef, bare_id, member_ids, member_of, refused
from integrations.schemas import Int, Schema
from loyalty import actions as loyalty
from loyalty import queries as loyalty_queries
from loyalty.actions import Address, ClaimedReward, ConflictingFacts, RewardRefused
from loyalty.queries import RedemptionCard

Line = Annotated[str, Field(min_length=1, max_length=100)]
Maybe = Annotated[str, Field(max_length=100)]


class ShipToIn(Schema):
    """Where a parcel goes. Erased thirty days after it arrived; never in an answer."""

    name: Line
    lines: Annotated[str, Field(min_length=1, max_length=300, description="Street and number.")]
    city: Line
    country: Annotated[str, Field(min_length=1, max_length=60)]
    postcode: Annotated[str, Field(max_length=16)] = ""
    region: Maybe = ""
    phone: Annotated[str, Field(max_length=30)] = ""


class RedemptionIn(Schema):
    """Pay points of a member for a reward."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"member": "ext:tea-shop:c-1001", "reward": "rew_9f3k2m5v7q1x", "expected_cost": 200}]
        }
    )

    member: MemberRef
    reward: Annotated[str, Field(min_length=1, max_length=40, description="`rew_…`")]
    expected_cost: Annotated[
        Annotated[Int, Field(ge=1, le=2_147_483_647)] | None,
        Field(description="What the member was shown. Refused when it costs something else by now."),
    ] = None
    ship_to: Annotated[
        ShipToIn | None, Field(description="For what is sent. Without it the claim is held 15 minutes.")
    ] = None
    friend: Annotated[
        MemberRef | None, Field(description="Who gets a gift. Without it the claim is held 15 minutes.")
    ] = None
    note: Annotated[str, Field(max_length=300, description="The member's words to the friend.")] = ""


class NoteIn(Schema):
    """Why, for the member to read. `{}` will do."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"note": "Out of the oven it came broken."}]})

    note: Annotated[str, Field(max_length=300)] = ""


class RedemptionOut(BaseModel):
    """A claim. `held`: we wait for an address or a friend until `expires_at`; `requested`: for the team."""

    id: Annotated[str, Field(examples=["red_9f3k2m5v7q1x"])]
    member: str | None
    reward: str
    reward_name: str
    kind: str
    cost: int
    state: str
    claimed_at: datetime
    expires_at: datetime | None
    carrier: str
    tracking: str
    coupon: CouponOut | None
    changed: Annotated[bool, Field(description="Whether this request changed it.")] = False
    dry_run: bool = False


class RedemptionsOut(BaseModel):
    data: list[RedemptionOut]
    next_cursor: str | None
    has_more: bool


def claim(body: RedemptionIn, *, key: str, by: int | None, dry_run: bool) -> Callable[[datetime], Answer]:
    """The effect of POST /redemptions. `key` names the request: it is the claim's own name for ever."""

    def effect(at: datetime) -> Answer:
        member = member_of(body.member)
        friend = member_of(body.friend, pointer="/friend") if body.friend is not None else None
        public_id = bare_id("reward", body.reward)
        reward = loyalty_queries.reward(public_id=public_id, member_id=None, at=at) if public_id else None
        if reward is None:
            words = _("There is no such reward on offer. GET /rewards lists them.")
            raise Problem("invalid", errors=[Flaw("/reward", "unknown_reward", words)])
        try:
            made = loyalty.claim_reward(
                reward_id=reward.id, member_id=member.id, key=key, by=by, at=at, cost=body.expected_cost
            )
            if made.state == "held":
                _complete(body, made, friend.id if friend else None, member_id=member.id, at=at)
        except RewardRefused as error:
            pointer = {
                "points": "/member",
                "changed": "/expected_cost",
                "not_needed": "/ship_to",
                "yourself": "/friend",
            }
            raise refused(error, pointer.get(error.code, "/reward")) from error
        except ConflictingFacts as error:
            raise Problem("idempotency_key_reused") from error
        return Answer(201, _one(made.public_id, changed=not made.replayed, dry_run=dry_run).model_dump_json())

    return effect


def _complete(body: RedemptionIn, made: ClaimedReward, friend_id: int | None, *, member_id: int, at: datetime) -> None:
    if body.ship_to is not None:
        address = Address(**body.ship_to.model_dump())
        loyalty.give_address(redemption_id=made.redemption_id, address=address, by=member_id, at=at)
    if friend_id is not None:
        loyalty.choose_friend(
            redemption_id=made.redemption_id, friend_id=friend_id, note=body.note, by=member_id, at=at
        )


def cancel(ref: str, note: str, *, by: int | None, dry_run: bool) -> Callable[[datetime], Answer]:
    """The effect of POST /redemptions/{id}/cancel: exactly undone, or refused. Twice is once."""

    def effect(at: datetime) -> Answer:
        card = _find(ref)
        try:
            changed = loyalty.cancel_redemption(redemption_id=card.id, by=by, at=at, note=note)
        except RewardRefused as error:
            raise refused(error, "") from error
        return Answer(200, _one(card.public_id, changed=changed, dry_run=dry_run).model_dump_json())

    return effect


def fulfil(ref: str, *, by: int | None, dry_run: bool) -> Callable[[datetime], Answer]:
    """The effect of POST /redemptions/{id}/fulfil: it arrived, or the promise was kept. Twice is once."""

    def effect(at: datetime) -> Answer:
        card = _find(ref)
        changed = loyalty.fulfil_redemption(redemption_id=card.id, by=by, at=at)
        out = _one(card.public_id, changed=changed, dry_run=dry_run)
        if out.state != "fulfilled":
            words = _("This claim is not open to be handed over. Read its state.")
            raise Problem("refused", words, errors=[Flaw("", "not_open", words)])
        return Answer(200, out.model_dump_json())

    return effect


def find(ref: str) -> RedemptionOut:
    return _told([_find(ref)])[0]


def listed(*, member_id: int | None, state: str, cursor: str, limit: int, oldest: bool = False) -> RedemptionsOut:
    """Claims, newest first."""
    found = page(
        lambda before, most: loyalty_queries.redemptions_listed(
            limit=most, before=before, member_id=member_id, state=state, oldest=oldest
        ),
        cursor=cursor, limit=limit, of=f"redemptions:{member_id}:{state}", id_of=lambda card: card.id,
        oldest=oldest,
    )  # fmt: skip
    return RedemptionsOut(data=_told(found.rows), next_cursor=found.next_cursor, has_more=found.has_more)


def _find(ref: str) -> RedemptionCard:
    public_id = bare_id("redemption", ref)
    card = loyalty_queries.find_redemption(public_id=public_id) if public_id else None
    if card is None:
        raise Problem("not_found")
    return card


def _one(public_id: str, *, changed: bool, dry_run: bool) -> RedemptionOut:
    out = find(f"red_{public_id}")
    out.changed, out.dry_run = changed, dry_run
    return out


def _told(cards: Sequence[RedemptionCard]) -> list[RedemptionOut]:
    people = member_ids(card.member_id for card in cards)
    return [
        RedemptionOut(
            id=f"red_{card.public_id}", member=people.get(card.member_id), reward=f"rew_{card.reward_public_id}",
            reward_name=card.reward_name, kind=card.kind, cost=card.cost, state=card.state, claimed_at=card.claimed_at,
            expires_at=card.expires_at, carrier=card.carrier, tracking=card.tracking,
            coupon=told(card.coupon, people.get(card.member_id)) if card.coupon else None,
        )
        for card in cards
    ]  # fmt: skip
