"""Chat rooms and conversations of the demonstration, said through the same actions as people's own words."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from django.contrib.auth.models import Group
from django.core.files.storage import default_storage

from community.actions.chat import conversations, messages, pins, rooms, saying, threads
from community.actions.chat import reactions as message_reactions
from community.actions.chat.messages import Sent
from community.actions.chat.rooms import RoomDraft
from community.actions.composer import uploads
from community.rules.composer import picture_markdown
from config.demo import said, story
from config.demo.plan import Line, RoomPlan
from config.demo.table import Written
from members import pictures
from outbox.ids import new_id

WINDOW = Path(__file__).with_name("window.webp")
_TRUST = 2


def talk(ids: Mapping[str, int], done: Written, at: datetime) -> None:
    """In the transaction of the talk: all rooms, then what a few say to each other."""
    picture = _picture(ids["lin"], at)
    for plan in said.ROOMS:
        room_id = _room(plan, ids, done, at)
        if room_id is not None:
            _say(room_id, plan.lines, _listeners(plan), ids, at, picture)
            _close(plan, room_id, ids["hana"], at)
    for one in said.CONVERSATIONS:
        first, *others = one.people.split()
        began = at - timedelta(minutes=one.lines[0].minutes + 1)
        room_id, _made = conversations.open_conversation(
            member_ids=[ids[name] for name in others], by=ids[first], at=began
        )
        _say(room_id, one.lines, one.people.split(), ids, at, picture)


def _room(plan: RoomPlan, ids: Mapping[str, int], done: Written, at: datetime) -> int | None:
    """The room, made before its first words. None when its group does not exist: a site without that tier."""
    group_id = Group.objects.filter(name=plan.group).values_list("pk", flat=True).first() if plan.group else None
    if plan.group and group_id is None:
        return None
    began = at - timedelta(minutes=plan.lines[0].minutes + 10)
    people = [ids[name] for name in plan.people.split()]
    kind = "private" if people else "board" if plan.board else "group" if plan.group else "public"
    room_id = rooms.create_room(
        kind=kind, slug=new_id() if people else plan.slug, name=plan.name, description=plan.description,
        board_id=done.boards[plan.board] if plan.board else None, group_id=group_id, announced=plan.announced,
        topic=plan.topic, slow_seconds=plan.slow_seconds, retention_days=plan.retention_days,
        by=people[0] if people else None, at=began,
    )  # fmt: skip
    for member_id in people[1:]:
        rooms.add_to_room(room_id=room_id, member_id=member_id, by=people[0], at=began)
    return room_id


def _close(plan: RoomPlan, room_id: int, by: int, at: datetime) -> None:
    """A room of the team is open until the others have spoken in this telling."""
    if plan.read_only:
        draft = RoomDraft(name=plan.name, kind="public", description=plan.description, status="read_only")
        rooms.update_room(room_id=room_id, draft=draft, by=by, at=at - timedelta(days=3))


def _listeners(plan: RoomPlan) -> Sequence[str]:
    if plan.people:
        return plan.people.split()
    if plan.group.startswith("tier:"):
        return ("wen", "hana", "marek")
    return sorted({line.author for line in plan.lines}) if plan.group else tuple(story.LAST_HERE)


def _say(
    room_id: int, lines: Sequence[Line], listeners: Sequence[str], ids: Mapping[str, int], at: datetime, picture: str
) -> None:
    """Every line in its order, then what others felt and how far the listeners have read."""
    for name in listeners:
        rooms.join_room(room_id=room_id, member_id=ids[name], by=ids[name], read_seq=0, at=at)
    sent: list[Sent] = []
    for number, line in enumerate(lines):
        sent.append(_line(room_id, number, line, sent, ids, at, picture))
    for line, one in zip(lines, sent, strict=True):
        _afterwards(line, one, ids, at)
    for name in {*listeners, *(line.author for line in lines)}:
        _read(room_id, name, lines, sent, ids, at)


def _afterwards(line: Line, one: Sent, ids: Mapping[str, int], at: datetime) -> None:
    """What its author, others and a moderator did to a line later."""
    moment = at - timedelta(minutes=line.minutes / 2)
    if line.edited:
        messages.edit_message(message_id=one.message_id, raw=line.text, by=ids[line.author], at=moment)
    for kind, names in line.reacts:
        for name in names.split():
            message_reactions.react(message_id=one.message_id, kind=kind, by=ids[name], at=moment)
    if line.pinned:
        pins.pin(message_id=one.message_id, pinned=True, by=ids["hana"], at=moment)


def _line(
    room_id: int, number: int, line: Line, sent: Sequence[Sent], ids: Mapping[str, int], at: datetime, picture: str
) -> Sent:
    text = (line.edited or line.text).replace(said.PICTURE, f"\n\n{picture}")
    return saying.say(
        room_id=room_id, raw=text, client_id=f"demo-{number}", by=ids[line.author], trust=_TRUST,
        moderating=line.author in ("hana", "marek"),
        parent=None if line.to is None else sent[line.to].seq,
        thread=None if line.thread is None else sent[line.thread].seq,
        at=at - timedelta(minutes=line.minutes),
    )  # fmt: skip


def _read(
    room_id: int, name: str, lines: Sequence[Line], sent: Sequence[Sent], ids: Mapping[str, int], at: datetime
) -> None:
    """Up to what was said before they last looked in; with the threads that they follow."""
    away = said.AWAY.get(name, story.LAST_HERE.get(name, 0) * 24 * 60)
    known = [(line, one) for line, one in zip(lines, sent, strict=True) if line.minutes >= away]
    if not known:
        return
    left = at - timedelta(minutes=away)
    rooms.mark_read(room_id=room_id, seq=known[-1][1].seq, by=ids[name], at=left)
    for line, one in known:
        if line.thread is not None:
            threads.read_thread(thread_id=sent[line.thread].message_id, seq=one.seq, by=ids[name], at=left)


def _picture(member_id: int, at: datetime) -> str:
    """Two cats and a window, brought as members bring pictures; the Markdown that shows it."""
    data = WINDOW.read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    stored = uploads.offer_again(digest=digest, by=member_id, at=at)
    if stored is None:
        fitted = pictures.make_picture(data)
        large, small = pictures.store_picture(fitted)
        stored = uploads.store_upload(
            digest=digest, name=large, small_name=small, picture=fitted, quota=0, by=member_id, at=at
        )
    return picture_markdown(
        url=default_storage.url(stored.name), file_name="Two cats on a window sill.webp", width=stored.width,
        height=stored.height,
    )  # fmt: skip
