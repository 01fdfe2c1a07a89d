"""Pictures from strangers: decoded in a short-lived child process, re-made from their pixels, stored under a random name.

Image decoders are where remote code execution lives. The child has no database, no environment, little memory and a
few seconds; the original file is never stored or served.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from outbox.ids import new_id

MAXIMUM_BYTES = 8 * 1024 * 1024
WALL_SECONDS = 10
LARGE, SMALL = 1280, 640
"""Widths of a picture in a text, in pixels."""
_CHILD = Path(__file__).with_name("picture_child.py")


class BadPicture(ValueError):
    """The file is no picture that we accept; the message says what to do."""


@dataclass(frozen=True)
class Fitted:
    """A picture of a text: WebP at most 1280 wide, and 640 wide (empty when the large one is not wider).

    `width` and `height` are those of the large one, in pixels. What moved still moves, at most 640 wide, if it has no
    more than 100 frames; of more, the first stays.
    """

    large: bytes
    small: bytes
    width: int
    height: int
    animated: bool


def make_avatar(data: bytes, *, side: int = 256) -> bytes:
    """A square WebP of `side` pixels from the bytes of a PNG, JPEG, GIF or WebP file. Raises BadPicture."""
    return _child(data, "square", side)


def make_picture(data: bytes) -> Fitted:
    """The same for a picture in a text, upright and in its own proportions. Raises BadPicture."""
    says, _newline, pictures = _child(data, "fit", SMALL, LARGE).partition(b"\n")
    told = json.loads(says)
    return Fitted(
        large=pictures[: told["large"]],
        small=pictures[told["large"] :],
        width=told["width"],
        height=told["height"],
        animated=told["animated"],
    )


def store_avatar(webp: bytes) -> str:
    """Keep the picture; returns its storage name, which nobody can guess."""
    return default_storage.save(f"avatars/{new_id(24)}.webp", ContentFile(webp))


def store_picture(picture: Fitted) -> tuple[str, str]:
    """Keep both sizes; their storage names, the second empty when there is none."""
    name = f"uploads/{new_id(24)}"
    large = default_storage.save(f"{name}.webp", ContentFile(picture.large))
    small = default_storage.save(f"{name}-{SMALL}.webp", ContentFile(picture.small)) if picture.small else ""
    return large, small


def forget(name: str) -> None:
    """Remove a picture that nobody points at any more."""
    if name:
        default_storage.delete(name)


def _child(data: bytes, *arguments: str | int) -> bytes:
    if len(data) > MAXIMUM_BYTES:
        raise BadPicture(_("This file is larger than 8 MB. Choose a smaller one."))
    try:
        child = subprocess.run(  # noqa: S603  (our own file, no shell)
            [sys.executable, "-I", str(_CHILD), *map(str, arguments)],
            input=data,
            capture_output=True,
            timeout=WALL_SECONDS,
            env={},
            start_new_session=True,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise BadPicture(_("This picture takes too long to read. Save it again as PNG or JPEG.")) from error
    if child.returncode != 0 or not child.stdout:
        raise BadPicture(_("We cannot read this picture. Save it again as PNG, JPEG, GIF or WebP and try once more."))
    return child.stdout
