"""Who is inside a live session: the stage, those with a seat, those who wait; and what each may do there now."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from community.access import Rights, require_voice, rights
from community.models import LiveSession, Room, Seat, SessionPerson, SessionRole
from community.session_access import (
    INSIDE,
    OPENED,
    AudienceDoor,
    get_session,
    invited,
    may_keep,
    may_moderate,
    role_in,
    visible_sessions,
)
from community.session_rooms import SessionAnswer
from members.access import Refused, is_member, is_moderator, members_by_id, require_member

if TYPE_CHECKING:
    from members.access import Viewer

State = LiveSession.State


@dataclass(frozen=True)
class Place:
    """Where one person is in a session, and what that allows. `seat` is None for guests and who never came in."""

    session: LiveSession
    role: str
    seat: Seat | None
    keeps: bool
    moderates: bool

    @property
    def on_stage(self) -> bool:
        return self.role in (SessionRole.HOST, SessionRole.GUEST)

    @property
    def team(self) -> bool:
        """Whoever needs no seat."""
        return self.keeps or self.moderates or bool(self.role)

    @property
    def seated(self) -> bool:
        return self.seat is not None and self.seat.state == Seat.State.SEATED

    @property
    def waiting(self) -> bool:
        return self.seat is not None and self.seat.state == Seat.State.WAITING

    @property
    def offered(self) -> bool:
        return self.seat is not None and self.seat.state == Seat.State.OFFERED

    @property
    def inside(self) -> bool:
        """May take part: talk, ask, vote, claim."""
        return self.session.state in INSIDE and (self.seated or self.team)

    @property
    def reads(self) -> bool:
        """May see what goes on: afterwards everybody invited, before only who is inside, or waits where that is enough."""
        if self.team or self.session.state == State.ENDED:
            return True
        return self.session.state in INSIDE and (self.seated or self.session.spectators_read)


def place_in(viewer: "Viewer", session: LiveSession) -> Place:
    """The viewer's place; one statement for the seat, one for who is on stage."""
    member_id = viewer.pk if is_member(viewer) else None
    seat = Seat.objects.filter(session=session, member_id=member_id).first() if member_id is not None else None
    return Place(
        session, role_in(session, member_id), seat, keeps=may_keep(viewer, session),
        moderates=may_moderate(viewer, session),
    )  # fmt: skip


def get_place(viewer: "Viewer", public_id: str, act: str = "see", *, held: Rights | None = None) -> Place:
    """The place of somebody who may `see` the session's page, `read` what goes on, `take_part`, `keep` or `moderate` it.

    Raises Refused: what one may not know of looks absent, else it says the next step.
    """
    session = get_session(viewer, public_id, held=held)
    place = place_in(viewer, session)
    if act == "see":
        return place
    if act == "read":
        if not place.reads:
            raise Refused("seat_needed", _("Only those who have a seat see what goes on inside."))
        return place
    member = require_member(viewer)
    require_voice(held or rights(member))
    if act == "take_part" and not place.inside:
        raise silent(place) or Refused("seat_needed", _("Take a seat first."))
    if act == "keep" and not place.keeps:
        raise Refused("hosts_only", _("Only the host and community managers may do this."))
    if act == "moderate" and not place.moderates:
        raise Refused("hosts_only", _("Only the host and the people who keep order here may do this."))
    return place


def silent(place: Place) -> Refused | None:
    """Why this person cannot speak in the session's room now; None: they can."""
    session = place.session
    if session.state == State.ENDED:
        return Refused("session_over", _("This session is over. Its talk can still be read."))
    if session.state == State.CANCELLED:
        return Refused("session_cancelled", _("This session will not take place."))
    if session.state == State.SCHEDULED:
        return None if place.team else Refused("doors_closed", _("The doors are not open yet."))
    if place.team:
        return None
    if place.seated:
        if session.room.status == Room.Status.READ_ONLY:
            return Refused(
                "talk_paused", _("The host has paused the talk. Your seat is yours; just listen for a while.")
            )
        return None
    if place.waiting:
        return Refused("seat_needed", _("You can write as soon as you have a seat."))
    return Refused("seat_needed", _("Take a seat to join the talk."))


class SeatDoor(AudienceDoor):
    """Who may be in the rooms of sessions: the audience says who is invited, seats say who is in."""

    def answer(self, *, viewer: "Viewer", room: Room, held: Rights) -> SessionAnswer:
        session = visible_sessions(viewer, held=held).filter(room_id=room.pk).first()
        if session is None:
            return SessionAnswer()
        session.room = room
        place = place_in(viewer, session)
        if not place.reads:
            return SessionAnswer()
        return SessionAnswer(read=True, moderate=place.moderates, silent=silent(place))

    def readable(self, *, pairs: Collection[tuple[int | None, int]]) -> set[tuple[int | None, int]]:
        """Members by room, in the statements of the audience and two more."""
        rooms = {room for _member, room in pairs}
        sessions = {one.room_id: one for one in LiveSession.objects.filter(room_id__in=rooms)}
        asked = [(member, sessions[room]) for member, room in pairs if room in sessions]
        return {(member, session.room_id) for member, session in readers(asked)}


def readers(
    asked: Collection[tuple[int | None, LiveSession]],
) -> list[tuple[int | None, LiveSession]]:
    """Those of the people and sessions that may see what goes on inside now."""
    allowed = invited(asked)
    closed = {one.pk for _member, one in asked if one.state in INSIDE and not one.spectators_read}
    before = {one.pk for _member, one in asked if one.state not in OPENED}
    seated: set[tuple[int | None, int]] = set()
    if closed:
        rows = Seat.objects.filter(session_id__in=closed, state=Seat.State.SEATED)
        seated = set(rows.values_list("member_id", "session_id"))
    team: set[tuple[int | None, int]] = set()
    if closed or before:
        people = SessionPerson.objects.filter(session_id__in=closed | before)
        team = set(people.values_list("member_id", "session_id"))
        team |= {(one.host_id, one.pk) for _member, one in asked}
        team |= _office(asked)
    return [
        (member, one)
        for member, one in asked
        if (member, one.pk) in allowed
        and (
            (member, one.pk) in team or (one.pk not in before and (one.pk not in closed or (member, one.pk) in seated))
        )
    ]


def _office(asked: Collection[tuple[int | None, LiveSession]]) -> set[tuple[int | None, int]]:
    """Moderators and managers of the site, who need no seat."""
    people = members_by_id({member for member, _session in asked if member is not None})
    return {
        (member, one.pk) for member, one in asked if member is not None and member in people
        and is_moderator(people[member][0])
    }  # fmt: skip
