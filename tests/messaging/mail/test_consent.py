"""The ledger of consent, the way out, and the preference page, through the doors people and mail providers use."""

import hashlib
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import translation

from messaging import actions, queries
from messaging.addresses import make_token, preferences_url, read_token, unsubscribe_url
from messaging.models import Consent, Delivery, MailPause
from messaging.purposes import MAIL_PURPOSES, PUSH_PURPOSES
from messaging.slots import composers
from outbox.models import StoredEvent

from .conftest import MORNING, person, queue, say, strict_client

pytestmark = pytest.mark.django_db


def way_out(user: Any, delivery_id: int | None = None, purpose: str = "marketing") -> str:
    address = unsubscribe_url(member_id=user.pk, purpose=purpose, delivery_id=delivery_id)
    return address.removeprefix("http://localhost:8000")


def by_link(user: Any) -> str:
    return preferences_url(member_id=user.pk, purpose="marketing").removeprefix("http://localhost:8000")


def test_the_last_word_holds_and_every_word_is_kept() -> None:
    ming = person("ming", consents=False)
    assert not queries.has_consent(member_id=ming.pk)
    for granted in (True, True, False, False, True):
        say(ming, granted=granted)
    assert queries.has_consent(member_id=ming.pk)
    assert list(Consent.objects.order_by("id").values_list("state", "text_version")) == [
        ("granted", "marketing-1"),
        ("withdrawn", "marketing-1"),
        ("granted", "marketing-1"),
    ]
    assert StoredEvent.objects.filter(name="consent.changed").count() == 3


def test_one_members_word_is_not_anothers() -> None:
    ming, ada = person("ming"), person("ada", consents=False)
    assert queries.refusals(member_ids=[ming.pk, ada.pk], at=MORNING) == {ada.pk: "no_consent"}
    assert queries.has_consent(member_id=ada.pk, purpose="service")


def test_nobody_can_be_asked_about_a_purpose_that_has_no_wording() -> None:
    ming = person("ming", consents=False)
    with pytest.raises(actions.UnknownPurpose), transaction.atomic():
        actions.record_consent(
            member_id=ming.pk, purpose="selling_data", granted=True, source="test", at=MORNING, by=None
        )
    assert not Consent.objects.exists()


def test_a_wording_is_never_edited_only_followed_by_a_new_version() -> None:
    with translation.override("en"):
        shown = {
            version: str(text) for purpose in (*MAIL_PURPOSES, *PUSH_PURPOSES) for version, text in purpose.versions
        }
    marks = {version: hashlib.sha256(text.encode()).hexdigest()[:12] for version, text in shown.items()}
    assert marks == {
        "community-1": "d7f4f54f4dfc", "digest-1": "bedfed3295e0", "marketing-1": "455dccc71df0",
        "push-community-1": "656560c8b00f",
    }  # fmt: skip


def test_get_changes_nothing() -> None:
    ming = person("ming")
    client = strict_client()
    for _ in range(3):
        answer = client.get(way_out(ming))
    assert answer.status_code == 200
    assert "Yes, stop it" in answer.content.decode()
    assert client.head(way_out(ming)).status_code == 200
    assert queries.has_consent(member_id=ming.pk)
    assert Consent.objects.count() == 1


