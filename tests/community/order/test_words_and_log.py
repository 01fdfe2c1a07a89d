"""Word rules at every door, and a log that cannot be changed."""

import threading
import time
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from cms.actions import ensure_staff_access
from community import moderation
from community.actions.chat import messages, rooms
from community.actions.order import sanctions, words
from community.actions.order.audit import record_act
from community.models import AuditEntry, Message, Post, Room, Sanction, Topic, WordRule
from community.problems import BlockedWord
from tests.community.forum.conftest import make_member, reply
from tests.community.order.conftest import AT, Place, browser

pytestmark = pytest.mark.django_db


def rule(
    by: Any, phrase: str, act: str, with_what: str = "", places: tuple[str, ...] = ("post", "title", "message", "name")
) -> int:
    with transaction.atomic():
        return words.save_rule(
            rule_id=None,
            phrase=phrase,
            act=act,
            places=places,
            with_what=with_what,
            note="",
            active=True,
            by=by.pk,
            at=AT,
        )


def test_each_act_of_a_rule(cast: Any) -> None:
    rule(cast.owner, "casino", "block")
    rule(cast.owner, "crypto", "hold")
    rule(cast.owner, "damn", "censor")
    rule(cast.owner, "gift card", "flag")
    rule(cast.owner, "gaiwan", "link", "/b/gaiwan/")
    rule(cast.owner, "oolong", "tag", "oolong")
    rule(cast.owner, "telegram", "silence")
    with pytest.raises(BlockedWord, match="casino"):
        moderation.judge("The CASINO is open.", trust=2)
    with pytest.raises(BlockedWord):
        moderation.judge("Nothing here.", title="Casino!", trust=2)
    verdict = moderation.judge("Damn, this crypto oolong in a gaiwan, for a gift card.", trust=2)
    assert verdict.text == "■■■■, this crypto oolong in a [gaiwan](/b/gaiwan/), for a gift card."
    assert (verdict.hold, verdict.flag, verdict.silence, verdict.tags) == (True, True, False, ("oolong",))
    assert moderation.judge("Write me on telegram", trust=0).silence
    assert not moderation.judge("Write me on telegram", trust=1).silence
    assert moderation.judge("The casino", trust=4, exempt=True).text == "The casino"


def test_newcomers_first_posts_wait_for_links_pictures_and_haste() -> None:
    def holds(text: str, **more: Any) -> bool:
        return moderation.judge(text, **{"trust": 0, "first": True, **more}).hold

    assert not holds("A plain first word.")
    assert holds("See https://shop.example") and holds("![x](/media/x.webp)") and holds("Hi all", typed_seconds=2.9)
    assert not holds("Hi all", typed_seconds=3.0) and not holds("Hi all", typed_seconds=0) and not holds("Hi all")
    assert not holds("See https://shop.example", trust=1) and not holds("See https://shop.example", first=False)


def test_a_changed_rule_acts_at_once(cast: Any) -> None:
    pk = rule(cast.owner, "casino", "block")
    with pytest.raises(BlockedWord):
        moderation.judge("casino", trust=2)
    with transaction.atomic():
        words.switch(rule_id=pk, active=False, by=cast.owner.pk, at=AT)
    assert moderation.judge("casino", trust=2).text == "casino"
    with transaction.atomic():
        words.switch(rule_id=pk, active=True, by=cast.owner.pk, at=AT)
    with pytest.raises(BlockedWord):
        moderation.judge("casino", trust=2)


def test_rules_act_at_the_doors(place: Any, cast: Any) -> None:
    rule(cast.owner, "casino", "block")
    rule(cast.owner, "damn", "censor")
    rule(cast.owner, "crypto", "hold", places=("post", "title"))
    client = browser(place.old)
    topic = Topic.objects.get(pk=place.topic.topic_id)
    base = f"/t/{topic.slug}-{topic.public_id}/"
    refused = client.post(f"{base}reply/", {"raw": "Come to my casino, it is very nice.", "client_id": "key-000001"})
    assert refused.status_code == 422
    assert "“casino”" in refused.content.decode()
    answer = client.post(f"{base}reply/", {"raw": "Well damn, that is a fine cup of tea.", "client_id": "key-000002"})
    assert answer.status_code == 302, answer.context["form"].errors
    assert Post.objects.latest("id").raw == "Well ■■■■, that is a fine cup of tea."
    friend = make_member("friend", "trust:1")
    browser(friend).post(f"{base}reply/", {"raw": "I know of a new crypto coin for tea.", "client_id": "key-000003"})
    held = Post.objects.latest("id")
    assert (held.author, held.state, held.number) == (friend, "awaiting_review", None)
    with transaction.atomic():
        rooms.create_room(kind="public", slug="hall", name="Hall", by=None, at=AT)
    said = client.post("/chat/hall/", {"text": "To the casino!"})
    assert said.status_code == 422
    assert "“casino”" in said.content.decode()
    client.post("/chat/hall/", {"text": "Damn!"})
    assert Message.objects.get().raw == "■■■■!"
    edited = client.post("/chat/hall/1/", {"text": "Casino!"})
    assert edited.status_code == 422
    edited = client.post(f"{base}4/edit/", {"raw": "Now about a casino that I know well.", "revision": 1})
    assert edited.status_code == 422


