"""Wagtail enqueues through django-tasks; this back end hands its work to Celery after the commit."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task, TaskResult, TaskResultStatus
from django_tasks.utils import get_random_id


class CeleryTaskBackend(BaseTaskBackend):
    """Sends `module path, args, kwargs` to `config.tasks.run_background`; results are not kept."""

    supports_defer = False
    supports_async_task = False
    supports_get_result = False

    def enqueue(self, task: Task[Any, Any], args: list[Any], kwargs: dict[str, Any]) -> TaskResult[Any]:
        self.validate_task(task)
        transaction.on_commit(lambda: _send(task.module_path, args, kwargs))
        return TaskResult(
            task=task,
            id=get_random_id(),
            status=TaskResultStatus.READY,
            enqueued_at=timezone.now(),
            started_at=None,
            finished_at=None,
            last_attempted_at=None,
            args=args,
            kwargs=kwargs,
            backend=self.alias,
            errors=[],
            worker_ids=[],
        )


def _send(path: str, args: list[Any], kwargs: dict[str, Any]) -> None:
    from outbox.nudge import send_later

    send_later("config.tasks.run_background", path, list(args), dict(kwargs))
