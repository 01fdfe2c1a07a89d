"""Template tags of the design system: icons, avatars and bars. Markup and classes are described in docs/design.md."""

import json
import unicodedata
from functools import lru_cache
from typing import Any
from zlib import crc32

from django import template
from django.core.paginator import Paginator
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from members.addresses import form_token
from members.slots import NavItem, Panel

register = template.Library()

MODULES = ("copy", "form", "live", "socket", "theme", "time", "toast", "trusted-html")
"""Of these pages import by name. They travel in one file with what every page runs (config/statics.py)."""
IN_NEED = ("polling",)
"""Fetched by name by those whose network blocks sockets, and by nobody else: a file of its own."""
DIRECTIONAL = frozenset({"arrow-left", "arrow-right", "chevron-left", "chevron-right", "reply", "send", "undo", "list"})
TINTS = 6


@register.simple_tag(takes_context=True)
def design_assets(context: template.Context) -> SafeString:
    """Sheet, import map and module of every page, for the head of base.html.

    The map gives all modules the address of that one file, whatever the static storage: under two it would run twice (two
    sockets).
    """
    sheet, modules, page_module = _assets()
    nonce = getattr(context.get("request"), "csp_nonce", "")
    return format_html(
        '<link rel="stylesheet" href="{}">\n    '
        '<script type="importmap" nonce="{}">{}</script>\n    <script type="module" src="{}" nonce="{}"></script>',
        sheet,
        nonce,
        modules,
        page_module,
        nonce,
    )


@lru_cache(maxsize=1)  # the same for every page of a process
def _assets() -> tuple[str, SafeString, str]:
    page_module = static("laoyou/site.js")
    addresses = dict.fromkeys((f"laoyou/{name}" for name in MODULES), page_module)
    addresses |= {f"laoyou/{name}": static(f"laoyou/{name}.js") for name in IN_NEED}
    return static("laoyou/site.css"), SafeString(json.dumps({"imports": addresses})), page_module


@register.simple_tag(takes_context=True)
def site_header(context: template.Context) -> SafeString:
    """The header, drawn once for everything that its templates read; only what a request alone knows is put in anew.

    That is the token and the way back of its forms, and what higher apps put there (`shell.header_items`).
    """
    request, shell = context.get("request"), context.get("shell")
    user = getattr(request, "user", None)
    if request is None or shell is None or user is None:  # a page of an error that came before all of them
        return _draw_header(context, items="")
    items = "".join([panel(context, item) for item in shell["header_items"]])
    reads = (
        get_language(),
        shell["theme"],
        tuple((entry["item"], entry["current"]) for entry in shell["navigation"]),
        (user.name, user.username, user.is_staff, shell["avatar_url"]) if user.is_authenticated else None,
    )
    drawn = _headers.get(reads)
    if drawn is None:
        while len(_headers) >= HEADERS_MOST:
            _headers.pop(next(iter(_headers), None), None)  # the oldest; another thread may have been faster
        drawn = _headers[reads] = _draw_header(context, csrf_token=_TOKEN, way_back=_WAY_BACK, items=_ITEMS)
    if _WAY_BACK in drawn:
        drawn = drawn.replace(_WAY_BACK, escape(request.get_full_path()))
    if _TOKEN in drawn:
        drawn = drawn.replace(_TOKEN, form_token(request))
    return SafeString(drawn.replace(_ITEMS, items))


HEADERS_MOST = 2_000
"""Kept headers of a process; each has some kilobytes."""
_headers: dict[object, str] = {}
# Stand-ins of private-use characters, which addresses and tokens cannot hold; the only name in a header is the reader's own.
_TOKEN, _WAY_BACK, _ITEMS = "\ue0f1token\ue0f1", "\ue0f1back\ue0f1", "\ue0f1items\ue0f1"


def _draw_header(context: template.Context, *, items: str, **given: str) -> SafeString:
    engine = context.template.engine  # type: ignore[union-attr]
    with context.push(header_items=SafeString(items), **given):
        return engine.get_template("includes/header.html").render(context)


