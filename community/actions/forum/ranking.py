"""The best topics of a span of time: a table made anew by a task, so that the list costs the same in any forum."""

from datetime import datetime, timedelta

from django.db import connection

from community.models import TopTopic
from outbox.require import require_transaction

SPANS = {"day": 1, "week": 7, "month": 30, "year": 365}
OF_A_BOARD = 200

# A post counts one, what people thought of it two each. A board's best are kept, whoever may read it: lists ask at
# reading time.
_BEST = """
WITH scored AS (
    SELECT post.topic_id, sum(1 + 2 * post.like_count) AS score FROM community_post AS post
    WHERE post.state = 'visible' AND post.kind = 'post' AND post.created_at > %(since)s AND post.created_at <= %(at)s
    GROUP BY post.topic_id
), placed AS (
    SELECT scored.topic_id, scored.score,
        row_number() OVER (PARTITION BY topic.board_id ORDER BY scored.score DESC, scored.topic_id DESC) AS place
    FROM scored JOIN community_topic AS topic ON topic.id = scored.topic_id AND topic.removed_at IS NULL
), best AS (
    SELECT topic_id, least(score, 2000000000)::int AS score FROM placed WHERE place <= %(most)s
), gone AS (
    DELETE FROM community_toptopic WHERE period = %(period)s AND topic_id NOT IN (SELECT topic_id FROM best)
)
INSERT INTO community_toptopic AS held (period, topic_id, score) SELECT %(period)s, topic_id, score FROM best
ON CONFLICT (period, topic_id) DO UPDATE SET score = excluded.score WHERE held.score <> excluded.score
"""


def rank_topics(*, period: str, at: datetime) -> None:
    """Make the list of this span of time anew, as of now."""
    require_transaction()
    period = TopTopic.Period(period).value
    since = at - timedelta(days=SPANS.get(period, 365 * 100))
    with connection.cursor() as cursor:
        cursor.execute(_BEST, {"period": period, "since": since, "at": at, "most": OF_A_BOARD})
