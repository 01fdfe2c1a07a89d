"""Whether the database needs the slow look (`manage.py prepare`, seconds of imports), answered in milliseconds without Django."""

import hashlib
import importlib.metadata
import json
from dataclasses import dataclass
from pathlib import Path

from config.demo.marker import unfinished
from config.engines.places import PROJECT, home

STAMP = "schema.json"


@dataclass(frozen=True)
class Look:
    """What the database holds."""

    migrated: bool  # by the code as it is now
    people: bool  # somebody is there, so no demo is wanted
    owner: bool  # somebody may set the site up


def look(url: str) -> Look:
    """One short session. A database that is not ours yet is simply not migrated."""
    import psycopg

    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            applied = _applied(connection)
            migrated = bool(applied) and _stamp() == {"code": code(), "database": applied}
            people, owner = connection.execute(
                "SELECT EXISTS (SELECT FROM members_user), EXISTS (SELECT FROM members_user WHERE is_superuser AND is_active)"
            ).fetchone() or (False, False)
            return Look(migrated, bool(people) and not unfinished(), bool(owner))
    except psycopg.Error:
        return Look(False, False, False)


def remember(url: str) -> None:
    """Note that the code and the database fit, so that the next start need not look again."""
    import psycopg

    with psycopg.connect(url, connect_timeout=5) as connection:
        draft = home() / f"{STAMP}.new"
        draft.write_text(json.dumps({"code": code(), "database": _applied(connection)}))
        draft.replace(home() / STAMP)


def code() -> str:
    """A digest of the names of all migrations.

    Our files, and the versions of the installed packages that bring others.
    """
    ours = sorted(str(path.relative_to(PROJECT)) for path in PROJECT.glob("*/migrations/*.py"))
    theirs = sorted(
        f"{Path(str(each._path)).name}" for each in importlib.metadata.distributions() if hasattr(each, "_path")
    )
    return hashlib.sha256("\n".join([*ours, *theirs]).encode()).hexdigest()


def _applied(connection: object) -> str:
    # The database's own number is in it: a copy of the files beside another database proves nothing.
    query = "SELECT md5(current_database() || string_agg(app || '.' || name, ',' ORDER BY id)) FROM django_migrations"
    row = connection.execute(query).fetchone()  # type: ignore[attr-defined]
    return str(row[0]) if row and row[0] else ""


def _stamp() -> object:
    try:
        return json.loads((home() / STAMP).read_text())
    except (OSError, ValueError):
        return None
