"""Levels: each is told once in a life, however the credit goes up and down."""

from collections.abc import Collection
from datetime import datetime

from django.db import connection

from loyalty.events import LevelReached
from loyalty.models import LevelSettings
from loyalty.rules import levels
from outbox.publish import publish_many
from outbox.require import require_transaction

# What has come and is available: pending credit does not count yet. Credit is never spent; what was reversed is gone.
CREDIT_OF = """
SELECT wallet.member_id, greatest(0, wallet.posted - coalesce((
    SELECT sum(lot.remaining) FROM loyalty_lot AS lot
    WHERE lot.wallet_id = wallet.id AND lot.remaining > 0 AND lot.available_at > %(at)s), 0))::bigint
FROM loyalty_wallet AS wallet JOIN loyalty_currency AS currency ON currency.id = wallet.currency_id AND currency.code = 'credit'
WHERE wallet.member_id = ANY(%(members)s) ORDER BY wallet.member_id
"""

_RAISE = """
UPDATE loyalty_levelstanding AS held SET highest = wanted.level, at = %(at)s
FROM unnest(%(members)s::bigint[], %(levels)s::int[]) AS wanted (member_id, level),
     loyalty_levelstanding AS before
WHERE held.member_id = wanted.member_id AND before.member_id = held.member_id AND held.highest < wanted.level
RETURNING held.member_id, before.highest, held.highest
"""


def review_levels(*, member_ids: Collection[int], at: datetime, quietly: bool = False) -> int:
    """Raise the levels of these members to what their credit reaches; how many rose.

    `quietly`: what came from long ago (an import) tells nothing and hangs no gifts; the levels are there all the same.
    """
    require_transaction()
    wanted = sorted(set(member_ids))
    if not wanted:
        return 0
    curve = LevelSettings.objects.filter(pk=1).values_list("curve", flat=True).first() or 1
    with connection.cursor() as cursor:
        cursor.execute(CREDIT_OF, {"members": wanted, "at": at})
        reached = {
            member: level
            for member, credit in cursor.fetchall()
            if (level := levels.level_of(int(credit), curve=curve)) > 1
        }
        if not reached:
            return 0
        cursor.execute(
            "SELECT member_id, highest FROM loyalty_levelstanding WHERE member_id = ANY(%s)", [list(reached)]
        )
        stood = dict(cursor.fetchall())
        reached = {member: level for member, level in reached.items() if level > stood.get(member, 1)}
        if not reached:
            return 0
        members = sorted(reached)
        cursor.execute(
            "INSERT INTO loyalty_levelstanding (member_id, highest, at) SELECT unnest(%s::bigint[]), 1, %s "
            "ON CONFLICT DO NOTHING",
            [members, at],
        )
        cursor.execute(  # two at once: the second waits here, and then sees what the first has told
            "SELECT member_id FROM loyalty_levelstanding WHERE member_id = ANY(%s) ORDER BY member_id FOR UPDATE",
            [members],
        )
        cursor.execute(_RAISE, {"members": members, "levels": [reached[one] for one in members], "at": at})
        risen = cursor.fetchall()
    if not quietly:
        publish_many(
            [
                LevelReached(member_id=member, level=level, at=at)
                for member, before, after in risen
                for level in range(before + 1, after + 1)
            ]
        )
    return len(risen)
