"""Who may do what where: one table of cast × board × act, through the gate and through the pages."""

import re
from typing import Any

import pytest
from django.db import connection, transaction

from community import access, rules
from community.actions.forum import boards
from community.models import Board, BoardPermission
from members.access import Refused
from tests.community.forum.conftest import AT, TEXT, Cast, make_board, make_member, start_topic, url_of

# board: what is set there. "club" lies inside "gold", "attic" is archived, "closet" is seen by nobody but the owner.
BOARDS = {
    "tea": {"guests": ("see", "browse"), "members": ("see", "browse", "start", "reply", "attach")},
    "porch": {"guests": ("see",), "members": ("see", "browse", "reply")},
    "gold": {"members": ("see",), "tier:gold": ("see", "browse", "start", "reply", "attach")},
    "closet": {},
    "attic": {"guests": ("see", "browse"), "members": ("see", "browse", "start", "reply", "attach")},
}
ALL, WRITE, READ = set(rules.ACTS), {"see", "browse", "start", "reply", "attach"}, {"see", "browse"}
TABLE = {
    ("owner", "tea"): ALL, ("owner", "porch"): ALL, ("owner", "gold"): ALL, ("owner", "club"): ALL, ("owner", "closet"): ALL,
    ("owner", "attic"): ALL,
    ("helper", "tea"): ALL, ("helper", "porch"): READ | {"reply", "moderate"}, ("helper", "gold"): {"see"},
    ("helper", "club"): set(), ("helper", "closet"): set(), ("helper", "attic"): READ | {"moderate"},
    ("gold", "tea"): WRITE, ("gold", "porch"): READ | {"reply"}, ("gold", "gold"): WRITE, ("gold", "club"): READ | {"reply"},
    ("gold", "closet"): set(), ("gold", "attic"): READ,
    ("mei", "tea"): WRITE, ("mei", "porch"): READ | {"reply"}, ("mei", "gold"): {"see"}, ("mei", "club"): set(),
    ("mei", "closet"): set(), ("mei", "attic"): READ,
    (None, "tea"): READ, (None, "porch"): {"see"}, (None, "gold"): set(), (None, "club"): set(), (None, "closet"): set(),
    (None, "attic"): READ,
}  # fmt: skip


@pytest.fixture
def house(cast: Cast) -> Cast:
    for slug, permissions in BOARDS.items():
        make_board(slug, permissions=permissions)
    club = make_board("club", parent="gold")
    with transaction.atomic():
        boards.allow(board_id=club, audience="tier:gold", acts=["start", "attach"], value="never", at=AT)
        boards.allow(board_id=club, audience="members", acts=["start"], at=AT)  # yes does not beat never
    Board.objects.filter(slug="attic").update(archived=True)
    return cast


@pytest.mark.parametrize(("who", "slug"), TABLE)
def test_each_act_is_allowed_or_refused_as_the_table_says(house: Cast, who: str | None, slug: str) -> None:
    held = access.rights(house.viewer(who))
    board = Board.objects.get(slug=slug)
    assert {act for act in rules.ACTS if held.may(act, board.pk)} == TABLE[who, slug]
    for act in rules.ACTS:
        if act in TABLE[who, slug]:
            assert access.get_board(house.viewer(who), slug, act).id == board.pk
        else:
            with pytest.raises(Refused) as refused:
                access.get_board(house.viewer(who), slug, act)
            assert refused.value.hidden == ("see" not in TABLE[who, slug])


def test_the_table_has_a_row_for_everybody_and_every_board(house: Cast) -> None:
    people = ["owner", "helper", "gold", "mei", None]
    assert set(TABLE) == {(who, slug) for who in people for slug in [*BOARDS, "club"]}


@pytest.mark.parametrize(("who", "slug"), TABLE)
def test_pages_say_the_same_and_hidden_looks_like_absent(house: Cast, who: str | None, slug: str) -> None:
    board = Board.objects.get(slug=slug)
    written = start_topic(board.pk, house.owner, title=f"A secret of the {slug} board", client_id=f"key-of-{slug}")
    client, allowed = house.client(who), TABLE[who, slug]
    page, topic = client.get(f"/b/{slug}/"), client.get(url_of(written.topic_id))
    absent = client.get("/t/no-such-thing-0123456789ab/")
    if "browse" in allowed:
        assert page.status_code == topic.status_code == 200
        assert "A secret of the" in page.text
    else:
        assert topic.status_code == 404
        assert without_path_and_keys(topic) == without_path_and_keys(absent)
        assert page.status_code == (404 if "see" not in allowed else 403 if who else 302)
        assert "A secret of the" not in client.get("/forum/").text
    assert ("/b/" + slug + "/" in client.get("/forum/").text) == ("browse" in allowed)


