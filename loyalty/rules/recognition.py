"""What others found good: when it counts, and when it can be spent."""

NEWCOMER_HOLD_DAYS = 14
"""Days until recognition of somebody whom the forum hardly knows can be spent: time for a second look."""
KNOWN_FROM = 2
"""The forum's level of trust from which a rule's own days apply."""
LIKES_COUNT_FROM = 1
"""The level of trust from which somebody's like pays."""


def hold_days(days: int, *, author_trust: int | None) -> int:
    """Days until a recognition is available: the rule's own, longer for authors of trust 0 and 1. None: nobody said."""
    if author_trust is None or author_trust >= KNOWN_FROM:
        return days
    return max(days, NEWCOMER_HOLD_DAYS)
