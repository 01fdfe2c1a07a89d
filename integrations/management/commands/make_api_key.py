"""manage.py make_api_key --name "Web shop" --scope orders:write --source web-shop"""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from integrations import actions, rules
from outbox.clock import now


class Command(BaseCommand):
    help = "Make an API key and print it, this once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--name", required=True, help="who uses it, for example: Web shop")
        parser.add_argument(
            "--scope", action="append", required=True, help=f"may be repeated: {', '.join(rules.SCOPES)}"
        )
        parser.add_argument(
            "--source",
            action="append",
            default=[],
            help="the source it speaks for, as it stands in its orders; may be repeated. Recommended: without it the key "
            "may write the orders, refunds, events and customers of every shop",
        )
        parser.add_argument(
            "--address", action="append", default=[], help="allowed address or network; may be repeated"
        )
        parser.add_argument("--days", type=int, help="days until it expires; without it there is no end")
        parser.add_argument("--sandbox", action="store_true", help="every request is tried and undone")

    def handle(self, *args: Any, **options: Any) -> None:
        at, days = now(), options["days"]
        if days is not None and not 1 <= days <= 36_500:
            raise CommandError("--days must be from 1 to 36500.")
        try:
            with transaction.atomic(durable=True):
                made = actions.make_key(
                    name=options["name"],
                    scopes=options["scope"],
                    sources=options["source"],
                    allowed_addresses=options["address"],
                    expires_at=at + timedelta(days=days) if days else None,
                    sandbox=options["sandbox"],
                    by=None,
                    at=at,
                )
        except actions.KeyRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(made.token)
        self.stderr.write("Store it now: it is shown this once.")
        if not options["source"]:
            self.stderr.write(
                "It speaks for every source. Better: make one for each shop, with --source and the shop's name."
            )
