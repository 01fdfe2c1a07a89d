"""A case from the first word to the last, through the pages people use."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from care import actions, queries
from care.models import Case, CaseWord
from members.models import User
from outbox.models import StoredEvent

NOW = datetime(2024, 5, 1, 12, tzinfo=UTC)


def told() -> list[str]:
    return list(StoredEvent.objects.filter(name__startswith="case.").order_by("id").values_list("name", flat=True))


def open_case(member: User, subject: str = "Late", at: datetime = NOW) -> Case:
    with transaction.atomic():
        return actions.open_case(member_id=member.pk, subject=subject, text="Ten days.", by=member.pk, at=at)


@pytest.mark.django_db(transaction=True)
def test_from_the_first_word_to_the_last(mei: User, nadia: User, client: Client) -> None:
    client.force_login(mei)
    answer = client.post("/care/", {"subject": "My order came late", "text": "Ten days instead of three."})
    case = Case.objects.get()
    assert answer.headers["Location"] == f"/care/{case.public_id}/"
    desk = Client()
    desk.force_login(nadia)
    assert "My order came late" in desk.get("/admin/care/").content.decode()
    assert desk.post(f"/admin/care/{case.public_id}/", {"text": "We are sorry."}).status_code == 302
    case.refresh_from_db()
    assert case.state == "answered"
    page = client.get(f"/care/{case.public_id}/").content.decode()
    assert "We are sorry." in page
    assert "Nadia Weiss" in page
    client.post(f"/care/{case.public_id}/", {"text": "Thank you. And the tin?"})
    assert queries.waiting() == 1
    assert client.post(f"/care/{case.public_id}/close/").status_code == 302
    assert client.post(f"/care/{case.public_id}/close/").status_code == 302
    assert told() == ["case.opened", "case.resolved"]
    assert StoredEvent.objects.get(name="case.resolved").payload["by_member"] is True
    client.post(f"/care/{case.public_id}/", {"text": "One more thing"})
    assert CaseWord.objects.count() == 3
    assert "This is closed." in client.get(f"/care/{case.public_id}/").content.decode()


@pytest.mark.parametrize("path", ["/care/{}/", "/care/{}/close/"])
def test_for_others_it_does_not_exist(path: str, mei: User, otto: User, nadia: User, client: Client) -> None:
    case = open_case(mei)
    client.force_login(otto)
    assert client.post(path.format(case.public_id), {"text": "Let me see"}).status_code == 404
    assert client.post(path.format("000000000000"), {"text": "Let me see"}).status_code == 404
    client.force_login(nadia)  # managers have their own desk
    assert client.post(path.format(case.public_id), {"text": "Let me see"}).status_code == 404
    case.refresh_from_db()
    assert (case.state, CaseWord.objects.count()) == ("open", 1)


def test_guests_are_asked_to_sign_in(db: None, client: Client) -> None:
    assert client.get("/care/").status_code == 302
    assert client.post("/care/", {"subject": "x", "text": "y"}).status_code == 302
    assert not Case.objects.exists()


@pytest.mark.parametrize("path", ["/admin/care/", "/admin/care/{}/", "/admin/care/{}/close/"])
def test_the_desk_is_for_managers(path: str, mei: User, otto: User, client: Client) -> None:
    case = open_case(mei)
    client.force_login(otto)
    assert client.post(path.format(case.public_id), {"text": "No"}).status_code in (302, 403, 405)
    case.refresh_from_db()
    assert (case.state, CaseWord.objects.count()) == ("open", 1)


@pytest.mark.parametrize(
    "form",
    [{}, {"subject": "x"}, {"text": "y"}, {"subject": "x" * 121, "text": "y"}, {"subject": "x", "text": "y" * 4001}, {"subject": "a\x00b", "text": "y"}],
)  # fmt: skip
def test_forms_say_what_is_missing(form: dict[str, str], mei: User, client: Client) -> None:
    client.force_login(mei)
    assert client.post("/care/", form).status_code == 422
    assert not Case.objects.exists()


def test_words_are_shown_as_words(mei: User, client: Client) -> None:
    with transaction.atomic():
        case = actions.open_case(member_id=mei.pk, subject="<b>x", text="<script>alert(1)</script>", by=mei.pk, at=NOW)
    client.force_login(mei)
    page = client.get(f"/care/{case.public_id}/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_five_wait_at_most(mei: User) -> None:
    cases = [open_case(mei) for _ in range(actions.MOST_OPEN)]
    with pytest.raises(actions.TooManyCases):
        open_case(mei)
    assert Case.objects.count() == 5
    with transaction.atomic():
        actions.close_case(case_id=cases[0].pk, by=mei.pk, at=NOW)
    open_case(mei)


def test_who_waited_longest_comes_first(mei: User, otto: User) -> None:
    open_case(mei, "second", NOW + timedelta(hours=1))
    open_case(otto, "first", NOW)
    rows, total = queries.cases(state="open")
    assert ([card.subject for card, _member in rows], total) == (["first", "second"], 2)


def test_closing_by_staff_is_told_as_such_and_once(mei: User, nadia: User) -> None:
    case = open_case(mei)
    with transaction.atomic():
        assert actions.close_case(case_id=case.pk, by=nadia.pk, at=NOW)
        assert not actions.close_case(case_id=case.pk, by=mei.pk, at=NOW)
        with pytest.raises(actions.CaseClosed):
            actions.add_word(case_id=case.pk, text="?", from_staff=True, by=nadia.pk, at=NOW)
    assert StoredEvent.objects.get(name="case.resolved").payload["by_member"] is False


def test_the_table_keeps_its_promises(mei: User) -> None:
    case = open_case(mei)
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(state="closed")
    with pytest.raises(IntegrityError), transaction.atomic():
        CaseWord.objects.create(case=case, author=mei, from_staff=False, text="", at=NOW)


@pytest.mark.django_db(transaction=True)
def test_ten_forms_at_once_are_five_cases(mei: User) -> None:
    def send(_number: int) -> None:
        try:
            open_case(mei)
        except actions.TooManyCases:
            pass
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(send, range(10)))
    assert Case.objects.count() == 5
