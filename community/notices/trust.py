"""“You are at trust level 2 now”, in the bell."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from community.words.trust import level_name
from messaging.actions import notify
from messaging.slots import NoticeCard, Told

if TYPE_CHECKING:
    from members.access import Viewer

KIND = "trust.raised"


def tell(*, member_id: int, level: int, at: datetime) -> None:
    """Once for each time that a level is reached."""
    notify(
        member_ids=[member_id], kind=KIND, cause=f"{KIND}:{level}:{at:%Y%m%d%H%M%S}", data={"level": level}, merge=KIND,
        at=at,
    )  # fmt: skip


def write(*, notices: Sequence[NoticeCard], viewer: "Viewer") -> dict[int, Told]:
    return {notice.id: _told(int(notice.data["level"])) for notice in notices}


def _told(level: int) -> Told:
    text = _("You are at trust level %(level)s now: %(name)s. See what is open to you.")
    return Told(text=text % {"level": level, "name": level_name(level)}, url=reverse("community:trust"))
