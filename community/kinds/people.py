"""Flagged people, newcomers with signs of spam, and members who object to a sanction."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.actions.order import sanctions
from community.kinds import shared
from community.models import ReviewItem, Sanction
from community.problems import Problem
from community.slots import Decided, Located, ReviewAct, ReviewCard, ReviewKind, ReviewSubject
from members import access
from members import queries as members


def subjects(*, items: Sequence[ReviewCard], viewer: Any) -> Mapping[int, ReviewSubject]:
    """The people; the card shows their history beside it."""
    cards = members.member_cards(member_ids=[item.target for item in items])
    shown: dict[int, ReviewSubject] = {}
    for item in items:
        card = cards.get(item.target)
        if card is None:
            shown[item.id] = ReviewSubject(title=_("A former member"), gone=True)
            continue
        bio = members.about(member_id=card.id).bio if len(items) == 1 else ""
        lines = ((_("About me"), bio),) if bio else ()
        shown[item.id] = ReviewSubject(
            title=card.name, url=card.url, excerpt=f"@{card.username}", at=card.joined_at, lines=lines
        )
    return shown


def locate(*, target: int) -> Located | None:
    return Located(target) if access.member_by_id(target) else None


def acts(*, item: ReviewCard, viewer: Any) -> list[ReviewAct]:
    return [
        ReviewAct("agree_keep", _("Agree, no more to do"), _("The flags were right; you have seen to it."), "primary"),
        *shared.verdict_acts(hidden=False)[:1],
        ReviewAct("ignore", _("Ignore"), _("No judgement on the flags."), "quiet"),
        *shared.person_acts(item, viewer),
    ]


def decide(*, item: ReviewCard, act: str, reason: str, hours: int | None, by: int, at: datetime) -> Decided:
    """A verdict, perhaps with a sanction."""
    if act == "delete_spammer":
        return Decided(ReviewItem.State.REMOVED, "agreed", undo=shared.delete_spammer(item, by, at))
    if act in ("silence", "suspend"):
        made = shared.sanction(item, act, reason, hours, by, at)
        return Decided(ReviewItem.State.APPROVED, "agreed", undo={"sanction": made}, after={"sanction": made})
    if act not in ("agree_keep", "disagree", "ignore", "fine"):
        raise Problem("unknown_act", _("This cannot be done here."))
    state = {"agree_keep": ReviewItem.State.APPROVED, "disagree": ReviewItem.State.REJECTED}.get(
        act, ReviewItem.State.IGNORED
    )
    verdict = {"agree_keep": "agreed", "disagree": "disagreed"}.get(act, "ignored")
    return Decided(state, verdict, undo={"lifted": shared.settle_silence(item, by, at)})


def undo(*, item: ReviewCard, data: Mapping[str, Any], by: int, at: datetime) -> None:
    shared.take_back(data, by, at)
    shared.wait_again(list(data.get("held", ())), at)


def newcomer_acts(*, item: ReviewCard, viewer: Any) -> list[ReviewAct]:
    return [
        ReviewAct("fine", _("Looks fine"), _("Nothing happens; the newcomer never learns of it."), "primary"),
        *shared.person_acts(item, viewer),
    ]


# --- Objections --------------------------------------------------------------------------------------------------------


def objection_subjects(*, items: Sequence[ReviewCard], viewer: Any) -> Mapping[int, ReviewSubject]:
    found = {held.pk: held for held in Sanction.objects.filter(pk__in=[i.target for i in items]).select_related("by")}
    cards = members.member_cards(member_ids=[held.member_id for held in found.values()])
    shown: dict[int, ReviewSubject] = {}
    for item in items:
        held = found.get(item.target)
        card = cards.get(held.member_id) if held else None
        if held is None or card is None:
            shown[item.id] = ReviewSubject(title=_("A sanction that is gone"), gone=True)
            continue
        who = held.by.name if held.by else _("The flags of members")
        reason = _("Several members flagged what was written.") if held.by is None else held.reason
        shown[item.id] = ReviewSubject(
            title=_("%(name)s objects") % {"name": card.name}, url=card.url, excerpt=held.objection,
            at=held.objected_at, state=held.get_kind_display(),
            lines=((_("Imposed by"), who), (_("Reason given"), reason), (_("What the member says"), held.objection)),
        )  # fmt: skip
    return shown


def objection_acts(*, item: ReviewCard, viewer: Any) -> list[ReviewAct]:
    if not access.is_moderator(viewer):
        return []
    return [
        ReviewAct("end", _("End the sanction"), _("From now on everything is as before."), "primary", shared.REASON),
        ReviewAct("keep", _("Keep it, with an answer"), _("The member reads your answer."), "", shared.REASON),
    ]


def objection_decide(*, item: ReviewCard, act: str, reason: str, hours: int | None, by: int, at: datetime) -> Decided:
    """End the sanction or keep it; the reason is the answer that the member reads."""
    if act not in ("end", "keep"):
        raise Problem("unknown_act", _("This cannot be done here."))
    if act == "keep" and not reason.strip():
        raise Problem("answer_needed", _("Give an answer: the member reads it."))
    if reason.strip():
        sanctions.answer(sanction_id=item.target, text=reason.strip(), by=by, at=at)
    if act == "keep":
        return Decided(ReviewItem.State.REJECTED, undo={})
    lifted = sanctions.lift(sanction_id=item.target, by=by, at=at, reason="objection")
    return Decided(ReviewItem.State.APPROVED, undo={"lifted": [item.target] if lifted else []})


FLAGGED_MEMBER = ReviewKind(
    code="flagged_member", label=gettext_lazy("Flagged person"), icon="user", subjects=subjects, acts=acts,
    decide=decide, undo=undo, locate=locate,
)  # fmt: skip
NEW_MEMBER = ReviewKind(
    code="new_member", label=gettext_lazy("New member"), icon="user", subjects=subjects, acts=newcomer_acts,
    decide=decide, undo=undo,
)  # fmt: skip
OBJECTION = ReviewKind(
    code="objection", label=gettext_lazy("Objection"), icon="help", subjects=objection_subjects, acts=objection_acts,
    decide=objection_decide, undo=undo,
)  # fmt: skip
