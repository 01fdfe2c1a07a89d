"""`manage.py up`.

manage.py itself calls the supervisor before Django is loaded; this is for `help` and `call_command`.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from config.supervisor import options
from config.supervisor.run import run


class Command(BaseCommand):
    """Run everything in one terminal."""

    help = "Run Laoyou: database, pages, sockets and worker in one terminal. Ctrl-C stops."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        options.add_arguments(parser)

    def handle(self, *args: Any, **given: Any) -> None:
        raise SystemExit(
            run(
                options.check(
                    given["host"], given["port"] or "8000", worker=not given["no_worker"], demo=not given["no_demo"]
                )
            )
        )
