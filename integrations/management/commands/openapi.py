"""manage.py openapi [--check]: write, or compare, docs/openapi.json and docs/api-errors.md."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from integrations import reference


class Command(BaseCommand):
    help = "Write the API's reference pages; with --check only compare them with the code."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="exit with 1 when a page is stale")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["check"]:
            if stale := reference.stale():
                names = ", ".join(path.name for path in stale)
                raise CommandError(f"Stale: {names}. Run `manage.py openapi` and commit the result.")
            return
        for path in reference.write():
            self.stdout.write(f"wrote {path.name}")
