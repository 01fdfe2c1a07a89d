"""Event → one call, by topic. Importing this package subscribes them all."""

from loyalty.subscribers import live, merits, orders, sessions

__all__ = ["live", "merits", "orders", "sessions"]
