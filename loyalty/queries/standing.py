"""What counts for tiers, read from the ledger (or from orders, where the programme measures spend) for many members at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection
from django.db.models import Subquery
from django.db.models.expressions import RawSQL

from loyalty import rules
from loyalty.models import Tier, TierProgram
from loyalty.rules.forecast import Grain

FIRST_PROGRAM = TierProgram.objects.order_by("id").values("id")[:1]
"""The programme of the site; there is one."""

# Each row: whose, when it was earned, how much, since when it counts.
_CREDIT = """
    SELECT wallet.member_id, lot.earned_at, lot.remaining AS amount, lot.available_at
    FROM loyalty_wallet AS wallet
    JOIN loyalty_currency AS currency ON currency.id = wallet.currency_id AND currency.qualifies_tier
    JOIN loyalty_lot AS lot ON lot.wallet_id = wallet.id AND lot.remaining > 0
    WHERE wallet.member_id = ANY(%(ids)s)"""
_SPEND = """
    SELECT member_id, paid_at AS earned_at, greatest(net - refunded - paid_with_points, 0) AS amount,
           paid_at AS available_at
    FROM loyalty_order
    WHERE member_id = ANY(%(ids)s) AND currency = %(currency)s AND state IN ('paid', 'partly_refunded')
      AND paid_at IS NOT NULL"""


@dataclass(frozen=True)
class Programme:
    """The site's tiers as rules need them. `unit`: how many of what is counted make one of a threshold (100 cents)."""

    row: TierProgram
    tiers: Mapping[int, Tier]
    steps: Mapping[int, rules.TierStep]
    window: rules.Window
    policy: rules.Policy
    unit: int
    version: str = ""

    @property
    def lowest(self) -> rules.TierStep:
        return min(self.steps.values(), key=lambda step: step.rank)

    @property
    def ladder(self) -> list[rules.TierStep]:
        """All tiers, lowest first."""
        return sorted(self.steps.values(), key=lambda step: step.rank)

    def has_lifetime(self) -> bool:
        return any(step.lifetime is not None for step in self.steps.values())


@dataclass(frozen=True)
class Standing:
    """What counts of a member, and what an invitation gives at this moment."""

    counted: rules.Counted
    invited: rules.TierStep | None = None
    invited_until: datetime | None = None


def programme() -> Programme | None:
    """The tiers in one statement; None on a site without."""
    global _kept
    version = RawSQL("(SELECT loyalty_tiers_version())", [])
    found = Tier.objects.filter(program=Subquery(FIRST_PROGRAM)).select_related("program").annotate(known_as=version)
    tiers = list(found.order_by("rank"))
    read = programme_of(tiers[0].program, tiers, version=tiers[0].known_as) if tiers else None
    _kept = read
    return read  # not what is kept: another thread may have read something else meanwhile


_kept: Programme | None = None


def programme_once_known() -> Programme | None:
    """The same as this process read it last, for those who then hear from `standings_as_of` whether it is still so. Nobody
    writes to its rows."""
    return _kept or programme()


def programme_of(row: TierProgram, tiers: Sequence[Tier], *, version: str = "") -> Programme:
    """The same for rows that are perhaps not saved yet."""
    unit = 10 ** rules.exponent(row.spend_currency) if row.basis == TierProgram.Basis.SPEND else 1
    zone = ZoneInfo(settings.TIME_ZONE)
    return Programme(
        row=row,
        tiers={tier.pk: tier for tier in tiers},
        steps={tier.pk: _step(tier, unit) for tier in tiers},
        window=rules.Window(row.window, row.window_days, zone),
        policy=rules.Policy(row.down, row.grace_days, zone),
        unit=unit,
        version=version,
    )


def _step(tier: Tier, unit: int) -> rules.TierStep:
    keep = tier.threshold if tier.keep_threshold is None else tier.keep_threshold
    return rules.TierStep(
        tier.pk,
        tier.code,
        tier.rank,
        tier.threshold * unit,
        keep * unit,
        tier.lifetime_threshold,
        tier.by_invitation,
    )


def frames(*, program: Programme, member_ids: Sequence[int], at: datetime) -> dict[int, rules.Frame]:
    """The window of each member. Asks for the days of joining only where these matter."""
    if program.window.kind != TierProgram.Window.ANNIVERSARY:
        return dict.fromkeys(member_ids, program.window.frame(at=at))
    joined = dict(get_user_model().objects.filter(pk__in=member_ids).values_list("pk", "date_joined"))
    zone = program.window.zone
    return {
        member: program.window.frame(at=at, joined=joined[member].astimezone(zone).date() if member in joined else None)
        for member in member_ids
    }


