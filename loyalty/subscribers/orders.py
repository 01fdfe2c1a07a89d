"""Guest orders find whoever confirms their address."""

from loyalty import actions
from loyalty.actions.orders.rates import settle_waiting
from loyalty.events import RatesSaved
from members.events import MemberJoined, MemberUpdated
from outbox.subscribe import subscribe


@subscribe(MemberJoined)
def claim_orders_of_newcomer(event: MemberJoined) -> None:
    if not event.imported:
        actions.claim_waiting_orders(member_id=event.member_id, by=None, at=event.at)


@subscribe(MemberUpdated)
def claim_orders_of_member(event: MemberUpdated) -> None:
    actions.claim_waiting_orders(member_id=event.member_id, by=None, at=event.at)


@subscribe(RatesSaved)
def settle_orders_that_waited(event: RatesSaved) -> None:
    settle_waiting(after_id=event.after_id, at=event.at)
