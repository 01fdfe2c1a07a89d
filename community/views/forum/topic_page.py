"""Reading one topic: a page of its posts, as a list or as branches, and the ways to a certain post."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from community import access
from community.actions.people import seen
from community.actions.people.activity import note_reading
from community.addresses import post_url, public_id, topic_address, topic_url
from community.forms.posts import ReplyForm
from community.forms.structure import PollForm
from community.queries.forum import posts as queries
from community.queries.forum.posts import Own, PostRow, TopicHead
from community.queries.forum.reader import Reader
from community.queries.people.levels import level_of_row
from community.rules.composer import reply_key
from community.topicpage import body as bodies
from community.topicpage.authors import Author, authors
from community.topicpage.body import Body, Way
from community.topicpage.faces import GUEST, Face, picker
from community.topicpage.stencils import Stencil, mark, stencil
from community.topicpage.structured import Said, open_graph, structured_data
from community.trust import signals
from community.views.composer import drafts, quoting
from community.views.forum.index import crumbs
from community.views.forum.structure import poll_pieces, top_pieces
from members.access import group_ids, is_member, require_member
from members.addresses import form_token
from outbox.clock import now
from outbox.ids import new_id

_NOBODY = Own()
_PARTS = (
    "above beside top csrf_token here picker level first_unread last_url public_id highest url posts pagination when"
    " reply path"
)
_FORM_KEY = 24  # characters of the hidden key of a form, as `forms.PostForm` makes it


@require_safe
def topic(request: HttpRequest, address: str, number: int | None = None) -> HttpResponse:
    """A page of posts; with a number, the page that holds it. The right address is the only one that answers."""
    held = access.hold_rights(request.user)
    head = access.get_head(request.user, public_id(address), held=held)
    if head.merged_into_id is not None:
        return _to_new_home(head, number, held)
    right = topic_url(head.public_id, head.slug)
    if address != topic_address(head.public_id, head.slug):
        query = f"?{request.GET.urlencode()}" if request.GET else ""
        return redirect(f"{right}{number}/{query}" if number else f"{right}{query}", permanent=True)
    if wanted := request.GET.get("post", ""):
        return redirect(_place(head, wanted, request.GET.get("view", "")))
    if number is not None and not 1 <= number <= head.highest_number:
        raise access.absent()
    nested = _nested(request, head)
    page = bodies.page_of(head, number, nested=nested) if number else _page(request.GET.get("page", ""))
    if page is None or page > bodies.pages_of(head, nested=nested):
        raise access.absent()
    return topic_response(request, head, held, page=page, here=number, nested=nested)


def topic_response(
    request: HttpRequest,
    head: TopicHead,
    held: access.Rights,
    *,
    page: int,
    here: int | None = None,
    nested: bool = False,
    form: ReplyForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of a topic, perhaps with a reply that was refused."""
    me = request.user.pk if is_member(request.user) else None
    moderating = held.may("moderate", head.board_id)
    asked = request.GET.get("view", "")
    way = Way(
        page=page,
        nested=nested,
        moderating=moderating,
        language=get_language() or "",
        time_zone=timezone.get_current_timezone_name(),
        query=f"view={asked}&" if asked in ("flat", "nested") else "",
    )
    body = bodies.body_of(head, way)
    if here is not None and here not in {row.number for row in body.shown}:
        moved = queries.moved_to(topic_id=head.id, number=here, boards=held.browsable)
        if moved:
            return redirect(moved, permanent=True)
    at = now()
    own = _NOBODY
    if me is not None:
        own = queries.own_on_page(member_id=me, post_ids=body.post_ids(), author_ids=body.author_ids(), at=at)
        _mark_read(head, body, me, nested=nested)
    may_reply = held.may("reply", head.board_id) and head.state == "open" and head.removed_at is None
    faces = _faces(head, held, me, may_reply)
    address = topic_address(head.public_id, head.slug)
    asked_polls = [(row.id, row.number, row.author_id) for row in body.shown if row.has_poll and not row.removed]
    polls = poll_pieces(request, posts=asked_polls, address=address, moderating=moderating, at=at)
    url = topic_url(head.public_id, head.slug)
    read = head.read_number or 0
    board = held.boards[head.board_id]
    above, beside = _head_html(head, board, held, body, me, nested=nested, way=way)
    old = at - head.last_post_at > bodies.OLD_TOPIC
    end, unread = _end(head, me, may_reply), 0 < read < head.highest_number
    content = stencil(
        "community/topic/page.html", _PARTS, signed_in=me is not None, unread=unread, last_page=page == body.pages,
        nested=nested, old=old, end=end,
    ).fill({
        "above": above,
        "beside": beside,
        "top": SafeString(_top_html(request, head, moderating=moderating, me=me, may_reply=may_reply)),
        "csrf_token": form_token(request) if me is not None else "",
        "here": request.get_full_path(),
        "picker": picker() if me is not None else "",
        "level": _level_html(request, head, held, own, me, at) if me is not None else "",
        "first_unread": post_url(head.public_id, head.slug, read + 1) if unread else "",
        "last_url": post_url(head.public_id, head.slug, head.highest_number),
        "public_id": head.public_id,
        "highest": head.highest_number,
        "url": url,
        "posts": body.html(
            me=me, own=own, face_of=faces, read=read, seen=frozenset(head.seen_above), here=here, polls=polls
        ),
        "pagination": _pagination(body.pages, page, f"?{body.query}", way.language),
        "when": timesince(head.last_post_at) if old else "",
        "reply": _reply_html(request, head, held, body, form) if end == "reply" else "",
        "path": quote(request.path),
    })  # fmt: skip
    context = {
        "topic": head,
        "board": board,
        "content": content,
        "shortcuts": head.shortcuts,
        "page": page,
        "canonical": f"{url}?page={page}" if page > 1 and not nested else url,
        "structured": _structured(request, head, board, body) if me is None and not nested else "",
        "nested": nested,
    }
    return render(request, "community/forum/topic.html", context, status=status)


