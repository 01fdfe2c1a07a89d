"""The second pass over a post: ask other sites what they say of their pages, then show it. Runs in the worker.

The network is asked outside of any transaction; what is known so far is in PostgreSQL, so a killed worker repeats at most
one question.
"""

from collections.abc import Callable

from django.conf import settings
from django.db import transaction

from community import cook
from community.actions.composer import cooking
from community.cooking.pages import read_card
from community.models import CardsWanted
from messaging import outside
from outbox.clock import now

SWEEP = 20


def serve(post_id: int, fetch: Callable[[str], outside.Fetched] | None = None) -> bool:
    """Fetch what is missing and show the cards of one post. True when the post looks different now."""
    if not settings.LINK_CARDS:
        return False
    with transaction.atomic(durable=True):
        addresses = cooking.try_cards(post_id=post_id, at=now())
    for address in addresses:
        card, problem = _ask(address, fetch or outside.fetch_public)
        with transaction.atomic(durable=True):
            cooking.keep_card(card=card, problem=problem, at=now())
    with transaction.atomic(durable=True):
        return cooking.serve_cards(post_id=post_id, at=now())


def serve_due() -> None:
    """Those whose nudge was lost, or whose worker died."""
    due = CardsWanted.objects.filter(due_at__lte=now()).order_by("due_at").values_list("post_id", flat=True)
    for post_id in list(due[:SWEEP]):
        serve(post_id)


def _ask(address: str, fetch: Callable[[str], outside.Fetched]) -> tuple[cook.Card, str]:
    try:
        page = fetch(address)
    except outside.Unreachable as error:
        return cook.Card(address, ""), error.code
    read = read_card(page.url, page.body, page.charset)
    return cook.Card(address, read.title, read.description, read.site), "" if read.title else "no_title"
