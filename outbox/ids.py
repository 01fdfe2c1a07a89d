"""Identifiers that leave the site: random, so that nobody can count what we have by looking at a link."""

import secrets

# Crockford's base 32: no i, l, o, u, so that an id read aloud or copied by hand stays itself.
_ALPHABET = b"0123456789abcdefghjkmnpqrstvwxyz"
_LETTERS = _ALPHABET * 8  # a letter for each byte, each as often as the others


def new_id(length: int = 12) -> str:
    """A random id; 12 characters carry 60 bits (a collision is expected after about a thousand million rows)."""
    return secrets.token_bytes(length).translate(_LETTERS).decode()
