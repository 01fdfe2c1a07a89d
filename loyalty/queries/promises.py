"""What must be true of rewards, quests, tiers and sealed days whatever happened; the ledger's own promises are in `books`.

Each statement gives the ids that break its promise, each function says in words what breaks it; nothing when all is well.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import islice

from django.conf import settings
from django.db import connection

from loyalty import rules
from loyalty.models import BooksDay, TierMembership, Wallet
from loyalty.queries.books import verify_day
from loyalty.queries.standing import Programme, programme, standings
from loyalty.rules import merkle

FRESH_DAYS = 7
"""The newest sealed days are computed again from their transactions; of all others the chain and the counts are looked at."""
BATCH = 5_000

_UNDONE = "('cancelled', 'expired', 'returned')"

REWARDS: dict[str, str] = {
    "a claim took its cost once; one that was undone gave all of it back": f"""
        SELECT claim.id, claim.state, claim.cost, sum(leg.amount) AS moved FROM loyalty_redemption AS claim
        JOIN LATERAL (
            SELECT claim.txn_id AS id
            UNION SELECT hold.closing_id FROM loyalty_hold AS hold
                WHERE hold.txn_id = claim.txn_id AND hold.closing_id IS NOT NULL
            UNION SELECT undo.id FROM loyalty_txn AS undo WHERE undo.reverses_id = claim.txn_id
        ) AS part ON true
        JOIN loyalty_entry AS leg ON leg.txn_id = part.id AND leg.account > 0
        WHERE claim.txn_id IS NOT NULL GROUP BY claim.id
        HAVING sum(leg.amount) <> CASE WHEN claim.state IN {_UNDONE} THEN 0 ELSE -claim.cost END""",
    "what a claim waits for is held, and what was handed over is paid": f"""
        SELECT claim.id, claim.state, hold.state FROM loyalty_redemption AS claim
        JOIN loyalty_hold AS hold ON hold.txn_id = claim.txn_id JOIN loyalty_reward AS reward ON reward.id = claim.reward_id
        WHERE claim.state NOT IN {_UNDONE} AND hold.state <> CASE
            WHEN claim.state IN ('held', 'requested') OR claim.state = 'fulfilling' AND reward.kind = 'gift_to_friend'
            THEN 'open' ELSE 'confirmed' END""",
    "points are held for a reward only while somebody's claim waits for them": """
        SELECT hold.id FROM loyalty_hold AS hold LEFT JOIN loyalty_redemption AS claim ON claim.txn_id = hold.txn_id
        WHERE hold.state = 'open' AND hold.source_type = 'reward' AND claim.id IS NULL""",
    "no member has more of a reward than one may have": """
        SELECT reward_id, member_id, count(*), max(slot_limit) FROM loyalty_redemption WHERE slot IS NOT NULL
        GROUP BY reward_id, member_id HAVING count(*) > max(slot_limit) OR count(DISTINCT slot) <> count(*)""",
    "the last step of a claim is its state": """
        SELECT claim.id, claim.state FROM loyalty_redemption AS claim
        JOIN LATERAL (SELECT step.state FROM loyalty_redemptionstep AS step WHERE step.redemption_id = claim.id
                      ORDER BY step.id DESC LIMIT 1) AS last ON true
        WHERE last.state <> claim.state""",
    "the code of a claim is its member's, and of no use when the claim was undone": f"""
        SELECT claim.id, coupon.id, coupon.state FROM loyalty_redemption AS claim
        JOIN loyalty_coupon AS coupon ON coupon.id = claim.coupon_id
        WHERE coupon.state = 'free' OR coupon.member_id IS DISTINCT FROM claim.member_id
           OR claim.state IN {_UNDONE} AND coupon.state = 'assigned'""",
    "a code that came of a claim belongs to one": """
        SELECT coupon.id FROM loyalty_coupon AS coupon
        WHERE (coupon.cause LIKE 'claim:%' OR coupon.cause LIKE 'gift:%') AND coupon.state = 'assigned'
            AND NOT EXISTS (SELECT FROM loyalty_redemption AS claim WHERE claim.coupon_id = coupon.id)""",
    "a list of codes holds as many as were put in": """
        SELECT pool.id, pool.added, count(coupon.id) FROM loyalty_couponpool AS pool
        LEFT JOIN loyalty_coupon AS coupon ON coupon.pool_id = pool.id
        GROUP BY pool.id HAVING count(coupon.id) <> pool.added""",
    "a gift that was taken became a free claim of the same reward by the same member": """
        SELECT gift.id FROM loyalty_gift AS gift JOIN loyalty_redemption AS claim ON claim.id = gift.redemption_id
        WHERE claim.reward_id <> gift.reward_id OR claim.member_id IS DISTINCT FROM gift.member_id
           OR claim.cost <> 0 OR claim.txn_id IS NOT NULL""",
    "what a friend paid for a gift is paid when it is taken, waits while it waits, and is back when it is over": f"""
        SELECT gift.id, gift.state, paid.state FROM loyalty_gift AS gift
        JOIN loyalty_redemption AS paid ON paid.id = gift.paid_id
        WHERE CASE gift.state WHEN 'claimed' THEN paid.state <> 'fulfilled'
                              WHEN 'waiting' THEN paid.state NOT IN ('requested', 'fulfilling')
                              ELSE paid.state NOT IN {_UNDONE} END
        UNION ALL
        SELECT paid.id, 'no gift', paid.state FROM loyalty_redemption AS paid
        JOIN loyalty_reward AS reward ON reward.id = paid.reward_id AND reward.kind = 'gift_to_friend'
        WHERE paid.state IN ('requested', 'fulfilling', 'fulfilled')
            AND NOT EXISTS (SELECT FROM loyalty_gift AS gift WHERE gift.paid_id = paid.id)""",
}

QUESTS: dict[str, str] = {
    # One scan of what quests posted: facts have no index.
    "a quest that is done paid what it says, once; no other quest paid": """
        WITH paid AS (
            SELECT txn.facts->>'cause' AS cause, wallet.member_id,
                   coalesce(sum(leg.amount) FILTER (WHERE currency.code = 'points'), 0) AS points,
                   coalesce(sum(leg.amount) FILTER (WHERE currency.code = 'credit'), 0) AS credit
            FROM loyalty_txn AS txn JOIN loyalty_entry AS leg ON leg.txn_id = txn.id AND leg.account > 0
            JOIN loyalty_wallet AS wallet ON wallet.id = leg.account
            JOIN loyalty_currency AS currency ON currency.id = wallet.currency_id
            WHERE txn.kind = 'earn' AND txn.source_type = 'cause' AND txn.reason = 'quest' GROUP BY 1, 2
        )
        SELECT coalesce(run.public_id, paid.cause), run.state, run.points, run.credit, paid.points, paid.credit
        FROM loyalty_questrun AS run FULL JOIN paid ON paid.cause = 'quest:' || run.public_id
            AND paid.member_id = run.member_id
        WHERE (run.id IS NULL OR run.state = 'open' AND paid.cause IS NOT NULL
            OR run.state = 'done' AND (run.points, run.credit) <> (coalesce(paid.points, 0), coalesce(paid.credit, 0)))""",
    "a gift of the ladder that gave points was taken": """
        SELECT txn.id FROM loyalty_txn AS txn
        LEFT JOIN loyalty_laddergift AS gift ON txn.facts->>'cause' = 'ladder:' || gift.public_id
        WHERE txn.kind = 'earn' AND txn.source_type = 'cause' AND txn.reason = 'ladder_gift'
            AND gift.state IS DISTINCT FROM 'claimed'""",
    "who has a gift of the ladder reached its level": """
        SELECT gift.id FROM loyalty_laddergift AS gift JOIN loyalty_ladderrung AS rung ON rung.id = gift.rung_id
        LEFT JOIN loyalty_levelstanding AS stood ON stood.member_id = gift.member_id
        WHERE coalesce(stood.highest, 1) < rung.level""",
    "the prizes of a season went to its results": """
        SELECT txn.id FROM loyalty_txn AS txn
        LEFT JOIN loyalty_seasonresult AS result ON result.rewarded_at IS NOT NULL
            AND result.league_id::text = split_part(txn.facts->>'cause', ':', 3)
            AND result.member_id::text = split_part(txn.facts->>'cause', ':', 4)
        WHERE txn.kind = 'earn' AND txn.source_type = 'cause' AND txn.reason = 'season'
            AND txn.facts->>'cause' LIKE 'season:%' AND result.id IS NULL""",
}

TIERS: dict[str, str] = {
    "a member is in one tier at a time, and no stay ends before it began": """
        SELECT member_id, count(*) FROM loyalty_tiermembership WHERE until IS NULL GROUP BY member_id HAVING count(*) > 1
        UNION ALL SELECT id, 0 FROM loyalty_tiermembership WHERE until < since""",
    "what a stay in a tier was due for was looked at in the last review": """
        SELECT held.id FROM loyalty_tiermembership AS held JOIN loyalty_tier AS tier ON tier.id = held.tier_id
        JOIN loyalty_tierprogram AS program ON program.id = tier.program_id
        WHERE held.until IS NULL AND held.next_review <= program.reviewed_at AND held.since < program.reviewed_at""",
}


def broken_seals() -> list[str]:
    """Every seal and its link to the day before, the number of transactions of each sealed day, and the newest days afresh."""
    found: list[str] = []
    before: BooksDay | None = None
    afresh = set(BooksDay.objects.order_by("-day").values_list("day", flat=True)[:FRESH_DAYS])
    counted = _txns_by_day()
    for row in BooksDay.objects.order_by("day").iterator():
        if row.seal != merkle.seal_of(row.previous, row.day.isoformat(), row.root):
            found.append(f"{row.day}: the seal is not that of its day")
        elif before is not None and (row.previous, row.day) != (before.seal, before.day + timedelta(days=1)):
            found.append(f"{row.day}: it does not follow the day before")
        elif counted.get(row.day, 0) != row.txns:
            found.append(f"{row.day}: {counted.get(row.day, 0)} transactions, {row.txns} were sealed")
        elif row.day in afresh and (problem := verify_day(day=row.day).problem):
            found.append(f"{row.day}: {problem}")
        before = row
    return found


def _txns_by_day() -> dict[date, int]:
    last = BooksDay.objects.order_by("-day").values_list("day", flat=True).first()
    if last is None:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT day, count(*) FROM (SELECT (created_at AT TIME ZONE %s)::date AS day FROM loyalty_txn) AS txn "
            "WHERE day <= %s GROUP BY day",
            [settings.TIME_ZONE, last],
        )
        return dict(cursor.fetchall())


def misplaced_tiers(*, at: datetime) -> list[str]:
    """Whoever is in another tier than a fresh review at this moment gives: below what their credit reached by the last review,
    or still in one that they should have lost or been warned of, though nobody means to look at them."""
    program = programme()
    if program is None:
        return []
    found: list[str] = []
    ids = iter(
        Wallet.objects.filter(currency__qualifies_tier=True).values_list("member_id", flat=True)
        .union(TierMembership.objects.filter(until=None).values_list("member_id", flat=True))
        .order_by("member_id")
    )  # fmt: skip
    while batch := list(islice(ids, BATCH)):
        found += _misplaced(program, batch, at)
    return found


def _misplaced(program: Programme, ids: list[int], at: datetime) -> Iterator[str]:
    held = {row.member_id: row for row in TierMembership.objects.filter(member_id__in=ids, until=None)}
    reviewed = program.row.reviewed_at
    below = _above(program, ids, held, at) if reviewed is not None else {}
    # What becomes available, or is invited, after the last review waits for the next one.
    late = _above(program, list(below), held, reviewed) if below and reviewed is not None else {}
    for member in late:
        yield f"member {member} reached {late[member]} and is below it"
    quiet = [one for one in ids if one in held and (held[one].next_review or at) > at and held[one].since <= at]
    for member, standing in standings(program=program, member_ids=quiet, at=at).items():
        row = held[member]
        if row.tier_id not in program.steps:
            continue
        fresh = rules.review(
            counted=standing.counted,
            held=rules.Held(program.steps[row.tier_id], row.ground, row.grace_until, row.secured_until),
            invited=standing.invited,
            steps=list(program.steps.values()),
            policy=program.policy,
            at=at,
            allow_down=True,
        )
        if fresh.tier.rank < program.steps[row.tier_id].rank:
            yield f"member {member} is still in {program.steps[row.tier_id].code}, not in {fresh.tier.code}"
        elif fresh.tier.rank == program.steps[row.tier_id].rank and fresh.grace_until and not row.grace_until:
            yield f"member {member} is about to lose {fresh.tier.code} and was not told"


def _above(program: Programme, ids: list[int], held: dict[int, TierMembership], at: datetime) -> dict[int, str]:
    """Who reaches a higher tier at this moment than the one they are in, and which."""
    found = {}
    for member, standing in standings(program=program, member_ids=ids, at=at).items():
        row = held.get(member)
        now_in = program.steps.get(row.tier_id, program.lowest) if row else program.lowest
        best = rules.review(
            counted=standing.counted,
            held=None,
            invited=standing.invited,
            steps=list(program.steps.values()),
            policy=program.policy,
            at=at,
            allow_down=False,
        ).tier
        if best.rank > now_in.rank:
            found[member] = best.code
    return found
