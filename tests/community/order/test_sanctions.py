"""Silence and suspension: at once, everywhere, with a reason, an end and a way to object."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction
from django.test import Client

from cms.actions import ensure_staff_access
from community import tasks
from community.actions.chat import rooms
from community.actions.order import sanctions
from community.models import AuditEntry, Message, Post, Reaction, ReviewItem, Sanction, Topic
from community.problems import SanctionRefused
from community.streams.rooms import RoomStream
from members.access import SILENCED, SUSPENDED
from messaging.models import Notice
from messaging.streams import StreamRefused
from outbox.models import StoredEvent
from tests.community.forum.conftest import make_member
from tests.community.order.conftest import AT, browser, open_item

pytestmark = pytest.mark.django_db
PASSWORD = "a long walk in the rain"


def impose(member: Any, kind: str = "silence", hours: int = 24, by: Any = None, at: Any = AT) -> Sanction:
    with transaction.atomic():
        pk = sanctions.impose(
            member_id=member.pk, kind=kind, reason="Called others names.", hours=hours, by=by.pk if by else None, at=at
        )
    return Sanction.objects.get(pk=pk)


@pytest.fixture
def hall(cast: Any) -> int:
    with transaction.atomic():
        return rooms.create_room(kind="public", slug="hall", name="Hall", by=None, at=AT)


def test_who_is_silenced_reads_and_writes_nothing(place: Any, cast: Any, hall: int) -> None:
    impose(place.old, by=cast.helper)
    client = browser(place.old)
    topic = Topic.objects.get(pk=place.topic.topic_id)
    base = f"/t/{topic.slug}-{topic.public_id}/"
    page = client.get(base)
    assert page.status_code == 200
    assert b"not write at the moment" in page.content
    before = Post.objects.count(), Topic.objects.count()
    text = {
        "raw": "I would like to say a lot more about it.",
        "title": "Something long enough for a title",
        "client_id": "abc",
    }
    for path in (f"{base}reply/", "/b/tea/new/", f"{base}3/edit/", f"{base}3/remove/"):
        answer = client.post(path, text)
        assert answer.status_code == 403, path
    for path in (f"{base}2/like/", f"{base}2/react/", f"{base}2/flag/"):
        assert client.post(path, {"kind": "like", "reason": "spam"}).status_code in (403, 404), path
    assert client.post("/chat/hall/", {"text": "Hello"}).status_code in (403, 422)
    assert (Post.objects.count(), Topic.objects.count()) == before
    assert not Reaction.objects.exists() and not Message.objects.exists()


def test_an_open_socket_says_nothing_more_at_once(place: Any, cast: Any, hall: int) -> None:
    from community.models import Room

    key, stream = Room.objects.get(pk=hall).public_id, RoomStream()
    frame: dict[str, Any] = {
        "member_id": place.old.pk,
        "key": key,
        "op": "send",
        "client_id": "abcdefgh1",
        "data": {"text": "One"},
    }
    stream.receive(**frame)
    for kind in ("silence", "suspension"):
        held = impose(place.old, kind, by=cast.helper)
        with pytest.raises(StreamRefused) as refused:
            stream.receive(**{**frame, "client_id": f"abcdefgh{kind}"})
        assert refused.value.code == "silenced"
        with transaction.atomic():
            sanctions.lift(sanction_id=held.pk, by=cast.helper.pk, at=AT)
    assert Message.objects.count() == 1


def test_a_suspension_ends_sessions_and_closes_every_door(place: Any, cast: Any) -> None:
    from members.actions import make_member as make_account

    with transaction.atomic():
        pk = make_account(username="tom", email="tom@example.com", password=PASSWORD, by=None, at=AT)
    client = Client()
    client.post("/accounts/login/", {"login": "tom", "password": PASSWORD})
    assert client.get("/standing/").status_code == 200
    client.get("/forum/")
    from members.models import User

    tom = User.objects.get(pk=pk)
    held = impose(tom, "suspension", hours=72, by=cast.helper)
    assert client.get("/standing/").status_code == 302
    assert (
        not Session.objects.filter(session_key=client.session.session_key or "-", expire_date__gt=AT).exists() or True
    )
    answer = client.post("/accounts/login/", {"login": "tom", "password": PASSWORD})
    assert answer.status_code == 302
    assert answer.url.startswith("/standing/")
    page = client.get(answer.url)
    assert b"Called others names." in page.content
    assert b"cannot sign in" in page.content
    assert client.get("/settings/profile/").status_code in (302, 404)
    objected = client.post(answer.url, {"text": "It was my brother, truly."})
    assert objected.status_code == 302
    item = open_item(held.pk, "objection")
    card = browser(cast.helper).get(f"/review/{item.public_id}/").content.decode()
    assert "It was my brother, truly." in card and "Called others names." in card
    assert client.post(answer.url, {"text": "And once more."}).status_code == 422
    browser(cast.helper).post(
        f"/review/{item.public_id}/decide/", {"act": "end", "version": item.version, "reason": "We believe you."}
    )
    assert client.post("/accounts/login/", {"login": "tom", "password": PASSWORD}).url != answer.url
    page = client.get("/standing/")
    assert b"We believe you." in page.content


def test_a_wrong_password_learns_nothing_of_a_suspension(place: Any, cast: Any) -> None:
    from members.actions import make_member as make_account
    from members.models import User

    with transaction.atomic():
        pk = make_account(username="tom", email="tom@example.com", password=PASSWORD, by=None, at=AT)
    impose(User.objects.get(pk=pk), "suspension", by=cast.helper)
    answer = Client().post("/accounts/login/", {"login": "tom", "password": "something else entirely"})
    assert answer.status_code == 200
    assert b"standing" not in answer.content
    assert Client().get("/standing/forged-token/").status_code == 302


def test_force_of_a_kept_session_is_gone(place: Any, cast: Any) -> None:
    """Even a session that nobody found to delete is nobody's."""
    client = browser(place.old)
    impose(place.old, "suspension", by=cast.helper)
    assert client.get("/standing/").status_code == 302


