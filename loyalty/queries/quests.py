"""Quests as members see them: what is open, how far, what comes next and where it is done."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from loyalty.actions.ledger import zone
from loyalty.actions.quests.counting import STANDING
from loyalty.actions.quests.hearing import AUDIENCE, RUN_OF_PERIOD, periods
from loyalty.models import ChecklistDismissal, Quest, QuestRun, QuestStep, RhythmWeek
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


_BOARD = f"""
SELECT quest.id, run.id, run.state, run.ends_at, run.done_at, member.date_joined
FROM loyalty_quest AS quest JOIN members_user AS member ON member.id = %(member)s
LEFT JOIN loyalty_questrun AS run ON {RUN_OF_PERIOD}
WHERE (%(kind)s = '' OR quest.kind = %(kind)s) AND (run.quest_id = quest.id
    OR run.id IS NULL AND quest.replaced_at IS NULL AND quest.active AND (quest.ends_at IS NULL OR quest.ends_at > %(at)s)
       AND {AUDIENCE})
ORDER BY quest.position, quest.id
"""


def board(*, member_id: int, at: datetime, kind: str = "") -> QuestBoard:
    """A member's quests of this moment (of one kind), in four statements whatever their number."""
    with connection.cursor() as cursor:
        cursor.execute(_BOARD, {"member": member_id, "at": at, "kind": kind, "periods": periods(at)})
        rows = cursor.fetchall()
    found = {
        quest.pk: quest
        for quest in Quest.objects.filter(pk__in=[row[0] for row in rows]).select_related("gift", "badge")
    }
    steps, marks = _steps_and_marks(list(found), [row[1] for row in rows if row[1] and row[2] == OPEN])
    cards = []
    for quest_id, run_id, state, ends_at, done_at, joined in rows:
        quest = found[quest_id]
        if state == OPEN and ends_at is not None and ends_at <= at:
            continue  # its time is over; nothing is lost, and nothing is said
        card = _card(quest, run_id, state, ends_at or _ends(quest, joined, at), done_at, at)
        cards.append(_with_steps(card, steps[quest_id], marks.get(run_id, []), quest.ordered))
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
    if at - joined > timedelta(days=FIRST_DAYS) or ChecklistDismissal.objects.filter(pk=member_id).exists():
        return None
    found = board(member_id=member_id, at=at, kind=Quest.Kind.NEWCOMER)
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


def _steps_and_marks(
    quest_ids: Sequence[int], run_ids: Sequence[int]
) -> tuple[dict[int, list[QuestStep]], dict[int, list[quests.Mark]]]:
    steps: dict[int, list[QuestStep]] = defaultdict(list)
    for step in QuestStep.objects.filter(quest_id__in=quest_ids).order_by("position", "id"):
        steps[step.quest_id].append(step)
    marks: dict[int, list[quests.Mark]] = defaultdict(list)
    if run_ids:
        with connection.cursor() as cursor:
            cursor.execute(STANDING, {"runs": list(run_ids)})
            for run_id, step_id, source, distinct, when in cursor.fetchall():
                marks[run_id].append(quests.Mark(step_id, source, distinct, when))
    return steps, marks


def _ends(quest: Quest, joined: datetime, at: datetime) -> datetime | None:
    ends = [one for one in (quests.period_end(quest.repeat, at, zone()), quest.ends_at) if one is not None]
    if quest.audience == Quest.Audience.NEWCOMERS:
        ends.append(joined + timedelta(days=quest.audience_days))
    return min(ends, default=None)


def _card(
    quest: Quest,
    run_id: int | None,
    state: str | None,
    ends_at: datetime | None,
    done_at: datetime | None,
    at: datetime,
) -> QuestCard:
    shown = state or (COMING if quest.starts_at and quest.starts_at > at else OPEN)
    return QuestCard(
        code=quest.code, kind=quest.kind, kind_label=quest.get_kind_display(), repeat=quest.repeat, name=_(quest.name),
        about=_(quest.about) if quest.about else "", points=quest.points, credit=quest.credit,
        gift=_(quest.gift.name) if quest.gift else "", badge=str(quest.badge) if quest.badge else "",
        ordered=quest.ordered, state=shown, begun=run_id is not None, starts_at=quest.starts_at, ends_at=ends_at,
        done_at=done_at,
    )  # fmt: skip


def _with_steps(card: QuestCard, steps: Sequence[QuestStep], marks: Sequence[quests.Mark], ordered: bool) -> QuestCard:
    needs = [quests.StepNeed(step.pk, step.count) for step in steps]
    states = quests.progress(needs, marks, ordered=ordered)
    shown = tuple(
        StepCard(
            name=_(step.name), have=step.count if card.state == DONE else state.have, count=step.count,
            locked=state.locked and card.state == OPEN, url=KINDS[step.event].where if step.event in KINDS else "",
            act="read_guide" if step.event == "guide.read" else "",
        )
        for step, state in zip(steps, states, strict=True)
    )  # fmt: skip
    return replace(card, steps=shown, percent=100 if card.state == DONE else quests.share(states))
