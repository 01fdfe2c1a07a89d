"""Points from one member to another. Off until the owner allows it for a currency."""

import json
from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID

from django.db import connection
from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community.queries import trust_of
from loyalty import rules
from loyalty.actions.ledger.posting import (
    POINTS,
    ConflictingFacts,
    InsufficientPoints,
    conflicts,
    lock_wallets,
    zone,
)
from loyalty.events import PointsPosted, PointsSent
from loyalty.models import Currency, Transfer, Wallet
from members.access import is_suspended, member_by_id
from outbox.publish import publish
from outbox.require import require_transaction


class TransferRefused(Exception):
    """Points cannot be sent. `code` is stable: off, oneself, receiver, trust, amount, daily_limit, points, receiver_full."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


@dataclass(frozen=True)
class Transferred:
    """The answer. `created` is false for a replay."""

    transfer_id: int
    public_id: str
    txn_id: int
    created: bool


def transfer(
    *,
    key: UUID,
    from_member_id: int,
    to_member_id: int,
    amount: int,
    by: int | None,
    at: datetime,
    note: str = "",
    currency: str = POINTS,
) -> Transferred:
    """Send points, lot by lot with their old expiry and origin. The same key is the same gift.

    Raises TransferRefused (nothing is then posted), BadAmount and ConflictingFacts.
    """
    require_transaction()
    amount = rules.whole_amount(amount)
    kind = Currency.objects.get(code=currency)
    check_people(kind, from_member_id=from_member_id, to_member_id=to_member_id)
    lock_wallets([from_member_id, to_member_id])
    # Looked up under the locks: a retry that waited for them hears the first answer, and no limit counts it again.
    if (known := Transfer.objects.filter(key=key).first()) is not None:
        same = (known.sender_id, known.receiver_id, known.amount, known.currency_id, known.note)
        if same != (from_member_id, to_member_id, amount, kind.id, note):
            raise ConflictingFacts("This form was used for another gift of points.")
        return Transferred(known.id, known.public_id, known.txn_id, False)
    _check_limits(kind, from_member_id, to_member_id, amount, at)
    with conflicts(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT txn_id, outcome, available FROM loyalty_transfer(%s, %s, %s, %s::smallint, %s, %s, %s, %s)",
            [
                rules.cause_key("transfer", key), from_member_id, to_member_id, kind.id, amount, by, at,
                json.dumps({"from": from_member_id, "to": to_member_id}),
            ],
        )  # fmt: skip
        txn_id, outcome, available = cursor.fetchone()
    if outcome == "insufficient":
        short = InsufficientPoints(available, amount)
        raise TransferRefused("points", _("You do not have so many points to send.")) from short
    sent = Transfer.objects.create(
        key=key, txn_id=txn_id, currency=kind, sender_id=from_member_id, receiver_id=to_member_id, amount=amount, note=note,
        sent_at=at,
    )  # fmt: skip
    publish(
        PointsPosted(member_id=from_member_id, txn_id=txn_id, currency=currency, amount=-amount, at=at),
        PointsPosted(member_id=to_member_id, txn_id=txn_id, currency=currency, amount=amount, at=at),
        PointsSent(transfer_id=sent.id, from_member_id=from_member_id, to_member_id=to_member_id, amount=amount, at=at),
    )
    return Transferred(sent.id, sent.public_id, txn_id, True)


def allow_transfers(*, currency: str, daily: int, trust: int, by: int | None, at: datetime) -> bool:
    """Let members send each other this kind of points. False when it is not one that they spend."""
    require_transaction()
    kinds = Currency.objects.filter(code=currency, spendable=True)
    return kinds.update(transferable=True, transfer_daily=daily, transfer_trust=trust) > 0


def check_people(kind: Currency, *, from_member_id: int, to_member_id: int) -> None:
    """Whether the one may send this kind of points to the other at all. Raises TransferRefused."""
    check_sender(kind, member_id=from_member_id)
    if from_member_id == to_member_id:
        raise TransferRefused("oneself", _("These are your own points already."))
    receiver = member_by_id(to_member_id)
    if receiver is None or is_suspended(receiver):
        raise TransferRefused("receiver", _("This member cannot receive points at the moment."))


def check_sender(kind: Currency, *, member_id: int) -> None:
    """Whether sending is on and open to this member. Raises TransferRefused."""
    if not (kind.transferable and kind.spendable):
        raise TransferRefused("off", _("Points cannot be sent to others here."))
    if trust_of(member_id=member_id) < kind.transfer_trust:
        raise TransferRefused(
            "trust",
            _("Sending points opens at trust level %(level)s: it keeps strangers from collecting them.")
            % {"level": kind.transfer_trust},
        )


def sent_today(*, member_id: int, currency_id: int, at: datetime) -> int:
    """What a member sent since the programme's midnight."""
    midnight = datetime.combine(at.astimezone(zone()).date(), time(), tzinfo=zone())
    rows = Transfer.objects.filter(sender_id=member_id, sent_at__gte=midnight, currency_id=currency_id)
    return int(rows.aggregate(total=Sum("amount"))["total"] or 0)


def _check_limits(kind: Currency, sender: int, receiver: int, amount: int, at: datetime) -> None:
    """Under the wallets' locks, so that two gifts at once cannot both count before either is written."""
    left = max(0, kind.transfer_daily - sent_today(member_id=sender, currency_id=kind.id, at=at))
    if amount > left:
        raise TransferRefused(
            "daily_limit",
            ngettext("You can send %(number)s more point today.", "You can send %(number)s more points today.", left)
            % {"number": left},
        )
    if kind.max_balance is not None:
        wallet = Wallet.objects.get(member_id=receiver, currency=kind)
        if wallet.posted + wallet.held + amount > kind.max_balance:
            raise TransferRefused("receiver_full", _("This member cannot keep so many points."))