@register.simple_tag(takes_context=True)
def site_footer(context: template.Context) -> SafeString:
    """The footer, drawn once a language and set of links."""
    whole = hasattr(context.get("request"), "user")  # not the page of an error that came before it
    return _footer(get_language(), tuple(context["shell"]["footer_items"]) if whole else ())


@lru_cache(maxsize=100)
def _footer(language: str | None, items: tuple[NavItem, ...]) -> SafeString:
    return SafeString(render_to_string("includes/footer.html", {"shell": {"footer_items": items}}))


@register.simple_tag
def seal() -> SafeString:
    """The mark of the house, beside its name."""
    return _seal()


@lru_cache(maxsize=1)
def _seal() -> SafeString:
    mark = '<svg class="brand-mark" aria-hidden="true"><use href="{}#seal"></use></svg>'
    return format_html(mark, static("laoyou/icons.svg"))


@register.simple_tag
def icon(name: str, label: str = "", size: str = "") -> SafeString:
    """An icon of the sprite: decorative unless ``label`` says what it means. ``size``: "" (1.25 em) or "l" (2 rem)."""
    return _icon(str(name), str(label), str(size))


@lru_cache(maxsize=1024)  # a topic page asks for the same ten icons two hundred times
def _icon(name: str, label: str, size: str) -> SafeString:
    classes = "icon" + (f" icon-{size}" if size else "") + (" icon-directional" if name in DIRECTIONAL else "")
    address = static("laoyou/icons.svg") + "#" + name
    if label:
        return format_html(
            '<svg class="{}" role="img" aria-label="{}"><use href="{}"></use></svg>', classes, label, address
        )
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}"></use></svg>', classes, address)


@register.simple_tag(takes_context=True)
def panel(context: template.Context, item: Panel) -> SafeString:
    """A slot's panel: its template with its own context on top of the page's, or drawn once when it reads nothing else."""
    if item.kept:
        return _kept_panel(get_language(), item.template, tuple(item.context.items()))
    engine = context.template.engine  # type: ignore[union-attr]  # None only outside of rendering
    with context.push(**item.context):
        return engine.get_template(item.template).render(context)


@lru_cache(maxsize=5_000)
def _kept_panel(language: str | None, name: str, given: tuple[tuple[str, Any], ...]) -> SafeString:
    return render_to_string(name, dict(given))


@register.filter
def initials(name: str) -> str:
    """What stands in an avatar without picture: "Mei Chen" -> "MC", "陈小梅" -> "陈", "ada" -> "A"."""
    words = [word for word in str(name).split() if unicodedata.category(word[0])[0] in "LN"]
    if not words:
        return "·"
    if len(words) > 1 and ord(words[0][0]) < 0x2E80:
        return (words[0][0] + words[-1][0]).upper()
    return words[0][0].upper()


@register.filter
def tint(name: str) -> int:
    """The tint, 1 to 6, of an avatar without picture: the same name always has the same one."""
    return crc32(str(name).encode()) % TINTS + 1


@register.simple_tag
def bar(value: float, maximum: float, kind: str = "jade", label: str = "") -> SafeString:
    """A horizontal bar as inline SVG (no style attribute, so it passes our Content-Security-Policy, and prints).

    ``kind`` is a colour of the palette: jade, cinnabar, indigo or amber. The number itself belongs beside it as text,
    so the bar is decorative unless ``label`` is given.
    """
    share = 0.0 if maximum <= 0 else min(max(value / maximum, 0), 1) * 100
    described = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html(
        '<svg class="bar bar-{}" {}><rect class="bar-track" width="100%" height="100%"></rect>'
        '<rect class="bar-fill" width="{}%" height="100%"></rect></svg>',
        kind,
        described,
        f"{share:.1f}",
    )


@register.filter
def elided(paginator: "Paginator[Any]", number: int) -> list[int | str]:
    """Page numbers to link around page ``number``, with an ellipsis for those left out."""
    return list(paginator.get_elided_page_range(number, on_each_side=2, on_ends=1))
