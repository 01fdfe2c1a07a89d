"""We as the service that others ask: who our member is, and by scope what tier they have (OpenID Connect provider)."""

from collections.abc import Iterable
from typing import Any, Literal

from allauth.idp.oidc.adapter import DefaultOIDCAdapter
from allauth.idp.oidc.models import Client
from django.conf import settings
from django.contrib.auth import get_user_model
from django.utils.translation import gettext_lazy as _

from integrations.webhooks.fields import MEMBER
from loyalty import queries as loyalty
from members import queries as members
from members.access import Member, is_member, is_suspended
from outbox.clock import now

SCOPES = {
    "openid": _("Know that it is you, by a number of its own"),
    "profile": _("See your name, picture and language"),
    "email": _("See your e-mail address"),
    "tier": _("See your tier"),
    "points": _("See how many points you can spend"),
}


class ProviderAdapter(DefaultOIDCAdapter):  # type: ignore[misc]
    scope_display = SCOPES

    def get_issuer(self) -> str:
        return str(settings.SITE_URL)

    def get_user_sub(self, client: Client, user: Member) -> str:
        return MEMBER + user.public_id

    def get_user_by_sub(self, client: Client, sub: str) -> "Member | None":
        found = get_user_model().objects.filter(public_id=sub.removeprefix(MEMBER), erased_at__isnull=True).first()
        return found if is_member(found) and not is_suspended(found) else None

    def get_claims(
        self,
        purpose: Literal["id_token", "userinfo"],
        user: Member,
        client: Client,
        scopes: Iterable[str],
        email: str | None = None,
        **kwargs: Any,
    ) -> dict[str, Any]:
        """`sub` is the API's id of the member; `tier` and `points` only when the member agreed to them."""
        granted = set(scopes)
        claims: dict[str, Any] = {"sub": self.get_user_sub(client, user)}
        if "email" in granted and (address := members.verified_email(member_id=user.pk)):
            claims |= {"email": address, "email_verified": True}
        if "profile" in granted:
            claims |= {
                "name": user.name,
                "preferred_username": user.username,
                "profile": _absolute(members.profile_url(user.username)),
            }
            if user.avatar:
                claims["picture"] = _absolute(members.avatar_url(user.avatar))
            if user.language:
                claims["locale"] = user.language
        if "tier" in granted and (tier := loyalty.tier(member_id=user.pk, at=now())):
            claims |= {"tier": tier.code, "tier_name": tier.name}
        if "points" in granted:
            claims["points"] = loyalty.balance(member_id=user.pk, at=now()).available
        return claims

    def populate_server_metadata(self, data: dict[str, Any]) -> None:
        data["scopes_supported"] = list(SCOPES)
        data["grant_types_supported"] = ["authorization_code", "refresh_token"]
        data["response_types_supported"] = ["code"]
        data["claims_supported"] = [
            "sub", "name", "preferred_username", "profile", "picture", "locale", "email", "email_verified", "tier",
            "tier_name", "points",
        ]  # fmt: skip
        data.pop("device_authorization_endpoint", None)


def _absolute(url: str) -> str:
    return url if "://" in url else f"{settings.SITE_URL}{url}"
