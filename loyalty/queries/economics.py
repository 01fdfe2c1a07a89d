"""Points as promises: what was given, used and lost by month, what is still owed, and which rows make each number."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.db.models import Sum

from loyalty import rules
from loyalty.models import Entry, PointsValue, Redemption, Wallet
from loyalty.queries.rates import programme_currency
from loyalty.rules import economics
from loyalty.rules.codes import line_handle
from loyalty.rules.economics import Cohort, Expectation, Period
from members.queries import MemberCard, member_cards

MONTHS = 12
ACCOUNTS = {"issued": 1, "redeemed": 2, "expired": 3, "adjusted": 4, "held": 5, "written_off": 6, "converted": 7}
YEAR = timedelta(days=365)


@dataclass(frozen=True)
class MonthOfPoints:
    """One month in points: opening + issued + adjusted + other - redeemed - expired = closing. Points held count as promised."""

    month: int
    opening: int
    issued: int
    adjusted: int
    redeemed: int
    expired: int
    other: int

    @property
    def closing(self) -> int:
        return self.opening + self.issued + self.adjusted + self.other - self.redeemed - self.expired

    @property
    def first_day(self) -> str:
        return month_name(self.month)


@dataclass(frozen=True)
class Family:
    """Points of one accounting: sold with goods (IFRS 15), or given (a cost when granted). Money is None while the worth of a
    point is unknown."""

    cohorts: tuple[Cohort, ...]
    expected: Expectation
    periods: tuple[tuple[int, Period], ...] | None

    @property
    def open(self) -> int:
        return sum(one.open for one in self.cohorts)

    @property
    def liability(self) -> int | None:
        return self.periods[-1][1].closing if self.periods else None


@dataclass(frozen=True)
class Burn:
    """Points that expire in a month unless they are used; `month` None: never. `expected`: of these, how many will be used."""

    month: int | None
    points: int
    expected: int

    @property
    def first_day(self) -> str:
        return month_name(self.month) if self.month is not None else ""


@dataclass(frozen=True)
class Worth:
    """What one point is worth in minor units, and how that is known: measured, typed, or not at all (None)."""

    point: Fraction | None
    measured: bool
    currency: str
    spent: int
    redeemed: int


@dataclass(frozen=True)
class Economics:
    """Everything the page tells."""

    months: tuple[MonthOfPoints, ...]
    with_members: int
    pending: int
    held: int
    owed: int
    bought: Family
    given: Family
    expected: Expectation
    worth: Worth
    at_cost: int | None
    burn: tuple[Burn, ...]
    used_within_90: tuple[int, int]

    @property
    def reconciles(self) -> bool:
        """Whether the months end in what wallets and holds say."""
        return bool(self.months) and self.months[-1].closing == self.with_members + self.held

    @property
    def liability(self) -> int | None:
        if self.bought.liability is None or self.given.liability is None:
            return None
        return self.bought.liability + self.given.liability


def month_of(moment: datetime) -> int:
    local = moment.astimezone(ZoneInfo(settings.TIME_ZONE))
    return local.year * 12 + local.month - 1


def month_name(month: int) -> str:
    """2026-03."""
    return f"{month // 12}-{month % 12 + 1:02}"


def month_named(text: str) -> int | None:
    """The number of a month written as 2026-03; None for anything else."""
    year, dash, month = text.partition("-")
    fits = dash and len(year) == 4 and len(month) == 2 and (year + month).isascii() and (year + month).isdigit()
    return int(year) * 12 + int(month) - 1 if fits and 1 <= int(month) <= 12 else None


def economics_of(*, at: datetime) -> Economics:
    """The page's numbers at one moment, in about ten statements over whole tables: demand a transaction of your own."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")  # the role's limit is for pages
    now = month_of(at)
    cohorts, pending, confirmed_open = _cohorts(at)
    every = [one for family in cohorts.values() for one in family]
    value = _value()
    worth = worth_of(at=at, value=value)
    typed = Fraction(value.redemption_percent) / 100
    expected = economics.expectation(_together(every), now=now, typed=typed)
    shown = list(range(now - MONTHS + 1, now + 1))
    prices = _prices(worth.currency)
    bought = _family(cohorts[True], now, shown, typed, worth, prices)
    given = _family(cohorts[False], now, shown, typed, worth, None)
    totals = Wallet.objects.filter(currency__code="points").aggregate(posted=Sum("posted"), held=Sum("held"))
    coming = Fraction(0)
    for one in (bought, given):
        coming += sum(economics.still_to_come(one.cohorts, now=now, expected=one.expected).values(), Fraction(0))
    return Economics(
        months=_months(now, shown),
        with_members=totals["posted"] or 0,
        pending=pending,
        held=totals["held"] or 0,
        owed=_owed(),
        bought=bought,
        given=given,
        expected=expected,
        worth=worth,
        at_cost=economics.rounded(coming * worth.point) if worth.point is not None else None,
        burn=_burn(coming / confirmed_open if confirmed_open else Fraction(0)),
        used_within_90=_early(at),
    )


