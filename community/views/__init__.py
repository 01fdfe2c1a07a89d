"""The pages of the community, by topic."""
