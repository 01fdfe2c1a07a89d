"""The community in the console, by topic. Importing this package registers it all."""

from community.wagtail_hooks import badges, boards, order, tags, trust

__all__ = ["badges", "boards", "order", "tags", "trust"]
