"""The same cast and boards as the forum's tests."""

from tests.community.forum.conftest import cast, make_cast, tea

__all__ = ["cast", "make_cast", "tea"]
