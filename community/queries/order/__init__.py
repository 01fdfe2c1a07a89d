"""Reading flags, review, sanctions."""
