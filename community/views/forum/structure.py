"""Tags, polls, votes for ideas and dates of events: their pages, and the pieces that a topic's page shows of them."""

from collections.abc import Sequence
from datetime import UTC, datetime

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from community import access
from community.actions.forum import ideas, polls, tags
from community.actions.forum import topics as topic_actions
from community.addresses import post_url, public_id, topic_address, topic_url
from community.forms.structure import EventForm, TagsForm
from community.models import Poll
from community.problems import Problem
from community.queries.forum import structure
from community.queries.forum import tags as tag_queries
from community.views.forum.index import crumbs
from members.access import Viewer, group_ids, is_member, require_member
from members.queries import member_cards
from outbox.clock import now

_ICS_WRAP = 73


@require_safe
def tags_page(request: HttpRequest) -> HttpResponse:
    """All tags by group, with how many topics carry each that the viewer may read."""
    held = access.hold_rights(request.user)
    groups = tag_queries.tags_by_group(boards=held.browsable)
    return render(request, "community/structure/tags.html", {"groups": groups})


@require_http_methods(["GET", "HEAD", "POST"])
def edit_tags(request: HttpRequest, address: str) -> HttpResponse:
    """Other tags for a topic: its author's and moderators' to choose."""
    held = access.hold_rights(request.user)
    first = access.get_post(request.user, public_id(address), 1, "edit", held=held)
    topic, member = first.topic, require_member(request.user)
    url = topic_url(topic.public_id, topic.slug)
    names = [card.name for card in tag_queries.tag_cards(tag_ids=topic.tag_ids)]
    form = TagsForm(request.POST if request.method == "POST" else None, initial={"tags": ", ".join(names)})
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic(durable=True):
                chosen = tags.resolve(
                    names=form.cleaned_data["tags"], by=member.pk, at=now(), trust=held.trust,
                    groups=group_ids(member), moderating=held.may("moderate", topic.board_id),
                    least=held.boards[topic.board_id].least_tags, kept=topic.tag_ids,
                )  # fmt: skip
                tags.set_tags(topic_id=topic.pk, tag_ids=chosen, by=member.pk, at=now())
            return redirect(url)
        except Problem as problem:
            form.add_error("tags", problem.message)
    context = {
        "topic": topic, "form": form, "url": url,
        "crumbs": [*crumbs(held, held.boards[topic.board_id], whole=True), (topic.title, url)],
    }  # fmt: skip
    return render(request, "community/structure/edit_tags.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def vote_idea(request: HttpRequest, address: str) -> HttpResponse:
    """Give an idea one's vote or take it back: the form says which, so that a double click does not undo itself."""
    found = access.get_topic(request.user, public_id(address), "reply")
    if request.method == "POST":
        try:
            with transaction.atomic(durable=True):
                ideas.vote(
                    topic_id=found.pk, give=request.POST.get("voted") != "yes", by=require_member(request.user).pk,
                    at=now(),
                )  # fmt: skip
        except Problem as problem:
            messages.error(request, problem.message)
    return redirect(topic_url(found.public_id, found.slug))


@require_http_methods(["GET", "HEAD", "POST"])
def vote_poll(request: HttpRequest, address: str, number: int) -> HttpResponse:
    """Hand in a ballot, another one instead, or take it back; its author and moderators close the poll."""
    held = access.hold_rights(request.user)
    post = access.get_post(request.user, public_id(address), number, "browse", held=held)
    home = post_url(post.topic.public_id, post.topic.slug, number)
    if request.method != "POST":
        return redirect(home)
    member, at = require_member(request.user), now()
    access.require_voice(held)
    poll = structure.polls_of(post_ids=[post.pk] if post.has_poll else [], viewer_id=member.pk, at=at).get(post.pk)
    if poll is None:
        raise access.absent()
    moderating = held.may("moderate", post.topic.board_id)
    try:
        with transaction.atomic(durable=True):
            if request.POST.get("act") == "close" and (moderating or member.pk == post.author_id):
                polls.close(poll_id=poll.id, by=member.pk, at=at)
            elif request.POST.get("act") == "withdraw":
                polls.withdraw(poll_id=poll.id, by=member.pk, at=at)
            else:
                refusal = structure.why_not(poll=poll, trust=held.trust, groups=group_ids(member), member=True)
                if refusal:
                    raise Problem("may_not_vote", refusal)
                polls.vote(poll_id=poll.id, choices=_choices(request, poll), by=member.pk, at=at)
    except Problem as problem:
        messages.error(request, problem.message)
    return redirect(home)


@require_safe
def poll_voters(request: HttpRequest, address: str, number: int) -> HttpResponse:
    """Who voted for what in a named poll, once its results are shown."""
    held = access.hold_rights(request.user)
    post = access.get_post(request.user, public_id(address), number, "browse", held=held)
    me = request.user.pk if is_member(request.user) else None
    poll = structure.polls_of(post_ids=[post.pk] if post.has_poll else [], viewer_id=me, at=now()).get(post.pk)
    if poll is None or poll.anonymous or not poll.shown:
        raise access.absent()
    voters = structure.voters_of(poll_id=poll.id)
    people = member_cards(member_ids={member for members in voters.values() for member in members})
    rows = [
        (option, [people[member] for member in voters[option.index] if member in people]) for option in poll.options
    ]
    context = {"poll": poll, "rows": rows, "url": post_url(post.topic.public_id, post.topic.slug, number)}
    return render(request, "community/structure/voters.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_event(request: HttpRequest, address: str) -> HttpResponse:
    """Another time or place for an event."""
    held = access.hold_rights(request.user)
    first = access.get_post(request.user, public_id(address), 1, "edit", held=held)
    topic = first.topic
    event = structure.event_of(topic_id=topic.pk, kind=topic.kind)
    if event is None or (first.author_id != request.user.pk and not held.may("moderate", topic.board_id)):
        raise access.absent()
    url = topic_url(topic.public_id, topic.slug)
    start = {
        "event_starts": event.local_start.replace(tzinfo=None), "event_ends": event.local_end.replace(tzinfo=None),
        "event_zone": event.zone, "event_place": event.place, "event_link": event.link,
    }  # fmt: skip
    form = EventForm(request.POST if request.method == "POST" else None, needed=True, initial=start)
    if request.method == "POST" and form.is_valid() and form.draft:
        with transaction.atomic(durable=True):
            topic_actions.set_event(topic_id=topic.pk, event=form.draft, by=require_member(request.user).pk, at=now())
        return redirect(url)
    context = {
        "topic": topic, "event": form, "url": url,
        "crumbs": [*crumbs(held, held.boards[topic.board_id], whole=True), (topic.title, url)],
    }  # fmt: skip
    return render(request, "community/structure/edit_event.html", context, status=422 if form.errors else 200)


@require_safe
def event_file(request: HttpRequest, address: str) -> HttpResponse:
    """The date for a calendar."""
    found = access.get_topic(request.user, public_id(address))
    event = structure.event_of(topic_id=found.pk, kind=found.kind)
    if event is None:
        raise access.absent()
    url = request.build_absolute_uri(topic_url(found.public_id, found.slug))
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Laoyou//Events//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH",
        "BEGIN:VEVENT", f"UID:{found.public_id}@{request.get_host()}", f"DTSTAMP:{_utc(now())}",
        f"DTSTART:{_utc(event.starts_at)}", f"DTEND:{_utc(event.ends_at)}", f"SUMMARY:{_escaped(found.title)}",
        f"URL:{url}", f"DESCRIPTION:{_escaped(event.link or url)}",
        *([f"LOCATION:{_escaped(event.place)}"] if event.place else []), "END:VEVENT", "END:VCALENDAR", "",
    ]  # fmt: skip
    text = "\r\n".join(folded for line in lines for folded in _folded(line))
    answer = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="event-{found.public_id}.ics"'
    return answer


@require_safe
def ideas_page(request: HttpRequest, slug: str) -> HttpResponse:
    """The ideas of a board, most wanted first: all that are open, or those planned, done or declined."""
    held = access.hold_rights(request.user)
    board = access.get_board(request.user, slug, held=held)
    wanted = request.GET.get("progress", "")
    progress = wanted if wanted in ("planned", "done", "declined") else ""
    rows = structure.top_ideas(boards=[board.id], progress=progress)
    people = member_cards(member_ids={row.author_id for row in rows})
    context = {"board": board, "rows": rows, "people": people, "progress": progress, "crumbs": crumbs(held, board)}
    return render(request, "community/structure/ideas.html", context)


# --- Pieces of a topic's page ----------------------------------------------------------------------------------------


def poll_pieces(
    request: HttpRequest, *, posts: Sequence[tuple[int, int, int]], address: str, moderating: bool, at: datetime
) -> dict[int, str]:
    """The drawn polls by post. `posts`: (id, number, author) of those with `has_poll`; without any, it asks nothing."""
    if not posts:
        return {}
    viewer: Viewer = request.user
    me = viewer.pk if is_member(viewer) else None
    held = access.rights(viewer)
    found = structure.polls_of(post_ids=[post for post, _number, _author in posts], viewer_id=me, at=at)
    groups = group_ids(viewer) if is_member(viewer) else frozenset()
    return {
        post: render_to_string(
            "community/structure/_poll.html",
            {
                "poll": found[post], "number": number, "address": address, "me": me,
                "refusal": structure.why_not(poll=found[post], trust=held.trust, groups=groups, member=me is not None),
                "may_close": me is not None and (moderating or me == author),
            },
            request=request,
        )
        for post, number, author in posts
        if post in found
    }  # fmt: skip


def top_pieces(
    request: HttpRequest, *, topic_id: int, public_id: str, slug: str, kind: str, tag_ids: Sequence[int],
    vote_count: int, progress: str, state: str, may_edit: bool, may_vote: bool,
) -> str:  # fmt: skip
    """Tags, date and votes above the first post: one statement for each of them that the topic has."""
    me = request.user.pk if is_member(request.user) else None
    context = {
        "address": topic_address(public_id, slug),
        "tags": tag_queries.tag_cards(tag_ids=tag_ids),
        "event": structure.event_of(topic_id=topic_id, kind=kind),
        "idea": kind == "idea", "voted": structure.voted_for(topic_id=topic_id, kind=kind, member_id=me),
        "vote_count": vote_count, "progress": progress, "may_edit": may_edit, "me": me,
        "may_vote": may_vote and state == "open" and progress not in ("done", "declined"),
    }  # fmt: skip
    return render_to_string("community/structure/_top.html", context, request=request)


def _choices(request: HttpRequest, poll: structure.PollRow) -> list[int]:
    """The ballot as the form says it: boxes, or for a ranking a place beside each option (empty: not ranked)."""
    if poll.kind != Poll.Kind.RANKED:
        return [_number(text) for text in request.POST.getlist("choice")]
    places = [(_number(request.POST.get(f"place-{option.index}", "")), option.index) for option in poll.options]
    given = sorted(place for place in places if place[0] > 0)
    if len({place for place, _option in given}) != len(given):
        raise Problem("ballot_twice", _("Each place can be given once only."))
    return [option for _place, option in given]


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else -1


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _escaped(text: str) -> str:
    flat = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return " ".join(flat.split())


def _folded(line: str) -> list[str]:
    """Lines of at most 75 octets, as the format asks; the next ones begin with a blank."""
    parts, rest = [], line.encode()
    while len(rest) > _ICS_WRAP:
        cut = _ICS_WRAP
        while cut and (rest[cut] & 0xC0) == 0x80:
            cut -= 1
        parts.append(rest[:cut].decode())
        rest = b" " + rest[cut:]
    return [*parts, rest.decode()]
