"""From a composed message to what the mail server gets: frame, footer, way out and headers (specs: integrations, 7)."""

import hashlib
from datetime import datetime
from email.utils import format_datetime

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from messaging.addresses import preferences_url, unsubscribe_url
from messaging.purposes import label
from messaging.rules import SERVICE
from messaging.slots import Composed, DeliveryCard


def build(*, delivery: DeliveryCard, composed: Composed, address: str, at: datetime) -> EmailMultiAlternatives:
    """The whole message, in the language that is active. Its Message-ID is the delivery's own, on every try."""
    context = frame_context(delivery=delivery, composed=composed)
    message = EmailMultiAlternatives(
        subject=composed.subject,
        body=render_to_string("messaging/mail/mail_frame.txt", context),
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[address],
        reply_to=[composed.reply_to] if composed.reply_to else None,
        headers={
            "Message-ID": f"<{delivery.public_id}@{settings.SITE_HOST}>",
            "Date": format_datetime(at),
            **_list_headers(delivery, context["unsubscribe_url"]),
            **composed.headers,
        },
    )
    message.attach_alternative(render_to_string("messaging/mail/mail_frame.html", context), "text/html")
    return message


def frame_context(*, delivery: DeliveryCard, composed: Composed) -> dict[str, str]:
    """What the frame's templates show; also for previews."""
    has_way_out = delivery.purpose != SERVICE
    names = {"member_id": delivery.member_id, "purpose": delivery.purpose, "delivery_id": delivery.id or None}
    return {
        "subject": composed.subject,
        "preview": composed.preview,
        "text": composed.text,
        "html": composed.html,
        "because": composed.because,
        "language": delivery.language,
        "purpose": label(delivery.purpose),
        "site_name": settings.WAGTAIL_SITE_NAME,
        "site_url": settings.SITE_URL,
        "postal_address": settings.POSTAL_ADDRESS,
        "unsubscribe_url": unsubscribe_url(**names) if has_way_out else "",  # type: ignore[arg-type]
        "preferences_url": preferences_url(**names) if has_way_out else "",  # type: ignore[arg-type]
    }


def content_hash(composed: Composed) -> str:
    """What was said, without saying it: kept in the row after the text is gone."""
    return hashlib.sha256("\0".join((composed.subject, composed.text, composed.html)).encode()).hexdigest()


def _list_headers(delivery: DeliveryCard, way_out: str) -> dict[str, str]:
    headers = {"Auto-Submitted": "auto-generated"}
    if way_out:
        headers |= {
            "List-Unsubscribe": f"<{way_out}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "List-Id": f"<{delivery.purpose}.{settings.SITE_HOST}>",
            "Feedback-ID": f"{delivery.campaign_key or delivery.kind}:{delivery.purpose}:laoyou".replace(" ", ""),
        }
    return headers
