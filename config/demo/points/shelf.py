"""What the house gives for points: every kind of reward once, with the pictures that we drew."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.utils.translation import gettext_noop

from config.demo.plan import Offer
from config.demo.points.drawings import FOLDER
from loyalty import actions as loyalty
from loyalty.actions.rewards import coupons, shelf
from members import pictures
from members.actions import join_group

GARDEN, TABLE, SHOP, TOGETHER = (
    gettext_noop("From the garden"),
    gettext_noop("At the table"),
    gettext_noop("For your next order"),
    gettext_noop("For others"),
)
NIGHT_TABLE = "night-table"
POOL = "Five off the delivery, list of the spring"
TENTH, ASK = "A tenth off your next order", "Question to the founders"
"""The two that every new site begins with."""
SAMPLER, SEAT, CUP, HARVEST, DELIVERY, LANTERN, LETTER, TREE, TIN, VOUCHER = (
    gettext_noop("Tea sampler: five small bags"),
    gettext_noop("A seat in the back room"),
    gettext_noop("A cup from Kofi’s kiln, with your name"),
    gettext_noop("First harvest, forty grams"),
    gettext_noop("Five off the delivery"),
    gettext_noop("A month at the night table"),
    gettext_noop("A letter from the garden"),
    gettext_noop("A tea tree on the slope"),
    gettext_noop("A tin for a friend"),
    gettext_noop("Eight off your next order"),
)

# The names go through the catalogue like every other word.
OFFERS = (
    Offer(
        DELIVERY, gettext_noop("A code from the shop’s own list. It takes five euros off any delivery."), "coupon_pool", 150,
        category=SHOP, picture="parcel", shows=gettext_noop("A red bicycle with a parcel on its rack"),
        about={"unit_cost": 500, "how_to_use": gettext_noop("Type the code at the last step of your order.")},
    ),
    Offer(
        SAMPLER, gettext_noop("Five leaves from one mountain, 10 g of each, by post. We pack it by hand."), "physical", 600,
        stock=12, per_member=2, category=GARDEN, picture="sampler",
        shows=gettext_noop("Five small bags of tea on a table"), about={"unit_cost": 850, "return_days": 14},
    ),
    Offer(
        HARVEST, gettext_noop("The leaves of the first ten days, before the shop has them. Old friends choose first."), "physical",
        1200, stock=6, per_member=1, category=GARDEN, opens_in_days=1.9, picture="harvest",
        shows=gettext_noop("A tea shoot before green hills and a low sun"), about={"unit_cost": 1600},
    ),
    Offer(
        CUP, gettext_noop("Thrown, glazed and fired for you. It takes a month, as it should."), "physical", 4000, stock=3,
        per_member=1, category=GARDEN, picture="cup", shows=gettext_noop("A clay cup with a red seal, steaming"),
        about={"unit_cost": 3200, "terms": gettext_noop("Each one is a little different from the last. That is the point.")},
    ),
    Offer(
        SEAT, gettext_noop("An evening with the people who choose our teas. You taste what is not for sale yet."), "promise", 900,
        stock=2, per_member=1, tier="old-friend", category=TABLE, picture="back-room",
        shows=gettext_noop("A lantern over a table with four cups, the moon in the window"), about={"unit_cost": 1000},
    ),
    Offer(
        LANTERN, gettext_noop("A room that opens after ten and forgets what was said by morning. Yours for thirty days."), "perk",
        300, category=TABLE, picture="lantern", shows=gettext_noop("Three paper lanterns at night"), about={"perk_days": 30},
    ),
    Offer(
        LETTER, gettext_noop("The people who picked your tea write to you, by hand, with a leaf in it."), "promise", 200, stock=30,
        per_member=1, category=TOGETHER, picture="letter", shows=gettext_noop("A letter with a green stamp, a pen and a cup"),
        about={"unit_cost": 150},
    ),
    Offer(
        TREE, gettext_noop("Fifty points plant a tea tree above the village. When the goal is reached, we go and dig."), "donation",
        50, category=TOGETHER, picture="slope", shows=gettext_noop("Young trees on a green slope"),
        about={"goal": 1000, "unit_cost": 50},
    ),
    Offer(
        TIN, gettext_noop("Somebody you like gets our five small bags, with your words. Not wanted? Your points come back."),
        "gift_to_friend", 650, category=TOGETHER, gives=SAMPLER, picture="present",
        shows=gettext_noop("A green box with a red ribbon"), about={"gift_days": 14},
    ),
    Offer(
        VOUCHER, gettext_noop("A code for the shop. It takes eight euros off an order of thirty or more."), "generated_code", 500,
        category=SHOP, picture="ticket", shows=gettext_noop("A paper ticket with a leaf"),
        about={"amount": 800, "currency": "EUR", "minimum_net": 3000, "valid_days": 120, "unit_cost": 800},
    ),
)  # fmt: skip


class Pictures:
    """Our drawings, re-made from their pixels like everybody's uploads, while something else is done."""

    def __init__(self) -> None:
        workers = ThreadPoolExecutor(2)
        self._made: dict[str, Future[pictures.Fitted]] = {
            path.stem: workers.submit(pictures.make_picture, path.read_bytes())
            for path in sorted(FOLDER.glob("*.webp"))
        }
        workers.shutdown(wait=False)

    def hang(self, name: str) -> dict[str, str]:
        large, small = pictures.store_picture(self._made[name].result())
        return {"picture": large, "picture_small": small}


