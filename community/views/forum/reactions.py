"""Reactions: giving, changing and taking back, and who gave which."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from community import access
from community.actions.forum import reactions
from community.addresses import post_url, public_id, topic_url
from community.models import Post
from community.problems import Problem, TooFast
from community.queries.forum import posts as queries
from community.topicpage import faces
from community.topicpage.authors import authors
from community.trust import limits
from community.views.forum.index import crumbs
from members.access import is_member, require_member
from outbox.clock import now


@require_http_methods(["GET", "HEAD", "POST"])
def react(request: HttpRequest, address: str, number: int) -> HttpResponse:
    """React to a post with the kind that the button names; "none" takes it back. The button says which, so that a
    double click does not undo itself."""
    held = access.hold_rights(request.user)
    post = access.get_post(request.user, public_id(address), number, "react", held=held)
    url = post_url(post.topic.public_id, post.topic.slug, number)
    kind = request.POST.get("kind", "")
    if request.method != "POST" or kind not in (*faces.KINDS, "none"):
        return redirect(url)
    member, at = require_member(request.user), now()
    try:
        if kind == "none":
            with transaction.atomic(durable=True):
                reactions.unreact(post_id=post.pk, by=member.pk, at=at)
        else:
            with (
                limits.spending("reaction", member_id=member.pk, trust=held.trust, at=at, joined_at=member.date_joined),
                transaction.atomic(durable=True),
            ):
                reactions.react(post_id=post.pk, by=member.pk, at=at, kind=kind, by_trust=held.trust)
    except Problem as problem:
        return _refused(request, problem, url)
    if _wants_json(request):
        return JsonResponse({"html": _drawn(post, member.pk, url.partition("#")[0])})
    return redirect(url)


@require_safe
def who(request: HttpRequest, address: str, number: int) -> HttpResponse:
    """Everybody who reacted to a post, by kind; who gave a kind first is named first."""
    held = access.hold_rights(request.user)
    post = access.get_post(request.user, public_id(address), number, "browse", held=held)
    given = queries.given(post_id=post.pk)
    people = authors({one.member_id for one in given})
    kinds = [
        (
            kind,
            faces.kind_word(kind),
            [people[one.member_id] for one in given if one.kind == kind and one.member_id in people],
        )
        for kind in faces.KINDS
    ]
    topic = post.topic
    mine = next((one.kind for one in given if one.member_id == request.user.pk), "")
    context = {
        "topic": topic,
        "number": number,
        "url": post_url(topic.public_id, topic.slug, number),
        "act_url": f"{topic_url(topic.public_id, topic.slug)}{number}/",
        "crumbs": [
            *crumbs(held, held.boards[topic.board_id], whole=True),
            (topic.title, topic_url(topic.public_id, topic.slug)),
        ],
        "kinds": [row for row in kinds if row[2]],
        "choices": [(kind, faces.kind_word(kind), kind == mine) for kind in faces.KINDS],
        "may_react": is_member(request.user) and request.user.pk != post.author_id,
    }
    return render(request, "community/topic/reactions.html", context)


def _drawn(post: Post, member_id: int, act_url: str) -> str:
    counts, first_givers, mine = queries.reaction_state(post_id=post.pk, member_id=member_id)
    people = authors(set(first_givers.values()))
    return faces.reactions(counts, first_givers, mine=mine, may_react=True, act_url=act_url, people=people)


def _refused(request: HttpRequest, problem: Problem, url: str) -> HttpResponse:
    if not _wants_json(request):
        messages.error(request, problem.message)
        return redirect(url)
    answer = JsonResponse({"code": problem.code, "message": problem.message}, status=409)
    if isinstance(problem, TooFast):
        answer.status_code = 429
        answer["Retry-After"] = str(problem.retry_after)
    return answer


def _wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")
