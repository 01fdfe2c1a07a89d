"""What a post said before, quotes of it, and two people who edit at once."""

import random
import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from community.actions.forum import boards, posts
from community.actions.forum.writing import Written
from community.composer.differences import Piece, differences
from community.models import AuditEntry, Post, PostRevision, Topic
from outbox.clock import now
from tests.community.forum.conftest import AT, TEXT, Cast, reply

JSON = {"HTTP_ACCEPT": "application/json"}


def page_of(topic: Written, number: int = 1) -> str:
    row = Topic.objects.get(pk=topic.topic_id)
    return f"/t/{row.slug}-{row.public_id}/{number}/"


def edit(post_id: int, raw: str, by: Any, *, minutes: int = 10, **more: Any) -> None:
    with transaction.atomic():
        post = Post.objects.get(pk=post_id)
        posts.edit(
            post_id=post_id, raw=raw, revision=post.revision, by=by.pk, at=AT + timedelta(minutes=minutes), **more
        )


def test_who_when_why_and_what(cast: Cast, topic: Written) -> None:
    edit(topic.post_id, TEXT.replace("ninety-five", "eighty") + " <b>x</b>", cast.mei, reason="It was too hot")
    edit(topic.post_id, TEXT, cast.helper, minutes=20, title="How long may a green tea rest?")
    client = cast.client("ada")
    assert f'href="{page_of(topic)}history/"' in client.get(page_of(topic)).content.decode()
    last = client.get(f"{page_of(topic)}history/").content.decode()
    assert "Helper" in last and "It was too hot" in last
    assert '<del><span class="visually-hidden">taken out: </span>white</del>' in last
    assert '<ins><span class="visually-hidden">put in: </span>green</ins>' in last
    first = client.get(f"{page_of(topic)}history/?edit=1").content.decode()
    assert "</span>ninety-five</del>" in first and "</span>eighty</ins> degrees" in first
    assert "&lt;b&gt;x&lt;/b&gt;" in first and "<b>x</b>" not in first
    assert client.get(f"{page_of(topic)}history/?edit=9").status_code == 404


def test_only_readers_of_the_post_read_its_history(cast: Cast, topic: Written, tea: int) -> None:
    edit(topic.post_id, TEXT + " At least so I think.", cast.mei)
    assert cast.client(None).get(f"{page_of(topic)}history/").status_code == 200
    with transaction.atomic():
        boards.allow(board_id=tea, audience="members", acts=["browse"], value="never", at=AT)
        boards.allow(board_id=tea, audience="guests", acts=["see", "browse"], value="never", at=AT)
    assert cast.client("ada").get(f"{page_of(topic)}history/").status_code in (403, 404)
    assert cast.client(None).get(f"{page_of(topic)}history/").status_code == 404
    with transaction.atomic():
        boards.allow(board_id=tea, audience="members", acts=["browse"], value="yes", at=AT)
        answer = reply(topic.topic_id, cast.ada)
        posts.remove(post_id=answer.post_id, by=cast.ada.pk, at=AT)
    assert cast.client("ada").get(f"{page_of(topic, 2)}history/").status_code == 404


def test_a_moderator_keeps_a_version_from_readers(cast: Cast, topic: Written) -> None:
    edit(topic.post_id, TEXT + " My number is 555-0100.", cast.mei)
    edit(topic.post_id, TEXT + " My number is gone.", cast.mei, minutes=20)
    url = f"{page_of(topic)}history/"
    assert cast.client("ada").post(url, {"revision": "2", "hidden": "yes"}).status_code == 403
    assert cast.client("helper").post(url, {"revision": "2", "hidden": "yes"}).status_code == 302
    for query in ("?edit=1", "?edit=2", ""):
        page = cast.client("ada").get(url + query).content.decode()
        assert "555-0100" not in page and "keeps this version from readers" in page
        assert "555-0100" in cast.client("helper").get(url + (query or "?edit=2")).content.decode()
    assert AuditEntry.objects.filter(act="revision.hidden").count() == 1
    cast.client("helper").post(url, {"revision": "2", "hidden": "no"})
    assert "555-0100" in cast.client("ada").get(url).content.decode()
    assert PostRevision.objects.filter(hidden_at__isnull=False).count() == 0


