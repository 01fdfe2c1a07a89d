"""Who writes the messages and notices: a higher app registers a composer for its kind in `apps.ready()`.

The composer runs at the moment of sending, inside the transaction that commits `handing_over`, so that every sentence
can be checked against what is true then, and what it writes (a coupon) stays or goes with it. A retry calls it again.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from members.slots import Slot
from messaging.choices import GROUPS, OTHER


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

    `because` completes the footer: "You get this because …" as one whole sentence. For a push message `subject` is its
    title, `text` its words and `url` where it leads; `html` is not used.
    """

    subject: str
    text: str
    html: str
    because: str
    preview: str = ""
    reply_to: str = ""
    url: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class NothingToSay:
    """Nothing true is left to say now: no message leaves, and `reason` says why."""

    reason: str


Composer = Callable[..., Composed | NothingToSay]
"""fn(delivery: DeliveryCard, *, at: datetime), and `gathered=` when the kind has a gatherer."""

Gatherer = Callable[[Sequence[DeliveryCard]], Any]
"""fn(deliveries) -> anything: what their composer needs of all of them, asked once, in the same transaction."""


class Composers:
    """Composers by kind."""

    def __init__(self) -> None:
        self._by_kind: dict[str, Composer] = {}
        self._purposes: dict[str, str] = {}
        self._gatherers: dict[str, Gatherer] = {}

    def register(self, kind: str, composer: Composer, *, purpose: str, gather: Gatherer | None = None) -> None:
        """Add a composer; the same one twice changes nothing, another one for the same kind is a mistake.

        `purpose` is what members are asked about: a purpose that nothing here writes for is not asked.
        """
        if self._by_kind.setdefault(kind, composer) is not composer:
            raise TypeError(f"The message kind “{kind}” already has a composer.")
        self._purposes[kind] = purpose
        if gather is not None:
            self._gatherers[kind] = gather

    def gather(self, deliveries: Sequence[DeliveryCard]) -> dict[str, dict[str, Any]]:
        """By kind, what its composer is given besides the delivery."""
        return {
            kind: {"gathered": self._gatherers[kind]([one for one in deliveries if one.kind == kind])}
            for kind in {one.kind for one in deliveries} & self._gatherers.keys()
        }

    def purposes(self) -> set[str]:
        """What messages of this site are for."""
        return set(self._purposes.values())

    def get(self, kind: str) -> Composer | None:
        return self._by_kind.get(kind)


composers = Composers()


@dataclass(frozen=True)
class NoticeCard:
    """What the writer of a kind may know of a notice: ids, who did it (the last first) and how often."""

    id: int
    public_id: str
    kind: str
    data: Mapping[str, int | str]
    by_ids: tuple[int, ...]
    count: int
    at: datetime


@dataclass(frozen=True)
class Told:
    """A notice as it is shown now: one plain sentence, where it leads, perhaps a few words of what it is about."""

    text: str
    url: str
    excerpt: str = ""
    icon: str = "bell"


NoticeWriter = Callable[..., Mapping[int, Told]]
"""fn(*, notices: Sequence[NoticeCard], viewer) -> {notice id: Told}: once a page for all notices of the kind.

It asks for the viewer's rights at this moment and leaves out what they may not read any more.
"""


class NoticeWriters:
    """Writers of notices by kind, and what the kind is called in the settings."""

    def __init__(self) -> None:
        self._writers: dict[str, NoticeWriter] = {}
        self._groups: dict[str, str] = {}
        self.labels: dict[str, Any] = {}

    def register(self, kind: str, writer: NoticeWriter, *, label: Any, group: str = OTHER) -> None:
        """Add a writer; the same one twice changes nothing, another one for the same kind is a mistake.

        `group` (`choices.GROUPS`) is the line of the settings that decides whether the kind is shown, mailed and pushed.
        """
        if group not in GROUPS:
            raise TypeError(f"There is no group of notices “{group}”.")
        if self._writers.setdefault(kind, writer) is not writer:
            raise TypeError(f"Notices of the kind “{kind}” already have a writer.")
        self.labels[kind], self._groups[kind] = label, group

    def group(self, kind: str) -> str:
        """The group that a kind belongs to."""
        return self._groups.get(kind, OTHER)

    def groups(self) -> set[str]:
        """Groups that some app here really tells something of."""
        return set(self._groups.values())

    def known(self, kind: str) -> bool:
        return kind in self._writers

    def get(self, kind: str) -> NoticeWriter | None:
        return self._writers.get(kind)


notices = NoticeWriters()


@dataclass(frozen=True)
class DigestLine:
    """One thing worth coming back for: a sentence, where it leads (a path of this site), perhaps a few words more."""

    text: str
    url: str
    note: str = ""


@dataclass(frozen=True)
class DigestPart:
    """A piece of the digest with its heading; empty ones are left out."""

    title: str
    lines: Sequence[DigestLine]
    order: int = 100


digest_parts: Slot[DigestPart] = Slot("digest_parts")
"""fn(*, viewer: Member, since: datetime, at: datetime) -> DigestPart | None: what the viewer missed since `since` (their
last visit, or the last digest if that was later), by the rights of this moment, in the active language."""
