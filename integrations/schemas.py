"""What the API takes and gives. Types and sizes are checked here, so that nothing reaches a column it does not fit."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, Strict, model_validator
from pydantic_core import PydanticCustomError

from integrations.rules import SOURCE
from loyalty.canonical import PaymentState


class Schema(BaseModel):
    """Base of everything that comes in: unknown fields are refused.

    Not ninja's own base, which validates twice to forbid fields: an order of four levels would be read sixteen times.
    """

    model_config = ConfigDict(extra="forbid")


def _time(value: Any) -> datetime:
    """RFC 3339 only: pydantic alone would take numbers, and years that no time zone can hold."""
    if isinstance(value, datetime):
        return value
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) and "T" in value[:11].upper() else None
        if moment is not None and moment.tzinfo is not None:
            in_utc = moment.astimezone(UTC)
            if 1970 <= in_utc.year <= 2100:
                return in_utc
    except (ValueError, OverflowError):
        pass
    raise PydanticCustomError("not_a_time", "not a time")


def _address(value: str) -> str:
    try:
        validate_email(value)
    except ValidationError as error:
        raise PydanticCustomError("not_an_address", "not an address") from error
    return value


Time = Annotated[datetime, BeforeValidator(_time)]
Int = Annotated[int, Strict()]
Bool = Annotated[bool, Strict()]
Amount = Annotated[Int, Field(ge=0, le=1_000_000_000_000_000, description="Minor units of the order's currency.")]
Quantity = Annotated[Int, Field(ge=1, le=1_000_000_000)]
Name = Annotated[str, Field(min_length=1, max_length=120)]
Word = Annotated[str, Field(max_length=120)]
Address = Annotated[str, Field(max_length=254), AfterValidator(_address)]


class MemberIn(Schema):
    """Whose order it is: the shop's own number for the customer, their e-mail address, or both."""

    external_id: Name | None = None
    email: Address | None = None
    name: Word = ""

    @model_validator(mode="after")
    def _somebody(self) -> "MemberIn":
        if self.external_id is None and self.email is None:
            raise PydanticCustomError("member_unnamed", "Name the member by external_id, by email, or by both.")
        return self


class TotalsIn(Schema):
    """Sums over the order, for comparison and for the books."""

    net: Amount
    tax: Amount = 0
    shipping: Amount = 0
    discount: Amount = 0
    paid_with_points: Amount = 0


class LineIn(Schema):
    """One line; `amount_net` is after discounts, without tax, for the whole quantity."""

    external_id: Name
    sku: Word = ""
    product: Annotated[str, Field(max_length=255)] = ""
    category: Word = ""
    quantity: Quantity = 1
    amount_net: Amount
    amount_tax: Amount = 0
    earns: Bool = True


class RefundLineIn(Schema):
    """How much of a line came back."""

    line: Name
    quantity: Quantity = 1
    amount: Amount


class RefundIn(Schema):
    """Money given back. Without lines it is spread over what remains, by value."""

    external_id: Name
    occurred_at: Time
    amount: Amount
    lines: Annotated[list[RefundLineIn], Field(max_length=500)] = []


ORDER_EXAMPLE: dict[str, JsonValue] = {
    "source": "tea-shop",
    "external_id": "o-2001",
    "revision": "2026-03-01T10:00:00Z#1",
    "occurred_at": "2026-03-01T10:00:00Z",
    "member": {"external_id": "c-1001", "email": "ada@example.com", "name": "Ada Lovelace"},
    "currency": "EUR",
    "payment_state": "paid",
    "paid_at": "2026-03-01T10:00:00Z",
    "totals": {"net": 4200, "tax": 798},
    "lines": [{"external_id": "l1", "sku": "TEA-1", "product": "Green tea", "category": "tea", "quantity": 2, "amount_net": 4200}],
}  # fmt: skip


class OrderIn(Schema):
    """The whole order as it stands at `revision`, never a difference (the canonical order)."""

    model_config = ConfigDict(json_schema_extra={"examples": [ORDER_EXAMPLE]})

    source: Annotated[str, Field(pattern=SOURCE, description="Your name for the shop. The key must speak for it.")]
    external_id: Name
    revision: Annotated[
        Name,
        Field(
            description="Sorts as text: a later state has a greater one. One that begins with a time (RFC 3339) is at most a "
            "day ahead."
        ),
    ]
    occurred_at: Annotated[Time, Field(description="When the order came into this state.")]
    placed_at: Annotated[Time | None, Field(description="When it was placed; else paid_at, else occurred_at.")] = None
    member: MemberIn
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$", description="ISO 4217.")]
    payment_state: PaymentState
    paid_at: Time | None = None
    totals: TotalsIn
    lines: Annotated[list[LineIn], Field(min_length=1, max_length=500)]
    refunds: Annotated[list[RefundIn], Field(max_length=200)] = []
    coupons: Annotated[list[Annotated[str, Field(min_length=1, max_length=40)]], Field(max_length=20)] = []

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> "OrderIn":
        _once(line.external_id for line in self.lines)
        _once(refund.external_id for refund in self.refunds)
        known = {line.external_id for line in self.lines}
        for refund in self.refunds:
            _once(line.line for line in refund.lines)
            if unknown := [line.line for line in refund.lines if line.line not in known]:
                raise PydanticCustomError(
                    "unknown_line",
                    "A refund names the line “{line}”, which the order does not have.",
                    {"line": unknown[0]},
                )
        return self


