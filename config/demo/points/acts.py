"""What people did with points in these months: bought, reviewed, chose, gave, asked. Each step can be repeated."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from django.db import transaction

import care.actions
import care.queries
import members.actions
from config.demo import lanes
from config.demo.points import machines, programme, seasons, shelf
from loyalty import actions as loyalty
from loyalty import nightly
from loyalty.actions.earning.questions import ask_about
from loyalty.actions.ledger.transferring import transfer
from loyalty.actions.rewards import desk
from loyalty.actions.tiers.inviting import TierRefused, invite_member
from loyalty.canonical import CanonicalOrder, OrderLineData, PaymentState, RefundData, RefundLineData
from loyalty.queries import statement
from loyalty.queries.seasons import current_season
from loyalty.queries.tiers import tier_ids
from loyalty.queries.why import rule_text

SHOP = "tea-shop"
DAY = timedelta(days=1)
People = Mapping[str, int]
HABITS = (("jun", 17, 88), ("kofi", 22, 90), ("pierre", 13, 83), ("xiaoyu", 25, 86), ("hana", 31, 78), ("bea", 9, 30))
"""Who writes a review every so many days, from so many days ago on."""


@dataclass(frozen=True)
class Bought:
    """One order of the story: (product, category, pieces, net in minor units) a line."""

    member: str
    number: str
    at: datetime
    lines: tuple[tuple[str, str, int, int], ...]
    back: int = 0


def play(ids: People, at: datetime) -> None:
    """Everything, in the order of its days; each step is a transaction of its own."""
    steps: tuple[Callable[[People, datetime], None], ...] = (
        _rules, machines.connect, _orders, _reviews, _claims, _gifts, _corrections, seasons.run,
    )  # fmt: skip
    first = current_season(at=at) is None
    for step in steps:
        with transaction.atomic(durable=True):
            step(ids, at)
    machines.send(ids, at)
    lanes.deliver()
    if first:  # a second start leaves the next night to the night
        nightly.run(at=at)
    with transaction.atomic(durable=True):
        _questions(ids, at)
    lanes.deliver()
    with transaction.atomic(durable=True):
        _answers(ids, at)
    lanes.deliver()


def _rules(ids: People, at: datetime) -> None:
    if rule_text(code="tea-weekend", version=1) is None:
        programme.rules(ids["marek"], at)


def saturday(at: datetime, back: int) -> datetime:
    """Eleven o'clock of a Saturday, at least `back` days ago."""
    day = at - back * DAY
    day -= ((day.weekday() - 5) % 7) * DAY
    return day.replace(hour=11, minute=20, second=0, microsecond=0)


def weekday(at: datetime, back: int) -> datetime:
    """The afternoon of a Tuesday, at least `back` days ago."""
    day = at - back * DAY
    day -= ((day.weekday() - 1) % 7) * DAY
    return day.replace(hour=16, minute=5, second=0, microsecond=0)


