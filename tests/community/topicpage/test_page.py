"""What the page says and leads to: lines between posts, jumps, addresses, forms that need no script."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from django.db import transaction
from django.test import Client

from community.actions.forum import topics
from community.models import Post, PostRedirect, Tag, Topic
from outbox.clock import now
from tests.community.forum.conftest import AT, TEXT, Cast, make_board, reply, start_topic, url_of
from tests.community.topicpage.conftest import react


class Elements(HTMLParser):
    """Counts what a browser would make an element of; what lies in a template is none."""

    def __init__(self) -> None:
        super().__init__()
        self.count, self.inside = 0, 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.inside += tag == "template"
        self.count += not self.inside or tag == "template"

    def handle_endtag(self, tag: str) -> None:
        self.inside -= tag == "template"


def elements(client: Client, url: str) -> int:
    parser = Elements()
    parser.feed(client.get(url).text)
    return parser.count


def test_twenty_posts_are_at_most_nine_hundred_elements(cast: Cast, tea: int) -> None:
    topic = start_topic(tea, cast.mei, kind="question")
    people = [cast.ada, cast.gold, cast.helper, cast.owner]
    for number in range(40):
        written = reply(topic.topic_id, people[number % 4], parent_number=number // 2 + 1)
        react(written.post_id, cast.mei)
    url = url_of(topic.topic_id)
    assert elements(cast.client("ada"), url) <= 900
    assert elements(cast.client("ada"), url + "?view=nested") <= 900
    assert elements(cast.client("mei"), url) <= 900  # the asker may accept each of them
    assert elements(cast.client(None), url) <= 600


def test_long_silence_is_said_and_a_short_one_not(cast: Cast, tea: int) -> None:
    topic, moment = start_topic(tea, cast.mei), AT
    for days in (6, 8, 70, 800):
        moment += timedelta(days=days)
        reply(topic.topic_id, cast.ada, at=moment)
    page = cast.client("gold").get(url_of(topic.topic_id)).text
    assert re.findall(r'line-between quiet">([^<]+)<', page) == ["8 days later", "2 months later", "2 years later"]


def test_an_old_topic_says_so_above_the_reply(cast: Cast, tea: int) -> None:
    old = start_topic(tea, cast.mei, at=now() - timedelta(days=181))
    new = start_topic(tea, cast.mei, at=now() - timedelta(days=179))
    words = "The last reply here was"
    assert words in cast.client("ada").get(url_of(old.topic_id)).text
    assert words not in cast.client(None).get(url_of(old.topic_id)).text  # who cannot reply need not be told
    assert words not in cast.client("ada").get(url_of(new.topic_id)).text


def test_jumps_lead_to_the_first_unread_and_to_the_newest(cast: Cast, tea: int) -> None:
    topic = start_topic(tea, cast.mei)
    for _ in range(50):
        reply(topic.topic_id, cast.ada)
    url, gold = url_of(topic.topic_id), cast.client("gold")
    first = gold.get(url).text
    assert "First unread" not in first
    assert f'href="{url}51/#p51"' in first
    second = gold.get(url).text
    assert f'href="{url}21/#p21"' in second
    page = gold.get(url + "?page=2").text
    assert '<p class="line-between" id="new">' in page
    assert page.index('id="new"') < page.index('id="p21"')
    assert page.count(" data-new") == 20
    assert 'rel="prev" href="?page=1"' in page
    assert 'rel="next" href="?page=3"' in page
    assert " data-new" not in gold.get(url + "?page=1").text


@pytest.mark.parametrize(
    ("typed", "number"),
    [("30", 30), ("1", 1), ("0", 1), ("999999999", 1), ("99", 51), ("x", 1), ("-4", 1), ("٣", 1), ("9" * 5000, 1)],
)
def test_the_number_that_is_typed_is_found(cast: Cast, tea: int, typed: str, number: int) -> None:
    topic = start_topic(tea, cast.mei)
    Topic.objects.update(highest_number=51)
    url = url_of(topic.topic_id)
    assert cast.client("ada").get(url, {"post": typed})["Location"] == f"{url}{number}/#p{number}"
    nested = cast.client("ada").get(url, {"post": typed, "view": "nested"})["Location"]
    assert nested == f"{url}{number}/?view=nested#p{number}"


def test_replies_of_a_post_have_a_page(cast: Cast, tea: int) -> None:
    topic = start_topic(tea, cast.mei)
    reply(topic.topic_id, cast.ada, parent_number=1, raw="The first answer to the first post.")
    reply(topic.topic_id, cast.gold, parent_number=2, raw="An answer to the answer itself.")
    url, client = url_of(topic.topic_id), cast.client(None)
    page = client.get(url).text
    assert f'href="{url}1/replies/" data-replies="1">1 reply</a>' in page
    assert 'data-replies="3"' not in page
    answers = client.get(url + "1/replies/").text
    assert "The first answer" in answers
    assert "An answer to the answer" not in answers
    assert TEXT in answers
    assert "in reply to Ada, #2</a>" in page
    assert client.get(url + "4/replies/").status_code == 404


def test_a_moved_post_and_a_merged_topic_lead_to_their_new_home(cast: Cast, tea: int) -> None:
    source, target = start_topic(tea, cast.mei), start_topic(tea, cast.mei, title="Where everything comes together")
    moved = reply(source.topic_id, cast.ada)
    Post.objects.filter(pk=moved.post_id).update(topic_id=target.topic_id, number=7)
    Topic.objects.filter(pk=target.topic_id).update(highest_number=7)
    old, new = url_of(source.topic_id), url_of(target.topic_id)
    PostRedirect.objects.create(from_topic_id=source.topic_id, from_number=2, post_id=moved.post_id)
    answer = cast.client("gold").get(old + "2/")
    assert (answer.status_code, answer["Location"]) == (301, new + "7/#p7")
    Topic.objects.filter(pk=source.topic_id).update(
        merged_into=target.topic_id, removed_at=AT, removed_by=cast.helper.pk
    )
    assert cast.client("gold").get(old)["Location"] == new
    assert cast.client("gold").get(old + "2/")["Location"] == new + "7/#p7"
    closet = make_board("closet", permissions={})
    Topic.objects.filter(pk=target.topic_id).update(board_id=closet)
    assert cast.client("gold").get(old).status_code == 404  # as if neither had ever been
    assert cast.client("gold").get(old + "2/").status_code == 404


def forms(page: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Every button of the form `acts`, as a browser without script would send it."""
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert token
    page = re.sub("<template.*?</template>", "", page, flags=re.DOTALL)
    for tag in re.findall(r"<button[^>]*form=\"acts\"[^>]*>", page):
        has = dict(re.findall(r'(\w[\w-]*)="([^"]*)"', tag))
        yield has["formaction"], {has["name"]: has["value"], "csrfmiddlewaretoken": token[1], "next": "/"}


