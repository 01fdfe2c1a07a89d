"""How badges look."""
