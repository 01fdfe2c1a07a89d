"""Who may come to which live session, and keep it. What is hidden looks exactly like what is absent."""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from community.access import Rights, absent, permission_version, rights
from community.models import Audience, LiveSession, Room, SessionPerson, SessionRole, SessionSeries
from community.rules.trust import GATES
from community.session_rooms import SessionAnswer
from members.access import Refused, group_ids, is_manager, is_member, is_moderator, members_by_id, require_member

if TYPE_CHECKING:
    from members.access import Member, Viewer

State = LiveSession.State
OPENED = (State.DOORS, State.LIVE, State.ENDED)
"""States in which the room of a session can be read."""
INSIDE = (State.DOORS, State.LIVE)


def audience(viewer: "Viewer", *, held: Rights | None = None) -> Q:
    """What filters sessions (or series) to those whom the viewer is invited to, inside the SQL."""
    held = held or rights(viewer)
    q = Q(audience=Audience.EVERYBODY) | Q(audience=Audience.BOARD, board_id__in=held.browsable)
    if is_member(viewer):
        q |= Q(audience=Audience.MEMBERS) | Q(audience=Audience.GROUP, group_id__in=group_ids(viewer))
    return q


def visible_sessions(viewer: "Viewer", *, held: Rights | None = None) -> QuerySet[LiveSession]:
    """The sessions that the viewer may know of; every list is filtered by this inside the SQL."""
    if is_manager(viewer):
        return LiveSession.objects.all()
    q = audience(viewer, held=held)
    if is_member(viewer):
        on_stage = SessionPerson.objects.filter(member_id=viewer.pk).values("session_id")
        q |= Q(host_id=viewer.pk) | Q(pk__in=on_stage)
    return LiveSession.objects.filter(q)


def visible_series(viewer: "Viewer", *, held: Rights | None = None) -> QuerySet[SessionSeries]:
    """The series that the viewer may know of."""
    if is_manager(viewer):
        return SessionSeries.objects.all()
    q = audience(viewer, held=held)
    return SessionSeries.objects.filter(q | Q(host_id=viewer.pk) if is_member(viewer) else q)


def get_session(viewer: "Viewer", public_id: str, act: str = "read", *, held: Rights | None = None) -> LiveSession:
    """The session for somebody who may `read` of it, `answer` whether they come, `keep` it or `moderate` it.

    Its room comes with it. Raises Refused.
    """
    if "\x00" in public_id:  # PostgreSQL has no such text
        raise absent()
    held = held or rights(viewer)
    found = visible_sessions(viewer, held=held).filter(public_id=public_id).select_related("room", "series")
    if is_member(viewer):  # the role comes in the same statement
        own = SessionPerson.objects.filter(session_id=OuterRef("pk"), member_id=viewer.pk)
        found = found.annotate(role_read=Subquery(own.values("role")[:1]))
    session = found.first()
    if session is None:
        raise absent()
    if is_member(viewer):
        session.__dict__["_role_of"] = {viewer.pk: session.__dict__.pop("role_read") or ""}
    if act == "answer":
        require_member(viewer)
    elif act == "keep" and not may_keep(viewer, session):
        require_member(viewer)
        raise Refused("hosts_only", _("Only the host and community managers may do this."))
    elif act == "moderate" and not may_moderate(viewer, session):
        require_member(viewer)
        raise Refused("hosts_only", _("Only the host and the people who keep order here may do this."))
    return session


def get_series(viewer: "Viewer", public_id: str) -> SessionSeries:
    """The series for somebody who keeps it (its host, managers). Raises Refused."""
    member = require_member(viewer)
    found = None if "\x00" in public_id else SessionSeries.objects.filter(public_id=public_id).first()
    if found is None or not (is_manager(member) or _hosts(member, found)):
        raise absent()
    return found


def role_in(session: LiveSession, member_id: int | None) -> str:
    """host, guest or moderator of this session, or nothing; asked once for a session that was read once."""
    if member_id is None:
        return ""
    if session.host_id == member_id:
        return SessionRole.HOST.value
    if member_id in (read := session.__dict__.get("_role_of", {})):
        return str(read[member_id])
    known: dict[int, str] | None = session.__dict__.get("_roles")
    if known is None:
        known = dict(SessionPerson.objects.filter(session=session).values_list("member_id", "role"))
        session.__dict__["_roles"] = known
    return known.get(member_id, "")


def may_keep(viewer: "Viewer", session: LiveSession) -> bool:
    """Change, cancel, begin and end it: its hosts, and community managers."""
    if not is_member(viewer):
        return False
    if is_manager(viewer):
        return True
    return not rights(viewer).silenced and role_in(session, viewer.pk) == SessionRole.HOST


