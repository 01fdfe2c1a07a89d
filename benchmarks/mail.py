# ruff: noqa: E402
"""How fast notices become mail and mail leaves, next to raw smtplib and Django's send_mail in the same run.

    python benchmarks/mail.py [--mails 3000] [--notices 100000] [--senders 1]

It makes its own database `laoyou_bench_mail` beside the site's and drops it at the end. fsync stays on. The mail server
is a process of its own on this machine that takes everything (asyncio, no Python e-mail parsing); both share the cores.

raw         smtplib, one connection, the finished bytes of one of our mails again and again: the wire's own limit
send_mail   Django: EmailMultiAlternatives made and sent over one open connection, no database at all
bundle      so many unread notices of as many members become messages (one statement a batch), notices a second
community   the sender end to end: claim, decide again, write from notices, render, hand over, settle, event
marketing   the same for marketing, which is committed mail by mail (one of unsure fate when killed, never more)
push        nothing of it here: a push service sets the pace
"""

import argparse
import asyncio
import cProfile
import multiprocessing
import os
import pstats
import smtplib
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from config import embedded

embedded.ensure_running()

import django
from django.conf import settings

django.setup()

from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.management import call_command
from django.db import connection, transaction

NAME = "laoyou_bench_mail"
ORIGINAL = settings.DATABASES["default"]["NAME"]
AT = datetime(2026, 3, 3, 10, tzinfo=UTC)
KIND = "bench.named"


def sink(ports: "multiprocessing.Queue[int]") -> None:
    """A mail server that says yes to everything, with PIPELINING."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 sink\r\n")
        while line := await reader.readline():
            word = line[:4].upper()
            if word == b"EHLO":
                writer.write(b"250-sink\r\n250-PIPELINING\r\n250 SIZE\r\n")
            elif word == b"DATA":
                writer.write(b"354 go\r\n")
                while (await reader.readline()) != b".\r\n":
                    pass
                writer.write(b"250 taken\r\n")
            elif word == b"QUIT":
                writer.write(b"221 bye\r\n")
                break
            else:
                writer.write(b"250 ok\r\n")
        writer.close()

    async def serve() -> None:
        server = await asyncio.start_server(talk, "127.0.0.1", 0, limit=2**20)
        ports.put(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(serve())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mails", type=int, default=3_000)
    parser.add_argument("--notices", type=int, default=100_000)
    parser.add_argument("--profile", action="store_true", help="where the sender's time goes")
    options = parser.parse_args()
    ports: multiprocessing.Queue[int] = multiprocessing.Queue()
    server = multiprocessing.Process(target=sink, args=(ports,), daemon=True)
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", ports.get(timeout=10)
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{NAME}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{NAME}"')
    connection.close()
    connection.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = NAME
    try:
        call_command("migrate", verbosity=0)
        measure(options)
    finally:
        server.terminate()
        connection.close()
        settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = ORIGINAL
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{NAME}" WITH (FORCE)')


def measure(options: argparse.Namespace) -> None:
    from messaging import actions, rounds, sender
    from messaging.models import Delivery, Notice
    from messaging.slots import Composed, Told, composers, notices

    def write(*, notices, viewer):  # type: ignore[no-untyped-def]
        return {
            one.id: Told("Ming named you in “Spring tea”.", "/t/x/", "The first leaves are here.") for one in notices
        }

    def letter(delivery, *, at):  # type: ignore[no-untyped-def]
        return Composed(
            "Spring tea", "The first leaves are here. " * 20, "<p>The first leaves are here.</p>" * 20, "Yes."
        )

    notices.register(KIND, write, label="named", group="mentions")
    composers.register("bench.letter", letter, purpose="marketing")
    ids = people(options.notices)

    began = time.perf_counter()
    with transaction.atomic():
        actions.notify(member_ids=ids, kind=KIND, cause="bench", data={"x": 1}, at=AT)
    say("notify", len(ids), time.perf_counter() - began)
    began = time.perf_counter()
    moved = rounds.bundle_all(clock=lambda: AT + timedelta(minutes=10))
    say("bundle", moved, time.perf_counter() - began)
    assert moved == Delivery.objects.count() == len(ids), (moved, Delivery.objects.count())
    assert not Notice.objects.exclude(mail_at=None).exists()
    keep = list(Delivery.objects.order_by("id").values_list("id", flat=True)[: options.mails])
    Delivery.objects.exclude(id__in=keep).delete()

    at = AT + timedelta(minutes=11)
    finished = finish_one(at)
    raw(options.mails, finished)
    plain(options.mails, finished)
    profile = cProfile.Profile() if options.profile else None
    if profile:
        profile.enable()
    began = time.perf_counter()
    sent = sender.send_due(clock=lambda: at, seconds=600)
    took = time.perf_counter() - began
    if profile:
        profile.disable()
        pstats.Stats(profile).sort_stats("cumulative").print_stats(45)
    say("community", sent, took)
    states = dict(Delivery.objects.values_list("state").annotate(number=django.db.models.Count("id")))
    assert states == {"sent": sent}, states

    Delivery.objects.all().delete()
    with transaction.atomic():
        planned = [actions.Planned(one) for one in ids[: options.mails]]
        actions.queue_many(
            kind="bench.letter", campaign_key="bench", step=1, purpose="marketing", planned=planned, at=at, by=None
        )
    began = time.perf_counter()
    sent = sender.send_due(clock=lambda: at, seconds=600)
    say("marketing", sent, time.perf_counter() - began)


def people(number: int) -> list[int]:
    """Members with a confirmed address who said yes to mail about replies and to news."""
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO members_user (public_id, username, email, display_name, bio, avatar, language, time_zone,
                password, first_name, last_name, is_staff, is_superuser, is_active, imported, date_joined, last_seen_at)
            SELECT 'p' || n, 'p' || n, 'p' || n || '@example.org', 'Friend ' || n, '', '', '', '', '!', '', '', false,
                false, true, false, now(), now() FROM generate_series(1, %s) AS n RETURNING id""",
            [number],
        )
        ids = [row[0] for row in cursor.fetchall()]
        cursor.execute(
            """INSERT INTO account_emailaddress (user_id, email, verified, "primary")
            SELECT id, email, true, true FROM members_user"""
        )
        cursor.execute(
            """INSERT INTO messaging_consent (member_id, channel, purpose, state, source, text_version, evidence, at)
            SELECT id, 'email', purpose, 'granted', 'bench', purpose || '-1', '{}', now()
            FROM members_user, unnest(ARRAY['community', 'marketing']) AS purpose"""
        )
        cursor.execute("ANALYZE")
    return ids


