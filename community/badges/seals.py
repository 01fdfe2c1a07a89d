"""A badge's picture in a page: two symbols of the sheet that `artwork.py` draws."""

from functools import lru_cache

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString


@lru_cache(maxsize=500)
def drawn_seal(motif: str, grade: int, *, label: str = "", size: str = "") -> SafeString:
    """With a label it says itself what it is; without one it is an ornament beside its name."""
    sheet = static("community/badges.svg")
    uses = format_html('<use href="{0}#grade-{1}"/><use href="{0}#{2}"/>', sheet, grade, motif)
    if not label:
        return format_html(
            '<svg class="seal grade-{} {}" viewBox="0 0 64 64" aria-hidden="true">{}</svg>', grade, size, uses
        )
    return format_html(
        '<svg class="seal grade-{} {}" viewBox="0 0 64 64" role="img" aria-label="{}"><title>{}</title>{}</svg>',
        grade, size, label, label, uses,
    )  # fmt: skip
