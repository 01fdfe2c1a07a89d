"""Keeping pictures, noting which are used, and removing those that are not."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Sum
from django.utils.translation import gettext as _

from community.models import Upload
from community.problems import Problem
from community.rules import composer as rules_composer
from members import pictures
from outbox.require import require_transaction

_LOCK = 7_301  # beside the member's id: one member's pictures are kept one after the other
_BATCH = 200


class QuotaReached(Problem):
    """The member's pictures take all the space they may take."""

    def __init__(self, quota: int) -> None:
        words = _(
            "Your pictures have reached %(size)s MB, which is all there is for one member. Ask the team for more."
        )
        super().__init__("upload_quota", words % {"size": quota // rules_composer.MEGABYTE})


@dataclass(frozen=True)
class Stored:
    """A kept picture; `name` is its storage name. `repeated`: the member had brought this file before."""

    name: str
    width: int
    height: int
    repeated: bool = False
    id: int = 0


def offer_again(*, digest: str, by: int, at: datetime) -> Stored | None:
    """The picture that this file of the member already is; it is kept for another day."""
    require_transaction()
    held = Upload.objects.select_for_update(no_key=True).filter(member_id=by, digest=digest).first()
    if held is None:
        return None
    Upload.objects.filter(pk=held.pk, offered_at__lt=at).update(offered_at=at)
    return Stored(held.name, held.width, held.height, repeated=True, id=held.pk)


def store_upload(
    *, digest: str, name: str, small_name: str, picture: pictures.Fitted, quota: int, by: int, at: datetime
) -> Stored:
    """Keep a picture whose files are stored. When the same file came twice at once, the other's answer is given, and
    the caller removes its own files. `quota` in bytes, 0 without limit. Raises QuotaReached."""
    require_transaction()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, by % 2_147_483_647])
    if before := offer_again(digest=digest, by=by, at=at):
        return before
    size = len(picture.large) + len(picture.small)
    if quota:
        kept = Upload.objects.filter(member_id=by).aggregate(sum=Sum("bytes"))["sum"] or 0
        if kept + size > quota:
            raise QuotaReached(quota)
    kept_now = Upload.objects.create(
        member_id=by, digest=digest, name=name, small_name=small_name, width=picture.width, height=picture.height,
        bytes=size, created_at=at, offered_at=at,
    )  # fmt: skip
    return Stored(name, picture.width, picture.height, id=kept_now.pk)


def mark_used(*, raw: str, at: datetime) -> int:
    """Note that a text names these pictures, whoever brought them: they stay. How many are used for the first time."""
    require_transaction()
    names = rules_composer.pictures_in(raw)
    return Upload.objects.filter(name__in=names, used_at__isnull=True).update(used_at=at) if names else 0


def keep_of_session(*, picture_id: int | None, texts: Collection[str], at: datetime) -> None:
    """The same for a live session: the picture beside its title, and those that its texts name."""
    if picture_id is not None:
        Upload.objects.filter(pk=picture_id, used_at__isnull=True).update(used_at=at)
    for text in texts:
        mark_used(raw=text, at=at)


# Neither used, nor named by a draft, nor by a post whose news has not arrived yet. Locked, so that a text that begins to
# use one waits and then finds nothing.
_UNUSED = """
SELECT id, name, small_name FROM community_upload AS upload
WHERE used_at IS NULL AND offered_at < %(before)s
AND NOT EXISTS (SELECT FROM community_draft AS draft
    WHERE draft.member_id = upload.member_id AND strpos(draft.raw, upload.name) > 0)
AND NOT EXISTS (SELECT FROM community_post AS post WHERE post.author_id = upload.member_id
    AND post.created_at >= upload.created_at AND strpos(post.raw, upload.name) > 0)
ORDER BY offered_at LIMIT %(most)s FOR UPDATE OF upload SKIP LOCKED
"""


def remove_unused(*, at: datetime) -> int:
    """Remove pictures that nothing names a day after they were brought: the files first, so that none is forgotten."""
    require_transaction()
    with connection.cursor() as cursor:
        cursor.execute(_UNUSED, {"before": at - rules_composer.UNUSED_KEPT, "most": _BATCH})
        found = cursor.fetchall()
    for _row, name, small_name in found:
        pictures.forget(name)
        pictures.forget(small_name)
    _forget([row for row, _name, _small in found])
    return len(found)


def _forget(ids: Collection[int]) -> None:
    if ids:
        Upload.objects.filter(pk__in=ids).delete()
