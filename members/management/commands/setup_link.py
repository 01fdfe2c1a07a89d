from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.urls import reverse

from members import queries


class Command(BaseCommand):
    help = "Print the one-time address where the owner's account is made; nothing once there is an owner."

    def handle(self, *args: Any, **options: Any) -> None:
        if not queries.owner_exists():
            self.stdout.write(settings.SITE_URL + reverse("members:setup", args=[settings.SETUP_TOKEN]))