def test_a_rule_silences_a_newcomer_in_the_chat_at_once(place: Any, cast: Any) -> None:
    from community.models import ReviewItem

    rule(cast.owner, "telegram", "silence")
    with transaction.atomic():
        rooms.create_room(kind="public", slug="hall", name="Hall", by=None, at=AT)
    client = browser(place.author)
    client.post("/chat/hall/", {"text": "Write me on telegram"})
    assert Sanction.objects.get().member == place.author
    assert ReviewItem.objects.get().kind == "flagged_message"
    client.post("/chat/hall/", {"text": "Anybody there?"})
    assert Message.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("door", ["reply", "chat"])
def test_a_silencing_text_waits_for_its_author_before_it_takes_the_place(cast: Any, door: str) -> None:
    """Flags and decisions take the author first, then the topic or room; the other way round they wait in a circle."""
    place, answers = Place(cast), list[int]()
    rule(cast.owner, "telegram", "silence")
    with transaction.atomic():
        room = rooms.create_room(kind="public", slug="hall", name="Hall", by=None, at=AT)
    topic = Topic.objects.get(pk=place.topic.topic_id)
    path = {"reply": f"/t/{topic.slug}-{topic.public_id}/reply/", "chat": "/chat/hall/"}[door]

    def write() -> None:
        try:
            text = "Please write me on telegram about the tea."
            form = {"raw": text, "text": text, "client_id": "key-000010"}
            answers.append(browser(place.author).post(path, form).status_code)
        finally:
            connection.close()

    writer = threading.Thread(target=write)
    with transaction.atomic():
        sanctions.serialise(place.author.pk)
        writer.start()
        wait_until_somebody_waits()
        Topic.objects.select_for_update(nowait=True).get(pk=topic.pk)
        Room.objects.select_for_update(nowait=True).get(pk=room)
    writer.join()
    assert answers == [302]
    assert Sanction.objects.get().member == place.author


def wait_until_somebody_waits() -> None:
    with connection.cursor() as cursor:
        for _ in range(200):
            cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
            if cursor.fetchone()[0]:
                return
            time.sleep(0.02)
    raise AssertionError("Nobody came to wait.")


def test_what_moderators_take_from_the_chat_is_written_down(place: Any, cast: Any) -> None:
    with transaction.atomic():
        room = rooms.create_room(kind="public", slug="hall", name="Hall", by=None, at=AT)
        messages.send_message(room_id=room, raw="Nonsense", client_id="key-000009", by=place.old.pk, at=AT)
    browser(cast.helper).post("/chat/hall/1/remove/")
    assert AuditEntry.objects.get().act == "message.removed"


def test_names_are_checked_when_they_are_chosen(place: Any, cast: Any) -> None:
    rule(cast.owner, "admin*", "block", places=("name",))
    client = browser(place.old)
    page = client.post("/settings/profile/", {"display_name": "Ａdmin1", "bio": "", "language": "", "time_zone": ""})
    assert page.status_code == 422
    assert b"not allowed here" in page.content
    place.old.refresh_from_db()
    assert place.old.display_name != "Ａdmin1"


def test_the_test_box_shows_what_a_rule_would_have_caught_and_changes_nothing(place: Any, cast: Any) -> None:
    from outbox.clock import now

    with transaction.atomic():
        ensure_staff_access(at=AT)
    reply(place.topic.topic_id, place.old, raw="This steeped too long, a bitter zqbitterzq cup.", at=now())
    given = {"phrase": "bitter", "act": "censor", "places": ["post", "title", "message"], "with_what": "", "note": ""}
    page = browser(cast.helper).post("/admin/review/words/", {**given, "try": "1"})
    assert page.status_code == 200
    assert b"<mark>bitter</mark>" in page.content and b"zqbitterzq" in page.content
    assert not WordRule.objects.exists()
    assert browser(cast.helper).post("/admin/review/words/", given).status_code == 403  # moderators only try
    assert browser(cast.owner).post("/admin/review/words/", given).status_code == 302
    made = WordRule.objects.get()
    assert browser(cast.owner).post(f"/admin/review/words/{made.pk}/switch/", {"active": "no"}).status_code == 302
    made.refresh_from_db()
    assert (made.active, made.revision) == (False, 2)
    assert list(AuditEntry.objects.order_by("id").values_list("act", flat=True)) == ["words.saved", "words.switched"]


