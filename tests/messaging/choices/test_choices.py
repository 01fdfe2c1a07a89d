"""The page where members choose: what it shows is what holds, and mail comes only with a yes in the ledger."""

import re
from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client

from members.models import User
from messaging import actions, queries
from messaging.choices import CHANNELS, GROUPS, differing, how
from messaging.models import Delivery, MailPause, Notice, NoticeSettings
from messaging.queries.notices import notice_page, unseen_count
from messaging.slots import notices
from outbox.clock import now

from ..mail.conftest import MORNING, person
from ..telling import said, tell, write, yes

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("teas")]
PAGE = "/settings/notifications/"


def fields(page: str) -> dict[str, str]:
    """What a browser would send back of the page as it is."""
    form = next(part for part in re.findall(r"<form.*?</form>", page, re.S) if 'name="digest"' in part)
    found = {}
    for name, options in re.findall(r'<select name="(\w+)".*?>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    for name in re.findall(r'<input type="checkbox" name="(\w+)"[^>]* checked', form):
        found[name] = "on"
    for name, value in re.findall(r'<input type="time" name="(\w+)"(?: value="([\d:]+)")?', form):
        found[name] = value
    return found


@pytest.fixture
def lin(client: Client) -> User:
    user = person("lin", consents=False)
    client.force_login(user)
    return user


def held(user: User) -> NoticeSettings:
    return NoticeSettings.objects.get(member=user)


def test_saving_the_page_as_it_is_asks_for_nothing(lin: User, client: Client) -> None:
    page = client.get(PAGE).content.decode()
    sent = fields(page)
    assert sent["email_mentions"] == "digest", "without a yes, no mail of its own comes"
    assert sent["digest"] == "never"
    assert client.post(PAGE, sent).status_code == 302
    assert said(lin) == []
    assert held(lin).choices == {}
    assert fields(client.get(PAGE).content.decode()) == sent


def test_choosing_mail_is_the_yes_and_choosing_none_takes_it_back(lin: User, client: Client) -> None:
    sent = fields(client.get(PAGE).content.decode()) | {"email_mentions": "bundled"}
    client.post(PAGE, sent)
    assert said(lin) == [("community", "granted", "community-1")]
    assert fields(client.get(PAGE).content.decode()) == sent, "what was shown is what was agreed to"
    tell(lin, at=MORNING)
    tell(lin, kind="tea.standing", cause="other", at=MORNING)
    assert Notice.objects.exclude(mail_at=None).count() == 1
    client.post(PAGE, sent | {"email_mentions": "off"})
    assert said(lin)[-1] == ("community", "withdrawn", "community-1")


def test_a_digest_is_asked_for_in_its_own_words(lin: User, client: Client) -> None:
    sent = fields(client.get(PAGE).content.decode())
    client.post(PAGE, sent | {"digest": "daily", "digest_hour": "18", "digest_day": "5"})
    assert said(lin) == [("digest", "granted", "digest-1")]
    assert (held(lin).digest, held(lin).digest_hour, held(lin).digest_day) == ("daily", 18, 5)
    client.post(PAGE, sent | {"digest": "never"})
    assert said(lin)[-1] == ("digest", "withdrawn", "digest-1")
    assert fields(client.get(PAGE).content.decode())["digest"] == "never"


def test_one_click_out_of_mail_shows_on_the_page_and_keeps_the_choices(lin: User, client: Client) -> None:
    client.post(PAGE, fields(client.get(PAGE).content.decode()) | {"email_mentions": "now"})
    with transaction.atomic():
        actions.record_consent(
            member_id=lin.pk, purpose="community", granted=False, source="one_click", at=now(), by=lin.pk
        )
    assert fields(client.get(PAGE).content.decode())["email_mentions"] == "digest"
    yes(lin, now())
    assert fields(client.get(PAGE).content.decode())["email_mentions"] == "now"


def test_quiet_hours_of_ones_own_none_and_the_sites(lin: User, client: Client) -> None:
    sent = fields(client.get(PAGE).content.decode())
    client.post(PAGE, sent | {"quiet": "own", "quiet_from": "22:30", "quiet_to": "06:15"})
    assert queries.own_hours(member_ids=[lin.pk])[lin.pk][0].isoformat() == "22:30:00"
    client.post(PAGE, sent | {"quiet": "none"})
    start, end = queries.own_hours(member_ids=[lin.pk])[lin.pk]
    assert start == end
    assert fields(client.get(PAGE).content.decode())["quiet"] == "none"
    client.post(PAGE, sent | {"quiet": "site"})
    assert queries.own_hours(member_ids=[lin.pk]) == {}


@pytest.mark.parametrize(
    "wrong",
    [
        {"email_mentions": "hourly"}, {"site_tea": "x"}, {"digest": ""}, {"digest_hour": "24"}, {"digest_day": "0"},
        {"quiet": "own", "quiet_from": "25:00", "quiet_to": "06:00"}, {"quiet": "own", "quiet_from": "", "quiet_to": ""},
        {"site_order": "off"},
    ],
)  # fmt: skip
def test_nonsense_changes_nothing(lin: User, client: Client, wrong: dict[str, str]) -> None:
    sent = fields(client.get(PAGE).content.decode())
    answer = client.post(PAGE, sent | wrong)
    if wrong == {"site_tea": "x"}:
        assert answer.status_code == 302
    else:
        assert answer.status_code == 422
        assert not NoticeSettings.objects.exists()


def test_a_page_of_yesterday_leaves_a_new_group_as_it_is(
    lin: User, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.post(PAGE, fields(client.get(PAGE).content.decode()) | {"site_followed": "off"})
    sent = fields(client.get(PAGE).content.decode())
    del sent["site_followed"]
    assert client.post(PAGE, sent).status_code == 302
    assert held(lin).choices["followed"]["site"] == "off"


def test_what_is_off_here_is_not_told_here_and_order_always_is(lin: User, client: Client) -> None:
    client.post(PAGE, fields(client.get(PAGE).content.decode()) | {"site_mentions": "off", "email_mentions": "off"})
    NoticeSettings.objects.filter(member=lin).update(
        choices={
            **held(lin).choices,
            "order": {"site": "off"},
            "mentions": {"site": "off", "email": "off", "push": "off"},
        }
    )
    tell(lin, tea=1, at=now())
    tell(lin, tea=2, kind="tea.standing", at=now())
    assert [row.card.kind for row in notice_page(viewer=lin).rows] == ["tea.standing"]
    assert unseen_count(member_id=lin.pk) == 1
    assert Notice.objects.count() == 1


def test_off_here_but_by_mail_it_is_carried_and_not_shown(lin: User) -> None:
    yes(lin, MORNING)
    NoticeSettings.objects.create(member=lin, choices={"mentions": {"site": "off"}})
    tell(lin, at=MORNING)
    assert Notice.objects.get().mail_at == MORNING + timedelta(minutes=10)
    assert notice_page(viewer=lin).rows == []
    assert unseen_count(member_id=lin.pk) == 0


def test_a_pause_of_a_week_and_its_end(lin: User, client: Client) -> None:
    yes(lin, MORNING)
    client.post(f"{PAGE}pause/", {"for": "7"})
    assert timedelta(days=6, hours=23) < MailPause.objects.get(member=lin).until - now() <= timedelta(days=7)
    assert "We are quiet until" in client.get(PAGE).content.decode()
    client.post(f"{PAGE}pause/", {"for": "nonsense"})
    assert not MailPause.objects.exists()


def test_the_page_says_what_came_this_week(lin: User, client: Client) -> None:
    for number, (purpose, channel) in enumerate([("community", "email"), ("digest", "email"), ("community", "push")]):
        Delivery.objects.create(
            kind="x", cause=str(number), member=lin, purpose=purpose, channel=channel, state="sent", queued_at=now(),
            not_before=now(), sent_at=now() - timedelta(days=2),
        )  # fmt: skip
    page = client.get(PAGE).content.decode()
    assert "4 of 12 units" in page
    assert "Push messages: 1" in page


def test_guests_are_asked_to_sign_in(client: Client) -> None:
    assert client.get(PAGE)["Location"].startswith("/accounts/login/")


def test_every_default_is_offered_and_only_differences_are_kept() -> None:
    for group in GROUPS.values():
        for channel in CHANNELS:
            assert group.default(channel) in group.allowed(channel)
    same = {key: {channel: group.default(channel) for channel in CHANNELS} for key, group in GROUPS.items()}
    assert differing(same) == {}
    assert differing({"order": {"site": "off"}, "mentions": {"push": "digest", "email": "off"}, "gone": {}}) == {
        "mentions": {"email": "off"}
    }
    assert how({}, "no such group", "email") == GROUPS["other"].email
    assert how({"mentions": {"email": "garbage"}}, "mentions", "email") == "bundled"


def test_a_kind_of_an_unknown_group_is_refused() -> None:
    with pytest.raises(TypeError):
        notices.register("tea.new", write, label="x", group="teas")