def may_moderate(viewer: "Viewer", session: LiveSession) -> bool:
    """Keep order in its talk: its hosts and moderators, and the site's."""
    if not is_member(viewer) or rights(viewer).silenced:
        return False
    return is_moderator(viewer) or role_in(session, viewer.pk) in (SessionRole.HOST, SessionRole.MODERATOR)


def may_plan(viewer: "Viewer") -> bool:
    """Community managers plan for anybody; who has reached the gate plans what they host themselves."""
    if not is_member(viewer):
        return False
    if is_manager(viewer):
        return True
    held = rights(viewer)
    return not held.silenced and held.trust >= GATES["host_session"]


def require_plan(viewer: "Viewer") -> "Member":
    member = require_member(viewer)
    if not may_plan(member):
        raise Refused("hosts_only", _("Sessions are planned by community managers, and by guides (trust level 4)."))
    return member


def invited(pairs: Collection[tuple[int | None, LiveSession]]) -> set[tuple[int | None, int]]:
    """Those (member id or None, session id) that may know of the session now: a few statements for any number.

    Who keeps a session or is on its stage is always invited.
    """
    sessions = {session.pk: session for _member, session in pairs}
    people = members_by_id({member for member, _session in pairs if member is not None})
    on_stage = set(SessionPerson.objects.filter(session_id__in=sessions).values_list("member_id", "session_id"))
    board = any(session.audience == Audience.BOARD for session in sessions.values())
    browsable = _browsable(people) if board else {}
    kept = set()
    for member, session in pairs:
        if member is not None and member not in people:
            continue
        user, groups = people[member] if member is not None else (None, frozenset[int]())
        if (
            session.audience == Audience.EVERYBODY
            or (session.audience == Audience.BOARD and session.board_id in browsable.get(member, ()))
            or (user and session.audience == Audience.MEMBERS)
            or (session.audience == Audience.GROUP and session.group_id in groups)
            or (user and (session.host_id == member or (member, session.pk) in on_stage or is_manager(user)))
        ):
            kept.add((member, session.pk))
    return kept


class AudienceDoor:
    """The rooms of sessions, as far as the audience goes: closed before the doors open, read from then on. Who may speak
    is said by whoever has a place (`seat`): here everybody inside may, while the session goes on."""

    def answer(self, *, viewer: "Viewer", room: Room, held: Rights) -> SessionAnswer:
        session = visible_sessions(viewer, held=held).filter(room_id=room.pk).first()
        if session is None or (session.state not in OPENED and not may_keep(viewer, session)):
            return SessionAnswer()
        return SessionAnswer(
            read=True, moderate=may_moderate(viewer, session), silent=self.silent(viewer=viewer, session=session)
        )

    def silent(self, *, viewer: "Viewer", session: LiveSession) -> Refused | None:
        """Why this viewer, who may read, cannot speak now."""
        if session.state in INSIDE:
            return None
        if session.state == State.ENDED:
            return Refused("session_over", _("This session is over. Its talk can still be read."))
        return Refused("doors_closed", _("The doors open 15 minutes before it begins."))

    def readable(self, *, pairs: Collection[tuple[int | None, int]]) -> set[tuple[int | None, int]]:
        rooms = {room for _member, room in pairs}
        sessions = {one.room_id: one for one in LiveSession.objects.filter(room_id__in=rooms, state__in=OPENED)}
        asked = [(member, sessions[room]) for member, room in pairs if room in sessions]
        allowed = invited(asked)
        return {(member, session.room_id) for member, session in asked if (member, session.pk) in allowed}


def _hosts(member: "Member", series: SessionSeries) -> bool:
    if rights(member).silenced:
        return False
    return series.host_id == member.pk or series.people.filter(member_id=member.pk, role=SessionRole.HOST).exists()


def _browsable(people: "Mapping[int, tuple[Member, frozenset[int]]]") -> "dict[int | None, frozenset[int]]":
    """The boards that each may browse; people with the same groups share one answer."""
    version = permission_version()
    answers: dict[tuple[frozenset[int], bool], frozenset[int]] = {}
    found: dict[int | None, frozenset[int]] = {None: rights(None, version=version).allowed["browse"]}
    for member, (user, groups) in people.items():
        combination = (groups, user.is_superuser)
        if combination not in answers:
            answers[combination] = rights(user, version=version).allowed["browse"]
        found[member] = answers[combination]
    return found
