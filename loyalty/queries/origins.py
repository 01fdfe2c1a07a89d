"""Where a line of the statement came from: the topic, the session, the order, the reward, the friend."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from community.queries.people.causes import posts_of_causes, sessions_of_causes
from loyalty.models import Order, Redemption
from loyalty.queries.statement import StatementLine
from loyalty.slots import cause_links
from members.access import Member


@dataclass(frozen=True)
class Origin:
    """A link: what it leads to in a few words, its address, an icon."""

    label: str
    url: str
    icon: str


def origins(*, lines: Sequence[StatementLine], viewer: Member) -> dict[str, Origin]:
    """By the line's handle; a line that leads nowhere (or where the viewer may not go any more) is missing.

    One statement for each kind of origin on the page, however many lines there are.
    """
    posts = posts_of_causes(post_ids=_numbers(lines, "post"), viewer=viewer)
    sessions = sessions_of_causes(attendance_ids=_numbers(lines, "attendance"), viewer=viewer)
    orders = _orders(_numbers(lines, "order"), viewer.pk)
    claims = _claims(lines, viewer.pk)
    causes = _causes(lines, viewer)
    found: dict[str, Origin] = {}
    for line in lines:
        facts = line.facts
        if place := posts.get(facts.get("post", 0)):
            found[line.handle] = Origin(place[0], place[1], "forum")
        elif place := sessions.get(facts.get("attendance", 0)):
            found[line.handle] = Origin(place[0], place[1], "calendar")
        elif place := orders.get(facts.get("order", 0)):
            found[line.handle] = Origin(place[0], place[1], "order")
        elif place := claims.get(line.reverses or line.txn_id):
            found[line.handle] = Origin(place[0], place[1], "reward")
        elif place := causes.get(str(facts.get("cause", ""))):
            found[line.handle] = Origin(place[0], place[1], "link")
    return found


def _numbers(lines: Sequence[StatementLine], name: str) -> set[int]:
    return {line.facts[name] for line in lines if isinstance(line.facts.get(name), int)}


def _orders(order_ids: set[int], member_id: int) -> dict[int, tuple[str, str]]:
    """All movements of one order are a statement of their own."""
    if not order_ids:
        return {}
    rows = Order.objects.filter(pk__in=order_ids, member_id=member_id).values_list("pk", "public_id")
    page = reverse("loyalty:statement")
    return {id: (_("All of this order"), f"{page}?order={public_id}") for id, public_id in rows}


def _claims(lines: Sequence[StatementLine], member_id: int) -> dict[int, tuple[str, str]]:
    txns = {line.reverses or line.txn_id for line in lines if line.source_type == "reward"}
    if not txns:
        return {}
    rows = Redemption.objects.filter(txn_id__in=txns, member_id=member_id).values_list("txn_id", "public_id")
    return {txn: (_("Your claim"), reverse("loyalty:redemption", args=[public_id])) for txn, public_id in rows if txn}


def _causes(lines: Sequence[StatementLine], viewer: Member) -> dict[str, tuple[str, str]]:
    causes = {str(line.facts["cause"]) for line in lines if "cause" in line.facts}
    found: dict[str, tuple[str, str]] = {}
    if causes:
        for links in cause_links.collect(causes=causes, viewer=viewer):
            found.update(links)
    return found
