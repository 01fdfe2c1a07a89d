"""`manage.py ensure_site`: a fresh site gets its home page in every language, and staff their rights. Safe to run always."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from cms import actions
from outbox.clock import now


class Command(BaseCommand):
    help = (
        "Give a fresh site its first pages and its staff their rights in the console. Running it again changes nothing."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic(durable=True):
            actions.ensure_staff_access(by=None, at=now())
            made = actions.ensure_front_page(by=None, at=now())
        self.stdout.write("The front page stands in every language." if made else "The front page is there already.")
