"""Every address pattern of the site, and how to write one with real, hidden or absent things in it.

A pattern without an entry here has no case, which fails the tests: a new page cannot be forgotten.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.apps import apps
from django.urls import get_resolver
from django.urls.resolvers import URLPattern, URLResolver

OURS = re.compile(
    r"^(?!admin/|django-admin/)|^admin/(api-keys|webhooks|shops|sign-in|win-back|care|customers|mail-limits|events|review|trust|rooms|quests|tiers|seasons|points|loyalty/(codes|desk))/"
)
"""Patterns of our own pages; the rest of the console comes from Wagtail and Django."""

_PART = re.compile(r"<(?:\w+:)?(\w+)>")

# Which noun of a `World` stands in which part: the first matching beginning wins.
_NOUNS: tuple[tuple[str, Mapping[str, str]], ...] = (
    ("members/", {"username": "username"}),
    ("groups/", {"slug": "group", "act": "group_act"}),
    ("badges/", {"code": "badge"}),
    ("setup/", {"token": "setup"}),
    ("preferences/", {"token": "mail_link"}),
    ("media/", {"path": "media"}),
    ("u/", {"token": "mail_link"}),
    ("b/", {"slug": "board", "name": "list"}),
    ("tag/", {"slug": "tag", "name": "list"}),
    ("forum/topics/", {"name": "list"}),
    ("bookmarks/", {"public_id": "bookmark"}),
    ("t/", {"address": "topic", "number": "post"}),
    ("live/calendar/", {"key": "word"}),
    ("live/series/", {"public_id": "series"}),
    ("live/", {"public_id": "session", "question_id": "question", "poll_id": "poll", "drop_id": "drop"}),
    ("chat/", {"slug": "room", "seq": "message", "username": "username", "on": "day"}),
    ("seasons/", {"public_id": "season"}),
    ("admin/seasons/", {"public_id": "season"}),
    ("points/statement/", {"handle": "line"}),
    ("points/rules/", {"code": "earning_rule", "version": "number"}),
    ("admin/points/drafts/", {"public_id": "draft", "code": "earning_rule"}),
    ("admin/points/trials/", {"public_id": "trial"}),
    ("admin/points/", {"handle": "line", "code": "earning_rule"}),
    ("rewards/claimed/", {"public_id": "redemption"}),
    ("rewards/", {"public_id": "reward"}),
    ("quests/gifts/", {"public_id": "ladder_gift"}),
    ("admin/quests/edit/", {"code": "quest"}),
    ("gifts/link/", {"token": "gift_link"}),
    ("gifts/", {"public_id": "gift"}),
    ("admin/loyalty/codes/", {"pool_id": "code_list"}),
    ("admin/loyalty/desk/", {"public_id": "redemption"}),
    ("admin/loyalty/corrections/", {"public_id": "adjustment"}),
    ("i/", {"code": "invitation"}),
    ("forum/sitemap-", {"number": "number"}),
    ("notices/", {"public_id": "notice"}),
    ("settings/notifications/", {"public_id": "word"}),
    ("settings/stop/", {"token": "stop_link"}),
    ("review/", {"public_id": "item"}),
    ("standing/", {"token": "word"}),
    ("care/", {"public_id": "case"}),
    ("api/v1/orders/", {"order_id": "order"}),
    ("api/v1/members/", {"ref": "person", "line": "line"}),
    ("api/v1/earning-rules/", {"code": "earning_rule"}),
    ("api/v1/rewards/", {"reward_id": "reward"}),
    ("api/v1/redemptions/", {"redemption_id": "redemption"}),
    ("api/v1/coupons/", {"code": "word"}),
    ("api/v1/adjustments/", {"adjustment_id": "word"}),
    ("api/v1/transfers/", {"transfer_id": "word"}),
    ("api/v1/problems/", {"code": "problem"}),
    ("accounts/2fa/webauthn/", {"pk": "number"}),
    ("documents/authenticate", {"restriction_id": "number"}),
    ("_util/", {"page_view_restriction_id": "number", "page_id": "page"}),
    ("admin/win-back/", {"public_id": "campaign"}),
    ("admin/review/people/", {"public_id": "customer"}),
    ("admin/review/sanctions/", {"public_id": "sanction"}),
    ("admin/review/words/", {"rule_id": "number"}),
    ("admin/review/", {"public_id": "item"}),
    ("admin/care/", {"public_id": "case"}),
    ("admin/customers/", {"public_id": "customer"}),
    ("admin/trust/", {"public_id": "customer"}),
    ("admin/tiers/", {"public_id": "customer"}),
    ("admin/api-keys/", {"key_id": "key"}),
    (
        "admin/shops/<str:public_id>/messages/",
        {"public_id": "shop", "message_id": "shop_message", "act": "shop_replay"},
    ),
    ("admin/shops/", {"kind": "shop_kind", "public_id": "shop", "act": "shop_act"}),
    ("api/v1/shops/", {"public_id": "shop"}),
    ("admin/webhooks/", {"public_id": "webhook", "act": "webhook_act"}),
    ("admin/sign-in/", {"slug": "service", "client_id": "word"}),
    ("accounts/oidc/", {"provider_id": "service"}),
    ("sign-in/with/", {"slug": "service"}),
)

# Parts that mean the same wherever they stand in the console.
_CONSOLE: Mapping[str, str] = {
    "parent_page_id": "parent_page", "page_id": "page", "page_to_move_id": "page", "destination_id": "parent_page",
    "page_pk": "page", "revision_id": "revision", "task_id": "number", "task_state_id": "number",
    "workflow_state_id": "number", "workflow_pk": "number", "session_id": "number", "collection_id": "collection",
    "restriction_id": "number", "redirect_id": "number", "document_id": "document", "doc_id": "document",
    "image_id": "image", "uploaded_file_id": "number", "content_type_id": "content_type",
    "content_type_app_name": "page_app", "content_type_model_name": "page_model", "app_label": "app",
    "model_name": "model", "app_name": "app", "action_name": "act", "action": "act", "filter_spec": "filter",
    "uidb64": "word", "token": "word", "url": "word",
}  # fmt: skip
_SETTINGS = {"app_name": "settings_app", "model_name": "settings_model", "pk": "site"}

# Patterns that are regular expressions, written by hand.
_WRITTEN: Mapping[str, str] = {
    r"documents/^(\d+)/(.*)$": "documents/<document>/<file>",
    r"accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": "accounts/password/reset/key/<word>-<word>/",
    r"^((?:[\w\-]+/)*)$": "<page_path>",
    r"^t/(?P<slug>[^/]+)/(?P<old>\d{1,9})/?$": "t/<word>/<number>",
    r"^t/(?P<slug>[^/]+)/(?P<old>\d{1,9})/(?P<number>\d{1,9})/?$": "t/<word>/<number>/<number>",
    r"^t/(?P<old>\d{1,9})/?$": "t/<number>",
    r"accounts/oidc/^(?P<provider_id>[^/]+)/login/": "accounts/oidc/<word>/login/",
    r"accounts/oidc/^(?P<provider_id>[^/]+)/login/callback/": "accounts/oidc/<word>/login/callback/",
    r"^c/(?P<path>[^?]+?)/(?P<old>\d{1,9})/?$": "c/<word>/<number>",
    r"django-admin/(?P<url>.*)$": "django-admin/<word>",
    r"admin/^.*/$": "admin/<word>/",
}


@dataclass(frozen=True)
class Address:
    """One pattern: `route` as the resolver writes it, `parts` as (part, noun)."""

    route: str
    name: str
    template: str
    parts: tuple[tuple[str, str], ...]
    model: str = ""

    @property
    def ours(self) -> bool:
        return bool(OURS.search(self.route))

    @property
    def nouns(self) -> tuple[str, ...]:
        return tuple(noun for _part, noun in self.parts)

    def path(self, values: Mapping[str, str], **instead: str) -> str:
        """The path with a world's nouns in it; `instead` gives other values for single nouns."""
        known = {**values, **instead}
        if self.model:
            known["row"] = instead.get("row") or _first_row(self.model)
        text = self.template
        for part, noun in self.parts:
            text = re.sub(rf"<(?:\w+:)?{part}>", lambda _match, noun=noun: known[noun], text)  # type: ignore[misc]
        return "/" + text


