"""Flagged posts, and posts that wait before anybody sees them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community import cook
from community.actions.forum import posts
from community.actions.order import hiding
from community.actions.order.flags import trust_of_member
from community.addresses import post_url, topic_url
from community.kinds import shared
from community.models import Post, ReviewItem, Topic
from community.problems import Problem
from community.slots import Decided, Located, ReviewAct, ReviewCard, ReviewKind, ReviewSubject
from messaging.actions.notices import notify


def subjects(*, items: Sequence[ReviewCard], viewer: Any) -> Mapping[int, ReviewSubject]:
    """The posts with their topics, in one statement; what is gone says so."""
    found = {
        post.pk: post
        for post in Post.objects.filter(pk__in=[item.target for item in items]).select_related("topic", "topic__board")
    }
    return {item.id: _subject(found.get(item.target), alone=len(items) == 1) for item in items}


def _subject(post: Post | None, *, alone: bool) -> ReviewSubject:
    if post is None:
        return ReviewSubject(title=_("A post that is gone"), gone=True)
    topic = post.topic
    url = topic_url(topic.public_id, topic.slug)
    return ReviewSubject(
        title=topic.title if post.number in (1, None) else f"{topic.title} #{post.number}",
        url=post_url(topic.public_id, topic.slug, post.number) if post.number else url,
        html=cook.stored(post.cooked), excerpt=post.text, state=post.state, where=topic.board.name, at=post.created_at,
        lines=_before(post) if alone else (),
    )  # fmt: skip


def _before(post: Post) -> tuple[tuple[str, str], ...]:
    """What it answers, or what stood above it: a sharp word is understood from the one before."""
    others = Post.objects.filter(topic_id=post.topic_id, state=Post.State.VISIBLE, kind=Post.Kind.POST)
    if post.parent_id:
        others = others.filter(pk=post.parent_id)
    elif post.number:
        others = others.filter(number__lt=post.number).order_by("-number")
    else:
        others = others.order_by("-number")
    above = others.select_related("author").first()
    return ((f"{above.author.name} #{above.number}", above.text[:300]),) if above else ()


def locate(*, target: int) -> Located | None:
    row = (
        Post.objects.filter(pk=target, state=Post.State.VISIBLE, kind=Post.Kind.POST)
        .values_list("author_id", "topic__board_id", "topic_id")
        .first()
    )
    return Located(*row) if row else None


def hide(*, target: int, by: int | None, at: datetime) -> bool:
    return hiding.hide_post(post_id=target, by=by, at=at)


def acts(*, item: ReviewCard, viewer: Any) -> list[ReviewAct]:
    state = Post.objects.filter(pk=item.target).values_list("state", flat=True).first()
    hidden = state == Post.State.HIDDEN
    if state in (None, Post.State.REMOVED):
        return [
            ReviewAct("agree_keep", _("Agree"), _("It is removed already; the flags were right."), "primary"),
            *shared.verdict_acts(hidden=False), *shared.person_acts(item, viewer),
        ]  # fmt: skip
    return [
        ReviewAct("agree_hide", _("Agree and hide"), _("Out of sight until the author has changed it."), "primary"),
        ReviewAct("agree_remove", _("Agree and remove"), _("Gone for everybody; you can take it back."), "danger"),
        ReviewAct(
            "agree_keep", _("Agree, but keep"),
            _("The flags were right, yet it may stay.") + (" " + _("It is shown again.") if hidden else ""),
        ),
        *shared.verdict_acts(hidden=hidden),
        *shared.person_acts(item, viewer),
    ]  # fmt: skip


_INTO = {
    "agree_hide": Post.State.HIDDEN, "agree_remove": Post.State.REMOVED, "agree_keep": Post.State.VISIBLE,
    "disagree": Post.State.VISIBLE, "ignore": Post.State.VISIBLE, "silence": Post.State.REMOVED,
    "suspend": Post.State.REMOVED,
}  # fmt: skip


def decide(*, item: ReviewCard, act: str, reason: str, hours: int | None, by: int, at: datetime) -> Decided:
    """Bring the post into the state that the decision asks for; sanctions remove it too."""
    if act == "delete_spammer":
        return Decided(ReviewItem.State.REMOVED, "agreed", undo=shared.delete_spammer(item, by, at))
    if act not in _INTO:
        raise Problem("unknown_act", _("This cannot be done here."))
    into, was = _INTO[act], _state(item.target)
    undo: dict[str, Any] = {"calmed": _opened_again(item, by, at) if act in ("disagree", "ignore") else None}
    if not (was == Post.State.REMOVED and into == Post.State.VISIBLE):  # what a moderator removed stays removed
        undo["posts"] = [[item.target, shared.put(item.target, into, by, at)]]
    if act in ("silence", "suspend"):
        undo["sanction"] = shared.sanction(item, act, reason, hours, by, at)
    else:
        undo["lifted"] = shared.settle_silence(item, by, at)
    state = {"disagree": ReviewItem.State.REJECTED, "ignore": ReviewItem.State.IGNORED}.get(
        act, ReviewItem.State.APPROVED
    )
    verdict = {"disagree": "disagreed", "ignore": "ignored"}.get(act, "agreed")
    return Decided(state, verdict, undo=undo, before={"post": was}, after={"post": _state(item.target)})


def undo(*, item: ReviewCard, data: Mapping[str, Any], by: int, at: datetime) -> None:
    shared.take_back(data, by, at)
    shared.wait_again(list(data.get("held", ())), at)
    if data.get("calmed") and item.topic_id:
        Topic.objects.filter(pk=item.topic_id, state=Topic.State.OPEN).update(
            state=Topic.State.CLOSED, opens_at=datetime.fromisoformat(data["calmed"]), last_seq=F("last_seq") + 1
        )


def _opened_again(item: ReviewCard, by: int, at: datetime) -> str | None:
    """A topic that these flags closed for a while is open again; until when it would have been closed."""
    if item.topic_id is None or not any(entry["code"] == "closed" for entry in item.done):
        return None
    until = Topic.objects.filter(pk=item.topic_id, state=Topic.State.CLOSED).values_list("opens_at", flat=True).first()
    if until is None:
        return None
    Topic.objects.filter(pk=item.topic_id).update(state=Topic.State.OPEN, opens_at=None, last_seq=F("last_seq") + 1)
    return until.isoformat()


def _state(post_id: int) -> str:
    return Post.objects.filter(pk=post_id).values_list("state", flat=True).first() or "gone"


# --- Posts that wait ---------------------------------------------------------------------------------------------------


def held_acts(*, item: ReviewCard, viewer: Any) -> list[ReviewAct]:
    if _state(item.target) != Post.State.AWAITING_REVIEW:
        return [ReviewAct("done", _("Done"), _("It does not wait any more."))]
    return [
        ReviewAct("approve", _("Publish it"), _("New to everybody, with the next number of its topic."), "primary"),
        ReviewAct("decline", _("Decline"), _("Nobody sees it; the author is told."), "danger", shared.REASON),
        *shared.person_acts(item, viewer),
    ]


def held_decide(*, item: ReviewCard, act: str, reason: str, hours: int | None, by: int, at: datetime) -> Decided:
    """Publish a waiting text, or decline it."""
    if act == "delete_spammer":
        return Decided(ReviewItem.State.REMOVED, "agreed", undo=shared.delete_spammer(item, by, at))
    if act == "done":
        return Decided(ReviewItem.State.IGNORED)
    if _state(item.target) != Post.State.AWAITING_REVIEW:
        raise Problem("gone", _("It does not wait any more."))
    if act == "approve":
        written = posts.approve_post(post_id=item.target, by=by, at=at, trust=trust_of_member(item.author_id or 0))
        shared.settle_silence(item, by, at)
        _tell(item, "approved", by, at)
        return Decided(ReviewItem.State.APPROVED, after={"number": written.number if written else None})
    if act not in ("decline", "silence", "suspend"):
        raise Problem("unknown_act", _("This cannot be done here."))
    posts.remove(post_id=item.target, by=by, at=at)
    undone: dict[str, Any] = {"held": [item.target]}
    if act in ("silence", "suspend"):
        undone["sanction"] = shared.sanction(item, act, reason, hours, by, at)
    else:
        undone["lifted"] = shared.settle_silence(item, by, at)
    _tell(item, "declined", by, at)
    return Decided(ReviewItem.State.REJECTED, undo=undone)


def _tell(item: ReviewCard, what: str, by: int, at: datetime) -> None:
    notify(
        member_ids=[item.author_id or 0], kind="held_judged", cause=f"held:{item.id}:{item.version}",
        data={"post": item.target, "approved": int(what == "approved"), "item": item.id}, at=at,
    )  # fmt: skip


FLAGGED_POST = ReviewKind(
    code="flagged_post", label=gettext_lazy("Flagged post"), icon="flag", subjects=subjects, acts=acts, decide=decide,
    undo=undo, locate=locate, hide=hide,
)  # fmt: skip
HELD_POST = ReviewKind(
    code="held_post", label=gettext_lazy("Post awaiting review"), icon="clock", subjects=subjects, acts=held_acts,
    decide=held_decide, undo=undo,
)  # fmt: skip
