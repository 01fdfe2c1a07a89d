"""How much members want to hear of topics, boards, tags and people."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection
from django.utils.translation import gettext as _

from community.events import Followed
from community.models import Level, PersonLevel, PlaceLevel, ReadingChoice, Reason, TopicRead
from community.problems import Problem
from members.access import MANAGERS, MODERATORS
from members.queries import in_groups
from outbox.publish import publish
from outbox.require import require_transaction

TOPIC_LEVELS = frozenset({Level.MUTED, Level.NORMAL, Level.TRACKING, Level.WATCHING})
PLACE_LEVELS = frozenset(Level)
PERSON_LEVELS = frozenset({Level.MUTED, Level.WATCHING})

# Raises a level, never lowers it, and touches nothing that the member chose.
_FOLLOW = """
INSERT INTO community_topicread AS held (member_id, topic_id, last_read_number, visited_at, level, reason)
SELECT wanted.member_id, %(topic)s, 0, %(at)s, wanted.level, %(reason)s
FROM (SELECT member.id AS member_id, coalesce(choice.{column}, %(level)s) AS level
      FROM unnest(%(members)s::bigint[]) AS member(id)
      LEFT JOIN community_readingchoice AS choice ON choice.member_id = member.id) AS wanted
WHERE wanted.level > 1
ON CONFLICT (member_id, topic_id) DO UPDATE SET level = excluded.level, reason = excluded.reason, level_until = NULL
WHERE held.level_until <= %(at)s OR (coalesce(held.level, 1) < excluded.level AND held.reason <> 'chosen')
"""
_AUTOMATIC = {
    Reason.STARTED: ("own_topic", Level.WATCHING),
    Reason.REPLIED: ("replied", Level.TRACKING),
    Reason.READ: ("read_long", Level.TRACKING),
}


class NotALevel(Problem):
    """This thing has no such level."""

    def __init__(self) -> None:
        super().__init__("not_a_level", _("Please choose one of the levels that are offered."))


class TeamIsHeard(Problem):
    """Moderators cannot be ignored: they may have to say something."""

    def __init__(self) -> None:
        super().__init__(
            "team_is_heard",
            _("The team cannot be ignored: they may have to tell you something. Talk to the owner instead."),
        )


def set_topic_level(*, topic_id: int, level: int | None, by: int, at: datetime, until: datetime | None = None) -> None:
    """The member's own level for a topic; None: as its board and tags. Raises NotALevel."""
    require_transaction()
    _check(level, TOPIC_LEVELS)
    TopicRead.objects.bulk_create(
        [
            TopicRead(
                member_id=by, topic_id=topic_id, last_read_number=0, visited_at=at, level=level,
                reason=Reason.CHOSEN if level is not None else "", level_until=until if level is not None else None,
            )
        ],
        update_conflicts=True, unique_fields=["member", "topic"], update_fields=["level", "reason", "level_until"],
    )  # fmt: skip


def set_board_level(*, board_id: int, level: int | None, by: int, at: datetime, until: datetime | None = None) -> None:
    """The member's level for a board and those inside it; None: as the board above. Raises NotALevel."""
    _set_place("board", board_id, level, by, until, at)


def set_tag_level(*, tag_id: int, level: int | None, by: int, at: datetime, until: datetime | None = None) -> None:
    """The member's level for a tag. Raises NotALevel."""
    _set_place("tag", tag_id, level, by, until, at)


def set_person_level(
    *, person_id: int, level: int | None, by: int, at: datetime, until: datetime | None = None
) -> None:
    """Follow (watching) or ignore (muted) a person; None: neither. Raises NotALevel, also for oneself, and TeamIsHeard."""
    require_transaction()
    _check(level, PERSON_LEVELS)
    if person_id == by:
        raise NotALevel
    if level == Level.MUTED and person_id in in_groups(names=[MODERATORS, MANAGERS], superusers=True):
        raise TeamIsHeard
    publish(Followed(member_id=by, kind="person", target_id=person_id, follows=_hears(level), at=at))
    if level is None:
        PersonLevel.objects.filter(member_id=by, person_id=person_id).delete()
        return
    PersonLevel.objects.bulk_create(
        [PersonLevel(member_id=by, person_id=person_id, level=level, reason=Reason.CHOSEN, until=until, created_at=at)],
        update_conflicts=True, unique_fields=["member", "person"], update_fields=["level", "reason", "until"],
    )  # fmt: skip


def follow(*, topic_id: int, member_ids: Iterable[int], reason: str, at: datetime) -> int:
    """What follows from an act (started, replied, read): the level of the members' settings. How many were changed."""
    require_transaction()
    column, level = _AUTOMATIC[Reason(reason)]
    with connection.cursor() as cursor:
        cursor.execute(
            _FOLLOW.format(column=column),
            {"topic": topic_id, "members": sorted(set(member_ids)), "reason": reason, "level": level, "at": at},
        )
        changed: int = cursor.rowcount
    return changed


def set_choices(*, own_topic: int, replied: int, read_long: int, shortcuts: bool, by: int, at: datetime) -> None:
    """The member's settings of what follows from their acts. Raises NotALevel."""
    require_transaction()
    for level in (own_topic, replied, read_long):
        _check(level, TOPIC_LEVELS - {Level.MUTED})
    ReadingChoice.objects.update_or_create(
        member_id=by,
        defaults={"own_topic": own_topic, "replied": replied, "read_long": read_long, "shortcuts": shortcuts},
    )


def _set_place(kind: str, place_id: int, level: int | None, by: int, until: datetime | None, at: datetime) -> None:
    require_transaction()
    _check(level, PLACE_LEVELS)
    publish(Followed(member_id=by, kind=kind, target_id=place_id, follows=_hears(level), at=at))
    if level is None:
        PlaceLevel.objects.filter(member_id=by, **{f"{kind}_id": place_id}).delete()
        return
    PlaceLevel.objects.bulk_create(
        [PlaceLevel(member_id=by, level=level, reason=Reason.CHOSEN, until=until, **{f"{kind}_id": place_id})],
        update_conflicts=True, unique_fields=["member", kind], update_fields=["level", "reason", "until"],
    )  # fmt: skip


def _hears(level: int | None) -> bool:
    return level is not None and level >= Level.TRACKING


def _check(level: int | None, allowed: frozenset[Level]) -> None:
    if level is not None and level not in allowed:
        raise NotALevel
