"""What live sessions add to other parts of the site from inside: their stream, their rooms' doors, what is reviewed."""

from django.utils.translation import gettext_lazy as _

from community.kinds.questions import FLAGGED_QUESTION
from community.notices import stage as stage_notices
from community.session_rooms import session_room_answer
from community.slots import review_kinds
from community.stage_access import SeatDoor
from community.streams.sessions import SessionStream
from messaging import streams
from messaging.slots import notices


def register() -> None:
    """Once, when the apps are ready."""
    streams.register("session", SessionStream())
    session_room_answer(SeatDoor())
    review_kinds.register(FLAGGED_QUESTION)
    notices.register(
        stage_notices.KIND, stage_notices.write, label=_("The summary of a live session I was at"), group="sessions"
    )
