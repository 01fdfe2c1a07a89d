"""A shop takes a coupon at its counter, before (or without) telling us the order."""

from datetime import datetime

from django.utils.translation import gettext as _

from loyalty import rules
from loyalty.actions.rewards.cards import CouponCard, RewardRefused, coupon_card
from loyalty.events import CouponRedeemed
from loyalty.models import Coupon, Order, Redemption
from outbox.publish import publish
from outbox.require import require_transaction


def redeem_coupon(
    *, code: str, order_id: int | None, member_id: int | None = None, by: int | None, at: datetime
) -> tuple[CouponCard, bool]:
    """Mark a coupon as used: (the coupon, whether it is newly used). The same order again changes nothing.

    An order that names the code afterwards is noted with it. Raises RewardRefused: unknown, not_theirs, used, expired, revoked,
    wrong_currency, below_minimum.
    """
    require_transaction()
    row = Coupon.objects.select_for_update().filter(code=rules.fold_code(code), member__isnull=False).first()
    if row is None or Redemption.objects.filter(coupon=row, state=Redemption.State.REQUESTED).exists():
        raise RewardRefused("unknown", _("Nobody has a coupon with this code."))
    if member_id is not None and row.member_id != member_id:
        raise RewardRefused("not_theirs", _("This coupon belongs to another member."))
    if row.state == Coupon.State.USED and order_id is not None and row.order_id == order_id:
        return coupon_card(row), False
    _check_state(row, at)
    if order_id is not None:
        _check_order(row, Order.objects.get(id=order_id))
    row.state, row.used_at, row.order_id = Coupon.State.USED, at, order_id
    row.save(update_fields=["state", "used_at", "order"])
    if order_id is not None and row.member_id is not None:
        publish(CouponRedeemed(coupon_id=row.pk, member_id=row.member_id, order_id=order_id, at=at))
    return coupon_card(row), True


def _check_state(row: Coupon, at: datetime) -> None:
    if row.state == Coupon.State.USED:
        raise RewardRefused("used", _("This coupon was used before."))
    if row.state == Coupon.State.REVOKED:
        raise RewardRefused("revoked", _("This coupon was taken back."))
    if row.state == Coupon.State.EXPIRED or (row.expires_at is not None and row.expires_at <= at):
        raise RewardRefused("expired", _("This coupon has run out."))


def _check_order(row: Coupon, order: Order) -> None:
    if row.currency and row.currency != order.currency:
        raise RewardRefused("wrong_currency", _("This coupon is for orders in %(code)s.") % {"code": row.currency})
    if row.minimum_net and order.net < row.minimum_net:
        raise RewardRefused("below_minimum", _("The order is too small for this coupon."))
