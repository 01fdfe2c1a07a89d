"""Signing up, the owner's first page, the profile and its picture: through the doors people use."""

import io
import re
from datetime import UTC, datetime

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from PIL import Image

from members import actions, queries, slots
from members.models import SignInTries, User
from outbox.models import StoredEvent

pytestmark = pytest.mark.django_db(transaction=True)
AT = datetime(2026, 3, 1, 10, tzinfo=UTC)
PASSWORD = "a long walk in the rain"


@pytest.fixture
def ming() -> User:
    with transaction.atomic():
        return User.objects.get(
            pk=actions.make_member(username="ming", email="ming@example.com", password=PASSWORD, by=None, at=AT)
        )


@pytest.fixture
def signed_in(client: Client, ming: User) -> Client:
    client.force_login(ming, backend="members.backends.MemberBackend")
    return client


def picture(kind: str = "PNG", size: tuple[int, int] = (400, 300)) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, "teal").save(buffer, kind)
    return buffer.getvalue()


def test_sign_up_by_code_makes_a_member_who_can_sign_in(client: Client) -> None:
    client.post("/accounts/signup/", {"email": "lin@example.com", "username": "lin", "password1": PASSWORD})
    code = re.search(r"^([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})$", mail.outbox[0].body, re.M)
    assert code, mail.outbox[0].body
    answer = client.post("/accounts/confirm-email/", {"code": code[1]})
    assert answer.status_code == 302
    assert EmailAddress.objects.get(email="lin@example.com").verified
    assert client.session.get("_auth_user_id") == str(User.objects.get(username="lin").pk)
    assert StoredEvent.objects.filter(name="member.created", payload__imported=False).count() == 1


