"""Who may do what in the console."""

from typing import Any

from wagtail.permission_policies import ModelPermissionPolicy

from members.access import is_manager


class ManagersMay(ModelPermissionPolicy):  # type: ignore[misc]
    """Community managers may do the named acts; nobody may do anything else here."""

    def __init__(self, model: Any, *acts: str) -> None:
        super().__init__(model)
        self.acts = acts

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action in self.acts and is_manager(user)

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        return bool(set(self.acts) & set(actions)) and is_manager(user)
