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
    asks_for_help = bool({"--help", "--version", "-h"} & set(sys.argv))
    if command == "up" and not asks_for_help:
        # Before Django's apps, which the supervisor does not need: they would cost seconds and 150 MB.
        from config.supervisor import main as up

        sys.exit(up(sys.argv[2:]))
    if command not in WITHOUT_ENGINES and not asks_for_help:
        have_engines()
    if command == "runserver":
        print("runserver has no sockets and no worker; `manage.py up` runs everything.", file=sys.stderr)

    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


def have_engines() -> None:
    """Start the embedded engines unless somebody did, or leave with a sentence that says what to set."""
    from django.core.exceptions import ImproperlyConfigured

    from config import embedded

    try:
        import config.settings  # noqa: F401 - reads .env, which may name DATABASE_URL

        embedded.ensure_running()
    except (ImproperlyConfigured, embedded.EngineError) as error:
        sys.exit(f"Laoyou cannot start.\n{error}")


if __name__ == "__main__":
    main()
