"""What invitations listen to. Orders that come in bulk (OrdersImported) are history and pay nobody."""

from loyalty.events import OrderRecorded
from outbox.subscribe import subscribe
from referrals import actions, rules


@subscribe(OrderRecorded)
def follow_first_order(event: OrderRecorded) -> None:
    if event.first_paid and event.state in rules.KEPT_STATES:
        actions.qualify(
            friend_id=event.member_id, order_id=event.order_id, placed_at=event.placed_at, by=None, at=event.at
        )
    elif event.state in rules.RETURNED_STATES:
        actions.order_returned(order_id=event.order_id, by=None, at=event.at)
