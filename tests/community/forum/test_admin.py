"""Boards as configuration, posts to look at."""

from django.urls import reverse

from community import access
from community.models import Board, Post
from tests.community.forum.conftest import Cast, make_board, start_topic


def board_data(**changes: object) -> dict[str, object]:
    data: dict[str, object] = {
        "name": "Tea", "slug": "tea", "description": "", "parent": "", "position": 5, "colour": "jade", "icon": "cup",
        "kinds": ["discussion"], "default_order": "latest", "least_tags": 0, "slow_seconds": 0,
        "auto_close_days": 0, "may-members-see": "yes",
    }  # fmt: skip
    return data | changes


def test_a_board_is_made_in_the_admin_and_acts_at_once(cast: Cast) -> None:
    client = cast.client("owner")
    url = reverse("wagtailsnippets_community_board:add")
    assert client.get(url).status_code == 200
    assert client.post(url, board_data()).status_code == 302
    board = Board.objects.get()
    assert (board.kinds, board.depth) == (["discussion"], 1)
    held = access.rights(cast.viewer("mei"))
    assert held.may("see", board.pk)
    assert not held.may("browse", board.pk)
    assert client.get(reverse("wagtailsnippets_community_board:list")).status_code == 200


def test_the_tree_stays_three_deep(cast: Cast) -> None:
    make_board("one"), make_board("two", parent="one")
    three = make_board("three", parent="two")
    url = reverse("wagtailsnippets_community_board:add")
    answer = cast.client("owner").post(url, board_data(parent=three))
    assert "at most three deep" in answer.text
    two = Board.objects.get(slug="two")
    moved = cast.client("owner").post(
        reverse("wagtailsnippets_community_board:edit", args=[two.pk]),
        board_data(slug="two", parent=""),
    )
    assert "Move them first" in moved.text
    assert Board.objects.get(slug="two").depth == 2


def test_a_board_with_topics_is_not_deleted(cast: Cast, tea: int) -> None:
    start_topic(tea, cast.mei)
    answer = cast.client("owner").post(reverse("wagtailsnippets_community_board:delete", args=[tea]), follow=True)
    assert "Archive it instead" in answer.text
    empty = make_board("empty")
    cast.client("owner").post(reverse("wagtailsnippets_community_board:delete", args=[empty]))
    assert list(Board.objects.values_list("slug", flat=True)) == ["tea"]


def test_posts_are_looked_at_and_not_changed(cast: Cast, tea: int) -> None:
    written = start_topic(tea, cast.mei, raw="<script>alert(1)</script> and more words")
    client = cast.client("owner")
    assert client.get(reverse("wagtailsnippets_community_post:list")).status_code == 200
    page = client.get(reverse("wagtailsnippets_community_post:inspect", args=[written.post_id]))
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    for act in ("edit", "delete"):
        answer = client.post(reverse(f"wagtailsnippets_community_post:{act}", args=[written.post_id]), {"raw": "x"})
        assert answer.status_code in (302, 403, 404)
    assert Post.objects.get().raw.startswith("<script>")
    assert cast.client("mei").get(reverse("wagtailsnippets_community_post:list")).status_code in (302, 403)
