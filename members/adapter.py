"""Where allauth meets us: the account it makes becomes one of our members in the same transaction."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import clear_login
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _

from members import actions, proof, queries, slots
from members.forms import SignupForm
from members.middleware import known_zone
from members.models import AccountChange, User
from outbox.clock import now, real_now

WAYS = frozenset(
    f"{app}/email/{what}"
    for app, what in (
        ("mfa", "totp_activated"), ("mfa", "totp_deactivated"), ("mfa", "webauthn_added"), ("mfa", "webauthn_removed"),
        ("socialaccount", "account_connected"),
    )
)  # fmt: skip
"""What allauth tells of that opens or no longer opens an account, beside password and address."""


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Mail about the account, signed with the site's own name instead of its host."""
        super().send_mail(
            template_prefix,
            email,
            context | {"site_name": settings.WAGTAIL_SITE_NAME, "site_address": settings.SITE_URL},
        )

    def send_notification_mail(
        self, template_prefix: str, user: User, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """allauth says that something changed; our own letter tells of it, with a way to stop it (`subscribers`)."""
        kind = ""
        if template_prefix == "account/email/email_changed":
            # An address that nobody confirmed was never theirs: the letter's link would give a stranger the account.
            mine = email in getattr(self.request, "confirmed_before", (email,))
            kind = AccountChange.Kind.ADDRESS if mine else ""
        elif template_prefix in WAYS:
            kind = AccountChange.Kind.WAY
        if kind:
            self._note(user, kind, email or "")

    def set_password(self, user: User, password: str) -> None:
        """A password that is chosen anew, by whichever page. Sign-up does not come here."""
        with transaction.atomic():
            super().set_password(user, password)
            self._note(user, AccountChange.Kind.PASSWORD, "")
            own = self.request if self.request and self.request.user == user else None
            slots.at_sessions_ended.collect(member_id=user.pk, session=own.session if own else None, at=now())

    def _note(self, user: User, kind: str, told: str) -> None:
        with transaction.atomic():
            actions.securing.note_change(
                member_id=user.pk, kind=kind, told=told or queries.verified_email(member_id=user.pk) or "", by=user.pk,
                at=real_now(),
            )  # fmt: skip

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the try before the password is hashed: hashing for whoever asks is a way to bring a site down."""
        super().pre_authenticate(request, **credentials)
        with transaction.atomic(durable=True):
            allowed = actions.tries.count(**self._who_tries(request, credentials), at=now())
        if not allowed:
            raise ValidationError(
                _("Too many tries. Wait a quarter of an hour, or let us mail you a sign-in code."),
                code="too_many_login_attempts",
            )

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> Any:
        """Whoever may not sign in at the moment is told why, on whichever way they came."""
        answer = super().pre_login(request, user, **kwargs)
        if answer is None and (elsewhere := slots.at_sign_in.collect(request=request, member_id=user.pk)):
            clear_login(request)
            return redirect(elsewhere[0])
        return answer

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """The address is theirs; whoever waited for it hears."""
        before = EmailAddress.objects.filter(user_id=email_address.user_id, verified=True)
        request.confirmed_before = frozenset(before.values_list("email", flat=True))  # type: ignore[attr-defined]
        with transaction.atomic():
            confirmed: bool = super().confirm_email(request, email_address)
            if confirmed:
                actions.address_confirmed(member_id=email_address.user_id, at=now())
        return confirmed

    def clean_username(self, username: str, shallow: bool = False) -> str:
        cleaned: str = super().clean_username(username, shallow=shallow)
        for problem in slots.name_checks.collect(name=cleaned):
            raise ValidationError(problem, code="name_refused")
        return cleaned

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        user = super().authenticate(request, **credentials)
        if user is not None:
            with transaction.atomic(durable=True):
                actions.tries.forgive(**self._who_tries(request, credentials), at=now())
        return user

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Ways to prove that it is them. Whoever has a second factor proves it with that alone; nobody is left without."""
        ways: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        if not user.is_authenticated:
            return ways
        return [way for way in ways if way["id"].startswith("mfa")] or ways or [proof.again()]

    def logout(self, request: HttpRequest) -> None:
        """Let higher apps (devices that ring) end what belongs to this browser, then sign out."""
        if request.user.is_authenticated:
            with transaction.atomic():
                slots.at_signout.collect(request=request, member_id=request.user.pk, at=now())
        super().logout(request)

    def _who_tries(self, request: HttpRequest, credentials: dict[str, Any]) -> dict[str, str]:
        login = str(credentials.get("email") or credentials.get("username") or "")
        return {"login": login, "address": self.get_client_ip(request)}

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """Make the account, announce it, and let higher apps (invitations) attach what they know, all or nothing."""
        with transaction.atomic():
            saved: User = super().save_user(request, user, form, commit=commit)
            at = now()
            if commit:
                actions.joined(
                    member_id=saved.pk,
                    at=at,
                    language=translation.get_language() or "",
                    time_zone=known_zone(request.COOKIES.get("time_zone", "")),
                )
                slots.at_signup.collect(request=request, member_id=saved.pk, at=at)
                for choice in form.ticked() if isinstance(form, SignupForm) else ():
                    choice.ticked(member_id=saved.pk, at=at)
        return saved
