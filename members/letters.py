"""Letters about an account that leave by themselves; the others are allauth's (`adapter`)."""

from smtplib import SMTPException

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from members.models import AccountChange
from members.queries import COOL_OFF, STOPPABLE

SALT = "members.letters.stop"
Kind = AccountChange.Kind


class NotSent(Exception):
    """The mail server did not take a letter. It says why, and not whose it was."""


def tell_of_change(*, change_id: int) -> None:
    """To the address that was there before: what changed, when, and how to stop it. Nothing for those without an address.

    Raises NotSent.
    """
    change = AccountChange.objects.select_related("member").filter(pk=change_id, stopped_at=None).first()
    if change is None or not change.told:
        return
    member = change.member
    zone = member.time_zone or settings.TIME_ZONE
    with translation.override(member.language or settings.LANGUAGE_CODE), timezone.override(zone):
        site = settings.WAGTAIL_SITE_NAME
        stop = reverse("members:stop_change", args=[token_of(change_id=change.pk)])
        context = {
            "what": _what(change), "changed_at": change.changed_at, "name": member.name, "site_name": site,
            "site_address": settings.SITE_URL, "stop_url": settings.SITE_URL + stop,
            "hours": int(STOPPABLE.total_seconds() // 3600), "waits": change.kind in COOL_OFF,
        }  # fmt: skip
        subject = _("A change in your account at %(site)s") % {"site": site}
        body = render_to_string("members/email/account_changed.txt", context)
    try:
        EmailMessage(subject, body, to=[change.told], headers={"Auto-Submitted": "auto-generated"}).send()
    except SMTPException as error:  # which may name the address, and failures are logged and kept
        raise NotSent(type(error).__name__) from None


def token_of(*, change_id: int) -> str:
    """What a letter's link carries: whose change and when, signed, so that it does not tell how many changes there were."""
    change = AccountChange.objects.select_related("member").get(pk=change_id)
    return signing.dumps([change.member.public_id, change.changed_at.isoformat()], salt=SALT)


def change_of(token: str) -> int | None:
    """The change that a letter's link names; None for a link that is not ours, or too old."""
    try:
        whose, moment = signing.loads(token, salt=SALT, max_age=STOPPABLE)
    except (signing.BadSignature, TypeError, ValueError):
        return None
    change = AccountChange.objects.filter(member__public_id=whose, changed_at=moment).order_by("pk").first()
    return change.pk if change else None


def is_ours(token: str) -> bool:
    """Whether we made this link, however long ago."""
    try:
        signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return False
    return True


def _what(change: AccountChange) -> str:
    return {
        Kind.ADDRESS: _("Your account has another e-mail address now."),
        Kind.PASSWORD: _("Your account has another password now."),
        Kind.WAY: _("A way to sign in to your account was added or taken away."),
    }[Kind(change.kind)]
