"""“You are now an Old friend”, “35 more by 31 October keeps it”: what members are told of their tier."""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from loyalty.models import Tier, TierMembership
from messaging.actions import notify
from messaging.slots import NoticeCard, Told, notices

if TYPE_CHECKING:
    from members.access import Member

RISEN, GRACE, FALLEN, KEPT = "tier.risen", "tier.grace", "tier.fallen", "tier.kept"
INVITED, ENDING, BIRTHDAY = "tier.invited", "tier.ending", "tier.birthday"


@dataclass(frozen=True)
class News:
    """Something that a member should hear. `until`: the end of a grace or of an invitation."""

    kind: str
    member_id: int
    tier_id: int
    until: datetime | None = None


def tell(news: Sequence[News], *, at: datetime) -> int:
    """One statement for each kind of news; each is told once for its cause."""
    grouped: dict[tuple[str, int, datetime | None], list[int]] = defaultdict(list)
    for one in news:
        grouped[one.kind, one.tier_id, one.until].append(one.member_id)
    told = 0
    for (kind, tier_id, until), members in grouped.items():
        day = (until or at).isoformat()
        data: dict[str, int | str] = {"tier": tier_id}
        if until:
            data["until"] = until.isoformat()
        told += notify(member_ids=members, kind=kind, cause=f"{kind}:{tier_id}:{day}", data=data, at=at)
    return told


def tell_birthday(*, member_ids: Collection[int], year: int, points: int, gift: bool, at: datetime) -> int:
    """A warm word on the day itself."""
    return notify(
        member_ids=list(member_ids), kind=BIRTHDAY, cause=f"{BIRTHDAY}:{year}",
        data={"points": points, "gift": int(gift)}, at=at,
    )  # fmt: skip


def write(*, notices: Sequence[NoticeCard], viewer: "Member") -> dict[int, Told]:
    """With what is true now: the name that the tier has today, and no threat of a loss that was averted."""
    names = dict(Tier.objects.values_list("id", "name"))
    grace = TierMembership.objects.filter(member_id=viewer.pk, until=None).values_list("grace_until", flat=True).first()
    told = {}
    for notice in notices:
        if notice.kind == BIRTHDAY:
            told[notice.id] = _birthday(int(notice.data["points"]), bool(notice.data["gift"]))
        elif name := names.get(int(notice.data["tier"])):
            told[notice.id] = _about_tier(notice, _(name), grace)
    return told


def _about_tier(notice: NoticeCard, name: str, grace: datetime | None) -> Told:
    sentences: dict[str, Callable[[], str]] = {
        RISEN: lambda: _("You are now: %(tier)s. Thank you for your friendship; see what it brings you."),
        FALLEN: lambda: _("You are now: %(tier)s. Nothing of your points is lost, and the way back up is open."),
        KEPT: lambda: _("You stay: %(tier)s. You made it in time."),
        INVITED: lambda: _("We invite you: until %(day)s you are “%(tier)s” with all it brings."),
        ENDING: lambda: _("Our invitation to “%(tier)s” lasts until %(day)s. What you have earned yourself stays."),
    }
    day = _last_day(str(notice.data.get("until", "")))
    if notice.kind == GRACE:
        still = grace is not None and grace.isoformat() == notice.data.get("until")
        text = (
            _("“%(tier)s” is yours until %(day)s. See how little it takes to keep it.")
            if still
            else _("“%(tier)s” was in danger for a while.")
        )
    else:
        text = sentences[notice.kind]()
    icon = "reward" if notice.kind in (RISEN, INVITED, KEPT) else "points"
    return Told(text % {"tier": name, "day": day}, reverse("loyalty:tier"), icon=icon)


def _last_day(until: str) -> str:
    """The last whole day before a moment at which a day begins."""
    if not until:
        return ""
    last = datetime.fromisoformat(until) - timedelta(seconds=1)
    return formats.date_format(timezone.localtime(last, timezone.get_default_timezone()), "DATE_FORMAT")


def _birthday(points: int, gift: bool) -> Told:
    text = _("Happy birthday! We are glad that you are here.")
    about = ""
    if points:
        words = ngettext("%(number)s point from us for the day.", "%(number)s points from us for the day.", points)
        about = words % {"number": formats.number_format(points, force_grouping=True)}
    if gift:
        about = (about + " " + _("A gift waits for you among your rewards.")).strip()
    return Told(text, reverse("loyalty:points"), about, "reward")


def register() -> None:
    """The kinds, with the words of the settings."""
    for kind, label in (
        (RISEN, gettext_lazy("a higher tier")),
        (GRACE, gettext_lazy("a tier about to be lost")),
        (FALLEN, gettext_lazy("a tier lost")),
        (KEPT, gettext_lazy("a tier kept")),
        (INVITED, gettext_lazy("an invitation into a tier")),
        (ENDING, gettext_lazy("an invitation that ends")),
        (BIRTHDAY, gettext_lazy("your birthday")),
    ):
        notices.register(kind, write, label=label, group="points")
