"""Reading: addresses, pages, the read pointer, and how many statements a page costs."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from community import slots
from community.actions.forum import answers, reactions
from community.models import TopicRead
from outbox.clock import now
from tests.community.forum.conftest import AT, TEXT, Cast, make_board, make_member, reply, start_topic, url_of


def statements(client, url: str) -> list[str]:  # type: ignore[no-untyped-def]
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url).status_code == 200
    return [query["sql"] for query in captured if not re.match(r"(RELEASE )?SAVEPOINT|BEGIN|COMMIT", query["sql"])]


def busy_topic(cast: Cast, board: int, replies: int) -> str:
    topic = start_topic(board, cast.mei, kind="question")
    people = [cast.ada, cast.gold, cast.helper, cast.owner]
    written = [reply(topic.topic_id, people[number % 4], parent_number=number % 3 + 1) for number in range(replies)]
    with transaction.atomic():
        answers.accept(post_id=written[-1].post_id, by=cast.mei.pk, at=AT)
        reactions.react(post_id=written[0].post_id, by=cast.mei.pk, at=AT)
    return url_of(topic.topic_id)


@pytest.fixture
def only_the_forum(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """What higher apps, the chat and the list of sessions add to every page is theirs to count."""
    from members import slots as shell

    for slot in (shell.navigation, shell.header_items, slots.name_badges):
        monkeypatch.setattr(slot, "_functions", [])
    settings.USERSESSIONS_TRACK_ACTIVITY = False


@pytest.mark.usefixtures("only_the_forum")
@pytest.mark.parametrize(("who", "limit"), [("ada", 7), (None, 4)])
def test_a_topic_costs_the_same_however_many_posts(cast: Cast, tea: int, who: str | None, limit: int) -> None:
    few, many = busy_topic(cast, tea, 2), busy_topic(cast, tea, 19)
    client = cast.client(who)
    client.get("/forum/")
    counted = [len(statements(client, url)) for url in (few, many)]
    assert counted == [limit, limit]


@pytest.mark.usefixtures("only_the_forum")
@pytest.mark.parametrize(("who", "limit"), [("ada", 6), (None, 4)])
def test_a_board_costs_the_same_however_many_topics(cast: Cast, tea: int, who: str | None, limit: int) -> None:
    client = cast.client(who)
    start_topic(tea, cast.mei)
    client.get("/b/tea/")  # fills the caches of permissions
    few = len(statements(client, "/b/tea/"))
    for number in range(29):
        start_topic(tea, cast.mei, title=f"One of many topics, number {number}")
    assert (few, len(statements(client, "/b/tea/"))) == (limit, limit)


@pytest.mark.usefixtures("only_the_forum")
@pytest.mark.parametrize(("who", "limit"), [("ada", 9), (None, 5)])  # a member's next live session is one of them
def test_the_front_costs_the_same_however_many_boards(cast: Cast, tea: int, who: str | None, limit: int) -> None:
    client = cast.client(who)
    start_topic(tea, cast.mei)
    client.get("/forum/")
    few = len(statements(client, "/forum/"))
    for number in range(6):
        start_topic(make_board(f"board-{number}"), cast.ada)
    client.get("/forum/")
    assert (few, len(statements(client, "/forum/"))) == (limit, limit)


def test_a_reply_costs_three_statements(cast: Cast, tea: int) -> None:
    topic = start_topic(tea, cast.mei)
    with CaptureQueriesContext(connection) as captured:
        reply(topic.topic_id, cast.ada, client_id="a-key-of-a-form", parent_number=1)
    real = [query["sql"] for query in captured if "SAVEPOINT" not in query["sql"]]
    assert len(real) == 3  # lock, write (which looks for the same form), publish


def test_a_wrong_readable_part_leads_to_the_right_one(cast: Cast, tea: int) -> None:
    topic = start_topic(tea, cast.mei)
    url, client = url_of(topic.topic_id), cast.client(None)
    public_id = url.rstrip("/")[-12:]
    for wrong in (f"/t/{public_id}/", f"/t/something-else-{public_id}/"):
        answer = client.get(wrong + "?page=1")
        assert (answer.status_code, answer["Location"]) == (301, url + "?page=1")
    assert client.get(f"/t/x-{public_id}/1/")["Location"] == url + "1/"
    for absent in (url + "2/", url + "0/", url + "?page=2", url + "?page=0", url + "?page=x", url + "999999999999/"):
        assert client.get(absent).status_code == 404


@pytest.mark.parametrize("number", ["0", "2", "99999999999", "9" * 30, "9" * 5000, "x"])
@pytest.mark.parametrize("act", ["edit", "remove", "react", "accept", "restore"])
def test_numbers_that_make_no_sense_are_absent(cast: Cast, tea: int, number: str, act: str) -> None:
    topic = start_topic(tea, cast.mei)
    assert cast.client("helper").post(f"{url_of(topic.topic_id)}{number}/{act}/").status_code == 404


def test_a_hidden_topic_does_not_tell_its_title_in_a_redirect(cast: Cast) -> None:
    topic = start_topic(make_board("closet", permissions={}), cast.owner, title="The surprise party for Mei")
    public_id = url_of(topic.topic_id).rstrip("/")[-12:]
    assert cast.client("mei").get(f"/t/{public_id}/").status_code == 404


def test_a_permalink_opens_the_page_that_holds_it(cast: Cast, tea: int) -> None:
    topic = start_topic(tea, cast.mei)
    for _ in range(24):
        reply(topic.topic_id, cast.ada)
    page = cast.client(None).get(url_of(topic.topic_id) + "23/")
    assert re.findall(r'id="p(\d+)"', page.text) == ["21", "22", "23", "24", "25"]
    assert re.findall(r'data-number="(\d+)" data-here', page.text) == ["23"]
    first = cast.client(None).get(url_of(topic.topic_id))
    assert 'rel="next" href="?page=2"' in first.text


def test_the_pointer_moves_forward_and_unread_is_a_difference(cast: Cast, tea: int) -> None:
    recent = now() - timedelta(days=1)
    topic = start_topic(tea, cast.mei, at=recent)
    for _ in range(30):
        reply(topic.topic_id, cast.ada, at=recent)
    url, mei = url_of(topic.topic_id), cast.client("mei")

    def pointer() -> int:
        return TopicRead.objects.get(member=cast.mei).last_read_number

    rows = {row.title: row for row in mei.get("/b/tea/").context["page"].rows}
    assert [row.unread for row in rows.values()] == [30]
    assert next(iter(rows.values())).open_url.endswith("/2/#p2")
    mei.get(url)
    assert pointer() == 20
    mei.get(url + "?page=2")
    assert pointer() == 31
    mei.get(url)
    assert pointer() == 31
    assert mei.get("/b/tea/").context["page"].rows[0].unread == 0
    assert not TopicRead.objects.filter(member=cast.helper).exists()


def test_lists_go_on_by_keyset_in_both_directions(cast: Cast, tea: int) -> None:
    for number in range(70):
        moment = AT + timedelta(minutes=number // 3)  # several share a moment: the id decides
        start_topic(tea, cast.mei, title=f"One of many topics, number {number:02}", at=moment)
    client, seen, url = cast.client(None), [], "/b/tea/"
    pages = []
    for _ in range(3):
        page = client.get(url).context["page"]
        pages.append([row.title for row in page.rows])
        seen += pages[-1]
        url = f"/b/tea/?before={page.older}"
    assert seen == [f"One of many topics, number {number:02}" for number in range(69, -1, -1)]
    assert page.older == ""
    back = client.get(f"/b/tea/?after={page.newer}").context["page"]
    assert [row.title for row in back.rows] == pages[1]
    for nonsense in ("x", "9" * 30 + "-x", "1-'", "-", "１２-a"):
        assert client.get("/b/tea/", {"before": nonsense}).status_code == 200


def test_badges_are_asked_once_a_page(cast: Cast, tea: int, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[int]] = []

    def badges(*, member_ids):  # type: ignore[no-untyped-def]
        asked.append(member_ids)
        return {cast.ada.pk: [slots.Badge("Gold friend", "amber", "since 2024")]}

    monkeypatch.setattr(slots.name_badges, "_functions", [badges])
    page = cast.client(None).get(busy_topic(cast, tea, 8))
    assert len(asked) == 1
    assert '<span class="badge amber" title="since 2024">Gold friend</span>' in page.text


def test_guests_are_asked_in_and_empty_places_say_what_to_do(cast: Cast, tea: int) -> None:
    assert "Nobody has started a topic here" in cast.client("mei").get("/b/tea/").text
    assert "Start the first topic" in cast.client("mei").get("/forum/").text
    topic = start_topic(tea, cast.mei)
    page = cast.client(None).get(url_of(topic.topic_id)).text
    assert "Sign in to reply" in page
    assert "<textarea" not in page
    assert cast.client(None).get("/forum/").status_code == 200


def test_titles_and_names_are_text_everywhere(cast: Cast) -> None:
    evil = '<img src=x onerror="alert(1)">'
    board = make_board("evil", name=evil, description=evil)
    imp = make_member("imp")
    type(imp).objects.filter(pk=imp.pk).update(display_name=evil)
    topic = start_topic(board, imp, title=f"Title with {evil}", raw=f"{evil} and more words.")
    reply(topic.topic_id, cast.mei, parent_number=1, at=now())  # she may still change it
    client = cast.client("mei")
    for url in (
        "/forum/",
        "/b/evil/",
        "/b/evil/new/",
        "/forum/new/",
        url_of(topic.topic_id),
        url_of(topic.topic_id) + "2/edit/",
    ):
        page = client.get(url)
        assert page.status_code == 200
        assert "<img src=x" not in page.text
    assert client.get("/members/imp/").status_code == 200


def test_a_profile_shows_what_its_viewer_may_read(cast: Cast, tea: int) -> None:
    start_topic(tea, cast.owner, title="Something for everybody to read")
    start_topic(make_board("closet", permissions={}), cast.owner, title="Something for nobody to read")
    page = cast.client("mei").get("/members/owner/").text
    assert "Something for everybody" in page
    assert "Something for nobody" not in page
    assert TEXT[:20] in page
