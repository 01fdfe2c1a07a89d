"""Reactions: six kinds, one for each member and post, counted as they are, also when many come at once."""

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from community.actions.forum import posts, reactions
from community.models import Post, Reaction, Topic
from community.problems import Gone, OwnPost
from outbox.models import StoredEvent
from tests.community.forum.conftest import AT, Cast, make_board, make_member, reply, start_topic, url_of
from tests.community.topicpage.conftest import react

KINDS = ["like", "laugh", "wow", "clap", "party", "hug"]


def counted(post_id: int) -> None:
    """What is kept on the post is what a recount finds."""
    post = Post.objects.get(pk=post_id)
    found = Counter(Reaction.objects.filter(post=post).values_list("kind", flat=True))
    assert (post.reaction_counts, post.like_count) == (dict(found), sum(found.values()))


def said() -> list[tuple[str, str, int]]:
    rows = StoredEvent.objects.filter(name__startswith="reaction").order_by("pk")
    return [(row.name, row.payload["kind"], row.payload.get("by_trust", -1)) for row in rows]


def test_a_kind_replaces_another_and_everything_stays_counted(cast: Cast, tea: int) -> None:
    topic = start_topic(tea, cast.mei)
    assert react(topic.post_id, cast.ada, "like", by_trust=2)
    assert not react(topic.post_id, cast.ada, "like")
    assert react(topic.post_id, cast.gold, "like")
    counted(topic.post_id)
    assert react(topic.post_id, cast.ada, "party", by_trust=3)
    counted(topic.post_id)
    assert Post.objects.get().reaction_counts == {"like": 1, "party": 1}
    with transaction.atomic():
        assert reactions.unreact(post_id=topic.post_id, by=cast.ada.pk, at=AT)
        assert not reactions.unreact(post_id=topic.post_id, by=cast.ada.pk, at=AT)
    counted(topic.post_id)
    assert said() == [
        ("reaction.added", "like", 2),
        ("reaction.added", "like", 0),
        ("reaction.removed", "like", -1),
        ("reaction.added", "party", 3),
        ("reaction.removed", "party", -1),
    ]
    row = Topic.objects.get()
    assert row.last_seq == Post.objects.get().changed_seq == 5  # the post, two likes, the change, the taking back


def test_nobody_reacts_to_oneself_or_to_what_is_gone(cast: Cast, tea: int) -> None:
    topic = start_topic(tea, cast.mei)
    second = reply(topic.topic_id, cast.ada)
    with pytest.raises(OwnPost):
        react(topic.post_id, cast.mei)
    with pytest.raises(ValueError, match="money"):
        react(topic.post_id, cast.ada, "money")
    react(second.post_id, cast.mei)
    with transaction.atomic():
        posts.remove(post_id=second.post_id, by=cast.ada.pk, at=AT)
    with pytest.raises(Gone):
        react(second.post_id, cast.gold)
    with pytest.raises(Gone):
        react(2_000_000_000, cast.gold)
    with transaction.atomic():
        assert reactions.unreact(post_id=second.post_id, by=cast.mei.pk, at=AT)  # taking back is always possible
    counted(second.post_id)
    assert not Reaction.objects.exists()


def test_the_button_is_a_form_and_says_which_kind(cast: Cast, tea: int) -> None:
    topic = start_topic(tea, cast.mei)
    url, ada = url_of(topic.topic_id), cast.client("ada")
    page = ada.get(url).text
    assert f'form="acts" formaction="{url}1/react/" name="kind" value="like" aria-pressed="false"' in page
    for _ in range(2):  # a double click does not undo itself
        assert ada.post(url + "1/react/", {"kind": "like"})["Location"] == url + "1/#p1"
    assert Post.objects.get().like_count == 1
    page = ada.get(url).text
    assert 'name="kind" value="none" aria-pressed="true"' in page
    assert 'value="none"' not in cast.client("gold").get(url).text
    choice = ada.get(url + "1/reactions/").text
    assert re.findall(r'name="kind" value="(\w+)"', choice) == ["none", *KINDS[1:]]
    ada.post(url + "1/react/", {"kind": "hug"})
    assert Reaction.objects.get().kind == "hug"
    for nonsense in ({"kind": "money"}, {"kind": ""}, {}, {"kind": "like\x00"}):
        ada.post(url + "1/react/", nonsense)
    assert Reaction.objects.get().kind == "hug"
    ada.post(url + "1/react/", {"kind": "none"})
    assert not Reaction.objects.exists()
    assert cast.client("mei").post(url + "1/react/", {"kind": "like"}).status_code == 403
    assert "/accounts/login/" in cast.client(None).post(url + "1/react/", {"kind": "like"})["Location"]
    assert not Reaction.objects.exists()


