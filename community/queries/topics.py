"""Lists of topics, read by keyset, and the posts of one page."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import OuterRef, Q, QuerySet, Subquery

from community.addresses import post_url, topic_url
from community.models import Topic, TopicRead

TOPICS_A_PAGE = 30
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
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
    def open_url(self) -> str:
        """The first unread post, else the topic's beginning."""
        return post_url(self.public_id, self.slug, (self.last_read or 0) + 1) if self.unread else self.url

    @property
    def last_url(self) -> str:
        return post_url(self.public_id, self.slug, self.highest_number)

    @property
    def replies(self) -> int:
        return max(self.visible_posts - 1, 0)

    @property
    def cursor(self) -> str:
        microseconds = (self.last_post_at - _EPOCH) // timedelta(microseconds=1)
        return f"{microseconds}-{self.public_id}"


@dataclass(frozen=True)
class TopicPage:
    """Some topics in order, and whether there are newer and older ones."""

    rows: list[TopicRow]
    newer: str = ""
    older: str = ""


def topic_page(
    *, boards: Sequence[int], member_id: int | None, before: str = "", after: str = "", limit: int = TOPICS_A_PAGE
) -> TopicPage:
    """Topics of these boards by last post, newest first; one statement however deep the page lies.

    `before` and `after` are cursors of rows; a cursor that makes no sense shows the newest page.
    """
    topics = _visible(boards).filter(pinned=Topic.Pinned.NO)
    older, newer = _cursor(before), _cursor(after)
    if older:
        topics = topics.filter(_beyond(older, "lt"))
    elif newer:
        topics = topics.filter(_beyond(newer, "gt"))
    order = ("last_post_at", "id") if newer else ("-last_post_at", "-id")
    rows = _rows(topics.order_by(*order)[: limit + 1], member_id)
    more = len(rows) > limit
    rows = rows[:limit]
    if newer:
        rows.reverse()
    if not rows:
        return TopicPage(rows=[])
    return TopicPage(
        rows=rows,
        newer=rows[0].cursor if older or (newer and more) else "",
        older=rows[-1].cursor if (more or newer) else "",
    )


def newest_topics(*, boards: Sequence[int], member_id: int | None, limit: int) -> list[TopicRow]:
    """The topics with the latest posts."""
    return _rows(_visible(boards).order_by("-last_post_at", "-id")[:limit], member_id)


def pinned_topics(*, boards: Sequence[int], member_id: int | None, everywhere: bool = False) -> list[TopicRow]:
    """What moderators put on top: of these boards, or only what is pinned everywhere."""
    kinds = [Topic.Pinned.EVERYWHERE] if everywhere else [Topic.Pinned.EVERYWHERE, Topic.Pinned.BOARD]
    return _rows(
        _visible(boards).exclude(pinned="no").filter(pinned__in=kinds).order_by("-last_post_at")[:10], member_id
    )


def _visible(boards: Sequence[int]) -> QuerySet[Topic]:
    return Topic.objects.filter(board_id__in=list(boards), removed_at__isnull=True)


def _rows(topics: QuerySet[Topic], member_id: int | None) -> list[TopicRow]:
    if member_id is None:
        return [TopicRow(*row) for row in topics.values_list(*_COLUMNS)]
    pointer = TopicRead.objects.filter(topic=OuterRef("pk"), member_id=member_id).values("last_read_number")
    return [TopicRow(*row) for row in topics.values_list(*_COLUMNS, Subquery(pointer))]


def _cursor(text: str) -> tuple[datetime, str] | None:
    microseconds, _, public_id = text.partition("-")
    if not (microseconds.isascii() and microseconds.isdigit() and len(microseconds) <= 17 and public_id.isalnum()):
        return None
    return _EPOCH + timedelta(microseconds=int(microseconds)), public_id


def _beyond(cursor: tuple[datetime, str], side: str) -> Q:
    """Strictly after the cursor in (last post, id); the first condition alone walks the index."""
    moment, public_id = cursor
    place = Subquery(Topic.objects.filter(public_id=public_id).values("id")[:1])
    return Q(**{f"last_post_at__{side}e": moment}) & (
        Q(**{f"last_post_at__{side}": moment}) | Q(**{"last_post_at": moment, f"id__{side}": place})
    )


def url_of(*, topic_id: int, number: int | None = None) -> str:
    """The address of a topic (or of one of its posts) as its title is now."""
    public_id, slug = Topic.objects.values_list("public_id", "slug").get(pk=topic_id)
    return post_url(public_id, slug, number) if number else topic_url(public_id, slug)


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
