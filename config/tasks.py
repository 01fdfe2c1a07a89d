"""Housekeeping of Django and Wagtail themselves."""

from contextlib import suppress

from celery import shared_task
from django.core.exceptions import ObjectDoesNotExist
from django.core.management import call_command
from django.db import transaction
from django.utils.module_loading import import_string

from config import verify
from outbox import actions
from outbox.clock import now
from outbox.queries import PROVED


@shared_task
def clear_sessions() -> None:
    call_command("clearsessions")


@shared_task
def look_at_promises() -> None:
    """What is broken stands in the log; the page of events says when everything last held."""
    if verify.tell_broken(verify.look()) == 0:
        with transaction.atomic(durable=True):
            actions.beat_seen(name=PROVED, at=now())


@shared_task
def publish_scheduled() -> None:
    call_command("publish_scheduled")


@shared_task
def run_background(path: str, args: list[object], kwargs: dict[str, object]) -> None:
    """Run one django-tasks function (Wagtail's search index, references) by its dotted path."""
    task = import_string(path)
    with suppress(ObjectDoesNotExist):  # the object was deleted before its index entry was written: nothing is left
        task.func(*args, **kwargs)
