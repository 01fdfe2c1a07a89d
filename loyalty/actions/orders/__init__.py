"""Orders and refunds as shops tell them, and the points that follow."""
