"""A passkey from its making to signing in with it, under the site's own content policy, with Chromium's virtual authenticator."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.house import House, Post
from tests.journey.test_loop import PASSWORD, Guest

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_passkey_opens_the_door(house: House, post: tuple[Post, int], chromium: Browser) -> None:
    guest = Guest(chromium, house, "kei")
    guest.sign_up(post[0])
    page = guest.page
    session = guest.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})

    guest.go("/accounts/2fa/webauthn/add/")
    if "reauthenticate" in page.url:
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("main form button[type=submit]").first.click()
    page.get_by_label("Name").fill("My laptop")
    page.locator("input[name=passwordless]").check()
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url(re.compile(r"/accounts/2fa/(?!webauthn/add)"))

    guest.context.clear_cookies()
    guest.go("/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_label("Your account")).to_be_visible()
    assert guest.complaints == []
