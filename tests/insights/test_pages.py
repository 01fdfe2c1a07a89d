"""The member's own page and switch, and the managers' pages in the console."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from wagtail.models import ModelLogEntry

from cms.actions import ensure_staff_access
from insights import actions
from insights.models import MemberStage, Objection
from members.models import User
from outbox.clock import now


@pytest.fixture
def history(mei: User, otto: User, acted: Callable[..., None]) -> None:
    """Mei bought every ten days and then not for 36 days; Otto talks every week."""
    today = now().date()
    acted(mei, [today - timedelta(days=day) for day in (66, 56, 46, 36)])
    acted(otto, [today - timedelta(days=day) for day in range(4, 200, 7)], "S")
    with transaction.atomic():
        ensure_staff_access(by=None, at=now())
        actions.restage_all(at=now())


def words(response: object) -> str:
    text = re.sub(r"<[^>]+>", " ", response.content.decode())  # type: ignore[attr-defined]
    return re.sub(r"\s+", " ", text)


def test_a_member_reads_their_own_stage_with_its_numbers(mei: User, history: None, client: Client) -> None:
    client.force_login(mei)
    page = words(client.get("/members/mei/"))
    assert "usually every 18 days, now 36 days: overdue 2.0" in page
    assert "We have seen less of you lately" in page


def test_other_members_and_guests_never_learn_it(mei: User, otto: User, history: None, client: Client) -> None:
    assert "overdue" not in words(client.get("/members/mei/"))
    client.force_login(otto)
    assert "overdue" not in words(client.get("/members/mei/"))


def test_managers_see_it_on_the_members_page(mei: User, manager: User, history: None, client: Client) -> None:
    client.force_login(manager)
    page = words(client.get("/members/mei/"))
    assert "overdue 2.0" in page
    assert "We have seen less of you lately" not in page


@pytest.mark.django_db(transaction=True)
def test_the_switch(mei: User, acted: Callable[..., None], client: Client) -> None:
    acted(mei, [now().date()])
    with transaction.atomic():
        actions.restage_member(member_id=mei.pk, at=now())
    client.force_login(mei)
    assert "Where we stand" in words(client.get("/settings/privacy/scoring/"))
    assert client.post("/settings/privacy/scoring/", {}).status_code == 302
    assert Objection.objects.filter(member=mei).exists()
    assert not MemberStage.objects.exists()
    page = client.get("/settings/privacy/scoring/")
    assert "Where we stand" not in words(page)
    assert "Where we stand" not in words(client.get("/members/mei/"))
    client.post("/settings/privacy/scoring/", {"wanted": "on"})
    assert MemberStage.objects.filter(member=mei).count() == 3


def test_guests_are_asked_to_sign_in(db: None, client: Client) -> None:
    assert client.get("/settings/privacy/scoring/").status_code == 302
    assert client.post("/settings/privacy/scoring/", {}).status_code == 302


def test_the_table_counts_and_leads_to_the_people(
    mei: User, otto: User, manager: User, history: None, client: Client
) -> None:
    client.force_login(manager)
    page = client.get("/admin/customers/")
    assert page.status_code == 200
    assert "?buying=decline&amp;talking=potential" in page.content.decode()
    assert "2 customers" in words(page)
    people = words(client.get("/admin/customers/people/?buying=decline&talking=potential"))
    assert "Mei Chen" in people
    assert "Otto" not in people
    assert "usually every 18 days, now 36 days: overdue 2.0" in people
    assert "Otto" in words(client.get("/admin/customers/people/?q=ott"))
    assert "2 customers" in words(client.get("/admin/customers/people/?buying=nonsense&page=77&q="))
    story = words(client.get(f"/admin/customers/{mei.public_id}/"))
    assert "Potential → Decline" in story
    assert story.count("purchase") >= 4
    seen = ModelLogEntry.objects.get(action="insights.looked_at")
    assert (seen.user, seen.object_id) == (manager, str(mei.pk))


def test_the_table_takes_the_same_statements_for_any_number_of_members(
    manager: User, history: None, client: Client, django_assert_max_num_queries: Callable[..., object]
) -> None:
    client.force_login(manager)
    client.get("/admin/customers/people/")
    with django_assert_max_num_queries(25):
        client.get("/admin/customers/people/")


@pytest.mark.parametrize("path", ["/admin/customers/", "/admin/customers/people/", "/admin/customers/{}/"])
def test_only_managers_enter(path: str, mei: User, history: None, client: Client) -> None:
    path = path.format(mei.public_id)
    assert client.get(path).status_code == 302
    client.force_login(mei)
    assert client.get(path).status_code in (302, 403)


def test_an_unknown_member_is_not_found(manager: User, history: None, client: Client) -> None:
    client.force_login(manager)
    assert client.get("/admin/customers/zzzzzzzzzzzz/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_the_command(mei: User, acted: Callable[..., None], capsys: pytest.CaptureFixture[str]) -> None:
    acted(mei, [date(1997, 1, 1)])
    call_command("restage", at="1997-01-05T00:00:00+00:00")
    call_command("restage", at="1997-01-05T00:00:00+00:00")
    assert capsys.readouterr().out == "1997-01-05: 2 changes\n1997-01-05: 0 changes\n"
    with pytest.raises(CommandError, match="is no moment"):
        call_command("restage", at="yesterday")
    with pytest.raises(CommandError, match="is no moment"):
        call_command("restage", at="1997-01-05T00:00:00")
    assert MemberStage.objects.get(member=mei, stream="C").since == datetime(1997, 1, 5, tzinfo=UTC)


@pytest.mark.django_db(transaction=True)
def test_the_nightly_task(mei: User, acted: Callable[..., None]) -> None:
    from insights.tasks import nightly

    acted(mei, [now().date()])
    nightly()
    assert MemberStage.objects.get(member=mei, stream="member").stage == "exploration"
