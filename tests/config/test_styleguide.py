"""The style guide in a real browser, under the real policy: nothing blocked, nothing too wide, nothing axe objects to."""

from mimetypes import guess_type
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles import finders
from django.test import Client
from playwright.sync_api import Browser, Route

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.django_db
def test_the_style_guide_by_day_and_night_on_phone_and_desk(chromium: Browser, client: Client) -> None:
    response = client.get("/styleguide/")
    body, policy = response.content, response.headers["Content-Security-Policy"]

    def serve(route: Route) -> None:
        path = urlsplit(route.request.url).path
        if path == "/styleguide/":
            route.fulfill(body=body, content_type="text/html", headers={"Content-Security-Policy": policy})
        elif found := finders.find(path.removeprefix("/static/")):
            route.fulfill(body=Path(str(found)).read_bytes(), content_type=guess_type(path)[0] or "text/plain")
        else:
            route.fulfill(status=404)

    faults: list[str] = []
    for scheme in ("light", "dark"):
        for width in (360, 390, 1280):
            context = chromium.new_context(
                viewport={"width": width, "height": 844}, color_scheme=scheme, is_mobile=width < 500
            )
            page = context.new_page()
            page.on("console", lambda message: faults.append(message.text))
            page.on("pageerror", lambda error: faults.append(str(error)))
            page.route("**/*", serve)
            page.goto("http://site.test/styleguide/", wait_until="networkidle")
            if page.evaluate(TOO_WIDE):
                faults.append(f"{scheme} {width}: scrolls sideways")
            for violation in (
                Axe().run(page, options={"runOnly": RULES, "resultTypes": ["violations"]}).response["violations"]
            ):
                faults.append(f"{scheme} {width}: {violation['id']} {violation['nodes'][0]['html'][:200]}")
            context.close()
    assert faults == []
