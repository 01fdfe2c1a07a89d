"""The talk of a show becomes its topic: from the host's desk, once, and the session leads to it."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.models import Group
from django.db import transaction
from django.test import Client

from community.actions.chat import messages
from community.actions.forum import boards
from community.actions.live import sessions
from community.models import LiveSession, Message, Topic
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


def test_a_long_show_says_how_much_fits(make_show: Any, people: list[Any], hana: Any) -> None:
    show, host = evening(make_show, people, hana, 105)
    page = host.get(f"/chat/{show.room.slug}/transcript/?show=1&from=1&to=105").content.decode()
    assert "At most 100 messages become one topic." in page
    form = {"show": "1", "from": "1", "to": "105", "title": "All of it", "board": "talk"}
    assert host.post(f"/chat/{show.room.slug}/transcript/", form, headers=JSON).json()["code"] == "too_many"
    show.refresh_from_db()
    assert show.topic_id is None


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
