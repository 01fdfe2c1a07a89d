"""What stands below each other on a page of messages: date lines, the line "New", groups of one author's messages."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format

from community.models import Message, Reaction
from community.queries.chat.marks import Marks
from community.queries.chat.messages import MessageRow
from community.topicpage.faces import kind_word
from community.words import chat as words

GROUPED_WITHIN = 300
"""Seconds within which messages of one author stand under one name."""
KINDS = tuple(Reaction.Kind.values)
_SYMBOLS = {
    "topic": "edit", "renamed": "edit", "slow": "clock", "joined": "person", "left": "person", "invited": "person",
    "put_out": "person", "read_only": "lock", "archived": "lock", "transcript": "forum",
}  # fmt: skip


@dataclass(frozen=True)
class Said:
    """A message as one reader sees it on a page."""

    row: MessageRow
    reaction: str = ""
    kept: bool = False
    calls_me: bool = False
    replied_at: datetime | None = None
    answers_root: bool = False

    @property
    def reactions(self) -> list[tuple[str, str, int, bool]]:
        """(kind, its word, how many, whether one is the reader's), in the order of the kinds."""
        counts = self.row.reactions
        return [(kind, kind_word(kind), counts[kind], kind == self.reaction) for kind in KINDS if counts.get(kind)]

    @property
    def replied_words(self) -> str:
        """When the thread was last answered: the time of today, else the day."""
        if self.replied_at is None:
            return ""
        local = timezone.localtime(self.replied_at)
        today = timezone.localtime(self.row.sent_at).date() == local.date()
        return date_format(local, "H:i" if today else "SHORT_DATE_FORMAT")

    @property
    def told(self) -> str:
        """What a line of the system says, in the reader's language."""
        return words.line_words(self.row.line, self.row.author.name)

    @property
    def leads_to(self) -> str:
        """Where a line of the system leads on this site, or nothing."""
        return words.line_url(self.row.line)

    @property
    def symbol(self) -> str:
        code = str((self.row.line or {}).get("code", ""))
        return _SYMBOLS.get(code.partition("_cleared")[0].partition("_off")[0].partition("_rush")[0], "info")


def said(row: MessageRow, marks: Marks, *, thread_seq: int | None = None) -> Said:
    """A message with what it is to the reader; `thread_seq`: it stands in this thread, whose first message it need not quote."""
    return Said(
        row=row,
        reaction=marks.reactions.get(row.id, ""),
        kept=row.id in marks.kept,
        calls_me=row.seq in marks.calls,
        replied_at=marks.replied.get(row.last_reply_seq),
        answers_root=thread_seq is not None and row.parent is not None and row.parent.seq == thread_seq,
    )


def lines(
    rows: Iterable[MessageRow],
    *,
    marks: Marks | None = None,
    unread_after: int | None = None,
    viewer_id: int | None = None,
    thread_seq: int | None = None,
) -> list[dict[str, Any]]:
    """The lines of a log. The line "New" stands above the first message of somebody else behind `unread_after`."""
    marks = marks or Marks()
    result: list[dict[str, Any]] = []
    day: date | None = None
    group: dict[str, Any] | None = None
    new_line_drawn = unread_after is None
    for row in rows:
        local = timezone.localtime(row.sent_at)
        if local.date() != day:
            day, group = local.date(), None
            result.append({"kind": "date", "day": local})
        if not new_line_drawn and row.seq > (unread_after or 0) and _is_news(row, viewer_id):
            new_line_drawn, group = True, None
            result.append({"kind": "new"})
        if row.kind == Message.Kind.LINE:
            group = None
            result.append({"kind": "system", "at": row.sent_at, "messages": [said(row, marks)]})
            continue
        if group is None or not _continues(group["messages"][-1].row, row):
            group = _group(row, marks)
            result.append(group)
        group["messages"].append(said(row, marks, thread_seq=thread_seq))
    return result


def _group(row: MessageRow, marks: Marks) -> dict[str, Any]:
    return {
        "kind": "group", "author": row.author, "badges": row.badges, "messages": [], "at": row.sent_at,
        "ignored": row.author.id in marks.ignored,
    }  # fmt: skip


def _is_news(row: MessageRow, viewer_id: int | None) -> bool:
    return row.author.id != viewer_id and not row.removed and row.kind != Message.Kind.LINE


def _continues(last: MessageRow, row: MessageRow) -> bool:
    return last.author.id == row.author.id and (row.sent_at - last.sent_at).total_seconds() < GROUPED_WITHIN


def choices() -> list[tuple[str, str]]:
    """The six kinds of reactions with their words."""
    return [(kind, kind_word(kind)) for kind in KINDS]


def line_words() -> Mapping[str, str]:
    """What the scripts of a room say of each line of the system, by code."""
    return words.line_templates()
