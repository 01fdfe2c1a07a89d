"""`manage.py check_rooms`: prove what must be true of every room, or show what is wrong and exit with 1."""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection, transaction

from community.queries.chat import truth as room_truth


class Command(BaseCommand):
    help = "Prove the rooms: numbers without holes, threads, reactions, pins and calls as a recount says."

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            if not connection.savepoint_ids:
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                    cursor.execute("SET LOCAL statement_timeout = 0")  # the role's limit is for pages
            broken = room_truth.broken_promises()
        for sentence in broken:
            self.stderr.write(sentence)
        if broken:
            sys.exit(1)
        self.stdout.write("The rooms are as they must be.")
