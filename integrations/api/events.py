"""Events in."""

from django.http import HttpRequest, HttpResponse
from ninja import Router

from integrations.api.asking import REFUSALS, DryRun, caller_of, known_parameters, speaking_for
from integrations.authentication import KeyAuth
from integrations.resources import told_events
from integrations.resources.batches import item
from integrations.resources.told_events import EventBatchOut, EventIn, EventOut, EventsBatchIn
from integrations.writing import Effect, carry_out, carry_out_each

router = Router(tags=["events"])
WRITES = KeyAuth("events:write")


@router.post("/events", auth=WRITES, response={200: EventOut, 201: EventOut, **REFUSALS})
def post_event(request: HttpRequest, event: EventIn, dry_run: DryRun = False) -> HttpResponse:
    """Tell what a member did in a system of yours. Earning rules for “something your own systems tell us” pay for it.

    (source, external_id) is one event for ever: told again it is 200 and pays nothing more, and another event under the same
    name is 409. What it earned, and which rules refused, is in the answer: nothing is queued.
    """
    known_parameters(request, "dry_run")
    caller = caller_of(request)
    dry = dry_run or caller.sandbox
    effect = speaking_for(caller, event.source, told_events.take(event, by=caller.made_by, dry_run=dry))
    return carry_out(request, caller, effect, dry_run=dry_run)


@router.post("/events:batch", auth=WRITES, response={207: EventBatchOut, **REFUSALS})
def post_events(request: HttpRequest, batch: EventsBatchIn, dry_run: DryRun = False) -> HttpResponse:
    """Tell up to 500 events. Each has its own status and, when refused, its own problem; the call is 207."""
    known_parameters(request, "dry_run")
    caller = caller_of(request)
    dry = dry_run or caller.sandbox

    def one(event: EventIn) -> Effect:
        return speaking_for(caller, event.source, told_events.take(event, by=caller.made_by, dry_run=dry))

    effects = [item(raw, EventIn, one) for raw in batch.events]
    return carry_out_each(request, caller, effects, dry_run=dry, name="event")
