"""The same posts as branches: who answers whom, in the order in which a tree is read. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

DEEPEST = 3
"""Levels that are drawn; what lies deeper hangs from the last one and says whom it answers."""


@dataclass(frozen=True)
class Leaf:
    """A post in the tree: its number, how deep it is drawn (0: the first post and what answers the topic itself)."""

    number: int
    depth: int


@dataclass(frozen=True)
class Branches:
    """All numbers of a topic in reading order."""

    leaves: tuple[Leaf, ...]
    places: dict[int, int]

    def page(self, page: int, size: int) -> tuple[Leaf, ...]:
        return self.leaves[(page - 1) * size : page * size]

    def below(self, number: int, depth: int) -> int:
        """How many posts the branch has that begins with this one and lies below `depth`."""
        count = 0
        for leaf in self.leaves[self.places[number] :]:
            if leaf.depth <= depth:
                break
            count += 1
        return count

    def page_of(self, number: int, size: int) -> int:
        """The page that shows this number; numbers that are no longer here are on the page of the next one."""
        place = self.places.get(number)
        if place is None:
            later = [known for known in self.places if known > number]
            place = self.places[min(later)] if later else max(len(self.leaves) - 1, 0)
        return place // size + 1

    def absent(self, read: int, highest: int) -> list[int]:
        """Numbers between the pointer and the highest that no longer live here."""
        if len(self.places) == highest:
            return []
        return [number for number in range(read + 1, highest + 1) if number not in self.places]

    def pages(self, size: int) -> int:
        return max(-(-len(self.leaves) // size), 1)


def grown(pairs: Iterable[tuple[int, int | None]]) -> Branches:
    """Branches from (number, number it answers), in any order.

    An answer to the first post is an answer to the topic. Each number is there exactly once, whatever the pairs say:
    a parent that is not among them, or not smaller, counts as none.
    """
    parents = dict(pairs)
    children: dict[int, list[int]] = {}
    roots: list[int] = []
    for number in sorted(parents):
        parent = parents[number]
        if parent is None or parent == 1 or parent >= number or parent not in parents:
            roots.append(number)
        else:
            children.setdefault(parent, []).append(number)
    leaves: list[Leaf] = []
    waiting = [Leaf(number, 0) for number in reversed(roots)]
    while waiting:
        leaf = waiting.pop()
        leaves.append(leaf)
        depth = min(leaf.depth + 1, DEEPEST - 1)
        waiting.extend(Leaf(number, depth) for number in reversed(children.get(leaf.number, ())))
    return Branches(tuple(leaves), {leaf.number: place for place, leaf in enumerate(leaves)})


def pointer_after(
    *, read: int, above: Sequence[int], shown: Iterable[int], highest: int, absent: Iterable[int] = ()
) -> tuple[int, list[int]]:
    """Where the read pointer goes when these numbers are shown, and which single numbers above it wait.

    The pointer moves to the highest n with everything up to n shown. `absent` are numbers that no longer exist here.
    This is what the statement in `actions.seen` computes; tests compare them.
    """
    seen = {*above, *shown, *absent}
    while read < highest and read + 1 in seen:
        read += 1
    return read, sorted(number for number in {*above, *shown} if number > read)[:MOST_ABOVE]


MOST_ABOVE = 200
"""Single numbers kept above the pointer (specification of the forum, section 6)."""
