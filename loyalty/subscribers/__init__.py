"""Event → one call, by topic. Importing this package subscribes them all."""

from loyalty.subscribers import live, merits, orders, quests, sessions

__all__ = ["live", "merits", "orders", "quests", "sessions"]
