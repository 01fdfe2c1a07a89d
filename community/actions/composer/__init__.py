"""What is done with drafts, uploads and the text itself."""
