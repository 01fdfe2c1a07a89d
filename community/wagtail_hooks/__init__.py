"""The community in the console, by topic. Importing this package registers it all."""

from community.wagtail_hooks import badges, boards, order, rooms, tags, trust

__all__ = ["badges", "boards", "order", "rooms", "tags", "trust"]
