"""Guest orders find whoever confirms their address."""

from loyalty import actions
from members.events import MemberJoined, MemberUpdated
from outbox.subscribe import subscribe


@subscribe(MemberJoined)
def claim_orders_of_newcomer(event: MemberJoined) -> None:
    if not event.imported:
        actions.claim_waiting_orders(member_id=event.member_id, by=None, at=event.at)


@subscribe(MemberUpdated)
def claim_orders_of_member(event: MemberUpdated) -> None:
    actions.claim_waiting_orders(member_id=event.member_id, by=None, at=event.at)
