"""Read the environment once, and refuse a wrong value with a sentence that says what to set.

All mistakes are collected and told together by :meth:`Environment.finish`, so that nobody mends them one start at a time.
"""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from zoneinfo import ZoneInfo

import environ
from django.core.exceptions import ImproperlyConfigured

_DURATION = re.compile(r"(-?\d+)([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


@dataclass(frozen=True)
class MailSettings:
    """What Django's mail settings need, read from one URL."""

    backend: str
    host: str = ""
    port: int = 25
    user: str = ""
    password: str = ""
    use_tls: bool = False
    use_ssl: bool = False


class Environment:
    """Typed reading of environment variables; remembers each mistake instead of stopping at the first."""

    def __init__(self, variables: Mapping[str, str], *, dotenv: Path) -> None:
        if dotenv.is_file():
            environ.Env.read_env(dotenv)
            variables = os.environ
        self._variables = variables
        self._mistakes: list[str] = []

    def finish(self) -> None:
        """Raise ImproperlyConfigured with every mistake found, or return."""
        if self._mistakes:
            lines = "\n".join(f"  - {mistake}" for mistake in self._mistakes)
            raise ImproperlyConfigured(f"The environment has {len(self._mistakes)} mistake(s):\n{lines}")

    def text(self, name: str, default: str = "") -> str:
        return self._variables.get(name, "").strip() or default

    def several(self, name: str, default: list[str]) -> list[str]:
        value = self.text(name)
        return [part.strip() for part in value.split(",") if part.strip()] if value else default

    def choice(self, name: str, choices: list[str], default: str) -> str:
        value = self.text(name, default)
        if value not in choices:
            self._mistake(name, f"is “{value}”. Set it to one of: {', '.join(choices)}.")
            return default
        return value

    def boolean(self, name: str, default: bool) -> bool:
        value = self.text(name, "true" if default else "false").lower()
        if value not in ("true", "false", "1", "0", "yes", "no", "on", "off"):
            self._mistake(name, f"is “{value}”. Set it to true or false.")
            return default
        return value in ("true", "1", "yes", "on")

    def integer(self, name: str, default: int, minimum: int, maximum: int) -> int:
        value = self.text(name, str(default))
        if not re.fullmatch(r"-?\d{1,9}", value) or not minimum <= int(value) <= maximum:
            self._mistake(name, f"is “{value}”. Set it to a whole number from {minimum} to {maximum}.")
            return default
        return int(value)

    def duration(self, name: str, default: timedelta, forbidden: bool) -> timedelta:
        value = self.text(name)
        if not value:
            return default
        if forbidden:
            self._mistake(name, "moves the clock and must not be set in production. Unset it.")
            return default
        match = _DURATION.fullmatch(value)
        if match is None:
            self._mistake(name, f"is “{value}”. Set it to a number and a unit, for example 90d, 36h, 15m or -3h.")
            return default
        return timedelta(seconds=int(match[1]) * _SECONDS[match[2]])

    def path(self, name: str, default: Path) -> Path:
        value = self.text(name)
        return Path(value).expanduser().resolve() if value else default

    def time_zone(self, name: str, default: str) -> str:
        value = self.text(name, default)
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            self._mistake(
                name, f"is “{value}”, which is no time zone. Set it to a name like Europe/Berlin or Asia/Shanghai."
            )
            return default
        return value

    def secret(self, name: str, minimum: int, generate: Callable[[], str], required: bool) -> str:
        value = self.text(name)
        if value and len(value) < minimum:
            self._mistake(
                name,
                f"has {len(value)} characters; it needs at least {minimum}. Make one with: "
                "python3 -c 'import secrets; print(secrets.token_urlsafe(60))'",
            )
        elif not value and required:
            self._mistake(
                name, "is not set. Make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(60))'"
            )
        elif not value:
            value = generate()
        return value or "x" * minimum

    def url(self, name: str, schemes: list[str], default: str, required: bool = False) -> str:
        value = self.text(name)
        if not value:
            if required:
                self._mistake(
                    name, f"is not set. Set it to the site's address, for example {schemes[-1]}://friends.example.com."
                )
            return default
        parts = _split(value)
        if parts is None or parts.scheme not in schemes or not parts.hostname:
            self._mistake(
                name, f"is “{value}”. Set it to an address that begins with {' or '.join(s + '://' for s in schemes)}."
            )
            return default
        return value.rstrip("/") if not value.endswith("/ws/") else value

    def host_of(self, url: str) -> str:
        return urlsplit(url).hostname or "localhost"

    def database(self, name: str, default: str) -> dict[str, Any]:
        """A Django DATABASES entry from ``postgresql://user:password@host:port/name?host=/socket&sslmode=…``."""
        value = self.text(name, default)
        parts = _split(value)
        example = "postgresql://laoyou:PASSWORD@db.example.com:5432/laoyou"
        if parts is None or parts.scheme not in ("postgres", "postgresql"):
            self._mistake(name, f"does not name a PostgreSQL database. Set it like {example}.")
            parts = urlsplit("postgresql:///none")
        elif not parts.path.strip("/"):
            self._mistake(name, f"names no database. Set it like {example}.")
        query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": query.pop("host", "") or parts.hostname or "",
            "PORT": str(parts.port or query.pop("port", "") or ""),
            "OPTIONS": {"connect_timeout": 5, "keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}
            | query,
            "TEST": {"NAME": self.text("TEST_DATABASE_NAME") or None},
        }

    def valkey(self, name: str, default: str) -> str:
        value = self.text(name, default)
        parts = _split(value)
        known = ("redis", "rediss", "unix", "valkey", "valkeys")
        if parts is None or parts.scheme not in known or not (parts.hostname or parts.path.strip("/")):
            self._mistake(name, "does not name a Valkey or Redis server. Set it like redis://cache.example.com:6379/0.")
            return default
        return value.replace("valkey", "redis", 1) if parts.scheme.startswith("valkey") else value

    def broker(self, name: str, default: str) -> str:
        value = self.text(name, default)
        parts = _split(value)
        if parts is None or parts.scheme not in ("redis", "rediss", "redis+socket", "amqp", "amqps", "memory"):
            self._mistake(
                name,
                "does not name a broker. Set it like redis://cache.example.com:6379/0 or amqp://user:password@host/vhost.",
            )
            return default
        return value

    def mail(self, name: str, default: str) -> MailSettings:
        """``smtp://user:password@host:587`` (plain), ``smtp+tls://`` (STARTTLS), ``smtp+ssl://``, ``file://`` or ``memory://``."""
        value = self.text(name, default)
        parts = _split(value)
        if parts is not None and parts.scheme == "file":
            return MailSettings("django.core.mail.backends.filebased.EmailBackend")
        if parts is not None and parts.scheme == "memory":
            return MailSettings("django.core.mail.backends.locmem.EmailBackend")
        if parts is None or parts.scheme not in ("smtp", "smtp+tls", "smtp+ssl") or not parts.hostname:
            self._mistake(
                name, "does not name a mail server. Set it like smtp+tls://user:password@mail.example.com:587."
            )
            return MailSettings("django.core.mail.backends.filebased.EmailBackend")
        port = parts.port or {"smtp": 25, "smtp+tls": 587, "smtp+ssl": 465}[parts.scheme]
        return MailSettings(
            "django.core.mail.backends.smtp.EmailBackend",
            parts.hostname,
            port,
            unquote(parts.username or ""),
            unquote(parts.password or ""),
            use_tls=parts.scheme == "smtp+tls",
            use_ssl=parts.scheme == "smtp+ssl",
        )

    def _mistake(self, name: str, sentence: str) -> None:
        self._mistakes.append(f"{name} {sentence}")


def _split(value: str) -> Any:
    try:
        parts = urlsplit(value)
        _ = parts.port  # a port that is no number raises only when it is read
    except ValueError:
        return None
    return parts
