"""Early access to sessions through the door that people use."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from community.models import LiveSession, Rsvp
from loyalty.models import Tier
from outbox.clock import now
from tests.community.schedule.conftest import plan
from tests.loyalty.tiers.test_pages import client_of
from tests.loyalty.tiers.test_reviews import credit

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(new_member: Any) -> LiveSession:
    host = get_user_model().objects.get(pk=new_member("host"))
    row = plan(host, starts=now() + timedelta(days=5))
    LiveSession.objects.filter(pk=row.pk).update(answers_from=now() + timedelta(hours=30))
    return row


def say(client: Client, session: LiveSession, answer: str) -> int:
    at = f"/live/{session.public_id}/rsvp/"
    return client.post(at, {"answer": answer}, headers={"accept": "application/json"}).status_code


def test_higher_tiers_answer_before_the_others(session: LiveSession, member: int, new_member: Any) -> None:
    Tier.objects.filter(code="old-friend").update(early_hours=48)
    Tier.objects.filter(code="good-friend").update(early_hours=24)
    good = new_member("good")
    credit(member, 2500, "a", at=now())
    credit(good, 600, "b", at=now())
    assert [say(client_of(one), session, "going") for one in (member, good, new_member("newcomer"))] == [200, 422, 422]
    assert list(Rsvp.objects.values_list("member_id", flat=True)) == [member]
    page = client_of(good).get(f"/live/{session.public_id}/").content.decode()
    assert "before the others" in page
    assert "You may answer before the others" in client_of(member).get(f"/live/{session.public_id}/").content.decode()
    # A no is welcome at any time, and when the hour has come, everybody's yes.
    assert say(client_of(good), session, "no") == 200
    LiveSession.objects.filter(pk=session.pk).update(answers_from=now() + timedelta(hours=23))
    assert say(client_of(good), session, "going") == 200
    LiveSession.objects.filter(pk=session.pk).update(answers_from=now() - timedelta(minutes=1))
    assert say(client_of(new_member("late")), session, "maybe") == 200


def test_the_host_says_when_answers_open(session: LiveSession, member: int) -> None:
    host = client_of(get_user_model().objects.get(username="host").pk)
    at = f"/live/{session.public_id}/answers/"
    for bad in ("soon", "2001-13-01T10:00", "9999-01-01T00:00"):
        before = LiveSession.objects.get(pk=session.pk).answers_from
        assert host.post(at, {"answers_from": bad}).status_code == 302
        assert LiveSession.objects.get(pk=session.pk).answers_from == before
    assert host.post(at, {"answers_from": ""}).status_code == 302
    assert LiveSession.objects.get(pk=session.pk).answers_from is None
    assert client_of(member).post(at, {"answers_from": ""}).status_code == 403
    assert host.get(f"/live/{session.public_id}/").content.decode().count("answers_from") >= 1
