"""What must be true of the whole site whatever happened, looked at in one snapshot: `manage.py verify`.

Each promise is one SQL statement that gives the ids of what breaks it, or a function that says so in words. The apps keep
their own promises; what two apps promise together is here.
"""

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.db import connection, transaction

from community.queries.chat import people as room_people
from community.queries.chat import truth as room_truth
from community.queries.live import truth as session_truth
from integrations.shops import queries as shops
from integrations.webhooks import queries as webhooks
from loyalty.queries import books
from loyalty.queries import promises as loyalty
from messaging.queries import promises as mail
from outbox import queries as outbox
from outbox.clock import now

log = logging.getLogger(__name__)

MOST = 20
"""Rows of one broken promise that are shown."""

_TOGETHER: dict[str, str] = {
    "what a drop promises is put aside, and no more is given than was claimed": """
        SELECT drops.id FROM community_drop AS drops LEFT JOIN loyalty_rewardreserve AS aside
            ON aside.cause = 'drop:' || drops.id
        WHERE drops.source = 'reward' AND (aside.count IS DISTINCT FROM drops.stock OR aside.given > drops.claimed)""",
}


@dataclass(frozen=True)
class Looked:
    """One promise and what breaks it: the first ids or sentences, none when it holds."""

    area: str
    promise: str
    found: tuple[str, ...]
    seconds: float


def look() -> list[Looked]:
    """Every promise of the site. One REPEATABLE READ transaction, so that nothing comes between two statements."""
    with transaction.atomic():
        if not connection.savepoint_ids:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                cursor.execute("SET LOCAL statement_timeout = 0")  # the role's limit is for pages
        return [*_statements(), *_functions()]


def tell_broken(looked: Iterable[Looked]) -> int:
    """Each broken promise into the log, as an error that somebody must look at; how many there are."""
    broken = [one for one in looked if one.found]
    for one in broken:
        log.error("Broken promise of %s: %s; first %s", one.area, one.promise, "; ".join(one.found[:3]))
    return len(broken)


def _statements() -> Iterator[Looked]:
    areas: dict[str, Mapping[str, str]] = {
        "points": books.INVARIANTS,
        "rewards": loyalty.REWARDS,
        "quests": loyalty.QUESTS,
        "tiers": loyalty.TIERS,
        "rooms": room_truth.CHECKS,
        "live sessions": session_truth.CHECKS,
        "drops and rewards": _TOGETHER,
        "mail": mail.CHECKS,
        "events": outbox.CHECKS,
        "shops": shops.CHECKS,
        "webhooks": webhooks.CHECKS,
    }
    given = {"room": None, "at": now()}
    with connection.cursor() as cursor:
        for area, promises in areas.items():
            for promise, statement in promises.items():
                begun = time.perf_counter()
                cursor.execute(
                    f"{statement} LIMIT {MOST}", given if any(f"%({name})s" in statement for name in given) else None
                )
                rows = cursor.fetchall()
                found = tuple(", ".join(map(str, row)) for row in rows)
                yield Looked(area, promise, found, time.perf_counter() - begun)


def _functions() -> Iterator[Looked]:
    functions: dict[tuple[str, str], Callable[[], list[str]]] = {
        ("rooms", "conversations are found by the people who are in them"): room_people.breaches,
        (
            "points",
            "the days that are over are as they were sealed, each bound to the one before",
        ): loyalty.broken_seals,
        ("tiers", "everybody is in the tier that a fresh review gives"): lambda: loyalty.misplaced_tiers(at=now()),
    }
    for (area, promise), function in functions.items():
        begun = time.perf_counter()
        found = tuple(function()[:MOST])
        yield Looked(area, promise, found, time.perf_counter() - begun)
