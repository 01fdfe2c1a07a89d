"""`manage.py verify`: every promise of the site, and what breaks it."""

from io import StringIO

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection, transaction

from community.actions.chat import messages, rooms
from community.models import Membership
from config import verify
from config.tasks import look_at_promises
from outbox import queries
from outbox.clock import now


@pytest.fixture
def tea(db: None) -> int:
    person = get_user_model().objects.create(username="ann")
    with transaction.atomic():
        room_id = rooms.create_room(kind="public", slug="tea", name="Tea", by=None, at=now())
        rooms.add_to_room(room_id=room_id, member_id=person.pk, by=None, at=now())
        messages.send_message(room_id=room_id, raw="Good evening", client_id="client-1", by=person.pk, at=now())
    return room_id


def test_every_promise_is_said_and_holds(tea: int) -> None:
    said = StringIO()
    call_command("verify", stdout=said)
    areas = {one.area for one in verify.look()}
    assert areas == {
        "points", "rewards", "quests", "tiers", "rooms", "live sessions", "drops and rewards", "mail", "events", "shops",
        "webhooks",
    }  # fmt: skip
    assert said.getvalue().count("holds   ") == len(verify.look()) and ", 0 broken;" in said.getvalue()


def test_what_is_broken_is_named_and_ends_with_one(tea: int) -> None:
    Membership.objects.update(last_read_seq=10**6)
    said, wrong = StringIO(), StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("verify", "--quiet", stdout=said, stderr=wrong)
    assert ended.value.code == 1
    assert "has not read what nobody said" in wrong.getvalue() and "holds" not in said.getvalue()


@pytest.mark.parametrize(
    ("statement", "promise"),
    [
        ("UPDATE community_room SET last_seq = last_seq + 5", "the highest change is the room's last_seq"),
        ("UPDATE community_room SET last_seq = 0", "no message is above its room's last_seq"),
        ("UPDATE community_message SET reply_count = 3", "the numbers of a thread are those of its replies"),
        ("UPDATE community_message SET reaction_counts = '{\"heart\": 2}'", "the counts of reactions are those of the rows"),
    ],
)  # fmt: skip
def test_each_is_seen_when_it_is_broken(tea: int, statement: str, promise: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
    assert promise in {one.promise for one in verify.look() if one.found}


@pytest.mark.django_db(transaction=True)
def test_the_night_notes_when_everything_held(tea: int) -> None:
    Membership.objects.update(last_read_seq=10**6)
    look_at_promises()
    assert queries.status().proved_at is None
    Membership.objects.update(last_read_seq=0)
    look_at_promises()
    assert queries.status().proved_at is not None
