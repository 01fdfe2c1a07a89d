"""Quests done, levels reached, gifts of the ladder, a warm welcome: what the bell says of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from loyalty.models import LadderGift, LevelStanding, QuestRun
from messaging.actions import notify
from messaging.slots import NoticeCard, Told, notices

if TYPE_CHECKING:
    from members.access import Member

DONE, LEVEL, GIFT, BACK = "loyalty.quest", "loyalty.level", "loyalty.ladder_gift", "loyalty.welcome_back"
TOLD_EVERY = 5
"""Levels between two notices: each has its moment on the page, the bell rings for every fifth."""


def register() -> None:
    """Called once, when the app is ready."""
    notices.register(DONE, write_done, label=gettext_lazy("a quest is done"), group="points")
    notices.register(LEVEL, write_level, label=gettext_lazy("a new level"), group="points")
    notices.register(GIFT, write_gifts, label=gettext_lazy("a gift of the ladder waits"), group="points")
    notices.register(BACK, write_back, label=gettext_lazy("a welcome after a long time"), group="points")


def tell_done(*, run: QuestRun, at: datetime) -> None:
    notify(member_ids=[run.member_id], kind=DONE, cause=f"quest:{run.pk}", data={"run": run.pk}, at=at)


def tell_level(*, member_id: int, level: int, at: datetime) -> None:
    """Every fifth level; several at once are one notice, which says the highest."""
    if level % TOLD_EVERY == 0:
        notify(member_ids=[member_id], kind=LEVEL, cause=f"level:{level}", data={"level": level}, merge=LEVEL, at=at)


def tell_gift(*, member_id: int, rung_id: int, level: int, at: datetime) -> None:
    notify(member_ids=[member_id], kind=GIFT, cause=f"ladder:{rung_id}", data={"rung": rung_id, "level": level}, at=at)


def tell_welcome_back(*, member_id: int, at: datetime) -> None:
    notify(member_ids=[member_id], kind=BACK, cause=f"back:{at:%Y%m%d}", data={}, at=at)


def write_done(*, notices: Sequence[NoticeCard], viewer: "Member") -> dict[int, Told]:
    rows = QuestRun.objects.filter(
        pk__in={int(notice.data["run"]) for notice in notices}, member_id=viewer.pk, state=QuestRun.State.DONE
    ).select_related("quest")
    runs = {run.pk: run for run in rows}
    told = {}
    for notice in notices:
        if run := runs.get(int(notice.data["run"])):
            text = _("Done: “%(quest)s”.") % {"quest": _(run.quest.name)}
            paid = _("%(points)s points are yours.") % {"points": run.points} if run.points else ""
            told[notice.id] = Told(text, reverse("loyalty:quests"), paid, "check")
    return told


def write_level(*, notices: Sequence[NoticeCard], viewer: "Member") -> dict[int, Told]:
    highest = LevelStanding.objects.filter(pk=viewer.pk).values_list("highest", flat=True).first() or 1
    text = _("You have reached level %(level)s.")
    return {
        notice.id: Told(
            text % {"level": min(int(notice.data["level"]), highest)},
            reverse("loyalty:quests") + "#ladder",
            "",
            "points",
        )
        for notice in notices
    }


def write_gifts(*, notices: Sequence[NoticeCard], viewer: "Member") -> dict[int, Told]:
    rows = LadderGift.objects.filter(
        rung_id__in={int(notice.data["rung"]) for notice in notices}, member_id=viewer.pk
    ).select_related("rung")
    gifts = {gift.rung_id: gift for gift in rows}
    told = {}
    for notice in notices:
        if gift := gifts.get(int(notice.data["rung"])):
            text = _("A gift waits for you at level %(level)s: %(gift)s.")
            if gift.state == LadderGift.State.CLAIMED:
                text = _("Your gift of level %(level)s: %(gift)s.")
            words = text % {"level": gift.rung.level, "gift": _(gift.rung.name)}
            told[notice.id] = Told(words, reverse("loyalty:quests") + "#ladder", "", "reward")
    return told


def write_back(*, notices: Sequence[NoticeCard], viewer: "Member") -> dict[int, Told]:
    text = _("It is good that you are here again. We kept your seat, and everything that was yours.")
    return {notice.id: Told(text, reverse("loyalty:quests"), "", "cup") for notice in notices}
