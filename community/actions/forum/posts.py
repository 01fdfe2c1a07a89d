"""Replying, editing, removing and restoring posts."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community import cook, rules
from community.actions.forum import polls, writing
from community.actions.forum.polls import PollDraft
from community.actions.forum.writing import Written, lock_topic
from community.actions.order.audit import record_act
from community.events import (
    AnswerUnaccepted,
    PostEdited,
    PostHeld,
    PostRemoved,
    PostRestored,
    TopicChanged,
    TopicStarted,
)
from community.models import Post, PostRevision, Topic
from community.problems import EditConflict, FormReused, Gone, SlowMode, TextRefused, TopicClosed
from community.queries.composer import named
from outbox.publish import publish
from outbox.require import require_transaction

QUIET_EDIT_WITHIN, QUIET_EDIT_CHARACTERS = timedelta(minutes=5), 100


@dataclass(frozen=True)
class Prepared:
    """A text as kept and as shown, made before the transaction so that looking up who is named holds no lock."""

    raw: str
    cooked: cook.Cooked


def reply(
    *,
    topic_id: int,
    raw: str,
    by: int,
    at: datetime,
    parent_number: int | None = None,
    client_id: str | None = None,
    text: Prepared | None = None,
    trust: int = 0,
    unhurried: bool = False,
    join: bool = False,
    hold: bool = False,
    poll: PollDraft | None = None,
) -> Written:
    """Publish a post in an open topic. Sending the same `client_id` again answers the post it made the first time.

    `text` is `prepare(raw)` done before. `trust` is the writer's level. `join`: an own reply right after an own one
    (20 minutes, untouched by others) becomes a part of it. `hold`: it waits for a moderator. `unhurried` spares the
    writer the slow mode (moderators). Raises TextRefused, TopicClosed, FormReused, SlowMode.
    """
    require_transaction()
    text = text or prepare(raw)
    topic = lock_topic(topic_id)
    if topic.state != Topic.State.OPEN or topic.removed_at:
        if before := writing.sent_before(by=by, client_id=client_id):
            return _again(before, topic, text.raw)
        raise TopicClosed
    if hold:
        return _hold(topic, text, by, at, parent_number, client_id, poll)
    slow = 0 if unhurried else (topic.slow_seconds or topic.board.slow_seconds)
    done = writing.write(
        topic, text.raw, text.cooked, by=by, at=at, parent=parent_number, client_id=client_id, slow=slow,
        join=join and poll is None, poll=poll is not None, longest=rules.RAW_LONGEST,
    )  # fmt: skip
    if done.what == "before":
        return _again(done, topic, text.raw)
    if done.what == "early" and done.at:
        raise SlowMode(seconds=math.ceil(slow - (at - done.at).total_seconds()))
    if done.what == "last":
        return _join(topic, done, text.raw, by, at, client_id)
    written = Written(done.post_id, topic.pk, topic.board_id, done.number)
    if poll:
        polls.attach(post_id=written.post_id, draft=poll, at=at)
    publish(writing.published(written=written, author_id=by, at=at, trust=trust))
    return written


def approve_post(*, post_id: int, by: int, at: datetime, trust: int = 0) -> Written | None:
    """Publish a held post under the topic's next number; None when it does not wait. `trust` is its author's level.

    It counts as written now, so that it is new to everybody; a topic that waited with it is started now.
    """
    require_transaction()
    topic, post = lock_post(post_id)
    if post.number is not None:
        return None
    started = topic.awaiting
    number = writing.give_number(post_id=post.pk, topic_id=topic.pk, author_id=post.author_id, at=at)
    written = Written(post.pk, topic.pk, topic.board_id, number)
    said = writing.published(written=written, author_id=post.author_id, at=at, trust=trust)
    if started:
        publish(TopicStarted(topic_id=topic.pk, board_id=topic.board_id, author_id=post.author_id, at=at), said)
    else:
        publish(said)
    return written


def edit(*, post_id: int, raw: str, revision: int, by: int, at: datetime, title: str = "", reason: str = "") -> bool:
    """Replace the text, keeping the one before. False when nothing changed.

    `revision` is the one the writer saw; a newer one raises EditConflict with the text that is there now. `title` is
    for the first post, whose title is the topic's. Raises TextRefused, Gone, EditConflict.
    """
    require_transaction()
    text = prepare(raw)
    raw, cooked = text.raw, text.cooked
    topic, post = lock_post(post_id)
    if post.state == Post.State.REMOVED or post.kind == Post.Kind.LINE:
        raise Gone
    title = checked_title(title) if title and post.number == 1 else topic.title
    if post.raw == raw and topic.title == title:
        return False
    if post.revision != revision:
        raise EditConflict(current_raw=post.raw, current_revision=post.revision)
    PostRevision.objects.create(
        post=post, revision=post.revision, raw=post.raw, reason=reason[:200], by_id=by, at=at,
        title=topic.title if title != topic.title else "",
    )  # fmt: skip
    quiet = at - post.created_at <= QUIET_EDIT_WITHIN and abs(len(raw) - len(post.raw)) <= QUIET_EDIT_CHARACTERS
    Topic.objects.filter(pk=topic.pk).update(last_seq=F("last_seq") + 1, title=title, slug=rules.slug_of(title))
    Post.objects.filter(pk=post.pk).update(
        raw=raw, cooked=cooked.html, text=cooked.text, mentions=cooked.mentions, links=cooked.links,
        cook_version=cooked.version, revision=post.revision + 1, changed_seq=topic.last_seq + 1,
        edited_at=post.edited_at if quiet else at,
    )  # fmt: skip
    edited = PostEdited(post_id=post.pk, topic_id=topic.pk, author_id=post.author_id, by_id=by, at=at)
    if title == topic.title:
        publish(edited)
    else:
        publish(TopicChanged(topic_id=topic.pk, board_id=topic.board_id, by_id=by, at=at), edited)
    if not post.wiki:
        states = {"before": {"revision": post.revision}, "after": {"revision": post.revision + 1}}
        _record(topic, post, "edited", by, at, reason=reason, **states)
    return True


def remove(*, post_id: int, by: int, at: datetime) -> bool:
    """Stop showing a reply; it keeps its number and can be restored. False when it was removed already.

    An accepted answer stops being accepted. A text that waited for review is declined: its author alone loses it from
    sight. The first post goes with its topic: `topics.remove_topic`.
    """
    require_transaction()
    topic, post = lock_post(post_id)
    if post.state == Post.State.REMOVED:
        return False
    facts: list[PostRemoved | AnswerUnaccepted] = []
    if topic.accepted_post_id == post.pk:
        Topic.objects.filter(pk=topic.pk).update(accepted_post=None, **no_longer_solved(topic))
        facts.append(unaccepted(topic, post, by, at))
    Post.objects.filter(pk=post.pk).update(
        state=Post.State.REMOVED, removed_at=at, removed_by=by, changed_seq=topic.last_seq + 1
    )
    writing.recount(topic.pk)
    if post.number is not None:
        facts.append(PostRemoved(post_id=post.pk, topic_id=topic.pk, author_id=post.author_id, by_id=by, at=at))
    publish(*facts)
    _record(topic, post, "removed", by, at, before={"state": post.state}, after={"state": "removed"})
    return True


def restore(*, post_id: int, by: int, at: datetime) -> bool:
    """Show a removed post again. False when it is not removed, or never was published (`approve_post` does that)."""
    require_transaction()
    topic, post = lock_post(post_id)
    if post.state != Post.State.REMOVED or post.number is None:
        return False
    Post.objects.filter(pk=post.pk).update(
        state=Post.State.VISIBLE, removed_at=None, removed_by=None, changed_seq=topic.last_seq + 1
    )
    writing.recount(topic.pk)
    publish(PostRestored(post_id=post.pk, topic_id=topic.pk, author_id=post.author_id, by_id=by, at=at))
    _record(topic, post, "restored", by, at, before={"state": "removed"}, after={"state": "visible"})
    return True


def set_wiki(*, post_id: int, wiki: bool, by: int, at: datetime) -> bool:
    """Let many edit a post, or its author alone again. False when it is so already."""
    require_transaction()
    topic, post = lock_post(post_id)
    if post.wiki == wiki or post.state != Post.State.VISIBLE or post.kind != Post.Kind.POST:
        return False
    Post.objects.filter(pk=post.pk).update(wiki=wiki, changed_seq=topic.last_seq + 1)
    Topic.objects.filter(pk=topic.pk).update(last_seq=F("last_seq") + 1)
    return True


# --- Shared by the actions on topics ---------------------------------------------------------------------------------


def unaccepted(topic: Topic, post: Post, by: int, at: datetime) -> AnswerUnaccepted:
    return AnswerUnaccepted(
        topic_id=topic.pk, post_id=post.pk, author_id=post.author_id, by_id=by,
        self_answer=post.author_id == topic.author_id, at=at,
    )  # fmt: skip


def no_longer_solved(topic: Topic) -> dict[str, Any]:
    """Without an accepted answer the topic does not close because of it."""
    return {"closes_at": None, "closing": ""} if topic.closing == Topic.Closing.SOLVED else {}


def prepare(raw: str) -> Prepared:
    """The text as kept and as shown. Raises TextRefused."""
    raw = checked_raw(raw)
    return Prepared(raw, named.cooked(raw))


def checked_raw(raw: str) -> str:
    """The text as kept. Raises TextRefused when it is too short or too long."""
    raw = cook.clean(raw)
    shortest = rules.shortest_raw(raw)
    if len(raw) < shortest:
        words = ngettext(
            "Please write at least %(count)s character.", "Please write at least %(count)s characters.", shortest
        )
        raise TextRefused("too_short", words % {"count": shortest})
    if len(raw) > rules.RAW_LONGEST:
        words = _("This is longer than %(most)s characters (%(count)s). Please split it into several posts.")
        raise TextRefused("too_long", words % {"most": rules.RAW_LONGEST, "count": len(raw)})
    return raw


def checked_title(title: str) -> str:
    """The title as kept: one line. Raises TextRefused when it is too short or too long."""
    title = " ".join(cook.clean(title).split())
    shortest = rules.shortest_title(title)
    if len(title) < shortest:
        words = ngettext(
            "A title has at least %(count)s character.", "A title has at least %(count)s characters.", shortest
        )
        raise TextRefused("title_too_short", words % {"count": shortest})
    if len(title) > rules.TITLE_LONGEST:
        raise TextRefused(
            "title_too_long", _("A title has at most %(most)s characters.") % {"most": rules.TITLE_LONGEST}
        )
    return title


def lock_post(post_id: int) -> tuple[Topic, Post]:
    """Topic before post, always, so that two acts never wait for each other in a circle.

    A post that was moved while we waited is looked for in its new topic.
    """
    while True:
        topic = lock_topic(Post.objects.values_list("topic_id", flat=True).get(pk=post_id))
        post = Post.objects.select_for_update(no_key=True).get(pk=post_id)
        if post.topic_id == topic.pk:
            return topic, post


def _again(before: writing.Outcome, topic: Topic, raw: str) -> Written:
    """What this form made the first time. The same key with another text is another post, so nothing is swallowed."""
    if before.topic_id != topic.pk or (before.untouched and before.raw != raw):
        raise FormReused
    number = before.number or 0
    return Written(before.post_id, topic.pk, topic.board_id, number, repeated=True, held=number == 0)


def _hold(
    topic: Topic,
    text: Prepared,
    by: int,
    at: datetime,
    parent: int | None,
    client_id: str | None,
    poll: PollDraft | None,
) -> Written:
    if before := writing.sent_before(by=by, client_id=client_id):
        return _again(before, topic, text.raw)
    post_id = writing.hold(
        topic.pk, text.raw, text.cooked, by=by, at=at, parent=parent, client_id=client_id, poll=poll is not None
    )
    if poll:
        polls.attach(post_id=post_id, draft=poll, at=at)
    publish(PostHeld(post_id=post_id, topic_id=topic.pk, board_id=topic.board_id, author_id=by, starts=False, at=at))
    return Written(post_id, topic.pk, topic.board_id, 0, held=True)


def _join(topic: Topic, last: writing.Outcome, raw: str, by: int, at: datetime, client_id: str | None) -> Written:
    whole = prepare(f"{last.raw}\n\n{raw}")
    quiet = len(whole.raw) - len(last.raw or "") <= QUIET_EDIT_CHARACTERS
    writing.join_to(
        post_id=last.post_id, topic_id=topic.pk, raw=whole.raw, cooked=whole.cooked, by=by, at=at,
        client_id=client_id, quiet=quiet,
    )  # fmt: skip
    publish(PostEdited(post_id=last.post_id, topic_id=topic.pk, author_id=by, by_id=by, at=at))
    return Written(last.post_id, topic.pk, topic.board_id, last.number, joined=True)


def _record(topic: Topic, post: Post, act: str, by: int, at: datetime, **states: Any) -> None:
    """What somebody of the team did to another's post goes into the log; what authors do with their own does not."""
    if by != post.author_id:
        record_act(
            act=f"post.{act}", target_kind="post", target=post.pk, about=post.author_id, board_id=topic.board_id, by=by,
            at=at, **states,
        )  # fmt: skip
