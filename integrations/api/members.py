"""Members: who they are, what they have, how far they are."""

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import BaseModel

from integrations import wallets
from integrations.api.asking import (
    READ_REFUSALS,
    REFUSALS,
    Currency,
    Cursor,
    DryRun,
    Limit,
    caller_of,
    known_parameters,
    speaking_for,
)
from integrations.api.shaping import LIST_NAMES, NAMES, LedgerShape, ListShape, Shape, shaped
from integrations.authentication import KeyAuth
from integrations.resources import people
from integrations.resources.batches import item
from integrations.resources.people import (
    LevelOut,
    MemberBatchOut,
    MembersBatchIn,
    MembersOut,
    MemberUpsertIn,
    MemberUpsertOut,
    QuestsOut,
    TierStandingOut,
    WhyOut,
)
from integrations.schemas import LedgerOut, MemberOut, WalletsOut
from integrations.writing import Effect, carry_out, carry_out_each
from members import queries as members
from outbox.clock import now

router = Router(tags=["members"])
READS = KeyAuth("members:read")
WRITES = KeyAuth("members:write")


@router.post("/members", auth=WRITES, response={200: MemberUpsertOut, 201: MemberUpsertOut, **REFUSALS})
def post_member(request: HttpRequest, member: MemberUpsertIn, dry_run: DryRun = False) -> HttpResponse:
    """Bring a member, or find them again: (source, external_id) is one person for ever.

    201 for somebody new, 200 for somebody known. Somebody new is told nothing; when they come themselves with this address or
    through your shop, all that is theirs is there.
    """
    known_parameters(request, "dry_run")
    caller = caller_of(request)
    dry = dry_run or caller.sandbox
    effect = speaking_for(
        caller, member.source, people.upsert(member, by=caller.made_by, dry_run=dry, sources=caller.sources)
    )
    return carry_out(request, caller, effect, dry_run=dry_run)


@router.post("/members:batch", auth=WRITES, response={207: MemberBatchOut, **REFUSALS})
def post_members(request: HttpRequest, batch: MembersBatchIn, dry_run: DryRun = False) -> HttpResponse:
    """Bring up to 500 members. Each has its own status and, when refused, its own problem; the call is 207."""
    known_parameters(request, "dry_run")
    caller = caller_of(request)
    dry = dry_run or caller.sandbox

    def one(member: MemberUpsertIn) -> Effect:
        return speaking_for(
            caller, member.source, people.upsert(member, by=caller.made_by, dry_run=dry, sources=caller.sources)
        )

    effects = [item(raw, MemberUpsertIn, one) for raw in batch.members]
    return carry_out_each(request, caller, effects, dry_run=dry, name="member")


@router.get("/members", auth=READS, response={200: MembersOut, **READ_REFUSALS})
def get_members(
    request: HttpRequest,
    shape: Query[ListShape],
    source: Annotated[str, Query(max_length=60, description="Only those whom this source knows.")] = "",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> BaseModel | HttpResponse:
    """Members, those who came last first."""
    known_parameters(request, "source", "cursor", "limit", *LIST_NAMES)
    found = people.listed(source=source, cursor=cursor, limit=limit, oldest=shape.oldest)
    return shaped(request, found, shape, count=lambda: members.members_counted(source=source))


@router.get("/members/{ref}", auth=READS, response={200: MemberOut, **READ_REFUSALS})
def get_member(request: HttpRequest, ref: str, shape: Query[Shape]) -> BaseModel | HttpResponse:
    """One member: `mem_…`, `ext:<source>:<external_id>`, `ext:<external_id>` (when only one shop has it), `email:<address>`."""
    known_parameters(request, *NAMES)
    return shaped(request, wallets.member(ref), shape)


@router.get("/members/{ref}/wallets", auth=READS, response={200: WalletsOut, **READ_REFUSALS})
def get_wallets(request: HttpRequest, ref: str) -> WalletsOut:
    """What the member has: available, pending, reserved, expiring next; points and tier credit; and their tier."""
    known_parameters(request)
    return wallets.wallets(ref)


@router.get("/members/{ref}/ledger", auth=READS, response={200: LedgerOut, **READ_REFUSALS})
def get_ledger(
    request: HttpRequest,
    ref: str,
    shape: Query[LedgerShape],
    currency: Currency = "points",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> BaseModel | HttpResponse:
    """Every movement, newest first. Pages are stable while new movements arrive: follow `next_cursor`."""
    known_parameters(request, "currency", "cursor", "limit", *NAMES)
    return shaped(request, wallets.ledger(ref, currency=currency, cursor=cursor, limit=limit), shape)


@router.get("/members/{ref}/ledger/{line}", auth=READS, response={200: WhyOut, **READ_REFUSALS})
def get_why(request: HttpRequest, ref: str, line: str) -> WhyOut:
    """Why a movement is as it is: how its number was reckoned, what became of it, which rules paid nothing and why."""
    known_parameters(request)
    return people.why(ref, line, at=now())


@router.get("/members/{ref}/tier", auth=READS, response={200: TierStandingOut, **READ_REFUSALS})
def get_tier(request: HttpRequest, ref: str) -> TierStandingOut:
    """Where the member stands, what keeps the tier, and what is missing to the next."""
    known_parameters(request)
    return people.tier(ref, at=now())


@router.get("/members/{ref}/level", auth=READS, response={200: LevelOut, **READ_REFUSALS})
def get_level(request: HttpRequest, ref: str) -> LevelOut:
    """The member's level, and the next gift of the ladder."""
    known_parameters(request)
    return people.level(ref, at=now())


@router.get("/members/{ref}/quests", auth=READS, response={200: QuestsOut, **READ_REFUSALS})
def get_quests(request: HttpRequest, ref: str) -> QuestsOut:
    """The member's quests of now, with how far they are in each step."""
    known_parameters(request)
    return people.quests(ref, at=now())
