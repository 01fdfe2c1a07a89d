"""The words of notices outside the site: bundles, push messages and digests, written at the moment they leave.

The composers run in the transaction that commits `handing_over`. Each sentence comes from the writer of its notice, so
it is in the reader's language, true now, and silent about what the reader may no longer see.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from members.access import Member, member_by_id
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


def tell_notices(delivery: DeliveryCard, *, at: datetime) -> Composed | NothingToSay:
    """The notices of a bundle that are still news: one mail, or one push message."""
    mine = Q(push_id=delivery.id) if delivery.channel == PUSH else Q(mail_id=delivery.id)
    wanted = (ways.NOW, ways.BUNDLED)
    viewer, rows = _still_news(delivery, Notice.objects.filter(mine), wanted)
    if viewer is None or not rows:
        return NothingToSay("read_meanwhile")
    if delivery.channel == PUSH:
        return _pushed(viewer, rows)
    return _mailed(rows)


def tell_digest(delivery: DeliveryCard, *, at: datetime) -> Composed | NothingToSay:
    """What the member missed since they were last here, or since the last digest."""
    told = Notice.objects.filter(_untold(delivery), created_at__gt=at - LOOK_BACK)
    viewer, rows = _still_news(delivery, told, (ways.NOW, ways.BUNDLED, ways.DIGEST))
    if viewer is None:
        return NothingToSay("nothing_missed")
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


def _still_news(
    delivery: DeliveryCard, found: QuerySet[Notice], wanted: Sequence[str]
) -> "tuple[Member | None, list[NoticeRow]]":
    """The reader, and those of the notices that they have not seen, may still read and still want this way."""
    viewer = member_by_id(delivery.member_id)
    if viewer is None:
        return None, []
    chosen = NoticeSettings.objects.filter(member_id=viewer.pk).values_list("choices", flat=True).first() or {}
    channel = ways.PUSH if delivery.channel == PUSH else ways.EMAIL
    rows = [
        row
        for row in found.filter(member_id=viewer.pk).filter(NEWS).order_by("-updated_at", "-id")
        if ways.how(chosen, notices.group(row.kind), channel) in wanted
    ]
    return viewer, told_of(viewer=viewer, rows=rows)


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


def _pushed(viewer: Member, rows: Sequence[NoticeRow]) -> Composed:
    """Who and where. The words themselves only for those who chose to see them on their screen."""
    words = NoticeSettings.objects.filter(member_id=viewer.pk, push_words=True).exists()
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
