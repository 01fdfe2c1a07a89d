"""What everybody may read, for feeds and for the map of the site: always as a guest, whoever asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, QuerySet

from community.access import rights
from community.addresses import post_url, topic_url
from community.models import Post, Topic

A_FEED = 30
A_MAP = 10_000
"""Addresses in one file of the map; the standard allows 50,000."""


@dataclass(frozen=True)
class Entry:
    """A post in a feed."""

    title: str
    url: str
    author_id: int
    html: str
    at: datetime


@dataclass(frozen=True)
class Place:
    """An address of the map."""

    url: str
    changed: datetime


def newest_topics(*, board_ids: Sequence[int] | None = None, tag_id: int | None = None) -> list[Entry]:
    """First posts of the newest topics that guests may read, of these boards (None: all) or with this tag."""
    posts = _open_posts().filter(number=1)
    if board_ids is not None:
        posts = posts.filter(topic__board_id__in=board_ids)
    if tag_id is not None:
        posts = posts.filter(topic__tag_ids__contains=[tag_id])
    return _entries(posts.order_by("-topic__created_at", "-topic_id"))


def newest_posts(*, topic_id: int) -> list[Entry]:
    """The newest posts of a topic that guests may read."""
    return _entries(_open_posts().filter(topic_id=topic_id).order_by("-number"))


def map_files() -> int:
    """How many files the map of topics has."""
    last = Topic.objects.aggregate(last=Max("id"))["last"] or 0
    return int((last + A_MAP - 1) // A_MAP)


def map_places(*, number: int) -> list[Place]:
    """The addresses of one file (from 1): a span of topics by their age, so that a full file changes no more."""
    topics = Topic.objects.filter(
        id__gt=(number - 1) * A_MAP, id__lte=number * A_MAP, removed_at=None, board_id__in=rights(None).browsable
    )
    rows = topics.order_by("id").values_list("public_id", "slug", "last_post_at")
    return [Place(topic_url(public_id, slug), changed) for public_id, slug, changed in rows]


def _open_posts() -> QuerySet[Post]:
    return Post.objects.filter(
        state=Post.State.VISIBLE, kind=Post.Kind.POST, topic__removed_at=None,
        topic__board_id__in=rights(None).browsable,
    )  # fmt: skip


def _entries(posts: QuerySet[Post]) -> list[Entry]:
    rows = posts.values_list(
        "topic__title", "topic__public_id", "topic__slug", "number", "author_id", "cooked", "created_at"
    )
    return [
        Entry(
            title,
            post_url(public_id, slug, number) if number and number > 1 else topic_url(public_id, slug),
            author,
            cooked,
            at,
        )
        for title, public_id, slug, number, author, cooked, at in rows[:A_FEED]
    ]
