"""Push messages: readable by the one browser, sent to known push services alone, by the same rules as mail."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.db import transaction
from django.test import Client

from members.actions import end_sessions
from members.models import User
from messaging import actions, pushing, rounds, webpush
from messaging.models import Delivery, Notice, PushSubscription
from messaging.queries import refusals
from messaging.rules import Limits
from messaging.webpush import BadKeys, check_keys, decode64, encode64, encrypt

from ..mail.conftest import MORNING, Clock, person
from ..telling import prefer, said, tell
from .service import HOST, Browser, Service

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("teas")]
DEVICES = "/settings/notifications/devices/"


def test_the_bytes_are_those_of_the_standards_own_example() -> None:
    """RFC 8291, appendix A."""
    keys = {name: ec.derive_private_key(int.from_bytes(decode64(text), "big"), ec.SECP256R1()) for name, text in {
        "own": "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw", "theirs": "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94",
    }.items()}  # fmt: skip
    body = encrypt(
        b"When I grow up, I want to be a watermelon",
        p256dh=encode64(webpush._point(keys["theirs"])),
        auth="BTBZMqHH6r4Tts7J_aSIgg",
        salt=decode64("DGv6ra1nlYgDCS1FRnbzlw"),
        own=keys["own"],
    )
    assert encode64(body) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_y"
        "l95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


@pytest.mark.parametrize(
    ("p256dh", "auth"), [("", ""), ("AAAA", "A" * 22), ("é", "A" * 22), ("B" + "A" * 86, "A" * 22)]
)
def test_what_is_no_key_is_refused(p256dh: str, auth: str) -> None:
    with pytest.raises(BadKeys):
        check_keys(p256dh=p256dh, auth=auth)
    with pytest.raises(BadKeys):
        check_keys(p256dh=Browser("x").form["p256dh"], auth="AAAA")


def owner(name: str, browser: Browser, at: datetime = MORNING) -> User:
    user = person(name, consents=False)
    with transaction.atomic():
        actions.add_device(member_id=user.pk, **browser.form, by=user.pk, at=at)
    return user


def ring(clock: Clock) -> int:
    rounds.bundle_all(clock=clock)
    return pushing.send_due(clock=clock)


def outcome() -> list[tuple[str, str]]:
    return list(Delivery.objects.order_by("id").values_list("state", "reason"))


def test_what_leaves_can_be_read_by_the_browser_alone_and_says_who_and_where(service: Service, clock: Clock) -> None:
    browser = Browser("lin")
    lin = owner("lin", browser)
    tell(lin, tea=5, at=clock.at)
    assert ring(clock) == 1
    assert ring(clock) == 0
    (pushed,) = service.got
    notice = Notice.objects.get()
    shown = browser.read(pushed.body)
    assert shown["title"] == "1 people named your tea 5"
    assert (shown["body"], shown["url"]) == ("", f"/notices/{notice.public_id}/")
    assert b"named your tea" not in pushed.body
    assert (pushed.path, pushed.headers["content-encoding"]) == ("/send/lin", "aes128gcm")
    assert (pushed.headers["ttl"], pushed.headers["urgency"], pushed.headers["topic"]) == ("86400", "normal", "notices")
    assert "cookie" not in pushed.headers
    claims = service.claims(pushed)
    assert claims["aud"] == f"https://{HOST}"
    assert claims["key"] == webpush.public_key()
    assert claims["sub"].startswith(("mailto:", "https://"))
    assert outcome() == [("sent", "")]
    assert PushSubscription.objects.get().last_success_at == clock.at
    with pytest.raises(Exception):  # noqa: B017  (whatever a wrong key brings)
        Browser("other").read(pushed.body)


def test_the_words_only_for_who_asked_and_never_more_than_three_kilobytes(
    service: Service, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = Browser("lin")
    lin = owner("lin", browser)
    prefer(lin, push_words=True)
    tell(lin, tea=5, at=clock.at)
    ring(clock)
    assert browser.read(service.got[0].body)["body"] == "words of 5"
    prepared = pushing.Prepared(
        claim=pushing.Claim(1, 1), member_id=lin.pk, public_id="x" * 12, urgent=False,
        composed=pushing.delivering.Composed("题" * 120, "茶" * 4_000, "", "", url="/notices/"),
    )  # fmt: skip
    assert len(pushing.payload(prepared)) <= 3_000


def test_several_come_as_one_and_each_device_rings(service: Service, clock: Clock) -> None:
    first, second = Browser("phone"), Browser("desk")
    lin = owner("lin", first)
    with transaction.atomic():
        actions.add_device(member_id=lin.pk, **second.form, by=lin.pk, at=clock.at)
    for tea in (1, 2, 3):
        tell(lin, tea=tea, at=clock.at)
    assert ring(clock) == 1
    assert sorted(one.path for one in service.got) == ["/send/desk", "/send/phone"]
    for one in service.got:
        browser = first if one.path.endswith("phone") else second
        assert browser.read(one.body)["title"] == "3 things happened for you"
        assert browser.read(one.body)["body"].count("named your tea") == 3


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_forgotten(service: Service, clock: Clock, status: int) -> None:
    lin = owner("lin", Browser("gone"))
    with transaction.atomic():
        actions.add_device(member_id=lin.pk, **Browser("here").form, by=lin.pk, at=clock.at)
    service.answers["/send/gone"] = status
    tell(lin, at=clock.at)
    assert ring(clock) == 1
    assert list(PushSubscription.objects.values_list("endpoint", flat=True)) == [f"https://{HOST}/send/here"]
    service.answers["/send/here"] = status
    tell(lin, tea=2, at=clock.at)
    assert ring(clock) == 0
    assert outcome() == [("sent", ""), ("failed", "no_device")]
    assert not PushSubscription.objects.exists()


@pytest.mark.parametrize("status", [429, 500, 503])
def test_later_is_later_with_patience_and_told_once(service: Service, clock: Clock, status: int) -> None:
    tell(owner("lin", Browser("lin")), at=clock.at)
    service.answers["/send/lin"] = status
    assert ring(clock) == 0
    assert outcome() == [("queued", "push_later")]
    assert ring(clock) == 0
    assert len(service.got) == 1, "not before its time"
    clock.at += timedelta(minutes=2)
    service.answers.clear()
    assert ring(clock) == 1
    assert outcome() == [("sent", "")]


@pytest.mark.parametrize("status", [307, 400, 403, 413])
def test_refused_is_refused_and_no_redirect_is_followed(service: Service, clock: Clock, status: int) -> None:
    tell(owner("lin", Browser("lin")), at=clock.at)
    service.answers["/send/lin"] = status
    assert ring(clock) == 0
    assert outcome() == [("failed", "push_refused")]
    assert len(service.got) == len(service.dialled) == 1
    assert PushSubscription.objects.get().failures == 1


def test_no_inner_address_is_reached_though_its_name_is_allowed(
    service: Service, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(owner("lin", Browser("lin")), at=clock.at)
    for address in ("127.0.0.1", "169.254.169.254", "::ffff:10.0.0.1"):
        monkeypatch.setattr(pushing, "NETWORK", service.network(address))
        ring(clock)
    assert service.got == service.dialled == []
    assert outcome() == [("failed", "push_refused")]


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://push.example.com/x", "https://push.example.com.evil.example/x", "https://evil.example/push.example.com",
        "https://push.example.com:8443/x", "https://me@push.example.com/x", "https://127.0.0.1/x", "nonsense", "",
        "https://xpush.example.com/x", "https://push.example.com/" + "x" * 2000,
    ],
)  # fmt: skip
def test_an_address_of_nobody_we_know_is_refused_at_the_door(service: Service, client: Client, endpoint: str) -> None:
    lin = person("lin", consents=False)
    client.force_login(lin)
    answer = client.post(DEVICES, {**Browser("x").form, "endpoint": endpoint})
    assert answer.status_code == 403
    assert not PushSubscription.objects.exists()
    assert said(lin) == []


def test_the_known_push_services_are_known(settings: Any) -> None:
    from messaging.outside import is_allowed

    for host in (
        "fcm.googleapis.com",
        "updates.push.services.mozilla.com",
        "wns2-par02p.notify.windows.com",
        "web.push.apple.com",
    ):
        assert is_allowed(host, settings.PUSH_HOSTS)
    for host in (
        "googleapis.com",
        "push.services.mozilla.com.evil.example",
        "x.web.push.apple.com",
        "notify.windows.com",
    ):
        assert not is_allowed(host, settings.PUSH_HOSTS)


def test_a_device_is_asked_for_and_let_go_with_words_in_the_ledger(service: Service, client: Client) -> None:
    lin, wen = person("lin", consents=False), person("wen", consents=False)
    client.force_login(lin)
    browser = Browser("lin")
    assert client.post(DEVICES, browser.form).status_code == 302
    assert client.post(DEVICES, browser.form).status_code == 302
    assert said(lin) == [("community", "granted", "push-community-1")]
    device = PushSubscription.objects.get()
    assert "Lab" in client.get("/settings/notifications/").content.decode()
    client.force_login(wen)
    client.post(f"{DEVICES}{device.public_id}/")
    assert PushSubscription.objects.count() == 1, "nobody lets go what is another's"
    client.post(DEVICES, browser.form)
    assert PushSubscription.objects.get().member == wen, "a browser belongs to who asked last"
    client.post(f"{DEVICES}{PushSubscription.objects.get().public_id}/")
    assert said(wen)[-1] == ("community", "withdrawn", "push-community-1")
    assert not PushSubscription.objects.exists()


def test_who_signs_out_is_rung_on_their_other_devices_alone(service: Service, client: Client) -> None:
    lin = owner("lin", phone := Browser("phone"))
    client.force_login(lin, backend="members.backends.MemberBackend")
    client.post(DEVICES, Browser("library").form)
    client.get("/accounts/logout/")
    assert PushSubscription.objects.filter(member=lin).count() == 2, "looking at the question signs nobody out"
    client.post("/accounts/logout/")
    assert PushSubscription.objects.get(member=lin).endpoint == phone.endpoint
    assert said(lin) == [("community", "granted", "push-community-1")], "it was no word about being rung"


@pytest.mark.parametrize("door", ["/admin/logout/", "/django-admin/logout/"])
def test_who_leaves_a_console_is_not_rung_there_any_more(service: Service, client: Client, door: str) -> None:
    lin = owner("lin", phone := Browser("phone"))
    client.force_login(lin, backend="members.backends.MemberBackend")
    client.post(DEVICES, Browser("library").form)
    assert client.get(door).status_code == 405, "looking signs nobody out"
    assert PushSubscription.objects.filter(member=lin).count() == 2
    client.post(door)
    assert "_auth_user_id" not in client.session
    assert PushSubscription.objects.get(member=lin).endpoint == phone.endpoint


def test_who_signs_out_elsewhere_or_takes_another_password_is_rung_here_alone(service: Service, client: Client) -> None:
    """Elsewhere somebody else may sit: whoever ends the other sessions wants no words shown there either."""
    lin = owner("lin", Browser("lost-phone"))
    client.force_login(lin, backend="members.backends.MemberBackend")
    client.post(DEVICES, (here := Browser("desk")).form)
    client.get("/settings/profile/")
    assert client.post("/accounts/sessions/", {}).status_code == 302
    assert PushSubscription.objects.get(member=lin).endpoint == here.endpoint
    with transaction.atomic():
        actions.add_device(member_id=lin.pk, **Browser("another-phone").form, by=lin.pk, at=MORNING)
    lin.set_password("tea at four o'clock")
    lin.save(update_fields=["password"])
    client.force_login(lin, backend="members.backends.MemberBackend")
    client.post(DEVICES, here.form)
    fresh = {
        "oldpassword": "tea at four o'clock",
        "password1": "tea at five o'clock!",
        "password2": "tea at five o'clock!",
    }
    assert client.post("/accounts/password/change/", fresh).status_code == 302
    lin.refresh_from_db()
    assert lin.check_password("tea at five o'clock!")
    assert PushSubscription.objects.get(member=lin).endpoint == here.endpoint
    assert said(lin)[-1] == ("community", "granted", "push-community-1"), "it was no word about being rung"


def test_who_is_signed_out_by_the_site_is_rung_nowhere(service: Service) -> None:
    lin = owner("lin", Browser("phone"))
    with transaction.atomic():
        end_sessions(member_id=lin.pk, by=None, at=MORNING)  # a suspension; or a letter says "this was not me"
    assert not PushSubscription.objects.filter(member=lin).exists()


def test_a_closed_account_is_rung_nowhere(service: Service, clock: Clock) -> None:
    lin = owner("lin", Browser("phone"))
    tell(lin, at=MORNING)
    User.objects.filter(pk=lin.pk).update(is_active=False)
    assert refusals(member_ids=[lin.pk], channel="push", purpose="service", at=MORNING) == {lin.pk: "no_device"}


def test_devices_are_ten_at_most(service: Service) -> None:
    lin = person("lin", consents=False)
    for number in range(12):
        with transaction.atomic():
            actions.add_device(
                member_id=lin.pk, **Browser(str(number)).form, by=lin.pk, at=MORNING + timedelta(minutes=number)
            )
    kept = set(PushSubscription.objects.values_list("endpoint", flat=True))
    assert kept == {f"https://{HOST}/send/{number}" for number in range(2, 12)}


def test_quiet_hours_pause_and_the_budget_hold_for_push_and_urgent_is_told_what_was_asked_for(
    service: Service, clock: Clock
) -> None:
    lin, wen = owner("lin", Browser("lin")), owner("wen", Browser("wen"))
    clock.at = datetime(2026, 3, 3, 22, tzinfo=UTC)
    tell(lin, tea=1, at=clock.at)
    tell(wen, tea=2, urgent=True, at=clock.at)
    assert ring(clock) == 1
    assert service.got[0].path == "/send/wen"
    assert (service.got[0].headers["urgency"], service.got[0].headers["ttl"]) == ("high", "1800")
    assert service.got[0].headers["topic"] == Delivery.objects.get(member=wen).public_id
    clock.at = datetime(2026, 3, 4, 8, tzinfo=UTC)
    assert ring(clock) == 1, "what waited for the morning"
    with transaction.atomic():
        actions.update_limits(limits=Limits(week_units=1), by=lin.pk, at=clock.at)
        actions.pause_mail(member_id=wen.pk, by=wen.pk, at=clock.at)
    tell(lin, wen, tea=3, at=clock.at)
    assert ring(clock) == 0
    assert outcome()[2:] == [("capped", "cap_budget"), ("suppressed", "paused_by_member")]


def test_a_killed_pusher_leaves_what_the_sweep_finds_and_sends_again_under_one_tag(
    service: Service, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = Browser("lin")
    tell(owner("lin", browser), at=clock.at)
    with monkeypatch.context() as killing, pytest.raises(SystemExit):
        killing.setattr(pushing.delivering, "settle_many", _killed)
        ring(clock)
    assert outcome() == [("handing_over", "being_handed_over")]
    clock.at += timedelta(minutes=6)
    pushing.send_due(clock=clock)
    assert outcome() == [("sent", "")]
    first, again = (browser.read(one.body) for one in service.got)
    assert first == again


def _killed(**_: Any) -> None:
    raise SystemExit


def test_the_worker_lies_at_the_root_and_says_nothing_of_anybody(client: Client) -> None:
    answer = client.get("/sw.js")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Cache-Control"] == "no-cache"
    assert b"showNotification" in answer.content


def test_a_row_that_names_a_stranger_is_not_sent_to(service: Service, clock: Clock) -> None:
    lin = owner("lin", Browser("lin"))
    PushSubscription.objects.update(endpoint="https://stranger.example.com/send/lin")
    tell(lin, at=clock.at)
    assert ring(clock) == 0
    assert service.got == service.dialled == []
    assert outcome() == [("failed", "push_refused")]
