"""A shop with something behind every id: a member with points, an order, a claim, a coupon, a correction, a gift, an invitation."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction

from loyalty import actions
from loyalty.models import Currency, Reward, Transfer
from members.actions import ensure_identity
from outbox.clock import now
from referrals.models import Program, Referral
from tests.integrations.conftest import Shop, an_order

EVERYTHING = (
    "orders:read", "orders:write", "members:read", "members:write", "events:write", "programme:read", "redemptions:read",
    "redemptions:write", "coupons:read", "coupons:write", "adjustments:read", "adjustments:write", "transfers:read",
    "referrals:read",
)  # fmt: skip


@dataclass(frozen=True)
class World:
    """Ids as the API says them."""

    shop: Shop
    ada: str
    bob: str
    order: str
    reward: str
    sent_reward: str
    redemption: str
    held: str
    coupon: str
    adjustment: str
    transfer: str
    line: str


def build(shop: Shop) -> World:
    """Through the API where it can be said there."""
    at = now()
    rule(points=10)
    ada = made(shop.post("/members", {"source": "tea-shop", "external_id": "c-1", "name": "Ada"}))["id"]
    bob = made(shop.post("/members", {"source": "tea-shop", "external_id": "c-2", "name": "Bob"}))["id"]
    made(shop.post("/orders", an_order(external_id="o-1", member={"external_id": "c-1"})))
    points = {"member": ada, "amount": 4000, "reason": "promise", "note": "To begin with"}
    adjustment = made(shop.post("/adjustments", {"cause": "start", **points}, Idempotency_Key="start"))
    code = reward(name="Ten percent", kind="generated_code", cost=100, percent=10)
    parcel = reward(name="A tea pot", kind="physical", cost=300)
    claim = {"member": ada, "reward": f"rew_{code.public_id}"}
    redemption = made(shop.post("/redemptions", claim, Idempotency_Key="claim-1"))
    held = made(shop.post("/redemptions", {**claim, "reward": f"rew_{parcel.public_id}"}, Idempotency_Key="claim-2"))
    coupon = {"cause": "sorry", "member": ada, "percent": 5}
    given = made(shop.post("/coupons", coupon, Idempotency_Key="coupon-1"))
    return World(
        shop=shop, ada=ada, bob=bob, order=shop.get("/orders/ext:tea-shop:o-1").json()["id"],
        reward=f"rew_{code.public_id}", sent_reward=f"rew_{parcel.public_id}", redemption=redemption["id"],
        held=held["id"], coupon=given["code"], adjustment=adjustment["id"], transfer=transfer_and_invitation(at),
        line=shop.get(f"/members/{ada}/ledger").json()["data"][0]["line"],
    )  # fmt: skip


def transfer_and_invitation(at: Any) -> str:
    """What only members do: a gift of points, an invitation."""
    from uuid import uuid4

    from loyalty.actions.ledger.transferring import transfer
    from members.actions import join_group

    with transaction.atomic():
        ada = ensure_identity(source="tea-shop", external_id="c-1", by=None, at=at)
        bob = ensure_identity(source="tea-shop", external_id="c-2", by=None, at=at)
        Currency.objects.filter(code="points").update(transferable=True, transfer_trust=0)
        join_group(member_id=ada, group="trust:2", by=None, at=at)
        actions.grant_points(
            cause="to send", member_id=ada, amount=50, reason="quest", origin="activity", by=None, at=at
        )
        sent = transfer(key=uuid4(), from_member_id=ada, to_member_id=bob, amount=10, by=ada, at=at)
        programme = Program.objects.get_or_create(code="invite")[0]
        Referral.objects.create(program=programme, inviter_id=ada, friend_id=bob, claimed_at=at, created_at=at)
    return f"trf_{Transfer.objects.get(id=sent.transfer_id).public_id}"


def reward(**values: Any) -> Reward:
    return Reward.objects.create(**{"kind": "promise", "cost": 10, **values})


def rule(**changes: Any) -> None:
    """Points for what a system of the business tells."""
    with transaction.atomic():
        actions.publish_rule(
            code="told", by=None, at=now() - timedelta(days=400),
            changes={"name": "What you did elsewhere", "trigger": "custom", "formula": "fixed", "pending_days": 0, **changes},
        )  # fmt: skip


def made(response: Any) -> dict[str, Any]:
    assert response.status_code in (200, 201), response.content
    body: dict[str, Any] = response.json()
    return body


def postings() -> dict[str, int]:
    """How many rows the ledger has: compared before and after what must post nothing."""
    from loyalty.models import Adjustment, Coupon, Entry, Hold, Lot, LotUse, Order, Redemption, RefundNotice, Txn

    tables: tuple[Any, ...] = (Txn, Entry, Lot, LotUse, Hold, Order, Redemption, Coupon, Adjustment, RefundNotice)
    return {table.__name__: table.objects.count() for table in tables}