def _end(head: TopicHead, me: int | None, may_reply: bool) -> str:
    """What stands below the posts."""
    if me is not None and may_reply:
        return "reply"
    if head.state != "open":
        return "closed"
    if me is None:
        return "join"
    return "" if head.removed_at else "read"


@lru_cache(maxsize=500)
def _pagination(pages: int, page: int, base: str, language: str) -> SafeString:
    """Links to the other pages; `language` is the one of this request."""
    return render_to_string("includes/pagination.html", {"page": bodies.paginator(pages, page), "base": base})


def refused_reply(request: HttpRequest, topic_id: str, held: access.Rights, form: ReplyForm) -> HttpResponse:
    """The last page of the topic with the reply that was not taken, and why."""
    head = access.get_head(request.user, topic_id, held=held)
    page = bodies.page_of(head, head.highest_number, nested=head.nested)
    return topic_response(request, head, held, page=page, nested=head.nested, form=form, status=422)


@require_safe
def replies(request: HttpRequest, address: str, number: int) -> HttpResponse:
    """A post and what answers it: where "3 replies" leads without script, and what the script shows in place."""
    held = access.hold_rights(request.user)
    head = access.get_head(request.user, public_id(address), held=held)
    rows = queries.numbered_posts(topic_id=head.id, numbers=[number])
    if not rows or rows[0].removed or (rows[0].kind == "whisper" and not held.may("moderate", head.board_id)):
        raise access.absent()
    answers = queries.replies_to(topic_id=head.id, number=number)
    people = authors({row.author_id for row in [rows[0], *answers]})
    context = {
        "topic": head,
        "url": topic_url(head.public_id, head.slug),
        "crumbs": [
            *crumbs(held, held.boards[head.board_id], whole=True),
            (head.title, topic_url(head.public_id, head.slug)),
        ],
        "post": _said(head, rows[0], people),
        "replies": [_said(head, row, people) for row in answers],
    }
    return render(request, "community/topic/replies.html", context)


@require_POST
def choose_view(request: HttpRequest, address: str) -> HttpResponse:
    """Remember how this member reads topics: as a list or as branches."""
    head = access.get_head(request.user, public_id(address), held=access.hold_rights(request.user))
    member = require_member(request.user)
    with transaction.atomic(durable=True):
        seen.choose_view(member_id=member.pk, nested=request.POST.get("view") == "nested", at=now())
    return redirect(topic_url(head.public_id, head.slug))


def _to_new_home(head: TopicHead, number: int | None, held: access.Rights) -> HttpResponse:
    """Where the posts of a merged topic are now; without the right to read there, it is as if it had never been."""
    moved = queries.moved_to(topic_id=head.id, number=number or 1, boards=held.browsable)
    if moved is None and head.merged_into_id is not None:
        moved = queries.readable_url(topic_id=head.merged_into_id, boards=held.browsable)
    if moved is None:
        raise access.absent()
    return redirect(moved, permanent=True)


def _place(head: TopicHead, wanted: str, view: str) -> str:
    """The permalink of the number that was typed, or of the nearest one."""
    digits = wanted if wanted.isascii() and wanted.isdigit() and len(wanted) < 9 else "1"
    url, _, anchor = post_url(head.public_id, head.slug, min(max(int(digits), 1), head.highest_number)).partition("#")
    query = f"?{urlencode({'view': view})}" if view in ("flat", "nested") else ""
    return f"{url}{query}#{anchor}"


def _nested(request: HttpRequest, head: TopicHead) -> bool:
    asked = request.GET.get("view", "")
    return asked == "nested" if asked in ("flat", "nested") else head.nested


