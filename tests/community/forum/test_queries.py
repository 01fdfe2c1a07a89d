"""What other apps are told: true, and only what the person may read."""

from datetime import timedelta

from django.db import transaction

from community import queries
from community.actions.forum import posts, reactions
from tests.community.forum.conftest import AT, Cast, make_board, reply, start_topic

LATER = AT + timedelta(days=10)


def test_latest_topics_are_those_one_may_read(cast: Cast, tea: int) -> None:
    gold = make_board("gold", permissions={"tier:gold": ("see", "browse")})
    start_topic(tea, cast.mei, title="For everybody at the table")
    start_topic(gold, cast.owner, title="For gold members at the table", at=LATER)
    titles = {
        who: [card.title for card in queries.latest_topics(viewer_id=who, limit=5)]
        for who in (None, cast.gold.pk, cast.mei.pk)
    }
    assert titles[None] == titles[cast.mei.pk] == ["For everybody at the table"]
    assert titles[cast.gold.pk] == ["For gold members at the table", "For everybody at the table"]
    card = queries.latest_topics(viewer_id=None, limit=5)[0]
    assert (card.author.name, card.replies, card.board_name, card.solved) == ("Mei", 0, "Tea", False)


def test_who_answered_a_member_since_they_left(cast: Cast, tea: int) -> None:
    mine, other = start_topic(tea, cast.mei), start_topic(tea, cast.ada, title="A topic that Ada started")
    spoke = reply(other.topic_id, cast.mei)
    reply(mine.topic_id, cast.ada, raw="Too early to be news for anybody.", at=AT)
    reply(mine.topic_id, cast.gold, raw="In your topic, while you were away.", at=LATER)
    reply(
        other.topic_id,
        cast.gold,
        raw="In answer to what you said there.",
        parent_number=spoke.number,
        at=LATER + timedelta(hours=1),
    )
    reply(other.topic_id, cast.gold, raw="To Ada, so it is not for you at all.", at=LATER)
    reply(mine.topic_id, cast.mei, raw="One's own words are no news either.", at=LATER)
    gone = reply(mine.topic_id, cast.ada, raw="Removed words are not told to anybody.", at=LATER)
    closet = start_topic(make_board("closet", permissions={}), cast.mei)
    reply(closet.topic_id, cast.owner, raw="In a place that Mei cannot read now.", at=LATER)
    with transaction.atomic():
        posts.remove(post_id=gone.post_id, by=cast.ada.pk, at=LATER)
    told = queries.replies_to_member_since(member_id=cast.mei.pk, since=AT + timedelta(days=1), limit=10)
    assert [(fact.excerpt, fact.direct, fact.by.name) for fact in told] == [
        ("In answer to what you said there.", True, "Gold"),
        ("In your topic, while you were away.", False, "Gold"),
    ]
    assert len(queries.replies_to_member_since(member_id=cast.mei.pk, since=AT, limit=1)) == 1


def test_a_summary_tells_words_only_to_readers(cast: Cast) -> None:
    secret = start_topic(make_board("closet", permissions={}), cast.owner, title="The surprise party for Mei")
    told = queries.post_summary(post_id=secret.post_id, viewer_id=cast.mei.pk)
    assert told and (told.title, told.excerpt, told.url, told.author_id) == ("", "", "", cast.owner.pk)
    shown = queries.post_summary(post_id=secret.post_id, viewer_id=cast.owner.pk)
    assert shown and shown.title == "The surprise party for Mei"
    assert queries.post_summary(post_id=0) is None


def test_top_authors_and_talk(cast: Cast, tea: int) -> None:
    topic = start_topic(tea, cast.mei)
    liked = reply(topic.topic_id, cast.ada, at=LATER)
    for _ in range(3):
        reply(topic.topic_id, cast.gold, at=LATER)
    with transaction.atomic():
        reactions.react(post_id=liked.post_id, by=cast.mei.pk, at=LATER)
    scores = queries.top_authors(since=AT + timedelta(days=1), limit=5)
    assert [(score.member_id, score.posts, score.likes) for score in scores] == [
        (cast.ada.pk, 1, 1),
        (cast.gold.pk, 3, 0),
    ]
    talk = queries.talk_of(member_ids=[cast.mei.pk, cast.gold.pk], since=AT + timedelta(days=1))
    assert {member: (said.posts, said.last_at) for member, said in talk.items()} == {cast.gold.pk: (3, LATER)}
    said = queries.posts_since(member_id=cast.ada.pk, since=AT)
    assert [(post.post_id, post.number) for post in said] == [(liked.post_id, 2)]
