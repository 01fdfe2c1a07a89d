"""What managers read of quests and the ladder: how many began, how far they came, what it cost, whether it works."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt

from django.db import connection

from loyalty.models import Quest

Z = 1.959963984540054
"""Of a 95 % interval."""


@dataclass(frozen=True)
class QuestRow:
    """A current quest with its numbers of the last days."""

    quest: Quest
    steps: int
    begun: int
    done: int
    points: int
    credit: int

    @property
    def share(self) -> int:
        """Of those who began, in percent."""
        return 100 * self.done // self.begun if self.begun else 0


def report(*, since: datetime) -> list[QuestRow]:
    """All current quests, in two statements."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT quest.code, count(*) FILTER (WHERE run.begun_at >= %(since)s),
                count(*) FILTER (WHERE run.done_at IS NOT NULL AND run.begun_at >= %(since)s),
                coalesce(sum(run.points) FILTER (WHERE run.done_at >= %(since)s), 0),
                coalesce(sum(run.credit) FILTER (WHERE run.done_at >= %(since)s), 0)
            FROM loyalty_questrun AS run JOIN loyalty_quest AS quest ON quest.id = run.quest_id
            WHERE run.begun_at >= %(since)s OR run.done_at >= %(since)s GROUP BY quest.code""",
            {"since": since},
        )
        numbers = {row[0]: tuple(int(one) for one in row[1:]) for row in cursor.fetchall()}
    current = Quest.objects.filter(replaced_at__isnull=True).prefetch_related("steps").order_by("position", "id")
    return [QuestRow(quest, len(quest.steps.all()), *numbers.get(quest.code, (0, 0, 0, 0))) for quest in current]


@dataclass(frozen=True)
class FunnelStep:
    """How many of those who began have done a step. `percent` of those who began."""

    name: str
    reached: int
    percent: int


@dataclass(frozen=True)
class Funnel:
    """From beginning to done, of one version in its life."""

    version: int
    begun: int
    done: int
    steps: tuple[FunnelStep, ...]


def funnel(*, quest: Quest) -> Funnel:
    """How far those came who began this version."""
    with connection.cursor() as cursor:
        cursor.execute(
            """WITH runs AS (SELECT id, state FROM loyalty_questrun WHERE quest_id = %(quest)s),
            had AS (SELECT mark.run_id, mark.step_id, count(DISTINCT coalesce(nullif(mark."distinct", ''), mark.source)) AS have
                FROM loyalty_stepprogress AS mark JOIN runs ON runs.id = mark.run_id AND runs.state = 'open'
                WHERE mark.stands AND NOT EXISTS (SELECT FROM loyalty_questwithdrawal AS gone
                    WHERE gone.subject = mark.subject AND gone.gone)
                GROUP BY 1, 2)
            SELECT step.name, (SELECT count(*) FROM runs), (SELECT count(*) FROM runs WHERE state = 'done'),
                (SELECT count(*) FROM had WHERE had.step_id = step.id AND had.have >= step.count)
            FROM loyalty_queststep AS step WHERE step.quest_id = %(quest)s ORDER BY step.position""",
            {"quest": quest.pk},
        )
        rows = cursor.fetchall()
    begun, done = (rows[0][1], rows[0][2]) if rows else (0, 0)
    steps = tuple(
        FunnelStep(name, open_with + done, 100 * (open_with + done) // begun if begun else 0)
        for name, _begun, _done, open_with in rows
    )
    return Funnel(quest.version, begun, done, steps)


@dataclass(frozen=True)
class Arm:
    """Newcomers as drawn, and how many did something here between their 30th and 60th day."""

    drawn: int
    stayed: int

    @property
    def percent(self) -> float:
        return 100 * self.stayed / self.drawn if self.drawn else 0.0


@dataclass(frozen=True)
class LadderReport:
    """Whether the ladder brings newcomers back: by the draw, whoever took a gift or not. Low and high: of the difference."""

    ladder: Arm
    held_out: Arm
    low: float
    high: float
    gifts: int
    taken: int

    @property
    def difference(self) -> float:
        return self.ladder.percent - self.held_out.percent

    @property
    def measured(self) -> bool:
        return bool(self.ladder.drawn and self.held_out.drawn)


def ladder_report(*, at: datetime) -> LadderReport:
    """All newcomers who were drawn at least 60 days ago, at most two years."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT draw.held_out, count(*), count(*) FILTER (WHERE EXISTS (
                SELECT FROM loyalty_rhythmweek AS week WHERE week.member_id = draw.member_id
                AND week.week >= (draw.at + interval '30 days')::date AND week.week < (draw.at + interval '60 days')::date))
            FROM loyalty_ladderdraw AS draw WHERE draw.at <= %(until)s AND draw.at > %(since)s GROUP BY 1""",
            {"until": at - timedelta(days=60), "since": at - timedelta(days=730)},
        )
        arms = {held: Arm(drawn, stayed) for held, drawn, stayed in cursor.fetchall()}
        cursor.execute("SELECT count(*), count(*) FILTER (WHERE state = 'claimed') FROM loyalty_laddergift")
        gifts, taken = cursor.fetchone()
    ladder, out = arms.get(False, Arm(0, 0)), arms.get(True, Arm(0, 0))
    low, high = newcombe(ladder, out)
    return LadderReport(ladder, out, low, high, gifts, taken)


def newcombe(one: Arm, other: Arm) -> tuple[float, float]:
    """The 95 % interval of the difference of two shares, in percentage points (Newcombe's, from Wilson's limits)."""
    if not one.drawn or not other.drawn:
        return -100.0, 100.0
    p1, p0 = one.stayed / one.drawn, other.stayed / other.drawn
    (l1, u1), (l0, u0) = _wilson(one), _wilson(other)
    low = p1 - p0 - sqrt((p1 - l1) ** 2 + (u0 - p0) ** 2)
    high = p1 - p0 + sqrt((u1 - p1) ** 2 + (p0 - l0) ** 2)
    return 100 * low, 100 * high


def _wilson(arm: Arm) -> tuple[float, float]:
    n, p = arm.drawn, arm.stayed / arm.drawn
    middle = (p + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z * sqrt(p * (1 - p) / n + Z * Z / (4 * n * n)) / (1 + Z * Z / n)
    return middle - half, middle + half
