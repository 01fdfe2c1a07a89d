"""Making and revoking keys; doing a request once; taking in events."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils.translation import gettext as _
from psycopg.errors import LockNotAvailable

from integrations import rules
from integrations.models import ApiKey, IdempotencyRecord, ToldEvent
from integrations.problems import Problem
from loyalty import actions as loyalty
from outbox.ids import new_id
from outbox.require import require_transaction

WAIT_SECONDS = 2
KEEP = timedelta(days=30)


class KeyRefused(Exception):
    """A key that cannot be made as asked; the message says why."""


@dataclass(frozen=True)
class MadeKey:
    """A new key. `token` exists only here: it is shown once."""

    id: int
    token: str


def make_key(
    *,
    name: str,
    scopes: Sequence[str],
    by: int | None,
    at: datetime,
    sources: Sequence[str] = (),
    allowed_addresses: Sequence[str] = (),
    expires_at: datetime | None = None,
    sandbox: bool = False,
    asked_as: str | None = None,
) -> MadeKey:
    """Make a key with 160 random bits. `asked_as` names the form that asked: the same form makes one key only.

    `sources`: whose orders, refunds, events and customers it may write; empty for everybody's.
    """
    require_transaction()
    _check(name, scopes, allowed_addresses, expires_at, at)
    _check_sources(sources)
    public, secret = new_id(12), new_id(32)
    key = ApiKey(
        name=name.strip(),
        public=public,
        secret_hash=rules.hash_secret(secret),
        scopes=sorted(set(scopes)),
        sources=sorted(set(sources)),
        allowed_addresses=list(allowed_addresses),
        sandbox=sandbox,
        made_by_id=by,
        asked_as=asked_as,
        created_at=at,
        expires_at=expires_at,
    )
    try:
        with transaction.atomic():
            key.save(force_insert=True)
    except IntegrityError as error:
        raise KeyRefused(
            _("This key was made already, and its secret is not shown twice. Revoke it and make another.")
        ) from error
    return MadeKey(key.pk, rules.token(public=public, secret=secret, sandbox=sandbox))


def _check(
    name: str, scopes: Sequence[str], addresses: Sequence[str], expires_at: datetime | None, at: datetime
) -> None:
    if not name.strip() or len(name) > 80:
        raise KeyRefused(_("Give the key a name of at most 80 characters, for example the shop that uses it."))
    unknown = [scope for scope in scopes if scope not in rules.SCOPES]
    if unknown or not scopes:
        raise KeyRefused(_("Choose at least one scope of: %(scopes)s.") % {"scopes": ", ".join(rules.SCOPES)})
    wrong = [address for address in addresses if not rules.is_network(address)]
    if wrong:
        raise KeyRefused(_("“%(address)s” is no address. Write 203.0.113.7 or 203.0.113.0/24.") % {"address": wrong[0]})
    if expires_at is not None and expires_at <= at:
        raise KeyRefused(_("The key would be expired already. Choose a later day."))


def _check_sources(sources: Sequence[str]) -> None:
    wrong = [source for source in sources if not rules.is_source(source)]
    if wrong:
        text = _("“%(source)s” is no name of a source. Write it as it stands in its orders, for example tea-shop.")
        raise KeyRefused(text % {"source": wrong[0]})
    if len(sources) > 100:
        raise KeyRefused(_("A key names at most 100 sources. Make one for each shop."))


def revoke_key(*, key_id: int, by: int | None, at: datetime) -> bool:
    """Make a key useless at once. False when it was so already or is not there."""
    require_transaction()
    return bool(ApiKey.objects.filter(id=key_id, revoked_at__isnull=True).update(revoked_at=at))


def note_use(*, key_id: int, at: datetime) -> None:
    """Remember that a key was used; the caller asks at most once a minute, and of twins one writes."""
    require_transaction()
    free = ApiKey.objects.select_for_update(skip_locked=True).filter(id=key_id).values("id")
    ApiKey.objects.filter(id__in=free).update(last_used_at=at)


@dataclass(frozen=True)
class Answer:
    """A finished answer: what is stored is what was sent."""

    status: int
    body: str
    replayed: bool = False


def run_once(*, owner: str, key: str, fingerprint: str, effect: Callable[[], Answer], at: datetime) -> Answer:
    """Run the effect, or give the answer of the time it ran (integrations.md, section 3).

    The row is inserted first: a second request with the same key waits there for the first one's transaction, at most
    WAIT_SECONDS, and only then looks. Whatever the effect raises takes the row with it, so a refused request may be
    mended and sent again under the same key.
    """
    require_transaction()
    if not _reserve(owner, key, fingerprint, at):
        return _replay(owner, key, fingerprint)
    answer = effect()
    IdempotencyRecord.objects.filter(owner=owner, key=key).update(status=answer.status, body=answer.body)
    return answer


def _reserve(owner: str, key: str, fingerprint: str, at: datetime) -> bool:
    """Insert the row, waiting for a twin that inserted it and has not finished. A timeout ends the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{WAIT_SECONDS}s"])
        try:
            cursor.execute(
                "INSERT INTO integrations_idempotencyrecord (owner, key, fingerprint, body, created_at) "
                "VALUES (%s, %s, %s, '', %s) ON CONFLICT (owner, key) DO NOTHING",
                [owner, key, fingerprint, at],
            )
        except OperationalError as error:
            if isinstance(error.__cause__, LockNotAvailable):
                raise Problem("idempotency_key_in_progress", headers={"Retry-After": "1"}) from error
            raise
        reserved = bool(cursor.rowcount)
        cursor.execute("SET LOCAL lock_timeout TO DEFAULT")
    return reserved


