"""Reading the review queue and what is known of the people in it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from community import rules, slots
from community.actions.order.review import card_of
from community.models import AuditEntry, Message, Post, ReviewFlag, ReviewItem, Sanction, StaffNote, Topic, WordRule
from community.rules import flags as order_rules
from community.slots import ReviewCard, ReviewKind, ReviewSubject
from members import access
from members import queries as members
from members.queries import MemberCard

PAGE = 30
SORTS = {"score": ("-score", "created_at", "id"), "oldest": ("created_at", "id"), "newest": ("-created_at", "-id")}


@dataclass(frozen=True)
class QueueRow:
    """An item in the list."""

    card: ReviewCard
    kind: ReviewKind | None
    subject: ReviewSubject
    author: MemberCard | None
    flags: int
    reasons: tuple[str, ...]
    claimed_by: MemberCard | None
    decided_by: MemberCard | None
    decision: str
    decided_at: datetime | None
    waits_long: bool


@dataclass(frozen=True)
class FlagRow:
    """Who flagged, why, how much it weighs, and how that came about."""

    by: MemberCard | None
    reason: str
    note: str
    weight: Decimal
    trust: int
    staff: bool
    act_now: bool
    accuracy: Decimal
    agreed: int
    judged: int
    verdict: str
    at: datetime


@dataclass(frozen=True)
class Standing:
    """What the team knows of a member. Never points."""

    card: MemberCard
    trust: int
    team: bool
    posts: int
    messages: int
    removed: int
    upheld: int
    declined: int
    sanctions: list[Sanction]
    open_sanctions: list[Sanction]
    notes: list[StaffNote]
    hints: list[str]
    next_hours: int
    group_names: list[str] = field(default_factory=list)


def queue(
    *, items: QuerySet[ReviewItem], viewer: Any, state: str = "pending", kind: str = "", board: int | None = None,
    sort: str = "score", claimed: str = "", offset: int = 0, limit: int = PAGE, at: datetime,
) -> list[QueueRow]:  # fmt: skip
    """One page of the queue: a handful of statements, however many items."""
    found = filtered(items=items, viewer=viewer, state=state, kind=kind, board=board, claimed=claimed)
    order = SORTS.get(sort, SORTS["score"]) if state == "pending" else ("-decided_at", "-id")
    held = list(found.order_by(*order)[offset : offset + limit])
    return rows_of(held, viewer=viewer, at=at)


def filtered(
    *, items: QuerySet[ReviewItem], viewer: Any, state: str, kind: str, board: int | None, claimed: str = ""
) -> QuerySet[ReviewItem]:
    found = items.filter(state="pending") if state == "pending" else items.exclude(state="pending")
    if kind:
        found = found.filter(kind=kind)
    if board:
        found = found.filter(Q(topic__board_id=board) | Q(topic__isnull=True, board_id=board))
    if claimed == "me":
        found = found.filter(claimed_by_id=viewer.pk)
    elif claimed == "nobody":
        found = found.filter(claimed_by__isnull=True)
    return found


def rows_of(held: Sequence[ReviewItem], *, viewer: Any, at: datetime) -> list[QueueRow]:
    cards = [card_of(item) for item in held]
    subjects = _subjects(cards, viewer)
    people = members.member_cards(
        member_ids={
            pk for item in held for pk in (item.author_id, item.claimed_by_id, item.decided_by_id) if pk is not None
        }
    )
    flags: dict[int, list[str]] = {}
    for item_id, reason in ReviewFlag.objects.filter(item__in=held).order_by("id").values_list("item_id", "reason"):
        flags.setdefault(item_id, []).append(reason)
    return [
        QueueRow(
            card=card, kind=slots.review_kinds.get(card.kind), subject=subjects[card.id],
            author=people.get(item.author_id or 0), flags=len(flags.get(card.id, ())),
            reasons=(*_flag_labels(flags.get(card.id, ())), *reasons_of(card)),
            claimed_by=people.get(item.claimed_by_id or 0), decided_by=people.get(item.decided_by_id or 0),
            decision=decision_label(item.decision), decided_at=item.decided_at,
            waits_long=item.state == "pending" and at - item.created_at >= order_rules.REMIND_AFTER,
        )
        for item, card in zip(held, cards, strict=True)
    ]  # fmt: skip


def subject_of(*, item: ReviewItem, viewer: Any) -> ReviewSubject:
    return _subjects([card_of(item)], viewer)[item.pk]


def flags_of(*, item: ReviewItem) -> list[FlagRow]:
    """The flags with the record of who raised them."""
    flags = list(ReviewFlag.objects.filter(item=item).order_by("at", "id"))
    people = members.member_cards(member_ids=[flag.by_id for flag in flags])
    past = ReviewFlag.objects.filter(by_id__in=[flag.by_id for flag in flags], verdict__in=["agreed", "disagreed"])
    record: dict[int, tuple[int, int]] = {
        row["by_id"]: (row["agreed"], row["judged"])
        for row in past.exclude(item=item)
        .values("by_id")
        .annotate(judged=Count("id"), agreed=Count("id", filter=Q(verdict="agreed")))
    }
    return [
        FlagRow(
            by=people.get(flag.by_id), reason=flag.get_reason_display(), note=flag.note, weight=flag.weight,
            trust=flag.trust, staff=flag.staff, act_now=flag.act_now, accuracy=flag.accuracy,
            agreed=record.get(flag.by_id, (0, 0))[0], judged=record.get(flag.by_id, (0, 0))[1],
            verdict=flag.get_verdict_display() if flag.verdict else "", at=flag.at,
        )
        for flag in flags
    ]  # fmt: skip


def standing_of(*, member_id: int, whole: bool = False) -> Standing | None:
    """What the team knows of a member; `whole` for their own page of the console."""
    card = members.member_card(member_id=member_id)
    if card is None:
        return None
    found = access.member_by_id(member_id)
    groups = access.group_names(found) if found else set()
    posts = Post.objects.filter(author_id=member_id, kind="post").aggregate(
        all=Count("id"), removed=Count("id", filter=Q(state__in=["removed", "hidden"]))
    )
    judged = ReviewFlag.objects.filter(item__author_id=member_id).aggregate(
        upheld=Count("item", filter=Q(verdict="agreed"), distinct=True),
        declined=Count("item", filter=Q(verdict="disagreed"), distinct=True),
    )
    sanctions = list(
        Sanction.objects.filter(member_id=member_id).select_related("by", "ended_by").order_by("-starts_at", "-id")
    )
    notes = StaffNote.objects.filter(member_id=member_id, removed_at__isnull=True).select_related("by").order_by("-at")
    hints = [hint for answer in slots.risk_hints.collect(member_ids=[member_id]) for hint in answer.get(member_id, [])]
    hours = [
        round((held.ends_at - held.starts_at) / timedelta(hours=1))
        for held in sanctions
        if held.ends_at and held.ended_how != Sanction.Ended.UNDO
    ]
    return Standing(
        card=card, trust=rules.trust_of(groups), team=access.is_moderator(found), posts=posts["all"],
        messages=Message.objects.filter(author_id=member_id).count(), removed=posts["removed"],
        upheld=judged["upheld"], declined=judged["declined"], sanctions=sanctions if whole else sanctions[:5],
        open_sanctions=[held for held in sanctions if held.ended_at is None],
        notes=list(notes if whole else notes[:5]), hints=hints, next_hours=order_rules.next_step(hours),
        group_names=sorted(groups),
    )  # fmt: skip


def reasons_of(card: ReviewCard) -> tuple[str, ...]:
    """What raised an item without flags, in words."""
    return tuple(dict.fromkeys(_reason_label(reason) for reason in card.reasons))


def decision_label(code: str) -> str:
    """What was decided, in words; a higher app's own code as it is."""
    labels = {
        "agree_hide": _("Agreed and hidden"), "agree_remove": _("Agreed and removed"),
        "agree_keep": _("Agreed, but kept"), "disagree": _("Nothing wrong"), "ignore": _("Ignored"),
        "silence": _("Author silenced"), "suspend": _("Author suspended"), "delete_spammer": _("Spammer deleted"),
        "approve": _("Published"), "decline": _("Declined"), "done": _("Done"), "fine": _("Looks fine"),
        "end": _("Sanction ended"), "keep": _("Sanction kept"), "untouched": _("Nobody touched it for 60 days"),
        "over": _("The sanction was over"),
    }  # fmt: skip
    return labels.get(code, code)


