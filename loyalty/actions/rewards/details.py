"""The second step of a claim: where it goes, or to whom. Points and piece are put aside, so this cannot be too late by much."""

from dataclasses import asdict, dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from loyalty.actions import ledger
from loyalty.actions.rewards import claiming, granting, undoing
from loyalty.actions.rewards.cards import RewardRefused
from loyalty.models import Redemption, Reward, ShippingAddress
from outbox.require import require_transaction

State = Redemption.State


@dataclass(frozen=True, kw_only=True)
class Address:
    """Where a parcel goes. Checked by the form; read by those who send it."""

    name: str
    lines: str
    city: str
    country: str
    postcode: str = ""
    region: str = ""
    phone: str = ""


def give_address(*, redemption_id: int, address: Address, by: int, at: datetime) -> str:
    """Say where a claim goes; it is confirmed then. While it has not left, the address may be said anew.

    Returns the state. Raises RewardRefused (ran_out, not_needed, sent).
    """
    row, reward = _locked(redemption_id, by)
    if reward.kind != Reward.Kind.PHYSICAL:
        raise RewardRefused("not_needed", _("This reward needs no address."))
    if (row.state == State.FULFILLING and row.sent_at is None) or row.state in (State.REQUESTED, State.CONFIRMED):
        _keep(row, address, at)
        return row.state
    if row.state != State.HELD:
        raise _not_any_more(row)
    if undoing.ran_out(row, at):
        raise RewardRefused("ran_out", _("The time to answer is over; your points are back. You can claim it again."))
    _keep(row, address, at)
    return claiming.after_details(row, reward, by=by, at=at)


def choose_friend(*, redemption_id: int, friend_id: int | None, note: str, by: int, at: datetime) -> str:
    """Say who gets a gift: a member, or nobody by name, then a secret link is made for the giver to pass on.

    Returns the state. The same answer for a second sending. Raises RewardRefused (ran_out, not_needed, yourself).
    """
    row, reward = _locked(redemption_id, by)
    if reward.kind != Reward.Kind.GIFT or reward.gives_id is None:
        raise RewardRefused("not_needed", _("This reward is not a gift."))
    if friend_id == by:
        raise RewardRefused("yourself", _("A gift is for somebody else. Choose a friend."))
    if row.state in (State.FULFILLING, State.REQUESTED):
        return row.state
    if row.state != State.HELD:
        raise _not_any_more(row)
    if undoing.ran_out(row, at):
        raise RewardRefused("ran_out", _("The time to answer is over; your points are back. You can claim it again."))
    state = claiming.after_details(row, reward, by=by, at=at)
    granting.send_gift(paid=row, reward=reward, friend_id=friend_id, note=note, waits=state == State.FULFILLING, at=at)
    return state


def _locked(redemption_id: int, by: int) -> tuple[Redemption, Reward]:
    require_transaction()
    ledger.lock_wallets([by])
    row = (
        Redemption.objects.select_for_update(of=("self",)).select_related("reward").get(id=redemption_id, member_id=by)
    )
    return row, row.reward


def _keep(row: Redemption, address: Address, at: datetime) -> None:
    ShippingAddress.objects.update_or_create(redemption_id=row.pk, defaults={**asdict(address), "given_at": at})


def _not_any_more(row: Redemption) -> RewardRefused:
    if row.state in Redemption.UNDONE:
        return RewardRefused("ran_out", _("This claim was given back before; your points are yours again."))
    return RewardRefused("sent", _("It has left already, so the address cannot change any more. Write to the team."))
