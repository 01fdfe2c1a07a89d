"""What is inside of the small world's live sessions: a question, a poll and a present in each."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from community.models import Drop, LiveSession, SessionPoll, SessionQuestion, Stage

if TYPE_CHECKING:
    from tests.pages.world import World


def set_stages(world: "World", at: datetime) -> None:
    """After the sessions are planned. The one for a smaller circle keeps all of it to the circle."""
    inside = ("gold", "manager", "owner")
    _fill(world, at, "open", "What is in the cup?", "Green or black?", "A cup", "Welcome")
    words = (
        world.secret(f"{what} of a private session", *inside) for what in ("question", "poll", "present", "notice")
    )
    _fill(world, at, "hidden", *words)


def _fill(world: "World", at: datetime, which: str, question: str, poll: str, present: str, notice: str) -> None:
    nouns = getattr(world, which)
    session = LiveSession.objects.get(public_id=nouns["session"])
    asked = SessionQuestion.objects.create(
        session=session, author=world.people["gold"], client_id="one", text=question, asked_at=at, changed_seq=1
    )
    choice = SessionPoll.objects.create(session=session, question=poll, options=["a", "b"], asked_at=at, changed_seq=2)
    given = Drop.objects.create(
        session=session, source="reward", prize="1", name=present, stock=1, announced_at=at, opens_at=at,
        ends_at=at + timedelta(hours=1), changed_seq=3,
    )  # fmt: skip
    Stage.objects.create(session=session, notice=notice, changed_seq=4)
    LiveSession.objects.filter(pk=session.pk).update(last_seq=4)
    nouns |= {"question": asked.public_id, "poll": choice.public_id, "drop": given.public_id}
