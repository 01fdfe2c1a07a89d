"""Texts that arrive when their writer is not signed in any more: kept for an hour, and given back after signing in.

The key is in a cookie of this browser alone. The cache may be lost; the browser's own copy is the second net.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from functools import wraps

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from community import rules
from community.actions.composer.drafts import META
from community.rules.composer import key_of
from members.access import is_member
from outbox.ids import new_id

COOKIE = "laoyou_unsent"
SECONDS = 3_600

View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Unsent:
    """A text, the key of its form, and the other fields."""

    key: str
    raw: str
    meta: dict[str, str] = field(default_factory=dict)


def kept(view: View) -> View:
    """For views that take a text: who is signed out meanwhile signs in and finds the text where it was going to."""

    @wraps(view)
    def keeping(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.method != "POST" or is_member(request.user):
            return view(request, *args, **kwargs)
        text = of(request)
        if key_of(text.key) is None or not text.raw.strip():
            return view(request, *args, **kwargs)
        name = request.COOKIES.get(COOKIE, "")
        name = name if len(name) == 24 and name.isalnum() and name.isascii() else new_id(24)
        cache.set(f"unsent:{name}", asdict(text), SECONDS)
        sign_in = f"{reverse('account_login')}?{urlencode({'next': reverse('community:resume_draft')})}"
        if wants_json(request):
            message = _("You are signed out. Your text is kept; sign in to go on.")
            response: HttpResponse = JsonResponse(
                {"code": "signed_out", "message": message, "sign_in": sign_in}, status=401
            )
        else:
            response = redirect(sign_in)
        response.set_cookie(
            COOKIE, name, max_age=SECONDS, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
        )
        return response

    return keeping


def take(request: HttpRequest) -> Unsent | None:
    """What this browser left here, once."""
    name = request.COOKIES.get(COOKIE, "")[:24]
    if not name.isalnum():
        return None
    held = cache.get(f"unsent:{name}")
    cache.delete(f"unsent:{name}")
    return Unsent(**held) if held else None


def of(request: HttpRequest) -> Unsent:
    """The text of a form, as it was sent; rooms call it `text`."""
    raw = (request.POST.get("raw") or request.POST.get("text", "")).replace("\r\n", "\n")[: rules.RAW_LONGEST]
    meta = {name: value for name in META if (value := request.POST.get(name, ""))}
    return Unsent(request.POST.get("draft_key", "")[:140], raw, meta)


def wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")
