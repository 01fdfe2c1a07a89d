"""What each list holds, that it refuses what access refuses, and that its pages lose and repeat nothing."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from community.actions.forum import answers, ranking, reading, tags, topics
from community.actions.people import levels
from community.models import Level, Topic
from community.queries.forum import lists
from community.queries.forum.lists import LISTS, Scope
from tests.community.reading.conftest import Table, forbid, make_board

pytestmark = pytest.mark.django_db


def rank(table: Table) -> None:
    with transaction.atomic():
        for period in lists.PERIODS:
            ranking.rank_topics(period=period, at=table.at)


def test_new_is_what_was_started_and_never_opened_and_is_not_my_own(table: Table) -> None:
    seen, fresh, own = table.start(), table.start(), table.start(table.mei)
    table.read(seen, 1)
    assert table.ids("new") == [fresh]
    assert table.row(fresh).is_new
    assert not table.row(seen).is_new
    assert not table.row(own).is_new


def test_newcomers_find_two_days_new_and_not_a_year(table: Table) -> None:
    from members.models import User

    old = table.start()
    table.tick(days=3)
    fresh = table.start()
    User.objects.filter(pk=table.mei.pk).update(date_joined=table.at)
    assert table.ids("new") == [fresh]
    assert table.unread(old) == 0


def test_unread_holds_what_is_followed(table: Table) -> None:
    followed, opened, watched_board = table.start(), table.start(), table.start(board=table.cups)
    for topic in (followed, opened, watched_board):
        table.read(topic, 1)
        table.reply(topic)
    with transaction.atomic():
        levels.set_topic_level(topic_id=followed, level=Level.TRACKING, by=table.mei.pk, at=table.at)
        levels.set_board_level(board_id=table.cups, level=Level.WATCHING, by=table.mei.pk, at=table.at)
    assert table.ids("unread") == [watched_board, followed]
    assert set(table.ids("following")) == {followed, watched_board}
    counts = lists.counts(scope=Scope((table.tea, table.cups), whole=True), reader=table.reader(), held=table.held())
    assert (counts.unread, counts.new) == (2, 0)
    table.read(followed, 2)
    assert table.ids("unread") == [watched_board]
    with transaction.atomic():
        levels.set_topic_level(topic_id=watched_board, level=Level.NORMAL, by=table.mei.pk, at=table.at)
    assert table.ids("unread") == []


def test_unanswered_holds_what_waits(table: Table) -> None:
    question = table.start(kind="question")
    answered = table.start(kind="question")
    alone, joined, closed = table.start(), table.start(), table.start()
    replied = table.reply(question, table.otto)
    post = table.reply(answered, table.otto)
    table.reply(joined, table.otto)
    with transaction.atomic():
        answers.accept(post_id=post, by=table.ada.pk, at=table.at)
        topics.set_state(topic_id=closed, state="closed", by=table.ada.pk, at=table.at)
    assert replied
    assert set(table.ids("unanswered")) == {question, alone}
    assert set(table.ids("unanswered", who=None)) == {question, alone}


def test_top_counts_posts_and_what_people_thought_of_them(table: Table) -> None:
    from community.actions.forum import reactions

    old = table.start()
    for _ in range(4):
        table.reply(old)
    table.tick(days=2)
    liked, plain = table.start(), table.start()
    table.reply(plain)
    with transaction.atomic():
        post = Topic.objects.get(pk=liked).posts.get()
        reactions.react(post_id=post.pk, by=table.otto.pk, at=table.at)
    rank(table)
    assert table.ids("top", period="day") == [liked, plain]
    assert table.ids("top", period="week") == [old, liked, plain]
    with transaction.atomic():
        topics.remove_topic(topic_id=old, by=table.ada.pk, at=table.at, moderating=True)
    assert table.ids("top", period="week") == [liked, plain]
    rank(table)
    assert table.ids("top", period="week") == [liked, plain]


def test_mine_are_the_topics_that_i_started(table: Table) -> None:
    table.start()
    own = [table.start(table.mei) for _ in range(2)]
    assert table.ids("mine") == own[::-1]


@pytest.mark.parametrize("name", LISTS)
def test_no_list_shows_what_access_refuses_or_what_is_removed(table: Table, name: str) -> None:
    def followed(**more: object) -> int:
        by = table.mei if name == "mine" else table.ada
        topic = table.start(by, **more)  # type: ignore[arg-type]
        if name != "new":
            table.reply(topic) if name != "unanswered" else None
            if name in ("unread", "following"):
                with transaction.atomic():
                    levels.set_topic_level(topic_id=topic, level=Level.WATCHING, by=table.mei.pk, at=table.at)
        return topic

    shown, hidden, removed = followed(), followed(board=table.cups), followed()
    with transaction.atomic():
        tag = tags.ensure_tag(name="oolong", at=table.at)
        for topic in (shown, hidden, removed):
            tags.set_tags(topic_id=topic, tag_ids=[tag], by=table.ada.pk, at=table.at)
    rank(table)
    both = Scope((table.tea, table.cups), whole=True)
    assert set(table.ids(name, scope=both)) == {shown, hidden, removed}
    forbid(table.cups)
    with transaction.atomic():
        topics.remove_topic(topic_id=removed, by=table.ada.pk, at=table.at, moderating=True)
    browsable = tuple(table.held().browsable)
    assert table.ids(name) == [shown]
    assert table.ids(name, scope=Scope(browsable, whole=True, tag_id=tag)) == [shown]
    assert table.ids(name, scope=Scope((table.tea,), board_id=table.tea)) == [shown]
    assert table.ids(name, scope=Scope((), whole=True)) == []


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("narrow", [False, True])
def test_pages_lose_and_repeat_nothing_also_when_many_have_the_same_moment(
    table: Table, name: str, narrow: bool
) -> None:
    if narrow:
        for slug in ("a", "b", "c", "d"):
            forbid(make_board(slug))
    moment = table.at
    for index in range(11):
        topic = table.start(
            table.mei if name == "mine" else table.ada, board=(table.tea, table.cups)[index % 2], at=moment
        )
        if name in ("unread", "following"):
            with transaction.atomic():
                levels.set_topic_level(topic_id=topic, level=Level.TRACKING, by=table.mei.pk, at=table.at)
    rank(table)
    whole = table.ids(name)
    assert len(whole) == 11
    there, back = [], []
    page = table.page(name, limit=4)
    assert page.newer == ""
    there += [row.id for row in page.rows]
    while page.older:
        page = table.page(name, limit=4, before=page.older)
        there += [row.id for row in page.rows]
    assert there == whole
    back = [row.id for row in page.rows]
    while page.newer:
        page = table.page(name, limit=4, after=page.newer)
        back = [row.id for row in page.rows] + back
    assert back == whole


@pytest.mark.parametrize(
    "cursor", ["", "x", "1-", "-a", "99999999999999999-abc", "1-%00", "１-abc", "1-abc'--", "0-" + "a" * 40]
)
@pytest.mark.parametrize("name", LISTS)
def test_a_cursor_that_makes_no_sense_is_the_first_page_or_an_empty_one(table: Table, name: str, cursor: str) -> None:
    table.start()
    table.page(name, before=cursor)
    table.page(name, after=cursor)


def test_pinned_topics_come_above_and_not_again_below(table: Table) -> None:
    plain, pinned, here = table.start(), table.start(), table.start()
    with transaction.atomic():
        topics.pin(topic_id=pinned, pinned="everywhere", by=table.ada.pk, at=table.at)
        topics.pin(topic_id=here, pinned="board", by=table.ada.pk, at=table.at)
    page = table.page("latest", pinned="everywhere")
    assert ([row.id for row in page.pinned], [row.id for row in page.rows]) == ([pinned], [here, plain])
    page = table.page("latest", pinned="board", scope=Scope((table.tea,), board_id=table.tea))
    assert ({row.id for row in page.pinned}, [row.id for row in page.rows]) == ({pinned, here}, [plain])


def test_dismissing_what_is_new_leaves_what_is_unread(table: Table) -> None:
    fresh, started = table.start(), table.start(table.mei)
    table.done()
    table.reply(started)
    with transaction.atomic():
        reading.dismiss_new(member_id=table.mei.pk, board_ids=[table.tea], at=table.tick())
    assert table.ids("new") == []
    assert table.ids("unread") == [started]
    later = table.start()
    assert table.ids("new") == [later]
    with transaction.atomic():
        assert reading.undo_mark(member_id=table.mei.pk, at=table.at - timedelta(seconds=50)) == 1
    assert table.ids("new") == [later, fresh]


def test_what_was_dismissed_comes_back_exactly_and_only_in_time(table: Table) -> None:
    topic = table.start()
    table.read(topic, 1)
    table.reply(topic)
    with transaction.atomic():
        levels.set_topic_level(topic_id=topic, level=Level.TRACKING, by=table.mei.pk, at=table.at)
        reading.mark_read(member_id=table.mei.pk, board_ids=[table.tea, table.cups], at=table.at)
    assert (table.ids("unread"), table.unread(topic)) == ([], 0)
    with transaction.atomic():
        assert reading.undo_mark(member_id=table.mei.pk, at=table.at + timedelta(seconds=10)) == 2
        assert reading.undo_mark(member_id=table.mei.pk, at=table.at + timedelta(seconds=10)) == 0
    assert (table.ids("unread"), table.unread(topic)) == ([topic], 1)
    with transaction.atomic():
        reading.mark_read(member_id=table.mei.pk, board_ids=[table.tea], at=table.at)
        assert reading.undo_mark(member_id=table.mei.pk, at=table.at + timedelta(seconds=21)) == 0
    assert table.ids("unread") == []


def test_a_tag_is_marked_read_like_a_board(table: Table) -> None:
    with transaction.atomic():
        tag = tags.ensure_tag(name="oolong", at=table.at)
    tagged, plain = table.start(), table.start()
    with transaction.atomic():
        tags.set_tags(topic_id=tagged, tag_ids=[tag], by=table.ada.pk, at=table.at)
        reading.mark_read(member_id=table.mei.pk, tag_ids=[tag], at=table.tick())
    assert table.ids("new") == [plain]
    assert (table.unread(tagged), table.unread(plain)) == (0, 1)
    table.reply(tagged)
    assert table.unread(tagged) == 1
    table.tick(minutes=5)
    with transaction.atomic():
        reading.settle_marks(at=table.at)
    assert table.unread(tagged) == 1


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_one_statement_for_any_number_of_rows(table: Table, name: str) -> None:
    counts = []
    for rows in (2, 38):
        for _ in range(rows):
            table.start(table.mei if name == "mine" else None)
        rank(table)
        held, who = table.held(), table.reader()
        with CaptureQueriesContext(connection) as captured:
            lists.topic_list(name, scope=Scope(tuple(held.browsable), whole=True), reader=who, held=held, limit=50)
        counts.append(len(captured))
    assert counts == [1, 1]


@pytest.mark.parametrize("order", lists.ORDERS)
def test_a_board_puts_its_topics_in_its_own_order_page_by_page(table: Table, order: str) -> None:
    made = [table.start() for _ in range(9)]
    for topic, votes in zip(made, (0, 3, 0, 7, 3, 1, 0, 7, 2), strict=True):
        Topic.objects.filter(pk=topic).update(vote_count=votes)
    Topic.objects.filter(pk=made[8]).update(pinned="board")
    for topic in (made[4], made[0], made[6]):
        table.reply(topic)
    key = {"latest": "last_post_at", "newest": "created_at", "votes": "vote_count"}[order]
    rows = Topic.objects.exclude(pk=made[8])
    wanted = [row.pk for row in sorted(rows, key=lambda row: (getattr(row, key), row.pk), reverse=True)]
    pages, before = [], ""
    scope = Scope((table.tea,), board_id=table.tea)
    while True:
        page = table.page(order, scope=scope, pinned="board", limit=3, before=before)
        assert [row.id for row in page.pinned] == ([] if before else [made[8]])
        pages.append(page)
        before = page.older
        if not before:
            break
    assert [row.id for page in pages for row in page.rows] == wanted
    back = table.page(order, scope=scope, pinned="board", limit=3, after=pages[2].newer)
    assert [row.id for row in back.rows] == wanted[3:6]


@pytest.mark.parametrize("order", ["newest", "votes"])
def test_a_boards_own_order_is_read_from_its_index(table: Table, order: str) -> None:
    with connection.cursor() as cursor, CaptureQueriesContext(connection) as caught:
        table.page(order, scope=Scope((table.tea,), board_id=table.tea), pinned="board", limit=3)
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
        [statement] = [one["sql"] for one in caught.captured_queries if "WITH picked" in one["sql"]]
        cursor.execute("EXPLAIN " + statement)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert {"newest": "community_topic_board_begun", "votes": "community_topic_board_votes"}[order] in plan
