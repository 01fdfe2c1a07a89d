"""The second pass: addresses alone on their line become cards, once, for the text that was written, and not for newcomers."""

from typing import Any

import pytest
from django.db import transaction

from community import cook, tasks
from community.actions.composer import cooking
from community.actions.forum import posts
from community.cooking import link_cards
from community.cooking.pages import read_card
from community.models import CardsWanted, LinkCard, Post, PostRevision, Topic
from messaging.outside import Fetched, Unreachable
from outbox.dispatch import run_pending
from tests.community.forum.conftest import TEXT, Cast, make_member, start_topic

TEA = "https://tea.example/white"
RAW = f"{TEXT}\n\n{TEA}"
PAGE = b"""<html><head><title>White tea</title><meta name=description content='How &amp; when'>
<meta property="og:site_name" content="Tea Shop"><meta content="White tea <b>rests</b>" property="og:title"></head>"""


class Net:
    """The internet, as far as this test goes."""

    def __init__(self, body: bytes = PAGE, failing: str = "") -> None:
        self.body, self.failing, self.asked = body, failing, list[str]()

    def __call__(self, url: str) -> Fetched:
        self.asked.append(url)
        if self.failing:
            raise Unreachable(self.failing)
        return Fetched(url, "text/html", "utf-8", self.body)


@pytest.fixture
def ann(cast: Cast) -> Any:
    """Somebody who is not new any more."""
    return make_member("ann", "trust:1")


@pytest.fixture(autouse=True)
def _switched_on(settings: Any) -> None:
    settings.LINK_CARDS = True


pytestmark = pytest.mark.django_db(transaction=True)


def post_of(board: int, by: Any, raw: str = RAW) -> Post:
    written = start_topic(board, by, raw=raw)
    run_pending()
    return Post.objects.get(pk=written.post_id)


def test_an_address_becomes_a_card(tea: int, ann: Any) -> None:
    post = post_of(tea, ann)
    assert "link-card" not in post.cooked
    before = Topic.objects.get(pk=post.topic_id)
    net = Net()
    assert link_cards.serve(post.pk, net)
    after = Post.objects.get(pk=post.pk)
    assert (
        '<a href="https://tea.example/white" class="link-card" rel="nofollow ugc noopener"><small>Tea Shop · tea.example</small> '
        "<strong>White tea &lt;b&gt;rests&lt;/b&gt;</strong> <span>How &amp; when</span></a>"
    ) in after.cooked
    assert after.changed_seq == before.last_seq + 1 == Topic.objects.get(pk=post.topic_id).last_seq
    assert (after.revision, after.edited_at, after.text) == (1, None, post.text)
    assert not PostRevision.objects.exists()
    assert not CardsWanted.objects.exists()
    assert not link_cards.serve(post.pk, net)
    assert net.asked == [TEA]


