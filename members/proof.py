"""A fresh proof that it is the person: before much value moves, or power is handed out. Source: specs/security.md, 10.

An edge asks `is_fresh`; when it is not, it answers with `ask`. That leads to the password, to the second factor of those who
have one, or to signing in again, and back to the page, where `words` gives what was typed. Nothing is done in between, and
nothing is done by coming back: the person presses the button again.
"""

from collections.abc import Callable, Collection
from datetime import datetime
from functools import wraps
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from members.access import Viewer, is_member, require_member
from members.queries import cooling_until
from outbox.clock import real_now

KEPT = "proof_kept"
KEPT_SECONDS = 15 * 60
LONGEST = 20_000
"""Signs of a form that are kept; sessions are rows of the database."""

AGAIN = "members:sign_in_again"


class ProofNeeded(Exception):
    """Raised in an edge's transaction, so that all of it is undone: it weighs much, and nobody has shown lately who they are."""


class CoolingOff(Exception):
    """The same where what opens the account changed lately: it waits until then."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until


def is_fresh(request: HttpRequest) -> bool:
    """Whether this browser showed within ACCOUNT_REAUTHENTICATION_TIMEOUT seconds that it is the person.

    Signing in counts, as does proving it again. Whoever has a second factor proves it with that: a password may be known.
    """
    member = request.user
    if not is_member(member):
        return False
    records = get_authentication_records(request, member)
    if is_mfa_enabled(member):
        records = [record for record in records if record.get("method") == "mfa"]
    # By the real time, as allauth's own marks: a demonstration's moved clock proves nobody.
    age = real_now().timestamp() - max((record["at"] for record in records), default=0)
    return bool(0 <= age < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)


def cooling(request: HttpRequest) -> datetime | None:
    """Until when what moves much waits for this member, because what opens their account changed lately. None: nothing waits."""
    return cooling_until(member_id=request.user.pk, at=real_now()) if is_member(request.user) else None


def cooling_words(until: datetime) -> str:
    """What is said to whoever has to wait, and what to do if it was not them."""
    words = _(
        "Your password or address changed a short while ago, so what moves many points waits until %(time)s. Nothing was "
        "taken. If it was not you who changed it, follow the link in the letter that we mailed about it."
    )
    return words % {"time": date_format(localtime(until), "DATETIME_FORMAT")}


def ask(request: HttpRequest, *, back: str = "", secret: Collection[str] = ()) -> HttpResponse:
    """To the proof, and then back: to `back`, or to the page itself with what was typed there, but for `secret` fields."""
    member = require_member(request.user)
    if not back and request.method == "POST":
        _keep(request, secret)
    said = _(
        "This moves much or opens much, so please show once more that it is you. Nothing has happened yet: "
        "you come back to your page and press the button there again."
    )
    messages.info(request, said)
    [first, *_more] = get_adapter(request).get_reauthentication_methods(member)
    return redirect(f"{first['url']}?{urlencode({'next': back or request.get_full_path()})}")


def words(request: HttpRequest) -> QueryDict | None:
    """What this member typed on this page before the proof, once; None when there is nothing."""
    held = request.session.get(KEPT) if request.method == "GET" and is_member(request.user) else None
    if not held or held["path"] != request.path:
        return None
    del request.session[KEPT]
    if held["member"] != request.user.pk or real_now().timestamp() - held["at"] > KEPT_SECONDS:
        return None
    if held["left_out"]:
        messages.warning(request, _("The secret that you typed was not kept. Please paste it once more."))
    return QueryDict(held["words"])


def needed(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For pages of allauth that change how one signs in: those without password and second factor prove it, too.

    allauth asks everybody else by itself, and holds these people to be proven.
    """

    @wraps(view)
    def proven(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.method == "POST" and _signs_in_otherwise(request.user) and not is_fresh(request):
            return ask(request, back=request.path)
        return view(request, *args, **kwargs)

    return proven


def note(request: HttpRequest, *, method: str) -> None:
    """A sign-in that allauth does not see as one (a shop's word) was a proof, too."""
    record_authentication(request, request.user, method=method)


def carry(request: HttpRequest, held: object) -> None:
    """Take what was typed along into a session that is begun anew; it stays the same member's."""
    if held:
        request.session[KEPT] = held


def again() -> dict[str, str]:
    """The proof of those who have neither password nor second factor: a mailed code, or their shop, as they came."""
    return {"id": "sign_in_again", "description": _("Sign in again"), "url": reverse(AGAIN)}


def _signs_in_otherwise(user: Viewer) -> bool:
    return is_member(user) and not user.has_usable_password() and not is_mfa_enabled(user)


def _keep(request: HttpRequest, secret: Collection[str]) -> None:
    typed = request.POST.copy()
    left_out = any(typed.get(name) for name in secret)
    for name in ("csrfmiddlewaretoken", *secret):
        typed.pop(name, None)
    if len(text := typed.urlencode()) <= LONGEST:
        request.session[KEPT] = {
            "path": request.path, "words": text, "left_out": left_out, "member": request.user.pk,
            "at": real_now().timestamp(),
        }  # fmt: skip
