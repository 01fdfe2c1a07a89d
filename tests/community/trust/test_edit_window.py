"""How long one's own words may be changed: a day, from trust level 2 on thirty days; wikis and moderators always."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group

from community.actions.forum.topics import start_topic
from community.models import Post, Topic
from outbox.clock import now

pytestmark = pytest.mark.django_db


@pytest.fixture
def written(cast: Any, tea: int) -> Post:
    from django.db import transaction

    with transaction.atomic():
        made = start_topic(
            board_id=tea, title="How long may it rest?", raw="Ten seconds at ninety-five degrees, then taste.",
            by=cast.mei.pk, at=now(),
        )  # fmt: skip
    return Post.objects.get(pk=made.post_id)


def age(post: Post, **days: int) -> str:
    Post.objects.filter(pk=post.pk).update(created_at=now() - timedelta(**days))
    return f"/t/{Topic.objects.get(pk=post.topic_id).public_id}/{post.number}/edit/"


@pytest.mark.parametrize(
    ("trust", "within", "after"), [(None, 23, 25), ("trust:1", 23, 25), ("trust:2", 29 * 24, 31 * 24)]
)
def test_ones_own_post_may_be_changed_for_a_while(
    cast: Any,
    written: Post,
    trust: str | None,
    within: int,
    after: int,
) -> None:
    if trust:
        cast.mei.groups.add(Group.objects.get(name=trust))
    client = cast.client("mei")
    assert client.get(age(written, hours=within)).status_code == 200
    answer = client.get(age(written, hours=after))
    assert answer.status_code == 403
    assert "ask a moderator" in answer.content.decode()
    assert cast.client("helper").get(age(written, hours=after)).status_code == 200


def test_who_has_begun_may_still_send_it(cast: Any, written: Post) -> None:
    address = age(written, hours=25)
    sent = {
        "raw": "Twelve seconds at ninety-five degrees, then taste.",
        "revision": 1,
        "title": "How long may it rest?",
    }
    assert cast.client("mei").post(address, sent).status_code == 302
    address = age(written, hours=49)
    assert cast.client("mei").post(address, {**sent, "raw": sent["raw"] + " Again.", "revision": 2}).status_code == 403
    assert "Again" not in Post.objects.get(pk=written.pk).raw


def test_a_wiki_has_no_such_end(cast: Any, written: Post) -> None:
    Post.objects.filter(pk=written.pk).update(wiki=True)
    assert cast.client("mei").get(age(written, days=400)).status_code == 200
