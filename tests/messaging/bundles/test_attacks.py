"""What a name or a punished account could do to mail. Each of these worked once."""

import email
import email.policy
from typing import Any

import pytest
from django.contrib.auth.models import Group

from messaging import slots
from messaging.models import Delivery
from messaging.slots import Told

from ..mail.conftest import MORNING, Clock, Sink, person
from ..telling import tell, work, yes
from .test_bundles import MINUTES

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("teas")]


def test_a_name_with_a_line_end_is_no_header(sink: Sink, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sentence with a name in it is the subject of a mail with one notice."""

    def write(*, notices: Any, viewer: Any) -> Any:
        return {one.id: Told("Lin\r\nBcc: all@example.com\r\n\r\nbrought you in", "/tea/") for one in notices}

    monkeypatch.setitem(slots.notices._writers, "tea.named", write)
    lin = person("lin", consents=False)
    yes(lin, MORNING)
    tell(lin, at=clock.at)
    clock.at += 10 * MINUTES
    assert work(clock) == 1
    message = email.message_from_bytes(sink.mails[0].content, policy=email.policy.default)
    assert message["subject"] == "Lin Bcc: all@example.com brought you in" and message["bcc"] is None


def test_who_is_suspended_gets_no_mail_of_what_goes_on(sink: Sink, clock: Clock) -> None:
    lin = person("lin", consents=False)
    yes(lin, MORNING)
    tell(lin, at=clock.at)
    lin.groups.add(Group.objects.get_or_create(name="order:suspended")[0])
    clock.at += 10 * MINUTES
    assert work(clock) == 0 and not sink.mails
    assert set(Delivery.objects.values_list("state", flat=True)) == {"nothing_to_say"}
