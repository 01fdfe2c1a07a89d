"""Beginning a topic: words, tags, perhaps a poll or a date. One form, which works without script."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from community import access
from community.actions.composer.drafts import discard_draft
from community.actions.forum import tags
from community.actions.forum import topics as topic_actions
from community.actions.forum.writing import Written
from community.composer import unsent
from community.forms.posts import TopicForm
from community.forms.structure import EventForm, PollForm
from community.problems import Problem
from community.queries import search
from community.queries.forum import topics as topic_queries
from community.rules.composer import new_key
from community.trust import limits
from community.views.composer import checking, drafts
from community.views.forum.index import crumbs
from members.access import Member, group_ids, require_member
from outbox.clock import now


@require_http_methods(["GET", "HEAD", "POST"])
@unsent.kept
def start(request: HttpRequest, slug: str) -> HttpResponse:
    """Write a new topic. `?kind=event` opens the form with the fields of that kind."""
    held = access.hold_rights(request.user)
    member = require_member(request.user)
    board = access.get_board(request.user, slug, "start", held=held)
    at = now()
    data = request.POST if request.method == "POST" else None
    kind = (data or request.GET).get("kind", "")
    key = new_key(board.slug)
    begun = ({"kind": kind} if kind in board.kinds else {}) | drafts.initial(request, key)
    form = TopicForm(data, board=board, initial=begun)
    event = EventForm(data, needed=kind == "event")
    poll = PollForm(data, at=at, groups=group_ids(member))
    refusal: Problem | None = None
    if data is not None:
        valid = [form.is_valid(), event.is_valid(), poll.is_valid()]
        if all(valid):
            try:
                written = _start(member, held, board, form.cleaned_data, event, poll, at)
                if written.held:
                    messages.info(request, _("Thank you. A moderator looks at it first; then everybody sees it."))
                    return redirect("community:board", board.slug)
                return redirect(topic_queries.url_of(topic_id=written.topic_id))
            except Problem as problem:
                form.renew()
                form.add_error("tags" if isinstance(problem, tags.TagsRefused) else None, problem.message)
                refusal = problem
    context = {
        "form": form, "board": board, "crumbs": crumbs(held, board, whole=True), "poll": poll, "event": event,
        "poll_open": data is not None and poll.wanted, "least_tags": board.least_tags,
        "similar": search.similar_topics(title=data.get("title", ""), boards=held.browsable) if data is not None else [],
        "draft_key": key, "board_slug": board.slug, "attach": held.may("attach", board.id),
        "events": "event" in board.kinds, "only_event": board.kinds == ("event",) or kind == "event",
    }  # fmt: skip
    page = render(request, "community/structure/start.html", context, status=200 if data is None else 422)
    return checking.refused(page, refusal)


def _start(
    member: Member, held: access.Rights, board: access.BoardCard, text: dict[str, Any], event: EventForm,
    poll: PollForm, at: datetime,
) -> Written:  # fmt: skip
    """Made ready before the transaction; counted and begun in it."""
    key, moderating = text["client_id"] or "", held.may("moderate", board.id)
    checked = checking.check(
        member, held, raw=text["raw"], title=text["title"], moderating=moderating, at=at, opened=text["opened"]
    )
    ready, verdict = checked.text, checked.verdict
    names = list(dict.fromkeys([*text["tags"], *verdict.tags]))
    with (
        limits.spending(
            "topic", member_id=member.pk, trust=held.trust, at=at, joined_at=member.date_joined, key=key,
            text=ready.raw,
        ),
        transaction.atomic(durable=True),
    ):  # fmt: skip
        checking.begin(verdict, member)
        chosen = tags.resolve(
            names=names, by=member.pk, at=at, trust=held.trust, groups=group_ids(member),
            moderating=moderating, least=board.least_tags,
        )  # fmt: skip
        written = topic_actions.start_topic(
            board_id=board.id, title=verdict.title, raw=ready.raw, text=ready, kind=text["kind"],
            client_id=key or None, trust=held.trust, tag_ids=chosen, event=event.draft, poll=poll.draft, by=member.pk,
            hold=verdict.hold, at=at,
        )  # fmt: skip
        discard_draft(key=new_key(board.slug), by=member.pk, at=at)
        checking.follow(written, verdict, member, at=at)
        return written
