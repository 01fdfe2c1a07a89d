"""The first pages of a fresh site, and what staff may do in the console."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db import connection
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Locale, Page, Site

from cms.first_words import FIRST_WORDS, FirstWords
from cms.models import HomePage, NewsIndexPage, NewsPage, SitePage, SiteSettings
from loyalty.access import FINANCE
from members.access import MANAGERS, MODERATORS
from outbox.require import require_transaction


def ensure_front_page(*, at: datetime, by: int | None = None) -> bool:
    """Give a fresh site its pages in every language; True when it made them. A site with a home page is left alone.

    The pages of a language share their slugs and translation keys with those of the others, so that one address serves
    both and editors see them as translations.
    """
    require_transaction()
    with connection.cursor() as cursor:  # two processes that start a fresh site make one
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('cms:front_page', 0))")
    for code, _name in settings.LANGUAGES:
        Locale.objects.get_or_create(language_code=code)
    if HomePage.objects.exists():
        return False
    placeholder = Page.objects.filter(depth=2, slug="home").first()
    homes = _make_pages(at.date())
    site = _point_site_at(homes[settings.LANGUAGE_CODE])
    SiteSettings.objects.update_or_create(
        site=site, defaults={"tagline": FIRST_WORDS[settings.LANGUAGE_CODE]["tagline"]}
    )
    if placeholder is not None and not placeholder.get_children().exists():
        placeholder.delete()
    return True


def ensure_staff_access(*, at: datetime, by: int | None = None) -> None:
    """Managers edit pages and pictures; managers and moderators may enter the console. Adds, never takes away."""
    require_transaction()
    enter = Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")
    managers, _made = Group.objects.get_or_create(name=MANAGERS)
    moderators, _made = Group.objects.get_or_create(name=MODERATORS)
    managers.permissions.add(
        enter, *Permission.objects.filter(content_type__app_label="cms", codename="change_sitesettings")
    )
    moderators.permissions.add(enter)
    Group.objects.get_or_create(name=FINANCE)[0].permissions.add(enter)  # the second person of a large correction
    root, everything = Page.get_first_root_node(), Collection.get_first_root_node()
    for codename in ("add_page", "change_page", "publish_page"):
        permission = Permission.objects.get(content_type__app_label="wagtailcore", codename=codename)
        GroupPagePermission.objects.get_or_create(group=managers, page=root, permission=permission)
    # Wagtail asks for the permissions of its own picture and document, whichever model a site uses instead.
    for permission in Permission.objects.filter(
        content_type__app_label__in=["wagtailimages", "wagtaildocs"],
        codename__in=[f"{act}_{thing}" for act in ("add", "change", "choose") for thing in ("image", "document")],
    ):
        GroupCollectionPermission.objects.get_or_create(group=managers, collection=everything, permission=permission)


def _make_pages(day: date) -> dict[str, HomePage]:
    homes: dict[str, HomePage] = {}
    first: dict[str, Any] = {}
    for code, words in FIRST_WORDS.items():
        pages = _pages_of(words, day)
        locale = Locale.objects.get(language_code=code)
        for name, page in pages.items():
            page.locale = locale
            page.translation_key = first.setdefault(name, page).translation_key
        home = pages["home"]
        home.slug = f"front-{code}"
        Page.get_first_root_node().add_child(instance=home)
        for name in ("news", "privacy", "guide"):
            home.add_child(instance=pages[name])
        pages["news"].add_child(instance=pages["first_news"])
        homes[code] = home
    return homes


def _pages_of(words: FirstWords, day: date) -> dict[str, Any]:
    privacy, guide, news, first = words["privacy"], words["guide"], words["news"], words["first_news"]
    return {
        "home": HomePage(title=words["home"], lead=words["tagline"], body=words["body"], side=words["side"]),
        "news": NewsIndexPage(title=news[0], slug="news", lead=news[1], show_in_menus=True),
        "first_news": NewsPage(title=first[0], slug="open", lead=first[1], day=day, body=[("words", first[2])]),
        "privacy": SitePage(title=privacy[0], slug="privacy", lead=privacy[1], body=[("words", privacy[2])]),
        "guide": SitePage(title=guide[0], slug="guide", lead=guide[1], body=[("words", guide[2])]),
    }


def _point_site_at(home: HomePage) -> Site:
    site = Site.objects.filter(is_default_site=True).first()
    if site is None:
        return Site.objects.create(
            hostname=settings.SITE_HOST, root_page=home, is_default_site=True, site_name=settings.WAGTAIL_SITE_NAME
        )
    site.root_page, site.site_name, site.hostname = home, settings.WAGTAIL_SITE_NAME, settings.SITE_HOST
    site.save(update_fields=["root_page", "site_name", "hostname"])
    return site
