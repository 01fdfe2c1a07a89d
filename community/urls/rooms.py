"""Addresses of the chat."""

from django.urls import path

from community.views import room_page, rooms

urlpatterns = [
    path("chat/", rooms.rooms, name="rooms"),
    path("chat/<str:slug>/", room_page.room, name="room"),
]
