"""What is done with live sessions."""
