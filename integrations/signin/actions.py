"""Arriving with somebody else's word: who is it, may this service open the account, which groups does it fill."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from allauth.socialaccount.models import SocialAccount
from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac
from django.utils.text import slugify
from django.utils.translation import gettext as _

from integrations import outbound
from integrations.sealing import seal
from integrations.signin import rules
from integrations.signin.models import SignInNonce, SignInService
from integrations.signin.queries import place
from integrations.webhooks.actions import words_of
from members import actions as members
from members.actions import groups, vouched
from outbox.require import require_transaction


@dataclass(frozen=True)
class Arrival:
    """Who came. `member_id` None: nobody here yet. `confirm`: the account has an owner, who must agree first."""

    member_id: int | None
    confirm: bool = False


def arrive(*, service: SignInService, person: rules.Person, at: datetime) -> Arrival:
    """Find the account of whom the service vouches for; an account that waits for this person becomes theirs.

    No account that somebody uses is opened by a service that its owner has not connected: neither by a customer's number nor
    by an address (no takeover by a shop, nor by somebody who typed another one's address there).
    """
    require_transaction()
    linked = SocialAccount.objects.filter(provider=service.slug, uid=person.external_id).values_list(
        "user_id", flat=True
    )
    if (member_id := linked.first()) is not None:
        settle_groups(service=service, person=person, member_id=member_id, at=at)
        return Arrival(member_id)
    found = vouched.find_vouched(source=service.source, external_id=person.external_id, email=person.email)
    if found is None:
        return Arrival(None)
    if not found.waiting:
        return Arrival(found.member_id, confirm=True)
    if not vouched.claim(member_id=found.member_id, email=person.email, name=person.name, by=None, at=at):
        return Arrival(found.member_id, confirm=True)
    link(service=service, person=person, member_id=found.member_id, at=at)
    return Arrival(found.member_id)


def join(*, service: SignInService, person: rules.Person, at: datetime) -> int:
    """A new account for somebody whom nobody knows here, with the address that the service confirmed."""
    require_transaction()
    member_id = members.ensure_identity(
        source=service.source, external_id=person.external_id, name=person.name, by=None, at=at
    )
    vouched.claim(member_id=member_id, email=person.email, name=person.name, by=None, at=at)
    link(service=service, person=person, member_id=member_id, at=at)
    return member_id


def link(*, service: SignInService, person: rules.Person, member_id: int, at: datetime) -> bool:
    """From now on this service opens this account, and its orders are this member's. False when it opens another one."""
    require_transaction()
    held, _made = SocialAccount.objects.get_or_create(
        provider=service.slug, uid=person.external_id, defaults={"user_id": member_id, "extra_data": {}}
    )
    if held.user_id != member_id:
        return False
    members.add_identity(
        member_id=member_id, source=service.source, external_id=person.external_id, by=member_id, at=at
    )
    settle_groups(service=service, person=person, member_id=member_id, at=at)
    return True


def settle_groups(*, service: SignInService, person: rules.Person, member_id: int, at: datetime) -> None:
    """In and out of the groups that this service may fill, and of no other one whatever it says."""
    if person.groups is None:
        return
    groups.fill(member_id=member_id, allowed=service.groups, wanted=person.groups, by=None, at=at)


def ask(*, service: SignInService, browser: str, at: datetime) -> str:
    """A nonce for a signed answer, bound to this browser."""
    require_transaction()
    nonce = secrets.token_urlsafe(32)
    SignInNonce.objects.filter(created_at__lt=at - rules.VALID_FOR).delete()
    SignInNonce.objects.create(
        nonce=_hashed("nonce", nonce), service=service, browser=_hashed("browser", browser), created_at=at
    )
    return nonce


def use(*, service: SignInService, nonce: str, browser: str, at: datetime) -> bool:
    """Use the nonce up; False when it was used, is too old, or was asked by another browser."""
    require_transaction()
    asked = SignInNonce.objects.filter(
        nonce=_hashed("nonce", nonce),
        service=service,
        browser=_hashed("browser", browser),
        created_at__gte=at - rules.VALID_FOR,
    )
    return bool(asked.delete()[0])


def _hashed(what: str, value: str) -> str:
    return salted_hmac(f"integrations.signin.{what}", value, algorithm="sha256").hexdigest()


class ServiceRefused(Exception):
    """A service that cannot be as asked; `field` is its place in the form."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class MadeService:
    """A new service. `secret` is ours to show once for a signed one, "" for OpenID Connect, whose secret is the shop's."""

    slug: str
    secret: str = ""


def make_service(
    *,
    name: str,
    kind: str,
    source: str,
    url: str,
    by: int | None,
    at: datetime,
    client_id: str = "",
    secret: str = "",
    number_claim: str = "sub",
    fills: Sequence[str] = (),
) -> MadeService:
    """Let this service vouch for people from the commit on. Raises ServiceRefused. Its address is looked at by the caller."""
    require_transaction()
    slug = slugify(name)[:40] or f"shop-{secrets.token_hex(3)}"
    signed = kind == SignInService.Kind.SIGNED
    if kind not in SignInService.Kind.values:
        raise ServiceRefused(_("Choose one of the kinds."), "kind")
    if not signed and (not client_id or not secret):
        raise ServiceRefused(
            _("OpenID Connect needs the client id and the secret that the shop gave you."), "client_id"
        )
    try:
        outbound.check_url(url)
    except outbound.Unreachable as error:
        raise ServiceRefused(words_of(error.code), "url") from error
    if unknown := set(fills) - set(groups.fillable(slugs=fills)):
        raise ServiceRefused(
            _("No circle of members: %(groups)s. Groups with rights in the console are never filled from outside.")
            % {"groups": ", ".join(sorted(unknown))},
            "groups",
        )
    shown = secrets.token_urlsafe(32) if signed else ""
    try:
        with transaction.atomic():
            SignInService.objects.create(
                slug=slug,
                name=name.strip(),
                kind=kind,
                source=source,
                url=url.rstrip("/") if not signed else url,
                client_id=client_id,
                secret=seal(shown or secret, place=place(slug)),
                number_claim=number_claim or "sub",
                groups=sorted(set(fills)),
                made_by_id=by,
                created_at=at,
            )
    except IntegrityError as error:
        raise ServiceRefused(_("There is a service of this name already."), "name") from error
    return MadeService(slug, shown)


def set_enabled(*, slug: str, enabled: bool, by: int | None, at: datetime) -> bool:
    """Take a service out of use, or into it again; accounts keep their links."""
    require_transaction()
    return bool(SignInService.objects.filter(slug=slug).exclude(enabled=enabled).update(enabled=enabled))
