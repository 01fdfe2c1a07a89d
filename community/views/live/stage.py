"""Inside a live session: its page, and what the audience does there. Every act is a form; a script gets JSON instead."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from community import moderation, slots
from community.access import absent, hold_rights, rights
from community.actions.chat import saying
from community.actions.live import asking, drops, seats
from community.actions.live.stage import PACES
from community.composer.unsent import wants_json
from community.models import Drop, LiveSession, Seat, SessionPoll, SessionQuestion
from community.problems import Problem, TooFast
from community.queries.live import after as stage_after
from community.queries.live import kept as stage_kept
from community.queries.live import stage as queries
from community.room_access import require_send
from community.rules import seats as seat_rules
from community.session_access import get_session
from community.stage_access import Place, get_place, place_in
from community.streams.sessions import note_here
from community.trust import limits
from community.views.chat.page import ahead_of_time
from community.views.live import talk as stage_talk
from members.access import Refused, is_member, require_member
from outbox.clock import now
from outbox.ids import new_id

TABS = ("talk", "questions", "polls", "drops", "people", "host")
NOTHING: dict[str, dict[str, Any]] = {
    "question": {"id": "ID", "votes": 0}, "poll": {"id": "ID", "options": [""], "votes": 0, "counts": None},
    "drop": {"id": "ID", "rank": 0, "opens_at": "", "ends_at": ""},
}  # fmt: skip
"""What the pieces that a script fills are drawn with."""
STILL = timedelta(minutes=5)
"""How long a seat stays taken for somebody without script who writes in peace."""

Given = ParamSpec("Given")


def act(view: Callable[Concatenate[HttpRequest, str, Given], Any]) -> Callable[..., HttpResponse]:
    """A form inside of a session: the view returns what a script is told (a dict) and may name the tab to come back to."""

    @require_POST
    @wraps(view)
    def answer(request: HttpRequest, public_id: str, *args: Given.args, **kwargs: Given.kwargs) -> HttpResponse:
        try:
            told = view(request, public_id, *args, **kwargs)
        except Problem as problem:
            return refused(request, public_id, problem)
        except Refused as refusal:
            if not wants_json(request):
                raise
            status = 404 if refusal.hidden else 401 if refusal.sign_in else 403
            return JsonResponse({"code": refusal.code, "message": refusal.message}, status=status)
        if isinstance(told, HttpResponse):
            return told
        if wants_json(request):
            return JsonResponse({"ok": True, **told})
        return redirect(back(request, public_id))

    return answer


def refused(request: HttpRequest, public_id: str, problem: Problem) -> HttpResponse:
    """Why not, and the next step; a script is told how long to wait."""
    if wants_json(request):
        told: dict[str, Any] = {"code": problem.code, "message": problem.message}
        if isinstance(problem, TooFast):
            told["retry_after"] = problem.retry_after
            return JsonResponse(told, status=429, headers={"Retry-After": str(problem.retry_after)})
        return JsonResponse(told, status=422)
    messages.error(request, problem.message)
    return redirect(back(request, public_id))


def back(request: HttpRequest, public_id: str) -> str:
    """The room again, at the tab of the form."""
    tab = request.POST.get("tab", "")
    return reverse("community:live_room", args=[public_id]) + (f"?tab={tab}" if tab in TABS else "")


@require_safe
def room(request: HttpRequest, public_id: str) -> HttpResponse:
    """The page. Looking at it is a sign of life; a browser that only loads ahead gives none."""
    return show(request, public_id)


def show(
    request: HttpRequest,
    public_id: str,
    *,
    text: str = "",
    client_id: str = "",
    refusal: Refused | TooFast | None = None,
) -> HttpResponse:
    held, at = hold_rights(request.user), now()
    place = get_place(request.user, public_id, held=held)
    session = place.session
    member_id = request.user.pk if is_member(request.user) else None
    still = request.GET.get("still") == "1"
    if member_id is not None and place.seat is not None and request.method == "GET" and not ahead_of_time(request):
        note_here(session.pk, member_id, at=at, kept=STILL if still else timedelta())
    tab, ranks = request.GET.get("tab", "talk"), stage_kept.rank_names()
    context: dict[str, Any] = {
        "session": session, "place": place, "tab": tab if tab in TABS else "talk", "still": still, "at": at,
        "url": reverse("community:live_room", args=[public_id]), "zone": timezone.get_current_timezone_name(),
        "ranks": ranks, "order": rank_order(ranks), "key": client_id or new_id(),
        "waiting_place": queries.place_of(session=session, member_id=member_id, at=at)
        if member_id is not None and place.waiting else None,
        "refresh": 15 if place.waiting or place.offered else 0 if still or not place.inside else 60,
        "here_every": seat_rules.HERE_EVERY, "nothing": NOTHING,
    }  # fmt: skip
    if place.reads:
        context |= _inside(request, place, member_id)
        context |= stage_talk.context(request, place, text=text, client_id=client_id, refusal=refusal)
    else:
        context |= {"counts": queries.counts(session_id=session.pk), "inside": None}
    status = 200 if refusal is None else 429 if isinstance(refusal, TooFast) else 422
    response = render(request, "community/stage/room.html", context, status=status)
    response["Cache-Control"] = "private, no-store"
    return response


def _inside(request: HttpRequest, place: Place, member_id: int | None) -> dict[str, Any]:
    session = place.session
    found = queries.inside(session=session, room=session.room, member_id=member_id, moderates=place.moderates)
    context: dict[str, Any] = {
        "inside": found, "stage": found.stage, "counts": found.counts, "own": found.own,
    }  # fmt: skip
    if place.moderates:  # who has just been asked on stage or sent out is seen to go
        context["people"], context["sent_out"] = queries.known_here(session_id=session.pk)
        context["queue"] = (
            queries.queue(session=session, at=now()) if found.counts.waiting or found.counts.offered else []
        )
    elif member_id is None:  # who is here now is nobody's business outside; the numbers are told
        context["people"], context["queue"] = [], []
    else:
        context["people"] = stage_kept.seated(session_id=session.pk, counts=found.counts)
        context["queue"] = stage_kept.queue(session=session, counts=found.counts, at=now())
    if place.keeps:
        context |= {"prizes": prizes(), "paces": PACES}
    return context


def prizes() -> list[tuple[str, slots.Prize]]:
    return [(source.code, prize) for source in slots.drop_sources.all() for prize in source.choices()]


def rank_order(names: dict[int, str]) -> list[str]:
    """Who is seated first where people wait, the highest first; nobody is named where there is but one."""
    return list(names.values())[::-1] if len(names) > 1 else []


@require_GET
def state(request: HttpRequest, public_id: str) -> JsonResponse:
    """Everything beside the talk, for a script that is too far behind, or hears nothing."""
    place = get_place(request.user, public_id, held=hold_rights(request.user))
    member_id = request.user.pk if is_member(request.user) else None
    told: dict[str, Any] = {"here": None, "reads": place.reads, "inside": place.inside}
    if member_id is not None:
        told["here"] = queries.seat_data(session=place.session, member_id=member_id, at=now())
    if place.reads:
        found = queries.inside(
            session=place.session, room=place.session.room, member_id=member_id, moderates=place.moderates
        )
        own = found.own
        told |= {
            "seq": found.seq, "stage": found.stage, "questions": found.questions, "polls": found.polls,
            "drops": found.drops, "seats": vars(found.counts),
            "own": {"votes": sorted(own.votes), "questions": sorted(own.questions), "choices": own.choices,
                    "claims": sorted(own.claims)},
        }  # fmt: skip
    return JsonResponse(told, headers={"Cache-Control": "private, no-store"})


# --- Seats ------------------------------------------------------------------------------------------------------------


@act
def join(request: HttpRequest, public_id: str) -> dict[str, Any]:
    """Come in, wait, or take what was offered."""
    member = require_member(request.user)
    place = get_place(member, public_id)
    if place.team:
        return {"here": {"state": "stage"}}
    at = now()
    with _paced(request), transaction.atomic(durable=True):
        seats.join(session_id=place.session.pk, by=member.pk, at=at)
    note_here(place.session.pk, member.pk, at=at)
    return {"here": queries.seat_data(session=place.session, member_id=member.pk, at=at)}


@act
def leave(request: HttpRequest, public_id: str) -> dict[str, Any] | HttpResponse:
    """Go, or give the place in the queue to the next."""
    member = require_member(request.user)
    session = get_session(member, public_id)
    with transaction.atomic(durable=True):
        seats.leave(session_id=session.pk, by=member.pk, at=now())
    if wants_json(request):
        return {"here": {"state": Seat.State.LEFT}}
    return redirect("community:live_session", public_id)


@act
def here(request: HttpRequest, public_id: str) -> dict[str, Any]:
    """A sign of life where the socket is blocked."""
    member = require_member(request.user)
    session = get_session(member, public_id)
    at = now()
    note_here(session.pk, member.pk, at=at)
    return {"here": queries.seat_data(session=session, member_id=member.pk, at=at), "seq": session.last_seq}


@require_POST
def say(request: HttpRequest, public_id: str) -> HttpResponse:
    """Speak, without script; with one the words go through the room's stream."""
    member = require_member(request.user)
    place = get_place(member, public_id, "read")
    text, client_id = request.POST.get("text", ""), request.POST.get("client_id", "")[:64] or new_id()
    at, held = now(), rights(member)
    try:
        require_send(member, place.session.room, held=held)
        with (
            limits.spending("message", member_id=member.pk, trust=held.trust, at=at, key=client_id),
            transaction.atomic(durable=True),
        ):
            saying.say(
                room_id=place.session.room_id, raw=text, client_id=client_id, by=member.pk, trust=held.trust,
                moderating=place.moderates, at=at,
            )  # fmt: skip
    except (Refused, TooFast) as refusal:
        return show(request, public_id, text=text, client_id=client_id, refusal=refusal)
    note_here(place.session.pk, member.pk, at=at)
    return redirect(back(request, public_id))


