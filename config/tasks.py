"""Housekeeping of Django and Wagtail themselves."""

from contextlib import suppress

from celery import shared_task
from django.core.exceptions import ObjectDoesNotExist
from django.core.management import call_command
from django.utils.module_loading import import_string


@shared_task
def clear_sessions() -> None:
    call_command("clearsessions")


@shared_task
def publish_scheduled() -> None:
    call_command("publish_scheduled")


@shared_task
def run_background(path: str, args: list[object], kwargs: dict[str, object]) -> None:
    """Run one django-tasks function (Wagtail's search index, references) by its dotted path."""
    task = import_string(path)
    with suppress(ObjectDoesNotExist):  # the object was deleted before its index entry was written: nothing is left
        task.func(*args, **kwargs)
