"""Badges and reactions on the pages about people."""

from django import template
from django.utils.safestring import SafeString

from community.badges.seals import drawn_seal
from community.models import Reaction
from community.queries.people.badges import KindRow
from community.slots import Badge
from community.topicpage.authors import drawn_badge
from community.topicpage.faces import kind_word

register = template.Library()


@register.simple_tag
def seal_of(kind: KindRow, size: str = "") -> SafeString:
    """The picture of a badge, beside its name."""
    return drawn_seal(kind.motif, kind.grade, size=size)


@register.simple_tag
def badge_mark(badge: Badge) -> SafeString:
    """A mark beside a name."""
    return drawn_badge(badge)


@register.filter
def reaction_word(kind: str) -> str:
    """What a kind of reaction is called."""
    return kind_word(kind) if kind in Reaction.Kind else ""
