"""Feeds and the map say what guests may read and nothing else, whoever asks; the data for machines cannot break out."""

import json
import re
from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest
from django.db import transaction
from django.test import Client

from community.actions.forum import boards, posts, topics
from community.actions.forum.tags import ensure_tag, set_tags
from community.models import BoardPermission, Topic
from community.topicpage.structured import Said, open_graph, structured_data
from tests.community.forum.conftest import Cast, make_cast

AT = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def write(board: int, by: int, title: str, raw: str) -> Topic:
    with transaction.atomic():
        return Topic.objects.get(pk=topics.start_topic(board_id=board, title=title, raw=raw, by=by, at=AT).topic_id)


@pytest.fixture
def places(cast: Cast) -> dict[str, Topic]:
    with transaction.atomic():
        tea = boards.ensure_board(slug="tea", name="Tea", at=AT)
        closed = boards.ensure_board(slug="closed", name="Closed circle", at=AT)
    BoardPermission.objects.filter(board_id=closed, audience="guests").delete()
    return {
        "open": write(tea, cast.mei.pk, "How long may it rest?", "Ten seconds, says [the book](/forum/), then taste."),
        "closed": write(closed, cast.mei.pk, "Behind the curtain, whispered", "Only members may ever read this."),
    }


def items(client: Client, address: str) -> list[str]:
    answer = client.get(address)
    assert answer["Content-Type"].startswith("application/rss+xml"), answer.status_code
    return [item.findtext("link") or "" for item in ElementTree.fromstring(answer.content).iter("item")]


def test_feeds_are_what_guests_may_read_even_for_members(places: dict[str, Topic], cast: Cast) -> None:
    for client in (Client(), cast.client("owner")):
        assert len(items(client, "/forum/feed/")) == 1
        assert "Behind the curtain" not in client.get("/forum/feed/").content.decode()
        assert client.get("/b/closed/feed/").status_code in (302, 403, 404)
        assert client.get(f"/t/{places['closed'].public_id}/feed/").status_code == 404


def test_a_topic_feed_has_every_visible_reply_by_its_address(places: dict[str, Topic], cast: Cast) -> None:
    topic = places["open"]
    with transaction.atomic():
        kept = posts.reply(topic_id=topic.pk, raw="Eight is enough for young leaves.", by=cast.ada.pk, at=AT)
        gone = posts.reply(topic_id=topic.pk, raw="This will be taken away again.", by=cast.gold.pk, at=AT)
        posts.remove(post_id=gone.post_id, by=cast.helper.pk, at=AT)
    found = items(Client(), f"/t/{topic.public_id}/feed/")
    assert found[0].rsplit("/", 2)[-2:] == [str(kept.number), f"#p{kept.number}"]
    assert len(found) == 2
    text = Client().get(f"/t/{topic.public_id}/feed/").content.decode()
    assert "taken away" not in text
    assert "http://localhost:8000/forum/" in text  # links lead back to us from anywhere


def test_the_map_names_public_topics_only_and_ends(places: dict[str, Topic]) -> None:
    client = Client()
    numbers = re.findall(r"/forum/sitemap-(\d+)\.xml", client.get("/sitemap.xml").content.decode())
    named = "".join(client.get(f"/forum/sitemap-{number}.xml").content.decode() for number in numbers[-1:])
    assert places["open"].public_id in named
    assert places["closed"].public_id not in named
    assert client.get("/forum/sitemap-0.xml").status_code == 404
    assert client.get(f"/forum/sitemap-{int(numbers[-1]) + 1}.xml").status_code == 404


def test_a_tag_has_a_feed_of_its_public_topics(places: dict[str, Topic], cast: Cast) -> None:
    with transaction.atomic():
        tag = ensure_tag(name="pu-erh", at=AT)
        for topic in places.values():
            set_tags(topic_id=topic.pk, tag_ids=[tag], by=cast.mei.pk, at=AT)
    assert [places["open"].public_id in link for link in items(Client(), "/tag/pu-erh/feed/")] == [True]
    assert Client().get("/tag/never-heard/feed/").status_code == 404


def test_a_link_to_a_topic_shows_what_it_is_about(places: dict[str, Topic]) -> None:
    topic = places["open"]
    page = Client().get(f"/t/{topic.slug}-{topic.public_id}/").content.decode()
    assert '<meta property="og:title" content="How long may it rest?">' in page
    assert '<meta property="og:description" content="Ten seconds, says the book, then taste.">' in page
    assert page.count("application/ld+json") == 1


def test_data_for_machines_stays_inside_its_element() -> None:
    meta = open_graph(site="x", title='"><script>', url="https://x/", text='"><script>\n' * 100)
    assert "<script" not in meta and meta.count("<") == 7
    evil = "</script><script>alert(1)</script>\u2028&"
    said = Said(url="https://x/1", text=evil, author=evil, author_url="", at=AT, likes=3, accepted=True)
    for kind in ("question", "discussion"):
        html = structured_data(
            kind=kind, title=evil, url="https://x/", board=evil, opening=said, replies=[said], reply_count=1
        )
        assert html.count("<") == 2
        data = json.loads(re.sub(r"^<script[^>]*>|</script>$", "", html))
        whole = data["mainEntity"] if kind == "question" else data
        assert whole["text"] == evil
        assert (data["@type"] == "QAPage") == (kind == "question")
    assert data["comment"][0]["author"]["name"] == evil
