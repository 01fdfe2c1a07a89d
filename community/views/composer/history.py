"""What a post said before, who changed it, when and why."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from community import access
from community.actions.forum import revisions
from community.addresses import post_url, public_id, topic_url
from community.composer.differences import differences
from community.models import Post
from community.queries.forum import revisions as queries
from community.views.forum.index import crumbs
from members.access import require_member
from members.queries import member_cards
from outbox.clock import now


@require_http_methods(["GET", "HEAD", "POST"])
def history(request: HttpRequest, address: str, number: int) -> HttpResponse:
    """The edits of a post for whoever may read it, one of them word by word (`?edit=3`, else the last)."""
    held = access.hold_rights(request.user)
    post = access.get_post(request.user, public_id(address), number, "browse", held=held)
    topic = post.topic
    moderating = held.may("moderate", topic.board_id)
    url = post_url(topic.public_id, topic.slug, number)
    if request.method == "POST":
        return _hide(request, post, held, back=f"{url.partition('#')[0]}history/")
    found = queries.changes(post=post, title=topic.title)
    wanted = request.GET.get("edit", "")
    chosen = next((one for one in found if str(one.revision) == wanted), found[0] if found else None)
    if wanted and (chosen is None or str(chosen.revision) != wanted):
        raise access.absent()
    pieces = title_pieces = None
    if chosen is not None and (moderating or not chosen.hidden):
        pieces = differences(*queries.texts(post=post, revision=chosen.revision))
        if chosen.title_before:
            title_pieces = differences(chosen.title_before, chosen.title_after)
    people = member_cards(member_ids={post.author_id, *(one.by_id for one in found)})
    context = {
        "topic": topic, "post": post, "url": url, "chosen": chosen, "pieces": pieces, "title_pieces": title_pieces,
        "edits": [(one, people.get(one.by_id)) for one in found],
        "editors": [people[one] for one in dict.fromkeys(edit.by_id for edit in found) if one in people],
        "author": people.get(post.author_id), "chosen_by": people.get(chosen.by_id) if chosen else None,
        "moderating": moderating, "first": number == 1,
        "crumbs": [
            *crumbs(held, held.boards[topic.board_id], whole=True),
            (topic.title, topic_url(topic.public_id, topic.slug)),
        ],
    }  # fmt: skip
    return render(request, "community/composer/history.html", context)


def _hide(request: HttpRequest, post: Post, held: access.Rights, *, back: str) -> HttpResponse:
    """Keep one earlier text from readers, or show it again."""
    access.require(request.user, post.topic.board_id, "moderate", held=held)
    member = require_member(request.user)
    given, hidden = request.POST.get("revision", ""), request.POST.get("hidden") == "yes"
    revision = int(given) if given.isascii() and given.isdigit() and len(given) < 9 else 0
    with transaction.atomic(durable=True):
        done = revisions.hide_revision(
            post_id=post.pk, revision=revision, hidden=hidden, by=member.pk, at=now(), board_id=post.topic.board_id
        )
    if done:
        messages.success(
            request,
            _("Only moderators see that version now.")
            if hidden
            else _("Whoever reads the post may see that version again."),
        )
    return redirect(f"{back}?edit={revision}" if revision else back)
