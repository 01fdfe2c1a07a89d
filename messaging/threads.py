"""From the event loop to the database and back."""

from collections.abc import Callable
from typing import Any, TypeVar

from channels.db import database_sync_to_async

Result = TypeVar("Result")


def in_thread(function: Callable[..., Result], *args: Any, **kwargs: Any) -> Any:
    """Run a function that uses the database in one of the loop's threads (not in the one shared "sensitive" thread)."""
    return database_sync_to_async(function, thread_sensitive=False)(*args, **kwargs)
