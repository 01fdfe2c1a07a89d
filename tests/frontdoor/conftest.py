"""Data directories that clean up after themselves."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.frontdoor import stage


@pytest.fixture
def home() -> Iterator[Path]:
    """A data directory of the test's own; whatever still runs there afterwards is killed."""
    base = Path(tempfile.mkdtemp(prefix="laoyou-test-", dir="/tmp"))
    path = base / "home"
    yield path
    stage.kill_servers(path)
    shutil.rmtree(base, ignore_errors=True)
