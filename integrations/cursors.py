"""Cursors: where a list was left. Sealed, so that nobody reads how many rows there are; bound to the list and its filters."""

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from integrations.problems import Problem
from integrations.sealing import Unreadable, seal, unseal

Row = TypeVar("Row")

MOST_COUNTED = 10_000
"""More than so many are not counted: a list of a million would make everybody wait."""


def make_cursor(last: int, *, of: str) -> str:
    """A cursor that goes on after the row with this id. `of` names the list with everything it was filtered by."""
    return base64.urlsafe_b64encode(seal(str(last), place=f"cursor:{of}")).decode().rstrip("=")


def read_cursor(cursor: str, *, of: str) -> int | None:
    """The id it goes on after; None for no cursor. Raises Problem bad_cursor for one that is not of this list."""
    if not cursor:
        return None
    try:
        sealed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        return int(unseal(sealed, place=f"cursor:{of}"))
    except (Unreadable, ValueError) as error:
        raise Problem("bad_cursor") from error


@dataclass(frozen=True)
class Page(Generic[Row]):
    """What one page shows, and how it goes on."""

    rows: Sequence[Row]
    next_cursor: str | None

    @property
    def has_more(self) -> bool:
        return self.next_cursor is not None


def page(
    ask: Callable[[int | None, int], Sequence[Row]],
    *,
    cursor: str,
    limit: int,
    of: str,
    id_of: Callable[[Row], int],
    oldest: bool = False,
) -> Page[Row]:
    """One page: `ask(before, limit)` gives rows newest first, or oldest first, and a cursor of one is none of the other. It asks
    for one more than it shows, to know whether there is."""
    of += ":oldest" if oldest else ""
    rows = ask(read_cursor(cursor, of=of), limit + 1)
    more = len(rows) > limit
    shown = rows[:limit]
    return Page(shown, make_cursor(id_of(shown[-1]), of=of) if more else None)
