"""A member chooses what they are told of, where and when. The ledger of consent says whether mail may come at all."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from messaging import choices as ways
from messaging.actions.consent import lock_member, record_consent
from messaging.models import NoticeSettings
from messaging.queries import consents
from messaging.rules import COMMUNITY, DIGEST
from messaging.slots import notices
from outbox.require import require_transaction


@dataclass(frozen=True)
class Chosen:
    """The whole settings page. `quiet_from` and `quiet_to`: both, or None for the site's; equal for no quiet hours."""

    choices: ways.Choices
    digest: str
    digest_hour: int = 9
    digest_day: int = 1
    digest_always: bool = False
    quiet_from: time | None = None
    quiet_to: time | None = None
    push_words: bool = False


def shown_choices(*, choices: ways.Choices, mail: bool) -> dict[str, dict[str, str]]:
    """What really holds for each group that something is told of; without a yes to mail, no mail of its own comes."""
    shown: dict[str, dict[str, str]] = {}
    for key in ways.GROUPS:
        if key in notices.groups():
            shown[key] = {channel: ways.how(choices, key, channel) for channel in ways.CHANNELS}
            if not mail and shown[key][ways.EMAIL] in (ways.NOW, ways.BUNDLED):
                shown[key][ways.EMAIL] = ways.DIGEST
    return shown


def choose_notices(
    *, member_id: int, chosen: Chosen, source: str, by: int, at: datetime, evidence: Mapping[str, Any] | None = None
) -> None:
    """Keep a whole settings page. Asking for mail is the yes to it, and asking for none takes it back, in the ledger."""
    require_transaction()
    lock_member(member_id)
    said = consents(member_id=member_id)
    held = NoticeSettings.objects.filter(member_id=member_id).values_list("choices", flat=True).first() or {}
    before = shown_choices(choices=held, mail=said.get(COMMUNITY, False))
    wants = any(row.get(ways.EMAIL) in (ways.NOW, ways.BUNDLED) for row in chosen.choices.values())
    kept = {key: dict(row) for key, row in held.items() if isinstance(row, dict)}
    for key, row in chosen.choices.items():
        for channel, how in row.items():
            # Who gets no mail and leaves it so has not decided how it would come.
            if channel != ways.EMAIL or wants or said.get(COMMUNITY) or how != before.get(key, {}).get(channel):
                kept.setdefault(key, {})[channel] = how
    NoticeSettings.objects.update_or_create(
        member_id=member_id,
        defaults={
            # "Never" is a word in the ledger; the rhythm stays for the day when it is taken back.
            **({"digest": chosen.digest} if chosen.digest != NoticeSettings.Digest.NEVER else {}),
            "choices": ways.differing(kept),
            "digest_hour": chosen.digest_hour,
            "digest_day": chosen.digest_day,
            "digest_always": chosen.digest_always,
            "quiet_from": chosen.quiet_from,
            "quiet_to": chosen.quiet_to,
            "push_words": chosen.push_words,
        },
    )
    answers = {COMMUNITY: wants, DIGEST: chosen.digest != NoticeSettings.Digest.NEVER}
    for purpose, granted in answers.items():
        if granted or purpose in said:
            record_consent(
                member_id=member_id, purpose=purpose, granted=granted, source=source, by=by, at=at,
                evidence=dict(evidence or {}),
            )  # fmt: skip
