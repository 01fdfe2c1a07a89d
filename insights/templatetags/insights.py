"""A stage in words, for templates."""

from django import template

from insights import queries, words
from insights.queries import StoryLine, StreamCard

register = template.Library()


@register.filter
def why(card: StreamCard | StoryLine) -> str:
    """The reason of a stage with its numbers."""
    return words.why(stream=card.stream, reason=card.reason, inputs=card.inputs) if card.inputs else ""


@register.filter
def stage_label(name: str) -> str:
    """A stage's name in the reader's language."""
    return queries.stage_label(name)
