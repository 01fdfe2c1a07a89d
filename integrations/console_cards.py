"""What shops and other machines could not bring to an end, on the console's first page."""

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from integrations.shops.models import InboundMessage, Shop
from members.access import is_manager
from members.console import Card


def shops(*, request: HttpRequest) -> Card | None:
    """Messages of shops that failed or need an answer. Nothing is shown while no shop is connected."""
    if not is_manager(request.user):
        return None
    connected = list(Shop.objects.exclude(state=Shop.State.ENDED).values_list("pk", "ask_problem"))
    if not connected:
        return None
    stuck = Q(verdict=InboundMessage.Verdict.FAILED) | Q(verdict=InboundMessage.Verdict.OPEN)
    number = InboundMessage.objects.filter(stuck, shop_id__in=[pk for pk, _problem in connected]).count()
    troubled = any(problem for _pk, problem in connected)
    text = _("Every order that a shop told of has its points.")
    if number:
        text = _("They failed, or need an answer by you.")
    elif troubled:
        text = _("A shop does not answer when it is asked what changed.")
    return Card(
        ngettext("message of a shop needs a look", "messages of shops need a look", number), number_format(number), text,
        reverse("integrations_shops"), order=60, urgent=bool(number or troubled),
    )  # fmt: skip
