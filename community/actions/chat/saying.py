"""Saying something in a room under the site's word rules: judged, said, and what follows, in one transaction.

`say_many` is the one way of new messages: what arrives for a room at once is judged and cooked before the lock and written
together; each of them is refused or written by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from community import cook, moderation
from community.actions.chat import calls as room_calls
from community.actions.chat import messages
from community.actions.chat.messages import Draft, Outcome, Sent
from community.actions.order import review, sanctions
from community.actions.order.audit import record_act
from community.models import Message, Room, RoomReminder, Sanction
from community.moderation import Verdict
from community.problems import BlockedWord, TooFast
from community.queries.composer import named
from community.rules import chat as rules
from community.rules.words import Matcher
from community.trust import gates
from members.access import Refused
from outbox.require import require_transaction


@dataclass(frozen=True)
class Say:
    """What a member says, as the edge asked it. `parent` and `thread` are seqs: what it answers, and in which thread.

    `zone` is the name of the member's time zone, for `/remind`; `language` that of refusals, empty: the one that is active.
    """

    by: int
    client_id: str
    raw: str
    trust: int = 0
    moderating: bool = False
    parent: int | None = None
    thread: int | None = None
    zone: str = ""
    language: str = ""


@dataclass(frozen=True)
class _Ready:
    say: Say
    draft: Draft
    verdict: Verdict


def say(
    *,
    room_id: int,
    raw: str,
    client_id: str,
    by: int,
    trust: int,
    moderating: bool,
    at: datetime,
    parent: int | None = None,
    thread: int | None = None,
    zone: str = "",
) -> Sent:
    """One message. A rule may refuse, change or flag the text. Raises Refused and TooFast.

    A chat does not wait for moderators: what a rule would hold is said, and looked at.
    """
    require_transaction()
    asked = Say(by, client_id, raw, trust, moderating, parent, thread, zone)
    outcome = say_many(room=Room.objects.get(pk=room_id), asked=[asked], at=at)[0]
    if not isinstance(outcome, Sent):
        raise outcome
    return outcome


def say_many(*, room: Room, asked: Sequence[Say], at: datetime, matcher: Matcher | None = None) -> list[Outcome]:
    """What arrived for a room together: one outcome for each, in order; refusals are returned and harm nobody else.

    The edge has asked for each whether they may speak here and whether now; `matcher`: the word rules of this moment,
    when it read them already. Demands a transaction.
    """
    require_transaction()
    outcomes: dict[int, Outcome] = {}
    ready: dict[int, _Ready] = {}
    matcher = matcher or _matcher_for(room, asked)
    for place, one in enumerate(asked):
        try:
            with messages.in_language(one.language):
                if (command := rules.command(one.raw)) and command.name != "me":
                    outcomes[place] = _carry_out(command, room, one, at)
                else:
                    ready[place] = _make_ready(room, one, command, matcher, at)
        except (Refused, TooFast) as refusal:
            outcomes[place] = refusal
    for by in sorted({held.say.by for held in ready.values() if held.verdict.silence}):
        sanctions.serialise(by)  # before the room's lock, as flags and decisions do
    if ready:
        written = messages.write_many(room_id=room.pk, drafts=[held.draft for held in ready.values()], at=at)
        for (place, held), outcome in zip(ready.items(), written, strict=True):
            outcomes[place] = outcome
            if isinstance(outcome, Sent) and not outcome.again:
                _follow(outcome.message_id, held.verdict, held.say.by, at, board_id=room.board_id)
    return [outcomes[place] for place in range(len(asked))]


def reword(*, message_id: int, raw: str, by: int, trust: int, moderating: bool, at: datetime) -> None:
    """`messages.edit_message` under the same rules; what moderators do to others' words goes into the log."""
    require_transaction()
    message = Message.objects.select_related("room").get(pk=message_id)
    verdict = _judged(raw, trust, _exempt(message.room, moderating), None)
    if verdict.silence:
        sanctions.serialise(by)
    cooked = cook.cook_message(messages.checked(verdict.text), named.people_of_room)
    if message.author_id == by:
        _check_gates(cooked, trust)
    _call_anew(message, cooked, at)
    messages.edit_message(message_id=message_id, raw=verdict.text, by=by, at=at)
    if message.author_id != by:
        record_act(
            act="message.edited", target_kind="message", target=message_id, about=message.author_id, by=by, at=at
        )
    else:
        _follow(message_id, verdict, by, at, board_id=message.room.board_id)


