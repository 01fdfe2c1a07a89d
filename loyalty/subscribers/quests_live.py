"""A quest done, a level reached, a gift that waits: told at once to a member's open pages."""

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from loyalty.events import LevelReached, QuestCompleted
from loyalty.models import LadderRung, Quest
from members.queries import language_of
from messaging.hub import push_to_member
from outbox.subscribe import live


@live(QuestCompleted)
def tell_quest(event: QuestCompleted) -> None:
    name = Quest.objects.filter(code=event.quest_code).order_by("-version").values_list("name", flat=True).first()
    if name:
        with translation.override(language_of(member_id=event.member_id)):
            text = _("Done: “%(quest)s”.") % {"quest": _(name)}
        toast = {"text": text, "url": reverse("loyalty:quests"), "icon": "success"}
        push_to_member(event.member_id, "points", {"toast": toast})


@live(LevelReached)
def tell_level(event: LevelReached) -> None:
    """Levels that pass by several at once say nothing here; those with a gift and every fifth do."""
    if event.level % 5 and not LadderRung.objects.filter(level=event.level, active=True).exists():
        return
    with translation.override(language_of(member_id=event.member_id)):
        text = _("You have reached level %(level)s.") % {"level": event.level}
    toast = {"text": text, "url": reverse("loyalty:quests"), "icon": "points"}
    push_to_member(event.member_id, "points", {"toast": toast})
