"""The pages: home, news, and what stands by itself (privacy notice, house guide).

Each language has its own tree; the same address serves the reader's one (README, "Languages").
"""

from typing import Any

from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from cms import queries
from cms.blocks import LIVING, QUIET
from cms.models.site_settings import SiteSettings
from community.access import hold_rights


class Basics(models.Model):
    """What all pages share. Abstract: pages derive from Wagtail's own Page, which other tools know."""

    lead = models.CharField(_("first sentence"), max_length=300, blank=True)

    class Meta:
        abstract = True

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page; caches must know that one address speaks several languages and greets by name."""
        response: HttpResponse = super().serve(request, *args, **kwargs)  # type: ignore[misc]
        patch_vary_headers(response, ["Accept-Language", "Cookie"])
        return response


class HomePage(Basics, Page):  # type: ignore[misc]
    """The front page of one language."""

    body = StreamField([*LIVING, *QUIET], verbose_name=_("main column"), blank=True)
    side = StreamField([*LIVING, *QUIET], verbose_name=_("side column"), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("lead"), FieldPanel("body"), FieldPanel("side")]
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["cms.NewsIndexPage", "cms.SitePage"]
    template = "cms/home_page.html"

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")

    def route(self, request: HttpRequest, path_components: list[str]) -> Any:
        """The page in the reader's language, else in another one: a shared link works for everybody."""
        try:
            return super().route(request, path_components)
        except Http404:
            for other in queries.other_homes(page=self) if path_components else []:
                try:
                    return Page.route(other, request, path_components)
                except Http404:
                    continue
            raise

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        hold_rights(request.user)  # several blocks and the navigation ask what the reader may see
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return context | {"site_settings": SiteSettings.for_request(request)}


class NewsIndexPage(Basics, Page):  # type: ignore[misc]
    """The list of news of one language."""

    content_panels = [*Page.content_panels, FieldPanel("lead")]
    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.NewsPage"]
    max_count_per_parent = 1
    template = "cms/news_index_page.html"

    class Meta:
        verbose_name = _("list of news")
        verbose_name_plural = _("lists of news")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return context | {"news": queries.news_page(index=self, number=request.GET.get("page", ""))}


class NewsPage(Basics, Page):  # type: ignore[misc]
    """One piece of news. Its body holds only what a feed can carry."""

    day = models.DateField(_("day"))
    body = StreamField(QUIET, verbose_name=_("text"))

    content_panels = [*Page.content_panels, FieldPanel("day"), FieldPanel("lead"), FieldPanel("body")]
    parent_page_types = ["cms.NewsIndexPage"]
    subpage_types: list[str] = []
    template = "cms/news_page.html"

    class Meta:
        verbose_name = _("news")
        verbose_name_plural = _("news")


class SitePage(Basics, Page):  # type: ignore[misc]
    """A page that stands by itself: privacy notice, house guide."""

    body = StreamField(QUIET, verbose_name=_("text"))

    content_panels = [*Page.content_panels, FieldPanel("lead"), FieldPanel("body")]
    parent_page_types = ["cms.HomePage", "cms.SitePage"]
    subpage_types = ["cms.SitePage"]
    template = "cms/site_page.html"

    class Meta:
        verbose_name = _("page")
        verbose_name_plural = _("pages")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return context | {"site_settings": SiteSettings.for_request(request)}