def finish_one(at: datetime) -> EmailMultiAlternatives:
    """One of our mails, written and then taken back."""
    from messaging.actions import delivering

    with transaction.atomic():
        claims = delivering.claim(size=1, at=at)
        prepared = delivering.prepare_many(claims=claims, at=at)[0]
        transaction.set_rollback(True)
    assert prepared.message is not None
    return prepared.message


def raw(number: int, message: EmailMultiAlternatives) -> None:
    content = message.message().as_bytes()
    with smtplib.SMTP(settings.EMAIL_HOST, settings.EMAIL_PORT) as server:
        began = time.perf_counter()
        for _ in range(number):
            server.sendmail("hello@example.com", ["p@example.org"], content)
        say(f"raw ({len(content)} bytes)", number, time.perf_counter() - began)


def plain(number: int, message: EmailMultiAlternatives) -> None:
    html = str(message.alternatives[0][0])
    with get_connection() as backend:
        began = time.perf_counter()
        for _ in range(number):
            mail = EmailMultiAlternatives(
                message.subject, message.body, message.from_email, message.to, connection=backend,
                headers=dict(message.extra_headers),
            )  # fmt: skip
            mail.attach_alternative(html, "text/html")
            mail.send()
        say("send_mail", number, time.perf_counter() - began)


def say(name: str, number: int, seconds: float) -> None:
    sys.stdout.write(f"{name:24} {number:8,} in {seconds:7.2f} s  {number / seconds:10,.0f}/s\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
