"""Trust is a measure of risk towards others, not of worth: which level follows from what, and what each level may do.

Pure. Numbers: specs, community section 9. Money plays no part in it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

LEVELS = (0, 1, 2, 3, 4)
WINDOW = timedelta(days=60)
"""How far level 3 looks back."""
KEPT_FOR = timedelta(days=30)
"""Level 3 is not taken within this time after it was reached."""
KEPT_SHARE = 9
"""Tenths of each need below which level 3 is lost."""

EDITED_WITHIN, EDITED_WITHIN_TRUSTED = timedelta(days=1), timedelta(days=30)
"""How long one's own posts may be changed, below level 2 and from there on."""

YOUNGEST = timedelta(minutes=10)
TOPICS_SHARE, TOPICS_MOST = 4, 250
POSTS_SHARE, POSTS_MOST = 4, 2_000
"""A quarter of what is new, and never more than so many."""
FLAGS_MOST = FLAGGERS_MOST = 5


def edit_window(trust: int) -> timedelta:
    """How long after writing a post its author may change it."""
    return EDITED_WITHIN_TRUSTED if trust >= 2 else EDITED_WITHIN


@dataclass(frozen=True)
class Life:
    """What a member ever did here. `age` since joining; replies in topics of others; reactions that still stand."""

    age: timedelta = timedelta(0)
    topics_opened: int = 0
    posts_read: int = 0
    seconds: int = 0
    days_visited: int = 0
    reactions_given: int = 0
    reactions_received: int = 0
    topics_replied: int = 0


@dataclass(frozen=True)
class Lately:
    """What a member did within the last sixty days, and what was new for everybody in that time."""

    days_read: int = 0
    topics_opened: int = 0
    posts_read: int = 0
    topics_replied: int = 0
    reactions_given: int = 0
    reactions_received: int = 0
    reaction_givers: int = 0
    reaction_days: int = 0
    flags: int = 0
    flaggers: int = 0
    sanctions: int = 0
    new_topics: int = 0
    new_posts: int = 0


@dataclass(frozen=True)
class Need:
    """One thing that a level asks for. With `at_most` it is a limit, else something to reach."""

    key: str
    have: int
    want: int
    at_most: bool = False

    @property
    def met(self) -> bool:
        return self.have <= self.want if self.at_most else self.have >= self.want

    @property
    def kept(self) -> bool:
        """Whether it is still enough for somebody who has the level: nine tenths; limits have no tenths."""
        return self.have <= self.want if self.at_most else 10 * self.have >= KEPT_SHARE * self.want

    @property
    def missing(self) -> int:
        return 0 if self.met else abs(self.want - self.have)


def needs_of_1(life: Life) -> tuple[Need, ...]:
    return (
        Need("topics_opened", life.topics_opened, 5),
        Need("posts_read", life.posts_read, 30),
        Need("minutes", life.seconds // 60, 10),
        Need("age_minutes", life.age // timedelta(minutes=1), YOUNGEST // timedelta(minutes=1)),
    )


def needs_of_2(life: Life) -> tuple[Need, ...]:
    return (
        Need("topics_opened", life.topics_opened, 20),
        Need("posts_read", life.posts_read, 100),
        Need("minutes", life.seconds // 60, 60),
        Need("days_visited", life.days_visited, 15),
        Need("reactions_given", life.reactions_given, 1),
        Need("reactions_received", life.reactions_received, 1),
        Need("topics_replied", life.topics_replied, 3),
    )


def needs_of_3(lately: Lately) -> tuple[Need, ...]:
    return (
        Need("days_read", lately.days_read, 25),
        Need("new_topics", lately.topics_opened, min(ceil(lately.new_topics / TOPICS_SHARE), TOPICS_MOST)),
        Need("new_posts", lately.posts_read, min(ceil(lately.new_posts / POSTS_SHARE), POSTS_MOST)),
        Need("topics_replied", lately.topics_replied, 6),
        Need("reactions_given", lately.reactions_given, 15),
        Need("reactions_received", lately.reactions_received, 10),
        Need("reaction_givers", lately.reaction_givers, 3),
        Need("reaction_days", lately.reaction_days, 4),
        Need("flags", lately.flags, FLAGS_MOST, at_most=True),
        Need("flaggers", lately.flaggers, FLAGGERS_MOST, at_most=True),
        Need("sanctions", lately.sanctions, 0, at_most=True),
    )


def level_of_life(life: Life, level: int) -> int:
    """The level after an act of somebody at 0 or 1: up at once, both steps when both are reached, never down."""
    if level == 0 and _all_met(needs_of_1(life)):
        level = 1
    if level == 1 and _all_met(needs_of_2(life)):
        level = 2
    return level


def level_of_night(lately: Lately, level: int, *, since: datetime | None, at: datetime) -> int:
    """The level after a night of somebody at 2 or 3. Who was raised by hand to 4 stays there."""
    if level == 2 and _all_met(needs_of_3(lately)):
        return 3
    if level == 3 and not (since is not None and at - since < KEPT_FOR):
        return 3 if all(need.kept for need in needs_of_3(lately)) else 2
    return level


def life_may_rise(level: int, *, topics_opened: int, posts_read: int, seconds: int, days_visited: int) -> bool:
    """Whether reading alone would do for the next level, so that it is worth to look at the rest."""
    life = Life(YOUNGEST, topics_opened, posts_read, seconds, days_visited, 1, 1, 3)
    return level_of_life(life, level) > level if level < 2 else False


def _all_met(needs: tuple[Need, ...]) -> bool:
    return all(need.met for need in needs)


# --- What each level may do ------------------------------------------------------------------------------------------

GATES = {
    "direct_message": 1, "flag": 1, "private_room": 1, "mention_here": 2, "new_tag": 3, "wiki": 3,
    "host_session": 4,
}  # fmt: skip
"""Act → the level from which it is open."""

NEWCOMER_IMAGES, NEWCOMER_LINKS, NEWCOMER_MENTIONS, NEWCOMER_REPLIES = 1, 2, 2, 3
"""What one post of somebody at level 0 may hold, and how many replies in a topic of somebody else."""

IN_A_ROW = 3
"""Own posts below each other in one topic."""


def may(act: str, trust: int) -> bool:
    """Whether somebody at this level may do the act. KeyError for an act that has no gate."""
    return trust >= GATES[act]
