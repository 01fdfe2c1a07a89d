"""Putting tags on topics, and keeping the words in order."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import connection
from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community import rules
from community.actions.forum.writing import lock_topic
from community.events import TopicChanged
from community.models import Tag, TagGroup, Topic
from community.problems import Problem
from community.rules import tags as rules_tags
from outbox.publish import publish
from outbox.require import require_transaction

# Topics of the one word get the other instead, once each; the trigger of the topics writes the rows of both.
_MOVE = """
UPDATE community_topic
SET tag_ids = CASE WHEN tag_ids @> ARRAY[%(main)s::bigint] THEN array_remove(tag_ids, %(tag)s::bigint)
                   ELSE array_replace(tag_ids, %(tag)s::bigint, %(main)s::bigint) END
WHERE id IN (SELECT topic_id FROM community_topictag WHERE tag_id = %(tag)s)
"""

_COUNT = """
UPDATE community_tag AS tag SET topic_count = counted.topics
FROM (
    SELECT tag.id, count(topic.id) AS topics FROM community_tag AS tag
    LEFT JOIN community_topictag AS row ON row.tag_id = tag.id
    LEFT JOIN community_topic AS topic ON topic.id = row.topic_id AND topic.removed_at IS NULL
        AND topic.board_id = ANY(%s)
    GROUP BY tag.id
) AS counted
WHERE tag.id = counted.id AND tag.topic_count <> counted.topics
"""


class TagsRefused(Problem):
    """These tags cannot be put on this topic; the message says which and why."""


def resolve(
    *,
    names: Sequence[str],
    at: datetime,
    by: int,
    trust: int = 0,
    groups: Collection[int] = (),
    moderating: bool = False,
    least: int = 0,
    kept: Sequence[int] = (),
) -> list[int]:
    """The ids of the tags meant by these words; synonyms mean their main tag, and missing ones are made.

    `trust` and `groups` (ids) are the writer's; `least` is what the board asks for; `kept` are the ids already on
    the topic: those for moderators only stay there, and none of them needs a right. Raises TagsRefused.
    """
    require_transaction()
    folded = {rules_tags.tag_fold(name): name for name in names}
    found = {
        tag.folded: tag
        for tag in Tag.objects.filter(Q(folded__in=list(folded)) | Q(pk__in=list(kept), staff_only=True))
        .select_related("synonym_of", "group", "synonym_of__group")
    }  # fmt: skip
    chosen = {tag.pk: tag for tag in (_main(found[word]) for word in folded if word in found)}
    fixed = {tag.pk: tag for tag in found.values() if tag.pk in kept and tag.staff_only and not moderating}
    chosen |= {pk: tag for pk, tag in fixed.items() if pk not in chosen}
    if not moderating:
        for tag in chosen.values():
            _require_may_use(tag, trust, groups, kept)
    missing = [name for word, name in folded.items() if word not in found]
    if missing:
        _require_may_make(missing, trust, moderating)
    if len(chosen) + len(missing) > rules_tags.TAGS_MOST:
        raise TagsRefused("too_many_tags", _("A topic has at most %(most)s tags.") % {"most": rules_tags.TAGS_MOST})
    if len(chosen) + len(missing) < least:
        words = ngettext(
            "Topics of this board need at least %(count)s tag.",
            "Topics of this board need at least %(count)s tags.",
            least,
        )
        raise TagsRefused("too_few_tags", words % {"count": least})
    crowded = rules_tags.crowded((tag.group_id, bool(tag.group and tag.group.one_of)) for tag in chosen.values())
    if crowded:
        name = next(tag.group.name for tag in chosen.values() if tag.group and tag.group_id == crowded[0])
        raise TagsRefused("one_of_group", _("Choose only one tag of “%(group)s”.") % {"group": _(name)})
    return [*chosen, *(ensure_tag(name=name, by=by, at=at) for name in missing)]


def set_tags(*, topic_id: int, tag_ids: Sequence[int], by: int, at: datetime) -> bool:
    """Put exactly these tags (from `resolve`) on the topic. False when they are there already."""
    require_transaction()
    topic = lock_topic(topic_id)
    if topic.tag_ids == list(tag_ids):
        return False
    Topic.objects.filter(pk=topic_id).update(tag_ids=list(tag_ids), last_seq=F("last_seq") + 1)
    publish(TopicChanged(topic_id=topic_id, board_id=topic.board_id, by_id=by, at=at))
    return True


def ensure_tag(
    *, name: str, at: datetime, by: int | None = None, description: str = "", group_id: int | None = None,
    staff_only: bool = False,
) -> int:  # fmt: skip
    """The id of the tag of this name (of its main tag, when it is a synonym); made when missing. Raises TagsRefused."""
    require_transaction()
    name = rules_tags.tag_name(name)
    if not rules_tags.fits(name):
        words = _("A tag has %(least)s to %(most)s characters: “%(tag)s” does not.")
        least, most = rules_tags.TAG_SHORTEST, rules_tags.TAG_LONGEST
        raise TagsRefused("tag_length", words % {"least": least, "most": most, "tag": name[:60]})
    tag, _made = Tag.objects.get_or_create(
        folded=rules_tags.tag_fold(name),
        defaults={
            "name": name, "slug": rules.slug_of(name, 60), "description": description, "group_id": group_id,
            "staff_only": staff_only, "created_by_id": by,
        },
    )  # fmt: skip
    return tag.synonym_of_id or tag.pk


def ensure_group(*, name: str, at: datetime, one_of: bool = False, least_trust: int = 0, position: int = 100) -> int:
    """The id of the group of tags with this name; made when missing."""
    require_transaction()
    defaults = {"one_of": one_of, "least_trust": least_trust, "position": position}
    return TagGroup.objects.get_or_create(name=name, defaults=defaults)[0].pk


def make_synonym(*, tag_id: int, main_id: int, by: int | None, at: datetime) -> int:
    """Let one word mean another: its topics get the main tag, its own synonyms follow. How many topics changed.

    Raises TagsRefused when the main tag is a synonym of this one.
    """
    require_transaction()
    tags = {tag.pk: tag for tag in Tag.objects.select_for_update().filter(pk__in=[tag_id, main_id]).order_by("pk")}
    main = tags[main_id].synonym_of_id or main_id
    if main == tag_id:
        raise TagsRefused("synonym_circle", _("That tag already means this one."))
    Tag.objects.filter(synonym_of_id=tag_id).update(synonym_of_id=main)
    Tag.objects.filter(pk=tag_id).update(synonym_of_id=main)
    with connection.cursor() as cursor:
        cursor.execute(_MOVE, {"tag": tag_id, "main": main})
        return int(cursor.rowcount)


def recount_tags(*, boards: Sequence[int], at: datetime) -> int:
    """Bring the counters of all tags up to date with the topics of these (public) boards; how many were wrong."""
    require_transaction()
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [list(boards)])
        return int(cursor.rowcount)


def _main(tag: Tag) -> Tag:
    return tag.synonym_of or tag


def _require_may_use(tag: Tag, trust: int, groups: Collection[int], kept: Sequence[int]) -> None:
    if tag.pk in kept:
        return
    if tag.staff_only:
        raise TagsRefused("tag_for_moderators", _("Only moderators use the tag “%(tag)s”.") % {"tag": tag.name})
    group = tag.group
    if group and trust < group.least_trust:
        words = _(
            "The tag “%(tag)s” is for members from trust level %(level)s on. Your profile shows how to get there."
        )
        raise TagsRefused("tag_needs_trust", words % {"tag": tag.name, "level": group.least_trust})
    if group and group.for_group_id is not None and group.for_group_id not in groups:
        raise TagsRefused("tag_for_group", _("The tag “%(tag)s” is for a smaller circle.") % {"tag": tag.name})


def _require_may_make(missing: Sequence[str], trust: int, moderating: bool) -> None:
    for name in missing:
        if not rules_tags.fits(name):
            words = _("A tag has %(least)s to %(most)s characters: “%(tag)s” does not.")
            least, most = rules_tags.TAG_SHORTEST, rules_tags.TAG_LONGEST
            raise TagsRefused("tag_length", words % {"least": least, "most": most, "tag": name[:60]})
    if not moderating and trust < rules_tags.TRUST_TO_MAKE:
        words = _(
            "There is no tag “%(tag)s” yet. From trust level %(level)s on you can make new ones; until then, choose"
            " one that exists."
        )
        raise TagsRefused("tag_unknown", words % {"tag": missing[0], "level": rules_tags.TRUST_TO_MAKE})
