"""What members are told of their points, written when it is shown."""
