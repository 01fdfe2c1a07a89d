"""Codes: made for a cause, taken from a list, used in a shop, run out."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import F, Q
from django.utils.translation import gettext as _

from loyalty import rules
from loyalty.actions import ledger
from loyalty.actions.rewards.cards import CouponCard, RewardRefused, coupon_card
from loyalty.events import CouponIssued, CouponRedeemed
from loyalty.models import Coupon, CouponPool
from loyalty.notices import rewards as notices
from loyalty.rules.code_lists import read_codes
from outbox.publish import publish
from outbox.require import require_transaction

CODE_LENGTH = 17
_USABLE = (Coupon.State.ASSIGNED, Coupon.State.EXPIRED, Coupon.State.FREE)
LOW = 10
"""Staff hear of a list when fewer than one code in this many is left."""


def ensure_pool(
    *, name: str, percent: int = 0, amount: int = 0, currency: str = "", valid_days: int, by: int | None, at: datetime
) -> int:
    """The id of the list with this name, made empty when there is none. One that is there stays as it is."""
    require_transaction()
    worth = {"percent": percent, "amount": amount, "currency": currency, "valid_days": valid_days}
    pool, _made = CouponPool.objects.get_or_create(name=name, defaults=worth)
    return pool.pk


def issue_coupon(
    *,
    cause: str,
    member_id: int,
    percent: int = 0,
    amount: int = 0,
    currency: str = "",
    minimum_net: int = 0,
    expires_at: datetime | None,
    by: int | None,
    at: datetime,
) -> CouponCard:
    """Give a member a coupon for a cause that the caller names ("campaign:3:17"); the same cause gives the same coupon."""
    require_transaction()
    code = "".join(secrets.choice(rules.COUPON_ALPHABET) for _place in range(CODE_LENGTH))
    Coupon.objects.bulk_create(
        [
            Coupon(
                code=code,
                cause=cause,
                member_id=member_id,
                percent=percent,
                amount=amount,
                currency=currency,
                minimum_net=minimum_net,
                issued_at=at,
                expires_at=expires_at,
            )
        ],
        ignore_conflicts=True,
    )
    row = Coupon.objects.get(cause=cause)
    if row.member_id != member_id:
        raise ledger.ConflictingFacts(f"The cause {cause} has given a coupon to another member.")
    if row.code == code:
        publish(CouponIssued(coupon_id=row.id, member_id=member_id, cause=cause, at=at))
    return coupon_card(row)


_TAKE = """
UPDATE loyalty_coupon AS coupon
SET state = 'assigned', member_id = %(member)s, cause = %(cause)s, issued_at = %(at)s, percent = pool.percent,
    amount = pool.amount, currency = pool.currency, minimum_net = pool.minimum_net,
    expires_at = least(%(at)s + pool.valid_days * interval '1 day', pool.last_day)
