"""Addresses for the worker."""

from celery import shared_task
from django.db import transaction

from community import access
from community.actions import departures
from community.actions.chat import pace, retention
from community.actions.chat import telling as room_telling
from community.actions.composer import cooking, drafts, uploads
from community.actions.forum import boards, bookmarks, ranking, reading, tags, timers
from community.actions.live import clock as session_clock
from community.actions.live import drops, seats, series
from community.actions.order import review, sanctions
from community.actions.people import badges
from community.cooking import link_cards
from community.trust import nightly as nightly_trust
from outbox.clock import now

MOST_BATCHES = 400


@shared_task
def recount_boards() -> None:
    """Every ten seconds: the counters of boards where something happened."""
    with transaction.atomic(durable=True):
        boards.recount_boards(at=now())


@shared_task
def serve_cards(post_id: int) -> None:
    """The second pass over one post, right after it was written."""
    link_cards.serve(post_id)


@shared_task
def serve_due_cards() -> None:
    """Every minute: posts whose second pass was lost on the way."""
    link_cards.serve_due()


@shared_task
def recook(kind: str) -> None:
    """Every ten seconds: the next few texts of an older version of the cook; nothing, when there is none."""
    with transaction.atomic(durable=True):
        cooking.recook(kind=kind, at=now())


@shared_task
def keep_order() -> None:
    """Every minute: sanctions whose time is over, items that wait too long, items that nobody ever touched."""
    with transaction.atomic(durable=True):
        sanctions.end_due(at=now())
    with transaction.atomic(durable=True):
        review.remind(at=now())
        review.ignore_old(at=now())


@shared_task
def review_trust() -> None:
    """Every night: who reached or lost level 3, and whom their groups hold."""
    nightly_trust.run(at=now())


@shared_task
def keep_reading() -> None:
    """Every half a minute: reminders that are due, and marks that nobody can take back any more."""
    with transaction.atomic(durable=True):
        bookmarks.remind_due(at=now())
    with transaction.atomic(durable=True):
        reading.settle_marks(at=now())


@shared_task
def calm_rooms() -> None:
    """Every half a minute: slow mode that a rush switched on ends where it is calm again, room by room."""
    for room_id in pace.rushed(at=now()):
        with transaction.atomic(durable=True):
            pace.calm(room_id=room_id, at=now())


@shared_task
def remind_in_rooms() -> None:
    """Every half a minute: what people asked rooms to remind them of."""
    with transaction.atomic(durable=True):
        room_telling.remind_due(at=now())


@shared_task
def rank_topics(period: str) -> None:
    """The best topics of a day, a week, a month, a year, and ever."""
    with transaction.atomic(durable=True):
        ranking.rank_topics(period=period, at=now())


@shared_task
def keep_time() -> None:
    """Every minute: topics whose hour has come are closed, opened again or unpinned, each by itself."""
    for topic_id, what in timers.due(at=now()):
        with transaction.atomic(durable=True):
            timers.act(topic_id=topic_id, what=what, at=now())


@shared_task
def recount_tags() -> None:
    """Every ten minutes: how many topics that everybody may read carry each tag."""
    with transaction.atomic(durable=True):
        tags.recount_tags(boards=access.browsable_board_ids(None), at=now())


@shared_task
def clear_composer() -> None:
    """Every hour: pictures that no text names, drafts of half a year ago."""
    with transaction.atomic(durable=True):
        uploads.remove_unused(at=now())
    with transaction.atomic(durable=True):
        drafts.remove_old(at=now())


@shared_task
def forget_old_messages() -> None:
    """Every night: what rooms do not keep, a few hundred messages at a time."""
    for _batch in range(MOST_BATCHES):
        with transaction.atomic(durable=True):
            if not retention.forget_old(at=now()):
                return


@shared_task
def settle_departures() -> None:
    """Every hour: what people who are erased or switched off left behind, a few rooms at a time."""
    for _batch in range(MOST_BATCHES):
        with transaction.atomic(durable=True):
            if not departures.settle(at=now()):
                return


@shared_task
def review_badges() -> None:
    """Every night: what nobody's act told of (years, days of reading), and what a lost event left."""
    with transaction.atomic(durable=True):
        badges.review(counts=None, member_ids=None, at=now())


@shared_task
def keep_sessions() -> None:
    """Every fifteen seconds: doors, beginnings and ends of live sessions, each by itself."""
    for session_id in session_clock.due(at=now()):
        with transaction.atomic(durable=True):
            session_clock.step(session_id=session_id, at=now())


@shared_task
def remind_of_sessions() -> None:
    """Every fifteen seconds: reminders of live sessions, each by itself."""
    for session_id, which in session_clock.reminders_due(at=now()):
        with transaction.atomic(durable=True):
            session_clock.remind(session_id=session_id, which=which, at=now())


@shared_task
def make_sessions() -> None:
    """Every ten minutes: the sessions of each series for the next fortnight."""
    for series_id in series.due(at=now()):
        with transaction.atomic(durable=True):
            series.make(series_id=series_id, at=now())


@shared_task
def keep_seats() -> None:
    """Every five seconds: offers and seats whose time is over go on, session by session."""
    for session_id in seats.due(at=now()):
        with transaction.atomic(durable=True):
            seats.settle(session_id=session_id, at=now())


@shared_task
def close_drops() -> None:
    """Every five seconds: drops of live sessions that are over; what nobody claimed goes back."""
    for drop_id in drops.due(at=now()):
        with transaction.atomic(durable=True):
            drops.close(drop_id=drop_id, at=now())
