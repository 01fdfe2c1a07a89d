"""Texts that are not sent yet: saved, found again, never lost between two windows, gone with the post."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from community.actions.composer import drafts
from community.actions.forum import boards
from community.actions.forum.writing import Written
from community.models import Draft, Post, Topic
from community.rules import composer as rules_composer
from outbox.clock import now
from tests.community.composer.conftest import key_of
from tests.community.forum.conftest import AT, TEXT, Cast, reply

JSON = {"HTTP_ACCEPT": "application/json"}


def save(client: Any, key: str, raw: str = TEXT, revision: int = 0, headers: Any = JSON, **more: Any) -> Any:
    return client.post("/drafts/save/", {"draft_key": key, "raw": raw, "draft_revision": revision, **more}, **headers)


def topic_page(topic: Written) -> str:
    row = Topic.objects.get(pk=topic.topic_id)
    return f"/t/{row.slug}-{row.public_id}/"


def test_what_is_saved_is_there_on_another_device(cast: Cast, topic: Written) -> None:
    key = key_of(topic)
    assert save(cast.client("ada"), key, parent="1").json() == {"revision": 1, "sent": False}
    told = cast.client("ada").get("/drafts/one/", {"key": key}, **JSON).json()
    assert told["draft"]["raw"] == TEXT and told["draft"]["meta"] == {"parent": "1"} and told["token"]
    assert cast.client("gold").get("/drafts/one/", {"key": key}, **JSON).json()["draft"] is None
    page = cast.client("ada").get(f"{topic_page(topic)}?draft=1").content.decode()
    assert TEXT in page and 'name="draft_revision" value="1"' in page


def test_two_windows_keep_both_texts(cast: Cast, topic: Written) -> None:
    client, key = cast.client("ada"), key_of(topic)
    save(client, key, "What the telephone says, at length.")
    conflict = save(client, key, "What the laptop says, at length.")
    assert conflict.status_code == 409
    assert conflict.json()["draft"]["raw"] == "What the telephone says, at length."
    assert Draft.objects.get().raw == "What the telephone says, at length."
    page = save(client, key, "What the laptop says, at length.", headers={})
    assert page.status_code == 409
    assert "What the telephone says" in page.content.decode() and "What the laptop says" in page.content.decode()
    assert save(client, key, "What the laptop says, at length.", revision=1).json()["revision"] == 2
    assert save(client, key, "What the laptop says, at length.", revision=1).status_code == 200  # the same, again


@pytest.mark.django_db(transaction=True)
def test_of_two_windows_at_once_one_is_told(cast: Cast, topic: Written) -> None:
    key = key_of(topic)

    def one(place: int) -> int:
        try:
            return int(save(cast.client("ada"), key, f"{TEXT} {place}").status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(one, range(4))) == [200, 409, 409, 409]
    assert Draft.objects.get().revision == 1


def test_it_goes_with_the_post_and_does_not_come_back(cast: Cast, topic: Written) -> None:
    client, key = cast.client("ada"), key_of(topic)
    save(client, key)
    save(cast.client("gold"), key)
    form = "f" * 24
    client.post(f"{topic_page(topic)}reply/", {"raw": TEXT, "client_id": form})
    assert [one.member_id for one in Draft.objects.all()] == [cast.gold.pk]
    late = save(client, key, TEXT + " and", client_id=form)  # the last save of the window that sent it
    assert late.json() == {"revision": 0, "sent": True}
    assert Draft.objects.count() == 1
    assert client.get("/drafts/one/", {"key": key, "form": form}, **JSON).json()["sent"]


def test_it_goes_with_a_joined_a_held_an_edited_and_a_started_text(cast: Cast, topic: Written, tea: int) -> None:
    client, key = cast.client("ada"), key_of(topic)
    reply(topic.topic_id, cast.ada)
    save(client, key)
    assert reply(
        topic.topic_id, cast.ada, raw="One thing more, which I forgot.", join=True, at=AT + timedelta(minutes=1)
    ).joined
    assert not Draft.objects.exists()
    save(client, key)
    assert reply(topic.topic_id, cast.ada, raw="This one waits for somebody.", hold=True).held
    assert not Draft.objects.exists()
    edit = rules_composer.edit_key(key.partition(":")[2], 2)
    save(client, edit)
    Post.objects.update(created_at=now())  # one's own words may be changed for a day
    post = Post.objects.get(number=2)
    assert (
        client.post(f"{topic_page(topic)}2/edit/", {"raw": TEXT + " Slowly.", "revision": post.revision}).status_code
        == 302
    )
    assert not Draft.objects.exists()
    save(client, "new:tea", title="Where does the tea sleep?")
    answer = client.post("/b/tea/new/", {"title": "Where does the tea sleep?", "raw": TEXT, "kind": "discussion"})
    assert answer.status_code == 302 and not Draft.objects.exists()


def test_a_refused_reply_keeps_its_draft(cast: Cast, topic: Written) -> None:
    client = cast.client("ada")
    save(client, key_of(topic))
    assert client.post(f"{topic_page(topic)}reply/", {"raw": "no"}).status_code == 422
    assert Draft.objects.exists()


def test_the_button_saves_without_script(cast: Cast, topic: Written, tea: int) -> None:
    client = cast.client("ada")
    assert 'formaction="/drafts/save/"' in client.get("/b/tea/new/").content.decode()
    saved = save(client, "new:tea", headers={}, title="Where does the tea sleep?", kind="question", tags="green")
    page = client.get(saved.url).content.decode()
    assert "Saved as a draft" in page and TEXT in page and "Where does the tea sleep?" in page and "green" in page


def test_the_list_leads_back_and_deletes(cast: Cast, topic: Written, tea: int) -> None:
    client, key = cast.client("ada"), key_of(topic)
    save(client, key)
    save(client, "new:tea", "", title="Where does the tea sleep?")
    page = client.get("/drafts/").content.decode()
    assert "Reply in How long may a white tea rest?" in page and "New topic in Tea" in page
    assert f'{topic_page(topic)}?draft=1#write"' in page and '/b/tea/new/?draft=1#write"' in page
    assert TEXT not in cast.client("gold").get("/drafts/").content.decode()
    client.post("/drafts/discard/", {"draft_key": key})
    assert Draft.objects.get().key == "new:tea"
    save(client, "new:tea", "", revision=1)
    assert not Draft.objects.exists()  # emptied is none


def test_a_place_that_closed_keeps_the_words_and_hides_its_name(cast: Cast, topic: Written, tea: int) -> None:
    client = cast.client("ada")
    save(client, key_of(topic))
    with transaction.atomic():
        boards.allow(board_id=tea, audience="members", acts=["browse"], value="never", at=AT)
    page = client.get("/drafts/").content.decode()
    assert TEXT in page and "white tea" not in page
    assert save(client, key_of(topic), revision=1).status_code == 404


def test_nobody_saves_where_they_may_not_write(cast: Cast, topic: Written) -> None:
    assert save(cast.client("ada"), "new:nowhere").status_code == 404
    for key in (
        "",
        "new:",
        "reply:short",
        "edit:000000000000/0",
        "edit:000000000000/x",
        "x" * 500,
        "room:000000000000",
    ):
        assert save(cast.client("ada"), key).status_code == 404, key
    assert not Draft.objects.exists()


def test_a_hundred_are_kept_and_half_a_year(cast: Cast) -> None:
    with transaction.atomic():
        for place in range(102):
            drafts.save_draft(
                key=f"reply:{place:012d}",
                raw=TEXT,
                meta={},
                revision=0,
                by=cast.ada.pk,
                at=AT + timedelta(minutes=place),
            )
        assert Draft.objects.count() == 100
        assert set(Draft.objects.values_list("key", flat=True)) == {f"reply:{place:012d}" for place in range(2, 102)}
        assert drafts.remove_old(at=AT + timedelta(days=180)) == 0
        assert drafts.remove_old(at=AT + timedelta(days=180, minutes=52)) == 50


def test_who_is_signed_out_meanwhile_signs_in_and_goes_on(cast: Cast, topic: Written) -> None:
    browser = Client()
    browser.force_login(cast.ada)
    browser.get(topic_page(topic))
    browser.cookies.pop("sessionid", None)
    for name in [one for one in browser.cookies if "session" in one]:
        del browser.cookies[name]
    answer = browser.post(f"{topic_page(topic)}reply/", {"raw": TEXT, "draft_key": key_of(topic), "parent": "1"})
    assert answer.status_code == 302 and "/accounts/login/?next=%2Fdrafts%2Fresume%2F" in answer.url
    assert not Post.objects.filter(author=cast.ada).exists()
    stranger = Client()
    stranger.force_login(cast.gold)
    assert stranger.get("/drafts/resume/").url == "/drafts/"
    browser.force_login(cast.ada)
    back = browser.get("/drafts/resume/")
    assert back.url == f"{topic_page(topic)}?draft=1#write"
    page = browser.get(back.url).content.decode()
    assert TEXT in page and "Your text is still here" in page
    assert browser.get("/drafts/resume/").url == "/drafts/"  # once
    told = browser.post("/drafts/save/", {"draft_key": key_of(topic), "raw": TEXT}, **JSON)
    assert told.status_code in (200, 409)
    signed_out = Client().post("/drafts/save/", {"draft_key": key_of(topic), "raw": TEXT}, **JSON)
    assert signed_out.status_code == 401 and signed_out.json()["sign_in"].startswith("/accounts/login/")


def test_keys_of_places() -> None:
    assert rules_composer.key_of("new:茶") == rules_composer.Key("new", "茶")
    assert rules_composer.key_of("edit:0123456789ab/12") == rules_composer.Key("edit", "0123456789ab", 12)
    assert rules_composer.key_of("reply:0123456789ab") == rules_composer.Key("reply", "0123456789ab")
    assert rules_composer.key_of("reply:0123456789ab/1") is None


def test_a_topic_costs_nothing_more_for_drafts(cast: Cast, topic: Written, django_assert_num_queries: Any) -> None:
    """The reply's one statement also deletes the draft."""
    save(cast.client("ada"), key_of(topic))
    with transaction.atomic(), django_assert_num_queries(3):
        from community.actions.forum import posts

        posts.reply(topic_id=topic.topic_id, raw=TEXT, by=cast.ada.pk, at=AT)
    assert not Draft.objects.exists()
