"""Reading cases."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from care.models import Case, CaseWord
from members import queries as members


@dataclass(frozen=True)
class CaseCard:
    """A case as lists and higher apps see it."""

    id: int
    public_id: str
    member_id: int
    subject: str
    state: str
    state_label: str
    opened_at: datetime
    changed_at: datetime
    url: str
    cause: str = ""


@dataclass(frozen=True)
class Word:
    """One thing said; `author` is None when that account is gone."""

    author: members.MemberCard | None
    from_staff: bool
    text: str
    at: datetime


def cases_of(*, member_id: int, limit: int = 50) -> list[CaseCard]:
    """A member's cases, the latest word first."""
    return [card(case) for case in Case.objects.filter(member_id=member_id).order_by("-changed_at")[:limit]]


def cases(
    *, state: str = "", offset: int = 0, limit: int = 50
) -> tuple[list[tuple[CaseCard, members.MemberCard]], int]:
    """Everybody's cases for staff, the longest waiting first, and how many there are."""
    found = Case.objects.filter(state=state) if state in Case.State.values else Case.objects.all()
    rows = [card(case) for case in found.order_by("changed_at", "id")[offset : offset + limit]]
    people = members.member_cards(member_ids=[row.member_id for row in rows])
    return [(row, people[row.member_id]) for row in rows if row.member_id in people], found.count()


def waiting() -> int:
    """How many cases wait for an answer of ours."""
    return Case.objects.filter(state=Case.State.OPEN).count()


def words_of(*, case_id: int) -> list[Word]:
    """What was said, in order."""
    rows = list(CaseWord.objects.filter(case_id=case_id))
    people = members.member_cards(member_ids=[row.author_id for row in rows if row.author_id])
    return [Word(people.get(row.author_id or 0), row.from_staff, row.text, row.at) for row in rows]


def card(case: Case) -> CaseCard:
    """A row as a card."""
    return CaseCard(
        id=case.pk,
        public_id=case.public_id,
        member_id=case.member_id,
        subject=case.subject,
        state=case.state,
        state_label=case.get_state_display(),
        opened_at=case.opened_at,
        changed_at=case.changed_at,
        url=reverse("care:case", args=[case.public_id]),
        cause=case.cause,
    )
