"""The visitor's claim: a signed cookie with the first link they opened and when. Nothing is stored of guests."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from referrals import rules

COOKIE = "invitation"
_SALT = "referrals.visitors"


@dataclass(frozen=True)
class Claim:
    """Which link a visitor came by."""

    code: str
    claimed_at: datetime


def claim_of(request: HttpRequest, *, at: datetime) -> Claim | None:
    """The visitor's claim when it is ours and not too old; a forged or broken one is none."""
    value = request.get_signed_cookie(COOKIE, default="", salt=_SALT) or ""
    code, _, seconds = value.partition(".")
    if not code or not seconds.isdecimal() or len(seconds) > 12:
        return None
    claimed_at = datetime.fromtimestamp(int(seconds), tz=UTC)
    return Claim(code, claimed_at) if rules.is_remembered(claimed_at=claimed_at, at=at) else None


def remember(response: HttpResponse, *, code: str, at: datetime) -> None:
    """Keep the claim in the visitor's browser."""
    response.set_signed_cookie(
        COOKIE,
        f"{code}.{int(at.timestamp())}",
        salt=_SALT,
        max_age=timedelta(days=rules.CLAIM_DAYS),
        httponly=True,
        samesite="Lax",
        secure=settings.SECURE,
    )
