"""For superusers: the ledger of consent, suppressed addresses and messages, to look at only."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from messaging.models import Consent, Delivery, Suppression


class ReadOnly(admin.ModelAdmin):  # type: ignore[type-arg]
    """Rows are written by actions alone."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Consent)
class ConsentAdmin(ReadOnly):
    list_display = ["member", "purpose", "channel", "state", "source", "text_version", "at"]
    list_filter = ["purpose", "state", "source"]
    list_select_related = ["member"]


@admin.register(Delivery)
class DeliveryAdmin(ReadOnly):
    list_display = ["public_id", "member", "kind", "purpose", "state", "reason", "attempts", "sent_at"]
    list_filter = ["state", "purpose", "kind"]
    list_select_related = ["member"]


@admin.register(Suppression)
class SuppressionAdmin(ReadOnly):
    list_display = ["address_hash", "channel", "reason", "until", "at"]
    list_filter = ["reason"]
