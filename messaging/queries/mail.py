"""Reading consent, reachability and what became of messages."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, Max, Q

from members.queries import about, verified_emails
from messaging.addresses import address_hashes
from messaging.models import (
    Consent,
    Delivery,
    MailPause,
    MessagingSettings,
    NoticeSettings,
    PushSubscription,
    Suppression,
)
from messaging.purposes import label
from messaging.rules import EMAIL, MARKETING, PUSH, SERVICE, WEEK, Limits, units


@dataclass(frozen=True)
class DeliveryRow:
    """One message of a campaign, as lists show it."""

    public_id: str
    member_id: int
    state: str
    state_label: str
    reason: str
    sent_at: datetime | None


@dataclass(frozen=True)
class SentLine:
    """One mail that left, as its reader may see it. Who was held out or refused never learns of it here."""

    purpose: str
    state: str
    label: str
    at: datetime


@dataclass(frozen=True)
class Counted:
    """How many messages of a campaign are in one state for one reason."""

    state: str
    state_label: str
    reason: str
    count: int


def has_consent(*, member_id: int, channel: str = EMAIL, purpose: str = MARKETING) -> bool:
    """Whether the member's last word for this purpose is yes. Service needs none."""
    return purpose == SERVICE or bool(_granted([member_id], channel, purpose))


def consents(*, member_id: int, channel: str = EMAIL) -> dict[str, bool]:
    """The member's last word by purpose; a purpose never answered is missing."""
    last = Consent.objects.filter(member_id=member_id, channel=channel).values("purpose").annotate(last=Max("id"))
    rows = Consent.objects.filter(id__in=[row["last"] for row in last]).values_list("purpose", "state")
    return {purpose: state == Consent.State.GRANTED for purpose, state in rows}


def paused_until(*, member_id: int, at: datetime) -> datetime | None:
    return MailPause.objects.filter(member_id=member_id, until__gt=at).values_list("until", flat=True).first()


def refusals(
    *, member_ids: Iterable[int], channel: str = EMAIL, purpose: str = MARKETING, at: datetime
) -> dict[int, str]:
    """Why a message may not go to these members, by member id; who is missing may get it. Four statements.

    Reasons: no_address, no_device, no_consent, paused_by_member, or why the address is suppressed.
    """
    ids = set(member_ids)
    if channel == PUSH:
        devices = PushSubscription.objects.filter(member_id__in=ids, member__is_active=True)
        reachable = devices.values_list("member_id", flat=True)
        reasons = dict.fromkeys(ids - set(reachable), "no_device")
    else:
        addresses = verified_emails(member_ids=ids)
        reasons = dict.fromkeys(ids - addresses.keys(), "no_address")
        reasons = {**_suppressed(addresses, channel, at), **reasons}
    if purpose == SERVICE:
        return reasons
    for member_id in MailPause.objects.filter(member_id__in=ids, until__gt=at).values_list("member_id", flat=True):
        reasons.setdefault(member_id, "paused_by_member")
    for member_id in ids - _granted(ids, channel, purpose):
        reasons.setdefault(member_id, "no_consent")
    return reasons


def limits() -> Limits:
    """The site's quiet hours and caps."""
    row = MessagingSettings.objects.values_list(
        "quiet_from", "quiet_to", "marketing_per_day", "marketing_per_week", "week_units", "mail_delay"
    ).first()
    return Limits(*row) if row else Limits()


def zone_of(*, member_id: int) -> ZoneInfo:
    """The member's time zone; the site's if it is unknown."""
    return zone_named(about(member_id=member_id).time_zone)


def zone_named(name: str) -> ZoneInfo:
    """The zone of this name; the site's for a name that is none."""
    try:
        return ZoneInfo(name or settings.TIME_ZONE)
    except (KeyError, ValueError, OSError):
        return ZoneInfo(settings.TIME_ZONE)


@dataclass(frozen=True)
class Reached:
    """A message that reached (or may have reached) a member, as the caps and the budget count it."""

    at: datetime
    purpose: str
    channel: str

    @property
    def units(self) -> int:
        return units(purpose=self.purpose, channel=self.channel)


