"""What may happen to a claim."""

OUT_OF_HAND = frozenset({"physical", "promise"})
"""Kinds that are handed over outside of the site: they are returned, never just cancelled."""


def may_take_back(*, state: str, kind: str) -> bool:
    """Whether members may take a claim back by themselves: before anybody acts on it, a gift until the friend took it."""
    if state in ("held", "requested"):
        return True
    if state == "confirmed":
        return kind in OUT_OF_HAND
    return state == "fulfilling" and kind == "gift_to_friend"
