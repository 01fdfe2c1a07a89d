"""What is done with boards, topics, posts and how they are read."""
