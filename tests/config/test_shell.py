"""The frame of every page, for a guest, through the door."""

import re

import pytest
from django.template.loader import render_to_string
from django.test import Client

pytestmark = pytest.mark.django_db


def test_a_guest_gets_a_whole_page_without_a_socket(client: Client) -> None:
    response = client.get("/styleguide/")
    page = response.content.decode()
    assert response.status_code == 200
    assert re.search(r'<html lang="en" dir="ltr"\s*>', page)
    assert 'href="#content"' in page and 'id="content"' in page
    assert 'id="live-toasts"' in page and "laoyou-socket" not in page
    assert (
        page.count("<main")
        == page.count('<header class="site-header"')
        == page.count('<footer class="site-footer"')
        == 1
    )


def test_nonce_of_the_page_is_the_nonce_of_the_policy(client: Client) -> None:
    response = client.get("/styleguide/")
    nonces = set(re.findall(r'<script[^>]* nonce="([^"]+)"', response.content.decode()))
    assert len(nonces) == 1
    assert f"'nonce-{nonces.pop()}'" in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("cookie", "expected"), [("dark", ' data-theme="dark"'), ("light", ' data-theme="light"'), ('"><b>', ""), ("", "")]
)
def test_the_server_writes_the_theme_so_that_nothing_flashes(client: Client, cookie: str, expected: str) -> None:
    client.cookies["theme"] = cookie
    tag = re.search(r"<html[^>]*>", client.get("/styleguide/").content.decode())
    assert tag is not None
    assert tag[0] == f'<html lang="en" dir="ltr"{expected}>'


def test_a_reader_of_chinese_gets_a_chinese_page(client: Client) -> None:
    page = client.get("/styleguide/", headers={"Accept-Language": "zh-CN,zh;q=0.9"}).content.decode()
    assert '<html lang="zh-hans" dir="ltr"' in page


def test_a_missing_page_is_a_page_of_ours(client: Client) -> None:
    response = client.get("/there-is-no-such-page/")
    assert response.status_code == 404
    assert "site-header" in response.content.decode()


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "429", "500", "503"])
def test_error_pages_need_no_context(name: str) -> None:
    page = render_to_string(f"{name}.html", {})
    assert page.count("<h1>") == 1
    assert 'href="/"' in page
