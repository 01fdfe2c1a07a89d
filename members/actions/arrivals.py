"""People who come along when a business moves its forum here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection
from django.db.models.functions import Lower

from members.actions.accounts import tell_imported, tidy_name
from members.models import Identity, User
from members.validators import username_validators
from outbox.ids import new_id
from outbox.require import require_transaction


@dataclass(frozen=True)
class Newcomer:
    """Somebody as another forum knows them."""

    external_id: str
    username: str
    name: str
    email: str
    joined_at: datetime | None


def bring_people(*, source: str, people: Sequence[Newcomer], by: int | None, at: datetime) -> dict[str, int]:
    """Member ids by external id; whoever is unknown becomes an imported member without a password.

    Somebody with the same confirmed address is the same person. A free handle is kept, a taken one becomes another; a
    free address is kept unconfirmed, so that "forgot your password" leads its owner, and nobody else, into the account.
    Nobody is written to. Statements do not grow with the number of people.
    """
    require_transaction()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"members:identity:{source}"])
    wanted = {one.external_id: one for one in people}
    known = dict(Identity.objects.filter(source=source, external_id__in=wanted).values_list("external_id", "member_id"))
    missing = [one for key, one in wanted.items() if key not in known]
    if not missing:
        return known
    owners = _owners([one.email for one in missing])
    same = {one.external_id: owners[one.email.lower()] for one in missing if one.email.lower() in owners}
    made = _make([one for one in missing if one.external_id not in same], at)
    Identity.objects.bulk_create(
        [
            Identity(member_id=member, source=source, external_id=external_id, created_at=at)
            for external_id, member in (same | made).items()
        ],
        batch_size=1000,
    )
    tell_imported(list(made.values()), at=at)
    return known | same | made


def _owners(emails: Sequence[str]) -> dict[str, int]:
    """Who has confirmed these addresses."""
    rows = EmailAddress.objects.annotate(folded=Lower("email")).filter(
        folded__in={email.lower() for email in emails if email}, verified=True, user__is_active=True
    )
    return dict(rows.values_list("folded", "user_id"))


def _make(people: Sequence[Newcomer], at: datetime) -> dict[str, int]:
    handles = {one.username.lower() for one in people}
    taken = set(
        User.objects.annotate(folded=Lower("username")).filter(folded__in=handles).values_list("folded", flat=True)
    )
    emails = {one.email.lower() for one in people if one.email}
    used = set(User.objects.annotate(folded=Lower("email")).filter(folded__in=emails).values_list("folded", flat=True))
    unusable = make_password(None)
    users = []
    for one in people:
        users.append(
            User(
                username=_handle(one.username, taken),
                display_name=tidy_name(one.name or one.username)[:60],
                email=_address(one.email, used),
                password=unusable,
                imported=True,
                date_joined=one.joined_at or at,
            )
        )
    made = User.objects.bulk_create(users, batch_size=1000)
    EmailAddress.objects.bulk_create(
        [EmailAddress(user=user, email=user.email, verified=False, primary=True) for user in made if user.email],
        batch_size=1000,
    )
    return {one.external_id: user.pk for one, user in zip(people, made, strict=True)}


def _handle(wanted: str, taken: set[str]) -> str:
    """The handle when it is fine and free, else one of ours; `taken` learns it."""
    fine = len(wanted) <= 30 and wanted.lower() not in taken
    for validator in username_validators:
        try:
            validator(wanted)
        except ValidationError:
            fine = False
    handle = wanted if fine else f"friend-{new_id(10)}"
    taken.add(handle.lower())
    return handle


def _address(email: str, used: set[str]) -> str:
    """The address when it is one and nobody has it; `used` learns it."""
    email = email.strip().lower()
    if not email or email in used or len(email) > 254:
        return ""
    try:
        validate_email(email)
    except ValidationError:
        return ""
    used.add(email)
    return email
