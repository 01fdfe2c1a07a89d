"""What the tests' settings see. Loaded by pytest as a plugin (`-p`), because Django is set up before any conftest is read."""

import os
from pathlib import Path

os.environ.setdefault("EMAIL_URL", "memory://")
os.environ.setdefault("LINK_CARDS", "false")  # no test asks a stranger
os.environ.setdefault("LAOYOU_HOME", str(Path(__file__).resolve().parent.parent / ".data-test"))
if worker := os.environ.get("PYTEST_XDIST_WORKER"):  # each has servers of its own: tests empty databases and caches
    os.environ["LAOYOU_HOME"] += f"-{worker}"
# Tests write faster than people: tests/community/trust switches the limits on for itself.
os.environ.setdefault("LAOYOU_LIMITS", "off")
# Tests look right after they wrote; tests/config/test_guests.py switches it on.
os.environ.setdefault("GUEST_PAGES_SECONDS", "0")
