"""Where higher apps say what they alone know."""

from collections.abc import Mapping

from members.slots import Slot

cause_links: Slot[Mapping[str, tuple[str, str]]] = Slot("cause_links")
"""fn(*, causes: Collection[str], viewer: Member) -> {cause: (label, address)}: where points of `grant_points(cause=…)` came
from. Once a page, for all causes on it; unknown ones are left out."""