def _page(text: str) -> int | None:
    """A number of a page, else None."""
    if not text:
        return 1
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 and int(text) else None


def _mark_read(head: TopicHead, body: Body, member_id: int, *, nested: bool) -> None:
    """Move the pointer, if this page moves it: what was read before writes nothing."""
    read, highest = head.read_number or 0, head.highest_number
    if nested:
        known = {*head.seen_above}
        shown = [number for number in body.numbers if number > read and number not in known]
        if not shown and head.read_number is not None:
            return
        with transaction.atomic(durable=True):
            seen.mark_seen(
                topic_id=head.id, member_id=member_id, numbers=shown, highest=highest,
                absent=bodies.branches_of(head).absent(read, highest), at=now(),
            )  # fmt: skip
            _note_reading(head, member_id, len(shown))
        return
    last = min(body.numbers[-1], highest)
    if head.read_number is not None and read >= last:
        return
    with transaction.atomic(durable=True):
        seen.mark_read(topic_id=head.id, member_id=member_id, number=last, at=now())
        _note_reading(head, member_id, sum(read < number <= last for number in body.numbers))


def _note_reading(head: TopicHead, member_id: int, posts_read: int) -> None:
    """What trust looks at: topics opened for the first time, and posts that were new to the reader."""
    note_reading(member_id=member_id, topics_opened=int(head.read_number is None), posts_read=posts_read, at=now())


def _faces(head: TopicHead, held: access.Rights, me: int | None, may_reply: bool) -> dict[bool, Face]:
    """What this reader may do with posts of their own (True) and of others (False)."""
    if me is None:
        return {False: GUEST, True: GUEST}
    moderating = held.may("moderate", head.board_id)
    writing = held.may("reply", head.board_id) and head.state == "open"
    accepting = head.kind == "question" and (me == head.author_id or moderating or held.trust >= 4)
    alive = head.removed_at is None
    shared: dict[str, bool] = {
        "signed_in": True,
        "moderating": moderating,
        "may_reply": may_reply,
        "may_accept": accepting,
    }
    return {
        True: Face(**shared, own=True, may_edit=moderating or writing),
        False: Face(
            **shared, may_edit=moderating, may_improve=writing and held.trust >= 1, may_react=alive, may_flag=alive
        ),
    }


def _head_html(
    head: TopicHead, board: access.BoardCard, held: access.Rights, body: Body, me: int | None, *, nested: bool, way: Way
) -> tuple[SafeString, SafeString]:
    """What stands above the posts, and beside them; kept with the body for each kind of reader."""
    may_remove = me == head.author_id and head.visible_posts <= 1
    above = crumbs(held, board, whole=True)
    key = (
        head.title, head.state, head.pinned, head.removed_at, head.visible_posts, board, me is not None, may_remove,
        tuple(above), tuple(head.near),
    )  # fmt: skip
    kept = body.heads.get(key)
    if kept is None:
        context = {
            "topic": head,
            "board": board,
            "crumbs": above,
            "answer": body.answer if body.answer and not body.answer.removed else None,
            "answer_by": body.people.get(body.answer.author_id) if body.answer else None,
            "answer_url": post_url(head.public_id, head.slug, body.answer.number) if body.answer else "",
            "url": topic_url(head.public_id, head.slug),
            "address": topic_address(head.public_id, head.slug),
            "participants": [body.people[person] for person in head.participants if person in body.people],
            "replies": head.replies,
            "moderating": way.moderating,
            "may_remove": may_remove,
            "signed_in": me is not None,
            "nested": nested,
            "page": way.page,
            "pages": body.pages,
            "first_shown": body.shown[0].number if body.shown else 1,
            "query": body.query,
        }
        kept = body.heads[key] = (
            render_to_string("community/topic/head.html", context),
            render_to_string("community/topic/side.html", context),
        )
        if len(body.heads) > 50:
            body.heads.clear()
    return kept


def _top_html(request: HttpRequest, head: TopicHead, *, moderating: bool, me: int | None, may_reply: bool) -> str:
    """Tags, date and votes, if the topic has any: at most one statement for each."""
    may_edit = moderating or (me == head.author_id and may_reply)
    if not (head.tag_ids or may_edit or head.kind in ("idea", "event")):
        return ""
    return top_pieces(
        request,
        topic_id=head.id,
        public_id=head.public_id,
        slug=head.slug,
        kind=head.kind,
        tag_ids=head.tag_ids,
        vote_count=head.vote_count,
        progress=head.progress,
        state=head.state,
        may_edit=may_edit,
        may_vote=me is not None and me != head.author_id,
    )