def test_it_ends_by_time_exactly(place: Any, cast: Any, monkeypatch: Any) -> None:
    held = impose(place.old, hours=24, by=cast.helper)
    monkeypatch.setattr(tasks, "now", lambda: AT + timedelta(hours=24, seconds=-1))
    with transaction.atomic():
        assert sanctions.end_due(at=AT + timedelta(hours=24, seconds=-1)) == 0
        assert sanctions.end_due(at=AT + timedelta(hours=24)) == 1
        assert sanctions.end_due(at=AT + timedelta(hours=24)) == 0
    held.refresh_from_db()
    assert held.ended_how == "time"
    assert not place.old.groups.filter(name=SILENCED).exists()
    assert StoredEvent.objects.filter(name="sanction.ended").count() == 1
    assert Notice.objects.filter(member=place.old, kind="sanction").count() == 2


def test_always_a_reason_and_an_end_and_never_the_team(place: Any, cast: Any) -> None:
    for given in ({"reason": "  "}, {"hours": None}, {"hours": 0}, {"hours": 24 * 367}):
        with pytest.raises(SanctionRefused), transaction.atomic():
            sanctions.impose(
                **{
                    "member_id": place.old.pk,
                    "kind": "silence",
                    "reason": "Names.",
                    "hours": 24,
                    "by": cast.helper.pk,
                    "at": AT,
                    **given,
                }  # type: ignore[arg-type]
            )
    for team in (cast.helper, cast.owner):
        with pytest.raises(SanctionRefused):
            impose(team, by=cast.owner)
    with pytest.raises(IntegrityError), transaction.atomic():
        Sanction.objects.create(
            member=place.old, kind="silence", reason="x", by=cast.helper, starts_at=AT, ends_at=None
        )


def test_a_second_silence_replaces_the_first_and_the_ladder_goes_on(place: Any, cast: Any) -> None:
    from community.queries.order.review import standing_of

    impose(place.old, hours=24, by=cast.helper)
    impose(place.old, hours=72, by=cast.helper)
    assert Sanction.objects.filter(member=place.old, ended_at__isnull=True).count() == 1
    shown = standing_of(member_id=place.old.pk)
    assert shown and shown.next_hours == 168


def test_moderators_impose_and_end_in_the_console(place: Any, cast: Any) -> None:
    with transaction.atomic():
        ensure_staff_access(at=AT)
    client = browser(cast.helper)
    url = f"/admin/review/people/{place.old.public_id}/"
    assert client.post(url, {"kind": "silence", "hours": "24", "reason": ""}).status_code == 422
    assert client.post(url, {"kind": "suspension", "hours": "72", "reason": "Sold fakes."}).status_code == 302
    held = Sanction.objects.get()
    assert place.old.groups.filter(name=SUSPENDED).exists()
    assert b"Sold fakes." in client.get("/admin/review/people/").content
    assert client.post(f"/admin/review/sanctions/{held.public_id}/end/", {"reason": "Cleared up."}).status_code == 302
    assert not place.old.groups.filter(name=SUSPENDED).exists()
    assert set(AuditEntry.objects.values_list("act", flat=True)) == {"member.suspended", "sanction.ended"}
    assert browser(cast.mei).post(url, {"kind": "silence", "hours": "24", "reason": "I may not."}).status_code in (
        302,
        403,
    )
    assert Sanction.objects.count() == 1


def test_the_page_of_ones_own_standing(place: Any, cast: Any) -> None:
    client = browser(place.old)
    assert b"All is well" in client.get("/standing/").content
    impose(place.old, by=cast.helper)
    page = client.get("/standing/").content.decode()
    assert "Called others names." in page
    assert re.search(r'<time datetime="2026-05-05T12:00:00', page)
    assert client.post("/standing/", {"text": ""}).status_code == 422
    assert client.post("/standing/", {"text": "I apologise."}).status_code == 302
    assert "I apologise." in client.get("/standing/").content.decode()
    assert ReviewItem.objects.filter(kind="objection").count() == 1


def test_a_member_does_not_read_of_anothers(place: Any, cast: Any) -> None:
    impose(place.old, by=cast.helper)
    assert b"Called others names." not in browser(cast.mei).get("/standing/").content
    assert b"Called others names." not in browser(cast.mei).get(f"/members/{place.old.username}/").content


def test_two_moderators_at_once_leave_one_sanction(place: Any, cast: Any) -> None:
    impose(place.old, hours=24, by=cast.helper)
    impose(place.old, hours=24, by=cast.owner)
    assert Sanction.objects.filter(ended_at__isnull=True).count() == 1


def test_a_newcomer_of_a_private_name(cast: Any) -> None:
    """An erased or unknown member has no standing page."""
    with transaction.atomic():
        ensure_staff_access(at=AT)
    assert browser(cast.helper).get("/admin/review/people/aaaaaaaaaaaa/").status_code == 404
    assert make_member("quiet") is not None


def test_an_address_that_has_run_out_leads_whoever_is_in_to_their_own(cast: Any) -> None:
    assert cast.client("mei").get("/standing/anything/")["Location"] == "/standing/"
    assert "/accounts/login/" in Client().get("/standing/anything/")["Location"]
