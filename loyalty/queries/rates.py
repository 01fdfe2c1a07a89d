"""What a currency is worth in the programme's own."""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from django.db.models import Count

from loyalty.models import ExchangeRate, Order, ProgrammeCurrency

LASTS = timedelta(days=7)
"""A day without a table (a weekend, a holiday) takes the last one before it, at most this old."""

_PAID = (Order.State.PAID, Order.State.PARTLY_REFUNDED)


@dataclass(frozen=True)
class RateCard:
    """One rate as the console lists it: one unit of `source` is `rate` of `target`."""

    day: date
    source: str
    target: str
    rate: str


def programme_currency() -> str:
    """The currency that rules count in; empty while nobody has said: then a unit of any currency counts as one."""
    return ProgrammeCurrency.objects.values_list("code", flat=True).first() or ""


def rate(*, source: str, target: str, day: date) -> Fraction | None:
    """What one unit of `source` is worth in `target` by the table of that day, exactly. None: nobody has said."""
    if not target or source == target:
        return Fraction(1)
    near = ExchangeRate.objects.filter(day__lte=day, day__gt=day - LASTS).order_by("-day")
    straight = near.filter(source=source, target=target).values_list("rate", flat=True).first()
    if straight is not None:
        return Fraction(straight)
    turned = near.filter(source=target, target=source).values_list("rate", flat=True).first()
    return 1 / Fraction(turned) if turned is not None else None


def recent_rates(*, limit: int = 60) -> list[RateCard]:
    """The newest rates."""
    rows = ExchangeRate.objects.order_by("-day", "source", "target")[:limit]
    return [RateCard(row.day, row.source, row.target, f"{row.rate.normalize():f}") for row in rows]


def waiting_currencies() -> list[tuple[str, int]]:
    """Currencies whose orders wait for a rate, and how many wait."""
    rows = (
        Order.objects.filter(waits=True, state__in=_PAID)
        .values("currency")
        .annotate(number=Count("id"))
        .order_by("currency")
    )
    return [(row["currency"], row["number"]) for row in rows]
