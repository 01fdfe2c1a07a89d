"""What the cook is made of; `community.cook` is its door."""
