"""A fresh site gets real pages in every language, once."""

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from wagtail.models import Page, Site

from cms import actions
from cms.models import HomePage, NewsPage, SitePage, SiteSettings
from members.models import User
from tests.cms.conftest import NOW


def test_first_pages_stand_in_both_languages_as_translations(site: None) -> None:
    english, chinese = HomePage.objects.order_by("id")
    assert (english.locale.language_code, chinese.locale.language_code) == ("en", "zh-hans")
    assert english.translation_key == chinese.translation_key
    assert Site.objects.get().root_page.specific == english
    assert {page.get_parent().locale.language_code: page.title for page in NewsPage.objects.all()} == {
        "en": "The doors are open",
        "zh-hans": "开门迎客",
    }
    assert SitePage.objects.filter(slug="privacy").count() == 2
    assert not Page.objects.filter(title__startswith="Welcome to your new Wagtail").exists()
    assert SiteSettings.objects.get().tagline == "An old friend is worth more than ten new ones"
    assert Page.find_problems() == ([], [], [], [], [])


def test_a_site_with_a_home_page_is_left_alone(site: None) -> None:
    NewsPage.objects.all().first().delete()
    HomePage.objects.update(title="Ours")
    before = list(Page.objects.order_by("id").values_list("id", "title"))
    with transaction.atomic():
        assert not actions.ensure_front_page(by=None, at=NOW)
        actions.ensure_staff_access(by=None, at=NOW)
    assert list(Page.objects.order_by("id").values_list("id", "title")) == before


@pytest.mark.django_db(transaction=True)
def test_the_command_runs_twice(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("ensure_site")
    call_command("ensure_site")
    assert capsys.readouterr().out.splitlines() == [
        "The front page stands in every language.",
        "The front page is there already.",
    ]
    assert HomePage.objects.count() == 2


@pytest.mark.parametrize("path", ["/", "/news/", "/news/open/", "/privacy/", "/guide/"])
def test_one_address_speaks_the_readers_language(site: None, client: Client, path: str) -> None:
    english = client.get(path)
    chinese = client.get(path, headers={"accept-language": "zh-CN,zh;q=0.9"})
    assert (english.status_code, chinese.status_code) == (200, 200)
    assert 'lang="en"' in english.content.decode()
    assert 'lang="zh-hans"' in chinese.content.decode()
    assert english.content != chinese.content
    assert "Accept-Language" in english.headers["Vary"]
    assert "Cookie" in english.headers["Vary"]


def test_the_switch_changes_the_tree(site: None, client: Client) -> None:
    client.post("/language/", {"language": "zh-hans", "next": "/"})
    assert "让顾客成为老朋友的地方" in client.get("/").content.decode()


def test_a_page_of_one_language_is_shown_to_everybody_in_it(site: None, client: Client) -> None:
    SitePage.objects.get(slug="guide", locale__language_code="zh-hans").delete()
    page = client.get("/guide/", headers={"accept-language": "zh-CN"})
    assert page.status_code == 200
    assert '<article class="stack" lang="en">' in page.content.decode()
    assert client.get("/nothing/", headers={"accept-language": "zh-CN"}).status_code == 404
    assert client.get("/nothing/").status_code == 404


def test_unpublished_pages_are_absent(site: None, client: Client) -> None:
    NewsPage.objects.filter(slug="open").update(live=False)
    assert client.get("/news/open/").status_code == 404
    assert "/news/open/" not in client.get("/").content.decode()
    assert b"<item>" not in client.get("/news/feed/").content


def test_machines_find_their_way(site: None, client: Client) -> None:
    robots = client.get("/robots.txt")
    assert robots.headers["Content-Type"].startswith("text/plain")
    assert b"Disallow: /settings/" in robots.content
    assert "<loc>http://localhost:8000/sitemap-pages.xml</loc>" in client.get("/sitemap.xml").content.decode()
    sitemap = client.get("/sitemap-pages.xml").content.decode()
    assert sitemap.count("<url>") == 5
    assert "<loc>http://localhost:8000/news/open/</loc>" in sitemap
    feed = client.get("/news/feed/").content.decode()
    assert "The doors are open" in feed
    assert "/news/open/" in feed
    assert "开门迎客" in client.get("/news/feed/", headers={"accept-language": "zh-CN"}).content.decode()
    assert client.get("/manifest.webmanifest").json()["start_url"] == "/"


def test_managers_edit_pages_and_members_do_not(site: None, mei: User, manager: User, client: Client) -> None:
    page = NewsPage.objects.get(locale__language_code="en")
    client.force_login(mei)
    assert client.get(f"/admin/pages/{page.pk}/edit/").status_code in (302, 403)
    client.force_login(manager)
    assert client.get(f"/admin/pages/{page.pk}/edit/").status_code == 200
    assert client.get(f"/admin/pages/{HomePage.objects.first().pk}/edit/").status_code == 200
    assert client.get("/admin/settings/cms/sitesettings/").status_code in (200, 302)
    assert client.get("/admin/users/").status_code in (302, 403)
