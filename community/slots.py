"""Where higher apps show something in the forum. Called once a page with all ids, never once a post."""

from dataclasses import dataclass

from members.slots import Slot


@dataclass(frozen=True)
class Badge:
    """A mark beside a name. `kind` is a badge colour of the design system or `tier-1` … `tier-4`."""

    label: str
    kind: str = ""
    title: str = ""


name_badges: Slot[dict[int, list[Badge]]] = Slot("name_badges")
"""fn(*, member_ids: Sequence[int]) -> dict[int, list[Badge]]: beside the names of authors."""
