"""The stage rule for a whole stretch of members in one statement; the same arithmetic as `insights.rules`.

Every division and comparison is `double precision` in the order in which Python does it, so that the two agree to the
last bit (tests/insights/test_agreement.py). Source: specs, customer science, section 3.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from insights.queries import profiled
from insights.rules import DEFAULTS, HEALTH, Thresholds, falling_limits

_CADENCE = """
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY gap), count(*) FROM (
    SELECT (max(day) - min(day))::double precision / (count(*) - 1) AS gap
    FROM (
        SELECT DISTINCT member_id, day FROM insights_act
        WHERE stands AND stream = %(stream)s AND day <= %(day)s AND member_id IN ({people})
    ) AS days
    GROUP BY member_id HAVING count(*) >= %(visits_to_know)s
) AS gaps
"""

_VERDICT = """
WITH people AS MATERIALIZED ({people}),
days AS MATERIALIZED (
    SELECT DISTINCT act.member_id, act.day FROM insights_act AS act JOIN people ON people.id = act.member_id
    WHERE act.stands AND act.stream = %(stream)s AND act.day <= %(day)s
),
walked AS (
    SELECT member_id, day, row_number() OVER story - 1 AS i, lag(day) OVER story AS before,
           first_value(day) OVER story AS first, max(day) OVER everything AS last, count(*) OVER everything AS n
    FROM days
    WINDOW story AS (PARTITION BY member_id ORDER BY day), everything AS (PARTITION BY member_id)
),
paced AS (
    SELECT member_id, day, first, last, n,
           (%(shrink)s * %(cadence)s::double precision + (last - first)) / (%(shrink)s + n - 1) AS cadence,
           i > 0 AND day - before >= greatest(
               %(least_lapse)s::double precision,
               %(lapsed)s::double precision
                   * ((%(shrink)s * %(cadence)s::double precision + (before - first)) / (%(shrink)s + i - 1))
           ) AS ends_long_gap
    FROM walked
),
framed AS (
    SELECT paced.*, %(day)s::date - day AS age,
           floor(least(greatest(4 * cadence, %(window_least)s), %(window_most)s) + 0.5)::integer AS window_days
    FROM paced
),
measured AS (
    SELECT member_id, n, cadence, window_days, %(day)s::date - last AS silence, %(day)s::date - first AS tenure,
           min(age) FILTER (WHERE ends_long_gap) AS back_for,
           count(*) FILTER (WHERE age < window_days) AS recent,
           count(*) FILTER (WHERE age >= window_days AND age < 2 * window_days) AS prior
    FROM framed GROUP BY member_id, n, cadence, window_days, first, last
),
asked AS MATERIALIZED (
    SELECT measured.*,
           silence >= greatest(%(least_lapse)s::double precision, %(lapsed)s::double precision * cadence) AS gone,
           silence >= greatest(%(least_silence)s::double precision, %(overdue)s::double precision * cadence) AS late,
           prior >= %(least_prior)s AND tenure >= 2 * window_days
               AND recent <= (%(limits)s::integer[])[recent + prior + 1] AS falling
    FROM measured
),
verdict AS (
    SELECT people.id AS member_id,
        CASE WHEN n IS NULL THEN 'potential'
             WHEN gone THEN 'lapsed'
             WHEN back_for <= %(recovered_for)s AND NOT late THEN 'recovered'
             WHEN late OR falling THEN 'decline'
             WHEN n < %(visits_to_know)s THEN 'exploration'
             WHEN n >= %(visits_to_be_stable)s AND tenure >= %(tenure_to_be_stable)s THEN 'stable'
             ELSE 'formation' END AS stage,
        CASE WHEN n IS NULL THEN 'no_events'
             WHEN gone THEN 'silent_long'
             WHEN back_for <= %(recovered_for)s AND NOT late THEN 'came_back'
             WHEN late THEN 'silent'
             WHEN falling THEN 'falling'
             WHEN n < %(visits_to_know)s THEN 'few_visits'
             WHEN n >= %(visits_to_be_stable)s AND tenure >= %(tenure_to_be_stable)s THEN 'steady'
             ELSE 'building' END AS reason,
        CASE WHEN n IS NULL THEN jsonb_build_object('visits', 0) ELSE jsonb_build_object(
            'visits', n, 'cadence', cadence, 'silence', silence, 'tenure', tenure, 'overdue', silence / cadence,
            'window', window_days, 'recent', recent, 'prior', prior, 'back_for', back_for) END AS inputs
    FROM people LEFT JOIN asked ON asked.member_id = people.id
)
"""

_HEALTHIER = """
WITH people AS MATERIALIZED ({people}),
verdict AS (
    SELECT DISTINCT ON (stage.member_id) stage.member_id, stage.stage, stage.reason, stage.inputs
    FROM insights_memberstage AS stage JOIN people ON people.id = stage.member_id
    WHERE stage.stream IN ('C', 'S')
    ORDER BY stage.member_id, array_position(%(health)s::text[], stage.stage::text), stage.stream
)
"""

_WRITE = """
, moved AS (
    SELECT verdict.*, coalesce(old.stage, 'potential') AS was,
           CASE WHEN %(starting)s AND old.origin = 'import' THEN 'import'
                WHEN %(taking_in)s AND coalesce(old.stage, 'potential') = 'potential' THEN 'import'
                WHEN %(taking_in)s THEN 'event' ELSE 'night' END AS origin
    FROM verdict LEFT JOIN insights_memberstage AS old
        ON old.member_id = verdict.member_id AND old.stream = %(stream)s
    WHERE old.stage IS NULL OR (old.stage <> verdict.stage AND (NOT %(taking_in)s OR
        array_position(%(health)s::text[], verdict.stage::text) < array_position(%(health)s::text[], old.stage::text)))
),
written AS (
    INSERT INTO insights_memberstage (member_id, stream, stage, since, reason, inputs, origin)
    SELECT member_id, %(stream)s, stage, %(at)s, reason, inputs, origin FROM moved
    ON CONFLICT (member_id, stream) DO UPDATE SET stage = excluded.stage, since = excluded.since,
        reason = excluded.reason, inputs = excluded.inputs, origin = excluded.origin
)
INSERT INTO insights_stagechange (member_id, stream, from_stage, to_stage, at, reason, inputs, origin)
SELECT member_id, %(stream)s, was, stage, %(at)s, reason, inputs, origin FROM moved WHERE was <> stage
RETURNING member_id, from_stage, to_stage, reason, origin
"""


@dataclass(frozen=True)
class Move:
    """A change that was written."""

    member_id: int
    stream: str
    from_stage: str
    to_stage: str
    reason: str
    origin: str


@dataclass(frozen=True)
class Look:
    """How to look: as of which day, with which rhythm of the site, at which members.

    `starting` is the site's first look of all; `taking_in` an import: it only moves upwards, and first stages are marked.
    """

    at: datetime
    day: date
    cadences: dict[str, float]
    starting: bool
    taking_in: bool = False
    thresholds: Thresholds = DEFAULTS


def measure_cadence(*, stream: str, day: date, thresholds: Thresholds = DEFAULTS) -> float:
    """The site's usual days between visits in a stream, or the fallback while too few members have a rhythm."""
    people, parameters = _people(profiled())
    with connection.cursor() as cursor:
        parameters |= {"stream": stream, "day": day, "visits_to_know": thresholds.visits_to_know}
        cursor.execute(_CADENCE.format(people=people), parameters)
        median, count = cursor.fetchone()
    return float(median) if count >= thresholds.members_for_prior else thresholds.fallback_cadence


