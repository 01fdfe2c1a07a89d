"""Pages have a pace too: by address for guests, by member for members, together over all processes."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from community import middleware
from community.rules.limits import GUEST_REQUESTS, MEMBER_REQUESTS
from tests.community.forum.conftest import Cast
from tests.community.trust.conftest import forget_paces

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC).timestamp()


@pytest.fixture
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(middleware.time, "time", lambda: NOW)


def allowed(visitor: str, windows: Any, at: float, tries: int) -> int:
    return sum(middleware.count(visitor, windows, at) == 0 for _ in range(tries))


def test_numbers_of_guests_and_members(limits_on: None) -> None:
    assert allowed("a", GUEST_REQUESTS, NOW, 80) == 50
    assert sum(allowed("b", GUEST_REQUESTS, NOW + second, 40) for second in range(0, 60, 10)) == 200
    assert allowed("c", MEMBER_REQUESTS, NOW, 150) == 100
    assert sum(allowed("d", MEMBER_REQUESTS, NOW + second, 90) for second in range(0, 60, 10)) == 300
    assert middleware.count("a", GUEST_REQUESTS, NOW + 2.5) == 8
    assert allowed("a", GUEST_REQUESTS, NOW + 10, 1) == 1


def test_processes_count_together(limits_on: None) -> None:
    assert allowed("a", GUEST_REQUESTS, NOW, 40) == 40
    middleware._counts.clear()  # another process, which has seen nothing yet
    passed = allowed("a", GUEST_REQUESTS, NOW, 40)
    assert 10 <= passed <= 10 + middleware.TOLD_EVERY


def test_without_valkey_each_process_holds_what_it_sees(no_valkey: None) -> None:
    assert allowed("a", GUEST_REQUESTS, NOW, 80) == 50


def test_memory_is_bounded(limits_on: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(middleware, "_MOST_VISITORS", 100)
    for number in range(300):
        middleware.count(str(number), GUEST_REQUESTS, NOW)
    assert len(middleware._counts) <= 103


@pytest.mark.parametrize(
    ("address", "visitor"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("not an address" * 9, ("not an address" * 9)[:45]),
    ],
)
def test_ipv6_customers_are_a_network(address: str, visitor: str) -> None:
    assert middleware.network(address) == visitor


@pytest.mark.django_db
@pytest.mark.usefixtures("limits_on", "_clock")
class TestPages:
    def test_guest_is_told_when_to_come_back(self) -> None:
        client = Client()
        answers = [client.get("/trust/").status_code for _ in range(51)]
        assert answers == [200] * 50 + [429]
        refused = client.get("/trust/")
        assert refused["Retry-After"] == "10"
        assert "One cup at a time" in refused.content.decode()
        assert client.get("/health/live").status_code == 200
        assert Client(REMOTE_ADDR="198.51.100.7").get("/trust/").status_code == 200

    def test_members_count_alone(self, cast: Cast) -> None:
        for _ in range(51):
            Client().get("/trust/")
        ada = cast.client("ada")
        assert ada.get("/trust/").status_code == 200

    def test_invented_session_is_a_guest(self) -> None:
        answers = []
        for number in range(51):
            client = Client()
            client.cookies["sessionid"] = f"invented{number}"
            answers.append(client.get("/trust/").status_code)
        assert answers == [200] * 50 + [429]

    def test_trusted_proxy_names_the_visitor(self, settings: Any) -> None:
        settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
        for _ in range(51):
            Client().get("/trust/", headers={"X-Forwarded-For": "192.0.2.1, 198.51.100.7"})
        assert Client().get("/trust/", headers={"X-Forwarded-For": "198.51.100.7"}).status_code == 429
        assert Client().get("/trust/", headers={"X-Forwarded-For": "198.51.100.7, 192.0.2.1"}).status_code == 200


def test_everything_was_put_back() -> None:
    forget_paces()
    assert middleware._counts == {}
