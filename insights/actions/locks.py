"""Two looks at one member at once would both see the old stage and both note the same change."""

from django.db import connection

_SITE = "insights:stages"


def lock_member(member_id: int) -> None:
    """Wait for other looks at this member, and for one at the whole site; held to the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(hashtextextended(%s, 0))", [_SITE])
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{_SITE}:{member_id}"])


def lock_site() -> None:
    """Wait for every other look; held to the end of the transaction, which may then take its time."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '150s'; SET LOCAL lock_timeout = '60s'")
        # Right after an import there are no statistics yet, and the planner would walk members × acts in nested loops.
        cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [_SITE])