def orders(at: datetime) -> tuple[Bought, ...]:
    """Newest last. Lin's oldest one is a year old soon, and so are its points."""
    return (
        Bought("lin", "T-1001", at - 353 * DAY, (("Kettle of cast iron", "pots", 1, 78000), ("Puerh cake, 2019", "tea", 1, 5200))),
        Bought("georg", "T-1002", at - 372 * DAY, (("Twelve cakes of pu-erh", "tea", 12, 98000),)),
        Bought("wen", "T-1040", saturday(at, 32), (("Dancong, 100 g", "tea", 2, 9600), ("Gaiwan, white", "pots", 1, 4400))),
        Bought("lin", "T-1043", at - 41 * DAY, (("Tea tray, bamboo", "furniture", 1, 5800), ("Two cups", "pots", 2, 2600)), 2600),
        Bought("lin", "T-1051", saturday(at, 18), (("Saturday oolong, 100 g", "tea", 2, 8400), ("Gaiwan, white", "pots", 1, 2800))),
        Bought("sofia", "T-1031", weekday(at, 66), (("Sencha, 100 g", "tea", 1, 2400), ("Cloth, linen", "table", 1, 1600))),
        Bought("sofia", "T-1053", saturday(at, 17), (("Hojicha, 200 g", "tea", 2, 5200),)),
        Bought("oleg", "T-1054", weekday(at, 17), (("Lapsang, 250 g", "tea", 2, 6200),)),
        Bought("kofi", "T-1055", weekday(at, 16), (("Porcelain clay, 10 kg", "workshop", 2, 8800),)),
        Bought("nora", "T-1056", saturday(at, 15), (("Oolong for beginners", "tea", 1, 2450),)),
        Bought("xiaoyu", "T-1060", saturday(at, 8), (("龙井 50 克", "tea", 1, 3900),)),
        Bought("lin", "T-1061", weekday(at, 6), (("White tea, 50 g", "tea", 1, 1800),)),
        Bought("aisha", "T-1062", weekday(at, 5), (("Mint, dried", "tea", 3, 2100),)),
        Bought("lin", "T-1066", saturday(at, 0), (("First taste, 25 g", "tea", 1, 3600),)),
        Bought("dana", "T-1067", at - timedelta(hours=20), (("Starter box", "tea", 1, 2900),)),
        Bought("ada", "T-1068", at - timedelta(hours=9), (("One cup", "pots", 1, 1100),)),
    )  # fmt: skip


def _orders(ids: People, at: datetime) -> None:
    for one in sorted(orders(at), key=lambda order: order.at):
        moment = min(one.at, at - timedelta(minutes=10))
        refund = RefundData(
            external_id=f"{one.number}-R", occurred_at=moment + 6 * DAY, amount=one.back,
            lines=(RefundLineData(line="2", quantity=one.lines[1][2], amount=one.back),),
        ) if one.back else None  # fmt: skip
        for revision in ("1", "2") if refund else ("1",):
            loyalty.record_order(
                order=CanonicalOrder(
                    source=SHOP, external_id=one.number, revision=revision, occurred_at=moment, currency="EUR",
                    state=PaymentState.PARTLY_REFUNDED if revision == "2" else PaymentState.PAID, placed_at=moment,
                    paid_at=moment, member_id=ids[one.member], refunds=(refund,) if refund and revision == "2" else (),
                    lines=tuple(
                        OrderLineData(external_id=str(number), quantity=pieces, net=net, product=product, category=category)
                        for number, (product, category, pieces, net) in enumerate(one.lines, start=1)
                    ),
                ),
                by=None, at=moment + 6 * DAY if revision == "2" else moment,
            )  # fmt: skip


def _reviews(ids: People, at: datetime) -> None:
    """Some are paid, one is the second of its week, one is of something never bought; and tins come back."""
    reviews = (
        ("lin", 1, 16, True, 2), ("lin", 2, 15.9, True, 1), ("lin", 3, 4, False, 1), ("wen", 4, 12, True, 3),
        ("aisha", 5, 3, True, 0), ("oleg", 6, 8, True, 1), ("sofia", 7, 15, True, 1),
    )  # fmt: skip
    for member, number, days, bought, pictures in reviews:
        loyalty.award(
            trigger="review.published", source_type="review", source_id=number, member_id=ids[member],
            facts={"review.product": f"T-{number}", "review.bought": bought, "review.pictures": pictures},
            at=at - days * DAY,
        )  # fmt: skip
    tins = [("lin", 200.0), ("lin", 199.7), ("kofi", 90.0), ("nora", 30.0)]
    # Regulars write about what they drink, all through both seasons.
    for number, (member, every, first) in enumerate(HABITS, start=1):
        days = first
        while days > 1:
            loyalty.award(
                trigger="review.published", source_type="review", source_id=1000 * number + days, member_id=ids[member],
                facts={"review.product": f"T-{number}", "review.bought": True, "review.pictures": 1}, at=at - days * DAY,
            )  # fmt: skip
            tins.append((member, days * 24 - 7.0))
            days -= every
    for number, (member, hours) in enumerate(tins, start=1):
        loyalty.award(
            trigger="custom", source_type="tin", source_id=number, member_id=ids[member],
            facts={"event.name": "tin.returned"}, at=at - timedelta(hours=hours),
        )  # fmt: skip


