"""The schema snapshot: what all migrations together make, loaded in a blink into an empty database.

`config/schema.sql` is `pg_dump` of a freshly migrated database, the rows of data migrations included.
`manage.py schema_snapshot` writes it, `--check` compares it. It serves only the migrations it was made of:
its first line is their fingerprint, and with another one the migrations run as ever.
"""

import hashlib
import logging
import os
import re
import subprocess
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from config.engines.places import postgres_programs

FILE = Path(__file__).with_name("schema.sql")
MARK = "-- migrations: "
LOCK = 0x6C616F796F75  # any number of our own; two hosts may prepare one empty database at once

# What differs from dump to dump is asked of the database that loads it. No row of a migration refers to another by these.
NEW_ID = "left(translate(gen_random_uuid()::text, '0189-', 'wxyz'), 12)"  # as outbox.ids: lower-case base32
PLACEHOLDER = re.compile(r"'~\d+'")
MOMENT = re.compile(r"'\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?\+00'")
UUID = re.compile(r"'[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'")
# Not ours to load: what only psql understands, names of versions, settings of a session, headings.
NOISE = re.compile(
    r"^(?:\\.*\n|-- Dumped .*\n|--\n-- (?:Name:|Data for Name:|PostgreSQL database dump).*\n--\n"
    r"|SELECT pg_catalog\.set_config\('search_path'.*\n|COMMENT ON EXTENSION .*\n"
    r"|SET (?:\w+_timeout|client_encoding|standard_conforming_strings|check_function_bodies|xmloption|client_min_messages"
    r"|row_security|default_tablespace|default_table_access_method) = .*\n)",
    re.MULTILINE,
)
BLANK = re.compile(r"\n{3,}")

log = logging.getLogger(__name__)


def fingerprint() -> str:
    """A digest of the names of all migrations, and of what ours say."""
    digest = hashlib.sha256()
    for app in apps.get_app_configs():
        ours = Path(app.path).parent == settings.BASE_DIR
        for path in sorted(Path(app.path, "migrations").glob("[!_]*.py")):
            digest.update(f"{app.label}.{path.stem}\n".encode())
            if ours:
                digest.update(path.read_bytes())
    return digest.hexdigest()


def load(connection: BaseDatabaseWrapper) -> bool:
    """Fill an empty database, all or nothing.

    False when it holds anything, or the snapshot does not fit the migrations or this server: migrations then do it all.
    """
    try:
        text = FILE.read_text()
    except FileNotFoundError:
        return False
    if text.partition("\n")[0] != MARK + fingerprint():
        log.info("schema: the snapshot is of other migrations; they run one by one")
        return False
    try:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")  # the role's is for pages
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
            cursor.execute(
                "SELECT current_schema(), EXISTS (SELECT FROM pg_tables WHERE schemaname = current_schema())"
            )
            if cursor.fetchone() != ("public", False):
                return False
            cursor.execute("SET LOCAL check_function_bodies = false; SET LOCAL search_path = ''")
            cursor.execute(text)
        return True
    except DatabaseError:
        log.warning("schema: this server does not take the snapshot; the migrations run one by one", exc_info=True)
        return False


def dump(connection: BaseDatabaseWrapper) -> str:
    """What the snapshot of this freshly migrated database says: the same text for the same migrations, at any time.

    Changes the random public ids of its rows, so give it a database that is thrown away.
    """
    _mark_public_ids(connection)
    given = connection.get_connection_params()
    answer = subprocess.run(  # noqa: S603
        [
            str(postgres_programs() / "pg_dump"), "--no-owner", "--no-privileges", "--rows-per-insert=1000",
            "--host", str(given["host"]), "--port", str(given["port"]), "--username", str(given["user"]), str(given["dbname"]),
        ],
        env={**os.environ, "PGTZ": "UTC"},
        capture_output=True,
        text=True,
        check=True,
    )  # fmt: skip
    text = NOISE.sub("", answer.stdout)
    text = PLACEHOLDER.sub(NEW_ID, MOMENT.sub("now()", UUID.sub("gen_random_uuid()", text)))
    return f"{MARK}{fingerprint()}\n" + BLANK.sub("\n\n", text).strip() + "\n"


def _mark_public_ids(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        for model in apps.get_models():
            if any(field.name == "public_id" for field in model._meta.local_fields):
                cursor.execute(f"UPDATE {model._meta.db_table} SET public_id = '~' || id")
