"""“You earned a badge”, in the bell."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from community.models import BadgeAward
from community.words.badges import badge_about, badge_name
from messaging.actions import notify
from messaging.slots import NoticeCard, Told

if TYPE_CHECKING:
    from members.access import Member

KIND = "community.badge"


def tell(*, member_ids: Collection[int], kind_id: int, at: datetime) -> int:
    """Once for each time that it is earned."""
    cause = f"badge:{kind_id}:{at:%Y%m%d%H%M%S}"
    return notify(member_ids=list(member_ids), kind=KIND, cause=cause, data={"badge": kind_id}, at=at)


def write(*, notices: Sequence[NoticeCard], viewer: "Member") -> dict[int, Told]:
    """The badges that the member still has."""
    wanted = {int(notice.data["badge"]) for notice in notices}
    held = {
        award.kind_id: award.kind
        for award in BadgeAward.objects.filter(member_id=viewer.pk, kind_id__in=wanted).select_related("kind")
    }
    told = {}
    for notice in notices:
        if kind := held.get(int(notice.data["badge"])):
            text = _("You earned the badge “%(name)s”.") % {"name": badge_name(kind.code, kind.name)}
            about = badge_about(kind.code, kind.threshold, kind.description)
            told[notice.id] = Told(text, reverse("community:badge", args=[kind.code]), about, "reward")
    return told