def _level_html(
    request: HttpRequest, head: TopicHead, held: access.Rights, own: Own, me: int | None, at: datetime
) -> SafeString:
    """How much the reader hears of this topic, and why; drawn once for each level and reason."""
    who = Reader(me, at, at, boards=own.board_levels, tags=own.tag_levels)
    level = level_of_row(
        own=head.level, reason=head.reason, until=head.level_until, board_id=head.board_id, tag_ids=head.tag_ids,
        reader=who, held=held,
    )  # fmt: skip
    drawn = stencil(
        "community/reading/_level.html", "csrf_token level_form", level=level.level, why=level.why, own=level.own,
        kind="topic",
    )  # fmt: skip
    form = f"{topic_url(head.public_id, head.slug)}level/"
    return drawn.fill({"csrf_token": form_token(request), "level_form": form})


def _structured(request: HttpRequest, head: TopicHead, board: access.BoardCard, body: Body) -> SafeString:
    """What machines read of the first page: the topic and what is shown of it; the same for all guests."""
    site = f"{request.scheme}://{request.get_host()}"
    if not body.shown or body.shown[0].number != 1 or body.shown[0].removed:
        return SafeString("")
    opening, *others = body.shown
    if site not in body.data:

        def said(row: PostRow) -> Said:
            author = body.people.get(row.author_id)
            return Said(
                url=site + post_url(head.public_id, head.slug, row.number),
                text=row.excerpt,
                author=author.name if author else "",
                author_url=site + author.card.url if author else "",
                at=row.created_at,
                likes=sum(row.counts.values()),
                accepted=row.id == head.accepted_post_id,
            )

        url = site + topic_url(head.public_id, head.slug)
        body.data[site] = open_graph(
            site=settings.WAGTAIL_SITE_NAME, title=head.title, url=url, text=opening.excerpt
        ) + structured_data(
            kind=head.kind, title=head.title, url=url, board=board.name,
            opening=said(opening), reply_count=head.replies,
            replies=[said(row) for row in others if row.kind == "post" and not row.removed],
        )  # fmt: skip
    return body.data[site]


def _reply_html(
    request: HttpRequest, head: TopicHead, held: access.Rights, body: Body, form: ReplyForm | None
) -> SafeString:
    """The form for a reply. An empty one is a stencil; one with a parent or with errors is drawn by itself."""
    parent, at = _parent(request, body), now()
    url, cancel = topic_url(head.public_id, head.slug), f"?{body.query}#reply"
    asks = request.method == "POST" and bool(request.POST.get("poll_question") or request.POST.get("poll_options"))
    board, attach = held.boards[head.board_id], held.may("attach", head.board_id)
    key = reply_key(head.public_id)
    begun = drafts.initial(request, key) or quoting.initial(request, head.public_id, held)
    if form is None and parent is None and not begun and "poll" not in request.GET:
        values = {"csrf_token": form_token(request), "client_id": new_id(_FORM_KEY), "opened": signals.opened(at)}
        values |= {"draft_key": key, "board_slug": board.slug, "me_id": require_member(request.user).public_id}
        return _empty_reply(body.language, attach).fill(
            {**values, "url": url, "cancel": cancel, "poll_url": f"?{body.query}poll=1"}
        )
    polled = asks or "poll" in request.GET
    context = {
        "form": form or ReplyForm(initial={"parent": parent.number if parent else None, **begun}),
        "draft_key": key,
        "board_slug": board.slug,
        "attach": attach,
        "poll": PollForm(request.POST if asks else None, at=at, groups=group_ids(require_member(request.user)))
        if polled
        else None,
        "parent_name": begun.get("parent_name", "")
        or (body.people[parent.author_id].name if parent and parent.author_id in body.people else ""),
        "url": url,
        "cancel": cancel,
        "poll_url": f"?{body.query}poll=1",
    }
    return render_to_string("community/topic/reply.html", context, request=request)


@lru_cache(maxsize=16)
def _empty_reply(language: str, attach: bool) -> Stencil:
    """The reply's form in the language of this request, for those who may bring pictures and for those who may not."""
    form = ReplyForm(initial={"client_id": mark("client_id"), "opened": mark("opened")})
    names = ("csrf_token", "url", "cancel", "poll_url", "draft_key", "board_slug", "me_id")
    context = {"form": form, "parent_name": "", "attach": attach} | {name: mark(name) for name in names}
    return Stencil(render_to_string("community/topic/reply.html", context))


def _parent(request: HttpRequest, body: Body) -> PostRow | None:
    """`?reply=12` answers that post, if it is on this page."""
    wanted = request.GET.get("reply", "")
    return next((row for row in body.shown if str(row.number) == wanted and not row.removed), None)


def _said(head: TopicHead, row: PostRow, people: Mapping[int, Author]) -> dict[str, Any]:
    return {"row": row, "author": people.get(row.author_id), "url": post_url(head.public_id, head.slug, row.number)}