def _claims(ids: People, at: datetime) -> None:
    def claim(member: str, name: str, days: float, nth: int = 1) -> loyalty.ClaimedReward:
        return loyalty.claim_reward(
            reward_id=shelf.reward_id(name, at), member_id=ids[member], key=f"demo-{name}-{nth}", by=ids[member],
            at=at - days * DAY,
        )  # fmt: skip

    givers = ("wen", "oleg", "aisha", "tomas", "lin", "wen", "pierre", "kofi", "georg", "wen", "sofia")
    for number, member in enumerate(givers):
        claim(member, shelf.TREE, 12 - number, nth=number)
    claim("lin", shelf.TENTH, 9)
    for number, member in enumerate(("tomas", "oleg", "hana", "aisha")):
        claim(member, shelf.DELIVERY, 20 - number)
    claim("wen", shelf.TENTH, 6)
    claim("wen", shelf.SEAT, 5)
    claim("wen", shelf.LANTERN, 2)
    claim("oleg", shelf.LETTER, 2.2)
    claim("hana", shelf.ASK, 4)
    _guests(ids, at)
    _parcel(ids, "lin", claim("lin", shelf.SAMPLER, 4), "12 Mill Lane", "Bristol", at - 4 * DAY)
    _parcel(ids, "tomas", claim("tomas", shelf.SAMPLER, 11), "Calle del Pez 8", "Madrid", at - 11 * DAY)
    _parcel(ids, "aisha", claim("aisha", shelf.SAMPLER, 0.3), "4 Orchard Row", "Leeds", at - 0.3 * DAY)
    packed, arrived = claim("lin", shelf.SAMPLER, 4), claim("tomas", shelf.SAMPLER, 11)
    for one, days in ((packed, 2), (arrived, 9)):
        taken = desk.take_redemption(redemption_id=one.redemption_id, by=ids["marek"], at=at - (days + 1) * DAY)
        if taken:
            desk.send_redemption(
                redemption_id=one.redemption_id, carrier="River Post", tracking=f"RP 4402 {one.redemption_id:04} 77",
                by=ids["marek"], at=at - days * DAY,
            )  # fmt: skip
    desk.fulfil_redemption(redemption_id=arrived.redemption_id, by=ids["marek"], at=at - 6 * DAY)
    undone = claim("pierre", shelf.TENTH, 1.5)
    loyalty.cancel_redemption(
        redemption_id=undone.redemption_id, by=ids["marek"], at=at - 1.2 * DAY, note="Clicked on the wrong one."
    )


def _guests(ids: People, at: datetime) -> None:
    """Quiet guests take what they like, for longer than a year: what is promised is partly kept already."""
    choices = [shelf.reward_id(name, at) for name in (shelf.VOUCHER, shelf.VOUCHER, shelf.TENTH, shelf.TREE)]
    quiet = [member_id for name, member_id in ids.items() if name[-1].isdigit()]
    for number, member_id in enumerate(quiet):
        with suppress(loyalty.RewardRefused):
            loyalty.claim_reward(
                reward_id=choices[number % len(choices)], member_id=member_id, key="demo-quiet", by=member_id,
                at=at - (430 - number * 5.3) * DAY,
            )  # fmt: skip


def _parcel(ids: People, member: str, claimed: loyalty.ClaimedReward, street: str, city: str, at: datetime) -> None:
    if claimed.state == "held":
        address = loyalty.Address(name=member.title(), lines=street, city=city, country="—")
        loyalty.give_address(
            redemption_id=claimed.redemption_id, address=address, by=ids[member], at=at + timedelta(minutes=4)
        )


