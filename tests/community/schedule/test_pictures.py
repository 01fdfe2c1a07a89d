"""A picture beside a session's title, and how long pictures of sessions are kept."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from community import cook
from community.actions.chat import retention
from community.actions.composer import cooking, uploads
from community.actions.live import sessions as actions
from community.models import LiveSession, Message, MessageRevision, Room, SessionSeries, Stage, Upload
from community.rules import composer as rules_composer
from outbox.clock import now
from tests.community.composer.conftest import picture
from tests.community.schedule.conftest import AT, Cast, plan, plan_series, show
from tests.community.schedule.test_pages import form_data

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def with_picture(data: bytes, **changed: Any) -> dict[str, Any]:
    return form_data(**changed) | {"picture": SimpleUploadedFile("pot.png", data, content_type="image/png")}


def stored(upload: Upload) -> Path:
    return Path(settings.MEDIA_ROOT) / upload.name


def test_a_session_has_a_picture_on_its_pages_until_it_is_taken_away(cast: Cast) -> None:
    owner = cast.client("owner")
    answer = owner.post("/live/new/", with_picture(picture(2000, 1000), picture_alt="A pot on a red table"))
    session, upload = LiveSession.objects.get(), Upload.objects.get()
    assert answer.status_code == 302 and session.picture == upload and upload.used_at is not None
    page, listed = cast.client("mei").get(f"/live/{session.public_id}/").text, cast.client("mei").get("/live/").text
    assert f'srcset="/media/{upload.small_name} 640w, /media/{upload.name} 1280w"' in page
    assert 'width="1280" height="640" alt="A pot on a red table"' in page
    assert f'src="/media/{upload.small_name}"' in listed and 'alt="A pot on a red table"' in listed
    url = f"/live/{session.public_id}/edit/"
    assert owner.post(url, form_data(title="Other words", picture_alt="A pot")).status_code == 302
    session.refresh_from_db()
    assert (session.title, session.picture, session.picture_alt) == ("Other words", upload, "A pot")
    with transaction.atomic():
        assert not uploads.remove_unused(at=now() + 9 * DAY)
    assert owner.post(url, form_data(no_picture="on", picture_alt="A pot")).status_code == 302
    session.refresh_from_db()
    assert (session.picture, session.picture_alt) == (None, "")


def test_what_is_no_picture_is_refused_beside_its_field_and_words_stay(cast: Cast) -> None:
    for data in (b"GIF89a nothing", b"", b"<svg onload=alert(1)>" * 40):
        answer = cast.client("owner").post("/live/new/", with_picture(data, title="Kept words"))
        assert answer.status_code == 422 and 'value="Kept words"' in answer.text
    assert not LiveSession.objects.exists() and not Upload.objects.exists()
    # Nothing is stored while something else is wrong.
    assert cast.client("owner").post("/live/new/", with_picture(picture(20, 20), minutes="0")).status_code == 422
    assert not Upload.objects.exists()


def test_the_live_page_shows_it_until_the_host_shows_something(cast: Cast) -> None:
    cast.client("owner").post("/live/new/", with_picture(picture(64, 32), audience="members", picture_alt="A pot"))
    session = LiveSession.objects.get()
    address = f'<img src="/media/{session.picture.name}" width="64" height="32" alt="A pot">'
    assert address in cast.client("owner").get(f"/live/{session.public_id}/room/").text


def bring(member: Any, name: str) -> Upload:
    """A picture of the member with files, used somewhere."""
    made = Upload.objects.create(
        member=member, digest=name[:60], name=f"uploads/{name[0] * 24}.webp", width=1, height=1, bytes=1, created_at=AT, offered_at=AT,
        used_at=AT,
    )  # fmt: skip
    stored(made).parent.mkdir(parents=True, exist_ok=True)
    stored(made).write_bytes(BytesIO(b"webp").getvalue())
    return made


def test_pictures_of_sessions_and_of_words_before_an_edit_outlive_the_message(cast: Cast) -> None:
    names = ["plain", "beside", "1series", "stage", "about", "2summary", "revision"]
    held = {name: bring(cast.mei, name * 3) for name in names}
    address = {name: f"![x](/media/{one.name})" for name, one in held.items()}
    assert all(rules_composer.pictures_in(text) for text in address.values())
    session = plan(cast.gold, starts=AT + DAY, at=AT, picture_id=held["beside"].pk, description=address["about"])
    LiveSession.objects.filter(pk=session.pk).update(summary=address["2summary"])
    SessionSeries.objects.filter(pk=plan_series(cast.gold).pk).update(picture=held["1series"])
    Stage.objects.create(session=session, now_picture=held["stage"])
    room = Room.objects.create(kind="public", slug="old", name="Old", retention_days=30, created_at=AT, last_seq=9)

    def said(seq: int, room: Room, raw: str) -> Message:
        return Message.objects.create(
            room=room,
            seq=seq,
            changed_seq=seq,
            author=cast.mei,
            client_id=f"c{seq}",
            raw=raw,
            cooked="",
            cook_version=1,
            sent_at=AT,
        )

    said(1, room, " ".join(address.values()))
    quiet = Room.objects.create(kind="public", slug="kept", name="Kept", created_at=AT, last_seq=9)
    MessageRevision.objects.create(message=said(2, quiet, "now without"), raw=address["revision"], by=cast.mei, at=AT)
    with transaction.atomic():
        assert retention.forget_old(at=AT + 40 * DAY) == 1
    unused = set(Upload.objects.filter(used_at=None).values_list("pk", flat=True))
    assert unused == {held["plain"].pk}
    with transaction.atomic():
        assert uploads.remove_unused(at=AT + 42 * DAY) == 1
    assert [name for name, one in held.items() if not stored(one).exists()] == ["plain"]


def test_texts_of_sessions_are_cooked_again_by_a_new_version(cast: Cast) -> None:
    session = plan(cast.gold, description="**Tea**")
    series = plan_series(cast.gold, description="*Every* evening")
    LiveSession.objects.filter(pk=session.pk).update(cooked="old", summary="~~No~~", summary_cooked="old")
    SessionSeries.objects.filter(pk=series.pk).update(cooked="old")
    before = LiveSession.objects.get(pk=session.pk)
    for kind in ("session", "series"):
        with transaction.atomic():
            assert not cooking.recook(kind=kind, at=AT)
    session.refresh_from_db()
    series.refresh_from_db()
    assert "<strong>Tea</strong>" in session.cooked and "<s>" in session.summary_cooked.replace("<del>", "<s>")
    assert "<em>Every</em>" in series.cooked and cook.VERSION
    assert (session.revision, session.changed_at) == (before.revision, before.changed_at)


def test_the_same_picture_again_changes_nothing(cast: Cast) -> None:
    held = bring(cast.mei, "once" * 3)
    session = plan(cast.gold, picture_id=held.pk)
    wish = show(cast.gold, picture_id=held.pk)
    with transaction.atomic():
        actions.change_session(
            session_id=session.pk, show=wish, starts_at=session.starts_at, ends_at=session.ends_at, by=None, at=now()
        )
    assert LiveSession.objects.get(pk=session.pk).revision == session.revision
