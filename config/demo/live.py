"""The live session that is on when the demonstration is opened: full, with a queue, questions, a poll and a drop."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from community import slots
from community.actions.chat import messages
from community.actions.chat import reactions as message_reactions
from community.actions.live import asking, drops, rsvp, seats, sessions, stage
from community.actions.live import clock as session_clock
from community.actions.live.sessions import Show
from community.moderation import Verdict
from community.queries.live import sessions as queries
from community.queries.live import stage as things

TITLE = "One pot, three hands"
ABOUT = (
    "Kofi throws a teapot from what you choose, Jun pours from the last one, Hana asks what you would ask.\n\n"
    "Nine seats, because clay flies."
)
BEGAN, LASTS = timedelta(minutes=20), timedelta(hours=3)
STAYS = timedelta(hours=5)
"""The guests of the demonstration cannot send signs of life, so their last one is in some hours: they stay to the end."""
SEATED = ("nora", "tomas", "aisha", "oleg", "pierre", "laochen", "xiaoyu", "bea", "lin")
WAITING = (("dana", 9), ("ada", 7), ("wen", 3))
"""Who waits, and for how many minutes: whoever has been here longest is nearer to the door."""
NOW = "Kofi centres the clay. The lid comes last."
NOTICE = "Under “Presents”: five bags of samples, for those who are here and quick."
SAID = (
    ("hana", 19, "Welcome to the workshop! Aprons are imaginary, tea is not.", "nora lin oleg"),
    ("tomas", 18, "Is that the wheel I hear?", ""),
    ("kofi", 17, "That is the kettle. The wheel is quieter.", "tomas aisha"),
    ("xiaoyu", 14, "原来拉坯要这么慢，像等茶凉。", "lin"),
    ("aisha", 12, "He has not looked at his hands once.", "laochen"),
    ("jun", 9, "The pot I pour from is four years old. Look at the shine inside.", "oleg pierre"),
    ("pierre", 6, "One hears the difference when the lid closes. Un petit soupir.", "hana"),
    ("lin", 4, "My cats are watching the wheel. All four eyes.", "kofi hana nora bea"),
    ("oleg", 2, "If it becomes a samovar after all, nobody will be angry.", "aisha tomas"),
)
QUESTIONS = (
    ("nora", 15, "How do you know that the wall is thin enough?", "tomas aisha lin laochen bea", "answered"),
    ("laochen", 11, "Does the clay change the taste, or do we only wish it did?", "pierre oleg nora lin xiaoyu", "now"),
    ("xiaoyu", 8, "紫砂壶真的要一壶一茶吗？", "lin oleg pierre", ""),
    ("bea", 5, "What should my first pot cost?", "tomas", ""),
)
POLL = (
    "Which handle does it get?",
    ("At the back, like a cup", "Over the top, like a basket", "At the side, like a ladle"),
)
CHOICES = (
    ("nora", 0),
    ("tomas", 0),
    ("aisha", 1),
    ("oleg", 1),
    ("pierre", 2),
    ("laochen", 1),
    ("xiaoyu", 2),
    ("bea", 1),
)
PRIZE, PIECES, CLAIMED = "Tea sampler: five small bags", 5, ("oleg", "nora")


def begin(ids: Mapping[str, int], at: datetime) -> None:
    """In the transaction of the talk, when tiers and rewards are there."""
    began = at - BEGAN
    show = Show(
        title=TITLE, description=ABOUT, host_id=ids["hana"], time_zone="Europe/Berlin", audience="everybody",
        capacity=len(SEATED), people=((ids["kofi"], "guest"), (ids["jun"], "guest")),
    )  # fmt: skip
    public_id = sessions.plan_session(
        show=show, starts_at=began, ends_at=began + LASTS, by=ids["marek"], at=began - timedelta(days=4)
    )
    session_id, room_id = queries.session_ids(public_id=public_id)
    for name in (*SEATED[:6], "lin", "wen"):
        rsvp.answer(session_id=session_id, answer="going", by=ids[name], at=began - timedelta(days=1))
    session_clock.step(session_id=session_id, at=began - timedelta(minutes=12))
    for name in SEATED:
        _sit(session_id, ids[name], began - timedelta(minutes=5), at)
    sessions.start_session(session_id=session_id, by=ids["hana"], at=began)
    for name, minutes in WAITING:
        _sit(session_id, ids[name], at - timedelta(minutes=minutes), at)
    stage.say_now(session_id=session_id, text=NOW, by=ids["hana"], at=at - timedelta(minutes=6))
    stage.announce(session_id=session_id, text=NOTICE, by=ids["hana"], at=at - timedelta(minutes=3))
    _talk(room_id, ids, at)
    _questions(session_id, ids, at)
    _poll(session_id, ids, at - timedelta(minutes=7))
    _drop(session_id, ids, at - timedelta(minutes=1))


def _sit(session_id: int, member_id: int, came: datetime, at: datetime) -> None:
    """Take a seat, or a place in the queue, and stay."""
    seats.join(session_id=session_id, by=member_id, at=came)
    seats.see(session_id=session_id, by=member_id, at=at + STAYS)


def _talk(room_id: int, ids: Mapping[str, int], at: datetime) -> None:
    for number, (name, minutes, text, liked_by) in enumerate(SAID):
        sent = messages.send_message(
            room_id=room_id, raw=text, client_id=f"live-{number}", by=ids[name], at=at - timedelta(minutes=minutes)
        )
        for other in liked_by.split():
            message_reactions.react(
                message_id=sent.message_id, kind="like", by=ids[other], at=at - timedelta(minutes=minutes / 2)
            )


def _questions(session_id: int, ids: Mapping[str, int], at: datetime) -> None:
    for number, (name, minutes, text, votes, state) in enumerate(QUESTIONS):
        moment = at - timedelta(minutes=minutes)
        asked = asking.ask(
            session_id=session_id, verdict=Verdict(text), client_id=f"live-{number}", by=ids[name], at=moment
        )
        for other in votes.split():
            asking.vote(question_id=asked.question_id, wanted=True, by=ids[other], at=moment + timedelta(minutes=1))
        if state:
            asking.mark_question(
                question_id=asked.question_id, state=state, by=ids["hana"], at=moment + timedelta(minutes=4)
            )


def _poll(session_id: int, ids: Mapping[str, int], at: datetime) -> None:
    public_id = asking.ask_poll(
        session_id=session_id, question=POLL[0], options=POLL[1], shown=True, by=ids["hana"], at=at
    )
    poll_id = things.poll_id(public_id=public_id)
    for name, choice in CHOICES:
        asking.choose(poll_id=poll_id, choice=choice, by=ids[name], at=at + timedelta(minutes=1))


def _drop(session_id: int, ids: Mapping[str, int], at: datetime) -> None:
    """Some of the samples of the shelf, as long as the shelf has any."""
    offered = [(code, one.key) for code, one in _prizes() if one.name == _(PRIZE)]
    if not offered:
        return
    source, prize = offered[0]
    public_id = drops.announce(
        session_id=session_id, source=source, prize=prize, stock=PIECES, least_rank=0, countdown=0, minutes=60,
        by=ids["hana"], at=at,
    )  # fmt: skip
    drop_id = things.drop_id(public_id=public_id)
    for name in CLAIMED:
        drops.claim(drop_id=drop_id, by=ids[name], at=at + timedelta(seconds=20))


def _prizes() -> list[tuple[str, slots.Prize]]:
    return [(source.code, prize) for source in slots.drop_sources.all() for prize in source.choices()]