def _check_gates(cooked: cook.Cooked, trust: int) -> None:
    """Refuse a newcomer's words with too much in them, said or said differently."""
    try:
        gates.check_text(cooked, trust)
    except gates.GateClosed as closed:
        raise Refused(closed.code, closed.message) from closed


def _call_anew(message: Message, cooked: cook.Cooked, at: datetime) -> None:
    """Whom the edited words name counts as called; groups and @here are called once, when it is said."""
    named_now = [member for member in cooked.mentions if member != message.author_id]
    called = room_calls.may_be_told(room=message.room, member_ids=named_now, by=message.author_id, at=at)
    messages.call(message, called)


def unsay(*, message_id: int, by: int, at: datetime) -> None:
    """`messages.remove_message`; what moderators take away goes into the log."""
    require_transaction()
    author = Message.objects.filter(pk=message_id, removed_at__isnull=True).values_list("author_id", flat=True).first()
    removed = messages.remove_message(message_id=message_id, by=by, at=at)
    if removed and author is not None and author != by:
        record_act(
            act="message.removed", target_kind="message", target=message_id, about=author, by=by, at=at,
            before={"state": "visible"}, after={"state": "removed"},
        )  # fmt: skip


def unsay_many(*, message_ids: Sequence[int], by: int, at: datetime) -> int:
    """Take several messages of one room away, in their order; how many were in sight."""
    require_transaction()
    shown = Message.objects.filter(pk__in=message_ids, removed_at__isnull=True).order_by("seq")
    found = list(shown.values_list("id", flat=True)[: rules.REMOVED_AT_ONCE])
    for message_id in found:
        unsay(message_id=message_id, by=by, at=at)
    return len(found)


def say_again(*, message_id: int, by: int, at: datetime) -> bool:
    """`messages.restore_message`: the author takes a removal back, or a moderator; that goes into the log."""
    require_transaction()
    author = Message.objects.values_list("author_id", flat=True).get(pk=message_id)
    restored = messages.restore_message(message_id=message_id, by=by, at=at)
    if restored and author != by:
        record_act(
            act="message.restored", target_kind="message", target=message_id, about=author, by=by, at=at,
            before={"state": "removed"}, after={"state": "visible"},
        )  # fmt: skip
    return restored


# --- Before the lock -------------------------------------------------------------------------------------------------


def _matcher_for(room: Room, asked: Sequence[Say]) -> Matcher | None:
    return None if all(_exempt(room, one.moderating) for one in asked) else moderation.matcher_now()


def _make_ready(room: Room, one: Say, command: rules.Command | None, matcher: Matcher | None, at: datetime) -> _Ready:
    raw, kind = one.raw, Message.Kind.TEXT
    if command is not None:
        raw, kind = command.words, Message.Kind.ACT
    verdict = _judged(raw, one.trust, _exempt(room, one.moderating), matcher)
    text = messages.checked(verdict.text)
    cooked = cook.cook_message(text, named.people_of_room)
    _check_gates(cooked, one.trust)
    called = room_calls.called(
        room=room, cooked=cooked, by=one.by, trust=one.trust, moderating=one.moderating, at=at
    )  # fmt: skip
    draft = Draft(
        by=one.by, client_id=one.client_id, raw=text, html=cooked.html, text=cooked.text, version=cooked.version,
        kind=kind.value, parent=one.parent, thread=one.thread, called=called, unhurried=one.moderating,
        language=one.language,
    )  # fmt: skip
    return _Ready(one, draft, verdict)