def stock(manager_id: int, night: Sequence[int], shown: Pictures, at: datetime) -> None:
    """Put everything on the shelf. In a transaction. `night`: who sits at the night table already."""
    pool = coupons.ensure_pool(name=POOL, amount=500, currency="EUR", valid_days=120, by=manager_id, at=at)
    codes = "\n".join(f"SPRING-{number * 7919 % 99991:05}" for number in range(1, 13))
    coupons.add_codes(pool_id=pool, text=codes, by=manager_id, at=at)
    for member_id in night:
        join_group(member_id=member_id, group=NIGHT_TABLE, by=None, at=at)
    made: dict[str, int] = {}
    for position, offer in enumerate(OFFERS, start=3):
        made[offer.name] = loyalty.ensure_reward(
            name=offer.name, description=offer.description, kind=offer.kind, cost=offer.cost, stock=offer.stock,
            per_member=offer.per_member, min_tier=offer.tier, category=offer.category, position=position,
            about=_about(offer, made, pool, shown, at), by=None, at=at,
        )  # fmt: skip
    dress = partial(_dress, shown=shown, by=manager_id, at=at)
    dress(TENTH, "ticket", gettext_noop("A paper ticket with a leaf"), {"category": SHOP})
    dress(ASK, "question", gettext_noop("Two speech bubbles over a cup"), {"category": TABLE, "kind": "promise"})


def _about(offer: Offer, made: Mapping[str, int], pool: int, shown: Pictures, at: datetime) -> dict[str, Any]:
    about = {**offer.about, **shown.hang(offer.picture), "picture_alt": offer.shows}
    if offer.opens_in_days:
        about["starts_at"] = at + timedelta(days=offer.opens_in_days)
    if offer.gives:
        about["gives_id"] = made[offer.gives]
    if offer.kind == "coupon_pool":
        about["pool_id"] = pool
    if offer.kind == "perk":
        about["group_name"] = NIGHT_TABLE
    return about


def _dress(
    name: str, picture: str, shows: str, values: dict[str, Any], *, shown: Pictures, by: int, at: datetime
) -> None:
    """What a new site begins with gets its picture here, when it is still there."""
    shelf.describe_reward(name=name, values={**values, **shown.hang(picture), "picture_alt": shows}, by=by, at=at)


def reward_id(name: str, at: datetime) -> int:
    """The id of a reward that stands on the shelf. In a transaction."""
    return loyalty.ensure_reward(name=name, kind="promise", cost=1, by=None, at=at)
