"""Pages about what is wrong."""
