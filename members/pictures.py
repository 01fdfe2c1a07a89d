"""Pictures from strangers: decoded in a short-lived child process, re-made from their pixels, stored under a random name.

Image decoders are where remote code execution lives. The child has no database, no environment, little memory and a
few seconds; the original file is never stored or served.
"""

import subprocess
import sys
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from outbox.ids import new_id

MAXIMUM_BYTES = 8 * 1024 * 1024
WALL_SECONDS = 10
_CHILD = Path(__file__).with_name("picture_child.py")


class BadPicture(ValueError):
    """The file is no picture that we accept; the message says what to do."""


def make_avatar(data: bytes, *, side: int = 256) -> bytes:
    """A square WebP of `side` pixels from the bytes of a PNG, JPEG, GIF or WebP file. Raises BadPicture."""
    if len(data) > MAXIMUM_BYTES:
        raise BadPicture(_("This file is larger than 8 MB. Choose a smaller one."))
    try:
        child = subprocess.run(  # noqa: S603  (our own file, no shell)
            [sys.executable, "-I", str(_CHILD), str(side)],
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


def store_avatar(webp: bytes) -> str:
    """Keep the picture; returns its storage name, which nobody can guess."""
    return default_storage.save(f"avatars/{new_id(24)}.webp", ContentFile(webp))


def forget(name: str) -> None:
    """Remove a picture that no member points at any more."""
    if name:
        default_storage.delete(name)
