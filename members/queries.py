"""Reading about people; other apps get frozen cards, never rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import BaseExpression
from django.db.models.functions import Coalesce, Lower
from django.urls import reverse
from django.utils.translation import gettext as _

from members.access import MANAGERS, MODERATORS, SILENCED, SUSPENDED
from members.models import AccountChange, Birthday, GroupProfile, GroupRequest, Identity, Openness, User

COOL_OFF: dict[str, timedelta] = {
    AccountChange.Kind.ADDRESS: timedelta(hours=72),
    AccountChange.Kind.PASSWORD: timedelta(hours=24),
    AccountChange.Kind.STOPPED: timedelta(hours=72),
}
"""How long what moves much waits after a change. The old address is told at once, and can undo it meanwhile."""
STOPPABLE = timedelta(hours=72)
"""So long the letter's link undoes a change."""


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
    wanted = list(set(member_ids))
    if not wanted:
        return {}
    with connection.cursor() as cursor:  # a list of topics asks for a hundred: composing and building them took longer
        cursor.execute(
            "SELECT id, public_id, username, display_name, avatar, date_joined FROM members_user WHERE id = ANY(%s)",
            [wanted],
        )
        return {row[0]: _card(*row) for row in cursor.fetchall()}


def cards_with(*, member_ids: Iterable[int], extra: BaseExpression) -> dict[int, tuple[MemberCard, Any]]:
    """The same, each with what a higher app wants to know of the row, in one statement: an expression of its own tables."""
    rows = (
        User.objects.filter(id__in=set(member_ids))
        .annotate(extra=extra)
        .values_list("id", "public_id", "username", "display_name", "avatar", "date_joined", "extra")
    )
    return {row[0]: (_card(*row[:6]), row[6]) for row in rows}


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


def members_listed(
    *, limit: int, before: int | None = None, source: str = "", oldest: bool = False
) -> list[MemberCard]:
    """Everybody who is not erased, page by page, those who came last first; perhaps only whom `source` knows.

    `before` is the id of the last one already shown; with `oldest` the pages go the other way.
    """
    users = _known_to(source)
    if before is not None:
        users = users.filter(id__gt=before) if oldest else users.filter(id__lt=before)
    rows = users.order_by("id" if oldest else "-id").values_list(*_CARD)
    return [_card(*row) for row in rows[:limit]]


def members_counted(*, source: str = "", most: int = 10_001) -> int:
    """How many of them there are, at most `most`."""
    return _known_to(source).order_by()[:most].count()


def cards_named(*, public_ids: Iterable[str]) -> list[MemberCard]:
    """Those of these who exist and are not erased, in one statement."""
    rows = User.objects.filter(public_id__in=set(public_ids), erased_at__isnull=True).values_list(*_CARD)
    return [_card(*row) for row in rows]


_CARD = ("id", "public_id", "username", "display_name", "avatar", "date_joined")


def _known_to(source: str) -> "QuerySet[User]":
    users = User.objects.filter(erased_at__isnull=True)
    return users.filter(id__in=Identity.objects.filter(source=source).values("member_id")) if source else users


def names_elsewhere(*, member_ids: Iterable[int]) -> dict[int, list[tuple[str, str]]]:
    """(source, external id) by which other systems call these members, in one statement."""
    found: dict[int, list[tuple[str, str]]] = {}
    rows = Identity.objects.filter(member_id__in=set(member_ids)).order_by("id")
    for member_id, source, external_id in rows.values_list("member_id", "source", "external_id"):
        found.setdefault(member_id, []).append((source, external_id))
    return found


@dataclass(frozen=True)
class About:
    """What a member says of themselves, and how the site speaks to them."""

    display_name: str
    bio: str
    language: str
    time_zone: str


def about(*, member_id: int) -> About:
    return About(*User.objects.values_list("display_name", "bio", "language", "time_zone").get(id=member_id))


