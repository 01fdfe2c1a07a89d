"""A stage's reason as a sentence with its numbers: never a bare label."""

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from insights.rules import Inputs, Reason


def why(*, stream: str, reason: str, inputs: Inputs) -> str:
    """Why a member is in a stage of a stream ("C" or "S"), such as “usually every 18 days, now 36 days: overdue 2.0”."""
    if reason == Reason.NO_EVENTS:
        return _("nothing bought yet") if stream == "C" else _("nothing said yet")
    if reason in (Reason.SILENT, Reason.SILENT_LONG):
        return _("usually %(every)s, now %(silence)s: overdue %(overdue)s") % {
            "every": _every(inputs),
            "silence": _days(inputs.silence),
            "overdue": number_format(inputs.overdue, 1),
        }
    if reason == Reason.CAME_BACK and not inputs.back_for:
        return _("back today after a long silence")
    if reason == Reason.CAME_BACK:
        return _("back for %(days)s after a long silence") % {"days": _days(inputs.back_for or 0)}
    if reason == Reason.FALLING:
        return _("%(recent)s in the last %(window)s, after %(prior)s in the %(window)s before") % {
            "recent": _visits(stream, inputs.recent),
            "prior": number_format(inputs.prior),
            "window": _days(inputs.window),
        }
    if not inputs.silence:
        return _("%(visits)s, usually %(every)s, the last today") % {
            "visits": _visits(stream, inputs.visits),
            "every": _every(inputs),
        }
    return _("%(visits)s, usually %(every)s, the last %(silence)s ago") % {
        "visits": _visits(stream, inputs.visits),
        "every": _every(inputs),
        "silence": _days(inputs.silence),
    }


def _every(inputs: Inputs) -> str:
    days = max(1, round(inputs.cadence))
    return ngettext("every day", "every %(days)s days", days) % {"days": number_format(days)}


def _days(number: int) -> str:
    return ngettext("%(days)s day", "%(days)s days", number) % {"days": number_format(number)}


def _visits(stream: str, number: int) -> str:
    if stream == "C":
        return ngettext("%(count)s day with a purchase", "%(count)s days with purchases", number) % {
            "count": number_format(number)
        }
    return ngettext("%(count)s day of talk", "%(count)s days of talk", number) % {"count": number_format(number)}
