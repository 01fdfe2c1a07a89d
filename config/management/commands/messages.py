"""`manage.py messages`: gather what the site says into the Chinese catalogue, and compile it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config import catalogue


class Command(BaseCommand):
    help = "Bring config/locale up to what code and templates say, and compile it (docs/languages.md)."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing; fail if anything is left to do")

    def handle(self, *args: Any, **given: Any) -> None:
        old = catalogue.read()
        new = catalogue.merged(old, borrow=not given["check"])
        wrong = list(catalogue.complaints(new))
        if given["check"]:
            if catalogue.po_bytes(new) != catalogue.po_bytes(old):
                wrong.append("The catalogue differs from what the site says: run `manage.py messages`.")
            if not catalogue.MO.exists() or catalogue.MO.read_bytes() != catalogue.mo_bytes(old):
                wrong.append("django.mo is not made from django.po: run `manage.py messages`.")
            if wrong:
                raise CommandError("\n".join(wrong))
        else:
            catalogue.PO.write_bytes(catalogue.po_bytes(new))
            catalogue.MO.write_bytes(catalogue.mo_bytes(new))
            for line in wrong:
                self.stderr.write(line)
        self.stdout.write(f"{len(new)} messages, {len(wrong)} to be looked at.")
