"""Who may write to whom outside of rooms that are open to both."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from community.access import require_voice, rights
from community.models import PersonLevel, Room
from community.room_access import PRIVATE_FROM
from community.rules import reading as reading_rules
from community.rules import rooms as rules
from members import queries as members
from members.access import MANAGERS, MODERATORS, Member, Refused, require_member
from members.queries import MemberCard

if TYPE_CHECKING:
    from members.access import Viewer


def existing(*, member: Member, others: Collection[int]) -> Room | None:
    """The conversation of exactly these people, if there is one."""
    return Room.objects.filter(direct_key=rules.direct_key([*others, member.pk])).first()


def people_named(viewer: "Viewer", names: Sequence[str]) -> list[MemberCard]:
    """The members of these handles, for somebody who wants to write to them. Raises Refused, with whom it does not know."""
    member = require_member(viewer)
    wanted = list(dict.fromkeys(name.strip().lstrip("@") for name in names if name.strip(" @")))
    if len(wanted) >= rules.DIRECT_MOST:
        words = _("A conversation has at most %(most)s people. For more, open a private room.")
        raise Refused("too_many", words % {"most": rules.DIRECT_MOST})
    clean = [name for name in wanted if "\x00" not in name]
    found = {card.username.lower(): card for card in members.members_named(usernames=clean).values()}
    findable = set(members.findable().filter(pk__in=[card.id for card in found.values()]).values_list("pk", flat=True))
    people = [found[name.lower()] for name in clean if name.lower() in found]
    unknown = [name for name in wanted if name.lower() not in found or found[name.lower()].id not in findable]
    if unknown:
        raise Refused("nobody", _("Nobody here is called %(name)s.") % {"name": f"@{unknown[0]}"})
    return [card for card in people if card.id != member.pk]


def require_may_begin(viewer: "Viewer", others: Collection[int], *, at: datetime) -> Member:
    """Whoever may begin a conversation with these people, else Refused. Going on with one is asked of `room_access`.

    Newcomers (trust 0) answer, and may write to one of the team; from trust 1 on to everybody.
    """
    member = require_member(viewer)
    held = rights(member)
    require_voice(held)
    if not others:
        raise Refused("nobody", _("Choose somebody to write to."))
    if held.trust < PRIVATE_FROM and not _of_the_team(others):
        raise Refused(
            "trust_direct",
            _("You can begin conversations from trust level 1 on. Until then you can answer, and write to the team."),
        )
    ignored = PersonLevel.objects.filter(member=member, person_id__in=others, level=reading_rules.MUTED)
    if any(until is None or until > at for until in ignored.values_list("until", flat=True)):
        raise Refused("you_ignore", _("You ignore one of them. Stop ignoring them before you write."))
    return member


def _of_the_team(others: Collection[int]) -> bool:
    return len(others) == 1 and bool(
        set(others) & set(members.in_groups(names=[MODERATORS, MANAGERS], superusers=True))
    )
