"""A database of its own for benchmarks/chat.py: rooms, members, and the sessions of their sockets."""

import os
from collections.abc import Callable

SOCKETS_EACH = 5
"""Open windows of one member; ten are served."""


class World:
    """Kept for the next run; newer migrations are run forward on it."""

    name = "laoyou_bench_chat"

    def __init__(self, people: int) -> None:
        self.people = people
        self.keys: list[str] = []

    def __enter__(self) -> "World":
        from config import embedded

        embedded.ensure_running()
        import django

        django.setup()
        from django.conf import settings
        from django.core.management import call_command
        from django.db import connection

        self.original = settings.DATABASES["default"]["NAME"]
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [self.name])
            if not cursor.fetchone():
                cursor.execute(f'CREATE DATABASE "{self.name}"')
        connection.close()
        connection.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = self.name
        call_command("migrate", verbosity=0)
        with connection.cursor() as cursor:  # a server on which tests ran waits for no disk
            cursor.execute("SELECT current_setting('fsync'), current_setting('synchronous_commit')")
            print("PostgreSQL fsync={}, synchronous_commit={}".format(*cursor.fetchone()), flush=True)
        base = os.environ.get("DATABASE_URL") or embedded.database_url()
        self.url = base.replace(f"/{self.original}?", f"/{self.name}?", 1)
        if self.url == base:
            self.url = base.rpartition("/")[0] + f"/{self.name}"
        self.valkey_url = embedded.valkey_database(embedded.valkey_url(), 5)
        self._make_people()
        return self

    def __exit__(self, *details: object) -> None:
        from django.conf import settings
        from django.db import connection

        connection.close()
        settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = self.original

    def _make_people(self) -> None:
        from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
        from django.contrib.sessions.models import Session
        from django.utils import timezone

        from members.sessions import SessionStore

        names = [f"bench{number}" for number in range(self.people)]
        get_user_model().objects.bulk_create(
            (get_user_model()(username=name, email=f"{name}@example.com", password="!") for name in names),
            ignore_conflicts=True,
        )
        users = get_user_model().objects.filter(username__in=names)
        store, later = SessionStore(), timezone.now() + timezone.timedelta(days=1)
        rows = []
        for number, user in enumerate(users):
            data = {
                SESSION_KEY: str(user.pk),
                BACKEND_SESSION_KEY: "members.backends.MemberBackend",
                HASH_SESSION_KEY: user.get_session_auth_hash(),
            }
            rows.append(Session(session_key=f"bench{number:027}", session_data=store.encode(data), expire_date=later))
        Session.objects.filter(session_key__startswith="bench").delete()
        Session.objects.bulk_create(rows)
        self.keys = [row.session_key for row in rows]

    def cookie(self, number: int) -> str:
        """The session of the so-manyth socket."""
        return self.keys[number // SOCKETS_EACH % len(self.keys)]

    def room(self, slug: str) -> str:
        """A public room's stream."""
        from django.db import transaction

        from community.actions.chat import rooms
        from community.models import Room
        from outbox.clock import now
        from outbox.ids import new_id

        with transaction.atomic():
            room_id = rooms.create_room(kind="public", slug=f"{slug}-{new_id()}", name=slug.title(), by=None, at=now())
        return f"room:{Room.objects.get(id=room_id).public_id}"

    def pusher(self, stream: str) -> Callable[[str], None]:
        """A way to give frames without a message behind them to every process, as `hub.push` does."""
        import redis
        from django.conf import settings

        from messaging import frames, hub

        client, channel = redis.Redis.from_url(settings.LIVE_URL), hub.PREFIX + stream

        def push(text: str) -> None:
            frame = {"stream": stream, "seq": None, "type": "message", "data": {"html": text}}
            client.publish(channel, frames.envelope(frame))

        return push