def _gifts(ids: People, at: datetime) -> None:
    """From a friend, from the house, and points themselves."""
    gift = loyalty.claim_reward(
        reward_id=shelf.reward_id(shelf.TIN, at),
        member_id=ids["hana"],
        key="demo-tin",
        by=ids["hana"],
        at=at - 1.1 * DAY,
    )
    loyalty.choose_friend(
        redemption_id=gift.redemption_id, friend_id=ids["lin"], by=ids["hana"], at=at - 1.1 * DAY + timedelta(minutes=3),
        note="For the window, the cats and you. H.",
    )  # fmt: skip
    loyalty.grant_gift(
        cause="demo:first-winter", member_id=ids["wen"], reward_id=shelf.reward_id(shelf.LETTER, at), valid_days=30,
        by=ids["marek"], at=at - 0.8 * DAY, note="Ten years at this table.",
    )  # fmt: skip
    for giver, friend, amount, days, note in (
        ("lin", "nora", 40, 13, "For your first good oolong."), ("wen", "xiaoyu", 100, 5, "买龙井的时候用。"),
        ("kofi", "lin", 60, 2.5, "For the cat that posed with my cup."),
    ):  # fmt: skip
        transfer(
            key=uuid5(NAMESPACE_URL, f"demo-{giver}-{friend}"), from_member_id=ids[giver], to_member_id=ids[friend],
            amount=amount, by=ids[giver], at=at - days * DAY, note=note,
        )  # fmt: skip
    try:
        invite_member(
            member_id=ids["kofi"], tier_id=tier_ids()["old-friend"], reason="His cups are what we pour into.",
            ends_at=at + 180 * DAY, by=ids["marek"], at=at - 25 * DAY,
        )  # fmt: skip
    except TierRefused:
        return  # a start before this one invited him
    members.actions.set_birthday(
        member_id=ids["wen"], month=(at + 9 * DAY).month, day=(at + 9 * DAY).day, by=ids["wen"], at=at - 300 * DAY
    )


def _corrections(ids: People, at: datetime) -> None:
    """One posted, one that waits for Sofia, one that she declined."""
    loyalty.propose_adjustment(
        cause="demo:late-parcel", member_id=ids["oleg"], currency="points", amount=120, reason_code="goodwill",
        note="The second parcel was late, too. With our apology.", by=ids["marek"], at=at - 28 * DAY,
    )  # fmt: skip
    loyalty.propose_adjustment(
        cause="demo:stamp-cards", member_id=ids["laochen"], currency="points", amount=6400, reason_code="migration",
        note="Sixteen full stamp cards of the old house, counted together at the table.", by=ids["marek"], at=at - 0.6 * DAY,
    )  # fmt: skip
    once = loyalty.propose_adjustment(
        cause="demo:cup-thanks", member_id=ids["kofi"], currency="points", amount=8000, reason_code="contribution",
        note="For the evening at the wheel.", by=ids["marek"], at=at - 9 * DAY,
    )  # fmt: skip
    if once.state == "waiting":
        loyalty.decline_adjustment(
            adjustment_id=once.adjustment_id, by=ids["sofia"], at=at - 8 * DAY,
            reason="We pay him for the evening. Points for the applause, please: 800.",
        )  # fmt: skip


def _questions(ids: People, at: datetime) -> None:
    """Lin asks about a Saturday, Wen about another one."""
    bought = {one.number: one for one in orders(at)}
    for member, number, days, words in (
        ("lin", "T-1051", 9, "The gaiwan came with the tea as one set. Should it not count double, too?"),
        ("wen", "T-1040", 0.4, "两百克凤凰单丛，好像只记了一次双倍。请帮我看看。"),
    ):
        lines = [one for one in statement(member_id=ids[member], at=at, limit=300) if one.at == bought[number].at]
        asked = any(case.cause for case in care.queries.cases_of(member_id=ids[member]))
        if lines and not asked:
            line = min(lines, key=lambda one: one.amount)
            ask_about(txn_id=line.txn_id, member_id=ids[member], words=words, at=at - days * DAY)


def _answers(ids: People, at: datetime) -> None:
    for case in care.queries.cases_of(member_id=ids["lin"]):
        if case.cause and case.state != "closed":
            care.actions.answer_points(
                case_id=case.id, granted=True, amount=28, by=ids["marek"], at=at - 8 * DAY,
                words="You are right: we sold it as a set, so it is tea. The other half is yours, and the set is mended.",
            )  # fmt: skip
