"""The forum's cast around one topic; names and badges read anew at every page."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from community.actions.forum import reactions
from community.topicpage import authors, body
from tests.community.forum.conftest import cast, tea  # noqa: F401 - fixtures


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    """What another test drew is not there."""
    body.forget()
    authors.forget()
    yield
    body.forget()
    authors.forget()


def react(post_id: int, by: Any, kind: str = "like", **more: Any) -> bool:
    from tests.community.forum.conftest import AT

    with transaction.atomic():
        return reactions.react(post_id=post_id, by=by.pk, at=more.pop("at", AT), kind=kind, **more)
