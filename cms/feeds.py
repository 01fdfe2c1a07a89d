"""The news as a feed, in the reader's language."""

from datetime import UTC, datetime, time
from typing import Any

from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from cms import queries
from cms.models import NewsPage


class NewsFeed(Feed):  # type: ignore[type-arg]
    """The twenty newest."""

    link = "/"

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpRequest:
        return request

    def title(self, request: HttpRequest) -> str:
        return _("News")

    def description(self, request: HttpRequest) -> str:
        return _("What is new in the house.")

    def items(self, request: HttpRequest) -> list[NewsPage]:
        return queries.news_of_language(limit=20)

    def item_title(self, item: NewsPage) -> str:
        return str(item.title)

    def item_description(self, item: NewsPage) -> str:
        return item.lead or strip_tags(str(item.body))[:300]

    def item_link(self, item: NewsPage) -> str:
        return str(item.get_url())

    def item_pubdate(self, item: NewsPage) -> datetime:
        return datetime.combine(item.day, time(tzinfo=UTC))