def standings(*, program: Programme, member_ids: Sequence[int], at: datetime) -> dict[int, Standing]:
    """What counts of these members at `at`, each of them, in one statement (two for anniversaries)."""
    return standings_as_of(program=program, member_ids=member_ids, at=at)[0]


def standings_as_of(*, program: Programme, member_ids: Sequence[int], at: datetime) -> tuple[dict[int, Standing], str]:
    """The same, and the version that the tiers have in that statement: with another one than the programme's, nothing of it
    holds."""
    ids = list(member_ids)
    windows = frames(program=program, member_ids=ids, at=at)
    lifetime = (
        "wallet.lifetime - coalesce((SELECT sum(lot.remaining) FROM loyalty_lot AS lot WHERE lot.wallet_id = wallet.id "
    )
    lifetime += "AND lot.remaining > 0 AND lot.available_at > %(at)s), 0)"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH asked AS (
                SELECT * FROM unnest(%(ids)s::bigint[], %(since)s::timestamptz[], %(start)s::timestamptz[])
                AS asked (id, since, start)
            ), grain AS ({_grains(program)}), counted AS (
                SELECT asked.id, sum(grain.amount) FILTER (WHERE grain.earned_at >= asked.start) AS current,
                       sum(grain.amount) FILTER (WHERE grain.earned_at < asked.start) AS previous
                FROM asked JOIN grain ON grain.member_id = asked.id
                WHERE grain.available_at <= %(at)s AND grain.earned_at >= asked.since AND grain.earned_at <= %(at)s
                GROUP BY asked.id
            )
            SELECT asked.id, coalesce(counted.current, 0), coalesce(counted.previous, 0),
                   {
                "coalesce((SELECT sum("
                + lifetime
                + ") FROM loyalty_wallet AS wallet JOIN loyalty_currency AS currency "
                "ON currency.id = wallet.currency_id AND currency.qualifies_tier WHERE wallet.member_id = asked.id), 0)"
                if program.has_lifetime()
                else "0"
            },
                   invited.tier_id, invited.ends_at, (SELECT loyalty_tiers_version())
            FROM asked LEFT JOIN counted ON counted.id = asked.id
            LEFT JOIN LATERAL (
                SELECT invitation.tier_id, invitation.ends_at FROM loyalty_tierinvitation AS invitation
                JOIN loyalty_tier AS tier ON tier.id = invitation.tier_id AND tier.program_id = %(program)s
                WHERE invitation.member_id = asked.id AND invitation.ended_at IS NULL
                  AND invitation.invited_at <= %(at)s AND invitation.ends_at > %(at)s
                ORDER BY tier.rank DESC, invitation.ends_at DESC LIMIT 1) AS invited ON true
            """,
            {
                "ids": ids,
                "since": [windows[one].since for one in ids],
                "start": [windows[one].start for one in ids],
                "at": at,
                "program": program.row.pk,
                "currency": program.row.spend_currency,
            },
        )
        rows = cursor.fetchall()
    found = {
        member: Standing(
            rules.Counted(int(current), int(previous), int(lifetime), windows[member].ends),
            program.steps.get(tier_id),
            ends_at,
        )
        for member, current, previous, lifetime, tier_id, ends_at, _version in rows
    }
    return found, rows[0][-1] if rows else program.version


def grains_of(*, program: Programme, since: Mapping[int, datetime], at: datetime) -> dict[int, list[Grain]]:
    """What counts or is on its way, by member, as sums of days: for forecasts. One statement.

    `since` says for whom and from when on.
    """
    ids = list(since)
    zone = program.window.zone
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH asked AS (SELECT * FROM unnest(%(ids)s::bigint[], %(since)s::timestamptz[]) AS asked (id, since)),
            grain AS ({_grains(program)})
            SELECT asked.id, (grain.earned_at AT TIME ZONE %(zone)s)::date, greatest(grain.available_at, %(at)s),
                   sum(grain.amount)
            FROM asked JOIN grain ON grain.member_id = asked.id
            WHERE grain.earned_at >= asked.since AND (grain.earned_at <= %(at)s OR grain.available_at > %(at)s)
            GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
            """,
            {
                "ids": ids,
                "since": [since[one] for one in ids],
                "at": at,
                "zone": zone.key,
                "currency": program.row.spend_currency,
            },
        )
        rows = cursor.fetchall()
    found: dict[int, list[Grain]] = {one: [] for one in ids}
    for member, day, available_at, amount in rows:
        found[member].append(_grain(day, int(amount), available_at))
    return found


def _grain(day: date, amount: int, available_at: datetime) -> Grain:
    return Grain(day, amount, available_at)


def _grains(program: Programme) -> str:
    return _SPEND if program.row.basis == TierProgram.Basis.SPEND else _CREDIT
