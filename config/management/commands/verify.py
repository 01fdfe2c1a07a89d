"""`manage.py verify`: look at every promise of the site; 1 when one is broken."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from config import verify


class Command(BaseCommand):
    """What must be true after any fault, said promise by promise."""

    help = "Prove that points, rooms, live sessions, drops, mail and events are as they must be; shows what is not."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--quiet", action="store_true", help="only what is broken")

    def handle(self, *args: Any, **options: Any) -> None:
        looked = verify.look()
        broken = [one for one in looked if one.found]
        for one in looked:
            if one.found:
                self.stderr.write(f"BROKEN  {one.area}: {one.promise}\n        {'; '.join(one.found)}")
            elif not options["quiet"]:
                self.stdout.write(f"holds   {one.area}: {one.promise} ({one.seconds * 1000:.0f} ms)")
        seconds = sum(one.seconds for one in looked)
        self.stdout.write(f"{len(looked)} promises, {len(broken)} broken; looked at in {seconds:.1f} s.")
        if broken:
            sys.exit(1)
