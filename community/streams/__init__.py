"""What pages hear over the socket: rooms, topics, boards."""
