"""Reading about people; other apps get frozen cards, never rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256

from django.conf import settings
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.urls import reverse

from members.models import Identity, User


@dataclass(frozen=True)
class MemberCard:
    """What anybody may know of a member."""

    id: int
    public_id: str
    username: str
    name: str
    avatar_url: str
    url: str
    joined_at: datetime

    @property
    def initial(self) -> str:
        return self.name[:1].upper()


def member_card(*, member_id: int) -> MemberCard | None:
    return member_cards(member_ids=[member_id]).get(member_id)


def member_cards(*, member_ids: Iterable[int]) -> dict[int, MemberCard]:
    """Cards by id in one statement; ids that do not exist are missing."""
    rows = User.objects.filter(id__in=set(member_ids)).values_list(
        "id", "public_id", "username", "display_name", "avatar", "date_joined"
    )
    return {row[0]: _card(*row) for row in rows}


def members_named(*, usernames: Iterable[str]) -> dict[str, MemberCard]:
    """Cards by lower-case username in one statement; unknown ones and the erased are missing."""
    rows = (
        User.objects.annotate(folded=Lower("username"))
        .filter(folded__in={name.lower() for name in usernames}, erased_at__isnull=True)
        .values_list("id", "public_id", "username", "display_name", "avatar", "date_joined")
    )
    return {row[2].lower(): _card(*row) for row in rows}


def find_member(
    *,
    public_id: str | None = None,
    username: str | None = None,
    source: str | None = None,
    external_id: str | None = None,
    email: str | None = None,
) -> MemberCard | None:
    """The member named by exactly one of: public id, username, (source, external id), external id, verified address."""
    users = User.objects.filter(erased_at__isnull=True)
    if public_id is not None:
        users = users.filter(public_id=public_id)
    elif username is not None:
        users = users.filter(username__iexact=username)
    elif source is not None and external_id is not None:
        users = users.filter(id__in=Identity.objects.filter(source=source, external_id=external_id).values("member_id"))
    elif external_id is not None:
        # Named without its source: only when one member alone is called that.
        called = set(Identity.objects.filter(external_id=external_id).values_list("member_id", flat=True)[:100])
        users = users.filter(id__in=called) if len(called) == 1 else users.none()
    elif email is not None:
        users = users.filter(emailaddress__email__iexact=email, emailaddress__verified=True)
    else:
        raise ValueError("Name the member by public_id, username, source and external_id, or email.")
    row = users.values_list("id", "public_id", "username", "display_name", "avatar", "date_joined").first()
    return _card(*row) if row else None


@dataclass(frozen=True)
class About:
    """What a member says of themselves, and how the site speaks to them."""

    display_name: str
    bio: str
    language: str
    time_zone: str


def about(*, member_id: int) -> About:
    return About(*User.objects.values_list("display_name", "bio", "language", "time_zone").get(id=member_id))


def verified_email(*, member_id: int) -> str | None:
    """The member's primary confirmed address, or None."""
    return verified_emails(member_ids=[member_id]).get(member_id)


def account_email(*, member_id: int) -> str:
    """The address typed at sign-up, perhaps not confirmed yet: to compare, never to write to."""
    return User.objects.filter(id=member_id).values_list("email", flat=True).first() or ""


def account_emails(*, member_ids: Iterable[int]) -> dict[int, str]:
    """The same for many, also for those who may not sign in any more."""
    return dict(User.objects.filter(id__in=list(member_ids)).values_list("id", "email"))


def verified_emails(*, member_ids: Iterable[int]) -> dict[int, str]:
    """Primary confirmed addresses by member id."""
    rows = User.objects.filter(
        id__in=set(member_ids), is_active=True, emailaddress__verified=True, emailaddress__primary=True
    ).values_list("id", "emailaddress__email")
    return dict(rows)


def language_of(*, member_id: int) -> str:
    """The member's language, else the site's."""
    chosen = User.objects.filter(id=member_id).values_list("language", flat=True).first()
    return chosen or settings.LANGUAGE_CODE


def last_seen(*, member_id: int) -> datetime | None:
    """When the member was last here, to five minutes; None when never."""
    return User.objects.filter(id=member_id).values_list("last_seen_at", flat=True).first()


def sign_in_marks(*, member_ids: Iterable[int]) -> dict[int, str]:
    """For each member who may be signed in, a mark that changes with the password; open sockets are compared to it."""
    rows = User.objects.filter(id__in=set(member_ids), is_active=True).values_list("id", "password")
    return {member_id: sign_in_mark(password) for member_id, password in rows}


def sign_in_mark(password_hash: str) -> str:
    return sha256(password_hash.encode()).hexdigest()[:16]


def in_groups(*, names: Iterable[str], superusers: bool = False) -> list[int]:
    """Ids of the active members of any of these groups, with the owners when asked for."""
    wanted = Q(groups__name__in=list(names))
    if superusers:
        wanted |= Q(is_superuser=True)
    return list(User.objects.filter(wanted, is_active=True).distinct().values_list("id", flat=True))


def newest_names(*, limit: int) -> list[tuple[str, str]]:
    """(name, address of the page) of the newest members, for trying a rule about names."""
    rows = User.objects.filter(erased_at__isnull=True).order_by("-id").values_list("display_name", "username")[:limit]
    return [(display_name or username, profile_url(username)) for display_name, username in rows]


def people() -> QuerySet[User]:
    """Everybody who counts as a customer: active, not erased, no staff. For other apps' SQL: `.values("id")`."""
    return User.objects.filter(is_active=True, is_staff=False, is_superuser=False, erased_at__isnull=True)


def findable(*, absent_too: bool = False) -> QuerySet[User]:
    """Whom the others may find by name: active, not erased, and here themselves (a shop's imported customer is not,
    unless `absent_too`). For other apps' SQL."""
    users = User.objects.filter(is_active=True, erased_at__isnull=True)
    return users if absent_too else users.exclude(imported=True, last_seen_at__isnull=True)


def owner_exists() -> bool:
    """Whether the site has an owner (a superuser); until then the first-run wizard is open."""
    return User.objects.filter(is_superuser=True, is_active=True).exists()


def avatar_url(name: str) -> str:
    return f"{settings.MEDIA_URL}{name}" if name else ""


@lru_cache(maxsize=5_000)
def profile_url(username: str) -> str:
    return reverse("members:profile", args=[username])


def _card(id: int, public_id: str, username: str, display_name: str, avatar: str, joined: datetime) -> MemberCard:
    return MemberCard(
        id=id,
        public_id=public_id,
        username=username,
        name=display_name or username,
        avatar_url=avatar_url(avatar),
        url=profile_url(username),
        joined_at=joined,
    )
