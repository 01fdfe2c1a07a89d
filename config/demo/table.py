"""Writing down what was said, in the order it happened, through the actions that people's clicks call."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _

from community.actions.forum import answers, boards, ideas, moving, polls, posts, reactions, tags, topics
from community.actions.forum.polls import PollDraft
from community.actions.forum.topics import EventDraft
from community.actions.people import activity, seen, trust
from community.queries.forum import structure
from community.queries.forum import topics as topic_queries
from community.rules.composer import quote_head, quote_markdown
from config.demo import story
from config.demo.plan import Ballots, Date, Reply, Talk
from members import actions as members

_LATEST = timedelta(minutes=3)


@dataclass
class Written:
    """What stands on the table: (topic, [post of the text itself, posts of its replies]) by key, and when each was said.

    `read` are (topic, board, moment, number) of every post, for whoever had read that far.
    """

    topics: dict[str, tuple[int, list[int]]] = field(default_factory=dict)
    read: list[tuple[int, str, datetime, int]] = field(default_factory=list)
    boards: dict[str, int] = field(default_factory=dict)
    tags: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class _Table:
    ids: Mapping[str, int]
    at: datetime
    done: Written

    def moment(self, talk: Talk, hours: float) -> datetime:
        return min(self.at - timedelta(days=talk.days_ago) + timedelta(hours=hours), self.at - _LATEST)


def talk(ids: Mapping[str, int], at: datetime) -> Written:
    """Boards, tags, topics with everything that happened in them. In one transaction."""
    table = _Table(ids, at, Written())
    _boards(table)
    _tags(table)
    _trust(table)
    for one in sorted(story.TALKS, key=lambda talk: -talk.days_ago):
        _topic(table, one)
    return table.done


def _boards(table: _Table) -> None:
    for position, plan in enumerate(story.BOARDS, start=1):
        permissions = {group: ("see", "browse", "start", "reply", "attach") for group in plan.groups} or None
        table.done.boards[plan.slug] = boards.ensure_board(
            slug=plan.slug, name=plan.name, description=plan.description, kinds=plan.kinds, colour=plan.colour,
            icon=plan.icon, parent=plan.parent or None, order=plan.order, position=position * 10,
            permissions=permissions, at=table.at,
        )  # fmt: skip


def _tags(table: _Table) -> None:
    marek = table.ids["marek"]
    for position, (group, words) in enumerate(story.TAGS.items(), start=1):
        group_id = tags.ensure_group(name=_(group), position=position * 10, at=table.at)
        for name, synonyms in words.items():
            main = tags.ensure_tag(
                name=name, group_id=group_id, staff_only=group == story.STAFF_TAGS, by=marek, at=table.at
            )
            for word in (name, *synonyms):
                table.done.tags[word] = main
            for word in synonyms:
                tags.make_synonym(
                    tag_id=tags.ensure_tag(name=word, by=marek, at=table.at), main_id=main, by=marek, at=table.at
                )


def _trust(table: _Table) -> None:
    """Who has been reading here, day by day; regulars brought their level from the years before this forum."""
    ids, at = table.ids, table.at
    for person in story.CAST:
        if not person.role and story.LAST_HERE.get(person.username, 0) < 30:
            for day in range(min(person.joined_days_ago, 30), 0, -1 if person.username in story.TRUST else -3):
                activity.note_reading(
                    member_id=ids[person.username], topics_opened=2, posts_read=9, at=at - timedelta(days=day)
                )
    for username, level in story.TRUST.items():
        trust.set_trust(
            member_id=ids[username], level=level, by=ids["marek"], note="known for years", hold=level == 3,
            at=at - timedelta(days=29),
        )  # fmt: skip


def _topic(table: _Table, talk: Talk) -> None:
    ids, start = table.ids, table.moment(talk, 0)
    first = topics.start_topic(
        board_id=table.done.boards[talk.board], title=talk.title, raw=talk.text,
        kind=talk.kind or ("question" if talk.question else "discussion"), by=ids[talk.author],
        tag_ids=[table.done.tags[tag] for tag in talk.tags], event=_event(talk.date, table.at) if talk.date else None,
        poll=_draft(talk.poll, start) if talk.poll else None, at=start,
    )  # fmt: skip
    topic_id, made, numbers, bodies = first.topic_id, [first.post_id], [first.number], [(talk.author, talk.text)]
    table.done.read.append((topic_id, talk.board, start, first.number))
    _react(table, first.post_id, talk.likes, talk.reacts, start + timedelta(hours=2))
    for reply in talk.replies:
        moment = table.moment(talk, reply.hours)
        raw = _raw(reply, topic_id, numbers, bodies)
        parent = numbers[reply.to + 1] if reply.to is not None else None
        written = posts.reply(topic_id=topic_id, raw=raw, parent_number=parent, by=ids[reply.author], at=moment)
        made.append(written.post_id)
        numbers.append(written.number)
        bodies.append((reply.author, reply.text))
        table.done.read.append((topic_id, talk.board, moment, written.number))
        _react(table, written.post_id, reply.likes, reply.reacts, moment + timedelta(hours=1))
        if reply.accepted:
            answers.accept(
                post_id=written.post_id, by=ids[talk.author], at=min(moment + timedelta(hours=3), table.at - _LATEST)
            )
            _line(table, topic_id, talk.board, moment + timedelta(hours=3))
    if talk.key:
        table.done.topics[talk.key] = (topic_id, made)
    _votes(table, talk, topic_id, first.post_id, start)
    _what_became_of_it(table, talk, topic_id, made, numbers)


def _line(table: _Table, topic_id: int, board: str, moment: datetime) -> None:
    """A note of the system took the next number."""
    before = max(number for topic, _board, _moment, number in table.done.read if topic == topic_id)
    table.done.read.append((topic_id, board, moment, before + 1))


def _raw(reply: Reply, topic_id: int, numbers: Sequence[int], bodies: Sequence[tuple[str, str]]) -> str:
    if reply.quote is None:
        return reply.text
    which, words = reply.quote
    number = numbers[which + 1]
    url = topic_queries.url_of(topic_id=topic_id, number=number)
    address = url.partition("#")[0]
    return (
        quote_markdown(head=quote_head(handle=bodies[which + 1][0], number=number, url=address), raw=words) + reply.text
    )


def _react(
    table: _Table, post_id: int, likes: Sequence[str], reacts: Sequence[tuple[str, str]], moment: datetime
) -> None:
    for kind, names in (("like", likes), *((kind, names.split()) for kind, names in reacts)):
        for name in names:
            reactions.react(
                post_id=post_id, kind=kind, by=table.ids[name], by_trust=story.TRUST.get(name, 1),
                at=min(moment, table.at - _LATEST / 2),
            )  # fmt: skip


def _event(date: Date, at: datetime) -> EventDraft:
    day = at.astimezone(ZoneInfo(settings.TIME_ZONE)) + timedelta(days=date.in_days)
    begins = day.replace(hour=date.hour, minute=0, second=0, microsecond=0)
    return EventDraft(begins, begins + timedelta(hours=date.hours), settings.TIME_ZONE, place=date.place)


def _draft(ballots: Ballots, start: datetime) -> PollDraft:
    return PollDraft(
        question=ballots.question, options=ballots.options, kind=ballots.kind,
        closes_at=start + timedelta(days=ballots.days),
    )  # fmt: skip


def _votes(table: _Table, talk: Talk, topic_id: int, post_id: int, start: datetime) -> None:
    if talk.poll:
        found = structure.polls_of(post_ids=[post_id], viewer_id=None, at=start)[post_id]
        for name, choices in talk.poll.votes:
            polls.vote(poll_id=found.id, choices=choices, by=table.ids[name], at=start + timedelta(hours=4))
    for hours, name in enumerate(talk.votes.split()):
        ideas.vote(topic_id=topic_id, give=True, by=table.ids[name], at=table.moment(talk, 5 * hours))


def _what_became_of_it(table: _Table, talk: Talk, topic_id: int, made: Sequence[int], numbers: Sequence[int]) -> None:
    """Wiki, split, moved, decided, pinned, closed: each leaves its line in the topic."""
    hana = table.ids["hana"]
    if talk.edits:
        posts.set_wiki(post_id=made[0], wiki=True, by=hana, at=table.moment(talk, 1))
    text = talk.text
    for revision, (author, old, new, reason) in enumerate(talk.edits, start=1):
        text = text.replace(old, new, 1)
        posts.edit(
            post_id=made[0], raw=text, revision=revision, reason=reason, by=table.ids[author],
            at=table.moment(talk, 24 * revision),
        )  # fmt: skip
    later = table.moment(talk, 30)
    if talk.split:
        title, board = talk.split
        new_id = moving.split(
            topic_id=topic_id, numbers=numbers[-talk.split_off :], title=title, board_id=table.done.boards[board],
            by=hana, at=later,
        )  # fmt: skip
        table.done.read.append((new_id, board, later, talk.split_off))
        _line(table, topic_id, talk.board, later)
    if talk.moved_to:
        moving.move_topic(topic_id=topic_id, board_id=table.done.boards[talk.moved_to], by=hana, at=later)
        _line(table, topic_id, talk.board, later)
    if talk.progress:
        progress, reason = talk.progress
        decided = table.moment(talk, 24 * 12)
        ideas.set_progress(topic_id=topic_id, progress=progress, reason=reason, by=table.ids["marek"], at=decided)
        _line(table, topic_id, talk.board, decided)
    if talk.pinned:
        topics.pin(topic_id=topic_id, pinned="everywhere", by=hana, at=table.moment(talk, 0))
    if talk.closed:
        topics.set_state(topic_id=topic_id, state="closed", by=hana, at=table.moment(talk, 31))
        _line(table, topic_id, talk.board, table.moment(talk, 31))


def last_here(ids: Mapping[str, int], done: Written, at: datetime) -> None:
    """Where they were when they last looked in, so that coming back shows what happened meanwhile."""
    for username, away in story.LAST_HERE.items():
        left = at - timedelta(days=away)
        members.seen(member_id=ids[username], at=left)
        far: dict[int, int] = {}
        for topic_id, board, moment, number in done.read:
            if moment < left and username in story.MAY_READ.get(board, (username,)):
                far[topic_id] = max(number, far.get(topic_id, 0))
        for topic_id, number in far.items():
            seen.mark_read(topic_id=topic_id, member_id=ids[username], number=number, at=left)
