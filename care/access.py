"""Who may see a case: the member whose it is, and community managers. To others it does not exist."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from care.models import Case
from members.access import Refused, require_manager, require_member

if TYPE_CHECKING:
    from members.access import Viewer


def own_case(user: "Viewer", *, public_id: str) -> Case:
    """The member's own case, or Refused as if it were absent."""
    member = require_member(user)
    case = Case.objects.filter(public_id=public_id, member_id=member.pk).first()
    if case is None:
        raise Refused("not_found", _("There is no such case."), hidden=True)
    return case


def any_case(user: "Viewer", *, public_id: str) -> Case:
    """Any case, for community managers."""
    require_manager(user)
    case = Case.objects.filter(public_id=public_id).first()
    if case is None:
        raise Refused("not_found", _("There is no such case."), hidden=True)
    return case
