"""Buttons and acts that several kinds have in common: verdicts, sanctions, and the end of a spammer."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from community import rules
from community.actions.forum import posts, topics
from community.actions.live import asking
from community.actions.order import hiding, sanctions
from community.models import Message, Post, ReviewItem, Sanction, Topic
from community.problems import Problem
from community.slots import ReviewAct, ReviewCard
from members import access

REASON, TERM = frozenset({"reason"}), frozenset({"reason", "hours"})
MOST_OF_A_SPAMMER = 300
SPAMMER_HOURS = 720


def verdict_acts(*, hidden: bool) -> list[ReviewAct]:
    """Declining and ignoring: the same for everything that is flagged."""
    back = _("It is shown again.") if hidden else _("It stays as it is.")
    return [
        ReviewAct("disagree", _("Nothing wrong"), _("The flags were mistaken.") + " " + back),
        ReviewAct("ignore", _("Ignore"), _("No judgement on the flags.") + " " + back, "quiet"),
    ]


def person_acts(item: ReviewCard, viewer: Any) -> list[ReviewAct]:
    """What moderators of the whole site can do about the author; nothing about the team itself."""
    if item.author_id is None or not access.is_moderator(viewer) or item.author_id == viewer.pk:
        return []
    if sanctions.is_team(item.author_id):
        return []
    acts = [
        ReviewAct("silence", _("Silence the author"), _("Reads, but writes nothing for a while."), "danger", TERM),
        ReviewAct("suspend", _("Suspend the author"), _("Cannot sign in for a while."), "danger", TERM),
    ]
    if is_newcomer(item.author_id):
        acts.append(
            ReviewAct(
                "delete_spammer", _("Delete a spammer"),
                _("Everything this newcomer wrote is removed, and the account is suspended for 30 days."), "danger",
            )
        )  # fmt: skip
    return acts


def is_newcomer(member_id: int) -> bool:
    found = access.member_by_id(member_id)
    return found is not None and rules.trust_of(access.group_names(found)) == 0 and not sanctions.is_team(member_id)


def sanction(item: ReviewCard, act: str, reason: str, hours: int | None, by: int, at: datetime) -> int:
    """Silence or suspend the item's author; the sanction's id."""
    kind = Sanction.Kind.SUSPENSION if act == "suspend" else Sanction.Kind.SILENCE
    return sanctions.impose(
        member_id=item.author_id or 0, kind=kind, reason=reason, hours=hours, by=by, at=at, item_id=item.id
    )


def settle_silence(item: ReviewCard, by: int, at: datetime) -> list[int]:
    """The silence that flags imposed ends with the last open item about the newcomer; the ids of what ended."""
    if item.author_id is None:
        return []
    waiting = ReviewItem.objects.filter(author_id=item.author_id, state=ReviewItem.State.PENDING).exclude(pk=item.id)
    if waiting.exclude(kind="objection").exists():
        return []
    automatic = Sanction.objects.filter(member_id=item.author_id, by__isnull=True, ended_at__isnull=True)
    ids = list(automatic.values_list("id", flat=True))
    return [pk for pk in ids if sanctions.lift(sanction_id=pk, by=by, at=at, reason="decided")]


def take_back(data: Mapping[str, Any], by: int, at: datetime) -> None:
    """The part of an undo that concerns people: sanctions imposed are ended, ended ones are open again."""
    if data.get("sanction"):
        sanctions.lift(sanction_id=data["sanction"], by=by, at=at, how=Sanction.Ended.UNDO)
    for pk in data.get("lifted", ()):
        sanctions.reopen(sanction_id=pk, by=by, at=at)
    for pk in data.get("messages", ()):
        hiding.show_message(message_id=pk, by=by, at=at)
    for pk in data.get("questions", ()):
        asking.show_question(question_id=pk, by=by, at=at)
    for pk, was in data.get("posts", ()):
        put(pk, was, by, at)
    for pk in data.get("topics", ()):
        topics.restore_topic(topic_id=pk, by=by, at=at)
    ReviewItem.objects.filter(pk__in=data.get("items", ())).update(
        state=ReviewItem.State.PENDING, decided_at=None, decided_by=None, decision="", version=F("version") + 1
    )


def put(post_id: int, state: str, by: int, at: datetime) -> str:
    """Bring a post (and with the first one its topic) into this state; which one it was in."""
    row = Post.objects.filter(pk=post_id).values_list("state", "number", "topic_id").first()
    if row is None:
        raise Problem("gone", _("This is not there any more."))
    was, number, topic_id = row
    if was == state:
        gone = number == 1 and Topic.objects.filter(pk=topic_id, removed_at__isnull=False).exists()
        if not gone or state != Post.State.VISIBLE:
            return str(was)
        topics.restore_topic(topic_id=topic_id, by=by, at=at)
        return str(Post.State.REMOVED)
    if was == Post.State.HIDDEN and (state == Post.State.VISIBLE or number == 1):
        hiding.show_post(post_id=post_id, by=by, at=at)
    elif was == Post.State.REMOVED:
        posts.restore(post_id=post_id, by=by, at=at)
    if state == Post.State.HIDDEN:
        hiding.hide_post(post_id=post_id, by=by, at=at)
    elif state == Post.State.REMOVED:
        _remove(post_id, topic_id, number == 1, by, at)
    return str(was)


def _remove(post_id: int, topic_id: int, first: bool, by: int, at: datetime) -> None:
    """The first post goes with its topic."""
    if first:
        topics.remove_topic(topic_id=topic_id, by=by, at=at, moderating=True)
    else:
        posts.remove(post_id=post_id, by=by, at=at)


def delete_spammer(item: ReviewCard, by: int, at: datetime) -> dict[str, Any]:
    """Remove everything a newcomer wrote and suspend them; the undo brings all of it back."""
    author = item.author_id
    if author is None or not is_newcomer(author):
        raise Problem("no_newcomer", _("Only what newcomers wrote is removed at once."))
    written = Post.objects.filter(author_id=author, kind=Post.Kind.POST).exclude(state=Post.State.REMOVED)
    held = list(written.filter(number__isnull=True).values_list("id", flat=True))
    numbered = list(written.filter(number__isnull=False).order_by("topic_id", "-number").values_list("id", flat=True))
    shown = Message.objects.filter(author_id=author, removed_at__isnull=True)
    said = list(shown.order_by("room_id", "id").values_list("id", flat=True))
    asked = asking.shown_of(author_id=author)
    if len(held) + len(numbered) + len(said) + len(asked) > MOST_OF_A_SPAMMER:
        raise Problem("no_newcomer", _("This member wrote too much for a newcomer. Suspend them instead."))
    undone: dict[str, Any] = {"posts": [], "messages": said, "held": held, "questions": asked}
    for pk in numbered:
        undone["posts"].append([pk, put(pk, Post.State.REMOVED, by, at)])
    for pk in held:
        posts.remove(post_id=pk, by=by, at=at)
    for pk in said:
        hiding.hide_message(message_id=pk, by=by, at=at)
    for pk in asked:
        asking.hide_question(question_id=pk, by=by, at=at)
    others = ReviewItem.objects.filter(author_id=author, state=ReviewItem.State.PENDING).exclude(pk=item.id)
    undone["items"] = list(others.values_list("id", flat=True))
    others.update(
        state=ReviewItem.State.REMOVED,
        decided_at=at,
        decided_by=by,
        decision="delete_spammer",
        version=F("version") + 1,
    )
    undone["posts"].reverse()  # first posts come back before what stands below them
    undone["sanction"] = sanctions.impose(
        member_id=author, kind=Sanction.Kind.SUSPENSION, reason=_("Advertising (spam)."), hours=SPAMMER_HOURS, by=by,
        at=at, item_id=item.id,
    )  # fmt: skip
    return undone


def wait_again(post_ids: list[int], at: datetime) -> None:
    """Declined texts that never had a number wait again."""
    Post.objects.filter(pk__in=post_ids, number__isnull=True, state=Post.State.REMOVED).update(
        state=Post.State.AWAITING_REVIEW, removed_at=None, removed_by=None
    )
