"""The review queue: raising items, deciding, taking back, claiming, reminding."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community.actions.forum import writing
from community.actions.forum.posts import edit
from community.actions.order.audit import record_act
from community.actions.order.sanctions import serialise
from community.events import FlagDeclined, FlagReopened, FlagUpheld
from community.models import BoardPermission, Post, ReviewFlag, ReviewItem, Topic
from community.problems import ChangedMeanwhile, FlagRefused, Gone, Problem
from community.rules import flags as order_rules
from community.slots import ReviewCard, review_kinds
from members import queries as members
from members.access import MANAGERS, MODERATORS
from messaging.actions.notices import notify
from outbox.publish import publish
from outbox.require import require_transaction


def raise_item(
    *,
    kind: str,
    target: int,
    author_id: int | None,
    reasons: Sequence[Mapping[str, Any]],
    at: datetime,
    board_id: int | None = None,
    topic_id: int | None = None,
    score: int = 0,
) -> int:
    """Put something before the moderators; an open item of the same target takes the new reasons in.

    `reasons` are dicts with a `code` (and ids), never texts. Returns the item's id. Safe to call twice: reasons that
    are there already change nothing.
    """
    require_transaction()
    if review_kinds.get(kind) is None:
        raise TypeError(f"The review kind “{kind}” is not registered.")
    item = open_item(kind=kind, target=target, author_id=author_id, board_id=board_id, topic_id=topic_id, at=at)
    new = [dict(reason) for reason in reasons if dict(reason) not in item.reasons]
    if new or score > item.score:
        ReviewItem.objects.filter(pk=item.pk).update(
            reasons=[*item.reasons, *new], score=max(item.score, score), version=F("version") + 1, touched_at=at
        )
    return item.pk


def open_item(
    *, kind: str, target: int, author_id: int | None, board_id: int | None, topic_id: int | None, at: datetime
) -> ReviewItem:
    """The open item of this target, locked; made when there is none. Two at once make one."""
    require_transaction()
    while True:
        ReviewItem.objects.bulk_create(
            [
                ReviewItem(
                    kind=kind, target=target, author_id=author_id, board_id=board_id, topic_id=topic_id,
                    created_at=at, touched_at=at,
                )
            ],
            ignore_conflicts=True,
        )  # fmt: skip
        held = ReviewItem.objects.select_for_update(no_key=True)
        if item := held.filter(kind=kind, target=target, state=ReviewItem.State.PENDING).first():
            return item  # else it was decided in between: make a new one


def decide(
    *, item_id: int, version: int, act: str, by: int, at: datetime, reason: str = "", hours: int | None = None
) -> ReviewItem:
    """Carry out a decision upon what the moderator saw: act, verdict on the flags, log, events, in one transaction.

    Raises ChangedMeanwhile when the item is not as it was seen, and what the kind refuses (Problem).
    """
    require_transaction()
    item = lock_item(item_id)
    if item.state != ReviewItem.State.PENDING or item.version != version:
        raise ChangedMeanwhile(_what_changed(item, version))
    kind = review_kinds.get(item.kind)
    if kind is None:
        raise Problem("unknown_kind", _("Nothing on this site knows what this is."))
    done = kind.decide(item=card_of(item), act=act, reason=reason, hours=hours, by=by, at=at)
    flaggers = list(ReviewFlag.objects.filter(item=item).values_list("by_id", flat=True))
    ReviewFlag.objects.filter(item=item).update(verdict=done.verdict)
    ReviewItem.objects.filter(pk=item.pk).update(
        state=done.state, decision=act, decision_reason=reason[:500], decided_by=by, decided_at=at,
        version=F("version") + 1, undo=None if done.undo is None else dict(done.undo),
    )  # fmt: skip
    record_act(
        act=f"review.{act}", target_kind=item.kind, target=item.target, about=item.author_id, by=by, at=at,
        board_id=item.board_id, reason=reason, before={"item": item.pk, "state": "pending", **done.before},
        after={"state": done.state, "verdict": done.verdict, **done.after},
    )  # fmt: skip
    if flaggers and done.verdict in ("agreed", "disagreed"):
        said: Any = FlagUpheld if done.verdict == "agreed" else FlagDeclined
        publish(
            said(
                kind=item.kind, target_id=item.target, author_id=item.author_id or 0, by_id=by,
                flagger_ids=tuple(flaggers), at=at,
            )
        )  # fmt: skip
        notify(
            member_ids=flaggers, kind="flag_judged", cause=f"flag:{item.pk}:{item.version}",
            data={"item": item.pk, "agreed": int(done.verdict == "agreed")}, by=by, at=at,
            merge=f"flag:{done.verdict}",
        )  # fmt: skip
    item.refresh_from_db()
    return item


def undo(*, item_id: int, by: int, at: datetime) -> None:
    """Take a decision back: everything is as it was before it, and the item waits again.

    Raises ChangedMeanwhile (it waits already, or the target was flagged anew) and Problem (not this one).
    """
    require_transaction()
    item = lock_item(item_id)
    if item.state == ReviewItem.State.PENDING:
        raise ChangedMeanwhile(_("Somebody took the decision back already."))
    kind = review_kinds.get(item.kind)
    if kind is None or kind.undo is None or item.undo is None:
        raise Problem("no_undo", _("This decision cannot be taken back from here."))
    if ReviewItem.objects.filter(kind=item.kind, target=item.target, state=ReviewItem.State.PENDING).exists():
        raise ChangedMeanwhile(_("It was flagged again since; decide there."))
    before = {"state": item.state, "decision": item.decision}
    kind.undo(item=card_of(item), data=item.undo, by=by, at=at)
    flags = list(ReviewFlag.objects.filter(item=item).values_list("by_id", "verdict"))
    ReviewFlag.objects.filter(item=item).update(verdict="")
    ReviewItem.objects.filter(pk=item.pk).update(
        state=ReviewItem.State.PENDING, decision="", decision_reason="", decided_by=None, decided_at=None, undo=None,
        version=F("version") + 1, touched_at=at,
    )  # fmt: skip
    record_act(
        act="review.undone", target_kind=item.kind, target=item.target, about=item.author_id, by=by, at=at,
        board_id=item.board_id, before={"item": item.pk, **before}, after={"state": "pending"},
    )  # fmt: skip
    judged = tuple(member for member, verdict in flags if verdict in ("agreed", "disagreed"))
    if judged:
        publish(
            FlagReopened(
                kind=item.kind,
                target_id=item.target,
                author_id=item.author_id or 0,
                by_id=by,
                flagger_ids=judged,
                at=at,
            )
        )


def claim(*, item_id: int, by: int, at: datetime) -> bool:
    """Say "I am on it"; False when somebody else is. Claiming binds nobody: it saves double work."""
    require_transaction()
    free = ReviewItem.objects.filter(pk=item_id, state=ReviewItem.State.PENDING, claimed_by__isnull=True)
    return bool(free.update(claimed_by=by, claimed_at=at))


def release(*, item_id: int, by: int, at: datetime) -> bool:
    """Let an own claim go."""
    require_transaction()
    return bool(ReviewItem.objects.filter(pk=item_id, claimed_by_id=by).update(claimed_by=None, claimed_at=None))


def come_back(*, post_id: int, raw: str, revision: int, by: int, at: datetime) -> None:
    """The author of a post that flags hid says it differently, and it is shown again; its item goes on waiting.

    Raises FlagRefused (too early, not changed), Gone, and what an edit raises.
    """
    require_transaction()
    from community.actions.order import hiding

    topic_id = Post.objects.values_list("topic_id", flat=True).get(pk=post_id)
    writing.lock_topic(topic_id)
    post = Post.objects.get(pk=post_id)
    if post.state != Post.State.HIDDEN or (post.removed_by_id is not None and post.author_id != by):
        raise Gone
    if post.removed_at and not order_rules.may_come_back(hidden_at=post.removed_at, at=at):
        raise FlagRefused("too_early", _("Take ten minutes first. Then you can say it differently here."))
    hiding.show_post(post_id=post_id, by=by, at=at)
    if not edit(post_id=post_id, raw=raw, revision=revision, by=by, at=at):
        raise FlagRefused("unchanged", _("Please change what others did not like."))
    item = (
        ReviewItem.objects.select_for_update(no_key=True)
        .filter(kind="flagged_post", target=post_id, state=ReviewItem.State.PENDING)
        .first()
    )
    if item:
        ReviewItem.objects.filter(pk=item.pk).update(
            done=[*item.done, {"code": "back", "at": at.isoformat()}], version=F("version") + 1, touched_at=at
        )
    else:  # a moderator had hidden it: somebody should see whether it is better now
        board_id = Topic.objects.values_list("board_id", flat=True).get(pk=topic_id)
        raise_item(
            kind="flagged_post", target=post_id, author_id=by, board_id=board_id, topic_id=topic_id,
            reasons=[{"code": "came_back"}], at=at,
        )  # fmt: skip


def remind(*, at: datetime) -> int:
    """Tell moderators, once an item, of what has waited for two days; how many items."""
    require_transaction()
    waiting = ReviewItem.objects.filter(
        state=ReviewItem.State.PENDING, reminded_at__isnull=True, created_at__lte=at - order_rules.REMIND_AFTER
    )
    ids = list(waiting.select_for_update(skip_locked=True).values_list("id", flat=True)[:500])
    if not ids:
        return 0
    ReviewItem.objects.filter(pk__in=ids).update(reminded_at=at)
    keepers = BoardPermission.objects.filter(act="moderate", value="yes", group__isnull=False)
    names = [MODERATORS, MANAGERS, *keepers.values_list("group__name", flat=True)]
    team = members.in_groups(names=names, superusers=True)
    notify(member_ids=team, kind="review_waits", cause=f"review:{ids[0]}:{len(ids)}", data={"item": ids[0]}, at=at)
    return len(ids)


def ignore_old(*, at: datetime) -> int:
    """What nobody touched for sixty days is ignored; how many items. What flags hid meanwhile stays hidden."""
    require_transaction()
    old = ReviewItem.objects.filter(
        state=ReviewItem.State.PENDING, touched_at__lte=at - order_rules.IGNORED_AFTER
    ).exclude(kind="held_post")
    rows = list(old.select_for_update(skip_locked=True).values_list("id", "kind", "target", "author_id")[:500])
    ids = [row[0] for row in rows]
    ReviewFlag.objects.filter(item_id__in=ids).update(verdict=ReviewFlag.Verdict.IGNORED)
    ReviewItem.objects.filter(pk__in=ids).update(
        state=ReviewItem.State.IGNORED, decision="untouched", decided_at=at, version=F("version") + 1
    )
    for pk, kind, target, author in rows:
        record_act(
            act="review.untouched", target_kind=kind, target=target, about=author, by=None, at=at,
            before={"item": pk, "state": "pending"}, after={"state": "ignored"},
        )  # fmt: skip
    return len(ids)


def follow_posts(*, post_ids: Sequence[int], topic_id: int, at: datetime) -> int:
    """Posts moved to another topic: their open items go along."""
    require_transaction()
    moved = ReviewItem.objects.filter(kind__in=["flagged_post", "held_post"], target__in=list(post_ids))
    return moved.update(topic_id=topic_id)


def lock_item(item_id: int) -> ReviewItem:
    """The item under lock, after its author and its topic: the order in which flags take them too.

    The author first, because a decision about them may reach into all their topics.
    """
    topic_id, author_id = ReviewItem.objects.values_list("topic_id", "author_id").get(pk=item_id)
    if author_id is not None:
        serialise(author_id)
    if topic_id is not None:
        writing.lock_topic(topic_id)
    return ReviewItem.objects.select_for_update(no_key=True).get(pk=item_id)


def card_of(item: ReviewItem) -> ReviewCard:
    """The item as its kind knows it."""
    return ReviewCard(
        id=item.pk, public_id=item.public_id, kind=item.kind, target=item.target, author_id=item.author_id,
        board_id=item.board_id, topic_id=item.topic_id, state=item.state, score=item.score,
        reasons=tuple(item.reasons), done=tuple(item.done), version=item.version, created_at=item.created_at,
    )  # fmt: skip


def _what_changed(item: ReviewItem, version: int) -> str:
    if item.state != ReviewItem.State.PENDING:
        card = members.member_card(member_id=item.decided_by_id) if item.decided_by_id else None
        if card is None:
            return _("It was decided.")
        return _("%(name)s has decided it.") % {"name": card.name}
    if any(entry["code"] == "back" for entry in item.done[-1:]):
        return _("The author has changed the text, and it is shown again.")
    new = max(item.version - version, 1)
    return ngettext("%(count)s new flag or change.", "%(count)s new flags or changes.", new) % {"count": new}
