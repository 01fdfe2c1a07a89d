"""The cast of the forum, a topic to write in, and pictures, good and bad."""

import io
from typing import Any

import pytest
from PIL import Image

from community.actions.forum.writing import Written
from tests.community.forum.conftest import Cast, start_topic
from tests.community.forum.conftest import cast as cast
from tests.community.forum.conftest import tea as tea


@pytest.fixture(autouse=True)
def _files_of_their_own(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def topic(cast: Cast, tea: int) -> Written:
    return start_topic(tea, cast.mei)


def picture(width: int = 800, height: int = 600, kind: str = "PNG", **options: Any) -> bytes:
    file = io.BytesIO()
    Image.radial_gradient("L").resize((width, height)).convert("RGB").save(file, kind, **options)
    return file.getvalue()


def moving(frames: int, width: int = 60, height: int = 40) -> bytes:
    file = io.BytesIO()
    pages = [
        Image.new("RGB", (width, height), (place * 97 % 256, place * 57 % 256, place * 31 % 256))
        for place in range(frames)
    ]
    pages[0].save(file, "GIF", save_all=True, append_images=pages[1:], duration=80, loop=0)
    return file.getvalue()


def key_of(topic: Written) -> str:
    from community.models import Topic

    return f"reply:{Topic.objects.get(pk=topic.topic_id).public_id}"
