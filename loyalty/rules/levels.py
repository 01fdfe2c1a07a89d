"""Levels: progress of the first months. Level L begins at curve × L × (L − 1) lifetime credit."""

from math import isqrt


def begins_at(level: int, *, curve: int = 1) -> int:
    """Credit at which a level begins: 10 → 90, 15 → 210, 20 → 380, 30 → 870."""
    return curve * level * (level - 1)


def level_of(credit: int, *, curve: int = 1) -> int:
    """The level of so much credit, at least 1. Exact for any size: no floats."""
    if credit <= 0:
        return 1
    return (1 + isqrt(1 + 4 * (credit // curve))) // 2
