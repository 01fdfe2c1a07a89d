"""The idempotency key of a posting."""

import uuid

_CAUSES = uuid.UUID("5a1f3c1e-6a2b-5d0f-9c57-6c616f796f75")


def cause_key(*parts: object) -> uuid.UUID:
    """The idempotency key of a posting: the same cause gives the same key, for ever."""
    return uuid.uuid5(_CAUSES, "\x1f".join(str(part) for part in parts))
