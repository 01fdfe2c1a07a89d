"""What the host of a live session does with its stage, and what follows when it ends."""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db.models import Q
from django.utils.translation import gettext as _

from community import cook
from community.actions.live import seats, sessions
from community.actions.live.stream import NotOpen, lock, stamp_stage
from community.actions.order.audit import record_act
from community.events import RoomChanged, SessionDoorsOpened, SessionSummaryTold
from community.models import Attendance, LiveSession, Room, Seat, SessionPerson, SessionRole, Stage, Upload
from community.problems import Problem
from messaging.actions import notify
from outbox.publish import publish
from outbox.require import require_transaction

State = LiveSession.State
NOTICE_LONGEST, NOW_LONGEST, GUESTS_MOST = 300, 200, 12
SUMMARY_KIND = "session.summary"
DOORS_EARLIEST = timedelta(hours=1)
PACES = (0, 3, 5, 10, 30, 60)
"""Seconds between two messages of one member that a host may choose."""


def say_now(*, session_id: int, text: str, picture: str | None = None, by: int, at: datetime) -> None:
    """What is on now, in one line. `picture`: the storage name of a picture, "" for none, None for the one before."""
    words = _line(text, NOW_LONGEST)
    session = _lock_unfinished(session_id)
    changed: dict[str, object] = {"now_text": words}
    if picture is not None:
        upload = Upload.objects.filter(name=picture).first() if picture else None
        if upload is not None:
            Upload.objects.filter(pk=upload.pk, used_at=None).update(used_at=at)
        changed["now_picture"] = upload
    stamp_stage(session, at, **changed)


def announce(*, session_id: int, text: str, by: int, at: datetime) -> None:
    """The line above the talk that everybody reads; empty takes it down."""
    words = _line(text, NOTICE_LONGEST)
    stamp_stage(_lock_unfinished(session_id), at, notice=words)


def set_stream(*, session_id: int, url: str, by: int, at: datetime) -> None:
    """Where the show itself is to be seen: an https address, shown as a link and never embedded. Raises Problem."""
    stamp_stage(_lock_unfinished(session_id), at, stream_url=https(url))


def https(url: str) -> str:
    """A whole address that begins with https://, or nothing. Raises Problem."""
    address = url.strip()
    if address:
        try:
            URLValidator(schemes=["https"])(address)
        except ValidationError as error:
            words = _("Please give a whole address that begins with https://")
            raise Problem("stream_address", words) from error
        if len(address) > 500:
            raise Problem("stream_address", _("This address is too long."))
    return address


def set_pace(*, session_id: int, seconds: int, locked: bool, by: int, at: datetime) -> None:
    """How fast the audience may talk: slow mode, or only the stage and whoever keeps order."""
    if seconds not in PACES:
        raise Problem("pace", _("Choose one of the paces."))
    session = _lock_unfinished(session_id)
    status = Room.Status.READ_ONLY if locked else Room.Status.OPEN
    changed = (
        Room.objects.filter(pk=session.room_id)
        .exclude(slow_seconds=seconds, status=status)
        .update(slow_seconds=seconds, status=status, rushed_at=None)
    )
    if changed:
        publish(RoomChanged(room_id=session.room_id, by_id=by, at=at))
        stamp_stage(session, at)


def bring_on_stage(*, session_id: int, member_id: int, by: int, at: datetime) -> bool:
    """Ask somebody from the audience on stage. False when they are there already. Raises Problem."""
    session = _lock_unfinished(session_id)
    people = SessionPerson.objects.filter(session=session)
    if member_id == session.host_id or people.filter(member_id=member_id, role=SessionRole.HOST).exists():
        return False
    if people.exclude(role=SessionRole.MODERATOR).count() >= GUESTS_MOST:
        raise Problem("stage_full", _("At most 12 people fit on a stage."))
    person, made = people.get_or_create(session=session, member_id=member_id, defaults={"role": SessionRole.GUEST})
    if not made:
        if person.role == SessionRole.GUEST:
            return False
        people.filter(pk=person.pk).update(role=SessionRole.GUEST)
    stamp_stage(session, at)
    return True