def _exempt(room: Room, moderating: bool) -> bool:
    """Moderators are not judged; who opened a private room keeps order there, and is none."""
    return moderating and room.kind != Room.Kind.PRIVATE


def _judged(raw: str, trust: int, exempt: bool, matcher: Matcher | None) -> Verdict:
    try:
        return moderation.judge(raw, trust=trust, place="message", exempt=exempt, matcher=matcher)
    except BlockedWord as problem:
        raise Refused(problem.code, problem.message) from problem


def _follow(message_id: int, verdict: Verdict, by: int, at: datetime, *, board_id: int | None) -> None:
    if not (verdict.flag or verdict.hold):
        return
    item = review.raise_item(
        kind="flagged_message", target=message_id, author_id=by, board_id=board_id, reasons=verdict.reasons, at=at
    )
    if verdict.silence and not sanctions.is_team(by):
        sanctions.impose(
            member_id=by, kind=Sanction.Kind.SILENCE, reason="flags", hours=None, by=None, at=at, item_id=item
        )


# --- Commands --------------------------------------------------------------------------------------------------------


def _carry_out(command: rules.Command, room: Room, one: Say, at: datetime) -> Sent:
    return (
        _set_topic(command.words, room, one, at) if command.name == "topic" else _remind(command.words, room, one, at)
    )


def _set_topic(words: str, room: Room, one: Say, at: datetime) -> Sent:
    """`/topic green tea`, by whoever keeps order; without words it is cleared. The same topic again says nothing."""
    if not one.moderating:
        raise Refused("moderators_only", _("Only those who keep order here say what we talk about."))
    topic = " ".join(cook.clean(_judged(words, one.trust, _exempt(room, True), None).text).split())
    if len(topic) > rules.TOPIC_LONGEST:
        raise Refused("too_long", _("A topic has at most %(most)d characters.") % {"most": rules.TOPIC_LONGEST})
    locked = messages.lock_room(room.pk)
    if locked.topic == topic:
        return Sent(0, 0, note=_("That is what we talk about already."))
    if topic:
        return messages.say_line(room_id=room.pk, code="topic", args={"topic": topic}, by=one.by, at=at, topic=topic)
    return messages.say_line(room_id=room.pk, code="topic_cleared", args={}, by=one.by, at=at, topic="")


def _remind(words: str, room: Room, one: Say, at: datetime) -> Sent:
    """`/remind in 20 minutes kettle`: a row that a task finds when it is due. Nobody else hears of it."""
    zone = timezone.get_current_timezone()
    if one.zone:
        try:
            import zoneinfo

            zone = zoneinfo.ZoneInfo(one.zone)
        except (KeyError, ValueError):
            pass
    wanted = rules.reminder(cook.clean(words), at=at, zone=zone)
    if wanted is None:
        raise Refused(
            "reminder_unclear",
            _("Say when, within a year: “/remind in 20 minutes kettle” or “/remind at 18:30 call Lin”."),
        )
    waiting = RoomReminder.objects.filter(member_id=one.by, told_at=None)
    again = RoomReminder.objects.filter(member_id=one.by, room=room, client_id=one.client_id)
    if waiting.count() >= _REMINDERS_MOST and not again.exists():
        raise Refused("reminders_full", _("You have %(most)d reminders waiting already.") % {"most": _REMINDERS_MOST})
    held, _made = RoomReminder.objects.get_or_create(
        member_id=one.by, room=room, client_id=one.client_id,
        defaults={"words": wanted.words, "due_at": wanted.due_at, "created_at": at},
    )  # fmt: skip
    local = held.due_at.astimezone(zone)
    return Sent(0, 0, note=_("You will be reminded at %(time)s.") % {"time": f"{local:%Y-%m-%d %H:%M}"})


_REMINDERS_MOST = 100
