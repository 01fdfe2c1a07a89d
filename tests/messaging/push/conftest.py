from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from messaging import pushing

from .service import HOST, Service, serve


@pytest.fixture
def service(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """The sender's way out leads to a push service of this machine; the checks on the way are the real ones."""
    found, server = serve(tmp_path)
    settings.PUSH_HOSTS = [HOST]
    monkeypatch.setattr(pushing, "NETWORK", found.network())
    yield found
    server.shutdown()
    server.server_close()
