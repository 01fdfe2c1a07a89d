"""What a step of a quest may hear: one table for the editor, the pages, the subscribers and the checks.

Words are English sources of the catalogues; pages translate them.

Never here: likes given, flags, reading, chat lines, log-ins, consent. Who pays for those gets nothing but those.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


def gettext_noop(text: str) -> str:
    """Marks a word for the catalogues; this module knows no Django."""
    return text


YES, NUMBER, ONE_OF = "yes", "number", "one_of"


@dataclass(frozen=True)
class FilterField:
    """A fact of the event that a step may ask for. `yes`: must be so; `number`: at least (`least`) or exactly."""

    name: str
    kind: str
    words: str
    choices: tuple[str, ...] = ()
    least: bool = False


@dataclass(frozen=True)
class StepKind:
    """An act that a step counts. `event`: which outbox event tells of it; `where`: the page on which it is done.

    `for_others`: done by oneself, for somebody else, at that moment: such a week belongs to the member's rhythm.
    """

    code: str
    event: str
    words: str
    where: str
    filters: tuple[FilterField, ...] = ()
    distinct: tuple[str, ...] = ()
    for_others: bool = False

    def filter(self, name: str) -> FilterField | None:
        return next((one for one in self.filters if one.name == name), None)


_BOARD = FilterField("board", NUMBER, gettext_noop("on the board with this number"))
_NEWCOMER = FilterField("newcomer", YES, gettext_noop("by somebody who is new here"))
_FOLLOWED = FilterField(
    "kind", ONE_OF, gettext_noop("whom or what (person, board, tag; several with commas)"), ("person", "board", "tag")
)

KINDS: Mapping[str, StepKind] = {
    kind.code: kind
    for kind in (
        StepKind("profile.email", "member.updated", gettext_noop("confirm one's e-mail address"), "/accounts/email/"),
        StepKind("profile.name", "member.updated", gettext_noop("choose the name that others read"), "/settings/profile/"),
        StepKind("profile.picture", "member.updated", gettext_noop("add a picture of oneself"), "/settings/profile/"),
        StepKind(
            "followed", "member.followed", gettext_noop("follow people, boards or tags"), "/forum/", (_FOLLOWED,),
            distinct=("target",),
        ),
        StepKind("guide.read", "guide.read", gettext_noop("read the house guide"), "/guide/"),
        StepKind(
            "topic.started", "post.published", gettext_noop("start a topic that stays"), "/forum/", (_BOARD,),
            distinct=("board",),
        ),
        StepKind(
            "reply.published", "post.published", gettext_noop("answer in somebody else’s topic"), "/forum/",
            (_BOARD, FilterField("newcomer", YES, gettext_noop("in a topic of somebody who is new here")),
             FilterField("first", YES, gettext_noop("as the first to answer"))),
            distinct=("topic", "board", "person"), for_others=True,
        ),
        StepKind("post.published", "post.published", gettext_noop("write something that stays"), "/forum/", (_BOARD,),
                 distinct=("topic", "board")),
        StepKind(
            "reaction.received", "reaction.added", gettext_noop("write what somebody likes"), "/forum/",
            (FilterField("trust", NUMBER, gettext_noop("by somebody of at least this trust"), least=True), _NEWCOMER),
            distinct=("person", "topic", "post"),
        ),
        StepKind(
            "answer.accepted", "answer.accepted", gettext_noop("give an answer that is accepted"), "/forum/", (_NEWCOMER,),
            distinct=("person", "topic"),
        ),
        StepKind(
            "answer.thanked", "answer.accepted", gettext_noop("say which answer helped you"), "/forum/", (),
            distinct=("person", "topic"), for_others=True,
        ),
        StepKind(
            "session.attended", "session.attended", gettext_noop("be at a live session"), "/live/", (), distinct=("session",),
            for_others=True,
        ),
        StepKind(
            "order.paid", "order.recorded", gettext_noop("buy something, and keep it"), "/rewards/",
            (FilterField("least", NUMBER, gettext_noop("worth at least, in minor units"), least=True),), distinct=("order",),
        ),
        StepKind("reward.claimed", "reward.claimed", gettext_noop("take a reward"), "/rewards/", (), distinct=("reward",)),
    )
}  # fmt: skip


class BadStep(Exception):
    """A step that cannot be: `code` is stable, `field` says where, `words` (an English source) with `values` what to change."""

    def __init__(self, code: str, field: str, words: str, **values: str) -> None:
        super().__init__(words % values if values else words)
        self.code, self.field, self.words, self.values = code, field, words, values


@dataclass(frozen=True)
class StepDraft:
    """A step as somebody wrote it, not looked at yet."""

    event: str
    name: str
    count: int
    distinct_by: str
    filter: Mapping[str, Any]


def checked(draft: StepDraft) -> StepDraft:
    """The step when it can be; else BadStep says which part cannot, and why."""
    kind = KINDS.get(draft.event)
    if kind is None:
        raise BadStep("unknown_act", "event", gettext_noop("There is no such act."))
    name = draft.name.strip()
    if not name or "\x00" in name:
        raise BadStep("no_words", "name", gettext_noop("Say in a few words what is to be done."))
    if len(name) > 160:
        raise BadStep("long_words", "name", gettext_noop("At most 160 characters."))
    if isinstance(draft.count, bool) or not isinstance(draft.count, int) or not 1 <= draft.count <= 1000:
        raise BadStep("bad_count", "count", gettext_noop("How often: a whole number from 1 to 1000."))
    if draft.distinct_by and draft.distinct_by not in kind.distinct:
        raise BadStep("bad_distinct", "distinct_by", gettext_noop("This act has no such difference."))
    if draft.count > 1 and draft.event.startswith(("profile.", "guide.")):
        raise BadStep("only_once", "count", gettext_noop("This can be done once only."))
    found = {key: _checked_value(kind, key, value) for key, value in draft.filter.items()}
    return StepDraft(draft.event, name, draft.count, draft.distinct_by, found)


def _checked_value(kind: StepKind, key: str, value: Any) -> Any:
    field = kind.filter(key)
    if field is None:
        raise BadStep("unknown_filter", "filter", gettext_noop("“%(act)s” has no “%(key)s”."), act=kind.words, key=key)
    if field.kind == YES and value is True:
        return True
    if field.kind == NUMBER and isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53:
        return value
    if field.kind == ONE_OF and isinstance(value, list) and value and all(one in field.choices for one in value):
        return sorted(set(value))
    raise BadStep("bad_filter", "filter", gettext_noop("“%(key)s” cannot be that."), key=key)


def fits(kind: StepKind, wanted: Mapping[str, Any], facts: Mapping[str, Any]) -> bool:
    """Whether an event with these facts is what the step asks for. A fact that is missing fits nothing."""
    for key, value in wanted.items():
        field, have = kind.filter(key), facts.get(key)
        if field is None or have is None:
            return False
        if field.kind == ONE_OF:
            if have not in value:
                return False
        elif field.least:
            if have < value:
                return False
        elif have != value:
            return False
    return True


def codes_heard(event: str) -> list[str]:
    """Steps that an outbox event may tell of."""
    return [kind.code for kind in KINDS.values() if kind.event == event]


def needs(steps: Sequence[Mapping[str, Any]], fact: str) -> bool:
    """Whether any of these filters asks for a fact that costs a look."""
    return any(fact in wanted for wanted in steps)