def without_path_and_keys(answer: Any) -> str:
    """The page without what differs between any two: its own address, the nonce and the form's token."""
    text = answer.text.replace(answer.request["PATH_INFO"], "")
    return re.sub(r'(nonce|name="csrfmiddlewaretoken" value)="[^"]*"', "", text)


@pytest.mark.parametrize(("who", "slug"), TABLE)
def test_writing_is_refused_and_changes_nothing(house: Cast, who: str | None, slug: str) -> None:
    from community.models import Post, Topic

    board = Board.objects.get(slug=slug)
    written = start_topic(board.pk, house.owner)
    client, allowed = house.client(who), TABLE[who, slug]
    before = (Topic.objects.count(), Post.objects.count())
    data = {"title": "May I start this topic here?", "raw": TEXT, "kind": "discussion"}
    started = client.post(f"/b/{slug}/new/", data)
    replied = client.post(url_of(written.topic_id) + "reply/", {"raw": TEXT})
    assert (Topic.objects.count() - before[0]) == ("start" in allowed)
    assert (Post.objects.count() - before[1]) == ("start" in allowed) + ("reply" in allowed)
    if "start" not in allowed:
        assert started.status_code in (302, 403, 404)
    if "reply" not in allowed:
        assert replied.status_code in (302, 403, 404)


def test_changes_act_at_once_whatever_way_they_are_made(house: Cast) -> None:
    board = Board.objects.get(slug="tea")
    assert access.rights(house.viewer("mei")).may("reply", board.pk)
    BoardPermission.objects.filter(board=board, act="reply").update(value="never")  # past every action
    assert not access.rights(house.viewer("mei")).may("reply", board.pk)
    house.mei.groups.add(house.gold.groups.get())
    assert access.rights(house.viewer("mei")).may("browse", Board.objects.get(slug="gold").pk)


def test_counting_posts_does_not_make_permissions_old(house: Cast) -> None:
    with transaction.atomic():
        boards.recount_boards(at=AT)  # boards that were never counted are, once
    start_topic(Board.objects.get(slug="tea").pk, house.mei)
    version = access.permission_version()
    with transaction.atomic():
        assert boards.recount_boards(at=AT) == 1
    assert access.permission_version() == version
    tea = Board.objects.get(slug="tea")
    assert (tea.topic_count, tea.post_count) == (1, 1)


def test_members_with_the_same_groups_share_one_entry(house: Cast) -> None:
    access.rights(house.viewer("mei"))
    misses = access._rights.cache_info().misses
    with connection.execute_wrapper(_only_the_version_and_groups):
        assert access.rights(make_member_again(house)).may("reply", Board.objects.get(slug="tea").pk)
    assert access._rights.cache_info().misses == misses


def make_member_again(house: Cast) -> object:
    return house.viewer("ada")


def _only_the_version_and_groups(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
    assert "boardpermission" not in sql
    return execute(sql, params, many, context)


def test_an_inherited_answer_can_be_changed_below() -> None:
    answers = {
        (1, "guests", "see"): "yes", (1, "guests", "browse"): "yes", (1, "members", "start"): "yes",
        (2, "guests", "browse"): "no", (3, "guests", "browse"): "yes",
    }  # fmt: skip
    allowed = rules.granted([(1, None), (2, 1), (3, 2)], [], answers, ["guests"])
    assert allowed["browse"] == {1}  # 3 lies below what cannot be browsed
    assert allowed["see"] == {1, 2}


def test_nothing_is_written_below_an_archive() -> None:
    answers = {(1, "members", act): "yes" for act in rules.ACTS}
    allowed = rules.granted([(1, None), (2, 1)], [1], answers, ["members"])
    assert allowed["browse"] == {1, 2}
    assert allowed["reply"] == allowed["start"] == frozenset()


def test_a_removed_topic_is_there_for_moderators_alone(house: Cast) -> None:
    written = start_topic(Board.objects.get(slug="tea").pk, house.mei)
    url = url_of(written.topic_id)
    assert house.client("helper").post(url + "remove/").status_code == 302
    assert [house.client(who).get(url).status_code for who in ("mei", None, "helper", "owner")] == [404, 404, 200, 200]
    assert make_member("later").pk  # and the board does not list it
    assert "white tea" not in house.client("helper").get("/b/tea/").text
