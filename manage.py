#!/usr/bin/env python
"""Laoyou's commands.

`manage.py up` runs the site; any other command starts the embedded engines while it runs, if nobody else does.
"""

import os
import sys

# These never ask the database, or look after the engines by themselves.
WITHOUT_ENGINES = {"up", "help", "version", "check", "collectstatic", "compilemessages", "makemessages"}


def main() -> None:
    """Run one command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    if command == "up" and not {"--help", "-h"} & set(sys.argv):
        from config.supervisor import (
            main as up,
        )  # before Django's apps, which it does not need: they would cost seconds and 150 MB

        sys.exit(up(sys.argv[2:]))
    try:
        from config import embedded
        from config.settings import env  # noqa: F401  (reads .env, which may name DATABASE_URL)

        if command not in WITHOUT_ENGINES and not {"--help", "--version", "-h"} & set(sys.argv):
            embedded.ensure_running()
    except Exception as error:
        from django.core.exceptions import ImproperlyConfigured

        if isinstance(error, (ImproperlyConfigured, embedded.EngineError)):
            sys.exit(f"Laoyou cannot start.\n{error}")
        raise
    if command == "runserver":
        print("runserver has no sockets and no worker here; `manage.py up` runs everything.", file=sys.stderr)

    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
