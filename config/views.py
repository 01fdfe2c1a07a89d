"""Pages that belong to no app: health, the development mailbox, refused forms, the styleguide."""

import email
import email.policy
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.static import serve

from config.styleguide import examples as styleguide_examples
from members.access import is_member


@require_safe
def health_live(request: HttpRequest) -> HttpResponse:
    """This process answers."""
    return JsonResponse({"status": "ok"})


@require_safe
def health_ready(request: HttpRequest) -> HttpResponse:
    """PostgreSQL answers (else 503). Valkey away is only "degraded": pages work without it."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception:
        return JsonResponse({"status": "unavailable", "postgresql": "down"}, status=503, headers={"Retry-After": "3"})
    valkey = _valkey_answers()
    return JsonResponse(
        {"status": "ok" if valkey else "degraded", "postgresql": "ok", "valkey": "ok" if valkey else "down"}
    )


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Where browsers look when a page names no icon, as Django's own console does."""
    return HttpResponseRedirect(static("laoyou/favicon.svg"))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was open too long, or cookies that are off: say so, and that nothing was lost."""
    return render(request, "403_csrf.html", {"reason": reason}, status=403)


def console_sign_in(request: HttpRequest) -> HttpResponse:
    """Both consoles' way to sign in: the one door that limits tries and asks for the second factor.

    Whoever is signed in and yet led here may not enter; sending them on would send them round for ever.
    """
    if is_member(request.user):
        return render(request, "403.html", {"reason": _("Only staff may enter here.")}, status=403)
    query = request.META.get("QUERY_STRING", "")
    return HttpResponseRedirect(reverse("account_login") + (f"?{query}" if query else ""))


@require_safe
def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """Pictures that we re-encoded ourselves, on a developer's machine."""
    try:
        response = serve(request, path, str(settings.MEDIA_ROOT))
    except (OSError, ValueError) as error:  # no file system has such a name
        raise Http404 from error
    # Opened by itself it is a picture, nothing else.
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@require_safe
def dev_mailbox(request: HttpRequest) -> HttpResponse:
    """The mails that were "sent" to HOME/mail; only where no mail server is set and never in production."""
    if settings.PRODUCTION or "filebased" not in settings.EMAIL_BACKEND:
        raise Http404
    files = sorted(Path(settings.MAIL_DIR).glob("*.log"), key=lambda path: path.stat().st_mtime, reverse=True)[:50]
    return render(request, "dev/mailbox.html", {"mails": [mail for file in files for mail in _mails(file)][:50]})


def _mails(file: Path) -> list[dict[str, str]]:
    # Bytes, because a part in 8-bit UTF-8 read as text would lose every letter that is not ASCII.
    parts = file.read_bytes().split(b"-" * 79 + b"\n")
    parsed = [email.message_from_bytes(part, policy=email.policy.default) for part in parts if part.strip()]
    return [_mail(message) for message in reversed(parsed)]


def _mail(message: EmailMessage) -> dict[str, str]:
    body = message.get_body(preferencelist=("plain", "html"))
    return {
        "to": str(message.get("To", "")),
        "subject": str(message.get("Subject", _("(no subject)"))),
        "date": str(message.get("Date", "")),
        "text": body.get_content() if body else "",
        "unsubscribe": str(message.get("List-Unsubscribe", "")),
    }


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    if settings.PRODUCTION:
        raise Http404
    return render(request, "styleguide/index.html", styleguide_examples())


def _valkey_answers() -> bool:
    import redis

    try:
        client = redis.Redis.from_url(settings.LIVE_URL, socket_timeout=0.25, socket_connect_timeout=0.25)
        return bool(client.ping())
    except (redis.RedisError, OSError):
        return False
