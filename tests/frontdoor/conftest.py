"""Data directories that clean up after themselves."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.frontdoor import stage


def roomy() -> str:
    """Memory where there is plenty (removing 60 MB from a disk takes a second), else the disk. Both survive a kill -9."""
    return "/dev/shm" if Path("/dev/shm").is_dir() and shutil.disk_usage("/dev/shm").free > 4_000_000_000 else "/tmp"


@pytest.fixture
def home() -> Iterator[Path]:
    """A data directory of the test's own; whatever still runs there afterwards is killed."""
    base = Path(tempfile.mkdtemp(prefix="laoyou-test-", dir=roomy()))
    path = base / "home"
    yield path
    stage.kill_servers(path)
    shutil.rmtree(base, ignore_errors=True)