def consequence_label(code: str) -> str:
    return {
        "hidden": _("The flags have hidden it."), "silenced": _("The flags have silenced the author."),
        "closed": _("The flags have closed the topic for four hours."),
        "back": _("The author has changed it, and it is shown again."),
    }.get(code, code)  # fmt: skip


def audit(
    *, boards: Sequence[int], by: int | None = None, about: int | None = None, act: str = "",
    before: int | None = None, limit: int = 50,
) -> list[AuditEntry]:  # fmt: skip
    """The log, the latest first; `before` is the id of the last entry shown.

    What happened on other than these boards is left out: a reason may say what only its readers should know.
    """
    seen = Q(board_number__isnull=True) | Q(board_number__in=list(boards))
    entries = AuditEntry.objects.filter(seen).select_related("by", "about").order_by("-id")
    if by:
        entries = entries.filter(by_id=by)
    if about:
        entries = entries.filter(about_id=about)
    if act:
        entries = entries.filter(act__startswith=act)
    if before:
        entries = entries.filter(id__lt=before)
    return list(entries[:limit])


@dataclass(frozen=True)
class Written:
    """Something that somebody wrote, for trying a word rule."""

    place: str
    text: str
    url: str
    at: datetime | None = None


def recent_texts(*, since: datetime, places: Iterable[str], boards: Sequence[int], limit: int = 5000) -> list[Written]:
    """What was written since then in places that the viewer moderates, the latest first, at most so many of each."""
    wanted = set(places)
    return [
        *(_recent_posts(since, boards, limit) if "post" in wanted else ()),
        *(_recent_titles(since, boards, limit) if "title" in wanted else ()),
        *(_recent_messages(since, boards, limit) if "message" in wanted else ()),
        *(Written("name", name, url) for name, url in (members.newest_names(limit=limit) if "name" in wanted else ())),
    ]


