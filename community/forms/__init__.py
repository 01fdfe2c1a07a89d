"""What people send us, checked, by topic."""
