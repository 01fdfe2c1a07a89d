"""`manage.py recook`: cook old posts and messages by today's cook, now, instead of in small batches by the worker."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from community.actions.composer import cooking
from community.models import Recooking
from outbox.clock import now


class Command(BaseCommand):
    help = "Cook texts of older versions again. May be stopped and started again; running it twice changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--again", action="store_true", help="look at every text from the first one on")

    def handle(self, *args: Any, again: bool = False, **options: Any) -> None:
        if again:
            Recooking.objects.all().delete()
        for kind in ("post", "message", "session", "series"):
            more = True
            while more:
                with transaction.atomic(durable=True):
                    more = cooking.recook(kind=kind, at=now())
            progress = Recooking.objects.filter(kind=kind).order_by("-version").first()
            self.stdout.write(f"{kind}: {progress.changed if progress else 0} look different now.")
