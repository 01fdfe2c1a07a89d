"""The pages of loyalty, by topic."""
