"""The notes of the system between posts, in the reader's words: the row holds a code, numbers and the moderator's reason."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

_WORDS: Mapping[str, Callable[[], str]] = {
    "closed": lambda: _("closed this topic."),
    "opened": lambda: _("opened this topic again."),
    "archived": lambda: _("archived this topic."),
    "moved": lambda: _("moved this topic to this board."),
    "not_slow": lambda: _("ended the slow mode."),
    "closed_by_time": lambda: _("This topic was closed by its timer."),
    "closed_solved": lambda: _("This topic was closed thirty days after it was solved."),
    "closed_quiet": lambda: _("This topic was closed because nobody had written for long."),
    "closed_by_flags": lambda: _("Many members flagged what was said here. The topic rests for four hours."),
    "reopened_by_time": lambda: _("This topic was opened again by its timer."),
    "planned": lambda: _("plans to do this."),
    "done": lambda: _("says that this is done."),
    "declined": lambda: _("declined this idea."),
    "reconsidered": lambda: _("opened this idea to votes again."),
}
BY_TIME = frozenset({"closed_by_time", "closed_solved", "closed_quiet", "closed_by_flags", "reopened_by_time"})
"""Lines that nobody wrote: shown without a name."""


def line_words(line: Mapping[str, Any] | None, reason: str, *, topic_path: str = "") -> SafeString:
    """What happened, after the name of who did it (without one for `BY_TIME`). `topic_path` is `/t/…/`, for links."""
    line = line or {}
    code = str(line.get("code", ""))
    if code == "solved":
        number = int(line.get("number", 0))
        words = format_html(
            _('said that <a href="{url}">#{number}</a> solved it.'),
            url=f"{topic_path}{number}/#p{number}",
            number=number,
        )
    elif code == "split":
        count, number = int(line.get("count", 0)), int(line.get("number", 0))
        text = ngettext("moved %(count)s post to another topic", "moved %(count)s posts to another topic", count)
        words = format_html(
            '{} (<a href="{}{}/" rel="nofollow">{}</a>).',
            text % {"count": count},
            topic_path,
            number,
            _("where it is now"),
        )
    elif code == "merged":
        count = int(line.get("count", 0))
        text = ngettext(
            "merged another topic of %(count)s post into this one.",
            "merged another topic of %(count)s posts into this one.",
            count,
        )
        words = format_html("{}", text % {"count": count})
    elif code == "slow":
        seconds = int(line.get("seconds", 0))
        text = ngettext(
            "began slow mode: %(count)s second between a member's posts.",
            "began slow mode: %(count)s seconds between a member's posts.",
            seconds,
        )
        words = format_html("{}", text % {"count": seconds})
    else:
        words = format_html("{}", _WORDS[code]() if code in _WORDS else _("changed this topic."))
    return format_html("{} <q>{}</q>", words, reason) if reason else words
