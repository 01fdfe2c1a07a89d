from typing import Any

from django.core.management.base import BaseCommand

from outbox.dispatch import run_pending


class Command(BaseCommand):
    help = "Deliver every pending event now, in this process (a worker does it continuously)."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{run_pending()} deliveries made.")