@dataclass(frozen=True)
class Profile:
    """A member as the pages about them show them. `last_seen_at` is None unless they allow it to be told."""

    card: MemberCard
    bio: str
    last_seen_at: datetime | None
    present: bool  # was ever here themselves, or signed up
    silenced: bool
    suspended: bool

    @property
    def id(self) -> int:
        return self.card.id


def profile(*, username: str) -> Profile | None:
    """The member of this handle for the pages about them, in one statement; None for nobody and for the erased."""
    names = ArraySubquery(
        User.groups.through.objects.filter(user_id=OuterRef("pk"), group__name__in=[SILENCED, SUSPENDED]).values(
            "group__name"
        )
    )
    row = (
        User.objects.filter(username__iexact=username, erased_at__isnull=True)
        .annotate(
            told=Exists(Openness.objects.filter(member_id=OuterRef("pk"), last_seen=True)),
            held=names,
        )
        .values_list(
            "id", "public_id", "username", "display_name", "avatar", "date_joined", "bio", "last_seen_at", "imported",
            "told", "held",
        )
        .first()
    )  # fmt: skip
    if row is None:
        return None
    bio, seen, imported, told, held = row[6:]
    return Profile(
        card=_card(*row[:6]),
        bio=bio,
        last_seen_at=seen if told else None,
        present=not imported or seen is not None,
        silenced=SILENCED in held,
        suspended=SUSPENDED in held,
    )


def openness(*, member_id: int) -> dict[str, bool]:
    """What the member lets others see: `listed`, `last_seen`, `here`."""
    row = Openness.objects.filter(member_id=member_id).values_list("listed", "last_seen", "here").first()
    return dict(zip(("listed", "last_seen", "here"), row or (True, False, True), strict=True))


def cards_of_shown(*, member_ids: Iterable[int]) -> dict[int, MemberCard]:
    """Cards of those who let others see that they are here, in one statement."""
    hidden = Openness.objects.filter(member_id=OuterRef("pk"), here=False)
    rows = User.objects.filter(~Exists(hidden), id__in=set(member_ids), is_active=True, erased_at__isnull=True)
    named = rows.values_list("id", "public_id", "username", "display_name", "avatar", "date_joined")
    return {row[0]: _card(*row) for row in named}


@dataclass(frozen=True)
class RightsChanges:
    """Whose rights changed since the last look. `seen` is what the next look gives as `since`."""

    seen: str
    members: frozenset[int]
    sessions: frozenset[str]
    everybody: bool


MOST_RIGHTS_CHANGES = 2_000
"""Changes of one look above which everybody is looked at instead."""

# What the last look could not see: what came after it, and what was under way then and is committed now.
_RIGHTS_CHANGES = f"""
SELECT pg_current_snapshot()::text, made.id, made.member_id, made.session_key
FROM (SELECT coalesce(%s::pg_snapshot, pg_current_snapshot()) AS seen) AS last LEFT JOIN LATERAL (
    SELECT id, member_id, session_key FROM members_rightschange
    WHERE transaction >= pg_snapshot_xmin(last.seen)::text::bigint
    AND NOT pg_visible_in_snapshot(transaction::text::xid8, last.seen) LIMIT {MOST_RIGHTS_CHANGES + 1}
) AS made ON true
"""


def rights_changes(*, since: str | None) -> RightsChanges:
    """What was changed after the look that gave `since` (None: from now on): each change once, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_RIGHTS_CHANGES, [since])
        rows = cursor.fetchall()
    made = [row for row in rows if row[1] is not None]
    return RightsChanges(
        seen=rows[0][0],
        members=frozenset(row[2] for row in made if row[2] is not None),
        sessions=frozenset(row[3] for row in made if row[3]),
        everybody=len(made) > MOST_RIGHTS_CHANGES or any(row[2] is None and not row[3] for row in made),
    )


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


def habits(*, member_ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """(language, time zone) of each member, in one statement; the site's where they have none."""
    rows = User.objects.filter(id__in=set(member_ids)).values_list("id", "language", "time_zone")
    return {id: (language or settings.LANGUAGE_CODE, zone or settings.TIME_ZONE) for id, language, zone in rows}


