"""Claims that moved, gifts that wait, lists of codes that run low: what the bell says of rewards."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from loyalty.models import CouponPool, Gift, Redemption
from members.access import MANAGERS, is_manager
from members.queries import in_groups, member_cards
from messaging.actions import notify
from messaging.slots import NoticeCard, Told, notices

if TYPE_CHECKING:
    from members.access import Member

CLAIM, GIFT, POOL = "loyalty.claim", "loyalty.gift", "loyalty.pool"
State = Redemption.State


def register() -> None:
    """Called once, when the app is ready."""
    notices.register(CLAIM, write_claims, label=gettext_lazy("what becomes of your rewards"), group="points")
    notices.register(GIFT, write_gifts, label=gettext_lazy("a gift for you"), group="points")
    notices.register(POOL, write_pools, label=gettext_lazy("a list of codes runs low"), group="points")


def tell_claim(*, redemption_id: int, member_id: int, state: str, by: int | None, at: datetime) -> None:
    """Once for each state. What members do themselves they are not told; what runs at once has nothing to tell."""
    if by == member_id:
        return
    cause = f"claim:{redemption_id}:{state}:{at:%Y%m%d%H%M%S}"
    data: dict[str, int | str] = {"claim": redemption_id, "state": state}
    notify(member_ids=[member_id], kind=CLAIM, cause=cause, data=data, by=by, merge=f"claim:{redemption_id}", at=at)


def tell_gift(*, gift_id: int, member_id: int, by: int | None, at: datetime) -> None:
    notify(member_ids=[member_id], kind=GIFT, cause=f"gift:{gift_id}", data={"gift": gift_id}, by=by, at=at)


def tell_pool(*, pool_id: int, at: datetime) -> None:
    staff = in_groups(names=[MANAGERS], superusers=True)
    cause = f"pool:{pool_id}:{at:%Y%m%d%H%M%S}"
    notify(member_ids=staff, kind=POOL, cause=cause, data={"pool": pool_id}, at=at)


def write_claims(*, notices: Sequence[NoticeCard], viewer: "Member") -> dict[int, Told]:
    """What each claim is now; the notice of an older state says the same as the newest."""
    ids = {int(notice.data["claim"]) for notice in notices}
    rows = {row.pk: row for row in Redemption.objects.filter(id__in=ids, member_id=viewer.pk).select_related("reward")}
    told = {}
    for notice in notices:
        row = rows.get(int(notice.data["claim"]))
        if row is not None:
            text = sentence(row) % {"reward": _(row.reward.name)}
            told[notice.id] = Told(text, reverse("loyalty:redemption", args=[row.public_id]), row.tracking, "reward")
    return told


def sentence(row: Redemption) -> str:
    """What became of a claim, with a place for the reward's name."""
    sentences = {
        State.HELD: _("“%(reward)s” is yours: tell us where to send it."),
        State.REQUESTED: _("“%(reward)s” waits for the team."),
        State.CONFIRMED: _("“%(reward)s” is confirmed."),
        State.FULFILLING: _("We are on it: “%(reward)s”."),
        State.FULFILLED: _("“%(reward)s” is done. Enjoy it!"),
        State.CANCELLED: _("“%(reward)s” was cancelled. What it cost is yours again."),
        State.EXPIRED: _("“%(reward)s” ran out before it was complete. What it cost is yours again."),
        State.RETURNED: _("“%(reward)s” came back to us. What it cost is yours again."),
    }
    if row.state == State.FULFILLING and row.sent_at is not None:
        return _("“%(reward)s” is on its way to you.")
    return sentences[State(row.state)]


def write_gifts(*, notices: Sequence[NoticeCard], viewer: "Member") -> dict[int, Told]:
    """Gifts that still wait."""
    ids = {int(notice.data["gift"]) for notice in notices}
    rows = {
        row.pk: row
        for row in Gift.objects.filter(id__in=ids, member_id=viewer.pk, state=Gift.State.WAITING).select_related(
            "reward"
        )
    }
    givers = member_cards(member_ids=[row.giver_id for row in rows.values() if row.giver_id is not None])
    told = {}
    for notice in notices:
        row = rows.get(int(notice.data["gift"]))
        if row is None:
            continue
        words = {"reward": _(row.reward.name), "day": formats.date_format(row.valid_until, "DATE_FORMAT")}
        giver = givers.get(row.giver_id or 0)
        if giver is not None:
            words["name"] = giver.name
            text = _("%(name)s has a gift for you: “%(reward)s”. It waits until %(day)s.") % words
        else:
            text = _("A gift waits for you until %(day)s: “%(reward)s”.") % words
        told[notice.id] = Told(text, reverse("loyalty:gift", args=[row.public_id]), row.note, "reward")
    return told


def write_pools(*, notices: Sequence[NoticeCard], viewer: "Member") -> dict[int, Told]:
    """For those who can do something about it."""
    if not is_manager(viewer):
        return {}
    ids = {int(notice.data["pool"]) for notice in notices}
    rows = {row.pk: row for row in CouponPool.objects.filter(id__in=ids)}
    told = {}
    for notice in notices:
        row = rows.get(int(notice.data["pool"]))
        if row is not None:
            text = _("Less than a tenth of the codes of “%(name)s” is left. Put in new ones.") % {"name": row.name}
            told[notice.id] = Told(text, reverse("loyalty_pool_codes", args=[row.pk]), "", "ticket")
    return told
