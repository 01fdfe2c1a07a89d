from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config import embedded
from config.demo import fill, marker
from outbox.clock import now


class Command(BaseCommand):
    help = "Fill an empty site with the demonstration: a tea shop, its guests, and 6,919 real purchases."

    def handle(self, *args: Any, **options: Any) -> None:
        if fill.forbidden():
            raise CommandError("This is a production site (LAOYOU_ENV=production); the demonstration stays away.")
        if not fill.is_empty() and not marker.unfinished():
            self.stdout.write("People have talked here already; nothing was added.")
            return
        with marker.being_filled():
            fill.fill(at=now(), say=lambda step: self.stdout.write(f"Demonstration: {step} …"))
        text = fill.sign_ins()
        (embedded.home() / "demo-accounts.txt").write_text(text + "\n", encoding="utf-8")
        self.stdout.write(text)
