"""What one reader may do with one post, and the foot of the post drawn for such a reader."""

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from community.models import Reaction
from community.queries.forum.posts import PostRow
from community.topicpage.authors import Author
from community.topicpage.stencils import stencil

KINDS: tuple[str, ...] = tuple(kind.value for kind in Reaction.Kind)


class Face(NamedTuple):
    """A reader's side of a post: two readers with the same face see the same foot."""

    signed_in: bool = False
    own: bool = False
    moderating: bool = False
    may_reply: bool = False
    may_edit: bool = False
    may_improve: bool = False
    may_react: bool = False
    may_accept: bool = False
    may_flag: bool = False


GUEST = Face()


def foot(
    row: PostRow,
    face: Face,
    *,
    mine: str,
    bookmark: str,
    accepted: bool,
    act_url: str,
    query: str,
    name: str,
    people: Mapping[int, Author],
) -> SafeString:
    """The line below a post: its reactions, its replies, and what this reader may do."""
    shape = face._asdict() | {
        "kept": bool(bookmark),
        "may_edit": face.may_edit or (row.wiki and face.may_improve),
        "accepted": accepted,
        "state": row.state,
        "replies": bool(row.reply_count),
        "first": row.number == 1,
        "wiki": row.wiki,
        "changed": row.revision > 1,
        "reacted": bool(row.counts),
    }
    drawn = stencil(
        "community/topic/foot.html", "number act_url query name reactions replies_label bookmark author_url", **shape
    )
    return drawn.fill(
        {
            "number": row.number,
            "act_url": act_url,
            "query": query,
            "name": name,
            "reactions": reactions(
                row.counts, row.first_givers, mine=mine, may_react=face.may_react, act_url=act_url, people=people
            ),
            "bookmark": bookmark,
            "author_url": author.card.url if (author := people.get(row.author_id)) else "",
            "replies_label": replies_label(row.reply_count) if row.reply_count else "",
        }
    )


def reactions(
    counts: Mapping[str, int],
    first_givers: Mapping[str, int],
    *,
    mine: str,
    may_react: bool,
    act_url: str,
    people: Mapping[int, Author],
) -> SafeString:
    """One button (or, for those who may not react, one link to who did) for each kind that was given, and a link to the
    choice of another. The heart is always there for those who may give it."""
    parts = []
    for kind in KINDS:
        count = counts.get(kind, 0)
        if not count and not (may_react and kind == Reaction.Kind.LIKE):
            continue
        giver = people.get(first_givers.get(kind, 0))
        drawn = stencil(
            "community/topic/reaction.html",
            "count label title act_url",
            kind=kind,
            pressed=kind == mine,
            may_react=may_react,
            given=bool(count),
        )
        parts.append(
            drawn.fill(
                {
                    "count": count or "",
                    "label": label(kind, count, mine=kind == mine, may_react=may_react),
                    "title": told(kind, count, giver.name if giver else ""),
                    "act_url": act_url,
                }
            )
        )
    if may_react:
        parts.append(stencil("community/topic/reaction_more.html", "act_url").fill({"act_url": act_url}))
    return SafeString("".join(parts))


def picker() -> SafeString:
    """All kinds, for the script to show beside a post."""
    return _picker(get_language() or "")


@lru_cache(maxsize=16)
def _picker(language: str) -> SafeString:
    return stencil("community/topic/picker.html", "", choices=tuple((kind, kind_word(kind)) for kind in KINDS)).fill({})


def kind_word(kind: str) -> str:
    """The reaction's name on its own."""
    return _KINDS[Reaction.Kind(kind)]()


def label(kind: str, count: int, *, mine: bool, may_react: bool) -> str:
    """What a screen reader hears on the button."""
    return _label(kind, count, mine and may_react, get_language() or "")


@lru_cache(maxsize=5_000)  # most posts of a page say the same
def _label(kind: str, count: int, mine: bool, language: str) -> str:
    times = ngettext("%(kind)s, %(count)s time", "%(kind)s, %(count)s times", count)
    words = times % {"kind": kind_word(kind), "count": count}
    return _("Take back: %(reaction)s") % {"reaction": words} if mine else words


def told(kind: str, count: int, first: str) -> str:
    """What the tooltip says: who gave this kind first, and how many did."""
    return _told(kind, count, first, get_language() or "")


@lru_cache(maxsize=5_000)
def _told(kind: str, count: int, first: str, language: str) -> str:
    if not count or not first:
        return kind_word(kind)
    if count == 1:
        return _("%(kind)s: %(name)s") % {"kind": kind_word(kind), "name": first}
    words = ngettext(
        "%(kind)s: %(name)s first, then %(count)s other", "%(kind)s: %(name)s first, then %(count)s others", count - 1
    )
    return words % {"kind": kind_word(kind), "name": first, "count": count - 1}


def replies_label(count: int) -> str:
    return ngettext("%(count)s reply", "%(count)s replies", count) % {"count": count}


_KINDS = {
    Reaction.Kind.LIKE: lambda: _("Like"),
    Reaction.Kind.LAUGH: lambda: _("Laugh"),
    Reaction.Kind.WOW: lambda: _("Surprise"),
    Reaction.Kind.CLAP: lambda: _("Applause"),
    Reaction.Kind.PARTY: lambda: _("Celebration"),
    Reaction.Kind.HUG: lambda: _("Hug"),
}
