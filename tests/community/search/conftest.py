"""A small place where people of three circles write in two languages; nothing is found before the outbox ran."""

from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from community.actions.chat import messages
from community.queries import search
from community.queries.search import Found
from outbox.clock import now
from outbox.dispatch import run_pending
from tests.community.forum.conftest import AT, Cast, make_board, make_cast, reply, start_topic

__all__ = ["AT", "reply", "start_topic"]


@pytest.fixture(autouse=True)
def _no_spans_of_another_database() -> None:
    search._spans.clear()


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def tea(cast: Cast) -> int:
    return make_board("tea", name="Tea table")


def say(room_id: int, by: Any, raw: str) -> int:
    with transaction.atomic():
        at = now()
        return messages.send_message(room_id=room_id, raw=raw, client_id=f"key-{raw[:40]}", by=by.pk, at=at).message_id


@dataclass
class Finder:
    """Asks as a person would, through the page."""

    cast: Cast

    def page(self, who: str | None, q: str, **more: str) -> Any:
        run_pending()
        return self.cast.client(who).get("/search/", {"q": q, **more})

    def found(self, who: str | None, q: str, **more: str) -> Found | None:
        """None when the page refused to look and said why."""
        return self.page(who, q, **more).context.get("found")

    def titles(self, who: str | None, q: str, **more: str) -> list[str]:
        found = self.found(who, q, **more)
        assert found is not None, f"refused: {q}"
        return [str(hit.title).replace("<mark>", "").replace("</mark>", "") for hit in found.hits]

    def statements(self, who: str | None, q: str) -> int:
        run_pending()
        client = self.cast.client(who)
        client.get("/search/", {"q": q})
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/search/", {"q": q}).status_code == 200
        return sum(not one["sql"].startswith(("SAVEPOINT", "RELEASE")) for one in captured)


@pytest.fixture
def find(cast: Cast) -> Finder:
    return Finder(cast)
