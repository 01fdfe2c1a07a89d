"""Members, wallets and movements in the API's words."""

from django.core import signing
from django.utils.crypto import salted_hmac

from integrations.problems import Problem
from integrations.reading import is_clean
from integrations.schemas import LedgerOut, MemberOut, MovementOut, TierOut, WalletOut, WalletsOut
from loyalty import queries as loyalty
from members import queries as members
from members.queries import MemberCard
from outbox.clock import now

MEMBER = "mem_"
_SALT = "integrations.ledger"


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
    card = find(ref)
    return MemberOut(id=MEMBER + card.public_id, username=card.username, name=card.name, joined_at=card.joined_at)


def wallets(ref: str) -> WalletsOut:
    """Points now, and the tier."""
    card, at = find(ref), now()
    balance = loyalty.balance(member_id=card.id, at=at)
    tier = loyalty.tier(member_id=card.id, at=at)
    points = WalletOut(
        currency="points", available=balance.available, pending=balance.pending, reserved=balance.reserved
    )
    return WalletsOut(
        member=MEMBER + card.public_id, data=[points], tier=TierOut(code=tier.code, name=tier.name) if tier else None
    )


def ledger(ref: str, *, currency: str, cursor: str, limit: int) -> LedgerOut:
    """A page of movements, newest first, before the one that the cursor names."""
    card = find(ref)
    before = _read_cursor(cursor, card.public_id, currency) if cursor else None
    rows = loyalty.statement(member_id=card.id, at=now(), currency=currency, before=before, limit=limit + 1)
    shown = rows[:limit]
    more = len(rows) > limit
    return LedgerOut(
        data=[
            MovementOut(
                id=_movement_id(row.txn_id),
                currency=currency,
                amount=row.amount,
                kind=row.kind,
                why=row.why,
                occurred_at=row.at,
                available_at=row.available_at,
                expires_at=row.expires_at,
            )
            for row in shown
        ],
        next_cursor=_make_cursor(shown[-1].txn_id, card.public_id, currency) if more else None,
        has_more=more,
    )


def _movement_id(txn_id: int) -> str:
    """Stable, and silent about how many movements the site has."""
    return "mov_" + salted_hmac("integrations.movement", str(txn_id), algorithm="sha256").hexdigest()[:20]


def _make_cursor(last: int, public_id: str, currency: str) -> str:
    """Signed for this member, so that nobody reads positions of another ledger out of it."""
    return signing.dumps([public_id, currency, last], salt=_SALT, compress=False)


def _read_cursor(cursor: str, public_id: str, currency: str) -> int:
    try:
        owner, kind, last = signing.loads(cursor, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise Problem("bad_cursor") from error
    if (owner, kind) != (public_id, currency) or not isinstance(last, int):
        raise Problem("bad_cursor")
    return last