def test_one_click_without_cookie_session_or_token_of_ours() -> None:
    ming = person("ming")
    queue(ming)
    delivery = Delivery.objects.get()
    address = way_out(ming, delivery.pk)
    answer = strict_client().post(address, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert not queries.has_consent(member_id=ming.pk)
    assert Delivery.objects.get().state == "no_consent"
    last = Consent.objects.latest("id")
    assert (last.source, last.delivery_id, last.by_id) == ("one_click", delivery.pk, ming.pk)
    assert StoredEvent.objects.filter(name="delivery.unsubscribed").count() == 1
    again = strict_client().post(address, {"List-Unsubscribe": "One-Click"})
    assert again.status_code == 200
    assert Consent.objects.count() == 2


def test_stopping_news_leaves_the_rest() -> None:
    ming = person("ming")
    say(ming, granted=True, purpose="community")
    answer = strict_client().post(way_out(ming))
    assert "You still get: Replies and mentions." in answer.content.decode()
    assert queries.consents(member_id=ming.pk) == {"marketing": False, "community": True}


@pytest.mark.parametrize("token", ["x", "%00", "a" * 300, "é", "../../etc", "AAAA-_AAAA", "0" * 47])
@pytest.mark.parametrize("place", ["u", "preferences"])
def test_a_forged_link_is_a_clear_404(place: str, token: str) -> None:
    client = strict_client()
    for answer in (client.get(f"/{place}/{token}/"), client.post(f"/{place}/{token}/")):
        assert answer.status_code == 404
    if "/" not in token and token != "%00":  # a NUL is refused before any page is asked
        assert "Nothing was changed." in answer.content.decode()


def test_every_changed_character_breaks_a_link() -> None:
    token = make_token(member_id=7, channel="email", purpose="marketing", delivery_id=9)
    link = read_token(token)
    assert link is not None
    assert (link.member_id, link.channel, link.purpose, link.delivery_id) == (7, "email", "marketing", 9)
    for place in range(len(token)):
        changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        found = read_token(changed)
        assert found is None or (place == len(token) - 1 and found == link)  # the last character has spare bits


def test_a_link_says_nothing() -> None:
    ming, ada = person("ming"), person("ada")
    tokens = [make_token(member_id=one.pk, channel="email", purpose="marketing") for one in (ming, ada)]
    assert tokens[0][:8] != tokens[1][:8]
    for known in (str(ming.pk).zfill(6), ming.public_id, "marketing", "email"):
        assert known not in tokens[0]


def test_a_link_survives_a_new_secret(settings: Any) -> None:
    token = make_token(member_id=7, channel="email", purpose="marketing")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "n" * 60
    assert read_token(token) is not None
    settings.SECRET_KEY_FALLBACKS = []
    assert read_token(token) is None


def test_no_box_is_ticked_before_the_member_ticks_it(client: Client) -> None:
    ming = person("ming", consents=False)
    client.force_login(ming)
    page = client.get("/preferences/").content.decode()
    assert page.count('type="checkbox"') == len(MAIL_PURPOSES)
    assert "checked" not in page


def test_nobody_is_asked_about_mail_that_nothing_here_writes(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    ming = person("ming", consents=False)
    say(ming, granted=True, purpose="community")
    monkeypatch.setattr(composers, "_purposes", {"test.letter": "marketing"})
    client.force_login(ming)
    assert client.get("/preferences/").content.decode().count('type="checkbox"') == 1
    client.post("/preferences/", {"marketing": "on"})
    assert queries.consents(member_id=ming.pk) == {"community": True, "marketing": True}


def test_guests_are_asked_to_sign_in(client: Client) -> None:
    answer = client.get("/preferences/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


def test_the_page_records_what_was_ticked_and_what_was_unticked(client: Client) -> None:
    ming = person("ming", consents=False)
    client.force_login(ming)
    client.post("/preferences/", {"marketing": "on"})
    assert queries.consents(member_id=ming.pk) == {"marketing": True}, "silence about the other is no withdrawal"
    client.post("/preferences/", {"community": "on"})
    assert queries.consents(member_id=ming.pk) == {"marketing": False, "community": True}
    page = client.get("/preferences/").content.decode()
    assert page.count("checked") == 1


def test_the_same_page_without_signing_in() -> None:
    ming = person("ming")
    client = strict_client()
    assert client.get(by_link(ming)).status_code == 200
    answer = client.post(by_link(ming), {"community": "on"})
    assert answer.status_code == 302
    assert queries.consents(member_id=ming.pk) == {"marketing": False, "community": True}
    page = client.get(by_link(ming)).content.decode()
    assert ming.email not in page
    assert ming.username not in page


def test_a_pause_of_thirty_days_and_its_end(monkeypatch: pytest.MonkeyPatch, client: Client) -> None:
    monkeypatch.setattr("messaging.views.mail.now", lambda: MORNING)
    ming = person("ming")
    queue(ming)
    client.post(by_link(ming), {"pause": "1"})
    assert MailPause.objects.get().until == MORNING + timedelta(days=30)
    assert Delivery.objects.get().reason == "paused_by_member"
    assert queries.refusals(member_ids=[ming.pk], at=MORNING) == {ming.pk: "paused_by_member"}
    assert queries.refusals(member_ids=[ming.pk], at=MORNING + timedelta(days=30)) == {}
    assert queries.has_consent(member_id=ming.pk), "a pause is not a withdrawal"
    client.post(by_link(ming), {"resume": "1"})
    assert queries.refusals(member_ids=[ming.pk], at=MORNING) == {}


def test_a_member_who_is_gone_has_nothing_left_to_stop() -> None:
    ming = person("ming")
    address = way_out(ming)
    ming.delete()
    assert strict_client().post(address).status_code == 404


def test_members_see_what_was_written_to_them_and_nobody_else_does(client: Client) -> None:
    ming = person("ming")
    queue(ming)
    queue(ming, "held", not_before=MORNING + timedelta(days=9))
    Delivery.objects.filter(cause="spring").update(state="sent", reason="", sent_at=MORNING)
    Delivery.objects.filter(cause="held").update(state="held_out", reason="drawn_to_be_held_out")
    shown = strict_client().get(by_link(ming)).content.decode()
    assert "What we wrote to you" not in shown
    client.force_login(ming)
    page = client.get("/preferences/").content.decode()
    assert page.count("<td>News and offers</td>") == 1
    assert "held" not in page
    client.force_login(person("ada"))
    assert "What we wrote to you" not in client.get("/preferences/").content.decode()


@pytest.mark.parametrize("ticked", [True, False])
def test_the_box_at_sign_up_is_empty_and_what_is_ticked_is_kept_as_a_word(client: Client, ticked: bool) -> None:
    page = client.get("/accounts/signup/").content.decode()
    box = re.search(r"<input[^>]*name=\"news_and_offers\"[^>]*>", page)
    assert box and "checked" not in box[0] and "required" not in box[0]
    assert "Send me news and offers from this shop by e-mail." in page
    form = {"email": "lin@example.com", "username": "lin", "password1": "a long walk in the rain"}
    client.post("/accounts/signup/", form | ({"news_and_offers": "on"} if ticked else {}))
    words = list(Consent.objects.values_list("member__username", "purpose", "state", "source", "text_version"))
    assert words == ([("lin", "marketing", "granted", "sign-up", "marketing-1")] if ticked else [])


def test_no_box_where_nobody_writes_such_mail(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(composers, "purposes", lambda: set())
    assert "news_and_offers" not in client.get("/accounts/signup/").content.decode()
