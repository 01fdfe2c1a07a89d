"""Event → one call, by topic. Importing this package subscribes them all."""

from loyalty.subscribers import ledger, live, merits, orders, quests, quests_live, rewards, sessions

__all__ = ["ledger", "live", "merits", "orders", "quests", "quests_live", "rewards", "sessions"]
