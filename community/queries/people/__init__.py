"""Reading profiles, trust, badges, levels."""
