"""Years of talk arrive whole, once, quietly, and are found by their old addresses by those who might read them."""

import io
import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client

from community.access import rights
from community.arrivals import bbcode, discourse, neutral
from community.models import Board, Post, Reaction, Topic
from messaging.models import Delivery, Notice
from outbox.dispatch import run_pending
from tests.community.arrivals.dumps import discourse_backup, phpbb_dump

pytestmark = pytest.mark.django_db(transaction=True)
User = get_user_model()

PEOPLE: list[dict[str, Any]] = [
    {"id": 1, "username": "lin", "name": "Lin Mei"}, {"id": 2, "username": "wen.tao", "name": None},
    {"id": 3, "username": "a" * 40, "name": "Long Handle"}, {"id": -1, "username": "system"},
]  # fmt: skip
TALK: dict[str, list[dict[str, Any]]] = {
    "users": PEOPLE,
    "user_emails": [{"id": 1, "user_id": 1, "email": "lin@example.com"}, {"id": 2, "user_id": 2, "email": "not an address"}],
    "categories": [
        {"id": 5, "name": "Tea", "slug": "tea", "description": "All <b>tea</b>", "position": 1},
        {"id": 6, "name": "Green", "slug": "green", "parent_category_id": 5},
        {"id": 7, "name": "Staff", "slug": "staff", "read_restricted": "t"},
    ],
    "tags": [{"id": 1, "name": "pu-erh"}, {"id": 2, "name": "x" * 50}],
    "topic_tags": [{"id": 1, "topic_id": 10, "tag_id": 1}, {"id": 2, "topic_id": 10, "tag_id": 2}],
    "topics": [
        {"id": 10, "title": "How long may it rest?", "user_id": 1, "category_id": 6, "slug": "how-long-may-it-rest", "closed": "t"},
        {"id": 11, "title": "工夫茶怎么泡", "user_id": 2, "category_id": 5, "slug": "topic", "pinned_at": "2024-03-02 00:00:00"},
        {"id": 12, "title": "Who may see this secret", "user_id": 1, "category_id": 7, "slug": "secret"},
        {"id": 13, "title": "Between us", "user_id": 1, "category_id": None, "archetype": "private_message", "slug": "pm"},
        {"id": 14, "title": "Nothing was left of it", "user_id": 1, "category_id": 5, "slug": "empty"},
    ],
    "topic_custom_fields": [{"id": 1, "topic_id": 10, "name": "accepted_answer_post_id", "value": "103"}],
    "posts": [
        {"id": 101, "user_id": 1, "topic_id": 10, "post_number": 1, "raw": "Back\\slash,\ttab\nand **bold**, @wen.tao"},
        {"id": 102, "user_id": 2, "topic_id": 10, "post_number": 2, "raw": "[quote=\"lin, post:1, topic:10\"]\ntab\n[/quote]\nTen seconds."},
        {"id": 103, "user_id": 3, "topic_id": 10, "post_number": 5, "raw": "Eight. ![cup|690x388](upload://abc.png)",
         "reply_to_post_number": 2, "version": 2},
        {"id": 104, "user_id": None, "topic_id": 10, "post_number": 6, "raw": "The account of this one is gone."},
        {"id": 105, "user_id": 2, "topic_id": 10, "post_number": 7, "raw": "Regretted.", "deleted_at": "2024-03-03 00:00:00"},
        {"id": 106, "user_id": 2, "topic_id": 10, "post_number": 8, "raw": "closed by staff", "post_type": 3},
        {"id": 107, "user_id": 2, "topic_id": 11, "post_number": 1, "raw": "水要滚,手要快。", "wiki": "t"},
        {"id": 108, "user_id": 1, "topic_id": 12, "post_number": 1, "raw": "zqstaffsecret stays among us."},
        {"id": 109, "user_id": 1, "topic_id": 13, "post_number": 1, "raw": "zqprivate words between us two."},
    ],
    "post_actions": [
        {"id": 1, "post_id": 103, "user_id": 1, "post_action_type_id": 2}, {"id": 2, "post_id": 103, "user_id": 2, "post_action_type_id": 2},
        {"id": 3, "post_id": 103, "user_id": 3, "post_action_type_id": 2}, {"id": 4, "post_id": 101, "user_id": 2, "post_action_type_id": 1},
        {"id": 5, "post_id": 101, "user_id": 2, "post_action_type_id": 2, "deleted_at": "2024-03-03 00:00:00"},
    ],
}  # fmt: skip


def bring(*arguments: Any) -> str:
    out = io.StringIO()
    call_command("import_forum", *map(str, arguments), stdout=out)
    return out.getvalue()


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    return discourse_backup(tmp_path / "site-2024.tar.gz", TALK)


