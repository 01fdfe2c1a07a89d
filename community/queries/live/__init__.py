"""Reading live sessions."""
