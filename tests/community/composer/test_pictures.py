"""Bringing pictures: what is taken, what it becomes, what is refused, what stays and what goes."""

import struct
import zlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from PIL import Image

from community.actions.composer import drafts, uploads
from community.actions.forum import boards
from community.actions.forum.writing import Written
from community.models import Draft, Upload
from community.rules import composer as rules_composer
from members import pictures
from outbox.clock import now
from outbox.dispatch import run_pending
from tests.community.composer.conftest import key_of, moving, picture
from tests.community.forum.conftest import AT, TEXT, Cast, reply

JSON = {"HTTP_ACCEPT": "application/json"}


def send(client: Any, key: str, data: bytes, name: str = "tea_garden.png", **more: Any) -> Any:
    file = SimpleUploadedFile(name, data, content_type="image/png")
    headers = more.pop("headers", JSON)
    return client.post("/uploads/", {"draft_key": key, "picture": file, **more}, **headers)


def stored(answer: Any) -> Path:
    return Path(settings.MEDIA_ROOT) / answer.json()["url"].removeprefix("/media/")


def files() -> list[Path]:
    return [one for one in Path(settings.MEDIA_ROOT).rglob("*") if one.is_file()]


def test_a_picture_comes_in_two_widths_upright_and_without_what_the_camera_said(cast: Cast, topic: Written) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "secret camera"
    answer = send(cast.client("ada"), key_of(topic), picture(2000, 1000, "JPEG", exif=exif))
    assert answer.status_code == 201
    told = answer.json()
    assert (told["width"], told["height"]) == (1000, 2000)  # turned by its Exif
    assert told["markdown"] == f"![tea garden|1000x2000]({told['url']})"
    large = stored(answer)
    small = large.with_name(large.name.replace(".webp", "-640.webp"))
    for file, width in ((large, 1000), (small, 640)):
        with Image.open(file) as made:
            assert (made.format, made.size[0]) == ("WEBP", width)
            assert not made.getexif() and "exif" not in made.info and b"secret" not in file.read_bytes()
    page = cast.client("ada").post("/forum/preview/", {"raw": told["markdown"]}).json()["html"]
    assert f'src="{told["url"]}"' in page and 'width="1000"' in page and 'alt="tea garden"' in page


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_the_four_kinds_are_known_by_what_is_in_them(cast: Cast, topic: Written, kind: str) -> None:
    assert send(cast.client("ada"), key_of(topic), picture(kind=kind), name="x.exe").status_code == 201


def test_what_moves_still_moves_unless_it_is_long(cast: Cast, topic: Written) -> None:
    client = cast.client("ada")
    with Image.open(stored(send(client, key_of(topic), moving(12)))) as made:
        assert made.n_frames == 12  # type: ignore[attr-defined]
    with Image.open(stored(send(client, key_of(topic), moving(150)))) as made:
        assert getattr(made, "n_frames", 1) == 1
    assert send(client, key_of(topic), moving(201)).status_code == 422