@pytest.mark.parametrize("who", ["ada", "mei", "helper"])
def test_every_button_works_without_script(cast: Cast, tea: int, who: str) -> None:
    topic = start_topic(tea, cast.mei, kind="question")
    reply(topic.topic_id, cast.gold)
    url = url_of(topic.topic_id)
    client = Client(enforce_csrf_checks=True)
    client.force_login(getattr(cast, who), "members.backends.MemberBackend")
    page = client.get(url).text
    pressed = set()
    for action, data in forms(page):
        answer = client.post(action, data)
        assert answer.status_code == 302, (action, data)
        pressed.add(action.rstrip("/").rpartition("/")[2])
    wanted = {"react", "bookmark", "view"} | {"ada": set(), "mei": {"accept"}, "helper": {"accept", "wiki"}}[who]
    assert pressed >= wanted - {"view"}
    for link in set(re.findall(r'href="(/t/[^"#?]*)', page)):
        known = not re.search(r"/(history|flag|hidden)/$", link)
        assert not known or client.get(link).status_code in (200, 301, 302, 403), link


def test_a_reply_form_is_drawn_alike_with_and_without_errors(cast: Cast, tea: int) -> None:
    topic = start_topic(tea, cast.mei)
    url, ada = url_of(topic.topic_id), cast.client("ada")

    def hidden(page: str) -> dict[str, str]:
        part = page.partition('id="reply"')[2]
        return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]+)"', part))

    one, two = hidden(ada.get(url).text), hidden(ada.get(url).text)
    assert one["client_id"] != two["client_id"]
    assert len(one["client_id"]) == len(hidden(ada.get(url + "?reply=1").text)["client_id"])
    assert hidden(ada.get(url + "?reply=1").text)["parent"] == "1"
    refused = ada.post(url + "reply/", {**one, "raw": "short"})
    assert refused.status_code == 422
    assert "short</textarea>" in refused.text
    assert set(one) == set(hidden(refused.text))
    assert "poll_question" not in ada.get(url).text
    assert "poll_question" in ada.get(url + "?poll=1").text
    sent = ada.post(url + "reply/", {"raw": TEXT, **one})
    assert sent.status_code == 302
    assert Post.objects.count() == 2


def test_more_to_read_is_what_this_reader_may_read(cast: Cast, tea: int) -> None:
    topic = start_topic(tea, cast.mei)
    start_topic(tea, cast.mei, title="Another topic of the same board")
    hidden = start_topic(make_board("closet", permissions={}), cast.owner, title="Something nobody may read here")
    gone = start_topic(tea, cast.mei, title="A removed topic of the same board")
    with transaction.atomic():
        topics.remove_topic(topic_id=gone.topic_id, by=cast.mei.pk, at=AT)
    page = cast.client("ada").get(url_of(topic.topic_id)).text
    assert "Another topic of the same board" in page
    assert "A removed topic" not in page
    made = Tag.objects.create(name="oolong", folded="oolong", slug="oolong").pk
    Topic.objects.filter(pk__in=[topic.topic_id, hidden.topic_id]).update(tag_ids=[made])
    page = cast.client("ada").get(url_of(topic.topic_id)).text
    assert "oolong" in page
    assert "Something nobody may read" not in page


def test_a_line_of_the_system_is_no_post(cast: Cast, tea: int) -> None:
    topic = start_topic(tea, cast.mei)
    with transaction.atomic():
        topics.set_state(topic_id=topic.topic_id, state="closed", by=cast.helper.pk, at=AT)
    page = cast.client("ada").get(url_of(topic.topic_id)).text
    line = page.partition('class="post-line"')[2].partition("</div>")[0]
    assert "closed this topic" in line
    assert "react" not in line
