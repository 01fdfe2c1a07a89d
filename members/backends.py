"""Who a session belongs to."""

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.models import Group
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from members.access import SUSPENDED, remember_groups
from members.models import User

GROUPS = ArraySubquery(Group.objects.filter(user=OuterRef("pk")).values(held=JSONObject(id="id", name="name")))


class MemberBackend(AuthenticationBackend):  # type: ignore[misc]
    """allauth's ways to sign in; each page's member comes with their groups, which every page asks for, in one statement."""

    def get_user(self, user_id: int) -> User | None:
        user = User.objects.annotate(held_groups=GROUPS).filter(pk=user_id).first()
        if user is None or not self.user_can_authenticate(user):
            return None
        if any(group["name"] == SUSPENDED for group in user.held_groups):
            return None  # a session that outlived the suspension's beginning is nobody's
        remember_groups(user, {group["id"]: group["name"] for group in user.held_groups})
        return user
