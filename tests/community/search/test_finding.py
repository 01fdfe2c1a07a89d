"""Each finds what they look for, and only what they may read."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction

from community.actions import search as documents
from community.actions.chat import messages, rooms
from community.actions.forum import answers, posts, topics
from community.actions.people import seen
from community.models import Post, SearchDocument, Tag, Topic
from community.queries import search as queries
from community.search import pace as search_pace
from outbox.dispatch import run_pending
from tests.community.forum.conftest import Cast, make_board, make_member
from tests.community.search.conftest import AT, Finder, reply, say, start_topic

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "words",
    [
        "rest",
        "RESTS",
        "white tea",
        "tea white",
        "Whi",
        "white te",
        '"white tea"',
        "kettle",
        "白茶",
        "茶",
        "泡白茶",
        "白茶 kettle",
        "kettle白茶",
    ],
)
def test_english_chinese_and_both_at_once_find_their_post(find: Finder, cast: Cast, tea: int, words: str) -> None:
    start_topic(tea, cast.mei, "How long may a white tea rest?", "My kettle says: 我想泡白茶，多久好？ Thank you.")
    start_topic(tea, cast.mei, "Something else altogether", "Nothing of that is in here at all.")
    assert find.titles("ada", words) == ["How long may a white tea rest?"]


@pytest.mark.parametrize("words", ['"tea white"', "kettle -white", "white -rest"])
def test_phrases_and_exclusions_are_kept(find: Finder, cast: Cast, tea: int, words: str) -> None:
    start_topic(tea, cast.mei, "How long may a white tea rest?", "My kettle is old but it is good.")
    assert find.titles("ada", words) == []


def test_a_title_outranks_any_text_and_a_whole_word_one_that_begins_so(find: Finder, cast: Cast, tea: int) -> None:
    start_topic(tea, cast.mei, "Something else altogether", "gaiwan " * 200)
    start_topic(tea, cast.mei, "My new gaiwan has arrived", "It is here and I like it.")
    start_topic(tea, cast.mei, "Talk about gaiwanesque pots", "They are here and I like them.")
    assert find.titles("ada", "gaiwan")[0] == "My new gaiwan has arrived"
    start_topic(
        tea, cast.mei, "Words and words and more words", "clay pots and clay pots and more of " + "clay pots " * 200
    )
    start_topic(tea, cast.mei, "Are clay pots what they say?", "It is here and I like it.")
    assert find.titles("ada", "clay pots")[0] == "Are clay pots what they say?"
    assert find.titles("ada", "gaiwanes") == ["Talk about gaiwanesque pots"]


def test_the_name_of_the_board_comes_after_the_text(find: Finder, cast: Cast, tea: int) -> None:
    start_topic(tea, cast.mei, "Of other things on our table")  # on the board "Tea table"
    start_topic(make_board("cups"), cast.mei, "Of other things again", "It was about tea, if I remember.")
    assert find.titles("ada", "tea") == ["Of other things again", "Of other things on our table"]


def test_one_line_for_a_topic_however_many_of_its_posts_match(find: Finder, cast: Cast, tea: int) -> None:
    first = start_topic(tea, cast.mei, "Something else altogether")
    for number in range(3):
        reply(first.topic_id, cast.ada, f"The gaiwan again, number {number} of three.")
    found = find.found("gold", "gaiwan")
    assert found and found.total == 1
    assert found.hits[0].more == 2
    assert find.found("gold", "gaiwan").hits[0].url.endswith("#p2")  # type: ignore[union-attr]


def test_words_that_are_never_together_are_offered_apart_and_said_so(find: Finder, cast: Cast, tea: int) -> None:
    start_topic(tea, cast.mei, "How long may a white tea rest?")
    found = find.found("ada", "white elephant")
    assert found and found.loosely and found.total == 1


# --- Filters ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def shelf(cast: Cast, tea: int) -> dict[str, int]:
    inside = make_board("oolong", name="Oolong")
    made = {
        "question": start_topic(tea, cast.mei, "A gaiwan question of mine", kind="question", at=AT).topic_id,
        "talk": start_topic(inside, cast.ada, "A gaiwan talk of Ada", at=AT + timedelta(days=10)).topic_id,
        "closed": start_topic(tea, cast.gold, "A gaiwan closed by Gold", at=AT + timedelta(days=20)).topic_id,
    }
    helped = reply(made["question"], cast.ada, "Here is what helped me with it.", at=AT)
    with transaction.atomic():
        answers.accept(post_id=helped.post_id, by=cast.mei.pk, at=AT)
        topics.set_state(topic_id=made["closed"], state="closed", by=cast.helper.pk, at=AT)
        for topic, number in Topic.objects.values_list("id", "highest_number"):
            seen.mark_read(topic_id=topic, member_id=cast.mei.pk, number=number, at=AT)
    reply(made["talk"], cast.ada, "A new one that Mei has not read.", at=AT + timedelta(days=11))
    tag = Tag.objects.create(name="Clay", folded="clay", slug="clay")
    Tag.objects.create(name="陶土", folded="陶土", slug="陶土", synonym_of=tag)
    Topic.objects.filter(pk=made["talk"]).update(tag_ids=[tag.pk])
    with transaction.atomic():
        documents.index_topic(topic_id=made["talk"], at=AT)
        documents.index_tags_of(topic_id=made["talk"], at=AT)
    return made


QUESTION, TALK, CLOSED = "A gaiwan question of mine", "A gaiwan talk of Ada", "A gaiwan closed by Gold"


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ("in:oolong", {TALK}), ("in:Oolong", {TALK}), ("在:oolong", {TALK}), ("in:tea", {QUESTION, CLOSED}),
        ("from:ada", {TALK}), ("by:@ADA", {TALK}), ("from:me", {QUESTION}), ("作者：ada", {TALK}),
        ("before:2026-05-05", {QUESTION}), ("after:2026-05-20", {CLOSED}), ("after:2026-05-10 before:2026-05-20", {TALK}),
        ("is:solved", {QUESTION}), ("in:solved", {QUESTION}), ("is:已解决", {QUESTION}), ("is:unsolved", set()),
        ("is:open", {QUESTION, TALK}), ("is:closed", {CLOSED}), ("is:mine", {QUESTION}),
        ("kind:question", {QUESTION}), ("kind:discussion", {TALK, CLOSED}),
        ("tag:clay", {TALK}), ("tag:#Clay", {TALK}), ("标签:陶土", {TALK}), ("in:tea is:solved from:mei", {QUESTION}),
    ],
)  # fmt: skip
def test_every_filter_keeps_what_it_says(find: Finder, shelf: dict[str, int], filters: str, expected: set[str]) -> None:
    assert set(find.titles("mei", f"gaiwan {filters}")) == expected
    assert expected <= set(find.titles("mei", filters))  # filters alone are a question too


def test_unread_is_what_came_after_ones_pointer(find: Finder, cast: Cast, shelf: dict[str, int]) -> None:
    assert find.titles("mei", "gaiwan is:unread") == [TALK]


@pytest.mark.parametrize(
    "wrong",
    [
        "in:nowhere",
        "tag:nothing",
        "from:nobody",
        "before:soon",
        "after:2026-02-31",
        "is:happy",
        "kind:poem",
        "from:mei from:ada",
    ],
)
@pytest.mark.parametrize("who", ["mei", None])
def test_a_wrong_filter_gets_a_sentence(find: Finder, shelf: dict[str, int], who: str | None, wrong: str) -> None:
    page = find.page(who, f"gaiwan {wrong}")
    assert page.status_code == 200
    assert page.context["problems"] and "found" not in page.context
    assert page.context["problems"][0].split()[0] in page.content.decode().replace("&#x27;", "'")


def test_what_is_unread_or_mine_needs_somebody(find: Finder, shelf: dict[str, int]) -> None:
    assert find.page(None, "is:unread").context["problems"] == find.page(None, "is:mine").context["problems"]


def test_a_name_before_a_colon_that_is_no_filter_is_a_word_and_said_so(find: Finder, shelf: dict[str, int]) -> None:
    assert "is not a filter" in find.page("mei", "autor:mei").content.decode()


@pytest.mark.parametrize(
    "q", ["\x00", "%", "_", "'", "\\", "<script>alert(1)</script>", ":*", "!", "a" * 5000, "😀", "()", "::"]
)
@pytest.mark.parametrize("tab", ["posts", "people", "tags", "chat", "nonsense"])
def test_senseless_input_is_answered(find: Finder, tea: int, q: str, tab: str) -> None:
    page = find.page("mei", q, **{"in": tab, "page": "99999", "sort": "x"})
    assert page.status_code == 200
    assert "<script>alert" not in page.content.decode()


def test_the_fields_below_the_box_become_words_in_it(find: Finder, shelf: dict[str, int]) -> None:
    page = find.page("mei", "gaiwan", board="oolong", author="ada", since="2026-05-01")
    assert page.url == "/search/?q=gaiwan+in%3Aoolong+from%3Aada+after%3A2026-05-01"


# --- Who may find what ------------------------------------------------------------------------------------------------


@pytest.fixture
def secrets(cast: Cast, tea: int) -> dict[str, frozenset[str]]:
    """Canary words and who may find them."""
    everybody = frozenset({"", "mei", "ada", "gold", "helper", "owner"})
    inside = frozenset({"gold", "owner"})
    back = make_board("backroom", name="Backroom", permissions={"tier:gold": ("see", "browse", "start", "reply")})
    start_topic(tea, cast.mei, "The canarypublic is for everybody")
    private = start_topic(back, cast.gold, "The canarytitle is for the few")
    reply(private.topic_id, cast.gold, "And the canaryreply is for them too.")
    shown = start_topic(tea, cast.mei, "Another one for everybody")
    gone = reply(shown.topic_id, cast.ada, "The canaryremoved went away again.")
    hidden = reply(shown.topic_id, cast.ada, "The canaryhidden is being looked at.")
    whole = start_topic(tea, cast.ada, "The canarytopic was taken back")
    with transaction.atomic():
        quiet = rooms.create_room(kind="private", slug="quiet", name="Quiet", by=None, at=AT)
        hall = rooms.create_room(kind="public", slug="hall", name="Hall", by=None, at=AT)
        inner = rooms.create_room(kind="board", slug="inner", name="Inner", board_id=back, by=None, at=AT)
        for one in (cast.mei, cast.ada):
            rooms.add_to_room(room_id=quiet, member_id=one.pk, by=None, at=AT)
    say(quiet, cast.mei, "canarydirect between us two")
    say(hall, cast.mei, "canaryhall for everybody")
    say(inner, cast.gold, "canaryinner for the few")
    lost = say(hall, cast.mei, "canarylost was a slip")
    run_pending()  # all are in the documents, and then some are taken away without another word to the search
    Post.objects.filter(pk=hidden.post_id).update(state="hidden")
    with transaction.atomic():
        posts.remove(post_id=gone.post_id, by=cast.helper.pk, at=AT)
        topics.remove_topic(topic_id=whole.topic_id, by=cast.ada.pk, at=AT)
        messages.remove_message(message_id=lost, by=cast.mei.pk, at=AT)
    return {
        "canarypublic": everybody, "canarytitle": inside, "canaryreply": inside, "canaryremoved": frozenset(),
        "canaryhidden": frozenset(), "canarytopic": frozenset(), "canarydirect": frozenset({"mei", "ada"}),
        "canaryhall": everybody, "canaryinner": inside, "canarylost": frozenset(),
    }  # fmt: skip


@pytest.mark.parametrize("delivered", [True, False], ids=["indexed", "before the worker came"])
def test_nobody_finds_what_they_may_not_read(cast: Cast, secrets: dict[str, frozenset[str]], delivered: bool) -> None:
    if delivered:
        run_pending()
    for who in ("", "mei", "ada", "gold", "helper", "owner"):
        client = cast.client(who or None)
        for word, allowed in secrets.items():
            answers_ = [client.get("/search/", {"q": word, "in": tab}) for tab in ("posts", "chat")]
            found = any(answer.context["found"].hits for answer in answers_)
            assert found == (who in allowed), f"{who or 'a guest'} {'found' if found else 'did not find'} {word}"
            if who and not found:
                similar = client.get("/search/similar/", {"title": word}).json()
                assert similar["topics"] == []


def test_a_topic_that_moved_behind_a_door_is_gone_at_once(find: Finder, cast: Cast, tea: int) -> None:
    moved = start_topic(tea, cast.mei, "The canary flies into a cage")
    assert find.titles(None, "canary")
    back = make_board("backroom", permissions={"tier:gold": ("see", "browse")})
    Topic.objects.filter(pk=moved.topic_id).update(board_id=back)  # before any event is delivered
    assert find.titles(None, "canary") == []
    with transaction.atomic():
        documents.index_topic(topic_id=moved.topic_id, at=AT)
    assert find.titles("gold", "canary") == ["The canary flies into a cage"]
    assert find.titles("mei", "canary") == []


def test_hidden_and_absent_boards_get_the_same_sentence(find: Finder, secrets: dict[str, frozenset[str]]) -> None:
    hidden, absent = (find.page("mei", f"x in:{slug}").context["problems"][0] for slug in ("backroom", "neverwas"))
    assert hidden.replace("backroom", "neverwas") == absent


def test_people_are_found_by_name_and_the_gone_are_not(find: Finder, cast: Cast) -> None:
    lin = make_member("lin", first_name="")
    lin.display_name = "林小梅"
    lin.save()
    call_command("reindex_search", verbosity=0)
    assert find.found("mei", "小梅", **{"in": "people"}).hits == [lin.pk]  # type: ignore[union-attr]
    assert find.found("mei", "林", **{"in": "people"}).hits == [lin.pk]  # type: ignore[union-attr]
    lin.erased_at = datetime.now(UTC)
    lin.save()
    assert find.found("mei", "小梅", **{"in": "people"}).hits == []  # type: ignore[union-attr]


def test_a_customer_of_a_shop_who_never_came_is_not_found(find: Finder, cast: Cast) -> None:
    from members.actions import ensure_identity

    with transaction.atomic():
        ensure_identity(source="shop", external_id="7", name="Shy Shopper", by=None, at=AT)
    assert find.found("mei", "Shopper", **{"in": "people"}).hits == []  # type: ignore[union-attr]


def test_tags_of_hidden_topics_are_not_told(find: Finder, cast: Cast, tea: int) -> None:
    back = make_board("backroom", permissions={"tier:gold": ("see", "browse", "start")})
    private = start_topic(back, cast.gold, "The canarytitle is for the few")
    tag = Tag.objects.create(name="canarytag", folded="canarytag", slug="canarytag")
    Topic.objects.filter(pk=private.topic_id).update(tag_ids=[tag.pk])
    with transaction.atomic():
        documents.index_tags(tag_ids=[tag.pk], at=AT)
    assert find.found("mei", "canarytag", **{"in": "tags"}).hits == []  # type: ignore[union-attr]
    assert find.cast.client("mei").get("/search/tags/", {"q": "canary"}).json() == {"tags": []}
    assert [one.name for one in find.found("gold", "canarytag", **{"in": "tags"}).hits] == ["canarytag"]  # type: ignore[union-attr]
    assert find.page("mei", "tag:canarytag").context["problems"]
    assert find.titles("gold", "tag:canarytag") == ["The canarytitle is for the few"]


# --- Completion and titles like this one ------------------------------------------------------------------------------


def test_a_title_like_another_is_offered(find: Finder, cast: Cast, tea: int) -> None:
    start_topic(tea, cast.mei, "My kettle is leaking, what now?")
    start_topic(tea, cast.mei, "白茶怎么泡才不苦？")
    start_topic(tea, cast.mei, "Something else altogether")
    run_pending()
    client = cast.client("ada")
    for title in ("The leaking kettle", "怎么泡白茶怎么泡"):
        offered = client.get("/search/similar/", {"title": title}).json()["topics"]
        assert len(offered) == 1, title
    assert client.get("/search/similar/", {"title": "Of the and"}).json() == {"topics": []}
    assert find.cast.client(None).get("/search/similar/", {"title": "leaking kettle"}).status_code == 401


def test_those_who_can_read_the_place_come_first(cast: Cast) -> None:
    make_board("backroom", permissions={"tier:gold": ("see", "browse")})
    make_member("goa")
    call_command("reindex_search", verbosity=0)
    client = cast.client("gold")
    names = client.get("/search/people/", {"q": "@go", "board": "backroom"}).json()["people"]
    assert [(one["username"], one["reads"]) for one in names] == [("gold", True), ("goa", False)]
    assert [one["username"] for one in client.get("/search/people/", {"q": "go"}).json()["people"]] == ["goa", "gold"]
    assert cast.client("mei").get("/search/people/", {"q": "go", "board": "backroom"}).status_code == 404
    assert cast.client(None).get("/search/people/", {"q": "go"}).status_code == 401


# --- Documents -------------------------------------------------------------------------------------------------------


def test_an_edit_is_found_by_its_new_words_only(find: Finder, cast: Cast, tea: int) -> None:
    first = start_topic(tea, cast.mei, "The first title of them all", "It is about a gaiwan of mine.")
    assert find.titles("ada", "gaiwan")
    with transaction.atomic():
        posts.edit(
            post_id=first.post_id, raw="It is about a kettle of mine.", revision=1, by=cast.mei.pk, at=AT,
            title="The second title of them all",
        )  # fmt: skip
    assert find.titles("ada", "gaiwan") == [] == find.titles("ada", "first")
    assert find.titles("ada", "kettle") == ["The second title of them all"] == find.titles("ada", "second")


def test_removed_and_restored(find: Finder, cast: Cast, tea: int) -> None:
    first = start_topic(tea, cast.mei, "The first title of them all")
    second = reply(first.topic_id, cast.ada, "It is about a gaiwan of mine.")
    assert len(find.titles("mei", "gaiwan")) == 1
    with transaction.atomic():
        posts.remove(post_id=second.post_id, by=cast.ada.pk, at=AT)
    assert find.titles("mei", "gaiwan") == []
    assert not SearchDocument.objects.filter(kind="post", object_id=second.post_id).exists()
    with transaction.atomic():
        posts.restore(post_id=second.post_id, by=cast.helper.pk, at=AT)
    assert len(find.titles("mei", "gaiwan")) == 1


def test_the_same_event_twice_writes_once(cast: Cast, tea: int) -> None:
    first = start_topic(tea, cast.mei)
    run_pending()
    row = SearchDocument.objects.filter(kind="post", object_id=first.post_id)
    before = row.extra(select={"mark": "xmin::text"}).values("mark", "id").get()
    with transaction.atomic():
        documents.index_posts(topic_ids=[first.topic_id], post_ids=[first.post_id], at=AT)
    assert row.extra(select={"mark": "xmin::text"}).values("mark", "id").get() == before


def test_an_old_database_is_filled_and_a_second_run_makes_nothing(
    find: Finder, cast: Cast, tea: int, capsys: pytest.CaptureFixture[str]
) -> None:
    start_topic(tea, cast.mei, "The first title of them all")
    run_pending()
    SearchDocument.objects.all().delete()
    SearchDocument.objects.create(
        kind="message", object_id=10**9, room_id=_a_room(), author=cast.mei, at=AT, words="x", version=1
    )
    call_command("reindex_search")
    assert find.titles("ada", "first") == ["The first title of them all"]
    assert not SearchDocument.objects.filter(kind="message").exists()
    capsys.readouterr()
    call_command("reindex_search")
    assert "post: 0 made." in capsys.readouterr().out


def _a_room() -> int:
    with transaction.atomic():
        return rooms.create_room(kind="public", slug="hall", name="Hall", by=None, at=AT)


def test_the_page_has_few_statements_and_as_many_for_many_hits(find: Finder, cast: Cast, tea: int) -> None:
    start_topic(tea, cast.mei, "A gaiwan of my own")
    few = {who: find.statements(who, "gaiwan") for who in ("mei", None)}
    for number in range(25):
        start_topic(tea, cast.mei, f"A gaiwan of my own, number {number}", client_id=f"form-{number:05}")
    assert {who: find.statements(who, "gaiwan") for who in ("mei", None)} == few
    assert few == {"mei": 6, None: 6}  # posts, authors, people, tags, live sessions; and who asks


@pytest.mark.parametrize(("who", "most"), [("mei", 30), (None, 2)])
def test_one_may_search_so_often_and_is_told_when_again(
    find: Finder, tea: int, who: str | None, most: int, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.COMMUNITY_LIMITS_ON = True
    from limits.storage import MemoryStorage
    from limits.strategies import FixedWindowRateLimiter

    pace = FixedWindowRateLimiter(MemoryStorage())
    monkeypatch.setattr(search_pace, "_limiter", lambda: pace)
    client = find.cast.client(who)
    answers_ = [client.get("/search/", {"q": "tea"}) for _ in range(most + 1)]
    assert [one.status_code for one in answers_] == [200] * most + [429]
    assert 0 < int(answers_[-1]["Retry-After"]) <= 61
    assert client.get("/search/").status_code == 200  # the empty page asks nothing


def test_without_valkey_everybody_may_search(
    find: Finder, tea: int, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.COMMUNITY_LIMITS_ON = True

    def away() -> Any:
        raise ConnectionError

    monkeypatch.setattr(search_pace, "_limiter", away)
    monkeypatch.setattr(search_pace, "_asked_again_at", 0.0)
    assert find.page("mei", "tea").status_code == 200


def test_pages_are_numbered_and_complete(find: Finder, cast: Cast, tea: int) -> None:
    for number in range(45):
        start_topic(tea, cast.mei, f"A gaiwan of my own, number {number}", client_id=f"form-{number:05}")
    seen = [title for page in ("1", "2", "3") for title in find.titles("ada", "gaiwan", page=page)]
    assert len(seen) == len(set(seen)) == 45
    assert 'rel="next"' in find.page("ada", "gaiwan").content.decode()
    assert find.titles("ada", "gaiwan", page="9") == find.titles("ada", "gaiwan")  # there are fewer pages now


def test_spans_of_time_lose_nothing(find: Finder, cast: Cast, tea: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "NEAR", 3)
    monkeypatch.setattr(queries, "FAR", 6)
    for number in range(10):
        start_topic(
            tea,
            cast.mei,
            f"A gaiwan number {number} of mine",
            client_id=f"form-{number:05}",
            at=AT + timedelta(days=number),
        )
    run_pending()
    assert len(find.titles("ada", "gaiwan")) == 10
    assert len(queries._edges("post")) == 2
    assert len(find.titles("ada", "gaiwan", sort="new")) == 10
    monkeypatch.setattr(queries, "RANKED", 4)
    found: Any = find.found("ada", "gaiwan", sort="new")
    assert found.capped and [str(hit.number) for hit in found.hits] == ["1"] * 4
    assert "number</mark>" not in str(found.hits[0].title) and "9" in str(found.hits[0].title)
