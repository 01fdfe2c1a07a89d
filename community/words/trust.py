"""How the levels of trust and their needs are said to people."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community.rules import limits as rules_limits
from community.rules import trust as rules_trust
from community.rules.trust import Need


@dataclass(frozen=True)
class NeedLine:
    """A need as people read it. `percent` fills the bar; a limit (`at_most`) has none."""

    label: str
    have: int
    want: int
    met: bool
    percent: int
    left: str
    at_most: bool = False


@dataclass(frozen=True)
class LevelCard:
    """A level as the page about trust shows it."""

    level: int
    name: str
    about: str
    opens: tuple[str, ...]


def level_name(level: int) -> str:
    return str(_NAMES[level]())


def levels() -> list[LevelCard]:
    """All levels with what they open."""
    return [LevelCard(level, level_name(level), str(_ABOUT[level]()), _opens(level)) for level in rules_trust.LEVELS]


def need_line(need: Need) -> NeedLine:
    label, left = _NEEDS[need.key]
    share = 100 if need.met else 0 if need.at_most else 100 * need.have // need.want
    return NeedLine(
        str(label()), need.have, need.want, need.met, share, "" if need.met else left(need.missing), need.at_most
    )


def need_lines(needs: Iterable[Need]) -> list[NeedLine]:
    """What is still open first."""
    return sorted((need_line(need) for need in needs), key=lambda line: line.met)


def _opens(level: int) -> tuple[str, ...]:
    opened = tuple(str(_GATES[act]()) for act, least in rules_trust.GATES.items() if least == level)
    return tuple(str(line) for line in _EXTRA[level]()) + opened


_NAMES: dict[int, Callable[[], str]] = {
    0: lambda: _("newcomer"),
    1: lambda: _("known face"),
    2: lambda: _("regular"),
    3: lambda: _("pillar"),
    4: lambda: _("guide"),
}
_ABOUT: dict[int, Callable[[], str]] = {
    0: lambda: _("Everybody begins here. Read, ask, answer: a few limits protect the others until we know each other."),
    1: lambda: _("You have looked around. The limits of newcomers are gone."),
    2: lambda: _("You come back, you answer, and others like what you say."),
    3: lambda: _("You are here most days, and much of what happens here happens with you. It lasts while that is so."),
    4: lambda: _("The team asked you to help. It is given by hand."),
}


def _numbers_of(level: int) -> list[str]:
    halves = {2: 3, 3: 4, 4: 6}[level]
    reactions = rules_limits.LIMITS["reaction"].windows[0].count * halves // 2
    edits = rules_limits.LIMITS["edit"].windows[0].count * halves // 2
    return [_("%(reactions)s reactions and %(edits)s edits a day") % {"reactions": reactions, "edits": edits}]


_EXTRA: dict[int, Callable[[], list[str]]] = {
    0: lambda: [
        _("Start topics and reply, a little slower than others"),
        _("%(links)s links, %(images)s picture and %(mentions)s mentions in a post; %(replies)s replies in a topic")
        % {
            "links": rules_trust.NEWCOMER_LINKS, "images": rules_trust.NEWCOMER_IMAGES,
            "mentions": rules_trust.NEWCOMER_MENTIONS, "replies": rules_trust.NEWCOMER_REPLIES,
        },
        _("Change your own posts for a day"),
        _("React, vote, bookmark, talk in public rooms"),
    ],
    1: lambda: [_("Links, pictures and mentions as you need them"), _("Posting at full speed")],
    2: lambda: [*_numbers_of(2), _("Change your own posts for thirty days")],
    3: lambda: _numbers_of(3),
    4: lambda: [*_numbers_of(4), _("Accepting answers to any question")],
}  # fmt: skip
_GATES: dict[str, Callable[[], str]] = {
    "direct_message": lambda: _("Direct messages"),
    "flag": lambda: _("Flagging what needs a look by the team"),
    "private_room": lambda: _("Private rooms"),
    "mention_here": lambda: _("Mentioning everybody in a room with @here"),
    "new_tag": lambda: _("New tags"),
    "wiki": lambda: _("Posts that everybody may edit"),
    "host_session": lambda: _("Live sessions of one's own"),
}


def _days_more(count: int) -> str:
    return ngettext("%(count)s more day", "%(count)s more days", count) % {"count": count}


def _topics_more(count: int) -> str:
    return ngettext("%(count)s more topic", "%(count)s more topics", count) % {"count": count}


def _posts_more(count: int) -> str:
    return ngettext("%(count)s more post", "%(count)s more posts", count) % {"count": count}


def _minutes_more(count: int) -> str:
    return ngettext("%(count)s more minute", "%(count)s more minutes", count) % {"count": count}


def _reactions_more(count: int) -> str:
    return ngettext("%(count)s more reaction", "%(count)s more reactions", count) % {"count": count}


def _people_more(count: int) -> str:
    return ngettext("%(count)s more person", "%(count)s more people", count) % {"count": count}


def _too_many(count: int) -> str:
    return ngettext("%(count)s too many; it passes with time", "%(count)s too many; they pass with time", count) % {
        "count": count
    }


_NEEDS: dict[str, tuple[Callable[[], str], Callable[[int], str]]] = {
    "topics_opened": (lambda: _("Topics opened"), _topics_more),
    "posts_read": (lambda: _("Posts read"), _posts_more),
    "minutes": (lambda: _("Minutes of reading"), _minutes_more),
    "age_minutes": (lambda: _("Minutes since you joined"), _minutes_more),
    "days_visited": (lambda: _("Days with reading"), _days_more),
    "reactions_given": (lambda: _("Reactions given"), _reactions_more),
    "reactions_received": (lambda: _("Reactions received"), _reactions_more),
    "topics_replied": (lambda: _("Topics of others you replied in"), _topics_more),
    "days_read": (lambda: _("Days with reading"), _days_more),
    "new_topics": (lambda: _("Topics opened for the first time"), _topics_more),
    "new_posts": (lambda: _("New posts read"), _posts_more),
    "reaction_givers": (lambda: _("People who reacted to you"), _people_more),
    "reaction_days": (lambda: _("Days on which they reacted"), _days_more),
    "flags": (lambda: _("Flags that the team agreed with"), _too_many),
    "flaggers": (lambda: _("People who raised them"), _too_many),
    "sanctions": (lambda: _("Sanctions"), _too_many),
}
