"""The lines of the system in a room, in the reader's words. A message of kind `line` holds a code and its numbers only.

A page that has a line in front of it asks `line_words`; the same sentences for the script come from `line_templates`,
where `{name}` and the arguments are filled in as text.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

LINES: Mapping[str, Callable[[], str]] = {
    "topic": lambda: _("%(name)s set what we talk about: %(topic)s"),
    "topic_cleared": lambda: _("%(name)s cleared what we talk about."),
    "renamed": lambda: _("%(name)s called this room “%(to)s”."),
    "slow_off": lambda: _("%(name)s ended the slow mode."),
    "slow_calm": lambda: _("It is calmer here now: slow mode is over."),
    "read_only": lambda: _("%(name)s asked for quiet: moderators speak, others read."),
    "opened": lambda: _("%(name)s opened the room for everybody to speak."),
    "archived": lambda: _("%(name)s archived the room. It can still be read."),
    "joined": lambda: _("%(name)s came in."),
    "left": lambda: _("%(name)s left."),
    "invited": lambda: _("%(name)s brought %(who)s along."),
    "put_out": lambda: _("%(name)s showed %(who)s out."),
    "transcript": lambda: _("%(name)s made a topic of what was said here: %(title)s"),
}
"""Code → sentence. `slow` and `slow_rush` count seconds and are below."""


def line_words(line: Mapping[str, Any] | None, name: str) -> str:
    """What happened, as one sentence of plain text. A code that this version does not know says nothing."""
    line = line or {}
    code, args = str(line.get("code", "")), {str(key): value for key, value in dict(line.get("args") or {}).items()}
    if code in ("slow", "slow_rush"):
        return _slow(code, name, int(args.get("seconds", 0)))
    if code not in LINES:
        return ""
    try:
        return LINES[code]() % {"name": name, **args}
    except (KeyError, ValueError):
        return ""


def line_url(line: Mapping[str, Any] | None) -> str:
    """Where a line leads, on this site, or nothing."""
    url = str(((line or {}).get("args") or {}).get("url", ""))
    return url if url.startswith("/") and not url.startswith("//") else ""


def line_templates() -> dict[str, str]:
    """The sentences for the script of a page, in the reader's language; `%(seconds)s` takes the form for many."""
    return {code: words() for code, words in LINES.items()} | {
        code: _slow_words(code, 2) for code in ("slow", "slow_rush")
    }


def _slow(code: str, name: str, seconds: int) -> str:
    return _slow_words(code, seconds) % {"name": name, "seconds": seconds}


def _slow_words(code: str, seconds: int) -> str:
    if code == "slow":
        return ngettext(
            "%(name)s switched slow mode on: one message in %(seconds)s second.",
            "%(name)s switched slow mode on: one message in %(seconds)s seconds.",
            seconds,
        )
    return ngettext(
        "So much is said here that slow mode is on now: one message in %(seconds)s second for each.",
        "So much is said here that slow mode is on now: one message in %(seconds)s seconds for each.",
        seconds,
    )