def time_zones() -> list[str]:
    """Every time zone that some member named; "" for those who named none."""
    return list(User.objects.order_by("time_zone").values_list("time_zone", flat=True).distinct())


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


def groups_of(*, member_ids: Iterable[int]) -> dict[int, set[str]]:
    """The names of the groups of many members, in one statement; who is in none is missing."""
    found: dict[int, set[str]] = {}
    through = User.groups.through.objects.filter(user_id__in=set(member_ids))
    for member_id, name in through.values_list("user_id", "group__name"):
        found.setdefault(member_id, set()).add(name)
    return found


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


def listed() -> QuerySet[User]:
    """Whom the directory may name: who may be found, and did not ask to be left out. For other apps' SQL."""
    return findable().exclude(id__in=Openness.objects.filter(listed=False).values("member_id"))


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


# --- Groups as people see them -----------------------------------------------------------------------------------------

SYSTEM_GROUPS = ("trust:", "tier:", "order:")
"""Beginnings of the names of groups that rules fill; with the roles they are never listed, joined or called."""


@dataclass(frozen=True)
class GroupCard:
    """A group as its visitors know it."""

    id: int
    group_id: int
    slug: str
    name: str
    description: str
    joining: str
    mentionable: bool
    owner_id: int | None
    people: int
    inside: bool = False
    asked: bool = False

    @property
    def url(self) -> str:
        return reverse("members:group", args=[self.slug])


def group_words(name: str) -> str:
    """A group as somebody who chooses it, or stands before it, reads it: that of a tier holds all higher ones too."""
    if not name.startswith("tier:"):
        return _(name) if name in (MODERATORS, MANAGERS) else name
    tier = _(name.removeprefix("tier:").replace("-", " ").capitalize())
    return _("%(tier)s and above") % {"tier": tier}


def is_system_group(name: str) -> bool:
    """Whether a rule, a role or the console fills this group."""
    return name.startswith(SYSTEM_GROUPS) or name in (MODERATORS, MANAGERS, "Editors", "Finance")


def groups_seen(*, viewer_id: int | None = None, slug: str | None = None) -> list[GroupCard]:
    """Groups that everybody may see, by name: one statement. `slug`: that one alone."""
    profiles = _open_groups().filter(visible=True)
    if slug is not None:
        profiles = profiles.filter(slug__iexact=slug)
    through = User.groups.through.objects.filter(
        group_id=OuterRef("group_id"), user__is_active=True, user__erased_at__isnull=True
    )
    rows = profiles.annotate(
        people=Coalesce(Subquery(_counted(through)), 0),
        inside=Exists(through.filter(user_id=viewer_id or 0)),
        asked=Exists(GroupRequest.objects.filter(group_id=OuterRef("pk"), member_id=viewer_id or 0)),
    ).order_by(Lower("name"))
    return [
        GroupCard(
            row.pk, row.group_id, row.slug, row.name, row.description, row.joining, row.mentionable, row.owner_id,
            row.people, row.inside, row.asked,
        )
        for row in rows[:200]
    ]  # fmt: skip


def group_people(*, group_id: int, limit: int, before: int = 0) -> list[tuple[int, MemberCard]]:
    """(cursor, card) of a group's members, those who came last first."""
    rows = User.groups.through.objects.filter(
        group_id=group_id, user__is_active=True, user__erased_at__isnull=True
    ).order_by("-id")
    if before:
        rows = rows.filter(id__lt=before)
    found = list(rows.values_list("id", "user_id")[:limit])
    cards = member_cards(member_ids=[user for _id, user in found])
    return [(id, cards[user]) for id, user in found if user in cards]


def group_requests(*, profile_id: int) -> list[MemberCard]:
    """Who waits to be let in, the longest first."""
    ids = list(
        GroupRequest.objects.filter(group_id=profile_id).order_by("id").values_list("member_id", flat=True)[:200]
    )
    cards = member_cards(member_ids=ids)
    return [cards[one] for one in ids if one in cards]


