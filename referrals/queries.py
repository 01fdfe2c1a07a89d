"""Reading invitations."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from members import queries as members
from members.queries import MemberCard
from referrals import rules
from referrals.models import Program, Referral, ShareLink

PROGRAM = "invite"


@dataclass(frozen=True)
class ProgramCard:
    """The terms in force."""

    id: int
    inviter_points: int
    friend_points: int
    hold_days: int
    least_account_days: int
    daily_limit: int


@dataclass(frozen=True)
class LinkCard:
    """A link that works, and whose it is."""

    id: int
    code: str
    target: str
    inviter: MemberCard


@dataclass(frozen=True)
class FriendRow:
    """One friend on the inviter's page: a first name and a state, nothing of what they bought."""

    name: str
    url: str
    state: str
    label: str
    reason: str
    joined_at: datetime
    due_at: datetime | None


def open_program() -> ProgramCard | None:
    """The programme, or None while it is closed."""
    program = Program.objects.filter(code=PROGRAM, is_open=True).first()
    return _card(program) if program else None


def _card(program: Program) -> ProgramCard:
    return ProgramCard(
        id=program.pk,
        inviter_points=program.inviter_points,
        friend_points=program.friend_points,
        hold_days=program.hold_days,
        least_account_days=program.least_account_days,
        daily_limit=program.daily_limit,
    )


def find_link(*, code: str) -> LinkCard | None:
    """The link with this code, unless its member is gone."""
    row = ShareLink.objects.filter(code=code.lower(), member__is_active=True).first() if _is_code(code) else None
    inviter = members.member_card(member_id=row.member_id) if row else None
    return LinkCard(row.pk, row.code, row.target, inviter) if row and inviter else None


def _is_code(text: str) -> bool:
    return 0 < len(text) <= 16 and text.isascii() and text.isalnum()


def friends_of(*, inviter_id: int, limit: int = 200) -> list[FriendRow]:
    """The newest friends who joined through this member."""
    rows = list(Referral.objects.filter(inviter_id=inviter_id).order_by("-created_at", "-id")[:limit])
    cards = members.member_cards(member_ids=[row.friend_id for row in rows])
    return [_friend(row, cards[row.friend_id]) for row in rows if row.friend_id in cards]


def _friend(row: Referral, card: MemberCard) -> FriendRow:
    return FriendRow(
        name=rules.first_name(card.name),
        url=card.url,
        state=row.state,
        label=row.get_state_display(),
        reason=row.get_reason_display(),
        joined_at=row.created_at,
        due_at=row.due_at if row.state == Referral.State.PENDING else None,
    )


@dataclass(frozen=True)
class ReferralCard:
    """One invitation for those who run the programme, never for members: what the inviter reads is `FriendRow`."""

    id: int
    inviter_id: int
    friend_id: int
    order_id: int | None
    state: str
    reason: str
    joined_at: datetime
    qualified_at: datetime | None
    due_at: datetime | None
    closed_at: datetime | None


def referrals_listed(
    *,
    limit: int,
    before: int | None = None,
    inviter_id: int | None = None,
    friend_id: int | None = None,
    state: str = "",
    oldest: bool = False,
) -> list[ReferralCard]:
    """Invitations page by page, newest first (`oldest`: the other way). `before` is the id of the last one already shown."""
    rows = _chosen(inviter_id, friend_id, state)
    if before is not None:
        rows = rows.filter(id__gt=before) if oldest else rows.filter(id__lt=before)
    rows = rows.order_by("id" if oldest else "-id")
    return [
        ReferralCard(
            row.pk, row.inviter_id, row.friend_id, row.order_id, row.state, row.reason, row.created_at, row.qualified_at,
            row.due_at, row.closed_at,
        )
        for row in rows[:limit]
    ]  # fmt: skip


def referrals_counted(
    *, inviter_id: int | None = None, friend_id: int | None = None, state: str = "", most: int = 10_001
) -> int:
    """How many of them there are, at most `most`."""
    return _chosen(inviter_id, friend_id, state).order_by()[:most].count()


def _chosen(inviter_id: int | None, friend_id: int | None, state: str) -> "QuerySet[Referral]":
    wanted = {"inviter_id": inviter_id, "friend_id": friend_id, "state": state or None}
    return Referral.objects.filter(**{name: value for name, value in wanted.items() if value is not None})


def joined_since(*, inviter_id: int, since: datetime) -> int:
    """How many friends joined through this member since then."""
    return Referral.objects.filter(inviter_id=inviter_id, created_at__gt=since).count()


def joined_today(*, inviter_id: int, at: datetime) -> int:
    """The same for the last 24 hours."""
    return joined_since(inviter_id=inviter_id, since=at - timedelta(days=1))


def due(*, at: datetime, limit: int) -> list[int]:
    """Ids of invitations whose hold is over, the longest waiting first."""
    pending = Referral.objects.filter(state=Referral.State.PENDING, due_at__lte=at)
    return list(pending.order_by("due_at", "id").values_list("id", flat=True)[:limit])


def inviter_of(*, friend_id: int) -> MemberCard | None:
    """Who brought this member."""
    inviter_id = Referral.objects.filter(friend_id=friend_id).values_list("inviter_id", flat=True).first()
    return members.member_card(member_id=inviter_id) if inviter_id else None