def state() -> list[Any]:
    return [list(model.objects.order_by("pk").values_list()) for model in (Board, Topic, Post, Reaction, User)]


def test_a_discourse_site_arrives_whole(backup: Path) -> None:
    said = bring("discourse", backup)
    assert "posts: 7 new of 7" in said and "boards: 3 new of 3" in said and "likes: 2 new of 3" in said
    topic = Topic.objects.get(title="How long may it rest?")
    posts = {post.number: post for post in topic.posts.select_related("author", "parent")}
    assert sorted(posts) == [1, 2, 5, 6, 7]
    assert posts[1].raw == "Back\\slash,\ttab\nand **bold**, @wen.tao"
    assert "<strong>bold</strong>" in posts[1].cooked and posts[1].mentions == [posts[2].author_id]
    assert "> @lin in #1:\n> tab" in posts[2].raw and 'class="quote"' in posts[2].cooked
    assert posts[5].raw == "Eight. *(cup)*" and posts[5].parent == posts[2] and posts[5].edited_at is not None
    assert posts[6].author.name == "Former member"
    assert posts[7].state == "removed"
    assert (posts[1].created_at.isoformat(), posts[1].author.username) == ("2024-03-01T10:00:00.123456+00:00", "lin")
    assert (topic.kind, topic.accepted_post, topic.state) == ("question", posts[5], "closed")
    assert (topic.highest_number, topic.visible_posts, len(topic.tag_ids)) == (7, 4, 1)
    assert topic.participants == [posts[n].author_id for n in (1, 2, 5, 6)]
    assert (posts[5].like_count, posts[5].reaction_counts, posts[1].like_count) == (2, {"like": 2}, 0)
    assert Topic.objects.get(slug="工夫茶怎么泡").pinned == "board"
    assert set(User.objects.values_list("username", flat=True)) >= {"lin", "wen.tao"}
    assert not Topic.objects.filter(title__in=["Between us", "Nothing was left of it"]).exists()
    assert not Post.objects.filter(raw__contains="zqprivate").exists()


def test_again_changes_nothing_and_a_grown_backup_adds_what_is_new(backup: Path, tmp_path: Path) -> None:
    bring("discourse", backup)
    before = state()
    bring("discourse", backup)
    after = state()
    assert [len(rows) for rows in after] == [len(rows) for rows in before]
    assert after[2] == before[2]
    more = {
        **TALK,
        "posts": [*TALK["posts"], {"id": 120, "user_id": 1, "topic_id": 11, "post_number": 2, "raw": "One more year."}],
    }
    bring("discourse", discourse_backup(tmp_path / "later.tar.gz", more))
    assert Topic.objects.get(pinned="board").highest_number == 2
    assert Post.objects.count() == len(before[2]) + 1


def test_it_arrives_quietly(backup: Path) -> None:
    bring("discourse", backup)
    run_pending()
    from loyalty.models import Txn

    assert (Notice.objects.count(), Delivery.objects.count(), len(mail.outbox)) == (0, 0, 0)
    assert not Txn.objects.exists()


def test_what_was_closed_stays_closed(backup: Path) -> None:
    bring("discourse", backup)
    names = {board.name for board in rights(None).boards.values() if board.id in rights(None).browsable}
    assert names == {"Tea", "Green"}
    member = User.objects.get(username="lin")
    assert Board.objects.get(name="Staff").pk not in rights(member).browsable
    client = Client()
    client.force_login(member)
    assert client.get("/t/secret/12").status_code == 404
    assert client.get("/t/secret/999").status_code == 404


def test_old_addresses_lead_on(backup: Path) -> None:
    bring("discourse", backup)
    topic = Topic.objects.get(title="How long may it rest?")
    client = Client()
    for old in ("/t/how-long-may-it-rest/10", "/t/how-long-may-it-rest/10/", "/t/10"):
        answer = client.get(old)
        assert (answer.status_code, answer["Location"]) == (301, f"/t/{topic.slug}-{topic.public_id}/")
    assert client.get("/t/x/10/5")["Location"] == f"/t/{topic.slug}-{topic.public_id}/5/#p5"
    assert client.get("/c/tea/green/6")["Location"] == "/b/green/"
    assert client.get("/c/staff/7").status_code in (302, 404)


def test_somebody_takes_their_account_over_by_their_own_mailbox(backup: Path) -> None:
    bring("discourse", backup)
    lin = User.objects.get(username="lin")
    assert (lin.email, lin.has_usable_password(), lin.imported) == ("lin@example.com", False, True)
    client = Client()
    client.post("/accounts/password/reset/", {"email": "lin@example.com"})
    run_pending()
    letters = [message.body for message in mail.outbox if "lin@example.com" in message.to]
    link = re.search(r"http://\S+/accounts/password/reset/key/\S+", "\n".join(map(str, letters)))
    assert link, letters


