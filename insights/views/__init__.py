"""Pages about stages."""
