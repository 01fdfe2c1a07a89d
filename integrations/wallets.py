"""Members, wallets and movements in the API's words."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.crypto import salted_hmac

from integrations.cursors import page
from integrations.problems import Problem
from integrations.reading import is_clean
from integrations.schemas import LedgerOut, MemberOut, MovementOut, NameElsewhereOut, TierOut, WalletOut, WalletsOut
from integrations.webhooks.fields import MEMBER, public_ids
from loyalty import queries as loyalty
from members import queries as members
from members.queries import MemberCard
from outbox.clock import now


def find(ref: str) -> MemberCard:
    """The member that a reference names, or Problem not_found, the same for everything that is not there."""
    card = _named(ref) if is_clean(ref) and len(ref) <= 300 else None
    if card is None:
        raise Problem("not_found")
    return card


def _named(ref: str) -> MemberCard | None:
    if ref.startswith(MEMBER):
        return members.find_member(public_id=ref.removeprefix(MEMBER))
    kind, _colon, rest = ref.partition(":")
    if kind == "email" and rest:
        return members.find_member(email=rest)
    source, colon, external_id = rest.partition(":")
    if kind == "ext" and colon:
        return members.find_member(source=source, external_id=external_id)
    return members.find_member(external_id=rest) if kind == "ext" and rest else None


def member(ref: str) -> MemberOut:
    return shown([find(ref)])[0]


def named(refs: Sequence[str]) -> dict[str, MemberOut]:
    """Those of these ids (`mem_…`) that there are, in two statements."""
    cards = members.cards_named(public_ids=[ref.removeprefix(MEMBER) for ref in refs]) if refs else []
    return {out.id: out for out in shown(cards)}


def shown(cards: Sequence[MemberCard]) -> list[MemberOut]:
    """Members with the names that other systems give them, in one statement."""
    names = members.names_elsewhere(member_ids=[card.id for card in cards])
    return [
        MemberOut(
            id=MEMBER + card.public_id, username=card.username, name=card.name, joined_at=card.joined_at,
            external_ids=[NameElsewhereOut(source=source, external_id=id) for source, id in names.get(card.id, [])],
        )
        for card in cards
    ]  # fmt: skip


def wallets(ref: str) -> WalletsOut:
    """Points and tier credit now, and the tier."""
    card, at = find(ref), now()
    tier = loyalty.tier(member_id=card.id, at=at)
    return WalletsOut(
        member=MEMBER + card.public_id,
        data=[_wallet(card.id, currency, at) for currency in ("points", "credit")],
        tier=TierOut(code=tier.code, name=tier.name) if tier else None,
    )


def _wallet(member_id: int, currency: str, at: datetime) -> WalletOut:
    balance = loyalty.balance(member_id=member_id, at=at, currency=currency)
    return WalletOut(
        currency=currency, available=balance.available, pending=balance.pending, reserved=balance.reserved,
        expiring=balance.expiring, expires_at=balance.expires_at, lifetime=balance.lifetime,
    )  # fmt: skip


def ledger(ref: str, *, currency: str, cursor: str, limit: int) -> LedgerOut:
    """A page of movements, newest first, after the one that the cursor names."""
    card = find(ref)
    found = page(
        lambda before, most: loyalty.statement(
            member_id=card.id, at=now(), currency=currency, before=before, limit=most
        ),
        cursor=cursor, limit=limit, of=f"ledger:{card.public_id}:{currency}", id_of=lambda row: row.txn_id,
    )  # fmt: skip
    orders = public_ids("order", {row.facts["order"] for row in found.rows if "order" in row.facts})
    return LedgerOut(
        data=[
            MovementOut(
                id=_movement_id(row.txn_id),
                line=row.handle,
                currency=currency,
                amount=row.amount,
                kind=row.kind,
                why=row.why,
                occurred_at=row.at,
                available_at=row.available_at,
                expires_at=row.expires_at,
                balance=row.balance,
                rule=row.detail,
                order=orders.get(row.facts.get("order", 0)),
            )
            for row in found.rows
        ],
        next_cursor=found.next_cursor,
        has_more=found.has_more,
    )


def _movement_id(txn_id: int) -> str:
    """Stable, and silent about how many movements the site has."""
    return "mov_" + salted_hmac("integrations.movement", str(txn_id), algorithm="sha256").hexdigest()[:20]
