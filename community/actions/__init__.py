"""What people do in the community, by topic."""
