"""The talk of a show becomes its topic: from the host's desk, once, and the session leads to it."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import transaction
from django.test import Client

from community.actions.chat import messages, transcripts
from community.actions.forum import boards
from community.actions.live import sessions
from community.models import LiveSession, Message, Topic
from community.rules import chat as rules
from tests.community.stage.conftest import AT

JSON = {"accept": "application/json"}


def evening(make_show: Any, people: list[Any], hana: Any, number: int) -> tuple[LiveSession, Client]:
    show: LiveSession = make_show(audience="everybody")
    hana.groups.add(Group.objects.get_or_create(name="trust:4")[0])
    with transaction.atomic():
        boards.ensure_board(slug="talk", name="Talk", at=AT)
        for index in range(number):
            messages.send_message(
                room_id=show.room_id, raw=f"Cup {index}", client_id=f"key-{index:05}", by=people[index % 3].pk,
                at=AT + timedelta(seconds=index),
            )  # fmt: skip
        sessions.end_session(session_id=show.pk, by=hana.pk, at=AT + timedelta(minutes=30))
    client = Client()
    client.force_login(hana)
    return show, client


def test_the_talk_becomes_one_topic_to_which_the_session_leads(make_show: Any, people: list[Any], hana: Any) -> None:
    show, host = evening(make_show, people, hana, 30)
    desk = host.get(f"/live/{show.public_id}/room/?tab=host").content.decode()
    link = f"/chat/{show.room.slug}/transcript/?show=1&amp;from=1&amp;to=30"
    assert link in desk and "Make a topic of the talk" in desk
    page = host.get(link.replace("&amp;", "&")).content.decode()
    assert "Cup 0" in page and "Cup 29" in page and 'value="What was said: Tea evening"' in page
    assert page.count('name="show" value="1"') == 2
    form = {"show": "1", "from": "1", "to": "30", "title": "The whole evening", "board": "talk"}
    url = f"/chat/{show.room.slug}/transcript/"
    made = [host.post(url, form | {"client_id": f"form-{key}-12345"}, headers=JSON) for key in ("a", "a", "b")]
    assert [one.status_code for one in made] == [200] * 3
    topic = Topic.objects.get()
    assert len({one.json()["url"] for one in made}) == 1 and topic.public_id in made[0].json()["url"]
    show.refresh_from_db()
    assert show.topic_id == topic.pk
    assert [line.line["code"] for line in Message.objects.filter(kind="line") if line.line] == ["transcript"]
    for where in ("", "summary/"):
        assert topic.public_id in host.get(f"/live/{show.public_id}/{where}").content.decode()
    assert topic.public_id in host.get(link.replace("&amp;", "&"))["Location"]
    # A part of it that somebody chose is another topic, and not the session's.
    other = host.post(url, {"seq": ["1", "2"], "title": "Two good cups of it", "board": "talk"}, headers=JSON)
    assert other.status_code == 200, other.content
    assert Topic.objects.count() == 2
    show.refresh_from_db()
    assert show.topic_id == topic.pk
    # When the topic was taken away, another one may take its place.
    Topic.objects.filter(pk=topic.pk).update(removed_at=AT)
    host.post(url, form | {"client_id": "form-c-12345", "title": "The evening once more"}, headers=JSON)
    show.refresh_from_db()
    assert show.topic and show.topic.title == "The evening once more"


def test_a_long_show_becomes_several_posts_and_says_what_was_left_out(
    make_show: Any, people: list[Any], hana: Any
) -> None:
    show, host = evening(make_show, people, hana, 230)
    url = f"/chat/{show.room.slug}/transcript/"
    page = host.get(f"{url}?show=1&from=1&to=230").content.decode()
    assert page.count('name="seq"') == 230 and "become one topic" not in page
    form = {"show": "1", "seq": [str(seq) for seq in range(1, 231) if seq not in (7, 8)], "board": "talk"}
    for _again in range(2):
        made = host.post(url, form | {"title": "All of the evening", "client_id": "once-0001"}, headers=JSON)
        assert made.status_code == 200, made.content
    topic = Topic.objects.get()
    texts = list(topic.posts.order_by("number").values_list("raw", flat=True))
    assert [text.count("> Cup") for text in texts] == [100, 100, 28]
    assert "2 messages in between were left out." in texts[0] and "left out" not in "".join(texts[1:])
    assert Message.objects.get(kind="line").line["args"]["count"] == 228  # type: ignore[index]
    show.refresh_from_db()
    assert show.topic_id == topic.pk


def test_more_than_one_topic_holds_is_told_with_the_way_to_the_rest(
    make_show: Any, people: list[Any], hana: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "TRANSCRIPT_MOST", 4)
    show, host = evening(make_show, people, hana, 6)
    url = f"/chat/{show.room.slug}/transcript/"
    page = host.get(f"{url}?show=1&from=1&to=6").content.decode()
    assert "At most 4 messages become one topic." in page and 'href="?from=5&amp;to=6"' in page
    assert "Cup 3" in page and "Cup 4" not in page
    form = {"show": "1", "from": "1", "to": "6", "title": "All of the evening", "board": "talk"}
    assert host.post(url, form, headers=JSON).json()["code"] == "too_many" and not Topic.objects.exists()
    first = {"show": "1", "seq": ["1", "2", "3", "4"], "title": "The evening begins", "board": "talk"}
    assert host.post(url, first, headers=JSON).status_code == 200
    assert "Cup 4" in host.get(f"{url}?from=5&to=6").content.decode()


def test_a_thread_is_not_cut_where_it_need_not_be(
    make_show: Any, people: list[Any], hana: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "TRANSCRIPT_MOST", 4)
    show, _host = evening(make_show, people, hana, 4)
    for number, root in ((5, 1), (6, 3), (7, 3)):
        Message.objects.create(
            room_id=show.room_id, seq=number, changed_seq=number, author=people[0], client_id=f"reply-{number}", raw="so",
            cooked="so", cook_version=1, text="so", sent_at=AT, thread=Message.objects.get(room_id=show.room_id, seq=root),
        )  # fmt: skip
    Message.objects.filter(room_id=show.room_id, seq__in=(1, 3)).update(reply_count=2)
    chosen = transcripts.choose(room_id=show.room_id, first=1, last=4, replies=True)
    assert ([one.seq for one in chosen.messages], chosen.rest) == ([1, 5, 2], 3)
    chosen = transcripts.choose(room_id=show.room_id, first=3, last=4, replies=True)
    assert ([one.seq for one in chosen.messages], chosen.rest) == ([3, 6, 7, 4], None)


def test_only_whoever_keeps_it_makes_the_topic_of_a_show(make_show: Any, people: list[Any], hana: Any) -> None:
    show, host = evening(make_show, people, hana, 3)
    guest = Client()
    guest.force_login(people[0])
    form = {"show": "1", "from": "1", "to": "3", "title": "Mine alone, I think", "board": "talk"}
    assert guest.post(f"/chat/{show.room.slug}/transcript/", form, headers=JSON).status_code == 403
    LiveSession.objects.filter(pk=show.pk).update(state="live", ended_at=None)
    made = host.post(f"/chat/{show.room.slug}/transcript/", form, headers=JSON)
    show.refresh_from_db()
    assert made.status_code == 200, made.content
    assert show.topic_id is None  # it goes on: this is a part of it
