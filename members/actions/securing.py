"""What opens an account has changed: how long much value waits, and the way back for whoever it was taken from."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.hashers import make_password

from members.actions.accounts import end_sessions
from members.events import AccountChanged, MemberUpdated
from members.models import AccountChange, User
from members.queries import STOPPABLE
from outbox.publish import publish
from outbox.require import require_transaction

KEPT = timedelta(days=30)
NOTED_WITHIN = timedelta(minutes=1)
"""A way in is there a moment before its change is noted."""


@dataclass(frozen=True)
class Stopped:
    """Whether the letter's address is the account's again: somebody else may have taken it meanwhile."""

    address_back: bool


def note_change(*, member_id: int, kind: str, told: str, by: int | None, at: datetime) -> int:
    """Keep that a way into the account changed; `told`: the address the letter goes to. Its id, for the letter's link.

    `at` is the real time: a demonstration's moved clock protects nobody.
    """
    require_transaction()
    change = AccountChange.objects.create(member_id=member_id, kind=kind, told=told[:254], changed_at=at)
    publish(AccountChanged(member_id=member_id, change_id=change.pk, at=at))
    return change.pk


def stop_change(*, change_id: int, at: datetime) -> Stopped | None:
    """Undo, for whoever reads the mail of the address that was told: nobody is signed in any more, no password opens the
    account, ways in that were added since are gone, and its address is the old one. None when it is too late, or done.
    """
    require_transaction()
    change = AccountChange.objects.filter(pk=change_id).first()
    if change is None or at - change.changed_at > STOPPABLE:
        return None
    # The links of two letters at once wait here: each of them writes to the other's row, too.
    member = User.objects.select_for_update().get(pk=change.member_id)
    change.refresh_from_db(fields=["stopped_at"])
    if change.stopped_at is not None:
        return None
    since = change.changed_at
    User.objects.filter(pk=member.pk).update(password=make_password(None))
    end_sessions(member_id=member.pk, by=None, at=at)
    Authenticator.objects.filter(user=member, created_at__gte=since - NOTED_WITHIN).delete()
    SocialAccount.objects.filter(user=member, date_joined__gte=since - NOTED_WITHIN).delete()
    back = _address_back(member, change.told)
    AccountChange.objects.filter(member=member, changed_at__gte=since).update(stopped_at=at)
    AccountChange.objects.create(
        member=member, kind=AccountChange.Kind.STOPPED, told=change.told, changed_at=at, stopped_at=at
    )
    publish(MemberUpdated(member_id=member.pk, at=at))
    return Stopped(back)


def _address_back(member: User, address: str) -> bool:
    """The account has no other address afterwards, even when this one cannot be given back: a code mailed there opens it."""
    EmailAddress.objects.filter(user=member).delete()
    if EmailAddress.objects.filter(email__iexact=address, verified=True).exists():
        User.objects.filter(pk=member.pk).update(email="")
        return False
    # Whoever signed up with it meanwhile never showed that it is theirs; who opened our letter has.
    EmailAddress.objects.filter(email__iexact=address).delete()
    User.objects.filter(email__iexact=address).exclude(pk=member.pk).update(email="")
    EmailAddress.objects.create(user=member, email=address, verified=True, primary=True)
    User.objects.filter(pk=member.pk).update(email=address)
    return True


def forget_changes(*, before: datetime) -> int:
    """Clear what is of no use any more, with the addresses in it; how many."""
    require_transaction()
    return AccountChange.objects.filter(changed_at__lt=before).delete()[0]