def _replay(owner: str, key: str, fingerprint: str) -> Answer:
    record = IdempotencyRecord.objects.filter(owner=owner, key=key).first()
    if record is None or record.status is None:
        raise Problem("idempotency_key_in_progress", headers={"Retry-After": "1"})
    if record.fingerprint != fingerprint:
        raise Problem("idempotency_key_reused")
    return Answer(record.status, record.body, replayed=True)


def forget_old(*, at: datetime, limit: int = 10_000) -> int:
    """Delete answers older than KEEP. Returns how many went."""
    require_transaction()
    old = IdempotencyRecord.objects.filter(created_at__lt=at - KEEP).order_by("created_at").values("id")[:limit]
    return IdempotencyRecord.objects.filter(id__in=old).delete()[0]


@dataclass(frozen=True)
class Told:
    """What came of an event. `created` is false when it was told before."""

    public_id: str
    created: bool
    points: int
    credit: int
    refusals: tuple[tuple[str, str], ...]


def take_event(
    *,
    source: str,
    external_id: str,
    name: str,
    member_id: int,
    facts: Mapping[str, Any],
    occurred_at: datetime,
    by: int | None,
    at: datetime,
) -> Told:
    """Take in what a business's own system tells of a member, and pay what the rules for it say.

    (source, external_id) once for ever: the same again changes nothing, another event under the same name is Problem
    already_used. It is judged at the moment it happened, not at the one it arrived.
    """
    require_transaction()
    told = [name, member_id, sorted(facts.items()), occurred_at.isoformat()]
    fingerprint = hashlib.sha256(json.dumps(told).encode()).hexdigest()
    row = ToldEvent(
        source=source, external_id=external_id, name=name, member_id=member_id, fingerprint=fingerprint,
        occurred_at=occurred_at, received_at=at,
    )  # fmt: skip
    ToldEvent.objects.bulk_create([row], ignore_conflicts=True)  # a twin waits here for the first one
    known = ToldEvent.objects.get(source=source, external_id=external_id)
    if known.public_id != row.public_id:
        if known.fingerprint != fingerprint:
            raise Problem("already_used")
        return Told(known.public_id, False, known.points, known.credit, tuple((r, c) for r, c in known.refusals))
    paid = loyalty.award(
        trigger="custom", source_type="event", source_id=known.pk, member_id=member_id, at=min(occurred_at, at), by=by,
        facts={"event.name": name, **{f"event.{fact}": value for fact, value in facts.items()}},
    )  # fmt: skip
    ToldEvent.objects.filter(id=known.pk).update(
        points=paid.points, credit=paid.credit, refusals=[list(one) for one in paid.refusals]
    )
    return Told(known.public_id, True, paid.points, paid.credit, paid.refusals)
