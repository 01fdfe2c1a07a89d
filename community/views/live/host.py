"""What the host of a live session does from its page: doors, beginning, end, stage, pace, polls, drops, summary."""

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community.access import rights
from community.actions.live import asking, drops, sessions, stage
from community.problems import Problem
from community.stage_access import Place, get_place
from community.views.composer import uploads
from community.views.live.stage import act
from members import pictures
from members.access import Member, require_member
from members.queries import find_member
from outbox.clock import now


@act
def host(request: HttpRequest, public_id: str) -> dict[str, Any] | HttpResponse:
    """One of the host's buttons, named `act`."""
    wanted = request.POST.get("act", "")
    place = get_place(request.user, public_id, "moderate" if wanted in _ORDER else "keep")
    member = require_member(request.user)
    verb = _ACTS.get(wanted)
    if verb is None:
        raise Problem("act", _("Please choose one of the buttons."))
    picture = _picture(request, member) if wanted == "now" else None
    with transaction.atomic(durable=True):
        told = verb(request, place, member, picture) or {}
    if wanted == "summary" and "told" in told:
        messages.success(request, published(told["told"]))
        return redirect("community:live_summary", public_id)
    return told


@act
def ask_poll(request: HttpRequest, public_id: str) -> dict[str, Any]:
    """A poll of the host: options one on each line."""
    place = get_place(request.user, public_id, "keep")
    with transaction.atomic(durable=True):
        poll = asking.ask_poll(
            session_id=place.session.pk, question=_text(request, "question"),
            options=_text(request, "options").splitlines(), shown=request.POST.get("shown") == "1",
            by=require_member(request.user).pk, at=now(),
        )  # fmt: skip
    return {"poll": poll}


@act
def announce_drop(request: HttpRequest, public_id: str) -> dict[str, Any]:
    """A drop: what, how many, for whom, when."""
    place = get_place(request.user, public_id, "keep")
    source, _colon, prize = _text(request, "prize").partition(":")
    with transaction.atomic(durable=True):
        drop = drops.announce(
            session_id=place.session.pk, source=source, prize=prize, stock=_number(request, "stock"),
            least_rank=_number(request, "rank", 0), countdown=_number(request, "countdown", 30),
            minutes=_number(request, "minutes", 5), by=require_member(request.user).pk, at=now(),
        )  # fmt: skip
    return {"drop": drop}


def _doors(request: HttpRequest, place: Place, member: Member, picture: str | None) -> None:
    stage.open_doors(session_id=place.session.pk, by=member.pk, at=now())


def _start(request: HttpRequest, place: Place, member: Member, picture: str | None) -> None:
    sessions.start_session(session_id=place.session.pk, by=member.pk, at=now())
    stage.show_state(session_id=place.session.pk, at=now())


def _end(request: HttpRequest, place: Place, member: Member, picture: str | None) -> None:
    sessions.end_session(session_id=place.session.pk, by=member.pk, at=now())


def _now(request: HttpRequest, place: Place, member: Member, picture: str | None) -> None:
    if request.POST.get("no_picture") == "1":
        picture = ""
    stage.say_now(session_id=place.session.pk, text=_text(request, "text"), picture=picture, by=member.pk, at=now())


def _notice(request: HttpRequest, place: Place, member: Member, picture: str | None) -> None:
    stage.announce(session_id=place.session.pk, text=_text(request, "text"), by=member.pk, at=now())


def _stream(request: HttpRequest, place: Place, member: Member, picture: str | None) -> None:
    stage.set_stream(session_id=place.session.pk, url=_text(request, "url"), by=member.pk, at=now())


def _pace(request: HttpRequest, place: Place, member: Member, picture: str | None) -> None:
    stage.set_pace(
        session_id=place.session.pk, seconds=_number(request, "seconds", 0), locked=request.POST.get("locked") == "1",
        by=member.pk, at=now(),
    )  # fmt: skip


def _invite(request: HttpRequest, place: Place, member: Member, picture: str | None) -> None:
    stage.bring_on_stage(session_id=place.session.pk, member_id=_person(request), by=member.pk, at=now())


def _back(request: HttpRequest, place: Place, member: Member, picture: str | None) -> None:
    stage.bring_back(session_id=place.session.pk, member_id=_person(request), by=member.pk, at=now())


def _send_out(request: HttpRequest, place: Place, member: Member, picture: str | None) -> None:
    stage.send_out(session_id=place.session.pk, member_id=_person(request), by=member.pk, at=now())


def _let_in(request: HttpRequest, place: Place, member: Member, picture: str | None) -> None:
    stage.let_in(session_id=place.session.pk, member_id=_person(request), by=member.pk, at=now())


def _summary(request: HttpRequest, place: Place, member: Member, picture: str | None) -> dict[str, Any]:
    told = stage.tell_summary(
        session_id=place.session.pk, summary=_text(request, "summary"), recording_url=_text(request, "recording"),
        publish_it=request.POST.get("publish") == "1", by=member.pk, at=now(),
    )  # fmt: skip
    return {} if told is None else {"told": told}


def published(told: int) -> str:
    """What the host reads afterwards; `told`: how many people were."""
    words = ngettext("%(count)s person is told.", "%(count)s people are told.", told)
    return _("The summary is published.") + " " + words % {"count": told}


_ACTS = {
    "doors": _doors, "start": _start, "end": _end, "now": _now, "notice": _notice, "stream": _stream, "pace": _pace,
    "invite": _invite, "back": _back, "send_out": _send_out, "let_in": _let_in,
    "summary": _summary,
}  # fmt: skip
_ORDER = ("pace", "send_out", "let_in")
"""What those who keep order may do, too."""


def _text(request: HttpRequest, name: str) -> str:
    return request.POST.get(name, "").replace("\x00", "")


def _number(request: HttpRequest, name: str, default: int = -1) -> int:
    text = request.POST.get(name, "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else (default if not text else -1)


def _person(request: HttpRequest) -> int:
    """A member by their public id (a button beside their name) or the name typed by the host."""
    asked = _text(request, "member").strip()
    found = find_member(public_id=asked) or find_member(username=asked.removeprefix("@")) if asked else None
    if found is None:
        raise Problem("nobody", _("There is nobody with this name here."))
    return found.id


def _picture(request: HttpRequest, member: Member) -> str | None:
    """The storage name of the picture that came with the form; None: none came."""
    file = request.FILES.get("picture")
    if not isinstance(file, UploadedFile):
        return None
    try:
        return uploads.store(member, rights(member).trust, file, now()).name
    except pictures.BadPicture as bad:
        raise Problem("bad_picture", str(bad)) from bad
