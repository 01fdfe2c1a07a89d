"""What is done with rooms and what is said in them."""
