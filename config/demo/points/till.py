"""What customers of the shop paid with their points at the till, long before they could click on anything here.

Most of those who bought never made an account; some of them spent what they had all the same. Without them the promises of
the programme would look as if nobody ever wanted anything.
"""

import csv
from collections import defaultdict
from collections.abc import Collection
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from loyalty.actions import ledger
from members.actions import ensure_identities

CUSTOMERS = 400
"""So many of those who bought for most."""
WAITING = timedelta(days=15)
LEAST = 30


@cache
def bought(file: Path) -> dict[str, list[tuple[date, float]]]:
    """The days and sums of each customer of `file`, oldest first."""
    found: dict[str, list[tuple[date, float]]] = defaultdict(list)
    with file.open() as lines:
        for row in csv.DictReader(lines):
            found[row["customer"]].append((date.fromisoformat(row["date"]), float(row["dollars"])))
    return {customer: sorted(days) for customer, days in found.items()}


def spent_most(file: Path, but: Collection[str], number: int) -> list[str]:
    """Customers by what they bought for, largest first."""
    sums = {customer: sum(dollars for _day, dollars in days) for customer, days in bought(file).items()}
    return sorted(sums.keys() - set(but), key=lambda customer: (-sums[customer], customer))[:number]


def pay(file: Path, *, source: str, newest: date, but: Collection[str], at: datetime) -> None:
    """Each once, most of what was there: every third soon after the first purchase, the others later. In a transaction."""
    shift = newest - max(days[-1][0] for days in bought(file).values())
    wanted = {}
    for number, customer in enumerate(spent_most(file, but, CUSTOMERS)):
        first = bought(file)[customer][0][0] + shift
        age = 20 + number % 66 if number % 3 == 0 else 95 + number * 97 % ((newest - first).days - 95)
        moment = datetime.combine(first, time(11 + number % 7), UTC) + timedelta(days=age)
        there = sum(int(dollars) for day, dollars in bought(file)[customer] if day + shift < (moment - WAITING).date())
        if (points := there * (70 + number % 31) // 100) >= LEAST and moment < at:
            wanted[customer] = (points, moment)
    ids = ensure_identities(source=source, people=[(customer, "") for customer in wanted], by=None, at=at)
    for customer in sorted(wanted, key=ids.__getitem__):  # wallets are locked by their ids
        points, moment = wanted[customer]
        with suppress(ledger.InsufficientPoints):
            ledger.spend(
                key=uuid5(NAMESPACE_URL, f"demo-till-{customer}"), member_id=ids[customer], amount=points,
                reason="paid_at_the_till", source_type="till", source_id=int(customer), by=None, at=moment, facts={},
            )  # fmt: skip
