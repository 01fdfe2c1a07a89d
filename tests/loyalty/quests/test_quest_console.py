"""The managers' console of quests and the ladder."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from loyalty.models import LadderDraw, LadderRung, LevelSettings, LevelStanding, Quest, QuestRun, RhythmWeek
from loyalty.queries.quest_reports import Arm, funnel, ladder_report, newcombe
from loyalty.quest_rounds import nightly
from members.models import User
from tests.loyalty.conftest import AT
from tests.loyalty.quests.conftest import liked, only, step, tell
from tests.loyalty.quests.test_levels_and_ladder import credit
from tests.loyalty.test_console import signed_in

pytestmark = pytest.mark.django_db
PAGES = ["", "new/", "ladder/", "edit/week-three-people/"]


def fields(**changes: Any) -> dict[str, Any]:
    return {
        "code": "spring", "name": "Spring cleaning", "about": "", "kind": "campaign", "active": "on", "position": 5,
        "audience": "everybody", "audience_days": 60, "repeat": "never", "points": 15, "credit": 5, "gift_days": 30,
        "steps-TOTAL_FORMS": 3, "steps-INITIAL_FORMS": 0, "steps-0-place": 2, "steps-0-event": "session.attended",
        "steps-0-name": "Come twice", "steps-0-count": 2, "steps-0-distinct_by": "session", "steps-1-place": 1,
        "steps-1-event": "reaction.received", "steps-1-name": "Be liked by a newcomer", "steps-1-count": 1,
        "steps-1-newcomer": "on", "steps-1-trust": 1,
    } | changes  # fmt: skip


def test_managers_alone_see_the_pages() -> None:
    manager = signed_in(True)
    for page in PAGES:
        assert manager.get(f"/admin/quests/{page}").status_code == 200, page
    assert manager.get("/admin/quests/edit/nothing/").status_code == 404
    User.objects.get(username="boss").groups.clear()
    for page in PAGES:
        assert manager.get(f"/admin/quests/{page}").status_code in (302, 403), page
        assert Client().get(f"/admin/quests/{page}").status_code == 302


def test_a_quest_is_looked_at_then_published_then_changed() -> None:
    manager = signed_in(True)
    looked = manager.post("/admin/quests/new/", fields(act="preview"))
    assert looked.status_code == 200 and "As members see it" in looked.content.decode()
    assert not Quest.objects.filter(code="spring").exists()
    assert manager.post("/admin/quests/new/", fields(act="publish")).status_code == 302
    made = Quest.objects.get(code="spring")
    assert list(made.steps.values_list("event", "filter", "distinct_by", "count")) == [
        ("reaction.received", {"trust": 1, "newcomer": True}, "", 1),
        ("session.attended", {}, "session", 2),
    ]
    taken = manager.post("/admin/quests/new/", fields(act="publish"))
    assert taken.status_code == 422 and "There is a quest with this code" in taken.content.decode()
    changed = fields(act="publish", points=20, **{"steps-1-DELETE": "on"})
    assert manager.post("/admin/quests/edit/spring/", changed).status_code == 302
    versions = Quest.objects.filter(code="spring").order_by("version")
    assert [(one.version, one.points, one.replaced_at is None) for one in versions] == [(1, 15, False), (2, 20, True)]
    assert Quest.objects.get(code="spring", version=2).steps.count() == 1


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"points": 0, "credit": 0}, "A quest brings something"),
        ({"points": -1}, "greater than or equal to 0"),
        ({"points": 10**12}, "From 0 to 100,000."),
        ({"audience": "group"}, "Say which group"),
        ({"starts_at": "2026-03-02T10:00", "ends_at": "2026-03-01T10:00"}, "It ends before it starts"),
        ({"steps-0-distinct_by": "person"}, "This act has no such difference"),
        ({"steps-0-trust": 1}, "has no “trust”"),
        ({"steps-0-count": 0}, "greater than or equal to 1"),
        ({"steps-0-event": "like.given"}, "Select a valid choice"),
        ({"steps-0-name": ""}, "Say in a few words"),
        ({"steps-0-event": "", "steps-1-event": "", "steps-0-name": "", "steps-1-name": ""}, "at least one step"),
        ({"name": "a\x00b"}, "Null characters"),
        ({"steps-TOTAL_FORMS": "x"}, "ManagementForm"),
    ],
)
def test_bad_input_is_said_beside_its_field(changes: dict[str, Any], says: str) -> None:
    before = Quest.objects.count()
    answer = signed_in(True).post("/admin/quests/new/", fields(act="publish", **changes))
    assert answer.status_code == 422 and says in answer.content.decode(), answer.content.decode()[-6000:]
    assert Quest.objects.count() == before


def rungs(**changes: Any) -> dict[str, Any]:
    known = list(LadderRung.objects.order_by("level"))
    said: dict[str, Any] = {
        "levels-curve": 1, "levels-ladder_holdout": 20, "rungs-TOTAL_FORMS": len(known) + 1,
        "rungs-INITIAL_FORMS": len(known),
    }  # fmt: skip
    for number, rung in enumerate(known):
        own = {
            "id": rung.pk, "level": rung.level, "name": rung.name, "points": rung.points, "reward": rung.reward_id or "",
            "badge": rung.badge_id or "", "min_trust": rung.min_trust, "valid_days": rung.valid_days, "active": "on",
        }  # fmt: skip
        said |= {f"rungs-{number}-{name}": value for name, value in own.items()}
    return said | changes


def test_the_ladder_is_edited_and_a_rung_gives_something() -> None:
    manager = signed_in(True)
    new = {
        "rungs-4-level": 40, "rungs-4-name": "Forty", "rungs-4-points": 500, "rungs-4-min_trust": 1,
        "rungs-4-valid_days": 30, "rungs-4-active": "on",
    }  # fmt: skip
    assert manager.post("/admin/quests/ladder/", rungs(**new)).status_code == 302
    assert LadderRung.objects.get(level=40).points == 500 and LevelSettings.objects.get().ladder_holdout == 20
    for changes in (
        {"rungs-2-points": 0}, {"rungs-2-level": 15}, {"rungs-2-min_trust": 0}, {"levels-curve": 0},
        {"levels-ladder_holdout": 80}, {"rungs-2-valid_days": 0},
    ):  # fmt: skip
        answer = manager.post("/admin/quests/ladder/", rungs(**changes))
        assert answer.status_code == 422, changes
    assert LadderRung.objects.count() == 5


def test_the_funnel_counts_who_has_done_each_step(new_member: Callable[..., int]) -> None:
    quest = only("glad", [step("reaction.received", 2, "person"), step("reaction.received", 3, "post")])
    a, b, c = (new_member() for _ in range(3))
    tell(liked(1, a, b), liked(2, a, c, 1), liked(1, b, a), liked(2, b, c, 1), liked(3, b, a, 2), liked(1, c, a))
    found = funnel(quest=quest)
    assert (found.begun, found.done) == (3, 1)
    assert [(one.reached, one.percent) for one in found.steps] == [(2, 66), (1, 33)]
    page = signed_in(True).get("/admin/quests/edit/glad/").content.decode()
    assert "How far they came" in page
    assert QuestRun.objects.filter(state="done").count() == 1


def test_the_ladder_is_judged_by_the_draw(new_member: Callable[..., int]) -> None:
    at = AT - timedelta(days=100)
    for number in range(12):
        one = new_member()
        LadderDraw.objects.create(member_id=one, held_out=number < 4, percent=33, at=at)
        if number >= 8:
            RhythmWeek.objects.create(member_id=one, week=(at + timedelta(days=40)).date(), act="reply.published")
    found = ladder_report(at=AT)
    assert (found.ladder.drawn, found.ladder.stayed, found.held_out.drawn, found.held_out.stayed) == (8, 4, 4, 0)
    assert found.low < found.difference == 50 < found.high
    # Newcombe 1998, table II, method 10: 56/70 against 48/80.
    low, high = newcombe(Arm(70, 56), Arm(80, 48))
    assert (round(low, 2), round(high, 2)) == (5.24, 33.39)


def test_the_night_raises_who_waited_and_does_it_once(transactional_db: None, new_member: Callable[..., int]) -> None:
    member = new_member()
    credit(member, 90, pending_days=14)
    for day, highest in ((13, 0), (14.5, 10), (15, 10)):
        nightly(at=AT + timedelta(days=day))
        assert sum(LevelStanding.objects.filter(pk=member).values_list("highest", flat=True)) == highest
