"""Signing out of all other browsers, from the list of devices."""

from collections.abc import Sequence

from allauth.core import context
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from allauth.usersessions.models import UserSession
from django.db import transaction

from members import slots
from members.access import is_member
from outbox.clock import now


class SessionsAdapter(DefaultUserSessionsAdapter):  # type: ignore[misc]
    def end_sessions(self, sessions: Sequence[UserSession]) -> None:
        """End them, and what belongs to browsers of the member other than this one, also where the session had run out."""
        request = context.request
        with transaction.atomic():
            super().end_sessions(sessions)
            if is_member(request.user):
                slots.at_sessions_ended.collect(member_id=request.user.pk, session=request.session, at=now())
