"""A notice is told once, is written when it is shown, and says nothing that its reader may not know."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from members.models import User
from messaging import actions
from messaging.events import NoticesChanged
from messaging.models import Notice
from messaging.queries.notices import unseen_labels
from messaging.slots import NoticeCard, Told, notices
from outbox.clock import now
from outbox.models import StoredEvent

pytestmark = pytest.mark.django_db

FORBIDDEN = 13


def write(*, notices: Sequence[NoticeCard], viewer: Any) -> Mapping[int, Told]:
    return {
        card.id: Told(f"{card.count} people like your tea", f"/tea/{card.data['tea']}/", "<b>pu-erh</b>")
        for card in notices
        if card.data["tea"] != FORBIDDEN
    }


@pytest.fixture(autouse=True)
def kind(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(notices._writers, "tea.liked", write)
    yield


@pytest.fixture
def people(transactional_db: None) -> list[User]:
    return [User.objects.create_user(f"friend{n}", f"friend{n}@example.com") for n in range(4)]


def tell(
    *people: User, cause: str = "one", by: User | None = None, tea: int = 1, merge: str = "", later: int = 0
) -> int:
    with transaction.atomic():
        return actions.notify(
            member_ids=[one.pk for one in people], kind="tea.liked", cause=cause, data={"tea": tea},
            by=by.pk if by else None, merge=merge, at=now() + timedelta(minutes=later),
        )  # fmt: skip


def test_a_cause_tells_each_member_once_and_never_who_did_it(people: list[User]) -> None:
    lin, wen, hana, _ = people
    assert tell(lin, wen, hana, by=hana) == 2
    assert tell(lin, wen, hana, by=hana) == 0
    assert sorted(Notice.objects.values_list("member_id", flat=True)) == sorted([lin.pk, wen.pk])


def test_alike_and_unseen_becomes_one_and_a_person_counts_once(people: list[User]) -> None:
    lin, wen, hana, mei = people
    tell(lin, cause="1", by=wen, merge="likes:1")
    tell(lin, cause="2", by=hana, merge="likes:1", later=5)
    tell(lin, cause="3", by=hana, merge="likes:1", later=6)
    tell(lin, cause="4", by=mei, merge="likes:2")
    first, second = Notice.objects.order_by("id")
    assert (first.count, first.by_ids) == (2, [wen.pk, hana.pk])
    assert (second.count, second.by_ids) == (1, [mei.pk])


def test_after_two_hours_or_once_seen_it_is_news_again(people: list[User]) -> None:
    lin, wen, hana, mei = people
    tell(lin, cause="1", by=wen, merge="likes:1")
    tell(lin, cause="2", by=hana, merge="likes:1", later=121)
    with transaction.atomic():
        actions.see_notices(member_id=lin.pk, up_to=now() + timedelta(hours=3), at=now())
    tell(lin, cause="3", by=mei, merge="likes:1", later=122)
    assert list(Notice.objects.order_by("id").values_list("count", flat=True)) == [1, 1, 1]


def test_a_kind_that_nobody_writes_is_refused(people: list[User]) -> None:
    with transaction.atomic(), pytest.raises(TypeError):
        actions.notify(member_ids=[people[0].pk], kind="unknown", cause="x", data={}, at=now())
    assert not Notice.objects.exists()


def test_five_thousand_are_told_by_one_statement_and_known_by_five_events(people: list[User]) -> None:
    User.objects.bulk_create([User(username=f"many{n}", email=f"many{n}@example.com") for n in range(5_000)])
    ids = list(User.objects.filter(username__startswith="many").values_list("id", flat=True))
    with transaction.atomic():
        told = actions.notify(member_ids=ids, kind="tea.liked", cause="x", data={"tea": 1}, at=now())
    assert told == 5_000
    named = [
        member for payload in StoredEvent.objects.filter(name=NoticesChanged.name).values_list("payload", flat=True)
        for member in payload["member_ids"]
    ]  # fmt: skip
    assert sorted(named) == sorted(ids)


def test_the_same_news_from_two_processes_at_once_is_told_once(people: list[User]) -> None:
    def send(_: int) -> int:
        try:
            return tell(*people, cause="together")
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(send, range(8))) == 4
    assert Notice.objects.count() == 4


def test_the_page_shows_it_escaped_quiets_the_bell_and_leads_on(people: list[User], client: Client) -> None:
    lin, wen, *_ = people
    tell(lin, cause="1", by=wen, tea=7)
    client.force_login(lin)
    assert (
        '<span class="count" data-live="notices">1</span>'
        in client.get("/settings/profile/", follow=True).content.decode()
    )
    page = client.get("/notices/").content.decode()
    assert "1 people like your tea" in page and "&lt;b&gt;pu-erh" in page and "friend1"[:1] in page
    assert unseen_labels(member_ids=[lin.pk]) == {lin.pk: ""}
    notice = Notice.objects.get()
    assert (notice.seen_at is not None, notice.read_at) == (True, None)
    assert client.get(f"/notices/{notice.public_id}/")["Location"] == "/tea/7/"
    notice.refresh_from_db()
    assert notice.read_at is not None


def test_what_may_not_be_read_any_more_is_not_told(people: list[User], client: Client) -> None:
    lin, wen, *_ = people
    tell(lin, cause="1", tea=FORBIDDEN)
    notice = Notice.objects.get()
    client.force_login(lin)
    assert f"/notices/{notice.public_id}/" not in client.get("/notices/").content.decode()
    assert client.get(f"/notices/{notice.public_id}/").status_code == 404
    tell(lin, cause="2", tea=1)
    client.force_login(wen)
    assert client.get(f"/notices/{Notice.objects.last().public_id}/").status_code == 404  # type: ignore[union-attr]


def test_older_ones_follow_by_cursor_without_gap_or_repeat(people: list[User], client: Client) -> None:
    lin = people[0]
    for number in range(65):
        tell(lin, cause=str(number), tea=100 + number)
    client.force_login(lin)
    seen: list[str] = []
    address = "/notices/"
    while address:
        page = client.get(address).context["page"]
        seen += [row.told.url for row in page.rows]
        address = f"/notices/?before={page.older}" if page.older else ""
    assert seen == [f"/tea/{100 + number}/" for number in reversed(range(65))]
    assert client.get("/notices/?before=nonsense").status_code == 200
    assert client.post("/notices/read/").status_code == 302
    assert not Notice.objects.filter(read_at=None).exists()


def test_old_ones_are_forgotten(people: list[User]) -> None:
    tell(people[0], cause="old")
    tell(people[0], cause="new", later=60)
    with transaction.atomic():
        assert actions.forget_notices(before=now() + timedelta(minutes=30)) == 1
    assert Notice.objects.get().cause == "new"
