"""What flags weigh and what follows from them; the ladder of sanctions. Source: specs/community.md, section 8."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from math import log

HIDDEN_FROM = Decimal("8.33")
"""Score at which a post or message is hidden until it is edited or judged."""
SILENCED_FROM, SILENCED_FLAGGERS = Decimal("2.5"), 3
"""Score over everything a newcomer wrote, and different flaggers, at which they are silent until somebody looked."""
CLOSED_FROM, CLOSED_FLAGGERS, CLOSED_FOR = Decimal("31.25"), 5, timedelta(hours=4)
"""Score over a topic's posts, and different flaggers, at which the topic is closed for a while."""
SPAM_TRUST = 3
"""From this level on, the flag "spam" hides what a member of level 0 wrote at once."""

FLAG_TRUST = 1
FLAGS_A_DAY = 20
MORE_A_DAY = {2: 1.5, 3: 2, 4: 3}
NOTE_NEEDED = frozenset({"illegal", "other"})
EDIT_AFTER = timedelta(minutes=10)
FLAGGED_AGAIN_AFTER = timedelta(hours=24)
REMIND_AFTER = timedelta(hours=48)
IGNORED_AFTER = timedelta(days=60)

STAFF_TRUST, ACT_NOW = Decimal(5), Decimal(5)
JUDGED_ENOUGH = 5
"""Accuracy counts above this many judged flags."""

LADDER = (24, 72, 168, 720)
"""Hours that are offered for a silence or a suspension."""
OBJECTION_LONGEST = 2000


def accuracy(agreed: int, judged: int) -> Decimal:
    """How much a member's past flags add to a new one, to a hundredth; 0 up to five judged flags."""
    if judged <= JUDGED_ENOUGH:
        return Decimal(0)
    return Decimal((agreed / judged - 0.7) * log(judged, 4) * 5).quantize(Decimal("0.01"))


def weight(
    *, trust: int, staff: bool, accuracy: Decimal, bonus: Decimal = Decimal(0), act_now: bool = False
) -> Decimal:
    """What one flag weighs. Never below 0: who is often wrong is not heard, but takes nothing from others' flags."""
    heavy = Decimal(1) + (STAFF_TRUST if staff else Decimal(trust)) + accuracy + bonus
    return max(heavy + (ACT_NOW if staff and act_now else Decimal(0)), Decimal(0))


def hides(*, score: Decimal, reason: str, flagger_trust: int, author_trust: int) -> bool:
    """Whether a post or message goes out of sight with this flag."""
    spam = reason == "spam" and flagger_trust >= SPAM_TRUST and author_trust == 0
    return score >= HIDDEN_FROM or spam


def silences(*, score: Decimal, flaggers: int, author_trust: int) -> bool:
    """Whether a newcomer is to be silent until somebody has looked."""
    return author_trust == 0 and score >= SILENCED_FROM and flaggers >= SILENCED_FLAGGERS


def closes(*, score: Decimal, flaggers: int) -> bool:
    """Whether a topic is closed for a while."""
    return score >= CLOSED_FROM and flaggers >= CLOSED_FLAGGERS


def flags_a_day(trust: int) -> int:
    return int(FLAGS_A_DAY * MORE_A_DAY.get(trust, 1))


def next_step(hours_before: Iterable[int]) -> int:
    """The step of the ladder that follows the longest one so far; the last step repeats."""
    longest = max(hours_before, default=0)
    return next((step for step in LADDER if step > longest), LADDER[-1])


def may_come_back(*, hidden_at: datetime, at: datetime) -> bool:
    """Whether the author may edit a hidden post already: a little time cools heads."""
    return at - hidden_at >= EDIT_AFTER
