"""Reading consent, what became of messages, and what members are told. Other apps import from here."""

from messaging.queries.mail import (
    Counted,
    DeliveryRow,
    SentLine,
    campaign_counts,
    campaign_deliveries,
    campaign_unsubscribed,
    consents,
    has_consent,
    limits,
    marketing_times,
    open_deliveries,
    paused_until,
    refusals,
    written_to,
    zone_of,
)
from messaging.queries.notices import NoticeRow, notice_page, unseen_count

__all__ = [
    "Counted",
    "DeliveryRow",
    "NoticeRow",
    "SentLine",
    "campaign_counts",
    "campaign_deliveries",
    "campaign_unsubscribed",
    "consents",
    "has_consent",
    "limits",
    "marketing_times",
    "notice_page",
    "open_deliveries",
    "paused_until",
    "refusals",
    "unseen_count",
    "written_to",
    "zone_of",
]