@pytest.mark.parametrize(
    "given",
    [
        {"phrase": "*"}, {"phrase": "a"}, {"phrase": " "}, {"phrase": "x" * 101}, {"act": "explode"}, {"places": []},
        {"act": "link"}, {"act": "link", "with_what": "javascript:alert(1)"}, {"act": "link", "with_what": "//evil.example"},
        {"act": "link", "with_what": "https://a.example/) <b>"}, {"act": "tag"},
    ],
)  # fmt: skip
def test_senseless_rules_are_refused(cast: Any, given: dict[str, Any]) -> None:
    with transaction.atomic():
        ensure_staff_access(at=AT)
    form = {"phrase": "bitter", "act": "block", "places": ["post"], "with_what": "", "note": "", **given}
    assert browser(cast.owner).post("/admin/review/words/", form).status_code == 422
    assert not WordRule.objects.exists()


def test_the_log_is_append_only(cast: Any) -> None:
    with transaction.atomic():
        record_act(act="post.removed", target_kind="post", target=1, by=cast.helper.pk, at=AT, reason="Off topic.")
    for act in (
        lambda: AuditEntry.objects.update(reason="Nothing."), lambda: AuditEntry.objects.all().delete(),
        lambda: connection.cursor().execute("DELETE FROM community_auditentry"),
    ):  # fmt: skip
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            act()
    assert AuditEntry.objects.get().reason == "Off topic."


def test_the_log_is_filtered(place: Any, cast: Any) -> None:
    with transaction.atomic():
        ensure_staff_access(at=AT)
        record_act(act="note.added", target_kind="staff_note", target=1, by=cast.helper.pk, about=place.old.pk, at=AT)
        record_act(
            act="topic.closed",
            target_kind="topic",
            target=7,
            by=cast.owner.pk,
            at=AT,
            before={"state": "open"},
            after={"state": "closed"},
        )
    client = browser(cast.helper)

    def shown(query: str) -> str:
        return client.get(f"/admin/review/log/?{query}").content.decode()

    assert "Wrote a note" in shown("") and "open → closed" in shown("")
    assert "Closed a topic" not in shown("by=helper") and "Wrote a note" in shown("by=@helper")
    assert "Wrote a note" in shown(f"about={place.old.username}") and "Closed a topic" not in shown("about=oldfriend")
    assert "Wrote a note" not in shown("act=topic.")
    assert "Nothing found" in shown("by=nobodyatall")
    assert make_member("plain") and browser(cast.mei).get("/admin/review/log/").status_code in (302, 403)


def test_the_log_of_a_board_is_for_those_who_moderate_it(cast: Any) -> None:
    from community.models import BoardPermission
    from tests.community.forum.conftest import make_board

    back = make_board("back")
    BoardPermission.objects.filter(board_id=back).delete()
    with transaction.atomic():
        ensure_staff_access(at=AT)
        record_act(
            act="topic.closed",
            target_kind="topic",
            target=1,
            board_id=back,
            by=cast.owner.pk,
            at=AT,
            reason="zqreasonzq",
        )
    assert b"zqreasonzq" not in browser(cast.helper).get("/admin/review/log/").content
    assert b"zqreasonzq" in browser(cast.owner).get("/admin/review/log/").content


def test_staff_acts_of_the_forum_are_written_down(place: Any, cast: Any) -> None:
    topic = Topic.objects.get(pk=place.topic.topic_id)
    base = f"/t/{topic.slug}-{topic.public_id}/"
    client = browser(cast.helper)
    for act in ("close", "open", "pin", "unpin"):
        client.post(f"{base}moderate/", {"act": act})
    client.post(f"{base}3/remove/")
    client.post(f"{base}3/restore/")
    client.post(f"{base}remove/")
    client.post(f"{base}moderate/", {"act": "restore"})
    acts = list(AuditEntry.objects.order_by("id").values_list("act", flat=True))
    assert acts == [
        "topic.closed", "topic.opened", "topic.pinned", "topic.unpinned", "post.removed", "post.restored", "topic.removed",
        "topic.restored",
    ]  # fmt: skip
    entry = AuditEntry.objects.get(act="post.removed")
    assert (entry.by, entry.about, entry.target, entry.before, entry.after) == (
        cast.helper, place.old, place.old_post, {"state": "visible"}, {"state": "removed"},
    )  # fmt: skip


def test_what_authors_do_with_their_own_is_no_act_of_the_staff(place: Any) -> None:
    topic = Topic.objects.get(pk=place.topic.topic_id)
    browser(place.old).post(f"/t/{topic.slug}-{topic.public_id}/3/remove/")
    assert Post.objects.get(pk=place.old_post).state == "removed"
    assert not AuditEntry.objects.exists()
