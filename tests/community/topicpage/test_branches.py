"""Branches are another view of the same posts: the same numbers, the same addresses, the same pointer."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from community.actions.forum import posts
from community.actions.people import seen
from community.models import Post, ReadingChoice, Topic, TopicRead
from community.topicpage.branches import DEEPEST, MOST_ABOVE, grown, pointer_after
from tests.community.forum.conftest import AT, Cast, reply, start_topic, url_of

trees = st.lists(st.integers(0, 10_000), max_size=60).map(
    lambda some: [(1, None)] + [(n + 2, some_parent % (n + 2) or None) for n, some_parent in enumerate(some)]
)


@given(trees, st.integers(1, 25))
def test_every_number_is_on_exactly_one_page(pairs: list[tuple[int, int | None]], size: int) -> None:
    tree = grown(pairs)
    shown = [leaf.number for page in range(1, tree.pages(size) + 1) for leaf in tree.page(page, size)]
    assert sorted(shown) == [number for number, _parent in pairs]
    for number in shown:
        assert number in [leaf.number for leaf in tree.page(tree.page_of(number, size), size)]


@given(trees)
def test_an_answer_lies_below_what_it_answers(pairs: list[tuple[int, int | None]]) -> None:
    tree, parents = grown(pairs), dict(pairs)
    for leaf in tree.leaves:
        parent = parents[leaf.number]
        assert 0 <= leaf.depth < DEEPEST
        if parent in (None, 1):
            assert leaf.depth == 0
        else:
            above = tree.leaves[tree.places[parent]]
            assert leaf.depth == min(above.depth + 1, DEEPEST - 1)
            assert tree.places[parent] < tree.places[leaf.number] <= tree.places[parent] + len(tree.leaves)


def test_what_makes_no_sense_is_still_shown_once() -> None:
    tree = grown([(1, None), (2, 7), (3, 3), (4, 99), (7, 4)])
    assert [(leaf.number, leaf.depth) for leaf in tree.leaves] == [(1, 0), (2, 0), (3, 0), (4, 0), (7, 1)]
    assert tree.page_of(5, 2) == tree.page_of(7, 2)  # 5 is gone: the page of the next one
    assert tree.page_of(99, 2) == tree.pages(2)
    assert grown([]).pages(20) == 1


def deep(cast: Cast, board: int) -> str:
    """Sixty posts whose branches cross the pages."""
    topic = start_topic(board, cast.mei)
    people = [cast.ada, cast.gold, cast.helper]
    for number in range(2, 61):
        parent = {0: None, 1: 1, 2: number - 1, 3: number // 2 or 1}[number % 4]
        reply(topic.topic_id, people[number % 3], parent_number=parent, at=AT + timedelta(minutes=number))
    return url_of(topic.topic_id)


def numbers(client: Client, url: str) -> list[int]:
    return [int(number) for number in re.findall(r'data-number="(\d+)"', client.get(url).text)]


def test_both_views_show_the_same_posts_and_every_permalink_finds_its_post(cast: Cast, tea: int) -> None:
    url, ada = deep(cast, tea), cast.client("ada")
    flat = [number for page in (1, 2, 3) for number in numbers(ada, f"{url}?page={page}")]
    nested = [number for page in (1, 2, 3) for number in numbers(ada, f"{url}?view=nested&page={page}")]
    assert flat == sorted(nested) == list(range(1, 61))
    assert nested != flat
    assert ada.get(f"{url}?view=nested&page=4").status_code == 404
    for number in (1, 2, 19, 20, 21, 37, 60):
        page = ada.get(f"{url}{number}/?view=nested")
        assert re.findall(r'data-number="(\d+)"(?: data-new)? data-here', page.text) == [str(number)]


def test_branches_are_well_formed_on_every_page(cast: Cast, tea: int) -> None:
    url, ada = deep(cast, tea), cast.client("ada")
    with transaction.atomic():
        posts.remove(post_id=Post.objects.get(number=3).pk, by=cast.helper.pk, at=AT)
    for page in (1, 2, 3):
        text = ada.get(f"{url}?view=nested&page={page}").text
        inside = text.partition('<div class="posts nested"')[2].partition('<p class="live-line"')[0]
        opened = inside.count('<details class="branch"') + inside.count('<div class="branch">')
        assert opened > 3
        assert inside.count("<details") == inside.count("</details>")
        assert inside.count("<div") + 1 == inside.count("</div>")  # the one that holds them all
        assert inside.count("<article") == inside.count("</article>")


def test_the_choice_of_a_member_is_remembered_and_a_guest_asks_by_address(cast: Cast, tea: int) -> None:
    url, ada, guest = deep(cast, tea), cast.client("ada"), cast.client(None)
    assert 'class="posts"' in ada.get(url).text
    assert ada.get(url + "view/").status_code == 405
    assert ada.post(url + "view/", {"view": "nested"})["Location"] == url
    assert ReadingChoice.objects.get().nested
    assert 'class="posts nested"' in ada.get(url).text
    assert 'class="posts"' in ada.get(url + "?view=flat").text
    assert 'rel="next" href="?view=flat&amp;page=2"' in ada.get(url + "?view=flat").text
    ada.post(url + "view/", {"view": "flat"})
    assert 'class="posts"' in ada.get(url).text
    assert "/accounts/login/" in guest.post(url + "view/", {"view": "nested"})["Location"]
    branches = guest.get(url + "?view=nested").text
    assert 'class="posts nested"' in branches
    assert 'name="robots" content="noindex"' in branches
    assert f'rel="canonical" href="http://testserver{url}"' in branches
    assert 'class="posts"' in guest.get(url).text
    assert 'class="posts"' in guest.get(url + "?view=<b>").text


@pytest.fixture
def sixty(cast: Cast, tea: int) -> int:
    url = deep(cast, tea)
    assert url
    return Topic.objects.get().pk


def pointer(cast: Cast) -> tuple[int, list[int]]:
    row = TopicRead.objects.get(member=cast.owner)
    return row.last_read_number, row.seen_above


def test_in_branches_the_pointer_follows_what_was_shown(cast: Cast, tea: int) -> None:
    url, owner = deep(cast, tea), cast.client("owner")
    read, above = 0, []
    for page in (2, 1, 3):
        shown = numbers(owner, f"{url}?view=nested&page={page}")
        read, above = pointer_after(read=read, above=above, shown=shown, highest=60)
        assert pointer(cast) == (read, above)
    assert pointer(cast) == (60, [])
    reply(Topic.objects.get().pk, cast.ada)
    assert numbers(owner, url)[0] == 1
    assert pointer(cast) == (60, [])
    assert owner.get(f"{url}?view=nested&page=4").status_code == 200
    assert pointer(cast) == (61, [])


def test_reading_in_order_takes_what_was_read_in_branches_along(cast: Cast, sixty: int) -> None:
    with transaction.atomic():
        seen.mark_seen(topic_id=sixty, member_id=cast.owner.pk, numbers=[1, 2, 21, 22, 40], highest=60, at=AT)
        assert pointer(cast) == (2, [21, 22, 40])
        seen.mark_read(topic_id=sixty, member_id=cast.owner.pk, number=20, at=AT)
        assert pointer(cast) == (22, [40])
        seen.mark_read(topic_id=sixty, member_id=cast.owner.pk, number=5, at=AT)
        assert pointer(cast) == (22, [40])


def test_numbers_that_are_gone_and_numbers_without_end(cast: Cast, sixty: int) -> None:
    with transaction.atomic():
        seen.mark_seen(topic_id=sixty, member_id=cast.owner.pk, numbers=[1, 3], absent=[2, 4], highest=4, at=AT)
        assert pointer(cast) == (4, [])
        many = list(range(10, 10 + 2 * MOST_ABOVE + 50, 2))
        seen.mark_seen(topic_id=sixty, member_id=cast.owner.pk, numbers=many, highest=900, at=AT)
        assert pointer(cast) == (4, many[:MOST_ABOVE])


@given(data=st.data())
@pytest.mark.django_db(transaction=False)
def test_the_statement_computes_what_the_rule_says(data: Any) -> None:
    from django.contrib.auth import get_user_model

    members = get_user_model().objects
    member = members.filter(username="reader").first() or members.create_user("reader", "reader@example.com")
    topic = Topic.objects.first() or _topic(member)
    TopicRead.objects.all().delete()
    highest = data.draw(st.integers(1, 30))
    some = st.lists(st.integers(1, highest), max_size=8, unique=True)
    absent = data.draw(some)
    read, above = 0, []
    for _ in range(data.draw(st.integers(1, 4))):
        shown = [number for number in data.draw(some) if number not in absent]
        read, above = pointer_after(read=read, above=above, shown=shown, highest=highest, absent=absent)
        with transaction.atomic():
            seen.mark_seen(topic_id=topic.pk, member_id=member.pk, numbers=shown, absent=absent, highest=highest, at=AT)
        row = TopicRead.objects.get()
        assert (row.last_read_number, row.seen_above) == (read, above)


def _topic(member: Any) -> Topic:
    from tests.community.forum.conftest import make_board

    start_topic(make_board("rule"), member)
    return Topic.objects.get()
