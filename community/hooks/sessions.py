"""What live sessions add to other parts of the site: the way there, what is next, notices."""

import json
from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from community.access import hold_rights
from community.notices import digest
from community.notices import sessions as session_notices
from community.queries.live import sessions as queries
from community.slots import forum_panels
from members import slots
from members.access import UNASKED, group_ids, is_manager, is_member, standing
from members.addresses import address
from members.console import Card
from members.slots import NavItem, Panel, Standing
from messaging.slots import digest_parts, notices
from outbox.clock import now


def register() -> None:
    """Once, when the apps are ready."""
    slots.standings.register(live_now)
    slots.navigation.register(live)
    slots.settings_items.register(own_calendar)
    slots.console_cards.register(console_card)
    forum_panels.register(next_session)
    digest_parts.register(digest.best_topics)
    digest_parts.register(digest.next_sessions)
    for kind, writer, label in session_notices.WRITERS:
        notices.register(kind, writer, label=label, group="sessions")


def live_now() -> Standing:
    """Who is invited to what is live: asked with the member, so that no page pays for the mark in the navigation."""
    return Standing(
        "live_now",
        "(SELECT json_agg(json_build_array(audience, board_id, group_id)) FROM community_livesession "
        "WHERE state = 'live')",
    )


def live(*, request: HttpRequest) -> NavItem:
    """The way to the sessions; while one is live that the member may come to, it says so. Guests' pages are kept for
    all of them, so these do not."""
    number = _number_live(request)
    label = _("Live now") if number else pgettext("live sessions", "Live")
    return NavItem(label, address("community:live_sessions"), icon="play", order=25, count=number)


def console_card(*, request: HttpRequest) -> Card | None:
    """What is planned for the next week, for managers."""
    if not is_manager(request.user):
        return None
    number = queries.planned(until=now() + timedelta(days=7))
    return Card(
        ngettext("live session in the next seven days", "live sessions in the next seven days", number),
        number_format(number), _("Sessions and series: plan, change, skip."), address("community:live_series_list"),
        order=60,
    )  # fmt: skip


def own_calendar(*, request: HttpRequest) -> NavItem | None:
    if not is_member(request.user):
        return None
    return NavItem(_("My calendar"), address("community:live_calendar"), order=55)


def next_session(*, request: HttpRequest) -> Panel | None:
    """What is open now, or else next, with the time until then."""
    at = now()
    row = queries.next_session(viewer=request.user, held=hold_rights(request.user), at=at)
    return Panel("community/sessions/_next.html", {"row": row, "at": at}, order=10) if row else None


def _number_live(request: HttpRequest) -> int:
    if not is_member(request.user):
        return 0
    asked: Any = standing(request.user, "live_now")
    if asked is UNASKED or not asked:
        return 0
    rows: list[list[Any]] = json.loads(asked) if isinstance(asked, str) else asked
    if is_manager(request.user):
        return len(rows)
    browse, groups = hold_rights(request.user).allowed["browse"], group_ids(request.user)
    return sum(
        audience in ("everybody", "members")
        or (audience == "board" and board in browse)
        or (audience == "group" and group in groups)
        for audience, board, group in rows
    )
