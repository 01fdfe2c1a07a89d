"""Who finds which session: list, page, calendar file, feed, panel and room say the same."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import transaction

from community.access import rights
from community.actions.live import clock as session_clock
from community.actions.live import rsvp
from community.actions.live import sessions as actions
from community.models import LiveSession, Rsvp
from community.room_access import get_room
from community.session_access import AudienceDoor, invited
from members.access import Refused
from tests.community.forum.conftest import make_member
from tests.community.schedule.conftest import Cast, make_board, plan, plan_series, show

pytestmark = pytest.mark.django_db
PEOPLE = (None, "mei", "gold", "helper", "owner")


@pytest.fixture
def planned(cast: Cast) -> dict[str, LiveSession]:
    board = make_board("cellar", permissions={"tier:gold": ("see", "browse", "start", "reply")})
    group = Group.objects.get(name="tier:gold")
    return {
        "everybody": plan(cast.owner, title="Open night", audience="everybody"),
        "members": plan(cast.owner, title="Members night"),
        "group": plan(cast.owner, title="Golden night", audience="group", group_id=group.pk),
        "board": plan(cast.owner, title="Cellar night", audience="board", board_id=board),
    }


SEES = {
    None: {"everybody"}, "mei": {"everybody", "members"}, "helper": {"everybody", "members"},
    "gold": {"everybody", "members", "group", "board"}, "owner": {"everybody", "members", "group", "board"},
}  # fmt: skip


@pytest.mark.parametrize("who", PEOPLE)
def test_every_door_says_the_same(cast: Cast, planned: dict[str, LiveSession], who: str | None) -> None:
    client, viewer = cast.client(who), cast.viewer(who)
    page = client.get("/live/").text
    for kind, session in planned.items():
        may = kind in SEES[who]
        assert (session.title in page) is may, kind
        for rest in ("", "calendar.ics"):
            assert client.get(f"/live/{session.public_id}/{rest}").status_code == (200 if may else 404), kind
        pair = (viewer.pk if viewer else None, session)
        assert ((pair[0], session.pk) in invited([pair])) is may, kind
        if viewer and not may:
            assert client.post(f"/live/{session.public_id}/rsvp/", {"answer": "going"}).status_code == 404
            assert not Rsvp.objects.exists()


@pytest.mark.parametrize("who", PEOPLE)
def test_the_room_opens_with_the_doors(cast: Cast, planned: dict[str, LiveSession], who: str | None) -> None:
    viewer, door = cast.viewer(who), AudienceDoor()
    pk = viewer.pk if viewer else None
    rooms = [(pk, session.room_id) for session in planned.values()]
    assert door.readable(pairs=rooms) == set()
    for session in planned.values():
        with transaction.atomic():
            session_clock.step(session_id=session.pk, at=session.starts_at)
    open_to = {(pk, planned[kind].room_id) for kind in SEES[who]}
    assert door.readable(pairs=rooms) == open_to
    for session in planned.values():
        answer = door.answer(viewer=viewer, room=session.room, held=rights(viewer))
        assert answer.read is ((pk, session.room_id) in open_to)
        assert answer.moderate is (answer.read and who in ("helper", "owner"))


def test_a_room_is_closed_before_the_doors(cast: Cast, evening: LiveSession) -> None:
    with pytest.raises(Refused) as refusal:
        get_room(cast.mei, slug=evening.room.slug)
    assert refusal.value.hidden


def test_guests_on_stage_find_what_is_for_others(cast: Cast, planned: dict[str, LiveSession]) -> None:
    session = planned["group"]
    with transaction.atomic():
        actions.change_session(
            session_id=session.pk, show=show(cast.owner, title="Golden night", audience="group", group_id=session.group_id,
            people=((cast.mei.pk, "guest"), (cast.ada.pk, "moderator"))), starts_at=session.starts_at,
            ends_at=session.ends_at, by=None, at=session.starts_at - timedelta(hours=3),
        )  # fmt: skip
    for who in ("mei", "ada"):
        assert cast.client(who).get(f"/live/{session.public_id}/").status_code == 200
        assert cast.client(who).get(f"/live/{session.public_id}/edit/").status_code == 403


def test_keeping_is_for_hosts_and_managers(cast: Cast, evening: LiveSession) -> None:
    manager = make_member("manager", "Community managers")
    url = f"/live/{evening.public_id}/"
    for who, expected in (("mei", 403), ("helper", 403), ("gold", 200), ("owner", 200)):
        for rest in ("edit/", "cancel/"):
            assert cast.client(who).get(url + rest).status_code == expected, (who, rest)
    from django.test import Client

    client = Client()
    client.force_login(manager)
    assert client.get(url + "edit/").status_code == 200
    assert cast.client(None).get(url + "edit/").status_code in (302, 403)
    assert cast.client("mei").post(url + "cancel/", {"reason": "Mine now."}).status_code == 403
    assert cast.client("mei").post(url + "move/", {"act": "start"}).status_code == 403
    assert LiveSession.objects.get().state == "scheduled"


def test_a_silenced_host_keeps_nothing(cast: Cast, evening: LiveSession) -> None:
    cast.gold.groups.add(Group.objects.get_or_create(name="order:silenced")[0])
    assert cast.client("gold").get(f"/live/{evening.public_id}/edit/").status_code == 403


def test_planning_needs_the_gate(cast: Cast) -> None:
    for who, expected in ((None, 302), ("mei", 403), ("gold", 403), ("helper", 200), ("owner", 200)):
        assert cast.client(who).get("/live/new/").status_code == expected, who
    cast.mei.groups.add(Group.objects.get_or_create(name="trust:4")[0])
    page = cast.client("mei").get("/live/new/")
    assert page.status_code == 200
    assert 'name="host"' not in page.text  # one's own only
    assert 'name="host"' in cast.client("owner").get("/live/new/").text


def test_a_series_is_kept_by_its_host(cast: Cast) -> None:
    series: Any = plan_series(cast.gold)
    url = f"/live/series/{series.public_id}/"
    for who, expected in (("mei", 404), ("helper", 404), ("gold", 200), ("owner", 200)):
        assert cast.client(who).get(url).status_code == expected, who
    assert cast.client("mei").post(url, {"act": "pause"}).status_code == 404
    assert cast.client(None).get(url + "calendar.ics").status_code == 404
    assert cast.client("mei").get(url + "calendar.ics").status_code == 200


def test_answers_are_ones_own(cast: Cast, evening: LiveSession) -> None:
    url = f"/live/{evening.public_id}/rsvp/"
    assert cast.client(None).post(url, {"answer": "going"}).status_code in (302, 403, 404)
    client = cast.client("mei")
    for words, held in (
        ("going", ["going"]),
        ("going", ["going"]),
        ("maybe", ["maybe"]),
        ("dance", ["maybe"]),
        ("", []),
    ):
        client.post(url, {"answer": words})
        assert list(Rsvp.objects.values_list("answer", flat=True)) == held
    answer = client.post(url, {"answer": "going"}, headers={"accept": "application/json"})
    assert answer.json() == {"ok": True, "answer": "going", "going": 1, "maybe": 0}
    assert client.post(url, {"answer": "x"}, headers={"accept": "application/json"}).status_code == 422
    with transaction.atomic():
        assert rsvp.answer(session_id=evening.pk, answer="going", by=cast.mei.pk, at=evening.starts_at) is False
