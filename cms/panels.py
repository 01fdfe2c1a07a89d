"""What the pages show in the pages of lower apps."""

from collections.abc import Callable

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from members.slots import NavItem


def footer(label: str | Promise, path: str, order: int) -> Callable[..., NavItem]:
    """A link to a first page. By its address, not by its row: the foot of every page must cost no statement."""

    def item(*, request: HttpRequest) -> NavItem:
        return NavItem(str(label), path, order=order)

    return item


FOOTER = [
    footer(_("News"), "/news/", 10),
    footer(_("House guide"), "/guide/", 20),
    footer(_("Privacy"), "/privacy/", 30),
]
