"""Members: bringing them, listing them, and how far they are: tier, level, quests, why a line is as it is."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from integrations import wallets
from integrations.actions import Answer
from integrations.cursors import page
from integrations.problems import Problem
from integrations.resources.naming import Source
from integrations.schemas import Address, ItemOut, MemberOut, Name, Schema, Word
from integrations.webhooks.fields import MEMBER
from loyalty import queries as loyalty
from loyalty.queries import QuestCard
from loyalty.queries.why import Why, statement_line
from members import actions as member_actions
from members import queries as members

EXAMPLE: dict[str, JsonValue] = {
    "source": "tea-shop",
    "external_id": "c-1001",
    "name": "Ada Lovelace",
    "email": "ada@example.com",
}


class MemberUpsertIn(Schema):
    """A customer of yours. Found by your number, else by a confirmed e-mail address, else made."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    source: Source
    external_id: Name
    email: Annotated[
        Address | None, Field(description="Only to find a member who confirmed this address; it is not stored.")
    ] = None
    name: Annotated[Word, Field(description="Kept until they come themselves; from then on they name themselves.")] = ""


class MemberUpsertOut(MemberOut):
    """The member, and what became of them."""

    result: Literal["created", "updated", "unchanged"]
    dry_run: bool = False


class MembersBatchIn(Schema):
    """Up to 500 members. Each is judged by itself."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"members": [EXAMPLE]}]})

    members: Annotated[
        list[dict[str, Any]], Field(min_length=1, max_length=500, description="Each as in POST /members.")
    ]


class MemberItemOut(ItemOut):
    """One item of a batch: its place, its status, and either what became of it or what was wrong."""

    member: MemberUpsertOut | None = None


class MemberBatchOut(BaseModel):
    data: list[MemberItemOut]


class MembersOut(BaseModel):
    data: list[MemberOut]
    next_cursor: str | None
    has_more: bool


class TierStandingOut(BaseModel):
    """Where a member stands, and what would keep or raise it. Credit, or whole units of `unit` where money is measured."""

    member: str
    code: str
    name: str
    rank: int
    credit: int
    pending_credit: int
    unit: Annotated[str, Field(description="Empty: tier credit. Else an ISO 4217 code.")]
    benefits: list[str]
    next_name: str
    to_next: Annotated[int | None, Field(description="Null in the highest tier.")]
    to_keep: int
    keep_before: datetime | None
    grace_until: datetime | None


class RungOut(BaseModel):
    level: int
    name: str
    to_go: int


class LevelOut(BaseModel):
    """The way of the first months."""

    member: str
    level: int
    highest: int
    credit: int
    next_level_at: int
    next_gift: RungOut | None
    gifts_waiting: int


class QuestStepOut(BaseModel):
    name: str
    have: int
    count: int
    done: bool
    locked: bool


class QuestOut(BaseModel):
    """One quest as this member sees it."""

    code: str
    kind: str
    name: str
    about: str
    state: Literal["open", "done", "coming"]
    percent: int
    points: int
    credit: int
    gift: str
    ends_at: datetime | None
    done_at: datetime | None
    steps: list[QuestStepOut]


class QuestsOut(BaseModel):
    member: str
    data: list[QuestOut]


class PartOut(BaseModel):
    """One posting of the same cause."""

    line: str
    currency: str
    amount: int
    rule: Annotated[str, Field(description="Its name and version; empty when no rule paid it.")]
    reckoned: Annotated[list[str], Field(description="How the number came about, step by step.")]


class FateOut(BaseModel):
    line: str
    amount: int
    given_back: int
    why: str


class LoserOut(BaseModel):
    rule: str
    why: str


class WhyOut(BaseModel):
    """One line of the ledger, explained: the same that the member reads."""

    line: str
    currency: str
    amount: int
    why: str
    parts: list[PartOut]
    went_to: list[FateOut]
    came_from: list[FateOut]
    paid_nothing: Annotated[list[LoserOut], Field(description="Rules that paid nothing for it, and why.")]
    questions: Annotated[int, Field(description="How often the member said that it is wrong.")]


def upsert(
    person: MemberUpsertIn, *, by: int | None, dry_run: bool, sources: Sequence[str] = ()
) -> Callable[[datetime], Answer]:
    """The effect of POST /members. `sources`: those that the key speaks for; what other shops call this person is not its."""

    def effect(at: datetime) -> Answer:
        before = members.find_member(source=person.source, external_id=person.external_id)
        member_id = member_actions.ensure_identity(
            source=person.source, external_id=person.external_id, email=person.email, name=person.name, by=by, at=at
        )
        card = members.member_card(member_id=member_id)
        if card is None:
            raise Problem("conflict")
        created = before is None and card.joined_at == at
        renamed = bool(person.name) and not created
        if renamed and member_actions.rename_imported(member_id=member_id, name=person.name, by=by, at=at):
            result: Literal["created", "updated", "unchanged"] = "updated"
        else:
            result = "created" if created else "unchanged" if before else "updated"
        shown = wallets.shown([members.member_card(member_id=member_id) or card])[0]
        if sources:
            shown.external_ids = [one for one in shown.external_ids if one.source in sources]
        out = MemberUpsertOut(**shown.model_dump(), result=result, dry_run=dry_run)
        return Answer(201 if created else 200, out.model_dump_json())

    return effect


def listed(*, source: str, cursor: str, limit: int, oldest: bool = False) -> MembersOut:
    found = page(
        lambda before, most: members.members_listed(limit=most, before=before, source=source, oldest=oldest),
        cursor=cursor, limit=limit, of=f"members:{source}", id_of=lambda card: card.id,
        oldest=oldest,
    )  # fmt: skip
    return MembersOut(data=wallets.shown(found.rows), next_cursor=found.next_cursor, has_more=found.has_more)


def tier(ref: str, *, at: datetime) -> TierStandingOut:
    """Raises Problem not_found, also where there are no tiers."""
    card = wallets.find(ref)
    found = loyalty.tier(member_id=card.id, at=at)
    if found is None:
        raise Problem("not_found")
    return TierStandingOut(
        member=MEMBER + card.public_id, code=found.code, name=found.name, rank=found.rank, credit=found.credit,
        pending_credit=found.pending_credit, unit=found.unit, benefits=list(found.benefits), next_name=found.next_name,
        to_next=found.to_next, to_keep=found.to_keep, keep_before=found.keep_before, grace_until=found.keep_until,
    )  # fmt: skip


def level(ref: str, *, at: datetime) -> LevelOut:
    card = wallets.find(ref)
    found = loyalty.level(member_id=card.id, at=at)
    rung = found.next_rung
    return LevelOut(
        member=MEMBER + card.public_id, level=found.level, highest=found.highest, credit=found.credit,
        next_level_at=found.next_level_at, gifts_waiting=found.waiting,
        next_gift=RungOut(level=rung.level, name=rung.name, to_go=rung.to_go) if rung else None,
    )  # fmt: skip


def quests(ref: str, *, at: datetime) -> QuestsOut:
    """Open ones first, then those done in their period, then announced ones."""
    card = wallets.find(ref)
    board = loyalty.board(member_id=card.id, at=at)
    shown = [*board.first_steps, *board.open, *board.done, *board.coming]
    return QuestsOut(member=MEMBER + card.public_id, data=[_quest(one) for one in shown])


def _quest(card: QuestCard) -> QuestOut:
    steps = [
        QuestStepOut(name=step.name, have=min(step.have, step.count), count=step.count, done=step.done, locked=step.locked)
        for step in card.steps
    ]  # fmt: skip
    return QuestOut(
        code=card.code, kind=card.kind, name=card.name, about=card.about, state=card.state, percent=card.percent,  # type: ignore[arg-type]
        points=card.points, credit=card.credit, gift=card.gift, ends_at=card.ends_at, done_at=card.done_at, steps=steps,
    )  # fmt: skip


def why(ref: str, line: str, *, at: datetime) -> WhyOut:
    """One line of this member's ledger. Raises Problem not_found for anybody else's."""
    card = wallets.find(ref)
    found: Why | None = statement_line(handle=line, member_id=card.id, at=at)
    if found is None:
        raise Problem("not_found")
    return WhyOut(
        line=found.line.handle,
        currency=found.currency,
        amount=found.line.amount,
        why=found.line.why,
        parts=[
            PartOut(
                line=part.line.handle, currency=part.currency, amount=part.line.amount, rule=part.rule_name,
                reckoned=list(part.reckoned),
            )
            for part in found.parts
        ],
        went_to=[_fate(one.line.handle, one.amount, one.given_back, one.line.why) for one in found.fates],
        came_from=[_fate(one.line.handle, one.amount, one.given_back, one.line.why) for one in found.sources],
        paid_nothing=[LoserOut(rule=one.name, why=one.why) for one in found.losers],
        questions=len(found.questions),
    )  # fmt: skip


def _fate(line: str, amount: int, given_back: int, words: str) -> FateOut:
    return FateOut(line=line, amount=amount, given_back=given_back, why=words)
