"""What messaging shows in the pages of `members`."""

from datetime import datetime

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from members.access import is_member
from members.slots import NavItem, Panel, SignupChoice, Standing
from messaging import actions
from messaging.purposes import asked
from messaging.queries.notices import OWN_UNSEEN, own_unseen_label, unseen_label
from messaging.rules import MARKETING


def settings_item(*, request: HttpRequest) -> NavItem:
    """The tab of the settings pages."""
    return NavItem(_("Mail and privacy"), reverse("messaging:preferences"), icon="mail", order=30)


def notifications_item(*, request: HttpRequest) -> NavItem:
    return NavItem(_("Notifications"), reverse("messaging:choices"), icon="bell", order=28)


def bell(*, request: HttpRequest) -> Panel | None:
    """The bell in the header of every page, with how many notices are unseen."""
    if not is_member(request.user):
        return None
    return Panel("messaging/notices/bell.html", {"unseen": own_unseen_label(request.user)}, order=10, kept=True)


def unseen() -> Standing:
    """The number on the bell, found together with the member."""
    return Standing("unseen", OWN_UNSEEN)


def greeting(*, member_id: int) -> dict[str, str]:
    """The number beside the bell, for a page whose socket opens now."""
    return {"notices": unseen_label(member_id=member_id)}


DEVICE = "push_device"
"""Where a session keeps which device of the ringing ones it sits on."""


def forget_device(*, request: HttpRequest, member_id: int, at: datetime) -> None:
    """Who signs out of a browser is no longer rung there: the next person at it may be somebody else."""
    public_id = request.session.get(DEVICE)
    if isinstance(public_id, str):
        actions.forget_device(member_id=member_id, public_id=public_id, at=at)


def forget_other_devices(*, member_id: int, session: SessionBase | None, at: datetime) -> None:
    """Where a member was signed out from afar nothing rings either: the words would be read by whoever sits there."""
    kept = session.get(DEVICE) if session is not None else None
    actions.forget_other_devices(member_id=member_id, kept=kept if isinstance(kept, str) else "", at=at)


def signup_choice() -> SignupChoice | None:
    """The question about news and offers, in the words the ledger of consents names; only where some app writes such mail."""
    purpose = next((one for one in asked() if one.key == MARKETING), None)
    return SignupChoice("news_and_offers", str(purpose.text), _said_yes) if purpose else None


def _said_yes(*, member_id: int, at: datetime) -> None:
    actions.record_consent(member_id=member_id, purpose=MARKETING, granted=True, source="sign-up", by=member_id, at=at)
