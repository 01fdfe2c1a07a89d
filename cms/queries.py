"""What the pages show: news of our own, and the life of lower apps. Everything takes the reader."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar, cast

from django.apps import apps
from django.core.cache import cache
from django.core.paginator import Page as PaginatorPage
from django.core.paginator import Paginator
from django.utils.timesince import timesince
from django.utils.translation import get_language
from wagtail.models import Locale, Page, Site

from community import queries as community
from community.access import rights
from community.queries.chat import rooms as community_rooms
from community.queries.live import sessions as community_sessions
from insights import queries as insights
from loyalty import queries as loyalty
from loyalty.access import own_balance
from loyalty.queries import quests as loyalty_quests
from members.access import is_member
from members.queries import MemberCard

if TYPE_CHECKING:
    from cms.models import HomePage, NewsIndexPage, NewsPage
    from members.access import Viewer

NEWS_A_PAGE = 10
REMEMBERED_SECONDS = 60
LATELY = timedelta(days=7)  # for a member whose last visit is not known, as on a new device
SAME_VISIT = timedelta(hours=1)
OVERHEARD = timedelta(days=30)
VOICES = 3
BARE, BARE_CHINESE = 40, 12  # characters
_HAN = re.compile("[\u4e00-\u9fff]")
ENDS_SOON = timedelta(days=45)
Known = TypeVar("Known")


@dataclass(frozen=True)
class Visit:
    """What happened since a member was here. `since` is None when this visit has no earlier one to compare with.

    `stage` is where the relationship stands, "" for those whom we do not notice.
    """

    name: str
    since: datetime | None
    newcomer: bool
    replies: list[community.ReplyFact]
    topics: int
    stage: str
    ago: str


def since_last_visit(*, viewer: "Viewer | None", since: datetime | None, at: datetime) -> Visit | None:
    """The greeting of a member, with who answered them meanwhile; None for guests."""
    if not is_member(viewer):
        return None
    if since is not None and at - since < SAME_VISIT:
        since = None  # a second device a minute later: nothing happened "since"
    newcomer = since is None and at - viewer.date_joined < timedelta(days=1)
    replies = community.replies_to_member_since(member_id=viewer.pk, since=since or at - LATELY, limit=4, viewer=viewer)
    return Visit(
        name=viewer.name,
        since=since,
        newcomer=newcomer,
        replies=replies,
        topics=community.topics_started_since(since=since, viewer=viewer) if since else 0,
        stage=insights.stage(member_id=viewer.pk).stage,
        ago=timesince(since, at, depth=1) if since else "",
    )


def voices(*, at: datetime) -> list[community.Voice]:
    """What strangers may overhear at the door, the words they can read first. The same for all, so remembered for a minute."""
    found = _remembered("voices", lambda: community.liked_most(since=at - OVERHEARD, limit=VOICES * 3))
    chinese = (get_language() or "").startswith("zh")
    return sorted(found, key=lambda voice: (_is_chinese(voice) != chinese, _is_bare(voice)))[:VOICES]


def _is_chinese(voice: community.Voice) -> bool:
    return _HAN.search(voice.excerpt) is not None


def _is_bare(voice: community.Voice) -> bool:
    """Too short to be understood without what was said before."""
    return len(voice.excerpt) < (BARE_CHINESE if _is_chinese(voice) else BARE)


def latest_topics(*, viewer: "Viewer | None", limit: int) -> list[community.TopicCard]:
    """What is being talked about, as far as the reader may see it."""
    return community.latest_topics(viewer_id=viewer.pk if is_member(viewer) else None, limit=limit, viewer=viewer)


def top_members(*, days: int, limit: int, at: datetime) -> list[tuple[MemberCard, int]]:
    """Who gave most to others in the last days. Buying is nobody else's business, so purchases do not count.

    The same for every reader, so remembered for a minute.
    """
    return _remembered(
        f"top-members:{days}:{limit}",
        lambda: loyalty.top_members(limit=limit, since=at - timedelta(days=days), activity_only=True),
    )


def first_steps(*, viewer: "Viewer | None", at: datetime) -> loyalty_quests.QuestBoard | None:
    """A newcomer's first steps, until they are done or put away. Costs nothing for whoever is here longer."""
    if not is_member(viewer):
        return None
    return loyalty_quests.checklist(member_id=viewer.pk, joined=viewer.date_joined, at=at)