def test_two_editors_see_both_texts_and_what_differs(cast: Cast, topic: Written) -> None:
    client = cast.client("mei")
    edit(topic.post_id, TEXT + " Written by the helper.", cast.helper)
    Post.objects.update(created_at=now())  # one's own words may be changed for a day
    answer = client.post(
        f"{page_of(topic)}edit/",
        {"raw": TEXT + " Written by me.", "revision": 1, "title": "How long may a white tea rest?"},
    )
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Written by the helper." in page and f"{TEXT} Written by me.</textarea>" in page
    assert "</span>me</ins>" in page and 'name="revision" value="2"' in page


def test_a_quote_names_its_source_and_leaves_quotes_out(cast: Cast, topic: Written) -> None:
    reply(
        topic.topic_id,
        cast.gold,
        raw="> @mei in [#1](/t/x/1/):\n> Ten seconds\n\nI wait longer.\n\nMuch longer, in truth.",
    )
    client = cast.client("ada")
    told = client.get(f"{page_of(topic, 2)}quote/", **JSON).json()
    public_id = Topic.objects.get().public_id
    assert told["quote"] == f"> @gold in [#2](/t/{public_id}/2/):\n> I wait longer.\n>\n> Much longer, in truth.\n\n"
    plain = client.get(f"{page_of(topic, 2)}quote/")
    assert plain.url.endswith("?quote=2#reply")
    page = client.get(plain.url).content.decode()
    assert "&gt; @gold in [#2]" in page and 'name="parent" value="2"' in page
    cooked = client.post("/forum/preview/", {"raw": told["quote"] + TEXT}).json()["html"]
    assert '<blockquote class="quote">' in cooked
    assert client.get(f"{page_of(topic, 9)}quote/", **JSON).status_code == 404
    assert "> @gold" not in client.get(f"{page_of(topic)[:-2]}?quote=9").content.decode()


def test_who_will_not_be_told_is_said_before(cast: Cast, topic: Written, tea: int) -> None:
    with transaction.atomic():
        club = boards.ensure_board(slug="club", name="Club", at=AT)
        boards.allow(board_id=club, audience="members", acts=["browse"], value="no", at=AT)
        boards.allow(board_id=club, audience="guests", acts=["see", "browse"], value="no", at=AT)
    client = cast.client("owner")
    told = client.post("/forum/preview/", {"raw": "@ada @helper look", "board": "club"}).json()
    assert "Ada" in told["untold"]
    assert client.post("/forum/preview/", {"raw": "@ada look", "board": "tea"}).json()["untold"] == []
    assert cast.client("ada").post("/forum/preview/", {"raw": "@ada look", "board": "nowhere"}).json()["untold"] == []


def text_of(pieces: list[Piece], without: str) -> str:
    return "".join(piece.text for piece in pieces if piece.what != without)


def test_words_are_told_apart_in_both_scripts() -> None:
    assert differences("I like green tea.", "I like black tea.") == [
        Piece("same", "I like "), Piece("out", "green"), Piece("in", "black"), Piece("same", " tea."),
    ]  # fmt: skip
    assert differences("我喜欢绿茶。", "我喜欢红茶。") == [
        Piece("same", "我喜欢"), Piece("out", "绿"), Piece("in", "红"), Piece("same", "茶。"),
    ]  # fmt: skip
    assert differences("", "new") == [Piece("in", "new")]
    assert differences("same", "same") == [Piece("same", "same")]


@pytest.mark.parametrize("seed", range(8))
def test_any_two_texts_are_compared_soon_and_wholly(seed: int) -> None:
    dice = random.Random(seed)
    letters = ["ab \n", "a ", "茶水.\n", "".join(chr(0x4E00 + place) for place in range(4_000))][seed % 4]
    before = "".join(dice.choices(letters, k=20_000))
    words = list(before)
    for _change in range(dice.choice([3, 300, 9_000])):
        place = dice.randrange(len(words))
        words[place] = dice.choice(letters) * dice.randrange(3)
    after = "".join(words)[:20_000]
    began = time.process_time()
    pieces = differences(before, after)
    assert time.process_time() - began < 0.6
    assert (text_of(pieces, "in"), text_of(pieces, "out")) == (before, after)