def _value() -> PointsValue:
    return PointsValue.objects.first() or PointsValue()


def worth_of(*, at: datetime, value: PointsValue | None = None) -> Worth:
    """What a point is worth: typed by a manager, else what rewards of the last year cost a point."""
    value = value or _value()
    currency = programme_currency()
    rows = Redemption.objects.filter(claimed_at__gt=at - YEAR, claimed_at__lte=at, txn__isnull=False)
    found = rows.exclude(state__in=Redemption.UNDONE).aggregate(spent=Sum("reward__unit_cost"), points=Sum("cost"))
    typed = None if value.point_value is None else Fraction(value.point_value) * 10 ** rules.exponent(currency)
    spent, redeemed = found["spent"] or 0, found["points"] or 0
    point, measured = economics.cost_of_point(spent=spent, redeemed=redeemed, typed=typed)
    if typed is not None:
        point, measured = typed, False
    return Worth(point, measured, currency, spent, redeemed)


def expected_of(*, at: datetime) -> Expectation:
    """The share of points that will be redeemed, over all of them."""
    cohorts, _pending, _open = _cohorts(at)
    typed = Fraction(_value().redemption_percent) / 100
    every = _together([one for family in cohorts.values() for one in family])
    return economics.expectation(every, now=month_of(at), typed=typed)


def _together(cohorts: Sequence[Cohort]) -> list[Cohort]:
    """Both families by month."""
    by_month: dict[int, list[Cohort]] = defaultdict(list)
    for one in cohorts:
        by_month[one.month].append(one)
    found = []
    for month, some in sorted(by_month.items()):
        length = max(len(one.used) for one in some)
        used = tuple(sum(one.used[age] for one in some if age < len(one.used)) for age in range(length))
        found.append(Cohort(month, sum(one.issued for one in some), used, sum(one.open for one in some)))
    return found


_LAST_MOMENT = "(lot.expires_at - interval '1 second')"
_MONTH = "(extract(year FROM {0} AT TIME ZONE %(zone)s) * 12 + extract(month FROM {0} AT TIME ZONE %(zone)s) - 1)::int"


