"""The kept body of a page: the same for all readers, never old, and nothing in it that somebody may not see."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from community import slots
from community.actions.forum import answers, bookmarks, posts, topics
from community.models import PersonLevel, Post, Topic
from community.topicpage import authors, body
from tests.community.forum.conftest import AT, TEXT, Cast, make_board, make_member, reply, start_topic, url_of
from tests.community.topicpage.conftest import react


def main(client: Client, url: str) -> str:
    """The posts of a page."""
    page = client.get(url)
    assert page.status_code == 200
    return page.text.partition('<div class="posts')[2].partition('<p class="live-line"')[0]


def whisper(topic_id: int, by: Any, text: str) -> None:
    """A word among the team."""
    written = reply(topic_id, by, raw=text)
    Post.objects.filter(pk=written.post_id).update(kind=Post.Kind.WHISPER)
    Topic.objects.filter(pk=topic_id).update(last_seq=Topic.objects.get(pk=topic_id).last_seq + 1)


def test_two_readers_see_the_same_page_and_each_their_own_reactions(cast: Cast, tea: int) -> None:
    topic = start_topic(tea, cast.mei)
    second = reply(topic.topic_id, cast.mei)
    react(topic.post_id, cast.ada, "party")
    react(second.post_id, cast.gold, "like")
    with transaction.atomic():
        bookmarks.keep(by=cast.gold.pk, at=AT, post_id=second.post_id)
    url = url_of(topic.topic_id)

    def own(who: str) -> tuple[list[str], int]:
        page = main(cast.client(who), url)
        pressed = re.findall(
            r'class="reaction react-(\w+)"[^>]*formaction="[^"]*/(\d)/react/"[^>]*aria-pressed="true"', page
        )
        return [f"{kind} {number}" for kind, number in pressed], page.count("Your bookmark")

    for _ in range(2):
        assert own("ada") == (["party 1"], 0)
        assert own("gold") == (["like 2"], 1)
        assert own("helper") == ([], 0)
        assert own("mei") == ([], 0)
    assert len(body._kept) == 2  # one for everybody, one for moderators
    assert "formaction" not in main(cast.client(None), url)


@pytest.mark.parametrize("order", [("helper", None, "ada"), (None, "ada", "helper"), ("ada", "helper", None)])
def test_what_moderators_see_reaches_nobody_else(cast: Cast, tea: int, order: tuple[str | None, ...]) -> None:
    topic = start_topic(tea, cast.mei)
    removed = reply(topic.topic_id, cast.ada, raw="A removed text that nobody reads again.")
    reply(topic.topic_id, cast.gold, parent_number=2)
    alone = reply(topic.topic_id, cast.ada, raw="A text removed without any answer.")
    whisper(topic.topic_id, cast.helper, "Between us: this one again.")
    hidden = reply(topic.topic_id, cast.ada, raw="A hidden text that waits for judgement.")
    with transaction.atomic():
        posts.remove(post_id=removed.post_id, by=cast.ada.pk, at=AT)
        posts.remove(post_id=alone.post_id, by=cast.ada.pk, at=AT)
    Post.objects.filter(pk=hidden.post_id).update(state="hidden")
    url = url_of(topic.topic_id)
    for view in ("", "?view=nested"):
        for who in order:
            page = main(cast.client(who), url + view)
            assert "nobody reads again" not in page
            assert "waits for judgement" not in page
            assert "without any answer" not in page
            assert ("Between us" in page) == (who == "helper")
            assert ("2/restore/" in page) == (who == "helper")
            assert ("3/remove/" in page) == (who == "helper")
            shown = re.findall(r'data-number="(\d)"', page)
            assert shown == (["1", "2", "3", "4", "5", "6"] if who == "helper" else ["1", "2", "3"]), who
    number = Post.objects.get(kind="whisper").number
    for path in (f"{number}/reactions/", f"{number}/replies/"):
        assert cast.client("ada").get(url + path).status_code == 404
        assert cast.client("helper").get(url + path).status_code == 200
    assert cast.client("ada").post(f"{url}{number}/react/", {"kind": "like"}).status_code == 404


def test_every_change_shows_at_once(cast: Cast, tea: int) -> None:
    topic = start_topic(tea, cast.mei, kind="question")
    second = reply(topic.topic_id, cast.ada)
    url, gold = url_of(topic.topic_id), cast.client("gold")
    before = main(gold, url)
    assert main(gold, url) == before
    with transaction.atomic():
        posts.edit(post_id=second.post_id, raw="Twenty seconds, says the new text.", revision=1, by=cast.ada.pk, at=AT)
    assert "says the new text" in main(gold, url)
    with transaction.atomic():
        answers.accept(post_id=second.post_id, by=cast.mei.pk, at=AT)
    assert "Solved by Ada" in gold.get(url).text
    assert 'class="post answer"' in main(gold, url)
    react(second.post_id, cast.mei, "wow")
    assert "react-wow" in main(gold, url)
    with transaction.atomic():
        text = Post.objects.get(number=1).raw
        posts.edit(post_id=topic.post_id, raw=text, revision=1, by=cast.mei.pk, at=AT, title="Another title for it all")
    renamed = url_of(topic.topic_id)
    assert renamed != url
    page = gold.get(renamed)
    assert "<h1>Another title for it all</h1>" in page.text
    assert url not in page.text  # nor an old address in any link
    with transaction.atomic():
        topics.set_state(topic_id=topic.topic_id, state="closed", by=cast.helper.pk, at=AT)
    assert "This topic is closed" in gold.get(renamed).text
    assert "data-reply=" not in main(gold, renamed)
    with transaction.atomic():
        posts.remove(post_id=second.post_id, by=cast.ada.pk, at=AT)
    assert "says the new text" not in main(gold, renamed)
    assert "Solved by" not in gold.get(renamed).text


def test_names_and_badges_are_at_most_seconds_old(cast: Cast, tea: int, monkeypatch: pytest.MonkeyPatch) -> None:
    topic = start_topic(tea, cast.mei)
    url, gold = url_of(topic.topic_id), cast.client("gold")
    assert "Mei of the mountain" not in main(gold, url)
    type(cast.mei).objects.filter(pk=cast.mei.pk).update(display_name="Mei of the mountain")
    badge = slots.Badge("Gold friend", "amber")
    monkeypatch.setattr(slots.name_badges, "_functions", [lambda member_ids: {cast.mei.pk: [badge]}])
    clock = authors.monotonic()
    monkeypatch.setattr(authors, "monotonic", lambda: clock + authors.LIFE + 1)
    page = main(gold, url)
    assert "Mei of the mountain" in page
    assert '<span class="badge amber">Gold friend</span>' in page
    with CaptureQueriesContext(connection) as captured:
        kept = body.body_of  # the same card again keeps the drawn page
        monkeypatch.setattr(authors, "monotonic", lambda: clock + 2 * authors.LIFE + 2)
        main(gold, url)
    assert kept is body.body_of
    assert not any("cooked" in query["sql"] for query in captured)


def test_languages_and_clocks_have_their_own_page(cast: Cast, tea: int) -> None:
    topic = start_topic(tea, cast.mei)
    reply(topic.topic_id, cast.ada)
    url = url_of(topic.topic_id)
    chinese = make_member("xiaomei", language="zh-hans", time_zone="Asia/Shanghai")
    client = Client()
    client.force_login(chinese)
    english = main(cast.client("gold"), url)
    assert main(client, url) != english
    assert main(cast.client("gold"), url) == english
    assert "17:30" in main(client, url)  # 9:30 in Shanghai


def test_what_one_reads_of_somebody_ignored_is_folded(cast: Cast, tea: int) -> None:
    topic = start_topic(tea, cast.mei)
    reply(topic.topic_id, cast.ada)
    PersonLevel.objects.create(member=cast.gold, person=cast.ada, level=0, created_at=AT)
    url = url_of(topic.topic_id)
    folded = main(cast.client("gold"), url)
    assert folded.count('<details class="ignored">') == 1
    assert folded.index("somebody you ignore") < folded.index('id="p2"')
    assert "ignored" not in main(cast.client("helper"), url)
    PersonLevel.objects.update(until=AT - timedelta(days=1))
    assert "ignored" not in main(cast.client("gold"), url)


def test_hostile_words_stay_words(cast: Cast, tea: int) -> None:
    evil = '"><img src=x onerror=alert(1)>\ue0f0html\ue0f1'
    type(cast.mei).objects.filter(pk=cast.mei.pk).update(display_name=evil)
    topic = start_topic(
        tea, cast.mei, title=f"A title with {evil}", raw=f"Words with {evil} and \ue0f0poll\ue0f1 in them."
    )
    reply(topic.topic_id, cast.ada, parent_number=1)
    react(topic.post_id, cast.ada)
    url = url_of(topic.topic_id)
    for page in (url, url + "?view=nested", url + "1/reactions/", url + "1/replies/", url + "?reply=1"):
        text = cast.client("gold").get(page).text
        assert "<img src=x" not in text
        assert "\ue0f0poll\ue0f1" in text or "reactions" in page
    assert TEXT in main(cast.client("gold"), url)


def test_two_posts_and_forty_cost_the_same(cast: Cast, tea: int, settings: Any) -> None:
    """One statement for the topic, one for what is the reader's own; cold three more: posts, people, badges."""
    short, long = start_topic(tea, cast.mei), start_topic(make_board("long"), cast.mei)
    reply(short.topic_id, cast.ada)
    for number in range(39):
        reply(long.topic_id, [cast.ada, cast.helper][number % 2], at=AT + timedelta(minutes=number), parent_number=1)
    client, counts = cast.client("gold"), []
    for topic in (short, long):
        url = url_of(topic.topic_id)
        for page in (url, url + "?view=nested"):
            client.get(page)
            with CaptureQueriesContext(connection) as warm:
                client.get(page)
            body.forget()
            authors.forget()
            with CaptureQueriesContext(connection) as cold:
                client.get(page)
            counts.append((ours(warm), ours(cold)))
    assert counts == [(2, 4), (2, 5), (2, 4), (2, 5)]


def ours(captured: CaptureQueriesContext) -> int:
    """Statements that ask the forum's topics and posts, or who wrote them."""
    asked = [query["sql"] for query in captured]
    return sum("community_topic " in sql or "community_post" in sql or ('IN (' in sql and "display_name" in sql)
               or "community_bookmark" in sql for sql in asked)  # fmt: skip
