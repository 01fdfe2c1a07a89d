"""What is true for a member at this moment and worth telling. Each fact is asked from the app that knows it.

At most three, each with a link to the exact thing; nothing about other members' silence, spending or tier, and an expiry
only with its real date (specs: campaigns, section 10).
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.rules.letter import News
from community.queries import ReplyFact, replies_to_member_since
from loyalty.queries import Balance
from members.queries import last_seen
from messaging.queries import zone_of

MOST = 3
SOON = timedelta(days=30)


def news(*, member_id: int, held: Balance, at: datetime) -> list[News]:
    """True news for one member, the most personal first. `held` are the member's points now."""
    return [*_replies(member_id), *_expiring(held, member_id, at)][:MOST]


def _replies(member_id: int) -> list[News]:
    """Who answered since the last visit, one line a topic. Only what the member may read today."""
    since = last_seen(member_id=member_id)
    if since is None:
        return []
    topics: dict[str, list[ReplyFact]] = {}
    for reply in replies_to_member_since(member_id=member_id, since=since, limit=20):
        topics.setdefault(reply.title, []).append(reply)
    found = []
    for title, replies in topics.items():
        first = replies[-1]
        others = len({reply.by.id for reply in replies}) - 1
        if others:
            text = ngettext(
                "%(name)s and %(count)d other answered you in “%(title)s”",
                "%(name)s and %(count)d others answered you in “%(title)s”",
                others,
            ) % {"name": first.by.name, "count": others, "title": title}
        else:
            text = _("%(name)s answered you in “%(title)s”") % {"name": first.by.name, "title": title}
        found.append(News("reply", text, f"{settings.SITE_URL}{first.url}"))
    return found[:2]


def _expiring(held: Balance, member_id: int, at: datetime) -> list[News]:
    if not held.expiring or held.expires_at is None or held.expires_at > at + SOON:
        return []
    # The last day on which they can be spent: the lot ends at the first moment of the next.
    last_day = (held.expires_at - timedelta(seconds=1)).astimezone(zone_of(member_id=member_id))
    text = ngettext(
        "%(count)d of your points is good until %(date)s",
        "%(count)d of your points are good until %(date)s",
        held.expiring,
    ) % {"count": held.expiring, "date": date_format(last_day, "DATE_FORMAT")}
    return [News("points", text, f"{settings.SITE_URL}{reverse('loyalty:points')}")]