def _rows(sql: str, **values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"zone": settings.TIME_ZONE} | values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def _cohorts(at: datetime) -> tuple[dict[bool, list[Cohort]], int, int]:
    """Monthly lots of points sold with goods (True) and of others, what is pending, and what is open in all."""
    lots = _rows(
        f"SELECT lot.origin = 'purchase', {_MONTH.format('lot.earned_at')}, sum(lot.amount), sum(lot.remaining), "
        "sum(lot.remaining) FILTER (WHERE lot.available_at > %(at)s) FROM loyalty_lot AS lot "
        "JOIN loyalty_wallet AS wallet ON wallet.id = lot.wallet_id "
        "JOIN loyalty_currency AS currency ON currency.id = wallet.currency_id AND currency.code = 'points' GROUP BY 1, 2",
        at=at,
    )
    uses = _rows(
        f"SELECT lot.origin = 'purchase', {_MONTH.format('lot.earned_at')}, CASE WHEN txn.kind = 'spend' "
        "OR hold.state = 'confirmed' THEN 'redeemed' WHEN txn.kind = 'expire' THEN 'expired' WHEN hold.state = 'open' "
        f"THEN 'held' ELSE 'other' END, {_MONTH.format('coalesce(closing.effective_at, txn.effective_at)')}, "
        "sum(used.amount - used.returned) FROM loyalty_lotuse AS used JOIN loyalty_lot AS lot ON lot.id = used.lot_id "
        "JOIN loyalty_wallet AS wallet ON wallet.id = lot.wallet_id "
        "JOIN loyalty_currency AS currency ON currency.id = wallet.currency_id AND currency.code = 'points' "
        "JOIN loyalty_txn AS txn ON txn.id = used.txn_id LEFT JOIN loyalty_hold AS hold ON hold.txn_id = txn.id "
        "LEFT JOIN loyalty_txn AS closing ON closing.id = hold.closing_id "
        "WHERE used.amount > used.returned GROUP BY 1, 2, 3, 4"
    )
    issued: dict[tuple[bool, int], int] = {}
    opened: dict[tuple[bool, int], int] = defaultdict(int)
    used: dict[tuple[bool, int], dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for bought, month, amount, remaining, _pending in lots:
        issued[bought, month] = int(amount)
        opened[bought, month] = int(remaining)
    for bought, month, what, when, amount in uses:
        if what == "redeemed":
            used[bought, month][max(0, when - month)] += int(amount)
        elif what == "held":
            opened[bought, month] += int(amount)
        elif what == "other":  # taken back, sent on, let go: as if it had never been issued
            issued[bought, month] -= int(amount)
    found: dict[bool, list[Cohort]] = {True: [], False: []}
    for (bought, month), amount in sorted(issued.items()):
        ages = used[bought, month]
        shape = tuple(ages[age] for age in range(max(ages, default=-1) + 1))
        found[bought].append(Cohort(month, amount, shape, opened[bought, month]))
    return found, sum(int(row[4] or 0) for row in lots), sum(opened.values())


def _prices(currency: str) -> dict[int, Fraction]:
    """What the purchases that earned points come to by month, after what was given back, in minor units of the programme."""
    rows = _rows(
        f"SELECT {_MONTH.format('paid_at')}, currency, coalesce(context->>'rate', '1'), "
        "sum(greatest(net - refunded - paid_with_points, 0)) FROM loyalty_order "
        "WHERE member_id IS NOT NULL AND paid_at IS NOT NULL AND state IN ('paid', 'partly_refunded') AND rules <> '{}' "
        "GROUP BY 1, 2, 3"
    )
    found: dict[int, Fraction] = defaultdict(Fraction)
    for month, source, rate, amount in rows:
        scale = Fraction(10) ** (rules.exponent(currency or source) - rules.exponent(source))
        found[month] += int(amount) * Fraction(rate) * scale
    return found


def _family(
    cohorts: Sequence[Cohort],
    now: int,
    shown: Sequence[int],
    typed: Fraction,
    worth: Worth,
    prices: Mapping[int, Fraction] | None,
) -> Family:
    expected = economics.expectation(cohorts, now=now, typed=typed)
    if worth.point is None:
        return Family(tuple(cohorts), expected, None)
    final = economics.ultimate(cohorts, now=now) if expected.measured else {}
    deferred: dict[int, Fraction] = {}
    for one in cohorts:
        alone = max(final.get(one.month, one.issued * expected.rate), Fraction(0)) * worth.point
        if prices is not None:
            price = prices.get(one.month, Fraction(0))
            alone = price * alone / (price + alone) if price + alone > 0 else Fraction(0)
        deferred[one.month] = alone
    moves = economics.obligation(cohorts, deferred=deferred, now=now, expected=expected)
    periods = economics.roll_forward(moves, shown)
    return Family(tuple(cohorts), expected, tuple(zip(shown, periods, strict=True)))


def _months(now: int, shown: Sequence[int]) -> tuple[MonthOfPoints, ...]:
    rows = _rows(
        f"SELECT {_MONTH.format('txn.effective_at')}, (-entry.account) / 1000, sum(entry.amount) FROM loyalty_entry AS entry "
        "JOIN loyalty_txn AS txn ON txn.id = entry.txn_id "
        "JOIN loyalty_currency AS currency ON currency.id = entry.currency_id AND currency.code = 'points' "
        "WHERE entry.account < 0 GROUP BY 1, 2"
    )
    by_month: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for month, account, amount in rows:
        by_month[min(month, now)][account] += int(amount)
    found = []
    # Whatever leaves the system accounts is with members; held points are promised still.
    opening = -sum(
        amount for month, some in by_month.items() if month < shown[0]
        for account, amount in some.items() if account != ACCOUNTS["held"]
    )  # fmt: skip
    for month in shown:
        some = by_month.get(month, {})
        one = MonthOfPoints(
            month=month,
            opening=opening,
            issued=-some.get(ACCOUNTS["issued"], 0),
            adjusted=-some.get(ACCOUNTS["adjusted"], 0),
            redeemed=some.get(ACCOUNTS["redeemed"], 0),
            expired=some.get(ACCOUNTS["expired"], 0),
            other=-some.get(ACCOUNTS["written_off"], 0) - some.get(ACCOUNTS["converted"], 0),
        )
        found.append(one)
        opening = one.closing
    return tuple(found)


def _burn(share: Fraction) -> tuple[Burn, ...]:
    rows = _rows(
        f"SELECT {_MONTH.format(_LAST_MOMENT)}, sum(lot.remaining) FROM loyalty_lot AS lot "
        "JOIN loyalty_wallet AS wallet ON wallet.id = lot.wallet_id "
        "JOIN loyalty_currency AS currency ON currency.id = wallet.currency_id AND currency.code = 'points' "
        "WHERE lot.remaining > 0 GROUP BY 1 ORDER BY 1 NULLS LAST"
    )
    return tuple(Burn(month, int(points), economics.rounded(int(points) * share)) for month, points in rows)


def _owed() -> int:
    [(owed,)] = _rows(
        "SELECT coalesce(sum(debt.remaining), 0) FROM loyalty_debt AS debt JOIN loyalty_wallet AS wallet "
        "ON wallet.id = debt.wallet_id JOIN loyalty_currency AS currency ON currency.id = wallet.currency_id "
        "AND currency.code = 'points' WHERE debt.remaining > 0"
    )
    return int(owed)


def _early(at: datetime) -> tuple[int, int]:
    """Of the members whose first points came at least 90 days ago: how many used some within 90 days, and how many there are."""
    [(early, everybody)] = _rows(
        """
        WITH began AS (
            SELECT lot.wallet_id, min(lot.earned_at) AS first FROM loyalty_lot AS lot
            JOIN loyalty_wallet AS wallet ON wallet.id = lot.wallet_id
            JOIN loyalty_currency AS currency ON currency.id = wallet.currency_id AND currency.code = 'points'
            GROUP BY 1 HAVING min(lot.earned_at) <= %(at)s - interval '90 days'
        ), used AS (
            SELECT lot.wallet_id, min(txn.effective_at) AS first FROM loyalty_lotuse AS used
            JOIN loyalty_lot AS lot ON lot.id = used.lot_id
            JOIN loyalty_txn AS txn ON txn.id = used.txn_id AND txn.kind IN ('spend', 'hold')
            WHERE used.amount > used.returned GROUP BY 1
        )
        SELECT count(*) FILTER (WHERE used.first <= began.first + interval '90 days'), count(*)
        FROM began LEFT JOIN used ON used.wallet_id = began.wallet_id
        """,
        at=at,
    )
    return int(early), int(everybody)


@dataclass(frozen=True)
class PromiseRow:
    """One posting behind a number of the page."""

    entry_id: int
    at: datetime
    kind: str
    reason: str
    amount: int
    handle: str
    member: MemberCard | None


def rows_behind(*, account: str, month: int, before: int = 0, limit: int = 100) -> list[PromiseRow]:
    """The postings that a number of a month sums up, the newest first."""
    sign = "" if account in ("redeemed", "expired") else "-"
    before_sql = "AND entry.id < %(before)s" if before else ""
    numbers = [ACCOUNTS["written_off"], ACCOUNTS["converted"]] if account == "other" else [ACCOUNTS[account]]
    start, end = (f"{month_name(one)}-01" for one in (month, month + 1))
    rows = _rows(
        f"""
        SELECT entry.id, txn.effective_at, txn.kind, txn.reason, {sign}entry.amount, txn.key,
               (SELECT wallet.member_id FROM loyalty_entry AS leg JOIN loyalty_wallet AS wallet ON wallet.id = leg.account
                WHERE leg.txn_id = txn.id AND leg.account > 0 LIMIT 1)
        FROM loyalty_entry AS entry JOIN loyalty_txn AS txn ON txn.id = entry.txn_id
        JOIN loyalty_currency AS currency ON currency.id = entry.currency_id AND currency.code = 'points'
        WHERE entry.account = ANY(SELECT -(1000 * number + currency.id) FROM unnest(%(accounts)s::int[]) AS number)
          AND txn.effective_at >= (%(start)s::timestamp AT TIME ZONE %(zone)s)
          AND txn.effective_at < (%(end)s::timestamp AT TIME ZONE %(zone)s) {before_sql}
        ORDER BY entry.id DESC LIMIT %(limit)s
        """,
        accounts=numbers, start=start, end=end, before=before, limit=limit,
    )  # fmt: skip
    people = member_cards(member_ids={row[6] for row in rows if row[6]})
    return [
        PromiseRow(number, moment, kind, reason, int(amount), line_handle(key), people.get(member))
        for number, moment, kind, reason, amount, key, member in rows
    ]


def ever_posted() -> bool:
    """Whether there is anything to tell."""
    return Entry.objects.exists()