def every_address() -> list[Address]:
    """All patterns, each with its case; AssertionError names those that have none."""
    found, without = [], []
    for route, name in _walk(get_resolver().url_patterns):
        address = _address(route, name)
        if address is None:
            without.append(route)
        else:
            found.append(address)
    assert not without, f"Say in tests/pages/addresses.py what stands in these new addresses: {without}"
    return found


def _walk(patterns: "list[URLPattern | URLResolver]", before: str = "", space: str = "") -> Iterator[tuple[str, str]]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _walk(pattern.url_patterns, route, inner)
        else:
            yield route, space + (pattern.name or "")


def _address(route: str, name: str) -> Address | None:
    template = _template(route)
    if template is None:
        return None
    parts = []
    nouns = next((nouns for start, nouns in _NOUNS if route.startswith(start)), {})
    if route.startswith("admin/settings/"):
        nouns = _SETTINGS
    model = _model_of(route)
    for part in dict.fromkeys(_PART.findall(template)):
        if route in _WRITTEN:
            noun = part
        elif part in ("pk", "object_id") and model:
            noun = "row"
        else:
            noun = nouns.get(part) or (_CONSOLE.get(part) if not OURS.search(route) else None)  # type: ignore[assignment]
        if noun is None:
            return None
        parts.append((part, noun))
    return Address(
        route, name, template, tuple(parts), model if ("pk", "row") in parts or ("object_id", "row") in parts else ""
    )


