"""The schema snapshot: it is what the migrations make, and a database filled from it is the same and whole."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.management import create_contenttypes
from django.contrib.contenttypes.models import ContentType
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor

from config import snapshot

pytestmark = pytest.mark.django_db


@pytest.fixture
def empty() -> Iterator[BaseDatabaseWrapper]:
    """A second, empty database."""
    name = f"{connection.settings_dict['NAME']}_empty"
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}"')
    other = connections["empty"] = connection.copy(alias="empty")
    other.settings_dict["NAME"] = name
    yield other
    other.close()
    del connections["empty"]
    with connection._nodb_cursor() as cursor:
        cursor.execute("SET statement_timeout = '2min'")  # a drop waits for the disk, which others may keep busy
        cursor.execute(f'DROP DATABASE "{name}"')


@pytest.mark.slow
def test_it_is_what_the_migrations_make() -> None:
    command = [sys.executable, "manage.py", "schema_snapshot", "--check"]
    said = subprocess.run(command, cwd=settings.BASE_DIR, env=os.environ, capture_output=True, text=True, timeout=600)
    assert said.returncode == 0, said.stdout + said.stderr


def test_a_loaded_database_is_what_the_snapshot_says_and_no_other_session_setting_stays(
    empty: BaseDatabaseWrapper,
) -> None:
    with empty.cursor() as cursor:
        cursor.execute("SHOW search_path")
        before = cursor.fetchone()
    assert snapshot.load(empty)
    assert _plain(snapshot.dump(empty)) == _plain(snapshot.FILE.read_text()), "run `manage.py schema_snapshot`"
    with empty.cursor() as cursor:
        cursor.execute("SHOW search_path")
        assert cursor.fetchone() == before
        cursor.execute("SELECT public_id FROM loyalty_reward")
        ids = [row[0] for row in cursor.fetchall()]
    assert len(set(ids)) == len(ids) > 0


def _plain(text: str) -> str:
    """PostgreSQL spells the casts of `x IN ('a', 'b')` otherwise when it reads what it wrote."""
    return re.sub(r"::(?:character varying|text)(?:\[\])?|[()]", "", text)


def test_nothing_is_left_to_migrate_or_to_fill_in(empty: BaseDatabaseWrapper) -> None:
    assert snapshot.load(empty)
    executor = MigrationExecutor(empty)
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []
    held = _rows_of_handlers(empty)
    for app in apps.get_app_configs():
        create_contenttypes(app, verbosity=0, using="empty")
        create_permissions(app, verbosity=0, using="empty")
    assert _rows_of_handlers(empty) == held


def _rows_of_handlers(database: BaseDatabaseWrapper) -> tuple[int, int]:
    return ContentType.objects.using(database.alias).count(), Permission.objects.using(database.alias).count()


def test_new_rows_get_free_numbers(empty: BaseDatabaseWrapper) -> None:
    assert snapshot.load(empty)
    made = ContentType.objects.using("empty").create(app_label="tests", model="new")
    assert made.pk == ContentType.objects.using("empty").count()


def test_a_database_with_anything_in_it_is_left_alone(empty: BaseDatabaseWrapper) -> None:
    with empty.cursor() as cursor:
        cursor.execute("CREATE TABLE somebody_was_here ()")
    assert not snapshot.load(empty)
    assert empty.introspection.table_names() == ["somebody_was_here"]


def test_a_snapshot_of_other_migrations_is_not_used(
    empty: BaseDatabaseWrapper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot, "fingerprint", lambda: "another")
    assert not snapshot.load(empty)
    assert empty.introspection.table_names() == []


def test_a_server_that_refuses_it_is_left_empty(
    empty: BaseDatabaseWrapper, monkeypatch: pytest.MonkeyPatch, tmp_path, caplog: pytest.LogCaptureFixture
) -> None:
    broken = tmp_path / "schema.sql"
    broken.write_text(snapshot.FILE.read_text() + "CREATE TABLE public.half ();\nSELECT no_such_function();\n")
    monkeypatch.setattr(snapshot, "FILE", broken)
    assert not snapshot.load(empty)
    assert "the migrations run one by one" in caplog.text
    assert empty.introspection.table_names() == []