def points_of(*, viewer: "Viewer | None", at: datetime) -> dict[str, Any]:
    """A member's balance, tier and nearest reward; for guests the ways to earn and the first rewards."""
    shelf = _remembered("shelf", lambda: loyalty.shelf(member_id=None, at=at))
    if not is_member(viewer):
        return {"ways": _remembered("ways", lambda: loyalty.ways_to_earn(at=at)), "rewards": shelf[:3]}
    balance = own_balance(viewer, at=at)
    # Rewards of higher tiers and those that are gone are the shelf's own business: here stands only what is near.
    near = sorted((one for one in shelf if one.left != 0 and one.state != "later" and not one.tier_name), key=_cost)
    first_missing = next((one.cost - balance.available for one in near if one.cost > balance.available), 0)
    return {
        "balance": balance,
        "ends_soon": balance.expires_at is not None and balance.expires_at - at < ENDS_SOON,
        "missing": first_missing,
        "tier": loyalty.tier(member_id=viewer.pk, at=at),
        "ready": next((one for one in reversed(near) if one.cost <= balance.available), None),
        "next": next((one for one in near if one.cost > balance.available), None),
    }


def next_session(*, viewer: "Viewer | None", at: datetime) -> community_sessions.SessionRow | None:
    """What is live or comes next, for a page that has a reader."""
    if viewer is None:
        return None
    return community_sessions.next_session(viewer=viewer, held=rights(viewer), at=at)


def rooms(*, viewer: "Viewer | None", at: datetime) -> list[community_rooms.RoomRow]:
    """The rooms that the reader may enter and that still live; conversations are nobody's front page."""
    found = community_rooms.rooms(viewer=viewer, at=at) if viewer is not None else []
    return [room for room in found if room.kind != "direct" and room.status != "archived"]


def latest_news(*, page: Page | None, limit: int) -> list["NewsPage"]:
    """The newest news in the language of a page."""
    if page is None:
        return news_of_language(limit=limit)
    return list(_news().live().public().filter(locale_id=page.locale_id).order_by("-day", "-id")[:limit])


def news_page(*, index: "NewsIndexPage", number: str) -> "PaginatorPage[NewsPage]":
    """One page of a list of news; a page that makes no sense is the first."""
    found = _news().live().public().child_of(index).order_by("-day", "-id")
    return Paginator(found, NEWS_A_PAGE).get_page(number)


def news_of_language(*, limit: int) -> list["NewsPage"]:
    """The newest news in the reader's language, else in the site's."""
    for locale in (Locale.get_active(), Locale.get_default()):
        if found := list(_news().live().public().filter(locale=locale).order_by("-day", "-id")[:limit]):
            return found
    return []


@dataclass(frozen=True)
class PublicPage:
    """A page for the map of the site."""

    url: str
    changed: datetime | None


def public_pages() -> list[PublicPage]:
    """The live public pages below the site's home page, with their paths."""
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    if site is None:
        return []
    pages = Page.objects.descendant_of(site.root_page, inclusive=True).live().public().order_by("path")
    start = len(site.root_page.url_path)
    return [PublicPage(f"/{page.url_path[start:]}", page.last_published_at) for page in pages]


def other_homes(*, page: "HomePage") -> list[Page]:
    """The same front page in the other languages."""
    return list(page.get_translations().live().specific())


def _news() -> Any:
    return _model("NewsPage").objects.all()


def _model(name: str) -> Any:
    # The models' blocks import these queries, so the models are asked for by name.
    return apps.get_model("cms", name)


def _cost(reward: loyalty.RewardCard) -> int:
    return reward.cost


def _remembered(name: str, make: Callable[[], Known]) -> Known:
    """What is the same for every reader of a language, kept for a minute; asked again when the cache is away."""
    found: Any = cache.get_or_set(f"cms:{name}:{get_language()}", make, REMEMBERED_SECONDS)
    return cast(Known, found)
