"""Where topics and posts live; the site's links are all made here."""

from functools import lru_cache

from django.urls import reverse

POSTS_A_PAGE = 20


def topic_address(public_id: str, slug: str) -> str:
    """The part of an address that names a topic: readable words, if any, then the id that decides."""
    return f"{slug}-{public_id}" if slug else public_id


@lru_cache(maxsize=2_000)  # addresses are the same for everybody, and a page has sixty of them
def topic_url(public_id: str, slug: str) -> str:
    return reverse("community:topic", args=[topic_address(public_id, slug)])


@lru_cache(maxsize=10_000)
def post_url(public_id: str, slug: str, number: int) -> str:
    """The permalink: the page of the topic that holds this number, at its place."""
    return f"{reverse('community:post', args=[topic_address(public_id, slug), number])}#p{number}"


def page_of(number: int) -> int:
    return (max(number, 1) - 1) // POSTS_A_PAGE + 1


def public_id(address: str) -> str:
    """The id at the end of `readable-words-0123456789ab`."""
    return address[-12:]


def message_url(slug: str, seq: int, root_seq: int | None = None) -> str:
    """Where a message of a room is read: among its neighbours, or in its thread."""
    if root_seq is not None:
        return reverse("community:room_thread", args=[slug, root_seq]) + f"?around={seq}#t{seq}"
    return reverse("community:room", args=[slug]) + f"?around={seq}#m{seq}"
