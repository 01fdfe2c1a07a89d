"""Reading keys."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from integrations.models import ApiKey

USE_IS_NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class KeyRow:
    """A key as its check needs it."""

    id: int
    secret_hash: str
    scopes: tuple[str, ...]
    sources: tuple[str, ...]
    allowed_addresses: tuple[str, ...]
    sandbox: bool
    made_by: int | None
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None

    def is_valid(self, at: datetime) -> bool:
        """Neither revoked nor expired."""
        return self.revoked_at is None and (self.expires_at is None or at < self.expires_at)

    def use_is_old(self, at: datetime) -> bool:
        """Whether the noted last use is a minute old; noting each would make every request a write."""
        return self.last_used_at is None or at - self.last_used_at >= USE_IS_NOTED_EVERY


def find_key(*, public: str) -> KeyRow | None:
    """The key with this public part."""
    row = (
        ApiKey.objects.filter(public=public)
        .values_list(
            "id", "secret_hash", "scopes", "sources", "allowed_addresses", "sandbox", "made_by_id", "expires_at",
            "revoked_at", "last_used_at",
        )
        .first()
    )  # fmt: skip
    return KeyRow(row[0], row[1], tuple(row[2]), tuple(row[3]), tuple(row[4]), *row[5:]) if row else None


@dataclass(frozen=True)
class KeyCard:
    """A key as the manager's list shows it."""

    id: int
    name: str
    start: str
    scopes: tuple[str, ...]
    sources: tuple[str, ...]
    allowed_addresses: tuple[str, ...]
    sandbox: bool
    made_by: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None
    usable: bool


def all_keys(*, at: datetime) -> list[KeyCard]:
    """Every key, usable ones first, then the newest."""
    cards = [
        KeyCard(
            id=key.pk,
            name=key.name,
            start=f"ly_{'test' if key.sandbox else 'live'}_{key.public}_…",
            scopes=tuple(key.scopes),
            sources=tuple(key.sources),
            allowed_addresses=tuple(key.allowed_addresses),
            sandbox=key.sandbox,
            made_by=str(key.made_by) if key.made_by else "",
            created_at=key.created_at,
            expires_at=key.expires_at,
            last_used_at=key.last_used_at,
            revoked_at=key.revoked_at,
            usable=key.revoked_at is None and (key.expires_at is None or at < key.expires_at),
        )
        for key in ApiKey.objects.select_related("made_by").order_by("-id")[:500]
    ]
    return sorted(cards, key=lambda card: not card.usable)
