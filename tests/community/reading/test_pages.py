"""The pages, without script: lists, levels, dismissing, reading time, keys, streams."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from community import access, hints
from community.actions.forum import tags
from community.actions.people import levels
from community.models import Board, Level, PlaceLevel, PlaceRead, ReadingChoice, Topic, TopicRead
from community.queries.forum.topics import url_of
from community.streams.boards import BoardStream
from members.models import User
from messaging import hub
from tests.community.reading.conftest import Table, forbid, make_board

pytestmark = pytest.mark.django_db

LISTS = ("", "new/", "unread/", "following/", "unanswered/", "top/", "mine/")


def signed_in(who: Any) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=who.pk), "members.backends.MemberBackend")
    client.get("/forum/keys/")
    return client


def text(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, (url, answer.status_code)
    return answer.content.decode()


def test_every_list_of_every_place_is_a_page(table: Table) -> None:
    table.start(table.mei)
    with transaction.atomic():
        tags.ensure_tag(name="oolong", at=table.at)
    client, guest = signed_in(table.mei), Client()
    for place in ("/forum/topics/", "/b/tea/", "/tag/oolong/"):
        for name in LISTS:
            url = place + ("list/" if name and place != "/forum/topics/" else "") + name
            assert client.get(url).status_code == 200, url
            own = name in ("new/", "unread/", "following/", "mine/")
            assert guest.get(url).status_code == (302 if own else 200), url
    assert client.get("/forum/topics/secret/").status_code == 404
    assert client.get("/tag/nothing/").status_code == 404


def test_a_row_leads_to_the_first_unread_and_says_how_much(table: Table) -> None:
    topic = table.start()
    for _ in range(3):
        table.reply(topic)
    client = signed_in(table.mei)
    assert ">new</span>" in text(client, "/b/tea/")
    table.read(topic, 2)
    page = text(client, "/b/tea/")
    assert f"{url_of(topic_id=topic)}3/#p3" in page
    assert re.search(r'unread-count"[^>]*>2<', page)


def test_long_topics_have_page_jumps(table: Table) -> None:
    topic = table.start()
    Topic.objects.filter(pk=topic).update(highest_number=135)
    page = text(Client(), "/b/tea/")
    assert [f"?page={number}" in page for number in (5, 6, 7, 8)] == [False, True, True, False]


def test_pages_are_linked_both_ways(table: Table) -> None:
    for _ in range(35):
        table.start()
    client = Client()
    page = text(client, "/b/tea/")
    older = re.search(r'rel="next" href="(\?before=[^"]+)"', page)
    assert older
    second = text(client, "/b/tea/" + older[1].replace("&amp;", "&"))
    assert "Page 2" in second
    newer = re.search(r'<a rel="prev" href="(\?after=[^"]+)"', second)
    assert newer
    assert text(client, "/b/tea/" + newer[1].replace("&amp;", "&")).count("data-row=") == 30


def test_levels_are_forms_that_say_what_they_did(table: Table) -> None:
    topic = table.start()
    with transaction.atomic():
        tag = tags.ensure_tag(name="oolong", at=table.at)
    client, url = signed_in(table.mei), url_of(topic_id=topic)
    client.post(f"{url}level/", {"level": "3", "until": "week"})
    held = TopicRead.objects.get(member=table.mei)
    assert (held.level, held.reason) == (Level.WATCHING, "chosen")
    assert held.level_until is not None
    client.post("/b/tea/level/", {"level": "4"})
    client.post("/tag/oolong/level/", {"level": "0"})
    said = set(PlaceLevel.objects.values_list("board_id", "tag_id", "level"))
    assert said == {(table.tea, None, Level.WATCHING_FIRST), (None, tag, Level.MUTED)}
    settings = text(client, "/settings/reading/")
    assert "Watching first posts" in settings
    assert "#oolong" in settings
    client.post("/b/tea/level/", {"level": "", "from": "settings"})
    client.post("/tag/oolong/level/", {"level": "nonsense"})
    client.post(f"{url}level/", {"level": "4"})
    assert set(PlaceLevel.objects.values_list("tag_id", flat=True)) == {tag}
    assert TopicRead.objects.get(member=table.mei).level == Level.WATCHING
    assert Client().post(f"{url}level/", {"level": "3"}).status_code == 302


def test_dismissing_and_taking_it_back(table: Table) -> None:
    inside = make_board("green", parent="tea")
    table.start()
    client = signed_in(table.mei)
    client.post("/forum/dismiss/", {"what": "new", "board": "tea", "list": "new"})
    assert set(PlaceRead.objects.values_list("board_id", flat=True)) == {table.tea, inside}
    page = text(client, "/b/tea/list/new/")
    assert "data-undo" in page
    assert "Nothing new" in page
    client.post("/forum/dismiss/undo/", {"board": "tea", "list": "new"})
    assert "data-row=" in text(client, "/b/tea/list/new/")
    client.post("/forum/dismiss/", {"what": "unread"})
    assert PlaceRead.objects.filter(read_until__isnull=False).count() == 3
    assert client.post("/forum/dismiss/", {"what": "nonsense"}).status_code == 302
    assert client.post("/forum/dismiss/", {"what": "new", "board": "secret"}).status_code == 404


def test_the_front_page_says_what_happened_since(table: Table) -> None:
    mine = table.start(table.mei)
    table.done()
    client = signed_in(table.mei)
    session = client.session
    session["last_visit"] = table.at.isoformat()
    session.save()
    table.reply(mine, table.ada)
    table.start(table.otto)
    page = text(client, "/forum/")
    assert "1 reply to you" in page
    assert "1 new topic" in page
    assert "Your last visit was here" not in page  # the older topic got a reply: nothing lies below the line
    table.at = table.at - timedelta(days=1)
    table.start(table.otto, at=table.at)
    assert "Your last visit was here" in text(client, "/forum/")


def test_reading_time_is_believed_as_far_as_it_can_be_true(table: Table) -> None:
    topic = table.start()
    table.read(topic, 1)
    public_id = Topic.objects.get(pk=topic).public_id
    client = signed_in(table.mei)

    def report(seconds: Any, about: str = public_id) -> int:
        body = json.dumps({"topic": about, "seconds": seconds})
        return client.post("/forum/reading/", body, content_type="application/json").status_code

    assert report(60) == 204
    first = TopicRead.objects.get(member=table.mei).seconds
    assert first == 60
    assert report(60) == 204  # in the same second: nobody reads a minute in no time
    assert TopicRead.objects.get(member=table.mei).seconds - first <= 2
    for bad in ("x", None, -5, 1e400, [1]):
        assert report(bad) == 204
    assert report(60, "nothing") == 204
    assert client.post("/forum/reading/", b"\x00[", content_type="application/json").status_code == 204
    forbid(table.tea)
    assert report(60) == 204


def test_five_minutes_of_reading_track_a_topic(table: Table) -> None:
    from community.actions.forum import reading

    topic = table.start()
    table.read(topic, 1)
    with transaction.atomic():
        for minute in range(5):
            at = table.at + timedelta(minutes=minute + 1)
            reading.report_reading(
                topic_id=topic, member_id=table.mei.pk, seconds=60, since=at - timedelta(minutes=1),
                joined=table.at - timedelta(days=9), at=at,
            )  # fmt: skip
    held = TopicRead.objects.get(member=table.mei)
    assert (held.seconds, held.level, held.reason) == (300, Level.TRACKING, "read")


def test_keys_can_be_switched_off(table: Table) -> None:
    client = signed_in(table.mei)
    assert "keys-script" in text(client, "/forum/")
    client.post("/settings/reading/", {"own_topic": "3", "replied": "2", "read_long": "1"})
    assert ReadingChoice.objects.get(member=table.mei).shortcuts is False
    assert "keys-script" not in text(client, "/forum/")
    assert "Shift" in text(client, "/forum/keys/")
    assert client.post("/settings/reading/", {"own_topic": "0", "replied": "2", "read_long": "1"}).status_code == 422


def test_my_posts_are_mine_and_where_i_may_read(table: Table) -> None:
    topic, closed = (
        table.start(table.mei),
        table.start(table.mei, board=table.cups, title="In a board that closes soon"),
    )
    for _ in range(33):
        table.reply(topic, table.ada)
        table.reply(topic, table.mei, raw=f"Once more from me, {table.at.isoformat()}, with words.")
    client = signed_in(table.mei)
    page = text(client, "/forum/my-posts/")
    assert page.count('<li class="kept"') == 30
    older = re.search(r'rel="next" href="([^"]+)"', page)
    assert older
    second = text(client, "/forum/my-posts/" + older[1])
    assert second.count('<li class="kept"') == 5
    assert "In a board that closes soon" in second
    assert closed
    forbid(table.cups)
    assert "In a board that closes soon" not in text(client, "/forum/my-posts/" + older[1])
    assert client.get("/forum/my-posts/?before=%00").status_code == 200


def test_hints_reach_those_who_may_browse(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    pushed: list[tuple[str, Any]] = []
    monkeypatch.setattr(hub, "push", lambda stream, frame: pushed.append((stream, frame["data"])))
    closed = make_board("closed", permissions={"Moderators": ["see", "browse", "start", "reply"]})
    stream = BoardStream()
    assert stream.channel(member_id=table.mei.pk, key="open") == "board:open"
    assert stream.channel(member_id=table.mei.pk, key=str(table.tea)) == f"board:{table.tea}"
    for key in (str(closed), "999999", "x", "", "1'"):
        assert stream.channel(member_id=table.mei.pk, key=key) is None
    pairs = [
        (table.mei.pk, "open"),
        (table.mei.pk, str(closed)),
        (None, str(table.tea)),
        (table.mei.pk, str(table.tea)),
    ]
    assert stream.still_allowed(pairs=pairs) == {pairs[0], pairs[2], pairs[3]}
    assert closed not in access.open_boards()
    topic = Topic.objects.get(pk=table.start())
    hints.note(board_id=table.tea, topic_id=topic.pk)
    hints.note(board_id=closed, topic_id=topic.pk)
    heard = {stream: data["topics"] for stream, data in pushed}
    assert heard == {
        f"board:{table.tea}": [topic.public_id],
        "board:open": [topic.public_id],
        f"board:{closed}": [topic.public_id],
    }
    page = text(signed_in(table.mei), "/forum/topics/")
    assert 'data-hints="board:open"' in page
    forbid(table.tea)
    assert stream.channel(member_id=table.mei.pk, key="open") == "board:open"  # of what is left


@pytest.mark.parametrize(
    ("url", "member", "guest"),
    [
        ("/forum/", 10, 5),  # the next live session of a member is one of them; guests share one answer
        ("/b/tea/", 6, 4), ("/forum/topics/", 6, 4), ("/forum/topics/new/", 6, None),
        ("/forum/topics/unread/", 6, None), ("/forum/topics/following/", 6, None),
        ("/forum/topics/unanswered/", 6, 4), ("/forum/topics/top/?period=day", 6, 4), ("/forum/topics/mine/", 6, None),
        ("/tag/oolong/", 7, 5), ("/forum/my-posts/", 5, None),
    ],
)  # fmt: skip
def test_what_a_page_costs_for_two_rows_and_for_forty(table: Table, url: str, member: int, guest: int | None) -> None:
    from tests.community.reading.test_lists import rank

    with transaction.atomic():
        tag = tags.ensure_tag(name="oolong", at=table.at)
    client, stranger = signed_in(table.mei), Client()
    session = client.session
    session["last_visit"] = table.at.isoformat()
    session.save()
    costs = []
    for rows in (2, 38):
        for index in range(rows):
            topic = table.start(
                table.mei if "mine" in url or "my-" in url or index % 3 == 0 else table.ada, tag_ids=[tag]
            )
            with transaction.atomic():
                levels.set_topic_level(topic_id=topic, level=Level.WATCHING, by=table.mei.pk, at=table.at)
            if "unanswered" not in url:
                table.reply(topic)
        if url.endswith("new/"):
            TopicRead.objects.filter(member=table.mei).update(last_read_number=0)
        rank(table)
        costs.append((_cost(client, url), None if guest is None else _cost(stranger, url)))
    assert costs == [(member, guest), (member, guest)]


def _cost(client: Client, url: str) -> int:
    assert client.get(url).status_code == 200
    with CaptureQueriesContext(connection) as captured:
        client.get(url)
    return sum(not query["sql"].startswith(("SAVEPOINT", "RELEASE")) for query in captured)


def test_the_order_of_a_board_is_its_first_tab_and_the_latest_stay_near(table: Table) -> None:
    old = table.start(title="An old question about gaiwans")
    table.start(title="A new question about kettles")
    table.reply(old)
    Board.objects.filter(pk=table.tea).update(default_order="newest")
    client = signed_in(table.mei)
    own, latest = text(client, "/b/tea/"), text(client, "/b/tea/list/latest/")
    assert own.index("A new question about kettles") < own.index("An old question about gaiwans")
    assert latest.index("An old question about gaiwans") < latest.index("A new question about kettles")
    assert '<a href="/b/tea/" aria-current="page">Newest topics</a>' in own
    assert '<a href="/b/tea/list/latest/">Latest</a>' in own
    assert '<a href="/b/tea/list/latest/" aria-current="page">Latest</a>' in latest
    for form, back in (({"list": "newest"}, "/b/tea/"), ({"list": "latest"}, "/b/tea/list/latest/")):
        answer = client.post("/forum/dismiss/", {"what": "all", "board": "tea", **form})
        assert answer.status_code == 302 and answer["Location"] == back
