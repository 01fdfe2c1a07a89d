"""Who is in a session now: members see those who show it, whoever keeps order sees everybody, passers-by see numbers."""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import transaction

from community.stage_access import INSIDE
from members.access import MODERATORS
from members.actions import set_openness
from outbox.clock import now
from tests.community.stage.test_page import Visit, _clock

__all__ = ["_clock"]
pytestmark = pytest.mark.usefixtures("_clock")


def test_seats_and_queue_name_nobody_to_guests_and_only_who_lets_it(make_show: Any, people: list[Any]) -> None:
    show = make_show(capacity=2, audience="everybody")
    assert show.state in INSIDE
    for member in people[:5]:
        Visit(show, member).post("join/")
    seen, hidden, first, unseen, last = (f'<span class="person-name clip">{one.name}<' for one in people[:5])
    with transaction.atomic():
        for member in (people[1], people[3]):
            set_openness(member_id=member.pk, listed=True, last_seen=False, here=False, by=member.pk, at=now())
    guest = Visit(show).page("people")
    assert not [name for name in (seen, hidden, first, unseen, last) if name in guest]
    assert "Members see who is here." in guest and 'data-count="seated">2<' in guest
    page = Visit(show, people[0]).page("people")
    assert seen in page and first in page and last in page and hidden not in page and unseen not in page
    assert '<span class="number muted">3</span>' in page and '<span class="number muted">2</span>' not in page
    people[5].groups.add(Group.objects.get_or_create(name=MODERATORS)[0])
    desk = Visit(show, people[5]).page("people")
    assert all(name in desk for name in (seen, hidden, first, unseen, last))
