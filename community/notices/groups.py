"""“Somebody mentioned a group of yours”, in the bell."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from community.access import rights
from community.addresses import post_url
from community.models import Post
from community.queries.people.people import excerpt
from members.queries import member_cards
from messaging.slots import NoticeCard, Told

if TYPE_CHECKING:
    from members.access import Member

KIND = "community.group"


def write(*, notices: Sequence[NoticeCard], viewer: "Member") -> dict[int, Told]:
    """Nothing of what is gone or closed to the viewer now."""
    rows = Post.objects.filter(
        pk__in={int(notice.data["post"]) for notice in notices}, state=Post.State.VISIBLE,
        topic__removed_at__isnull=True, topic__board_id__in=rights(viewer).browsable,
    ).values_list("id", "author_id", "topic__title", "topic__public_id", "topic__slug", "number", "text")  # fmt: skip
    posts = {row[0]: row[1:] for row in rows}
    people = member_cards(member_ids={row[0] for row in posts.values()})
    told = {}
    for notice in notices:
        if found := posts.get(int(notice.data["post"])):
            author, title, public_id, slug, number, text = found
            name = people[author].name if author in people else _("Somebody")
            words = _("%(who)s mentioned a group of yours in “%(title)s”.") % {"who": name, "title": title}
            told[notice.id] = Told(words, post_url(public_id, slug, number or 1), excerpt(text), "people")
    return told
