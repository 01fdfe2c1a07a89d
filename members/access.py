"""Who may act at all. Each app's own `access.py` builds on these."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any, TypeAlias, TypeGuard

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from members.models import User
    from members.queries import Profile

Viewer: TypeAlias = "User | AnonymousUser | None"
"""Whoever looks: a member, a guest's request, or a guest without one. Other apps name people by these two types."""
Member: TypeAlias = "User"

UNASKED = object()
"""The answer of `standing` when the request did not ask: it draws no page, or came with no session of a device."""

MODERATORS = "Moderators"
MANAGERS = "Community managers"
SILENCED, SUSPENDED = "order:silenced", "order:suspended"
"""Groups of those who may only read, and of those who may not even sign in. Whoever imposes it keeps its truth."""


class Refused(Exception):
    """A person may not do this. `code` is stable; `message` says in their language what the next step is.

    `hidden` means the thing must look absent (404); `sign_in` that signing in is the next step.
    """

    def __init__(self, code: str, message: str, *, hidden: bool = False, sign_in: bool = False) -> None:
        super().__init__(message)
        self.code, self.message, self.hidden, self.sign_in = code, message, hidden, sign_in


def is_member(user: "User | AnonymousUser | None") -> "TypeGuard[User]":
    """Signed in, active and not erased."""
    return bool(user and user.is_authenticated and user.is_active)


def is_moderator(user: "User | AnonymousUser | None") -> bool:
    return is_member(user) and (user.is_superuser or bool(group_names(user) & {MODERATORS, MANAGERS}))


def is_manager(user: "User | AnonymousUser | None") -> bool:
    return is_member(user) and (user.is_superuser or MANAGERS in group_names(user))


def is_silenced(user: "User | AnonymousUser | None") -> bool:
    """Whether they may only read, at this moment."""
    return is_member(user) and bool(group_names(user) & {SILENCED, SUSPENDED})


def require_member(user: "User | AnonymousUser | None") -> "User":
    """The member, or Refused with the way to sign in."""
    if not is_member(user):
        raise Refused("sign_in_required", _("Please sign in first."), sign_in=True)
    return user


def require_moderator(user: "User | AnonymousUser | None") -> "User":
    member = require_member(user)
    if not is_moderator(member):
        raise Refused("moderators_only", _("Only moderators may do this."))
    return member


def require_manager(user: "User | AnonymousUser | None") -> "User":
    member = require_member(user)
    if not is_manager(member):
        raise Refused("managers_only", _("Only community managers may do this."))
    return member


def get_profile(viewer: Viewer, username: str) -> "Profile":
    """The member of this handle for their pages, or Refused as absent: nobody, the erased, and customers whom a shop
    named and who were never here, unless others know them from old texts. Moderators see these, too."""
    from members import queries, slots

    found = None if "\x00" in username else queries.profile(username=username)
    if found is None or not (
        found.present or is_moderator(viewer) or any(slots.known_here.collect(member_id=found.id))
    ):
        raise Refused("not_found", _("There is nothing here."), hidden=True)
    return found


def group_names(user: "User") -> set[str]:
    """Names of the member's groups, read once a request."""
    return set(_groups(user).values())


def group_ids(user: "User") -> frozenset[int]:
    """Ids of the member's groups, read once a request."""
    return frozenset(_groups(user))


def member_by_id(member_id: int) -> "User | None":
    """The active member as the database has them now, for edges that hold only an id (sockets)."""
    from members.models import User

    return User.objects.filter(id=member_id, is_active=True).first()


def is_suspended(user: "User") -> bool:
    """Whether the site is closed to a member for a while: no sign-in, and nothing is told or sent to them."""
    return SUSPENDED in group_names(user)


def members_by_id(member_ids: "Collection[int]") -> "dict[int, tuple[User, frozenset[int]]]":
    """The active ones of many members, each with the ids of their groups, in one statement."""
    from members import identity

    return {user.pk: (user, group_ids(user)) for user in identity.active_members(member_ids)}


def remember_groups(user: "User", names: dict[int, str]) -> None:
    """For those who read a member together with their groups (id -> name): nobody asks for them again."""
    user._groups_read = names  # type: ignore[attr-defined]


def standing(user: "Viewer", name: str) -> Any:
    """What `members.slots.standings` has under this name for the member who asks, or UNASKED: then ask for yourself.

    As it was when the request began; whoever changes such a thing and draws a page in one request asks again. JSON
    comes as text.
    """
    held: dict[str, Any] = getattr(user, "_standing", None) or {}
    return held.get(name, UNASKED)


def _groups(user: "User") -> dict[int, str]:
    cached: dict[int, str] | None = getattr(user, "_groups_read", None)
    if cached is None:
        cached = dict(user.groups.values_list("id", "name"))
        remember_groups(user, cached)
    return cached
