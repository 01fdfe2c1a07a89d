"""People for whom another service vouches: finding who they are here, and giving them the account that waits for them."""

from dataclasses import dataclass
from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.hashers import is_password_usable

from members.actions.accounts import tidy_name
from members.events import MemberUpdated
from members.models import Identity, User
from outbox.publish import publish
from outbox.require import require_transaction


@dataclass(frozen=True)
class Vouched:
    """Who somebody is here. `waiting`: nobody has ever used this account, it was made for them; else its owner must agree
    before a service may open it."""

    member_id: int
    waiting: bool


def find_vouched(*, source: str, external_id: str, email: str) -> Vouched | None:
    """The member whom the source calls so, else the owner of this confirmed address, else nobody. `email`: only an address
    that the service itself has confirmed."""
    known = User.objects.filter(identities__source=source, identities__external_id=external_id).first()
    if known is not None:
        return Vouched(known.pk, is_waiting(known))
    owner = (
        User.objects.filter(emailaddress__email__iexact=email, emailaddress__verified=True).first() if email else None
    )
    return Vouched(owner.pk, waiting=False) if owner else None


def is_waiting(member: User) -> bool:
    """Whether an account was made for somebody who never came: no password, no confirmed address, no sign-in of any kind."""
    return (
        member.imported
        and member.is_active
        and member.last_login is None
        and member.last_seen_at is None
        and not is_password_usable(member.password)
        and not (member.is_staff or member.is_superuser)
        and not EmailAddress.objects.filter(user=member, verified=True).exists()
        and not SocialAccount.objects.filter(user=member).exists()
    )


def claim(*, member_id: int, email: str, name: str, by: int | None, at: datetime) -> bool:
    """Give the waiting account to the person it was made for; False when somebody was faster. A free confirmed address is
    theirs at once."""
    require_transaction()
    member = User.objects.select_for_update().filter(id=member_id).first()
    if member is None or not is_waiting(member):
        return False
    told: dict[str, object] = {"imported": False}
    if name and not member.display_name:
        told["display_name"] = tidy_name(name)[:60]
    if email and is_free(email, member_id=member_id):
        told["email"] = email
        EmailAddress.objects.filter(user=member).delete()
        EmailAddress.objects.create(user=member, email=email, verified=True, primary=True)
    User.objects.filter(id=member_id).update(**told)
    publish(MemberUpdated(member_id=member_id, at=at))
    return True


def is_free(email: str, *, member_id: int) -> bool:
    """Whether nobody else holds this address."""
    others = EmailAddress.objects.filter(email__iexact=email).exclude(user_id=member_id)
    return not others.exists() and not User.objects.filter(email__iexact=email).exclude(id=member_id).exists()


def identity_owner(*, source: str, external_id: str) -> int | None:
    """Whom the source calls so."""
    return Identity.objects.filter(source=source, external_id=external_id).values_list("member_id", flat=True).first()
