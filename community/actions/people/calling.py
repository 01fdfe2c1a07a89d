"""@group: who is told when a group is called by name."""

from datetime import datetime

from django.db.models import Q

from community.access import rights
from community.actions.forum.telling import may_browse
from community.models import Level, PersonLevel, Post, TopicRead
from community.notices.groups import KIND
from community.queries.composer import named
from members.access import is_moderator, member_by_id
from members.queries import called_members
from messaging.actions import notify
from outbox.require import require_transaction

CALLED_FROM = 2
"""The level of trust from which one may call a group; the team always may."""
CALLED_MOST = 100
"""Members of a group who are told, those who were here last."""


def tell_groups(*, post_id: int, at: datetime) -> int:
    """Tell the members of the groups that a post calls, if its writer may call groups; how many.

    Nobody is told who may not read it, muted the topic, ignores the writer, or was told of this post for another reason.
    """
    require_transaction()
    post = Post.objects.select_related("topic").filter(pk=post_id, state=Post.State.VISIBLE).first()
    if post is None or post.topic.removed_at or "mention-group" not in post.cooked:
        return 0
    writer = member_by_id(post.author_id)
    if writer is None or not (is_moderator(writer) or rights(writer).trust >= CALLED_FROM):
        return 0
    groups = named.cooked(post.raw).groups  # posts keep who they name, not which groups
    people = set(called_members(group_ids=groups, most=CALLED_MOST)) - {post.author_id, *post.mentions}
    valid = Q(until__isnull=True) | Q(until__gt=at)
    people -= set(
        PersonLevel.objects.filter(
            valid, person_id=post.author_id, level=Level.MUTED, member_id__in=people
        ).values_list("member_id", flat=True)
    )
    people -= set(
        TopicRead.objects.filter(topic_id=post.topic_id, level=Level.MUTED, member_id__in=people).values_list(
            "member_id", flat=True
        )
    )
    told = may_browse(member_ids=people, board_id=post.topic.board_id)
    return notify(member_ids=told, kind=KIND, cause=f"post:{post_id}", data={"post": post_id}, by=post.author_id, at=at)
