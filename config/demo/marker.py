"""Whether a demonstration was begun and not finished: a file, so that the supervisor can ask without Django."""

from collections.abc import Iterator
from contextlib import contextmanager

from config.engines.places import home

_NAME = "demo-unfinished"


def unfinished() -> bool:
    """A start was interrupted while it filled the site; the next one goes on."""
    return (home() / _NAME).exists()


@contextmanager
def being_filled() -> Iterator[None]:
    """The mark stands until the whole filling succeeded."""
    (home() / _NAME).touch()
    yield
    (home() / _NAME).unlink(missing_ok=True)
