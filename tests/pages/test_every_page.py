"""Every page of the running demonstration in a real browser: phone and desk, light and dark, English and Chinese.

Nothing in the console, no foreign request, no sideways scroll, one heading, the right language, nothing for axe to say.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, BrowserContext, Page

from tests.house import House
from tests.pages.addresses import Address, every_address

pytestmark = [pytest.mark.browser, pytest.mark.slow]

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# What a page looks like a frame after it was loaded, asked at once: every question is a way to the browser and back.
# The console hides what is wider than its page: nobody could reach it.
FORM = """async () => {
  await new Promise(resolve => requestAnimationFrame(resolve));
  const root = document.documentElement;
  const hidden = [...document.querySelectorAll('main .nice-padding')].map(one => one.scrollWidth - one.clientWidth);
  return {
    headings: document.querySelectorAll('h1').length,
    title: document.title,
    lang: root.lang,
    wide: Math.max(root.scrollWidth - root.clientWidth, ...hidden),
  };
}"""
# Only what is wrong is told: the places of all that is right take axe longer than its rules do.
ASK_AXE = """async ([context, options]) => {
  const found = await axe.run(context ?? document, {...options, resultTypes: ['violations']});
  return found.violations.map(one => ({id: one.id, count: one.nodes.length, html: one.nodes[0].html}));
}"""

# Who looks at each page of ours. A page that is missing here fails the test.
PAGES: Mapping[str, tuple[str, ...]] = {
    "": ("guest", "member"),
    "forum/": ("guest", "member", "moderator"),
    "forum/new/": ("member",),
    "b/<str:slug>/": ("guest", "member"),
    "b/<str:slug>/new/": ("member",),
    "t/<topic:address>/": ("guest", "member", "moderator"),
    "t/<topic:address>/<int:number>/": ("guest",),
    "t/<topic:address>/<int:number>/edit/": ("moderator",),
    "t/<topic:address>/remove/": ("moderator",),
    "t/<topic:address>/moderate/": ("moderator",),
    "t/<topic:address>/split/": ("moderator",),
    "t/<topic:address>/merge/": ("moderator",),
    "t/<topic:address>/tags/": ("member",),
    "t/<topic:address>/<int:number>/history/": ("guest",),
    "t/<topic:address>/<int:number>/reactions/": ("member",),
    "t/<topic:address>/<int:number>/replies/": ("guest", "member"),
    "t/<topic:address>/<int:number>/flag/": ("manager",),
    "forum/topics/": ("guest", "member"),
    "forum/topics/<list:name>/": ("member",),
    "forum/my-posts/": ("member",),
    "forum/people/": ("member",),
    "forum/keys/": ("guest", "member"),
    "b/<str:slug>/list/<list:name>/": ("member",),
    "b/<str:slug>/ideas/": ("guest",),
    "tags/": ("guest", "member"),
    "tag/<str:slug>/": ("guest", "member"),
    "tag/<str:slug>/list/<list:name>/": ("member",),
    "bookmarks/": ("member",),
    "bookmarks/<str:public_id>/": ("member",),
    "drafts/": ("member",),
    "notices/": ("member", "moderator"),
    "trust/": ("guest", "member"),
    "badges/": ("guest", "member"),
    "badges/<slug:code>/": ("member",),
    "groups/": ("member",),
    "groups/<slug:slug>/": ("member",),
    "members/": ("member",),
    "members/<str:username>/topics/": ("member",),
    "members/<str:username>/replies/": ("guest",),
    "members/<str:username>/reactions/": ("member",),
    "members/<str:username>/badges/": ("guest",),
    "members/<str:username>/flag/": ("manager",),
    "settings/people/": ("member",),
    "settings/stop/<str:token>/": ("guest",),
    "settings/reading/": ("member",),
    "standing/": ("member",),
    "review/": ("moderator",),
    "review/<str:public_id>/": ("moderator",),
    "admin/review/": ("moderator", "manager"),
    "admin/review/<str:public_id>/": ("manager",),
    "admin/review/log/": ("manager",),
    "admin/review/people/": ("manager",),
    "admin/review/people/<str:public_id>/": ("manager",),
    "admin/review/words/": ("manager",),
    "admin/trust/": ("manager",),
    "admin/trust/<str:public_id>/": ("manager",),
    "chat/": ("guest", "member"),
    "chat/<str:slug>/": ("guest", "member"),
    "chat/<str:slug>/<int:seq>/": ("moderator",),
    "chat/<str:slug>/<int:seq>/thread/": ("member",),
    "chat/<str:slug>/days/": ("guest",),
    "chat/<str:slug>/days/<day:on>/": ("guest",),
    "chat/<str:slug>/pins/": ("member",),
    "chat/<str:slug>/<int:seq>/reactions/": ("member",),
    "chat/<str:slug>/<int:seq>/revisions/": ("member",),
    "chat/<str:slug>/people/": ("guest", "member"),
    "chat/<str:slug>/settings/": ("manager",),
    "chat/<str:slug>/level/": ("member",),
    "chat/<str:slug>/leave/": ("member",),
    "chat/<str:slug>/transcript/": ("moderator",),
    "chat/new/": ("member", "manager"),
    "chat/direct/": ("member",),
    "chat/direct/new/": ("member",),
    "chat/threads/": ("member",),
    "admin/rooms/": ("manager",),
    "live/": ("guest", "member", "manager"),
    "live/new/": ("manager",),
    "live/calendar/": ("member",),
    "live/series/": ("manager",),
    "live/series/<str:public_id>/": ("manager",),
    "live/<str:public_id>/": ("member", "manager"),
    "live/<str:public_id>/edit/": ("manager",),
    "live/<str:public_id>/cancel/": ("manager",),
    "live/<str:public_id>/room/": ("member", "manager"),
    "live/<str:public_id>/room/questions/<str:question_id>/flag/": ("manager",),
    "live/<str:public_id>/summary/": ("guest", "member", "manager"),
    "search/": ("guest", "member"),
    "members/<str:username>/": ("guest", "member"),
    "settings/profile/": ("member",),
    "settings/birthday/": ("member",),
    "settings/seasons/": ("member",),
    "settings/again/": ("keyless",),
    "settings/privacy/scoring/": ("member",),
    "preferences/": ("member",),
    "settings/notifications/": ("member",),
    "preferences/<str:token>/": ("guest",),
    "u/<str:token>/": ("guest",),
    "points/": ("member",),
    "points/tier/": ("member",),
    "points/statement/": ("member",),
    "seasons/": ("member",),
    "seasons/<slug:public_id>/": ("member",),
    "admin/seasons/": ("manager",),
    "admin/seasons/new/": ("manager",),
    "admin/seasons/<slug:public_id>/": ("manager",),
    "points/send/": ("member",),
    "rewards/": ("guest", "member"),
    "rewards/<slug:public_id>/": ("member",),
    "rewards/claimed/<slug:public_id>/": ("member",),
    "codes/": ("member",),
    "quests/": ("member",),
    "admin/quests/": ("manager",),
    "admin/quests/new/": ("manager",),
    "admin/quests/ladder/": ("manager",),
    "admin/quests/edit/<slug:code>/": ("manager",),
    "gifts/<slug:public_id>/": ("member",),
    "gifts/link/<slug:token>/": ("guest", "member"),
    "admin/loyalty/desk/": ("manager",),
    "admin/loyalty/codes/<int:pool_id>/": ("manager",),
    "invite/": ("member",),
    "care/": ("member",),
    "care/<str:public_id>/": ("member",),
    "accounts/login/": ("guest",),
    "accounts/signup/": ("guest",),
    "accounts/inactive/": ("guest",),
    "accounts/password/reset/": ("guest",),
    "accounts/password/reset/done/": ("guest",),
    "accounts/password/reset/key/done/": ("guest",),
    r"accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": ("guest",),
    "accounts/login/code/": ("guest",),
    "accounts/logout/": ("member",),
    "accounts/email/": ("member",),
    "accounts/password/change/": ("member",),
    "accounts/sessions/": ("member",),
    "accounts/2fa/": ("member",),
    "accounts/2fa/webauthn/": ("member",),
    "setup/done/": ("owner",),
    "dev/mail/": ("guest",),
    "styleguide/": ("guest",),
    r"^((?:[\w\-]+/)*)$": ("guest", "member"),
    "admin/api-keys/": ("manager",),
    "admin/sign-in/": ("manager",),
    "accounts/3rdparty/": ("member",),
    "accounts/3rdparty/login/cancelled/": ("guest",),
    "admin/webhooks/": ("manager",),
    "admin/shops/": ("manager",),
    "admin/shops/connect/<str:kind>/": ("manager",),
    "admin/shops/<str:public_id>/": ("manager",),
    "admin/shops/<str:public_id>/settings/": ("manager",),
    "admin/shops/<str:public_id>/secret/": ("manager",),
    "admin/shops/<str:public_id>/messages/<str:message_id>/": ("manager",),
    "admin/webhooks/<str:public_id>/": ("manager",),
    "admin/win-back/": ("manager",),
    "admin/win-back/new/": ("manager",),
    "admin/win-back/count/": (),
    "admin/win-back/<str:public_id>/edit/": ("manager",),
    "admin/win-back/<str:public_id>/preview/": ("manager",),
    "admin/win-back/<str:public_id>/start/": ("manager",),
    "admin/win-back/<str:public_id>/members/": ("manager",),
    "admin/tiers/": ("manager",),
    "admin/tiers/grace/": ("manager",),
    "admin/tiers/member/<slug:public_id>/": ("manager",),
    "points/statement/<slug:handle>/": ("member",),
    "points/rules/<slug:code>/<int:version>/": ("member",),
    "admin/points/why/<slug:handle>/": ("manager",),
    "admin/points/rates/": ("manager",),
    "admin/points/rules/<slug:code>/": ("manager",),
    "admin/points/drafts/": ("manager",),
    "admin/points/drafts/<slug:public_id>/": ("manager",),
    "admin/points/drafts/<slug:public_id>/rule/": ("manager",),
    "admin/points/drafts/<slug:public_id>/rule/<slug:code>/": ("manager",),
    "admin/points/drafts/<slug:public_id>/tiers/": ("manager",),
    "admin/points/drafts/<slug:public_id>/expiry/": ("manager",),
    "admin/points/trials/<slug:public_id>/": ("manager",),
    "admin/points/promises/": ("manager",),
    "admin/care/": ("manager",),
    "admin/care/<str:public_id>/": ("manager",),
    "admin/customers/": ("manager",),
    "admin/customers/people/": ("manager",),
    "admin/customers/<str:public_id>/": ("manager",),
    "admin/mail-limits/": ("manager",),
    "admin/events/": ("owner",),
}

# Pages that stand for something else than others with the same noun.
INSTEAD: Mapping[str, Mapping[str, str]] = {"live/<str:public_id>/summary/": {"session": "session_over"}}

# What is no page: only a button's target, a way to somewhere else, data, a step inside of another one's flow.
NO_PAGES = re.compile(
    r"^(points/statement.csv$|seasons/choice/|admin/tiers/find/|admin/points/(drafts/<slug:public_id>/act|promises/(csv|rows))/|quests/(guide|first-steps|gifts/<slug:public_id>)/|rewards/claimed/<slug:public_id>/(address|friend|cancel)/|admin/loyalty/desk/(addresses/|<)|health/|favicon|language/$|line/$|sw.js|settings/notifications/(pause|devices)/|documents/|settings/(picture/)?$|setup/<|forum/preview/|i/<|api/v1/|news/feed/|robots|sitemap|manifest"
    r"|media/|_util/|care/<str:public_id>/close|admin/api-keys/<|admin/webhooks/<str:public_id>/<|admin/shops/<str:public_id>/(do/|messages/<str:message_id>/<)|admin/sign-in/(services|clients)/|accounts/(oidc|social|3rdparty/(signup|login/error))/|sign-in/|identity/|.well-known/|\^\(\?P<provider_id|admin/care/<str:public_id>/(close|points)"
    r"|t/<topic:address>/(reply|level|bookmark|view|vote|event|feed)/|t/<topic:address>/event.ics|[a-z]+/<str:slug>/(level|feed)/"
    r"|t/<topic:address>/<int:number>/(remove|restore|accept|bookmark|hidden|poll|quote|react|unread|wiki)/|forum/(feed|sitemap-|dismiss)"
    r"|forum/(reading|emoji)/|b/<str:slug>/list/latest/|badges/wear/|groups/<slug:slug>/<str:act>/|members/<str:username>/level/"
    r"|bookmarks/<str:public_id>/remove/|drafts/(discard|one|resume|save)/|notices/(read/|<)|uploads/|standing/<|(admin/)?review/<str:public_id>/(claim|decide|undo)/"
    r"|admin/review/(people/<str:public_id>/note/|sanctions/|words/<)|admin/trust/group/|chat/<str:slug>/<int:seq>/(bookmark|flag)/"
    r"|chat/<str:slug>/(hide|invite|join|remove-many|people/<str:username>)/|live/(sitemap|calendar.ics|calendar/<|series/<str:public_id>/calendar)"
    r"|live/<str:public_id>/(answers/|calendar|rsvp/|move/|room/(drops|here|host|join|leave|polls|say|state)/|room/questions/(<str:question_id>/)?$)"
    r"|\^[ct]/\(\?P<|view(topic|forum)\.php"
    r"|search/(similar|people|tags)/|chat/<str:slug>/(messages|read/|pace/|<int:seq>/(remove|react/|pin/|restore/|unread/|follow/|thread/(messages|read/|follow/)))|admin/win-back/(count/|<str:public_id>/(move/|preview/mail/|$))"
    r"|accounts/(reauthenticate|confirm-email|password/set|login/code/confirm|2fa/(authenticate|reauthenticate|totp/"
    r"|recovery-codes|webauthn/(add|reauthenticate|keys|login))))"
)

# A few of Wagtail's and Django's own pages with our things in them.
CONSOLE: Mapping[str, tuple[str, ...]] = {
    "admin/": ("moderator", "manager", "owner"),
    "admin/pages/": ("manager",),
    "admin/pages/<int:page_id>/edit/": ("manager",),
    "admin/loyalty/books/": ("manager",),
    "admin/loyalty/corrections/": ("manager",),
    "admin/snippets/loyalty/currency/": ("manager",),
    "admin/snippets/loyalty/reward/": ("manager",),
    "admin/snippets/loyalty/reward/add/": ("manager",),
    "admin/snippets/loyalty/order/": ("manager",),
    "admin/snippets/community/board/": ("owner",),
    "admin/invitations/": ("manager",),
    "django-admin/": ("owner",),
    "django-admin/members/user/": ("owner",),
}


@dataclass(frozen=True)
class Way:
    """One way to look: how wide, how bright, in which language."""

    width: int
    scheme: str
    locale: str

    @property
    def lang(self) -> str:
        return "zh-hans" if self.locale == "zh-CN" else "en"


WAYS = (Way(390, "light", "zh-CN"), Way(1280, "dark", "en"), Way(390, "dark", "en"), Way(1280, "light", "zh-CN"))
WITH_AXE = WAYS[:2]


@dataclass
class Site:
    house: House
    nouns: dict[str, str]
    sessions: dict[str, str]


@dataclass
class Look:
    """One role in one browser window; what was wrong is collected."""

    site: Site
    browser: Browser
    role: str
    way: Way
    faults: list[str] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)

    def __enter__(self) -> "Look":
        way = self.way
        self.context: BrowserContext = self.browser.new_context(
            viewport={"width": way.width, "height": 844}, color_scheme=way.scheme, locale=way.locale,  # type: ignore[arg-type]
            is_mobile=way.width < 500, reduced_motion="reduce",
        )  # fmt: skip
        if self.role in self.site.sessions:
            cookie = {"name": "sessionid", "value": self.site.sessions[self.role], "url": self.site.house.url}
            self.context.add_cookies([cookie])  # type: ignore[list-item]
        self.page: Page = self.context.new_page()
        self.page.on(
            "console", lambda message: message.type in ("error", "warning") and self.heard.append(message.text)
        )
        self.page.on("pageerror", lambda error: self.heard.append(str(error)))
        self.page.on("request", self._follow)
        return self

    def __exit__(self, *_problem: object) -> None:
        self.context.close()

    def _follow(self, request: Any) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.hostname != "localhost":
            self.heard.append(f"asked {parts.hostname}")

    def at(self, path: str, *, status: int = 200, ours: bool = True) -> None:
        self.heard.clear()
        faults: list[str] = []
        answer = self.page.goto(self.site.house.url + path, wait_until="load")
        assert answer is not None
        if answer.status != status:
            faults.append(f"answers {answer.status}")
        if self.page.url.partition("?")[0] != self.site.house.url + path.partition("?")[0]:
            faults.append(f"led to {self.page.url}")
        if ours:
            faults += self._form()
        faults += self.heard if status == 200 else [fault for fault in self.heard if "status of" not in fault]
        self.faults += [
            f"{self.role} {self.way.width} {self.way.scheme} {self.way.lang} {path}: {fault}" for fault in faults
        ]

    def _form(self) -> Iterator[str]:
        page, console = self.page, urlsplit(self.page.url).path.startswith("/admin/")
        form = page.evaluate(FORM)
        # The style guide shows what a heading looks like.
        wanted = 2 if page.url.endswith("/styleguide/") else 1
        if form["headings"] != wanted:
            yield f"{form['headings']} h1"
        if not form["title"].strip():
            yield "no title"
        if form["lang"] != self.way.lang:
            yield f"lang is {form['lang']}"
        if form["wide"] > 0:
            yield f"scrolls sideways by {form['wide']}"
        if self.way in WITH_AXE:
            page.evaluate(AXE_SCRIPT)
            for violation in page.evaluate(ASK_AXE, ["main" if console else None, {"runOnly": RULES}]):
                yield f"axe {violation['id']} × {violation['count']}: {violation['html'][:160]}"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    house = House(home=tmp_path_factory.mktemp("pages") / "home")
    house.start(demo=True, LAOYOU_LIMITS="off")  # nobody looks at so many pages in so short a time
    told = house.manage("shell", "-v", "0", "-c", (Path(__file__).with_name("cast.py")).read_text())
    cast = json.loads(told.splitlines()[-1])
    yield Site(house, {"word": "nothing", **cast["nouns"]}, cast["sessions"])
    house.stop()


def test_no_page_is_forgotten() -> None:
    routes = {address.route for address in every_address() if address.ours}
    forgotten = sorted(route for route in routes if route not in PAGES and not NO_PAGES.search(route))
    assert not forgotten, f"Say in tests/pages/test_every_page.py who looks at {forgotten}"
    gone = (set(PAGES) - {""} - routes) | (set(CONSOLE) - {address.route for address in every_address()})
    assert not gone, f"These are addresses no longer: {sorted(gone)}"


@pytest.mark.parametrize("way", WAYS, ids=lambda way: f"{way.width}-{way.scheme}-{way.lang}")
def test_every_page(site: Site, chromium: Browser, way: Way) -> None:
    addresses = {address.route: address for address in every_address()}
    faults: list[str] = []
    for role in ("guest", "member", "keyless", "moderator", "manager", "owner"):
        with Look(site, chromium, role, way) as look:
            for route, path in _paths(addresses, {**PAGES, **CONSOLE}, role, site):
                look.at(path, ours=route not in CONSOLE)
            if role in ("guest", "member"):
                look.at("/b/there-is-no-such-board/", status=404)
                look.at("/search/?q=tea+%E8%8C%B6")
                look.at("/search/?q=in:nowhere")
        faults += look.faults
    assert not faults, f"{len(faults)}:\n" + "\n".join(faults)


def _paths(addresses: Mapping[str, Address], pages: Mapping[str, tuple[str, ...]], role: str, site: Site) -> Iterator[tuple[str, str]]:  # fmt: skip
    for route, roles in pages.items():
        if role in roles:
            instead = {noun: site.nouns[other] for noun, other in INSTEAD.get(route, {}).items()}
            yield route, addresses[route].path(site.nouns, **instead) if route else "/"
