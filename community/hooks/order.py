"""What order adds to other parts of the site: kinds of the queue, notices, the way in and the way out."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core import signing
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community import kinds, moderation, order_access
from community.models import ReviewItem, Sanction
from community.notices import order as order_notices
from community.slots import review_kinds
from members import slots
from members.access import is_member, is_silenced
from members.console import Card
from messaging.slots import notices

if TYPE_CHECKING:
    from members.access import Viewer

STANDING_SALT = "community.standing"


def register() -> None:
    """Once, when the apps are ready."""
    for kind in kinds.KINDS:
        review_kinds.register(kind)
    for code, writer, label in order_notices.WRITERS:
        notices.register(code, writer, label=label, group="order")
    slots.at_sign_in.register(refuse_suspended)
    slots.name_checks.register(check_name)
    slots.console_cards.register(console_card)
    slots.navigation.register(review_item)
    slots.profile_summary.register(flag_panel)
    slots.banners.register(silence_banner)


def refuse_suspended(*, request: HttpRequest, member_id: int) -> str | None:
    """Who gave the right password of a suspended account reads why, until when, and may object; signed, for an hour."""
    held = Sanction.objects.filter(member_id=member_id, kind=Sanction.Kind.SUSPENSION, ended_at__isnull=True).first()
    if held is None:
        return None
    return reverse("community:suspended", args=[signing.dumps(held.public_id, salt=STANDING_SALT)])


def check_name(*, name: str) -> str | None:
    return _("This name is not allowed here. Please choose another one.") if moderation.name_problem(name) else None


def console_card(*, request: HttpRequest) -> Card | None:
    """How much waits for this moderator."""
    if not order_access.may_review(request.user):
        return None
    waiting = order_access.visible_items(request.user).filter(state=ReviewItem.State.PENDING).count()
    text = _("Flags, waiting posts, objections.") if waiting else _("The queue is empty. A good sign.")
    return Card(
        ngettext("thing waits for review", "things wait for review", waiting), number_format(waiting), text,
        reverse("review_queue"), order=5, urgent=waiting > 0,
    )  # fmt: skip


def review_item(*, request: HttpRequest) -> slots.NavItem | None:
    """The queue in the site's navigation, for whoever keeps order somewhere. No count: it would cost each page."""
    if not is_member(request.user) or not order_access.may_review(request.user):
        return None
    return slots.NavItem(_("Review"), reverse("community:review_queue"), icon="shield", order=60)


def flag_panel(*, viewer: "Viewer", member_id: int, username: str) -> slots.Panel | None:
    """Flag a person, at the foot of their page."""
    if not is_member(viewer) or viewer.pk == member_id:
        return None
    return slots.Panel("community/order/flag_panel.html", {"username": username}, order=900)


def silence_banner(*, request: HttpRequest) -> slots.Panel | None:
    """On every page of a silenced member: that it is so, and where it says why and until when."""
    url = reverse("community:standing")
    if not is_silenced(request.user) or request.path == url:
        return None
    return slots.Panel("community/order/silenced.html", {"url": url})


def read_standing(token: str, *, at: datetime) -> Any:
    """The sanction's public id in a signed address, or None when it is older than an hour or not ours."""
    try:
        return signing.loads(token, salt=STANDING_SALT, max_age=3600)
    except signing.BadSignature:
        return None
