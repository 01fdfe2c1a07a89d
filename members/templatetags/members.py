"""Pieces of pages about people that other templates ask for."""

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from members import slots
from members.access import is_member, is_moderator
from members.queries import Profile
from members.slots import NavItem, Tab

register = template.Library()


@register.simple_tag(takes_context=True)
def settings_menu(context: dict[str, Any]) -> SafeString:
    """The tabs of the settings pages: ours, allauth's, and those of higher apps."""
    request = context["request"]
    own = [
        NavItem(_("Profile"), reverse("members:edit_profile"), order=10),
        NavItem(_("Birthday"), reverse("members:birthday"), order=15),
        NavItem(_("E-mail address"), reverse("account_email"), order=20),
        NavItem(_("Password"), reverse("account_change_password"), order=30),
        NavItem(_("Second factor"), reverse("mfa_index"), order=40),
        NavItem(_("Devices"), reverse("usersessions_list"), order=50),
    ]
    items = sorted([*own, *slots.settings_items.collect(request=request)], key=lambda item: item.order)
    return render_to_string("members/settings_menu.html", {"items": items}, request=request)


@register.inclusion_tag("members/sign_in_ways.html", takes_context=True)
def sign_in_ways(context: dict[str, Any]) -> dict[str, Any]:
    """Services of others that one may sign in with, and where to go afterwards."""
    request = context["request"]
    ways = [way for some in slots.sign_in_ways.collect(request=request) for way in some]
    return {"ways": ways, "next": request.GET.get("next", "")}


@register.inclusion_tag("members/sign_in_ways.html", takes_context=True)
def connect_ways(context: dict[str, Any]) -> dict[str, Any]:
    """The same services, to be added to one's account."""
    return sign_in_ways(context) | {"connect": True, "next": ""}


@register.simple_tag(takes_context=True)
def signup_notes(context: dict[str, Any]) -> SafeString:
    """What higher apps say above the sign-up form ("Ming invited you")."""
    request = context["request"]
    notes = sorted(slots.signup_notes.collect(request=request), key=lambda panel: panel.order)
    pieces = [render_to_string(note.template, note.context, request=request) for note in notes]
    return SafeString("".join(pieces))


@register.simple_tag(takes_context=True)
def profile_head(context: dict[str, Any], profile: Profile, current: str = "summary") -> SafeString:
    """The head of every page about a member: who they are, what to do about it, and the pages of all apps."""
    request = context["request"]
    viewer = request.user
    own = is_member(viewer) and viewer.pk == profile.id
    parts = slots.profile_parts.collect(viewer=viewer, member_id=profile.id, username=profile.card.username)
    tabs = [Tab("summary", _("Summary"), profile.card.url), *(tab for part in parts for tab in part.tabs)]
    if own:
        tabs.append(Tab("settings", _("Settings"), reverse("members:edit_profile"), own=True))
    return render_to_string(
        "members/profile_head.html",
        {
            "profile": profile,
            "card": profile.card,
            "own": own,
            "tabs": [tab for tab in tabs if not tab.own],
            "own_tabs": [tab for tab in tabs if tab.own],
            "current": current,
            "marks": [part.marks for part in parts if part.marks],
            "acts": [part.acts for part in parts if part.acts],
            "for_team": is_moderator(viewer),
        },
        request=request,
    )


@register.simple_tag
def profile_sheets() -> SafeString:
    """The style sheets that the panels of higher apps need."""
    sheets = dict.fromkeys(sheet for some in slots.profile_sheets.collect() for sheet in some)
    return format_html_join("", '<link rel="stylesheet" href="{}">', ((static(sheet),) for sheet in sheets))