def look_at(*, look: Look, first: int, last: int, member_ids: list[int] | None = None) -> list[Move]:
    """Evaluate and write members with first <= id < last (or those named): one statement for each stream."""
    found = profiled().filter(id__gte=first, id__lt=last)
    if member_ids is not None:
        found = found.filter(id__in=member_ids)
    people, parameters = _people(found)
    moves = []
    for stream in ("C", "S", "member"):
        verdict = _HEALTHIER if stream == "member" else _VERDICT
        with connection.cursor() as cursor:
            cursor.execute(verdict.format(people=people) + _WRITE, _parameters(look, stream) | parameters)
            moves += [Move(id, stream, was, now, reason, origin) for id, was, now, reason, origin in cursor.fetchall()]
    return moves


def _people(found: QuerySet[Any, Any]) -> tuple[str, dict[str, Any]]:
    """The queryset of ids as SQL with named parameters, to stand inside ours."""
    sql, values = found.values("id").order_by().query.sql_with_params()
    names = [f"people_{index}" for index in range(len(values))]
    return sql % tuple(f"%({name})s" for name in names), dict(zip(names, values, strict=True))


def _parameters(look: Look, stream: str) -> dict[str, Any]:
    rule = look.thresholds
    return {
        "stream": stream,
        "at": look.at,
        "day": look.day,
        "cadence": look.cadences.get(stream, 0.0),
        "starting": look.starting,
        "taking_in": look.taking_in,
        "health": [str(stage) for stage in HEALTH],
        "limits": list(falling_limits(rule.chance, 2 * rule.window_most)),
        "overdue": rule.overdue,
        "lapsed": rule.lapsed,
        "least_silence": rule.least_silence,
        "least_lapse": rule.least_lapse,
        "recovered_for": rule.recovered_for,
        "visits_to_know": rule.visits_to_know,
        "visits_to_be_stable": rule.visits_to_be_stable,
        "tenure_to_be_stable": rule.tenure_to_be_stable,
        "least_prior": rule.least_prior,
        "shrink": rule.shrink,
        "window_least": rule.window_least,
        "window_most": rule.window_most,
    }
