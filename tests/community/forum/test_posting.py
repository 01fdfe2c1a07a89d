"""Starting, replying, editing, removing, liking and accepting, through the pages and without script."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from community.actions.forum import answers, posts, reactions, topics
from community.models import Post, PostRevision, Reaction, Topic, TopicRead
from community.problems import FormReused, NotAnAnswer, OthersAnswered, TopicClosed
from outbox.clock import now
from outbox.models import StoredEvent
from tests.community.forum.conftest import AT, TEXT, Cast, reply, start_topic, url_of


def facts() -> list[str]:
    return list(StoredEvent.objects.order_by("id").values_list("name", flat=True))


def test_a_topic_is_started_by_a_plain_form(cast: Cast, tea: int) -> None:
    client = cast.client("mei")
    page = client.get("/b/tea/new/")
    key = page.context["form"]["client_id"].value()
    data = {
        "kind": "question",
        "title": "  How long may  a white tea rest? ",
        "raw": "I found a *cake* of 2012. @ada, you know?",
        "client_id": key,
    }
    answer = client.post("/b/tea/new/", data)
    topic = Topic.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == f"/t/how-long-may-a-white-tea-rest-{topic.public_id}/"
    assert (topic.title, topic.kind, topic.author_id) == ("How long may a white tea rest?", "question", cast.mei.pk)
    assert (topic.highest_number, topic.visible_posts, topic.participants) == (1, 1, [cast.mei.pk])
    post = Post.objects.get()
    assert post.number == 1
    assert post.mentions == [cast.ada.pk]
    assert "<em>cake</em>" in post.cooked
    assert 'href="/members/ada/" class="mention"' in post.cooked
    assert post.text == "I found a cake of 2012. @ada, you know?"
    assert TopicRead.objects.get().last_read_number == 1
    assert facts() == ["topic.started", "post.published"]
    assert "<em>cake</em>" in client.get(answer["Location"]).text


def test_a_reply_lands_under_its_number_and_names_what_it_answers(cast: Cast, tea: int) -> None:
    topic = start_topic(tea, cast.mei)
    answer = cast.client("ada").post(url_of(topic.topic_id) + "reply/", {"raw": TEXT, "parent": "1"})
    assert answer.status_code == 302
    assert answer["Location"].endswith("/2/#p2")
    post = Post.objects.get(number=2)
    assert post.parent_id == topic.post_id
    page = cast.client(None).get(answer["Location"].partition("#")[0])
    assert "in reply to Mei, #1" in page.text
    row = Topic.objects.get()
    assert (row.highest_number, row.visible_posts, row.last_post_by_id) == (2, 2, cast.ada.pk)
    assert row.participants == [cast.mei.pk, cast.ada.pk]
    assert StoredEvent.objects.filter(name="post.published").last().payload["number"] == 2


def test_the_same_form_twice_makes_one_post(cast: Cast, tea: int) -> None:
    topic = start_topic(tea, cast.mei)
    client, url = cast.client("ada"), url_of(topic.topic_id) + "reply/"
    first, second = (client.post(url, {"raw": TEXT, "client_id": "0123456789abcdef"}) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert Post.objects.filter(number__gt=1).count() == 1
    assert facts().count("post.published") == 2
    new = {"kind": "discussion", "title": "The same form sent twice", "raw": TEXT, "client_id": "fedcba9876543210"}
    first, second = (client.post("/b/tea/new/", new) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert Topic.objects.count() == 2


def test_another_text_under_a_used_key_is_kept_and_asked_again(cast: Cast, tea: int) -> None:
    topic = start_topic(tea, cast.mei)
    client, url = cast.client("ada"), url_of(topic.topic_id) + "reply/"
    client.post(url, {"raw": TEXT, "client_id": "0123456789abcdef"})
    other = client.post(url, {"raw": "Something else that I wrote after going back.", "client_id": "0123456789abcdef"})
    assert other.status_code == 422
    assert "after going back" in other.text
    fresh = other.context["form"]["client_id"].value()
    assert fresh != "0123456789abcdef"
    assert (
        client.post(url, {"raw": "Something else that I wrote after going back.", "client_id": fresh}).status_code
        == 302
    )
    with pytest.raises(FormReused):
        start_topic(tea, cast.ada, client_id="0123456789abcdef")


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("short", "at least 20"),
        ("x" * 20_001, "longer than"),
        (" \n ", "required"),
        ("\x00" * 30, "required"),
        ("你好你好吗", "at least 8"),
    ],
)
def test_a_refused_text_comes_back_and_changes_nothing(cast: Cast, tea: int, raw: str, words: str) -> None:
    topic = start_topic(tea, cast.mei)
    before = (Post.objects.count(), Topic.objects.get().highest_number, len(facts()))
    answer = cast.client("ada").post(url_of(topic.topic_id) + "reply/", {"raw": raw})
    assert answer.status_code == 422
    assert words in answer.text
    assert (Post.objects.count(), Topic.objects.get().highest_number, len(facts())) == before


def test_who_comes_back_from_signing_in_finds_the_form(cast: Cast, tea: int) -> None:
    topic = start_topic(tea, cast.mei, kind="question")
    reply(topic.topic_id, cast.ada)
    url = url_of(topic.topic_id)
    asked = cast.client(None).post(url + "reply/", {"raw": TEXT})
    assert asked.status_code == 302
    assert "/accounts/login/?next=" in asked["Location"]
    mei = cast.client("mei")
    assert mei.get(url + "reply/")["Location"] == url + "?page=1#reply"
    assert mei.get(url + "2/react/")["Location"] == mei.get(url + "2/accept/")["Location"] == url + "2/#p2"
    assert not Reaction.objects.exists()
    assert Topic.objects.get().accepted_post is None


def test_eight_chinese_characters_are_enough(cast: Cast, tea: int) -> None:
    topic = start_topic(tea, cast.mei, title="白茶能放多久", raw="白茶一年茶三年药")
    assert url_of(topic.topic_id).startswith("/t/白茶能放多久-") or "%E7" in url_of(topic.topic_id)
    assert cast.client(None).get(url_of(topic.topic_id)).status_code == 200


def test_titles_have_lengths_too(cast: Cast, tea: int) -> None:
    for title in ("Too short", "x" * 256):
        answer = cast.client("mei").post("/b/tea/new/", {"kind": "discussion", "title": title, "raw": TEXT})
        assert answer.status_code == 422
    assert not Topic.objects.exists()


def test_a_kind_the_board_does_not_take_is_refused(cast: Cast, tea: int) -> None:
    answer = cast.client("mei").post(
        "/b/tea/new/", {"kind": "announcement", "title": "Hear, hear, good people", "raw": TEXT}
    )
    assert answer.status_code == 422
    assert not Topic.objects.exists()


def test_nobody_writes_in_a_closed_topic(cast: Cast, tea: int) -> None:
    topic = start_topic(tea, cast.mei)
    url = url_of(topic.topic_id)
    assert cast.client("mei").post(url + "moderate/", {"act": "close"}).status_code == 403
    assert Topic.objects.get().state == "open"
    assert cast.client("helper").post(url + "moderate/", {"act": "close"}).status_code == 302
    assert cast.client("ada").post(url + "reply/", {"raw": TEXT}).status_code == 403
    with pytest.raises(TopicClosed):
        reply(topic.topic_id, cast.ada)
    assert Post.objects.filter(kind="post").count() == 1
    assert "is closed" in cast.client("ada").get(url).text


def test_an_edit_keeps_the_text_before(cast: Cast, tea: int) -> None:
    topic = start_topic(tea, cast.mei, at=now())
    client, url = cast.client("mei"), url_of(topic.topic_id) + "1/edit/"
    form = client.get(url).context["form"]
    assert (form["raw"].value(), form["revision"].value()) == (TEXT, 1)
    data = {"raw": TEXT + " Then rest.", "revision": 1, "title": "How long may a black tea rest?", "reason": "black"}
    answer = client.post(url, data)
    assert answer.status_code == 302
    assert "black-tea" in answer["Location"]
    kept = PostRevision.objects.get()
    assert (kept.raw, kept.revision, kept.title, kept.reason) == (TEXT, 1, "How long may a white tea rest?", "black")
    post = Post.objects.get()
    assert (post.raw, post.revision, post.text) == (TEXT + " Then rest.", 2, TEXT + " Then rest.")
    assert facts()[-1] == "post.edited"


def test_when_somebody_was_faster_both_texts_are_shown_and_none_is_lost(cast: Cast, tea: int) -> None:
    topic = start_topic(tea, cast.mei, at=now())
    url = url_of(topic.topic_id) + "1/edit/"
    title = "How long may a white tea rest?"
    helper = {"raw": "The helper repaired the spelling of this post.", "revision": 1, "title": title}
    assert cast.client("helper").post(url, helper).status_code == 302
    mine = {"raw": "Mei meanwhile wrote a whole new paragraph.", "revision": 1, "title": title}
    answer = cast.client("mei").post(url, mine)
    assert answer.status_code == 409
    assert "The helper repaired" in answer.text
    assert "Mei meanwhile wrote" in answer.text
    assert Post.objects.get().raw == helper["raw"]
    again = {**mine, "revision": answer.context["form"]["revision"].value()}
    assert cast.client("mei").post(url, again).status_code == 302
    assert list(PostRevision.objects.order_by("revision").values_list("raw", flat=True)) == [TEXT, helper["raw"]]


def test_a_small_early_edit_has_no_pencil_and_a_late_one_has(cast: Cast, tea: int) -> None:
    topic = start_topic(tea, cast.mei)
    for minutes, pencil in ((4, False), (6, True)):
        at, revision = AT + timedelta(minutes=minutes), Post.objects.get().revision
        with transaction.atomic():
            posts.edit(post_id=topic.post_id, raw=f"{TEXT} {minutes}", revision=revision, by=cast.mei.pk, at=at)
        assert (Post.objects.get().edited_at is not None) == pencil


def test_others_can_neither_edit_nor_remove(cast: Cast, tea: int) -> None:
    topic = start_topic(tea, cast.mei)
    url = url_of(topic.topic_id)
    for who, status in (("ada", 403), (None, 302)):
        assert (
            cast.client(who).post(url + "1/edit/", {"raw": "Not mine to change, is it?", "revision": 1}).status_code
            == status
        )
        assert cast.client(who).post(url + "remove/").status_code == status
    post = Post.objects.get()
    assert (post.raw, post.revision, post.state) == (TEXT, 1, "visible")
    assert Topic.objects.get().removed_at is None


def test_a_removed_reply_keeps_its_number_and_comes_back(cast: Cast, tea: int) -> None:
    topic = start_topic(tea, cast.mei)
    second = reply(topic.topic_id, cast.ada, at=AT + timedelta(hours=1), raw="A secret that I should not have told.")
    reply(topic.topic_id, cast.mei, parent_number=2, at=AT + timedelta(hours=2))
    url = url_of(topic.topic_id)
    lonely = reply(topic.topic_id, cast.ada, at=AT + timedelta(hours=3))
    assert cast.client("ada").get(url + "2/remove/").status_code == 200
    assert Post.objects.get(number=2).state == "visible"  # the question removes nothing
    assert cast.client("ada").post(url + "2/remove/").status_code == 302
    page = cast.client("mei").get(url).text
    assert "A secret that" not in page
    assert "This post was removed" in page  # a stub, because somebody answered it
    assert Topic.objects.get().visible_posts == 3
    assert StoredEvent.objects.last().payload["post_id"] == second.post_id
    assert cast.client("ada").post(url + "2/react/", {"kind": "like"}).status_code in (403, 404)
    assert cast.client("ada").post(url + "2/restore/").status_code == 404
    assert cast.client("helper").post(url + "2/restore/").status_code == 302
    assert "A secret that" in cast.client("mei").get(url).text
    assert Topic.objects.get().visible_posts == 4
    assert cast.client("ada").post(f"{url}{lonely.number}/remove/").status_code == 302
    assert "This post was removed" not in cast.client("mei").get(url).text  # nobody answered it: no stub
    assert reply(topic.topic_id, cast.ada).number == 5


def test_removing_the_last_reply_gives_the_topic_its_old_place(cast: Cast, tea: int) -> None:
    topic = start_topic(tea, cast.mei)
    last = reply(topic.topic_id, cast.ada, at=AT + timedelta(hours=1))
    with transaction.atomic():
        posts.remove(post_id=last.post_id, by=cast.ada.pk, at=AT + timedelta(hours=2))
    row = Topic.objects.get()
    assert (row.last_post_at, row.last_post_by_id, row.highest_number) == (AT, cast.mei.pk, 2)


def test_an_author_removes_a_topic_only_while_it_is_alone(cast: Cast, tea: int) -> None:
    topic = start_topic(tea, cast.mei)
    reply(topic.topic_id, cast.ada)
    with pytest.raises(OthersAnswered), transaction.atomic():
        topics.remove_topic(topic_id=topic.topic_id, by=cast.mei.pk, at=AT)
    assert Topic.objects.get().removed_at is None
    assert "post.removed" not in facts()


def test_a_post_removed_under_the_finger_says_so(cast: Cast, tea: int, monkeypatch: pytest.MonkeyPatch) -> None:
    topic = start_topic(tea, cast.mei)
    second = reply(topic.topic_id, cast.mei)
    react = reactions.react

    def late(**arguments: Any) -> bool:
        posts.remove(post_id=second.post_id, by=cast.mei.pk, at=AT)
        return react(**arguments)

    monkeypatch.setattr(reactions, "react", late)
    url = url_of(topic.topic_id) + "2/react/"
    answer = cast.client("ada").post(url, {"kind": "like"}, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (409, "gone")
    assert not Reaction.objects.exists()


def test_the_asker_accepts_one_answer_and_may_change_their_mind(cast: Cast, tea: int) -> None:
    topic = start_topic(tea, cast.mei, kind="question")
    reply(topic.topic_id, cast.ada)
    reply(topic.topic_id, cast.mei)
    url = url_of(topic.topic_id)
    assert cast.client("ada").post(url + "2/accept/", {"accepted": "no"}).status_code == 403
    assert Topic.objects.get().accepted_post is None
    mei = cast.client("mei")
    mei.post(url + "2/accept/", {"accepted": "no"})
    assert "Solved by Ada" in cast.client(None).get(url).text
    mei.post(url + "3/accept/", {"accepted": "no"})
    mei.post(url + "3/accept/", {"accepted": "yes"})
    assert Topic.objects.get().accepted_post is None
    said = [event for event in StoredEvent.objects.order_by("id") if event.name.startswith("answer")]
    assert [event.name for event in said] == [
        "answer.accepted", "answer.unaccepted", "answer.accepted", "answer.unaccepted",
    ]  # fmt: skip
    assert [event.payload["self_answer"] for event in said] == [False, False, True, True]


def test_only_replies_to_questions_are_answers(cast: Cast, tea: int) -> None:
    talk, question = start_topic(tea, cast.mei), start_topic(tea, cast.mei, kind="question")
    answer = reply(talk.topic_id, cast.ada)
    for post_id in (answer.post_id, question.post_id):
        with pytest.raises(NotAnAnswer), transaction.atomic():
            answers.accept(post_id=post_id, by=cast.mei.pk, at=AT)


def test_a_removed_answer_is_no_answer(cast: Cast, tea: int) -> None:
    topic = start_topic(tea, cast.mei, kind="question")
    answer = reply(topic.topic_id, cast.ada)
    with transaction.atomic():
        answers.accept(post_id=answer.post_id, by=cast.mei.pk, at=AT)
        posts.remove(post_id=answer.post_id, by=cast.ada.pk, at=AT)
    assert Topic.objects.get().accepted_post is None
    assert facts()[-2:] == ["answer.unaccepted", "post.removed"]


def test_the_preview_is_the_same_cook_and_stores_nothing(cast: Cast, tea: int) -> None:
    answer = cast.client("mei").post("/forum/preview/", {"raw": "**Hi** @ada <b>x</b>"})
    assert answer.json()["html"] == (
        '<p><strong>Hi</strong> <a href="/members/ada/" class="mention" rel="nofollow ugc noopener">@ada</a> '
        "&lt;b&gt;x&lt;/b&gt;</p>\n"
    )
    assert cast.client("mei").post("/forum/preview/", {"raw": "x" * 20_001}).status_code == 422
    assert cast.client(None).post("/forum/preview/", {"raw": "x"}).status_code == 302
    assert not Post.objects.exists()
