"""How levels add up, where they come from, and that what was chosen stays chosen."""

from datetime import timedelta

import pytest
from django.db import transaction

from community.actions.people import levels
from community.models import PersonLevel, PlaceLevel, TopicRead
from community.rules import reading as rules
from community.rules.reading import MUTED, NORMAL, TRACKING, WATCHING, WATCHING_FIRST
from tests.community.reading.conftest import Table, make_board

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("own", "places", "level"),
    [
        (None, [], NORMAL),
        (None, [NORMAL], NORMAL),
        (None, [TRACKING], TRACKING),
        (None, [TRACKING, WATCHING], WATCHING),
        (None, [WATCHING_FIRST], WATCHING_FIRST),
        (None, [WATCHING_FIRST, TRACKING], TRACKING),
        (None, [WATCHING_FIRST, NORMAL], WATCHING_FIRST),
        (None, [MUTED], MUTED),
        (None, [WATCHING, MUTED], MUTED),
        (MUTED, [], MUTED),
        (MUTED, [WATCHING], MUTED),
        (NORMAL, [WATCHING], NORMAL),
        (NORMAL, [MUTED], MUTED),
        (TRACKING, [MUTED], TRACKING),
        (TRACKING, [WATCHING], TRACKING),
        (WATCHING, [MUTED, MUTED], WATCHING),
    ],
)
def test_the_level_that_counts(own: int | None, places: list[int], level: int) -> None:
    assert rules.effective(own, places) == level


def test_a_board_inside_has_the_level_of_the_board_above_until_it_has_its_own() -> None:
    tree = [(1, None), (2, 1), (3, 2), (4, None)]
    assert rules.spread({1: MUTED, 3: TRACKING}, tree) == {1: MUTED, 2: MUTED, 3: TRACKING}


def test_one_starts_watching_and_replies_tracking(table: Table) -> None:
    topic = table.start(table.ada)
    table.reply(topic, table.otto)
    table.done()
    said = dict(TopicRead.objects.values_list("member_id", "level"))
    assert (said[table.ada.pk], said[table.otto.pk]) == (WATCHING, TRACKING)
    assert set(TopicRead.objects.values_list("reason", flat=True)) == {"started", "replied"}


def test_what_follows_is_the_member_s_setting(table: Table) -> None:
    with transaction.atomic():
        levels.set_choices(
            own_topic=TRACKING, replied=NORMAL, read_long=WATCHING, shortcuts=True, by=table.ada.pk, at=table.at
        )
    own, other = table.start(table.ada), table.start(table.otto)
    table.reply(other, table.ada)
    with transaction.atomic():
        table.read(other, 1)
        levels.follow(topic_id=other, member_ids=[table.mei.pk], reason="read", at=table.at)
    table.done()
    mine = dict(TopicRead.objects.filter(member=table.ada).values_list("topic_id", "level"))
    assert mine == {own: TRACKING, other: None}
    assert TopicRead.objects.get(member=table.mei).level == TRACKING


def test_acts_never_lower_a_level_nor_change_a_chosen_one(table: Table) -> None:
    own, other = table.start(table.ada), table.start(table.otto)
    with transaction.atomic():
        levels.set_topic_level(topic_id=other, level=NORMAL, by=table.ada.pk, at=table.at)
    table.done()
    table.reply(own, table.otto)
    table.reply(own, table.ada)
    table.reply(other, table.ada)
    table.done()
    mine = dict(TopicRead.objects.filter(member=table.ada).values_list("topic_id", "level"))
    assert mine == {own: WATCHING, other: NORMAL}


def test_a_level_ends(table: Table) -> None:
    topic = table.start()
    with transaction.atomic():
        until = table.at + timedelta(days=1)
        levels.set_topic_level(topic_id=topic, level=MUTED, by=table.mei.pk, at=table.at, until=until)
        levels.set_board_level(board_id=table.cups, level=MUTED, by=table.mei.pk, at=table.at, until=until)
    quiet = table.start(board=table.cups)
    assert table.ids() == []
    table.at = until
    assert set(table.ids()) == {topic, quiet}


def test_a_muted_board_or_tag_hides_a_topic_unless_it_is_followed(table: Table) -> None:
    from community.actions.forum import tags

    with transaction.atomic():
        tag = tags.ensure_tag(name="oolong", at=table.at)
        inside = make_board("green", parent="cups")
    plain, muted, below, tagged = (table.start(board=board) for board in (table.tea, table.cups, inside, table.tea))
    with transaction.atomic():
        tags.set_tags(topic_id=tagged, tag_ids=[tag], by=table.ada.pk, at=table.at)
        levels.set_board_level(board_id=table.cups, level=MUTED, by=table.mei.pk, at=table.at)
        levels.set_tag_level(tag_id=tag, level=MUTED, by=table.mei.pk, at=table.at)
    assert table.ids() == [plain]
    assert table.ids("new") == [plain]
    with transaction.atomic():
        for topic in (muted, below, tagged):
            levels.set_topic_level(topic_id=topic, level=TRACKING, by=table.mei.pk, at=table.at)
    assert set(table.ids()) == {plain, muted, below, tagged}
    with transaction.atomic():
        levels.set_board_level(board_id=table.cups, level=None, by=table.mei.pk, at=table.at)
        levels.set_topic_level(topic_id=below, level=MUTED, by=table.mei.pk, at=table.at)
    assert below not in table.ids()
    assert set(PlaceLevel.objects.values_list("board_id", "tag_id")) == {(None, tag)}


def test_the_topics_of_ignored_people_are_hidden(table: Table) -> None:
    mine, theirs = table.start(table.ada), table.start(table.otto)
    with transaction.atomic():
        levels.set_person_level(person_id=table.otto.pk, level=MUTED, by=table.mei.pk, at=table.at)
    assert table.ids() == [mine]
    with transaction.atomic():
        levels.set_person_level(person_id=table.otto.pk, level=None, by=table.mei.pk, at=table.at)
    assert set(table.ids()) == {mine, theirs}
    assert not PersonLevel.objects.exists()


@pytest.mark.parametrize("level", [TRACKING, NORMAL, 9])
def test_a_person_is_ignored_or_followed_and_never_oneself(table: Table, level: int) -> None:
    with pytest.raises(levels.NotALevel), transaction.atomic():
        levels.set_person_level(person_id=table.otto.pk, level=level, by=table.mei.pk, at=table.at)
    with pytest.raises(levels.NotALevel), transaction.atomic():
        levels.set_person_level(person_id=table.mei.pk, level=WATCHING, by=table.mei.pk, at=table.at)
    with pytest.raises(levels.NotALevel), transaction.atomic():
        levels.set_topic_level(topic_id=table.start(), level=WATCHING_FIRST, by=table.mei.pk, at=table.at)
