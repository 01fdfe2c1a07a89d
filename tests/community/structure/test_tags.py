"""Tags: typed, chosen, made, joined; and never telling of topics one may not read."""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.db import connection, transaction
from django.urls import reverse

from community.actions.forum import posts, tags, topics
from community.models import Tag, TagGroup, Topic, TopicTag
from tests.community.forum.conftest import AT, TEXT, Cast, make_board, reply, start_topic, url_of

pytestmark = pytest.mark.django_db


def make_tag(name: str, **more: Any) -> int:
    with transaction.atomic():
        return tags.ensure_tag(name=name, at=AT, **more)


def form(**changes: object) -> dict[str, object]:
    return {"kind": "discussion", "title": "How long may a white tea rest?", "raw": TEXT, "tags": ""} | changes


def trust(user: Any, level: int) -> None:
    user.groups.set([Group.objects.get_or_create(name=f"trust:{level}")[0]])


def names_of(topic: Topic) -> list[str]:
    found = dict(Tag.objects.values_list("id", "name"))
    return [found[tag] for tag in topic.tag_ids]


def rows_of(topic: Topic) -> set[tuple[int, object]]:
    return set(TopicTag.objects.filter(topic=topic).values_list("tag_id", "last_post_at"))


def test_a_topic_begins_with_tags_that_are_there(cast: Cast, tea: int) -> None:
    make_tag("tea"), make_tag("pu-erh")
    answer = cast.client("mei").post("/b/tea/new/", form(tags="#Tea， PU ERH, tea"))
    assert answer.status_code == 302, answer.content
    topic = Topic.objects.get()
    assert names_of(topic) == ["tea", "pu-erh"]
    assert rows_of(topic) == {(tag, topic.last_post_at) for tag in topic.tag_ids}


@pytest.mark.parametrize(("level", "status"), [(0, 422), (2, 422), (3, 302), (4, 302)])
def test_new_words_are_made_from_level_three_on(cast: Cast, tea: int, level: int, status: int) -> None:
    if level:
        trust(cast.mei, level)
    answer = cast.client("mei").post("/b/tea/new/", form(tags="oolong"))
    assert answer.status_code == status
    assert Tag.objects.count() == Topic.objects.count() == (status == 302)
    if status == 422:
        assert "level 3" in answer.text and TEXT in answer.text and "oolong" in answer.text


@pytest.mark.parametrize("typed", ["a", "x" * 21, "one,two,three,four,five,six", "<script>alert(1)</script> of a tea"])
def test_what_is_no_tag_is_refused_and_the_text_stays(cast: Cast, tea: int, typed: str) -> None:
    answer = cast.client("helper").post("/b/tea/new/", form(tags=typed))
    assert answer.status_code == 422
    assert (Tag.objects.count(), Topic.objects.count()) == (0, 0)
    assert TEXT in answer.text and "<script>alert" not in answer.text


def test_a_board_may_ask_for_tags(cast: Cast, tea: int) -> None:
    from community.models import Board

    Board.objects.filter(pk=tea).update(least_tags=1)
    make_tag("tea")
    assert cast.client("mei").post("/b/tea/new/", form()).status_code == 422
    assert cast.client("mei").post("/b/tea/new/", form(tags="tea")).status_code == 302


def test_of_a_one_of_group_a_topic_carries_one(cast: Cast, tea: int) -> None:
    with transaction.atomic():
        group = tags.ensure_group(name="Kind of tea", one_of=True, at=AT)
    make_tag("green", group_id=group), make_tag("black", group_id=group)
    answer = cast.client("mei").post("/b/tea/new/", form(tags="green, black"))
    assert answer.status_code == 422 and "Kind of tea" in answer.text
    assert cast.client("mei").post("/b/tea/new/", form(tags="green")).status_code == 302


def test_groups_of_tags_are_for_whom_they_are_for(cast: Cast, tea: int) -> None:
    circle = TagGroup.objects.create(name="Gold", for_group=Group.objects.get(name="tier:gold"))
    trusted = TagGroup.objects.create(name="Trusted", least_trust=2)
    make_tag("vault", group_id=circle.pk), make_tag("sample", group_id=trusted.pk)
    make_tag("official", staff_only=True)
    for who, typed, status in (
        ("mei", "vault", 422), ("gold", "vault", 302), ("helper", "vault, sample, official", 302),
        ("mei", "sample", 422), ("gold", "official", 422),
    ):  # fmt: skip
        answer = cast.client(who).post("/b/tea/new/", form(tags=typed, raw=f"{TEXT} {who} {typed}"))
        assert answer.status_code == status, (who, typed, answer.text)


