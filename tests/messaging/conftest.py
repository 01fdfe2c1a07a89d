"""What all tests of messages share: a mail server, a clock, and a kind of notice."""

import pytest

from messaging.slots import notices

from .mail.conftest import clock, sink
from .telling import KINDS, write

__all__ = ["clock", "sink"]


@pytest.fixture
def teas(monkeypatch: pytest.MonkeyPatch) -> None:
    """Kinds of notices about tea, in three groups of the settings."""
    for kind, group in KINDS.items():
        monkeypatch.setitem(notices._writers, kind, write)
        monkeypatch.setitem(notices._groups, kind, group)
