"""Pages of boards, topics, posts and how they are read."""
