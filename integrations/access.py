"""Who may call: a valid key, with the scope, from an allowed address."""

from dataclasses import dataclass
from datetime import datetime

from integrations import queries, rules
from integrations.problems import Problem

# Compared with when nobody has this public part, so that guessing one takes as long as guessing the secret.
_NOBODY = rules.hash_secret("nobody")


@dataclass(frozen=True)
class Caller:
    """An authenticated key."""

    key_id: int
    sandbox: bool
    made_by: int | None
    use_is_old: bool
    sources: tuple[str, ...] = ()
    scopes: frozenset[str] = frozenset()

    @property
    def owner(self) -> str:
        """Whose idempotency keys these are."""
        return f"key:{self.key_id}"

    def require_source(self, source: str) -> None:
        """Raises Problem source_not_allowed unless the key speaks for this source; one without sources speaks for all."""
        if self.sources and source not in self.sources:
            raise Problem("source_not_allowed", source=source)


def require_key(token: str, *, scope: str, address: str, at: datetime) -> Caller:
    """The caller, or Problem: 401 for any key that is not valid now, 403 for a valid one that may not do this."""
    parsed = rules.parse_token(token)
    if parsed is None:
        raise Problem("unauthorized")
    public, secret, sandbox = parsed
    key = queries.find_key(public=public)
    known = rules.is_secret(secret, key.secret_hash if key else _NOBODY)
    if key is None or not known or key.sandbox != sandbox or not key.is_valid(at):
        raise Problem("unauthorized")
    if not rules.is_allowed(address, key.allowed_addresses):
        raise Problem("address_not_allowed")
    if scope not in key.scopes:
        raise Problem("scope_missing", scope=scope)
    return Caller(key.id, key.sandbox, key.made_by, key.use_is_old(at), key.sources, frozenset(key.scopes))
