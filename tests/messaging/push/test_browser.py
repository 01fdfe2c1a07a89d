"""The button in a real browser under the strict policy: it asks, registers the worker, and the device stands in the list."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from members.models import User
from messaging import webpush
from messaging.models import PushSubscription

from ..mail.conftest import person
from .service import HOST, Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

# A headless browser has no push service: what it would answer is put in its place, everything around it is real.
STUB = """
const given = %s;
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0)).buffer;
PushManager.prototype.getSubscription = async () => null;
PushManager.prototype.subscribe = async (asked) => {
  sessionStorage.asked = JSON.stringify({ seen: asked.userVisibleOnly, key: Array.from(asked.applicationServerKey) });
  return { endpoint: given.endpoint, options: asked, getKey: (name) => bytes(given[name]) };
};
"""


@pytest.fixture
def page(chromium: Any, live_server: Any, settings: Any) -> Iterator[tuple[Page, User, str]]:
    settings.PUSH_HOSTS = [HOST]
    lin = person("lin", consents=False)
    client = Client()
    client.force_login(lin)
    base = live_server.url.replace("127.0.0.1", "localhost")
    context = chromium.new_context(permissions=["notifications"])
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": base}])
    yield context.new_page(), lin, base
    context.close()


def test_one_press_makes_this_device_ring_and_one_lets_it_go(page: tuple[Page, User, str]) -> None:
    window, lin, base = page
    given = Browser("lin").form
    window.add_init_script(STUB % json.dumps(given))
    broken: list[str] = []
    window.on("pageerror", lambda error: broken.append(str(error)))
    window.goto(f"{base}/settings/notifications/")
    assert not PushSubscription.objects.exists()
    window.get_by_role("button", name="Ring this device").click()
    expect(window.locator(".device-list strong")).to_contain_text("Chrome")
    device = PushSubscription.objects.get()
    assert (device.member, device.endpoint, device.p256dh, device.auth) == (
        lin, given["endpoint"], given["p256dh"], given["auth"],
    )  # fmt: skip
    asked = window.evaluate("JSON.parse(sessionStorage.asked)")
    assert asked["seen"] is True
    assert webpush.encode64(bytes(asked["key"])) == webpush.public_key()
    scope = "navigator.serviceWorker.getRegistration().then((held) => held.scope)"
    assert window.evaluate(scope) == f"{base}/"
    window.get_by_role("button", name="Remove").click()
    expect(window.locator(".device-list")).to_have_count(0)
    assert not PushSubscription.objects.exists()
    assert broken == []
