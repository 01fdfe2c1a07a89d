"""The words of the search: tokens, the language of the box, excerpts, its pace."""
