"""Small pieces of the forum's pages."""

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.filter
def of(mapping: Mapping[Any, Any], key: Any) -> Any:
    """The entry of a mapping by a key that the template holds: `people|of:row.author_id`."""
    return mapping.get(key)
