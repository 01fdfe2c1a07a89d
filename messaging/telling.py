"""The words of notices outside the site: bundles, push messages and digests, written at the moment they leave.

The composers run in the transaction that commits `handing_over`. Each sentence comes from the writer of its notice, so
it is in the reader's language, true now, and silent about what the reader may no longer see.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from members.access import Member, is_suspended, member_by_id, members_by_id
from members.queries import last_seen
from messaging import choices as ways
from messaging.models import Delivery, Notice, NoticeSettings
from messaging.purposes import purpose
from messaging.queries.notices import NoticeRow, told_of
from messaging.rules import COMMUNITY, DIGEST, PUSH
from messaging.slots import Composed, DeliveryCard, DigestLine, DigestPart, NothingToSay, digest_parts, notices

A_MAIL, A_DIGEST = 10, 5
"""Notices in words; the others are counted."""
LOOK_BACK = timedelta(days=31)
_TITLE, _TEXT = 120, 600


@dataclass(frozen=True)
class Gathered:
    """The readers of some bundles, what they chose, and the notices of each bundle that are still news."""

    people: Mapping[int, Member]
    settings: Mapping[int, NoticeSettings]
    rows: Mapping[int, Sequence[Notice]]


def gather(deliveries: Sequence[DeliveryCard]) -> Gathered:
    """Three statements for all of them."""
    ids, members = [one.id for one in deliveries], {one.member_id for one in deliveries}
    rows: dict[int, list[Notice]] = defaultdict(list)
    found = Notice.objects.filter(Q(mail_id__in=ids) | Q(push_id__in=ids), NEWS).order_by("-updated_at", "-id")
    for row in found:
        for told in (row.mail_id, row.push_id):
            if told is not None:
                rows[told].append(row)
    held = members_by_id(list(members))
    people = {id: user for id, (user, _groups) in held.items() if not is_suspended(user)}
    chosen = {one.member_id: one for one in NoticeSettings.objects.filter(member_id__in=members)}
    return Gathered(people, chosen, rows)


def tell_notices(delivery: DeliveryCard, *, at: datetime, gathered: Gathered) -> Composed | NothingToSay:
    """The notices of a bundle that are still news: one mail, or one push message."""
    viewer, own = gathered.people.get(delivery.member_id), gathered.settings.get(delivery.member_id)
    found = [one for one in gathered.rows.get(delivery.id, ()) if one.member_id == delivery.member_id]
    rows = _wanted(viewer, own, delivery.channel, found, (ways.NOW, ways.BUNDLED)) if viewer else []
    if not rows:
        return NothingToSay("read_meanwhile")
    if delivery.channel == PUSH:
        return _pushed(rows, words=own is not None and own.push_words)
    return _mailed(rows)


def tell_digest(delivery: DeliveryCard, *, at: datetime) -> Composed | NothingToSay:
    """What the member missed since they were last here, or since the last digest."""
    told = Notice.objects.filter(
        _untold(delivery), NEWS, member_id=delivery.member_id, created_at__gt=at - LOOK_BACK
    ).order_by("-updated_at", "-id")
    viewer = member_by_id(delivery.member_id)
    if viewer is None or is_suspended(viewer):
        return NothingToSay("nothing_missed")
    own = NoticeSettings.objects.filter(member_id=viewer.pk).first()
    rows = _wanted(viewer, own, delivery.channel, list(told), (ways.NOW, ways.BUNDLED, ways.DIGEST))
    parts = digest_parts.collect(viewer=viewer, since=_since(delivery, at), at=at)
    if rows:
        parts.append(_notices_part(rows))
    shown = sorted((part for part in parts if part.lines), key=lambda part: part.order)
    if not shown:
        return NothingToSay("nothing_missed")
    # From now on no bundle tells them: what waited for room in the budget is in this mail instead.
    Notice.objects.filter(id__in=[row.card.id for row in rows]).update(mail_id=delivery.id, mail_at=None)
    yes = purpose(DIGEST)
    context = {"parts": shown, "site_url": settings.SITE_URL, "settings_url": _settings_url()}
    first = shown[0].lines[0].text
    return Composed(
        subject=_("What you missed at %(site)s") % {"site": settings.WAGTAIL_SITE_NAME},
        preview=first,
        text=render_to_string("messaging/mail/digest.txt", context),
        html=render_to_string("messaging/mail/digest.html", context),
        because=_because(str(yes.text) if yes else ""),
    )


def _wanted(
    viewer: Member, own: NoticeSettings | None, channel: str, found: Sequence[Notice], wanted: Sequence[str]
) -> list[NoticeRow]:
    """Those that the reader still wants this way and may still read, in words."""
    way = ways.PUSH if channel == PUSH else ways.EMAIL
    chosen = own.choices if own else {}
    rows = [row for row in found if ways.how(chosen, notices.group(row.kind), way) in wanted]
    return told_of(viewer=viewer, rows=rows)


NEWS = Q(read_at=None) & (Q(seen_at=None) | Q(in_site=False))
"""Not seen yet: whoever looked at the list in the site has read the sentence."""


def _untold(delivery: DeliveryCard) -> Q:
    """In no mail yet, in this one, or in a bundle that only waits (for room in the budget, or for the morning)."""
    waiting = Delivery.objects.filter(
        member_id=delivery.member_id, kind="notices", channel="email", state=Delivery.State.QUEUED, attempts=0
    )
    return Q(mail_id=None) | Q(mail_id=delivery.id) | Q(mail_id__in=waiting.values("id"))


def _since(delivery: DeliveryCard, at: datetime) -> datetime:
    digests = Delivery.objects.filter(member_id=delivery.member_id, purpose=DIGEST, state=Delivery.State.SENT).exclude(
        id=delivery.id
    )
    last = digests.order_by("-sent_at").values_list("sent_at", flat=True).first()
    known = [moment for moment in (last, last_seen(member_id=delivery.member_id)) if moment is not None]
    return max([at - LOOK_BACK, *known])


def _notices_part(rows: Sequence[NoticeRow]) -> DigestPart:
    title = ngettext("%(count)s notice you have not seen", "%(count)s notices you have not seen", len(rows))
    lines = [DigestLine(row.told.text, _notice_path(row), row.told.excerpt) for row in rows[:A_DIGEST]]
    if len(rows) > A_DIGEST:
        lines.append(DigestLine(_("See all of them"), reverse("messaging:notices")))
    return DigestPart(title % {"count": len(rows)}, lines, order=10)


def _mailed(rows: Sequence[NoticeRow]) -> Composed:
    more = len(rows) - A_MAIL
    yes = purpose(COMMUNITY)
    context = {
        "lines": [DigestLine(row.told.text, _notice_path(row), row.told.excerpt) for row in rows[:A_MAIL]],
        "more": max(more, 0),
        "more_url": settings.SITE_URL + reverse("messaging:notices"),
        "site_url": settings.SITE_URL,
        "settings_url": _settings_url(),
    }
    return Composed(
        subject=_title(rows),
        preview=rows[0].told.excerpt or rows[0].told.text,
        text=render_to_string("messaging/mail/notices.txt", context),
        html=render_to_string("messaging/mail/notices.html", context),
        because=_because(str(yes.text) if yes else ""),
    )


def _pushed(rows: Sequence[NoticeRow], *, words: bool) -> Composed:
    """Who and where. The words themselves only for those who chose to see them on their screen."""
    lines = [row.told.text for row in rows[:4]]
    if len(rows) == 1:
        text = rows[0].told.excerpt if words else ""
        return Composed(rows[0].told.text[:_TITLE], text[:_TEXT], "", "", url=_notice_path(rows[0]))
    return Composed(_title(rows)[:_TITLE], "\n".join(lines)[:_TEXT], "", "", url=reverse("messaging:notices"))


def _title(rows: Sequence[NoticeRow]) -> str:
    if len(rows) == 1:
        return rows[0].told.text
    words = ngettext("%(count)s thing happened for you", "%(count)s things happened for you", len(rows))
    return words % {"count": len(rows)}


def _because(words: str) -> str:
    return _("You get this because you said: “%(words)s”") % {"words": words}


def _notice_path(row: NoticeRow) -> str:
    return reverse("messaging:notice", args=[row.card.public_id])


def _settings_url() -> str:
    return settings.SITE_URL + reverse("messaging:choices")
