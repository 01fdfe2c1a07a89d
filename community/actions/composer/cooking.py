"""Cooking after the writing: cards for addresses alone on their line, and old texts by a new version of the cook.

Both are silent: no revision, no edit mark, no event. Both look again, under the row's lock, whether the text is still the
one they cooked; an edit in between wins.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F

from community import access, cook
from community.actions.forum.writing import lock_topic
from community.models import (
    CardsWanted,
    LinkCard,
    LiveSession,
    Message,
    Post,
    Recooking,
    SessionSeries,
    Topic,
)
from community.queries.composer import named
from outbox.require import require_transaction

BATCH, WINDOW = 80, 2_000
"""Texts cooked again at a time; and rows looked at to find them."""
FRESH = timedelta(days=7)
"""How long a card holds, and how long a failure is believed."""
TRIES_MOST, TRY_AGAIN = 5, timedelta(minutes=5)

_KINDS: dict[str, type[Post] | type[Message]] = {"post": Post, "message": Message}
_OF_SESSIONS: dict[str, tuple[type[LiveSession] | type[SessionSeries], dict[str, str]]] = {
    "session": (LiveSession, {"description": "cooked", "summary": "summary_cooked"}),
    "series": (SessionSeries, {"description": "cooked"}),
}
# Cheap, for every post: most have no such line. What is one is decided by the cook.
_BARE = re.compile(r"^[ >]{0,8}<?https?://\S+>?[ ]{0,8}$", re.M | re.I)


# --- Cards -------------------------------------------------------------------------------------------------------------


def want_cards(*, post_id: int, at: datetime) -> bool:
    """Note that a post has addresses for cards; False when it has none, or when its author is new here.

    Newcomers get no cards: what they link is shown as the bare address it is.
    """
    require_transaction()
    post = Post.objects.select_related("author").filter(pk=post_id, state=Post.State.VISIBLE).first()
    wanted = (
        settings.LINK_CARDS
        and post is not None
        and _BARE.search(post.raw) is not None
        and bool(cook.cook(post.raw).bare)
        and access.rights(post.author).trust > 0
    )
    if not wanted or post is None:
        CardsWanted.objects.filter(post_id=post_id).delete()
        return False
    CardsWanted.objects.update_or_create(
        post_id=post_id, defaults={"fingerprint": cook.fingerprint(post.raw), "tries": 0, "due_at": at}
    )
    return True


def try_cards(*, post_id: int, at: datetime) -> list[str]:
    """Begin to serve a post: its addresses that must be asked for. What fails on the way is tried again later."""
    require_transaction()
    wanted = CardsWanted.objects.select_for_update(of=["self"]).select_related("post").filter(post_id=post_id).first()
    if wanted is None:
        return []
    if wanted.tries >= TRIES_MOST or cook.fingerprint(wanted.post.raw) != wanted.fingerprint:
        wanted.delete()  # an edit has noted what it wants itself
        return []
    CardsWanted.objects.filter(pk=wanted.pk).update(tries=F("tries") + 1, due_at=at + TRY_AGAIN)
    addresses = cook.cook(wanted.post.raw).bare
    keys = {_key(address): address for address in addresses}
    fresh = LinkCard.objects.filter(key__in=keys, fetched_at__gt=at - FRESH).values_list("key", flat=True)
    return [address for key, address in keys.items() if key not in set(fresh)]


def keep_card(*, card: cook.Card, problem: str = "", at: datetime) -> None:
    """Remember what a site said, or why it said nothing. A failure keeps the card there was before."""
    require_transaction()
    found = {"title": card.title, "description": card.description, "site": card.site, "problem": ""}
    if problem:
        found = (
            {} if LinkCard.objects.filter(key=_key(card.url)).exclude(title="").exists() else {"problem": problem[:40]}
        )
    LinkCard.objects.update_or_create(
        key=_key(card.url),
        defaults={**found, "fetched_at": at},
        create_defaults={**found, "url": card.url, "fetched_at": at},
    )


def serve_cards(*, post_id: int, at: datetime) -> bool:
    """Show the cards in the post. False when there is nothing to show, or when the text is another one by now."""
    require_transaction()
    topic_id = CardsWanted.objects.filter(post_id=post_id).values_list("post__topic_id", flat=True).first()
    if topic_id is None:
        return False
    topic = lock_topic(topic_id)  # topic before post, like every act
    wanted = CardsWanted.objects.select_for_update().filter(post_id=post_id).first()
    post = Post.objects.select_for_update(no_key=True).get(pk=post_id)
    if wanted is None or post.topic_id != topic.pk:
        return False
    wanted.delete()
    if cook.fingerprint(post.raw) != wanted.fingerprint:
        return False
    cooked = named.cooked(post.raw, cards=_cards(cook.cook(post.raw).bare))
    if cooked.html == post.cooked:
        return False
    Topic.objects.filter(pk=topic.pk).update(last_seq=F("last_seq") + 1)
    Post.objects.filter(pk=post.pk).update(
        cooked=cooked.html, cook_version=cooked.version, changed_seq=topic.last_seq + 1
    )
    return True


def _cards(addresses: Iterable[str]) -> dict[str, cook.Card]:
    keys = {_key(address): address for address in addresses}
    rows = LinkCard.objects.filter(key__in=keys).exclude(title="") if keys else []
    return {keys[row.key]: cook.Card(keys[row.key], row.title, row.description, row.site) for row in rows}


def _key(address: str) -> str:
    return hashlib.sha256(address.encode()).hexdigest()


# --- Cooking again -----------------------------------------------------------------------------------------------------


def recook(*, kind: str, at: datetime) -> bool:
    """Cook the next old texts ("post", "message", "session" or "series") by this version. True while there may be more."""
    require_transaction()
    Recooking.objects.get_or_create(kind=kind, version=cook.VERSION)
    progress = (
        Recooking.objects.select_for_update(skip_locked=True)
        .filter(kind=kind, version=cook.VERSION, finished_at=None)
        .first()
    )
    if progress is None:
        return False
    if kind in _OF_SESSIONS:
        return _recook_sessions(progress, at)
    model = _KINDS[kind]
    looked = list(
        model._default_manager.filter(pk__gt=progress.last_id).order_by("pk").values_list("pk", "cook_version")[:WINDOW]
    )
    old = [pk for pk, version in looked if version < cook.VERSION]
    done = looked[-1][0] if looked else progress.last_id
    more = len(looked) == WINDOW
    if len(old) > BATCH:
        old, done, more = old[:BATCH], old[BATCH - 1], True
    changed, unsure = _cook_again(model, old)
    if unsure is not None:  # somebody has that row just now: it is the next one
        done, more = unsure - 1, True
    Recooking.objects.filter(pk=progress.pk).update(
        last_id=done, changed=F("changed") + changed, finished_at=None if more else at
    )
    return more


def _recook_sessions(progress: Recooking, at: datetime) -> bool:
    """Texts of live sessions: a few hundred short rows a year, so they hold no version and each is looked at once."""
    model, texts = _OF_SESSIONS[progress.kind]
    rows = model._default_manager.select_for_update(no_key=True).filter(pk__gt=progress.last_id).order_by("pk")[:BATCH]
    changed, last, looked = 0, progress.last_id, 0
    for row in rows:
        cooked = {into: named.cooked(raw).html for of, into in texts.items() if (raw := getattr(row, of))}
        other = {into: html for into, html in cooked.items() if html != getattr(row, into)}
        changed += bool(other and model._default_manager.filter(pk=row.pk).update(**other))
        last, looked = row.pk, looked + 1
    Recooking.objects.filter(pk=progress.pk).update(
        last_id=last, changed=F("changed") + changed, finished_at=None if looked == BATCH else at
    )
    return looked == BATCH


def _cook_again(model: type[Post] | type[Message], ids: list[int]) -> tuple[int, int | None]:
    """How many look different now, and the first that could not be locked. Cooked first, locked then, for a moment."""
    before = dict(model._default_manager.filter(pk__in=ids).values_list("pk", "raw"))
    served = _served(before, headings=model is Post)
    rows = model._default_manager.select_for_update(skip_locked=True, no_key=True, of=["self"]).filter(pk__in=before)
    held = {pk: (raw, cooked) for pk, raw, cooked in rows.values_list("pk", "raw", "cooked")}
    changed = 0
    for pk in ids:
        if pk not in held and pk in before:
            return changed, pk
        if pk not in held or held[pk][0] != before[pk]:
            continue  # gone, or written anew
        dish = served[pk]
        values: dict[str, object] = {"cooked": dish.html, "text": dish.text, "cook_version": dish.version}
        if model is Post:
            values["links"] = dish.links
        model._default_manager.filter(pk=pk).update(**values)
        changed += held[pk][1] != dish.html
    return changed, None


def _served(texts: Mapping[int, str], *, headings: bool) -> dict[int, cook.Cooked]:
    if not headings:
        return {pk: cook.cook_message(raw, named.people_of_room) for pk, raw in texts.items()}
    served = {pk: named.cooked(raw) for pk, raw in texts.items()}
    cards = _cards({address for dish in served.values() for address in dish.bare})
    for pk, dish in served.items():
        if cards.keys() & set(dish.bare):
            shown = named.cooked(texts[pk], cards=cards)
            served[pk] = shown
    return served
