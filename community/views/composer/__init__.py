"""Pages of drafts, uploads and the text itself."""