def group_member_ids(*, slug: str) -> QuerySet[Any]:
    """Ids of the members of a group that everybody may see, for other apps' SQL; an unknown one has none."""
    groups = _open_groups().filter(visible=True, slug__iexact=slug).values("group_id")
    return User.groups.through.objects.filter(group_id__in=groups).values("user_id")


def groups_called(*, handles: Iterable[str]) -> dict[str, tuple[int, str]]:
    """(group id, address) by lower-case handle of groups that may be called by name."""
    rows = (
        _open_groups()
        .filter(visible=True, mentionable=True)
        .annotate(folded=Lower("slug"))
        .filter(folded__in={handle.lower() for handle in handles})
        .values_list("folded", "group_id", "slug")
    )
    return {folded: (group, reverse("members:group", args=[slug])) for folded, group, slug in rows}


def called_members(*, group_ids: Iterable[int], most: int) -> list[int]:
    """Whom calling these groups tells: the members who were here last, at most so many of each group."""
    found: dict[int, None] = {}
    for group in _open_groups().filter(group_id__in=list(group_ids), visible=True, mentionable=True):
        people = User.objects.filter(groups=group.group_id, is_active=True, erased_at__isnull=True)
        ordered = people.order_by(F("last_seen_at").desc(nulls_last=True), "id")
        found |= dict.fromkeys(ordered.values_list("id", flat=True)[:most])
    return list(found)


def _counted(rows: QuerySet[Any]) -> QuerySet[Any]:
    counted: QuerySet[Any] = rows.values("group_id").annotate(many=Count("id")).values("many")
    return counted


def _open_groups() -> QuerySet[GroupProfile]:
    system = Q(group__name__in=[MODERATORS, MANAGERS, "Editors"])
    for beginning in SYSTEM_GROUPS:
        system |= Q(group__name__startswith=beginning)
    return GroupProfile.objects.exclude(system)


def birthday(*, member_id: int) -> tuple[int, int] | None:
    """(month, day) for the member's own page; None while they have not told it."""
    return Birthday.objects.filter(member_id=member_id).values_list("month", "day").first()


def born_on(*, days: Iterable[tuple[int, int]], told_before: datetime) -> dict[int, tuple[int, int]]:
    """Members whose birthday is one of these (month, day), as they told before a moment; without the suspended and erased."""
    wanted = Q()
    for month, day in days:
        wanted |= Q(month=month, day=day)
    if not wanted:
        return {}
    rows = Birthday.objects.filter(
        wanted, given_at__lt=told_before, member__is_active=True, member__erased_at__isnull=True
    )
    return {member: (month, day) for member, month, day in rows.values_list("member_id", "month", "day")}


def cooling_until(*, member_id: int, at: datetime) -> datetime | None:
    """Until when much value waits, because a way into the account changed lately; None when nothing waits.

    Whoever has a second factor from before the change proves with it that it is them, so nothing waits for them. `at` is the
    real time. Source: specs/security.md, 5.
    """
    lately = AccountChange.objects.filter(
        member_id=member_id, kind__in=COOL_OFF, changed_at__gt=at - max(COOL_OFF.values())
    ).values_list("kind", "changed_at")
    ends = [changed + COOL_OFF[kind] for kind, changed in lately]
    if not ends or max(ends) <= at:
        return None
    # Before them all: who chose a password and then an address may have made a factor of their own in between.
    first = min(changed for _kind, changed in lately)
    factors = Authenticator.objects.filter(user_id=member_id).exclude(type=Authenticator.Type.RECOVERY_CODES)
    if factors.filter(created_at__lt=first).exists():
        return None
    until: datetime = max(ends)
    return until


def may_stop(*, change_id: int, at: datetime) -> bool:
    """Whether a change still stands that a letter told of, and can be undone. `at` is the real time."""
    return AccountChange.objects.filter(pk=change_id, stopped_at=None, changed_at__gte=at - STOPPABLE).exists()
