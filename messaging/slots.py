"""Who writes the messages: a higher app registers a composer for its kind in `apps.ready()`.

The composer runs at the moment of sending, inside the transaction that commits `handing_over`, so that every sentence
can be checked against what is true then, and what it writes (a coupon) stays or goes with it. A retry calls it again.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class DeliveryCard:
    """What a composer may know of the message it writes. The member's language is already active."""

    id: int
    public_id: str
    kind: str
    cause: str
    campaign_key: str
    step: int
    member_id: int
    channel: str
    purpose: str
    language: str


@dataclass(frozen=True)
class Composed:
    """A written message. `html` is a finished, escaped fragment; header, footer and the way out are put around it.

    `because` completes the footer: "You get this because …" as one whole sentence.
    """

    subject: str
    text: str
    html: str
    because: str
    preview: str = ""
    reply_to: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class NothingToSay:
    """Nothing true is left to say now: no message leaves, and `reason` says why."""

    reason: str


Composer = Callable[..., Composed | NothingToSay]
"""fn(delivery: DeliveryCard, *, at: datetime)"""


class Composers:
    """Composers by kind."""

    def __init__(self) -> None:
        self._by_kind: dict[str, Composer] = {}
        self._purposes: dict[str, str] = {}

    def register(self, kind: str, composer: Composer, *, purpose: str) -> None:
        """Add a composer; the same one twice changes nothing, another one for the same kind is a mistake.

        `purpose` is what members are asked about: a purpose that nothing here writes for is not asked.
        """
        if self._by_kind.setdefault(kind, composer) is not composer:
            raise TypeError(f"The message kind “{kind}” already has a composer.")
        self._purposes[kind] = purpose

    def purposes(self) -> set[str]:
        """What messages of this site are for."""
        return set(self._purposes.values())

    def get(self, kind: str) -> Composer | None:
        return self._by_kind.get(kind)


composers = Composers()
