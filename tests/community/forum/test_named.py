"""#tag in a post: what everybody may know of is a link, what not is a word."""

import pytest

from community.actions.forum.posts import prepare
from community.models import Tag, TagGroup
from community.queries.composer import named
from tests.community.forum.conftest import TEXT, Cast, make_member

pytestmark = pytest.mark.django_db


def make_tag(name: str, **fields: object) -> Tag:
    return Tag.objects.create(name=name, folded=named.tag_fold(name), slug=name.lower(), topic_count=3, **fields)


def test_tags_in_use_are_links_and_hidden_ones_are_words(cast: Cast) -> None:
    tea = make_tag("Tea")
    make_tag("cha", synonym_of=tea)
    make_tag("secret", staff_only=True)
    Tag.objects.filter(pk=make_tag("unused").pk).update(topic_count=0)
    group = TagGroup.objects.create(name="Gold", for_group=make_member("gil", "tier:gold2").groups.get())
    make_tag("golden", group=group)
    cooked = prepare(f"{TEXT} #TEA #cha #secret #unused #golden #none @mei @nobody").cooked
    assert cooked.tags == [tea.pk]
    assert cooked.mentions == [cast.mei.pk]
    assert cooked.html.count('class="tag"') == 2
    for word in ("#secret", "#unused", "#golden", "#none", "@nobody"):
        assert f" {word}" in cooked.html


def test_a_post_without_names_asks_nothing(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    with django_assert_num_queries(0):
        prepare(TEXT)
    with django_assert_num_queries(3):  # members, then groups by the names that no member has, tags
        prepare(f"{TEXT} @mei #tea @ada #cha")