def test_somebody_known_here_is_not_made_twice(backup: Path) -> None:
    from allauth.account.models import EmailAddress

    here = User.objects.create_user("linmei", "lin@example.com")
    EmailAddress.objects.create(user=here, email="lin@example.com", verified=True, primary=True)
    bring("discourse", backup)
    assert Topic.objects.get(title="How long may it rest?").author == here
    assert User.objects.filter(email="lin@example.com").count() == 1


XML = '<r><QUOTE author="lin"><s>[quote="lin"]</s>Hot?<e>[/quote]</e></QUOTE>\nYes: <B><s>[b]</s>95°<e>[/b]</e></B> &amp; <E>:)</E></r>'
PHPBB: dict[str, list[dict[str, Any]]] = {
    "users": [
        {"user_id": 1, "user_type": 2, "username": "Anonymous", "user_regdate": 1},
        {"user_id": 2, "user_type": 3, "username": "lin", "user_email": "lin@example.com", "user_regdate": 1500000000},
        {"user_id": 48, "user_type": 0, "username": "O&#39;Wen", "user_email": "wen@example.com", "user_regdate": 1500000500},
    ],
    "acl_users": [{"user_id": 2, "forum_id": 0}],
    "groups": [{"group_id": 1, "group_name": "GUESTS"}, {"group_id": 2, "group_name": "REGISTERED"}],
    "acl_options": [{"auth_option_id": 14, "auth_option": "f_read"}, {"auth_option_id": 15, "auth_option": "f_reply"}],
    "acl_roles": [{"role_id": 17, "role_name": "ROLE_FORUM_READONLY"}, {"role_id": 16, "role_name": "ROLE_FORUM_NOACCESS"}],
    "acl_roles_data": [{"role_id": 17, "auth_option_id": 14, "auth_setting": 1}, {"role_id": 16, "auth_option_id": 14, "auth_setting": 0}],
    "acl_groups": [
        {"group_id": 1, "forum_id": 1, "auth_role_id": 17},
        {"group_id": 2, "forum_id": 1, "auth_role_id": 17},
        {"group_id": 1, "forum_id": 2, "auth_role_id": 17}, {"group_id": 1, "forum_id": 3, "auth_role_id": 16},
        {"group_id": 2, "forum_id": 3, "auth_option_id": 14, "auth_setting": 1},
    ],
    "forums": [
        {"forum_id": 1, "forum_type": 0, "forum_name": "House", "left_id": 1}, {"forum_id": 2, "parent_id": 1, "forum_type": 1,
         "forum_name": "Tea &amp; talk", "left_id": 2, "forum_desc": "<t>All\nof it</t>"},
        {"forum_id": 3, "parent_id": 1, "forum_type": 1, "forum_name": "Members", "left_id": 4},
        {"forum_id": 4, "parent_id": 0, "forum_type": 2, "forum_name": "A link", "left_id": 6},
    ],
    "topics": [
        {"topic_id": 20, "forum_id": 2, "topic_title": "Hot &quot;water&quot;?", "topic_poster": 2, "topic_time": 1600000000,
         "topic_type": 1, "topic_visibility": 1},
        {"topic_id": 21, "forum_id": 3, "topic_title": "Locked room", "topic_poster": 48, "topic_time": 1600000500,
         "topic_status": 1, "topic_visibility": 1},
        {"topic_id": 22, "forum_id": 2, "topic_title": "Moved away", "topic_poster": 2, "topic_time": 1600000500, "topic_status": 2,
         "topic_visibility": 1},
    ],
    "posts": [
        {"post_id": 30, "topic_id": 20, "poster_id": 2, "post_time": 1600000000, "post_text": "<t>It's hot;\nit's (really) hot, 老友。</t>",
         "post_visibility": 1},
        {"post_id": 31, "topic_id": 20, "poster_id": 48, "post_time": 1600000100, "post_text": XML, "post_visibility": 1,
         "post_edit_time": 1600000200},
        {"post_id": 32, "topic_id": 20, "poster_id": 1, "post_time": 1600000300, "post_text": "<t>a guest</t>", "post_visibility": 2},
        {"post_id": 33, "topic_id": 21, "poster_id": 48, "post_time": 1600000500, "post_visibility": 1,
         "post_text": "Old [b:1a2b3c4d]style[/b:1a2b3c4d] [list:1a2b3c4d][*:1a2b3c4d]one[/*:m:1a2b3c4d][/list:u:1a2b3c4d]"},
    ],
}  # fmt: skip


