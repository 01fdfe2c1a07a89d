"""Pages of rooms and what is said in them."""
