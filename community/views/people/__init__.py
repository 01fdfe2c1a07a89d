"""Pages of profiles, trust, badges, levels."""