def _recent_posts(since: datetime, boards: Sequence[int], limit: int) -> list[Written]:
    posts = Post.objects.filter(created_at__gte=since, kind="post", topic__board_id__in=list(boards), number__gt=0)
    rows = posts.exclude(state="removed").order_by("-created_at")
    return [
        Written("post", raw, f"/t/{public_id}/{number}/", at)
        for raw, number, public_id, at in rows.values_list("raw", "number", "topic__public_id", "created_at")[:limit]
    ]


def _recent_titles(since: datetime, boards: Sequence[int], limit: int) -> list[Written]:
    topics = Topic.objects.filter(created_at__gte=since, board_id__in=list(boards), removed_at__isnull=True)
    rows = topics.order_by("-created_at").values_list("title", "public_id", "created_at")[:limit]
    return [Written("title", title, f"/t/{public_id}/", at) for title, public_id, at in rows]


def _recent_messages(since: datetime, boards: Sequence[int], limit: int) -> list[Written]:
    """Of rooms that everybody reads, and of boards' rooms; never of private ones."""
    said = Message.objects.filter(sent_at__gte=since, removed_at__isnull=True).filter(
        Q(room__kind="public") | Q(room__board_id__in=list(boards))
    )
    rows = said.order_by("-sent_at").values_list("raw", "room__slug", "seq", "sent_at")[:limit]
    return [Written("message", raw, f"/chat/{slug}/#m{seq}", at) for raw, slug, seq, at in rows]


def _subjects(cards: Sequence[ReviewCard], viewer: Any) -> dict[int, ReviewSubject]:
    """Once a kind for all its items."""
    shown: dict[int, ReviewSubject] = {}
    for code in {card.kind for card in cards}:
        kind, own = slots.review_kinds.get(code), [card for card in cards if card.kind == code]
        shown |= dict(kind.subjects(items=own, viewer=viewer)) if kind else {}
        for card in own:
            shown.setdefault(card.id, ReviewSubject(title=_("Part of a feature that is switched off"), gone=True))
    return shown


def _flag_labels(reasons: Iterable[str]) -> tuple[str, ...]:
    counted: dict[str, int] = {}
    for reason in reasons:
        counted[reason] = counted.get(reason, 0) + 1
    return tuple(
        f"{ReviewFlag.Reason(reason).label} × {count}" if count > 1 else str(ReviewFlag.Reason(reason).label)
        for reason, count in counted.items()
    )


def _reason_label(reason: Mapping[str, Any]) -> str:
    code = str(reason.get("code", ""))
    if code == "word":
        phrase = (
            WordRule.objects.filter(pk=int(reason.get("rule") or 0)).values_list("phrase", flat=True).first() or "…"
        )
        return _("A word rule: “%(phrase)s”") % {"phrase": phrase}
    labels = {
        "newcomer_link": _("A newcomer's first post with a link"),
        "newcomer_image": _("A newcomer's first post with a picture"),
        "typed_fast": _("Written in less than three seconds"),
        "same_host": _("The same address in posts of several newcomers"),
        "near_spammer": _("An e-mail address close to a known spammer's"),
        "disposable": _("A throw-away e-mail address"),
        "came_back": _("Changed by its author after you hid it"),
        "objection": _("The member objects"),
        "silenced": pgettext("reason", "A word rule silenced the newcomer"),
    }
    return labels.get(code, code)
