"""Why points moved, in one sentence a line of the statement."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from loyalty.models import Adjustment
from members.queries import MemberCard


def why(
    *,
    kind: str,
    reason: str,
    source_type: str,
    facts: Mapping[str, Any],
    givers: Mapping[int, MemberCard],
    reward: str = "",
    order: str = "",
    quest: str = "",
    amount: int = 0,
) -> str:
    """The reason in plain words, in the active language. `reward`, `order`, `quest`: what they are called."""
    order = order or _("order")
    giver = givers.get(facts.get("giver") or 0)
    name = giver.name if giver else _("somebody")
    if source_type == "order_line":
        texts = {
            "purchase": _("For your %(order)s"),
            "refund": _("Taken back: a part of your %(order)s was refunded"),
            "cancelled": _("Taken back: your %(order)s was cancelled"),
        }
        return texts.get(reason, texts["purchase"]) % {"order": order}
    if source_type == "merit":
        texts = {
            "answer.accepted": _("%(name)s accepted your answer"),
            "reaction.added": _("%(name)s liked your post"),
            "session.attended": _("You were at a live session"),
            "review.published": _("Your review was published"),
            "member.birthday": _("For your birthday"),
            "custom": _("For “%(event)s”"),
            "withdrawn": _("Taken back: it no longer stands"),
            "unaccepted": _("Taken back: your answer is no longer the accepted one"),
            "post_removed": _("Taken back: the post was removed"),
        }
        event = str(facts.get("known", {}).get("event.name", "")).replace("_", " ").replace(".", " ")
        return texts.get(reason, _("For your post")) % {"name": name, "event": event}
    if source_type == "reward":
        given_back = kind in ("reverse", "release")  # of a claim that was spent, or was only held
        text = _("Given back: %(reward)s") if given_back else _("Reward: %(reward)s")
        return text % {"reward": _(reward) if reward else ""}
    if kind == "transfer":
        other = givers.get(facts["to"] if amount < 0 else facts["from"])
        text = _("Points for %(name)s") if amount < 0 else _("Points from %(name)s")
        return text % {"name": other.name if other else _("somebody")}
    if source_type == "adjustment":
        return str(dict(Adjustment.Reason.choices).get(reason, reason))
    if (kind, reason) == ("expire", "over_maximum"):
        return _("Lost: more than can be kept")
    kinds = {
        "expire": _("Expired"),
        "hold": _("Put aside for something you asked for"),
        "release": _("Back again: what you asked for did not come about"),
        "convert": _("Changed into another kind of points"),
    }
    if kind in kinds:
        return kinds[kind]
    return _grant(reason, quest)


def _grant(reason: str, quest: str) -> str:
    """Points that somebody gave for a cause."""
    if quest:
        return _("Quest: %(name)s") % {"name": _(quest)}
    grants = {
        "referral_inviter": _("A friend you invited made their first purchase"),
        "referral_friend": _("Welcome: a friend invited you"),
        "campaign": _("A gift from us"),
        "comeback": _("Welcome back"),
        "goodwill": _("With our apology"),
        "season": _("A prize of a season"),
        "quest": _("A quest you finished"),
        "level": _("A level you reached"),
        "ladder_gift": _("A gift of the ladder"),
        "birthday": _("For your birthday"),
    }
    known: str = grants.get(reason, reason.replace("_", " ").replace(".", " ").capitalize())
    return known


def detail(name: str, version: int) -> str:
    """Which version of which rule paid."""
    return _("Rule “%(name)s”, version %(version)s") % {"name": _(name), "version": version}