def _once(names: Iterable[str]) -> None:
    doubled = [name for name, count in Counter(names).items() if count > 1]
    if doubled:
        raise PydanticCustomError(
            "named_twice", "“{name}” is there twice; each may be named once.", {"name": doubled[0]}
        )


class BatchIn(Schema):
    """Up to 500 orders. Each is judged by itself."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"orders": [ORDER_EXAMPLE]}]})

    orders: Annotated[list[dict[str, Any]], Field(min_length=1, max_length=500, description="Each as in POST /orders.")]


class FlawOut(BaseModel):
    pointer: str
    code: str
    detail: str


class ProblemOut(BaseModel):
    """RFC 9457. `code` never changes; `detail` says the next step."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    instance: str = ""
    errors: list[FlawOut] = []


class KindOut(BaseModel):
    """One kind of problem."""

    code: str
    status: int
    title: str
    next_step: str


Outcome = Literal["created", "updated", "unchanged", "ignored"]


class OrderOut(BaseModel):
    """What became of an order."""

    id: Annotated[str, Field(examples=["ord_9f3k2m5v7q1x"])]
    source: str
    external_id: str
    revision: str
    result: Annotated[
        Outcome,
        Field(description="`ignored`: we know a later revision of it, and keep this one as evidence."),
    ]
    state: str
    points: Annotated[int, Field(description="Points posted by this request; negative when a refund took some back.")]
    member: Annotated[str | None, Field(description="Null while nobody confirmed the address.")]
    dry_run: bool = False
    notes: list[str] = []


class ItemOut(BaseModel):
    """One item of a batch: its place, its status, and what was wrong when it was refused."""

    index: int
    status: int
    problem: ProblemOut | None = None


class OrderItemOut(ItemOut):
    """One item of a batch: its place, its status, and either what became of it or what was wrong."""

    order: OrderOut | None = None


class BatchOut(BaseModel):
    data: list[OrderItemOut]


class MoneyOut(BaseModel):
    amount: Annotated[int, Field(description="Minor units.")]
    currency: str


class OrderReadOut(BaseModel):
    """An order as we keep it."""

    id: str
    source: str
    external_id: str
    state: str
    placed_at: datetime
    net: Annotated[MoneyOut, Field(description="What remains after refunds.")]
    points: Annotated[int, Field(description="What it holds now.")]
    member: str | None


class OrdersOut(BaseModel):
    data: list[OrderReadOut]
    next_cursor: str | None
    has_more: bool


class NameElsewhereOut(BaseModel):
    source: str
    external_id: str


class MemberOut(BaseModel):
    """What a shop may know of a member: nothing they did not show, no address."""

    id: Annotated[str, Field(examples=["mem_9f3k2m5v7q1x"])]
    username: str
    name: str
    joined_at: datetime
    external_ids: Annotated[list[NameElsewhereOut], Field(description="How your systems call them.")] = []


class WalletOut(BaseModel):
    """One kind of point. `available` can be spent now and is negative when points are owed."""

    currency: str
    available: int
    pending: int
    reserved: int
    expiring: Annotated[int, Field(description="Of the available ones, those that go next.")]
    expires_at: datetime | None
    lifetime: Annotated[int, Field(description="Earned in all, net of what was taken back.")]


class TierOut(BaseModel):
    code: str
    name: str


class WalletsOut(BaseModel):
    member: str
    data: list[WalletOut]
    tier: TierOut | None


class MovementOut(BaseModel):
    """One posting to a wallet."""

    id: Annotated[str, Field(description="The same as in webhooks.")]
    line: Annotated[str, Field(description="Its name for GET /members/{ref}/ledger/{line}, which explains it.")]
    currency: str
    amount: int
    kind: str
    why: Annotated[str, Field(description="A sentence, in the language of Accept-Language.")]
    occurred_at: datetime
    available_at: datetime | None
    expires_at: datetime | None
    balance: Annotated[int, Field(description="After it, with what is on its way.")]
    rule: Annotated[str, Field(description="Which version of which rule paid; empty when none did.")]
    order: Annotated[str | None, Field(description="The order it belongs to (`ord_…`).")]


class LedgerOut(BaseModel):
    data: list[MovementOut]
    next_cursor: str | None
    has_more: bool
