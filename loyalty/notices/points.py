"""“120 points can be spent now”, “80 points expire on 31 March”: told by the night, once for each date."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy, ngettext

from loyalty.actions.ledger import zone
from messaging.actions import notify
from messaging.slots import NoticeCard, Told, notices
from outbox.clock import now
from outbox.retry import whole

if TYPE_CHECKING:
    from members.access import Member

AVAILABLE, EXPIRING = "points_available", "points_expiring"
WARNED_BEFORE = (30, 7)
"""Days before points expire."""
MADE_UP = timedelta(days=3)
"""How long a missed night is made up for."""
BATCH = 5_000

# Points given back keep their old lot, so what was there before the day is no news: a lot that waited is.
_BECAME_AVAILABLE = """
SELECT wallet.member_id, min((lot.available_at AT TIME ZONE %(zone)s)::date)::text AS day
FROM loyalty_lot AS lot JOIN loyalty_wallet AS wallet ON wallet.id = lot.wallet_id
JOIN loyalty_currency AS currency ON currency.id = wallet.currency_id AND currency.spendable
JOIN loyalty_txn AS txn ON txn.id = lot.txn_id AND txn.created_at < lot.available_at
WHERE lot.available_at > %(since)s AND lot.available_at <= %(at)s AND lot.remaining > 0
GROUP BY wallet.member_id, (lot.available_at AT TIME ZONE %(zone)s)::date ORDER BY 2, 1
"""
_EXPIRES = """
SELECT wallet.member_id, lot.expires_at
FROM loyalty_lot AS lot JOIN loyalty_wallet AS wallet ON wallet.id = lot.wallet_id
JOIN loyalty_currency AS currency ON currency.id = wallet.currency_id AND currency.spendable
WHERE lot.remaining > 0 AND lot.expires_at > %(since)s AND lot.expires_at <= %(until)s
GROUP BY wallet.member_id, lot.expires_at ORDER BY 2, 1
"""
_SUMS = """
SELECT lot.expires_at, lot.available_at, sum(lot.remaining)::bigint
FROM loyalty_lot AS lot JOIN loyalty_wallet AS wallet ON wallet.id = lot.wallet_id
JOIN loyalty_currency AS currency ON currency.id = wallet.currency_id AND currency.code = 'points'
WHERE wallet.member_id = %(member)s AND lot.remaining > 0
GROUP BY lot.expires_at, lot.available_at
"""


def tell_available(*, at: datetime) -> int:
    """Points that waited can be spent: once a member and day, also when a night was missed or the round runs twice."""
    told = 0
    for day, members in _by_date(_BECAME_AVAILABLE, {"since": at - MADE_UP, "at": at, "zone": zone().key}):
        told += _notify(AVAILABLE, members, {"day": day}, f"{AVAILABLE}:{day}", at)
    return told


def tell_expiring(*, at: datetime) -> int:
    """Thirty and seven days before: once a member, date and warning. Who has little time left hears the nearer one alone."""
    told, since = 0, at
    for days in sorted(WARNED_BEFORE):
        until = at + timedelta(days=days)
        for moment, members in _by_date(_EXPIRES, {"since": since, "until": until}):
            cause = f"{EXPIRING}:{days}:{moment}"
            told += _notify(EXPIRING, members, {"expires": moment}, cause, at)
        since = until
    return told


def _by_date(statement: str, given: dict[str, Any]) -> Iterator[tuple[str, list[int]]]:
    """(date, members) in batches."""
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        rows = cursor.fetchall()
    batches: dict[str, list[int]] = {}
    for member_id, date in rows:
        batches.setdefault(date if isinstance(date, str) else date.isoformat(), []).append(member_id)
    for date, members in batches.items():
        for start in range(0, len(members), BATCH):
            yield date, members[start : start + BATCH]


def _notify(kind: str, members: list[int], data: dict[str, int | str], cause: str, at: datetime) -> int:
    return whole(partial(notify, member_ids=members, kind=kind, cause=cause, data=data, at=at))


def write(*, notices: Sequence[NoticeCard], viewer: "Member") -> dict[int, Told]:
    """With the numbers of this moment: what was spent meanwhile expires no more, and is not told."""
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, {"member": viewer.pk})
        lots = [(expires, available, int(amount)) for expires, available, amount in cursor.fetchall()]
    at = now()
    told = {}
    for notice in notices:
        if notice.kind == AVAILABLE:
            told[notice.id] = _available(str(notice.data["day"]), lots, at)
        elif found := _expiring(datetime.fromisoformat(str(notice.data["expires"])), lots, at):
            told[notice.id] = found
    return told


Lots = Sequence[tuple[datetime | None, datetime, int]]


def _available(day: str, lots: Lots, at: datetime) -> Told:
    there = sum(
        amount
        for expires, available, amount in lots
        if available.astimezone(zone()).date().isoformat() == day and (expires is None or expires > at)
    )
    if there:
        words = ngettext("%(number)s point can be spent now.", "%(number)s points can be spent now.", there)
        return Told(
            words % {"number": number_format(there, force_grouping=True)}, reverse("loyalty:rewards"), icon="points"
        )
    words = str(gettext_lazy("Points that were on their way have come. You have used them already."))
    return Told(words, reverse("loyalty:statement"), icon="points")


def _expiring(moment: datetime, lots: Lots, at: datetime) -> Told | None:
    left = sum(amount for expires, _available, amount in lots if expires == moment)
    if not left or moment <= at:
        return None
    words = ngettext(
        "%(number)s point expires on %(date)s. Any reward saves it.",
        "%(number)s points expire on %(date)s. Any reward saves them.",
        left,
    )
    names = {
        "number": number_format(left, force_grouping=True),
        "date": date_format(localtime(moment), "DATE_FORMAT"),
    }
    return Told(words % names, reverse("loyalty:rewards"), icon="clock")


def register() -> None:
    notices.register(AVAILABLE, write, label=gettext_lazy("points I waited for can be spent"), group="points")
    notices.register(EXPIRING, write, label=gettext_lazy("points of mine expire soon"), group="points")