def bomb() -> bytes:
    """A PNG of 30,000 × 30,000 pixels in 120 kilobytes."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    rows = zlib.compress(b"\0" * 3_751 * 30_000, 9)
    head = struct.pack(">IIBBBBB", 30_000, 30_000, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


HOSTILE: dict[str, Any] = {
    "a bomb": bomb,
    "a script": lambda: b"<script>alert(1)</script>",
    "a drawing": lambda: b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "half a picture": lambda: picture(kind="JPEG")[:2_000],
    "a TIFF": lambda: picture(kind="TIFF"),
    "an AVIF": lambda: picture(64, 64, kind="AVIF"),
    "nothing": lambda: b"",
    "only a beginning": lambda: b"\x89PNG\r\n\x1a\n",
    "a GIF's head and a page": lambda: b"GIF89a<html><script>alert(1)</script>",
    "too many pixels": lambda: picture(6_400, 6_300, optimize=False),
    "too long a side": lambda: picture(17_000, 4),
    "too large a file": lambda: picture() + b"\0" * pictures.MAXIMUM_BYTES,
}


@pytest.mark.parametrize("what", HOSTILE)
def test_what_is_no_picture_is_refused_and_leaves_nothing(cast: Cast, topic: Written, what: str) -> None:
    answer = send(cast.client("ada"), key_of(topic), HOSTILE[what]())
    assert answer.status_code == 422, answer.content
    assert answer.json()["message"]
    assert not Upload.objects.exists() and not files()


def test_a_picture_that_is_also_a_page_is_only_a_picture_afterwards(cast: Cast, topic: Written) -> None:
    answer = send(cast.client("ada"), key_of(topic), picture(kind="GIF") + b"<script>alert(1)</script>")
    assert answer.status_code == 201 and b"script" not in stored(answer).read_bytes()
    served = cast.client(None).get(answer.json()["url"])
    assert b"".join(served.streaming_content).startswith(b"RIFF")  # type: ignore[attr-defined]
    assert served["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert served["Content-Type"] == "image/webp" and served["X-Content-Type-Options"] == "nosniff"


def test_forty_megapixels_are_taken(cast: Cast, topic: Written) -> None:
    assert send(cast.client("ada"), key_of(topic), picture(8_000, 5_000, "JPEG")).status_code == 201


def test_the_same_file_twice_is_one_picture(cast: Cast, topic: Written) -> None:
    client = cast.client("ada")
    first, second = (send(client, key_of(topic), picture()) for _ in range(2))
    assert first.json()["url"] == second.json()["url"] and Upload.objects.count() == 1
    other = send(cast.client("gold"), key_of(topic), picture())
    assert other.json()["url"] != first.json()["url"]  # nobody learns what others have


def test_who_may_not_attach_may_not(cast: Cast, topic: Written, tea: int) -> None:
    with transaction.atomic():
        boards.allow(board_id=tea, audience="members", acts=["attach"], value="never", at=AT)
    answer = send(cast.client("ada"), key_of(topic), picture())
    assert (answer.status_code, answer.json()["code"]) == (403, "may_not_attach")
    assert "data-upload" not in cast.client("ada").get(_url(topic)).content.decode()
    assert send(cast.client("ada"), "reply:000000000000", picture()).status_code == 404
    assert send(cast.client("ada"), "nonsense", picture()).status_code == 404
    assert send(cast.client(None), key_of(topic), picture()).status_code == 401
    assert not Upload.objects.exists() and not files()


def test_there_is_only_so_much_room(cast: Cast, topic: Written, settings: Any) -> None:
    settings.COMMUNITY_UPLOAD_BYTES = {"members": 3_000}
    answer = send(cast.client("ada"), key_of(topic), picture())
    assert (answer.status_code, answer.json()["code"]) == (422, "upload_quota")
    assert not files()
    settings.COMMUNITY_UPLOAD_BYTES = {"members": 3_000, "tier:gold": 0}
    assert send(cast.client("gold"), key_of(topic), picture()).status_code == 201


@pytest.mark.usefixtures("limits_on")
def test_more_than_five_at_once_wait(cast: Cast, topic: Written) -> None:
    client = cast.client("ada")
    answers = [send(client, key_of(topic), picture(20 + place, 20)) for place in range(6)]
    assert [one.status_code for one in answers] == [201] * 5 + [429]
    assert int(answers[5]["Retry-After"]) > 0
    assert send(client, key_of(topic), picture(20, 20)).status_code == 201  # it is here already


def test_without_script_the_picture_goes_to_the_end_of_the_text(cast: Cast, topic: Written) -> None:
    client = cast.client("ada")
    page = client.get(_url(topic)).content.decode()
    assert 'formaction="/uploads/"' in page and 'type="file"' in page
    answer = send(client, key_of(topic), picture(), headers={}, raw="Look at this garden:")
    assert answer.status_code == 302
    page = client.get(answer.url).content.decode()
    name = Upload.objects.get().name
    assert f"Look at this garden:\n\n![tea garden|800x600](/media/{name})" in page
    refused = send(client, key_of(topic), b"no picture", headers={}, raw="Look at this garden again:", draft_revision=1)
    page = client.get(refused.url).content.decode()
    assert "We cannot read this picture" in page


def test_a_picture_that_was_chosen_but_not_brought_is_not_lost_in_silence(cast: Cast, topic: Written) -> None:
    answer = cast.client("ada").post(f"{_url(topic)}reply/", {"raw": TEXT, "picture": "cat.png"})
    assert answer.status_code == 422 and "press “Attach”" in answer.content.decode()


def test_what_a_text_names_stays_and_the_rest_goes_after_a_day(cast: Cast, topic: Written) -> None:
    client = cast.client("ada")
    told = {
        name: send(client, key_of(topic), picture(50, place)).json()
        for place, name in enumerate(("used", "drafted", "left"), 40)
    }
    reply(topic.topic_id, cast.ada, raw=f"{TEXT}\n\n{told['used']['markdown']}")
    run_pending()
    with transaction.atomic():
        drafts.save_draft(
            key=key_of(topic), raw=told["drafted"]["markdown"], meta={}, revision=0, by=cast.ada.pk, at=now()
        )
    with transaction.atomic():
        assert uploads.remove_unused(at=now() + timedelta(hours=23)) == 0
        assert uploads.remove_unused(at=now() + timedelta(hours=25)) == 1
    assert {f"/media/{one.name}" for one in Upload.objects.all()} == {told["used"]["url"], told["drafted"]["url"]}
    assert len(files()) == 2
    Draft.objects.all().delete()
    with transaction.atomic():
        assert uploads.remove_unused(at=now() + timedelta(hours=25)) == 1
        assert uploads.remove_unused(at=now() + timedelta(days=900)) == 0


def test_a_picture_of_a_post_whose_news_has_not_arrived_stays(cast: Cast, topic: Written) -> None:
    told = send(cast.client("ada"), key_of(topic), picture()).json()
    reply(topic.topic_id, cast.ada, raw=f"{TEXT}\n\n{told['markdown']}", at=now())
    with transaction.atomic():
        assert uploads.remove_unused(at=now() + timedelta(days=3)) == 0


@pytest.mark.django_db(transaction=True)
def test_the_same_file_at_once_is_one_picture(cast: Cast, topic: Written) -> None:
    key, data = key_of(topic), picture()

    def one(_place: int) -> str:
        try:
            return str(send(cast.client("ada"), key, data).json()["url"])
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        urls = set(pool.map(one, range(4)))
    assert len(urls) == 1 and Upload.objects.count() == 1
    assert len(files()) == 2  # the large and the small one of the winner alone


def test_the_largest_of_several_allowances_counts() -> None:
    table = {"members": 10, "gold": 20, "staff": 0}
    assert rules_composer.upload_quota([], table) == 10
    assert rules_composer.upload_quota(["gold", "unknown"], table) == 20
    assert rules_composer.upload_quota(["gold", "staff"], table) == 0


def test_names_of_files_make_no_markup() -> None:
    said = rules_composer.picture_markdown(
        url="/media/x.webp", file_name="a](http://evil)|9x9![b\n.png", width=3, height=4
    )
    assert said == "![a (http://evil) 9x9! b|3x4](/media/x.webp)"
    assert rules_composer.pictures_in("![a](/media/uploads/" + "a" * 24 + "-640.webp)") == [
        "uploads/" + "a" * 24 + ".webp"
    ]


def _url(topic: Written) -> str:
    from tests.community.forum.conftest import url_of

    return url_of(topic.topic_id).partition("#")[0].split("/1/")[0] + ("/" if "/1/" in url_of(topic.topic_id) else "")
