"""What machines ask for: robots.txt, the map of pages, the web app's manifest."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from cms import queries
from community.queries.forum.feeds import map_files

# Pages about single people, and acts: nothing a search engine should keep.
CLOSED = [
    "/accounts/",
    "/admin/",
    "/api/",
    "/care/",
    "/django-admin/",
    "/i/",
    "/members/",
    "/points/",
    "/preferences/",
    "/settings/",
    "/u/",
]


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What crawlers may read."""
    lines = ["User-agent: *", *[f"Disallow: {path}" for path in CLOSED]]
    lines += [f"Sitemap: {settings.SITE_URL}{reverse('cms:sitemap')}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """Where the parts of the map are: the pages, and the topics of the forum ten thousand by ten thousand."""
    topics = [reverse("community:sitemap", args=[number]) for number in range(1, map_files() + 1)]
    live = reverse("community:live_map")
    context = {"files": [reverse("cms:sitemap_pages"), *topics, live], "site_url": settings.SITE_URL}
    return render(request, "cms/sitemap_index.xml", context, content_type="application/xml")


@require_safe
def sitemap_pages(request: HttpRequest) -> HttpResponse:
    """The live public pages of the default language; the other languages share their addresses."""
    pages = queries.public_pages()
    return render(
        request, "cms/sitemap.xml", {"pages": pages, "site_url": settings.SITE_URL}, content_type="application/xml"
    )


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """So that a phone may keep the site among its apps."""
    response = JsonResponse(
        {
            "name": settings.WAGTAIL_SITE_NAME,
            "short_name": settings.WAGTAIL_SITE_NAME[:12],
            "start_url": "/",
            "display": "standalone",
            "background_color": "#f6f0e4",
            "theme_color": "#f6f0e4",
            "icons": [{"src": static("laoyou/favicon.svg"), "sizes": "any", "type": "image/svg+xml"}],
        },
        content_type="application/manifest+json",
    )
    patch_vary_headers(response, ["Accept-Language"])
    return response
