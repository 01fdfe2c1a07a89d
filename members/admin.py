from django.contrib import admin

from members.models import Identity, User


@admin.register(User)
class UserAdmin(admin.ModelAdmin[User]):
    list_display = ["username", "display_name", "email", "is_staff", "imported", "date_joined"]
    list_filter = ["is_staff", "imported", "groups"]
    search_fields = ["username", "display_name", "email"]
    exclude = ["password"]
    readonly_fields = ["public_id", "last_login", "date_joined", "last_seen_at", "erased_at"]


@admin.register(Identity)
class IdentityAdmin(admin.ModelAdmin[Identity]):
    list_display = ["source", "external_id", "member", "created_at"]
    search_fields = ["external_id"]
