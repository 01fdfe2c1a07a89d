"""Who and what is meant by @name and #tag, and the one way to cook a post with them."""

from collections.abc import Mapping, Sequence

from django.urls import reverse

from community import cook
from community.models import Tag
from community.rules.tags import tag_fold
from members import queries as members


def cooked(raw: str, *, cards: Mapping[str, cook.Card] | None = None) -> cook.Cooked:
    """A post as everybody sees it: at most two statements for its names and one for its tags, none when it has none."""
    return cook.cook(raw, people, tags=tags, cards=cards)


def people(handles: Sequence[str]) -> Mapping[str, cook.Named]:
    """Members by handle, in one statement; what no member is called may be a group (one more)."""
    cards = members.members_named(usernames=handles)
    named = {handle: cook.Named(card.id, card.url) for handle, card in cards.items()}
    if rest := [handle for handle in handles if handle.lower() not in named]:
        groups = members.groups_called(handles=rest)
        named |= {handle: cook.Named(group, url, "mention-group") for handle, (group, url) in groups.items()}
    return named


HERE, ALL = -1, -2
"""What @here and @all are in the groups of a cooked message."""


def people_of_room(handles: Sequence[str]) -> Mapping[str, cook.Named]:
    """The same in a room, where @here means those who are there and @all everybody in it."""
    calls = {"here": cook.Named(HERE, "", "mention-group"), "all": cook.Named(ALL, "", "mention-group")}
    asked = {handle.lower() for handle in handles} & set(calls)
    rest = [handle for handle in handles if handle.lower() not in asked]
    return {**(people(rest) if rest else {}), **{handle: calls[handle] for handle in asked}}


def tags(words: Sequence[str]) -> Mapping[str, cook.Named]:
    """Tags by word, in one statement; a synonym means its main tag. What not everybody may know of stays a word."""
    folded = {tag_fold(word): word for word in words}
    rows = Tag.objects.select_related("synonym_of", "group", "synonym_of__group").filter(folded__in=folded)
    named = {}
    for row in rows:
        tag = row.synonym_of or row
        if tag.topic_count and not tag.staff_only and not (tag.group and tag.group.for_group_id):
            named[folded[row.folded]] = cook.Named(tag.pk, reverse("community:tag", args=[tag.slug]), "tag")
    return named
