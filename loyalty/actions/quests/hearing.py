"""What events say about steps: who waits for it is asked first, in one statement; most events end there."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection

from loyalty.actions.ledger import zone
from loyalty.actions.quests.counting import settle
from loyalty.rules import quest_steps, quests
from outbox.require import require_transaction


@dataclass(frozen=True, kw_only=True)
class Told:
    """One word about one act of a member. `stands` is false when it was taken back; `distinct` names what may differ
    (under "": what is one and the same whatever the step asks).

    `source` is the act itself: however often it is told, it counts once, by its newest word. `subject` ("post:17") is
    what it hangs on.
    """

    code: str
    source: str
    stands: bool = True
    subject: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    distinct: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Wanted:
    """A step that waits for such an act: of an open run, or of a quest that the member may begin now (`run_id` None)."""

    quest_id: int
    quest_code: str
    period: str
    ends_at: datetime | None
    step_id: int
    code: str
    filter: Mapping[str, Any]
    distinct_by: str
    run_id: int | None


@dataclass(frozen=True)
class Waiting:
    """Who waits for an act, and whether this week already belongs to the member's rhythm."""

    wanted: tuple[Wanted, ...]
    week_noted: bool


AUDIENCE = """
    member.is_active AND NOT (member.imported AND member.last_seen_at IS NULL) AND CASE quest.audience
        WHEN 'everybody' THEN true
        WHEN 'newcomers' THEN member.date_joined > %(at)s - make_interval(days => quest.audience_days)
        WHEN 'group' THEN EXISTS (SELECT FROM members_user_groups AS held
            JOIN auth_group AS own ON own.id = held.group_id JOIN auth_group AS least ON least.id = quest.group_id
            WHERE held.user_id = member.id AND (own.id = least.id
                OR least.name LIKE 'trust:_' AND own.name LIKE 'trust:_' AND own.name > least.name))
        WHEN 'tier' THEN EXISTS (SELECT FROM loyalty_tiermembership AS held
            JOIN loyalty_tier AS own ON own.id = held.tier_id JOIN loyalty_tier AS least ON least.id = quest.tier_id
            WHERE held.member_id = member.id AND held.until IS NULL AND own.program_id = least.program_id
            AND own.rank >= least.rank)
        ELSE false END
"""
"""Whether `member` may begin `quest` at %(at)s; a group of trust means it and those above. Who came back begins by
coming back (`beginning.welcome_back`)."""

OFFERED = """
    quest.replaced_at IS NULL AND quest.active AND (quest.starts_at IS NULL OR quest.starts_at <= %(at)s)
    AND (quest.ends_at IS NULL OR quest.ends_at > %(at)s)
"""

# The run of the period in which the act happened: what is told late counts for the day on which it was done.
RUN_OF_PERIOD = """
    run.member_id = %(member)s AND run.code = quest.code AND CASE WHEN quest.audience = 'returning'
        THEN run.period LIKE 'back:%%' AND run.begun_at <= %(at)s AND run.ends_at > %(at)s
        ELSE run.period = %(periods)s::jsonb->>(quest.repeat) END
"""

_WAITING = f"""
SELECT week.noted, wanted.* FROM (SELECT EXISTS (
    SELECT FROM loyalty_rhythmweek WHERE member_id = %(member)s AND week = %(week)s) AS noted) AS week
LEFT JOIN LATERAL (
    SELECT quest.id, quest.code, quest.repeat, quest.ends_at, step.id, step.event, step.filter::text, step.distinct_by,
           run.id,
           CASE WHEN quest.audience = 'newcomers'
                THEN member.date_joined + make_interval(days => quest.audience_days) END
    FROM loyalty_queststep AS step JOIN loyalty_quest AS quest ON quest.id = step.quest_id
    JOIN members_user AS member ON member.id = %(member)s
    LEFT JOIN loyalty_questrun AS run ON {RUN_OF_PERIOD}
    WHERE step.event = ANY(%(codes)s) AND (
        run.quest_id = quest.id AND run.state = 'open' AND (run.ends_at IS NULL OR run.ends_at > %(at)s)
        AND (quest.starts_at IS NULL OR quest.starts_at <= %(at)s)
        OR run.id IS NULL AND {OFFERED} AND {AUDIENCE})
) AS wanted (quest_id, quest_code, repeat, ends_at, step_id, event, filter, distinct_by, run_id, newcomer_until) ON true
"""


def waiting_for(*, member_id: int, codes: Sequence[str], at: datetime) -> Waiting:
    """The steps that wait for these acts of this member, in one statement. Usually none."""
    with connection.cursor() as cursor:
        cursor.execute(
            _WAITING,
            {
                "member": member_id,
                "codes": list(codes),
                "at": at,
                "week": quests.monday(at, zone()),
                "periods": periods(at),
            },
        )
        rows = cursor.fetchall()
    return Waiting(tuple(_wanted(row, at) for row in rows if row[1] is not None), bool(rows[0][0]))


def hear(
    *, member_id: int, codes: Sequence[str], at: datetime, tell: Callable[[Sequence[Wanted]], Sequence[Told]]
) -> int:
    """An event happened at `at` that may be one of these acts. `tell` finds out more, and is only asked when a step waits.

    Returns how many quests were completed by it.
    """
    require_transaction()
    waiting = waiting_for(member_id=member_id, codes=codes, at=at)
    rhythmic = not waiting.week_noted and any(quest_steps.KINDS[code].for_others for code in codes)
    if not waiting.wanted and not rhythmic:
        return 0
    told = tell(waiting.wanted)
    if rhythmic:
        good = next((one.code for one in told if one.stands and quest_steps.KINDS[one.code].for_others), None)
        if good:
            _note_week(member_id, quests.monday(at, zone()), good)
    marks = [
        (wanted, one)
        for wanted in waiting.wanted
        for one in told
        if one.code == wanted.code and quest_steps.fits(quest_steps.KINDS[one.code], wanted.filter, one.facts)
    ]
    return settle(member_id=member_id, marks=marks, at=at) if marks else 0


def periods(at: datetime) -> str:
    """The period of each kind of repetition, as JSON for SQL."""
    return json.dumps({repeat: quests.period(repeat, at, zone()) for repeat in ("never", "daily", "weekly", "season")})


def _wanted(row: Sequence[Any], at: datetime) -> Wanted:
    _noted, quest_id, code, repeat, ends_at, step_id, event, wanted, distinct_by, run_id, newcomer_until = row
    ends = [one for one in (quests.period_end(repeat, at, zone()), ends_at, newcomer_until) if one is not None]
    return Wanted(
        quest_id=quest_id, quest_code=code, period=quests.period(repeat, at, zone()), ends_at=min(ends, default=None),
        step_id=step_id, code=event, filter=json.loads(wanted), distinct_by=distinct_by, run_id=run_id,
    )  # fmt: skip


def _note_week(member_id: int, week: date, act: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO loyalty_rhythmweek (member_id, week, act) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
            [member_id, week, act],
        )
