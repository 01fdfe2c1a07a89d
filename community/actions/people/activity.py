"""Noting what a member reads. What they write and receive is counted where it stands."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection

from community.actions.people import trust
from community.models import ActivityDay, Spending
from community.rules import trust as rules_trust
from outbox.require import require_transaction

UNREPORTED_MOST = 60
"""Seconds that count as reading between two pages of somebody whose browser does not say how long it was open."""

# One statement. Nobody reads longer than the clock runs: seconds are clamped to the time since the last note, so that
# a browser that reports and a page that is opened never count the same second twice, and nobody gains by inventing.
_NOTE = """
WITH before AS (
    SELECT greatest(0, extract(epoch FROM %(at)s::timestamptz - noted_at))::int AS gap FROM community_memberactivity
    WHERE member_id = %(member)s
), credit AS (
    SELECT least(CASE WHEN %(seconds)s > 0 THEN %(seconds)s ELSE %(unreported)s END,
        coalesce((SELECT gap FROM before), least(%(seconds)s, %(unreported)s)))::int AS seconds
), day AS (
    INSERT INTO community_activityday AS held (member_id, day, topics_opened, posts_read, seconds)
    SELECT %(member)s, %(day)s, %(topics)s, %(posts)s, credit.seconds FROM credit
    ON CONFLICT (member_id, day) DO UPDATE
    SET topics_opened = held.topics_opened + excluded.topics_opened,
        posts_read = held.posts_read + excluded.posts_read, seconds = held.seconds + excluded.seconds
    RETURNING (xmax = 0)::int AS fresh
)
INSERT INTO community_memberactivity AS held
    (member_id, trust, topics_opened, posts_read, seconds, days_visited, noted_at)
SELECT %(member)s, 0, %(topics)s, %(posts)s, credit.seconds, day.fresh, %(at)s FROM credit, day
ON CONFLICT (member_id) DO UPDATE
SET topics_opened = held.topics_opened + excluded.topics_opened, posts_read = held.posts_read + excluded.posts_read,
    seconds = held.seconds + excluded.seconds, days_visited = held.days_visited + excluded.days_visited,
    noted_at = greatest(held.noted_at, excluded.noted_at)
RETURNING trust, locked_at IS NOT NULL, topics_opened, posts_read, seconds, days_visited,
    (SELECT seconds FROM credit), (SELECT fresh FROM day)
"""


@dataclass(frozen=True)
class _Noted:
    trust: int
    locked: bool
    topics_opened: int
    posts_read: int
    seconds: int
    days_visited: int
    credited: int
    fresh: int


def note_reading(
    *, member_id: int, at: datetime, topics_opened: int = 0, posts_read: int = 0, seconds: int = 0
) -> None:
    """Note that a member opened so many topics for the first time, read so many new posts, for so many seconds.

    One statement; a few more in the moment that it lifts them to another level of trust. `seconds` is what the browser
    reported since its last report; 0 when it does not say, which counts the time since the last note, at most a minute.
    """
    require_transaction()
    topics_opened, posts_read, seconds = max(0, topics_opened), max(0, posts_read), max(0, seconds)
    with connection.cursor() as cursor:
        cursor.execute(
            _NOTE,
            {
                "member": member_id, "day": day_of(at), "topics": topics_opened, "posts": posts_read,
                "seconds": seconds, "unreported": UNREPORTED_MOST, "at": at,
            },
        )  # fmt: skip
        noted = _Noted(*cursor.fetchone())
    if _worth_a_look(noted, topics_opened, posts_read):
        trust.review(member_id=member_id, at=at)


def forget_days(*, before: date) -> int:
    """Clear days that no level looks back at any more; how many."""
    require_transaction()
    return ActivityDay.objects.filter(day__lt=before).delete()[0]


def forget_spending(*, before: datetime) -> int:
    """Clear paces of those who wrote nothing since then; how many."""
    require_transaction()
    return Spending.objects.filter(times__0__lt=before).delete()[0]


def day_of(at: datetime) -> date:
    """The day of the site's calendar. Not the member's own: a moved time zone must not make two days of one."""
    return at.astimezone(ZoneInfo(settings.TIME_ZONE)).date()


def _worth_a_look(noted: _Noted, topics: int, posts: int) -> bool:
    """Newcomers whenever their reading would do; level 1 when it has just become enough, and once a day from then on."""
    if noted.locked or not _enough(noted):
        return False
    return noted.trust == 0 or bool(noted.fresh) or not _enough(noted, topics, posts, noted.credited)


def _enough(noted: _Noted, topics: int = 0, posts: int = 0, seconds: int = 0) -> bool:
    return rules_trust.life_may_rise(
        noted.trust, topics_opened=noted.topics_opened - topics, posts_read=noted.posts_read - posts,
        seconds=noted.seconds - seconds, days_visited=noted.days_visited,
    )  # fmt: skip
