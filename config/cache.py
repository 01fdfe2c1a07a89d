"""The cache, which may be lost: errors become misses, and after two of them Valkey is left alone for a while."""

import time
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

_BREAK_AFTER, _BREAK_SECONDS = 2, 5.0


class ForgivingCache(RedisCache):
    """Django's Redis cache that answers "not there" when Valkey is away, so that no page depends on it."""

    _failures = 0
    _broken_until = 0.0

    def _try(self, method: str, fallback: Any, *args: Any, **kwargs: Any) -> Any:
        cls = type(self)
        if time.monotonic() < cls._broken_until:
            return fallback
        try:
            answer = getattr(super(), method)(*args, **kwargs)
        except (RedisError, OSError):
            cls._failures += 1
            if cls._failures >= _BREAK_AFTER:
                cls._failures, cls._broken_until = 0, time.monotonic() + _BREAK_SECONDS
            return fallback
        cls._failures = 0
        return answer

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self._try("get", default, key, default, version)

    def set(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> Any:
        return self._try("set", None, key, value, *args, **kwargs)

    def add(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> Any:
        return self._try("add", True, key, value, *args, **kwargs)

    def delete(self, key: Any, version: int | None = None) -> Any:
        return self._try("delete", False, key, version)

    def get_many(self, keys: Any, version: int | None = None) -> Any:
        return self._try("get_many", {}, keys, version)

    def set_many(self, data: Any, *args: Any, **kwargs: Any) -> Any:
        return self._try("set_many", list(data), data, *args, **kwargs)

    def delete_many(self, keys: Any, version: int | None = None) -> Any:
        return self._try("delete_many", None, keys, version)

    def has_key(self, key: Any, version: int | None = None) -> Any:
        return self._try("has_key", False, key, version)

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> Any:
        return self._try("incr", delta, key, delta, version)

    def touch(self, key: Any, *args: Any, **kwargs: Any) -> Any:
        return self._try("touch", False, key, *args, **kwargs)
