"""The shelf of rewards as one member sees it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth import get_user_model
from django.contrib.postgres.expressions import ArraySubquery
from django.core.files.storage import default_storage
from django.db.models import Count, OuterRef, Q, QuerySet, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from loyalty.models import Coupon, Redemption, Reward
from loyalty.queries.points import balance
from loyalty.queries.tiers import NO_BENEFITS, Benefits, benefits_of


@dataclass(frozen=True)
class RewardCard:
    """A reward as one member sees it. `state` is open, short (`missing` points), tier, group, limit, later or out.

    `left` None: as many as anybody wants. `opens_at` is when it opens for this member. `donated` is what all gave together,
    in points. `early`: this member may claim it before the others.
    """

    id: int
    public_id: str
    name: str
    description: str
    kind: str
    kind_label: str
    cost: int
    left: int | None
    state: str
    missing: int
    tier_name: str
    starts_at: datetime | None
    ends_at: datetime | None
    category: str = ""
    picture_url: str = ""
    picture_small_url: str = ""
    picture_alt: str = ""
    how_to_use: str = ""
    terms: str = ""
    per_member: int | None = None
    taken: int = 0
    opens_at: datetime | None = None
    early: bool = False
    return_days: int = 0
    gives_name: str = ""
    gift_days: int = 0
    donated: int = 0
    donors: int = 0
    goal: int | None = None
    perk: str = ""
    facts: tuple[str, ...] = ()


def shelf(*, member_id: int | None, at: datetime, available: int | None = None) -> list[RewardCard]:
    """Everything on offer or announced, in the owner's order. Guests see it too.

    `available`: the member's points, when the caller has asked for them already.
    """
    return _cards(list(_offered(at)), member_id, at, available)


def reward(*, public_id: str, member_id: int | None, at: datetime, available: int | None = None) -> RewardCard | None:
    """One reward of the shelf."""
    cards = _cards(list(_offered(at).filter(public_id=public_id)), member_id, at, available)
    return cards[0] if cards else None


def _offered(at: datetime) -> "QuerySet[Reward]":
    """With the groups that each is kept for, in the same statement."""
    kept_for = Reward.groups.through.objects.filter(reward_id=OuterRef("pk")).values("group_id")
    return (
        Reward.objects.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at), active=True)
        .select_related("min_tier", "gives", "badge", "group")
        .annotate(kept_for=ArraySubquery(kept_for))
    )


@dataclass(frozen=True)
class _Seen:
    """What decides what a member may claim, asked once for the whole shelf."""

    available: int
    benefits: Benefits
    taken: "Counter[int]"
    closed: frozenset[int]
    in_pool: dict[int, int]
    given: dict[int, tuple[int, int]]


def _cards(rows: list[Reward], member_id: int | None, at: datetime, available: int | None = None) -> list[RewardCard]:
    taken: Counter[int] = Counter()
    benefits = NO_BENEFITS
    if member_id is not None:
        if available is None:
            available = balance(member_id=member_id, at=at).available
        benefits = benefits_of(member_ids=[member_id])[member_id]
        taken.update(
            Redemption.objects.filter(member_id=member_id, slot__isnull=False).values_list("reward_id", flat=True)
        )
    seen = _Seen(
        available=available or 0, benefits=benefits, taken=taken, closed=_closed(rows, member_id), in_pool=_in_pools(rows),
        given=_given(rows),
    )  # fmt: skip
    return [_card(row, seen, at) for row in rows]


def _closed(rows: Iterable[Reward], member_id: int | None) -> frozenset[int]:
    """Which of these are kept for groups that the member is not in."""
    wanted = {row.pk: set(kept) for row in rows if (kept := getattr(row, "kept_for", ()))}
    if not wanted:
        return frozenset()
    mine = set(
        get_user_model().objects.filter(id=member_id).exclude(groups=None).values_list("groups", flat=True)
        if member_id is not None
        else ()
    )
    return frozenset(reward_id for reward_id, groups in wanted.items() if not groups & mine)


def _in_pools(rows: Iterable[Reward]) -> dict[int, int]:
    pools = {row.pool_id for row in rows if row.kind == Reward.Kind.COUPON_POOL and row.pool_id is not None}
    if not pools:
        return {}
    free = Coupon.objects.filter(pool_id__in=pools, state=Coupon.State.FREE).values("pool_id")
    return {pool: 0 for pool in pools} | dict(free.annotate(count=Count("id")).values_list("pool_id", "count"))


def _given(rows: Iterable[Reward]) -> dict[int, tuple[int, int]]:
    """What was given together to each donation: points and people."""
    ids = [row.pk for row in rows if row.kind == Reward.Kind.DONATION]
    if not ids:
        return {}
    sums = (
        Redemption.objects.filter(reward_id__in=ids)
        .exclude(state__in=Redemption.UNDONE)
        .values("reward_id")
        .annotate(points=Sum("cost"), people=Count("member_id", distinct=True))
    )
    return {one["reward_id"]: (one["points"], one["people"]) for one in sums}


def _card(row: Reward, seen: _Seen, at: datetime) -> RewardCard:
    left = _left(row, seen)
    early = timedelta(hours=seen.benefits.early_hours if row.early_access else 0)
    opens = row.starts_at - early if row.starts_at is not None else None
    state = _state(row, seen, left, opens, at)
    donated, donors = seen.given.get(row.pk, (0, 0))
    return RewardCard(
        id=row.pk,
        public_id=row.public_id,
        name=_(row.name),
        description=_(row.description) if row.description else "",
        kind=row.kind,
        kind_label=row.get_kind_display(),
        cost=row.cost,
        left=left,
        state=state,
        missing=max(0, row.cost - max(0, seen.available)),
        tier_name=_(row.min_tier.name) if row.min_tier else "",
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        category=_(row.category) if row.category else "",
        picture_url=default_storage.url(row.picture) if row.picture else "",
        picture_small_url=default_storage.url(row.picture_small or row.picture) if row.picture else "",
        picture_alt=row.picture_alt,
        how_to_use=row.how_to_use,
        terms=row.terms,
        per_member=row.per_member,
        taken=seen.taken[row.pk],
        opens_at=opens,
        early=row.starts_at is not None and row.starts_at > at and state != "later",
        return_days=row.return_days,
        gives_name=_(row.gives.name) if row.gives else "",
        gift_days=row.gift_days,
        donated=donated,
        donors=donors,
        goal=row.goal,
        perk=_perk(row),
        facts=_facts(row),
    )


def _left(row: Reward, seen: _Seen) -> int | None:
    """How many can still be claimed; None: as many as anybody wants."""
    left = None if row.stock is None else row.stock - row.claimed
    if row.kind == Reward.Kind.COUPON_POOL and row.pool_id is not None:
        free = seen.in_pool.get(row.pool_id, 0)
        left = free if left is None else min(left, free)
    if row.gives is not None and row.gives.stock is not None:
        others = row.gives.stock - row.gives.claimed
        left = others if left is None else min(left, others)
    return left


def _state(row: Reward, seen: _Seen, left: int | None, opens: datetime | None, at: datetime) -> str:
    """Why not, the first reason that nothing the member does now would change; open when there is none."""
    if opens is not None and opens > at:
        return "later"
    if left is not None and left <= 0:
        return "out"
    if row.min_tier is not None and seen.benefits.rank < row.min_tier.rank:
        return "tier"
    if row.pk in seen.closed:
        return "group"
    if row.per_member is not None and seen.taken[row.pk] >= row.per_member:
        return "limit"
    if seen.available < row.cost:
        return "short"
    return "open"


def _perk(row: Reward) -> str:
    """What a perk does, in words."""
    if row.kind != Reward.Kind.PERK:
        return ""
    what = []
    if row.badge is not None:
        what.append(_("the badge “%(name)s”") % {"name": row.badge})
    if row.group is not None:
        what.append(_("a place in the group “%(name)s”") % {"name": row.group.name})
    return ", ".join(what)


def _facts(row: Reward) -> tuple[str, ...]:
    """What holds for a claim, said before it is made."""
    facts = []
    if row.kind in (Reward.Kind.GENERATED_CODE,):
        words = ngettext("The code is valid for %(days)s day.", "The code is valid for %(days)s days.", row.valid_days)
        facts.append(words % {"days": row.valid_days})
    if row.kind == Reward.Kind.PHYSICAL:
        facts.append(_("We ask where to send it. Your address is erased 30 days after it arrived."))
    if row.kind == Reward.Kind.PERK and row.perk_days:
        words = ngettext("It lasts %(days)s day.", "It lasts %(days)s days.", row.perk_days)
        facts.append(words % {"days": row.perk_days})
    if row.kind == Reward.Kind.GIFT:
        words = ngettext(
            "Your friend has %(days)s day to accept it; after that your points come back.",
            "Your friend has %(days)s days to accept it; after that your points come back.",
            row.gift_days,
        )
        facts.append(words % {"days": row.gift_days})
    if row.per_member:
        words = ngettext("%(number)s for each member.", "At most %(number)s for each member.", row.per_member)
        facts.append(words % {"number": row.per_member})
    if row.return_days:
        words = ngettext(
            "It can be returned for %(days)s day.", "It can be returned for %(days)s days.", row.return_days
        )
        facts.append(words % {"days": row.return_days})
    return tuple(facts)
