"""What the demonstration shows of points."""
