"""What staff do with chosen claims."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy, ngettext
from wagtail import hooks
from wagtail.snippets.bulk_actions.snippet_bulk_action import SnippetBulkAction

from loyalty import actions
from loyalty.models import Redemption
from members.access import is_manager
from outbox.clock import now


class ClaimAct(SnippetBulkAction):  # type: ignore[misc]
    """One act on chosen claims; those it does not fit (sent already, cancelled) are left alone and not counted."""

    models = [Redemption]
    template_name = "loyalty/admin/claims.html"
    question: Any
    act: Any

    def check_perm(self, snippet: Redemption) -> bool:
        return is_manager(self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"question": self.question, "verb": self.display_name}

    def get_execution_context(self) -> dict[str, Any]:
        return {"by": self.request.user.pk}

    @classmethod
    def execute_action(cls, objects: list[Redemption], by: int, **kwargs: Any) -> tuple[int, int]:
        return sum(cls._one(one.pk, by) for one in objects), 0

    @classmethod
    def _one(cls, redemption_id: int, by: int) -> bool:
        try:
            with transaction.atomic():
                return bool(cls.act(redemption_id=redemption_id, by=by, at=now()))
        except actions.RewardRefused:
            return False  # its coupon was used meanwhile: it stays as it is

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str:
        words = ngettext("%(count)s claim was changed.", "%(count)s claims were changed.", num_parent_objects)
        return words % {"count": num_parent_objects}


@hooks.register("register_bulk_action")
class MarkSent(ClaimAct):
    """The parcel has left, or the promise was kept."""

    display_name = gettext_lazy("Mark as done")
    aria_label = gettext_lazy("Mark the chosen claims as sent or done")
    action_type = "fulfil"
    question = gettext_lazy("Have these been sent, or done? The member sees it.")
    act = staticmethod(actions.fulfil_redemption)


@hooks.register("register_bulk_action")
class GiveBack(ClaimAct):
    """The reward cannot be given: points, stock and the member's slot return exactly."""

    display_name = gettext_lazy("Cancel and give the points back")
    aria_label = gettext_lazy("Cancel the chosen claims and give the points back")
    action_type = "give_back"
    question = gettext_lazy("Cancel these claims? The points go back to where they came from, and the stock too.")
    act = staticmethod(actions.cancel_redemption)
