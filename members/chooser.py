"""Choosing one of our things in the console, for those who may look at them."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from wagtail.permissions import policy_registry
from wagtail.snippets.views.chooser import SnippetChooserViewSet


class GuardedChooser(SnippetChooserViewSet):  # type: ignore[misc]
    """Lists things to choose from to those who may look at them; Wagtail's own shows them to all who may enter."""

    LOOKING: tuple[str, ...] = ("view", "add", "change", "delete")

    def construct_view(self, view_class: Any, **kwargs: Any) -> Callable[..., HttpResponse]:
        view: Callable[..., HttpResponse] = super().construct_view(view_class, **kwargs)

        def guarded(request: HttpRequest, *parts: Any, **named: Any) -> HttpResponse:
            policy = policy_registry.get_by_type(self.model)
            if not policy.user_has_any_permission(request.user, self.LOOKING):
                raise PermissionDenied
            return view(request, *parts, **named)

        return guarded
