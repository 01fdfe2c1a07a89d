"""Event → one call, by topic. Importing this package subscribes them all."""

from community.subscribers import (
    composer,
    cooking,
    live,
    messages,
    order,
    people,
    reading,
    rights,
    rooms,
    search,
    sessions,
    stage,
    topicpage,
    trust,
)

__all__ = [
    "composer",
    "cooking",
    "live",
    "messages",
    "order",
    "people",
    "reading",
    "rights",
    "rooms",
    "search",
    "sessions",
    "stage",
    "topicpage",
    "trust",
]