@pytest.mark.parametrize("prefix", ["phpbb_", "forum3_", ""])
def test_a_phpbb_board_arrives_whole(tmp_path: Path, prefix: str) -> None:
    said = bring("phpbb", phpbb_dump(tmp_path / "phpbb.sql.gz", PHPBB, prefix))
    assert "posts: 4 new of 4" in said and "topics: 2 new of 2" in said
    topic = Topic.objects.get(title='Hot "water"?')
    first, second, third = topic.posts.order_by("number")
    assert first.raw == "It's hot;\nit's (really) hot, 老友。"
    assert second.raw == "> **lin:**\n> Hot?\n\n\nYes: **95°** & :)" and second.edited_at is not None
    assert (third.state, third.author.name) == ("removed", "Former member")
    assert (topic.pinned, topic.visible_posts, topic.highest_number) == ("board", 2, 3)
    other = Topic.objects.get(title="Locked room")
    assert (other.state, other.posts.get().raw) == ("closed", "Old **style** \n\n- one")
    assert User.objects.get(email="wen@example.com").display_name == "O'Wen"
    boards = {board.name: board for board in Board.objects.all()}
    assert set(boards) == {"House", "Tea & talk", "Members"}
    assert boards["Tea & talk"].parent == boards["House"]
    assert Client().get("/viewtopic.php?t=20")["Location"].endswith(f"-{topic.public_id}/")


def test_who_could_read_a_phpbb_forum_can_read_it_here(tmp_path: Path) -> None:
    bring("phpbb", phpbb_dump(tmp_path / "phpbb.sql.gz", PHPBB))
    boards = {board.name: board.pk for board in Board.objects.all()}
    assert set(rights(None).browsable) == {boards["House"], boards["Tea & talk"]}
    assert boards["Members"] in rights(User.objects.get(username="lin")).browsable


def test_where_a_phpbb_forum_says_nothing_the_team_looks_first(tmp_path: Path) -> None:
    bring("phpbb", phpbb_dump(tmp_path / "phpbb.sql.gz", {**PHPBB, "acl_groups": []}))
    assert rights(User.objects.get(username="lin")).browsable == []
    helper = User.objects.create_user("helper", "helper@example.com")
    helper.groups.add(Group.objects.get(name="Moderators"))
    assert len(rights(helper).browsable) == 3


def test_bad_files_say_what_to_do_and_keep_what_was_read(tmp_path: Path, backup: Path) -> None:
    whole = backup.read_bytes()
    cut = tmp_path / "cut.tar.gz"
    cut.write_bytes(whole[: len(whole) // 2])
    empty = discourse_backup(tmp_path / "empty.tar.gz", {})
    lines = tmp_path / "rows.ndjson"
    lines.write_text('{"kind": "person", "id": "1", "username": "mei"}\n{"kind": "post"}\n', encoding="utf-8")
    for arguments, words in (
        (("discourse", tmp_path / "missing.tar.gz"), "There is no file"),
        (("discourse", cut), "damaged or cut off"),
        (("discourse", empty), "has no topics"),
        (("phpbb", backup), "no table of phpBB"),
        (("lines", lines), "Line 2 is no row"),
    ):
        with pytest.raises(CommandError, match=words):
            bring(*arguments)
    bring("discourse", backup)
    assert Topic.objects.count() == 3


def test_the_neutral_lines_say_the_same(backup: Path, tmp_path: Path) -> None:
    lines = tmp_path / "rows.ndjson"
    bring("discourse", backup, "--to", lines)
    assert not Topic.objects.exists()
    with lines.open(encoding="utf-8") as read:
        assert list(neutral.from_lines(read)) == list(discourse.rows(backup))
    bring("lines", lines, "--source", "discourse")
    before = state()
    bring("discourse", backup)
    assert state()[2] == before[2]


@pytest.mark.parametrize(
    ("stored", "ours"),
    [
        ("[url=https://tea.example/a?b=c]tea[/url]", "[tea](<https://tea.example/a?b=c>)"),
        ("[quote]a[quote=lin]b[/quote]c[/quote]", "> a\n> > **lin:**\n> > b\n> \n> c"),
        ("[code=python]x = '[b]'\n```[/code]", "````python\nx = '[b]'\n```\n````"),
        ("[list=1][*]one[*]two[/list]", "1. one\n1. two"),
        ("[color=red]warm[/color] [unknown]kept[/unknown]", "warm [unknown]kept[/unknown]"),
        ("<r>a &lt;script&gt;alert(1)&lt;/script&gt;</r>", "a <script>alert(1)</script>"),
        ("[quote]" * 3_000, "[quote]" * 3_000),
    ],
)
def test_bbcode_becomes_markdown(stored: str, ours: str) -> None:
    assert bbcode.markdown(stored) == ours
