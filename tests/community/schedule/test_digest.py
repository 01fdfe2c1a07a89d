"""The next sessions in a digest: planned ones within a week, which the reader is invited to, in their own time."""

from datetime import timedelta

import pytest

from community.models import LiveSession
from community.notices.digest import next_sessions
from members.models import User
from tests.community.forum.conftest import Cast

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_next_session_is_told_in_the_readers_time_and_a_cancelled_one_not(cast: Cast, evening: LiveSession) -> None:
    lin = User.objects.exclude(pk=evening.host_id).order_by("id")[0]
    User.objects.filter(pk=lin.pk).update(time_zone="Asia/Shanghai")
    before = evening.starts_at - timedelta(days=2)
    part = next_sessions(viewer=User.objects.get(pk=lin.pk), since=before, at=before)
    assert part is not None
    (line,) = part.lines
    assert (line.text, line.url) == (evening.title, f"/live/{evening.public_id}/")
    assert line.note
    early = evening.starts_at - timedelta(days=20)
    assert next_sessions(viewer=lin, since=early, at=early) is None
    LiveSession.objects.filter(pk=evening.pk).update(state="cancelled", cancelled_at=before)
    assert next_sessions(viewer=lin, since=before, at=before) is None
