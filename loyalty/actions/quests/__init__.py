"""Quests, levels and the gifts that hang on them."""
