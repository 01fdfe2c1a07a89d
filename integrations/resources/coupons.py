"""Coupons: given for a cause, looked up by the code that a customer shows, taken once."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Literal

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from integrations import rates
from integrations.actions import Answer
from integrations.problems import Flaw, Problem
from integrations.reading import is_clean
from integrations.resources.naming import Cause, MemberRef, Source, member_ids, member_of, refused
from integrations.schemas import Amount, Int, Name, Schema, Time
from loyalty import actions as loyalty
from loyalty import queries as loyalty_queries
from loyalty.actions import ConflictingFacts, CouponCard, RewardRefused


class CouponIn(Schema):
    """Give a member a coupon: so many percent, or an amount of one currency."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "cause": "sorry-for-parcel-77",
                    "member": "ext:tea-shop:c-1001",
                    "amount": 500,
                    "currency": "EUR",
                    "minimum_net": 2000,
                    "expires_at": "2026-12-31T23:00:00Z",
                }
            ]
        }
    )

    cause: Cause
    member: MemberRef
    percent: Annotated[Annotated[Int, Field(ge=1, le=100)] | None, Field(description="Off one order.")] = None
    amount: Annotated[
        Annotated[Int, Field(ge=1, le=1_000_000_000_000)] | None, Field(description="Off one order, in minor units.")
    ] = None
    currency: Annotated[Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None, Field(description="ISO 4217.")] = None
    minimum_net: Annotated[Amount, Field(description="The least order it is good for, in minor units.")] = 0
    expires_at: Annotated[Time | None, Field(description="Null: it does not run out.")] = None

    @model_validator(mode="after")
    def _is_worth_one_thing(self) -> "CouponIn":
        if (self.percent is None) == (self.amount is None):
            raise PydanticCustomError("percent_or_amount", "Send percent, or amount with its currency.")
        if (self.amount is not None or self.minimum_net) and self.currency is None:
            raise PydanticCustomError("currency_missing", "An amount needs its currency.")
        return self


class CouponOrderIn(Schema):
    """The order that it was used for, as you told it."""

    source: Source
    external_id: Name


class CouponUseIn(Schema):
    """Who used it for what, as far as you know. `{}` will do."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"order": {"source": "tea-shop", "external_id": "o-2001"}}]}
    )

    member: Annotated[MemberRef | None, Field(description="Refused when it belongs to another one.")] = None
    order: Annotated[
        CouponOrderIn | None,
        Field(description="Currency and least amount are compared with it. It must be here already."),
    ] = None


class CouponOut(BaseModel):
    """A coupon. Either `percent` or `amount` with `currency`; both 0 for one whose worth the shop knows."""

    id: Annotated[str, Field(examples=["cpn_9f3k2m5v7q1x"])]
    code: str
    member: str | None
    state: Literal["ready", "used", "expired", "revoked"]
    percent: int
    amount: int
    currency: str
    minimum_net: int
    issued_at: datetime | None
    expires_at: datetime | None
    used_at: datetime | None
    changed: Annotated[bool, Field(description="Whether this request changed it.")] = False
    dry_run: bool = False


def issue(body: CouponIn, *, by: int | None, dry_run: bool) -> Callable[[datetime], Answer]:
    """The effect of POST /coupons: the same cause gives the same coupon, and another one under it is refused."""

    def effect(at: datetime) -> Answer:
        if body.expires_at is not None and body.expires_at <= at:
            words = _("It would have run out already. Choose a later moment.")
            raise Problem("invalid", errors=[Flaw("/expires_at", "in_the_past", words)])
        member = member_of(body.member)
        try:
            card = loyalty.issue_coupon(
                cause=f"api:{body.cause}", member_id=member.id, percent=body.percent or 0, amount=body.amount or 0,
                currency=body.currency or "", minimum_net=body.minimum_net, expires_at=body.expires_at, by=by, at=at,
            )  # fmt: skip
        except ConflictingFacts as error:
            raise Problem("already_used") from error
        asked = (body.percent or 0, body.amount or 0, body.currency or "", body.minimum_net, body.expires_at)
        if (card.percent, card.amount, card.currency, card.minimum_net, card.expires_at) != asked:
            raise Problem("already_used")
        out = _out(card, at, dry_run=dry_run, changed=card.issued_at == at)
        return Answer(201 if out.changed else 200, out.model_dump_json())

    return effect


def find(code: str, *, key_id: int, at: datetime) -> CouponOut:
    """The coupon with this code. Raises Problem not_found, and too_many_guesses after many of them."""
    _may_ask(key_id)
    card = loyalty_queries.find_coupon(code=code) if is_clean(code) and len(code) <= 80 else None
    if card is None:
        rates.may_guess(key_id=key_id, missed=True)
        raise Problem("not_found")
    return _out(card, at)


def redeem(code: str, body: CouponUseIn, *, key_id: int, by: int | None, dry_run: bool) -> Callable[[datetime], Answer]:
    """The effect of POST /coupons/{code}/redeem."""
    _may_ask(key_id)

    def effect(at: datetime) -> Answer:
        member = member_of(body.member) if body.member is not None else None
        order_id = _order(body.order) if body.order is not None else None
        if not is_clean(code) or len(code) > 80:
            raise Problem("not_found")
        try:
            card, changed = loyalty.redeem_coupon(
                code=code, order_id=order_id, member_id=member.id if member else None, by=by, at=at
            )
        except RewardRefused as error:
            if error.code == "unknown":
                rates.may_guess(key_id=key_id, missed=True)
                raise Problem("not_found") from error
            pointer = {"not_theirs": "/member", "wrong_currency": "/order", "below_minimum": "/order"}
            raise refused(error, pointer.get(error.code, "")) from error
        return Answer(200, _out(card, at, changed=changed, dry_run=dry_run).model_dump_json())

    return effect


def _may_ask(key_id: int) -> None:
    wait = rates.may_guess(key_id=key_id, missed=False)
    if wait:
        raise Problem("too_many_guesses", headers={"Retry-After": str(wait)})


def _order(named: CouponOrderIn) -> int:
    card = loyalty_queries.find_order(source=named.source, external_id=named.external_id)
    if card is None:
        words = _("This order is not here yet. Send it first, or leave the order out: it may name the code itself.")
        raise Problem("invalid", errors=[Flaw("/order", "unknown_order", words)])
    return card.id


def _out(card: CouponCard, at: datetime, *, changed: bool = False, dry_run: bool = False) -> CouponOut:
    out = told(card, member_ids([card.member_id]).get(card.member_id))
    if out.state == "ready" and card.expires_at is not None and card.expires_at <= at:
        out.state = "expired"
    out.changed, out.dry_run = changed, dry_run
    return out


def told(card: CouponCard, member: str | None) -> CouponOut:
    """A coupon in the API's words."""
    state: Literal["ready", "used", "expired", "revoked"] = "ready"
    if card.state in ("used", "expired", "revoked"):
        state = card.state  # type: ignore[assignment]
    return CouponOut(
        id=f"cpn_{card.public_id}", code=card.code, member=member, state=state, percent=card.percent, amount=card.amount,
        currency=card.currency, minimum_net=card.minimum_net, issued_at=card.issued_at, expires_at=card.expires_at,
        used_at=card.used_at,
    )  # fmt: skip
