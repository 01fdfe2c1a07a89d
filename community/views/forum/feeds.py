"""Feeds (RSS 2.0) and the map of topics. Readers of feeds do not sign in: they get what guests may read."""

from collections.abc import Sequence

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from community import access
from community.addresses import public_id, topic_url
from community.queries.forum import feeds
from community.views.forum.lists import tag_or_absent
from members.queries import member_cards

FRESH = 300
"""Seconds that a feed may be kept by whoever asks often."""


@require_safe
def site_feed(request: HttpRequest) -> HttpResponse:
    """The newest topics of all public boards."""
    title = _("%(site)s: new topics") % {"site": settings.WAGTAIL_SITE_NAME}
    return _feed(request, title, reverse("community:forum"), feeds.newest_topics())


@require_safe
def board_feed(request: HttpRequest, slug: str) -> HttpResponse:
    """The newest topics of one board and of those inside it."""
    held = access.rights(None)
    board = access.get_board(None, slug, held=held)
    inside = {board.id}
    for card in held.boards.values():  # parents come first
        if card.parent_id in inside:
            inside.add(card.id)
    entries = feeds.newest_topics(board_ids=sorted(inside))
    return _feed(request, board.name, reverse("community:board", args=[board.slug]), entries)


@require_safe
def tag_feed(request: HttpRequest, slug: str) -> HttpResponse:
    """The newest topics with one tag."""
    tag = tag_or_absent(slug, access.rights(None))
    entries = feeds.newest_topics(tag_id=tag.id)
    return _feed(request, tag.name, reverse("community:tag", args=[tag.slug]), entries)


@require_safe
def topic_feed(request: HttpRequest, address: str) -> HttpResponse:
    """The newest posts of one topic."""
    topic = access.get_topic(None, public_id(address))
    entries = feeds.newest_posts(topic_id=topic.pk)
    return _feed(request, topic.title, topic_url(topic.public_id, topic.slug), entries)


@require_safe
def topic_map(request: HttpRequest, number: int) -> HttpResponse:
    """One file of the map of the site."""
    places = feeds.map_places(number=number) if number >= 1 else []
    if not places:
        raise access.absent()
    context = {"pages": places, "site_url": settings.SITE_URL}
    return render(request, "community/feeds/map.xml", context, content_type="application/xml")


def _feed(request: HttpRequest, title: str, url: str, entries: Sequence[feeds.Entry]) -> HttpResponse:
    feed = Rss201rev2Feed(
        title=title,
        link=settings.SITE_URL + url,
        description=title,
        language=request.LANGUAGE_CODE,
        feed_url=settings.SITE_URL + request.path,
    )
    people = member_cards(member_ids={entry.author_id for entry in entries})
    for entry in entries:
        author = people.get(entry.author_id)
        feed.add_item(
            title=entry.title,
            link=settings.SITE_URL + entry.url,
            description=_whole_addresses(entry.html),
            author_name=author.name if author else None,
            pubdate=entry.at,
            unique_id=settings.SITE_URL + entry.url,
        )
    response = HttpResponse(feed.writeString("utf-8"), content_type="application/rss+xml; charset=utf-8")
    patch_cache_control(response, public=True, max_age=FRESH)
    return response


def _whole_addresses(markup: str) -> str:
    """A reader of feeds does not know where our addresses begin."""
    return markup.replace('href="/', f'href="{settings.SITE_URL}/').replace('src="/', f'src="{settings.SITE_URL}/')