def bring_back(*, session_id: int, member_id: int, by: int, at: datetime) -> bool:
    """Back to the audience, where the seat was kept. False when nobody of this name is a guest on stage."""
    session = _lock_unfinished(session_id)
    guest = SessionPerson.objects.filter(session=session, member_id=member_id, role=SessionRole.GUEST)
    if not guest.delete()[0]:
        return False
    stamp_stage(session, at)
    return True


def send_out(*, session_id: int, member_id: int, by: int, at: datetime) -> bool:
    """Take the seat of somebody who disturbs; it goes on to the next, and the log says who did it.

    They do not come in again, as long as nobody lets them in: `let_in`.
    """
    if not seats.leave(session_id=session_id, by=member_id, at=at):
        return False
    Seat.objects.filter(session_id=session_id, member_id=member_id).update(state=Seat.State.SENT_OUT)
    record_act(act="session.sent_out", target_kind="session", target=session_id, about=member_id, by=by, at=at)
    return True


def let_in(*, session_id: int, member_id: int, by: int, at: datetime) -> bool:
    """Somebody who was sent out may come in again, like anybody else. False: they may already."""
    require_transaction()
    sent_out = Seat.objects.filter(session_id=session_id, member_id=member_id, state=Seat.State.SENT_OUT)
    if sent_out.update(state=Seat.State.LEFT) != 1:
        return False
    record_act(act="session.let_in", target_kind="session", target=session_id, about=member_id, by=by, at=at)
    return True


def open_doors(*, session_id: int, by: int, at: datetime) -> bool:
    """The host lets people in before the quarter of an hour, at most an hour before the beginning. False: they are open."""
    session = lock(session_id)
    if session.state in (State.DOORS, State.LIVE):
        return False
    if session.state != State.SCHEDULED:
        raise NotOpen(session.state)
    if at < session.starts_at - DOORS_EARLIEST:
        raise Problem("doors_too_early", _("The doors can be opened an hour before it begins."))
    LiveSession.objects.filter(pk=session_id).update(state=State.DOORS, doors_at=at)
    publish(SessionDoorsOpened(session_id=session_id, room_id=session.room_id, at=at))
    session.state = State.DOORS
    stamp_stage(session, at)
    return True


def show_state(*, session_id: int, at: datetime) -> None:
    """The session itself is another now (doors, live, over, another hour or title): the stream says so.

    Raised seats are offered at once.
    """
    session = lock(session_id)
    stamp_stage(session, at)
    if session.state in (State.DOORS, State.LIVE):
        seats.settle(session_id=session_id, at=at)


def tell_summary(
    *, session_id: int, summary: str, recording_url: str, publish_it: bool = True, by: int, at: datetime
) -> int | None:
    """Write what came of it. Until it is published, it is for those who keep the session; then those who were there are
    told, once. How many were told; None when it stays unpublished. Raises SessionRefused."""
    sessions.tell_afterwards(session_id=session_id, summary=summary, recording_url=recording_url, by=by, at=at)
    if not publish_it:
        return None
    session = lock(session_id)
    Stage.objects.get_or_create(session=session)  # where nothing was ever shown on it
    told = Stage.objects.filter(session=session, summary_at=None).update(summary_at=at)
    if not told:
        return 0
    stamp_stage(session, at)
    publish(SessionSummaryTold(session_id=session_id, by_id=by, at=at))
    came = Attendance.objects.filter(Q(session=session)).values_list("member_id", flat=True)
    return notify(
        member_ids=list(came), kind=SUMMARY_KIND, cause=f"{SUMMARY_KIND}:{session_id}", data={"session": session_id},
        by=by, at=at,
    )  # fmt: skip


def _line(text: str, most: int) -> str:
    words = " ".join(cook.clean(text).split())
    if len(words) > most:
        raise Problem("too_long", _("Say it in at most %(most)s characters.") % {"most": most})
    return words


def _lock_unfinished(session_id: int) -> LiveSession:
    require_transaction()
    session = lock(session_id)
    if session.state in (State.ENDED, State.CANCELLED):
        raise NotOpen(session.state)
    return session
