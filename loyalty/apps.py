from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class LoyaltyConfig(AppConfig):
    name = "loyalty"
    verbose_name = _("Loyalty")

    def ready(self) -> None:
        from community.slots import name_badges
        from loyalty import panels
        from members import slots

        slots.header_items.register(panels.points_pill)
        slots.navigation.register(panels.rewards_link)
        slots.navigation.register(panels.points_link)
        slots.profile_panels.register(panels.profile)
        name_badges.register(panels.badges)
        post_migrate.connect(_begin, sender=self)


def _begin(**kwargs: Any) -> None:
    """A new (or emptied) database gets the default programme; a site that has one is left alone."""
    from django.db import connection, transaction

    from loyalty import actions
    from outbox.clock import now

    if "loyalty_reward" in connection.introspection.table_names():  # not in the middle of a partial migration
        with transaction.atomic():
            actions.ensure_programme(at=now())
