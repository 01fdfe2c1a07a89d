"""Small pieces of the pages inside of live sessions."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import template
from django.utils.safestring import SafeString

from community import cook

register = template.Library()


@dataclass(frozen=True)
class Option:
    """One option of a poll as its form shows it."""

    index: int
    text: str
    votes: int
    share: int
    chosen: bool


@register.filter
def poll_options(poll: Mapping[str, Any], own: Any) -> list[Option]:
    """The options with their votes, and which is the reader's."""
    counts = poll.get("counts") or [0] * len(poll["options"])
    total = sum(counts)
    mine = own.choices.get(poll["id"]) if own else None
    return [
        Option(index, text, counts[index], round(100 * counts[index] / total) if total else 0, index == mine)
        for index, text in enumerate(poll["options"])
    ]


@register.filter
def at_rank(names: Mapping[int, str], rank: int) -> str:
    """What a rank is called."""
    return names.get(rank, str(rank))


@register.filter
def moment(value: str) -> datetime | None:
    """A moment of the stream's data, for the date filter."""
    return datetime.fromisoformat(value) if value else None


@register.filter
def as_json(value: Any) -> str:
    """For a data attribute, which Django escapes."""
    return json.dumps(value, ensure_ascii=False)


@register.filter
def stored(markup: str) -> SafeString:
    """Text that was cooked when it was written."""
    return cook.stored(markup)
