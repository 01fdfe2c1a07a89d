"""Quests as members see them: what is open, how far, what comes next and where it is done."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from community.words.badges import badge_name
from loyalty.actions.ledger import zone
from loyalty.actions.quests.counting import STANDING_MARKS
from loyalty.actions.quests.hearing import AUDIENCE, RUN_OF_PERIOD, periods
from loyalty.models import Quest, QuestRun, RhythmWeek
from loyalty.rules import quests, rhythm
from loyalty.rules.quest_steps import KINDS

OPEN, DONE, COMING = "open", "done", "coming"
SHOWN_WEEKS = 12


@dataclass(frozen=True)
class StepCard:
    """One step with its progress and the page on which it is done. `act` is "read_guide" when a button here does it."""

    name: str
    have: int
    count: int
    locked: bool
    url: str
    act: str = ""

    @property
    def done(self) -> bool:
        return self.have >= self.count


@dataclass(frozen=True)
class QuestCard:
    """A quest as one member sees it. `percent` is whole; `state` is open, done or coming."""

    code: str
    kind: str
    kind_label: "str | Promise"
    repeat: str
    name: str
    about: str
    points: int
    credit: int
    gift: str
    badge: str
    ordered: bool
    state: str
    begun: bool
    starts_at: datetime | None
    ends_at: datetime | None
    done_at: datetime | None
    steps: tuple[StepCard, ...] = ()
    percent: int = 0

    @property
    def last_moment(self) -> datetime | None:
        """Of the last day on which it is open: it ends at midnight."""
        return self.ends_at - timedelta(seconds=1) if self.ends_at else None

    @property
    def next_step(self) -> StepCard | None:
        """What to do next."""
        return next((step for step in self.steps if not step.done and not step.locked), None)


@dataclass(frozen=True)
class QuestBoard:
    """Everything about a member's quests of now. `next` is the open one that is nearest to its end."""

    first_steps: tuple[QuestCard, ...]
    open: tuple[QuestCard, ...]
    done: tuple[QuestCard, ...]
    coming: tuple[QuestCard, ...]

    @property
    def next(self) -> QuestCard | None:
        waiting = [card for card in (*self.open, *self.first_steps) if card.state == OPEN]
        return max(waiting, key=lambda card: (card.percent, -len(card.steps)), default=None)

    @property
    def first_done(self) -> int:
        return sum(card.state == DONE for card in self.first_steps)


# Steps and what counts for them come with their quest, as text: the front page asks this of every newcomer.
_BOARD = f"""
SELECT quest.code, quest.kind, quest.repeat, quest.name, quest.about, quest.points, quest.credit, quest.ordered,
       quest.audience, quest.audience_days, quest.starts_at, quest.ends_at,
       gift.name, badge.code, badge.name, run.id, run.state, run.ends_at, run.done_at, member.date_joined,
       (SELECT coalesce(json_agg(json_build_array(step.id, step.event, step.name, step.count)
                                 ORDER BY step.position, step.id), '[]')::text
        FROM loyalty_queststep AS step WHERE step.quest_id = quest.id),
       CASE WHEN run.state = 'open' THEN (
           SELECT json_agg(json_build_array(mark.step_id, mark.source, mark."distinct", mark.at) ORDER BY mark.at, mark.id)::text
           FROM ({STANDING_MARKS}) AS mark WHERE mark.run_id = run.id) END
FROM loyalty_quest AS quest JOIN members_user AS member ON member.id = %(member)s
LEFT JOIN loyalty_questrun AS run ON {RUN_OF_PERIOD}
LEFT JOIN loyalty_reward AS gift ON gift.id = quest.gift_id
LEFT JOIN community_badgekind AS badge ON badge.id = quest.badge_id
WHERE (%(kind)s = '' OR quest.kind = %(kind)s) AND (run.quest_id = quest.id
    OR run.id IS NULL AND quest.replaced_at IS NULL AND quest.active AND (quest.ends_at IS NULL OR quest.ends_at > %(at)s)
       AND {AUDIENCE})
    AND NOT (%(unless_away)s AND EXISTS (SELECT FROM loyalty_checklistdismissal AS away WHERE away.member_id = member.id))
ORDER BY quest.position, quest.id
"""


class _Row(NamedTuple):
    """A quest, what it gives, the member's run of this period, its steps and what counts for them, in the order of _BOARD."""

    code: str
    kind: str
    repeat: str
    name: str
    about: str
    points: int
    credit: int
    ordered: bool
    audience: str
    audience_days: int
    starts_at: datetime | None
    ends_at: datetime | None
    gift: str | None
    badge_code: str | None
    badge_name: str | None
    run_id: int | None
    state: str | None
    run_ends_at: datetime | None
    done_at: datetime | None
    joined: datetime
    steps: str
    marks: str | None


