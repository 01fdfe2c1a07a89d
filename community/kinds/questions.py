"""Flagged questions of live sessions."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.actions.live import asking
from community.kinds import shared
from community.models import ReviewItem, SessionQuestion
from community.problems import Problem
from community.slots import Decided, Located, ReviewAct, ReviewCard, ReviewKind, ReviewSubject

State = SessionQuestion.State


def subjects(*, items: Sequence[ReviewCard], viewer: Any) -> Mapping[int, ReviewSubject]:
    rows = SessionQuestion.objects.filter(pk__in=[item.target for item in items]).select_related("session")
    found = {question.pk: question for question in rows}
    return {item.id: _subject(found.get(item.target)) for item in items}


def _subject(question: SessionQuestion | None) -> ReviewSubject:
    if question is None or question.state == State.WITHDRAWN:
        return ReviewSubject(title=_("A question that is gone"), gone=True)
    return ReviewSubject(
        title=_("A question in %(session)s") % {"session": question.session.title},
        url=reverse("community:live_room", args=[question.session.public_id]) + f"#q-{question.public_id}",
        html=format_html("<p>{}</p>", question.text), excerpt=question.text, where=question.session.title,
        at=question.asked_at, state="hidden" if question.state == State.HIDDEN else "visible",
    )  # fmt: skip


def locate(*, target: int) -> Located | None:
    rows = SessionQuestion.objects.filter(pk=target).exclude(state__in=(State.HIDDEN, State.WITHDRAWN))
    row = rows.values_list("author_id", "session__board_id").first()
    return Located(*row) if row else None


def hide(*, target: int, by: int | None, at: datetime) -> bool:
    return asking.hide_question(question_id=target, by=by, at=at)


def acts(*, item: ReviewCard, viewer: Any) -> list[ReviewAct]:
    hidden = SessionQuestion.objects.filter(pk=item.target, state=State.HIDDEN).exists()
    return [
        ReviewAct("agree_remove", _("Agree and hide"), _("Gone for everybody; you can take it back."), "primary"),
        ReviewAct("agree_keep", _("Agree, but keep"), _("The flags were right, yet it may stay.")),
        *shared.verdict_acts(hidden=hidden),
        *shared.person_acts(item, viewer),
    ]


def decide(*, item: ReviewCard, act: str, reason: str, hours: int | None, by: int, at: datetime) -> Decided:
    """Hide the question or show it again; sanctions hide it too."""
    if act == "delete_spammer":
        return Decided(ReviewItem.State.REMOVED, "agreed", undo=shared.delete_spammer(item, by, at))
    undone: dict[str, Any] = {}
    if act in ("agree_remove", "silence", "suspend"):
        undone["hidden"] = asking.hide_question(question_id=item.target, by=by, at=at)
    elif act in ("agree_keep", "disagree", "ignore"):
        undone["shown"] = asking.show_question(question_id=item.target, by=by, at=at)
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
    if data.get("hidden"):
        asking.show_question(question_id=item.target, by=by, at=at)
    if data.get("shown"):
        asking.hide_question(question_id=item.target, by=None, at=at)


FLAGGED_QUESTION = ReviewKind(
    code="flagged_question", label=gettext_lazy("Flagged question"), icon="forum", subjects=subjects, acts=acts,
    decide=decide, undo=undo, locate=locate, hide=hide,
)  # fmt: skip