def test_a_failing_guest_of_the_sign_up_leaves_no_account(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(**kwargs: object) -> None:
        raise RuntimeError("an invitation broke")

    monkeypatch.setattr(slots.at_signup, "_functions", [fails])
    with pytest.raises(RuntimeError):
        client.post("/accounts/signup/", {"email": "lin@example.com", "username": "lin", "password1": PASSWORD})
    assert not User.objects.filter(username="lin").exists()
    assert not StoredEvent.objects.exists()


@pytest.mark.parametrize("name", ["李明", "ming.li", "a-b", "Zoë"])
def test_names_of_every_script_are_welcome(client: Client, name: str) -> None:
    client.post("/accounts/signup/", {"email": "x@example.com", "username": name, "password1": PASSWORD})
    assert User.objects.filter(username=name).exists()


@pytest.mark.parametrize("name", ["-ming", "mi ng", "<b>", "admin", "ming\x00", "a" * 31, "../etc"])
def test_names_that_mislead_are_refused(client: Client, name: str) -> None:
    answer = client.post("/accounts/signup/", {"email": "x@example.com", "username": name, "password1": PASSWORD})
    assert answer.status_code == 200
    assert not User.objects.filter(email="x@example.com").exists()


def test_a_known_address_is_not_revealed_at_sign_up(client: Client, ming: User) -> None:
    known = client.post("/accounts/signup/", {"email": "MING@example.com", "username": "other", "password1": PASSWORD})
    fresh = Client().post(
        "/accounts/signup/", {"email": "new@example.com", "username": "newone", "password1": PASSWORD}
    )
    assert (known.status_code, known.headers["Location"]) == (fresh.status_code, fresh.headers["Location"])
    assert User.objects.filter(email__iexact="ming@example.com").count() == 1


class TestTries:
    """A brute force is counted in PostgreSQL, before anything is hashed."""

    @pytest.fixture(autouse=True)
    def hashed(self, monkeypatch: pytest.MonkeyPatch) -> list[str]:
        from members.hashers import Argon2Hasher

        original, hashed = Argon2Hasher.verify, []

        def verify(hasher: Argon2Hasher, password: str, encoded: str) -> bool:
            hashed.append(password)
            return original(hasher, password, encoded)

        monkeypatch.setattr(Argon2Hasher, "verify", verify)
        return hashed

    def sign_in(self, password: str, *, address: str = "127.0.0.1", login: str = "ming") -> Client:
        cache.clear()  # the cache forgets, as when Valkey was emptied; only PostgreSQL counts here
        client = Client(REMOTE_ADDR=address)
        client.post("/accounts/login/", {"login": login, "password": password})
        return client

    def test_an_account_is_closed_after_five_wrong_ones_from_anywhere(self, ming: User, hashed: list[str]) -> None:
        for number in range(12):
            self.sign_in("wrong wrong wrong", address=f"127.0.1.{number}")
        assert len(hashed) == 5
        assert "_auth_user_id" not in self.sign_in(PASSWORD, address="127.0.1.99").session

    def test_others_are_not_kept_waiting(self, ming: User) -> None:
        for number in range(6):
            self.sign_in("wrong wrong wrong", login="somebody", address=f"127.0.1.{number}")
        assert "_auth_user_id" in self.sign_in(PASSWORD).session

    def test_an_address_is_closed_after_thirty_wrong_ones(self, ming: User) -> None:
        for number in range(30):
            self.sign_in("wrong wrong wrong", login=f"name{number}", address="127.0.2.1")
        assert "_auth_user_id" not in self.sign_in(PASSWORD, address="127.0.2.1").session
        assert "_auth_user_id" in self.sign_in(PASSWORD, address="127.0.2.2").session

    def test_right_passwords_never_close_the_door(self, ming: User) -> None:
        for _ in range(8):
            assert "_auth_user_id" in self.sign_in(PASSWORD).session

    def test_after_a_quarter_of_an_hour_it_opens_again(self, ming: User, monkeypatch: pytest.MonkeyPatch) -> None:
        from datetime import timedelta

        from members import adapter
        from outbox.clock import now

        for _ in range(6):
            self.sign_in("wrong wrong wrong")
        monkeypatch.setattr(adapter, "now", lambda: now() + timedelta(minutes=15))
        assert "_auth_user_id" in self.sign_in(PASSWORD).session

    def test_neither_names_nor_addresses_are_kept(self, ming: User) -> None:
        self.sign_in("wrong wrong wrong", login="ming@example.com", address="127.0.3.3")
        kept = str(list(SignInTries.objects.values_list("key", flat=True)))
        assert "ming" not in kept
        assert "127.0.3" not in kept  # three digits alone may stand in a digest

    def test_old_counts_are_cleared(self, ming: User) -> None:
        from datetime import timedelta

        from outbox.clock import now

        self.sign_in("wrong wrong wrong")
        with transaction.atomic():
            assert actions.tries.forget(before=now() - timedelta(days=1)) == 0
            assert actions.tries.forget(before=now() + timedelta(days=1)) == 2


@pytest.mark.parametrize("door", ["/admin/login/", "/django-admin/login/"])
def test_both_admins_sign_in_through_the_one_door(client: Client, door: str) -> None:
    answer = client.get(door + "?next=/admin/")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/accounts/login/")


def test_staff_without_a_second_factor_are_sent_to_set_it_up(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "STAFF_SECOND_FACTOR", True)
    with transaction.atomic():
        boss = actions.make_member(
            username="boss", email="boss@example.com", password=PASSWORD, superuser=True, by=None, at=AT
        )
    client.force_login(User.objects.get(pk=boss), backend="members.backends.MemberBackend")
    assert client.get("/admin/").headers["Location"] == "/accounts/2fa/"
    assert client.get("/accounts/2fa/").status_code == 200


class TestFirstRun:
    def url(self) -> str:
        return f"/setup/{settings.SETUP_TOKEN}/"

    data = {
        "email": "owner@example.com", "username": "owner", "password": "seven cups of old tea",
        "language": "en", "time_zone": "Asia/Shanghai",
    }  # fmt: skip

    def test_the_owner_is_made_and_signed_in_without_mail(self, client: Client) -> None:
        answer = client.post(self.url(), self.data)
        assert answer.headers["Location"] == "/setup/done/"
        owner = User.objects.get(username="owner")
        assert owner.is_superuser
        assert EmailAddress.objects.get(user=owner).verified
        assert client.get("/setup/done/").status_code == 200

    def test_the_page_closes_once_there_is_an_owner(self, client: Client) -> None:
        client.post(self.url(), self.data)
        assert Client().get(self.url()).status_code == 404
        assert (
            Client().post(self.url(), self.data | {"username": "second", "email": "b@example.com"}).status_code == 404
        )
        assert not User.objects.filter(username="second").exists()

    def test_a_guessed_address_is_not_there(self, client: Client) -> None:
        assert client.get("/setup/guess/").status_code == 404

    def test_a_short_password_is_refused_with_the_next_step(self, client: Client) -> None:
        answer = client.post(self.url(), self.data | {"password": "short"})
        assert answer.status_code == 422
        assert "at least 15 characters" in answer.content.decode()
        assert not queries.owner_exists()


class TestProfile:
    def test_a_member_says_who_they_are(self, signed_in: Client, ming: User) -> None:
        data = {
            "display_name": "  Old\u200b  Ming ",
            "bio": "Tea.",
            "language": "zh-hans",
            "time_zone": "Asia/Shanghai",
        }
        assert signed_in.post("/settings/profile/", data).status_code == 302
        page = signed_in.get("/members/ming/").content.decode()
        assert "Old Ming" in page
        assert 'lang="zh-hans"' in page

    def test_guests_are_asked_to_sign_in_and_nothing_changes(self, client: Client, ming: User) -> None:
        answer = client.post("/settings/profile/", {"display_name": "Thief"})
        assert answer.headers["Location"].startswith("/accounts/login/")
        assert queries.about(member_id=ming.pk).display_name == ""

    def test_an_unknown_member_is_not_there(self, client: Client) -> None:
        assert client.get("/members/nobody/").status_code == 404

    @pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
    def test_a_picture_is_made_anew(self, signed_in: Client, ming: User, kind: str) -> None:
        upload = io.BytesIO(picture(kind))
        upload.name = "me.png"
        assert signed_in.post("/settings/picture/", {"picture": upload}).status_code == 302
        name = User.objects.get(pk=ming.pk).avatar
        stored = signed_in.get(settings.MEDIA_URL + name)
        with Image.open(io.BytesIO(b"".join(stored.streaming_content))) as made:  # type: ignore[attr-defined]
            assert (made.format, made.size) == ("WEBP", (256, 256))

    def test_where_it_was_taken_is_gone(self) -> None:
        from members.pictures import make_avatar

        exif = Image.Exif()
        exif[0x010E] = "secret place"
        buffer = io.BytesIO()
        Image.new("RGB", (50, 50)).save(buffer, "JPEG", exif=exif, comment=b"secret place")
        assert b"secret place" in buffer.getvalue()
        assert b"secret place" not in make_avatar(buffer.getvalue())

    @pytest.mark.parametrize(
        "data",
        [
            b"",
            b"not a picture",
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            b"\x00\x00\x00\x1cftypavif\x00\x00\x00\x00avifmif1miaf" + b"\x00" * 200,
            b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\x00" * 200,
            picture()[:60],
        ],
        ids=["empty", "text", "svg", "avif", "heic", "cut off"],
    )
    def test_what_is_no_picture_is_refused_and_nothing_changes(
        self, signed_in: Client, ming: User, data: bytes
    ) -> None:
        upload = io.BytesIO(data)
        upload.name = "me.png"
        assert signed_in.post("/settings/picture/", {"picture": upload}).status_code == 422
        assert User.objects.get(pk=ming.pk).avatar == ""

    def test_a_flood_of_pixels_is_refused(self) -> None:
        from members.pictures import BadPicture, make_avatar

        buffer = io.BytesIO()
        Image.new("1", (16_000, 4_000)).save(buffer, "PNG")
        assert len(buffer.getvalue()) < 100_000
        with pytest.raises(BadPicture):
            make_avatar(buffer.getvalue())


def test_no_decoder_but_the_four_is_left_in_this_process() -> None:
    Image.init()
    assert sorted(Image.OPEN) == ["GIF", "JPEG", "PNG", "WEBP"]


class TestIdentities:
    def test_two_imports_at_once_make_each_customer_once(self) -> None:
        import threading

        from django.db import connection

        start, seen = threading.Barrier(4), []

        def run() -> None:
            start.wait()
            with transaction.atomic():
                seen.append(actions.ensure_identities(source="shop", people=[("1", "A"), ("2", "B")], by=None, at=AT))
            connection.close()

        threads = [threading.Thread(target=run) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert all(one == seen[0] for one in seen)
        assert User.objects.filter(imported=True).count() == 2

    def test_a_confirmed_address_joins_the_shops_name_to_the_account(self, ming: User) -> None:
        with transaction.atomic():
            found = actions.ensure_identity(source="shop", external_id="c-9", email="Ming@Example.com", by=None, at=AT)
        assert found == ming.pk
        card = queries.find_member(source="shop", external_id="c-9")
        assert card is not None
        assert card.id == ming.pk


class TestLanguage:
    def test_a_guest_is_answered_in_the_chosen_language(self, client: Client) -> None:
        answer = client.post("/language/", {"language": "zh-hans", "next": "/forum/"})
        assert answer.headers["Location"] == "/forum/"
        assert 'lang="zh-hans"' in client.get("/accounts/login/").content.decode()

    def test_a_member_keeps_it_everywhere(self, signed_in: Client, ming: User) -> None:
        signed_in.post("/language/", {"language": "zh-hans", "next": "/"})
        assert queries.about(member_id=ming.pk).language == "zh-hans"
        assert 'lang="zh-hans"' in signed_in.get("/settings/profile/").content.decode()

    @pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
    def test_nobody_is_sent_away_from_the_site(self, client: Client, target: str) -> None:
        assert client.post("/language/", {"language": "en", "next": target}).headers["Location"] == "/"

    def test_an_unknown_language_changes_nothing(self, signed_in: Client, ming: User) -> None:
        signed_in.post("/language/", {"language": "xx", "next": "/"})
        assert queries.about(member_id=ming.pk).language == ""


class TestVisits:
    def test_the_devices_page_knows_this_one(self, signed_in: Client) -> None:
        signed_in.get("/settings/profile/", headers={"user-agent": "Tea Browser 1.0"})
        assert "Tea Browser 1.0" in signed_in.get("/accounts/sessions/").content.decode()

    def test_a_visit_is_noted_once_in_five_minutes(
        self, signed_in: Client, ming: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from datetime import timedelta

        from members import middleware

        for minutes, seen in ((0, 0), (3, 0), (6, 6), (100, 100), (101, 100)):
            monkeypatch.setattr(middleware, "now", lambda minutes=minutes: AT + timedelta(minutes=minutes))
            signed_in.get("/settings/profile/")
            assert User.objects.get(pk=ming.pk).last_seen_at == AT + timedelta(minutes=seen)
        assert signed_in.session["last_visit"] == (AT + timedelta(minutes=6)).isoformat()


@pytest.mark.django_db
class TestGuestsLanguage:
    """The guests' form has no token, because their pages are shared; the browser says whose form it is."""

    @pytest.mark.parametrize(
        ("headers", "status"),
        [
            ({}, 302),
            ({"origin": "http://testserver", "sec-fetch-site": "same-origin"}, 302),
            ({"origin": "https://evil.example"}, 403),
            ({"origin": "null"}, 403),
            ({"sec-fetch-site": "cross-site"}, 403),
            ({"sec-fetch-site": "same-site"}, 403),
        ],
    )
    def test_a_guest_needs_no_token_and_a_stranger_cannot_choose_for_them(
        self, headers: dict[str, str], status: int
    ) -> None:
        client = Client(enforce_csrf_checks=True)
        assert "csrfmiddlewaretoken" not in client.get("/members/mei/").content.decode()
        answer = client.post("/language/", {"language": "zh-hans", "next": "/forum/"}, headers=headers)
        assert (answer.status_code, "language" in answer.cookies) == (status, status == 302)

    def test_a_member_still_does(self) -> None:
        client = Client(enforce_csrf_checks=True)
        client.force_login(User.objects.create_user("mei", "mei@example.com"), "members.backends.MemberBackend")
        assert client.post("/language/", {"language": "zh-hans"}).status_code == 403
        page = client.get("/members/mei/").content.decode()
        token = page.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
        answer = client.post("/language/", {"language": "zh-hans", "csrfmiddlewaretoken": token})
        assert answer.status_code == 302
