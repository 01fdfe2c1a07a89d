"""Points from a friend, a correction that waits for a second person: what the bell says."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from loyalty.access import FINANCE, is_finance
from loyalty.models import Adjustment, DraftSet, Transfer
from members.queries import member_cards
from messaging.actions import notify
from messaging.slots import NoticeCard, Told, notices

if TYPE_CHECKING:
    from members.access import Member

RECEIVED, WAITING, UNBALANCED = "loyalty.points_received", "loyalty.adjustment_waiting", "loyalty.books_unbalanced"
DRAFT = "loyalty.draft_waiting"


def register() -> None:
    """Called once, when the app is ready."""
    notices.register(RECEIVED, write_received, label=gettext_lazy("points from a friend"), group="points")
    notices.register(WAITING, write_waiting, label=gettext_lazy("a correction waits for you"), group="points")
    notices.register(DRAFT, write_draft, label=gettext_lazy("a draft of rules waits for you"), group="points")
    notices.register(UNBALANCED, write_unbalanced, label=gettext_lazy("the books do not balance"), group="points")


def tell_received(*, transfer_id: int, member_id: int, at: datetime) -> None:
    notify(
        member_ids=[member_id], kind=RECEIVED, cause=f"transfer:{transfer_id}", data={"transfer": transfer_id}, at=at
    )


def tell_waiting(*, adjustment_id: int, not_to: Collection[int | None], at: datetime) -> None:
    """To everybody who may be the second person."""
    people = (
        get_user_model().objects.filter(groups__name=FINANCE, is_active=True).exclude(pk__in=[i for i in not_to if i])
    )
    notify(
        member_ids=sorted(people.values_list("pk", flat=True)), kind=WAITING, cause=f"adjustment:{adjustment_id}",
        data={"adjustment": adjustment_id}, at=at,
    )  # fmt: skip


def tell_draft(*, draft_id: int, at: datetime) -> None:
    """To everybody of Finance who wrote nothing of it; once for each time that it was asked for."""
    draft = DraftSet.objects.filter(pk=draft_id, published_at=None).first()
    if draft is None or draft.waits_since is None:
        return
    wrote = {*draft.writers, draft.made_by_id}
    people = get_user_model().objects.filter(groups__name=FINANCE, is_active=True).values_list("pk", flat=True)
    notify(
        member_ids=sorted(set(people) - wrote), kind=DRAFT, cause=f"draft:{draft_id}:{draft.changes}",
        data={"draft": draft_id}, at=at,
    )  # fmt: skip


def tell_unbalanced(*, proof_id: int, at: datetime) -> None:
    people = get_user_model().objects.filter(groups__name=FINANCE, is_active=True)
    notify(
        member_ids=sorted(people.values_list("pk", flat=True)), kind=UNBALANCED, cause=f"proof:{proof_id}",
        data={"proof": proof_id}, merge=UNBALANCED, at=at,
    )  # fmt: skip


def write_received(*, notices: Sequence[NoticeCard], viewer: "Member") -> dict[int, Told]:
    rows = Transfer.objects.filter(pk__in={int(notice.data["transfer"]) for notice in notices}, receiver_id=viewer.pk)
    gifts = {row.pk: row for row in rows}
    givers = member_cards(member_ids=[row.sender_id for row in gifts.values()])
    told = {}
    for notice in notices:
        if row := gifts.get(int(notice.data["transfer"])):
            giver = givers.get(row.sender_id)
            text = ngettext(
                "%(name)s gave you %(number)s point.", "%(name)s gave you %(number)s points.", row.amount
            ) % {"name": giver.name if giver else _("somebody"), "number": row.amount}
            told[notice.id] = Told(text, reverse("loyalty:statement"), row.note, "points")
    return told


def write_waiting(*, notices: Sequence[NoticeCard], viewer: "Member") -> dict[int, Told]:
    """For those who are of Finance when they read it: the note is the team's own."""
    if not is_finance(viewer):
        return {}
    rows = Adjustment.objects.in_bulk({int(notice.data["adjustment"]) for notice in notices})
    told = {}
    for notice in notices:
        if row := rows.get(int(notice.data["adjustment"])):
            text = _("A correction of %(number)s points waits for a second person.") % {"number": row.amount}
            told[notice.id] = Told(text, reverse("loyalty_adjustments"), row.note, "points")
    return told


def write_draft(*, notices: Sequence[NoticeCard], viewer: "Member") -> dict[int, Told]:
    if not is_finance(viewer):
        return {}
    rows = DraftSet.objects.in_bulk({int(notice.data["draft"]) for notice in notices})
    told = {}
    for notice in notices:
        if row := rows.get(int(notice.data["draft"])):
            text = _("The draft “%(name)s” could give much at once. It waits for a second person.") % {"name": row.name}
            told[notice.id] = Told(text, reverse("loyalty_draft", args=[row.public_id]), "", "points")
    return told


def write_unbalanced(*, notices: Sequence[NoticeCard], viewer: "Member") -> dict[int, Told]:
    if not is_finance(viewer):
        return {}
    text = _("The books do not balance. Look at what the proof found.")
    return {notice.id: Told(text, reverse("loyalty_books"), "", "points") for notice in notices}
