"""What one guest tries with lines that wait: the places of all others."""

from typing import Any

import pytest

from messaging.visitors import GUESTS_MOST, Visitors
from tests.messaging.realtime.conftest import session_of
from tests.messaging.realtime.server import SocketServer
from tests.messaging.realtime.test_polling import Poll

pytestmark = [pytest.mark.django_db(transaction=True)]


def test_one_address_does_not_take_all_places_of_polls(make_room: Any, ann: Any) -> None:
    _room, stream = make_room()
    server = SocketServer(LAOYOU_LIMITS="true")
    try:
        polls: list[Poll] = []
        while not (refused := [one for one in polls if one.status == 429]) and len(polls) < 8 * GUESTS_MOST:
            polls.append(Poll(server, f"stream={stream}"))  # one after the other, as who is here wakes all that wait
            polls[-1].join(0.01)
        for one in polls[-GUESTS_MOST:]:
            if not refused:
                one.join(1)  # a busy machine has not answered yet
                refused = [one] if one.status == 429 else []
        assert refused and refused[0].said["code"] == "too_many_polls" and refused[0].said["retry_after"] == 10
        member = Poll(server, f"stream={stream}&hello=1", cookie=session_of(ann))
        member.done()
        assert member.status == 200
    finally:
        server.stop()


def test_who_is_behind_a_proxy_is_told_apart(settings: Any) -> None:
    settings.COMMUNITY_LIMITS_ON, settings.ALLAUTH_TRUSTED_PROXY_COUNT = True, 1
    visitors = Visitors()

    def scope(said: str) -> dict[str, Any]:
        return {"client": ("10.0.0.1", 1), "headers": [(b"x-forwarded-for", said.encode())]}

    assert {visitors.enter(scope(f"6.6.6.{n}, 198.51.100.7")) for n in range(GUESTS_MOST)} == {"198.51.100.7"}
    assert (
        visitors.enter(scope("1.1.1.1, 198.51.100.7")) is None
    )  # what the visitor wrote themselves counts for nothing
    assert visitors.enter(scope("198.51.100.8")) == "198.51.100.8"
    assert visitors.enter(scope("2001:db8:1:2::5")) == visitors.enter(scope("2001:db8:1:2::6"))
    visitors.leave("198.51.100.7")
    assert visitors.enter(scope("198.51.100.7")) == "198.51.100.7"
    assert visitors.enter({"client": None, "headers": []}) == ""
