"""The newest topics for pages of other apps, and where a topic is. Lists are in `lists`, posts in `posts`."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, QuerySet, Subquery

from community.addresses import post_url, topic_url
from community.models import Topic, TopicRead

_COLUMNS = (
    "id", "public_id", "title", "slug", "kind", "state", "pinned", "board_id", "author_id", "created_at",
    "last_post_at", "last_post_by_id", "highest_number", "visible_posts", "accepted_post_id", "participants",
)  # fmt: skip


@dataclass(frozen=True)
class TopicRow:
    """A topic in a list. `last_read` is None for guests and for members who never opened it."""

    id: int
    public_id: str
    title: str
    slug: str
    kind: str
    state: str
    pinned: str
    board_id: int
    author_id: int
    created_at: datetime
    last_post_at: datetime
    last_post_by_id: int
    highest_number: int
    visible_posts: int
    accepted_post_id: int | None
    participants: list[int]
    last_read: int | None = None

    @property
    def url(self) -> str:
        return topic_url(self.public_id, self.slug)

    @property
    def unread(self) -> int:
        """How many numbers lie after the pointer; 0 when never opened, which the list calls "new"."""
        return max(self.highest_number - self.last_read, 0) if self.last_read else 0

    @property
    def replies(self) -> int:
        return max(self.visible_posts - 1, 0)


def newest_topics(*, boards: Sequence[int], member_id: int | None, limit: int) -> list[TopicRow]:
    """The topics with the latest posts."""
    return _rows(_visible(boards).order_by("-last_post_at", "-id")[:limit], member_id)


def _visible(boards: Sequence[int]) -> QuerySet[Topic]:
    return Topic.objects.filter(board_id__in=list(boards), removed_at__isnull=True)


def _rows(topics: QuerySet[Topic], member_id: int | None) -> list[TopicRow]:
    if member_id is None:
        return [TopicRow(*row) for row in topics.values_list(*_COLUMNS)]
    pointer = TopicRead.objects.filter(topic=OuterRef("pk"), member_id=member_id).values("last_read_number")
    return [TopicRow(*row) for row in topics.values_list(*_COLUMNS, Subquery(pointer))]


def url_of(*, topic_id: int, number: int | None = None) -> str:
    """The address of a topic (or of one of its posts) as its title is now."""
    public_id, slug = Topic.objects.values_list("public_id", "slug").get(pk=topic_id)
    return post_url(public_id, slug, number) if number else topic_url(public_id, slug)


def starter_of(*, topic_id: int) -> int | None:
    """Who started the topic."""
    return Topic.objects.filter(pk=topic_id).values_list("author_id", flat=True).first()


def public_id_of(*, topic_id: int) -> str:
    """The id by which the topic is known outside."""
    return Topic.objects.values_list("public_id", flat=True).get(pk=topic_id)


def public_ids_of(*, topic_ids: Collection[int]) -> dict[int, str]:
    """The same for many, in one statement."""
    return dict(Topic.objects.filter(pk__in=topic_ids).values_list("id", "public_id"))


def boards_of(*, public_ids: Collection[str]) -> dict[str, int]:
    """Board of each topic that is not removed."""
    found = Topic.objects.filter(public_id__in=public_ids, removed_at__isnull=True)
    return dict(found.values_list("public_id", "board_id"))
