"""Addresses of the chat."""

from django.urls import path

from community.views import room_page, rooms

urlpatterns = [
    path("chat/", rooms.rooms, name="rooms"),
    path("chat/<str:slug>/", room_page.room, name="room"),
    path("chat/<str:slug>/messages", rooms.room_messages, name="room_messages"),
    path("chat/<str:slug>/<int:seq>/", rooms.room_message, name="room_message"),
    path("chat/<str:slug>/<int:seq>/remove/", rooms.remove_room_message, name="remove_room_message"),
]
