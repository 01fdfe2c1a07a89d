"""Event → one action. Importing this module subscribes them."""

from care import actions
from loyalty.events import PointsQuestioned
from outbox.subscribe import subscribe


@subscribe(PointsQuestioned)
def open_case_about_points(event: PointsQuestioned) -> None:
    actions.open_points_case(question_id=event.question_id, at=event.at)
