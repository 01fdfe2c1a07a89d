"""Locks that die with their process: `flock` on files in the data directory. A `kill -9` leaks nothing."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from config.engines.places import home


class Lock:
    """An open lock file.

    The kernel drops the lock when the last descriptor of it is closed; children started by exec do not get it.
    """

    def __init__(self, name: str) -> None:
        self.path = home() / name
        self.descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def take(self, *, shared: bool = False, wait: bool = True) -> bool:
        """Take or convert the lock; False when it is taken by others and `wait` is False."""
        mode = (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | (0 if wait else fcntl.LOCK_NB)
        try:
            fcntl.flock(self.descriptor, mode)
        except BlockingIOError:
            return False
        return True

    def close(self) -> None:
        """Let go."""
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1

    def read(self) -> str:
        """What the holder wrote about itself."""
        return self.path.read_text()

    def write(self, text: str) -> None:
        """Tell others who holds the lock."""
        os.ftruncate(self.descriptor, 0)
        os.pwrite(self.descriptor, text.encode(), 0)


@contextmanager
def starting() -> Iterator[None]:
    """Hold `start.lock`: one process at a time starts or stops an engine."""
    lock = Lock("start.lock")
    try:
        lock.take()
        yield
    finally:
        lock.close()