# --- Questions, polls, drops -------------------------------------------------------------------------------------------


@act
def ask(request: HttpRequest, public_id: str) -> dict[str, Any]:
    """A question to the stage."""
    place = get_place(request.user, public_id, "take_part")
    member, at = require_member(request.user), now()
    held, key = rights(member), request.POST.get("client_id", "")[:64] or new_id()
    verdict = moderation.judge(
        request.POST.get("text", "").replace("\x00", ""), trust=held.trust, place="message", exempt=place.moderates
    )
    with (
        limits.spending("question", member_id=member.pk, trust=held.trust, at=at, key=key),
        transaction.atomic(durable=True),
    ):
        asked = asking.ask(session_id=place.session.pk, verdict=verdict, client_id=key, by=member.pk, at=at)
    if verdict.hold:
        held_words = _("Your question is with the moderators first. Others see it when they have looked.")
        if not wants_json(request):
            messages.info(request, held_words)
        return {"question": asked.public_id, "message": held_words}
    return {"question": asked.public_id}


@act
def question(request: HttpRequest, public_id: str, question_id: str) -> dict[str, Any]:
    """Vote for it, take that or the question itself back; the host: it is on, answered, hidden, open again."""
    wanted = request.POST.get("act", "")
    marks = {"now": "now", "answered": "answered", "hide": "hidden", "open": "open"}
    needed = "moderate" if wanted in marks else "take_part"
    place = get_place(request.user, public_id, needed)
    member, at = require_member(request.user), now()
    found = _of(place, SessionQuestion.objects.filter(public_id=question_id), moderates=place.moderates)
    with _paced(request), transaction.atomic(durable=True):
        if wanted in marks:
            asking.mark_question(question_id=found, state=marks[wanted], by=member.pk, at=at)
        elif wanted in ("vote", "unvote"):
            asking.vote(question_id=found, wanted=wanted == "vote", by=member.pk, at=at)
        elif wanted == "withdraw":
            if not asking.withdraw_question(question_id=found, by=member.pk, at=at):
                raise Problem("not_yours", _("Only a question of your own that waits can be taken back."))
        else:
            raise Problem("act", _("Please choose one of the buttons."))
    return {"voted": wanted == "vote"} if wanted in ("vote", "unvote") else {}