def test_the_script_gets_the_line_as_it_is_now(cast: Cast, tea: int) -> None:
    topic = start_topic(tea, cast.mei)
    react(topic.post_id, cast.gold, "clap")
    url = url_of(topic.topic_id)
    answer = cast.client("ada").post(url + "1/react/", {"kind": "clap"}, headers={"Accept": "application/json"})
    html = answer.json()["html"]
    assert 'value="none" aria-pressed="true" aria-label="Take back: Applause, 2 times"' in html
    assert 'title="Applause: Gold first, then 1 other"' in html
    assert html in cast.client("ada").get(url).text


def test_who_reacted_is_listed_and_the_first_of_each_kind_first(cast: Cast, tea: int) -> None:
    topic = start_topic(tea, cast.mei)
    react(topic.post_id, cast.gold, "like", at=AT + timedelta(hours=2))
    react(topic.post_id, cast.ada, "like", at=AT + timedelta(hours=1))
    react(topic.post_id, cast.helper, "wow", at=AT + timedelta(hours=3))
    url = url_of(topic.topic_id)
    page = cast.client(None).get(url + "1/reactions/").text
    names = re.findall(r'class="person-name">(\w+)</span>( <span class="badge">first)?', page)
    assert names == [("Ada", ' <span class="badge">first'), ("Gold", ""), ("Helper", "")]
    assert 'title="Like: Ada first, then 1 other"' in cast.client(None).get(url).text


def test_fifty_a_day_are_enough(cast: Cast, tea: int, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from community.problems import TooFast
    from community.views.forum import reactions as view

    def never(*args: Any, **kwargs: Any) -> Any:
        raise TooFast("Tomorrow again.", 3600)

    topic = start_topic(tea, cast.mei)
    monkeypatch.setattr(view.limits, "spending", never)
    url = url_of(topic.topic_id) + "1/react/"
    answer = cast.client("ada").post(url, {"kind": "like"}, headers={"Accept": "application/json"})
    assert (answer.status_code, answer["Retry-After"], answer.json()["message"]) == (429, "3600", "Tomorrow again.")
    assert cast.client("ada").post(url, {"kind": "like"}).status_code == 302
    assert not Reaction.objects.exists()
    assert cast.client("ada").post(url, {"kind": "none"}).status_code == 302  # taking back is free


def at_once(work: Any, arguments: list[Any]) -> list[Any]:
    def run(argument: Any) -> Any:
        try:
            with transaction.atomic(durable=True):
                return work(argument)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(arguments)) as pool:
        return list(pool.map(run, arguments))


@pytest.mark.django_db(transaction=True)
def test_twenty_people_at_once_are_twenty() -> None:
    people = [make_member(f"person{index}") for index in range(21)]
    topic = start_topic(make_board("rush"), people[0])

    def give(index: int) -> bool:
        return reactions.react(post_id=topic.post_id, by=people[index].pk, at=AT, kind=KINDS[index % 6])

    assert all(at_once(give, list(range(1, 21))))
    counted(topic.post_id)
    assert Post.objects.get().like_count == 20
    assert Topic.objects.get().last_seq == 21  # one for each, none lost


@pytest.mark.django_db(transaction=True)
def test_the_same_member_from_many_windows_has_one_reaction() -> None:
    mei, ada = make_member("mei"), make_member("ada")
    topic = start_topic(make_board("rush"), mei)

    def change(index: int) -> bool:
        if index % 5 == 4:
            return reactions.unreact(post_id=topic.post_id, by=ada.pk, at=AT)
        return reactions.react(post_id=topic.post_id, by=ada.pk, at=AT, kind=KINDS[index % 6])

    for _ in range(3):
        at_once(change, list(range(20)))
        counted(topic.post_id)
        assert Reaction.objects.count() <= 1
    added = [row for row in said() if row[0] == "reaction.added"]
    assert len(added) - (len(said()) - len(added)) == Reaction.objects.count()
