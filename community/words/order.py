"""The audit log in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from community.models import AuditEntry, Post, ReviewItem, Sanction, Topic
from community.queries.order.review import decision_label


@dataclass(frozen=True)
class Line:
    """An entry as it is read."""

    entry: AuditEntry
    what: str
    target: str
    changes: tuple[tuple[str, str, str], ...]


def line(entry: AuditEntry) -> Line:
    return Line(entry, act_label(entry.act), target_label(entry), tuple(_changes(entry.before, entry.after)))


def families() -> list[tuple[str, str]]:
    """Kinds of acts, for the filter: the beginning of the code and its name."""
    return [
        ("review.", _("Decisions")), ("flags.", _("What flags did")), ("member.", _("Sanctions imposed")),
        ("sanction.", _("Sanctions ended")), ("post.", _("Posts")), ("topic.", _("Topics")), ("note.", _("Notes")),
        ("words.", _("Word rules")), ("board.", _("Boards and permissions")), ("trust.", _("Levels of trust")),
        ("room.", _("Chat rooms")), ("message.", _("Messages")), ("session.", _("Live sessions")),
        ("question.", _("Questions")), ("adjustment.", _("Corrections of points")),
    ]  # fmt: skip


def act_label(code: str) -> str:
    """An act in words; one that has none as its code."""
    family, _dot, act = code.partition(".")
    if family == "review" and act not in ("undone",):
        return _("Decided: %(decision)s") % {"decision": decision_label(act)}
    labels = {
        "review.undone": _("Took a decision back"), "flags.hidden": _("Flags hid it"),
        "flags.silenced": _("Flags silenced a newcomer"), "flags.closed": _("Flags closed a topic for four hours"),
        "member.silenced": _("Silenced"), "member.suspended": _("Suspended"), "sanction.ended": _("Ended a sanction"),
        "sanction.reopened": _("Restored a sanction"), "note.added": _("Wrote a note"),
        "note.removed": _("Removed a note"), "words.saved": _("Saved a word rule"),
        "words.switched": _("Switched a word rule on or off"), "post.removed": _("Removed a post"),
        "post.restored": _("Restored a post"), "post.edited": _("Edited another's post"),
        "topic.removed": _("Removed a topic"), "topic.restored": _("Restored a topic"),
        "topic.closed": _("Closed a topic"), "topic.opened": _("Opened a topic"), "topic.pinned": _("Pinned a topic"),
        "topic.unpinned": _("Unpinned a topic"), "topic.moved": _("Moved a topic"), "topic.merged": _("Merged topics"),
        "topic.split": _("Split a topic"), "board.changed": _("Changed a board"), "board.made": _("Made a board"),
        "message.removed": _("Removed a message"), "message.edited": _("Edited another's message"),
        "message.restored": _("Restored a message"), "session.sent_out": _("Sent out of a live session"),
        "session.let_in": _("Let into a live session again"),
        "question.hidden": _("Hid a question"), "question.open": _("Showed a hidden question again"),
        "question.now": _("Showed a hidden question again"), "question.answered": _("Showed a hidden question again"),
        "revision.hidden": _("Kept an earlier text from readers"),
        "revision.shown": _("Let readers see an earlier text"), "topic.timer": _("Set a topic's closing timer"),
        "topic.slow": _("Changed a topic's slow mode"), "topic.archived": _("Archived a topic"),
        "trust.changed": _("Changed a level of trust"), "room.made": _("Opened a chat room"),
        "room.changed": _("Changed a chat room"), "review.untouched": _("Ignored after sixty days"),
        "adjustment.proposed": _("Corrected points by hand"), "adjustment.approved": _("Approved a correction of points"),
        "adjustment.declined": _("Declined a correction of points"),
        "tier.invited": _("Invited into a tier"), "tier.invitation_ended": _("Ended an invitation into a tier"),
        "tier.programme": _("Changed the tiers"),
    }  # fmt: skip
    return labels.get(code, code)


def target_label(entry: AuditEntry) -> str:
    kinds = {
        "flagged_post": _("post"), "held_post": _("waiting post"), "flagged_message": _("message"),
        "flagged_member": _("person"), "new_member": _("new member"), "objection": _("objection"),
        "sanction": _("sanction"), "word_rule": _("word rule"), "staff_note": _("note"), "post": _("post"),
        "topic": _("topic"), "board": _("board"), "message": _("message"), "member": _("member"),
        "room": _("chat room"), "session": _("live session"), "question": _("question"),
    }  # fmt: skip
    name = kinds.get(entry.target_kind, entry.target_kind)
    return f"{name} {entry.target}" if entry.target is not None else name


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """(what, before, after) of everything that is not the same."""
    names = [*before, *(name for name in after if name not in before)]
    return [
        (_name(name), _value(name, before.get(name)), _value(name, after.get(name)))
        for name in names
        if before.get(name, "") != after.get(name, "") and name != "item"
    ]


def _name(name: str) -> str:
    """What changed, in words; what has none by the name it is kept under."""
    names = {
        "state": _("state"), "post": _("post"), "verdict": _("verdict"), "how": _("how it ended"), "board": _("board"),
        "topic": _("topic"), "posts": _("posts"), "number": _("number"), "trust": _("level of trust"),
        "closes_at": _("closes at"), "active": _("active"), "score": _("score"), "sanction": _("sanction"),
        "seconds": _("seconds between a member's posts"), "pinned": _("pinned"), "revision": _("revision"),
        "status": _("status"), "group_id": _("group"), "board_id": _("board"), "kind": _("for whom"),
        "announced": _("shown with a lock"), "threads": _("threads"), "slow_seconds": _("seconds between a member's posts"),
        "retention_days": _("days kept"),
    }  # fmt: skip
    return names.get(name, name)


def _value(name: str, value: Any) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name in ("state", "post", "pinned", "how"):
        states = (Sanction.Ended, Topic.Pinned, Topic.State, ReviewItem.State, Post.State)
        return str({code: label for kind in states for code, label in kind.choices}.get(value, value))
    return ", ".join(str(one) for one in value) if isinstance(value, list) else str(value)
