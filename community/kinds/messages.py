"""Flagged chat messages."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community import cook
from community.actions.order import hiding
from community.kinds import shared
from community.models import Message, ReviewItem
from community.problems import Problem
from community.slots import Decided, Located, ReviewAct, ReviewCard, ReviewKind, ReviewSubject
from community.words.rooms import room_words

AROUND = 3
"""Messages before that are shown with a flagged one: chat is understood from its neighbours."""


def subjects(*, items: Sequence[ReviewCard], viewer: Any) -> Mapping[int, ReviewSubject]:
    """The messages with their rooms; a single one comes with what was said just before."""
    rows = Message.objects.filter(pk__in=[item.target for item in items]).select_related("room")
    found = {message.pk: message for message in rows}
    return {item.id: _subject(found.get(item.target), alone=len(items) == 1) for item in items}


def _subject(message: Message | None, *, alone: bool) -> ReviewSubject:
    if message is None:
        return ReviewSubject(title=_("A message that is gone"), gone=True)
    before: list[Message] = []
    if alone:
        nearby = Message.objects.filter(room_id=message.room_id, seq__lt=message.seq, removed_at__isnull=True)
        before = list(nearby.select_related("author").order_by("-seq")[:AROUND])[::-1]
    return ReviewSubject(
        title=_("A message in %(room)s") % {"room": room_words(message.room)},
        url=reverse("community:room", args=[message.room.slug]) + f"#m{message.seq}",
        html=cook.stored(message.cooked), excerpt=message.text, where=room_words(message.room), at=message.sent_at,
        state="hidden" if message.removed_at else "visible",
        lines=tuple((said.author.name, said.text[:300]) for said in before),
    )  # fmt: skip


def locate(*, target: int) -> Located | None:
    row = Message.objects.filter(pk=target, removed_at__isnull=True).values_list("author_id", "room__board_id").first()
    return Located(*row) if row else None


def hide(*, target: int, by: int | None, at: datetime) -> bool:
    return hiding.hide_message(message_id=target, by=by, at=at)


def acts(*, item: ReviewCard, viewer: Any) -> list[ReviewAct]:
    removed = Message.objects.filter(pk=item.target, removed_at__isnull=False).exists()
    return [
        ReviewAct("agree_remove", _("Agree and remove"), _("Gone for everybody; you can take it back."), "primary"),
        ReviewAct("agree_keep", _("Agree, but keep"), _("The flags were right, yet it may stay.")),
        *shared.verdict_acts(hidden=removed),
        *shared.person_acts(item, viewer),
    ]


def decide(*, item: ReviewCard, act: str, reason: str, hours: int | None, by: int, at: datetime) -> Decided:
    """Remove the message or bring it back; sanctions remove it too."""
    if act == "delete_spammer":
        return Decided(ReviewItem.State.REMOVED, "agreed", undo=shared.delete_spammer(item, by, at))
    undone: dict[str, Any] = {}
    if act in ("agree_remove", "silence", "suspend"):
        undone["shown"] = hiding.hide_message(message_id=item.target, by=by, at=at)
    elif act in ("agree_keep", "disagree", "ignore"):
        # Only what flags hid comes back: what its author or a moderator removed stays removed.
        by_flags = Message.objects.filter(pk=item.target, removed_at__isnull=False, removed_by__isnull=True).exists()
        undone["hidden"] = by_flags and hiding.show_message(message_id=item.target, by=by, at=at)
    else:
        raise Problem("unknown_act", _("This cannot be done here."))
    if act in ("silence", "suspend"):
        undone["sanction"] = shared.sanction(item, act, reason, hours, by, at)
    else:
        undone["lifted"] = shared.settle_silence(item, by, at)
    state = {"disagree": ReviewItem.State.REJECTED, "ignore": ReviewItem.State.IGNORED}.get(
        act, ReviewItem.State.APPROVED
    )
    return Decided(state, {"disagree": "disagreed", "ignore": "ignored"}.get(act, "agreed"), undo=undone)


def undo(*, item: ReviewCard, data: Mapping[str, Any], by: int, at: datetime) -> None:
    shared.take_back(data, by, at)
    shared.wait_again(list(data.get("held", ())), at)
    if data.get("shown"):
        hiding.show_message(message_id=item.target, by=by, at=at)
    if data.get("hidden"):
        hiding.hide_message(message_id=item.target, by=None, at=at)


FLAGGED_MESSAGE = ReviewKind(
    code="flagged_message", label=gettext_lazy("Flagged message"), icon="chat", subjects=subjects, acts=acts,
    decide=decide, undo=undo, locate=locate, hide=hide,
)  # fmt: skip