def reached(*, member_ids: Iterable[int], at: datetime) -> dict[int, list[Reached]]:
    """What reached these members in the last seven days, of all apps but service mail, in one statement."""
    found: dict[int, list[Reached]] = {}
    rows = Delivery.objects.filter(
        ~Q(purpose=SERVICE),
        member_id__in=set(member_ids),
        sent_at__gt=at - WEEK,
        state__in=[Delivery.State.HANDING_OVER, Delivery.State.SENT, Delivery.State.UNSURE],
    ).values_list("member_id", "sent_at", "purpose", "channel")
    for member_id, moment, purpose, channel in rows:
        if moment is not None:
            found.setdefault(member_id, []).append(Reached(moment, purpose, channel))
    return found


def marketing_times(*, member_id: int, at: datetime) -> list[datetime]:
    """When marketing of any app reached (or may have reached) the member in the last seven days."""
    return [one.at for one in reached(member_ids=[member_id], at=at).get(member_id, ()) if one.purpose == MARKETING]


def own_hours(*, member_ids: Iterable[int]) -> dict[int, tuple[time, time]]:
    """The quiet hours of those members who chose their own."""
    rows = NoticeSettings.objects.filter(member_id__in=set(member_ids), quiet_from__isnull=False)
    return {
        id: (start, end)
        for id, start, end in rows.values_list("member_id", "quiet_from", "quiet_to")
        if start is not None and end is not None
    }


def written_to(*, member_id: int, limit: int = 10) -> list[SentLine]:
    """The latest mails that left for a member, newest first."""
    rows = (
        Delivery.objects.filter(member_id=member_id, state__in=[Delivery.State.SENT, Delivery.State.UNSURE])
        .order_by("-sent_at", "-id")
        .values_list("purpose", "state", "sent_at")[:limit]
    )
    return [SentLine(label(purpose), state, str(Delivery.State(state).label), at) for purpose, state, at in rows if at]


def campaign_counts(*, campaign_key: str) -> list[Counted]:
    """Messages of one campaign by state and reason."""
    rows = (
        Delivery.objects.filter(campaign_key=campaign_key)
        .values_list("state", "reason")
        .annotate(count=Count("id"))
        .order_by("state", "reason")
    )
    return [Counted(state, str(Delivery.State(state).label), reason, count) for state, reason, count in rows]


def campaign_deliveries(
    *, campaign_key: str, state: str = "", reason: str = "", offset: int = 0, limit: int = 50
) -> tuple[list[DeliveryRow], int]:
    """One page of a campaign's messages and how many there are."""
    rows = Delivery.objects.filter(campaign_key=campaign_key)
    rows = rows.filter(state=state) if state else rows
    rows = rows.filter(reason=reason) if reason else rows
    page = rows.order_by("id").only("public_id", "member_id", "state", "reason", "sent_at")[offset : offset + limit]
    return [
        DeliveryRow(one.public_id, one.member_id, one.state, one.get_state_display(), one.reason, one.sent_at)
        for one in page
    ], rows.count()


def campaign_unsubscribed(*, campaign_key: str) -> list[int]:
    """Members who withdrew their consent through a message of this campaign."""
    return list(
        Consent.objects.filter(state=Consent.State.WITHDRAWN, delivery__campaign_key=campaign_key)
        .order_by("member_id")
        .values_list("member_id", flat=True)
        .distinct()
    )


def open_deliveries(*, campaign_key: str) -> int:
    """Messages of a campaign that are not settled yet."""
    waiting = [Delivery.State.QUEUED, Delivery.State.CLAIMED, Delivery.State.HANDING_OVER, Delivery.State.PAUSED]
    return Delivery.objects.filter(campaign_key=campaign_key, state__in=waiting).count()


def _granted(member_ids: Iterable[int], channel: str, purpose: str) -> set[int]:
    last = (
        Consent.objects.filter(member_id__in=member_ids, channel=channel, purpose=purpose)
        .order_by("member_id", "-id")
        .distinct("member_id")
        .values_list("member_id", "state")
    )
    return {member_id for member_id, said in last if said == Consent.State.GRANTED}


def _suppressed(addresses: dict[int, str], channel: str, at: datetime) -> dict[int, str]:
    hashes = {one: member_id for member_id, address in addresses.items() for one in address_hashes(address)}
    rows: Sequence[tuple[str, str]] = list(
        Suppression.objects.filter(address_hash__in=hashes, channel=channel)
        .filter(Q(until=None) | Q(until__gt=at))
        .values_list("address_hash", "reason")
    )
    return {hashes[found]: reason for found, reason in rows}
