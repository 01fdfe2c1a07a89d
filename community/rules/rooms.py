"""What a room may be and become, without a database."""

from collections.abc import Collection
from hashlib import sha256

DIRECT_MOST = 20
"""People of one conversation (specs: community, section 11)."""
PRIVATE_MOST = 200
"""People of one private room; a larger circle is a group."""
RETENTIONS = (7, 30, 90, 180, 365)
"""Days that are offered for keeping messages; nothing means for good."""
SLOW = (5, 10, 30, 60, 300, 900, 3600)
"""Seconds that are offered between two messages of one member."""
MUTES = {"hour": 3_600, "eight": 8 * 3_600, "day": 86_400, "week": 7 * 86_400}
"""How long a room can be quiet, in seconds, by the word of the form."""
RESERVED = frozenset({"new", "direct", "threads", "rooms", "browse", "people", "settings", "live", "messages"})
"""Names that are addresses of the chat itself."""

# What was said for a circle is not shown to a larger one: only these changes never give a word to somebody new.
_NARROWER = {("public", "board"), ("public", "group"), ("public", "private")}


def may_become(before: str, after: str, *, same_circle: bool, empty: bool) -> bool:
    """Whether a room of one kind may become another one. `same_circle`: it follows the same board or group as before.

    Nothing becomes, or ceases to be, a conversation or the room of a session.
    """
    fixed = {"direct", "session"}
    if before in fixed or after in fixed:
        return before == after
    if before == after:
        return same_circle or empty
    if before == "private":
        return False  # the team never reads what was said among friends, and opens it to nobody
    return empty or (before, after) in _NARROWER


def direct_key(member_ids: Collection[int]) -> str:
    """The key of the people of a conversation: the same for the same people, in whatever order."""
    return sha256(",".join(str(member) for member in sorted(set(member_ids))).encode()).hexdigest()


def slug_of(name: str, *, fallback: str) -> str:
    """An address from a room's name: letters of any script, digits and hyphens; never one of the chat's own."""
    kept = "".join(letter if letter.isalnum() else " " for letter in name.casefold())
    slug = "-".join(kept.split())[:50].strip("-")
    return fallback if not slug or slug in RESERVED or slug.isdigit() else slug
