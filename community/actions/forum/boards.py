"""Making and counting boards."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.models import Group
from django.db import connection

from community.models import Board, BoardPermission
from community.models.boards import Colour, TopicKind, TopicOrder
from outbox.require import require_transaction

OPEN_TO_ALL: Mapping[str, tuple[str, ...]] = {
    "guests": ("see", "browse"),
    "members": ("see", "browse", "start", "reply", "attach"),
}

# Only boards with a topic touched since they were last counted, less a minute for transactions that took their time;
# and those that a topic left, whose counting was undone (`counted_at` is empty).
_COUNT = """
UPDATE community_board AS board
SET topic_count = counted.topics, post_count = counted.posts, counted_at = clock_timestamp()
FROM (
    SELECT changed.id, count(topic.id) AS topics, coalesce(sum(topic.visible_posts), 0) AS posts
    FROM community_board AS changed
    LEFT JOIN community_topic AS topic ON topic.board_id = changed.id AND topic.removed_at IS NULL
    WHERE changed.counted_at IS NULL OR EXISTS (
        SELECT FROM community_topic AS touched WHERE touched.board_id = changed.id
        AND touched.touched_at > changed.counted_at - interval '1 minute')
    GROUP BY changed.id
) AS counted
WHERE board.id = counted.id
"""


def ensure_board(
    *,
    slug: str,
    name: str,
    at: datetime,
    by: int | None = None,
    description: str = "",
    parent: str | None = None,
    colour: str = Colour.JADE,
    icon: str = "forum",
    order: str = TopicOrder.LATEST,
    position: int = 100,
    kinds: Iterable[str] = (TopicKind.DISCUSSION, TopicKind.QUESTION),
    permissions: Mapping[str, Iterable[str]] | None = None,
) -> int:
    """The id of the board with this address; made when missing, and left alone when somebody has it already.

    `permissions` maps "guests", "members" or a group's name to the acts it may do; without it guests read and
    members write, and a board inside another one inherits.
    """
    require_transaction()
    above = Board.objects.get(slug=parent) if parent else None
    board, made = Board.objects.get_or_create(
        slug=slug,
        defaults={
            "name": name,
            "description": description,
            "parent": above,
            "depth": above.depth + 1 if above else 1,
            "colour": str(colour),
            "icon": icon,
            "default_order": str(order),
            "position": position,
            "kinds": [str(kind) for kind in kinds],
        },
    )
    if made:
        chosen = permissions if permissions is not None else ({} if above else OPEN_TO_ALL)
        for audience, acts in chosen.items():
            allow(board_id=board.pk, audience=audience, acts=acts, at=at, by=by)
    return int(board.pk)


def allow(
    *, board_id: int, audience: str, acts: Iterable[str], at: datetime, by: int | None = None, value: str = "yes"
) -> None:
    """Answer yes (or no, never) for "guests", "members" or a group's name; the group is made when missing."""
    require_transaction()
    group = None if audience in ("guests", "members") else Group.objects.get_or_create(name=audience)[0]
    for act in acts:
        BoardPermission.objects.update_or_create(
            board_id=board_id,
            audience="group" if group else audience,
            group=group,
            act=act,
            defaults={"value": value},
        )


def recount_boards(*, at: datetime) -> int:
    """Bring the counters of changed boards up to date; how many there were. Called every ten seconds."""
    require_transaction()
    with connection.cursor() as cursor:
        cursor.execute(_COUNT)
        return int(cursor.rowcount)


def answer_permission(*, board_id: int, audience: str, group_id: int | None, act: str, answer: str) -> None:
    """Say yes, no or never to one act of one audience on a board; an empty answer lets the board above decide."""
    place: dict[str, Any] = {"board_id": board_id, "audience": audience, "group_id": group_id, "act": act}
    if answer:
        BoardPermission.objects.update_or_create(**place, defaults={"value": answer})
    else:
        BoardPermission.objects.filter(**place).delete()
