"""Where higher apps show something in the forum. Called once a page with all ids, never once a post."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from members.slots import Panel, Slot


@dataclass(frozen=True)
class Badge:
    """A mark beside a name. `kind` is a badge colour of the design system or `tier-1` … `tier-4`."""

    label: str
    kind: str = ""
    title: str = ""
    seal: tuple[str, int] = ("", 0)
    """Motif and grade of a picture of `artwork.py`; then the label is its tooltip."""


name_badges: Slot[dict[int, list[Badge]]] = Slot("name_badges")
"""fn(*, member_ids: Sequence[int]) -> dict[int, list[Badge]]: beside the names of authors."""


# --- Live sessions ---------------------------------------------------------------------------------------------------

seat_priority: Slot[dict[int, int]] = Slot("seat_priority")
"""fn(*, member_ids: Sequence[int]) -> {member id: rank}: who is seated first where people wait; missing means 0.

Read when somebody begins to wait; whoever changes a rank later calls `actions.seats.set_priority`."""

early_access: Slot[dict[int, int]] = Slot("early_access")
"""fn(*, member_ids: Sequence[int]) -> {member id: hours}: how long before the others a member may say that they come to a
session whose answers open at a time; missing means 0."""

rank_names: Slot[dict[int, str]] = Slot("rank_names")
"""fn() -> {rank: name}: what the ranks of `seat_priority` are called, in the reader's language."""


@dataclass(frozen=True)
class Prize:
    """Something that may be dropped in a session. `left`: how many there are, None for any number."""

    key: str
    name: str
    left: int | None = None


@dataclass(frozen=True)
class DropSource:
    """Who gives what is dropped. All functions are keyword-only; `cause` names the drop, the same for both.

    `choices()` -> [Prize]; `reserve(key, count, cause, at)` puts pieces aside or raises `problems.Problem`;
    `release(cause, count, at)` puts back what nobody claimed. Both run in the caller's transaction; each may come twice.
    What was claimed is told by the event DropClaimed.
    """

    code: str
    choices: Callable[..., list[Prize]]
    reserve: Callable[..., None]
    release: Callable[..., None]


class DropSources:
    """Sources of drops by code; without any, sessions have no drops."""

    def __init__(self) -> None:
        self._sources: dict[str, DropSource] = {}

    def register(self, source: DropSource) -> None:
        """Add a source; another one of the same code is a mistake."""
        if self._sources.setdefault(source.code, source) is not source:
            raise TypeError(f"The source of drops “{source.code}” is registered already.")

    def get(self, code: str) -> DropSource | None:
        return self._sources.get(code)

    def all(self) -> list[DropSource]:
        return list(self._sources.values())


drop_sources = DropSources()


# --- The review queue -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ReviewCard:
    """An item of the queue as its kind knows it: what to look at, whose it is, what raised it."""

    id: int
    public_id: str
    kind: str
    target: int
    author_id: int | None
    board_id: int | None
    topic_id: int | None
    state: str
    score: Decimal
    reasons: tuple[Mapping[str, Any], ...]
    done: tuple[Mapping[str, Any], ...]
    version: int
    created_at: datetime


@dataclass(frozen=True)
class ReviewSubject:
    """The thing in its context, for the card. `html` is cooked by us; `lines` are label and plain text.

    Points are never shown here: who judges should not know who is worth how much.
    """

    title: str
    url: str = ""
    html: str = ""
    excerpt: str = ""
    state: str = ""
    where: str = ""
    at: datetime | None = None
    lines: tuple[tuple[str, str], ...] = ()
    gone: bool = False


@dataclass(frozen=True)
class ReviewAct:
    """One button. `look` is a class of a button; `asks` may hold "reason" and "hours"."""

    code: str
    label: str
    explain: str = ""
    look: str = ""
    asks: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Decided:
    """What a decision did: the item's new state, the verdict on its flags, and how to take it back (None: not at all).

    `before` and `after` go into the audit log: ids and states only.
    """

    state: str
    verdict: str = ""
    undo: Mapping[str, Any] | None = None
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ReviewKind:
    """What a kind of items looks like and what can be done about it. All functions are keyword-only.

    `subjects(items, viewer)` -> {item id: ReviewSubject}, once a page; `acts(item, viewer)` -> the buttons in order;
    `decide(item, act, reason, hours, by, at)` -> Decided, in the transaction of the decision, raising
    `problems.Problem` to refuse; `undo(item, data, by, at)` takes it back. `locate(target)` -> Located, for what members
    may flag. `sees(viewer)` says who has such items that belong to no board (default: moderators).
    """

    code: str
    label: Any
    icon: str
    subjects: Callable[..., Mapping[int, ReviewSubject]]
    acts: Callable[..., list[ReviewAct]]
    decide: Callable[..., Decided]
    undo: Callable[..., None] | None = None
    locate: Callable[..., "Located | None"] | None = None
    hide: Callable[..., bool] | None = None
    sees: Callable[..., bool] | None = None
    bonus: Decimal = Decimal(0)


@dataclass(frozen=True)
class Located:
    """Whose a flagged thing is and where it stands."""

    author_id: int
    board_id: int | None = None
    topic_id: int | None = None


class ReviewKinds:
    """Kinds of the review queue by code; higher apps add theirs in `AppConfig.ready()`."""

    def __init__(self) -> None:
        self._kinds: dict[str, ReviewKind] = {}

    def register(self, kind: ReviewKind) -> None:
        """Add a kind; another one of the same code is a mistake."""
        if self._kinds.setdefault(kind.code, kind) is not kind:
            raise TypeError(f"The review kind “{kind.code}” is registered already.")

    def get(self, code: str) -> ReviewKind | None:
        return self._kinds.get(code)

    def all(self) -> list[ReviewKind]:
        return list(self._kinds.values())


review_kinds = ReviewKinds()
"""What the queue holds: redemptions, referrals … of higher apps too."""

risk_hints: Slot[dict[int, list[str]]] = Slot("risk_hints")
"""fn(*, member_ids) -> {member id: [sentence]}: what moderators should know of a person ("shares a device with …")."""

forum_panels: Slot[Panel] = Slot("forum_panels")
"""fn(*, request) -> Panel | None: on the forum's front page, below what the forum itself says."""