@act
def poll(request: HttpRequest, public_id: str, poll_id: str) -> dict[str, Any]:
    """Choose, take it back; the host: close."""
    wanted = request.POST.get("act", "choose")
    place = get_place(request.user, public_id, "keep" if wanted == "close" else "take_part")
    member, at = require_member(request.user), now()
    found = _of(place, SessionPoll.objects.filter(public_id=poll_id))
    with _paced(request), transaction.atomic(durable=True):
        if wanted == "close":
            asking.close_poll(poll_id=found, at=at)
            return {}
        if wanted == "withdraw":
            asking.take_back_choice(poll_id=found, by=member.pk, at=at)
            return {"choice": None}
        choice = request.POST.get("choice", "")
        if not (choice.isascii() and choice.isdigit() and len(choice) < 3):
            raise Problem("ballot_too_few", _("Choose an option first."))
        asking.choose(poll_id=found, choice=int(choice), by=member.pk, at=at)
    return {"choice": int(choice)}


@act
def drop(request: HttpRequest, public_id: str, drop_id: str) -> dict[str, Any]:
    """Claim a piece; the host: close."""
    wanted = request.POST.get("act", "claim")
    place = get_place(request.user, public_id, "keep" if wanted == "close" else "take_part")
    member, at = require_member(request.user), now()
    found = _of(place, Drop.objects.filter(public_id=drop_id))
    with _paced(request), transaction.atomic(durable=True):
        if wanted == "close":
            drops.close(drop_id=found, at=at)
            return {}
        claimed = drops.claim(drop_id=found, by=member.pk, at=at)
    words = _("It is yours! You will find it among your rewards in a moment.")
    if not wants_json(request):
        messages.success(request, words)
    return {"number": claimed.number, "message": words}


def _of(place: Place, rows: Any, *, moderates: bool = False) -> int:
    """The id of a thing of this session that the viewer may see."""
    rows = rows.filter(session=place.session)
    if rows.model is SessionQuestion and not moderates:
        rows = rows.exclude(state=SessionQuestion.State.HIDDEN)
    found: int | None = rows.values_list("pk", flat=True).first()
    if found is None:
        raise absent()
    return found


def _paced(request: HttpRequest) -> Any:
    member = require_member(request.user)
    return limits.spending("session_act", member_id=member.pk, trust=rights(member).trust, at=now())


# --- Afterwards --------------------------------------------------------------------------------------------------------


@require_safe
def summary(request: HttpRequest, public_id: str) -> HttpResponse:
    """What came of it: for whoever was invited, when the host has told it; before that for those who keep it."""
    hold_rights(request.user)
    session: LiveSession = get_session(request.user, public_id)
    place = place_in(request.user, session)
    found = stage_after.summary(session=session)
    if session.state != LiveSession.State.ENDED or (found.told_at is None and not place.keeps):
        raise absent()
    context = {"session": session, "place": place, "found": found, "zone": timezone.get_current_timezone_name()}
    return render(request, "community/stage/summary.html", context)
