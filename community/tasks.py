"""Addresses for the worker."""

from celery import shared_task
from django.db import transaction

from community import link_cards, nightly_trust
from community.actions import boards, cooking
from outbox.clock import now


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
def review_trust() -> None:
    """Every night: who reached or lost level 3, and whom their groups hold."""
    nightly_trust.run(at=now())
