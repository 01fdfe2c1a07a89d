"""Slots: where a higher app shows or does something in a lower app's page, without the lower one knowing its name.

The lower app owns a `Slot`; the higher one registers a function in its `AppConfig.ready()`. An empty slot is a
complete site. A slot is called once a page with all ids, never once a row.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from members.console import Card

Result = TypeVar("Result")


class Slot(Generic[Result]):
    """An ordered list of functions that higher apps fill in."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._functions: list[Callable[..., Result | None]] = []

    def register(self, function: Callable[..., Result | None]) -> Callable[..., Result | None]:
        """Add a function; registering the same one twice changes nothing."""
        if function not in self._functions:
            self._functions.append(function)
        return function

    def collect(self, *args: Any, **kwargs: Any) -> list[Result]:
        """Call every function and keep the answers that are not None, in order of registration."""
        answers = (function(*args, **kwargs) for function in self._functions)
        return [answer for answer in answers if answer is not None]


@dataclass(frozen=True)
class Panel:
    """A piece of a page drawn by its owner's template.

    `kept`: it reads nothing but the words and numbers of its context and the language, so it is drawn once for them.
    """

    template: str
    context: dict[str, Any] = field(default_factory=dict)
    order: int = 100
    kept: bool = False


@dataclass(frozen=True)
class NavItem:
    """One entry of the site's navigation. `under` are further beginnings of addresses that belong to it.

    `mark` is written instead of the count ("@2", "99+"); `live` is the name under which open pages hear the next one.
    """

    label: str
    url: str
    icon: str = ""
    order: int = 100
    count: int = 0
    under: tuple[str, ...] = ()
    mark: str = ""
    live: str = ""


@dataclass(frozen=True)
class SignupChoice:
    """An unticked box of the sign-up form. `ticked(member_id=, at=)` runs in the transaction that makes the account."""

    name: str
    label: str
    ticked: Callable[..., None]


@dataclass(frozen=True)
class Standing:
    """Something that every page needs of its member, asked together with who they are: a scalar SQL expression.

    It may use the row `member` and %(at)s, the time of the request. `pages_only`: what is drawn; other requests
    (forms, JSON) do without it. Read it by `members.access.standing`, and have another way when it is not there.
    """

    name: str
    sql: str
    pages_only: bool = True


@dataclass(frozen=True)
class Tab:
    """A page about a member, beside the summary. `count` is a word ("500+") or nothing; `own`: only for themselves."""

    name: str
    label: str
    url: str
    count: str = ""
    own: bool = False


@dataclass(frozen=True)
class ProfilePart:
    """What one app adds to the head of every page about a member: pages, marks beside the name, buttons."""

    tabs: tuple[Tab, ...] = ()
    marks: Panel | None = None
    acts: Panel | None = None


standings: Slot[Standing] = Slot("standings")
"""fn() -> Standing | None: joins the statement that finds a session and its member; read once a process."""

profile_panels: Slot[Panel] = Slot("profile_panels")
"""fn(*, viewer_id: int | None, member_id: int) -> Panel | None: on a member's page."""

profile_parts: Slot[ProfilePart] = Slot("profile_parts")
"""fn(*, viewer: Viewer, member_id: int, username: str) -> ProfilePart | None: once for each page about a member."""

profile_summary: Slot[Panel] = Slot("profile_summary")
"""fn(*, viewer: Viewer, member_id: int, username: str) -> Panel | None: on the summary, like `profile_panels`, for those
who ask what the viewer may read."""

profile_sheets: Slot[tuple[str, ...]] = Slot("profile_sheets")
"""fn() -> tuple of static style sheets that an app's panels on these pages need."""

known_here: Slot[bool] = Slot("known_here")
"""fn(*, member_id: int) -> bool | None: whether somebody who was never here themselves is known to others all the same
(their texts came with an old forum). A shop's customer is not: a customer is a person, not a purchase record."""

at_signup: Slot[None] = Slot("at_signup")
"""fn(*, request, member_id: int, at: datetime) -> None: in the transaction that makes the account."""

at_signout: Slot[None] = Slot("at_signout")
"""fn(*, request, member_id: int, at: datetime) -> None: somebody signs out of this browser; the session is still there."""

at_sessions_ended: Slot[None] = Slot("at_sessions_ended")
"""fn(*, member_id: int, session: SessionBase | None, at: datetime) -> None: everybody who was signed in as this member no
longer is (another password, a suspension, "sign out elsewhere"), but for whom this session belongs to, which goes on."""

signup_notes: Slot[Panel] = Slot("signup_notes")
"""fn(*, request) -> Panel | None: above the sign-up form ("Ming invited you")."""

signup_choices: Slot[SignupChoice] = Slot("signup_choices")
"""fn() -> SignupChoice | None: what a newcomer may say yes to while joining. Never ticked for them, never required."""

at_sign_in: Slot[str] = Slot("at_sign_in")
"""fn(*, request, member_id: int) -> str | None: where somebody goes who may not sign in, after the right password."""

name_checks: Slot[str] = Slot("name_checks")
"""fn(*, name: str) -> str | None: why nobody may be called so."""

console_cards: Slot[Card] = Slot("console_cards")
"""fn(*, request) -> Card | None: on the console's first page, for those who may open what it leads to."""

header_items: Slot[Panel] = Slot("header_items")
"""fn(*, request) -> Panel | None: in the header of every page (points)."""

banners: Slot[Panel] = Slot("banners")
"""fn(*, request) -> Panel | None: above the content of every page, for the few whom it concerns. Asks no database."""

navigation: Slot[NavItem] = Slot("navigation")
"""fn(*, request) -> NavItem | None: the site's navigation."""

footer_items: Slot[NavItem] = Slot("footer_items")
"""fn(*, request) -> NavItem | None: the links at the foot of every page."""

sign_in_ways: Slot[tuple[NavItem, ...]] = Slot("sign_in_ways")
"""fn(*, request) -> tuple of NavItem: other services that vouch for people, as buttons where one signs in or joins."""

settings_items: Slot[NavItem] = Slot("settings_items")
"""fn(*, request) -> NavItem | None: the side menu of the settings pages."""
