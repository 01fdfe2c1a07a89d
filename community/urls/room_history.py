"""Addresses of a room's history, by days, of having read it, and of its pace."""

from datetime import date

from django.urls import path, register_converter

from community.views.chat import history as room_history
from community.views.chat import pace as room_pace
from community.views.chat import page as room_page


class DayConverter:
    """2026-05-03; what is no day of any calendar is no address."""

    regex = r"\d{4}-\d\d-\d\d"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        return value.isoformat()


register_converter(DayConverter, "day")

urlpatterns = [
    path("chat/<str:slug>/read/", room_page.read, name="read_room"),
    path("chat/<str:slug>/pace/", room_pace.pace, name="room_pace"),
    path("chat/<str:slug>/days/", room_history.days, name="room_days"),
    path("chat/<str:slug>/days/<day:on>/", room_history.day, name="room_day"),
]
