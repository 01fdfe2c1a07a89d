"""The demonstration's live sessions: a table every evening at eight, one that is over, one for old friends.

What is on right now is in `live.py`.
"""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.contrib.auth.models import Group

from community.actions.chat import messages
from community.actions.live import attendance, rsvp, seats, series, sessions, stage
from community.actions.live import clock as session_clock
from community.actions.live.series import Repeat
from community.actions.live.sessions import Show
from community.queries.live import sessions as queries

ZONE = "Europe/Berlin"
EVENING = time(20)
TITLE = "The evening table"
ABOUT = (
    "Put the kettle on and sit down with us. One tea, one hour, and whoever is there.\n\n"
    "- Bring a cup, any cup.\n- Ask what you never dared to ask.\n- Hana keeps the time, nobody keeps score."
)
YESTERDAY = "Six ways to ruin an oolong"
SUMMARY = (
    "Twenty-three cups, six mistakes, one winner: **water from the first boil, poured too early**. Jun showed that the "
    "same leaves forgive almost everything at 90 °C. Next time we ruin a white tea."
)
SAID = (
    ("hana", 2, "Welcome, everybody. Who has already ruined one today?"),
    ("kofi", 4, "Present. Mine tastes like a wet broom."),
    ("jun", 9, "Ninety degrees, Kofi. Try the same leaves once more."),
    ("lin", 15, "It works! Like another tea."),
    ("wen", 38, "三十年了，我还会犯第二个错误。"),
)
COMING = {"lin": "going", "wen": "going", "kofi": "going", "jun": "maybe", "nora": "going", "tomas": "maybe"}


def plan(ids: Mapping[str, int], at: datetime) -> None:
    """In one transaction, right after the talk."""
    table = Show(title=TITLE, description=ABOUT, host_id=ids["hana"], time_zone=ZONE, audience="everybody")
    today = at.astimezone(ZoneInfo(ZONE)).date()
    public_id = series.plan_series(
        show=table, repeat=Repeat(starts_on=today, hour=EVENING, minutes=60, weekdays=(1, 2, 3, 4, 5, 6, 7)),
        by=ids["marek"], at=at,
    )  # fmt: skip
    evenings = queries.of_series(series_id=queries.series_id(public_id=public_id), at=at)
    for number, evening in enumerate(evenings[:3]):
        for username, answer in list(COMING.items())[: 6 - 2 * number]:
            rsvp.answer(session_id=evening.pk, answer=answer, by=ids[username], at=at)
    _that_is_over(ids, at)
    _for_old_friends(ids, at)


def _that_is_over(ids: Mapping[str, int], at: datetime) -> None:
    began = (at - timedelta(hours=20)).replace(minute=0, second=0, microsecond=0)
    show = Show(
        title=YESTERDAY, description="We do everything wrong on purpose, and taste what happens.", host_id=ids["hana"],
        time_zone=ZONE, audience="everybody", people=((ids["jun"], "guest"),),
    )  # fmt: skip
    public_id = sessions.plan_session(
        show=show, starts_at=began, ends_at=began + timedelta(hours=1), by=ids["marek"], at=began - timedelta(days=3)
    )
    session_id, room_id = queries.session_ids(public_id=public_id)
    for username in COMING:
        rsvp.answer(session_id=session_id, answer="going", by=ids[username], at=began - timedelta(days=1))
    session_clock.step(session_id=session_id, at=began - timedelta(minutes=10))
    sessions.start_session(session_id=session_id, by=ids["hana"], at=began)
    for number, (username, minutes, text) in enumerate(SAID):
        messages.send_message(
            room_id=room_id, raw=text, client_id=f"evening-{number}", by=ids[username],
            at=began + timedelta(minutes=minutes),
        )  # fmt: skip
    _were_there(session_id, ids, began)
    over = began + timedelta(minutes=64)
    sessions.end_session(session_id=session_id, by=ids["hana"], at=over)
    told = over + timedelta(hours=1)
    stage.tell_summary(session_id=session_id, summary=SUMMARY, recording_url="", by=ids["hana"], at=told)


def _were_there(session_id: int, ids: Mapping[str, int], began: datetime) -> None:
    """Signs of life, as a page gives them, for as long as it takes to count as one who was there."""
    for username in COMING:
        seats.join(session_id=session_id, by=ids[username], at=began + timedelta(minutes=1))
        for beat in range(18):
            attendance.beat(session_id=session_id, by=ids[username], at=began + timedelta(seconds=60 + 85 * beat))


def _for_old_friends(ids: Mapping[str, int], at: datetime) -> None:
    circle = Group.objects.filter(name="tier:old-friend").values_list("pk", flat=True).first()
    if circle is None:
        return
    begins = (at + timedelta(days=5)).astimezone(ZoneInfo(ZONE)).replace(hour=18, minute=30, second=0, microsecond=0)
    show = Show(
        title="Ten years of one cake: a vertical tasting", description="Six seats, six years of the same pu-erh.",
        host_id=ids["hana"], time_zone=ZONE, audience="group", group_id=circle, capacity=6,
    )  # fmt: skip
    sessions.plan_session(show=show, starts_at=begins, ends_at=begins + timedelta(minutes=90), by=ids["marek"], at=at)
