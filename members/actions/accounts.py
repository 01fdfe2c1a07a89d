"""What can be done to accounts. allauth makes accounts by sign-up; shops make them by naming their customers."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from members import slots
from members.events import MemberJoined, MemberReturned, MembersImported, MemberUpdated
from members.models import Identity, Openness, User
from outbox.ids import new_id
from outbox.publish import publish, publish_many
from outbox.require import require_transaction


def ensure_identity(
    *, source: str, external_id: str, email: str | None = None, name: str = "", by: int | None, at: datetime
) -> int:
    """The id of the member whom `source` calls `external_id`, made when nobody is.

    Found by identity first, then by confirmed e-mail address (the identity is then added), else an imported member
    without a password. Safe to call twice at the same moment: the unique identity decides.
    """
    require_transaction()
    known = Identity.objects.filter(source=source, external_id=external_id).values_list("member_id", flat=True).first()
    if known is not None:
        return known
    owner = (
        User.objects.filter(emailaddress__email__iexact=email, emailaddress__verified=True, is_active=True)
        .values_list("id", flat=True)
        .first()
        if email
        else None
    )
    if owner is not None:
        Identity.objects.bulk_create(
            [Identity(member_id=owner, source=source, external_id=external_id, created_at=at)], ignore_conflicts=True
        )
        return Identity.objects.values_list("member_id", flat=True).get(source=source, external_id=external_id)
    return ensure_identities(source=source, people=[(external_id, name)], by=by, at=at)[external_id]


def ensure_identities(
    *, source: str, people: Sequence[tuple[str, str]], by: int | None, at: datetime
) -> dict[str, int]:
    """Member ids by external id for many customers of one source; missing ones are made as imported members.

    `people` are (external id, display name) pairs. One statement when all are known, else a few, whatever the number.
    """
    require_transaction()
    names = dict(people)
    known = _known_at(source, names)
    if len(known) == len(names):
        return known
    # Two imports of one source at the same moment would both make the missing members: the second waits here.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"members:identity:{source}"])
    known |= _known_at(source, [external_id for external_id in names if external_id not in known])
    missing = [external_id for external_id in names if external_id not in known]
    if not missing:
        return known
    unusable = make_password(None)
    users = User.objects.bulk_create(
        [
            User(
                username=_free_handle(source, external_id),
                display_name=names[external_id][:60],
                password=unusable,
                imported=True,
                date_joined=at,
            )
            for external_id in missing
        ],
        batch_size=1000,
    )
    made = dict(zip(missing, (user.pk for user in users), strict=True))
    Identity.objects.bulk_create(
        [
            Identity(member_id=member_id, source=source, external_id=external_id, created_at=at)
            for external_id, member_id in made.items()
        ],
        batch_size=1000,
    )
    tell_imported(list(made.values()), at=at)
    return known | made


def _known_at(source: str, external_ids: Iterable[str]) -> dict[str, int]:
    found = Identity.objects.filter(source=source, external_id__in=list(external_ids))
    return dict(found.values_list("external_id", "member_id"))


def tell_imported(member_ids: Sequence[int], *, at: datetime) -> None:
    """Announce accounts that were made for others, some hundred with each event."""
    publish_many(
        [
            MembersImported(member_ids=tuple(member_ids[start : start + _TOLD_AT_ONCE]), at=at)
            for start in range(0, len(member_ids), _TOLD_AT_ONCE)
        ]
    )


_TOLD_AT_ONCE = 500


def joined(*, member_id: int, at: datetime, language: str = "", time_zone: str = "") -> None:
    """Announce an account made by sign-up, in the language and time zone it was made in."""
    require_transaction()
    User.objects.filter(id=member_id).update(date_joined=at, language=language, time_zone=time_zone)
    publish(MemberJoined(member_id=member_id, imported=False, at=at))


class OwnerExists(Exception):
    """The site has an owner already; the first-run page is closed."""


def make_member(
    *,
    username: str,
    email: str,
    password: str | None,
    by: int | None,
    at: datetime,
    display_name: str = "",
    bio: str = "",
    language: str = "",
    time_zone: str = "",
    groups: Sequence[str] = (),
    staff: bool = False,
    superuser: bool = False,
) -> int:
    """Make an account whose address counts as confirmed; returns its id, or raises NameTaken.

    For the owner's first account and for demonstrations; people sign themselves up through allauth.
    """
    require_transaction()
    try:
        with transaction.atomic():
            user = User.objects.create(
                username=username,
                email=email,
                password=make_password(password),
                display_name=display_name,
                bio=bio,
                language=language,
                time_zone=time_zone,
                is_staff=staff or superuser,
                is_superuser=superuser,
                date_joined=at,
            )
    except IntegrityError as error:
        raise NameTaken(_("This name or address is taken. Try another one.")) from error
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    user.groups.set(Group.objects.filter(name__in=groups))
    publish(MemberJoined(member_id=user.pk, imported=False, at=at))
    return user.pk


def make_owner(
    *, username: str, email: str, password: str, language: str, time_zone: str, by: int | None, at: datetime
) -> int:
    """Make the first superuser. Raises OwnerExists when there is one; two at the same moment make one."""
    require_transaction()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('members:owner', 0))")
    if User.objects.filter(is_superuser=True, is_active=True).exists():
        raise OwnerExists
    return make_member(
        username=username,
        email=email,
        password=password,
        language=language,
        time_zone=time_zone,
        superuser=True,
        by=by,
        at=at,
    )


def add_identity(*, member_id: int, source: str, external_id: str, by: int | None, at: datetime) -> None:
    """Let a source call an existing member by an id of its own; the first claim of an id stands."""
    require_transaction()
    Identity.objects.bulk_create(
        [Identity(member_id=member_id, source=source, external_id=external_id, created_at=at)], ignore_conflicts=True
    )


def join_group(*, member_id: int, group: str, by: int | None, at: datetime) -> None:
    """Put a member into a group, made when it does not exist yet (tiers: `tier:gold`)."""
    require_transaction()
    Group.objects.get_or_create(name=group)[0].user_set.add(member_id)


def leave_group(*, member_id: int, group: str, by: int | None, at: datetime) -> None:
    """Take a member out of a group; not being in it changes nothing."""
    require_transaction()
    for found in Group.objects.filter(name=group):
        found.user_set.remove(member_id)


class NameTaken(Exception):
    """Somebody else has this username."""


def update_profile(
    *, member_id: int, display_name: str, bio: str, language: str, time_zone: str, by: int, at: datetime
) -> None:
    """Write what a member says of themselves."""
    require_transaction()
    User.objects.filter(id=member_id).update(display_name=display_name, bio=bio, language=language, time_zone=time_zone)
    publish(MemberUpdated(member_id=member_id, at=at))


def rename_imported(*, member_id: int, name: str, by: int | None, at: datetime) -> bool:
    """A system that brought a member says their name anew. False for who has been here: they say their own name."""
    require_transaction()
    imported = User.objects.filter(id=member_id, imported=True, last_seen_at__isnull=True, erased_at__isnull=True)
    changed = imported.exclude(display_name=name[:60]).update(display_name=name[:60]) == 1
    if changed:
        publish(MemberUpdated(member_id=member_id, at=at))
    return changed


def set_openness(
    *, member_id: int, listed: bool, last_seen: bool, by: int, at: datetime, here: bool | None = None
) -> None:
    """What the member lets others see: whether the directory names them, when they were here last, that they are `here`
    now (None: as it was)."""
    require_transaction()
    said = {"listed": listed, "last_seen": last_seen} | ({} if here is None else {"here": here})
    Openness.objects.update_or_create(member_id=member_id, defaults=said)
    publish(MemberUpdated(member_id=member_id, at=at))


def speak(*, member_id: int, language: str, by: int, at: datetime) -> None:
    """Choose the language of pages and mail for a member."""
    require_transaction()
    User.objects.filter(id=member_id).update(language=language)


def rename(*, member_id: int, username: str, by: int, at: datetime) -> None:
    """Give a member another handle, or raise NameTaken."""
    require_transaction()
    try:
        with transaction.atomic():
            User.objects.filter(id=member_id).update(username=username)
    except IntegrityError as error:
        raise NameTaken(_("This username is taken. Try another one.")) from error
    publish(MemberUpdated(member_id=member_id, at=at))


def set_avatar(*, member_id: int, name: str, by: int, at: datetime) -> str:
    """Point at a stored picture (empty: none). Returns the name of the one before, for its file to be removed."""
    require_transaction()
    before = User.objects.select_for_update().values_list("avatar", flat=True).get(id=member_id)
    User.objects.filter(id=member_id).update(avatar=name)
    publish(MemberUpdated(member_id=member_id, at=at))
    return before


def end_sessions(*, member_id: int, by: int | None, at: datetime) -> int:
    """Sign a member out everywhere; how many sessions ended. Open sockets are closed when they are looked at next."""
    require_transaction()
    held = UserSession.objects.filter(user_id=member_id)
    Session.objects.filter(session_key__in=list(held.values_list("session_key", flat=True))).delete()
    ended: int = held.delete()[0]
    slots.at_sessions_ended.collect(member_id=member_id, session=None, at=at)
    return ended


def seen(*, member_id: int, at: datetime, silence: timedelta | None = None) -> None:
    """Note that a member is here; the caller asks at most once in five minutes.

    `silence`: how long they had not been, None on the first visit; after `AWAY` it is told that they are back.
    """
    require_transaction()
    User.objects.filter(id=member_id).update(last_seen_at=at)
    if silence is not None and silence >= AWAY:
        publish(MemberReturned(member_id=member_id, away_days=silence.days, at=at))


def address_confirmed(*, member_id: int, at: datetime) -> None:
    """A member showed that an address is theirs: orders that waited for it, and first steps, may look again."""
    require_transaction()
    publish(MemberUpdated(member_id=member_id, at=at))


AWAY = timedelta(days=90)
"""From so long a silence on it is a return."""


def _free_handle(source: str, external_id: str) -> str:
    """A handle that says nothing about the shop's numbering; nobody is asked to remember it."""
    del source, external_id
    return f"friend-{new_id(10)}"


_SPACES = re.compile(r"\s+")


def tidy_name(name: str) -> str:
    """A display name without control characters, doubled spaces or look-alike blanks around it."""
    return _SPACES.sub(" ", "".join(c for c in name if c.isprintable())).strip()
