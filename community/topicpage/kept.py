"""Drawn pages, kept in the process: the least recently read fall out when together they weigh too much."""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Kept(Generic[Value]):
    """A bounded mapping. `most` is the sum of the weights (characters) that are kept at a time."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._rows: OrderedDict[Hashable, tuple[Value, int]] = OrderedDict()
        self._weight = 0
        self._lock = Lock()

    def get(self, key: Hashable) -> Value | None:
        with self._lock:
            row = self._rows.get(key)
            if row is None:
                return None
            self._rows.move_to_end(key)
            return row[0]

    def put(self, key: Hashable, value: Value, weight: int) -> None:
        with self._lock:
            before = self._rows.pop(key, None)
            if before:
                self._weight -= before[1]
            self._rows[key] = value, weight
            self._weight += weight
            while self._weight > self.most and self._rows:
                self._weight -= self._rows.popitem(last=False)[1][1]

    def clear(self) -> None:
        with self._lock:
            self._rows.clear()
            self._weight = 0

    def __len__(self) -> int:
        return len(self._rows)
