"""Pieces of pages about people that other templates ask for."""

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from members import slots
from members.slots import NavItem

register = template.Library()


@register.simple_tag(takes_context=True)
def settings_menu(context: dict[str, Any]) -> SafeString:
    """The tabs of the settings pages: ours, allauth's, and those of higher apps."""
    request = context["request"]
    own = [
        NavItem(_("Profile"), reverse("members:edit_profile"), order=10),
        NavItem(_("E-mail address"), reverse("account_email"), order=20),
        NavItem(_("Password"), reverse("account_change_password"), order=30),
        NavItem(_("Second factor"), reverse("mfa_index"), order=40),
        NavItem(_("Devices"), reverse("usersessions_list"), order=50),
    ]
    items = sorted([*own, *slots.settings_items.collect(request=request)], key=lambda item: item.order)
    return render_to_string("members/settings_menu.html", {"items": items}, request=request)


@register.simple_tag(takes_context=True)
def signup_notes(context: dict[str, Any]) -> SafeString:
    """What higher apps say above the sign-up form ("Ming invited you")."""
    request = context["request"]
    notes = sorted(slots.signup_notes.collect(request=request), key=lambda panel: panel.order)
    pieces = [render_to_string(note.template, note.context, request=request) for note in notes]
    return SafeString("".join(pieces))
