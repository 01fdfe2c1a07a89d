"""The live sessions of a small world: one for members, a series, and one for a smaller circle."""

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from django.contrib.auth.models import Group

from community.actions.live import rsvp, series, sessions
from community.actions.live.series import Repeat
from community.actions.live.sessions import Show
from community.models import LiveSession

if TYPE_CHECKING:
    from tests.pages.world import World


def plan_sessions(world: "World", at: datetime, tier: str) -> None:
    """After the people are there. What is for the circle is read by it, by managers and by the owner."""
    gold, mei, owner = (world.people[role] for role in ("gold", "member", "owner"))
    inside = ("gold", "manager", "owner")
    circle = Group.objects.get(name=tier).pk
    shown = Show(title="The evening table", host_id=owner.pk, time_zone="Asia/Shanghai", capacity=5)
    begins = at + timedelta(days=2)
    open_one = sessions.plan_session(
        show=shown, starts_at=begins, ends_at=begins + timedelta(hours=1), by=owner.pk, at=at
    )
    rsvp.answer(session_id=LiveSession.objects.get(public_id=open_one).pk, answer="going", by=mei.pk, at=at)
    rule = Repeat(starts_on=(at + timedelta(days=10)).date(), hour=time(20), minutes=60, weekdays=(1, 2, 3, 4, 5, 6, 7))
    open_series = series.plan_series(show=shown, repeat=rule, by=owner.pk, at=at)

    private = Show(
        title="Among us " + world.secret("title of a private session", *inside),
        description="A few words: " + world.secret("text of a private session", *inside),
        host_id=gold.pk, time_zone="UTC", audience="group", group_id=circle,
    )  # fmt: skip
    hidden = sessions.plan_session(
        show=private, starts_at=begins, ends_at=begins + timedelta(hours=1), by=owner.pk, at=at
    )
    rsvp.answer(session_id=LiveSession.objects.get(public_id=hidden).pk, answer="going", by=gold.pk, at=at)
    hidden_series = series.plan_series(show=private, repeat=rule, by=owner.pk, at=at)
    gone = LiveSession.objects.filter(series__public_id=hidden_series).order_by("starts_at")[0]
    sessions.cancel_session(
        session_id=gone.pk, by=gold.pk, at=at,
        reason="Because " + world.secret("reason of a private session", *inside),
    )  # fmt: skip
    world.open |= {"session": open_one, "series": open_series}
    world.hidden |= {"session": hidden, "series": hidden_series}
