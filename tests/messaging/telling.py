"""Notices of a kind that tests write, and what a worker would do with them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from members.models import User
from messaging import actions, rounds, sender
from messaging.choices import Choices
from messaging.models import Consent, NoticeSettings
from messaging.slots import NoticeCard, Told

FORBIDDEN = 99
KINDS = {"tea.named": "mentions", "tea.followed": "followed", "tea.standing": "order"}


def write(*, notices: Sequence[NoticeCard], viewer: Any) -> Mapping[int, Told]:
    from django.utils.translation import get_language

    word = "茶" if get_language() == "zh-hans" else "tea"
    return {
        card.id: Told(
            f"{card.count} people named your {word} {card.data['tea']}", "/tea/", f"words of {card.data['tea']}"
        )
        for card in notices
        if card.data["tea"] != FORBIDDEN
    }


def tell(*people: User, at: datetime, tea: int = 1, cause: str = "", kind: str = "tea.named", **more: Any) -> int:
    with transaction.atomic():
        return actions.notify(
            member_ids=[one.pk for one in people],
            kind=kind,
            cause=cause or f"tea:{tea}",
            data={"tea": tea},
            at=at,
            **more,
        )


def yes(user: User, at: datetime, *purposes: str) -> None:
    with transaction.atomic():
        for purpose in purposes or ("community",):
            actions.record_consent(member_id=user.pk, purpose=purpose, granted=True, source="test", at=at, by=user.pk)


def prefer(user: User, choices: Choices | None = None, **more: Any) -> None:
    NoticeSettings.objects.update_or_create(member_id=user.pk, defaults={"choices": choices or {}, **more})


def work(clock: Any) -> int:
    """What the workers do once a minute; how many mails left."""
    rounds.bundle_all(clock=clock)
    return sender.send_due(clock=clock)


def said(user: User) -> list[tuple[str, str, str]]:
    rows = Consent.objects.filter(member=user).order_by("id")
    return [(one.purpose, one.state, one.text_version) for one in rows]