def test_a_card_is_asked_for_once_a_week_for_everybody(tea: int, ann: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    net = Net()
    link_cards.serve(post_of(tea, ann).pk, net)
    link_cards.serve(post_of(tea, ann).pk, net)
    assert len(net.asked) == 1
    later = link_cards.now() + cooking.FRESH
    monkeypatch.setattr(link_cards, "now", lambda: later)
    failing = Net(failing="slow")
    link_cards.serve(post_of(tea, ann).pk, failing)
    assert failing.asked == [TEA]
    assert LinkCard.objects.get().title == "White tea <b>rests</b>"  # a bad day does not undo what was known


def test_a_failure_is_remembered(tea: int, ann: Any) -> None:
    net = Net(failing="not_public")
    post = post_of(tea, ann)
    assert not link_cards.serve(post.pk, net)
    assert not link_cards.serve(post_of(tea, ann).pk, net)
    assert net.asked == [TEA]
    assert LinkCard.objects.get().problem == "not_public"
    assert "link-card" not in Post.objects.get(pk=post.pk).cooked
    assert not CardsWanted.objects.exists()


def test_newcomers_get_no_cards_nor_anybody_where_they_are_off(tea: int, cast: Cast, ann: Any, settings: Any) -> None:
    net = Net()
    post = post_of(tea, cast.mei)
    assert not CardsWanted.objects.exists()
    assert not link_cards.serve(post.pk, net)
    settings.LINK_CARDS = False
    assert not link_cards.serve(post_of(tea, ann).pk, net)
    assert not CardsWanted.objects.exists()
    assert net.asked == []


def test_words_without_such_a_line_want_nothing(tea: int, ann: Any) -> None:
    for raw in (TEXT, f"{TEXT} {TEA}", f"{TEXT}\n\n    {TEA}", f"{TEXT}\n\n```\n{TEA}\n```", f"{TEXT}\n\n> {TEA}"):
        post_of(tea, ann, raw)
    assert not CardsWanted.objects.exists()


def test_an_edit_in_between_wins(tea: int, ann: Any) -> None:
    post = post_of(tea, ann)

    def fetch(url: str) -> Fetched:
        with transaction.atomic():
            posts.edit(post_id=post.pk, raw=TEXT + " It rests.", revision=1, by=ann.pk, at=post.created_at)
        return Net()(url)

    assert not link_cards.serve(post.pk, fetch)
    after = Post.objects.get(pk=post.pk)
    assert after.cooked == cook.cook(TEXT + " It rests.").html
    run_pending()
    assert not CardsWanted.objects.exists()


def test_an_edit_wants_its_own_cards(tea: int, ann: Any) -> None:
    post = post_of(tea, ann, TEXT)
    with transaction.atomic():
        posts.edit(post_id=post.pk, raw=RAW, revision=1, by=ann.pk, at=post.created_at)
    run_pending()
    assert CardsWanted.objects.get().fingerprint == cook.fingerprint(RAW)
    assert link_cards.serve(post.pk, Net())


def test_a_killed_worker_is_followed_by_another(tea: int, ann: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    post = post_of(tea, ann)

    def die(url: str) -> Fetched:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        link_cards.serve(post.pk, die)
    monkeypatch.setattr(link_cards.outside, "fetch_public", Net())
    tasks.serve_due_cards()
    assert "link-card" not in Post.objects.get(pk=post.pk).cooked  # not yet due again
    later = link_cards.now() + cooking.TRY_AGAIN
    monkeypatch.setattr(link_cards, "now", lambda: later)
    tasks.serve_due_cards()
    assert "link-card" in Post.objects.get(pk=post.pk).cooked


def test_who_always_kills_the_worker_is_given_up(tea: int, ann: Any) -> None:
    post = post_of(tea, ann)
    for _again in range(cooking.TRIES_MOST):
        with transaction.atomic():
            assert cooking.try_cards(post_id=post.pk, at=post.created_at) == [TEA]
    with transaction.atomic():
        assert cooking.try_cards(post_id=post.pk, at=post.created_at) == []
    assert not CardsWanted.objects.exists()


@pytest.mark.parametrize(
    ("body", "charset", "title", "description"),
    [
        (b"<title>\n Tea  &amp;\ttime </title>", "", "Tea & time", ""),
        ("<title>白茶</title>".encode("gb18030"), "gb18030", "白茶", ""),
        ("<meta charset='gbk'><title>白茶</title>".encode("gbk"), "", "白茶", ""),
        ("<title>白茶</title>".encode(), "no-such-charset", "白茶", ""),
        (b"\xff\xfe\x00<title>a\xff</title>", "utf-8", "a\ufffd", ""),
        (b"<META NAME='Description' CONTENT=short><title>a", "", "a", "short"),
        (b"<meta property='og:title' content='a > b'><meta property='og:title' content='c'>", "", "a > b", ""),
        ("<title>a\u202eb\u200bc</title>".encode(), "utf-8", "a b c", ""),
        (b"<title>" + b"a" * 500 + b"</title>", "", "a" * 199 + "\u2026", ""),
        (b"<body>nothing", "", "", ""),
        (b"", "", "", ""),
        (b"<title><script>alert(1)</script></title>", "", "", ""),
    ],
)
def test_pages_say_what_they_are_in_many_ways(body: bytes, charset: str, title: str, description: str) -> None:
    card = read_card("https://www.tea.example/x", body, charset)
    assert (card.title, card.description, card.site) == (title, description, "tea.example")


@pytest.mark.parametrize(
    "piece", [b"<meta ", b"<meta a='", b"<title ", b"<title>", b"<meta charset=", b'<meta content="', b"=\"'", b"&#x"]
)
def test_hostile_pages_cost_little(piece: bytes) -> None:
    import time

    started = time.thread_time()
    read_card("https://tea.example/", piece * (512 * 1024 // len(piece)))
    assert time.thread_time() - started < 3  # a hang, not a measurement