def board(*, member_id: int, at: datetime, kind: str = "", unless_away: bool = False) -> QuestBoard:
    """A member's quests of this moment (of one kind), in one statement. `unless_away`: none for who put the list away."""
    asked: dict[str, Any] = {"member": member_id, "at": at, "kind": kind, "unless_away": unless_away}
    asked["periods"] = periods(at)
    with connection.cursor() as cursor:
        cursor.execute(_BOARD, asked)
        rows = [_Row(*row) for row in cursor.fetchall()]
    # What is open and past its end is over; nothing is lost, and nothing is said.
    over = [row.state == OPEN and row.run_ends_at is not None and row.run_ends_at <= at for row in rows]
    cards = [_card(row, at) for row, gone in zip(rows, over, strict=True) if not gone]
    cards = [card for card in cards if card.kind != Quest.Kind.NEWCOMER or card.state != COMING]
    rest = [card for card in cards if card.kind != Quest.Kind.NEWCOMER]
    return QuestBoard(
        first_steps=tuple(card for card in cards if card.kind == Quest.Kind.NEWCOMER),
        open=tuple(card for card in rest if card.state == OPEN),
        done=tuple(card for card in rest if card.state == DONE),
        coming=tuple(card for card in rest if card.state == COMING),
    )


def checklist(*, member_id: int, joined: datetime, at: datetime) -> QuestBoard | None:
    """A newcomer's first steps for the front page. None for those who are here longer, who have done them all, or who
    put the list away."""
    if at - joined > timedelta(days=FIRST_DAYS):
        return None
    found = board(member_id=member_id, at=at, kind=Quest.Kind.NEWCOMER, unless_away=True)
    return found if any(card.state == OPEN for card in found.first_steps) else None


FIRST_DAYS = 60
"""Days after joining on which the front page shows the first steps."""


@dataclass(frozen=True)
class PastQuest:
    """A quest that was done."""

    name: str
    done_at: datetime
    points: int
    credit: int


def past(*, member_id: int, limit: int = 20) -> list[PastQuest]:
    """What the member has done, newest first."""
    rows = QuestRun.objects.filter(member_id=member_id, state=QuestRun.State.DONE).order_by("-done_at", "-id")[:limit]
    return [
        PastQuest(_(name), done_at, points, credit)
        for name, done_at, points, credit in rows.values_list("quest__name", "done_at", "points", "credit")
        if done_at is not None
    ]


@dataclass(frozen=True)
class RhythmCard:
    """The weekly rhythm, with the last weeks for the drawing: (Monday, something was done)."""

    weeks: int
    longest: int
    warm: int
    this_week: bool
    paused: bool
    total: int
    last: tuple[tuple[object, bool], ...]


def rhythm_of(*, member_id: int, at: datetime) -> RhythmCard:
    """The weeks in which a member did something for others. A missed week pauses; nothing is lost."""
    this_week = quests.monday(at, zone())
    weeks = list(RhythmWeek.objects.filter(member_id=member_id).values_list("week", flat=True))
    found = rhythm.rhythm(weeks, this_week=this_week)
    last = tuple(rhythm.last_weeks(weeks, this_week=this_week, count=SHOWN_WEEKS))
    return RhythmCard(found.weeks, found.longest, found.warm, found.this_week, found.paused, found.total, last)


def _ends(row: _Row, at: datetime) -> datetime | None:
    ends = [one for one in (quests.period_end(row.repeat, at, zone()), row.ends_at) if one is not None]
    if row.audience == Quest.Audience.NEWCOMERS:
        ends.append(row.joined + timedelta(days=row.audience_days))
    return min(ends, default=None)


def _card(row: _Row, at: datetime) -> QuestCard:
    state = row.state or (COMING if row.starts_at and row.starts_at > at else OPEN)
    steps, percent = _steps(row, done=state == DONE)
    return QuestCard(
        code=row.code, kind=row.kind, kind_label=Quest.Kind(row.kind).label, repeat=row.repeat, name=_(row.name),
        about=_(row.about) if row.about else "", points=row.points, credit=row.credit,
        gift=_(row.gift) if row.gift else "",
        badge=badge_name(row.badge_code, row.badge_name or "") if row.badge_code else "",
        ordered=row.ordered, state=state, begun=row.run_id is not None, starts_at=row.starts_at,
        ends_at=row.run_ends_at or _ends(row, at), done_at=row.done_at, steps=steps, percent=percent,
    )  # fmt: skip


def _steps(row: _Row, *, done: bool) -> tuple[tuple[StepCard, ...], int]:
    """The steps with their progress, and the whole in percent."""
    steps = json.loads(row.steps)
    marks = [
        quests.Mark(step_id, source, distinct, datetime.fromisoformat(when))
        for step_id, source, distinct, when in json.loads(row.marks or "[]")
    ]
    states = quests.progress(
        [quests.StepNeed(pk, count) for pk, _event, _name, count in steps], marks, ordered=row.ordered
    )
    shown = tuple(
        StepCard(
            name=_(name), have=count if done else state.have, count=count, locked=state.locked and not done,
            url=KINDS[event].where if event in KINDS else "", act="read_guide" if event == "guide.read" else "",
        )
        for (_pk, event, name, count), state in zip(steps, states, strict=True)
    )  # fmt: skip
    return shown, 100 if done else quests.share(states)