def _template(route: str) -> str | None:
    """The route with only <parts> in it, or None when it is a regular expression nobody wrote out."""
    if route in _WRITTEN:
        return _WRITTEN[route]
    if route.startswith("django-admin/^(?P<app_label>"):
        return "django-admin/members/"
    if "/revisions/compare/" in route:
        return "admin/pages/<page_id>/revisions/compare/earliest...latest/"
    plain = route.replace("^", "").replace("$", "")
    return None if set(plain) & set("()\\+*?[]|") else plain


_MODELS = (
    (r"^admin/snippets/(?:choose/)?(\w+)/(\w+)/", r"\1.\2"),
    (r"^django-admin/(\w+)/(\w+)/", r"\1.\2"),
    (r"^admin/invitations/", "referrals.Referral"),
    (r"^admin/invitation-terms/", "referrals.Program"),
    (r"^admin/sites/", "wagtailcore.Site"),
    (r"^admin/users/", "members.User"),
    (r"^admin/groups/", "auth.Group"),
    (r"^admin/locales/", "wagtailcore.Locale"),
    (r"^admin/collections/", "wagtailcore.Collection"),
    (r"^admin/workflows/tasks/", "wagtailcore.Task"),
    (r"^admin/workflows/", "wagtailcore.Workflow"),
    (r"^admin/(documents|api/main/\^documents)/", "cms.SiteDocument"),
    (r"^admin/(images|api/main/\^images)/", "cms.SiteImage"),
    (r"^admin/api/main/\^pages/", "wagtailcore.Page"),
    (r"^admin/translation/submit/snippet/", "loyalty.Reward"),
    (r"^django-admin/r/", "members.User"),
    (r"^admin/editing-sessions/", "wagtailcore.Page"),
)


def _model_of(route: str) -> str:
    if OURS.search(route):
        return ""
    for pattern, model in _MODELS:
        match = re.match(pattern, route)
        if match:
            return match.expand(model)
    return ""


def _first_row(model: str) -> str:
    row = apps.get_model(model)._default_manager.order_by("-pk").first()
    return str(row.pk) if row else "1"
