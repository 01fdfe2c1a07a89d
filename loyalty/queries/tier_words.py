"""What a tier brings, in words: what its columns do, and what its owner adds."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from loyalty.models import Tier


def words_of(tier: Tier) -> tuple[str, ...]:
    """One sentence a benefit. Asks for no row but the tier's own."""
    said = [*_acting(tier), *(_(line.strip()) for line in tier.benefits.splitlines() if line.strip())]
    if tier.service_promise:
        said.append(_(tier.service_promise))
    return tuple(said)


def _acting(tier: Tier) -> list[str]:
    said = []
    if tier.multiplier_percent > 100:
        extra = _("%(percent)s percent more points for purchases and good answers")
        said.append(extra % {"percent": tier.multiplier_percent - 100})
    if tier.pending_days is not None:
        words = ngettext(
            "Points to spend after a day at the latest", "Points to spend after %(number)s days at the latest",
            tier.pending_days,
        )  # fmt: skip
        said.append(words % {"number": tier.pending_days} if tier.pending_days else _("Points to spend at once"))
    if tier.early_hours:
        words = ngettext(
            "Rewards and answers to live sessions open an hour before the others",
            "Rewards and answers to live sessions open %(number)s hours before the others",
            tier.early_hours,
        )
        said.append(words % {"number": tier.early_hours})
    if tier.birthday_reward_id or tier.birthday_points:
        said.append(_birthday(tier))
    if tier.welcome_reward_id:
        said.append(_("A gift when you arrive"))
    return said


def _birthday(tier: Tier) -> str:
    if not tier.birthday_points:
        return _("A gift on your birthday")
    words = ngettext("%(number)s point on your birthday", "%(number)s points on your birthday", tier.birthday_points)
    if tier.birthday_reward_id:
        words = ngettext(
            "%(number)s point and a gift on your birthday", "%(number)s points and a gift on your birthday",
            tier.birthday_points,
        )  # fmt: skip
    return words % {"number": tier.birthday_points}
