"""What others found good earns; what a manager publishes decides how much."""