def test_a_tag_for_moderators_stays_when_the_author_edits(cast: Cast, tea: int) -> None:
    official, plain = make_tag("official", staff_only=True), make_tag("plain")
    topic = start_topic(tea, cast.mei, tag_ids=[official]).topic_id
    page = url_of(topic) + "tags/"
    assert cast.client("ada").get(page).status_code == 403
    assert cast.client("mei").post(page, {"tags": "plain"}).status_code == 302
    assert set(Topic.objects.get().tag_ids) == {official, plain}
    assert cast.client("helper").post(page, {"tags": "plain"}).status_code == 302
    assert Topic.objects.get().tag_ids == [plain]


def test_synonyms_mean_their_main_tag_and_take_their_topics_along(cast: Cast, tea: int) -> None:
    main, other, third = make_tag("pu-erh"), make_tag("puer"), make_tag("普洱")
    both = start_topic(tea, cast.mei, tag_ids=[main, other]).topic_id
    one = start_topic(tea, cast.mei, tag_ids=[other]).topic_id
    with transaction.atomic():
        tags.make_synonym(tag_id=third, main_id=other, by=None, at=AT)
        assert tags.make_synonym(tag_id=other, main_id=main, by=None, at=AT) == 2
        with pytest.raises(tags.TagsRefused):
            tags.make_synonym(tag_id=main, main_id=other, by=None, at=AT)
    for topic in Topic.objects.all():
        assert topic.tag_ids == [main], (both, one)
        assert rows_of(topic) == {(main, topic.last_post_at)}
    assert Tag.objects.get(pk=third).synonym_of_id == main
    assert cast.client("mei").post("/b/tea/new/", form(tags="普洱, puer, pu-erh")).status_code == 302
    assert Topic.objects.order_by("-pk")[0].tag_ids == [main]


def test_a_synonym_is_made_in_the_console(cast: Cast, tea: int) -> None:
    main, other = make_tag("pu-erh"), make_tag("puer")
    topic = start_topic(tea, cast.mei, tag_ids=[other]).topic_id
    client = cast.client("owner")
    edit = reverse("wagtailsnippets_community_tag:edit", args=[other])
    assert client.get(edit).status_code == 200
    data = {"name": "puer", "slug": "puer", "description": "", "group": "", "synonym_of": main}
    assert client.post(edit, data).status_code == 302
    assert Topic.objects.get(pk=topic).tag_ids == [main]
    gone = client.post(reverse("wagtailsnippets_community_tag:delete", args=[main]), follow=True)
    assert "another word" in gone.text and Tag.objects.filter(pk=main).exists()
    again = {"name": "PUER", "slug": "", "description": "", "group": "", "synonym_of": ""}
    assert "such a tag already" in client.post(reverse("wagtailsnippets_community_tag:add"), again).text


def test_rows_follow_the_array_and_the_last_post_whoever_writes(cast: Cast, tea: int) -> None:
    one, two = make_tag("one"), make_tag("two")
    topic = start_topic(tea, cast.mei, tag_ids=[one])
    later = AT.replace(year=2027)
    answer = reply(topic.topic_id, cast.ada, at=later)
    row = Topic.objects.get()
    assert rows_of(row) == {(one, later)}
    Topic.objects.update(tag_ids=[two, one])
    assert rows_of(row) == {(one, later), (two, later)}
    with transaction.atomic():
        posts.remove(post_id=answer.post_id, by=cast.helper.pk, at=later)
    assert rows_of(row) == {(one, AT), (two, AT)}
    Topic.objects.update(tag_ids=[])
    assert rows_of(row) == set()


def test_the_page_of_tags_counts_what_its_reader_may_read(cast: Cast, tea: int) -> None:
    back = make_board("back", permissions={"tier:gold": ("see", "browse", "start", "reply")})
    shared, secret = make_tag("shared", by=cast.mei.pk), make_tag("zqsecret", by=cast.gold.pk)
    start_topic(tea, cast.mei, tag_ids=[shared])
    start_topic(back, cast.gold, tag_ids=[shared, secret])
    for who, count, knows in (("mei", 1, False), (None, 1, False), ("gold", 2, True)):
        cache.clear()
        page = cast.client(who).get("/tags/")
        assert page.status_code == 200
        rows = {row.card.name: row.topics for group in page.context["groups"] for row in group.tags}
        assert rows.get("shared") == count
        assert ("zqsecret" in page.text) is knows
    with transaction.atomic():
        tags.recount_tags(boards=[tea], at=AT)
    assert dict(Tag.objects.values_list("name", "topic_count")) == {"shared": 1, "zqsecret": 0}


def test_a_topic_without_tags_asks_nothing_about_them(cast: Cast, tea: int) -> None:
    from django.test.utils import CaptureQueriesContext

    from community.queries.forum.tags import tag_cards

    with CaptureQueriesContext(connection) as captured:
        assert tag_cards(tag_ids=[]) == []
    assert len(captured) == 0
    topic = start_topic(tea, cast.mei).topic_id
    with transaction.atomic():
        topics.set_slow_mode(topic_id=topic, seconds=0, by=cast.helper.pk, at=AT)
