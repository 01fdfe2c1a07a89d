"""The tables of messaging: mail by consent, and notices inside the site."""

from messaging.models.choices import NoticeSettings, PushSubscription
from messaging.models.mail import (
    Channel,
    Consent,
    Delivery,
    MailPause,
    MessagingSettings,
    Purpose,
    Suppression,
)
from messaging.models.notices import Notice

__all__ = [
    "Channel",
    "Consent",
    "Delivery",
    "MailPause",
    "MessagingSettings",
    "Notice",
    "NoticeSettings",
    "Purpose",
    "PushSubscription",
    "Suppression",
]
