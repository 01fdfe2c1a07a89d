"""Reading drafts, uploads and the text itself."""
