"""What is done with profiles, trust, badges, levels."""
