"""Services that vouch for people."""

from django.urls import reverse

from integrations.sealing import unseal
from integrations.signin.models import SignInService


def place(slug: str) -> str:
    """Where a service's secret is sealed for."""
    return f"signin:{slug}"


def secret_of(service: SignInService) -> str:
    return unseal(bytes(service.secret), place=place(service.slug))


def find(*, slug: str, kind: str | None = None) -> SignInService | None:
    """The service of this name while it is in use."""
    if "\x00" in slug:
        return None
    found = SignInService.objects.filter(slug=slug, enabled=True)
    return (found.filter(kind=kind) if kind else found).first()


def in_use() -> list[SignInService]:
    return list(SignInService.objects.filter(enabled=True).order_by("id")[:20])


def start_url(service: SignInService) -> str:
    """Where a person begins."""
    if service.kind == SignInService.Kind.OIDC:
        return reverse("openid_connect_login", kwargs={"provider_id": service.slug})
    return reverse("signin:start", args=[service.slug])