FROM loyalty_couponpool AS pool
WHERE pool.id = coupon.pool_id AND coupon.id = (
    SELECT free.id FROM loyalty_coupon AS free WHERE free.pool_id = %(pool)s AND free.state = 'free'
    ORDER BY free.id LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING coupon.id
"""


def take_from_pool(*, pool_id: int, cause: str, member_id: int, at: datetime) -> CouponCard:
    """The next free code of a list becomes the member's; the same cause gets the same code. Many at once get different ones
    and nobody waits for another. Raises RewardRefused (out_of_stock) when none is free or the list's last day is past.
    """
    require_transaction()
    known = Coupon.objects.filter(cause=cause).first()
    if known is not None:
        if known.member_id != member_id:
            raise ledger.ConflictingFacts(f"The cause {cause} has given a code to another member.")
        return coupon_card(known)
    pool = CouponPool.objects.get(id=pool_id)
    taken = None
    if pool.last_day is None or pool.last_day > at:
        with connection.cursor() as cursor:
            cursor.execute(_TAKE, {"member": member_id, "cause": cause, "at": at, "pool": pool_id})
            taken = cursor.fetchone()
    if taken is None:
        raise RewardRefused("out_of_stock", _("Somebody was faster: the last one is gone. No points were taken."))
    card = coupon_card(Coupon.objects.get(id=taken[0]))
    publish(CouponIssued(coupon_id=card.id, member_id=member_id, cause=cause, at=at))
    _warn(pool, at)
    return card


@dataclass(frozen=True)
class AddedCodes:
    """What came of a list: how many are new; which lines (from 1) were bad, and which codes were there or came twice."""

    added: int
    bad: list[tuple[int, str, str]]
    repeated: list[tuple[int, str]]


def add_codes(*, pool_id: int, text: str, by: int | None, at: datetime) -> AddedCodes:
    """Put codes into a list, one a line; what is wrong is named line by line, and the rest is taken.

    Of a line with several fields (CSV) the first counts. Codes are stored folded, as members may type them; one that any list
    or any member has already is repeated, not taken again.
    """
    require_transaction()
    read = read_codes(text)
    pool = CouponPool.objects.select_for_update().get(id=pool_id)
    known = set(Coupon.objects.filter(code__in=[code for _line, code in read.good]).values_list("code", flat=True))
    repeated = list(read.repeated)
    rows = []
    for line, code in read.good:
        if code in known:
            repeated.append((line, code))
        else:
            rows.append(Coupon(code=code, pool=pool, state=Coupon.State.FREE))
    before = Coupon.objects.filter(pool=pool).count()
    Coupon.objects.bulk_create(rows, batch_size=2000, ignore_conflicts=True)
    added = Coupon.objects.filter(pool=pool).count() - before
    if added:
        CouponPool.objects.filter(id=pool_id).update(added=F("added") + added, warned_at=None)
    return AddedCodes(added, read.bad, sorted(repeated))


def put_back(*, coupon_id: int, never_seen: bool, at: datetime) -> bool:
    """Undo what gave a coupon: a code that nobody has read is free again, others are revoked. False when it was used."""
    rows = Coupon.objects.filter(id=coupon_id, state__in=[Coupon.State.ASSIGNED, Coupon.State.EXPIRED])
    if never_seen and rows.filter(pool__isnull=False).update(
        state=Coupon.State.FREE, member=None, cause=None, issued_at=None, expires_at=None
    ):
        return True
    return rows.update(state=Coupon.State.REVOKED) == 1


def expire_coupons(*, at: datetime) -> int:
    """Note which coupons have run out. How many."""
    require_transaction()
    return Coupon.objects.filter(state=Coupon.State.ASSIGNED, expires_at__lte=at).update(state=Coupon.State.EXPIRED)


def mark_coupons_used(*, codes: Sequence[str], order_id: int, at: datetime) -> int:
    """Note which of our coupons an order names; codes that are not ours are the shop's own. Returns how many are newly used."""
    require_transaction()
    folded = {rules.fold_code(code) for code in codes}
    if not folded:
        return 0
    rows = list(Coupon.objects.select_for_update().filter(code__in=folded).order_by("id"))
    # The shop has taken it, whatever we think of its date: what happened there is the truth. One of a list that nobody
    # had got is used all the same, so that no member gets a dead code.
    rows = [row for row in rows if row.state in _USABLE or (row.state == Coupon.State.USED and row.order_id is None)]
    for row in rows:
        used_at = row.used_at or at  # a counter may have taken it before the order came
        Coupon.objects.filter(id=row.id).update(state=Coupon.State.USED, used_at=used_at, order_id=order_id)
        if row.member_id is not None:
            publish(CouponRedeemed(coupon_id=row.id, member_id=row.member_id, order_id=order_id, at=at))
    return len(rows)


def _warn(pool: CouponPool, at: datetime) -> None:
    """Tell staff once that a list runs low, until it is filled again."""
    if pool.warned_at is not None or pool.added == 0:
        return
    left = Coupon.objects.filter(pool=pool, state=Coupon.State.FREE).count()
    if left * LOW < pool.added and CouponPool.objects.filter(Q(warned_at__isnull=True), id=pool.id).update(
        warned_at=at
    ):
        notices.tell_pool(pool_id=pool.id, at=at)
