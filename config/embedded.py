"""The embedded engines: the one door to `config.engines`.

Standard library only, so settings may import it before Django is there.

Settings ask for directories, addresses and secrets, which starts nothing. `manage.py` and pytest call `ensure_running`.
docs/adr/0002-embedded-engines.md tells why it is like this.
"""

from config.engines.places import (
    EngineError,
    broker_url,
    database_url,
    home,
    limits_url,
    postgres_programs,
    runtime_dir,
    secret,
    valkey_database,
    valkey_socket,
    valkey_url,
)
from config.engines.usage import ensure_running, is_alive

__all__ = [
    "EngineError",
    "broker_url",
    "database_url",
    "ensure_running",
    "home",
    "is_alive",
    "limits_url",
    "postgres_programs",
    "runtime_dir",
    "secret",
    "valkey_database",
    "valkey_socket",
    "valkey_url",
]
