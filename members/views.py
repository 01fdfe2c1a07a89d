"""Pages about people: parse, access, one action, answer."""

import secrets
from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members import actions, pictures, queries, slots
from members.access import get_profile, is_member, require_member
from members.forms import AvatarForm, BirthdayForm, OwnerForm, ProfileForm
from members.models import User
from outbox.clock import now


@require_safe
def profile(request: HttpRequest, username: str) -> HttpResponse:
    """A member's page: what they say of themselves, and what others know them for."""
    found = get_profile(request.user, username)
    viewer_id = request.user.pk if is_member(request.user) else None
    panels = slots.profile_panels.collect(viewer_id=viewer_id, member_id=found.id)
    panels += slots.profile_summary.collect(viewer=request.user, member_id=found.id, username=found.card.username)
    panels.sort(key=lambda panel: panel.order)
    return render(request, "members/profile.html", {"profile": found, "panels": panels})


@require_http_methods(["GET", "HEAD", "POST"])
def edit_profile(request: HttpRequest) -> HttpResponse:
    member = require_member(request.user)
    form = ProfileForm(request.POST or None, initial=_said(member))
    if request.method == "POST" and form.is_valid():
        with transaction.atomic(durable=True):
            said = dict(form.cleaned_data)
            shown = {name: said.pop(name) for name in ("listed", "last_seen", "here")}
            actions.update_profile(member_id=member.pk, **said, by=member.pk, at=now())
            actions.set_openness(member_id=member.pk, **shown, by=member.pk, at=now())
        translation.activate(form.cleaned_data["language"] or request.LANGUAGE_CODE)
        messages.success(request, _("Saved."))
        response = redirect("members:edit_profile")
        return (
            _remember_language(response, form.cleaned_data["language"]) if form.cleaned_data["language"] else response
        )
    return _profile_page(request, member, form, AvatarForm())


def _said(member: User) -> dict[str, Any]:
    return asdict(queries.about(member_id=member.pk)) | queries.openness(member_id=member.pk)


@csrf_exempt
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """The language switch: a cookie for everybody, and a member's own choice, which mail follows too.

    Guests' forms have no token, because their pages are shared; the browser's word that the form is ours is enough for
    a cookie. Whoever has a session brings the token as everywhere.
    """
    if settings.SESSION_COOKIE_NAME in request.COOKIES:
        return csrf_protect(_set_language)(request)
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none") or not _own_origin(request):
        return render(request, "403_csrf.html", status=403)
    return _set_language(request)


def _own_origin(request: HttpRequest) -> bool:
    """Browsers say with each form where it comes from; what says nothing is no browser that somebody could mislead."""
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.get_host()


def _set_language(request: HttpRequest) -> HttpResponse:
    language = request.POST.get("language", "")
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        target = "/"
    response = HttpResponseRedirect(
        target if target.startswith("/") else "/"
    )  # `redirect` would look for a view's name
    if language not in dict(settings.LANGUAGES):
        return response
    if is_member(request.user):
        with transaction.atomic(durable=True):
            actions.speak(member_id=request.user.pk, language=language, by=request.user.pk, at=now())
    return _remember_language(response, language)


def _remember_language(response: HttpResponse, language: str) -> HttpResponse:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=31_536_000,
        samesite="Lax",
        secure=settings.LANGUAGE_COOKIE_SECURE,
    )
    return response


@require_POST
def change_avatar(request: HttpRequest) -> HttpResponse:
    """Replace or remove the picture; the file is read in a child process before anything is written."""
    member = require_member(request.user)
    form = AvatarForm(request.POST, request.FILES)
    removing = "remove" in request.POST
    name = ""
    if not removing:
        if not form.is_valid():
            return _profile_page(request, member, None, form)
        try:
            name = pictures.store_avatar(pictures.make_avatar(form.cleaned_data["picture"].read()))
        except pictures.BadPicture as error:
            form.add_error("picture", str(error))
            return _profile_page(request, member, None, form)
    with transaction.atomic(durable=True):
        before = actions.set_avatar(member_id=member.pk, name=name, by=member.pk, at=now())
    pictures.forget(before)
    messages.success(request, _("Your picture is gone.") if removing else _("Your picture is new."))
    return redirect("members:edit_profile")


def _profile_page(request: HttpRequest, member: User, form: ProfileForm | None, avatar: AvatarForm) -> HttpResponse:
    form = form or ProfileForm(initial=_said(member))
    card = queries.member_card(member_id=member.pk)
    status = 422 if form.errors or avatar.errors else 200
    context = {"card": card, "form": form, "avatar_form": avatar}
    return render(request, "members/edit_profile.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def birthday(request: HttpRequest) -> HttpResponse:
    """Day and month, given freely and taken back as freely."""
    member = require_member(request.user)
    known = queries.birthday(member_id=member.pk)
    if request.method == "POST" and "forget" in request.POST:
        with transaction.atomic(durable=True):
            actions.forget_birthday(member_id=member.pk, by=member.pk, at=now())
        messages.success(request, _("We have forgotten the day."))
        return redirect("members:birthday")
    initial = {"month": known[0], "day": known[1]} if known else None
    form = BirthdayForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic(durable=True):
                actions.set_birthday(member_id=member.pk, **form.cleaned_data, by=member.pk, at=now())
        except actions.NoSuchDay as error:
            form.add_error("day", str(error))
        else:
            messages.success(request, _("Thank you. We will think of you on the day."))
            return redirect("members:birthday")
    status = 422 if form.errors else 200
    return render(request, "members/birthday.html", {"form": form, "known": known}, status=status)


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def setup(request: HttpRequest, token: str) -> HttpResponse:
    """The first-run page: open only with the one-time address, and only while the site has no owner."""
    if queries.owner_exists() or not secrets.compare_digest(token.encode(), settings.SETUP_TOKEN.encode()):
        raise Http404
    form = OwnerForm(request.POST or None, initial={"language": translation.get_language()})
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic(durable=True):
                owner_id = actions.make_owner(**form.cleaned_data, by=None, at=now())
        except actions.NameTaken as error:
            form.add_error("username", str(error))
        except actions.OwnerExists as error:
            raise Http404 from error
        else:
            owner = User.objects.get(pk=owner_id)
            login(request, owner, backend="members.backends.MemberBackend")
            return redirect("members:setup_done")
    return render(request, "members/setup.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
def setup_done(request: HttpRequest) -> HttpResponse:
    member = require_member(request.user)
    if not member.is_superuser:
        raise Http404
    return render(request, "members/setup_done.html", {"mail_is_file": "filebased" in settings.EMAIL_BACKEND})
