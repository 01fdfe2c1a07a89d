"""What the demonstration's story is made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Person:
    """One of the cast. `role` is "", "moderator" or "manager"; `marketing` whether they agreed to offers by mail."""

    username: str
    name: str
    customer: str = ""
    bio: str = ""
    language: str = ""
    role: str = ""
    marketing: bool = True
    joined_days_ago: int = 400


@dataclass(frozen=True)
class Reply:
    """One answer in a topic, `hours` after its start.

    `reacts` are pairs of a kind and the names of those who felt so. `to` and `quote` point at another reply by its place
    (0 is the first one), or at the topic's own text by -1.
    """

    author: str
    hours: float
    text: str
    likes: tuple[str, ...] = ()
    accepted: bool = False
    reacts: tuple[tuple[str, str], ...] = ()
    to: int | None = None
    quote: tuple[int, str] | None = None


@dataclass(frozen=True)
class Ballots:
    """A question with options, and who chose which (their places, in order of preference when it is ranked)."""

    question: str
    options: tuple[str, ...]
    votes: tuple[tuple[str, tuple[int, ...]], ...]
    kind: str = "single"
    days: int = 14


@dataclass(frozen=True)
class Date:
    """An event: so many days from now, at this hour of the place, for so many hours."""

    in_days: int
    hour: int
    hours: int
    place: str


@dataclass(frozen=True)
class Talk:
    """One topic with its replies, and what became of it.

    `kind` is "" for a discussion. `likes` and `reacts` are for its own text. `split`: the title of the topic that its
    last `split_off` replies became, and the board of it. `edits`: others who changed the text of a wiki, and how.
    """

    board: str
    author: str
    days_ago: float
    title: str
    text: str
    replies: tuple[Reply, ...] = ()
    likes: tuple[str, ...] = ()
    question: bool = False
    pinned: bool = False
    closed: bool = False
    kind: str = ""
    key: str = ""
    tags: tuple[str, ...] = ()
    reacts: tuple[tuple[str, str], ...] = ()
    poll: Ballots | None = None
    date: Date | None = None
    votes: str = ""
    progress: tuple[str, str] | None = None
    edits: tuple[tuple[str, str, str, str], ...] = ()
    split: tuple[str, str] | None = None
    split_off: int = 0
    moved_to: str = ""


@dataclass(frozen=True)
class Line:
    """One line in a chat room, `minutes` before now; a command (`/me`, `/topic`) does what it does for people.

    `to` and `thread` point at another line by its place: what it answers, and the thread it stands in. `edited` is what it
    said at first.
    """

    author: str
    minutes: int
    text: str
    to: int | None = None
    thread: int | None = None
    reacts: tuple[tuple[str, str], ...] = ()
    pinned: bool = False
    edited: str = ""


@dataclass(frozen=True)
class BoardPlan:
    """A board; `groups` limits who sees it (empty: everybody)."""

    slug: str
    name: str
    description: str
    kinds: tuple[str, ...] = ("discussion",)
    groups: tuple[str, ...] = ()
    colour: str = "jade"
    icon: str = "forum"
    parent: str = ""
    order: str = "latest"


@dataclass(frozen=True)
class Offer:
    """A reward on the shelf; `tier` is the code of the tier it is kept for, `picture` one of our drawings, `about` further
    columns. `opens_in_days`: until then it is for tiers with early access alone. `gives`: the name of what a friend gets.
    """

    name: str
    description: str
    kind: str
    cost: int
    stock: int | None = None
    per_member: int | None = None
    tier: str = ""
    category: str = ""
    picture: str = ""
    shows: str = ""
    opens_in_days: float = 0
    gives: str = ""
    about: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Complaint:
    """A word that something is wrong, and what was said about it, hours later. The last speaker decides who waits."""

    member: str
    days_ago: float
    subject: str
    text: str
    answers: tuple[tuple[str, float, str], ...] = ()
    closed: bool = False


@dataclass(frozen=True)
class RoomPlan:
    """A chat room. With `board` it follows that board, with `group` it is for that group (`announced`: shown with a lock).

    `people` alone make it private, and its first one keeps it. `read_only`: moderators speak, others read.
    """

    slug: str
    name: str
    description: str
    lines: tuple[Line, ...]
    board: str = ""
    group: str = ""
    announced: bool = False
    people: str = ""
    topic: str = ""
    slow_seconds: int = 0
    retention_days: int | None = None
    read_only: bool = False


@dataclass(frozen=True)
class Conversation:
    """What a few people said to each other; the first one began it."""

    people: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Kept:
    """A bookmark of a topic, or of one of its replies. `remind_in_days` below 0: the moment has come."""

    member: str
    topic: str
    note: str
    reply: int | None = None
    days_ago: float = 2
    remind_in_days: float | None = None


@dataclass(frozen=True)
class Unsent:
    """A draft: of a reply in a topic, or of a new topic on a board."""

    member: str
    text: str
    topic: str = ""
    board: str = ""
    title: str = ""
    days_ago: float = 1
