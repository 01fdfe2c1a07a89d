"""Writing a campaign's letter to one member, from what is true when it leaves."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from campaigns import facts
from campaigns.models import Campaign
from campaigns.queries import RETURN_KINDS
from campaigns.rules import letter
from insights import queries as insights
from loyalty import actions as loyalty
from loyalty.queries import balance
from loyalty.rules import exponent
from members.queries import member_card
from messaging.queries import zone_of
from messaging.slots import Composed, DeliveryCard, NothingToSay


@dataclass(frozen=True)
class Offer:
    """A coupon as the letter names it."""

    code: str
    expires_at: datetime | None


def compose(delivery: DeliveryCard, *, at: datetime) -> Composed | NothingToSay:
    """The composer of kind `campaigns.letter`: decides once more whether there is something true to say, then writes.

    The coupon is issued here, in the transaction that hands the message over; a retry gets the same code.
    """
    campaign = Campaign.objects.get(public_id=delivery.campaign_key)
    if not insights.is_profiled(member_id=delivery.member_id):
        return NothingToSay("no_personalisation")
    if _came_back(campaign, delivery.member_id, at):
        return NothingToSay("came_back_already")
    filled = fill(campaign=campaign, member_id=delivery.member_id, at=at)
    if not _has_something(campaign, filled):
        return NothingToSay("no_true_news")
    offer = _issue(campaign, delivery.member_id, at)
    return write(campaign=campaign, filled=with_offer(filled, campaign, offer, delivery.member_id))


def write(*, campaign: Campaign, filled: letter.Filled) -> Composed:
    """The letter with everything filled in; the language of the reader is active."""
    text = letter.as_text(campaign.body, filled)
    return Composed(
        subject=letter.fill_line(campaign.subject, filled),
        text=text,
        html=letter.as_html(campaign.body, filled),
        preview=" ".join(text.split())[:110],
        because=_("You get this because you are a member of %(site)s and said yes to news and offers by e-mail.")
        % {"site": settings.WAGTAIL_SITE_NAME},
    )


def fill(*, campaign: Campaign, member_id: int, at: datetime) -> letter.Filled:
    """What is true for this member now, without the offer; variables without a true value are None."""
    used = {*letter.names(campaign.subject), *letter.names(campaign.body)}
    card = member_card(member_id=member_id)
    held = balance(member_id=member_id, at=at) if used & {"points", "news"} else None
    return letter.Filled(
        values={
            "name": card.name if card else None,
            "site": settings.WAGTAIL_SITE_NAME,
            "points": number_format(held.available) if held and held.available > 0 else None,
            "root": settings.SITE_URL,
        },
        news=facts.news(member_id=member_id, held=held, at=at) if held and "news" in used else [],
    )


def with_offer(filled: letter.Filled, campaign: Campaign, offer: Offer | None, member_id: int) -> letter.Filled:
    """The same with the coupon's words, in the member's own time zone."""
    if offer is None:
        return filled
    expires = offer.expires_at.astimezone(zone_of(member_id=member_id)) if offer.expires_at else None
    values = {
        "coupon": offer.code,
        "offer": say_offer(campaign),
        "expires": date_format(expires, "DATE_FORMAT") if expires else None,
    }
    return letter.Filled(values={**filled.values, **values}, news=filled.news)


def say_offer(campaign: Campaign) -> str:
    """The coupon in words; empty without one."""
    if campaign.offer == Campaign.Offer.PERCENT:
        return _("%(percent)d %% off") % {"percent": campaign.offer_percent}
    if campaign.offer == Campaign.Offer.AMOUNT:
        return _("%(amount)s off") % {"amount": say_money(campaign.offer_amount, campaign.offer_currency)}
    return ""


def validity(campaign: Campaign) -> timedelta:
    return timedelta(days=campaign.offer_days)


def say_money(amount: int, currency: str) -> str:
    """Minor units as people write them."""
    places = exponent(currency)
    return f"{number_format(Decimal(amount).scaleb(-places), places)} {currency}"


def _issue(campaign: Campaign, member_id: int, at: datetime) -> Offer | None:
    if campaign.offer == Campaign.Offer.NONE:
        return None
    by_percent = campaign.offer == Campaign.Offer.PERCENT
    coupon = loyalty.issue_coupon(
        cause=f"campaign:{campaign.pk}:{member_id}",
        member_id=member_id,
        percent=campaign.offer_percent if by_percent else 0,
        amount=0 if by_percent else campaign.offer_amount,
        currency="" if by_percent else campaign.offer_currency,
        expires_at=at + validity(campaign),
        by=None,
        at=at,
    )
    return Offer(coupon.shown_code, coupon.expires_at)


def _has_something(campaign: Campaign, filled: letter.Filled) -> bool:
    """A letter that promises news needs some; a coupon is news of its own, and plain words are the manager's."""
    asked = {"news", "points"} & set(letter.names(campaign.body))
    return not asked or campaign.offer != Campaign.Offer.NONE or bool(filled.news or filled.values["points"])


def _came_back(campaign: Campaign, member_id: int, at: datetime) -> bool:
    assert campaign.started_at is not None  # noqa: S101  (only started campaigns have messages)
    return bool(
        insights.first_acts(
            member_ids=[member_id],
            since=campaign.started_at,
            until=at,
            kinds=RETURN_KINDS[Campaign.Outcome.ANY],
        )
    )
