"""The page that explains a line, the question about it, and the answer through the desk for complaints."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from care.models import Case
from community.events import AnswerAccepted
from loyalty import actions, queries, refusal_words
from loyalty.actions.earning import questions
from loyalty.models import PointsQuestion, Reward, RuleRefusal
from loyalty.queries.why import statement_line
from loyalty.rules.conditions import judge
from outbox.clock import now
from outbox.dispatch import run_pending
from outbox.publish import publish
from tests.loyalty.conftest import AT, at_once, make_order, record
from tests.loyalty.test_console import signed_in

pytestmark = pytest.mark.django_db

FIRST = {"fact": "order.first", "is": "is_true"}
BIG = {"fact": "order.net", "is": "at_least", "value": 10_000}


def visitor(member_id: int) -> Client:
    client = Client()
    client.force_login(get_user_model().objects.get(pk=member_id), backend="members.backends.MemberBackend")
    return client


def line_of(member_id: int) -> queries.StatementLine:
    return queries.statement(member_id=member_id, at=now())[0]


def bought() -> int:
    at_once(points_cap=30)
    with transaction.atomic():
        actions.publish_rule(
            code="weekend", by=None, at=AT,
            changes={
                "name": "Weekend tea", "trigger": "order.paid", "formula": "fixed", "points": 9, "pending_days": 0,
                "starts_at": AT + timedelta(days=5), "conditions": {},
            },
        )  # fmt: skip
        actions.publish_rule(
            code="big", by=None, at=AT,
            changes={
                "name": "A big order", "trigger": "order.paid", "formula": "fixed", "points": 9, "pending_days": 0,
                "conditions": {"fact": "order.net", "is": "at_least", "value": 10_000},
            },
        )  # fmt: skip
    return record(make_order()).member_id or 0


def test_a_line_tells_how_its_number_came_about_and_which_rules_lost() -> None:
    who = bought()
    line = line_of(who)
    page = visitor(who).get(f"/points/statement/{line.handle}/")
    text = page.content.decode()
    assert page.status_code == 200
    for words in (
        "worth 42.00 EUR", "A limit let 30 of 42 through", "reached its points of the day", "version 2",
        "It starts on", "It pays if what the order is worth is at least 100.00 EUR (here it was 42.00 EUR)", "expire on",
    ):  # fmt: skip
        assert words in text, words
    rule = visitor(who).get("/points/rules/purchase/2/")
    assert "at most 30 points a day" in rule.content.decode()
    assert visitor(who).get("/points/rules/purchase/99/").status_code == 404


def test_the_page_speaks_of_the_answer_and_of_what_became_of_the_points(member: int) -> None:
    at_once("accepted-answer")
    fan = get_user_model().objects.create_user("fan")
    with transaction.atomic():
        publish(AnswerAccepted(topic_id=1, post_id=5, author_id=member, by_id=fan.pk, self_answer=False, at=AT))
    run_pending()
    with transaction.atomic():
        actions.hide_post(post_id=5, author_id=member, at=AT + timedelta(days=1))
    gone, paid = queries.statement(member_id=member, at=AT + timedelta(days=2))
    found = statement_line(handle=paid.handle, member_id=member, at=AT + timedelta(days=2))
    assert found and [(one.line.why, one.amount) for one in found.fates] == [("Taken back: the post was removed", 25)]
    back = statement_line(handle=gone.handle, member_id=member, at=AT + timedelta(days=2))
    assert back and [one.line.txn_id for one in back.sources] == [paid.txn_id]


def test_others_and_damaged_names_find_nothing(member: int) -> None:
    who = bought()
    handle = line_of(who).handle
    assert visitor(member).get(f"/points/statement/{handle}/").status_code == 404
    assert Client().get(f"/points/statement/{handle}/").status_code == 302
    for damaged in (handle[:-1], handle + "a", "x", "a" * 26, handle.upper()):
        assert visitor(who).get(f"/points/statement/{damaged}/").status_code == 404
    assert visitor(who).get(f"/admin/points/why/{handle}/").status_code in (302, 403)
    staff = signed_in(True)
    assert "A limit let 30 of 42 through" in staff.get(f"/admin/points/why/{handle}/").content.decode()


def statements_of(client: Client, handle: str) -> int:
    client.get(f"/points/statement/{handle}/")
    with CaptureQueriesContext(connection) as captured:
        assert client.get(f"/points/statement/{handle}/").status_code == 200
    return len(captured)


def test_the_page_costs_a_bounded_number_of_statements(member: int) -> None:
    """An order with its refusals, then spent; a reward that took from many; a like with its post: twelve at most, always."""
    who = bought()
    client, handle = visitor(who), line_of(who).handle
    few = statements_of(client, handle)
    for number in range(2, 9):
        record(make_order(str(number)))
    assert few == statements_of(client, handle) <= 12
    with transaction.atomic():
        actions.grant_points(cause="x", member_id=who, amount=300, reason="x", origin="x", by=None, at=now())
        actions.claim_reward(
            reward_id=Reward.objects.get(kind="generated_code").pk, member_id=who, key="k" * 12, by=who, at=now()
        )
    assert all(statements_of(client, line.handle) <= 12 for line in queries.statement(member_id=who, at=now()))
    at_once("accepted-answer")
    with transaction.atomic():
        actions.accept_answer(post_id=1, author_id=who, by_id=member, self_answer=False, at=now(), author_trust=2)
    assert statements_of(client, line_of(who).handle) <= 12


@pytest.mark.parametrize(
    ("asked", "found", "sentence"),
    [
        (FIRST, {"order.first": False}, "it pays if it is the member's first paid order (here it was not so)"),
        (
            {"fact": "order.categories", "is": "has_any", "value": ["tea"]}, {"order.categories": []},
            "it pays if categories in the order include tea (here there were none)",
        ),
        (
            {"all": [FIRST, BIG]}, {"order.first": False, "order.net": 4200},
            "it pays if it is the member's first paid order (here it was not so) and what the order is worth is at least "
            "100.00 EUR (here it was 42.00 EUR)",
        ),
        (
            {"any": [FIRST, BIG]}, {"order.first": False, "order.net": 4200},
            "it pays if it is the member's first paid order or what the order is worth is at least 100.00 EUR; here it is not "
            "the member's first paid order and what the order is worth was 42.00 EUR",
        ),
        (
            {"not": FIRST}, {"order.first": True},
            "it pays if it is not the member's first paid order; here it is the member's first paid order",
        ),
        (BIG, {}, "it pays if what the order is worth is at least 100.00 EUR (that is not known here)"),
    ],
)  # fmt: skip
def test_a_refusal_is_a_sentence(asked: dict[str, Any], found: dict[str, Any], sentence: str) -> None:
    failed = judge(asked, found, tier_ranks={}).failed
    words = refusal_words.refusal("conditions", {"failed": failed}, trigger="order.paid", currency="EUR", asked=asked)
    assert words == sentence


class TestQuestions:
    def asked(self) -> tuple[int, PointsQuestion, str]:
        who = bought()
        handle = line_of(who).handle
        page = visitor(who).post(f"/points/statement/{handle}/", {"words": "The cap was not told to me."})
        assert page.status_code == 302
        run_pending()
        return who, PointsQuestion.objects.get(), handle

    def test_a_member_asks_and_a_manager_grants(self) -> None:
        who, question, handle = self.asked()
        case = Case.objects.get(cause=f"points:{question.public_id}")
        assert "Waits for an answer" in visitor(who).get(f"/points/statement/{handle}/").content.decode()
        staff = signed_in(True)
        assert "The cap was not told to me." in staff.get(f"/admin/care/{case.public_id}/").content.decode()
        address = f"/admin/care/{case.public_id}/points/"
        for bad in (
            {},
            {"verdict": "granted", "words": "x"},
            {"verdict": "declined", "amount": 5, "words": "x"},
            {"verdict": "granted", "amount": -1, "words": "x"},
            {"verdict": "granted", "amount": 12, "words": ""},
        ):
            assert staff.post(address, bad).status_code == 422
        before = queries.balance(member_id=who, at=now()).available
        good = {"verdict": "granted", "amount": 12, "words": "You are right, here they are."}
        assert staff.post(address, good).status_code == 302
        assert staff.post(address, good).status_code == 422  # answered already
        assert queries.balance(member_id=who, at=now()).available == before + 12
        case.refresh_from_db()
        assert case.state == "closed"
        text = visitor(who).get(f"/points/statement/{handle}/").content.decode()
        assert "You are right, here they are." in text and "12 points were given" in text

    def test_declined_says_why_and_may_be_asked_again(self) -> None:
        who, _question, handle = self.asked()
        case = Case.objects.get()
        staff = signed_in(True)
        staff.post(f"/admin/care/{case.public_id}/points/", {"verdict": "declined", "words": "The rule says 30 a day."})
        assert "The rule says 30 a day." in visitor(who).get(f"/points/statement/{handle}/").content.decode()
        assert visitor(who).post(f"/points/statement/{handle}/", {"words": "Still."}).status_code == 302

    def test_a_case_closed_without_an_answer_lets_the_question_go(self) -> None:
        who, question, _handle = self.asked()
        case = Case.objects.get()
        assert visitor(who).post(f"/care/{case.public_id}/close/").status_code == 302
        question.refresh_from_db()
        assert question.state == "declined"

    def test_bad_words_and_a_second_question_are_refused(self) -> None:
        who, _question, handle = self.asked()
        client = visitor(who)
        twice = client.post(f"/points/statement/{handle}/", {"words": "The cap was not told to me."})
        assert twice.status_code == 302, "the form was sent twice"
        other = client.post(f"/points/statement/{handle}/", {"words": "Again"})
        assert other.status_code == 422 and "have asked about this line already" in other.content.decode()
        for words in ("", " ", "x" * 2001, "a\x00b"):
            assert client.post(f"/points/statement/{handle}/", {"words": words}).status_code == 422
        assert PointsQuestion.objects.count() == 1
        with pytest.raises(questions.QuestionRefused) as refused, transaction.atomic():
            questions.ask_about(txn_id=10**12, member_id=who, words="x", at=AT)
        assert refused.value.code == "missing"
        assert RuleRefusal.objects.filter(member_id=who).count() == 2
