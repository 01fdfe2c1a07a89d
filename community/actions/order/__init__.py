"""What is done with flags, review, sanctions."""
